package transfer_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnap/internal/batch"
	"ketnap/internal/cli"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/xlsx"
)

// TestMain lets the test binary be the program itself, to be killed.
func TestMain(m *testing.M) {
	if os.Getenv("KETNAP_TEST_CHILD") == "1" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// dirtyMembers is a workbook of n members of whom some are refused and some come twice.
func dirtyMembers(t *testing.T, n int, cells []org.Unit) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := xlsx.NewWriter(&buf)
	w.Sheet("Đảng viên", xlsx.SheetOptions{})
	fields := batch.Sheet(batch.Members)
	row := make([]xlsx.Value, len(fields))
	for i := range fields {
		row[i] = xlsx.Text(fields[i].Header()).Header()
	}
	_ = w.Row(row...)
	r := rand.New(rand.NewPCG(3, 9))
	for k := range n {
		number := k
		if k%50 == 7 {
			number = k - 5 // the number of an earlier row
		}
		d := draft(r, number, cells[k%len(cells)].Name)
		if k%20 == 3 {
			d.Unit = "Chi bộ không có"
		}
		for i := range fields {
			row[i] = fields[i].Value(d)
			if fields[i].Code == "unit" {
				row[i] = xlsx.Text(d.Unit)
			}
		}
		_ = w.Row(row...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// home is a database in a folder, as the program keeps it.
type home struct {
	t    *testing.T
	db   string
	root org.Unit
}

func newHome(t *testing.T) (h home, cells []org.Unit) {
	h = home{t: t, db: filepath.Join(t.TempDir(), "tinh.db")}
	ring, err := seal.LoadOrCreate(h.db + ".key")
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), store.Options{DSN: h.db, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.root, cells = province(t, st, 2)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return h, cells
}

// command is the program as a child process.
func (h home) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(h.t.Context(), os.Args[0], append([]string{"--db", h.db, "--json"}, args...)...)
	c.Env = append(os.Environ(), "KETNAP_TEST_CHILD=1")
	return c
}

// killed runs the program and kills it a moment after its first sign of progress; it reports whether
// the program was still at work.
func (h home) killed(after time.Duration, args ...string) bool {
	h.t.Helper()
	c := h.command(args...)
	stderr, err := c.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		h.t.Fatal(err)
	}
	line, _ := bufio.NewReader(stderr).ReadString('\n')
	if strings.Contains(line, "Đã xử lý") {
		time.Sleep(after)
	}
	_ = c.Process.Kill()
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	return c.Wait() != nil && c.ProcessState.ExitCode() == -1
}

// counts is the one import of a database as it stands, and how many people there are.
func (h home) counts() (b batch.Batch, people int64) {
	h.t.Helper()
	ring, err := seal.Load(h.db + ".key")
	if err != nil {
		h.t.Fatal(err)
	}
	st, err := store.Open(context.Background(), store.Options{DSN: h.db, Ring: ring})
	if err != nil {
		h.t.Fatal(err)
	}
	defer st.Close()
	w := &world{t: h.t, st: st}
	w.clean()
	err = st.View(context.Background(), func(tx *store.Tx) error {
		sc, err := systemScope(tx, h.root)
		if err != nil {
			return err
		}
		bs, err := tx.Batches(sc, 0, 1)
		if err != nil {
			return err
		}
		b = bs[0]
		people, err = tx.CountPeople(sc, store.PeopleFilter{})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b, people
}

// TestKill: killed again and again in the middle, the command leaves what it would have left in one go.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program several times")
	}
	const rows = 3000
	r := rand.New(rand.NewPCG(seedtest.Of(t), 1))
	h, cells := newHome(t)
	file := filepath.Join(t.TempDir(), "dangvien.xlsx")
	if err := os.WriteFile(file, dirtyMembers(t, rows, cells), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"import", "--kind=members", "--unit=" + h.root.ID.String(), file}
	kills, last := 0, int64(0)
	for h.killed(time.Duration(r.IntN(120))*time.Millisecond, args...) && kills < 12 {
		kills++
		b, people := h.counts()
		if !b.Sound() || b.Done != b.Total || b.Done < last || people != b.Accepted {
			t.Fatalf("after kill %d: %+v, done %d after %d, %d people", kills, b.Counts, b.Done, last, people)
		}
		last = b.Done
		args = []string{"import", "--resume"}
	}
	if out, err := h.command("import", "--resume").Output(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, people := h.counts()

	whole, cells2 := newHome(t)
	if err := os.WriteFile(file, dirtyMembers(t, rows, cells2), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := whole.command("import", "--kind=members", "--unit="+whole.root.ID.String(), file).Output()
	var want struct{ Total, Accepted, Duplicate, Refused int64 }
	if jerr := json.Unmarshal(out, &want); jerr != nil || err == nil {
		t.Fatalf("%v %v %s", err, jerr, out)
	}
	t.Logf("%d kills, %+v", kills, b.Counts)
	if got := fmt.Sprint(b.Total, b.Accepted, b.Duplicate, b.Refused, people); got != fmt.Sprint(want.Total, want.Accepted, want.Duplicate, want.Refused, want.Accepted) || want.Total != rows || b.State != batch.Done {
		t.Errorf("%s, in one go %+v", got, want)
	}
	if kills == 0 {
		t.Error("never killed in the middle")
	}
}
