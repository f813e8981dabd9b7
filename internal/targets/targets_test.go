package targets_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

// room is the service with a small province.
type room struct {
	*targets.Service
	st   *store.Store
	tree storetest.Tree
}

func each(t *testing.T, f func(t *testing.T, r room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		f(t, room{targets.New(s), s, storetest.Grow(t, s, 38)})
	})
}

// as returns somebody with a role at a unit.
func as(role access.Role, u org.Unit) access.Actor {
	return access.Actor{User: 7, Name: "Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

// set stores one cell of 2026.
func (r room) set(who access.Actor, u org.Unit, text string, seen id.ID) (int, error) {
	return r.Set(context.Background(), who, 38, 2026, "1-KH/TU", []targets.Change{{Unit: u.ID, Indicator: "admit", Text: text, Seen: seen}})
}

// sheet reads a sheet as the operator.
func (r room) sheet(t *testing.T, u org.Unit, year int) targets.Sheet {
	t.Helper()
	sh, err := r.Sheet(context.Background(), access.System("test"), u.ID, year)
	if err != nil {
		t.Fatal(err)
	}
	return sh
}

// now returns the target of a unit for admissions in 2026.
func (r room) now(t *testing.T, u org.Unit) target.Target {
	t.Helper()
	return r.sheet(t, u, 2026).Self.Lines["admit"].Target
}

// admit brings in somebody and admits them on a day.
func (r room) admit(t *testing.T, u org.Unit, sex int, on day.Date) {
	t.Helper()
	err := r.st.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		p := storetest.NewPerson(tx.NewID(38), "Nguyễn Thị Hoà")
		p.Sex = sex
		at := func(s ledger.Stage) ledger.Place { return ledger.Place{Unit: u.ID, Stage: s} }
		return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{
			{To: at(ledger.Certified), Cause: ledger.Certify, Effective: on.AddDays(-200)},
			{To: at(ledger.Probationary), Cause: ledger.Admit, Effective: on}}}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSet(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		province, commune := as(access.Committee, r.tree.Root), r.tree.Communes[0]
		if n, err := r.set(province, commune, "1.020-1.250", 0); n != 1 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
		first := r.now(t, commune)
		if first.Op != target.Between || first.Low != 1020 || first.High != 1250 || first.Source != "1-KH/TU" || first.Year != 2026 || first.Unit != commune.ID {
			t.Errorf("%+v", first)
		}
		if n, err := r.set(province, commune, "từ 1.020 đến 1.250", first.ID); n != 0 || err != nil || r.now(t, commune).ID != first.ID {
			t.Errorf("an unchanged cell is stored: %d %v", n, err)
		}
		if n, err := r.set(province, commune, "trên 1.800", 0); n != 0 || !fault.Is(err, fault.Invalid) || fault.FieldsOf(err)[commune.ID.String()+".admit"].Key != "target.stale" {
			t.Errorf("somebody who saw no target replaces one: %d %v", n, err)
		}
		silent := targets.Change{Unit: commune.ID, Indicator: "admit", Text: "trên 1.800", Seen: first.ID}
		if n, err := r.Set(context.Background(), province, 38, 2026, " ", []targets.Change{silent}); n != 0 || fault.FieldsOf(err)["source"].Key != "target.adjust_source" {
			t.Errorf("adjusted without a document: %d %v", n, err)
		}
		if n, err := r.set(province, commune, "trên 1.800", first.ID); n != 1 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
		second := r.now(t, commune)
		if n, err := r.set(province, commune, "5", first.ID); n != 0 || fault.FieldsOf(err)[commune.ID.String()+".admit"].Args[0] != second.String() {
			t.Errorf("an old version is replaced: %d %v", n, err)
		}
		if n, err := r.set(province, commune, "", second.ID); n != 1 || err != nil {
			t.Fatalf("withdraw: %d %v", n, err)
		}
		if now := r.now(t, commune); now.ID != 0 {
			t.Errorf("withdrawn, but still %s", now)
		}
		if n, err := r.set(province, commune, "5", second.ID); n != 0 || fault.FieldsOf(err)[commune.ID.String()+".admit"].Key != "target.stale_withdrawn" {
			t.Errorf("a withdrawn version is replaced: %d %v", n, err)
		}
		if n, err := r.set(province, commune, "", 0); n != 0 || err != nil {
			t.Errorf("withdrawing nothing: %d %v", n, err)
		}
		if n, err := r.set(province, commune, "0", 0); n != 1 || err != nil || r.now(t, commune).ID == 0 {
			t.Errorf("a target of nobody: %d %v", n, err)
		}
		var history []string
		for _, h := range r.sheet(t, commune, 2026).History {
			history = append(history, string(h.Op)+" "+h.String())
		}
		if diff := cmp.Diff([]string{"= 0", " 0", "> > 1.800", ".. 1.020–1.250"}, history); diff != "" {
			t.Errorf("versions, newest first:\n%s", diff)
		}
		if n := len(r.sheet(t, commune, 2025).History); n != 0 {
			t.Errorf("%d versions in another year", n)
		}
	})
}

