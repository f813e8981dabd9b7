package transfer

import (
	"context"
	"encoding/json"
	"math"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/batch"
	"ketnap/internal/store"
)

// order is an import that waits for a second person, as it stood when it was asked for.
type order struct {
	Version int64 `json:"version"`
}

// Deeds are the acts of this service that a second person approves.
func (s *Service) Deeds() map[approval.Kind]approvals.Deed {
	return map[approval.Kind]approvals.Deed{approval.Import: s.carry}
}

// second asks for a second person before a large import is written. What was not checked may have any number of rows.
func second(tx *store.Tx, who access.Actor, b batch.Batch) error {
	text, err := json.Marshal(order{b.Version})
	if err != nil {
		return err
	}
	a := approval.Act{Kind: approval.Import, Unit: b.Unit, Object: b.ID, N: b.Total, Order: text, Detail: b.File}
	if b.State != batch.Checked {
		a.N = math.MaxInt64
	}
	return approvals.Require(tx, who, a)
}

// carry begins an import two persons agreed on, in the name of who asked for it; the rows are written once the approval is committed.
func (s *Service) carry(tx *store.Tx, by, _ access.Actor, a approval.Act) (func(), error) {
	var o order
	if err := json.Unmarshal(a.Order, &o); err != nil {
		return nil, err
	}
	b, _, err := s.get(tx, by, a.Object, access.Import)
	if err != nil {
		return nil, err
	}
	if b.Version != o.Version {
		return nil, approvals.Moved("transfer.carry")
	}
	if err := start(tx, &b, false); err != nil {
		return nil, err
	}
	b.Moved = tx.Now
	if err := tx.PutBatch(&b); err != nil {
		return nil, err
	}
	return func() {
		s.goOn(b, func(ctx context.Context) error {
			_, err := s.commit(ctx, by, b, s.live.put)
			return err
		})
	}, nil
}
