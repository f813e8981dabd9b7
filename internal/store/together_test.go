package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// attempts is how many try the same one-time act at once.
const attempts = 200

// TestOneTimeActs lets many try at once what may happen once: exactly one succeeds, the others are
// told why, and nothing is counted twice.
func TestOneTimeActs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		cell := tree.Cells[0][0]
		at := func(stage ledger.Stage) ledger.Place { return ledger.Place{Unit: cell.ID, Stage: stage} }
		p := storetest.Enrol(t, s, cell, "Lê Văn Bình", ledger.Dossier, day.Of(2026, 1, 10))
		for _, c := range []struct {
			name string
			key  string
			do   func(tx *store.Tx) error
			kind fault.Kind
		}{
			{"a request key", "once", func(tx *store.Tx) error {
				q := storetest.NewPerson(tx.NewID(38), "Trần Thị Hoà")
				return tx.Enrol([]store.Enrolment{{Person: q, Movements: []ledger.Movement{{To: at(ledger.Pool), Cause: ledger.Adopt, Effective: day.Of(2026, 2, 3)}}}})
			}, fault.Conflict},
			{"an identity number", "", func(tx *store.Tx) error {
				q := storetest.NewPerson(tx.NewID(38), "Trần Thị Hoà")
				return tx.Enrol([]store.Enrolment{{Person: q, Sealed: person.Sealed{Number: "038198000001"},
					Movements: []ledger.Movement{{To: at(ledger.Pool), Cause: ledger.Adopt, Effective: day.Of(2026, 2, 3)}}}})
			}, fault.Conflict},
			{"the admission of one person", "", func(tx *store.Tx) error {
				q, err := tx.Person(p.ID)
				if err != nil {
					return err
				}
				if q.Place != at(ledger.Dossier) {
					return fault.E("test", fault.Stale, "test.moved")
				}
				_, err = tx.Post(&q, ledger.Movement{To: at(ledger.Probationary), Cause: ledger.Admit, Effective: day.Of(2026, 2, 3)})
				return err
			}, fault.Stale},
			{"the reversal of one movement", "", func(tx *store.Tx) error {
				q, err := tx.Person(p.ID)
				if err != nil {
					return err
				}
				ms, err := tx.Movements(p.ID)
				if err != nil {
					return err
				}
				if stand := ledger.Standing(ms); len(stand) < 2 {
					return fault.E("test", fault.Stale, "test.reversed")
				}
				_, err = tx.Reverse(&q, ms[1], ms[0].Effective)
				return err
			}, fault.Stale},
		} {
			done := tryAtOnce(t, attempts, func(int) error {
				return s.Update(t.Context(), storetest.Entry(38).Once(c.key), c.do)
			}, c.kind)
			if done != 1 {
				t.Errorf("%s: %d of %d succeeded", c.name, done, attempts)
			}
		}
		if ds := verifyProvince(t, s, 38); len(ds) > 0 {
			t.Error(ds)
		}
	})
}

// tryAtOnce runs f n times at once and returns how many succeeded; others must fail with a kind.
func tryAtOnce(t *testing.T, n int, f func(i int) error, kind fault.Kind) int {
	t.Helper()
	var done atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			switch err := f(i); {
			case err == nil:
				done.Add(1)
			case fault.KindOf(err) != kind:
				t.Errorf("attempt %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(done.Load())
}

// TestClosingWhilePosting closes month after month while others post into them: whoever was let in
// was let in before the closing (I7), and the verification sees it so.
func TestClosingWhilePosting(t *testing.T) {
	storetest.EachWith(t, storetest.Options{Now: unsteadyClock()}, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		const months = 10
		var wg sync.WaitGroup
		var closed atomic.Int64
		for w := range 6 {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			wg.Go(func() {
				for closed.Load() < months {
					to := ledger.Place{Unit: tree.Cells[w%2][rng.IntN(2)].ID, Stage: ledger.Pool}
					on := day.Of(2025, int(closed.Load())+1, 1+rng.IntN(28))
					err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
						return tx.Enrol([]store.Enrolment{{Person: storetest.NewPerson(tx.NewID(38), "Đỗ Thị Ưng"), Movements: []ledger.Movement{{To: to, Cause: ledger.Adopt, Effective: on}}}})
					})
					if err != nil && fault.KindOf(err) != fault.Conflict {
						t.Error(err)
						return
					}
				}
			})
		}
		upTo := func(m int) (n int) {
			if err := s.View(t.Context(), func(tx *store.Tx) error {
				return tx.Row(tx.Context(), `SELECT COUNT(1) FROM movement WHERE province_id = $1 AND effective <= $2`, []any{38, int32(day.Of(2025, m+1, 28))}, &n)
			}); err != nil {
				t.Error(err)
			}
			return n
		}
		var held [months]int
		for m := range months {
			err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error { return tx.ClosePeriod(38, day.Of(2025, m+1, 28)) })
			if err != nil {
				t.Error(err)
			}
			held[m] = upTo(m)
			closed.Add(1)
		}
		wg.Wait()
		for m, n := range held {
			if now := upTo(m); now != n {
				t.Errorf("month %d held %d movements when it was closed, now %d", m+1, n, now)
			}
		}
		if ds := verifyProvince(t, s, 38); len(ds) > 0 {
			t.Error(ds)
		}
	})
}