// TestAtomic: one bad cell keeps all the others from being stored, and every bad cell is named.
func TestAtomic(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		a, b := r.tree.Communes[0], r.tree.Communes[1]
		n, err := r.Set(context.Background(), who, 38, 2026, "", []targets.Change{
			{Unit: a.ID, Indicator: "admit", Text: "12"},
			{Unit: a.ID, Indicator: "course", Text: "9-5"},
			{Unit: b.ID, Indicator: "admit", Text: "1,5"},
			{Unit: b.ID, Indicator: "course", Text: "7", Seen: 99},
			{Unit: a.ID, Indicator: "admit", Slice: "female", Text: "x"},
		})
		got := map[string]fault.Key{}
		for name, text := range fault.FieldsOf(err) {
			got[name] = text.Key
		}
		want := map[string]fault.Key{a.ID.String() + ".course": "target.low_above_high", b.ID.String() + ".admit": "target.unreadable",
			b.ID.String() + ".course": "target.stale_withdrawn", a.ID.String() + ".admit.female": "target.unreadable"}
		if diff := cmp.Diff(want, got); diff != "" || n != 0 || !fault.Is(err, fault.Invalid) {
			t.Errorf("%d %v\n%s", n, err, diff)
		}
		if r.now(t, a).ID != 0 {
			t.Error("the good cell of a refused sheet is stored")
		}
		for name, c := range map[string]targets.Change{
			"unknown indicator": {Unit: a.ID, Indicator: "x", Text: "5"}, "unknown group": {Unit: a.ID, Indicator: "admit", Slice: "occ.99", Text: "5"},
			"the nation": {Indicator: "admit", Text: "5"}, "another province": {Unit: 40<<12 | 1<<30, Indicator: "admit", Text: "5"},
		} {
			if n, err := r.Set(context.Background(), access.System("test"), 38, 2026, "", []targets.Change{c}); n != 0 || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %d %v", name, n, err)
			}
		}
		if _, err := r.Set(context.Background(), access.System("test"), 0, 2026, "", []targets.Change{{Indicator: "admit", Text: "5"}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a target of the nation: %v", err)
		}
		for _, year := range []int{1900, 3000} {
			if _, err := r.Set(context.Background(), access.System("test"), 38, year, "", []targets.Change{{Unit: a.ID, Indicator: "admit", Text: "5"}}); !fault.Is(err, fault.Invalid) {
				t.Errorf("year %d: %v", year, err)
			}
		}
		if _, err := r.Set(context.Background(), who, 38, 2009, "", []targets.Change{{Unit: a.ID, Indicator: "admit", Text: "5"}}); fault.FieldsOf(err)[a.ID.String()+".admit"].Key != "target.unit_gone" {
			t.Errorf("a year before the unit was founded: %v", err)
		}
	})
}

