package store_test

import (
	"context"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// counted reads one column of the counters of a unit, summed over months.
func counted(t *testing.T, s *store.Store, unit id.ID, m ledger.Measure, slice ledger.Slice) int64 {
	t.Helper()
	var n int64
	err := s.View(context.Background(), func(tx *store.Tx) error {
		return tx.EachCounter(unit.Province(), func(k ledger.Counter, c *ledger.Counts) error {
			if k.Unit == unit && k.Measure == m {
				n += c[slice]
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Nguyễn Thị Ánh", ledger.Dossier, day.Of(2026, 1, 10))
		post := func(m ledger.Movement) error {
			return s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
				q, err := tx.Person(p.ID)
				if err != nil {
					return err
				}
				_, err = tx.Post(&q, m)
				return err
			})
		}
		at := func(stage ledger.Stage) ledger.Place { return ledger.Place{Unit: tree.Cells[0][0].ID, Stage: stage} }
		if err := post(ledger.Movement{To: at(ledger.Probationary), Cause: ledger.Admit, Effective: day.Of(2026, 2, 3)}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			m    ledger.Movement
			want fault.Kind
		}{
			{"future", ledger.Movement{To: at(ledger.Official), Cause: ledger.Recognise, Effective: day.Of(2026, 12, 1)}, fault.Invalid},
			{"before the last", ledger.Movement{To: at(ledger.Official), Cause: ledger.Recognise, Effective: day.Of(2026, 1, 31)}, fault.Invalid},
			{"cause unfit", ledger.Movement{To: at(ledger.Probationary), Cause: ledger.Admit, Effective: day.Of(2026, 3, 1)}, fault.Invalid},
			{"no date", ledger.Movement{To: at(ledger.Official), Cause: ledger.Recognise}, fault.Invalid},
		} {
			if err := post(c.m); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got := counted(t, s, tree.Communes[0].ID, ledger.Happened(ledger.Admit), ledger.SliceFemale); got != 1 {
			t.Errorf("women admitted in the commune = %d", got)
		}
		if got := counted(t, s, tree.Root.ID, ledger.Stock(ledger.Probationary), ledger.SliceAll); got != 1 {
			t.Errorf("probationary in the province = %d", got)
		}
		if got := counted(t, s, tree.Communes[1].ID, ledger.Stock(ledger.Probationary), ledger.SliceAll); got != 0 {
			t.Errorf("probationary in the other commune = %d", got)
		}
		if err := post(ledger.Movement{To: ledger.Place{Unit: tree.Cells[1][0].ID, Stage: ledger.Probationary}, Cause: ledger.Transfer, Effective: day.Of(2026, 6, 1)}); err != nil {
			t.Fatal(err)
		}
		if got := counted(t, s, tree.Communes[0].ID, ledger.Left(ledger.Transfer), ledger.SliceAll); got != 1 {
			t.Errorf("transferred out = %d", got)
		}
		if got := counted(t, s, tree.Root.ID, ledger.Happened(ledger.Transfer), ledger.SliceAll); got != 0 {
			t.Errorf("a transfer inside the province counted %d times", got)
		}
	})
}

func TestReverseAllowsAnEarlierDate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		cell := tree.Cells[0][0]
		p := storetest.Enrol(t, s, cell, "Lê Văn Bình", ledger.Dossier, day.Of(2026, 1, 10))
		to := ledger.Place{Unit: cell.ID, Stage: ledger.Probationary}
		err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
			q, err := tx.Person(p.ID)
			if err != nil {
				return err
			}
			m, err := tx.Post(&q, ledger.Movement{To: to, Cause: ledger.Admit, Effective: day.Of(2026, 9, 2)})
			if err != nil {
				return err
			}
			ms, err := tx.Movements(p.ID)
			if err != nil {
				return err
			}
			if _, err := tx.Reverse(&q, m, ms[0].Effective); err != nil {
				return err
			}
			_, err = tx.Post(&q, ledger.Movement{To: to, Cause: ledger.Admit, Effective: day.Of(2026, 5, 19)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := counted(t, s, tree.Root.ID, ledger.Happened(ledger.Admit), ledger.SliceAll); got != 1 {
			t.Errorf("admitted = %d, want 1", got)
		}
	})
}

// TestReverseAfterALateOne: an undoing that a closed period moved to a later day is not overtaken by the next one, also when the period is
// open again. Undone on its own day, the first movement would be gone while what followed it still stood.
func TestReverseAfterALateOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		cell := tree.Cells[0][0]
		p := storetest.Enrol(t, s, cell, "Lê Văn Bình", ledger.Dossier, day.Of(2026, 1, 10))
		do := func(f func(tx *store.Tx, q *person.Person) error) {
			t.Helper()
			if err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
				q, err := tx.Person(p.ID)
				if err != nil {
					return err
				}
				return f(tx, &q)
			}); err != nil {
				t.Fatal(err)
			}
		}
		undo := func(want day.Date) {
			t.Helper()
			do(func(tx *store.Tx, q *person.Person) error {
				ms, err := tx.Movements(q.ID)
				if err != nil {
					return err
				}
				open := ledger.Standing(ms)
				m := open[len(open)-1]
				r, err := tx.Reverse(q, m, ledger.Since(ms, m.ID))
				if err == nil && r.Effective != want {
					t.Errorf("%v of %v is undone on %v, want %v", m.Cause, m.Effective, r.Effective, want)
				}
				return err
			})
		}
		here := func(stage ledger.Stage) ledger.Place { return ledger.Place{Unit: cell.ID, Stage: stage} }
		do(func(tx *store.Tx, q *person.Person) error {
			if _, err := tx.Post(q, ledger.Movement{To: here(ledger.Probationary), Cause: ledger.Admit, Effective: day.Of(2026, 2, 3)}); err != nil {
				return err
			}
			_, err := tx.Post(q, ledger.Movement{To: ledger.Place{}, Cause: ledger.Strike, Effective: day.Of(2026, 3, 5)})
			return err
		})
		do(func(tx *store.Tx, _ *person.Person) error { return tx.ClosePeriod(38, day.Of(2026, 4, 30)) })
		undo(day.Of(2026, 5, 1))
		do(func(tx *store.Tx, _ *person.Person) error {
			return tx.ReopenPeriod(38, day.Of(2026, 1, 31), "ghi sót", "Hoà", "Bình")
		})
		undo(day.Of(2026, 5, 1))
		if got := counted(t, s, tree.Root.ID, ledger.Happened(ledger.Admit), ledger.SliceAll); got != 0 {
			t.Errorf("admitted = %d, want none", got)
		}
	})
}

func TestOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ran := 0
		for i := range 2 {
			err := s.Update(context.Background(), storetest.Entry(38).Once("k1"), func(*store.Tx) error { ran++; return nil })
			if i == 0 && err != nil {
				t.Fatal(err)
			}
			if i == 1 && fault.TextOf(err).Key != "once.done" {
				t.Fatalf("second: %v", err)
			}
		}
		if ran != 1 {
			t.Fatalf("ran %d times", ran)
		}
	})
}
