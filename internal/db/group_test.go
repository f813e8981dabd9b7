package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

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
	d := dbtest.Open(t, dbtest.SQLite(t), db.OneGroup(db.Options{OnCommit: f.OnCommit}))
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
	wantIDs(t, d)
}

// A function that panics in the middle of a group takes nobody with it.
func TestPanicInGroup(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), db.OneGroup(db.Options{}))
	migrate(t, d)
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
	d := dbtest.Open(t, dbtest.SQLite(t), db.OneGroup(db.Options{}))
	migrate(t, d)
	ctx := t.Context()
	if err := db.LimitPages(ctx, d, 40); err != nil {
		t.Fatal(err)
	}
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
