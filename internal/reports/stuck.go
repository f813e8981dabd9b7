package reports

import (
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Stuck is how many obstacles of a cause are open.
type Stuck struct {
	Cause string
	Open  int
}

// obstacles counts what stands in the way today beside how far each unit is. The register knows no other day.
func (f *figures) obstacles(tx *store.Tx, scope access.Scope, kids []org.Unit) error {
	switch {
	case f.p.AsOf < tx.Today:
		return nil
	case !scope.Nation():
		return f.stuckIn(tx, scope, false)
	}
	for _, k := range kids {
		own, err := access.System("reports").Over(k)
		if err != nil {
			return err
		}
		if err := f.stuckIn(tx, own, true); err != nil {
			return err
		}
	}
	return nil
}

// stuckIn counts the obstacles of a subtree at its top and at the units directly below; alone only at its top.
func (f *figures) stuckIn(tx *store.Tx, scope access.Scope, alone bool) error {
	counts, err := tx.CountObstacles(scope, tx.Today)
	if err != nil {
		return err
	}
	top := scope.Unit().ID
	for _, c := range counts {
		x := Stuck{c.Cause, c.Open}
		f.at(top).stick(x)
		if !alone && c.Unit != top {
			f.at(c.Unit).stick(x)
		}
	}
	return nil
}

func (t *tallied) stick(x Stuck) {
	i := slices.IndexFunc(t.stuck, func(s Stuck) bool { return s.Cause == x.Cause })
	if i < 0 {
		i, t.stuck = len(t.stuck), append(t.stuck, Stuck{Cause: x.Cause})
	}
	t.stuck[i].Open += x.Open
	slices.SortStableFunc(t.stuck, func(a, b Stuck) int { return b.Open - a.Open })
}
