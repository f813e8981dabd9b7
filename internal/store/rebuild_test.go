package store_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestRebuild writes the counters anew after they were spoilt, while others go on posting: afterwards
// they are right, and the act is in the audit.
func TestRebuild(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		storetest.Grow(t, s, 40)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Đỗ Văn Ý", ledger.Pool, day.Of(2026, 1, 10))
		err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			if _, err := tx.Exec(tx.Context(), `UPDATE tally SET n = n + 5, female = 0 WHERE province_id = $1`, 38); err != nil {
				return err
			}
			_, err := tx.Exec(tx.Context(), `INSERT INTO tally (province_id, unit_id, measure, month, n) VALUES ($1, $2, 7, 24000, 3)`, 38, int64(p.ID)) // no unit
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wrong := int64(len(verifyProvince(t, s, 38)))
		if wrong == 0 {
			t.Fatal("the damage does not show")
		}

		var stop atomic.Bool
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := 0; i == 0 || !stop.Load(); i++ {
					err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
						return tx.Enrol([]store.Enrolment{{Person: storetest.NewPerson(tx.NewID(38), "Lê Thị Ánh"), Movements: []ledger.Movement{{
							To: ledger.Place{Unit: tree.Cells[w%2][w/2].ID, Stage: ledger.Pool}, Cause: ledger.Adopt, Effective: day.Of(2026, 2, 3)}}}})
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var provinces []int
		n, err := s.Rebuild(t.Context(), storetest.Entry(0), store.VerifyOptions{Progress: func(p int, _ store.Proven, of int) { provinces = append(provinces, p, of) }})
		stop.Store(true)
		wg.Wait()
		if err != nil || n.Differences != wrong {
			t.Errorf("%v: %d columns were wrong, want %d", err, n.Differences, wrong)
		}
		if ds := verifyProvince(t, s, 38); len(ds) > 0 {
			t.Error(ds)
		}
		if len(provinces) != 4 || provinces[0] != 38 || provinces[2] != 40 || provinces[3] != 2 {
			t.Errorf("progress %v", provinces)
		}
		if n, err := s.Rebuild(t.Context(), storetest.Entry(0), store.VerifyOptions{Province: 38}); err != nil || n.Differences != 0 {
			t.Errorf("a second time %d columns were wrong: %v", n.Differences, err)
		}
	})
}

// TestVerifyCounts reads everything there is, in every province.
func TestVerifyCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, province := range []int{1, 38, 92} {
			tree := storetest.Grow(t, s, province)
			storetest.Enrol(t, s, tree.Cells[0][0], "Đỗ Văn Ý", ledger.Pool, day.Of(2026, 1, 10))
		}
		seen := map[int]int{}
		n, err := s.Verify(t.Context(), store.VerifyOptions{Progress: func(p int, n store.Proven, of int) { seen[p] = of }}, func(d store.Difference) error {
			t.Errorf("%+v", d)
			return nil
		})
		if want := (store.Proven{Provinces: 3, Units: 21, People: 3, Movements: 3, Counters: n.Counters}); err != nil || n != want {
			t.Errorf("%v: read %+v, want %+v", err, n, want)
		}
		if len(seen) != 3 || seen[38] != 3 {
			t.Errorf("progress %v", seen)
		}
	})
}
