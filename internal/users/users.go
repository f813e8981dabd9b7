// Package users is the service on accounts, sessions and grants.
package users

import (
	"context"
	"crypto/rand"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/sso"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// minLen is the least length of a password in runes: a guard of this program, not of a regulation.
const minLen = 10

// Service is accounts, sessions and grants.
type Service struct {
	st    *store.Store
	turns turns
	sso   *sso.Provider // nil: none
	pace  pace
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st: st} }

// Form is what makes or changes an account.
type Form struct {
	Login, Name, Password string
	Unit                  id.ID // 0 is the nation
	Role                  access.Role
	Invite                bool // no password: the account sets up how it signs in by a link
}

// Create makes an account with one grant. Without a password one is made and returned.
func (s *Service) Create(ctx context.Context, who access.Actor, f Form) (i id.ID, password string, err error) {
	const op = "users.Create"
	f.Login, f.Name = strings.ToLower(strings.TrimSpace(f.Login)), vi.NFC(f.Name)
	if f.Password == "" && !f.Invite {
		f.Password = NewPassword()
	}
	if err := check(op, f); err != nil {
		return 0, "", err
	}
	hash := ""
	if !f.Invite {
		if hash, err = seal.HashPassword(ctx, f.Password); err != nil {
			return 0, "", err
		}
	}
	err = s.st.Update(ctx, audit.Of(who, "user.create", f.Unit.Province(), 0), func(tx *store.Tx) error {
		u, err := tx.Unit(f.Unit)
		if err != nil {
			return err
		}
		if err := may(who, u, f.Role); err != nil {
			return err
		}
		if err := secondToMake(tx, who, f); err != nil {
			return err
		}
		i = tx.NewID(f.Unit.Province())
		tx.Did(i, string(f.Role)+" @ "+f.Unit.String())
		if err := tx.AddUser(store.User{ID: i, Login: f.Login, Name: f.Name, Password: hash, Active: true}); err != nil {
			return err
		}
		return tx.PutGrant(i, access.Grant{Unit: f.Unit, Role: f.Role})
	})
	return i, f.Password, err
}

// may says whether who may grant a role at u: somebody who manages users there.
func may(who access.Actor, u org.Unit, role access.Role) error {
	if !role.Valid() {
		return fault.E("users.may", fault.Invalid, "user.role_unknown").Field("role", "user.role_unknown")
	}
	return who.Must(access.ManageUsers, u)
}

func check(op string, f Form) error {
	e := fault.E(op, fault.Invalid, "user.invalid")
	if len(f.Login) < 3 || len(f.Login) > 60 || strings.Trim(f.Login, "abcdefghijklmnopqrstuvwxyz0123456789.-_@") != "" {
		e.Field("login", "user.login_form")
	}
	if f.Name == "" {
		e.Field("name", "user.name_missing")
	}
	if f.Password != "" {
		weak(e, f.Login, f.Password)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// NewPassword makes a password that can be read out: five groups of four letters and digits.
func NewPassword() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:16] + "-" + t[16:20]
}

// SetColumns keeps the columns a user chose for lists.
func (s *Service) SetColumns(ctx context.Context, who access.Actor, columns string) error {
	return s.change(ctx, who, "user.columns", who.User, func(_ *store.Tx, u *store.User) error {
		u.Columns = columns
		return nil
	})
}

// SetPassword changes a password and ends every session of the account.
func (s *Service) SetPassword(ctx context.Context, who access.Actor, user id.ID, password string) error {
	const op = "users.SetPassword"
	login := ""
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		u, err := tx.User(user)
		login = u.Login
		return err
	}); err != nil {
		return err // before the hash, which is dear
	}
	e := fault.E(op, fault.Invalid, "user.invalid")
	if weak(e, login, password); len(e.Fields) > 0 {
		return e
	}
	hash, err := seal.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, who, "user.password", user, func(tx *store.Tx, u *store.User) error {
		if err := alone(tx, who, *u); err != nil {
			return err
		}
		u.Password = hash
		return tx.DropSessions(user)
	})
}

