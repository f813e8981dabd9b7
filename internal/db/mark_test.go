package db_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"ketnap/internal/db"
)

func mark(t *testing.T, d *db.DB) db.Mark {
	t.Helper()
	v, err := d.Mark(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func addItem(t *testing.T, d *db.DB, id int) {
	t.Helper()
	if err := d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)`, id, fmt.Sprint("item ", id))
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestMark holds the promise that caches rest on: equal means that nothing was committed.
func TestMark(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		seen := map[db.Mark]bool{}
		for i := range 50 {
			v := mark(t, d)
			if seen[v] {
				t.Fatalf("mark %q came back after commit %d", v, i)
			}
			seen[v] = true
			addItem(t, d, i+1)
		}
		if d.Engine() == db.Postgres {
			return // its numbers also move for other databases of the cluster
		}
		v := mark(t, d)
		_ = d.Update(t.Context(), func(*db.Tx) error { return errors.New("taken back") })
		if err := d.View(t.Context(), func(tx *db.Tx) error {
			var n int
			return tx.Row(t.Context(), `SELECT COUNT(1) FROM item WHERE province_id = 1`, nil, &n)
		}); err != nil {
			t.Fatal(err)
		}
		if after := mark(t, d); after != v {
			t.Errorf("mark %q became %q although nothing was committed", v, after)
		}
	})
}

// TestMarkAcrossProcesses commits through a second database object on the same file, as another
// process does.
func TestMarkAcrossProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open := func() *db.DB {
		d, err := db.Open(t.Context(), path, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}
	a := open()
	migrate(t, a)
	b := open()
	before := mark(t, a)
	addItem(t, b, 1)
	if after := mark(t, a); after == before {
		t.Error("a commit of somebody else was not seen")
	}
	if v := mark(t, b); v != mark(t, b) {
		t.Error("a mark changed although nothing was committed")
	}
}
