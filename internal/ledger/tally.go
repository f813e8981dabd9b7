package ledger

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Measure is what a counter counts: the net change of a stage's stock, or the happenings of a cause.
// The numbers are stored: never renumber.
type Measure int

// outward marks people leaving the counted unit; without it the happening is inside or an arrival.
const (
	outward   Measure = 100
	stockBase Measure = 200
	nowBase   Measure = 300
)

// Stock is the measure of the net change of a stage; summed over months it is the number there.
func Stock(s Stage) Measure { return stockBase + Measure(s) }

// StockNow is the measure of a stage's stock today. It is kept in the one month Always, so that the
// stock of today is one row and that of a past day costs the months since, not the months before.
func StockNow(s Stage) Measure { return nowBase + Measure(s) }

// Always is the month of measures that are not kept by month.
const Always day.Month = 0

// Happened is the measure of a cause that happened inside a unit or brought somebody into it.
func Happened(c Cause) Measure { return Measure(c) }

// Left is the measure of a cause that took somebody out of a unit.
func Left(c Cause) Measure { return outward + Measure(c) }

// Slice is one column of the counters: all, or those of one group. Groups overlap, so a total is
// never the sum of slices.
type Slice int

// The slices, in the order of the counter columns. Groups of codes follow each other:
// SliceOccupation+code-1 and so on.
const (
	SliceAll        Slice = 0
	SliceFemale     Slice = 1
	SliceMinority   Slice = 2 // dân tộc thiểu số
	SliceReligious  Slice = 3 // có tôn giáo
	SliceYouth      Slice = 4 // đoàn viên
	SliceOccupation Slice = 5 // 14 columns
	Occupations           = 14
	SliceAge        Slice = SliceOccupation + Occupations // 8 columns
	AgeBands              = 8
	SliceSchooling  Slice = SliceAge + AgeBands // 4 columns
	Schoolings            = 4
	SliceExpertise  Slice = SliceSchooling + Schoolings // 6 columns
	Expertises            = 6
	SliceSector     Slice = SliceExpertise + Expertises // 10 columns
	Sectors               = 10
	Slices                = int(SliceSector) + Sectors // 47
)

// Counts are the columns of one counter.
type Counts [Slices]int64

// Zero reports whether nothing is counted.
func (c *Counts) Zero() bool { return *c == Counts{} }

// Add adds d times one person with attributes a and an age in years; age 0 counts in no age band.
func (c *Counts) Add(a Attrs, age int, d int64) {
	EachSlice(a, age, func(s Slice) { c[s] += d })
}

// EachSlice calls f with every slice a person with attributes a and an age belongs to.
func EachSlice(a Attrs, age int, f func(Slice)) {
	f(SliceAll)
	if a.Sex == 2 {
		f(SliceFemale)
	}
	if a.Ethnic > 1 {
		f(SliceMinority)
	}
	if a.Religion > 1 {
		f(SliceReligious)
	}
	if a.Youth {
		f(SliceYouth)
	}
	group := func(first Slice, n, code int) {
		if code >= 1 && code <= n {
			f(first + Slice(code-1))
		}
	}
	group(SliceOccupation, Occupations, a.Occupation)
	if age > 0 {
		group(SliceAge, AgeBands, AgeBand(age))
	}
	group(SliceSchooling, Schoolings, a.Schooling)
	group(SliceExpertise, Expertises, a.Expertise)
	group(SliceSector, Sectors, a.Sector)
}

// AgeBand returns the band 1–8 of form 2: 18–30, 31–35, 36–40, 41–45, 46–50, 51–55, 56–60, above 60.
// Somebody younger than 18 (a proposed source) counts in the first band.
func AgeBand(age int) int {
	for i, upTo := range [...]int{30, 35, 40, 45, 50, 55, 60} {
		if age <= upTo {
			return i + 1
		}
	}
	return AgeBands
}

// Counter names one counter row: a unit, a month and a measure.
type Counter struct {
	Unit    id.ID
	Month   day.Month
	Measure Measure
}

// Tally collects what movements add to counters.
type Tally map[Counter]*Counts

// Add adds a movement as a counted unit sees it; from and to say which legs lie in its subtree.
// A move wholly inside counts once when the stage changes and not at all when only the unit does.
// A reversal takes back, in the month it takes effect, exactly what its original counted.
// Stock has no age bands: people grow older without moving, so ages of a stock are counted on reading.
func (t Tally) Add(unit id.ID, m Movement, from, to bool) {
	month := m.Effective.MonthOf()
	if from && !m.From.Out() {
		t.stock(unit, month, m.From.Stage, m.Before(), -1)
	}
	if to && !m.To.Out() {
		t.stock(unit, month, m.To.Stage, m.Attrs, 1)
	}
	origin, goal, sign, attrs := m.From, m.To, int64(1), m.Attrs
	fromIn, toIn := from && !m.From.Out(), to && !m.To.Out()
	if m.Reverses != 0 {
		origin, goal, sign, attrs = m.To, m.From, -1, m.Before()
		fromIn, toIn = toIn, fromIn
	}
	switch {
	case toIn && (!fromIn || origin.Stage != goal.Stage):
		t.at(unit, month, Happened(m.Cause)).Add(attrs, m.Age, sign)
	case fromIn && !toIn:
		t.at(unit, month, Left(m.Cause)).Add(attrs, m.Age, sign)
	}
}

func (t Tally) stock(unit id.ID, month day.Month, s Stage, a Attrs, d int64) {
	t.at(unit, month, Stock(s)).Add(a, 0, d)
	t.at(unit, Always, StockNow(s)).Add(a, 0, d)
}

func (t Tally) at(unit id.ID, month day.Month, measure Measure) *Counts {
	k := Counter{unit, month, measure}
	c := t[k]
	if c == nil {
		c = new(Counts)
		t[k] = c
	}
	return c
}

// Merge adds every counter of o, d times.
func (t Tally) Merge(o Tally, d int64) {
	for k, c := range o {
		mine := t.at(k.Unit, k.Month, k.Measure)
		for i, n := range c {
			mine[i] += d * n
		}
	}
}

// Compact drops the counters that count nothing.
func (t Tally) Compact() {
	for k, c := range t {
		if c.Zero() {
			delete(t, k)
		}
	}
}
