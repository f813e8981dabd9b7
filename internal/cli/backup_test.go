package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// ran is what one call of the program did.
type ran struct {
	code     int
	out, err string
}

// ketnap runs the program in this process.
func ketnap(t *testing.T, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	code := Main(args, strings.NewReader(""), &out, &errs)
	return ran{code, out.String(), errs.String()}
}

// want fails unless the program ended with code, and its error output holds text.
func (r ran) want(t *testing.T, code int, text string) {
	t.Helper()
	if r.code != code || !strings.Contains(r.err, text) {
		t.Fatalf("exit code %d, want %d with %q in\n%s%s", r.code, code, text, r.out, r.err)
	}
}

// world is a folder with a small database, its keys and a backup of it.
type world struct {
	dir, db, key, backup string
	person               id.ID
}

// number is the identity number of the i-th person.
func number(i int) string { return fmt.Sprintf("0381990%05d", i) }

func newWorld(t *testing.T) world {
	t.Helper()
	t.Setenv("KETNAP_DB", "")
	t.Setenv("KETNAP_KEY", "")
	dir := t.TempDir()
	w := world{dir: dir, db: filepath.Join(dir, "a.db"), key: filepath.Join(dir, "keys"), backup: filepath.Join(dir, "a.age")}
	w.open(t, w.db, w.key, true, func(s *store.Store) error {
		tree := storetest.Grow(t, s, 38)
		return s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			var es []store.Enrolment
			for i := range 300 {
				p := storetest.NewPerson(tx.NewID(38), fmt.Sprintf("Nguyễn Thị Số %d", i))
				w.person = p.ID
				es = append(es, store.Enrolment{Person: p, Sealed: person.Sealed{Number: number(i)}, Movements: []ledger.Movement{{
					To: ledger.Place{Unit: tree.Cells[i%2][0].ID, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2024, 1+i%12, 3)}}})
			}
			return tx.Enrol(es)
		})
	})
	return w
}

// open opens a database for fn.
func (w world) open(t *testing.T, path, key string, create bool, fn func(*store.Store) error) {
	t.Helper()
	load := seal.Load
	if create {
		load = seal.LoadOrCreate
	}
	ring, err := load(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Options{DSN: path, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := fn(s); err != nil {
		t.Fatal(err)
	}
}

// change runs one statement on the database, past everything that guards it.
func (w world) change(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	w.open(t, w.db, w.key, false, func(s *store.Store) error {
		return s.Update(context.Background(), storetest.Entry(38), fn)
	})
}

func (w world) run(t *testing.T, args ...string) ran {
	t.Helper()
	return ketnap(t, append([]string{"--db", w.db, "--key", w.key}, args...)...)
}

// restore restores the backup to a new database.
func (w world) restore(t *testing.T, file string, args ...string) (db string, r ran) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "new.db")
	return db, ketnap(t, append([]string{"--db", db, "--key", w.key, "restore", file}, args...)...)
}

// nothing fails when a refused restore left anything behind.
func nothing(t *testing.T, db string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Dir(db))
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v %v", left, err)
	}
}

