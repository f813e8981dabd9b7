package reports

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/target"
)

// HistoryFrom is the first day of the years the page looks back on.
func (p *Pilot) HistoryFrom() day.Date {
	return day.Of(p.Year-target.Reading().HistoryYears.Value, 1, 1)
}

// foresee makes the forecast of admissions of the page's unit from its own past years, the latest first.
func (f *figures) foresee() target.Forecast {
	past := make([]target.PastYear, target.Reading().HistoryYears.Value)
	for i := range past {
		past[i].Year = f.p.Year - 1 - i
	}
	t := f.at(f.p.Unit.ID)
	for month, n := range t.monthly {
		if i := slices.IndexFunc(past, func(y target.PastYear) bool { return y.Year == month.Year() }); i >= 0 {
			past[i].Months[month.Month()-1] += n
		}
	}
	return target.Foresee(t.admit, f.p.AsOf, past, target.Reading())
}

// Zero counts the units below that admitted nobody in the year.
func (p *Pilot) Zero() (n int) {
	for i := range p.Children {
		if p.Children[i].Admitted == 0 {
			n++
		}
	}
	return n
}
