package reports_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/reports"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

// figures is what a row of the page says.
type figures struct {
	Unit              id.ID
	Stock             map[ledger.Stage]int64
	Admitted, Trained int64
}

func compact(stock map[ledger.Stage]int64) map[ledger.Stage]int64 {
	out := map[ledger.Stage]int64{}
	for s, n := range stock {
		if n != 0 {
			out[s] = n
		}
	}
	return out
}

func shown(r reports.Row) figures {
	return figures{r.Unit.ID, compact(r.Stock), r.Admitted, r.Trained}
}

// counted is the same by hand.
func (a account) counted(up map[id.ID]id.ID, top id.ID, year int, on day.Date) figures {
	from := day.Of(year, 1, 1)
	return figures{top, compact(a.stock(up, top, on)), a.happened(up, top, from, on, ledger.Admit, ledger.Readmit), a.happened(up, top, from, on, ledger.Certify)}
}

// kids returns the units directly under top that the page lists.
func (a account) kids(top id.ID, on, today day.Date, then bool) []id.ID {
	var ids []id.ID
	for i, u := range a.units {
		if e, ok := a.edge(i, on); then && ok && e.Parent == top {
			ids = append(ids, i)
		} else if !then && u.Parent == top && u.Dissolved == 0 && u.Founded <= today {
			ids = append(ids, i)
		}
	}
	slices.Sort(ids)
	return ids
}

// check compares one page with a count by hand.
func (a account) check(t *testing.T, what string, p reports.Pilot, top id.ID, ask reports.Ask, today day.Date) {
	t.Helper()
	then := ask.Structure == reports.Then
	up, now := a.parents(0), a.parents(0)
	if then {
		up = a.parents(ask.AsOf)
	}
	if diff := gocmp.Diff(a.counted(up, top, p.Year, p.AsOf), shown(p.Self)); diff != "" {
		t.Errorf("%s:\n%s", what, diff)
	}
	var ids []id.ID
	sum, members := map[ledger.Stage]int64{}, map[id.ID]bool{}
	for _, row := range p.Children {
		ids = append(ids, row.Unit.ID)
		members[row.Unit.ID] = true
		if diff := gocmp.Diff(a.counted(up, row.Unit.ID, p.Year, p.AsOf), shown(row)); diff != "" {
			t.Errorf("%s, child %s:\n%s", what, row.Unit.ID, diff)
		}
		for s, n := range row.Stock {
			sum[s] += n
		}
	}
	slices.Sort(ids)
	if diff := gocmp.Diff(a.kids(top, ask.AsOf, today, then), ids); diff != "" {
		t.Errorf("%s, children:\n%s", what, diff)
	}
	// The children and whoever is in the unit itself, or in one that hangs there dissolved, are all.
	for u := range a.units {
		way := u
		for up[way] != 0 && up[way] != top {
			way = up[way]
		}
		if under(up, u, top) && (u == top || !members[way]) {
			direct := map[id.ID]id.ID{}
			for s, n := range a.stock(direct, u, p.AsOf) {
				sum[s] += n
			}
		}
	}
	if diff := gocmp.Diff(compact(p.Self.Stock), compact(sum)); diff != "" {
		t.Errorf("%s: the parts are not the whole:\n%s", what, diff)
	}
	for m := 1; m <= 12; m++ {
		first := day.Of(p.Year, m, 1)
		this := a.happened(up, top, first, min(first.MonthOf().Last(), p.AsOf), ledger.Admit, ledger.Readmit)
		last := day.Of(p.Year-1, m, 1)
		before := a.happened(up, top, last, last.MonthOf().Last(), ledger.Admit, ledger.Readmit)
		if p.ThisYear[m-1] != this || p.LastYear[m-1] != before {
			t.Errorf("%s, month %d: %d and %d, want %d and %d", what, m, p.ThisYear[m-1], p.LastYear[m-1], this, before)
		}
	}
	if top == 0 || p.Nation {
		return
	}
	displaced := 0
	dayUp := a.parents(ask.AsOf)
	for u := range a.units {
		if place(dayUp, u, top) != place(now, u, top) {
			displaced++
		}
	}
	if p.Displaced != displaced {
		t.Errorf("%s: %d units stood elsewhere, want %d", what, p.Displaced, displaced)
	}
}

// place says where a unit counts on the page of top: "" nowhere, else with which child.
func place(up map[id.ID]id.ID, u, top id.ID) string {
	if u == top {
		return "self"
	}
	for ; u != 0; u = up[u] {
		if up[u] == top {
			return u.String()
		}
	}
	return ""
}

