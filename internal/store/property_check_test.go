package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
	"ketnap/internal/store/storetest"
)

func entryOf(w *modeltest.World) audit.Entry { return storetest.Entry(w.Province) }

// batch brings rows of which some are refused and some are known already; every row is accounted for
// (I12) and all accepted ones are stored in one act.
func (r *run) batch(w *modeltest.World) {
	rows := 3 + r.rng.IntN(12)
	d := w.Draft()
	var people []*modeltest.Person
	var accepted, refused, duplicate int
	for range rows {
		p := r.newPerson()
		trial := w.Draft()
		r.history(w, trial, p, 1)
		switch taken := p.Number != "" && (w.Numbers[p.Number] != nil || slices.ContainsFunc(people, func(q *modeltest.Person) bool { return q.Number == p.Number })); {
		case taken:
			duplicate++
		case trial.Refused != "":
			refused++
		default:
			accepted++
			fresh := &modeltest.Person{Name: p.Name, Number: p.Number, Traits: trial.Moves()[0].After}
			d.Add(fresh)
			for _, m := range trial.Moves() {
				d.Post(fresh, m.To, m.Cause, m.On, m.After)
			}
			people = append(people, fresh)
		}
	}
	if accepted == 0 {
		return
	}
	before := r.count(w, countPeople)
	if !r.update(w, r.key(), d, func(tx *store.Tx) ([]id.ID, error) { return enrolIn(tx, w, d, people...) }) {
		return
	}
	if got := r.count(w, countPeople) - before; got != accepted || accepted+refused+duplicate != rows {
		r.findf("I12: of %d rows %d accepted, %d refused, %d duplicate, and %d stored", rows, accepted, refused, duplicate, got)
	}
}

// closePeriod closes some more months and remembers what they hold.
func (r *run) closePeriod(w *modeltest.World) {
	from := max(w.Closed, day.Of(2016, 1, 31))
	to := from.AddMonths(1 + r.rng.IntN(14)).MonthOf().Last()
	if to >= w.Today.AddMonths(-6) {
		return
	}
	err := r.s.Update(r.ctx, entryOf(w), func(tx *store.Tx) error { return tx.ClosePeriod(w.Province, to) })
	if err != nil {
		r.findf("refused: %v", err)
		return
	}
	w.Acts++
	r.accepted[r.name]++
	w.Closed = to
	r.closed[w.Province] = r.closedMonths(w)
}

// reopenPeriod opens some closed months again and remembers what the rest holds; what is no reopening is refused.
func (r *run) reopenPeriod(w *modeltest.World) {
	to := w.Closed.AddMonths(-1 - r.rng.IntN(20)).MonthOf().Last()
	if w.Closed == 0 || to < day.Of(2016, 1, 31) {
		to = w.Closed // nothing is opened by it
	}
	err := r.s.Update(r.ctx, entryOf(w), func(tx *store.Tx) error { return tx.ReopenPeriod(w.Province, to, "ghi sót", "Hoà", "Bình") })
	if to == w.Closed {
		if fault.TextOf(err).Key != "period.open_already" {
			r.findf("opening what is open: %v", err)
		}
		return
	}
	if err != nil {
		r.findf("refused: %v", err)
		return
	}
	w.Acts++
	r.accepted[r.name]++
	w.Closed = to
	r.closed[w.Province] = r.closedMonths(w)
}

// tamper tries to change what is written: the engine must refuse (I1).
func (r *run) tamper(w *modeltest.World) {
	if len(w.Moves) == 0 || w.Closed == 0 {
		return // a statement that meets no row changes nothing
	}
	for name, try := range tamperings {
		err := r.s.Update(r.ctx, entryOf(w), func(tx *store.Tx) error { return try(tx, w.Province) })
		if err == nil {
			r.findf("I1: %s was possible", name)
		}
	}
	r.accepted[r.name]++
}

