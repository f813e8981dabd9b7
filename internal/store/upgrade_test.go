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
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// upgraded opens on every engine a database as it was before a migration, after fill, with all migrations since.
func upgraded(t *testing.T, migration string, fill func(context.Context, *db.Tx) error, then func(*testing.T, *store.Tx) error) {
	before := fstest.MapFS{}
	if err := fs.WalkDir(store.Schema(), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && path < migration {
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
			if err := old.Update(ctx, func(tx *db.Tx) error { return fill(ctx, tx) }); err != nil {
				t.Fatal(err)
			}
			s := storetest.Open(t, dsn, 0, storetest.Options{})
			if err := s.View(ctx, func(tx *store.Tx) error { return then(t, tx) }); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestClosingsOfBefore: what was closed before closings were counted is closed after the upgrade, in the order of the days, by who closed it.
func TestClosingsOfBefore(t *testing.T) {
	upgraded(t, "0110", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail) VALUES (38, 7, 1, 2, 'Hoà', 'web', 'period.close', 0, '')`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO period_close (province_id, closed_to, recorded, audit_id) VALUES (38, 20260630, 20, 7), (38, 20260331, 30, 8), (40, 20251231, 10, 9)`)
		return err
	}, func(t *testing.T, tx *store.Tx) error {
		all, err := tx.Closings(38)
		want := []store.Closing{{N: 2, To: day.Of(2026, 6, 30), Before: day.Of(2026, 3, 31), By: "Hoà", At: 20, Audit: 7}, {N: 1, To: day.Of(2026, 3, 31), At: 30, Audit: 8}}
		if err == nil && !slices.Equal(all, want) {
			t.Errorf("%+v", all)
		}
		if d, err := tx.ClosedTo(40); err != nil || d != day.Of(2025, 12, 31) {
			t.Errorf("%v %v", d, err)
		}
		return err
	})
}

// TestErasedLoginsOfBefore: who was erased while an erasure left the login alone keeps none made of their name after the upgrade, and
// nobody else loses theirs.
func TestErasedLoginsOfBefore(t *testing.T) {
	upgraded(t, "0111", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO app_user (id, login, name, password, active, columns, version, made_at, used_at, person_id) VALUES
			(1111111111111111111, 'hoa.tt', '', '', FALSE, '', 3, 1, 0, 501), (1111111111111111112, 'binh.nv', '', '', FALSE, '', 3, 1, 0, 502),
			(1111111111111111113, 'an.lt', '', '', TRUE, '', 3, 1, 0, 503), (1111111111111111114, 'tam', '', '', TRUE, '', 3, 1, 0, 0)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO person_erased (province_id, person_id, on_day, cause, audit_id) VALUES (38, 501, 20260630, 'term', 7), (40, 502, 20260630, 'request', 8), (40, 509, 20260630, 'request', 9)`)
		return err
	}, func(t *testing.T, tx *store.Tx) error {
		for i, want := range map[id.ID]store.User{
			1111111111111111111: {Login: "x1111111111111111111", Version: 4},
			1111111111111111112: {Login: "x1111111111111111112", Version: 4},
			1111111111111111113: {Login: "an.lt", Version: 3},
			1111111111111111114: {Login: "tam", Version: 3},
		} {
			u, err := tx.User(i)
			if err != nil {
				return err
			}
			if u.Login != want.Login || u.Version != want.Version {
				t.Errorf("%d: %q, version %d", i, u.Login, u.Version)
			}
		}
		return nil
	})
}
