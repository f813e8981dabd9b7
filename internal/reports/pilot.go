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
	Year int      // 0 is the year of AsOf; a day outside the year becomes its last one

	Structure Structure // "" is Now
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
	Shifted  bool // by the structure of the day made of other units than today, so no list of today shows it
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

	Structure Structure
	Displaced int  // units that stood elsewhere on AsOf, in or out of this unit or with another child
	Absent    bool // by the structure of the day: the unit did not exist then

	shifted map[id.ID]bool
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
		p = Pilot{Unit: u, Nation: scope.Nation(), Today: tx.Today, Structure: ask.Structure}
		p.period(ask)
		p.SeesNation = who.Can(access.Read, org.Unit{})
		tree, err := p.structure(tx, who, scope)
		if err != nil {
			return err
		}
		f := newFigures(&p)
		if err := f.read(tx, scope, tree.counted(&p)); err != nil {
			return err
		}
		if p.Structure == Then {
			if err := f.shift(tx, scope, tree.displaced); err != nil {
				return err
			}
		}
		return f.fill(tx, tree.kids)
	})
	return p, err
}

// period sets day, year and structure from what was asked: what makes no sense becomes today.
func (p *Pilot) period(ask Ask) {
	p.AsOf, p.Year = ask.AsOf, ask.Year
	if p.AsOf == 0 || p.AsOf > p.Today {
		p.AsOf = p.Today
	}
	if p.Year < firstYear || p.Year > p.Today.Year()+1 {
		p.Year = p.AsOf.Year()
	}
	if year := day.YearPeriod(p.Year); !year.Contains(p.AsOf) {
		p.AsOf = min(year.To, p.Today)
	}
	if p.Structure != Then {
		p.Structure = Now
	}
}

// firstYear is the year the Party was founded.
const firstYear = 1930

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
