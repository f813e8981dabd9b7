package targets

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// StepView is a unit's target of a year with how it is broken down by months or quarters, and what came in each month.
type StepView struct {
	Unit      org.Unit
	Above     []org.Unit // the units over it that the actor may read too, the root first
	Year      int
	Today     day.Date
	AsOf      day.Date
	Indicator target.Indicator
	Slice     string        // of a group; "" all people
	Groups    []string      // groups for which the unit has a target of the indicator
	Target    target.Target // Op "" when none was given
	Steps     target.Steps  // without parts when there is none
	From      []string      // names of the ended units whose breakdowns Steps adds up; none when it is the unit's own
	Done      [12]int64
	Past      [12]int64 // results of the same months in the years before, added up
	Years     int       // how many years those are; 0 when they are not read
	May       bool      // the actor may break it down
}

// StepForm breaks a target down; no parts withdraw what there is.
type StepForm struct {
	Unit      id.ID
	Year      int
	Indicator string // or the line of a group, as CellKey names it
	Grain     target.Grain
	Parts     []int64
	Seen      id.ID // the version the form showed, 0 for none
}

// Line names the line of the sheet that is broken down; it is what steps are stored under.
func (v StepView) Line() string { return CellKey(v.Indicator.Code, v.Slice) }

// Steps returns how a unit's target is broken down: of an indicator, or of a group ("admit.female").
func (s *Service) Steps(ctx context.Context, who access.Actor, unit id.ID, year int, indicator string) (StepView, error) {
	var v StepView
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if _, err := stepUnit(tx, unit); err != nil {
			return err
		}
		u, scope, above, err := seen(tx, who, unit)
		if err != nil {
			return err
		}
		if year == 0 {
			year = tx.Today.Year()
		}
		code, slice, _ := strings.Cut(indicator, ".")
		i, ok := target.IndicatorOf(code)
		if !ok {
			i = target.Admissions
		}
		if _, ok := target.ParseGroup(slice); !ok {
			slice = ""
		}
		v = StepView{Unit: u, Above: above, Year: year, Today: tx.Today, AsOf: min(tx.Today, day.YearPeriod(year).To), Indicator: i, Slice: slice, May: who.Can(access.SetTarget, u), Years: target.Reading().HistoryYears.Value}
		if err := v.plan(tx); err != nil {
			return err
		}
		return v.results(tx, scope)
	})
	return v, err
}

// stepUnit reads a unit: the nation is asked for nothing.
func stepUnit(tx *store.Tx, unit id.ID) (org.Unit, error) {
	if unit == 0 {
		return org.Unit{}, fault.E("targets.Steps", fault.NotFound, "unit.notfound")
	}
	return tx.Unit(unit)
}

// plan reads the target and its breakdown. Where the target came over from units that ended and every one of them had a breakdown,
// those are added up.
func (v *StepView) plan(tx *store.Tx) error {
	goals, why, err := following(tx, []org.Unit{v.Unit}, v.Year)
	if err != nil {
		return err
	}
	v.Target = goals[key{v.Unit.ID, v.Indicator.Code, v.Slice}]
	for k := range goals {
		if k.unit == v.Unit.ID && k.indicator == v.Indicator.Code && k.slice != "" {
			v.Groups = append(v.Groups, k.slice)
		}
	}
	slices.Sort(v.Groups)
	units := []id.ID{v.Unit.ID}
	var came []target.Followed
	for _, f := range why[v.Unit.ID] {
		if f.Target.Indicator == v.Indicator.Code && f.Target.Slice == v.Slice {
			came, units = append(came, f), append(units, f.Target.Unit)
		}
	}
	all, err := tx.Steps(v.Unit.Province(), units, v.Year, v.Line())
	if err != nil {
		return err
	}
	if v.Steps = all[v.Unit.ID]; v.Steps.ID != 0 || len(came) == 0 {
		return nil
	}
	var sum target.Steps
	var from []string
	for _, f := range came {
		part := all[f.Target.Unit]
		if len(part.Parts) == 0 || f.Part.Low != f.Target.Low || f.Part.High != f.Target.High {
			return nil // one of them had none, or was divided: nothing can be said
		}
		if len(from) == 0 {
			sum = part
		} else {
			sum = target.AddSteps(sum, part)
		}
		from = append(from, f.Name)
	}
	sum.ID, sum.Unit = 0, v.Unit.ID
	v.Steps, v.From = sum, from
	return nil
}

