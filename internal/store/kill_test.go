package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// The child process of TestKill finds its work in the environment.
const (
	killDSN = "KETNAP_KILL_DSN" // the database; set only in the child
	killKey = "KETNAP_KILL_KEY" // its keys
	killRun = "KETNAP_KILL_RUN" // number of the run: request keys differ from run to run
	killLie = "KETNAP_KILL_LIE" // acknowledge before the commit: the planted fault
)

// killWriters write at once in the child.
const killWriters = 16

// TestKill kills a process that enrols and moves people from sixteen goroutines at random instants
// (kill -9), again and again on the same database. Everything it had acknowledged is there, once; the
// file is sound; verify finds nothing. What a power cut does is another matter: see the tests of db.
func TestKill(t *testing.T) {
	if os.Getenv(killDSN) != "" {
		killedChild(t)
		return
	}
	kills := map[string]int{"sqlite": 30, "postgres": 5}
	if os.Getenv("CI") == "true" {
		kills = map[string]int{"sqlite": 100, "postgres": 20}
	}
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if lost := killAgain(t, open(t), kills[name], rand.New(rand.NewPCG(seedtest.Of(t), 0)), ""); len(lost) > 0 {
				t.Errorf("acknowledged and lost: %v", lost)
			}
		})
	}
	t.Run("planted fault", func(t *testing.T) {
		t.Parallel()
		if lost := killAgain(t, dbtest.SQLite(t), 20, rand.New(rand.NewPCG(1, 0)), "yes"); len(lost) == 0 {
			t.Error("a process that acknowledges before the commit was not found out")
		}
	})
}

// killAgain kills a child so many times and returns the acts that were acknowledged and are lost.
func killAgain(t *testing.T, dsn string, kills int, rng *rand.Rand, lie string) (lost []string) {
	keys := filepath.Join(t.TempDir(), "test.key")
	ring, err := seal.Create(keys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{DSN: dsn, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Grow(t, s, 38)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]bool{}
	for run := range kills {
		for _, key := range killOnce(t, dsn, keys, run, rng, lie) {
			if acknowledged[key] {
				t.Errorf("%s was acknowledged twice", key)
			}
			acknowledged[key] = true
		}
		if t.Failed() {
			return nil
		}
	}
	t.Logf("%d kills, %d acknowledged acts", kills, len(acknowledged))
	return afterKills(t, dsn, ring, acknowledged)
}

// killOnce starts the child, lets it acknowledge some acts, kills it and returns what it acknowledged.
func killOnce(t *testing.T, dsn, keys string, run int, rng *rand.Rand, lie string) (acknowledged []string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$", "-test.timeout=60s")
	child.Env = append(os.Environ(), killDSN+"="+dsn, killKey+"="+keys, fmt.Sprintf("%s=%d", killRun, run), killLie+"="+lie)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var trouble strings.Builder
	child.Stderr = &trouble
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	enough, wait := rng.IntN(60), time.Duration(rng.IntN(20_000))*time.Microsecond
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		key, ok := strings.CutPrefix(lines.Text(), "done ")
		if !ok {
			trouble.WriteString(lines.Text() + "\n")
			continue
		}
		if acknowledged = append(acknowledged, key); len(acknowledged) == enough+1 {
			time.AfterFunc(wait, func() { _ = child.Process.Kill() })
		}
	}
	err = child.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.Exited() {
		t.Errorf("run %d: the child ended by itself: %v\n%s", run, err, trouble.String())
	}
	return acknowledged
}

// afterKills looks at everything and returns the acknowledged acts that are not there.
func afterKills(t *testing.T, dsn string, ring *seal.Ring, acknowledged map[string]bool) (lost []string) {
	s, err := store.Open(t.Context(), store.Options{DSN: dsn, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.DB().Check(t.Context()); err != nil {
		t.Error(err)
	}
	found := map[string]int{}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		return tx.Each(tx.Context(), `SELECT o.key, COUNT(m.id) FROM once o LEFT JOIN movement m ON m.province_id = o.province_id AND m.audit_id = o.audit_id
			WHERE o.province_id = $1 GROUP BY o.key`, []any{38}, func(row db.Scanner) error {
			var key string
			var n int
			err := row.Scan(&key, &n)
			found[key] = n
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, n := range found {
		if n != 1 && !strings.HasPrefix(key, "many") || strings.HasPrefix(key, "many") && n != killBatch {
			t.Errorf("%s left %d movements", key, n)
		}
	}
	for key := range acknowledged {
		if _, ok := found[key]; !ok {
			lost = append(lost, key)
		}
	}
	if ds := verifyProvince(t, s, 38); len(ds) > 0 {
		t.Error(ds)
	}
	return lost
}

// killBatch is how many people an act of the kind "many" enrols: all of them or none.
const killBatch = 40

// killedChild writes until it is killed and says so after each act.
func killedChild(t *testing.T) {
	ring, err := seal.Load(os.Getenv(killKey))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{DSN: os.Getenv(killDSN), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := cellsOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range killWriters {
		wg.Go(func() {
			var who id.ID
			for i := 0; ; i++ {
				kind, do := "one", func(tx *store.Tx) error { return enrolOrMove(tx, &who, cells[w%len(cells)], i%30) }
				if i%30 == 29 {
					kind, do = "many", func(tx *store.Tx) error { return enrolBatch(tx, cells[w%len(cells)], w, i) }
				}
				key := fmt.Sprintf("%s-%s-%d-%d", kind, os.Getenv(killRun), w, i)
				done := func() error {
					_, err := io.WriteString(os.Stdout, "done "+key+"\n")
					return err
				}
				err := s.Update(t.Context(), storetest.Entry(38).Once(key), func(tx *store.Tx) error {
					if err := do(tx); err != nil || os.Getenv(killLie) == "" {
						return err
					}
					return done()
				})
				if err != nil {
					t.Errorf("%s: %v", key, fault.TextOf(err))
					return
				}
				if os.Getenv(killLie) == "" && done() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}

func cellsOf(ctx context.Context, s *store.Store) (cells []id.ID, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		cells = nil
		return tx.Each(ctx, `SELECT id FROM unit WHERE province_id = $1 AND kind = $2 ORDER BY id`, []any{38, string(org.Cell)}, func(row db.Scanner) error {
			var i id.ID
			err := row.Scan(&i)
			cells = append(cells, i)
			return err
		})
	})
	return cells, err
}

// enrolBatch is what an import does with a part of a sheet.
func enrolBatch(tx *store.Tx, cell id.ID, w, i int) error {
	es := make([]store.Enrolment, killBatch)
	for n := range es {
		es[n] = store.Enrolment{Person: storetest.NewPerson(tx.NewID(38), "Phạm Văn Ý"),
			Sealed:    person.Sealed{Number: fmt.Sprintf("%s%02d%04d%02d", pad(os.Getenv(killRun)), w, i, n)},
			Movements: []ledger.Movement{{To: ledger.Place{Unit: cell, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2026, 3, 1)}}}
	}
	return tx.Enrol(es)
}

func pad(run string) string { return fmt.Sprintf("%04s", run) }
