package transfer

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Clash is a row whose object somebody changed after the import.
type Clash struct {
	Row    int
	Object id.ID
	Title  string
	Why    fault.Text
}

func (s *Service) Undo(ctx context.Context, who access.Actor, i id.ID) (batch.Batch, []Clash, error) {
	return batch.Batch{}, nil, nil
}
