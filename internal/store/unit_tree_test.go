package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// soundTree fails the test with every difference that a verification finds.
func soundTree(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error {
		t.Errorf("%+v", d)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// treeScope returns the scope of a unit as it is now.
func treeScope(t *testing.T, tx *store.Tx, i id.ID) access.Scope {
	t.Helper()
	u, err := tx.Unit(i)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := access.System("test").Over(u)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func treeView(t *testing.T, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func treeUpdate(t *testing.T, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), storetest.Entry(38), f); err != nil {
		t.Fatal(err)
	}
}

// rePlace moves a unit under another on a day, with its dated edge.
func rePlace(tx *store.Tx, unit, parent id.ID, on day.Date) error {
	u, err := tx.Unit(unit)
	if err != nil {
		return err
	}
	p, err := tx.Unit(parent)
	if err != nil {
		return err
	}
	if _, err := tx.PutPlace(u, p); err != nil {
		return err
	}
	return tx.PutEdge(unit, parent, on)
}

func treeLines(rows []store.TreeRow) []string {
	var ns []string
	for _, r := range rows {
		n := r.Name
		if r.More {
			n += " +"
		}
		ns = append(ns, n)
	}
	return ns
}

func TestChildren(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		other := storetest.Grow(t, s, 40)
		treeUpdate(t, s, func(tx *store.Tx) error {
			return rePlace(tx, tree.Cells[0][1].ID, tree.Communes[1].ID, day.Of(2020, 7, 1))
		})
		treeView(t, s, func(tx *store.Tx) error {
			for _, c := range []struct {
				of    id.ID
				on    day.Date
				after store.TreePos
				n     int
				want  []string
			}{
				{0, 0, store.TreePos{}, 9, []string{"Đảng bộ tỉnh Thử Nghiệm +", "Đảng bộ tỉnh Thử Nghiệm +"}},
				{0, 0, store.TreePos{ID: tree.Root.ID}, 9, []string{"Đảng bộ tỉnh Thử Nghiệm +"}},
				{0, day.Of(2009, 1, 1), store.TreePos{}, 9, nil},
				{tree.Root.ID, 0, store.TreePos{}, 9, []string{"Đảng bộ xã A +", "Đảng bộ xã B +"}},
				{tree.Root.ID, 0, store.TreePos{}, 1, []string{"Đảng bộ xã A +"}},
				{tree.Root.ID, 0, store.TreePos{Key: "dang bo xa a", ID: tree.Communes[0].ID}, 9, []string{"Đảng bộ xã B +"}},
				{tree.Communes[0].ID, 0, store.TreePos{}, 9, []string{"Chi bộ thôn 1"}},
				{tree.Communes[0].ID, day.Of(2020, 6, 30), store.TreePos{}, 9, []string{"Chi bộ thôn 1", "Chi bộ thôn 2"}},
				{tree.Communes[0].ID, day.Of(2020, 7, 1), store.TreePos{}, 9, []string{"Chi bộ thôn 1"}},
				{tree.Communes[1].ID, day.Of(2020, 7, 1), store.TreePos{}, 9, []string{"Chi bộ thôn 1", "Chi bộ thôn 2", "Chi bộ thôn 2"}},
				{tree.Communes[1].ID, day.Of(2020, 7, 1), store.TreePos{Key: "chi bo thon 000002", ID: tree.Cells[0][1].ID}, 9, []string{"Chi bộ thôn 2"}},
				{tree.Root.ID, day.Of(2009, 12, 31), store.TreePos{}, 9, nil},
				{tree.Root.ID, day.Of(2010, 1, 1), store.TreePos{}, 9, []string{"Đảng bộ xã A +", "Đảng bộ xã B +"}},
				{tree.Cells[0][0].ID, 0, store.TreePos{}, 9, nil},
			} {
				rows, err := tx.Children(treeScope(t, tx, c.of), c.on, c.after, c.n)
				if err != nil {
					return err
				}
				if d := cmp.Diff(c.want, treeLines(rows)); d != "" {
					t.Errorf("children of %v on %v after %v: %s", c.of, c.on, c.after, d)
				}
			}
			if rows, err := tx.Children(access.Scope{}, 0, store.TreePos{}, 9); rows != nil || err != nil {
				t.Errorf("no scope: %v, %v", rows, err)
			}
			above, err := tx.Ancestors(tree.Cells[0][1], day.Of(2015, 1, 1))
			if d := cmp.Diff([]string{"Đảng bộ tỉnh Thử Nghiệm +", "Đảng bộ xã A +"}, treeLines(above)); d != "" || err != nil {
				t.Errorf("ancestors then: %s, %v", d, err)
			}
			now, err := tx.Unit(tree.Cells[0][1].ID)
			if err != nil {
				return err
			}
			above, err = tx.Ancestors(now, 0)
			if d := cmp.Diff([]string{"Đảng bộ tỉnh Thử Nghiệm +", "Đảng bộ xã B +"}, treeLines(above)); d != "" || err != nil {
				t.Errorf("ancestors now: %s, %v", d, err)
			}
			_ = other
			return nil
		})
	})
}

