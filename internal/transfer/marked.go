package transfer

import (
	"context"
	"io"

	"ketnap/internal/access"
	"ketnap/internal/id"
)

func (s *Service) Marked(ctx context.Context, who access.Actor, i id.ID, w io.Writer) error {
	return nil
}
