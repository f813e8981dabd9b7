package db

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"sync/atomic"
	"time"
)

// Bounds of one group: it ends when it holds groupMax functions, or when the
// next one would start later than groupTime after the first. They bound how
// long a small change waits for its neighbours.
const (
	groupMax  = 128
	groupTime = 25 * time.Millisecond
)

// writer owns the only connection that writes. Its goroutine takes queued
// functions and runs all that wait inside one BEGIN IMMEDIATE … COMMIT, so that
// they share one disk flush (group commit). Each function has its own savepoint
// and its own fate up to the commit; none is acknowledged before it.
//
// The functions themselves run in the goroutines of their callers, one at a
// time, when the writer hands them the turn: a panic or runtime.Goexit then
// hits the caller and not the writer.
type writer struct {
	opt   Options
	pool  *sql.DB
	c     *conn
	queue chan *job // closed to end the writer
	fold  *folder
	ended chan struct{}
}

// job is one queued Update.
type job struct {
	fn    func(*Tx) error
	state atomic.Int32 // waiting, then taken or gone
	turn  chan *conn   // writer -> caller: run now, on this connection
	ran   chan error   // caller -> writer: fn has returned
	done  chan error   // writer -> caller: final result
	hooks []func()
}

const (
	waiting int32 = iota
	taken
	gone
)

// errPanicked stands for a panic on its way up the caller's stack.
var errPanicked = errors.New("db: the function panicked")

// commitError is a COMMIT without a clear answer.
type commitError struct{ err error }

func (e *commitError) Error() string { return "commit: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

func openWriter(ctx context.Context, path string, o Options) (*writer, error) {
	// Personal data: nobody else on the machine reads the file. The log files
	// beside it take over its permissions.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", dsn(path, false, false))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	w := &writer{
		opt: o, pool: pool, c: newConn(c, SQLite),
		queue: make(chan *job, 4*groupMax), ended: make(chan struct{}),
	}
	w.c.steady = true
	if w.fold, err = openFolder(ctx, path); err != nil {
		return nil, errors.Join(err, c.Close(), pool.Close())
	}
	if w.opt.groupTime == 0 {
		w.opt.groupTime = groupTime
	}
	go w.loop()
	return w, nil
}

// submit queues fn and waits until it is on disk or refused.
func (w *writer) submit(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	j := &job{fn: fn, turn: make(chan *conn, 1), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	cancelled := ctx.Done()
	for {
		select {
		case c := <-j.turn:
			j.serve(c)
		case err := <-j.done:
			return j.hooks, err
		case <-cancelled:
			if j.state.CompareAndSwap(waiting, gone) {
				return nil, ctx.Err()
			}
			cancelled = nil // too late: the writer has it
		}
	}
}

// serve runs fn in the goroutine of the caller.
func (j *job) serve(c *conn) {
	err := errPanicked
	defer func() { j.ran <- err }()
	j.hooks, err = run(c, j.fn)
}

// run hands the turn to the caller and waits for fn to return.
func (w *writer) run(j *job) error {
	j.turn <- w.c
	return <-j.ran
}

func (w *writer) loop() {
	defer close(w.ended)
	for j := range w.queue {
		w.group(j)
	}
}

// group runs j and all jobs waiting behind it, and commits them together.
func (w *writer) group(j *job) {
	start := time.Now()
	var g []*job
	for begun := false; j != nil; j = w.next(len(g), start) {
		if !j.state.CompareAndSwap(waiting, taken) {
			continue
		}
		if !begun {
			if err := w.begin(); err != nil {
				j.done <- err
				continue
			}
			begun = true
		}
		err := w.member(j, len(g) > 0)
		switch {
		case err == nil:
			g = append(g, j)
		case errors.Is(err, errGroupLost):
			w.alone(append(g, j))
			g, begun = nil, false
		default:
			j.done <- err
			begun = len(g) > 0
		}
	}
	if len(g) > 0 {
		w.finish(g)
	}
}

// next is the next waiting job, or nil when there is none or the group is full.
func (w *writer) next(n int, start time.Time) *job {
	if n >= groupMax || time.Since(start) > w.opt.groupTime {
		return nil
	}
	select {
	case j := <-w.queue:
		return j
	default:
		return nil
	}
}

// errGroupLost says that SQLite has rolled back the whole transaction, as it
// does for a full disk or an I/O error.
var errGroupLost = errors.New("db: group rolled back")

func (w *writer) begin() error { return w.control("BEGIN IMMEDIATE") }

// member runs j inside the open transaction and takes its changes back when it
// fails. The first member needs no savepoint: nothing else would be lost.
func (w *writer) member(j *job, others bool) error {
	if !others {
		err := w.run(j)
		if err != nil {
			w.rollback()
		}
		return err
	}
	if w.control("SAVEPOINT member") != nil {
		w.rollback()
		return errGroupLost
	}
	err := w.run(j)
	if err != nil && w.control("ROLLBACK TO member") != nil {
		w.rollback()
		if errors.Is(err, errPanicked) {
			j.state.Store(gone)
		}
		return errGroupLost
	}
	if w.control("RELEASE member") != nil {
		w.rollback()
		return errGroupLost
	}
	return err
}

// alone gives every job a transaction of its own, after a group failed for the
// sake of one of them. Functions are repeatable by contract.
func (w *writer) alone(g []*job) {
	for _, j := range g {
		if j.state.Load() == gone {
			continue
		}
		err := w.begin()
		if err == nil {
			if err = w.member(j, false); err == nil {
				err = w.commit()
			}
		}
		j.done <- err
	}
}

// finish commits the group and tells its members.
func (w *writer) finish(g []*job) {
	err := w.commit()
	if err != nil && len(g) > 1 && !isUnknown(err) {
		// A deferred constraint of one member: find out whose.
		w.alone(g)
		return
	}
	for _, j := range g {
		j.done <- err
	}
}

func isUnknown(err error) bool {
	_, ok := errors.AsType[*commitError](err)
	return ok
}

func (w *writer) commit() error {
	err := w.opt.OnCommit(BeforeCommit)
	if err == nil {
		if err = w.control("COMMIT"); err == nil {
			w.fold.committed()
			err = w.opt.OnCommit(AfterCommit)
			if err != nil {
				return &commitError{err}
			}
			return nil
		}
	}
	w.rollback()
	if refused(Classify(err)) {
		return &Error{Class: Classify(err), SQL: "COMMIT", Err: err}
	}
	return &commitError{err}
}

func (w *writer) control(q text) error { return w.c.control(context.Background(), q) }

// rollback ends the transaction. It fails only when SQLite has ended it before.
func (w *writer) rollback() { _ = w.control("ROLLBACK") }

func (w *writer) close() error {
	close(w.queue)
	<-w.ended
	folded := w.fold.close()
	// Folding the rest waits for nobody: it holds the write lock, so that with a reader that stays (a copying tool keeps one for as
	// long as it runs) every command at the console made the writers of the server wait for as long as the lock may take.
	_, err := w.c.ExecContext(context.Background(), "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)")
	w.c.forget()
	return errors.Join(folded, err, w.c.Close(), w.pool.Close())
}