// TestMay: only the level above gives a target; who may not even read a unit learns nothing about it.
func TestMay(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		root, commune, cell, other := r.tree.Root, r.tree.Communes[0], r.tree.Cells[0][0], r.tree.Communes[1]
		if _, err := r.set(access.System("test"), other, "40", 0); err != nil {
			t.Fatal(err)
		}
		ok := fault.Kind(0)
		for _, c := range []struct {
			what string
			who  access.Actor
			to   org.Unit
			want fault.Kind
		}{
			{"the nation to a province", access.Actor{User: 7, Grants: []access.Grant{{Role: access.Committee}}}, root, ok},
			{"the province writes down its own", as(access.Committee, root), root, ok},
			{"the province to a commune", as(access.Committee, root), commune, ok},
			{"the province to a cell", as(access.Committee, root), cell, ok},
			{"the commune to its cell", as(access.Committee, commune), r.tree.Cells[0][1], ok},
			{"the commune to itself", as(access.Admin, commune), commune, fault.Forbidden}, // may read it, but the level above gives
			{"the commune to the province", as(access.Admin, commune), root, fault.NotFound},
			{"the commune to another commune", as(access.Admin, commune), other, fault.NotFound},
			{"the cell to itself", as(access.Committee, cell), cell, fault.Forbidden},
			{"a clerk of the province", as(access.Clerk, root), commune, fault.Forbidden},
			{"a viewer of the province", as(access.Viewer, root), commune, fault.Forbidden},
			{"nobody", access.Actor{}, commune, fault.NotFound},
		} {
			seen := r.now(t, c.to).ID
			before := r.now(t, c.to)
			_, err := r.set(c.who, c.to, fmt.Sprint(100+before.Low), seen)
			switch {
			case c.want == ok && err != nil, c.want != ok && !fault.Is(err, c.want):
				t.Errorf("%s: %v, want %s", c.what, err, c.want)
			case c.want != ok && r.now(t, c.to).ID != seen:
				t.Errorf("%s: refused, but stored", c.what)
			}
		}
		// Guessing the present target of a unit that may not be read answers nothing.
		for _, guess := range []string{"40", "41", "x"} {
			if n, err := r.set(as(access.Admin, commune), other, guess, 0); n != 0 || !fault.Is(err, fault.NotFound) || fault.FieldsOf(err) != nil {
				t.Errorf("guess %s: %d %v", guess, n, err)
			}
		}
		for name, c := range map[string]struct {
			who         access.Actor
			u           org.Unit
			self, below bool
		}{
			"province": {as(access.Committee, root), root, true, true},
			"commune":  {as(access.Committee, commune), commune, false, true},
			"clerk":    {as(access.Clerk, root), root, false, false},
		} {
			sh, err := r.Sheet(context.Background(), c.who, c.u.ID, 2026)
			if err != nil {
				t.Fatal(err)
			}
			if sh.Self.May != c.self || sh.Children[0].May != c.below || len(sh.Above) != 0 {
				t.Errorf("%s: own %v, below %v, above %v", name, sh.Self.May, sh.Children[0].May, sh.Above)
			}
		}
		if sh, err := r.Sheet(context.Background(), as(access.Viewer, commune), cell.ID, 2026); err != nil || len(sh.Above) != 1 || sh.Above[0].ID != commune.ID {
			t.Errorf("above an own cell: %+v %v", sh.Above, err)
		}
		for _, u := range []org.Unit{root, other, {}} {
			if _, err := r.Sheet(context.Background(), as(access.Admin, commune), u.ID, 2026); !fault.Is(err, fault.NotFound) {
				t.Errorf("sheet of %q: %v", u.Name, err)
			}
		}
	})
}

