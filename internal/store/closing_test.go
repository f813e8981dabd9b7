package store_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestClosings: each act holds until the next one, what is no change is refused, and the proof judges a movement by what was closed when it
// was recorded: what came in while a period was open again stands, what came in after it was closed anew is found.
func TestClosings(t *testing.T) {
	now := storetest.Now()
	storetest.EachWith(t, storetest.Options{Now: func() time.Time { return now }}, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		later := func() { now = now.Add(time.Minute) }
		act := func(want fault.Key, f func(tx *store.Tx) error) {
			t.Helper()
			later()
			err := s.Update(t.Context(), storetest.Entry(38), f)
			if got := keyOf(err); got != want {
				t.Fatalf("%v, want %q", err, want)
			}
		}
		closeTo := func(d day.Date) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.ClosePeriod(38, d) }
		}
		reopen := func(d day.Date) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.ReopenPeriod(38, d, "ghi sót", "Hoà", "Bình") }
		}
		enrol := func(on day.Date) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				return tx.Enrol([]store.Enrolment{{Person: storetest.NewPerson(tx.NewID(38), "Lê Thị Ánh"), Movements: []ledger.Movement{
					{To: ledger.Place{Unit: tree.Cells[0][0].ID, Stage: ledger.Pool}, Cause: ledger.Adopt, Effective: on}}}})
			}
		}
		march, june := day.Of(2026, 3, 31), day.Of(2026, 6, 30)
		act("period.open_already", reopen(march))
		act("", closeTo(june))
		act("period.closed_already", closeTo(june))
		act("period.closed_already", closeTo(march))
		act("period.open_already", reopen(june))
		act("ledger.period_closed", enrol(day.Of(2026, 5, 19)))
		act("", reopen(march))
		act("ledger.period_closed", enrol(march))
		act("", enrol(day.Of(2026, 5, 19)))
		act("", closeTo(june)) // the same day as before
		act("ledger.period_closed", enrol(day.Of(2026, 5, 19)))
		var all []store.Closing
		if err := s.View(t.Context(), func(tx *store.Tx) (err error) { all, err = tx.Closings(38); return err }); err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i].At, all[i].Audit = 0, 0
		}
		by := storetest.Entry(38).Name
		want := []store.Closing{{N: 3, To: june, Before: march, By: by}, {N: 2, To: march, Before: june, Reason: "ghi sót", By: "Hoà", Second: "Bình"}, {N: 1, To: june, By: by}}
		if !slices.Equal(all, want) || all[0].Reopens() || !all[1].Reopens() || all[2].Reopens() {
			t.Errorf("%+v", all)
		}
		act("test.enough", func(tx *store.Tx) error { // what an act changes holds for the rest of its own transaction
			for _, f := range []func(*store.Tx) error{closeTo(day.Of(2026, 9, 30)), reopen(day.Of(2026, 7, 31)), closeTo(day.Of(2026, 8, 31))} {
				if _, err := tx.ClosedTo(38); err != nil {
					return err
				}
				if err := f(tx); err != nil {
					return err
				}
			}
			if d, err := tx.ClosedTo(38); err != nil || d != day.Of(2026, 8, 31) {
				t.Errorf("%v %v", d, err)
			}
			return fault.E("test", fault.Conflict, "test.enough")
		})
		if ds := verifyProvince(t, s, 38); len(ds) > 0 {
			t.Errorf("an honest ledger is accused: %+v", ds)
		}
		// Somebody puts the period back a month, posts, and takes their closing away: what was posted shows it.
		later()
		act("", func(tx *store.Tx) error {
			if err := enrol(day.Of(2026, 7, 20))(tx); err != nil {
				return err
			}
			_, err := tx.Exec(tx.Context(), `INSERT INTO closing (province_id, n, closed_to, reason, by_name, second_name, recorded, audit_id)
				SELECT province_id, 5, 20260731, '', '', '', recorded, audit_id FROM closing WHERE province_id = $1 AND n = 3`, 38)
			return err
		})
		var checks []string
		for _, d := range verifyProvince(t, s, 38) {
			checks = append(checks, d.Check)
		}
		slices.Sort(checks)
		if !slices.Equal(checks, []string{"closing.gap", "ledger.period_closed"}) {
			t.Errorf("found %v", checks)
		}
	})
}

func keyOf(err error) fault.Key {
	if err == nil {
		return ""
	}
	return fault.TextOf(err).Key
}

// TestClosingAndReopeningAtOnce: of many who close and reopen what they all saw, one is let through, and posting goes on beside them.
func TestClosingAndReopeningAtOnce(t *testing.T) {
	storetest.EachWith(t, storetest.Options{Now: unsteadyClock()}, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error { return tx.ClosePeriod(38, day.Of(2026, 3, 31)) }); err != nil {
			t.Fatal(err)
		}
		for seen := 1; seen <= 4; seen++ {
			var wg sync.WaitGroup
			for i := range 10 {
				on := day.Of(2026, 1+i%6, 1+seen)
				wg.Go(func() { // let in before the act or refused after it: the proof below tells
					err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
						return tx.Enrol([]store.Enrolment{{Person: storetest.NewPerson(tx.NewID(38), "Đỗ Thị Ưng"), Movements: []ledger.Movement{
							{To: ledger.Place{Unit: tree.Cells[0][0].ID, Stage: ledger.Pool}, Cause: ledger.Adopt, Effective: on}}}})
					})
					if err != nil && keyOf(err) != "ledger.period_closed" {
						t.Error(err)
					}
				})
			}
			done := tryAtOnce(t, 30, func(i int) error {
				return s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
					last, err := tx.HoldClosing(38)
					if err != nil {
						return err
					}
					if last.N != seen {
						return fault.E("test", fault.Stale, "error.stale")
					}
					if i%2 == 0 {
						return tx.ClosePeriod(38, last.To.AddDays(10))
					}
					return tx.ReopenPeriod(38, last.To.AddDays(-10), "ghi sót", "Hoà", "Bình")
				})
			}, fault.Stale)
			wg.Wait()
			if done != 1 {
				t.Errorf("round %d: %d acts on one state", seen, done)
			}
		}
		if ds := verifyProvince(t, s, 38); len(ds) > 0 {
			t.Error(ds)
		}
	})
}
