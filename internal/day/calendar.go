package day

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed holidays.yaml
var holidaysYAML []byte

// The years a Calendar knows; beyond them every Monday to Friday is a working day.
const (
	firstCalendarYear = 2000
	lastCalendarYear  = 2100
)

// Holiday is a day that is not what its weekday says: a free one, or a weekend worked instead (ngày nghỉ, ngày làm bù).
type Holiday struct {
	Day    Date
	Work   bool   // a day of the weekend that is worked
	Key    string // new_year, tet…; "" of one added by hand
	Vi, En string
	Source string
	Sure   string // sure, likely, or planned (dự kiến)
}

// Calendar says which days are working days (ngày làm việc). It does not change once made.
type Calendar struct {
	days  []Holiday // by day, no day twice
	base  int       // civil number of the first day counted
	count []int32   // working days from the first day through each day
	work  []Date    // the working days in order
}

type holidayFile struct {
	Source   string
	Holidays []struct {
		Key, Date, Lunar, Vi, En string
		Days                     []int
	}
	Years map[int]struct {
		Days         map[string][]int
		Off, Work    []string
		Sure, Source string
	}
	Proposed []struct{ Date, Vi, En, Source string }
}

var holidayData = sync.OnceValues(func() (holidayFile, error) {
	var f holidayFile
	dec := yaml.NewDecoder(strings.NewReader(string(holidaysYAML)))
	dec.KnownFields(true)
	err := dec.Decode(&f)
	return f, err
})

var plainCalendar = sync.OnceValues(func() (*Calendar, error) {
	f, err := holidayData()
	if err != nil {
		return nil, fmt.Errorf("day: holidays.yaml: %w", err)
	}
	var all []Holiday
	for y := firstCalendarYear; y <= lastCalendarYear; y++ {
		hs, err := f.year(y)
		if err != nil {
			return nil, fmt.Errorf("day: holidays.yaml: %d: %w", y, err)
		}
		all = append(all, hs...)
	}
	return newCalendar(all), nil
})

// NewCalendar is Vietnam's calendar with the days an administrator added or corrected: such a day replaces what the
// calendar says of it. Without any it is made once.
func NewCalendar(extra []Holiday) (*Calendar, error) {
	plain, err := plainCalendar()
	if err != nil || len(extra) == 0 {
		return plain, err
	}
	return newCalendar(append(slices.Clone(plain.days), extra...)), nil
}

// ProposedHolidays are days that are spoken of but not law: no calendar counts them.
func ProposedHolidays() []Holiday {
	f, err := holidayData()
	if err != nil {
		return nil
	}
	var hs []Holiday
	for _, p := range f.Proposed {
		d, _ := ParseISO(p.Date)
		hs = append(hs, Holiday{Day: d, Vi: p.Vi, En: p.En, Source: p.Source, Sure: "planned"})
	}
	return hs
}

// year is the free and the swapped days of a year.
func (f holidayFile) year(y int) ([]Holiday, error) {
	its := f.Years[y]
	source, sure := f.Source, "planned"
	if its.Source != "" {
		source, sure = its.Source, its.Sure
	}
	free := map[Date]Holiday{}
	for _, h := range f.Holidays {
		at, err := holidayDate(y, h.Date, h.Lunar)
		if err != nil {
			return nil, err
		}
		from, to := span(h.Days)
		if of, ok := its.Days[h.Key]; ok {
			from, to = span(of)
		}
		for n := from; n <= to; n++ {
			d := at.AddDays(n)
			free[d] = Holiday{Day: d, Key: h.Key, Vi: h.Vi, En: h.En, Source: source, Sure: sure}
		}
	}
	makeUp(free)
	for _, swap := range []struct {
		days []string
		h    Holiday
	}{
		{its.Off, Holiday{Key: "swap", Vi: "Nghỉ, làm bù ngày khác", En: "Free, worked on another day"}},
		{its.Work, Holiday{Work: true, Key: "swap", Vi: "Làm bù", En: "Worked for a free day"}},
	} {
		for _, s := range swap.days {
			d, err := ParseISO(s)
			if err != nil || !d.Valid() {
				return nil, fmt.Errorf("%q is no day", s)
			}
			swap.h.Day, swap.h.Source, swap.h.Sure = d, source, sure
			free[d] = swap.h
		}
	}
	hs := make([]Holiday, 0, len(free))
	for _, h := range free {
		hs = append(hs, h)
	}
	return hs, nil
}

