package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
	"ketnap/internal/store/storetest"
)

// regressions are seeds that once found a mistake; they run on every engine each time.
var regressions = []uint64{1, 20261121, 1795973312531509638}

// The property test drives random acts against the store and against an account that shares no rule
// with it. KETNAP_ACTIONS=n changes how many acts are tried on all engines together.
const (
	actionsCI    = 100_000
	actionsLocal = 9_000
	actionsRun   = 500 // of one run, in two fresh provinces
	checkEvery   = 125
)

// shares of the acts: the embedded engine is the default and five times as fast.
var engineShares = []struct {
	name       string
	percent    int
	dsn        func(testing.TB) string
	partitions int
}{
	{"sqlite", 80, memorySQLite, 0},
	{"postgres", 12, dbtest.Postgres, 0},
	{"partitioned", 8, dbtest.Postgres, 4},
}

// memorySQLite puts the file into memory where the system has such a folder: durability is proven by
// the tests that kill, here the disk would only cost time.
func memorySQLite(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "ketnap-test-")
	if err != nil {
		return dbtest.SQLite(t)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "test.db")
}

func TestProperty(t *testing.T) {
	total := actionsLocal
	if os.Getenv("CI") == "true" {
		total = actionsCI
	}
	total = fromEnv(t, "KETNAP_ACTIONS", total)
	seeds := func(n int) []uint64 {
		base := seedtest.Of(t)
		if _, given := seedtest.Given(t); given {
			return []uint64{base}
		}
		list := slices.Clone(regressions)
		for i := range max(0, n-len(regressions)) {
			list = append(list, base+uint64(i))
		}
		return list
	}
	var done atomic.Int64
	var stats outcomes
	t.Run("engines", func(t *testing.T) {
		for _, e := range engineShares {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				list := seeds((total*e.percent/100 + actionsRun - 1) / actionsRun)
				t.Logf("%d runs, seeds %d … %d", len(list), list[0], list[len(list)-1])
				s := storetest.Open(t, e.dsn(t), e.partitions, storetest.Options{Now: unsteadyClock()})
				done.Add(runSeeds(t, s, list, &stats))
			})
		}
	})
	t.Logf("%d actions: %v", done.Load(), stats.accepted)
	for _, a := range acts { // a generator that never gets an act through proves nothing about it
		if done.Load() > actionsLocal/2 && (stats.accepted[a.name] == 0) != (a.name == "give up half way" || a.name == "repeat a key") {
			t.Errorf("%q was accepted %d times", a.name, stats.accepted[a.name])
		}
	}
}

// outcomes counts how often each act was accepted.
type outcomes struct {
	mu       sync.Mutex
	accepted map[string]int
}

func (o *outcomes) add(accepted map[string]int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.accepted == nil {
		o.accepted = map[string]int{}
	}
	for name, n := range accepted {
		o.accepted[name] += n
	}
}

// runSeeds makes runs two at a time, each in provinces of its own, so that writers really meet.
func runSeeds(t *testing.T, s *store.Store, seeds []uint64, stats *outcomes) int64 {
	start := time.Now()
	var n, next atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				i := int(next.Add(1) - 1)
				if i >= len(seeds) || t.Failed() {
					return
				}
				r := newRun(t, s, seeds[i], 2*i+1)
				for r.step = 1; r.step <= actionsRun && len(r.found) == 0; r.step++ {
					r.act()
					if r.step%checkEvery == 0 {
						r.checkAll()
					}
				}
				n.Add(int64(r.step - 1))
				stats.add(r.accepted)
				for _, f := range r.found {
					t.Errorf("KETNAP_SEED=%d, step %d: %s", r.seed, r.step, f)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d actions in %v", n.Load(), time.Since(start).Round(time.Millisecond))
	return n.Load()
}

// unsteadyClock goes on by a millisecond each time it is asked, and now and then jumps back: order
// must come from the sequence of ids, never from the clock.
func unsteadyClock() func() time.Time {
	var n atomic.Int64
	return func() time.Time {
		k := n.Add(1)
		back := time.Duration(0)
		if k%97 == 0 {
			back = 40 * time.Millisecond
		}
		return storetest.Now().Add(time.Duration(k)*time.Millisecond - back)
	}
}

func fromEnv(t testing.TB, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%q is no number", name, text)
	}
	return n
}

// run is one random history of two provinces, in the store and in the model.
type run struct {
	t        testing.TB
	s        *store.Store
	ctx      context.Context
	seed     uint64
	step     int
	rng      *rand.Rand
	worlds   [2]*modeltest.World
	used     []string // request keys that were accepted
	serial   int
	eventDay day.Date       // of the decision being carried out
	closed   map[int]string // province -> what the closed months held when they were closed
	doing    string
	found    []string
	name     string         // of the act being done
	accepted map[string]int // name of the act -> how often
}

func newRun(t testing.TB, s *store.Store, seed uint64, province int) *run {
	r := &run{t: t, s: s, ctx: context.Background(), seed: seed, rng: rand.New(rand.NewPCG(seed, 0)), closed: map[int]string{}, accepted: map[string]int{}}
	for i := range r.worlds {
		r.worlds[i] = modeltest.New(province+i, s.Today())
		r.worlds[i].Numbers = r.worlds[0].Numbers // unique in the nation
		r.grow(r.worlds[i])
	}
	return r
}

// findf notes that something does not hold; the run ends.
func (r *run) findf(format string, args ...any) {
	r.found = append(r.found, r.doing+": "+fmt.Sprintf(format, args...))
}

// update does fn in the store and the draft in the model, when both accept. fn returns the ids of the
// movements it posted, in the order of the draft.
func (r *run) update(w *modeltest.World, key string, d *modeltest.Draft, fn func(tx *store.Tx) ([]id.ID, error)) bool {
	var ids []id.ID
	err := r.s.Update(r.ctx, storetest.Entry(w.Province).Once(key), func(tx *store.Tx) (err error) {
		ids, err = fn(tx)
		return err
	})
	switch kind := fault.KindOf(err); {
	case err != nil && (kind == fault.Internal || kind == fault.Unavailable || kind == fault.Busy):
		r.findf("broke: %v", err)
	case err == nil && d.Refused != "":
		r.findf("accepted, but: %s", d.Refused)
	case err != nil && d.Refused == "":
		r.findf("refused: %v", err)
	case err == nil && len(ids) != len(d.Moves()):
		r.findf("%d movements posted, want %d", len(ids), len(d.Moves()))
	case err == nil:
		w.Acts++
		w.Commit(d, ids)
		r.accepted[r.name]++
		r.checkSoon(d)
		if key != "" {
			w.Keys[key] = true
			r.used = append(r.used, key)
		}
		return true
	}
	return false
}
