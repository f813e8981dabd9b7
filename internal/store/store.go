// Package store reads and writes everything the program keeps (storage floor).
//
// View and Update are the only ways in, and only Tx has queries. Update takes an audit entry: it
// commits with the change, so nothing can be written without one; counters of posted movements are
// written at the end of the same transaction, in a fixed order, so that they can never differ from
// the ledger and writers never wait for each other in a circle.
package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/memo"
	"ketnap/internal/rule"
	"ketnap/internal/seal"
)

//go:embed schema/*.sql
var schemaFS embed.FS

// Schema is the migrations.
func Schema() fs.FS {
	sub, err := fs.Sub(schemaFS, "schema")
	if err != nil {
		panic(err) // the folder is embedded at build
	}
	return sub
}

// Options of Open. Only DSN and Ring are needed.
type Options struct {
	DSN        string
	Ring       *seal.Ring
	Now        func() time.Time // the clock; nil is the real one
	Node       int              // 0–15, tells processes on one database apart
	Readers    int
	Partitions int // tests: tenant tables as so many hash partitions
	ReadOnly   bool
	Log        *slog.Logger
	Sink       *Sink                      // second place of the audit trail; nil when there is none
	OnCommit   func(db.CommitPoint) error // tests: faults at COMMIT
}

// Store is an open database with its keys, clock and source of ids.
type Store struct {
	db    *db.DB
	ring  *seal.Ring
	now   func() time.Time
	ids   *id.Source
	rules rule.Set
	made  sync.Map // what services made of the database once per version, see Keep

	follower Follower
	common   *memo.Cache[wordKey, int] // about how many people have a common word

	notary   *seal.Notary
	sink     *Sink
	sinkDown atomic.Bool
	log      *slog.Logger
}

// Open opens a database; it does not migrate it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	rules, err := rule.Default()
	if err != nil {
		return nil, err
	}
	notary, err := o.notary()
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d, err := db.Open(ctx, o.DSN, db.Options{Readers: o.Readers, Partitions: o.Partitions, ReadOnly: o.ReadOnly, Log: o.Log, OnCommit: o.OnCommit})
	if err != nil {
		return nil, err
	}
	return &Store{db: d, ring: o.Ring, now: o.Now, ids: id.NewSource(o.Node, o.Now), rules: rules, notary: notary, sink: o.Sink, log: o.Log,
		common: memo.New[wordKey, int](wordsKept)}, nil
}

func (o Options) notary() (*seal.Notary, error) {
	if o.Ring == nil {
		return nil, fault.E("store.Open", fault.Unavailable, "seal.file.missing", "")
	}
	return o.Ring.Notary()
}

// DB returns the engine below, for commands that work on it as a whole.
func (s *Store) DB() *db.DB { return s.db }

// Close closes the database and the second sink.
func (s *Store) Close() error { return errors.Join(s.db.Close(), s.sink.Close()) }

// Migrate brings the schema up to date and returns the names of what it applied.
func (s *Store) Migrate(ctx context.Context) ([]string, error) { return s.db.Migrate(ctx, Schema()) }

// Now returns the store's clock.
func (s *Store) Now() time.Time { return s.now() }

// Today returns the day of the store's clock in Vietnam.
func (s *Store) Today() day.Date { return day.FromTime(s.now().In(day.Vietnam)) }

// Rules returns the values of regulations in force.
func (s *Store) Rules() rule.Set { return s.rules }

// Tx is one transaction. Now and Today are fixed when it starts.
type Tx struct {
	*db.Tx
	ctx    context.Context
	store  *Store
	Now    int64 // unix ms
	Today  day.Date
	audit  id.ID
	entry  *audit.Entry
	tally  ledger.Tally
	homes  map[id.ID]home
	shared map[int]bool // provinces whose tree this transaction counts by
	closed map[int]day.Date
	set    bool // a setting was written

	owns    map[id.ID]*seal.Own // keys of persons read so far
	touched map[id.ID]Touched   // whose records changed, when somebody follows
}

