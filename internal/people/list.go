package people

import (
	"context"
	"iter"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// What the lists of the store take and give; the roof knows them by these names.
type (
	// Filter says which people a list shows.
	Filter = store.PeopleFilter
	// Row is one person of a list.
	Row = store.PersonRow
	// MoveFilter says which movements a list shows.
	MoveFilter = store.MovementFilter
	// Move is one line of a list of movements.
	Move = store.MovementLine
	// MoveSum is what a list of movements comes to.
	MoveSum = store.MovementSum
)

// The directions of a list of movements.
const (
	Inward  = store.Inward
	Outward = store.Outward
)

// List is a page of people of a unit's subtree.
type List struct {
	Unit   org.Unit
	Above  []org.Unit
	Page   store.PeoplePage
	Total  int64   // -1 when a search by name is not counted
	Stages []int64 // how many of the slice are at each stage today, by number of the stage
}

// List returns a page of the people of a unit's subtree.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter, after string, limit int) (List, error) {
	l, err := s.list(ctx, who, unit, f, after, limit)
	if err == nil {
		err = s.saw(ctx, who, "people.list", unit)
	}
	if err != nil {
		return List{}, err
	}
	return l, nil
}

// Feed returns a page of the same list to a program. Each page is an entry of the trail, and its rows count against what may leave for its
// owner on one person's word in a day.
func (s *Service) Feed(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter, after string, limit int) (List, error) {
	l, err := s.list(ctx, who, unit, f, after, limit)
	if err != nil {
		return List{}, err
	}
	all := l.Page.Rows
	err = s.st.Update(ctx, audit.Of(who, "people.feed", unit.Province(), unit), func(tx *store.Tx) error {
		var err error
		if l.Page.Rows, err = sharable(tx, all); err != nil {
			return err
		}
		rows := int64(len(l.Page.Rows))
		tx.Did(unit, strconv.FormatInt(rows, 10))
		return approvals.SpendRows(tx, who, rows)
	})
	if err != nil {
		return List{}, err
	}
	return l, nil
}

// FeedUse is what consent to lists for other programs covers.
const FeedUse = "api.people"

// sharable leaves out who did not consent to be in what other programs read, or no longer does.
func sharable(tx *store.Tx, rows []store.PersonRow) ([]store.PersonRow, error) {
	by := map[int][]id.ID{}
	for _, r := range rows {
		by[r.ID.Province()] = append(by[r.ID.Province()], r.ID)
	}
	out := make([]store.PersonRow, 0, len(rows))
	left := map[int]map[id.ID]bool{}
	for p, ids := range by {
		var err error
		if left[p], err = tx.Withheld(p, ids, FeedUse); err != nil {
			return nil, err
		}
	}
	for _, r := range rows {
		if !left[r.ID.Province()][r.ID] {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *Service) list(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter, after string, limit int) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		l = List{Unit: u, Total: -1}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		if l.Page, err = tx.People(scope, f, after, limit); err != nil {
			return err
		}
		if l.Stages, err = tx.StageCounts(scope, f.Slice); err != nil {
			return err
		}
		if f.Words == "" {
			l.Total, err = tx.CountPeople(scope, f)
		}
		return err
	})
	return l, err
}

func over(tx *store.Tx, who access.Actor, unit id.ID) (org.Unit, access.Scope, error) {
	u, err := tx.Unit(unit)
	if err != nil {
		return u, access.Scope{}, err
	}
	scope, err := who.Over(u)
	return u, scope, err
}

// An export reads so many rows in one transaction, and a sheet takes no more than this.
const (
	exportPage = 1000
	sheetRows  = 1<<20 - 1
)

// FitsSheet refuses a list that is longer than a sheet of a workbook.
func FitsSheet(rows int64) error {
	if rows > sheetRows {
		return fault.E("people.FitsSheet", fault.Invalid, "people.too_many", int64(sheetRows))
	}
	return nil
}

// Everyone returns the whole list of a unit's subtree, to be read once, in its order. Each page is read
// in a transaction of its own, so that a slow reader holds nothing up; what the list of a past day
// rests on is read once, at the beginning.
func (s *Service) Everyone(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter) (iter.Seq2[store.PersonRow, error], error) {
	var list *store.PeopleList
	var rows int64
	err := s.st.View(ctx, func(tx *store.Tx) error {
		_, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		if f.Words == "" {
			if rows, err = tx.CountPeople(scope, f); err == nil {
				err = FitsSheet(rows)
			}
			if err != nil {
				return err
			}
		}
		if list, err = tx.OpenPeople(scope, f); err != nil || f.Words == "" || who.User == 0 {
			return err
		}
		rows, err = atLeast(tx, list)
		return err
	})
	if err == nil {
		err = s.Second(ctx, who, unit, "people", f, rows)
	}
	if err == nil && who.User != 0 {
		err = s.st.Access(ctx, audit.Of(who, "people.export", unit.Province(), unit))
	}
	if err != nil {
		return nil, err
	}
	return func(yield func(store.PersonRow, error) bool) {
		for after := ""; ; {
			var page store.PeoplePage
			if err := s.st.View(ctx, func(tx *store.Tx) (err error) {
				page, err = list.Page(tx, after, exportPage)
				return err
			}); err != nil {
				yield(store.PersonRow{}, err)
				return
			}
			for _, r := range page.Rows {
				if !yield(r, nil) {
					return
				}
			}
			if after = page.Next; after == "" {
				return
			}
		}
	}, nil
}

// Moves is a page of the movements a unit counts.
type Moves struct {
	Unit  org.Unit
	Above []org.Unit
	Page  store.MovementPage
	Sum   store.MovementSum
}

// Moves returns a page of the movements that the figures of a unit count.
func (s *Service) Moves(ctx context.Context, who access.Actor, unit id.ID, f store.MovementFilter, after string, limit int) (Moves, error) {
	var m Moves
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		m = Moves{Unit: u}
		if m.Above, err = tx.Above(u); err != nil {
			return err
		}
		m.Above = who.Readable(m.Above)
		if m.Page, err = tx.MovementList(scope, f, after, limit); err != nil {
			return err
		}
		m.Sum, err = tx.CountMovements(scope, f)
		return err
	})
	return m, err
}
