package db

import (
	"context"
	"fmt"
	"testing/fstest"
	"time"
)

// What the tests look at from inside.

var (
	Anonymous = anonymous
	Steady    = steady
	Translate = translate
	NormalSQL = normalSQL
)

const (
	StmtCache = stmtCache
	GroupMax  = groupMax
)

// WithPatience shortens the retries of o.
func WithPatience(o Options, d time.Duration) Options {
	o.patience = d
	return o
}

// OneGroup lets a group of o last as long as functions wait, whatever the
// speed of the machine.
func OneGroup(o Options) Options {
	o.groupTime = time.Hour
	return o
}

// Pragma reads one pragma on the writer and on every reader of a SQLite
// database, in that order.
func Pragma(ctx context.Context, d *DB, name string) ([]string, error) {
	s := d.be.(*sqliteDB)
	conns := []*conn{s.writer.c}
	for range s.opt.Readers {
		conns = append(conns, <-s.free)
	}
	var all []string
	for _, c := range conns {
		var v string
		if err := c.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	for _, c := range conns[1:] {
		s.free <- c
	}
	return all, nil
}

// BreakReader closes one reader behind the back of d.
func BreakReader(d *DB) {
	s := d.be.(*sqliteDB)
	c := <-s.free
	c.forget()
	c.Conn.Close()
	s.free <- c
}

// Statements is the number of prepared statements of a transaction's connection.
func Statements(tx *Tx) int { return len(tx.c.stmts) }

// Backend is the process number of a transaction's PostgreSQL session.
func Backend(ctx context.Context, tx *Tx) (pid int, err error) {
	err = tx.Row(ctx, "SELECT pg_backend_pid()", nil, &pid)
	return pid, err
}

// Queued is the number of jobs waiting for the SQLite writer.
func Queued(d *DB) int { return len(d.be.(*sqliteDB).writer.queue) }

// Plan runs EXPLAIN on PostgreSQL and returns its lines.
func Plan(ctx context.Context, d *DB, q string) (lines []string, err error) {
	err = d.View(ctx, func(tx *Tx) error {
		return tx.Each(ctx, text("EXPLAIN "+q), nil, func(s Scanner) error {
			var l string
			err := s.Scan(&l)
			lines = append(lines, l)
			return err
		})
	})
	return lines, err
}

// Files makes migrations of a map from file name to text.
func Files(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, body := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return fsys
}

// LimitPages lets the file of d grow to n pages only: a full disk.
func LimitPages(ctx context.Context, d *DB, n int) error {
	_, err := d.be.(*sqliteDB).writer.c.ExecContext(ctx, fmt.Sprint("PRAGMA max_page_count = ", n))
	return err
}

// Unchecked runs q on the writer with foreign keys off.
func Unchecked(ctx context.Context, d *DB, q string) error {
	c := d.be.(*sqliteDB).writer.c
	_, err := c.ExecContext(ctx, "PRAGMA foreign_keys = 0; "+q+"; PRAGMA foreign_keys = 1")
	return err
}

// BusyTimeout sets how many milliseconds the writer of d waits for a lock.
func BusyTimeout(ctx context.Context, d *DB, ms int) error {
	_, err := d.be.(*sqliteDB).writer.c.ExecContext(ctx, fmt.Sprint("PRAGMA busy_timeout = ", ms))
	return err
}

// Careless lets the writer of d commit without waiting for the disk, as synchronous=NORMAL does: the control of the power cuts.
func Careless(ctx context.Context, d *DB) error {
	_, err := d.be.(*sqliteDB).writer.c.ExecContext(ctx, "PRAGMA synchronous = NORMAL")
	return err
}
