// Package transfer brings sheets in and out (service floor).
//
// An import goes through states (package batch): the file is stored sealed, its header is found and
// mapped, every row is checked without writing anything, then rows are written in the background in
// chunks. A chunk, its counters, its audit entry, the outcome of its rows and the progress of the
// import are one transaction, so that after a crash the import goes on exactly where it stopped.
package transfer

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/memo"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// keptProofs is how many sheets and merged areas are remembered, so that their files are not inflated again only to be proved whole. One
// file may have as many areas as it likes, so it is not files that are counted.
const keptProofs = 50_000

// Service imports and exports. Close it before the store.
type Service struct {
	st   *store.Store
	log  *slog.Logger
	ctx  context.Context // of the work in the background
	stop context.CancelFunc
	work sync.WaitGroup
	live live

	proofs *memo.Cache[id.ID, *xlsx.Proof] // of files this process read before, by import: its bytes never change
}

// New returns the service. log may be nil.
func New(st *store.Store, log *slog.Logger) *Service {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Service{st: st, log: log, ctx: ctx, stop: stop, proofs: memo.New[id.ID, *xlsx.Proof](keptProofs)}
}

// Close stops the work in the background after the chunk being written and waits for it. What was
// under way goes on at the next Resume.
func (s *Service) Close() {
	s.stop()
	s.work.Wait()
}

// Wait waits until no work is under way in the background, for commands and tests.
func (s *Service) Wait() { s.work.Wait() }

// Progress is called after every chunk with the import as it now stands.
type Progress func(batch.Batch)

// get loads an import and asks whether the actor may do something with it.
func (s *Service) get(tx *store.Tx, who access.Actor, i id.ID, right access.Right) (batch.Batch, org.Unit, error) {
	b, err := tx.Batch(i)
	if err != nil {
		return b, org.Unit{}, err
	}
	u, err := tx.Unit(b.Unit)
	if err != nil {
		return b, u, err
	}
	err = who.Must(right, u)
	if fault.Is(err, fault.NotFound) {
		err = fault.E("transfer.get", fault.NotFound, "import.notfound") // as if there were none: in the same words
	}
	return b, u, err
}

// Batch returns an import with the unit it was made at.
func (s *Service) Batch(ctx context.Context, who access.Actor, i id.ID) (b batch.Batch, u org.Unit, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		b, u, err = s.get(tx, who, i, access.Import)
		return err
	})
	return b, u, err
}

// Listed is one import in a list.
type Listed struct {
	batch.Batch
	UnitName string
}

// List returns imports at a unit and below it, the newest first, before an id (0: from the start).
func (s *Service) List(ctx context.Context, who access.Actor, unit, before id.ID, n int) ([]Listed, error) {
	var list []Listed
	err := s.st.View(ctx, func(tx *store.Tx) error {
		list = nil
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Import, u); err != nil {
			return err
		}
		sc, err := who.Over(u)
		if err != nil {
			return err
		}
		bs, err := tx.Batches(sc, before, n)
		if err != nil {
			return err
		}
		for _, b := range bs {
			at, err := tx.Unit(b.Unit)
			if err != nil {
				return err
			}
			list = append(list, Listed{b, at.Name})
		}
		return nil
	})
	return list, err
}

// change loads an import in a transaction, lets f change it and stores it.
func (s *Service) change(ctx context.Context, who access.Actor, i id.ID, action string, f func(*store.Tx, *batch.Batch) error) (b batch.Batch, err error) {
	err = s.st.Update(ctx, audit.Of(who, action, i.Province(), i), func(tx *store.Tx) error {
		if b, _, err = s.get(tx, who, i, access.Import); err != nil {
			return err
		}
		before := b.State
		if err := f(tx, &b); err != nil {
			return err
		}
		if b.State != before {
			b.Moved = tx.Now
		}
		return tx.PutBatch(&b)
	})
	return b, err
}

// move changes the state of an import when the procedure allows it.
func move(b *batch.Batch, to batch.State) error {
	if b.State == to {
		return nil
	}
	if !b.State.May(to) {
		return fault.E("transfer.move", fault.Conflict, "import.state", fault.Key("import.state."+b.State))
	}
	b.State = to
	return nil
}

// Discard gives up an import of which nothing was written, and forgets its file.
func (s *Service) Discard(ctx context.Context, who access.Actor, i id.ID) error {
	_, err := s.change(ctx, who, i, "import.discard", func(tx *store.Tx, b *batch.Batch) error {
		if b.State == batch.Failed && b.Accepted > 0 {
			return fault.E("transfer.Discard", fault.Conflict, "import.partly_written")
		}
		if err := move(b, batch.Discarded); err != nil {
			return err
		}
		if err := tx.DropBatchRows(b.ID); err != nil {
			return err
		}
		b.Lease = 0
		return tx.DropBatchFile(b.ID)
	})
	return err
}

// limits are what the rows of an import are held against today.
func (s *Service) limits(tx *store.Tx, b *batch.Batch) batch.Limits {
	rules := tx.Rules()
	l := batch.Limits{Today: tx.Today, AsOf: b.Options.AsOf, MaxAge: rules.Int("person.max_age"), MinAge: rules.Int("pool.min_age"), Incomplete: b.Options.Incomplete, OneUnit: b.Options.OneUnit}
	if l.AsOf == 0 {
		l.AsOf = tx.Today
	}
	if b.Kind == batch.Members {
		rule := rules["member.min_age"]
		l.MinAge, l.JoinAge = rule.Value, rule.Value
		l.JoinAgeFrom = rule.Since
	}
	return l
}

// errLost says that another process took the import over.
var errLost = errors.New("transfer: the lease went to another process")
