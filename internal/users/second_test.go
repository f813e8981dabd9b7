package users_test

import (
	"context"
	"errors"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// second is the service on approvals, with the guards on, and two administrators of the province.
func (d desk) second(t *testing.T) (s *approvals.Service, hoa, binh access.Actor) {
	t.Helper()
	s = approvals.New(d.st, d.Deeds())
	if err := s.SetGuards(context.Background(), d.admin, approval.Usual); err != nil {
		t.Fatal(err)
	}
	d.make(t, "hoa", access.Admin, d.tree.Root)
	d.make(t, "binh", access.Admin, d.tree.Root)
	return s, d.actor(t, "hoa"), d.actor(t, "binh")
}

// ask makes the request a refusal calls for.
func ask(t *testing.T, s *approvals.Service, who access.Actor, refusal error) id.ID {
	t.Helper()
	var n *approval.Needed
	if !errors.As(refusal, &n) {
		t.Fatalf("no second person is asked for: %v", refusal)
	}
	token, _, err := s.Ask(context.Background(), who, n.Act)
	if err != nil {
		t.Fatal(err)
	}
	i, err := s.Submit(context.Background(), who, token, "thay người phụ trách")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestSecondToGrant: an administrator is made by two persons, an account without that right by one.
func TestSecondToGrant(t *testing.T) {
	ctx := context.Background()
	each(t, func(t *testing.T, d desk) {
		s, hoa, binh := d.second(t)
		if _, _, err := d.Create(ctx, hoa, users.Form{Login: "vien", Name: "Viên", Unit: d.tree.Root.ID, Role: access.Clerk, Invite: true}); err != nil {
			t.Fatal(err)
		}
		f := users.Form{Login: "moi", Name: "Mới", Unit: d.tree.Communes[0].ID, Role: access.Admin, Invite: true}
		_, _, err := d.Create(ctx, hoa, f)
		if err := s.Decide(ctx, binh, ask(t, s, hoa, err), 1, true, ""); err != nil {
			t.Fatal(err)
		}
		made := d.actorOf(t, "moi")
		if !made.Can(access.ManageUsers, d.tree.Communes[0]) || made.Can(access.ManageUsers, d.tree.Root) {
			t.Errorf("made with %+v", made.Grants)
		}
		if _, err := d.Invite(ctx, hoa, made.User); err != nil {
			t.Errorf("the new account cannot be invited: %v", err)
		}

		vien := d.actorOf(t, "vien")
		i := ask(t, s, hoa, d.Grant(ctx, hoa, vien.User, d.tree.Root.ID, access.Admin))
		if err := d.Grant(ctx, hoa, vien.User, d.tree.Communes[1].ID, access.Viewer); err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(ctx, binh, i, 1, true, ""); fault.TextOf(err).Key != "approval.moved" {
			t.Errorf("granted on a changed ground: %v", err)
		}
		if d.actorOf(t, "vien").Can(access.ManageUsers, d.tree.Root) {
			t.Error("it was granted all the same")
		}
		if err := s.Decide(ctx, binh, i, 1, false, "đã giao việc khác"); err != nil {
			t.Fatal(err)
		}
		i = ask(t, s, hoa, d.Grant(ctx, hoa, vien.User, d.tree.Root.ID, access.Admin))
		if err := s.Decide(ctx, binh, i, 1, true, ""); err != nil || !d.actorOf(t, "vien").Can(access.ManageUsers, d.tree.Root) {
			t.Errorf("not granted: %v", err)
		}
	})
}

// TestSecondToReset: nobody alone takes away what somebody else signs in with, by whichever way.
func TestSecondToReset(t *testing.T) {
	ctx := context.Background()
	each(t, func(t *testing.T, d desk) {
		s, hoa, binh := d.second(t)
		lan := d.make(t, "lan", access.Clerk, d.tree.Communes[0])
		token := d.in(t, "lan")
		if err := d.SetPassword(ctx, hoa, lan, "một mật khẩu khác hẳn"); fault.TextOf(err).Key != "user.password_second" {
			t.Errorf("a password of somebody else: %v", err)
		}
		if _, err := d.Invite(ctx, hoa, lan); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second way in: %v", err)
		}
		_, err := d.Reset(ctx, hoa, lan)
		i := ask(t, s, hoa, err)
		if _, err := d.BySession(ctx, token); err != nil {
			t.Errorf("the session ended before the approval: %v", err)
		}
		if err := s.Decide(ctx, hoa, i, 1, true, ""); fault.TextOf(err).Key != "approval.four_eyes" {
			t.Errorf("alone: %v", err)
		}
		if err := s.Decide(ctx, binh, i, 1, true, ""); err != nil {
			t.Fatal(err)
		}
		d.gone(t, token, "a reset that was approved")
		if _, err := d.SignIn(ctx, "lan", password); !fault.Is(err, fault.Invalid) {
			t.Errorf("the old password still opens: %v", err)
		}
		if _, err := d.Invite(ctx, hoa, lan); err != nil {
			t.Errorf("cannot be invited anew: %v", err)
		}

		// What the account signs in with changed between request and approval.
		minh := d.make(t, "minh", access.Clerk, d.tree.Communes[0])
		_, err = d.Reset(ctx, hoa, minh)
		i = ask(t, s, hoa, err)
		if err := d.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
			u, err := tx.User(minh)
			u.Password = "another"
			return errors.Join(err, tx.PutUser(u))
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(ctx, binh, i, 1, true, ""); fault.TextOf(err).Key != "approval.moved" {
			t.Errorf("reset on a changed ground: %v", err)
		}
	})
}
