package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
	"ketnap/internal/store/storetest"
)

// plantedFault is damage that a mistake in the program could do. It is done to the database behind
// the program's back; no code of production knows of it.
type plantedFault struct {
	name   string
	verify string // check that ketnap verify must name; "" when only the model can know
	model  bool   // the property test must notice
	do     func(f *faulty)
}

var plantedFaults = []plantedFault{
	{"a counter off by one at the province", "counter", true, func(f *faulty) {
		f.exec(`UPDATE tally SET n = n + 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.row(func(r modeltest.Row) bool { return r.Unit == f.root().ID })...)
	}},
	{"a reversal counted twice", "counter", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool { return m.Reverses >= 0 && m.From.Stage != 0 && m.From.Stage != m.To.Stage })
		f.exec(`UPDATE tally SET n = n - 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.w.Province, int64(f.root().ID), m.Cause, int(m.On.MonthOf()))
	}},
	{"a transfer not counted in the branch it left", "counter", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool {
			return m.Cause == 15 && m.Reverses < 0 && m.From.Unit.Branch() != m.To.Unit.Branch() && m.From.Unit.Branch().Parent != nil
		})
		branch := int64(m.From.Unit.Branch().ID)
		f.exec(`UPDATE tally SET n = n + 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.w.Province, branch, 200+m.From.Stage, int(m.On.MonthOf()))
		f.exec(`UPDATE tally SET n = n + 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.w.Province, branch, 300+m.From.Stage, 0)
	}},
	{"a commune without counters", "counter", true, func(f *faulty) {
		f.exec(`DELETE FROM tally WHERE province_id = $1 AND unit_id = $2`, f.w.Province, int64(f.person().Unit.Branch().ID))
	}},
	{"a stock with ages", "counter", true, func(f *faulty) {
		f.exec(`UPDATE tally SET age1 = age1 + 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.row(func(r modeltest.Row) bool { return r.Measure > 200 })...)
	}},
	{"today's stock not what the months say", "counter", true, func(f *faulty) {
		f.exec(`UPDATE tally SET female = female + 1 WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month = $4`, f.row(func(r modeltest.Row) bool { return r.Measure > 300 })...)
	}},
	{"a lost audit entry", "audit.missing", true, func(f *faulty) {
		f.exec(`DELETE FROM audit WHERE province_id = $1 AND id = (SELECT MAX(audit_id) FROM person WHERE province_id = $2 AND audit_id > 0)`, f.w.Province, f.w.Province)
	}},
	{"a request key whose act was lost", "audit.missing", true, func(f *faulty) {
		f.exec(`INSERT INTO once (province_id, key, audit_id, at) VALUES ($1, $2, $3, 0)`, f.w.Province, "lost", int64(f.person().ID)) // an id of the province that is no entry
	}},
	{"an attribute changed without a movement", "person.attrs", true, func(f *faulty) {
		f.exec(`UPDATE person SET sex = 3 - sex WHERE province_id = $1 AND id = $2`, f.w.Province, int64(f.person().ID))
	}},
	{"a change of attributes that is not counted", "counter", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool { return m.Cause == 22 && m.Reverses < 0 && m.Before.Youth != m.After.Youth })
		d := 1
		if m.After.Youth {
			d = -1
		}
		f.exec(`UPDATE tally SET youth = youth + $1 WHERE province_id = $2 AND unit_id = $3 AND measure = $4 AND month = $5`, d, f.w.Province, int64(f.root().ID), 200+m.To.Stage, int(m.On.MonthOf()))
	}},
	{"a lost movement", "person.place", true, func(f *faulty) {
		m := f.lastMove(func(m modeltest.Move) bool { return m.From.Stage != m.To.Stage })
		f.exec(`DELETE FROM movement WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"a movement in the middle lost", "ledger.place_changed", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool {
			return m.Reverses < 0 && m.From.Stage != m.To.Stage && f.follower(m) != nil && f.follower(m).Reverses < 0 && !f.reversed(m)
		})
		f.exec(`DELETE FROM movement WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"somebody moved behind the ledger", "person.place", true, func(f *faulty) {
		p := f.person()
		u := f.unit(func(u *modeltest.Unit) bool { return u != p.Unit && u.Branch() == p.Unit.Branch() })
		f.exec(`UPDATE person SET unit_id = $1 WHERE province_id = $2 AND id = $3`, int64(u.ID), f.w.Province, int64(p.ID))
	}},
	{"a stage set behind the ledger", "person.place", true, func(f *faulty) {
		f.exec(`UPDATE person SET stage = 7 - stage WHERE province_id = $1 AND id = $2`, f.w.Province, int64(f.person().ID))
	}},
	{"a branch left behind when its unit moved", "person.branch", true, func(f *faulty) {
		p := f.person()
		b := f.unit(func(u *modeltest.Unit) bool { return u.Parent == f.root() && u != p.Unit.Branch() })
		f.exec(`UPDATE person SET branch_id = $1 WHERE province_id = $2 AND id = $3`, int64(b.ID), f.w.Province, int64(p.ID))
	}},
	{"the day of the last movement lost", "person.since", true, func(f *faulty) {
		f.exec(`UPDATE person SET since = since - 10000 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(f.person().ID))
	}},
	{"a reversal that leads elsewhere", "reversal.mirror", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool { return m.Reverses >= 0 && m.To.Stage != 0 })
		f.exec(`UPDATE movement SET to_stage = 7 - to_stage WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"a reversal of nothing", "reversal.unfounded", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool { return m.Reverses >= 0 })
		f.exec(`UPDATE movement SET reverses = reverses + 1 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"half a movement", "ledger.place_broken", true, func(f *faulty) {
		m := f.lastMove(func(m modeltest.Move) bool { return m.To.Stage != 0 })
		f.exec(`UPDATE movement SET to_unit = 0 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"a movement before the one before", "ledger.date_before_last", true, func(f *faulty) {
		var early day.Date
		m := f.lastMove(func(m modeltest.Move) bool {
			before := f.leader(m)
			if before == nil || m.Reverses >= 0 || before.Reverses >= 0 {
				return false
			}
			early = before.On.AddDays(-1)
			return early > f.w.Closed
		})
		f.exec(`UPDATE movement SET effective = $1 WHERE province_id = $2 AND id = $3`, int32(early), f.w.Province, int64(m.ID))
	}},
	{"a movement into a closed period", "ledger.period_closed", true, func(f *faulty) {
		f.close()
		f.post()
		f.exec(`UPDATE movement SET effective = $1, recorded = recorded + 60000 WHERE province_id = $2 AND id = (SELECT MAX(id) FROM movement WHERE province_id = $3)`, int32(f.w.Closed), f.w.Province, f.w.Province)
	}},
	{"an age of another day", "movement.age", true, func(f *faulty) {
		m := f.move(func(m modeltest.Move) bool { return m.Reverses < 0 && m.Age > 20 })
		f.exec(`UPDATE movement SET age = age - 1 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"a movement of nobody", "person.missing", true, func(f *faulty) {
		m := f.lastMove(func(m modeltest.Move) bool { return true })
		f.exec(`UPDATE movement SET person_id = person_id + 1 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(m.ID))
	}},
	{"a path that does not follow its parent", "unit.path", false, func(f *faulty) {
		u := f.unit(func(u *modeltest.Unit) bool { return u.Parent != nil && u.Parent.Parent != nil })
		f.exec(`UPDATE unit SET depth = depth + 1 WHERE province_id = $1 AND id = $2`, f.w.Province, int64(u.ID))
	}},
	{"a unit without a parent for a time", "unit.edge", true, func(f *faulty) {
		u := f.unit(func(u *modeltest.Unit) bool { return u.Parent != nil && u.Dissolved == 0 })
		f.exec(`UPDATE unit_edge SET valid_to = 20260101 WHERE province_id = $1 AND unit_id = $2 AND valid_to = 0`, f.w.Province, int64(u.ID))
	}},
	{"a search word lost", "word.person", false, func(f *faulty) {
		f.exec(`DELETE FROM person_word WHERE province_id = $1 AND person_id = $2`, f.w.Province, int64(f.person().ID))
	}},
	{"a number that belongs to nobody", "key.claims", false, func(f *faulty) {
		f.exec(`INSERT INTO person_key (key_hash, province_id, person_id, kind) VALUES ($1, $2, $3, 1)`, []byte("nobody's number "+f.name), f.w.Province, int64(f.person().ID))
	}},
	{"somebody forged with care, counters and all", "", true, func(f *faulty) {
		who := int64(f.move(func(m modeltest.Move) bool {
			return f.follower(m) == nil && !slices.ContainsFunc(f.w.Moves, func(n modeltest.Move) bool { return n.Person == m.Person && n.Before != n.After })
		}).Person)
		f.exec(`UPDATE movement SET sex = 3 - sex WHERE province_id = $1 AND person_id = $2`, f.w.Province, who)
		f.exec(`UPDATE person SET sex = 3 - sex WHERE province_id = $1 AND id = $2`, f.w.Province, who)
		if _, err := f.s.Rebuild(f.ctx, storetest.Entry(0), store.VerifyOptions{Province: f.w.Province}); err != nil {
			f.t.Fatal(err)
		}
		f.w.Acts++
	}},
	{"a request key forgotten", "", true, func(f *faulty) {
		f.exec(`DELETE FROM once WHERE province_id = $1`, f.w.Province)
	}},
}

// faulty is a healthy history about to be damaged.
type faulty struct {
	*run
	t    *testing.T
	w    *modeltest.World
	name string
}

// healthySteps is how long a history is before it is damaged: long enough to hold one of everything.
const healthySteps = 360

// TestPlantedFaults damages healthy histories one by one: the verification must name the damage and
// the property test must notice it.
func TestPlantedFaults(t *testing.T) {
	each := func(t *testing.T, s *store.Store) {
		var healthy []*faulty
		for len(healthy) < len(plantedFaults) { // each run makes two provinces: one fault each
			r := newRun(t, s, 4, len(healthy)+1)
			for r.step = 1; r.step <= healthySteps; r.step++ {
				r.act()
			}
			if r.checkAll(); len(r.found) > 0 {
				t.Fatal(r.found)
			}
			healthy = append(healthy, &faulty{run: r, w: r.worlds[0]}, &faulty{run: r, w: r.worlds[1]})
		}
		openForDamage(t, s)
		for i, p := range plantedFaults {
			t.Run(p.name, func(t *testing.T) {
				f := healthy[i]
				f.t, f.name, f.found = t, p.name, nil
				if p.do(f); t.Failed() {
					return
				}
				var checks []string
				for _, d := range verifyProvince(t, s, f.w.Province) {
					checks = append(checks, d.Check)
				}
				slices.Sort(checks)
				checks = slices.Compact(checks)
				if p.verify != "" && !slices.Contains(checks, p.verify) || p.verify == "" && len(checks) > 0 {
					t.Errorf("verify found %v, want %q", checks, p.verify)
				}
				if f.checkWorld(f.w); p.model != slices.ContainsFunc(f.found, func(s string) bool { return !strings.Contains(s, "I8: verify") }) {
					t.Errorf("the property test found %v", f.found)
				}
			})
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		each(t, storetest.Open(t, memorySQLite(t), 0, storetest.Options{Now: unsteadyClock()}))
	})
	t.Run("postgres", func(t *testing.T) {
		each(t, storetest.Open(t, dbtest.Postgres(t), 0, storetest.Options{Now: unsteadyClock()}))
	})
}

// openForDamage takes the guard of the ledger away, as only who owns the database can.
func openForDamage(t *testing.T, s *store.Store) {
	t.Helper()
	err := s.Update(t.Context(), storetest.Entry(0), func(tx *store.Tx) error {
		if tx.Engine() == db.Postgres {
			_, err := tx.Exec(tx.Context(), `GRANT UPDATE, DELETE ON movement, audit TO CURRENT_USER`)
			return err
		}
		for _, drop := range []func() (int64, error){
			func() (int64, error) { return tx.Exec(tx.Context(), `DROP TRIGGER movement_no_update`) },
			func() (int64, error) { return tx.Exec(tx.Context(), `DROP TRIGGER movement_no_delete`) },
			func() (int64, error) { return tx.Exec(tx.Context(), `DROP TRIGGER audit_no_update`) },
			func() (int64, error) { return tx.Exec(tx.Context(), `DROP TRIGGER audit_no_delete`) },
		} {
			if _, err := drop(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (f *faulty) root() *modeltest.Unit { return f.w.Units[0] }

// person returns somebody inside a unit below a branch.
func (f *faulty) person() *modeltest.Person {
	f.t.Helper()
	for _, p := range f.w.People {
		if p.Stage != 0 && p.Unit.Branch().Parent != nil && p.Unit != p.Unit.Branch() {
			return p
		}
	}
	f.t.Fatal("nobody is inside")
	return nil
}

func (f *faulty) unit(ok func(*modeltest.Unit) bool) *modeltest.Unit {
	f.t.Helper()
	i := slices.IndexFunc(f.w.Units, ok)
	if i < 0 {
		f.t.Fatal("no such unit")
	}
	return f.w.Units[i]
}

// row names a counter that is not zero: province, unit, measure, month.
func (f *faulty) row(ok func(modeltest.Row) bool) []any {
	f.t.Helper()
	for r := range f.w.Recount() {
		if ok(r) {
			return []any{f.w.Province, int64(r.Unit), r.Measure, r.Month}
		}
	}
	f.t.Fatal("no such counter")
	return nil
}

func (f *faulty) move(ok func(modeltest.Move) bool) modeltest.Move {
	f.t.Helper()
	i := slices.IndexFunc(f.w.Moves, ok)
	if i < 0 {
		f.t.Fatal("no such movement")
	}
	return f.w.Moves[i]
}

// lastMove returns a movement after which its person did not move.
func (f *faulty) lastMove(ok func(modeltest.Move) bool) modeltest.Move {
	f.t.Helper()
	return f.move(func(m modeltest.Move) bool { return f.follower(m) == nil && ok(m) })
}

// follower returns the next movement of the same person.
func (f *faulty) follower(m modeltest.Move) *modeltest.Move {
	for i, n := range f.w.Moves {
		if n.Person == m.Person && n.ID > m.ID {
			return &f.w.Moves[i]
		}
	}
	return nil
}

// leader returns the movement of the same person before m.
func (f *faulty) leader(m modeltest.Move) (last *modeltest.Move) {
	for i, n := range f.w.Moves {
		if n.Person == m.Person && n.ID < m.ID {
			last = &f.w.Moves[i]
		}
	}
	return last
}

func (f *faulty) reversed(m modeltest.Move) bool {
	return slices.ContainsFunc(f.w.Moves, func(n modeltest.Move) bool { return n.Reverses >= 0 && f.w.Moves[n.Reverses].ID == m.ID })
}

// close closes the months up to a year ago.
func (f *faulty) close() {
	f.t.Helper()
	if f.w.Closed >= day.Of(2025, 10, 31) {
		return
	}
	f.w.Closed = day.Of(2025, 10, 31)
	if err := f.s.Update(f.ctx, entryOf(f.w), func(tx *store.Tx) error { return tx.ClosePeriod(f.w.Province, f.w.Closed) }); err != nil {
		f.t.Fatal(err)
	}
	f.w.Acts++
}

// post lets somebody enter on an open day.
func (f *faulty) post() {
	f.t.Helper()
	p, d := f.newPerson(), f.w.Draft()
	p.Number = ""
	d.Add(p)
	d.Post(p, modeltest.Place{Unit: f.root(), Stage: 2}, 1, f.w.Today, p.Traits)
	if !f.update(f.w, "", d, func(tx *store.Tx) ([]id.ID, error) { return enrolIn(tx, f.w, d, p) }) {
		f.t.Fatal(f.found)
	}
}

// exec does damage and insists that it hits something.
func (f *faulty) exec(q string, args ...any) {
	f.t.Helper()
	err := f.s.Update(f.ctx, storetest.Entry(0), func(tx *store.Tx) error {
		n, err := anySQL(tx.Exec)(f.ctx, q, args...)
		if err == nil && n == 0 {
			f.t.Errorf("the damage hit nothing: %s %v", q, args)
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// anySQL lets a test run a statement that is no constant: it infers the type that other code cannot
// name.
func anySQL[T ~string](exec func(context.Context, T, ...any) (int64, error)) func(context.Context, string, ...any) (int64, error) {
	return func(ctx context.Context, q string, args ...any) (int64, error) { return exec(ctx, T(q), args...) }
}
