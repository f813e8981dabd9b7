package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// patience is how long an Update goes on trying.
const patience = 30 * time.Second

// retrier runs transactions again that were ended by the server and not by
// their content, and settles commits of unknown outcome.
type retrier struct {
	log      *slog.Logger
	patience time.Duration
	view     func(context.Context, func(*Tx) error) error
	again    func(Class) bool
}

func newRetrier(o Options, view func(context.Context, func(*Tx) error) error, again func(Class) bool) retrier {
	p := o.patience
	if p == 0 {
		p = patience
	}
	return retrier{log: o.Log, patience: p, view: view, again: again}
}

// update calls once until it succeeds, fails for good, or time is up.
func (r retrier) update(ctx context.Context, once func() ([]func(), error), check CommitCheck) ([]func(), error) {
	deadline := time.Now().Add(r.patience)
	var unsettled []func() // hooks of the run whose commit is in doubt
	doubt := false
	for {
		hooks, err := once()
		if err == nil {
			return hooks, nil
		}
		class, unknown := Classify(err), isUnknown(err)
		if unknown {
			doubt, unsettled = true, hooks
		}
		switch {
		case unknown && check == nil:
			return nil, fmt.Errorf("%w: %w", ErrUnknownCommit, err)
		case unknown, doubt && class == Unique:
			// Unique after a doubt: the first run may have come through late.
			done, cerr := r.ask(ctx, check, deadline)
			if cerr != nil {
				return nil, fmt.Errorf("%w: %w", ErrUnknownCommit, errors.Join(err, cerr))
			}
			r.log.Warn("commit of unknown outcome", "done", done, "err", err)
			if done {
				return unsettled, nil
			}
			if !unknown {
				return nil, err
			}
		case !r.again(class):
			return nil, err
		}
		if !pause(ctx, deadline) {
			return nil, err
		}
		r.log.Warn("transaction runs again", "class", class.String(), "err", err)
	}
}

// ask runs the check, again while the database is away.
func (r retrier) ask(ctx context.Context, check CommitCheck, deadline time.Time) (done bool, err error) {
	for {
		err = r.view(ctx, func(tx *Tx) (err error) {
			done, err = check(ctx, tx)
			return err
		})
		if err == nil || !r.again(Classify(err)) || !pause(ctx, deadline) {
			return done, err
		}
	}
}

// pause waits 50 to 250 ms; false when ctx or the deadline ends first.
func pause(ctx context.Context, deadline time.Time) bool {
	d := 50*time.Millisecond + rand.N(200*time.Millisecond)
	if time.Now().Add(d).After(deadline) {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
