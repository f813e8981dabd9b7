package subjects_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// TestTerms: what is due follows the terms of the installation; somebody taken out of the pool is due only once a term was set, and not a day early.
func TestTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, admin, committee := subjects.New(s), at(tree.Root, access.Admin), at(tree.Communes[0], access.Committee)
		gone := storetest.Enrol(t, s, tree.Cells[0][0], "Lê Văn Đi", ledger.Pool, day.Of(2024, 2, 3))
		storetest.Enrol(t, s, tree.Cells[0][0], "Lê Văn Ở", ledger.Pool, day.Of(2024, 2, 3))
		on := s.Today().AddMonths(-6)
		if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			p, err := tx.Person(gone.ID)
			if err != nil {
				return err
			}
			_, err = tx.Post(&p, ledger.Movement{Cause: ledger.Drop, Effective: on})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		due := func(day day.Date) int {
			t.Helper()
			d, err := sv.Due(t.Context(), committee, tree.Communes[0].ID, day)
			if err != nil {
				t.Fatal(err)
			}
			return len(d.People)
		}
		term := subject.Term{Months: 6, Reason: "quyết định của ban thường vụ", Source: "Quy chế nội bộ", Sure: "likely"}
		if n := due(s.Today().AddMonths(600)); n != 0 {
			t.Errorf("%d are due where no term is set", n)
		}
		for name, who := range map[string]access.Actor{"a committee": committee, "an administrator of a commune": at(tree.Communes[0], access.Admin)} {
			if err := sv.SetTerm(t.Context(), who, "dropped", term); err == nil {
				t.Errorf("%s sets a term", name)
			}
		}
		for field, bad := range map[string]subject.Term{"months": {Months: -1, Reason: term.Reason, Source: "x", Sure: "sure"}, "reason": {Months: 6, Source: "x", Sure: "sure"},
			"sure": {Months: 6, Reason: term.Reason, Source: "x", Sure: "maybe"}, "source": {Months: 6, Reason: term.Reason, Sure: "sure"}} {
			if err := sv.SetTerm(t.Context(), admin, "dropped", bad); fault.FieldsOf(err)[field].Key == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if err := sv.SetTerm(t.Context(), admin, "forever", term); fault.FieldsOf(err)["code"].Key == "" {
			t.Errorf("a term the program does not follow: %v", err)
		}
		if err := sv.SetTerm(t.Context(), admin, "dropped", term); err != nil {
			t.Fatal(err)
		}
		if early, now := due(s.Today().AddDays(-1)), due(s.Today()); early != 0 || now != 1 {
			t.Errorf("%d due a day early, %d on the day", early, now)
		}
		got, err := sv.Terms(t.Context(), admin)
		if err != nil || !got.May || got.Kept["dropped"].Months != 6 || got.Kept["dropped"].Sure != "likely" || got.Set["dropped"].By != admin.Name || got.Kept["refused"].Months != 12 {
			t.Errorf("%+v %v", got, err)
		}
		if n, err := sv.EraseDue(t.Context(), committee, tree.Communes[0].ID); err != nil || n != 1 {
			t.Errorf("%d erased, %v", n, err)
		}
		if n := due(s.Today()); n != 0 {
			t.Errorf("%d are due after all were erased", n)
		}
		// Terms set at once are all kept.
		codes := []string{"refused", "struck", "left", "batch"}
		atOnce(len(codes), func(n int) {
			if err := sv.SetTerm(t.Context(), admin, codes[n], term); err != nil {
				t.Error(err)
			}
		})
		if got, err = sv.Terms(t.Context(), admin); err != nil || len(got.Set) != 5 {
			t.Errorf("%d of 5 terms are kept: %v", len(got.Set), err)
		}
	})
}
