package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

func openItems(t testing.TB) *db.DB {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{})
	migrate(t, d)
	return d
}

func TestPragmasOnEveryConnection(t *testing.T) {
	d := openItems(t)
	db.BreakReader(d) // a reader opened later must have them too
	failed := 0
	for range 8 {
		if d.View(t.Context(), func(*db.Tx) error { return nil }) != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d of 8 views failed with one broken reader", failed)
	}
	for name, want := range map[string][2]string{ // writer, readers
		"journal_mode":       {"wal", "wal"},
		"synchronous":        {"2", "2"},
		"foreign_keys":       {"1", "1"},
		"busy_timeout":       {"10000", "10000"},
		"page_size":          {"8192", "8192"},
		"query_only":         {"0", "1"},
		"trusted_schema":     {"0", "0"},
		"recursive_triggers": {"1", "1"},
		"cache_size":         {"-16384", "-8192"},
		"mmap_size":          {"0", "0"},
		"temp_store":         {"2", "0"},
		"wal_autocheckpoint": {"4000", "4000"},
		"journal_size_limit": {"67108864", "67108864"},
	} {
		got, err := db.Pragma(t.Context(), d, name)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			if v != want[min(i, 1)] {
				t.Errorf("%s on connection %d of %d = %s, want %s", name, i, len(got), v, want[min(i, 1)])
			}
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	d := openItems(t)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(d.Name() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if perm := info.Mode().Perm(); perm != 0o600 {
			t.Errorf("%s has mode %o", info.Name(), perm)
		}
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"with space.db", "per%20cent.db", "q?mode=memory.db", "hash#1.db", "Kết nạp.db"} {
		path := filepath.Join(t.TempDir(), name)
		d := dbtest.Open(t, path, db.Options{})
		migrate(t, d)
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "x.db"), db.Options{}); err == nil {
		t.Error("opened a file in a missing directory")
	}
	if _, err := db.Open(t.Context(), t.TempDir(), db.Options{}); err == nil {
		t.Error("opened a directory")
	}
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), text, db.Options{}); err == nil {
		t.Error("opened a text file")
	}
}

func TestStatementCacheIsBounded(t *testing.T) {
	d := openItems(t)
	ctx := t.Context()
	err := d.Update(ctx, func(tx *db.Tx) error {
		for n := range db.InMax {
			b := db.NewB("SELECT count(*) FROM item WHERE province_id = 1").Add("AND").
				In("id", make([]any, n))
			for range 2 {
				if err := tx.Row(ctx, b.SQL(), b.Args(), new(int)); err != nil {
					return err
				}
			}
		}
		if n := db.Statements(tx); n > db.StmtCache {
			t.Errorf("%d statements kept", n)
		}
		return add(ctx, tx, 1, "a")
	})
	if err != nil {
		t.Error(err)
	}
	before := 0
	for i := range 10 {
		err := d.Update(ctx, func(tx *db.Tx) error {
			if i == 1 {
				before = db.Statements(tx)
			}
			if n := db.Statements(tx); i > 1 && n != before {
				t.Errorf("%d statements, then %d: the same texts were prepared again", before, n)
			}
			return add(ctx, tx, int64(100+i), fmt.Sprint(i))
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	ctx := t.Context()
	path := dbtest.SQLite(t)
	if _, err := db.Open(ctx, path, db.Options{ReadOnly: true}); err == nil {
		t.Error("read-only open created a database")
	}
	w := dbtest.Open(t, path, db.Options{})
	migrate(t, w)
	if err := put(t, w, 1); err != nil {
		t.Fatal(err)
	}
	r := dbtest.Open(t, path, db.Options{ReadOnly: true})
	wantIDs(t, r, 1)
	if err := put(t, w, 2); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, r, 1, 2)
	if err := put(t, r, 3); db.Classify(err) != db.ReadOnly {
		t.Errorf("Update = %v", err)
	}
	if _, err := r.Migrate(ctx, db.Files(nil)); !errors.Is(err, db.ErrReadOnly) {
		t.Errorf("Migrate = %v", err)
	}
}

func TestTwoProcessesShareAFile(t *testing.T) {
	path := dbtest.SQLite(t)
	a, b := dbtest.Open(t, path, db.Options{}), dbtest.Open(t, path, db.Options{})
	migrate(t, a)
	var wg sync.WaitGroup
	for i, d := range []*db.DB{a, b} {
		for w := range 4 {
			wg.Go(func() {
				for k := range 25 {
					if err := put(t, d, int64(i*1000+w*100+k)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	if n := len(ids(t, a)); n != 200 {
		t.Errorf("%d rows, want 200", n)
	}
}

func TestBackup(t *testing.T) {
	d := openItems(t)
	ctx := t.Context()
	for id := range int64(100) {
		if err := put(t, d, id); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := d.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	if err := d.Backup(ctx, copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("second backup to the same file: %v", err)
	}
	if info, err := os.Stat(copied); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the copy: %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(copied + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Error("the part file is left behind")
	}
	c := dbtest.Open(t, copied, db.Options{})
	if n := len(ids(t, c)); n != 100 {
		t.Errorf("the copy has %d rows", n)
	}
	if err := c.Check(ctx); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	gone := filepath.Join(t.TempDir(), "gone.db")
	if err := d.Backup(cancelled, gone); err == nil {
		t.Error("backup with a cancelled context succeeded")
	}
	if left, _ := filepath.Glob(gone + "*"); len(left) > 0 {
		t.Errorf("a failed backup left %v", left)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	path := dbtest.SQLite(t)
	d, err := db.Open(t.Context(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	migrate(t, d)
	for id := range int64(500) {
		if err := put(t, d, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Check(t.Context()); err != nil {
		t.Errorf("whole file: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := len(raw) / 8192 * 8192
	copy(raw[last-8192:], make([]byte, 8192)) // one page of zeros
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	d = dbtest.Open(t, path, db.Options{})
	if err := d.Check(t.Context()); err == nil {
		t.Error("a page of zeros is not found")
	}
}

func TestCloseFoldsTheLog(t *testing.T) {
	path := dbtest.SQLite(t)
	d, err := db.Open(t.Context(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	migrate(t, d)
	if err := put(t, d, 1); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
		t.Errorf("left beside the file: %v", left)
	}
}
