package target

import (
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Grain is how finely a year's target is broken down (chia theo kỳ).
type Grain string

// The grains.
const (
	ByMonth   Grain = "month"   // theo tháng
	ByQuarter Grain = "quarter" // theo quý
)

// Grains lists the grains.
var Grains = []Grain{ByMonth, ByQuarter}

// months is how many months a part of the grain has; 0 for an unknown grain.
func (g Grain) months() int {
	switch g {
	case ByMonth:
		return 1
	case ByQuarter:
		return 3
	}
	return 0
}

// Valid reports whether g is one of the grains.
func (g Grain) Valid() bool { return g.months() > 0 }

// Parts is how many parts a year has.
func (g Grain) Parts() int { return 12 / g.months() }

// Period returns the days of a part of a year, counted from 0.
func (g Grain) Period(year, part int) day.Period {
	n := g.months()
	return day.Period{From: day.MonthOf(year, part*n+1).First(), To: day.MonthOf(year, part*n+n).Last()}
}

// Gather adds up months to the parts of the grain.
func (g Grain) Gather(months [12]int64) []int64 {
	parts := make([]int64, g.Parts())
	for m, n := range months {
		parts[m/g.months()] += n
	}
	return parts
}

// Steps is a year's target of a unit broken down by months or quarters (tiến độ theo tháng, quý): how much is to be reached in each.
// It asks for nothing that the target does not ask for; the unit decides about it itself.
type Steps struct {
	ID        id.ID
	Unit      id.ID
	Year      int
	Indicator string
	Grain     Grain
	Parts     []int64 // none: withdrawn
}

// Sum adds up the parts.
func (s Steps) Sum() (n int64) {
	for _, p := range s.Parts {
		n += p
	}
	return n
}

// Fits reports whether the parts come to what the target asks for.
func (s Steps) Fits(t Target) bool {
	n, top := s.Sum(), t.Most()
	return n >= t.Least() && (top < 0 || n <= top)
}

// Check says whether the parts can be stored for a target.
func (s Steps) Check(t Target) error {
	e := fault.E("target.Steps.Check", fault.Invalid, "target.invalid")
	if !s.Grain.Valid() || len(s.Parts) != s.Grain.Parts() {
		return e.Field("grain", "target.step_parts")
	}
	for _, n := range s.Parts {
		if n < 0 || n > most {
			return e.Field("sum", "target.too_large")
		}
	}
	switch {
	case t.Op == "":
		return e.Field("sum", "target.step_no_goal")
	case !s.Fits(t) && s.Sum() < t.Least():
		return e.Field("sum", "target.step_short", s.Sum(), t.Least()-s.Sum(), t.String())
	case !s.Fits(t):
		return e.Field("sum", "target.step_over", s.Sum(), s.Sum()-t.Most(), t.String())
	}
	return nil
}

// Spread divides a number over parts by weight so that they sum to it exactly; without any weight they get the same, earlier parts
// first what is left over.
func Spread(total int64, weights []int64) ([]int64, error) {
	us := make([]Weighed, len(weights))
	var all int64
	for i, w := range weights {
		us[i] = Weighed{Unit: id.ID(i + 1), Weight: w, Cap: NoCap}
		all += w
	}
	if all == 0 {
		for i := range us {
			us[i].Weight = 1
		}
	}
	return Allocate(total, us)
}

// AsQuarters gathers the parts by quarters.
func (s Steps) AsQuarters() Steps {
	if s.Grain == ByMonth && len(s.Parts) == 12 {
		s.Grain, s.Parts = ByQuarter, ByQuarter.Gather([12]int64(s.Parts))
	}
	return s
}

// AddSteps adds up what two units planned, as finely as both did.
func AddSteps(a, b Steps) Steps {
	if a.Grain != b.Grain {
		a, b = a.AsQuarters(), b.AsQuarters()
	}
	parts := make([]int64, len(a.Parts))
	for i := range parts {
		parts[i] = a.Parts[i] + b.Parts[i]
	}
	a.Parts = parts
	return a
}

// Step is how one part of the year stands: what was planned for it and what came, alone and with all parts before.
type Step struct {
	Period       day.Period
	Plan, Done   int64
	Planned, Sum int64 // with all parts before
	State        State // Behind or Reached when the part is over, by the sums; OnPace while it runs; NoGoal before it begins
}

// Stand compares the parts with the results of the months on a day.
func (s Steps) Stand(months [12]int64, asOf day.Date) []Step {
	done := s.Grain.Gather(months)
	out := make([]Step, len(s.Parts))
	var planned, sum int64
	for i, n := range s.Parts {
		planned, sum = planned+n, sum+done[i]
		x := Step{Period: s.Grain.Period(s.Year, i), Plan: n, Done: done[i], Planned: planned, Sum: sum, State: NoGoal}
		switch {
		case asOf < x.Period.From:
		case sum >= planned:
			x.State = Reached
		case asOf > x.Period.To:
			x.State = Behind
		default:
			x.State = OnPace
		}
		out[i] = x
	}
	return out
}
