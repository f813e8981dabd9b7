package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

const itemTables = `
CREATE TABLE place (
	province_id INTEGER NOT NULL,
	id BIGINT NOT NULL,
	PRIMARY KEY (province_id, id)
); -- tenant

CREATE TABLE item (
	province_id INTEGER NOT NULL,
	id BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	good BOOLEAN,
	raw BYTEA,
	weight DOUBLE PRECISION,
	place_id BIGINT,
	PRIMARY KEY (province_id, id),
	CHECK (name <> ''),
	FOREIGN KEY (province_id, place_id) REFERENCES place (province_id, id) DEFERRABLE INITIALLY IMMEDIATE
); -- tenant

CREATE UNIQUE INDEX item_name ON item (province_id, name);

CREATE TABLE late (
	province_id INTEGER NOT NULL,
	place_id BIGINT NOT NULL,
	PRIMARY KEY (province_id, place_id),
	FOREIGN KEY (province_id, place_id) REFERENCES place (province_id, id) DEFERRABLE INITIALLY DEFERRED
); -- tenant
`

// both runs f on an empty item table of every engine.
func both(t *testing.T, o db.Options, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, o, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		f(t, d)
	})
}

func migrate(t testing.TB, d *db.DB) {
	t.Helper()
	if _, err := d.Migrate(t.Context(), db.Files(map[string]string{"0001_item.sql": itemTables})); err != nil {
		t.Fatal(err)
	}
}

func add(ctx context.Context, tx *db.Tx, id int64, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", id, name)
	return err
}

// put adds one item in a transaction of its own.
func put(t testing.TB, d *db.DB, id int64, o ...db.UpdateOption) error {
	return d.Update(t.Context(), func(tx *db.Tx) error {
		return add(t.Context(), tx, id, fmt.Sprint("item ", id))
	}, o...)
}