// tamperings are the ways to change what is written; the engine itself must refuse each.
var tamperings = map[string]func(tx *store.Tx, province int) error{
	"UPDATE of movements": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `UPDATE movement SET cause = 9 WHERE province_id = $1`, province)
		return err
	},
	"DELETE of movements": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `DELETE FROM movement WHERE province_id = $1`, province)
		return err
	},
	"UPDATE of the audit": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `UPDATE audit SET actor_id = 1 WHERE province_id = $1`, province)
		return err
	},
	"DELETE of the audit": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `DELETE FROM audit WHERE province_id = $1`, province)
		return err
	},
	"UPDATE of closings": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `UPDATE closing SET closed_to = 0 WHERE province_id = $1`, province)
		return err
	},
	"DELETE of closings": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `DELETE FROM closing WHERE province_id = $1`, province)
		return err
	},
	"INSERT OR REPLACE of a movement": func(tx *store.Tx, province int) error { // deletes first, which is a trigger's business on SQLite
		_, err := tx.Exec(tx.Context(), `INSERT OR REPLACE INTO movement SELECT m.* FROM movement m WHERE province_id = $1`, province)
		return err
	},
	"overwriting a movement": func(tx *store.Tx, province int) error {
		_, err := tx.Exec(tx.Context(), `INSERT INTO movement SELECT m.* FROM movement m WHERE province_id = $1
			ON CONFLICT (province_id, id) DO UPDATE SET cause = 9`, province)
		return err
	},
}

// The counts the checks ask for.
const (
	countPeople = `SELECT COUNT(1) FROM person WHERE province_id = $1`
	countAudit  = `SELECT COUNT(1) FROM audit WHERE province_id = $1`
	countOnce   = `SELECT COUNT(1) FROM once WHERE province_id = $1`
)

func (r *run) count(w *modeltest.World, what string) (n int) {
	r.view(func(tx *store.Tx) error {
		switch what {
		case countPeople:
			return tx.Row(r.ctx, countPeople, []any{w.Province}, &n)
		case countAudit:
			return tx.Row(r.ctx, countAudit, []any{w.Province}, &n)
		}
		return tx.Row(r.ctx, countOnce, []any{w.Province}, &n)
	})
	return n
}

func (r *run) view(fn func(tx *store.Tx) error) {
	if err := r.s.View(r.ctx, fn); err != nil {
		r.findf("reading: %v", err)
	}
}

// checkSoon is what is cheap enough for every act: the record of one person it touched, and their chain.
func (r *run) checkSoon(d *modeltest.Draft) {
	p := d.Last()
	if p == nil {
		return
	}
	r.view(func(tx *store.Tx) error {
		q, err := tx.Person(p.ID)
		if err != nil {
			return err
		}
		if q.LastUnit != p.Unit.ID || int(q.Place.Stage) != p.Stage || q.Since != p.Since || traitsOf(q.Attrs()) != p.Traits {
			r.findf("I5: record %+v, want %+v", q, *p)
		}
		ms, err := tx.Movements(p.ID)
		if err != nil {
			return err
		}
		at, stand := ledger.Place{}, ledger.Standing(ms)
		for i, m := range ms {
			if m.From != at || i > 0 && m.ID <= ms[i-1].ID {
				r.findf("I6: line %d of %v starts at %+v, not at %+v", i, p.ID, m.From, at)
			}
			at = m.To
		}
		if at != q.Place || len(stand) != len(p.Standing) {
			r.findf("I5: the chain of %v ends at %+v with %d standing, the record at %+v, want %d", p.ID, at, len(stand), q.Place, len(p.Standing))
		}
		return nil
	})
}

// checkAll compares the store with the model in everything.
func (r *run) checkAll() {
	for _, w := range r.worlds {
		r.checkWorld(w)
	}
}

func (r *run) checkWorld(w *modeltest.World) {
	doing := r.doing
	r.doing = fmt.Sprintf("after %s: province %d", doing, w.Province)
	defer func() { r.doing = doing }()
	r.checkLedger(w)
	r.checkRecords(w)
	r.checkCounters(w)
	r.checkDays(w)
	r.checkFlows(w)
	if was, ok := r.closed[w.Province]; ok && was != r.closedMonths(w) {
		r.findf("I7: a closed month changed")
	}
	if n := r.count(w, countAudit); n != w.Acts {
		r.findf("I10: %d audit entries for %d acts", n, w.Acts)
	}
	if n := r.count(w, countOnce); n != len(w.Keys) {
		r.findf("I9: %d keys kept, %d accepted", n, len(w.Keys))
	}
	for _, d := range verifyProvince(r.t, r.s, w.Province) {
		r.findf("I8: verify: %+v", d)
	}
}

