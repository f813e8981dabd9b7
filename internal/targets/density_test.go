package targets_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

// TestDensity: the newest number of a unit stands beside its members of today, the lowest share first.
func TestDensity(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		commune, cells := r.tree.Communes[0], r.tree.Cells[0]
		who := as(access.Committee, commune)
		for n, cell := range []int{0, 0, 1} {
			r.admit(t, cells[cell], 2, day.Of(2026, 2, 3+n))
		}
		put := func(who access.Actor, n int64, unit int, on day.Date, version int64) error {
			return r.PutHeadcount(t.Context(), who, target.Headcount{Unit: cells[unit].ID, On: on, N: n, Source: "Khảo sát", Version: version})
		}
		first := day.Of(2026, 3, 1)
		for _, err := range []error{put(who, 10, 0, first, 0), put(who, 50, 1, first, 0), put(who, 8, 0, day.Of(2026, 9, 1), 0), put(who, 12, 0, first, 1)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := put(who, 9, 0, first, 1); fault.TextOf(err).Key != "density.taken" {
			t.Errorf("an old version: %v", err)
		}
		if err := put(who, 1, 0, day.Of(2026, 10, 1), 0); !fault.Is(err, fault.Invalid) {
			t.Errorf("fewer people than members: %v", err)
		}
		if err := put(who, 1, 0, day.Of(2020, 1, 1), 0); err != nil {
			t.Errorf("a number of long ago is measured by the members of today: %v", err)
		}
		for name, other := range map[string]access.Actor{"a viewer": as(access.Viewer, commune), "another commune": as(access.Committee, r.tree.Communes[1])} {
			if err := put(other, 30, 0, day.Of(2026, 10, 1), 0); err == nil {
				t.Errorf("%s entered a number", name)
			}
		}
		d, err := r.Density(t.Context(), as(access.Viewer, commune), commune.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Rows) < 2 || d.Rows[0].Unit.ID != cells[1].ID || d.Rows[0].Members != 1 || d.Rows[1].Head.N != 8 || d.Rows[1].Head.On != day.Of(2026, 9, 1) || d.Rows[1].Members != 2 || d.None != len(d.Rows)-2 || d.Self.Members != 3 || d.Rows[0].May {
			t.Errorf("%+v", d)
		}
		if _, err := r.Density(t.Context(), as(access.Viewer, commune), r.tree.Communes[1].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another commune: %v", err)
		}
	})
}