// TestFaultsAtCommit breaks commits in every known way, before and after they are done, while eight
// workers enrol and move people under request keys. Nothing acknowledged is lost and nothing happens
// twice.
func TestFaultsAtCommit(t *testing.T) {
	causes := []struct {
		name string
		err  error
	}{{"XX000", dbtest.State("XX000")}, {"08006", dbtest.State("08006")}, {"25006", dbtest.State("25006")}, {"57P01", dbtest.State("57P01")}, {"dropped", dbtest.ErrDropped}}
	var f dbtest.Faults
	storetest.EachWith(t, storetest.Options{OnCommit: f.OnCommit}, func(t *testing.T, s *store.Store) {
		for i, c := range causes {
			for j, point := range []db.CommitPoint{db.BeforeCommit, db.AfterCommit} {
				t.Run(c.name+[]string{" before", " after"}[j], func(t *testing.T) {
					commitUnderFaults(t, s, 1+2*i+j, func() { f.Arm(point, c.err, 1) })
					f.Arm(point, nil, 0)
				})
			}
		}
	})
}

// commitUnderFaults lets every fifth act of eight workers meet a fault.
func commitUnderFaults(t *testing.T, s *store.Store, province int, arm func()) {
	const workers, each = 8, 6
	tree := storetest.Grow(t, s, province)
	var acts atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			cell := tree.Cells[w%2][w/2%2]
			var who id.ID
			for i := range each {
				if acts.Add(1)%5 == 0 {
					arm()
				}
				key := fmt.Sprintf("%d-%d", w, i)
				if err := persist(t.Context(), s, province, key, func(tx *store.Tx) error { return enrolOrMove(tx, &who, cell.ID, i) }); err != nil {
					t.Errorf("%s: %v", key, err)
					return
				}
			}
		})
	}
	wg.Wait()
	var people, lines, keys int
	err := s.View(t.Context(), func(tx *store.Tx) error {
		return errors.Join(
			tx.Row(tx.Context(), `SELECT COUNT(1) FROM person WHERE province_id = $1`, []any{province}, &people),
			tx.Row(tx.Context(), `SELECT COUNT(1) FROM movement WHERE province_id = $1`, []any{province}, &lines),
			tx.Row(tx.Context(), `SELECT COUNT(1) FROM once WHERE province_id = $1`, []any{province}, &keys))
	})
	if err != nil {
		t.Fatal(err)
	}
	if people != workers || lines != workers*each || keys != workers*each {
		t.Errorf("%d people, %d movements, %d keys; want %d, %d, %d", people, lines, keys, workers, workers*each, workers*each)
	}
	if ds := verifyProvince(t, s, province); len(ds) > 0 {
		t.Error(ds)
	}
}

// enrolOrMove enrols somebody first and then moves them to and fro between two stages.
func enrolOrMove(tx *store.Tx, who *id.ID, cell id.ID, i int) error {
	if i == 0 {
		p := storetest.NewPerson(tx.NewID(cell.Province()), "Lê Thị Ánh")
		*who = p.ID
		return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{{
			To: ledger.Place{Unit: cell, Stage: ledger.Certified}, Cause: ledger.Certify, Effective: day.Of(2026, 1, 1)}}}})
	}
	p, err := tx.Person(*who)
	if err != nil {
		return err
	}
	m := ledger.Movement{To: ledger.Place{Unit: cell, Stage: ledger.Dossier}, Cause: ledger.Apply, Effective: day.Of(2026, 1, 1+i)}
	if i%2 == 0 {
		m.To.Stage, m.Cause = ledger.Certified, ledger.Return
	}
	_, err = tx.Post(&p, m)
	return err
}

// persist is what a client does: it tries again with the same key until it knows that the act is done.
func persist(ctx context.Context, s *store.Store, province int, key string, fn func(tx *store.Tx) error) error {
	for range 10 {
		err := s.Update(ctx, storetest.Entry(province).Once(key), fn)
		if err == nil || fault.TextOf(err).Key == "once.done" {
			return nil
		}
		if kind := fault.KindOf(err); kind != fault.Unavailable && kind != fault.Busy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return errors.New("given up")
}
