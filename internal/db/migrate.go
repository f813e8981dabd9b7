package db

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// migration is one version of the schema: a common file and what one engine
// needs beyond it.
type migration struct {
	version int
	name    string // of the common file, without .sql
	common  string
	own     map[Engine]string
}

// Errors of Migrate about the files, not about a statement.
var (
	ErrChanged = errors.New("db: a migration that was applied before has changed")
	ErrNewer   = errors.New("db: the database is newer than this program")
	ErrOrder   = errors.New("db: a new migration is numbered below an applied one")
)

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
	version BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	applied_at BIGINT NOT NULL,
	checksum TEXT NOT NULL
);`

// Migrate brings the schema up to the files of fsys and returns the names of
// those it applied. Files are called NNNN_name.sql and run in order, each in
// one transaction together with its record in schema_version. What only one
// engine needs stands in NNNN_name.sqlite.sql or NNNN_name.postgres.sql and
// runs right after the common file; it is not translated. There is no way back.
//
// The common files are written in PostgreSQL's spelling; ddl.go has the rules
// that make SQLite's of it. Several processes may migrate at once.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) (applied []string, err error) {
	if d.opt.ReadOnly {
		return nil, ErrReadOnly
	}
	files, err := readMigrations(fsys)
	if err != nil {
		return nil, err
	}
	var done map[int]record
	err = d.locked(ctx, func(tx *Tx) (err error) {
		if err = tx.script(ctx, versionTable, true); err == nil {
			done, err = records(ctx, tx)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("db: schema_version: %w", err)
	}
	if err := compare(files, done); err != nil {
		return nil, err
	}
	for _, m := range files {
		if _, ok := done[m.version]; ok {
			continue
		}
		ran, err := d.apply(ctx, m)
		if err != nil {
			return applied, fmt.Errorf("db: migration %s: %w", m.name, err)
		}
		if ran {
			applied = append(applied, m.name)
		}
	}
	return applied, nil
}

// Version is the highest applied migration, 0 for a database without any.
func (d *DB) Version(ctx context.Context) (version int, err error) {
	err = d.View(ctx, func(tx *Tx) error {
		q := text("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'")
		if d.Engine() == Postgres {
			q = "SELECT count(to_regclass('schema_version'))"
		}
		var tables int
		if err := tx.Row(ctx, q, nil, &tables); err != nil || tables == 0 {
			return err
		}
		return tx.Row(ctx, "SELECT COALESCE(max(version), 0) FROM schema_version", nil, &version)
	})
	return version, err
}

type record struct{ name, checksum string }

func records(ctx context.Context, tx *Tx) (map[int]record, error) {
	all := map[int]record{}
	err := tx.Each(ctx, "SELECT version, name, checksum FROM schema_version", nil, func(s Scanner) error {
		var v int
		var r record
		err := s.Scan(&v, &r.name, &r.checksum)
		all[v] = r
		return err
	})
	return all, err
}

// compare holds the files against the records of the database.
func compare(files []migration, done map[int]record) error {
	newest := 0
	for v := range done {
		newest = max(newest, v)
	}
	known := map[int]bool{}
	for _, m := range files {
		known[m.version] = true
		r, ok := done[m.version]
		switch {
		case !ok && m.version < newest:
			return fmt.Errorf("%w: %s", ErrOrder, m.name)
		case ok && (r.name != m.name || r.checksum != m.checksum()):
			return fmt.Errorf("%w: %s", ErrChanged, m.name)
		}
	}
	for v, r := range done {
		if !known[v] {
			return fmt.Errorf("%w: %s", ErrNewer, r.name)
		}
	}
	return nil
}

// apply runs one migration; false when another process was faster.
func (d *DB) apply(ctx context.Context, m migration) (ran bool, err error) {
	err = d.locked(ctx, func(tx *Tx) error {
		ran = false
		done, err := records(ctx, tx)
		if err != nil {
			return err
		}
		if _, ok := done[m.version]; ok {
			return nil
		}
		if err := tx.script(ctx, m.common, true); err != nil {
			return err
		}
		if err := tx.script(ctx, m.own[tx.Engine()], false); err != nil {
			return err
		}
		ran = true
		_, err = tx.Exec(ctx, "INSERT INTO schema_version (version, name, applied_at, checksum) VALUES ($1, $2, $3, $4)",
			m.version, m.name, time.Now().UnixMicro(), m.checksum())
		return err
	})
	return ran, err
}

// migrationLock is the advisory lock of PostgreSQL under which schemas change.
const migrationLock = 0x6b65746e6170

func (d *DB) locked(ctx context.Context, fn func(*Tx) error) error {
	check := func(ctx context.Context, tx *Tx) (bool, error) { return false, nil }
	return d.Update(ctx, func(tx *Tx) error {
		tx.partitions = d.opt.Partitions
		if tx.Engine() == Postgres {
			if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
				return err
			}
		}
		return fn(tx)
	}, WithCommitCheck(check)) // fn looks at the records itself: running it again is safe
}

// script runs the statements of a file without keeping them prepared.
func (tx *Tx) script(ctx context.Context, file string, common bool) error {
	list, err := bodies(file)
	if common {
		list, err = translate(file, tx.Engine(), tx.partitions)
	}
	if err != nil {
		return err
	}
	for _, q := range list {
		if err := tx.ready(ctx); err != nil {
			return err
		}
		if _, err := tx.c.ExecContext(tx.c.statementContext(ctx), q); err != nil {
			return tx.fail(text(q), err)
		}
	}
	return nil
}

var migrationName = regexp.MustCompile(`^((\d{4})_[a-z0-9_]+)(?:\.(sqlite|postgres))?\.sql$`)

// readMigrations reads the *.sql files in the root of fsys, in order.
func readMigrations(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	byVersion := map[int]*migration{}
	for _, file := range names {
		m := migrationName.FindStringSubmatch(file)
		if m == nil {
			return nil, fmt.Errorf("db: %s is no name for a migration", file)
		}
		body, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		version, _ := strconv.Atoi(m[2])
		mig := byVersion[version]
		if mig == nil {
			mig = &migration{version: version, name: m[1], own: map[Engine]string{}}
			byVersion[version] = mig
		}
		if mig.name != m[1] {
			return nil, fmt.Errorf("db: two migrations numbered %04d: %s and %s", version, mig.name, m[1])
		}
		if m[3] == "" {
			mig.common = string(body)
		} else {
			mig.own[Engine(m[3])] = string(body)
		}
	}
	var all []migration
	for _, m := range byVersion {
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b migration) int { return cmp.Compare(a.version, b.version) })
	return all, nil
}

// checksum covers the files of all engines, so that it is the same on each.
func (m migration) checksum() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %d\n", len(m.common), len(m.own[SQLite]), len(m.own[Postgres]))
	h.Write([]byte(m.common + m.own[SQLite] + m.own[Postgres]))
	return hex.EncodeToString(h.Sum(nil))
}
