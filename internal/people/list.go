package people

import (
	"context"
	"iter"

	"ketnap/internal/access"
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
	Unit  org.Unit
	Above []org.Unit
	Page  store.PeoplePage
	Total int64 // -1 when a search by name is not counted
}

// List returns a page of the people of a unit's subtree.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter, after string, limit int) (List, error) {
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
		if l.Page, err = tx.People(scope, f, after, limit); err != nil {
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

// exportPage is how many rows one transaction of an export reads.
const exportPage = 1000

// Everyone yields every person of a list in its order. Each page is read in a transaction of its own,
// so that a long export holds nothing up.
func (s *Service) Everyone(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter) iter.Seq2[store.PersonRow, error] {
	return func(yield func(store.PersonRow, error) bool) {
		after := ""
		for {
			l, err := s.page(ctx, who, unit, f, after)
			if err != nil {
				yield(store.PersonRow{}, err)
				return
			}
			for _, r := range l.Rows {
				if !yield(r, nil) {
					return
				}
			}
			if after = l.Next; after == "" {
				return
			}
		}
	}
}

func (s *Service) page(ctx context.Context, who access.Actor, unit id.ID, f store.PeopleFilter, after string) (store.PeoplePage, error) {
	var p store.PeoplePage
	err := s.st.View(ctx, func(tx *store.Tx) error {
		_, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		p, err = tx.People(scope, f, after, exportPage)
		return err
	})
	return p, err
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
		if m.Page, err = tx.MovementList(scope, f, after, limit); err != nil {
			return err
		}
		m.Sum, err = tx.CountMovements(scope, f)
		return err
	})
	return m, err
}
