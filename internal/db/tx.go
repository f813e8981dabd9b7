package db

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// Tx is one transaction. It lives as long as the function it was given to and
// belongs to that function's goroutine.
type Tx struct {
	c     *conn
	err   error // the first failed statement; everything after it returns it
	hooks []func()
	ended bool
	rows  bool // a callback of Each is running

	partitions int // of tenant tables, in Migrate
}

// Scanner is the current row of Each. Scan copies its columns, as sql.Rows does.
type Scanner interface {
	Scan(dest ...any) error
}

// Engine tells which engine runs the transaction.
func (tx *Tx) Engine() Engine { return tx.c.engine }

// ready says whether a statement may run now.
func (tx *Tx) ready(ctx context.Context) error {
	switch {
	case tx.ended:
		return errTxDone
	case tx.err != nil:
		return tx.err
	case tx.rows:
		return errBusyTx
	}
	tx.err = ctx.Err()
	return tx.err
}

// fail remembers the first failed statement.
func (tx *Tx) fail(q text, err error) error {
	if err == nil {
		return nil
	}
	tx.err = &Error{Class: Classify(err), SQL: string(q), Err: err}
	return tx.err
}

// Exec runs a statement and returns the number of rows it changed.
func (tx *Tx) Exec(ctx context.Context, q text, args ...any) (affected int64, err error) {
	if err := tx.ready(ctx); err != nil {
		return 0, err
	}
	if err := checkArgs(args); err != nil {
		return 0, tx.fail(q, err)
	}
	res, err := tx.c.exec(ctx, q, args)
	if err != nil {
		return 0, tx.fail(q, err)
	}
	affected, err = res.RowsAffected()
	return affected, tx.fail(q, err)
}

// Row runs a query and copies the columns of its first row to dest. It returns
// ErrNoRows, which does not end the transaction, when there is none.
func (tx *Tx) Row(ctx context.Context, q text, args []any, dest ...any) error {
	found := false
	err := tx.each(ctx, q, args, func(rows *sql.Rows) (more bool, err error) {
		found = true
		return false, rows.Scan(dest...)
	})
	if err == nil && !found {
		return ErrNoRows
	}
	return err
}

// Each runs a query and calls scan for every row, in order. An error of scan
// ends the walk and is returned as it is; it does not end the transaction.
// scan must not use the transaction.
func (tx *Tx) Each(ctx context.Context, q text, args []any, scan func(s Scanner) error) error {
	n := 0
	return tx.each(ctx, q, args, func(rows *sql.Rows) (bool, error) {
		if n++; n%256 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		return true, scan(rows)
	})
}

func (tx *Tx) each(ctx context.Context, q text, args []any, row func(*sql.Rows) (bool, error)) (err error) {
	if err := tx.ready(ctx); err != nil {
		return err
	}
	if err := checkArgs(args); err != nil {
		return tx.fail(q, err)
	}
	rows, err := tx.c.query(ctx, q, args)
	if err != nil {
		return tx.fail(q, err)
	}
	tx.rows = true
	defer func() {
		tx.rows = false
		if cerr := rows.Close(); err == nil && cerr != nil {
			err = tx.fail(q, cerr)
		}
	}()
	for rows.Next() {
		if more, err := row(rows); err != nil || !more {
			return err
		}
	}
	return tx.fail(q, rows.Err())
}

// AfterCommit registers f to run once the transaction is on disk, in the
// goroutine that called Update. When fn is run again only the hooks of the last
// run count. View ignores them. A View runs none.
func (tx *Tx) AfterCommit(f func()) { tx.hooks = append(tx.hooks, f) }

// Nested runs fn inside a savepoint: when fn returns an error its changes, and
// only those, are taken back, and the transaction lives on. It is for trying a
// row that may be refused; a lost connection still ends the transaction.
func (tx *Tx) Nested(ctx context.Context, fn func() error) error {
	if err := tx.ready(ctx); err != nil {
		return err
	}
	if err := tx.c.control(ctx, "SAVEPOINT nested"); err != nil {
		return tx.fail("SAVEPOINT nested", err)
	}
	hooks := len(tx.hooks)
	err := fn()
	if err == nil {
		err = tx.err
	}
	if err != nil {
		tx.hooks = tx.hooks[:hooks]
		if rerr := tx.c.control(ctx, "ROLLBACK TO SAVEPOINT nested"); rerr != nil {
			return tx.fail("ROLLBACK TO SAVEPOINT nested", rerr)
		}
		tx.err = nil
	}
	if rerr := tx.c.control(ctx, "RELEASE SAVEPOINT nested"); rerr != nil {
		return tx.fail("RELEASE SAVEPOINT nested", rerr)
	}
	return err
}

// run calls fn with a fresh Tx on c and returns its hooks. A failed statement
// wins over a nil result.
func run(c *conn, fn func(*Tx) error) (hooks []func(), err error) {
	tx := &Tx{c: c}
	defer func() { tx.ended = true }()
	if err = fn(tx); err == nil {
		err = tx.err
	}
	return tx.hooks, err
}

// checkArgs refuses what one engine would take and the other not, or store
// differently: times, and text that is no UTF-8 or holds a NUL byte.
func checkArgs(args []any) error {
	for i, a := range args {
		var s string
		switch a := a.(type) {
		case string:
			s = a
		case int64, int, bool, nil, []byte, float64:
			continue
		case time.Time, *time.Time:
			return fmt.Errorf("db: argument $%d is a %T; pass a day or microseconds", i+1, a)
		default:
			if v := reflect.ValueOf(a); v.Kind() == reflect.String {
				s = v.String()
			}
		}
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return fmt.Errorf("db: argument $%d is no text: %w", i+1, ErrNoText)
		}
	}
	return nil
}
