package db_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"ketnap/internal/db"
)

func TestTxEndsWithItsFunction(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		var kept *db.Tx
		view(t, d, func(tx *db.Tx) error { kept = tx; return nil })
		if err := kept.Row(t.Context(), "SELECT 1", nil, new(int)); err == nil {
			t.Error("a transaction works after its end")
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, 1, "a") })
		if db.Classify(err) != db.ReadOnly {
			t.Errorf("write in View = %v (%v)", err, db.Classify(err))
		}
		wantIDs(t, d)
	})
}

func TestViewSeesOneSnapshot(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := put(t, d, 1); err != nil {
			t.Fatal(err)
		}
		view(t, d, func(tx *db.Tx) error {
			var before, after int
			const q = "SELECT count(*) FROM item WHERE province_id = 1"
			if err := tx.Row(ctx, q, nil, &before); err != nil {
				return err
			}
			if err := put(t, d, 2); err != nil {
				return err
			}
			err := tx.Row(ctx, q, nil, &after)
			if before != 1 || after != 1 {
				t.Errorf("counted %d, then %d", before, after)
			}
			return err
		})
		wantIDs(t, d, 1, 2)
	})
}

func TestUpdateIsInvisibleUntilCommit(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			if err := add(t.Context(), tx, 1, "a"); err != nil {
				return err
			}
			wantIDs(t, d) // seen from another connection
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		wantIDs(t, d, 1)
	})
}

func TestPanic(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, run := range []func(context.Context, func(*db.Tx) error) error{
			d.View,
			func(ctx context.Context, fn func(*db.Tx) error) error { return d.Update(ctx, fn) },
		} {
			func() {
				defer func() {
					if v := recover(); v != "oh" {
						t.Errorf("recovered %v", v)
					}
				}()
				_ = run(ctx, func(tx *db.Tx) error {
					_ = add(ctx, tx, 1, "a")
					panic("oh")
				})
				t.Error("Update returned")
			}()
			var wg sync.WaitGroup
			wg.Go(func() {
				_ = run(ctx, func(*db.Tx) error { runtime.Goexit(); return nil })
			})
			wg.Wait()
		}
		if err := put(t, d, 2); err != nil {
			t.Error(err)
		}
		wantIDs(t, d, 2)
	})
}

func TestAfterCommit(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		ran := 0
		err := d.Update(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() {
				wantIDs(t, d, 1)
				ran++
			})
			return add(ctx, tx, 1, "a")
		})
		if err != nil || ran != 1 {
			t.Errorf("err = %v, hook ran %d times", err, ran)
		}
		_ = d.Update(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() { t.Error("hook of a failed Update ran") })
			return add(ctx, tx, 1, "a")
		})
	})
}

func TestCancel(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Update(ctx, func(tx *db.Tx) error {
			if err := add(ctx, tx, 1, "a"); err != nil {
				return err
			}
			cancel()
			_ = add(ctx, tx, 2, "b")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled inside: %v", err)
		}
		for name, err := range map[string]error{
			"Update": d.Update(ctx, func(*db.Tx) error { t.Error("ran"); return nil }),
			"View":   d.View(ctx, func(*db.Tx) error { t.Error("ran"); return nil }),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s with a cancelled context: %v", name, err)
			}
		}
		wantIDs(t, d)
	})
}

func TestCancelInterruptsLongQuery(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := d.View(ctx, func(tx *db.Tx) error {
			const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0)
				SELECT count(*) FROM n`
			return tx.Row(ctx, endless, nil, new(int64))
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		for range 8 { // no reader is lost
			wantIDs(t, d)
		}
	})
}

func TestClosed(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := put(t, d, 1); !errors.Is(err, db.ErrClosed) {
			t.Errorf("Update after Close = %v", err)
		}
		if err := d.View(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrClosed) {
			t.Errorf("View after Close = %v", err)
		}
	})
}