// TestSheet: what came of the targets, the year before, and the sums of what was given on.
func TestSheet(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		a, b := r.tree.Communes[0], r.tree.Communes[1]
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 2, 3))
		r.admit(t, r.tree.Cells[0][0], 1, day.Of(2026, 11, 21))
		r.admit(t, r.tree.Cells[0][1], 2, day.Of(2025, 12, 31))
		r.admit(t, r.tree.Cells[1][0], 2, day.Of(2025, 1, 1))
		operator := access.System("test")
		for _, c := range []targets.Change{
			{Unit: r.tree.Root.ID, Indicator: "admit", Text: "1.020-1.250"}, {Unit: a.ID, Indicator: "admit", Text: "trên 4"}, {Unit: b.ID, Indicator: "admit", Text: "3-6"},
			{Unit: r.tree.Cells[0][0].ID, Indicator: "admit", Text: "4"}, {Unit: a.ID, Indicator: "admit", Slice: "female", Text: "≥ 2"}, {Unit: a.ID, Indicator: "course", Text: "1"},
		} {
			if _, err := r.Set(context.Background(), operator, 38, 2026, "x", []targets.Change{c}); err != nil {
				t.Fatal(err)
			}
		}
		sh := r.sheet(t, r.tree.Root, 2026)
		if l := sh.Self.Lines["admit"]; l.Progress.Done != 2 || l.Before != 2 || l.Progress.AsOf != day.Of(2026, 11, 21) || l.Target.Low != 1020 {
			t.Errorf("province: %+v", l)
		}
		if got := sh.Sums["admit"]; got != (targets.Sum{Low: 5 + 3, High: 5 + 6, Given: 2, Of: 2}) {
			t.Errorf("sum of bounds: %+v", got)
		}
		if got := sh.Sums["course"]; got != (targets.Sum{Low: 1, High: 1, Given: 1, Of: 2}) {
			t.Errorf("sum of the course: %+v", got)
		}
		if len(sh.Children) != 2 || sh.Children[0].Unit.ID != a.ID {
			t.Fatalf("%d children", len(sh.Children))
		}
		if l := sh.Children[0].Lines["admit"]; l.Progress.Done != 2 || l.Before != 1 {
			t.Errorf("commune: %+v", l)
		}
		// A commune's page counts its cells from the ledger, the province's from counters: the same figures.
		own := r.sheet(t, a, 2026)
		if diff := cmp.Diff(sh.Children[0].Lines, own.Self.Lines); diff != "" {
			t.Errorf("the commune on its own page:\n%s", diff)
		}
		if l := own.Children[0].Lines["admit"]; l.Progress.Done != 2 || l.Target.Low != 4 {
			t.Errorf("cell: %+v", l)
		}
		if l := own.Children[1].Lines["admit"]; l.Progress.Done != 0 || l.Before != 1 || l.Target.ID != 0 || l.Progress.State() != target.NoGoal {
			t.Errorf("cell without a target: %+v", l)
		}
		if len(own.Slices) != 1 || own.Slices[0].Progress.Done != 1 || own.Slices[0].Target.Slice != "female" || own.Slices[0].Target.Low != 2 {
			t.Errorf("of whom women: %+v", own.Slices)
		}
		if l := r.sheet(t, r.tree.Cells[0][0], 2026).Self.Lines["course"]; l.Progress.Done != 1 { // certified 200 days before 3-2-2026 is 2025
			t.Errorf("course: %+v", l)
		}
		if past := r.sheet(t, a, 2025); past.AsOf != day.Of(2025, 12, 31) || past.Self.Lines["admit"].Progress.Done != 1 || past.Self.Lines["admit"].Target.ID != 0 {
			t.Errorf("2025: %+v", past.Self.Lines["admit"])
		}
		if next := r.sheet(t, a, 2027); next.AsOf != day.Of(2026, 11, 21) || next.Self.Lines["admit"].Progress.Done != 0 || next.Self.Lines["admit"].Before != 2 || next.Self.Lines["admit"].Progress.Elapsed != 0 {
			t.Errorf("2027: %+v", next.Self.Lines["admit"])
		}
		nation := r.sheet(t, org.Unit{}, 0)
		if !nation.Nation || nation.Year != 2026 || len(nation.Children) != 1 || nation.Children[0].Lines["admit"].Progress.Done != 2 || nation.Sums["admit"].Low != 1020 || nation.Sums["admit"].High != 1250 {
			t.Errorf("nation: %+v", nation)
		}
	})
}

// TestOneOfMany: of several people who saw the same version exactly one replaces it.
func TestOneOfMany(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		for _, seen := range []string{"none", "one"} {
			at := r.now(t, r.tree.Communes[0]).ID
			done, errs := make([]int, 4), make([]error, 4)
			var wg sync.WaitGroup
			for i := range done {
				wg.Go(func() {
					done[i], errs[i] = r.set(access.System("test"), r.tree.Communes[0], fmt.Sprint(10+i), at)
				})
			}
			wg.Wait()
			won := 0
			for i := range done {
				won += done[i]
				if errs[i] != nil && fault.FieldsOf(errs[i])[r.tree.Communes[0].ID.String()+".admit"].Key != "target.stale" {
					t.Errorf("seen %s, %d: %v", seen, i, errs[i])
				}
			}
			if won != 1 {
				t.Errorf("seen %s: %d replaced the version", seen, won)
			}
			// The next round must not meet an unchanged value.
			if now := r.now(t, r.tree.Communes[0]); now.ID != 0 && seen == "none" {
				if _, err := r.set(access.System("test"), r.tree.Communes[0], "99", now.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
