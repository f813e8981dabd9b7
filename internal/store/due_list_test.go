package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// dueWorld is two provinces with obligations made at random, and what was written, to be counted again.
type dueWorld struct {
	trees [2]storetest.Tree
	units map[id.ID]org.Unit
	all   []deadline.Obligation
	on    day.Date
	esc   deadline.Escalation
}

func newDueWorld(t *testing.T, s *store.Store, seed uint64) *dueWorld {
	t.Helper()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	w := &dueWorld{units: map[id.ID]org.Unit{}, on: 20261121, esc: deadline.Escalation{Days: 7}}
	for n, province := range []int{38, 40} {
		w.trees[n] = storetest.Grow(t, s, province)
		cells := append(w.trees[n].Cells[0][:], w.trees[n].Cells[1][:]...)
		for _, u := range cells {
			w.units[u.ID] = u
		}
		var c deadline.Change
		for i := range 12 {
			u := cells[r.IntN(len(cells))]
			p := storetest.Enrol(t, s, u, "Trần Văn "+string(rune('A'+i)), ledger.Dossier, 20260203)
			for k := range 1 + r.IntN(5) {
				o := deadline.Obligation{Person: p.ID, Clock: fmt.Sprintf("c%d", k%3), Ref: strings.Repeat("x", k/3), Dossier: id.ID(5 * (k % 2)), Unit: u.ID, Pack: "p@1",
					Organ: deadline.Organ(r.IntN(4)), Start: 20260101, Due: w.on.AddDays(r.IntN(120) - 50), Waits: r.IntN(5) == 0}
				o.Warn = o.Due.AddDays(-r.IntN(40))
				if r.IntN(3) == 0 {
					o.Closed, o.By = w.on.AddDays(-r.IntN(10)), "decide"
				}
				c.Add = append(c.Add, o)
			}
		}
		w.all = append(w.all, c.Add...)
		if err := s.Update(t.Context(), storetest.Entry(province), func(tx *store.Tx) error { return tx.PutObligations(&c) }); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// has is the meaning of a filter, in the plainest way.
func (w *dueWorld) has(f store.DueFilter, top org.Unit, o deadline.Obligation) bool {
	u := w.units[o.Unit]
	if top.ID != 0 && !u.Under(top) {
		return false
	}
	s := o.On(w.on, w.esc)
	ok := s.State != deadline.Done
	switch f.Tab {
	case store.DueTodo:
		ok = s.State == deadline.Warned || s.State == deadline.Today || s.State == deadline.Overdue
	case store.DueSoon:
		ok = ok && s.Left >= 0 && s.Left <= f.Soon
	case store.DueLate:
		ok = s.State == deadline.Overdue
	case store.DueRaised:
		above := u.Depth - top.Depth
		if top.ID == 0 {
			above = u.Depth
		}
		ok = s.State == deadline.Overdue && s.Level >= max(1, above)
	case store.DueDone:
		ok = s.State == deadline.Done
	}
	return ok && (f.From == 0 || o.Due >= f.From) && (f.To == 0 || o.Due <= f.To) &&
		(len(f.Clocks) == 0 || slices.Contains(f.Clocks, o.Clock)) && (len(f.Organs) == 0 || slices.Contains(f.Organs, o.Organ))
}

func (w *dueWorld) list(f store.DueFilter, top org.Unit) []deadline.Obligation {
	var out []deadline.Obligation
	for _, o := range w.all {
		if w.has(f, top, o) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b deadline.Obligation) int {
		if f.Tab == store.DueDone {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.Closed, b.Closed), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Dossier, b.Dossier))
	})
	return out
}

// TestDueLists holds every list, at every level of the tree, page by page, against plain filtering; the
// counters are the lengths of the lists.
func TestDueLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newDueWorld(t, s, seedtest.Of(t))
		tops := []org.Unit{{}, w.trees[0].Root, w.trees[1].Root, w.trees[0].Communes[1], w.trees[0].Cells[1][0]}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			for _, top := range tops {
				scope, err := access.System("test").Over(top)
				if err != nil {
					return err
				}
				for _, tab := range []store.DueTab{store.DueTodo, store.DueSoon, store.DueLate, store.DueRaised, store.DueDone, store.DueOpen} {
					for _, f := range []store.DueFilter{{}, {Clocks: []string{"c1", "c2"}}, {From: 20261101, To: 20261201}, {Organs: []deadline.Organ{deadline.Committee, deadline.Decider}}} {
						f.Tab, f.On, f.Soon, f.Escalate = tab, w.on, 30, w.esc
						if err := w.compare(t, tx, scope, f); err != nil {
							return err
						}
					}
				}
				if err := w.figures(t, tx, scope); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func (w *dueWorld) compare(t *testing.T, tx *store.Tx, scope access.Scope, f store.DueFilter) error {
	t.Helper()
	want := w.list(f, scope.Unit())
	var got []deadline.Obligation
	for after, more := "", true; more; more = after != "" {
		page, err := tx.DueList(scope, f, after, 3)
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if r.Name == "" || r.UnitName == "" || r.Depth != 2 {
				t.Errorf("a line without a name or a unit: %+v", r)
			}
			got = append(got, r.Obligation)
		}
		after = page.Next
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s of %q:\n%s", f.Tab, scope.Unit().Name, diff)
	}
	n, err := tx.CountDueRows(scope, f)
	if err == nil && n != int64(len(want)) {
		t.Errorf("%s of %q counts %d, not %d", f.Tab, scope.Unit().Name, n, len(want))
	}
	return err
}

