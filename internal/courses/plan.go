package courses

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// PlanRow is a unit with what it was asked to send and what came of it in a year.
type PlanRow struct {
	Unit   org.Unit
	Goal   target.Target // ID 0 when none is set; of the new members' course none ever is
	Counts course.Counts
	Due    int64 // of the new members' course: probationers of today, who all have to go
}

// Plan is the courses of a kind and year, unit by unit. The quota of the awareness course is the target
// "course" of the unit; to the new members' course everybody on probation goes.
type Plan struct {
	Unit  org.Unit
	Above []org.Unit
	Kind  course.Kind
	Year  int
	Self  PlanRow
	Rows  []PlanRow
}

// Plan returns the plan of a unit and the units directly under it.
func (s *Service) Plan(ctx context.Context, who access.Actor, unit id.ID, kind course.Kind, year int) (Plan, error) {
	var p Plan
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, err := over(tx, who, unit)
		if err != nil {
			return err
		}
		p = Plan{Unit: u, Kind: kind, Year: year, Self: PlanRow{Unit: u}}
		if p.Above, err = tx.Above(u); err != nil {
			return err
		}
		p.Above = who.Readable(p.Above)
		kids, err := tx.ChildUnits(scope, tx.Today)
		if err != nil {
			return err
		}
		for _, k := range kids {
			p.Rows = append(p.Rows, PlanRow{Unit: k})
		}
		if err := tx.YearSeats(scope, kind, year, func(x *Sitting) error {
			p.Self.Counts.Add(x.Seat)
			for i := range p.Rows {
				if strings.HasPrefix(x.UnitPath, p.Rows[i].Unit.Path) {
					p.Rows[i].Counts.Add(x.Seat)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		return p.goals(tx, who)
	})
	return p, err
}

// goals reads what was asked of each unit.
func (p *Plan) goals(tx *store.Tx, who access.Actor) error {
	all := make([]*PlanRow, 0, len(p.Rows)+1)
	if p.Unit.ID != 0 {
		all = append(all, &p.Self)
	}
	by := map[int][]id.ID{}
	for i := range p.Rows {
		all = append(all, &p.Rows[i])
	}
	for _, r := range all {
		by[r.Unit.Province()] = append(by[r.Unit.Province()], r.Unit.ID)
	}
	if p.Kind == course.NewMember {
		for _, r := range all {
			scope, err := who.Over(r.Unit)
			if err != nil {
				return err
			}
			ns, err := tx.StageCounts(scope, ledger.SliceAll)
			if err != nil {
				return err
			}
			r.Due = ns[ledger.Probationary]
		}
		return nil
	}
	for province, ids := range by {
		ts, err := tx.Targets(province, ids, p.Year)
		if err != nil {
			return err
		}
		for _, r := range all {
			for _, t := range ts {
				if t.Unit == r.Unit.ID && t.Indicator == target.Course.Code && t.Slice == "" {
					r.Goal = t
				}
			}
		}
	}
	return nil
}

// Whats are the figures of a plan, each of which opens its persons.
var Whats = []string{"invited", "attended", "passed", "issued"}

// People returns the persons behind one figure of a plan, as often as it counts them.
func (s *Service) People(ctx context.Context, who access.Actor, unit id.ID, kind course.Kind, year int, what string) (org.Unit, []Sitting, error) {
	var u org.Unit
	var out []Sitting
	err := s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		var scope access.Scope
		var err error
		if u, scope, err = over(tx, who, unit); err != nil {
			return err
		}
		return tx.YearSeats(scope, kind, year, func(x *Sitting) error {
			var n course.Counts
			n.Add(x.Seat)
			if map[string]int{"invited": n.Invited, "attended": n.Attended, "passed": n.Passed, "issued": n.Issued}[what] > 0 {
				out = append(out, *x)
			}
			return nil
		})
	})
	return u, out, err
}
