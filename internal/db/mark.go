package db

import (
	"context"
	"sync"
)

// Mark stands for what a database holds: while two that were read one after the other are equal,
// nothing was committed in between, neither by this process nor by another one. Different ones may
// stand for the same: they say nothing.
type Mark string

// Mark reads the mark of the database as of now. It costs a few microseconds on SQLite and a
// round trip on PostgreSQL, and writes nothing.
func (d *DB) Mark(ctx context.Context) (Mark, error) {
	if err := d.enter(ctx); err != nil {
		return "", err
	}
	defer d.running.Done()
	return d.be.mark(ctx)
}

// sentry is a SQLite connection that does nothing but watch: the number SQLite gives for the state of
// the file counts what others commit and can only be compared on one connection.
type sentry struct {
	mu sync.Mutex
	c  *conn
}

func (s *sqliteDB) mark(ctx context.Context) (Mark, error) {
	s.sentry.mu.Lock()
	defer s.sentry.mu.Unlock()
	ctx = context.WithoutCancel(ctx) // too short to be worth interrupting
	return readMark(ctx, s.sentry.c, "PRAGMA data_version")
}

// mark names the transactions that a snapshot taken now would see.
func (p *pgDB) mark(ctx context.Context) (Mark, error) {
	sc, err := p.pool.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer sc.Close()
	return readMark(ctx, newConn(sc, Postgres), "SELECT CAST(pg_current_snapshot() AS TEXT)")
}

func readMark(ctx context.Context, c *conn, q text) (v Mark, err error) {
	rows, err := c.query(ctx, q, nil)
	if err != nil {
		return "", &Error{Class: Classify(err), SQL: string(q), Err: err}
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan((*string)(&v))
	}
	if err == nil {
		err = rows.Err()
	}
	return v, err
}
