package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// crashWriters work at once on one store, each at everything in turn.
const crashWriters = 16

// receipts are writes that were acknowledged: of a person, the last movement and the last name; of the audit trail, how many entries.
type receipts struct {
	mu      sync.Mutex
	people  map[id.ID]receipt
	entries int
}

type receipt struct {
	movement id.ID
	name     int
}

func (r *receipts) add(p id.ID, m id.ID, name int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries++
	if p == 0 {
		return
	}
	was := r.people[p]
	if m != 0 {
		was.movement = m
	}
	was.name = max(was.name, name)
	r.people[p] = was
}

func (r *receipts) copy() *receipts {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &receipts{people: map[id.ID]receipt{}, entries: r.entries}
	for p, x := range r.people {
		c.people[p] = x
	}
	return c
}

// mixedLoad is one writer until ctx ends: somebody is enrolled alone or with nineteen others, moves, is renamed, is looked at. Each thing is
// told to done once it is acknowledged.
func mixedLoad(ctx context.Context, s *store.Store, tree storetest.Tree, writer int, done func(p, m id.ID, name int)) error {
	r := rand.New(rand.NewPCG(uint64(writer), 5)) //nolint:gosec // a test
	update := func(f func(*store.Tx) error) error { return s.Update(ctx, storetest.Entry(38), f) }
	for n := 1; ; n++ {
		var es []store.Enrolment
		err := update(func(tx *store.Tx) error {
			es = nil
			for i := range []int{1, 1, 1, 20}[r.IntN(4)] {
				es = append(es, store.Enrolment{Person: storetest.NewPerson(tx.NewID(38), fmt.Sprintf("Trần Văn Số %d", i)), Sealed: person.Sealed{Phone: "0912345678"},
					Movements: []ledger.Movement{{To: ledger.Place{Unit: tree.Cells[0][0].ID, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2024, 2, 3)}}})
			}
			return tx.Enrol(es)
		})
		for i, e := range es {
			if err == nil && i == 0 {
				done(e.Person.ID, 0, 0)
			}
		}
		i := id.ID(0)
		if err == nil {
			i = es[0].Person.ID
		}
		for k := 1; k <= 3 && err == nil; k++ {
			var m ledger.Movement
			err = update(func(tx *store.Tx) error {
				p, err := tx.Person(i)
				if err != nil {
					return err
				}
				m, err = tx.Post(&p, ledger.Movement{To: ledger.Place{Unit: tree.Cells[k%2][k/2].ID, Stage: ledger.Official}, Cause: ledger.Transfer, Effective: day.Of(2025, k, 3)})
				return err
			})
			if err == nil {
				done(i, m.ID, 0)
				err = update(func(tx *store.Tx) error {
					before, err := tx.Person(i)
					if err != nil {
						return err
					}
					after := before
					after.Name = fmt.Sprintf("Trần Văn Số %d", k)
					return tx.PutPerson(&before, &after)
				})
			}
			if err == nil {
				done(i, 0, k)
				err = s.Access(ctx, audit.Entry{Province: 38, Actor: 7, Method: "web", Action: "person.read", Object: i})
			}
			if err == nil {
				done(0, 0, 0)
			}
		}
		if err != nil {
			return err
		}
	}
}

