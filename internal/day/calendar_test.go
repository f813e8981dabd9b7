package day

import (
	"math/rand/v2"
	"testing"
	"time"

	"ketnap/internal/seedtest"
)

func TestLunarNewYear(t *testing.T) {
	for y, want := range map[int]Date{
		1985: 19850121, // Vietnam a month before China
		2007: 20070217, // a day before China
		2020: 20200125, 2021: 20210212, 2022: 20220201, 2023: 20230122, 2024: 20240210, 2025: 20250129,
		2026: 20260217, 2027: 20270206, 2028: 20280126, 2029: 20290213, 2030: 20300202,
	} {
		if got := LunarNewYear(y); got != want {
			t.Errorf("%d: %s, not %s", y, got, want)
		}
	}
	for y, want := range map[int]Date{2020: 20200402, 2021: 20210421, 2022: 20220410, 2023: 20230429, 2024: 20240418, 2025: 20250407, 2026: 20260426, 2027: 20270416} {
		if got := lunarDay(y, 3, 10); got != want {
			t.Errorf("Hùng Kings %d: %s, not %s", y, got, want)
		}
	}
}

// TestFreeDays are the days off as they were announced, those of a weekend included.
func TestFreeDays(t *testing.T) {
	c := calendarFor(t, nil)
	for name, span := range map[string][2]Date{
		"Tết 2020": {20200123, 20200129}, "Tết 2021": {20210210, 20210216}, "Tết 2022": {20220129, 20220206},
		"Tết 2023": {20230120, 20230126}, "Tết 2024": {20240208, 20240214}, "Tết 2025": {20250125, 20250202},
		"Tết 2026": {20260214, 20260222}, "30/4 2021": {20210430, 20210503}, "30/4 2022": {20220430, 20220503},
		"30/4 2023": {20230429, 20230503}, "30/4 2024": {20240427, 20240501}, "30/4 2025": {20250430, 20250504},
		"2/9 2020": {20200902, 20200902}, "2/9 2022": {20220901, 20220904}, "2/9 2023": {20230901, 20230904},
		"2/9 2024": {20240831, 20240903}, "2/9 2025": {20250830, 20250902}, "2/9 2026": {20260829, 20260902},
		"New Year 2022": {20220101, 20220103}, "New Year 2023": {20221231, 20230102}, "New Year 2026": {20260101, 20260104},
		"Hùng Kings 2026": {20260425, 20260427},
	} {
		for d := span[0]; d <= span[1]; d = d.AddDays(1) {
			if c.Working(d) {
				t.Errorf("%s: %s is worked", name, d)
			}
		}
		for _, d := range []Date{span[0].AddDays(-1), span[1].AddDays(1)} {
			if !c.Working(d) {
				t.Errorf("%s: %s is free", name, d)
			}
		}
	}
	for _, d := range []Date{20240504, 20250426, 20260110, 20260822} {
		if !c.Working(d) {
			t.Errorf("the Saturday %s is free", d)
		}
	}
}

func TestCalendarOfAnAdministrator(t *testing.T) {
	c := calendarFor(t, []Holiday{{Day: 20261124, Vi: "Ngày Văn hóa Việt Nam"}, {Day: 20260822, Vi: "Không làm bù"}, {Day: 20270102, Work: true}})
	if c.Working(20261124) || c.Working(20260822) || !c.Working(20270102) {
		t.Error("days that were added do not count")
	}
	if plain := calendarFor(t, nil); !plain.Working(20261124) {
		t.Error("the calendar of everybody changed")
	}
	hs := c.Holidays(2026)
	for i := 1; i < len(hs); i++ {
		if hs[i].Day <= hs[i-1].Day || hs[i].Day.Year() != 2026 {
			t.Errorf("%s after %s", hs[i].Day, hs[i-1].Day)
		}
	}
	for _, h := range ProposedHolidays() {
		if !h.Day.Valid() || h.Vi == "" || h.En == "" || h.Source == "" {
			t.Errorf("proposed: %+v", h)
		}
	}
}

// TestDueDates: due dates across holidays against a counter that goes from day to day with the standard
// library's weekdays.
func TestDueDates(t *testing.T) {
	c := calendarFor(t, nil)
	special := map[Date]Holiday{}
	for y := 2019; y <= 2031; y++ {
		for _, h := range c.Holidays(y) {
			special[h.Day] = h
		}
	}
	free := func(d Date) bool {
		if h, ok := special[d]; ok {
			return !h.Work
		}
		w := time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, time.UTC).Weekday()
		return w == time.Saturday || w == time.Sunday
	}
	seed := seedtest.Of(t)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 1000 {
		start, n := Of(2020, 1, 1).AddDays(r.IntN(365*10+300)), 1+r.IntN(90)
		due, left := start, n
		for left > 0 {
			if due = due.AddDays(1); !free(due) {
				left--
			}
		}
		if got := c.AddWorking(start, n); got != due {
			t.Fatalf("seed %d: %s and %d working days: %s, not %s", seed, start, n, got, due)
		}
		if got := c.WorkingBetween(start, due); got != n {
			t.Fatalf("seed %d: between %s and %s: %d, not %d", seed, start, due, got, n)
		}
		if back := c.AddWorking(due, -n); back > start || c.WorkingBetween(back, due) != n && c.Working(start) {
			t.Fatalf("seed %d: %d before %s: %s", seed, n, due, back)
		}
	}
}

func TestCalendarBeyondItsYears(t *testing.T) {
	c := calendarFor(t, nil)
	if got := c.AddWorking(19991230, 3); got != 20000105 { // Friday, Tuesday, Wednesday: Saturday 1-1 is made up for on Monday
		t.Errorf("across the first day: %s", got)
	}
	if got := c.AddWorking(21001230, 2); got != 21010103 {
		t.Errorf("across the last day: %s", got)
	}
	if c.Working(20240000) || c.AddWorking(None, 3) != None || c.WorkingBetween(None, 20240101) != 0 {
		t.Error("what is no day counts")
	}
	if got := c.WorkingBetween(20240105, 20240102); got != -3 {
		t.Errorf("backwards: %d", got)
	}
}

func calendarFor(t *testing.T, extra []Holiday) *Calendar {
	t.Helper()
	c, err := NewCalendar(extra)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
