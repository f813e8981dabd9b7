package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNotHere is returned for upkeep the engine leaves to its own tools: a
// PostgreSQL server is backed up by its administrator.
var ErrNotHere = errors.New("db: not done from here on this engine")

// Backup writes a compact copy of a SQLite database to path while work goes on;
// the copy is the state at one commit. It is complete and on disk under path,
// or not there at all. A file at path is not replaced.
func (d *DB) Backup(ctx context.Context, path string) error {
	s, ok := d.be.(*sqliteDB)
	if !ok {
		return ErrNotHere
	}
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.running.Done()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("db: backup to %s: %w", path, os.ErrExist), err)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	defer f.Close()
	err = s.aside(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "VACUUM INTO ?", part)
		return err
	})
	if err == nil {
		err = f.Sync() // VACUUM INTO does not flush its target
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return fmt.Errorf("db: backup: %w", errors.Join(err, os.Remove(part)))
	}
	return syncDir(filepath.Dir(path))
}

// Check reads the whole file and reports damage: the structure of every page
// and row, and references without a target. On PostgreSQL, which checks its
// pages itself, it only asks whether the server answers.
func (d *DB) Check(ctx context.Context) error {
	s, ok := d.be.(*sqliteDB)
	if !ok {
		return d.View(ctx, func(tx *Tx) error { return tx.Row(ctx, "SELECT 1", nil, new(int)) })
	}
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.running.Done()
	return s.aside(ctx, func(c *sql.Conn) error {
		var answer string
		if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&answer); err != nil {
			return fmt.Errorf("db: check: %w", err)
		}
		if answer != "ok" {
			return fmt.Errorf("db: check: %s", answer)
		}
		var table, parent string
		err := c.QueryRowContext(ctx, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`).Scan(&table, &parent)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return errors.Join(fmt.Errorf("db: check: a row of %s refers to a missing row of %s", table, parent), err)
	})
}

// Analyze refreshes the statistics the query planner chooses indexes by. It is
// worth calling after a large import.
func (d *DB) Analyze(ctx context.Context) error {
	return d.Update(ctx, func(tx *Tx) error {
		if tx.Engine() == SQLite {
			// Rows looked at per index: enough for a plan, fast on any size.
			if err := tx.script(ctx, "PRAGMA analysis_limit = 2000;", false); err != nil {
				return err
			}
		}
		return tx.script(ctx, "ANALYZE;", false)
	})
}

// aside runs fn on a connection of its own, so that long reading takes no
// reader away from the pages of users.
func (s *sqliteDB) aside(ctx context.Context, fn func(*sql.Conn) error) error {
	pool, err := sql.Open("sqlite", dsn(s.path, true, true))
	if err != nil {
		return err
	}
	defer pool.Close()
	c, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	// query_only would stop VACUUM INTO; mode=ro protects the file itself.
	if _, err := c.ExecContext(ctx, "PRAGMA query_only = 0"); err != nil {
		return err
	}
	return fn(c)
}

// syncDir makes a rename in dir durable. Windows cannot flush a directory and
// does not need to.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && filepath.Separator == '/' {
		return err
	}
	return nil
}

// Same reports whether two open databases are one and the same: one file, or one database of one running server, whatever name or
// address each was opened by.
func (d *DB) Same(ctx context.Context, other *DB) (bool, error) {
	if d.Engine() != other.Engine() {
		return false, nil
	}
	if a, ok := d.be.(*sqliteDB); ok {
		one, err := os.Stat(a.path)
		if err != nil {
			return false, fmt.Errorf("db: same: %w", err)
		}
		two, err := os.Stat(other.be.(*sqliteDB).path)
		if err != nil {
			return false, fmt.Errorf("db: same: %w", err)
		}
		return os.SameFile(one, two), nil
	}
	var at [2]string // a copy starts as a server of its own, at another microsecond
	for i, x := range []*DB{d, other} {
		if err := x.View(ctx, func(tx *Tx) error {
			return tx.Row(ctx, "SELECT CAST(pg_postmaster_start_time() AS TEXT) || ' ' || current_database()", nil, &at[i])
		}); err != nil {
			return false, err
		}
	}
	return at[0] == at[1], nil
}
