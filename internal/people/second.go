package people

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Second asks for a second person before a list of many people leaves as a file.
func (s *Service) Second(ctx context.Context, who access.Actor, unit id.ID, list string, filter any, rows int64) error {
	return approvals.Leave(ctx, s.st, who, unit, list, filter, rows)
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