// TestPilotProperty: on random histories every figure of every page equals a count by hand from all
// movements, by the structure of today and by that of the day.
func TestPilotProperty(t *testing.T) {
	seed := seedtest.Of(t)
	run := func(t *testing.T, s *store.Store, seed uint64) {
		h := live(t, s, seed)
		a := readAccount(t, s)
		sv := reports.New(s)
		r := rand.New(rand.NewPCG(seed, 2))
		today := s.Today()
		days := []day.Date{today, day.Of(2026, 6, 30), day.Of(2026, 7, 1), day.Of(2025, 12, 31), day.Of(2025, 2, 28), day.Of(2024, 10, 20), day.Of(2020, 5, 5)}
		for range 3 {
			days = append(days, day.Of(2024, 11, 1).AddDays(r.IntN(today.Sub(day.Of(2024, 11, 1)))))
		}
		for _, u := range append([]id.ID{0}, h.units...) {
			for _, on := range days {
				for _, st := range []reports.Structure{reports.Now, reports.Then} {
					ask := reports.Ask{Unit: u, AsOf: on, Structure: st}
					p, err := sv.Pilot(context.Background(), operator, ask)
					if err != nil {
						t.Fatal(err)
					}
					a.check(t, fmt.Sprintf("seed %d, unit %s, %s, %s", seed, u, on, st), p, u, ask, today)
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d, %v", seed, h.done)
			}
		}
		t.Logf("seed %d: %d movements, %v", seed, len(a.moves), h.done)
	}
	for i := range uint64(4) {
		t.Run("sqlite", func(t *testing.T) { run(t, storetest.SQLite(t), seed+i) })
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) { run(t, s, seed+4) })
}

