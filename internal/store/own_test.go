package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestResealRotates: what was sealed with the keys of the installation and an older key is sealed anew with keys of people and the newest
// key, opens then without the old key, and a value whose salt is destroyed opens nowhere.
func TestResealRotates(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k")
	first, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	open := func(r *seal.Ring) *store.Store {
		s, err := store.Open(t.Context(), store.Options{DSN: filepath.Join(dir, "a.db"), Ring: r})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(first)
	who := access.System("test")
	tree := storetest.Grow(t, s, 38)
	one := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3)).ID
	place := fmt.Sprintf("person_sealed|38|%d", int64(one))
	if err := s.Update(t.Context(), audit.Of(who, "test", 38, 0), func(tx *store.Tx) error {
		if err := tx.PutSealed(one, person.Sealed{}, person.Sealed{Phone: "1"}); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE person_sealed SET sealed = $2, salt = $3 WHERE person_id = $1`, int64(one), first.Seal(place, []byte(`{"t":"0912"}`)), []byte{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.CheckKeys(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	second, err := seal.AddKey(path)
	if err != nil {
		t.Fatal(err)
	}
	s = open(second)
	defer s.Close()
	looked, sealed, err := s.Reseal(t.Context(), who)
	if err != nil || sealed != 1 || looked < 1 {
		t.Fatalf("looked at %d, sealed %d: %v", looked, sealed, err)
	}
	if _, again, err := s.Reseal(t.Context(), who); err != nil || again != 0 {
		t.Errorf("sealed %d a second time: %v", again, err)
	}
	var box, salt []byte
	read := func(ctx context.Context) {
		t.Helper()
		if err := s.View(ctx, func(tx *store.Tx) error {
			f, err := tx.Sealed(one)
			if err == nil && f.Phone != "0912" {
				err = errors.New("the telephone is " + f.Phone)
			}
			return errors.Join(err, tx.Row(ctx, `SELECT sealed, salt FROM person_sealed WHERE province_id = 38 AND person_id = $1`, []any{int64(one)}, &box, &salt))
		}); err != nil {
			t.Fatal(err)
		}
	}
	read(t.Context())
	if !seal.Owned(box) || !second.Own(salt).Fresh(box) {
		t.Error("not sealed with the person's key and the newest key")
	}
	if _, err := first.Own(salt).Open(place, box); err == nil {
		t.Error("the old keys open it")
	}
	if _, err := second.Own(nil).Open(place, box); err == nil {
		t.Error("it opens without the salt")
	}
}