func TestBackupRoundTrip(t *testing.T) {
	w := newWorld(t)
	r := w.run(t, "backup", "-o", w.backup, "--json")
	r.want(t, 0, "")
	var got backupResult
	if err := json.Unmarshal([]byte(r.out), &got); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(w.backup)
	if err != nil {
		t.Fatal(err)
	}
	want := backupResult{File: w.backup, Bytes: info.Size(), Recipient: got.Recipient, Identity: w.key + ".age", NewKey: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{w.backup, got.Identity} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want 0600", name, info.Mode())
		}
	}
	text, err := os.ReadFile(w.backup)
	if err != nil || bytes.Contains(text, []byte("SQLite format")) || bytes.Contains(text, []byte("Nguyễn")) {
		t.Error("the backup is readable")
	}
	left, _ := filepath.Glob(filepath.Join(w.dir, ".ketnap-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	db, r := w.restore(t, w.backup, "--json")
	r.want(t, 0, "")
	var back restoreResult
	if err := json.Unmarshal([]byte(r.out), &back); err != nil {
		t.Fatal(err)
	}
	if back.People != 300 || back.Movements != 300 || back.Differences != 0 || back.Version == 0 {
		t.Errorf("restored %+v", back)
	}
	w.open(t, db, w.key, false, func(s *store.Store) error {
		return s.View(context.Background(), func(tx *store.Tx) error {
			sealed, err := tx.Sealed(w.person)
			if sealed.Number != number(299) {
				t.Errorf("sealed number %q", sealed.Number)
			}
			return err
		})
	})
	w.run(t, "backup", "-o", filepath.Join(w.dir, "b.age"), "--json").want(t, 0, "")
	if left, _ := os.ReadDir(filepath.Dir(db)); len(left) != 1 {
		t.Errorf("beside the restored database: %v", left)
	}
}

// A backup never replaces a file, and restoring never replaces a database.
func TestBackupOverwritesNothing(t *testing.T) {
	w := newWorld(t)
	w.run(t, "backup", "-o", w.backup).want(t, 0, "")
	before, err := os.ReadFile(w.backup)
	if err != nil {
		t.Fatal(err)
	}
	w.run(t, "backup", "-o", w.backup).want(t, 1, "không bao giờ ghi đè")
	after, err := os.ReadFile(w.backup)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the first backup was changed")
	}
	ketnap(t, "--db", w.db, "--key", w.key, "restore", w.backup).want(t, 1, "không bao giờ ghi đè")
	log := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(log+"-wal", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	ketnap(t, "--db", log, "--key", w.key, "restore", w.backup).want(t, 1, "x.db-wal")

	// Somebody takes the name between the first look and the end.
	name := filepath.Join(w.dir, "taken")
	_, err = newFile(name, func(out io.Writer) error { return os.WriteFile(name, []byte("mine"), 0o600) })
	if text, _ := os.ReadFile(name); !os.IsExist(err) || string(text) != "mine" {
		t.Errorf("a taken name: %v, %q", err, text)
	}
}

// Whatever was cut off or changed in a backup, nothing is restored.
func TestRestoreRefusesDamage(t *testing.T) {
	w := newWorld(t)
	w.run(t, "backup", "-o", w.backup).want(t, 0, "")
	whole, err := os.ReadFile(w.backup)
	if err != nil {
		t.Fatal(err)
	}
	n := len(whole)
	damaged := map[string][]byte{"empty": {}, "not a backup": []byte("PK\x03\x04 something else"), "appended": append(whole[:n:n], 'x')}
	for _, at := range []int{1, 21, 100, 184, 200, 216, 64 << 10, 64<<10 + 216, n / 2, n - 65<<10, n - 17, n - 1} {
		damaged[fmt.Sprintf("cut at %d", at)] = whole[:at]
	}
	for _, at := range []int{0, 22, 60, 120, 160, 190, 210, 300, 64<<10 + 300, n / 2, n - 20, n - 1} {
		changed := bytes.Clone(whole)
		changed[at] ^= 1
		damaged[fmt.Sprintf("a bit at %d", at)] = changed
	}
	for name, content := range damaged {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b.age")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			db, r := w.restore(t, file)
			r.want(t, 1, "ketnap: ")
			nothing(t, db)
		})
	}
}