// TestReparentMidYear moves a cell with its people to the other commune in the middle of the year.
func TestReparentMidYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		tree := storetest.Grow(t, s, province)
		a, b := tree.Communes[0], tree.Communes[1]
		moving := tree.Cells[0][0]
		admit := func(u org.Unit, on day.Date) {
			t.Helper()
			if err := s.Update(ctx, storetest.Entry(province), func(tx *store.Tx) error {
				p := storetest.NewPerson(tx.NewID(province), "Lê Văn Tám")
				return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{{To: ledger.Place{Unit: u.ID, Stage: ledger.Probationary}, Cause: ledger.Admit, Effective: on}}}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		admit(moving, day.Of(2026, 2, 3))
		admit(moving, day.Of(2026, 5, 19))
		admit(tree.Cells[0][1], day.Of(2026, 5, 19))
		admit(tree.Cells[1][0], day.Of(2026, 3, 1))
		admit(moving, day.Of(2025, 9, 2))
		sv := units.New(s)
		if err := sv.Reparent(ctx, operator, units.ReparentForm{Unit: moving.ID, Parent: b.ID, Act: act(day.Of(2026, 7, 1))}); err != nil {
			t.Fatal(err)
		}
		admit(moving, day.Of(2026, 9, 2))
		if err := sv.Rename(ctx, operator, units.RenameForm{Unit: moving.ID, Name: "Chi bộ thôn Mới", Act: act(day.Of(2026, 8, 1))}); err != nil {
			t.Fatal(err)
		}
		get := func(u id.ID, on day.Date, st reports.Structure) reports.Pilot {
			t.Helper()
			p, err := reports.New(s).Pilot(ctx, operator, reports.Ask{Unit: u, AsOf: on, Structure: st})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		rows := func(p reports.Pilot) map[string]int64 {
			got := map[string]int64{"self": p.Self.Admitted}
			for _, r := range p.Children {
				got[r.Unit.Name] = r.Admitted
			}
			return got
		}
		june, sept := day.Of(2026, 6, 30), day.Of(2026, 9, 30)
		for _, c := range []struct {
			what      string
			p         reports.Pilot
			want      map[string]int64
			displaced int
			shifted   bool
		}{
			{"A in June, today's structure", get(a.ID, june, reports.Now), map[string]int64{"self": 1, "Chi bộ thôn 2": 1}, 1, false},
			{"A in June, the day's structure", get(a.ID, june, reports.Then), map[string]int64{"self": 3, "Chi bộ thôn 1": 2, "Chi bộ thôn 2": 1}, 1, true},
			{"B in June, today's structure", get(b.ID, june, reports.Now), map[string]int64{"self": 3, "Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0, "Chi bộ thôn Mới": 2}, 1, false},
			{"B in June, the day's structure", get(b.ID, june, reports.Then), map[string]int64{"self": 1, "Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0}, 1, true},
			{"B in September, the day's structure", get(b.ID, sept, reports.Then), map[string]int64{"self": 4, "Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0, "Chi bộ thôn Mới": 3}, 0, false},
			{"the province in June, today's structure", get(tree.Root.ID, june, reports.Now), map[string]int64{"self": 4, a.Name: 1, b.Name: 3}, 1, false},
			{"the province in June, the day's structure", get(tree.Root.ID, june, reports.Then), map[string]int64{"self": 4, a.Name: 3, b.Name: 1}, 1, false},
			{"the nation in June, the day's structure", get(0, june, reports.Then), map[string]int64{"self": 4, tree.Root.Name: 4}, 0, false},
			{"A today", get(a.ID, 0, reports.Then), map[string]int64{"self": 1, "Chi bộ thôn 2": 1}, 0, false},
		} {
			if diff := gocmp.Diff(c.want, rows(c.p)); diff != "" || c.p.Displaced != c.displaced || c.p.Self.Shifted != c.shifted || c.p.Absent {
				t.Errorf("%s: displaced %d, shifted %v, absent %v\n%s", c.what, c.p.Displaced, c.p.Self.Shifted, c.p.Absent, diff)
			}
		}
		if p := get(moving.ID, june, reports.Then); p.Unit.Name != "Chi bộ thôn 1" || len(p.Above) != 2 || p.Above[1].ID != a.ID || p.Self.Shifted {
			t.Errorf("the cell itself in June: %q under %+v, shifted %v", p.Unit.Name, p.Above, p.Self.Shifted)
		}
		if p := get(moving.ID, june, reports.Now); p.Unit.Name != "Chi bộ thôn Mới" || p.Above[1].ID != b.ID || p.Self.Admitted != 2 {
			t.Errorf("the cell itself today: %q", p.Unit.Name)
		}
		// Who manages the commune the cell left still sees what it had, and not where it is now.
		left := access.Actor{User: 7, Grants: []access.Grant{{Unit: a.ID, Path: a.Path, Role: access.Viewer}}}
		p, err := reports.New(s).Pilot(ctx, left, reports.Ask{Unit: a.ID, AsOf: june, Structure: reports.Then})
		if err != nil || p.Self.Admitted != 3 || len(p.Above) != 0 {
			t.Errorf("%+v %v", p.Self, err)
		}
		if p := get(moving.ID, day.Of(2009, 6, 1), reports.Then); !p.Absent {
			t.Error("a unit that was not founded yet is there")
		}
	})
}

func TestPeriod(t *testing.T) {
	s := storetest.SQLite(t)
	tree := storetest.Grow(t, s, province)
	today := s.Today() // 21-11-2026
	for _, c := range []struct {
		on   day.Date
		year int
		want day.Date
		y    int
	}{
		{0, 0, today, 2026},
		{today.AddDays(1), 0, today, 2026},
		{day.Of(2024, 2, 29), 0, day.Of(2024, 2, 29), 2024},
		{0, 2024, day.Of(2024, 12, 31), 2024},
		{day.Of(2026, 5, 5), 2024, day.Of(2024, 12, 31), 2024},
		{day.Of(2024, 5, 5), 2026, today, 2026}, // the year wins: somebody chose another year and left the day
		{day.Of(2024, 5, 5), 2024, day.Of(2024, 5, 5), 2024},
		{0, 2027, today, 2027},
		{0, 1929, today, 2026}, {0, -5, today, 2026}, {0, 99999, today, 2026}, {day.Of(2024, 5, 5), 1 << 40, day.Of(2024, 5, 5), 2024},
	} {
		p, err := reports.New(s).Pilot(context.Background(), operator, reports.Ask{Unit: tree.Root.ID, AsOf: c.on, Year: c.year})
		if err != nil || p.AsOf != c.want || p.Year != c.y || p.Today != today || p.Structure != reports.Now {
			t.Errorf("%s in %d: %s in %d, %v; want %s in %d", c.on, c.year, p.AsOf, p.Year, err, c.want, c.y)
		}
	}
}

func TestScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, tree := context.Background(), storetest.Grow(t, s, province)
		a := tree.Communes[0]
		who := access.Actor{User: 7, Grants: []access.Grant{{Unit: a.ID, Path: a.Path, Role: access.Admin}}}
		for name, u := range map[string]id.ID{"another commune": tree.Communes[1].ID, "its cell": tree.Cells[1][0].ID, "the province": tree.Root.ID, "the nation": 0, "nothing": 38<<12 | 1<<40} {
			for _, st := range []reports.Structure{reports.Now, reports.Then} {
				p, err := reports.New(s).Pilot(ctx, who, reports.Ask{Unit: u, AsOf: day.Of(2026, 3, 1), Structure: st})
				if !fault.Is(err, fault.NotFound) || len(p.Children) != 0 || p.Self.Stock != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		p, err := reports.New(s).Pilot(ctx, who, reports.Ask{Unit: a.ID})
		if err != nil || p.SeesNation || len(p.Above) != 0 || len(p.Children) != 2 {
			t.Errorf("the own commune: %+v %v", p, err)
		}
		if p, err := reports.New(s).Pilot(ctx, who, reports.Ask{Unit: tree.Cells[0][1].ID}); err != nil || len(p.Above) != 1 || p.Above[0].ID != a.ID {
			t.Errorf("an own cell: %+v %v", p.Above, err)
		}
		if _, err := reports.New(s).Pilot(ctx, access.Actor{}, reports.Ask{Unit: a.ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody: %v", err)
		}
	})
}

// TestRemembered asks one service: a page is that of the last commit, and what it remembers of somebody
// who may read is not given to somebody who may not.
func TestRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, tree, r := context.Background(), storetest.Grow(t, s, province), reports.New(s)
		a, b := tree.Communes[0], tree.Communes[1]
		at := func(u org.Unit) access.Actor {
			return access.Actor{User: 7, Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: access.Viewer}}}
		}
		for i := range 5 {
			p, err := r.Pilot(ctx, operator, reports.Ask{Unit: a.ID})
			if err != nil || p.Self.Members() != int64(i) || !p.SeesNation || len(p.Above) != 1 {
				t.Fatalf("%d members are shown as %d, above %v, %v", i, p.Self.Members(), p.Above, err)
			}
			if p, err := r.Pilot(ctx, at(b), reports.Ask{Unit: a.ID}); !fault.Is(err, fault.NotFound) || p.Self.Stock != nil {
				t.Fatalf("another commune is shown: %+v %v", p, err)
			}
			p, err = r.Pilot(ctx, at(a), reports.Ask{Unit: a.ID})
			if err != nil || p.Self.Members() != int64(i) || p.SeesNation || len(p.Above) != 0 {
				t.Fatalf("the own commune: %d, above %v, sees the nation %v, %v", p.Self.Members(), p.Above, p.SeesNation, err)
			}
			storetest.Enrol(t, s, tree.Cells[0][0], "Lê Văn Bình", ledger.Probationary, day.Of(2026, 2, 3))
		}
	})
}

// TestTargets: rows carry their targets, the furthest behind comes first, and the nation's goal is the
// sum of its provinces' when every one has a goal.
func TestTargets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, tree := context.Background(), storetest.Grow(t, s, province)
		set := func(u org.Unit, indicator, text string) {
			t.Helper()
			if _, err := targets.New(s).Set(ctx, operator, u.Province(), 2026, "", []targets.Change{{Unit: u.ID, Indicator: indicator, Text: text}}); err != nil {
				t.Fatal(err)
			}
		}
		set(tree.Communes[1], "admit", "100")
		p, err := reports.New(s).Pilot(ctx, operator, reports.Ask{Unit: tree.Root.ID})
		if err != nil || p.Self.HasAdmit || p.Self.HasTrain || p.Children[0].Unit.ID != tree.Communes[1].ID || !p.Children[0].HasAdmit || p.Children[1].HasAdmit {
			t.Errorf("%+v %v", p, err)
		}
		if p.Children[0].Admit.State() != target.Behind {
			t.Errorf("state %s", p.Children[0].Admit.State())
		}
		set(tree.Root, "admit", "trên 1.800")
		set(tree.Root, "course", "50-60")
		set(tree.Communes[0], "admit", "0")
		other := storetest.Grow(t, s, 40)
		nation := func() reports.Pilot {
			t.Helper()
			p, err := reports.New(s).Pilot(ctx, operator, reports.Ask{})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if p := nation(); p.Self.HasAdmit || len(p.Children) != 2 || !p.Nation {
			t.Errorf("a goal of the nation although a province has none: %+v", p.Self)
		}
		set(other.Root, "admit", "20-30")
		if p := nation(); !p.Self.HasAdmit || p.Self.Admit.Target.Least() != 1801+20 || p.Self.HasTrain {
			t.Errorf("%+v", p.Self.Admit)
		}
		p, err = reports.New(s).Pilot(ctx, operator, reports.Ask{Unit: tree.Root.ID, Year: 2025})
		if err != nil || p.Self.HasAdmit {
			t.Errorf("a target of another year: %+v %v", p.Self, err)
		}
		order := slices.IsSortedFunc(nation().Children, func(a, b reports.Row) int {
			x, _ := a.Admit.Deviation()
			y, _ := b.Admit.Deviation()
			return cmp.Compare(x, y)
		})
		if !order {
			t.Error("not the furthest behind first")
		}
	})
}
