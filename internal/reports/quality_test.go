package reports_test

import (
	"slices"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/reports"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

// way enrols somebody with the days of each step.
func way(t *testing.T, s *store.Store, u org.Unit, joined day.Date, steps ...ledger.Movement) id.ID {
	t.Helper()
	var p id.ID
	err := s.Update(t.Context(), storetest.Entry(province), func(tx *store.Tx) error {
		who := storetest.NewPerson(tx.NewID(province), "Lê Thị Bưởi")
		who.Joined, p = joined, who.ID
		for i := range steps {
			if steps[i].To.Stage != ledger.Outside {
				steps[i].To.Unit = u.ID
			}
		}
		return tx.Enrol([]store.Enrolment{{Person: who, Movements: steps}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func to(stage ledger.Stage, c ledger.Cause, y, m, d int) ledger.Movement {
	return ledger.Movement{To: ledger.Place{Stage: stage}, Cause: c, Effective: day.Of(y, m, d)}
}

// TestQuality lets people go every way that shows a flaw, and some that do not; the store's day is 21-11-2026.
func TestQuality(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, province)
		a, b := tree.Cells[0][0], tree.Cells[1][0]
		late := way(t, s, a, 0, to(ledger.Probationary, ledger.Admit, 2024, 12, 10), to(ledger.Official, ledger.Recognise, 2026, 5, 4))
		way(t, s, a, 0, to(ledger.Probationary, ledger.Admit, 2025, 3, 3), to(ledger.Official, ledger.Recognise, 2026, 3, 10))
		way(t, s, a, 0, to(ledger.Probationary, ledger.Admit, 2025, 12, 1), to(ledger.Outside, ledger.Quit, 2026, 3, 2))
		way(t, s, b, day.Of(2024, 11, 1), to(ledger.Probationary, ledger.Opening, 2025, 1, 1), to(ledger.Official, ledger.Recognise, 2026, 6, 1))
		way(t, s, b, day.Of(2001, 11, 1), to(ledger.Official, ledger.Opening, 2025, 1, 1), to(ledger.Outside, ledger.Quit, 2026, 6, 1))
		way(t, s, b, 0, to(ledger.Certified, ledger.Certify, 2021, 2, 1), to(ledger.Pool, ledger.Lapse, 2026, 2, 2))
		way(t, s, b, 0, to(ledger.Certified, ledger.Certify, 2025, 2, 1), to(ledger.Dossier, ledger.Apply, 2026, 2, 2), to(ledger.Certified, ledger.Return, 2026, 4, 2))
		way(t, s, b, 0, to(ledger.Dossier, ledger.Opening, 2025, 2, 1), to(ledger.Probationary, ledger.Admit, 2025, 12, 22))
		sv, who := reports.New(s), access.System("test")
		check := func(u org.Unit, want reports.Quality) {
			t.Helper()
			p, err := sv.Pilot(t.Context(), who, reports.Ask{Unit: u.ID})
			if err != nil {
				t.Fatal(err)
			}
			if p.Self.Quality != want {
				t.Errorf("%s: %+v, want %+v", u.Name, p.Self.Quality, want)
			}
			for flaw, n := range map[target.Flaw]int64{target.Late: want.Late, target.Early: want.Early} {
				among, err := sv.Flawed(t.Context(), who, u.ID, flaw, day.Of(2026, 1, 1), 0)
				if err != nil {
					t.Fatal(err)
				}
				m, err := people.New(s).Moves(t.Context(), who, u.ID, people.MoveFilter{From: day.Of(2026, 1, 1), Among: among}, "", 100)
				if err != nil || m.Sum.Net != n || int64(len(m.Page.Lines)) != n {
					t.Errorf("%s %s: the list has %d of %d, want %d: %v", u.Name, flaw, len(m.Page.Lines), m.Sum.Net, n, err)
				}
			}
		}
		all := reports.Quality{Applied: 1, Returned: 1, Lapsed: 1, Recognised: 3, Late: 2, Early: 1, Crowded: 2, OfYear: 3}
		check(tree.Root, all)
		check(a, reports.Quality{Recognised: 2, Late: 1, Early: 1, Crowded: 1, OfYear: 2})
		check(tree.Communes[1], reports.Quality{Applied: 1, Returned: 1, Lapsed: 1, Recognised: 1, Late: 1, Crowded: 1, OfYear: 1})
		p, err := sv.Pilot(t.Context(), who, reports.Ask{Unit: tree.Root.ID})
		if err != nil || p.Zero() != 2 || p.Self.Latest != day.MonthOf(2025, 12) || p.Forecast.Why != target.TooFew || len(p.Forecast.Years) != 0 {
			t.Errorf("no unit admitted anybody this year, the last in December: %d %s %+v %v", p.Zero(), p.Self.Latest, p.Forecast, err)
		}
		for _, r := range p.Children {
			below, err := sv.Pilot(t.Context(), who, reports.Ask{Unit: r.Unit.ID}) // read from the ledger, not from counters
			if err != nil || below.Self.Latest != r.Latest || r.Latest != day.MonthOf(2025, 12) {
				t.Errorf("%s: last admission %s and %s: %v", r.Unit.Name, r.Latest, below.Self.Latest, err)
			}
		}
		p, err = sv.Pilot(t.Context(), who, reports.Ask{Unit: tree.Root.ID, AsOf: day.Of(2026, 5, 3)})
		if q := p.Self.Quality; err != nil || q.Late != 0 || q.Early != 1 || q.Recognised != 1 {
			t.Errorf("before the first late one: %+v %v", q, err)
		}
		for _, cause := range []string{"course", "no_source", "no_source"} {
			if _, err := targets.New(s).PutObstacle(t.Context(), who, target.Obstacle{Unit: b.ID, Cause: cause, Remedy: "Mở lớp", Responsible: "Đảng ủy xã", Due: s.Today()}); err != nil {
				t.Fatal(err)
			}
		}
		for _, u := range []org.Unit{tree.Root, tree.Communes[1]} {
			p, err = sv.Pilot(t.Context(), who, reports.Ask{Unit: u.ID})
			below := 0
			for _, r := range p.Children {
				below += len(r.Stuck)
			}
			if want := []reports.Stuck{{Cause: "no_source", Open: 2}, {Cause: "course", Open: 1}}; err != nil || !slices.Equal(p.Self.Stuck, want) || below != len(want) {
				t.Errorf("%s: %+v stand in the way, %d below: %v", u.Name, p.Self.Stuck, below, err)
			}
		}
		// What is taken back did not happen, and what was remembered of before does not count.
		err = s.Update(t.Context(), storetest.Entry(province), func(tx *store.Tx) error {
			p, err := tx.Person(late)
			if err != nil {
				return err
			}
			ms, err := tx.Movements(late)
			if err != nil {
				return err
			}
			_, err = tx.Reverse(&p, ms[1], ms[0].Effective)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		all.Late, all.Recognised = 1, 2
		check(tree.Root, all)
		if _, err := sv.Flawed(t.Context(), access.Actor{}, tree.Root.ID, target.Late, 0, 0); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody sees the list: %v", err)
		}
	})
}
