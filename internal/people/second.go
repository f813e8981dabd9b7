package people

import (
	"context"
	"encoding/json"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Second asks for a second person before a list of many people leaves as a file. A list is what it is of, its unit and its filter, so that
// an approval is good for exactly this one.
func (s *Service) Second(ctx context.Context, who access.Actor, unit id.ID, list string, filter any, rows int64) error {
	order, err := json.Marshal(map[string]any{"list": list, "filter": filter})
	if err != nil {
		return err
	}
	a := approval.Act{Kind: approval.Export, Unit: unit, N: rows, Order: order}
	free := false
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		if free, err = approvals.Free(tx, who, a); err != nil {
			return err
		}
		u, err := tx.Unit(unit)
		a.Detail = u.Name
		return err
	}); err != nil || free {
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "approval.use", unit.Province(), unit).With(list), func(tx *store.Tx) error { return approvals.Require(tx, who, a) })
}

// atLeast counts a list that nothing counts beforehand, as far as it matters: to one more than may leave on one person's word.
func atLeast(tx *store.Tx, list *store.PeopleList) (int64, error) {
	g, err := approvals.InForce(tx)
	if err != nil || g.Mode == approval.Off {
		return 0, err
	}
	page, err := list.Page(tx, "", int(g.Export)+1)
	return int64(len(page.Rows)), err
}
