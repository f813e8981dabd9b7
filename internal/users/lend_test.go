package users_test

import (
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// TestGrantDates: a grant holds from its first to its last day and a loan as long as the lender has the role, asked anew at every request.
func TestGrantDates(t *testing.T) {
	now := storetest.Now()
	storetest.EachWith(t, storetest.Options{Now: func() time.Time { return now }}, func(t *testing.T, s *store.Store) {
		now = storetest.Now()
		tree, sv := storetest.Grow(t, s, 38), users.New(s)
		account := func(login string) (id.ID, string) {
			t.Helper()
			i := s.NewID(38)
			token, hash := seal.Token()
			if err := s.Update(t.Context(), audit.Of(access.System("test"), "user.create", 38, i), func(tx *store.Tx) error {
				if err := tx.AddUser(store.User{ID: i, Login: login, Name: login, Active: true}); err != nil {
					return err
				}
				return tx.AddSession(hash, i)
			}); err != nil {
				t.Fatal(err)
			}
			return i, token
		}
		can := func(token string, r access.Right, u org.Unit) bool {
			t.Helper()
			g, err := sv.BySession(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			return g.Actor.Can(r, u)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		commune, cell, today := tree.Communes[0], tree.Cells[0][0], s.Today()
		boss, bossToken := account("capuy")
		helper, token := account("canbo")
		console := access.System("test")
		must(sv.GrantFor(t.Context(), console, boss, commune.ID, access.Committee, today, 0))
		must(sv.GrantFor(t.Context(), console, helper, tree.Communes[1].ID, access.Viewer, today, today))
		if err := sv.GrantFor(t.Context(), console, helper, commune.ID, access.Viewer, today, today.AddDays(-1)); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a grant that is over: %v", err)
		}
		if !can(bossToken, access.SetTarget, cell) || !can(token, access.Read, tree.Communes[1]) || can(token, access.Read, cell) {
			t.Fatal("grants of today")
		}
		g, err := sv.BySession(t.Context(), bossToken)
		must(err)
		loan := users.Loan{Login: "canbo", Unit: commune.ID, Role: access.Clerk, To: today}
		for name, bad := range map[string]users.Loan{
			"more than held":     {Login: "canbo", Unit: tree.Root.ID, Role: access.Clerk, To: today},
			"administration":     {Login: "canbo", Unit: commune.ID, Role: access.Admin, To: today},
			"without an end":     {Login: "canbo", Unit: commune.ID, Role: access.Clerk},
			"in the past":        {Login: "canbo", Unit: commune.ID, Role: access.Clerk, To: today.AddDays(-1)},
			"to nobody":          {Login: "khongco", Unit: commune.ID, Role: access.Clerk, To: today},
			"to oneself":         {Login: "capuy", Unit: commune.ID, Role: access.Clerk, To: today},
			"over a held role":   {Login: "canbo", Unit: tree.Communes[1].ID, Role: access.Viewer, To: today},
			"at an unknown unit": {Login: "canbo", Unit: s.NewID(38), Role: access.Viewer, To: today},
		} {
			if err := sv.Lend(t.Context(), g.Actor, bad); err == nil {
				t.Errorf("lent: %s", name)
			}
		}
		must(sv.Lend(t.Context(), g.Actor, loan))
		if !can(token, access.Write, cell) || can(token, access.SetTarget, cell) {
			t.Fatal("the loan does not hold, or holds more")
		}
		lent, may, err := sv.Loans(t.Context(), g.Actor)
		if err != nil || len(lent) != 1 || lent[0].User != helper || len(may) != 1 {
			t.Fatalf("%+v %+v %v", lent, may, err)
		}
		h, err := sv.BySession(t.Context(), token)
		must(err)
		third, _ := account("nguoi3")
		if err := sv.Lend(t.Context(), h.Actor, users.Loan{Login: "nguoi3", Unit: commune.ID, Role: access.Viewer, To: today}); !fault.Is(err, fault.Forbidden) {
			t.Fatalf("%v lends on what was lent: %v", third, err)
		}
		if err := sv.TakeBack(t.Context(), h.Actor, helper, commune.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("somebody else takes it back: %v", err)
		}
		must(sv.TakeBack(t.Context(), g.Actor, helper, commune.ID))
		if can(token, access.Read, cell) {
			t.Fatal("taken back and still there")
		}
		must(sv.Lend(t.Context(), g.Actor, loan))
		must(sv.GrantFor(t.Context(), console, boss, commune.ID, access.Viewer, 0, 0))
		if can(token, access.Write, cell) {
			t.Fatal("the lender lost the role and the loan holds")
		}
		must(sv.GrantFor(t.Context(), console, boss, commune.ID, access.Committee, 0, 0))
		if !can(token, access.Write, cell) {
			t.Fatal("the lender has the role again")
		}
		now = now.Add(24 * time.Hour)
		gs, err := grantsNow(t, s, helper)
		if err != nil || len(gs) != 0 {
			t.Fatalf("grants after their last day: %+v %v", gs, err)
		}
	})
}

func grantsNow(t *testing.T, s *store.Store, user id.ID) (gs []access.Grant, err error) {
	err = s.View(t.Context(), func(tx *store.Tx) error {
		gs, err = tx.GrantsNow(user)
		return err
	})
	return gs, err
}
