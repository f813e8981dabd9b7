// Package rules is the service on rule packs, working days and local additions (services floor).
package rules

import (
	"context"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// Service reads and corrects rule packs.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Book returns every pack there is, those corrected in the running system included.
func (s *Service) Book(ctx context.Context) (*rule.Book, error) {
	var b *rule.Book
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		b, err = Book(tx)
		return err
	})
	return b, err
}

// Book returns every pack there is, inside a transaction.
func Book(*store.Tx) (*rule.Book, error) { return rule.Builtin() }

// Calendar returns the working days, those an administrator added or corrected included.
func Calendar(tx *store.Tx) (*day.Calendar, error) {
	b, err := Book(tx)
	if err != nil {
		return nil, err
	}
	return b.Calendar(), nil
}

// For returns the pack of a day with the additions of the committees above a unit.
func For(tx *store.Tx, _ id.ID, on day.Date) (*rule.Pack, error) {
	b, err := Book(tx)
	if err != nil {
		return nil, err
	}
	return b.On(on)
}

// Pinned returns the pack a dossier is pinned to, or that of a day when ref is empty, with the additions of
// the committees above a unit.
func Pinned(tx *store.Tx, unit id.ID, ref string, on day.Date) (*rule.Pack, error) {
	if ref == "" {
		return For(tx, unit, on)
	}
	b, err := Book(tx)
	if err != nil {
		return nil, err
	}
	return b.Pack(ref)
}
