package trails_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/trails"
)

func admin(u org.Unit) access.Actor {
	return access.Actor{User: 7, Name: "Quản trị", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: access.Admin}}}
}

// TestSearchScope: an inspector reads what was done at their unit and below, the whole province reads everything of it, others nothing.
func TestSearchScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		a := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị A", ledger.Pool, day.Of(2026, 2, 3))
		b := storetest.Enrol(t, s, tree.Cells[1][0], "Trần Thị B", ledger.Pool, day.Of(2026, 2, 3))
		looker := access.Actor{User: 9, Name: "Người xem", Method: "test", Grants: []access.Grant{{Role: access.Viewer}}}
		ps := people.New(s)
		for range 3 { // three looks within minutes are one
			if _, err := ps.Get(t.Context(), looker, a.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := ps.Get(t.Context(), looker, b.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Update(t.Context(), audit.Of(looker, "user.password", 38, 12345), func(*store.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		count := func(who access.Actor, f trails.Find) (looks, accounts int) {
			t.Helper()
			f.Size = 100
			p, err := trails.New(s).Search(t.Context(), who, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range p.Lines {
				switch l.Action {
				case "person.read":
					looks++
				case "user.password":
					accounts++
				}
			}
			return looks, accounts
		}
		if n, m := count(admin(tree.Root), trails.Find{Unit: tree.Root.ID}); n != 2 || m != 1 {
			t.Errorf("the province reads %d looks and %d acts on accounts", n, m)
		}
		if n, m := count(admin(tree.Communes[0]), trails.Find{Unit: tree.Communes[0].ID}); n != 1 || m != 0 {
			t.Errorf("a commune reads %d looks and %d acts on accounts", n, m)
		}
		if n, _ := count(admin(tree.Root), trails.Find{Unit: tree.Root.ID, Area: "user"}); n != 0 {
			t.Errorf("%d looks among acts on accounts", n)
		}
		for _, c := range []struct {
			who access.Actor
			at  org.Unit
		}{{looker, tree.Root}, {admin(tree.Communes[0]), tree.Root}, {admin(tree.Communes[0]), tree.Communes[1]}, {access.Actor{}, tree.Root}} {
			if _, err := trails.New(s).Search(t.Context(), c.who, trails.Find{Unit: c.at.ID, Size: 10}); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads the trail of %s: %v", c.who.Name, c.at.Name, err)
			}
		}
	})
}
