package day

import "fmt"

// Month (tháng) is year*12 + month-1, so that m+1 is the next month.
type Month int32

// MonthOf is the month of a year. Months beyond 1–12 count on: 13 is January
// of the next year.
func MonthOf(y, m int) Month { return Month(y*12 + m - 1) }

// Year is the year of m.
func (m Month) Year() int { return int(m) / 12 }

// Month is 1–12.
func (m Month) Month() int { return int(m)%12 + 1 }

// First is the first day of m.
func (m Month) First() Date { return Of(m.Year(), m.Month(), 1) }

// Last is the last day of m.
func (m Month) Last() Date { return Of(m.Year(), m.Month(), daysIn(m.Year(), m.Month())) }

// Period is all days of m.
func (m Month) Period() Period { return Period{m.First(), m.Last()} }

// String is "2024-02".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year(), m.Month()) }

// VN is "02/2024".
func (m Month) VN() string { return fmt.Sprintf("%02d/%04d", m.Month(), m.Year()) }

// Period (kỳ) is the days From to To, both included. None as From or To means
// open on that side: since ever, until further notice.
type Period struct{ From, To Date }

// YearPeriod is the calendar year y.
func YearPeriod(y int) Period { return Period{Of(y, 1, 1), Of(y, 12, 31)} }

// Contains says whether d lies in p.
func (p Period) Contains(d Date) bool { return d >= p.From && (p.To == None || d <= p.To) }

// Days is the number of days in p; 0 when p is open or ends before it begins.
func (p Period) Days() int {
	if !p.From.Valid() || !p.To.Valid() {
		return 0
	}
	return max(0, p.To.Sub(p.From)+1)
}

// Overlap is the days p and o share; false when there are none.
func (p Period) Overlap(o Period) (Period, bool) {
	r := Period{max(p.From, o.From), p.To}
	if r.To == None || o.To != None && o.To < r.To {
		r.To = o.To
	}
	return r, r.To == None || r.From <= r.To
}

// Elapsed is how far p has run at the end of asOf: the days gone, asOf
// included, over the days of p. 29-2-2024 in the year 2024 is 60 of 366. An
// open period has 0 of 0.
func Elapsed(p Period, asOf Date) (num, den int) {
	den = p.Days()
	if den == 0 || !asOf.Valid() {
		return 0, den
	}
	return min(max(0, asOf.Sub(p.From)+1), den), den
}
