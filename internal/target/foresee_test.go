package target_test

import (
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/target"
)

// even is a year with so many results in each month.
func even(year int, n int64) target.PastYear {
	y := target.PastYear{Year: year}
	for m := range y.Months {
		y.Months[m] = n
	}
	return y
}

// all is a year with everything in one month.
func all(year, month int, n int64) target.PastYear {
	y := target.PastYear{Year: year}
	y.Months[month-1] = n
	return y
}

func TestForesee(t *testing.T) {
	half := day.Of(2026, 6, 30)
	mixed := even(2023, 1)
	mixed.Months[5] += 12 // 18 of 24 by the middle of the year
	for name, c := range map[string]struct {
		done           int64
		asOf           day.Date
		past           []target.PastYear
		low, mid, high int64
		why            target.Thin
	}{
		"even years":          {done: 30, asOf: half, past: []target.PastYear{even(2025, 5), even(2024, 5), even(2023, 5)}, low: 60, mid: 60, high: 60},
		"a month by its days": {done: 11, asOf: day.Of(2026, 6, 15), past: []target.PastYear{even(2025, 2), even(2024, 2), even(2023, 2)}, low: 24, mid: 24, high: 24},
		"years that differ":   {done: 18, asOf: half, past: []target.PastYear{even(2025, 2), even(2024, 2), mixed}, low: 24, mid: 31, high: 36},
		"nothing done":        {done: 0, asOf: half, past: []target.PastYear{even(2025, 2), even(2024, 2), even(2023, 2)}},
		"the last day":        {done: 77, asOf: day.Of(2026, 12, 31), past: []target.PastYear{even(2025, 2), even(2024, 3), mixed}, low: 77, mid: 77, high: 77},
		"two years":           {done: 30, asOf: half, past: []target.PastYear{even(2025, 5), even(2024, 5)}, why: target.TooFew},
		"a thin year":         {done: 30, asOf: half, past: []target.PastYear{even(2025, 5), even(2024, 5), all(2023, 3, 9)}, why: target.TooFew},
		"early in the year":   {done: 3, asOf: day.Of(2026, 1, 20), past: []target.PastYear{even(2025, 5), even(2024, 5), even(2023, 5)}, why: target.TooEarly},
		"everything at last":  {done: 3, asOf: half, past: []target.PastYear{even(2025, 5), even(2024, 5), all(2023, 12, 60)}, why: target.TooEarly},
	} {
		t.Run(name, func(t *testing.T) {
			f := target.Foresee(c.done, c.asOf, c.past, target.Reading())
			if f.Low != c.low || f.Mid != c.mid || f.High != c.high || f.Why != c.why {
				t.Errorf("%d–%d–%d %q, want %d–%d–%d %q", f.Low, f.Mid, f.High, f.Why, c.low, c.mid, c.high, c.why)
			}
		})
	}
}

// TestForeseeHolds: a forecast is never below what is done, its middle lies inside, the order of years does not matter, and a unit
// that repeats one of its years exactly lands in the interval.
func TestForeseeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var past []target.PastYear
		for i := range rapid.IntRange(0, 6).Draw(t, "years") {
			y := target.PastYear{Year: 2025 - i}
			for m := range y.Months {
				y.Months[m] = rapid.Int64Range(0, 40).Draw(t, "n")
			}
			past = append(past, y)
		}
		asOf := day.Of(2026, rapid.IntRange(1, 12).Draw(t, "month"), 1)
		asOf = asOf.MonthOf().Last()
		done := rapid.Int64Range(0, 500).Draw(t, "done")
		f := target.Foresee(done, asOf, past, target.Reading())
		if f.Why != "" {
			if f.Low != 0 || f.Mid != 0 || f.High != 0 {
				t.Fatalf("no forecast, yet %+v", f)
			}
			return
		}
		if f.Low < done || f.Mid < f.Low || f.High < f.Mid {
			t.Fatalf("%d done: %d–%d–%d", done, f.Low, f.Mid, f.High)
		}
		g := target.Foresee(done, asOf, rapid.Permutation(past).Draw(t, "order"), target.Reading())
		if g.Low != f.Low || g.Mid != f.Mid || g.High != f.High {
			t.Fatalf("another order: %+v and %+v", f, g)
		}
		for _, y := range f.Years {
			if h := target.Foresee(y.ByNow/y.Of, asOf, past, target.Reading()); h.Low > y.Total || h.High < y.Total {
				t.Fatalf("%d again: %d is not in %d–%d", y.Year, y.Total, h.Low, h.High)
			}
		}
	})
}
