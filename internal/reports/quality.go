package reports

import (
	"context"
	"fmt"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Quality is what stands beside a quantity (chất lượng đi đôi với số lượng), in the year of the page up to its day.
type Quality struct {
	Applied    int64 // dossiers made
	Returned   int64 // dossiers sent back
	Lapsed     int64 // certificates that ran out unused
	Recognised int64
	Late       int64 // recognised after the last day every organ had
	Early      int64 // left within the months of target.Reading after the admission
	Crowded    int64 // admitted in the month of target.Reading, in Pilot.CrowdYear
	OfYear     int64 // admitted in that year
}

// counted are the happenings of Quality that have counters.
var counted = []ledger.Cause{ledger.Apply, ledger.Return, ledger.Lapse, ledger.Recognise}

func (q *Quality) add(m ledger.Measure, n int64) {
	switch m {
	case ledger.Happened(ledger.Apply):
		q.Applied += n
	case ledger.Happened(ledger.Return):
		q.Returned += n
	case ledger.Happened(ledger.Lapse):
		q.Lapsed += n
	case ledger.Happened(ledger.Recognise):
		q.Recognised += n
	}
}

// join adds the figures of another unit.
func (q *Quality) join(o Quality) {
	q.Applied, q.Returned, q.Lapsed, q.Recognised = q.Applied+o.Applied, q.Returned+o.Returned, q.Lapsed+o.Lapsed, q.Recognised+o.Recognised
	q.Late, q.Early, q.Crowded, q.OfYear = q.Late+o.Late, q.Early+o.Early, q.Crowded+o.Crowded, q.OfYear+o.OfYear
}

// crowdYear is the year whose last month is looked at: the year of the page once it is over, else the one before.
func (p *Pilot) crowdYear() int {
	if p.AsOf >= day.YearPeriod(p.Year).To {
		return p.Year
	}
	return p.Year - 1
}

// flaws adds late recognitions and early exits to the rows of the page.
func (f *figures) flaws(tx *store.Tx, over tops, provinces []int) error {
	for _, province := range provinces {
		found, err := flawed(tx, province, day.Of(f.p.Year, 1, 1), f.p.AsOf)
		if err != nil {
			return err
		}
		units := make([]id.ID, len(found))
		for i, x := range found {
			units[i] = x.Unit
		}
		slices.Sort(units)
		paths, err := tx.UnitsByID(province, slices.Compact(units))
		if err != nil {
			return err
		}
		for _, x := range found {
			over.each(paths[x.Unit].Path, func(u id.ID) { f.at(u).flawed(x.Flaw) })
		}
	}
	return nil
}

func (t *tallied) flawed(f target.Flaw) {
	if f == target.Late {
		t.quality.Late++
		return
	}
	t.quality.Early++
}

// ways is what flaws are read from in a province from a day on: those the ledger shows, and the turns of people whose admission
// it does not have.
type ways struct {
	found   []target.Flawed
	unknown []target.Turn
	people  []id.ID
}

// flawed returns the flaws of a province that showed between two days.
func flawed(tx *store.Tx, province int, from, to day.Date) ([]target.Flawed, error) {
	due, ref, err := lastDay(tx)
	if err != nil {
		return nil, err
	}
	first := from.AddMonths(-target.Reading().EarlyMonths.Value)
	n, err := tx.CountTurns(province, first)
	if err != nil {
		return nil, err
	}
	// Turns are only ever added, so their number says which there are.
	kept, err := tx.Keep(fmt.Sprint("flaws ", province, from), fmt.Sprint(ref, n), func() (any, error) {
		turns, err := tx.Turns(province, first, from)
		return readWays(turns, due, from), err
	})
	if err != nil {
		return nil, err
	}
	w := kept.(*ways)
	joined, err := tx.Joined(province, w.people)
	if err != nil {
		return nil, err
	}
	more := target.FindFlaws(w.unknown, due, func(p id.ID) day.Date { return joined[p] }, target.Reading().EarlyMonths.Value)
	all := slices.Concat(w.found, more)
	return slices.DeleteFunc(all, func(x target.Flawed) bool { return x.On < from || x.On > to }), nil
}

func readWays(turns []target.Turn, due func(day.Date) day.Date, from day.Date) *ways {
	w := &ways{found: target.FindFlaws(turns, due, func(id.ID) day.Date { return 0 }, target.Reading().EarlyMonths.Value)}
	admitted := make(map[id.ID]bool, len(turns))
	for _, t := range turns {
		if t.Cause == ledger.Admit || t.Cause == ledger.Readmit {
			admitted[t.Person] = true
		}
	}
	for _, t := range turns {
		if t.On >= from && !admitted[t.Person] {
			w.unknown = append(w.unknown, t)
			w.people = append(w.people, t.Person)
		}
	}
	slices.Sort(w.people)
	w.people = slices.Compact(w.people)
	return w
}

// lastDay returns the rule in force today on when a recognition is in time, with its name: the end of probation, and after it the
// days that the cell and the committee have, one after the other.
func lastDay(tx *store.Tx) (func(day.Date) day.Date, string, error) {
	pack, err := rules.For(tx, 0, tx.Today)
	if err != nil {
		return nil, "", err
	}
	version, err := rules.Version(tx)
	known := map[day.Date]day.Date{}
	return func(joined day.Date) day.Date {
		if d, ok := known[joined]; ok {
			return d
		}
		d := joined
		for _, key := range []string{"probation", "consider", "recognise"} {
			if c, ok := pack.Clock(key); ok {
				d = pack.Due(c, d, pack.Calendar())
			}
		}
		known[joined] = d
		return d
	}, fmt.Sprint(pack.Ref(), " ", version, " ", tx.Today, " "), err
}

// Flawed returns the movements behind the late recognitions or early exits of a unit between two days.
func (s *Service) Flawed(ctx context.Context, who access.Actor, unit id.ID, flaw target.Flaw, from, to day.Date) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		if from == 0 {
			from = day.Of(firstYear, 1, 1)
		}
		if to == 0 || to > tx.Today {
			to = tx.Today
		}
		provinces, err := provincesOf(tx, scope)
		if err != nil {
			return err
		}
		clear(out)
		for _, p := range provinces {
			found, err := flawed(tx, p, from, to)
			if err != nil {
				return err
			}
			for _, x := range found {
				if x.Flaw == flaw {
					out[x.Movement] = true
				}
			}
		}
		return nil
	})
	return out, err
}

func provincesOf(tx *store.Tx, scope access.Scope) (ps []int, err error) {
	if !scope.Nation() {
		return []int{scope.Unit().Province()}, nil
	}
	err = tx.EachProvince(func(p store.Province) error { ps = append(ps, p.ID); return nil })
	return ps, err
}
