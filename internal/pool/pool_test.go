package pool_test

import (
	"reflect"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/pool"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 1, Name: "thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

func want(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

func stageOf(t *testing.T, s *store.Store, i id.ID) (stage ledger.Stage) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		p, err := tx.Person(i)
		stage = p.Place.Stage
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return stage
}

func TestQuarter(t *testing.T) {
	for d, q := range map[day.Date]string{day.Of(2026, 1, 1): "2026-Q1", day.Of(2026, 3, 31): "2026-Q1", day.Of(2026, 11, 21): "2026-Q4"} {
		if pool.Quarter(d) != q {
			t.Errorf("%s is in %s", d, pool.Quarter(d))
		}
	}
	if pool.QuarterStart(day.Of(2026, 11, 21)) != day.Of(2026, 10, 1) {
		t.Error("the start of a quarter")
	}
}

// TestPool: a proposal, the resolution with a helper, the remark of the quarter, the review of the year.
func TestPool(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sv, tree := pool.New(s), storetest.Grow(t, s, 38)
		cell := tree.Cells[0][0]
		clerk, commune := at(cell, access.Clerk), at(tree.Communes[0], access.Clerk)
		helper := storetest.Enrol(t, s, cell, "Lý Hải", ledger.Official, day.Of(2015, 5, 1))
		var people []*person.Person
		for _, name := range []string{"Trần An", "Lê Bình", "Vũ Cường"} {
			people = append(people, storetest.Enrol(t, s, cell, name, ledger.Proposed, day.Of(2025, 2, 3)))
		}
		list := func(v pool.View, n int) pool.List {
			t.Helper()
			l, err := sv.List(t.Context(), clerk, cell.ID, pool.Ask{View: v, Size: 50})
			if err != nil || len(l.Rows) != n {
				t.Fatalf("%q has %d, want %d: %v", v, len(l.Rows), n, err)
			}
			return l
		}
		if l := list(pool.Proposals, 3); len(l.Helpers) != 1 || l.Helpers[0].ID != helper.ID || l.Helpers[0].N != 0 {
			t.Errorf("%+v", l.Helpers)
		}
		adopt := pool.Meeting{Unit: cell.ID, On: day.Of(2025, 3, 5), No: "03-NQ/CB", Dated: day.Of(2025, 3, 5), Reason: "chi bộ nhất trí"}
		for i, p := range people {
			x := pool.Item{Person: p.ID, Step: dossier.Adopt, Helper: helper.ID}
			if i == 2 {
				x.Helper = 0
			}
			adopt.Items = append(adopt.Items, x)
		}
		b, err := sv.Resolve(t.Context(), clerk, adopt, true)
		if err != nil || b.Fit != 2 || b.Of != 3 {
			t.Fatalf("%d/%d: %v %+v", b.Fit, b.Of, err, b.Lines)
		}
		if stageOf(t, s, people[0].ID) != ledger.Proposed {
			t.Error("a dry run moved somebody")
		}
		if _, err := sv.Resolve(t.Context(), clerk, adopt, false); err != nil {
			t.Fatal(err)
		}
		for i, want := range []ledger.Stage{ledger.Pool, ledger.Pool, ledger.Proposed} {
			if got := stageOf(t, s, people[i].ID); got != want {
				t.Errorf("%s is at %s", people[i].Name, got)
			}
		}
		if l := list(pool.Unmarked, 2); l.Rows[0].HelperOf != "Lý Hải" || l.Counts[pool.Unviewed] != 2 || l.Counts[pool.Helpless] != 0 {
			t.Errorf("%+v %v", l.Rows[0], l.Counts)
		}
		now := day.Of(2026, 11, 20)
		remark := pool.Meeting{Unit: cell.ID, On: now, Items: []pool.Item{{Person: people[0].ID, Step: dossier.Remark, Text: "tiến bộ"}}}
		if _, err := sv.Resolve(t.Context(), clerk, remark, false); err != nil {
			t.Fatal(err)
		}
		list(pool.Unmarked, 1)
		_, err = sv.Resolve(t.Context(), clerk, remark, false)
		want(t, "the same quarter again", err, fault.Invalid, "pool.nobody_fits")
		review := pool.Meeting{Unit: cell.ID, On: now, No: "11-NQ/CB", Dated: now, Reason: "rà soát năm", Items: []pool.Item{
			{Person: people[0].ID, Step: dossier.Review}, {Person: people[1].ID, Step: dossier.Drop, Group: "own_wish", Text: "xin thôi"}}}
		if b, err = sv.Resolve(t.Context(), commune, review, false); err != nil || b.Fit != 2 {
			t.Fatalf("%+v %v", b, err)
		}
		list(pool.Unviewed, 0)
		if stageOf(t, s, people[1].ID) != ledger.Outside {
			t.Error("whom the cell dropped is still in the pool")
		}
		review.Items[0] = pool.Item{Person: people[0].ID, Step: dossier.Drop}
		_, err = sv.Resolve(t.Context(), commune, review, true)
		want(t, "dropped without a reason", err, fault.Invalid, "pool.invalid")
		alike(t, s, people)
	})
}

// alike wants the live dossiers of many people, read at once, to be those of each: the first has one with acts, that of the second is closed.
func alike(t *testing.T, s *store.Store, people []*person.Person) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		var all []id.ID
		for _, p := range people {
			all = append(all, p.ID)
		}
		live, err := tx.LiveDossiers(all)
		if err != nil {
			return err
		}
		if len(live) != 1 || len(live[all[0]].Acts) < 3 {
			t.Errorf("live dossiers: %+v", live)
		}
		for p, d := range live {
			one, _, err := tx.DossierOf(p)
			if err != nil || !reflect.DeepEqual(*d, one) {
				t.Errorf("at once %+v, alone %+v: %v", *d, one, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestScope: who belongs elsewhere sees nobody, and nothing they resolve counts.
func TestScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sv, tree := pool.New(s), storetest.Grow(t, s, 38)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Trần An", ledger.Pool, day.Of(2025, 2, 3))
		foreign := at(tree.Communes[1], access.Admin)
		_, err := sv.List(t.Context(), foreign, tree.Cells[0][0].ID, pool.Ask{Size: 50})
		want(t, "a foreign list", err, fault.NotFound, "error.notfound")
		if l, err := sv.List(t.Context(), foreign, tree.Communes[1].ID, pool.Ask{Size: 50}); err != nil || len(l.Rows) != 0 {
			t.Errorf("%d rows: %v", len(l.Rows), err)
		}
		m := pool.Meeting{Unit: tree.Communes[1].ID, On: day.Of(2026, 11, 2), Items: []pool.Item{{Person: p.ID, Step: dossier.Drop, Group: "moved"}}}
		b, err := sv.Resolve(t.Context(), foreign, m, true)
		if err != nil || b.Fit != 0 || b.Lines[0].Name != "" || b.Lines[0].Why.Key != "person.notfound" {
			t.Errorf("a foreign dry run tells %+v: %v", b.Lines, err)
		}
		_, err = sv.Resolve(t.Context(), foreign, m, false)
		want(t, "a foreign resolution", err, fault.Invalid, "pool.nobody_fits")
		if l, err := sv.List(t.Context(), at(tree.Communes[0], access.Viewer), tree.Communes[0].ID, pool.Ask{Size: 50}); err != nil || len(l.Rows) != 1 || l.May {
			t.Errorf("a viewer: %d rows, may %v: %v", len(l.Rows), l.May, err)
		}
	})
}
