package targets_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

// TestCharges: results follow who answered for a unit month by month; two never answer for the same month.
func TestCharges(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Communes[0])
		commune, cells := r.tree.Communes[0], r.tree.Cells[0]
		month := func(m int) day.Month { return day.MonthOf(2026, m) }
		put := func(c target.Charge) error {
			c.Committee = commune.ID
			return r.PutCharge(t.Context(), who, c)
		}
		for _, c := range []target.Charge{
			{Unit: cells[0].ID, Name: "Phạm Văn Đức", Post: "Phó Bí thư", From: month(1), To: month(6)},
			{Unit: cells[0].ID, Name: "Vũ Thị An", From: month(7)},
		} {
			if err := put(c); err != nil {
				t.Fatal(err)
			}
		}
		for key, c := range map[fault.Key]target.Charge{
			"charge.taken":      {Unit: cells[0].ID, Name: "Ai Đó", From: month(6), To: month(6)},
			"charge.unit_below": {Unit: r.tree.Cells[1][0].ID, Name: "Ai Đó", From: month(6)},
		} {
			e, _ := put(c).(*fault.Error)
			if e == nil || e.Fields["unit"].Key != key {
				t.Errorf("%s: %v", key, e)
			}
		}
		if err := r.PutCharge(t.Context(), as(access.Viewer, commune), target.Charge{Committee: commune.ID, Unit: cells[1].ID, Name: "A", From: month(1)}); err == nil {
			t.Error("a viewer assigned somebody")
		}
		if _, err := r.set(access.System("test"), cells[0], "4", 0); err != nil {
			t.Fatal(err)
		}
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 2, 3))
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 9, 2))
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 10, 2))
		c, err := r.Charges(t.Context(), who, commune.ID, 2026)
		if err != nil || len(c.People) != 2 {
			t.Fatalf("%+v %v", c.People, err)
		}
		an, duc := c.People[0], c.People[1]
		if an.Name != "Vũ Thị An" || an.Done != 2 || an.Least != 4 || duc.Name != "Phạm Văn Đức" || duc.Done != 1 || duc.Units[0].UnitName != cells[0].Name {
			t.Errorf("%+v\n%+v", an, duc)
		}
		if len(c.Free) != len(c.Units)-1 {
			t.Errorf("%d of %d units are free", len(c.Free), len(c.Units))
		}
		trouble := target.Obstacle{Unit: cells[0].ID, Cause: "no_source", Remedy: "Rà soát nguồn", Responsible: "Bí thư chi bộ", Due: r.st.Today()}
		if _, err := r.PutObstacle(t.Context(), who, trouble); err != nil {
			t.Fatal(err)
		}
		if c, _ := r.Charges(t.Context(), who, commune.ID, 2026); c.People[0].Units[0].Obstacles != 1 {
			t.Errorf("%+v", c.People[0].Units)
		}
		x := duc.Units[0].Charge
		x.To = month(5)
		if err := r.PutCharge(t.Context(), who, x); err != nil {
			t.Fatal(err)
		}
		if err := r.PutCharge(t.Context(), who, x); !fault.Is(err, fault.Stale) {
			t.Errorf("an old version: %v", err)
		}
		if err := r.DropCharge(t.Context(), as(access.Committee, r.tree.Communes[1]), x.ID, 2); err == nil {
			t.Error("another commune removed it")
		}
		if err := r.DropCharge(t.Context(), who, x.ID, 2); err != nil {
			t.Fatal(err)
		}
		if c, _ := r.Charges(t.Context(), who, commune.ID, 2026); len(c.People) != 1 {
			t.Errorf("%+v", c.People)
		}
	})
}
