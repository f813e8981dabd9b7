package store_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"testing"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/db"
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

// tamper tries to change what is written: the engine must refuse (I1).
func (r *run) tamper(w *modeltest.World) {
	if len(w.Moves) == 0 {
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

// checkDays asks where everybody was on some days: one place each (I5), every unit with one parent,
// and every node the sum of its children (I4), all from the rows as they are stored.
func (r *run) checkDays(w *modeltest.World) {
	days := []day.Date{w.Today}
	for range 2 {
		days = append(days, day.Of(2016+r.rng.IntN(11), 1+r.rng.IntN(12), 1+r.rng.IntN(28)))
	}
	for _, on := range days {
		r.view(func(tx *store.Tx) error { return r.checkDay(tx, w, on) })
	}
}

func (r *run) checkDay(tx *store.Tx, w *modeltest.World, on day.Date) error {
	want, people, heads := w.PlacesOn(on), 0, map[id.ID]int{}
	err := tx.Each(r.ctx, `SELECT person_id, unit_id, stage, CAST(SUM(n) AS BIGINT) FROM (
		SELECT person_id, from_unit AS unit_id, from_stage AS stage, -1 AS n FROM movement WHERE province_id = $1 AND effective <= $2 AND from_stage > 0
		UNION ALL SELECT person_id, to_unit, to_stage, 1 FROM movement WHERE province_id = $3 AND effective <= $4 AND to_stage > 0) legs
		GROUP BY person_id, unit_id, stage HAVING SUM(n) <> 0`, []any{w.Province, int32(on), w.Province, int32(on)}, func(s db.Scanner) error {
		var person, unit id.ID
		var stage, n int
		if err := s.Scan(&person, &unit, &stage, &n); err != nil {
			return err
		}
		people++
		heads[unit]++
		places := want[person]
		if n != 1 || len(places) != 1 {
			r.findf("I5: on %v %v is %d times at %v, and in %d places", on, person, n, unit, len(places))
		}
		for place := range places {
			if place.Unit.ID != unit || place.Stage != stage {
				r.findf("I5: on %v %v is at %v stage %d, want %+v", on, person, unit, stage, place)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	total := 0
	for _, places := range want {
		total += len(places)
	}
	if people != total {
		r.findf("I5: on %v %d people are somewhere, want %d", on, people, total)
	}
	return r.checkTreeOn(tx, w, on, heads, people)
}

// checkTreeOn adds people up the tree of a day, as its edges say.
func (r *run) checkTreeOn(tx *store.Tx, w *modeltest.World, on day.Date, heads map[id.ID]int, people int) error {
	parents, roots := map[id.ID]id.ID{}, 0
	err := tx.Each(r.ctx, `SELECT unit_id, parent_id FROM unit_edge WHERE province_id = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $3)`,
		[]any{w.Province, int32(on), int32(on)}, func(s db.Scanner) error {
			var u, p id.ID
			if err := s.Scan(&u, &p); err != nil {
				return err
			}
			if _, twice := parents[u]; twice {
				r.findf("I4: on %v %v has two parents", on, u)
			}
			if p == 0 {
				roots++
			}
			parents[u] = p
			return nil
		})
	if err != nil {
		return err
	}
	for _, u := range w.Units {
		want, alive := u.ParentOn(on)
		have, ok := parents[u.ID]
		if alive != ok || alive && (want == nil) != (have == 0) || want != nil && want.ID != have {
			r.findf("I4: on %v the parent of %v is %v (%v)", on, u.ID, have, ok)
		}
	}
	below := 0
	for unit, n := range heads {
		top, steps := unit, 0
		for parents[top] != 0 && steps <= len(parents) {
			top = parents[top]
			steps++
		}
		if _, alive := parents[top]; !alive || steps > len(parents) {
			r.findf("I4: on %v %d people are in %v, which hangs nowhere", on, n, unit)
		}
		below += n
	}
	if below != people || roots > 1 {
		r.findf("I4: on %v %d people below %d roots, want %d", on, below, roots, people)
	}
	return nil
}

// checkFlows holds for some spans of months, units and stages: opening + in − out = closing (I3), the
// opening and closing from the stored counters, in and out from the movements, heads from the legs.
func (r *run) checkFlows(w *modeltest.World) {
	type at struct {
		unit  id.ID
		stage int
	}
	months := map[at]map[int]int64{}
	r.view(func(tx *store.Tx) error {
		return tx.EachCounter(w.Province, func(k ledger.Counter, c *ledger.Counts) error {
			if stage := int(k.Measure) - 200; stage > 0 && stage <= 6 {
				key := at{k.Unit, stage}
				if months[key] == nil {
					months[key] = map[int]int64{}
				}
				months[key][int(k.Month)] += c[0]
			}
			return nil
		})
	})
	tops := slices.DeleteFunc(slices.Clone(w.Units), func(u *modeltest.Unit) bool { return u.Parent != nil && u.Parent.Parent != nil })
	for range 12 {
		u, stage := pick(r, tops), 1+r.rng.IntN(6)
		from := 2016*12 + r.rng.IntN(130)
		to := from + r.rng.IntN(24)
		var opening, closing int64
		for m, n := range months[at{u.ID, stage}] {
			if m < from {
				opening += n
			}
			if m <= to {
				closing += n
			}
		}
		in, out := w.Flow(u, stage, from, to)
		if opening+int64(in)-int64(out) != closing || closing != int64(w.Heads(u, stage, to)) {
			r.findf("I3: unit %v stage %d months %d–%d: %d + %d − %d ≠ %d, heads %d", u.ID, stage, from, to, opening, in, out, closing, w.Heads(u, stage, to))
		}
	}
}

// closedMonths is everything the closed months hold: their movements, and the counters of the province.
func (r *run) closedMonths(w *modeltest.World) string {
	h := fnv.New64a()
	n := 0
	r.view(func(tx *store.Tx) error {
		h.Reset()
		n = 0
		if err := tx.EachMovement(w.Province, func(m *ledger.Movement) error {
			if m.Effective <= w.Closed {
				n++
				line, before := *m, m.Before()
				line.Was = nil // a pointer differs each time
				fmt.Fprintln(h, line, before)
			}
			return nil
		}); err != nil {
			return err
		}
		var rows []string
		root := w.Units[0].Root().ID
		err := tx.EachCounter(w.Province, func(k ledger.Counter, c *ledger.Counts) error {
			if k.Unit == root && k.Month != ledger.Always && k.Month <= w.Closed.MonthOf() && !c.Zero() {
				rows = append(rows, fmt.Sprint(k, *c))
			}
			return nil
		})
		slices.Sort(rows)
		fmt.Fprintln(h, rows)
		return err
	})
	return fmt.Sprintf("%v: %d movements %x", w.Closed, n, h.Sum64())
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
