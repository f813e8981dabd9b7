// Package access holds who may do what (domain floor, pure).
//
// A role is granted at a unit and holds for its subtree. A list can only be read through a Scope,
// and a Scope can only be made by an Actor who may read that unit: the signatures forbid an
// unscoped list.
package access

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// Role is a bundle of rights (vai trò).
type Role string

// The roles, each including the one before.
const (
	Viewer    Role = "viewer"    // xem
	Clerk     Role = "clerk"     // cán bộ nghiệp vụ: people, movements, imports
	Committee Role = "committee" // cấp ủy: targets, undoing
	Admin     Role = "admin"     // quản trị: units, users
)

// Roles lists the roles from the least to the most.
var Roles = []Role{Viewer, Clerk, Committee, Admin}

// Self is what an account is that belongs to one person (tài khoản của chính người có hồ sơ). It has no right at any unit and is not granted:
// it is none of Roles, and what it may is said by Actor.Own.
const Self Role = "self"

// Right is one thing that may be done.
type Right int

// The rights.
const (
	Read        Right = iota // pages and lists
	Write                    // people and movements
	Import                   // files
	SetTarget                // chỉ tiêu
	Reveal                   // sealed fields, with a reason
	EditUnits                // events of the tree
	ManageUsers              // accounts and grants
	Inspect                  // the audit trail
	Waive                    // letting somebody off what is due, with a reason
)

var rights = map[Role][]Right{
	Viewer:    {Read},
	Clerk:     {Read, Write, Import, Reveal},
	Committee: {Read, Write, Import, Reveal, SetTarget, Waive},
	Admin:     {Read, Write, Import, Reveal, SetTarget, Waive, EditUnits, ManageUsers, Inspect},
}

// Has reports whether the role includes the right.
func (r Role) Has(right Right) bool {
	for _, x := range rights[r] {
		if x == right {
			return true
		}
	}
	return false
}

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return rights[r] != nil }

// Grant is a role at a unit. Unit 0 is the nation: every province.
type Grant struct {
	Unit     id.ID
	Path     string // the unit's path today; "" for the nation
	Role     Role
	From, To day.Date // first and last day; 0 is open
	Lent     id.ID    // the account that lent it (ủy quyền), 0 when it was given
}

// On reports whether the grant is in force on a day.
func (g Grant) On(d day.Date) bool { return g.From <= d && (g.To == 0 || d <= g.To) }

// Includes reports whether who holds g may lend h: the same place or one below it, and no right more.
func (g Grant) Includes(h Grant) bool {
	if g.Role == "" || h.Role == "" || g.Unit != 0 && (h.Unit == 0 || g.Path == "" || !strings.HasPrefix(h.Path, g.Path)) {
		return false
	}
	for _, r := range rights[h.Role] {
		if !g.Role.Has(r) {
			return false
		}
	}
	return true
}

// covers reports whether the grant holds at a unit. Paths begin with the root's ID, which carries
// the province, so a prefix never reaches into another province.
func (g Grant) covers(u org.Unit) bool {
	if g.Unit == 0 {
		return true
	}
	return u.ID != 0 && g.Path != "" && strings.HasPrefix(u.Path, g.Path)
}

// Actor is somebody acting: a signed-in user, or the program itself for a command at the console.
type Actor struct {
	User   id.ID
	Name   string
	Grants []Grant
	Method string // how the act came in: web, cli, job
	Self   id.ID  // the person whose own account it is; it may nothing at any unit, whatever its grants say
}

// System is the operator at the console of the machine that holds the database. It may do
// everything, because whoever can run the program there could also open the file.
func System(method string) Actor {
	return Actor{Name: "hệ thống", Grants: []Grant{{Role: Admin}}, Method: method}
}

// Can reports whether the actor has a right at a unit. The zero Unit is the nation.
func (a Actor) Can(r Right, u org.Unit) bool {
	if a.Self != 0 {
		return false
	}
	for _, g := range a.Grants {
		if g.Role.Has(r) && g.covers(u) {
			return true
		}
	}
	return false
}

// Must returns nil when the actor has the right at u. Somebody who may not even read the unit is
// told that it does not exist.
func (a Actor) Must(r Right, u org.Unit) error {
	const op = "access.Must"
	switch {
	case a.Can(r, u):
		return nil
	case a.Can(Read, u):
		return fault.E(op, fault.Forbidden, "error.forbidden")
	default:
		return fault.E(op, fault.NotFound, "error.notfound")
	}
}

// Own returns nil when the actor is the person: then they may see and ask about their own record. For everybody else there is no such
// thing; officials come to a record through Must.
func (a Actor) Own(person id.ID) error {
	if a.Self == 0 || a.Self != person {
		return fault.E("access.Own", fault.NotFound, "error.notfound")
	}
	return nil
}

// Readable keeps of units those the actor may read: the way down to a page begins where its reader's rights begin.
func (a Actor) Readable(us []org.Unit) []org.Unit {
	return slices.DeleteFunc(us, func(u org.Unit) bool { return !a.Can(Read, u) })
}

// Anywhere reports whether the actor has the right at some unit.
func (a Actor) Anywhere(r Right) bool {
	if a.Self != 0 {
		return false
	}
	for _, g := range a.Grants {
		if g.Role.Has(r) {
			return true
		}
	}
	return false
}

// Scope is a subtree somebody was found to be allowed to read. Its zero value reads nothing.
type Scope struct {
	unit   org.Unit
	nation bool
	ok     bool
}

// Over returns the scope of u's subtree, when the actor may read it.
func (a Actor) Over(u org.Unit) (Scope, error) {
	if err := a.Must(Read, u); err != nil {
		return Scope{}, err
	}
	return Scope{unit: u, nation: u.ID == 0, ok: true}, nil
}

// OK reports whether the scope allows anything.
func (s Scope) OK() bool { return s.ok }

// Nation reports whether the scope is every province.
func (s Scope) Nation() bool { return s.ok && s.nation }

// Unit returns the top of the subtree; the zero Unit for the nation.
func (s Scope) Unit() org.Unit { return s.unit }