// results counts the months of the year up to its day, and the same months of the years before.
func (v *StepView) results(tx *store.Tx, scope access.Scope) error {
	if v.Slice != "" {
		return v.groupResults(tx, scope)
	}
	return happened(tx, scope, []org.Unit{v.Unit}, day.MonthOf(v.Year-v.Years, 1).First(), v.AsOf, func(_ id.ID, code string, month day.Month, n int64) {
		if code == v.Indicator.Code {
			v.came(month, n)
		}
	})
}

func (v *StepView) came(month day.Month, n int64) {
	if month.Year() == v.Year {
		v.Done[month.Month()-1] += n
	} else {
		v.Past[month.Month()-1] += n
	}
}

// groupResults counts the months of a group. One that no counter knows is read from the movements: of a large unit only those of the
// year, because its past years are hundreds of thousands.
func (v *StepView) groupResults(tx *store.Tx, scope access.Scope) error {
	group, _ := target.ParseGroup(v.Slice)
	slice, single := group.Slice()
	if single && v.Unit.Tallied() {
		for _, c := range v.Indicator.Causes {
			if err := tx.CountedMonths(v.Unit, ledger.Happened(c), day.MonthOf(v.Year-v.Years, 1), v.AsOf.MonthOf(), func(m day.Month, n ledger.Counts) { v.came(m, n[slice]) }); err != nil {
				return err
			}
		}
		return nil
	}
	if v.Unit.Tallied() {
		v.Years = 0
	}
	c := counter{scope: scope, causes: v.Indicator.Causes, group: group, period: day.Period{From: day.Of(v.Year-v.Years, 1, 1), To: v.AsOf}}
	return c.each(tx, v.came)
}

// SetSteps breaks the target of a unit down, or withdraws what there is. The unit decides itself, or who is above it.
func (s *Service) SetSteps(ctx context.Context, who access.Actor, f StepForm) error {
	const op = "targets.SetSteps"
	province := f.Unit.Province()
	return s.st.Update(ctx, audit.Of(who, "target.steps", province, f.Unit), func(tx *store.Tx) error {
		u, err := stepUnit(tx, f.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return err
		}
		if err := tx.LockTargets(province); err != nil {
			return err
		}
		now, err := tx.Steps(province, []id.ID{u.ID}, f.Year, f.Indicator)
		if err != nil {
			return err
		}
		goals, err := current(tx, []org.Unit{u}, f.Year)
		if err != nil {
			return err
		}
		code, slice, _ := strings.Cut(f.Indicator, ".")
		old, next := now[u.ID], target.Steps{ID: tx.NewID(province), Unit: u.ID, Year: f.Year, Indicator: f.Indicator, Grain: f.Grain, Parts: f.Parts}
		if old.ID != f.Seen && (old.Grain != next.Grain || !slices.Equal(old.Parts, next.Parts)) {
			return fault.E(op, fault.Stale, "target.step_stale")
		}
		switch {
		case len(f.Parts) > 0:
			err = next.Check(goals[key{u.ID, code, slice}])
		case len(old.Parts) == 0:
			err = fault.E(op, fault.Conflict, "target.step_none")
		}
		if err != nil {
			return err
		}
		tx.Did(u.ID, f.Indicator+" "+strconv.Itoa(f.Year)+" "+string(f.Grain))
		if old.Grain == next.Grain && slices.Equal(old.Parts, next.Parts) {
			return nil
		}
		return tx.AddSteps(next)
	})
}
