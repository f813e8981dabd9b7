package targets_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

func TestObstacles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, who := targets.New(s), access.System("test")
		o := target.Obstacle{Unit: tree.Cells[0][0].ID, Cause: "no_source", Remedy: "Rà soát nguồn", Responsible: "Bí thư chi bộ", Due: s.Today()}
		i, err := sv.PutObstacle(t.Context(), who, o)
		if err != nil {
			t.Fatal(err)
		}
		list := func(u int, want int) targets.Obstacles {
			t.Helper()
			l, err := sv.Obstacles(t.Context(), who, tree.Communes[u].ID, store.ObstacleFilter{})
			if err != nil || len(l.Rows) != want {
				t.Fatalf("commune %d: %d rows, want %d: %v", u, len(l.Rows), want, err)
			}
			return l
		}
		list(1, 0)
		l := list(0, 1)
		if r := l.Rows[0]; r.ID != i || r.UnitName != tree.Cells[0][0].Name || r.Opened != s.Today() || r.Version != 1 || len(l.Counts) != 1 || l.Counts[0] != (targets.CauseCount{Cause: "no_source", Open: 1}) {
			t.Errorf("%+v %+v", r, l.Counts)
		}
		o.ID, o.Version, o.Cause = i, 1, "course"
		if _, err := sv.PutObstacle(t.Context(), who, o); err != nil {
			t.Fatal(err)
		}
		if _, err := sv.PutObstacle(t.Context(), who, o); !fault.Is(err, fault.Stale) {
			t.Errorf("an old version: %v", err)
		}
		if err := sv.CloseObstacle(t.Context(), who, i, 2, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("closed without a word: %v", err)
		}
		if err := sv.CloseObstacle(t.Context(), who, i, 2, "Đã mở lớp tại xã"); err != nil {
			t.Fatal(err)
		}
		if err := sv.CloseObstacle(t.Context(), who, i, 3, "lần nữa"); !fault.Is(err, fault.Conflict) {
			t.Errorf("closed twice: %v", err)
		}
		if l := list(0, 0); len(l.Counts) != 0 {
			t.Errorf("%+v", l.Counts)
		}
		if l, err := sv.Obstacles(t.Context(), who, tree.Root.ID, store.ObstacleFilter{Closed: true}); err != nil || len(l.Rows) != 1 || l.Rows[0].Closed != s.Today() || l.Rows[0].Cause != "course" {
			t.Errorf("%+v %v", l.Rows, err)
		}
		late := target.Obstacle{Unit: tree.Root.ID, Cause: "no_source", Remedy: "x", Responsible: "y", Due: day.Of(2020, 1, 1)}
		if _, err := sv.PutObstacle(t.Context(), who, late); !fault.Is(err, fault.Invalid) {
			t.Errorf("due before it began: %v", err)
		}
		late.Due = s.Today()
		for _, u := range []id.ID{tree.Root.ID, tree.Communes[1].ID, tree.Cells[1][0].ID, tree.Cells[1][0].ID} {
			late.Unit = u
			if _, err := sv.PutObstacle(t.Context(), who, late); err != nil {
				t.Fatal(err)
			}
			late.Cause = "course"
		}
		l, err = sv.Obstacles(t.Context(), who, tree.Root.ID, store.ObstacleFilter{Cause: "course", Limit: 2, Skip: 1})
		if err != nil || len(l.Rows) != 2 || l.More || l.Open() != 4 || len(l.Counts) != 2 || l.Counts[0] != (targets.CauseCount{Cause: "course", Open: 3}) {
			t.Errorf("of the province: %+v %v", l, err)
		}
		if l.Rows[0].Branch != tree.Communes[1].Name && l.Rows[1].Branch != tree.Communes[1].Name {
			t.Errorf("no row says in which commune it is: %+v", l.Rows)
		}
		if len(l.Places) != 1 || l.Places[0].Unit.ID != tree.Communes[1].ID || l.Places[0].Open != 3 {
			t.Errorf("by commune: %+v", l.Places)
		}
		if l, err = sv.Obstacles(t.Context(), who, tree.Root.ID, store.ObstacleFilter{Limit: 3}); err != nil || len(l.Rows) != 3 || !l.More {
			t.Errorf("the first three of four: %+v %v", l, err)
		}
		viewer := access.Actor{Name: "xem", Grants: []access.Grant{{Unit: tree.Root.ID, Path: tree.Root.Path, Role: access.Viewer}}}
		late.Due = s.Today()
		if _, err := sv.PutObstacle(t.Context(), viewer, late); err == nil {
			t.Error("a viewer entered one")
		}
	})
}