func (s *Store) tx(ctx context.Context, t *db.Tx) *Tx {
	now := s.now()
	return &Tx{Tx: t, ctx: ctx, store: s, Now: now.UnixMilli(), Today: day.FromTime(now.In(day.Vietnam)),
		tally: ledger.Tally{}, homes: map[id.ID]home{}, closed: map[int]day.Date{}}
}

// View runs fn on one snapshot.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return db.Fault("store.View", s.db.View(ctx, func(t *db.Tx) error { return fn(s.tx(ctx, t)) }))
}

// Update runs fn in a transaction that also holds the audit entry e. fn may run more than once, so
// it changes nothing but the database and variables it sets from scratch. With e.Key the act
// happens at most once: a second call returns a Conflict with key "once.done".
func (s *Store) Update(ctx context.Context, e audit.Entry, fn func(*Tx) error) error {
	const op = "store.Update"
	auditID := s.ids.New(e.Province)
	check := db.WithCommitCheck(func(ctx context.Context, t *db.Tx) (bool, error) {
		var n int64
		err := t.Row(ctx, `SELECT 1 FROM audit WHERE province_id = $1 AND id = $2`, []any{e.Province, int64(auditID)}, &n)
		if errors.Is(err, db.ErrNoRows) {
			return false, nil
		}
		return err == nil, err
	})
	return db.Fault(op, s.db.Update(ctx, func(t *db.Tx) error {
		tx := s.tx(ctx, t)
		entry := e
		tx.audit, tx.entry = auditID, &entry
		if err := tx.claim(e); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.followTouched(); err != nil {
			return err
		}
		if err := tx.flushTally(); err != nil {
			return err
		}
		return tx.addAudit()
	}, check))
}

// Context returns the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// NewID makes an identifier in a partition.
func (tx *Tx) NewID(province int) id.ID { return tx.store.ids.New(province) }

// Audit returns the id of the transaction's audit entry.
func (tx *Tx) Audit() id.ID { return tx.audit }

// Rules returns the values of regulations in force.
func (tx *Tx) Rules() rule.Set { return tx.store.rules }

// Did sets the object and detail of the audit entry once they are known. No personal data.
func (tx *Tx) Did(object id.ID, detail string) { tx.entry.Object, tx.entry.Detail = object, detail }

// Instead makes the entry say that another act was done than the one the transaction was begun for: a sign-in turned out to be a failed one.
func (tx *Tx) Instead(e audit.Entry) {
	e.Province, e.Key = tx.entry.Province, tx.entry.Key // where the entry lies and what it claimed were settled at the beginning
	*tx.entry = e
}

func (tx *Tx) claim(e audit.Entry) error {
	if e.Key == "" {
		return nil
	}
	n, err := tx.Exec(tx.ctx, `INSERT INTO once (province_id, key, audit_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (province_id, key) DO NOTHING`, e.Province, e.Key, int64(tx.audit), tx.Now)
	if err == nil && n == 0 {
		return fault.E("store.Update", fault.Conflict, "once.done")
	}
	return err
}

// one reads a single row; no row is a NotFound with the key.
func (tx *Tx) one(op string, key fault.Key, err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.E(op, fault.NotFound, key)
	}
	return err
}

// NewID makes an identifier in a partition, outside a transaction.
func (s *Store) NewID(province int) id.ID { return s.ids.New(province) }

// versioned is a value with the version it was made at.
type versioned struct {
	version string
	value   any
}

// Keep returns what make made for a key and version, making it again only when the version is another one. The
// version must be read in the same transaction, so that a value is never newer or older than what is seen. A value is
// shared and must not be changed. Only the newest version of a key is kept.
//
// What a writing transaction makes is kept once it is committed, for nothing else may ever have been true, and only
// when it has changed no setting: a version that is a setting could change with it and still read the same.
func (tx *Tx) Keep(key, version string, make func() (any, error)) (any, error) {
	if k, ok := tx.store.made.Load(key); ok && k.(versioned).version == version {
		return k.(versioned).value, nil
	}
	value, err := make()
	if err != nil {
		return nil, err
	}
	keep := func() { tx.store.made.Store(key, versioned{version, value}) }
	switch {
	case tx.entry == nil:
		keep()
	case !tx.set:
		tx.AfterCommit(keep)
	}
	return value, nil
}
