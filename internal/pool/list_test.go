package pool_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/pool"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// enrolMany adds people of a cell: a third proposed, the others in the pool since this quarter but one of seventy, who waits for a remark.
func enrolMany(t *testing.T, s *store.Store, cell org.Unit, n int) (ids []id.ID) {
	t.Helper()
	err := s.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error {
		var es []store.Enrolment
		for i := range n {
			p := storetest.NewPerson(tx.NewID(38), fmt.Sprintf("Trần Thị %c%c", 'a'+i%26, 'a'+i/26%26))
			on, stage := day.Of(2026, 10, 7), ledger.Pool
			switch {
			case i%3 == 0:
				stage = ledger.Proposed
			case i%70 == 1:
				on = day.Of(2025, 5, 6)
			}
			p.PoolOn = on
			es = append(es, store.Enrolment{Person: p, Movements: []ledger.Movement{{To: ledger.Place{Unit: cell.ID, Stage: stage}, Cause: ledger.Opening, Effective: on}}})
			ids = append(ids, p.ID)
		}
		return tx.Enrol(es)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestLarge: the pages of a pool that is too large to be looked at as a whole hold everybody of a view once, in order; what is counted is
// counted rightly.
func TestLarge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sv, tree := pool.New(s), storetest.Grow(t, s, 38)
		commune, who := tree.Communes[0], at(tree.Communes[0], access.Clerk)
		helper := storetest.Enrol(t, s, tree.Cells[0][0], "Lý Hải", ledger.Official, day.Of(2015, 5, 1))
		ids := enrolMany(t, s, tree.Cells[0][0], 400)
		enrolMany(t, s, tree.Cells[0][1], 380)
		help := pool.Meeting{Unit: tree.Cells[0][0].ID, On: day.Of(2026, 10, 9), Reason: "chi bộ nhất trí", Items: []pool.Item{
			{Person: ids[1], Step: dossier.Help, Helper: helper.ID}, {Person: ids[2], Step: dossier.Help, Helper: helper.ID}}}
		if b, err := sv.Resolve(t.Context(), who, help, false); err != nil || b.Fit != 2 {
			t.Fatalf("%+v %v", b, err)
		}
		list := func(u org.Unit, ask pool.Ask) pool.List {
			t.Helper()
			l, err := sv.List(t.Context(), who, u.ID, ask)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		for _, v := range pool.Views {
			want := map[id.ID]bool{}
			for _, cell := range tree.Cells[0] {
				l := list(cell, pool.Ask{View: v, Size: 500})
				if int64(len(l.Rows)) != l.Counts[v] {
					t.Errorf("%q of a cell: %d rows, %d counted", v, len(l.Rows), l.Counts[v])
				}
				for i := range l.Rows {
					want[l.Rows[i].ID] = true
				}
			}
			var pages []int
			seen, last, after := map[id.ID]bool{}, "", ""
			for first := true; first || after != ""; first = false {
				l := list(commune, pool.Ask{View: v, After: after, Size: 25})
				pages = append(pages, len(l.Rows))
				for i := range l.Rows {
					if seen[l.Rows[i].ID] {
						t.Errorf("%q shows %s twice", v, l.Rows[i].Name)
					}
					seen[l.Rows[i].ID] = true
				}
				if n, counted := l.Counts[v]; counted != (v == pool.Everybody || v == pool.Proposals) || counted && n != int64(len(want)) {
					t.Errorf("%q: %d counted (%v), there are %d", v, n, counted, len(want))
				}
				if l.Next != "" && l.Next == last {
					t.Fatalf("%q stands still at %s", v, last)
				}
				last, after = l.Next, l.Next
			}
			if len(want) == 0 || len(seen) != len(want) || slices.Max(pages) > 25 {
				t.Errorf("%q: pages %v hold %d, there are %d", v, pages, len(seen), len(want))
			}
			for p := range want {
				if !seen[p] {
					t.Errorf("%q: %s stands on no page", v, p)
				}
			}
			if v == pool.Unmarked && len(pages) != 2 { // ten times 26 of 520 who are in the pool
				t.Errorf("a view few are in has the pages %v", pages)
			}
		}
	})
}

// TestPagesOfASmallPool: also a list that is looked at as a whole is shown page by page, and goes on where it was although who ended the
// page before is gone.
func TestPagesOfASmallPool(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sv, tree := pool.New(s), storetest.Grow(t, s, 38)
		cell, who := tree.Cells[0][0], at(tree.Cells[0][0], access.Clerk)
		enrolMany(t, s, cell, 60)
		first, err := sv.List(t.Context(), who, cell.ID, pool.Ask{Size: 25})
		if err != nil || len(first.Rows) != 25 || first.Next == "" || first.Counts[pool.Everybody] != 60 {
			t.Fatalf("%d rows, next %q, %v: %v", len(first.Rows), first.Next, first.Counts, err)
		}
		gone := pool.Meeting{Unit: cell.ID, On: day.Of(2026, 11, 2), Reason: "rà soát năm", Items: []pool.Item{{Person: first.Rows[24].ID, Step: dossier.Drop, Group: "moved"}}}
		if first.Rows[24].Place.Stage == ledger.Proposed {
			t.Fatal("who ends the page has to be in the pool")
		}
		if b, err := sv.Resolve(t.Context(), who, gone, false); err != nil || b.Fit != 1 {
			t.Fatalf("%+v %v", b, err)
		}
		second, err := sv.List(t.Context(), who, cell.ID, pool.Ask{After: first.Next, Size: 50})
		if err != nil || len(second.Rows) != 35 || second.Next != "" {
			t.Errorf("%d rows, next %q: %v", len(second.Rows), second.Next, err)
		}
		_, err = sv.List(t.Context(), who, cell.ID, pool.Ask{After: "???", Size: 50})
		want(t, "a made-up cursor", err, fault.Invalid, "people.cursor")
	})
}
