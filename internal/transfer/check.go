package transfer

import (
	"context"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// previewRows is how many rows of each outcome a check keeps to be looked at. The marked file has all.
const previewRows = 5000

// checkLease is how long a check keeps others from checking the same file.
const checkLease = 3 * time.Minute

// Check looks at every row of a mapped import and writes nothing but what it found. progress may be nil.
func (s *Service) Check(ctx context.Context, who access.Actor, i id.ID, progress Progress) (batch.Batch, error) {
	b, err := s.beginCheck(ctx, who, i)
	if err != nil {
		return b, err
	}
	return s.check(ctx, who, b, progress)
}

func (s *Service) beginCheck(ctx context.Context, who access.Actor, i id.ID) (batch.Batch, error) {
	return s.change(ctx, who, i, "import.check", func(tx *store.Tx, b *batch.Batch) error {
		if b.Lease > tx.Now {
			return fault.E("transfer.Check", fault.Conflict, "import.running")
		}
		if b.State == batch.Uploaded || b.State == batch.Committing {
			return fault.E("transfer.Check", fault.Conflict, "import.state", fault.Key("import.state."+b.State))
		}
		b.Lease = tx.Now + checkLease.Milliseconds()
		return move(b, batch.Mapped)
	})
}

func (s *Service) check(ctx context.Context, who access.Actor, b batch.Batch, progress Progress) (batch.Batch, error) {
	seen := b
	seen.Counts, seen.Done, seen.Report = batch.Counts{}, 0, batch.Report{}
	var preview []store.BatchRow
	kept := map[batch.Outcome]int{}
	r, err := s.newRun(ctx, who, seen, true)
	if err == nil {
		r.keep = func(w *work) error {
			if r.serial {
				if err := r.judge(ctx, w); err != nil {
					return err
				}
			}
			w.add(&seen)
			for _, e := range w.entries {
				if kept[e.outcome]++; kept[e.outcome] > previewRows {
					continue
				}
				row, err := e.row(b.Kind, true)
				if err != nil {
					return err
				}
				preview = append(preview, row)
			}
			if progress != nil {
				progress(seen)
			}
			return nil
		}
		err = r.pass(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			return b, err
		}
		return s.fail(context.WithoutCancel(ctx), who, b, err)
	}
	return s.keepCheck(ctx, who, seen, preview)
}

func (s *Service) keepCheck(ctx context.Context, who access.Actor, seen batch.Batch, preview []store.BatchRow) (batch.Batch, error) {
	var b batch.Batch
	err := s.st.Update(ctx, audit.Of(who, "import.checked", seen.Province(), seen.ID), func(tx *store.Tx) error {
		b = seen
		if err := move(&b, batch.Checked); err != nil {
			return err
		}
		b.Lease, b.Done, b.Options.Rows, b.Moved = 0, 0, seen.Total, tx.Now
		if err := tx.DropBatchRows(b.ID); err != nil {
			return err
		}
		if err := tx.AddBatchRows(b.ID, preview); err != nil {
			return err
		}
		return tx.PutBatch(&b)
	})
	return b, err
}
