package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestObligationsFollow: whoever is enrolled, moved or changed is told about inside the transaction, and
// what is written for them is what is read.
func TestObligationsFollow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		var told []string
		s.Follow(func(tx *store.Tx, people []store.Touched, fresh bool) error {
			for _, x := range people {
				told = append(told, x.Person.Name+" "+x.Person.Place.Stage.String())
				stored, err := tx.ObligationsOf(x.Person.ID)
				if err != nil {
					return err
				}
				if fresh != (len(stored) == 0) {
					t.Errorf("%s: fresh is %v with %d stored", x.Person.Name, fresh, len(stored))
				}
				o := deadline.Obligation{Person: x.Person.ID, Clock: "c", Unit: x.Person.LastUnit, Pack: "p@1", Start: x.Person.Since, Warn: x.Person.Since, Due: x.Person.Since.AddDays(30)}
				if x.Person.Place.Out() {
					o.Closed, o.By = x.Person.Since, deadline.Ended
				}
				var c deadline.Change
				c.Diff(stored, []deadline.Obligation{o})
				if err := tx.PutObligations(&c); err != nil {
					return err
				}
			}
			return nil
		})
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
		storetest.Enrol(t, s, tree.Cells[0][0], "Lê Văn Tám", ledger.Official, day.Of(2026, 2, 3))
		read := func() (os []deadline.Obligation) {
			t.Helper()
			if err := s.View(t.Context(), func(tx *store.Tx) (err error) { os, err = tx.ObligationsOf(p.ID); return err }); err != nil {
				t.Fatal(err)
			}
			return os
		}
		want := deadline.Obligation{Person: p.ID, Clock: "c", Unit: tree.Cells[0][0].ID, Pack: "p@1", Start: 20260203, Warn: 20260203, Due: 20260305}
		if diff := cmp.Diff([]deadline.Obligation{want}, read()); diff != "" {
			t.Error(diff)
		}
		post := func(m ledger.Movement) {
			t.Helper()
			if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
				now, err := tx.Person(p.ID)
				if err == nil {
					_, err = tx.Post(&now, m)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		post(ledger.Movement{To: ledger.Place{Unit: tree.Cells[0][1].ID, Stage: ledger.Pool}, Cause: ledger.Transfer, Effective: 20260310})
		want.Unit, want.Start, want.Warn, want.Due = tree.Cells[0][1].ID, 20260310, 20260310, 20260409
		if diff := cmp.Diff([]deadline.Obligation{want}, read()); diff != "" {
			t.Error(diff)
		}
		post(ledger.Movement{Cause: ledger.Die, Effective: 20260401})
		if os := read(); len(os) != 1 || os[0].Closed != 20260401 || os[0].By != deadline.Ended {
			t.Errorf("%+v", os)
		}
		if diff := cmp.Diff([]string{"Trần Thị Hoà pool", "Trần Thị Hoà pool", "Trần Thị Hoà outside"}, told); diff != "" {
			t.Error(diff)
		}
	})
}