// ids reads all items, in order.
func ids(t testing.TB, d *db.DB) (all []int64) {
	t.Helper()
	err := d.View(context.Background(), func(tx *db.Tx) error {
		return tx.Each(context.Background(), "SELECT id FROM item WHERE province_id = $1 ORDER BY id", []any{1},
			func(s db.Scanner) error {
				var id int64
				err := s.Scan(&id)
				all = append(all, id)
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func wantIDs(t testing.TB, d *db.DB, want ...int64) {
	t.Helper()
	if diff := cmp.Diff(want, ids(t, d)); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestValues(t *testing.T) {
	type name string
	type code int32
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		const insert = `INSERT INTO item (province_id, id, name, good, raw, weight) VALUES ($1, $2, $3, $4, $5, $6)`
		err := d.Update(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, insert, code(1), int64(1)<<62, name("Đỗ Thị Ánh $1 'x'"), true, []byte{0, 1, 255}, 0.25)
			if n != 1 {
				t.Errorf("affected = %d", n)
			}
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, insert, 1, 2, "b", (*bool)(nil), nil, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(ctx, func(tx *db.Tx) error {
			var (
				id   int64
				n    name
				good bool
				raw  []byte
				w    float64
			)
			const q = `SELECT id, name, good, raw, weight FROM item WHERE province_id = $1 AND good = $2`
			if err := tx.Row(ctx, q, []any{code(1), true}, &id, &n, &good, &raw, &w); err != nil {
				return err
			}
			if id != 1<<62 || n != "Đỗ Thị Ánh $1 'x'" || !good || !slices.Equal(raw, []byte{0, 1, 255}) || w != 0.25 {
				t.Errorf("read back %d %q %v %v %v", id, n, good, raw, w)
			}
			var nothing *bool
			var noBytes []byte
			err := tx.Row(ctx, "SELECT good, raw FROM item WHERE province_id = 1 AND id = 2", nil, &nothing, &noBytes)
			if nothing != nil || noBytes != nil {
				t.Errorf("NULL read as %v, %v", nothing, noBytes)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestPlaceholders(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		view(t, d, func(tx *db.Tx) error {
			var a, b string
			err := tx.Row(ctx, "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)", []any{"one", "two"}, &a, &b)
			if a != "two" || b != "one" {
				t.Errorf("out of order: %q, %q", a, b)
			}
			return err
		})
		view(t, d, func(tx *db.Tx) error {
			var a, b, c string
			err := tx.Row(ctx, "SELECT CAST($1 AS TEXT), '$2', CAST($2 AS TEXT) -- $3", []any{"one", "two"}, &a, &b, &c)
			if a != "one" || b != "$2" || c != "two" {
				t.Errorf("in order, with a literal: %q, %q, %q", a, b, c)
			}
			return err
		})
		view(t, d, func(tx *db.Tx) error {
			var a, b string
			err := tx.Row(ctx, "SELECT CAST($1 AS TEXT), CAST($1 AS TEXT)", []any{"one"}, &a, &b)
			if a != "one" || b != "one" {
				t.Errorf("twice: %q, %q", a, b)
			}
			return err
		})
		for _, args := range [][]any{{}, {1, 2}} {
			err := d.View(ctx, func(tx *db.Tx) error {
				return tx.Row(ctx, "SELECT CAST($1 AS BIGINT)", args, new(int))
			})
			if err == nil {
				t.Errorf("%d arguments for one placeholder accepted", len(args))
			}
		}
	})
}

func view(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.View(t.Context(), f); err != nil {
		t.Error(err)
	}
}

func TestNoRows(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Update(ctx, func(tx *db.Tx) error {
			err := tx.Row(ctx, "SELECT id FROM item WHERE province_id = 1 AND id = 9", nil, new(int64))
			if !errors.Is(err, db.ErrNoRows) {
				t.Errorf("err = %v, want ErrNoRows", err)
			}
			return add(ctx, tx, 1, "a") // the transaction lives on
		})
		if err != nil {
			t.Error(err)
		}
		wantIDs(t, d, 1)
	})
}

func TestFailedStatementEndsTransaction(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Update(ctx, func(tx *db.Tx) error {
			_ = add(ctx, tx, 1, "a")
			_ = add(ctx, tx, 1, "b") // refused, and the error is dropped
			if err := add(ctx, tx, 2, "c"); db.Classify(err) != db.Unique {
				t.Errorf("statement after a failed one: %v", err)
			}
			return nil
		})
		if db.Classify(err) != db.Unique {
			t.Errorf("Update = %v, want the dropped error", err)
		}
		if e, ok := errors.AsType[*db.Error](err); !ok || e.Class != db.Unique || !strings.HasPrefix(e.SQL, "INSERT") {
			t.Errorf("Update = %#v, want *db.Error", err)
		}
		wantIDs(t, d)
	})
}

func TestNested(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var hooks []string
		stop := errors.New("stop")
		err := d.Update(ctx, func(tx *db.Tx) error {
			hooks = nil
			for i, name := range []string{"a", "a", "c", "d"} {
				err := tx.Nested(ctx, func() error {
					tx.AfterCommit(func() { hooks = append(hooks, name+fmt.Sprint(i)) })
					if err := add(ctx, tx, int64(i), name); err != nil {
						return err
					}
					if name == "c" {
						return stop
					}
					return tx.Nested(ctx, func() error { return add(ctx, tx, int64(i+10), name+name) })
				})
				switch {
				case i == 1 && db.Classify(err) != db.Unique:
					t.Errorf("second a: %v", err)
				case i == 2 && !errors.Is(err, stop):
					t.Errorf("c: %v", err)
				case (i == 0 || i == 3) && err != nil:
					t.Errorf("%s: %v", name, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		wantIDs(t, d, 0, 3, 10, 13)
		if diff := cmp.Diff([]string{"a0", "d3"}, hooks); diff != "" {
			t.Errorf("hooks:\n%s", diff)
		}
	})
}

func TestEachAllowsNoStatementInside(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		stop := errors.New("stop")
		err := d.Update(ctx, func(tx *db.Tx) error {
			for i := range int64(3) {
				if err := add(ctx, tx, i, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			n := 0
			err := tx.Each(ctx, "SELECT id FROM item WHERE province_id = 1 ORDER BY id", nil, func(db.Scanner) error {
				if err := add(ctx, tx, 9, "nine"); err == nil {
					t.Error("statement inside Each accepted")
				}
				if n++; n == 2 {
					return stop
				}
				return nil
			})
			if !errors.Is(err, stop) || n != 2 {
				t.Errorf("Each = %v after %d rows", err, n)
			}
			return add(ctx, tx, 4, "four") // an early stop leaves the transaction whole
		})
		if err != nil {
			t.Error(err)
		}
		wantIDs(t, d, 0, 1, 2, 4)
	})
}

func TestRefusedArguments(t *testing.T) {
	type name string
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		now := time.Now()
		for _, arg := range []any{now, &now, "a\x00b", "\xff", name("\xc3(")} {
			err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE item SET name = $1 WHERE province_id = 1", arg)
				return err
			})
			if err == nil {
				t.Errorf("%T %q accepted as an argument", arg, arg)
			}
			err = d.Update(ctx, func(tx *db.Tx) error {
				_, err := tx.Many(ctx, "UPDATE item SET name = $1 WHERE province_id = 1", slices.Values([][]any{{"good"}, {arg}}))
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "row 2:") {
				t.Errorf("%T %q in Many: %v", arg, arg, err)
			}
		}
	})
}
