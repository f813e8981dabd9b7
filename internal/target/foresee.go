package target

import "ketnap/internal/day"

// PastYear is one whole year of a unit's own results by months, as a forecast is made from it.
type PastYear struct {
	Year   int
	Months [12]int64

	Total int64
	ByNow int64 // results up to the same day, times Of: the month of the day counts by its days
	Of    int64
}

// Forecast is what a year comes to if it goes on as the unit's own past years did (dự báo theo mùa vụ). Low and High are what the
// single years would make of it, Mid what all of them together do; it is no promise and no target.
type Forecast struct {
	Low, Mid, High int64
	Years          []PastYear // those it was made from
	Why            Thin       // why there is none; "" when there is one
}

// Thin says what a forecast lacks.
type Thin string

// What may be missing.
const (
	TooFew   Thin = "few"   // fewer years with enough results than needed
	TooEarly Thin = "early" // so little of a year is usually done by this day that nothing follows from it
)

// Foresee divides what was done up to a day by the share that the same day had in past years. Years with few results are left out.
func Foresee(done int64, asOf day.Date, past []PastYear, h Habits) Forecast {
	var f Forecast
	days := int64(asOf.MonthOf().Last().Day())
	var total, byNow int64
	early := false
	for _, y := range past {
		y.Total, y.ByNow, y.Of = 0, 0, days
		for m, n := range y.Months {
			y.Total += n
			switch {
			case m+1 < asOf.Month():
				y.ByNow += n * days
			case m+1 == asOf.Month():
				y.ByNow += n * int64(asOf.Day())
			}
		}
		if y.Total < int64(h.ForecastYearly.Value) {
			continue
		}
		f.Years = append(f.Years, y)
		total, byNow = total+y.Total, byNow+y.ByNow
		early = early || y.ByNow <= 0
	}
	switch {
	case len(f.Years) < h.ForecastYears.Value:
		f.Why = TooFew
		return f
	case early || byNow*100 < total*days*int64(h.ForecastShare.Value):
		f.Why = TooEarly
		return f
	}
	f.Mid = (2*done*days*total + byNow) / (2 * byNow)
	for i, y := range f.Years {
		all := done * days * y.Total
		low, high := all/y.ByNow, (all+y.ByNow-1)/y.ByNow
		if i == 0 {
			f.Low, f.High = low, high
		}
		f.Low, f.High = min(f.Low, low), max(f.High, high)
	}
	return f
}
