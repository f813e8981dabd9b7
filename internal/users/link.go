package users

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Links that work once: an invitation lets an account set up how it signs in, the set-up link makes the first account.
const (
	invitation = "invite"
	setup      = "setup"
)

// SetupLink makes the link with which the first account is made, and ends an older one; "" when somebody can already sign in. Where the
// first administrator made the account and then was interrupted before any way to sign in was set up, it invites them again under their
// login: there is nobody who could.
func (s *Service) SetupLink(ctx context.Context) (token, login string, err error) {
	err = s.st.Update(ctx, audit.Of(access.System("serve"), "user.setup_link", 0, 0), func(tx *store.Tx) error {
		token, login = "", ""
		stuck, closed, err := interrupted(tx)
		if err != nil || closed {
			return err
		}
		kind, user := setup, setupUser
		if stuck.ID != 0 {
			kind, user, login = invitation, stuck.ID, stuck.Login
			tx.Did(user, "")
		}
		if err := tx.DropPending(kind, user); err != nil {
			return err
		}
		token, err = wait(tx, kind, user, "", inviteLife)
		return err
	})
	return token, login, err
}

// interrupted returns the first administrator of the nation when no account at all can be signed in to. Closed: there are accounts and
// somebody can, or none of them administers the nation.
func interrupted(tx *store.Tx) (first store.User, closed bool, err error) {
	some := false
	for us, err := range everybody(tx, "") {
		if err != nil {
			return first, false, err
		}
		some = some || len(us) > 0
		for _, u := range us {
			if open, err := tx.Equipped(u); err != nil || open {
				return first, true, err
			}
		}
	}
	top, err := tx.UsersAt([]id.ID{0})
	if err != nil {
		return first, false, err
	}
	for _, u := range top {
		gs, err := tx.Grants(u.ID)
		if err != nil {
			return first, false, err
		}
		nation := slices.ContainsFunc(gs, func(g access.Grant) bool { return g.Unit == 0 && g.Role == access.Admin })
		if nation && u.Active && (first.ID == 0 || u.ID < first.ID) {
			first = u
		}
	}
	return first, some && first.ID == 0, nil
}

// setupUser stands for the account that does not exist yet.
const setupUser id.ID = 1

// NeedsSetup reports whether nobody has an account yet.
func (s *Service) NeedsSetup(ctx context.Context) (empty bool, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		empty, err = noUsers(tx)
		return err
	})
	return empty, err
}

func noUsers(tx *store.Tx) (bool, error) {
	us, err := tx.Users("", 1)
	return len(us) == 0, err
}

// LinkKind says what a link is for without using it up: whether it makes the first account, and else whose account it opens.
func (s *Service) LinkKind(ctx context.Context, token string) (first bool, login string, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		first, login = false, ""
		if _, err := tx.Pending(setup, seal.HashToken(token)); err == nil {
			first = true
			return nil
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		p, err := tx.Pending(invitation, seal.HashToken(token))
		if err != nil {
			return err
		}
		u, err := tx.User(p.User)
		login = u.Login
		return err
	})
	return first, login, err
}

// SetUp makes the first account, which administers the nation, and opens a session that has to set up a passkey next.
func (s *Service) SetUp(ctx context.Context, token, login, name string, from From) (Entered, error) {
	const op = "users.SetUp"
	f := Form{Login: strings.ToLower(strings.TrimSpace(login)), Name: vi.NFC(name), Role: access.Admin}
	if err := check(op, f); err != nil {
		return Entered{}, err
	}
	var in Entered
	err := s.st.Update(ctx, audit.Of(access.System("web"), "user.setup", 0, 0), func(tx *store.Tx) error {
		if _, err := tx.TakePending(setup, seal.HashToken(token)); err != nil {
			return err
		}
		empty, err := noUsers(tx)
		if err != nil {
			return err
		}
		if !empty {
			return fault.E(op, fault.Conflict, "user.too_late")
		}
		u := store.User{ID: tx.NewID(0), Login: f.Login, Name: f.Name, Active: true}
		tx.Did(u.ID, string(f.Role))
		if err := tx.AddUser(u); err != nil {
			return err
		}
		if err := tx.PutGrant(u.ID, access.Grant{Role: f.Role}); err != nil {
			return err
		}
		if u, err = tx.User(u.ID); err != nil {
			return err
		}
		in, err = s.begin(tx, u, from, store.ByLink)
		return err
	})
	return in, err
}

