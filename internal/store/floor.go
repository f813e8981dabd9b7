package store

import (
	"context"
	"errors"
	"iter"
	"net/url"

	"ketnap/internal/db"
)

// EmptySchema makes the schema ketnap_bench of a server's database anew and returns the address of the database that leads into it. Call
// drop when done. What else the database holds is left alone.
func EmptySchema(ctx context.Context, dsn string) (inside string, drop func(context.Context) error, err error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", nil, err
	}
	clear := func(ctx context.Context, again bool) (err error) {
		d, err := db.Open(ctx, dsn, db.Options{Readers: 1})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		return d.Update(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DROP SCHEMA IF EXISTS ketnap_bench CASCADE`); err != nil || !again {
				return err
			}
			_, err := tx.Exec(ctx, `CREATE SCHEMA ketnap_bench`)
			return err
		})
	}
	q := u.Query()
	q.Set("search_path", "ketnap_bench")
	u.RawQuery = q.Encode()
	return u.String(), func(ctx context.Context) error { return clear(ctx, false) }, clear(ctx, true)
}

// Floor is two plain tables beside the product: what an engine and its driver need at the very least
// to store a row. The bench holds imports and movements against it; nothing else uses it.
type Floor struct{ db *db.DB }

const (
	floorCommits = `CREATE TABLE floor_commit (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)`
	floorRows    = `CREATE TABLE floor_row (c01 TEXT NOT NULL, c02 TEXT NOT NULL, c03 TEXT NOT NULL, c04 TEXT NOT NULL, c05 TEXT NOT NULL,
		c06 TEXT NOT NULL, c07 TEXT NOT NULL, c08 TEXT NOT NULL, c09 TEXT NOT NULL, c10 TEXT NOT NULL,
		c11 TEXT NOT NULL, c12 TEXT NOT NULL, c13 TEXT NOT NULL, c14 TEXT NOT NULL, c15 TEXT NOT NULL,
		c16 TEXT NOT NULL, c17 TEXT NOT NULL, c18 TEXT NOT NULL, c19 TEXT NOT NULL, c20 TEXT NOT NULL,
		c21 TEXT NOT NULL, c22 TEXT NOT NULL, c23 TEXT NOT NULL, c24 TEXT NOT NULL, c25 TEXT NOT NULL,
		c26 TEXT NOT NULL, c27 TEXT NOT NULL, c28 TEXT NOT NULL, c29 TEXT NOT NULL, c30 TEXT NOT NULL,
		c31 TEXT NOT NULL, c32 TEXT NOT NULL, c33 TEXT NOT NULL)`
	floorInsert = `INSERT INTO floor_row (c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22,
		c23, c24, c25, c26, c27, c28, c29, c30, c31, c32, c33)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
		$24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`
)

// OpenFloor opens an empty database and makes the tables anew. Close it.
func OpenFloor(ctx context.Context, dsn string) (*Floor, error) {
	d, err := db.Open(ctx, dsn, db.Options{Readers: 1})
	if err != nil {
		return nil, err
	}
	f := &Floor{d}
	if err = f.drop(ctx); err == nil {
		err = d.Update(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, floorCommits); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, floorRows)
			return err
		})
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return f, nil
}

// Commit stores one row in a durable transaction of its own. ids do not repeat.
func (f *Floor) Commit(ctx context.Context, id int64) error {
	return f.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO floor_commit (id, name) VALUES ($1, $2)`, id, "one row")
		return err
	})
}

// Rows stores rows of 33 texts in one transaction. The sequence may reuse its slice.
func (f *Floor) Rows(ctx context.Context, rows iter.Seq[[]any]) error {
	return f.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Many(ctx, floorInsert, rows)
		return err
	})
}

// Close drops the tables and closes the database.
func (f *Floor) Close(ctx context.Context) error {
	err := f.drop(ctx)
	if cerr := f.db.Close(); err == nil {
		err = cerr
	}
	return err
}

func (f *Floor) drop(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DROP TABLE IF EXISTS floor_commit`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DROP TABLE IF EXISTS floor_row`)
		return err
	})
}
