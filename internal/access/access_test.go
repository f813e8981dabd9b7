package access

import (
	"fmt"
	"testing"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// world is two provinces; the first has two communes, the first commune two cells.
type world struct {
	root, commune, sibling, cell, other org.Unit // other is the root of another province
	far                                 org.Unit // a commune of the other province
}

func newWorld() world {
	unit := func(province, n int, parent org.Unit) org.Unit {
		return org.Unit{ID: id.ID(n<<22 | province<<12)}.Place(parent)
	}
	var w world
	w.root = unit(38, 1, org.Unit{})
	w.commune, w.sibling = unit(38, 2, w.root), unit(38, 3, w.root)
	w.cell = unit(38, 4, w.commune)
	w.other = unit(40, 1, org.Unit{})
	w.far = unit(40, 2, w.other)
	return w
}

func grant(r Role, u org.Unit) Actor {
	return Actor{Grants: []Grant{{Unit: u.ID, Path: u.Path, Role: r}}}
}

// expected rights per role, written down once more: a role that gains a right must be put here by hand.
var expected = map[Role]map[Right]bool{
	Viewer:    {Read: true},
	Clerk:     {Read: true, Write: true, Import: true, Reveal: true},
	Committee: {Read: true, Write: true, Import: true, Reveal: true, SetTarget: true},
	Admin:     {Read: true, Write: true, Import: true, Reveal: true, SetTarget: true, EditUnits: true, ManageUsers: true, Inspect: true},
}

var everyRight = []Right{Read, Write, Import, SetTarget, Reveal, EditUnits, ManageUsers, Inspect}

// TestCan is the table of role × right × relation: a role granted at a commune holds there and below
// it and nowhere else.
func TestCan(t *testing.T) {
	w := newWorld()
	relations := []struct {
		name string
		at   org.Unit
		held bool
	}{
		{"own unit", w.commune, true},
		{"descendant", w.cell, true},
		{"ancestor", w.root, false},
		{"sibling", w.sibling, false},
		{"root of another province", w.other, false},
		{"commune of another province", w.far, false},
		{"nation", org.Unit{}, false},
	}
	for _, role := range Roles {
		a := grant(role, w.commune)
		for _, right := range everyRight {
			for _, rel := range relations {
				want := rel.held && expected[role][right]
				if got := a.Can(right, rel.at); got != want {
					t.Errorf("%s, right %d, %s: %v", role, right, rel.name, got)
				}
				err := a.Must(right, rel.at)
				var wantErr fault.Kind
				switch {
				case want:
					if err != nil {
						t.Errorf("%s, right %d, %s: %v", role, right, rel.name, err)
					}
					continue
				case rel.held:
					wantErr = fault.Forbidden // may read it, so it need not be hidden
				default:
					wantErr = fault.NotFound
				}
				if !fault.Is(err, wantErr) {
					t.Errorf("%s, right %d, %s: %v, want %s", role, right, rel.name, err, wantErr)
				}
			}
		}
	}
}

func TestGrants(t *testing.T) {
	w := newWorld()
	nation := Actor{Grants: []Grant{{Role: Committee}}}
	two := Actor{Grants: []Grant{grant(Viewer, w.root).Grants[0], grant(Admin, w.commune).Grants[0]}}
	gone := Actor{Grants: []Grant{{Unit: w.commune.ID, Path: "", Role: Admin}}} // the unit is not there any more
	empty := Actor{Grants: []Grant{{Unit: w.commune.ID, Path: w.commune.Path, Role: ""}}}
	for _, c := range []struct {
		name  string
		a     Actor
		right Right
		at    org.Unit
		want  bool
	}{
		{"the nation is every province", nation, SetTarget, w.far, true},
		{"the nation is itself", nation, Read, org.Unit{}, true},
		{"a nation's committee is no administrator", nation, ManageUsers, w.far, false},
		{"two grants: the wider reads", two, Read, w.sibling, true},
		{"two grants: the wider does no more", two, ManageUsers, w.sibling, false},
		{"two grants: the narrower does more", two, ManageUsers, w.cell, true},
		{"a grant at a unit that is gone", gone, Read, w.commune, false},
		{"a grant at a unit that is gone, nation", gone, Read, org.Unit{}, false},
		{"no role", empty, Read, w.commune, false},
		{"nobody", Actor{}, Read, w.commune, false},
		{"nobody, nation", Actor{}, Read, org.Unit{}, false},
		{"the operator", System("cli"), ManageUsers, w.far, true},
	} {
		if got := c.a.Can(c.right, c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if !two.Anywhere(EditUnits) || nation.Anywhere(EditUnits) || (Actor{}).Anywhere(Read) {
		t.Error("Anywhere")
	}
	// Paths that begin alike are not below each other: …/2/ and …/20/.
	a := grant(Admin, org.Unit{ID: 7, Path: "/5/2/"})
	if a.Can(Read, org.Unit{ID: 8, Path: "/5/20/"}) {
		t.Error("a grant at /5/2/ reaches /5/20/")
	}
}

func TestScope(t *testing.T) {
	w := newWorld()
	if zero := (Scope{}); zero.OK() || zero.Nation() || zero.Unit().ID != 0 {
		t.Error("the zero scope allows something")
	}
	s, err := grant(Viewer, w.commune).Over(w.cell)
	if err != nil || !s.OK() || s.Nation() || s.Unit().ID != w.cell.ID {
		t.Errorf("scope of a descendant: %+v %v", s, err)
	}
	for _, u := range []org.Unit{w.root, w.sibling, w.other, w.far, {}} {
		if s, err := grant(Admin, w.commune).Over(u); s.OK() || s.Nation() || !fault.Is(err, fault.NotFound) {
			t.Errorf("scope over %q: %+v %v", u.Path, s, err)
		}
	}
	n, err := System("test").Over(org.Unit{})
	if err != nil || !n.Nation() || n.Unit().ID != 0 {
		t.Errorf("nation: %+v %v", n, err)
	}
}

// TestRoles: each role includes the one before it.
func TestRoles(t *testing.T) {
	for i, role := range Roles {
		if !role.Valid() {
			t.Errorf("%s is not valid", role)
		}
		for _, right := range everyRight {
			if i > 0 && Roles[i-1].Has(right) && !role.Has(right) {
				t.Errorf("%s lacks right %d of %s", role, right, Roles[i-1])
			}
			if role.Has(right) != expected[role][right] {
				t.Errorf("%s, right %d: %v", role, right, role.Has(right))
			}
		}
	}
	for _, no := range []Role{"", "root", "ADMIN"} {
		if no.Valid() || no.Has(Read) {
			t.Errorf("role %q", fmt.Sprint(no))
		}
	}
}

// TestSelf: the own account of a person may nothing at any unit, whatever grants it has, and is itself only.
func TestSelf(t *testing.T) {
	w := newWorld()
	a := grant(Admin, org.Unit{})
	a.Self = id.ID(7<<22 | 38<<12)
	for _, u := range []org.Unit{w.root, w.commune, w.cell, w.far, {}} {
		for _, r := range everyRight {
			if err := a.Must(r, u); !fault.Is(err, fault.NotFound) || a.Anywhere(r) {
				t.Errorf("right %d at %v: %v", r, u.ID, err)
			}
		}
		if _, err := a.Over(u); !fault.Is(err, fault.NotFound) {
			t.Errorf("a list of %v: %v", u.ID, err)
		}
	}
	if err := a.Own(a.Self); err != nil {
		t.Error(err)
	}
	for _, err := range []error{a.Own(a.Self + 1), a.Own(0), grant(Admin, w.root).Own(0), grant(Admin, w.root).Own(a.Self), System("test").Own(0)} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else: %v", err)
		}
	}
	if Self.Valid() || len(a.Readable([]org.Unit{w.root, w.cell})) != 0 {
		t.Error("the role can be granted, or reads units")
	}
}
