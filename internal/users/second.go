package users

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// order is an act on accounts that waits for a second person, with the state it rests on.
type order struct {
	Login  string      `json:"login,omitempty"` // of an account to make
	Name   string      `json:"name,omitempty"`
	User   id.ID       `json:"user,omitempty"` // of one that exists
	Unit   id.ID       `json:"unit"`
	Role   access.Role `json:"role,omitempty"`
	From   day.Date    `json:"from,omitempty"`
	To     day.Date    `json:"to,omitempty"`
	Ground string      `json:"ground,omitempty"`
}

// Deeds are the acts of this service that a second person approves.
func (s *Service) Deeds() map[approval.Kind]approvals.Deed {
	return map[approval.Kind]approvals.Deed{approval.Grant: carryGrant, approval.Reset: carryReset}
}

func require(tx *store.Tx, who access.Actor, a approval.Act, o order) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	a.Order, a.Role = text, o.Role
	return approvals.Require(tx, who, a)
}

// called is what an account is called in a request.
func called(login, name string) string { return login + " (" + name + ")" }

// secondToMake asks for a second person before an account is made that administers.
func secondToMake(tx *store.Tx, who access.Actor, f Form) error {
	if !f.Role.Has(access.ManageUsers) {
		return nil
	}
	return require(tx, who, approval.Act{Kind: approval.Grant, Unit: f.Unit, Detail: called(f.Login, f.Name)}, order{Login: f.Login, Name: f.Name, Unit: f.Unit, Role: f.Role})
}

// secondToGrant asks for a second person before somebody becomes an administrator.
func secondToGrant(tx *store.Tx, who access.Actor, user id.ID, g access.Grant) error {
	if !g.Role.Has(access.ManageUsers) {
		return nil
	}
	u, err := tx.User(user)
	if err != nil {
		return err
	}
	ground, err := held(tx, user)
	if err != nil {
		return err
	}
	return require(tx, who, approval.Act{Kind: approval.Grant, Unit: g.Unit, Object: user, Detail: called(u.Login, u.Name)},
		order{User: user, Unit: g.Unit, Role: g.Role, From: g.From, To: g.To, Ground: ground})
}

// secondToReset asks for a second person before what somebody else signs in with is taken away to invite anew: who could do that alone
// could act in their name. An account nobody can sign in to yet has nothing to lose.
func secondToReset(tx *store.Tx, who access.Actor, u store.User) error {
	ready, err := tx.Equipped(u)
	if err != nil || !ready {
		return err
	}
	a, o, err := resetOf(tx, u)
	if err != nil {
		return err
	}
	return require(tx, who, a, o)
}

func resetOf(tx *store.Tx, u store.User) (approval.Act, order, error) {
	a := approval.Act{Kind: approval.Reset, Object: u.ID, Detail: called(u.Login, u.Name)}
	gs, err := tx.Grants(u.ID)
	if err != nil {
		return a, order{}, err
	}
	if u.Person != 0 { // the own account of a person holds no role: it belongs to where they are
		p, err := tx.Person(u.Person)
		if err != nil {
			return a, order{}, err
		}
		a.Unit = p.LastUnit
	}
	for i, g := range gs {
		if i == 0 || len(g.Path) < len(top(gs, a.Unit)) {
			a.Unit = g.Unit
		}
	}
	ground, err := entry(tx, u)
	return a, order{User: u.ID, Unit: a.Unit, Ground: ground}, err
}

// top is the path of the grant at a unit.
func top(gs []access.Grant, unit id.ID) string {
	for _, g := range gs {
		if g.Unit == unit {
			return g.Path
		}
	}
	return ""
}

// alone refuses to set a password for somebody else who can sign in, where taking their way in away takes two persons.
func alone(tx *store.Tx, who access.Actor, u store.User) error {
	if who.User == u.ID {
		return nil
	}
	ready, err := tx.Equipped(u)
	if err != nil || !ready {
		return err
	}
	a, _, err := resetOf(tx, u)
	if err != nil {
		return err
	}
	free, err := approvals.Free(tx, who, a)
	if err == nil && !free {
		err = fault.E("users.SetPassword", fault.Conflict, "user.password_second")
	}
	return err
}

// held tells one set of grants of an account from another.
func held(tx *store.Tx, user id.ID) (string, error) {
	gs, err := tx.Grants(user)
	text := ""
	for _, g := range gs {
		text += fmt.Sprintf("%d %s %d %d %d\n", g.Unit, g.Role, g.From, g.To, g.Lent)
	}
	return mark(text), err
}

// entry tells what an account signs in with from anything else it may have.
func entry(tx *store.Tx, u store.User) (string, error) {
	keys, err := tx.Passkeys(u.ID)
	text := u.Password
	for _, k := range keys {
		text += fmt.Sprintf("\n%x", k.Credential)
	}
	if err != nil {
		return "", err
	}
	bound, err := tx.Identities(u.ID)
	for _, x := range bound {
		text += "\n" + x.Issuer + "\n" + x.Subject
	}
	return mark(text), err
}

func mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:12])
}

// carryGrant makes an administrator two persons agreed on: of an account that exists, or of a new one without a way in, which then is invited.
func carryGrant(tx *store.Tx, by, _ access.Actor, a approval.Act) (func(), error) {
	const op = "users.carryGrant"
	var o order
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	u, err := tx.Unit(o.Unit)
	if err != nil {
		return nil, err
	}
	if err := may(by, u, o.Role); err != nil {
		return nil, err
	}
	g := access.Grant{Unit: o.Unit, Role: o.Role, From: o.From, To: o.To}
	if o.User == 0 {
		i := tx.NewID(o.Unit.Province())
		if err := tx.AddUser(store.User{ID: i, Login: o.Login, Name: o.Name, Active: true}); err != nil {
			return nil, err
		}
		return nil, tx.PutGrant(i, g)
	}
	if err := manages(tx, by, o.User); err != nil {
		return nil, err
	}
	ground, err := held(tx, o.User)
	if err == nil && (ground != o.Ground || g.To != 0 && g.To < tx.Today) {
		err = approvals.Moved(op)
	}
	if err != nil {
		return nil, err
	}
	return nil, tx.PutGrant(o.User, g)
}

// carryReset takes away what an account signs in with; who asked for it then invites anew. Both persons manage the account.
func carryReset(tx *store.Tx, by, with access.Actor, a approval.Act) (func(), error) {
	var o order
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	for _, who := range []access.Actor{by, with} {
		if who.User == o.User {
			return nil, fault.E("users.carryReset", fault.Conflict, "user.own_account")
		}
		if err := manages(tx, who, o.User); err != nil {
			return nil, err
		}
	}
	u, err := tx.User(o.User)
	if err != nil {
		return nil, err
	}
	ground, err := entry(tx, u)
	if err == nil && ground != o.Ground {
		err = approvals.Moved("users.carryReset")
	}
	if err != nil {
		return nil, err
	}
	if err := strip(tx, &u); err != nil {
		return nil, err
	}
	return nil, tx.PutUser(u)
}