// figures holds the counters against the lists.
func (w *dueWorld) figures(t *testing.T, tx *store.Tx, scope access.Scope) error {
	t.Helper()
	f := store.DueFilter{On: w.on, Soon: 30, Escalate: w.esc}
	length := func(top org.Unit, f store.DueFilter) int64 {
		f.On, f.Soon, f.Escalate = w.on, 30, w.esc
		return int64(len(w.list(f, top)))
	}
	counts := func(top org.Unit) store.DueCounts {
		return store.DueCounts{Todo: length(top, store.DueFilter{Tab: store.DueTodo}), Late: length(top, store.DueFilter{Tab: store.DueLate}), Soon: length(top, store.DueFilter{Tab: store.DueSoon}),
			Today: length(top, store.DueFilter{Tab: store.DueOpen, From: w.on, To: w.on}), Week: length(top, store.DueFilter{Tab: store.DueOpen, From: w.on, To: w.on.AddDays(7)}),
			Near: length(top, store.DueFilter{Tab: store.DueTodo, From: w.on, To: w.on.AddDays(7)})}
	}
	got, err := tx.CountDue(scope, f)
	if err != nil {
		return err
	}
	if diff := gocmp.Diff(counts(scope.Unit()), got); diff != "" {
		t.Errorf("%q counts:\n%s", scope.Unit().Name, diff)
	}
	below, err := tx.DueByChild(scope, f)
	if err != nil {
		return err
	}
	kids := []org.Unit{w.trees[0].Root, w.trees[1].Root}
	if scope.Unit().ID != 0 {
		rows, err := tx.Children(scope, 0, store.TreePos{}, 100)
		if err != nil {
			return err
		}
		kids = nil
		for _, r := range rows {
			kids = append(kids, r.Unit)
		}
		if len(kids) == 0 {
			kids = []org.Unit{scope.Unit()}
		}
	}
	for _, k := range kids {
		if diff := gocmp.Diff(counts(k), below[k.ID]); diff != "" {
			t.Errorf("%q below %q counts:\n%s", k.Name, scope.Unit().Name, diff)
		}
	}
	days, err := tx.DueDays(scope, w.on, w.on.AddDays(40))
	sum := int64(0)
	for _, d := range days {
		sum += d.N
	}
	if n := length(scope.Unit(), store.DueFilter{Tab: store.DueOpen, From: w.on, To: w.on.AddDays(40)}); sum != n {
		t.Errorf("the days of %q have %d, not %d", scope.Unit().Name, sum, n)
	}
	return err
}

// TestDueCursor: what is no cursor is refused, not taken for the beginning.
func TestDueCursor(t *testing.T) {
	s := storetest.SQLite(t)
	tree := storetest.Grow(t, s, 38)
	for _, bad := range []string{"!", "AAAA", "MSAyIDM"} {
		if err := s.View(t.Context(), func(tx *store.Tx) error {
			scope, err := access.System("test").Over(tree.Root)
			if err == nil {
				_, err = tx.DueList(scope, store.DueFilter{Tab: store.DueOpen, On: 20260101}, bad, 10)
			}
			return err
		}); err == nil {
			t.Errorf("%q is taken for a cursor", bad)
		}
	}
}

// TestWaiver: the reason is sealed at rest and comes back whole.
func TestWaiver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, k := id.ID(9<<22|38<<12), deadline.Key{Clock: "decide", Ref: "r"}
		want := store.Waiver{Reason: "Đang chữa bệnh dài ngày", No: "12-CV/ĐU", Dated: 20261101, By: "Bà Hoà"}
		err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			if err := tx.PutWaiver(p, k, store.Waiver{Reason: "cũ", By: "x"}); err != nil {
				return err
			}
			return tx.PutWaiver(p, k, want)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(t.Context(), func(tx *store.Tx) error {
			all, err := tx.WaiversOf(p)
			if err != nil {
				return err
			}
			got := all[k]
			want.At = got.At
			if diff := gocmp.Diff(want, got); diff != "" || got.At == 0 {
				t.Error(diff)
			}
			if none, err := tx.WaiversOf(p + 1<<12); err != nil || len(all) != 1 || len(none) != 0 {
				t.Errorf("%+v, %+v, %v", all, none, err)
			}
			var box []byte
			if err := tx.Row(tx.Context(), `SELECT sealed FROM obligation_waiver WHERE province_id = $1 AND person_id = $2`, []any{38, int64(p)}, &box); err != nil {
				return err
			}
			if strings.Contains(string(box), "chữa bệnh") {
				t.Error("the reason is stored in the clear")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
