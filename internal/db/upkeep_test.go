package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

func TestSizeAndUpkeep(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Many(ctx, "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(20_000))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := d.Size(ctx); n < 500_000 || n > 100_000_000 || err != nil {
			t.Errorf("Size = %d, %v", n, err)
		}
		if err := d.Analyze(ctx); err != nil {
			t.Errorf("Analyze: %v", err)
		}
		if err := d.Check(ctx); err != nil {
			t.Errorf("Check: %v", err)
		}
		if d.Engine() == db.Postgres {
			if err := d.Backup(ctx, t.TempDir()+"/x"); !errors.Is(err, db.ErrNotHere) {
				t.Errorf("Backup = %v", err)
			}
		}
		if strings.Contains(d.Name(), "@") {
			t.Errorf("Name shows who connects: %s", d.Name())
		}
	})
}

func TestCheckFindsLostReference(t *testing.T) {
	d := openItems(t)
	ctx := t.Context()
	if err := db.Unchecked(ctx, d, "INSERT INTO late (province_id, place_id) VALUES (1, 5)"); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(ctx); err == nil || !strings.Contains(err.Error(), "late") {
		t.Errorf("Check = %v", err)
	}
}

// A second process holds the file for longer than a writer waits.
func TestBusy(t *testing.T) {
	path := dbtest.SQLite(t)
	a, b := dbtest.Open(t, path, db.Options{}), dbtest.Open(t, path, db.Options{})
	migrate(t, a)
	if err := db.BusyTimeout(t.Context(), b, 1); err != nil {
		t.Fatal(err)
	}
	err := a.Update(t.Context(), func(tx *db.Tx) error {
		if err := add(t.Context(), tx, 1, "a"); err != nil {
			return err
		}
		wantIDs(t, b) // reading goes on
		if err := put(t, b, 2); db.Classify(err) != db.Busy {
			t.Errorf("write beside another process: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := put(t, b, 2); err != nil {
		t.Error(err)
	}
	wantIDs(t, a, 1, 2)
}

// A lock held too long by somebody else ends the statement as Busy.
func TestPostgresLockTimeout(t *testing.T) {
	d := dbtest.Open(t, param(t, dbtest.Postgres(t), "lock_timeout", "50ms"), db.Options{})
	migrate(t, d)
	if err := put(t, d, 1); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	touch := func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE item SET weight = 1 WHERE province_id = 1 AND id = 1")
		return err
	}
	err := d.Update(ctx, func(tx *db.Tx) error {
		if err := touch(tx); err != nil {
			return err
		}
		if err := d.Update(ctx, touch); db.Classify(err) != db.Busy {
			t.Errorf("locked row: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A row that was there before the doubtful commit is a real refusal.
func TestUniqueAfterDoubtIsAskedAboutToo(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
		migrate(t, d)
		f.Arm(db.BeforeCommit, dbtest.ErrDropped, 1)
		asked := 0
		never := db.WithCommitCheck(func(context.Context, *db.Tx) (bool, error) {
			if asked++; asked == 1 {
				return false, put(t, d, 7) // somebody else takes the number
			}
			return false, nil
		})
		if err := put(t, d, 7, never); db.Classify(err) != db.Unique || errors.Is(err, db.ErrUnknownCommit) {
			t.Errorf("err = %v", err)
		}
		if asked != 2 {
			t.Errorf("asked %d times", asked)
		}
	})
}

func TestCancelEndsRetries(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var f dbtest.Faults
		d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
		migrate(t, d)
		f.Arm(db.BeforeCommit, dbtest.State("08006"), 1_000_000)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := d.Update(ctx, func(tx *db.Tx) error { return add(ctx, tx, 1, "a") }, isThere(1))
		if err == nil || f.Left() < 1_000_000-5 {
			t.Errorf("err = %v, %d faults left", err, f.Left())
		}
	})
}

func TestEachStopsWhenCancelled(t *testing.T) {
	both(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Many(t.Context(), "INSERT INTO item (province_id, id, name) VALUES (1, $1, $2)", numbered(5000))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, run := range map[string]func(context.Context, func(*db.Tx) error) error{
			"View":   d.View,
			"Update": func(ctx context.Context, fn func(*db.Tx) error) error { return d.Update(ctx, fn) },
		} {
			stopped, cancel := context.WithCancel(t.Context())
			n := 0
			err := run(stopped, func(tx *db.Tx) error {
				return tx.Each(stopped, "SELECT id FROM item WHERE province_id = 1", nil, func(db.Scanner) error {
					if n++; n == 10 {
						cancel()
					}
					return nil
				})
			})
			if !errors.Is(err, context.Canceled) || n > 1000 {
				t.Errorf("%s: Each = %v after %d rows", name, err, n)
			}
		}
		if err := put(t, d, 9000); err != nil {
			t.Error(err)
		}
	})
}

// Migrations and commits in doubt: each file is applied once.
func TestMigrateWithBrokenCommits(t *testing.T) {
	for at, point := range map[string]db.CommitPoint{"before": db.BeforeCommit, "after": db.AfterCommit} {
		t.Run(at, func(t *testing.T) {
			engines(t, func(t *testing.T, dsn string) {
				var f dbtest.Faults
				d := dbtest.Open(t, dsn, db.Options{OnCommit: f.OnCommit})
				f.Arm(point, dbtest.ErrDropped, 3)
				if _, err := d.Migrate(t.Context(), db.Files(twoFiles)); err != nil {
					t.Fatal(err)
				}
				if v, err := d.Version(t.Context()); v != 2 || err != nil || f.Left() != 0 {
					t.Errorf("version %d, %v; %d faults left", v, err, f.Left())
				}
				view(t, d, func(tx *db.Tx) error {
					var n int
					err := tx.Row(t.Context(), "SELECT count(*) FROM kind", nil, &n)
					if n != 2 {
						t.Errorf("%d kinds: a file ran %v times", n, fmt.Sprint(n/2))
					}
					return err
				})
			})
		})
	}
}
