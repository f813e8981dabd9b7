package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// trailed is a store on SQLite with a second sink and an audit trail of n entries in two provinces, sealed now and then.
type trailed struct {
	*store.Store
	dir, dsn, log string
	ring          *seal.Ring
	n             int
	now           time.Time
}

// clock moves with every look at it, so that ids never repeat.
func (d *trailed) clock() time.Time {
	d.now = d.now.Add(time.Millisecond)
	return d.now
}

func newTrailed(t testing.TB, n int) *trailed {
	t.Helper()
	d := &trailed{dir: t.TempDir(), ring: seal.New(), n: n, now: storetest.Now()}
	d.dsn, d.log = filepath.Join(d.dir, "a.db"), filepath.Join(d.dir, "a.audit")
	d.open(t)
	for i := range n {
		e := audit.Entry{Province: []int{38, 40}[i%2], Actor: id.ID(7 + i%3), Name: fmt.Sprint("Cán bộ ", i%3), Method: "web", Action: []string{"person.read", "movement.post"}[i%2], Object: id.ID(1000 + i), Detail: fmt.Sprint(i)}
		if err := d.Update(t.Context(), e, func(*store.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if i%7 == 6 && i < n-4 {
			d.seal(t)
		}
	}
	return d
}

func (d *trailed) open(t testing.TB) {
	t.Helper()
	sink, err := store.OpenSink(d.log)
	if err != nil {
		t.Fatal(err)
	}
	if d.Store, err = store.Open(t.Context(), store.Options{DSN: d.dsn, Ring: d.ring, Now: d.clock, Sink: sink}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Store.Close() })
}

func (d *trailed) seal(t testing.TB) {
	t.Helper()
	if _, err := d.SealAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// check verifies the trail with the second sink and returns what was found.
func (d *trailed) check(t testing.TB) (store.Trail, []store.Tamper) {
	t.Helper()
	text, err := os.Open(d.log)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	return d.checkWith(t, text)
}

func (d *trailed) checkWith(t testing.TB, log io.Reader) (store.Trail, []store.Tamper) {
	t.Helper()
	var found []store.Tamper
	n, err := d.VerifyAudit(t.Context(), log, func(x store.Tamper) error { found = append(found, x); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n, found
}

// behind runs statements behind the program's back, past the triggers, and reports whether any row was touched.
func (d *trailed) behind(t testing.TB, f func(tx *db.Tx) (int64, error)) bool {
	t.Helper()
	var n int64
	err := d.DB().Update(t.Context(), func(tx *db.Tx) error {
		for _, drop := range []func() (int64, error){
			func() (int64, error) { return tx.Exec(t.Context(), `DROP TRIGGER IF EXISTS audit_no_update`) },
			func() (int64, error) { return tx.Exec(t.Context(), `DROP TRIGGER IF EXISTS audit_no_delete`) },
			func() (int64, error) { return tx.Exec(t.Context(), `DROP TRIGGER IF EXISTS audit_seal_no_update`) },
			func() (int64, error) { return tx.Exec(t.Context(), `DROP TRIGGER IF EXISTS audit_seal_no_delete`) },
		} {
			if _, err := drop(); err != nil {
				return err
			}
		}
		var err error
		n, err = f(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}

// attacks are the ways somebody with the database file, but without the keys and without the second sink, may try to change history.
// Each gets a province and a number that exists.
var attacks = map[string]func(ctx context.Context, tx *db.Tx, r *rand.Rand, province int, seq int64) (int64, error){
	"another actor": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET actor_id = actor_id + 1 WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"another name": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET actor_name = actor_name || ' ' WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"another time": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET at = at + $1 WHERE province_id = $2 AND seq = $3`, 1+r.Int64N(1_000_000), p, seq)
	},
	"another action": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET action = 'user.seen' WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"another object": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET object_id = object_id + $1 WHERE province_id = $2 AND seq = $3`, 1+r.Int64N(100), p, seq)
	},
	"another detail": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET detail = '' WHERE province_id = $1 AND seq = $2 AND detail <> ''`, p, seq)
	},
	"a letter from one field to the next": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET method = method || 'm', action = substr(action, 2) WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"another id": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET id = id + 1 WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"another mark": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit SET mac = (SELECT b.mac FROM audit b WHERE b.province_id = $1 AND b.seq = 1) WHERE province_id = $2 AND seq = $3 AND seq > 1`, p, p, seq)
	},
	"deleted": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `DELETE FROM audit WHERE province_id = $1 AND seq = $2`, p, seq)
	},
	"deleted, the rest renumbered": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM audit WHERE province_id = $1 AND seq = $2`, p, seq); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `DROP INDEX audit_seq`); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `UPDATE audit SET seq = seq - 1 WHERE province_id = $1 AND seq > $2`, p, seq); err != nil {
			return 0, err
		}
		return tx.Exec(ctx, `UPDATE audit_head SET seq = seq - 1 WHERE province_id = $1`, p)
	},
	"the end cut off with its number and its seals": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM audit WHERE province_id = $1 AND seq >= $2`, p, seq); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM audit_seal WHERE province_id = $1 AND seq >= $2`, p, seq); err != nil {
			return 0, err
		}
		return tx.Exec(ctx, `UPDATE audit_head SET seq = $1 WHERE province_id = $2`, seq-1, p)
	},
	"two entries swapped": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		if _, err := tx.Exec(ctx, `DROP INDEX audit_seq`); err != nil {
			return 0, err
		}
		return tx.Exec(ctx, `UPDATE audit SET seq = CASE seq WHEN $1 THEN 1 ELSE $2 END WHERE province_id = $3 AND seq IN (1, $4) AND $5 > 1`, seq, seq, p, seq, seq)
	},
	"inserted as one from before": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail)
			VALUES ($1, $2, 1, 1, 'ai đó', 'web', 'movement.post', 1, '')`, p, seq)
	},
	"inserted with a copied mark": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		if _, err := tx.Exec(ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail, seq, mac)
			SELECT province_id, id + 1, at, actor_id, actor_name, method, action, object_id, detail, (SELECT seq + 1 FROM audit_head WHERE province_id = $1), mac FROM audit WHERE province_id = $2 AND seq = $3`, p, p, seq); err != nil {
			return 0, err
		}
		return tx.Exec(ctx, `UPDATE audit_head SET seq = seq + 1 WHERE province_id = $1`, p)
	},
	"the number set forward": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit_head SET seq = seq + $1 WHERE province_id = $2`, 1+r.Int64N(5), p)
	},
	"a seal changed": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit_seal SET at = at + 1 WHERE province_id = $1 AND seq = (SELECT MAX(seq) FROM audit_seal WHERE province_id = $2 AND seq <= $3)`, p, p, seq)
	},
	"a seal deleted": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `DELETE FROM audit_seal WHERE province_id = $1 AND seq = (SELECT MAX(seq) FROM audit_seal WHERE province_id = $2 AND seq <= $3)`, p, p, seq)
	},
	"a seal moved to another entry": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		return tx.Exec(ctx, `UPDATE audit_seal SET seq = seq + 100 WHERE province_id = $1 AND seq = (SELECT MAX(seq) FROM audit_seal WHERE province_id = $2 AND seq <= $3)`, p, p, seq)
	},
	"everything of a province deleted": func(ctx context.Context, tx *db.Tx, r *rand.Rand, p int, seq int64) (int64, error) {
		for _, del := range []func() (int64, error){
			func() (int64, error) { return tx.Exec(ctx, `DELETE FROM audit_seal WHERE province_id = $1`, p) },
			func() (int64, error) { return tx.Exec(ctx, `DELETE FROM audit_head WHERE province_id = $1`, p) },
		} {
			if _, err := del(); err != nil {
				return 0, err
			}
		}
		return tx.Exec(ctx, `DELETE FROM audit WHERE province_id = $1`, p)
	},
}

// TestTampering changes, deletes, inserts, reorders and sets back parts of the audit trail as somebody with the database file could, and
// wants every attempt found. What finds them is taken away kind by kind: the suite must notice each.
func TestTampering(t *testing.T) {
	attempts := min(storetest.Torture("tamper", 200, 2000), 2000) // each reads the whole trail; TestTamperingRows tries every row
	entries := max(60, attempts)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	d := newTrailed(t, entries)
	if n, found := d.check(t); len(found) > 0 || n.Entries != entries || n.Witnessed != entries || n.Seals < 4 || n.Unsealed == 0 {
		t.Fatalf("an honest trail: %+v %v", n, found)
	}
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	honest, err := os.ReadFile(d.dsn)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(attacks))
	for name := range attacks {
		names = append(names, name)
	}
	slices.Sort(names)
	tried, unseen, only := map[string]int{}, 0, map[string]int{}
	for i := range attempts {
		name := names[i%len(names)]
		if err := errors.Join(os.WriteFile(d.dsn, honest, 0o600), os.RemoveAll(d.dsn+"-wal"), os.RemoveAll(d.dsn+"-shm")); err != nil {
			t.Fatal(err)
		}
		d.open(t)
		province, seq := []int{38, 40}[r.IntN(2)], 8+r.Int64N(int64(entries)/2-8)
		if !d.behind(t, func(tx *db.Tx) (int64, error) { return attacks[name](t.Context(), tx, r, province, seq) }) {
			t.Fatalf("%s at %d of %d did nothing", name, seq, province)
		}
		tried[name]++
		_, found := d.check(t)
		if len(found) == 0 {
			unseen++
			t.Errorf("%s at %d of %d was not found", name, seq, province)
		}
		kinds := map[string]bool{}
		for _, f := range found {
			kinds[f.What] = true
		}
		for kind := range kinds {
			if len(kinds) == 1 {
				only[kind]++ // without this check the attempt would pass
			}
		}
		if err := d.Store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d tamperings of %d kinds tried, %d accepted; found by one check alone: %v", attempts, len(tried), unseen, only)
	if len(only) < 5 {
		t.Errorf("planted: a verifier without one of its checks would fail here for %v only", only)
	}
}

// TestSetBack puts an older copy of the whole database in place: honest in itself, and found by the second sink, also after work went on.
func TestSetBack(t *testing.T) {
	d := newTrailed(t, 20)
	d.seal(t)
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(d.dsn)
	if err != nil {
		t.Fatal(err)
	}
	d.open(t)
	more := func(n int, detail string) {
		t.Helper()
		for range n {
			if err := d.Update(t.Context(), storetest.Entry(38).With(detail), func(*store.Tx) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	more(3, "what shall be forgotten")
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(d.dsn, old, 0o600), os.RemoveAll(d.dsn+"-wal"), os.RemoveAll(d.dsn+"-shm")); err != nil {
		t.Fatal(err)
	}
	d.open(t)
	if _, found := d.check(t); len(found) != 3 || found[0].What != "set_back" {
		t.Errorf("set back: %v", found)
	}
	if _, found := d.checkWith(t, nil); len(found) != 0 {
		t.Errorf("alone the old copy is honest: %v", found)
	}
	more(5, "work goes on")
	if _, found := d.check(t); len(found) == 0 {
		t.Error("set back, and work went on: not found")
	}
}

// TestChainOnEngines: entries are numbered without gaps on every engine, also by writers at once and when some fail, and a refused
// change leaves no number behind.
func TestChainOnEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		done := make(chan error, 40)
		for i := range 40 {
			go func() {
				done <- s.Update(t.Context(), storetest.Entry(38), func(*store.Tx) error {
					if i%5 == 4 {
						return errors.New("refused")
					}
					return nil
				})
			}()
		}
		for range 40 {
			<-done
		}
		storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
		if _, err := s.SealAudit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again, err := s.SealAudit(t.Context()); err != nil || len(again) != 0 {
			t.Errorf("nothing new, and sealed: %v %v", again, err)
		}
		n, err := s.VerifyAudit(t.Context(), nil, func(x store.Tamper) error { t.Errorf("%+v", x); return nil })
		if err != nil || n.Entries != 34 || n.Seals != 1 || n.Unsealed != 0 {
			t.Errorf("%+v %v", n, err)
		}
	})
}

// TestNoAuditNoAccess: when the database cannot be written, what somebody sees is kept in the second sink; without either nobody sees
// anything, and a change never happens without the database.
func TestNoAuditNoAccess(t *testing.T) {
	d := newTrailed(t, 2)
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	open := func(sink *store.Sink, readOnly bool) *store.Store {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{DSN: d.dsn, Ring: d.ring, Sink: sink, ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	sink, err := store.OpenSink(d.log)
	if err != nil {
		t.Fatal(err)
	}
	both, one := open(sink, true), open(nil, true)
	e := audit.Entry{Province: 38, Actor: 7, Method: "web", Action: "person.read", Object: 99}
	if err := both.Access(t.Context(), e); err != nil {
		t.Errorf("one sink is left: %v", err)
	}
	text, err := os.ReadFile(d.log)
	if err != nil || !strings.Contains(string(text), `alone `) || !strings.Contains(string(text), `"person.read" 7 99`) {
		t.Errorf("the second sink: %s %v", text, err)
	}
	if err := one.Access(t.Context(), e); err == nil {
		t.Error("seen without a trace")
	}
	if err := both.Update(t.Context(), e, func(*store.Tx) error { return nil }); err == nil {
		t.Error("changed without an entry in the database")
	}
	if err := open(nil, false).Access(t.Context(), e); err != nil {
		t.Errorf("space is back: %v", err)
	}
}
