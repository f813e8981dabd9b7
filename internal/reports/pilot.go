// Package reports is the service that reads figures (services floor). Every figure it returns names
// the list that shows exactly the people behind it.
package reports

import (
	"cmp"
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Service reads figures.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Ask is what a pilot page is asked for.
type Ask struct {
	Unit id.ID    // 0 is the nation
	AsOf day.Date // 0 is today; a later day is today
	Year int      // 0 is the year of AsOf
}

// Row is the figures of one unit.
type Row struct {
	Unit     org.Unit
	Stock    map[ledger.Stage]int64
	Admitted int64 // in the year up to AsOf
	Trained  int64 // certificates of the course in the year up to AsOf
	Admit    target.Progress
	Course   target.Progress
	HasAdmit bool
	HasTrain bool
	Leaf     bool
}

// Members is the party members: probationary and official.
func (r Row) Members() int64 { return r.Stock[ledger.Probationary] + r.Stock[ledger.Official] }

// Pilot is the page of a committee (trang điều hành).
type Pilot struct {
	Unit       org.Unit
	Nation     bool
	Above      []org.Unit
	AsOf       day.Date
	Today      day.Date
	Year       int
	Self       Row
	Children   []Row     // worst first
	ThisYear   [12]int64 // admissions by month
	LastYear   [12]int64
	SeesNation bool // the actor may also read the nation
}

// Pilot returns the figures of a unit and of the units directly under it.
func (s *Service) Pilot(ctx context.Context, who access.Actor, ask Ask) (Pilot, error) {
	var p Pilot
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(ask.Unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		p = Pilot{Unit: u, Nation: scope.Nation(), AsOf: ask.AsOf, Today: tx.Today, Year: ask.Year}
		if p.AsOf == 0 || p.AsOf > tx.Today {
			p.AsOf = tx.Today
		}
		if p.Year == 0 {
			p.Year = p.AsOf.Year()
		}
		if last := day.YearPeriod(p.Year).To; p.AsOf > last {
			p.AsOf = last
		}
		p.SeesNation = who.Can(access.Read, org.Unit{})
		if p.Above, err = above(tx, who, u); err != nil {
			return err
		}
		kids, err := tx.ChildUnits(scope, p.AsOf)
		if err != nil {
			return err
		}
		f := newFigures(&p)
		if err := f.read(tx, scope, kids); err != nil {
			return err
		}
		return f.fill(tx, kids)
	})
	return p, err
}

// above returns the units over u that the actor may also read, from the top down.
func above(tx *store.Tx, who access.Actor, u org.Unit) ([]org.Unit, error) {
	us, err := tx.Above(u)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(us, func(x org.Unit) bool { return !who.Can(access.Read, x) }), nil
}

// worstFirst orders rows by how far they are behind: units with a target and the lowest deviation
// first, then those without a target, then by name as they came.
func worstFirst(rows []Row) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		da, oka := a.Admit.Deviation()
		db, okb := b.Admit.Deviation()
		oka, okb = oka && a.HasAdmit, okb && b.HasAdmit
		switch {
		case oka && okb:
			return cmp.Compare(da, db)
		case oka:
			return -1
		case okb:
			return 1
		}
		return 0
	})
}
