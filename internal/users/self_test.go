package users_test

import (
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 5, Name: "Nguyễn Văn Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

// accept uses a link and sets a password.
func (d desk) accept(t *testing.T, token string) {
	t.Helper()
	in, err := d.Accept(t.Context(), token, users.From{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := d.BySession(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.FirstPassword(t.Context(), g, password); err != nil {
		t.Fatal(err)
	}
}

func (d desk) state(t *testing.T, who access.Actor, p id.ID) users.SelfAccount {
	t.Helper()
	a, err := d.SelfOf(t.Context(), who, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestSelf: an account of one person is made by who keeps their record, once, by links that work once and in time; who signs in gets no second
// way in; it holds no role, and ends when it is ended.
func TestSelf(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		cell := d.tree.Cells[0][0]
		p := storetest.Enrol(t, d.st, cell, "Trần Thị Đào", ledger.Pool, day.Of(2026, 2, 3)).ID
		clerk := at(cell, access.Clerk)
		if _, _, err := d.InvitePerson(ctx, at(cell, access.Viewer), p, ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer invites: %v", err)
		}
		if _, _, err := d.InvitePerson(ctx, at(d.tree.Communes[1], access.Admin), p, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("from elsewhere: %v", err)
		}
		if a := d.state(t, clerk, p); a.State != users.SelfNone {
			t.Errorf("before: %+v", a)
		}
		login, first, err := d.InvitePerson(ctx, clerk, p, "")
		if err != nil || !strings.HasPrefix(login, "dao.tt") {
			t.Fatalf("%q %v", login, err)
		}
		again, second, err := d.InvitePerson(ctx, clerk, p, "")
		if err != nil || again != login {
			t.Fatalf("a second account: %q %v", again, err)
		}
		if _, err := d.Accept(ctx, first, users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the older link: %v", err)
		}
		if a := d.state(t, clerk, p); a.State != users.SelfInvited {
			t.Errorf("invited: %+v", a)
		}
		d.wait(73 * time.Hour)
		if a := d.state(t, clerk, p); a.State != users.SelfExpired {
			t.Errorf("too late: %+v", a)
		}
		if _, err := d.Accept(ctx, second, users.From{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link that is over: %v", err)
		}
		_, third, err := d.InvitePerson(ctx, clerk, p, "")
		if err != nil {
			t.Fatal(err)
		}
		d.accept(t, third)
		if a := d.state(t, clerk, p); a.State != users.SelfOpen || a.Login != login {
			t.Errorf("open: %+v", a)
		}
		if _, _, err := d.InvitePerson(ctx, clerk, p, ""); fault.TextOf(err).Key != "user.self_open" {
			t.Errorf("a second way in: %v", err)
		}
		token, err := d.SignIn(ctx, login, password)
		if err != nil {
			t.Fatal(err)
		}
		g, err := d.BySession(ctx, token)
		if err != nil || g.Actor.Self != p || g.Actor.Grants != nil || g.Role != access.Self {
			t.Errorf("%+v %v", g, err)
		}
		if err := d.Grant(ctx, d.admin, g.Actor.User, cell.ID, access.Clerk); fault.TextOf(err).Key != "user.self_no_role" {
			t.Errorf("a role for it: %v", err)
		}
		if err := d.EndPerson(ctx, at(cell, access.Viewer), p); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer ends it: %v", err)
		}
		if err := d.EndPerson(ctx, clerk, p); err != nil {
			t.Fatal(err)
		}
		if _, err := d.BySession(ctx, token); !fault.Is(err, fault.NotFound) {
			t.Errorf("the session goes on: %v", err)
		}
		if _, err := d.SignIn(ctx, login, password); !fault.Is(err, fault.Invalid) {
			t.Errorf("the password goes on: %v", err)
		}
		if err := d.EndPerson(ctx, clerk, p); fault.TextOf(err).Key != "user.self_none" {
			t.Errorf("ended twice: %v", err)
		}
		if l, err := d.List(ctx, d.admin, users.Ask{}); err != nil || len(l.Accounts) != 0 {
			t.Errorf("it stands among those who hold roles: %+v %v", l, err)
		}
	})
}

// TestSelfSleeps: an account nobody used for long is opened by a new link, without what it signed in with before.
func TestSelfSleeps(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		cell := d.tree.Cells[0][0]
		p := storetest.Enrol(t, d.st, cell, "Trần Thị Đào", ledger.Pool, day.Of(2026, 2, 3)).ID
		login, token, err := d.InvitePerson(t.Context(), d.admin, p, "dao")
		if err != nil {
			t.Fatal(err)
		}
		d.accept(t, token)
		d.wait(46 * 24 * time.Hour)
		if _, err := d.SignIn(t.Context(), login, password); fault.TextOf(err).Key != "user.signin_inactive" {
			t.Errorf("asleep: %v", err)
		}
		if a := d.state(t, d.admin, p); a.State != users.SelfAsleep {
			t.Errorf("%+v", a)
		}
		if _, _, err := d.InvitePerson(t.Context(), d.admin, p, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignIn(t.Context(), login, password); fault.TextOf(err).Key != "user.signin_wrong" {
			t.Errorf("the old password: %v", err)
		}
	})
}

// TestSelfEndsWithTheRecord: an account is over as soon as its record is of somebody who died, was taken back, or has lost the name.
func TestSelfEndsWithTheRecord(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		cell := d.tree.Cells[0][0]
		for what, end := range map[string]func(tx *store.Tx, p id.ID) error{
			"died": func(tx *store.Tx, p id.ID) error {
				x, err := tx.Person(p)
				if err == nil {
					_, err = tx.Post(&x, ledger.Movement{Cause: ledger.Die, Effective: tx.Today})
				}
				return err
			},
			"without a name": func(tx *store.Tx, p id.ID) error {
				_, err := tx.Exec(tx.Context(), `UPDATE person SET name = '' WHERE province_id = $1 AND id = $2`, p.Province(), int64(p))
				return err
			},
			"taken back": func(tx *store.Tx, p id.ID) error {
				_, err := tx.Exec(tx.Context(), `UPDATE person SET void = TRUE WHERE province_id = $1 AND id = $2`, p.Province(), int64(p))
				return err
			},
		} {
			p := storetest.Enrol(t, d.st, cell, "Trần Thị Đào", ledger.Pool, day.Of(2026, 2, 3)).ID
			login, link, err := d.InvitePerson(t.Context(), d.admin, p, "")
			if err != nil {
				t.Fatal(err)
			}
			d.accept(t, link)
			token, err := d.SignIn(t.Context(), login, password)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.st.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error { return end(tx, p) }); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if _, err := d.BySession(t.Context(), token); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: the session goes on: %v", what, err)
			}
			if _, err := d.SignIn(t.Context(), login, password); fault.TextOf(err).Key != "user.signin_wrong" {
				t.Errorf("%s: signs in: %v", what, err)
			}
			if a := d.state(t, d.admin, p); a.State != users.SelfEnded {
				t.Errorf("%s: %+v", what, a)
			}
			if _, _, err := d.InvitePerson(t.Context(), d.admin, p, ""); err == nil {
				t.Errorf("%s: is invited again", what)
			}
		}
	})
}
