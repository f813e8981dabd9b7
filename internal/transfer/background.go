package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// live is the progress of the imports this process works on, for pages that ask.
type live struct {
	mu   sync.Mutex
	seen map[id.ID]batch.Batch
}

func (l *live) put(b batch.Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[id.ID]batch.Batch{}
	}
	l.seen[b.ID] = b
}

func (l *live) drop(i id.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.seen, i)
}

func (l *live) get(i id.ID) (batch.Batch, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.seen[i]
	return b, ok
}

// StartCheck checks an import in the background.
func (s *Service) StartCheck(ctx context.Context, who access.Actor, i id.ID) error {
	b, err := s.beginCheck(ctx, who, i)
	if err == nil {
		s.goOn(b, func(ctx context.Context) error {
			_, err := s.check(ctx, who, b, s.live.put)
			return err
		})
	}
	return err
}

// StartCommit writes an import in the background.
func (s *Service) StartCommit(ctx context.Context, who access.Actor, i id.ID) error {
	b, err := s.begin(ctx, who, i, false)
	if err == nil {
		s.goOn(b, func(ctx context.Context) error {
			_, err := s.commit(ctx, who, b, s.live.put)
			return err
		})
	}
	return err
}

func (s *Service) goOn(b batch.Batch, f func(context.Context) error) {
	s.live.put(b)
	s.work.Go(func() {
		defer s.live.drop(b.ID)
		if err := f(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Error("import in the background", "batch", b.ID.String(), "state", b.State, "err", err)
		}
	})
}

// Progress returns how far the work on an import has come: from this process when it does the work,
// else as last stored.
func (s *Service) Progress(ctx context.Context, who access.Actor, i id.ID) (b batch.Batch, running bool, err error) {
	if b, _, err = s.Batch(ctx, who, i); err != nil {
		return b, false, err
	}
	if seen, ok := s.live.get(i); ok && seen.State == b.State {
		return seen, true, nil
	}
	return b, b.State.Running() && b.Lease > s.st.Now().UnixMilli(), nil
}

// Resume goes on with every import that stopped in the middle of writing, and frees checks that
// stopped. With takeOver it also takes those from a process that still holds their lease, which may
// have died just now; if it lives it stops at its next chunk, because chunks follow each other by
// version. It returns the imports it finished.
func (s *Service) Resume(ctx context.Context, takeOver bool, progress Progress) ([]batch.Batch, error) {
	var open []batch.Batch
	err := s.st.View(ctx, func(tx *store.Tx) error {
		var err error
		open, err = tx.OpenBatches()
		return err
	})
	if err != nil {
		return nil, err
	}
	var done []batch.Batch
	for _, b := range open {
		if !takeOver && b.Lease > s.st.Now().UnixMilli() {
			continue
		}
		who := access.System("job")
		who.User, who.Name = b.By, b.ByName
		b, err := s.resume(ctx, who, b, progress)
		if err != nil && fault.KindOf(err) != fault.Conflict && !errors.Is(err, errLost) {
			return done, err
		}
		if b.State == batch.Done {
			done = append(done, b)
		}
	}
	return done, nil
}

func (s *Service) resume(ctx context.Context, who access.Actor, b batch.Batch, progress Progress) (batch.Batch, error) {
	defer s.live.drop(b.ID)
	if b.State == batch.Mapped {
		return b, s.freeCheck(ctx, who, b)
	}
	b, err := s.begin(ctx, who, b.ID, true)
	if err != nil {
		return b, err
	}
	return s.commit(ctx, who, b, progress)
}

// freeCheck lets an import be checked again whose check stopped.
func (s *Service) freeCheck(ctx context.Context, who access.Actor, b batch.Batch) error {
	_, err := s.change(ctx, who, b.ID, "import.check", func(_ *store.Tx, b *batch.Batch) error {
		if b.State == batch.Mapped {
			b.Lease = 0
		}
		return nil
	})
	return err
}

// ResumeLater looks in the background, now and whenever a lease may have run out, for imports to go
// on with: the server calls it once at its start.
func (s *Service) ResumeLater() {
	s.work.Go(func() {
		for {
			if _, err := s.Resume(s.ctx, false, s.live.put); err != nil && s.ctx.Err() == nil {
				s.log.Error("resuming imports", "err", err)
			}
			select {
			case <-time.After(lease):
			case <-s.ctx.Done():
				return
			}
		}
	})
}