// checkLedger compares every line with the model, in the order of ids (I2, I6).
func (r *run) checkLedger(w *modeltest.World) {
	i := 0
	r.view(func(tx *store.Tx) error {
		i = 0
		return tx.EachMovement(w.Province, func(m *ledger.Movement) error {
			if i >= len(w.Moves) {
				i++
				return nil
			}
			want := w.Moves[i]
			i++
			before := m.Before()
			reverses := id.ID(0)
			if want.Reverses >= 0 {
				reverses = w.Moves[want.Reverses].ID
			}
			if m.ID != want.ID || m.Person != want.Person || m.From != placed(want.From) || m.To != placed(want.To) || int(m.Cause) != want.Cause ||
				m.Effective != want.On || m.Age != want.Age || m.Reverses != reverses || traitsOf(before) != want.Before || traitsOf(m.Attrs) != want.After {
				r.findf("I6: line %d is %+v, want %+v", i, *m, want)
			}
			if m.From.Out() != (m.From.Unit == 0) || m.To.Out() != (m.To.Unit == 0) {
				r.findf("I2: line %d has half a leg: %+v", i, *m)
			}
			return nil
		})
	})
	if i != len(w.Moves) {
		r.findf("%d lines, want %d", i, len(w.Moves))
	}
}

func traitsOf(a ledger.Attrs) modeltest.Traits {
	return modeltest.Traits{Sex: a.Sex, Ethnic: a.Ethnic, Religion: a.Religion, Occupation: a.Occupation, Schooling: a.Schooling,
		Expertise: a.Expertise, Sector: a.Sector, Youth: a.Youth, Birth: a.Birth}
}

// checkRecords compares the row of every person.
func (r *run) checkRecords(w *modeltest.World) {
	r.view(func(tx *store.Tx) error {
		for _, p := range w.People {
			q, err := tx.Person(p.ID)
			if err != nil {
				return err
			}
			if q.LastUnit != p.Unit.ID || q.Branch != p.Unit.Branch().ID || int(q.Place.Stage) != p.Stage || q.Since != p.Since || q.Name != p.Name || traitsOf(q.Attrs()) != p.Traits {
				r.findf("I5: record %+v, want %+v", q, *p)
			}
			if q.Void != p.Void {
				r.findf("record %v is void: %v, want %v", p.ID, q.Void, p.Void)
			}
			if p.Number == "" {
				continue
			}
			want := id.ID(0)
			if holder := w.Numbers[p.Number]; holder != nil {
				want = holder.ID
			}
			if holder, err := tx.PersonByNumber(p.Number); err != nil || holder != want {
				r.findf("number of %v is held by %v, want %v (%v)", p.ID, holder, want, err)
			}
		}
		return nil
	})
	if n := r.count(w, countPeople); n != len(w.People) {
		r.findf("%d people, want %d", n, len(w.People))
	}
}

// checkCounters counts everything again and compares all columns (I8), and a parent with its children (I4).
func (r *run) checkCounters(w *modeltest.World) {
	want := w.Recount()
	stock := map[*modeltest.Unit]int64{}
	r.view(func(tx *store.Tx) error {
		return tx.EachCounter(w.Province, func(k ledger.Counter, c *ledger.Counts) error {
			row := modeltest.Row{Unit: k.Unit, Measure: int(k.Measure), Month: int(k.Month)}
			have := want[row]
			delete(want, row)
			if have == nil {
				have = &[modeltest.Columns]int{}
			}
			for i, n := range c {
				if int64(have[i]) != n {
					r.findf("I8: counter %+v column %d is %d, want %d", row, i, n, have[i])
				}
			}
			for _, u := range w.Units {
				if u.ID == k.Unit && k.Measure >= 300 {
					stock[u] += c[0]
				}
			}
			return nil
		})
	})
	for row := range want {
		r.findf("I8: counter %+v is missing", row)
	}
	for _, root := range w.Units {
		if root.Parent != nil {
			continue
		}
		sum := int64(0)
		for _, p := range w.People {
			if p.Stage != 0 && p.Unit == root {
				sum++
			}
		}
		for u, n := range stock {
			if u.Parent == root {
				sum += n
			}
		}
		if sum != stock[root] {
			r.findf("I4: the province counts %d, its children %d", stock[root], sum)
		}
	}
}

// verifyProvince returns what ketnap verify would print.
func verifyProvince(t testing.TB, s *store.Store, province int) (ds []store.Difference) {
	t.Helper()
	_, err := s.Verify(context.Background(), store.VerifyOptions{Province: province}, func(d store.Difference) error {
		ds = append(ds, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ds
}