// wrongAfter opens what a crash left, as the program does, and says what is wrong with it: an acknowledged write that is gone, a total that is
// not that of the ledger, a damaged file, a broken trail.
func wrongAfter(ctx context.Context, dsn string, ring *seal.Ring, acked *receipts) (faults []string) {
	no := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	s, err := store.Open(ctx, store.Options{DSN: dsn, Ring: ring, Now: storetest.Now, Readers: 2})
	if err != nil {
		return []string{"opened: " + err.Error()}
	}
	defer s.Close()
	if err := s.DB().Check(ctx); err != nil {
		no("checked: %v", err)
	}
	err = s.View(ctx, func(tx *store.Tx) error {
		for i, want := range acked.people {
			p, err := tx.Person(i)
			if err != nil {
				no("person %v is lost: %v", i, err)
				continue
			}
			var name int
			_, _ = fmt.Sscanf(p.Name, "Trần Văn Số %d", &name)
			if name < want.name {
				no("the name of %v is lost: %q, want %d", i, p.Name, want.name)
			}
			if want.movement != 0 {
				if _, err := tx.Movement(want.movement); err != nil {
					no("movement %v is lost: %v", want.movement, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		no("read: %v", err)
	}
	if _, err := s.Verify(ctx, store.VerifyOptions{}, func(d store.Difference) error { no("verify: %+v", d); return nil }); err != nil {
		no("verify: %v", err)
	}
	trail, err := s.VerifyAudit(ctx, nil, func(x store.Tamper) error { no("audit: %+v", x); return nil })
	if err != nil || trail.Entries < acked.entries {
		no("audit: %d entries, %d acknowledged, %v", trail.Entries, acked.entries, err)
	}
	return faults
}

// crashStore is a store in a folder with a small tree.
func crashStore(t *testing.T, dir string, ring *seal.Ring) (*store.Store, storetest.Tree) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: filepath.Join(dir, "a.db"), Ring: ring, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, storetest.Grow(t, s, 38)
}

// cutPower runs the mixed load on a watched disk, cuts the power n times and returns in how many cuts something was wrong. change may bend
// what was found before it is looked at.
func cutPower(t *testing.T, n int, r *rand.Rand, change func(found map[string][]byte), lies ...string) (wrong, acked int, first []string) {
	t.Helper()
	dir, ring := t.TempDir(), seal.New()
	cut := dbtest.PowerCuts(t, dir, lies...)
	s, tree := crashStore(t, dir, ring)
	got := &receipts{people: map[id.ID]receipt{}}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	restart := func() {
		for w := range crashWriters {
			wg.Go(func() {
				if err := mixedLoad(ctx, s, tree, w, got.add); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
	}
	restart()
	for i := range n {
		time.Sleep(time.Duration(1+r.IntN(30)) * time.Millisecond)
		before := got.copy() // before the cut: all of it must be there after
		found := cut(r)
		stop()
		wg.Wait() // the machine is off; another one looks at the disk
		acked = before.entries
		if change != nil {
			change(found)
		}
		after := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := os.Mkdir(after, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range found {
			if err := os.WriteFile(filepath.Join(after, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if faults := wrongAfter(t.Context(), filepath.Join(after, "a.db"), ring, before); len(faults) > 0 {
			wrong++
			if first == nil {
				first = faults[:min(len(faults), 5)]
			}
		}
		_ = os.RemoveAll(after)
		if i%50 == 49 { // a young database again: looking at it stays quick
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			dir = t.TempDir()
			cut = dbtest.PowerCuts(t, dir, lies...)
			s, tree = crashStore(t, dir, ring)
			got = &receipts{people: map[id.ID]receipt{}}
		}
		ctx, stop = context.WithCancel(t.Context()) //nolint:fatcontext // made of the test's, not of the last one
		restart()
	}
	stop()
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return wrong, acked, first
}

// TestPowerCut cuts the power under mixed load: what was not synced is gone or torn. Nothing that was acknowledged may be lost. The planted
// faults are disks and machines that must lose.
func TestPowerCut(t *testing.T) {
	n := storetest.Torture("powercut", 50, 1000)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	wrong, acked, first := cutPower(t, n, r, nil)
	t.Logf("seed %d: %d power cuts under mixed load tried, %d accepted with a loss (%d writes acknowledged before the last)", seed, n, wrong, acked)
	if wrong > 0 || acked < 100 {
		t.Errorf("%d of %d cuts lost something: %q", wrong, n, first)
	}
	for name, planted := range map[string]struct {
		change func(map[string][]byte)
		lies   []string
	}{
		"a disk that forgets the log": {nil, []string{"-wal"}},
		"a disk that forgets all":     {nil, []string{"-wal", ".db"}},
		"the log is thrown away":      {func(f map[string][]byte) { delete(f, "a.db-wal") }, nil},
		"the log is cut short":        {func(f map[string][]byte) { f["a.db-wal"] = f["a.db-wal"][:len(f["a.db-wal"])/3] }, nil},
		"half of the file is gone": {func(f map[string][]byte) {
			delete(f, "a.db-wal")
			clear(f["a.db"][len(f["a.db"])/2:])
		}, nil},
	} {
		if wrong, _, _ := cutPower(t, 2, r, planted.change, planted.lies...); wrong == 0 {
			t.Errorf("planted: %s: nothing was lost", name)
		}
	}
}

// TestKillMixed kills a child that works with sixteen writers at everything, again and again on one file: nothing acknowledged is lost.
func TestKillMixed(t *testing.T) {
	if dir := os.Getenv("KETNAP_CRASH_CHILD"); dir != "" {
		crashChild(t, dir)
		return
	}
	n := storetest.Torture("kill", 20, 1000)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	var got *receipts
	dir, acked, wrong := "", 0, 0
	var ring *seal.Ring
	var tree storetest.Tree
	for i := range n {
		if i%20 == 0 { // a young database again: looking at it stays quick
			var err error
			dir = t.TempDir()
			if ring, err = seal.LoadOrCreate(filepath.Join(dir, "key")); err != nil {
				t.Fatal(err)
			}
			var s *store.Store
			s, tree = crashStore(t, dir, ring)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			got = &receipts{people: map[id.ID]receipt{}}
		}
		acked += killed(t, dir, tree, time.Duration(20+r.IntN(200))*time.Millisecond, got)
		faults := wrongAfter(t.Context(), filepath.Join(dir, "a.db"), ring, got)
		if len(faults) > 0 {
			wrong++
			t.Errorf("kill %d: %q", i, faults[:min(len(faults), 5)])
		}
	}
	t.Logf("seed %d: %d kills under mixed load tried, %d accepted with a loss (%d writes acknowledged)", seed, n, wrong, acked)
	if acked < 20*n {
		t.Errorf("only %d writes acknowledged in %d kills", acked, n)
	}
	// What the look must catch: an acknowledgement before the write, of each kind.
	for name, lie := range map[string]func(*receipts){
		"a person":              func(r *receipts) { r.add(id.ID(38<<40+1), 0, 0) },
		"a movement":            func(r *receipts) { r.add(somebody(r), id.ID(38<<40+2), 0) },
		"a name":                func(r *receipts) { r.add(somebody(r), 0, 9) },
		"an entry of the trail": func(r *receipts) { r.entries += 1 << 20 },
	} {
		c := got.copy()
		lie(c)
		if len(wrongAfter(t.Context(), filepath.Join(dir, "a.db"), ring, c)) == 0 {
			t.Errorf("planted: %s acknowledged and not written: not found", name)
		}
	}
	s, err := store.Open(t.Context(), store.Options{DSN: filepath.Join(dir, "a.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		_, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 1 WHERE province_id = 38`)
		return err
	})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if len(wrongAfter(t.Context(), filepath.Join(dir, "a.db"), ring, got)) == 0 {
		t.Error("planted: totals that are not those of the ledger: not found")
	}
}

func somebody(r *receipts) id.ID {
	for p := range r.people {
		return p
	}
	return 0
}

// killed starts the child, kills it a while after its first receipt, and returns how many writes it acknowledged.
func killed(t *testing.T, dir string, tree storetest.Tree, after time.Duration, got *receipts) (n int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillMixed$")
	child.Env = append(os.Environ(), "KETNAP_CRASH_CHILD="+dir, "KETNAP_CRASH_CELLS="+strings.Join([]string{tree.Cells[0][0].ID.String(), tree.Cells[0][1].ID.String(), tree.Cells[1][0].ID.String(), tree.Cells[1][1].ID.String()}, " "))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); n++ {
		if n == 0 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
		var p, m int64
		var name int
		if _, err := fmt.Sscan(lines.Text(), &p, &m, &name); err != nil {
			t.Fatalf("child: %s", lines.Text())
		}
		got.add(id.ID(p), id.ID(m), name)
	}
	_ = child.Wait()
	if child.ProcessState.ExitCode() != -1 {
		t.Fatal("the child ended by itself")
	}
	return n
}

func crashChild(t *testing.T, dir string) {
	ring, err := seal.Load(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{DSN: filepath.Join(dir, "a.db"), Ring: ring, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	var tree storetest.Tree
	cells := strings.Fields(os.Getenv("KETNAP_CRASH_CELLS"))
	for n, c := range cells {
		tree.Cells[n/2][n%2].ID = id.Parse(c)
	}
	var mu sync.Mutex
	for w := range crashWriters {
		go func() {
			err := mixedLoad(context.Background(), s, tree, w, func(p, m id.ID, name int) {
				mu.Lock()
				defer mu.Unlock()
				fmt.Println(int64(p), int64(m), name)
			})
			fmt.Println(err)
		}()
	}
	select {}
}
