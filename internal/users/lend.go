package users

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Loan is a role one lends to a colleague until a day (ủy quyền).
type Loan struct {
	Login string // of the colleague
	Unit  id.ID
	Role  access.Role
	To    day.Date
}

// lender reads what the actor was given themselves, without what was lent to them.
func lender(tx *store.Tx, who access.Actor, g access.Grant) bool {
	gs, err := tx.Grants(who.User)
	if err != nil {
		return false
	}
	for _, x := range gs {
		if x.Lent == 0 && x.On(tx.Today) && x.Includes(g) {
			return true
		}
	}
	return false
}

// Lend lends a role the actor holds to a colleague, at the same place or below it, until a day. It ends by itself on that day, when the
// actor loses the role, and when the actor takes it back. Administration is not lent.
func (s *Service) Lend(ctx context.Context, who access.Actor, l Loan) error {
	const op = "users.Lend"
	return s.st.Update(ctx, audit.Of(who, "user.lend", l.Unit.Province(), 0), func(tx *store.Tx) error {
		e := fault.E(op, fault.Invalid, "user.invalid")
		if l.To == 0 || l.To < tx.Today {
			e.Field("to", "user.lend_until", tx.Today)
		}
		to, err := tx.UserByLogin(strings.ToLower(strings.TrimSpace(l.Login)))
		if fault.Is(err, fault.NotFound) || err == nil && (to.ID == who.User || !to.Active || to.Person != 0) {
			e.Field("login", "user.lend_login")
		} else if err != nil {
			return err
		}
		u, err := tx.Unit(l.Unit)
		if err != nil {
			return err
		}
		g := access.Grant{Unit: l.Unit, Path: u.Path, Role: l.Role, To: l.To, Lent: who.User}
		switch {
		case !l.Role.Valid() || l.Role.Has(access.ManageUsers):
			e.Field("role", "user.lend_role")
		case !lender(tx, who, g):
			if err := who.Must(access.Read, u); err != nil {
				return err
			}
			return fault.E(op, fault.Forbidden, "error.forbidden")
		}
		if len(e.Fields) > 0 {
			return e
		}
		gs, err := tx.Grants(to.ID)
		if err != nil {
			return err
		}
		for _, x := range gs {
			if x.Unit == l.Unit && x.Lent != who.User {
				return e.Field("login", "user.lend_has")
			}
		}
		tx.Did(to.ID, string(l.Role)+" @ "+l.Unit.String()+" – "+l.To.String())
		return tx.PutGrant(to.ID, g)
	})
}

// TakeBack ends what the actor lent to a colleague at a unit.
func (s *Service) TakeBack(ctx context.Context, who access.Actor, user, unit id.ID) error {
	return s.st.Update(ctx, audit.Of(who, "user.take_back", unit.Province(), user).With(unit.String()), func(tx *store.Tx) error {
		gs, err := tx.Grants(user)
		if err != nil {
			return err
		}
		for _, g := range gs {
			if g.Unit == unit && g.Lent == who.User && who.User != 0 {
				return tx.PutGrant(user, access.Grant{Unit: unit})
			}
		}
		return fault.E("users.TakeBack", fault.NotFound, "user.notfound")
	})
}

// Lent is a role somebody lent to a colleague.
type Lent struct {
	User  id.ID
	Name  string
	Place string // name of the unit, "" for the nation
	access.Grant
	Ended bool
}

// Loans returns what the actor has lent, and what they may lend: the roles they were given themselves that do not administer.
func (s *Service) Loans(ctx context.Context, who access.Actor) (lent []Lent, may []Lent, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		lent, may = nil, nil
		ls, err := tx.LentBy(who.User)
		if err != nil {
			return err
		}
		for _, l := range ls {
			u, err := tx.User(l.User)
			if err != nil {
				return err
			}
			at, err := tx.Unit(l.Unit)
			if err != nil {
				return err
			}
			lent = append(lent, Lent{User: l.User, Name: u.Name, Place: at.Name, Grant: l.Grant, Ended: !l.On(tx.Today)})
		}
		gs, err := tx.GrantsNow(who.User)
		for _, g := range gs {
			if g.Lent != 0 || !g.Role.Valid() || g.Role.Has(access.ManageUsers) {
				continue
			}
			at, err := tx.Unit(g.Unit)
			if err != nil {
				return err
			}
			may = append(may, Lent{Place: at.Name, Grant: g})
		}
		return err
	})
	return lent, may, err
}
