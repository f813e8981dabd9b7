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
type Service struct {
	st     *store.Store
	pilots *store.Memory[Ask, *Pilot]
}

// rowsKept is how many rows of pages are remembered: those of about a hundred provinces, 10 MB.
const rowsKept = 16_000

// New returns the service on a store.
func New(st *store.Store) *Service {
	return &Service{st: st, pilots: store.NewMemory[Ask](st, rowsKept, func(p *Pilot) int { return 4 + len(p.Children) })}
}

// Mark stands for the state a page was read from: two pages of equal marks that were asked for alike
// show the same. The zero Mark stands for nothing.
type Mark = store.Mark

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
	Quality  Quality
	Stuck    []Stuck   // open obstacles of the unit and below by cause, the most frequent first; only on the page of today
	Latest   day.Month // of the last admission; 0: none since Pilot.HistoryFrom
	Leaf     bool
	Shifted  bool // by the structure of the day made of other units than today, so no list of today shows it
}

// Members is the party members: probationary and official.
func (r Row) Members() int64 { return r.Stock[ledger.Probationary] + r.Stock[ledger.Official] }

// Pilot is the page of a committee (trang điều hành).
type Pilot struct {
	Unit       org.Unit
	Nation     bool
	Above      []org.Unit // those the actor may read, from the top down
	AsOf       day.Date
	Today      day.Date
	Year       int
	Self       Row
	Children   []Row     // worst first
	ThisYear   [12]int64 // admissions by month
	LastYear   [12]int64
	Forecast   target.Forecast
	CrowdYear  int  // the year of Quality.Crowded
	SeesNation bool // the actor may also read the nation

	Structure Structure
	Displaced int  // units that stood elsewhere on AsOf, in or out of this unit or with another child
	Absent    bool // by the structure of the day: the unit did not exist then

	Mark Mark

	shifted map[id.ID]bool
}

// Pilot returns the figures of a unit and of the units directly under it. What it points to is shared
// with other readers and may not be changed.
func (s *Service) Pilot(ctx context.Context, who access.Actor, ask Ask) (Pilot, error) {
	all, mark, err := s.pilots.Read(ctx, ask, func(tx *store.Tx) (*Pilot, error) { return readPilot(tx, who, ask) })
	if err != nil {
		return Pilot{}, err
	}
	if err := who.Must(access.Read, all.Unit); err != nil { // it may have been read for somebody else
		return Pilot{}, err
	}
	p := *all
	p.Mark = mark
	p.SeesNation = who.Can(access.Read, org.Unit{})
	p.Above = who.Readable(slices.Clone(all.Above))
	return p, nil
}

// readPilot reads a page for somebody who may see it. It is remembered for all who may, so nothing in
// it but the refusal depends on who asks.
func readPilot(tx *store.Tx, who access.Actor, ask Ask) (*Pilot, error) {
	u, err := tx.Unit(ask.Unit)
	if err != nil {
		return nil, err
	}
	scope, err := who.Over(u)
	if err != nil {
		return nil, err
	}
	p := &Pilot{Unit: u, Nation: scope.Nation(), Today: tx.Today, Structure: ask.Structure}
	p.period(ask)
	p.CrowdYear = p.crowdYear()
	tree, err := p.structure(tx, scope)
	if err != nil {
		return nil, err
	}
	f := newFigures(p)
	if err := f.read(tx, scope, tree.counted(p)); err != nil {
		return nil, err
	}
	if p.Structure == Then {
		if err := f.shift(tx, scope, tree.displaced); err != nil {
			return nil, err
		}
	}
	return p, f.fill(tx, tree.kids)
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
