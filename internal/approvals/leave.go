package approvals

import (
	"context"
	"encoding/json"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
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

// SpendRows counts rows that a program reads for somebody, and refuses more in a day than may leave as a file on one person's word: reading a
// list page by page is no way around the second person.
func SpendRows(tx *store.Tx, who access.Actor, rows int64) error {
	g, err := InForce(tx)
	if err != nil || g.Mode == approval.Off || !slices.Contains(g.Kinds, approval.Export) {
		return err
	}
	n, err := tx.Spend(who.User, store.SpentRows, rows)
	if err == nil && n > g.Export {
		err = fault.E("approvals.SpendRows", fault.Forbidden, "token.rows", g.Export)
	}
	return err
}