func TestRenamedInThePast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		treeUpdate(t, s, func(tx *store.Tx) error {
			was, err := tx.Unit(tree.Cells[0][0].ID)
			if err != nil {
				return err
			}
			u := was
			u.Name = "Chi bộ bản Hoà Bình"
			if _, err := tx.PutUnit(was, u); err != nil {
				return err
			}
			return tx.PutName(u.ID, u.Name, u.Short, day.Of(2022, 3, 1))
		})
		treeView(t, s, func(tx *store.Tx) error {
			for on, want := range map[day.Date][]string{
				0:                    {"Chi bộ bản Hoà Bình", "Chi bộ thôn 2"},
				day.Of(2022, 3, 1):   {"Chi bộ bản Hoà Bình", "Chi bộ thôn 2"},
				day.Of(2022, 2, 28):  {"Chi bộ thôn 1", "Chi bộ thôn 2"},
				day.Of(2010, 12, 31): {"Chi bộ thôn 1", "Chi bộ thôn 2"},
			} {
				rows, err := tx.Children(treeScope(t, tx, tree.Communes[0].ID), on, store.TreePos{}, 9)
				if d := cmp.Diff(want, treeLines(rows)); d != "" || err != nil {
					t.Errorf("%v: %s, %v", on, d, err)
				}
			}
			units, _, err := tx.SearchUnits(treeScope(t, tx, 0), "hoa ban", 5)
			if len(units) != 1 || err != nil {
				t.Errorf("by the new name: %v, %v", units, err)
			}
			return nil
		})
		soundTree(t, s)
	})
}

// TestReorganisedCounters re-parents units at random, on past days, between movements, and demands that
// counters, branches of people and the tree are as if rebuilt, and that the members of every day gone by
// are those of a plain recount of the ledger in the tree of that day.
func TestReorganisedCounters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := rand.New(rand.NewPCG(seedtest.Of(t), 1))
		f := newForest(t, s, r)
		for range 12 {
			f.reparent(t)
			f.move(t)
		}
		soundTree(t, s)
		for _, on := range []day.Date{0, day.Of(2026, 11, 20), day.Of(2026, 8, 31), day.Of(2025, 3, 14), day.Of(2021, 1, 1), day.Of(2014, 6, 30), day.Of(2009, 1, 1)} {
			f.compare(t, on)
		}
	})
}

// forest is a province of several levels with people who move about.
type forest struct {
	s      *store.Store
	r      *rand.Rand
	root   id.ID
	units  []id.ID
	people []id.ID
	last   map[id.ID]day.Date // of the edge of a unit
}

func newForest(t *testing.T, s *store.Store, r *rand.Rand) *forest {
	f := &forest{s: s, r: r, last: map[id.ID]day.Date{}}
	treeUpdate(t, s, func(tx *store.Tx) error {
		*f = forest{s: s, r: r, last: map[id.ID]day.Date{}}
		add := func(parent org.Unit, name string) (org.Unit, error) {
			u := org.Unit{ID: tx.NewID(38), Kind: org.Section, Name: name, Sector: 1 + r.IntN(3), Founded: day.Of(2010, 1, 1)}.Place(parent)
			if f.root == 0 {
				f.root = u.ID
			} else {
				f.units = append(f.units, u.ID)
			}
			return u, tx.AddUnit(u)
		}
		root, err := add(org.Unit{}, "Đảng bộ tỉnh")
		for i := range 3 {
			if err != nil {
				return err
			}
			var a, b org.Unit
			if a, err = add(root, fmt.Sprint("Đảng bộ xã ", i)); err != nil {
				return err
			}
			for j := range 2 {
				if b, err = add(a, fmt.Sprint("Đảng bộ bộ phận ", i, j)); err != nil {
					return err
				}
				for k := range 2 {
					if _, err = add(b, fmt.Sprint("Chi bộ ", i, j, k)); err != nil {
						return err
					}
				}
			}
		}
		return err
	})
	for i := range 40 {
		treeUpdate(t, s, func(tx *store.Tx) error {
			p := storetest.NewPerson(tx.NewID(38), "Nguyễn Văn Bình")
			p.Birth = day.Of(1970+i, 1+i%12, 1+i%28)
			f.people = append(f.people[:i:i], p.ID)
			at := func(stage ledger.Stage) ledger.Place {
				return ledger.Place{Unit: f.units[i%len(f.units)], Stage: stage}
			}
			return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{
				{To: at(ledger.Probationary), Cause: ledger.Opening, Effective: day.Of(2012+i%12, 1+i%12, 3)},
				{To: at(ledger.Official), Cause: ledger.Recognise, Effective: day.Of(2014+i%12, 1+i%9, 14)}}}})
		})
	}
	return f
}

