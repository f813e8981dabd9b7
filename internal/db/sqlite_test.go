package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
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
		"cache_size":         {"-16384", "-8192"},
		"mmap_size":          {"0", "0"},
		"temp_store":         {"0", "0"},
		"wal_autocheckpoint": {"1000", "1000"},
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

func TestCancelWhileQueued(t *testing.T) {
	d := openItems(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for range db.GroupMax {
			wg.Go(func() {
				err := d.Update(ctx, func(*db.Tx) error { t.Error("a cancelled function ran"); return nil })
				if !errors.Is(err, context.Canceled) {
					t.Errorf("err = %v", err)
				}
			})
		}
		for db.Queued(d) < db.GroupMax {
			runtime.Gosched()
		}
		cancel()
		wg.Wait()
		return add(t.Context(), tx, 1, "a")
	})
	if err != nil {
		t.Error(err)
	}
	if err := put(t, d, 2); err != nil {
		t.Error(err)
	}
	wantIDs(t, d, 1, 2)
}

// All members of a group share the commit, and its error.
func TestCommitErrorReachesTheWholeGroup(t *testing.T) {
	var f dbtest.Faults
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{OnCommit: f.OnCommit})
	migrate(t, d)
	const members = 20
	var wg sync.WaitGroup
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for id := range int64(members) {
			wg.Go(func() {
				if err := put(t, d, id); !errors.Is(err, db.ErrUnknownCommit) {
					t.Errorf("member %d: %v", id, err)
				}
			})
		}
		for db.Queued(d) < members {
			runtime.Gosched()
		}
		f.Arm(db.BeforeCommit, dbtest.State("XX000"), 1)
		return nil
	})
	if !errors.Is(err, db.ErrUnknownCommit) {
		t.Errorf("first: %v", err)
	}
	wg.Wait()
	if f.Left() != 0 {
		t.Error("no commit was broken")
	}
	wantIDs(t, d)
}

// A function that panics in the middle of a group takes nobody with it.
func TestPanicInGroup(t *testing.T) {
	d := openItems(t)
	var wg sync.WaitGroup
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for id := range int64(30) {
			wg.Go(func() {
				defer func() { _ = recover() }()
				_ = d.Update(t.Context(), func(tx *db.Tx) error {
					_ = add(t.Context(), tx, id, fmt.Sprint(id))
					if id%3 > 0 {
						panic("oh")
					}
					return nil
				})
			})
		}
		for db.Queued(d) < 30 {
			runtime.Gosched()
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	wg.Wait()
	wantIDs(t, d, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27)
}

// A full disk makes SQLite roll back by itself.
func TestFullDisk(t *testing.T) {
	d := openItems(t)
	ctx := t.Context()
	db.LimitPages(t.Context(), d, 40)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var want []int64
	big := strings.Repeat("x", 100<<10)
	err := d.Update(ctx, func(tx *db.Tx) error {
		for id := range int64(40) {
			wg.Go(func() {
				err := d.Update(ctx, func(tx *db.Tx) error {
					name := fmt.Sprint(id)
					if id%4 == 0 {
						name += big
					}
					return add(ctx, tx, id, name)
				})
				if err == nil {
					mu.Lock()
					want = append(want, id)
					mu.Unlock()
				}
			})
		}
		for db.Queued(d) < 40 {
			runtime.Gosched()
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	wg.Wait()
	got := map[int64]bool{}
	for _, id := range ids(t, d) {
		got[id] = true
	}
	if len(got) != len(want) || len(want) < 30 || len(want) == 40 {
		t.Errorf("%d rows for %d acknowledged writes", len(got), len(want))
	}
	for _, id := range want {
		if !got[id] {
			t.Errorf("row %d was acknowledged and is not there", id)
		}
	}
	if err := d.Check(ctx); err != nil {
		t.Error(err)
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

// TestKill starts a child that writes from eight goroutines and prints each id
// once it is acknowledged, kills it, and looks for all of them. Thrice on the
// same file.
func TestKill(t *testing.T) {
	if path := os.Getenv("DB_TEST_CHILD"); path != "" {
		writeUntilKilled(t, path, os.Getenv("DB_TEST_ROUND"))
		return
	}
	path := dbtest.SQLite(t)
	migrate(t, dbtest.Open(t, path, db.Options{}))
	acked := map[int64]bool{}
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKill$")
		child.Env = append(os.Environ(), "DB_TEST_CHILD="+path, "DB_TEST_ROUND="+strconv.Itoa(round))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			id, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				t.Fatalf("child: %s", lines.Text())
			}
			acked[id] = true
			if n == 500 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait()
	}
	d := dbtest.Open(t, path, db.Options{})
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
	there := map[int64]bool{}
	for _, id := range ids(t, d) {
		there[id] = true
	}
	for id := range acked {
		if !there[id] || !there[id+1] {
			t.Errorf("write %d was acknowledged and is not there in full", id)
		}
	}
	if len(acked) < 1500 || len(there)%2 != 0 {
		t.Errorf("%d acknowledged, %d rows: want pairs", len(acked), len(there))
	}
}

func writeUntilKilled(t *testing.T, path, round string) {
	d, err := db.Open(t.Context(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := strconv.ParseInt(round, 10, 64)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range int64(8) {
		wg.Go(func() {
			for i := int64(0); ; i += 2 {
				id := r*1e9 + w*1e8 + i
				err := d.Update(t.Context(), func(tx *db.Tx) error {
					if err := add(t.Context(), tx, id, fmt.Sprint(id)); err != nil {
						return err
					}
					return add(t.Context(), tx, id+1, fmt.Sprint(id+1))
				})
				mu.Lock()
				if err != nil {
					fmt.Println(err)
				} else {
					fmt.Println(id)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
