package cli

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// drilled runs the drill and returns its result and exit code.
func (w world) drilled(t *testing.T, args ...string) (res drillResult, code int) {
	t.Helper()
	r := w.run(t, append([]string{"--audit-log", "none", "drill", "--json"}, args...)...)
	if r.out != "" {
		if err := json.Unmarshal([]byte(r.out), &res); err != nil {
			t.Fatalf("%v in %s%s", err, r.out, r.err)
		}
	}
	return res, r.code
}

// busy does a few acts and seals the trail.
func (w world) busy(t *testing.T, n int) {
	t.Helper()
	w.open(t, w.db, w.key, false, func(s *store.Store) error {
		for range n {
			if err := s.Update(t.Context(), storetest.Entry(38), func(*store.Tx) error { return nil }); err != nil {
				return err
			}
		}
		_, err := s.SealAudit(t.Context())
		return err
	})
}

// TestDrill backs up at random points of the work, goes on working and drills: everything is there again, the signed head is the one of the
// database in use, and what came after is counted. Planted: backups that a drill must not pass.
func TestDrill(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	n, failed := storetest.Torture("drill", 2, 100), 0
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	worst := 0.0
	for i := range n {
		w.busy(t, 1+r.IntN(20))
		file := filepath.Join(dir, keptName(time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC)))
		w.run(t, "--audit-log", "none", "backup", "-o", file).want(t, 0, "")
		later := 1 + r.IntN(20)
		w.busy(t, later)
		res, code := w.drilled(t, "--from", dir)
		worst = max(worst, res.RTO)
		if code != 0 || res.File != file || res.People != 300 || res.Differences != 0 || res.Seals != 1 || res.Foreign != 0 || res.Tampers != 0 || res.Behind != int64(later) {
			failed++
			t.Errorf("drill %d: exit code %d, %+v, want %d behind", i, code, res, later)
		}
	}
	t.Logf("seed %d: %d drills tried, %d failed; slowest restore %.1f s", seed, n, failed, worst)
	if res, code := w.drilled(t); code != 0 || res.Behind != 0 || res.RPO != 0 || res.Seals != 1 {
		t.Errorf("a backup made now: exit code %d, %+v", code, res)
	}
	left, _ := filepath.Glob(filepath.Join(w.dir, ".ketnap-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	drillFaults(t, w, dir)
}

// unsealed is a backup as versions made it that did not seal the trail first, of a database that was never sealed.
func (w world) unsealed(t *testing.T, from string) string {
	t.Helper()
	bare := w
	bare.db = filepath.Join(t.TempDir(), "bare.db")
	ketnap(t, "--db", bare.db, "--key", w.key, "--audit-log", "none", "restore", from).want(t, 0, "")
	plain := filepath.Join(t.TempDir(), "plain.db")
	w.open(t, bare.db, w.key, false, func(s *store.Store) error {
		return s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			for _, do := range []func() error{
				func() error { _, err := tx.Exec(t.Context(), `DROP TRIGGER audit_seal_no_delete`); return err },
				func() error {
					_, err := tx.Exec(t.Context(), `DELETE FROM audit_seal WHERE province_id = 38`)
					return err
				},
			} {
				if err := do(); err != nil {
					return err
				}
			}
			return nil
		})
	})
	w.open(t, bare.db, w.key, false, func(s *store.Store) error { return s.DB().Backup(t.Context(), plain) })
	content, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	file := w.sealTo(t, content)
	r := w.run(t, "--audit-log", "none", "drill", file)
	r.want(t, 1, "")
	if !strings.Contains(r.out, "không có gì để so") {
		t.Errorf("it is not said that nothing was compared: %s%s", r.out, r.err)
	}
	return file
}

// drillFaults are backups that a drill must not pass.
func drillFaults(t *testing.T, w world, dir string) {
	kept, err := keptBackups(dir)
	if err != nil || len(kept) == 0 {
		t.Fatal(err)
	}
	good, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	bent := func(name string, text []byte) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)/2] ^= 1
	other := newWorld(t)
	other.busy(t, 5)
	other.run(t, "--audit-log", "none", "backup", "-o", other.backup).want(t, 0, "")
	planted := map[string][]string{
		"without a signed head": {w.unsealed(t, kept[0])},
		"cut":                   {bent("cut.age", good[:len(good)/2])},
		"a bit flipped":         {bent("flipped.age", flipped)},
		"of other keys":         {other.backup},
		"not there":             {filepath.Join(dir, "none.age")},
		"an empty place":        {"--from", t.TempDir()},
	}
	for name, change := range map[string]func(tx *store.Tx) error{
		"counters that are wrong": func(tx *store.Tx) error {
			_, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 1 WHERE province_id = 38`)
			return err
		},
		"another history": func(tx *store.Tx) error { return nil }, // work that the database in use has not seen, sealed below
	} {
		w2 := w
		w2.db = filepath.Join(t.TempDir(), "other.db")
		ketnap(t, "--db", w2.db, "--key", w.key, "--audit-log", "none", "restore", kept[0]).want(t, 0, "")
		w2.change(t, change)
		w2.busy(t, 1)
		file := filepath.Join(t.TempDir(), "bent.age")
		w2.run(t, "--audit-log", "none", "backup", "-o", file).want(t, 0, "")
		planted[name] = []string{file}
	}
	for name, args := range planted {
		if res, code := w.drilled(t, args...); code == 0 {
			t.Errorf("planted: %s: the drill passes: %+v", name, res)
		}
	}
}

// TestKeepNewest: scheduled backups are named by time, the oldest beyond --keep are removed, and nothing else in the folder is touched.
func TestKeepNewest(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	for _, name := range []string{"ketnap-20200101-000000.age", "ketnap-20200102-000000.age", "ketnap-20200103-000000.age", "notes.txt", "ketnap-x.age", "other-20200101-000000.age"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := w.run(t, "--audit-log", "none", "backup", "--into", dir, "--keep", "2", "--json")
	r.want(t, 0, "")
	var res backupResult
	if err := json.Unmarshal([]byte(r.out), &res); err != nil || res.Removed != 2 || filepath.Dir(res.File) != dir {
		t.Errorf("%+v %v", res, err)
	}
	kept, err := keptBackups(dir)
	all, _ := os.ReadDir(dir)
	if err != nil || len(kept) != 2 || filepath.Base(kept[0]) != "ketnap-20200103-000000.age" || kept[1] != res.File || len(all) != 5 {
		t.Errorf("%v %v: %v", kept, err, all)
	}
	w.run(t, "backup", "--into", dir, "--keep", "0").want(t, 2, "--keep")
	w.run(t, "backup", "--into", dir, "-o", "x.age").want(t, 2, "--into")
	w.run(t, "--audit-log", "none", "backup", "--into", filepath.Join(dir, "none")).want(t, 3, "")
}
