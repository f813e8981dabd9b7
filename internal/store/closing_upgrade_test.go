package store_test

import (
	"context"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestClosingsOfBefore: what was closed before closings were counted is closed after the upgrade, in the order of the days, by who closed it.
func TestClosingsOfBefore(t *testing.T) {
	before := fstest.MapFS{}
	if err := fs.WalkDir(store.Schema(), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && path < "0110" {
			text, err := fs.ReadFile(store.Schema(), path)
			before[path] = &fstest.MapFile{Data: text}
			return err
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, dsn := range map[string]string{"sqlite": dbtest.SQLite(t), "postgres": dbtest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			old := dbtest.Open(t, dsn, db.Options{})
			if _, err := old.Migrate(ctx, before); err != nil {
				t.Fatal(err)
			}
			if err := old.Update(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail) VALUES (38, 7, 1, 2, 'Hoà', 'web', 'period.close', 0, '')`); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, `INSERT INTO period_close (province_id, closed_to, recorded, audit_id) VALUES (38, 20260630, 20, 7), (38, 20260331, 30, 8), (40, 20251231, 10, 9)`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			s := storetest.Open(t, dsn, 0, storetest.Options{})
			if err := s.View(ctx, func(tx *store.Tx) error {
				all, err := tx.Closings(38)
				want := []store.Closing{{N: 2, To: day.Of(2026, 6, 30), Before: day.Of(2026, 3, 31), By: "Hoà", At: 20, Audit: 7}, {N: 1, To: day.Of(2026, 3, 31), At: 30, Audit: 8}}
				if err == nil && !slices.Equal(all, want) {
					t.Errorf("%+v", all)
				}
				if d, err := tx.ClosedTo(40); err != nil || d != day.Of(2025, 12, 31) {
					t.Errorf("%v %v", d, err)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
