package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ketnap/internal/store"
)

// copyTo leaves at a new path what a tool that copies continuously would restore: the database of now.
func (w world) copyTo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	w.open(t, w.db, w.key, false, func(s *store.Store) error { return s.DB().Backup(t.Context(), path) })
	return path
}

// witnessed works with the second place of the audit trail at hand: n acts, sealed.
func (w world) witnessed(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		w.run(t, "--audit-log", w.sink(), "user", "policy", []string{"simple", "strict"}[i%2]).want(t, 0, "")
	}
	w.run(t, "--audit-log", w.sink(), "audit", "seal").want(t, 0, "")
}

func (w world) sink() string { return filepath.Join(w.dir, "second") }

// TestDrillCopy drills what another tool restored: against the database in use, and against the second audit file when that database is
// lost. What came after the copy is told in both cases.
func TestDrillCopy(t *testing.T) {
	w := newWorld(t)
	w.busy(t, 1) // sealed before the second file was begun
	w.witnessed(t, 2)
	there := w.copyTo(t)
	lost := []string{"--audit-log", w.sink(), "--lost", "--copy", there}
	type want struct {
		name, against string
		args          []string
		behind        int64
	}
	check := func(wants ...want) {
		t.Helper()
		for _, x := range wants {
			res, code := w.drilled(t, x.args...)
			if code != 0 || res.Against != x.against || res.People != 300 || res.Seals == 0 || res.Foreign+res.Tampers != 0 || res.Behind != x.behind || (res.RPO > 0) != (x.behind > 0) {
				t.Errorf("%s: exit code %d, %+v, want %d behind", x.name, code, res, x.behind)
			}
		}
	}
	check(want{"in step", "database", []string{"--copy", there}, 0}, want{"in step, lost", "sink", lost, 0},
		want{"a command", "database", []string{"--", "cp", there, "{}"}, 0})
	w.witnessed(t, 3)
	check(want{"behind", "database", []string{"--copy", there}, 3}, want{"behind, lost", "sink", lost, 3},
		want{"behind, a command", "database", []string{"--max-rpo", "1h", "--", "cp", there, "{}"}, 3})
	if left, _ := filepath.Glob(filepath.Join(w.dir, ".ketnap-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	copyFaults(t, w, there)
}

// copyFaults are drills that must not pass.
func copyFaults(t *testing.T, w world, there string) {
	bare := newWorld(t) // of other keys, and its trail was never sealed
	foreign := w
	foreign.db = w.copyTo(t)
	foreign.witnessed(t, 1) // an act that the database in use has not seen, told to the same second file
	bent := w
	bent.db = w.copyTo(t)
	bent.change(t, func(tx *store.Tx) error {
		_, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 1 WHERE province_id = 38`)
		return err
	})
	alias := filepath.Join(t.TempDir(), "alias.db")
	if err := os.Symlink(w.db, alias); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		args []string
		code int
		says string
	}{
		"itself by another name":     {[]string{"--copy", alias}, 1, "chính là cơ sở dữ liệu đang dùng"},
		"itself":                     {[]string{"--copy", w.db}, 1, "chính là cơ sở dữ liệu đang dùng"},
		"nothing there":              {[]string{"--copy", there + ".no"}, 1, "Không mở được"},
		"other keys":                 {[]string{"--copy", bare.db}, 1, "khóa"},
		"counters that are wrong":    {[]string{"--copy", bent.db}, 1, ""},
		"another history":            {[]string{"--copy", foreign.db}, 1, ""},
		"late":                       {[]string{"--max-rpo", "1ns", "--copy", there}, 1, ""},
		"a command that fails":       {[]string{"--", "false", "{}"}, 3, "Lệnh khôi phục"},
		"a command that does naught": {[]string{"--", "true", "{}"}, 3, "Lệnh khôi phục"},
		"a command without a place":  {[]string{"--", "cp", there, "x"}, 2, "{}"},
		"two ways":                   {[]string{"--copy", there, "--from", w.dir}, 2, "chỉ dùng một"},
		"lost, no second file":       {[]string{"--lost", "--copy", there}, 3, "tệp nhật ký thứ hai"},
		"lost, and nothing said":     {[]string{"--lost"}, 2, "--lost"},
	} {
		r := w.run(t, append([]string{"--audit-log", "none", "drill"}, x.args...)...)
		if r.code != x.code || !strings.Contains(r.err, x.says) {
			t.Errorf("planted: %s: exit code %d, want %d with %q in\n%s%s", name, r.code, x.code, x.says, r.out, r.err)
		}
	}
	// A second file of another database knows nothing of the copy, and says so.
	bare.witnessed(t, 1)
	r := w.run(t, "--audit-log", bare.sink(), "drill", "--lost", "--copy", there)
	if r.code != 1 {
		t.Errorf("planted: the second file of another database: exit code %d\n%s%s", r.code, r.out, r.err)
	}
}
