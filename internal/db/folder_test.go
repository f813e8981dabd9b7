package db_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

// TestFolder writes less than what makes the writer fold the log itself, and more than what the folder
// waits for: who then finds pages of the log in the file knows who put them there.
func TestFolder(t *testing.T) {
	d := openItems(t)
	page := strings.Repeat("x", 64<<10)
	for i := range 250 {
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)`, i, fmt.Sprint(i, page))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	other, err := sql.Open("sqlite", "file:"+d.Name()+"?mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var busy, pages, folded int
	for range 500 {
		if err := other.QueryRow("PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &folded); err != nil {
			t.Fatal(err)
		}
		if folded > 0 && pages < 4000 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("of %d pages in the log %d are in the file", pages, folded)
}

// TestCloseBesideReader closes a database while another process reads an old state of it, as a copying tool does all day: nobody else may
// be kept from writing meanwhile.
func TestCloseBesideReader(t *testing.T) {
	d := openItems(t)
	other, err := db.Open(t.Context(), d.Name(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := put(t, other, 1); err != nil {
		t.Fatal(err)
	}
	pool, err := sql.Open("sqlite", "file:"+d.Name()+"?mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	reading, err := pool.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reading.Rollback() }()
	var n int
	if err := reading.QueryRow("SELECT COUNT(*) FROM item").Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := put(t, d, 2); err != nil { // what the reader does not see yet: the log cannot be emptied before it
		t.Fatal(err)
	}
	if err := db.BusyTimeout(t.Context(), d, 2000); err != nil { // who would have to wait longer is refused
		t.Fatal(err)
	}
	closing := make(chan error)
	go func() { closing <- other.Close() }()
	for i := int64(3); ; i++ {
		if err := put(t, d, i); err != nil {
			t.Fatalf("a write while another process closes: %v", err)
		}
		select {
		case err := <-closing:
			if err != nil {
				t.Error(err)
			}
			return
		default:
		}
	}
}

// TestSame: a database is itself under another name, and another one is not.
func TestSame(t *testing.T) {
	check := func(t *testing.T, one, two string, want bool) {
		t.Helper()
		a, b := dbtest.Open(t, one, db.Options{}), dbtest.Open(t, two, db.Options{})
		if same, err := a.Same(t.Context(), b); err != nil || same != want {
			t.Errorf("same %t, want %t, %v", same, want, err)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		path, link := openItems(t).Name(), filepath.Join(t.TempDir(), "link.db")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		check(t, path, link, true)
		check(t, path, dbtest.SQLite(t), false)
	})
	t.Run("postgres", func(t *testing.T) {
		one, two := dbtest.Postgres(t), dbtest.Postgres(t)
		u, err := url.Parse(one)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("application_name", "other")
		u.RawQuery = q.Encode()
		check(t, one, u.String(), true)
		check(t, one, two, false)
		check(t, one, dbtest.SQLite(t), false)
	})
}