// sealTo writes a backup with a content of our own.
func (w world) sealTo(t *testing.T, content []byte) string {
	t.Helper()
	i, err := loadIdentity(w.key + ".age")
	if err != nil {
		t.Fatal(err)
	}
	plain, file := filepath.Join(t.TempDir(), "plain"), filepath.Join(t.TempDir(), "own.age")
	if err := os.WriteFile(plain, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := encryptFile(plain, file, i.Recipient()); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRestoreRefusesContent(t *testing.T) {
	w := newWorld(t)
	w.run(t, "backup", "-o", w.backup).want(t, 0, "")
	clean, err := os.ReadFile(w.db)
	if err != nil {
		t.Fatal(err)
	}
	torn := bytes.Clone(clean)
	for i := len(torn) / 2; i < len(torn)/2+8192; i++ {
		torn[i] = 0xa5
	}
	for name, content := range map[string][]byte{"a text": []byte(strings.Repeat("no database\n", 900)), "nothing": nil, "a torn page": torn, "half a database": clean[:len(clean)/2]} {
		t.Run(name, func(t *testing.T) {
			db, r := w.restore(t, w.sealTo(t, content))
			r.want(t, 1, "không phải là cơ sở dữ liệu lành lặn")
			nothing(t, db)
		})
	}
	t.Run("from a newer version", func(t *testing.T) {
		w := newWorld(t)
		w.change(t, func(tx *store.Tx) error {
			_, err := tx.Exec(tx.Context(), `INSERT INTO schema_version (version, name, applied_at, checksum) VALUES (9000, '9000_future', 1, 'x')`)
			return err
		})
		content, err := os.ReadFile(w.db)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := createIdentity(w.key + ".age"); err != nil {
			t.Fatal(err)
		}
		db, r := w.restore(t, w.sealTo(t, content))
		r.want(t, 1, "phiên bản mới hơn")
		nothing(t, db)
	})
}

func TestRestoreWithOtherKeys(t *testing.T) {
	w := newWorld(t)
	w.run(t, "backup", "-o", w.backup).want(t, 0, "")
	other := newWorld(t)
	other.run(t, "backup", "-o", other.backup).want(t, 0, "")

	db, r := w.restore(t, other.backup)
	r.want(t, 1, "mã hóa cho khóa khác")
	nothing(t, db)
	db, r = w.restore(t, other.backup, "--identity", other.key+".age")
	r.want(t, 1, "Tệp khóa không phải là khóa của cơ sở dữ liệu")
	nothing(t, db)
	r = ketnap(t, "--db", db, "--key", filepath.Join(t.TempDir(), "none"), "restore", other.backup)
	r.want(t, 1, "Không có tệp khóa")
	db, r = w.restore(t, filepath.Join(w.dir, "none.age"))
	r.want(t, 1, "Không mở được bản sao lưu")
	nothing(t, db)

	if err := os.Chmod(w.key+".age", 0o644); err != nil {
		t.Fatal(err)
	}
	_, r = w.restore(t, w.backup)
	r.want(t, 3, "0600")
}

// Encrypted for a key that lies elsewhere.
func TestBackupToRecipient(t *testing.T) {
	w := newWorld(t)
	away := filepath.Join(t.TempDir(), "away")
	i, err := createIdentity(away)
	if err != nil {
		t.Fatal(err)
	}
	w.run(t, "backup", "-o", w.backup, "--recipient", i.Recipient().String()).want(t, 0, "")
	if _, err := os.Stat(w.key + ".age"); !os.IsNotExist(err) {
		t.Error("a backup key was made without need")
	}
	db, r := w.restore(t, w.backup, "--identity", away)
	r.want(t, 0, "")
	if _, err := os.Stat(db); err != nil {
		t.Error(err)
	}
	w.run(t, "backup", "-o", filepath.Join(w.dir, "c.age"), "--recipient", "age1nonsense").want(t, 1, "không phải là khóa công khai")
	w.run(t, "backup").want(t, 2, "-o TỆP")
	ketnap(t, "--db", "postgres://x@localhost/x", "--key", w.key, "restore", w.backup).want(t, 1, "pg_restore")
}

// A backup whose counters are wrong is not taken for good, and not lost either.
func TestRestoreDifferences(t *testing.T) {
	w := newWorld(t)
	w.change(t, func(tx *store.Tx) error {
		_, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 1 WHERE province_id = 38`)
		return err
	})
	w.run(t, "backup", "-o", w.backup).want(t, 0, "")
	db, r := w.restore(t, w.backup)
	r.want(t, 1, "--accept-differences")
	if !strings.Contains(r.err, "Đảng bộ xã A") {
		t.Errorf("the differences are not listed:\n%s", r.err)
	}
	nothing(t, db)
	db, r = w.restore(t, w.backup, "--accept-differences")
	r.want(t, 0, "")
	ketnap(t, "--db", db, "--key", w.key, "verify").want(t, 1, "")
	ketnap(t, "--db", db, "--key", w.key, "rebuild").want(t, 0, "")
	ketnap(t, "--db", db, "--key", w.key, "verify").want(t, 0, "")
}

// The backup key is found again, and never replaced.
func TestIdentityStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k.age")
	made, err := createIdentity(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := createIdentity(path); err == nil {
		t.Error("made twice")
	}
	found, err := loadIdentity(path)
	if err != nil || found.String() != made.String() {
		t.Errorf("found another key: %v", err)
	}
	for name, text := range map[string]string{"empty": "", "words": "hello\n", "two keys": made.String() + "\n" + made.String() + "\n"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k.age")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := loadIdentity(path); err == nil || strings.Contains(err.Error(), "AGE-SECRET") {
				t.Errorf("got %v", err)
			}
		})
	}
}
