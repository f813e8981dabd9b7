package approvals

import (
	"context"
	"encoding/json"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Leave asks for a second person before a list of many people leaves as a file. A list is what it is of, its unit and its filter, so that
// an approval is good for exactly this one. It is called before the first byte.
func Leave(ctx context.Context, st *store.Store, who access.Actor, unit id.ID, list string, filter any, rows int64) error {
	order, err := json.Marshal(map[string]any{"list": list, "filter": filter})
	if err != nil {
		return err
	}
	a := approval.Act{Kind: approval.Export, Unit: unit, N: rows, Order: order}
	free := false
	if err := st.View(ctx, func(tx *store.Tx) error {
		if free, err = Free(tx, who, a); err != nil {
			return err
		}
		u, err := tx.Unit(unit)
		a.Detail = u.Name
		return err
	}); err != nil || free {
		return err
	}
	return st.Update(ctx, audit.Of(who, "approval.use", unit.Province(), unit).With(list), func(tx *store.Tx) error { return Require(tx, who, a) })
}
