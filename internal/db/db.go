// Package db runs SQL on SQLite or PostgreSQL behind one small API. It knows
// no table. It stands at the bottom of the storage floor: only store builds on
// it, and cli to open it.
//
// One text serves both engines: the PostgreSQL spelling of the portable subset
// with $1, $2 … placeholders. Only constant SQL, or what the builder B made of
// constant pieces, can be passed: the parameter type is unexported, so a
// string variable does not compile outside this package and a value can never
// become SQL.
//
// What both engines promise alike:
//
//   - View sees one snapshot and cannot write.
//   - Update is all or nothing; when it returns nil the change is on disk.
//   - After the first failed statement a transaction is dead: every later
//     statement and Update itself return that error. PostgreSQL works that way
//     and SQLite is held to it, so that a swallowed error cannot commit half a
//     change on one engine only. Prefer ON CONFLICT, or Tx.Nested.
//   - One statement at a time: none may run inside the callback of Each.
//   - Refused as arguments: time.Time (pass a day number or microseconds) and
//     text that is no UTF-8 or holds a NUL byte.
package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// text is SQL. It is unexported on purpose, see the package comment.
type text string

// Engine names the database system behind a DB.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// ErrNoRows is returned by Tx.Row when the query has no row.
var ErrNoRows = sql.ErrNoRows

// ErrNoText is why an argument is refused that somebody typed or sent and no engine keeps as a text.
var ErrNoText = errors.New("invalid UTF-8 or a NUL byte")

// Errors of wrong use. They are bugs of the caller, not states of the database.
var (
	ErrReadOnly = errors.New("db: write on a database opened read-only")
	ErrClosed   = errors.New("db: closed")
	errTxDone   = errors.New("db: transaction used after its function returned")
	errBusyTx   = errors.New("db: statement inside the callback of Each")
)

// Options tune Open. The zero value is good.
type Options struct {
	// Readers is the number of concurrent View transactions: default 4 on
	// SQLite, where each costs up to 8 MiB of page cache. On PostgreSQL it is
	// the size of the connection pool for reads and writes, default 16.
	Readers int
	// Partitions > 0 lets Migrate create the tenant tables of PostgreSQL as
	// that many hash partitions. SQLite ignores it.
	Partitions int
	// Log receives retries and commits of unknown outcome. nil discards.
	Log *slog.Logger
	// ReadOnly opens an existing database without the right to change it:
	// Update and Migrate return ErrReadOnly.
	ReadOnly bool
	// OnCommit is fault injection for tests: it is asked before and after
	// every COMMIT, and an error it returns takes the place of the result.
	// Before: the COMMIT is not sent. After: it has been done all the same.
	// nil in production.
	OnCommit func(at CommitPoint) error

	patience  time.Duration // of retries; tests shorten it
	groupTime time.Duration // of group commit; tests lengthen it
}

// CommitPoint says on which side of the real COMMIT OnCommit is asked.
type CommitPoint uint8

// The two points.
const (
	BeforeCommit CommitPoint = iota
	AfterCommit
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	be   backend
	opt  Options
	name string // for logs: path, or host and database without the password

	mu      sync.RWMutex // guards closed
	closed  bool
	running sync.WaitGroup // transactions
}

// backend is what the engines do differently.
type backend interface {
	engine() Engine
	view(ctx context.Context, fn func(*Tx) error) error
	update(ctx context.Context, fn func(*Tx) error, o updateOptions) ([]func(), error)
	mark(ctx context.Context) (Mark, error)
	close() error
}

// Open opens the SQLite file at the path dsn, creating it when missing, or the
// PostgreSQL database dsn names as postgres://user@host/name. The database
// answers when Open returns.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnCommit == nil {
		o.OnCommit = func(CommitPoint) error { return nil }
	}
	open := openSQLite
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		open = openPostgres
	}
	be, name, err := open(ctx, dsn, o)
	if err != nil {
		return nil, err
	}
	return &DB{be: be, opt: o, name: name}, nil
}

// Engine tells which engine is behind d.
func (d *DB) Engine() Engine { return d.be.engine() }

// Name is the file path, or host and database name: fit for a log, no secret.
func (d *DB) Name() string { return d.name }

// Close waits for running transactions and closes all connections. On SQLite
// it also folds the write-ahead log into the file. Later calls do nothing.
func (d *DB) Close() error {
	d.mu.Lock()
	done := d.closed
	d.closed = true
	d.mu.Unlock()
	if done {
		return nil
	}
	d.running.Wait()
	return d.be.close()
}

// enter counts a transaction in; the caller counts it out with running.Done.
func (d *DB) enter(ctx context.Context) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.running.Add(1)
	return nil
}

// View runs fn in a read-only transaction that sees one snapshot. Do not call
// View inside fn: under load all connections could wait for each other.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.running.Done()
	return d.be.view(ctx, fn)
}

// Update runs fn in a transaction and commits it when fn returns nil. fn runs
// in the goroutine of the caller and may be run again after a lost connection,
// a deadlock or an unknown commit: it must change nothing but the database and
// variables it sets from scratch. Do not call Update inside fn. On SQLite every
// other writer waits while fn runs: hash, parse and compute before.
//
// ctx ends waiting and further statements; once fn has returned nil the commit
// is not abandoned any more.
func (d *DB) Update(ctx context.Context, fn func(*Tx) error, o ...UpdateOption) error {
	if d.opt.ReadOnly {
		return ErrReadOnly
	}
	var opt updateOptions
	for _, f := range o {
		f(&opt)
	}
	hooks, err := d.write(ctx, fn, opt)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		h()
	}
	return nil
}

func (d *DB) write(ctx context.Context, fn func(*Tx) error, o updateOptions) ([]func(), error) {
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.running.Done()
	return d.be.update(ctx, fn, o)
}

// CommitCheck answers, in a fresh read transaction, whether the change of an
// Update is in the database: usually by looking up its idempotency key.
type CommitCheck func(ctx context.Context, tx *Tx) (done bool, err error)

type updateOptions struct{ check CommitCheck }

// UpdateOption changes one Update.
type UpdateOption func(*updateOptions)

// WithCommitCheck says how to find out whether a COMMIT without a clear answer
// took effect. When it did, Update succeeds; when not, fn is run again. Without
// a check such an Update ends with ErrUnknownCommit.
func WithCommitCheck(check CommitCheck) UpdateOption {
	return func(o *updateOptions) { o.check = check }
}

// Size is the size of the database in bytes, without the write-ahead log.
func (d *DB) Size(ctx context.Context) (n int64, err error) {
	err = d.View(ctx, func(tx *Tx) error {
		q := text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
		if d.Engine() == Postgres {
			q = "SELECT pg_database_size(current_database())"
		}
		return tx.Row(ctx, q, nil, &n)
	})
	return n, err
}