// makeUp frees a working day for each holiday on a weekend (nghỉ bù): the next one that is not free yet.
func makeUp(free map[Date]Holiday) {
	days := make([]Date, 0, len(free))
	for d := range free {
		days = append(days, d)
	}
	slices.Sort(days)
	for _, d := range days {
		if !d.weekend() {
			continue
		}
		next := d.AddDays(1)
		for taken(free, next) || next.weekend() {
			next = next.AddDays(1)
		}
		h := free[d]
		h.Day, h.Vi, h.En = next, "Nghỉ bù "+h.Vi, h.En+", made up for"
		free[next] = h
	}
}

func taken(free map[Date]Holiday, d Date) bool { _, ok := free[d]; return ok }

func span(days []int) (from, to int) {
	if len(days) != 2 {
		return 0, 0
	}
	return days[0], days[1]
}

func holidayDate(y int, solar, lunar string) (Date, error) {
	s := solar + lunar
	if len(s) != 5 || digits(s[:2]) < 1 || digits(s[3:]) < 1 {
		return None, fmt.Errorf("%q is no day", s)
	}
	if lunar != "" {
		return lunarDay(y, digits(s[:2]), digits(s[3:])), nil
	}
	return Of(y, digits(s[:2]), digits(s[3:])), nil
}

// weekend says whether d is a Saturday or Sunday.
func (d Date) weekend() bool {
	n := (d.civil() - civil(2000, 1, 1)) % 7 // a Saturday
	if n < 0 {
		n += 7
	}
	return n < 2
}

func newCalendar(all []Holiday) *Calendar {
	last := map[Date]Holiday{}
	for _, h := range all {
		last[h.Day] = h
	}
	c := &Calendar{base: civil(firstCalendarYear, 1, 1)}
	for _, h := range last {
		c.days = append(c.days, h)
	}
	slices.SortFunc(c.days, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	end := civil(lastCalendarYear, 12, 31)
	c.count = make([]int32, 0, end-c.base+1)
	for n := c.base; n <= end; n++ {
		d, _ := fromCivil(n)
		h, special := last[d]
		if special && h.Work || !special && !d.weekend() {
			c.work = append(c.work, d)
		}
		c.count = append(c.count, int32(len(c.work)))
	}
	return c
}

// Working says whether d is a working day; false of what is no full day.
func (c *Calendar) Working(d Date) bool {
	if !d.Valid() {
		return false
	}
	n := d.civil() - c.base
	switch {
	case n < 0 || n >= len(c.count):
		return !d.weekend()
	case n == 0:
		return c.count[0] == 1
	}
	return c.count[n] > c.count[n-1]
}

// AddWorking is the n-th working day after d, which itself is not counted; d when n is 0, and the n-th
// before it when n is negative. None when d is no full day.
func (c *Calendar) AddWorking(d Date, n int) Date {
	if n == 0 || !d.Valid() {
		return d
	}
	if at := d.civil() - c.base; at > 0 && at < len(c.count) {
		i := int(c.count[at]) + n - 1
		if n < 0 {
			i = int(c.count[at-1]) + n
		}
		if i >= 0 && i < len(c.work) {
			return c.work[i]
		}
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && d != None {
		if d = d.AddDays(step); c.Working(d) {
			n--
		}
	}
	return d
}

// WorkingBetween counts the working days after a up to and including b; negative when b is before a.
func (c *Calendar) WorkingBetween(a, b Date) int {
	switch {
	case !a.Valid() || !b.Valid():
		return 0
	case b < a:
		return -c.WorkingBetween(b, a)
	}
	from, to := a.civil()-c.base, b.civil()-c.base
	if from >= 0 && to < len(c.count) {
		return int(c.count[to] - c.count[from])
	}
	n := 0
	for d := a.AddDays(1); d <= b && d != None; d = d.AddDays(1) {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// Holidays returns the special days of a year in order.
func (c *Calendar) Holidays(year int) []Holiday {
	from := sort.Search(len(c.days), func(i int) bool { return c.days[i].Day.Year() >= year })
	to := sort.Search(len(c.days), func(i int) bool { return c.days[i].Day.Year() > year })
	return slices.Clone(c.days[from:to])
}