// Invite makes a link with which an account sets up how it signs in; an older one ends. An account that can already sign in is
// refused, or its manager could open a second way into it unseen: Reset takes the first one away, which its owner notices.
func (s *Service) Invite(ctx context.Context, who access.Actor, user id.ID) (token string, err error) {
	err = s.st.Update(ctx, audit.Of(who, "user.invite", user.Province(), user), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		open, err := tx.Equipped(u)
		if err != nil {
			return err
		}
		if open {
			return fault.E("users.Invite", fault.Conflict, "user.invite_open")
		}
		if err := tx.DropPending(invitation, user); err != nil {
			return err
		}
		token, err = wait(tx, invitation, user, "", inviteLife)
		return err
	})
	return token, err
}

// Reset takes away everything an account signs in with and ends its sessions, then invites anew: for a lost telephone, or when
// somebody else may hold it. Nobody resets themselves.
func (s *Service) Reset(ctx context.Context, who access.Actor, user id.ID) (token string, err error) {
	err = s.st.Update(ctx, audit.Of(who, "user.reset", user.Province(), user), func(tx *store.Tx) error {
		if who.User == user {
			return fault.E("users.Reset", fault.Conflict, "user.own_account")
		}
		if err := manages(tx, who, user); err != nil {
			return err
		}
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		if err := secondToReset(tx, who, u); err != nil {
			return err
		}
		if err := strip(tx, &u); err != nil {
			return err
		}
		if err := tx.PutUser(u); err != nil {
			return err
		}
		token, err = wait(tx, invitation, user, "", inviteLife)
		return err
	})
	return token, err
}

// strip takes away everything an account signs in with, and ends its sessions and links. The caller puts the account.
func strip(tx *store.Tx, u *store.User) error {
	keys, err := tx.Passkeys(u.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.DropPasskey(u.ID, k.Credential); err != nil {
			return err
		}
	}
	bound, err := tx.Identities(u.ID)
	if err != nil {
		return err
	}
	for _, x := range bound {
		if err := tx.DropIdentity(u.ID, x.Issuer); err != nil {
			return err
		}
	}
	u.Password = ""
	for _, step := range []func() error{
		func() error { return tx.DropGenerator(u.ID) },
		func() error { return tx.PutRecovery(u.ID, nil) },
		func() error { return tx.DropSessions(u.ID) },
		func() error { return tx.DropTokens(u.ID) },
		func() error { return tx.DropDevices(u.ID) },
		func() error { return tx.DropPending(invitation, u.ID) },
		func() error { return tx.DropPending("step", u.ID) },
		func() error { return forgetGuesses(tx, *u, nil) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Accept uses an invitation up and opens a session that has to set up a factor next.
func (s *Service) Accept(ctx context.Context, token string, from From) (Entered, error) {
	hash := seal.HashToken(token)
	var u store.User
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Pending(invitation, hash)
		if err == nil {
			u, err = tx.User(p.User)
		}
		return err
	}); err != nil {
		return Entered{}, err
	}
	return s.enter(ctx, u, from, store.ByLink, func(tx *store.Tx, _ store.User) error {
		_, err := tx.TakePending(invitation, hash)
		return err
	})
}

// FirstPassword sets a password in a session that was opened by a link.
func (s *Service) FirstPassword(ctx context.Context, g Signed, password string) error {
	const op = "users.FirstPassword"
	if g.Way != store.ByLink || !g.Fresh {
		return fault.E(op, fault.Forbidden, "user.prove_first")
	}
	e := fault.E(op, fault.Invalid, "user.invalid")
	if weak(e, g.Login, password); len(e.Fields) > 0 {
		return e
	}
	hash, err := seal.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.st.Update(ctx, own(g, "user.password"), func(tx *store.Tx) error {
		u, err := tx.User(g.Actor.User)
		if err != nil {
			return err
		}
		u.Password = hash
		return tx.PutUser(u)
	})
}
