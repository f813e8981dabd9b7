package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func one(int64) int { return 1 }

// countUnits counts the units of a province.
func countUnits(tx *store.Tx) (n int64, err error) {
	return n, tx.Row(tx.Context(), `SELECT COUNT(1) FROM unit WHERE province_id = $1`, []any{38}, &n)
}

// foundOne adds a commune.
func foundOne(t *testing.T, s *store.Store, root org.Unit) {
	t.Helper()
	if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		return tx.AddUnit(org.Unit{ID: tx.NewID(38), Kind: org.Grassroots, Name: "Đảng bộ xã Mới", Sector: 1, Founded: day.Of(2010, 1, 1)}.Place(root))
	}); err != nil {
		t.Fatal(err)
	}
}

func TestMemory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, tree := context.Background(), storetest.Grow(t, s, 38)
		reads := 0
		m := store.NewMemory[string](s, 10, one)
		read := func(key string) int64 {
			t.Helper()
			n, _, err := m.Read(ctx, key, func(tx *store.Tx) (int64, error) { reads++; return countUnits(tx) })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		was := read("a")
		quietly(t, func() bool {
			read("a")
			reads = 0
			if again := read("a"); again != was {
				t.Errorf("%d then %d", was, again)
			}
			return reads == 0
		})
		if reads = 0; read("b") != was || reads != 1 {
			t.Errorf("another key: %d reads", reads)
		}
		foundOne(t, s, tree.Root)
		if now := read("a"); now != was+1 {
			t.Errorf("after a commit: %d, was %d", now, was)
		}
		bad := errors.New("no")
		reads = 0
		for range 2 {
			if _, _, err := m.Read(ctx, "bad", func(*store.Tx) (int64, error) { reads++; return 0, bad }); !errors.Is(err, bad) {
				t.Errorf("err = %v", err)
			}
		}
		if reads != 2 {
			t.Errorf("an error was kept: %d reads", reads)
		}
	})
}

// quietly tries again what another test's commits can spoil: a server of PostgreSQL numbers the commits
// of all its databases in one row, so a mark also moves by those.
func quietly(t *testing.T, holds func() bool) {
	t.Helper()
	for range 200 {
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("never in 200 attempts")
}

// TestMemoryForeign commits through a second store on the same file, as a command at the console does
// while the pages are served.
func TestMemoryForeign(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "x.db")
	pages := storetest.Open(t, path, 0, storetest.Options{})
	later := func() time.Time { return storetest.Now().Add(time.Minute) } // its ids are its own
	console := storetest.Open(t, path, 0, storetest.Options{Now: later})
	tree := storetest.Grow(t, pages, 38)
	m := store.NewMemory[id.ID](pages, 10, one)
	for i := range 20 {
		n, _, err := m.Read(ctx, 0, countUnits)
		if err != nil || n != int64(7+i) {
			t.Fatalf("after %d foreign commits: %d units, %v", i, n, err)
		}
		foundOne(t, console, tree.Root)
	}
}

// TestMemoryTogether has writers and readers at once: whoever reads after a commit was acknowledged
// sees it, in whatever order the readers fill the memory.
func TestMemoryTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, tree := context.Background(), storetest.Grow(t, s, 38)
		m := store.NewMemory[int](s, 10, one)
		var done atomic.Int64
		done.Store(7)
		var writers, readers sync.WaitGroup
		stop := make(chan struct{})
		for range 4 {
			readers.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					least := done.Load()
					n, _, err := m.Read(ctx, i%2, countUnits)
					if err != nil || n < least {
						t.Errorf("%d units although %d were committed: %v", n, least, err)
						return
					}
				}
			})
		}
		for range 3 {
			writers.Go(func() {
				for range 20 {
					foundOne(t, s, tree.Root)
					done.Add(1)
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		quietly(t, func() bool {
			n, mark, err := m.Read(ctx, 0, countUnits)
			if n != 67 || err != nil {
				t.Errorf("in the end: %d %v", n, err)
			}
			return mark.Known()
		})
	})
}