// SetActive opens or closes an account; closing ends its sessions at once.
func (s *Service) SetActive(ctx context.Context, who access.Actor, user id.ID, active bool) error {
	return s.change(ctx, who, "user.active", user, func(tx *store.Tx, u *store.User) error {
		if user == who.User && !active {
			return fault.E("users.SetActive", fault.Conflict, "user.own_account")
		}
		u.Active = active
		if active {
			u.UsedAt = tx.Now // the days without use begin anew
		}
		return tx.DropSessions(user)
	})
}

// Grant gives an account a role at a unit, or takes it away with an empty role.
func (s *Service) Grant(ctx context.Context, who access.Actor, user, unit id.ID, role access.Role) error {
	return s.GrantFor(ctx, who, user, unit, role, 0, 0)
}

// GrantFor is Grant from a day to a day, both included; 0 is open.
func (s *Service) GrantFor(ctx context.Context, who access.Actor, user, unit id.ID, role access.Role, from, to day.Date) error {
	if to != 0 && to < max(from, s.st.Today()) {
		return fault.E("users.GrantFor", fault.Invalid, "user.invalid").Field("to", "user.grant_over", to)
	}
	return s.st.Update(ctx, audit.Of(who, "user.grant", unit.Province(), user).With(string(role)+" @ "+unit.String()), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		if a, err := tx.User(user); err != nil || a.Person != 0 {
			if err == nil {
				err = fault.E("users.Grant", fault.Conflict, "user.self_no_role")
			}
			return err
		}
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if role != "" {
			err = may(who, u, role)
		} else {
			err = who.Must(access.ManageUsers, u)
		}
		if err != nil {
			return err
		}
		if who.User == user && user != 0 { // nobody changes what they may do, nor locks everybody out by giving it up
			return fault.E("users.Grant", fault.Conflict, "user.own_grants")
		}
		g := access.Grant{Unit: unit, Role: role, From: from, To: to}
		if err := secondToGrant(tx, who, user, g); err != nil {
			return err
		}
		return tx.PutGrant(user, g)
	})
}

// manages says whether who may change an account: every grant of it lies where who manages users. An
// account without any belongs to who manages the nation's, the own account of a person to who manages where they are. Oneself may always change the own account.
// What lies elsewhere is answered in the words for what is not there.
func manages(tx *store.Tx, who access.Actor, user id.ID) error {
	a, err := tx.User(user)
	if err != nil || who.User == user {
		return err
	}
	if err = reaches(tx, who, a); fault.Is(err, fault.NotFound) {
		err = fault.E("users.manages", fault.NotFound, "user.notfound")
	}
	return err
}

func reaches(tx *store.Tx, who access.Actor, a store.User) error {
	if a.Person != 0 {
		_, _, err := tx.Kept(who, access.ManageUsers, a.Person)
		return err
	}
	gs, err := tx.Grants(a.ID)
	if err != nil {
		return err
	}
	lives := false
	for _, g := range gs {
		u, err := tx.Unit(g.Unit)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err == nil {
			err = who.Must(access.ManageUsers, u)
		}
		if err != nil {
			return err
		}
		lives = true
	}
	if !lives {
		return who.Must(access.ManageUsers, org.Unit{})
	}
	return nil
}

// change stores what f makes of an account that who may change.
func (s *Service) change(ctx context.Context, who access.Actor, action string, user id.ID, f func(*store.Tx, *store.User) error) error {
	return s.st.Update(ctx, audit.Of(who, action, user.Province(), user), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		if err := f(tx, &u); err != nil {
			return err
		}
		return tx.PutUser(u)
	})
}

// ChangeOwn changes the actor's own password, when the old one is right.
func (s *Service) ChangeOwn(ctx context.Context, who access.Actor, old, password string) error {
	var u store.User
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		u, err = tx.User(who.User)
		return err
	}); err != nil {
		return err
	}
	if err := s.checkOwn(ctx, u, old); err != nil {
		return err
	}
	return s.SetPassword(ctx, who, who.User, password)
}