// reparent moves one unit somewhere it may go.
func (f *forest) reparent(t *testing.T) {
	treeUpdate(t, f.s, func(tx *store.Tx) error {
		if err := tx.LockTree(38); err != nil {
			return err
		}
		for range 50 {
			unit := f.units[f.r.IntN(len(f.units))]
			parent := append(f.units, f.root, f.root)[f.r.IntN(len(f.units)+2)]
			on := max(f.last[unit], day.Of(2011+f.r.IntN(15), 1+f.r.IntN(12), 1+f.r.IntN(28)))
			if under, err := tx.EverUnder(parent, unit, on); err != nil || under {
				if err != nil {
					return err
				}
				continue
			}
			f.last[unit] = on
			return rePlace(tx, unit, parent, min(on, tx.Today))
		}
		return nil
	})
}

// move transfers a few people and lets one leave.
func (f *forest) move(t *testing.T) {
	for range 4 {
		who, to := f.people[f.r.IntN(len(f.people))], f.units[f.r.IntN(len(f.units))]
		leaves := f.r.IntN(5) == 0
		treeUpdate(t, f.s, func(tx *store.Tx) error {
			p, err := tx.Person(who)
			if err != nil || p.Place.Out() || p.Place.Unit == to {
				return err
			}
			m := ledger.Movement{To: ledger.Place{Unit: to, Stage: p.Place.Stage}, Cause: ledger.Transfer, Effective: min(tx.Today, p.Since.AddDays(f.r.IntN(400)))}
			if leaves {
				m.To, m.Cause = ledger.Place{}, ledger.Quit
			}
			_, err = tx.Post(&p, m)
			return err
		})
	}
}

// compare holds the members the tree shows on a day against a recount of the ledger by the edges of the day.
func (f *forest) compare(t *testing.T, on day.Date) {
	t.Helper()
	treeView(t, f.s, func(tx *store.Tx) error {
		until := on
		if on == 0 {
			until = tx.Today
		}
		own := map[id.ID]int64{}
		if err := tx.EachMovement(38, func(m *ledger.Movement) error {
			if m.Effective <= until && m.From.Stage.Member() {
				own[m.From.Unit]--
			}
			if m.Effective <= until && m.To.Stage.Member() {
				own[m.To.Unit]++
			}
			return nil
		}); err != nil {
			return err
		}
		want := map[id.ID]int64{}
		for _, u := range append(slices.Clone(f.units), f.root) {
			x, err := tx.Unit(u)
			if err != nil {
				return err
			}
			above, err := tx.Ancestors(x, on)
			if err != nil {
				return err
			}
			want[u] += own[u]
			for _, a := range above {
				want[a.ID] += own[u]
			}
		}
		for _, u := range append(slices.Clone(f.units), f.root) {
			kids, err := tx.Children(treeScope(t, tx, u), on, store.TreePos{}, 100)
			if err != nil {
				return err
			}
			n, err := tx.Members(treeScope(t, tx, u), kids, on)
			if err != nil {
				return err
			}
			if n[u] != want[u] && (on == 0 || on >= day.Of(2010, 1, 1)) {
				t.Errorf("on %v: members of %v are %d, want %d", on, u, n[u], want[u])
			}
			for _, k := range kids {
				if n[k.ID] != want[k.ID] {
					t.Errorf("on %v: members of %v under %v are %d, want %d", on, k.ID, u, n[k.ID], want[k.ID])
				}
			}
		}
		return nil
	})
}

// TestPostWhileReparenting moves people and units at the same time: a movement counted by the tree that
// was must not commit after the counters have moved.
func TestPostWhileReparenting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		f := newForest(t, s, rand.New(rand.NewPCG(1, 1)))
		branches, cell := []id.ID{f.units[0], f.units[7], f.units[14]}, f.units[2]
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				for k := range 15 {
					who := f.people[(i+4*k)%len(f.people)]
					if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
						p, err := tx.Person(who)
						if err != nil {
							return err
						}
						to := ledger.Place{Unit: cell, Stage: p.Place.Stage}
						if p.Place.Unit == cell {
							to.Unit = f.units[20]
						}
						_, err = tx.Post(&p, ledger.Movement{To: to, Cause: ledger.Transfer, Effective: tx.Today})
						return err
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Go(func() {
			for k := range 15 {
				if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
					if err := tx.LockTree(38); err != nil {
						return err
					}
					return rePlace(tx, cell, branches[k%3], tx.Today)
				}); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Wait()
		soundTree(t, s)
	})
}
