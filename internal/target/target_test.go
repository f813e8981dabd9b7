package target

import (
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// year returns a target of all admissions of a year.
func year(y int, op Op, low, high int64) Target {
	return Target{Unit: 1, Year: y, Indicator: "admit", Op: op, Low: low, High: high}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in        string
		op        Op
		low, high int64
	}{
		{"817", Exactly, 817, 0}, {" 817 ", Exactly, 817, 0}, {"0", Exactly, 0, 0}, {"1.020", Exactly, 1020, 0}, {"1020", Exactly, 1020, 0},
		{"5.622.463", Exactly, 5622463, 0}, {"007", Exactly, 7, 0},
		{"1.020-1.250", Between, 1020, 1250}, {"1.020–1.250", Between, 1020, 1250}, {"1.020 — 1.250", Between, 1020, 1250}, {"1020 - 1250", Between, 1020, 1250},
		{"từ 1.020 đến 1.250", Between, 1020, 1250}, {"Từ 1.020 - 1.250", Between, 1020, 1250}, {"1.020 đến 1.250", Between, 1020, 1250}, {"5-5", Between, 5, 5},
		{"trên 1.800", Above, 1800, 0}, {"Trên 1.800", Above, 1800, 0}, {"TRÊN 1.800", Above, 1800, 0}, {"> 1.800", Above, 1800, 0}, {">1800", Above, 1800, 0}, {"hơn 56.370", Above, 56370, 0},
		{"từ 180 trở lên", AtLeast, 180, 0}, {"180 trở lên", AtLeast, 180, 0}, {"≥ 180", AtLeast, 180, 0}, {">= 180", AtLeast, 180, 0}, {"ít nhất 180", AtLeast, 180, 0}, {"tối thiểu 180", AtLeast, 180, 0},
		{"khoảng 50–100", About, 50, 100}, {"khoảng 50-100", About, 50, 100}, {"khoảng 250", About, 250, 0}, {"≈ 250", About, 250, 0}, {"~50-100", About, 50, 100},
		{"tre\u0302n 1.800", Above, 1800, 0}, {"tu\u031b\u0300 180 tro\u031b\u0309 le\u0302n", AtLeast, 180, 0}, // decomposed, as some keyboards type
		{"1.020\u00a0-\u00a01.250", Between, 1020, 1250},
	} {
		op, low, high, err := Parse(c.in)
		if err != nil || op != c.op || low != c.low || high != c.high {
			t.Errorf("Parse(%q) = %q %d %d, %v; want %q %d %d", c.in, op, low, high, err, c.op, c.low, c.high)
		}
	}
	for _, bad := range []string{"", " ", "-", "–", "-5", "1,020", "1.020,5", "1.02", "1.0200", "1020.500", "1.020-", "-1.020", "5-10-15", "năm trăm", "5 %", "5%", "3,11 %", "1e3", "0x10", "+5",
		"trên", "khoảng", "từ", "trở lên", "≤ 5", "< 5", "1 020", "1..020", ".5", "5.", "٣", "5_000", "1.000.000.001", "999999999999999999999"} {
		op, low, high, err := Parse(bad)
		if !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != "target.unreadable" || op != "" || low != 0 || high != 0 {
			t.Errorf("Parse(%q) = %q %d %d, %v", bad, op, low, high, err)
		}
	}
	if _, _, _, err := Parse(" 1.020 - x"); err == nil || fault.TextOf(err).Args[0] != "1.020 - x" {
		t.Errorf("the message names a piece, not the cell: %v", err)
	}
}

// TestParseString: what the sheet shows can be typed back as it is.
func TestParseString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := year(2026, rapid.SampledFrom(Ops).Draw(t, "op"), rapid.Int64Range(0, 10_000_000).Draw(t, "low"), 0)
		if g.Op == Between || g.Op == About && rapid.Bool().Draw(t, "ranged") {
			g.High = g.Low + rapid.Int64Range(1, 1000).Draw(t, "more")
		}
		if err := g.Check(); err != nil {
			t.Fatal(err)
		}
		op, low, high, err := Parse(g.String())
		if err != nil || op != g.Op || low != g.Low || high != g.High {
			t.Fatalf("%q comes back as %q %d %d, %v", g, op, low, high, err)
		}
	})
	for want, g := range map[string]Target{"817": year(2024, Exactly, 817, 0), "> 1.800": year(2024, Above, 1800, 0), "≥ 180": year(2024, AtLeast, 180, 0),
		"1.020–1.250": year(2024, Between, 1020, 1250), "≈ 50–100": year(2024, About, 50, 100), "≈ 250": year(2024, About, 250, 0)} {
		if got := g.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		t     Target
		field string // "" when nothing is wrong
		key   fault.Key
	}{
		{"a number", year(2026, Exactly, 817, 0), "", ""},
		{"nobody", year(2026, Exactly, 0, 0), "", ""},
		{"a range", year(2026, Between, 1020, 1250), "", ""},
		{"a range of one", year(2026, Between, 5, 5), "", ""},
		{"about a range", year(2026, About, 50, 100), "", ""},
		{"about a number", year(2026, About, 50, 0), "", ""},
		{"a group", Target{Year: 2026, Indicator: "course", Slice: "occ.12", Op: AtLeast, Low: 3}, "", ""},
		{"negative", year(2026, Exactly, -1, 0), "low", "target.negative"},
		{"negative above", year(2026, Between, 1, -2), "low", "target.negative"},
		{"low above high", year(2026, Between, 1250, 1020), "low", "target.low_above_high"},
		{"about, low above high", year(2026, About, 100, 50), "low", "target.low_above_high"},
		{"a range without an end", year(2026, Between, 5, 0), "high", "target.high_missing"},
		{"two numbers for one", year(2026, Above, 5, 9), "high", "target.high_unused"},
		{"at least a range", year(2026, AtLeast, 5, 9), "high", "target.high_unused"},
		{"no operator", year(2026, "", 5, 0), "op", "target.op_unknown"},
		{"an unknown operator", year(2026, "<", 5, 0), "op", "target.op_unknown"},
		{"an unknown indicator", Target{Year: 2026, Indicator: "x", Op: Exactly, Low: 1}, "indicator", "target.indicator_unknown"},
		{"an unknown group", Target{Year: 2026, Indicator: "admit", Slice: "occ.99", Op: Exactly, Low: 1}, "slice", "target.slice_unknown"},
		{"a year before the Party", year(1929, Exactly, 1, 0), "year", "target.year_odd"},
		{"a far year", year(2201, Exactly, 1, 0), "year", "target.year_odd"},
	} {
		err := c.t.Check()
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if got := fault.FieldsOf(err)[c.field].Key; !fault.Is(err, fault.Invalid) || got != c.key || len(fault.FieldsOf(err)) != 1 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		t           Target
		least, most int64
	}{
		{year(2026, Exactly, 817, 0), 817, 817},
		{year(2026, AtLeast, 180, 0), 180, -1},
		{year(2026, Above, 1800, 0), 1801, -1},
		{year(2026, Between, 1020, 1250), 1020, 1250},
		{year(2026, About, 50, 100), 50, 100},
		{year(2026, About, 50, 0), 50, 50},
	} {
		if c.t.Least() != c.least || c.t.Most() != c.most {
			t.Errorf("%s: from %d to %d, want %d to %d", c.t, c.t.Least(), c.t.Most(), c.least, c.most)
		}
		for n, want := range map[int64]bool{c.least - 1: false, c.least: true, c.least + 1: true, c.most + 1000: c.most+1000 >= c.least} {
			if got := c.t.Met(n); got != want {
				t.Errorf("%s with %d: reached %v", c.t, n, got)
			}
		}
	}
}

// TestGolden holds the figures published in the press to the cent.
func TestGolden(t *testing.T) {
	// 231 of 817 at 29-2-2024: 28,27 % against 16,39 % (day 60 of 366).
	p := Measure(year(2024, Exactly, 817, 0), 231, day.Of(2024, 2, 29))
	if p.Elapsed != 60 || p.Days != 366 {
		t.Errorf("day %d of %d", p.Elapsed, p.Days)
	}
	if dev, ok := p.Deviation(); !ok || dev != 1188 || p.State() != Ahead {
		t.Errorf("231/817: %d %v %s", dev, ok, p.State())
	}
	if num, den := p.Share(); num != 231 || den != 817 {
		t.Errorf("share %d/%d", num, den)
	}
	// 2.800 of at least 7.700 at 31-8-2025: 36,36 % against 66,58 % (day 243 of 365).
	p = Measure(year(2025, AtLeast, 7700, 0), 2800, day.Of(2025, 8, 31))
	if dev, ok := p.Deviation(); !ok || dev != -3021 || p.State() != Behind || p.Elapsed != 243 || p.Days != 365 {
		t.Errorf("2.800/7.700: %d %v %s, day %d of %d", dev, ok, p.State(), p.Elapsed, p.Days)
	}
	// "trên 1.800": 1.800 does not reach it, 1.801 does. "từ 180 trở lên": 180 does.
	above, atLeast := year(2021, Above, 1800, 0), year(2021, AtLeast, 180, 0)
	end := day.Of(2021, 12, 31)
	for _, c := range []struct {
		t    Target
		n    int64
		want State
	}{{above, 1800, OnPace}, {above, 1801, Reached}, {atLeast, 180, Reached}, {atLeast, 179, OnPace}, {atLeast, 100, Behind}} {
		if got := Measure(c.t, c.n, end).State(); got != c.want || c.t.Met(c.n) != (c.want == Reached) {
			t.Errorf("%d of %s at the end of the year: %s", c.n, c.t, got)
		}
	}
}

// TestDeviation: hundredths of a point, half away from zero on both sides.
func TestDeviation(t *testing.T) {
	for _, c := range []struct {
		low, done int64
		on        day.Date
		want      int64
	}{
		{365, 181, day.Of(2025, 6, 30), 0},   // day 181
		{365, 182, day.Of(2025, 6, 30), 27},  // 1/365 = 0,274 points
		{365, 180, day.Of(2025, 6, 30), -27}, //
		{80000, 1, day.Of(2024, 12, 31), -10000},
		{80000, 79999, day.Of(2025, 12, 31), 0},  // -0,00125 points
		{40000, 39999, day.Of(2025, 12, 31), 0},  // -0,0025
		{20000, 19999, day.Of(2025, 12, 31), -1}, // exactly -0,005: away from zero
		{20000, 20001, day.Of(2025, 12, 31), 1},  // exactly +0,005
		{1000, 0, day.Of(2025, 1, 1), -27},       // the first day counts as elapsed
		{1000, 0, day.Of(2024, 12, 31), 0},       // the year has not begun
		{1000, 2500, day.Of(2026, 6, 1), 15000},  // the year is over: 250 % against 100 %
		{5_600_000, 5_600_001, day.Of(2025, 12, 31), 0},
	} {
		y := 2025
		if c.on.Year() == 2024 && c.low != 1000 {
			y = 2024
		}
		p := Measure(year(y, Exactly, c.low, 0), c.done, c.on)
		if got, ok := p.Deviation(); !ok || got != c.want {
			t.Errorf("%d of %d on %s: %d %v, want %d", c.done, c.low, c.on, got, ok, c.want)
		}
	}
	for _, none := range []Target{{Year: 2025}, year(2025, Exactly, 0, 0)} {
		if got, ok := Measure(none, 5, day.Of(2025, 6, 30)).Deviation(); ok || got != 0 {
			t.Errorf("%+v: %d %v", none, got, ok)
		}
	}
}

func TestState(t *testing.T) {
	mid := day.Of(2025, 7, 2) // day 183 of 365: 50,14 %
	for _, c := range []struct {
		t    Target
		done int64
		want State
	}{
		{Target{Year: 2025}, 0, NoGoal}, {Target{Year: 2025}, 10, NoGoal},
		{year(2025, Exactly, 0, 0), 0, Reached}, // a target of nobody is reached, not missing
		{year(2025, Above, 0, 0), 0, Behind}, {year(2025, Above, 0, 0), 1, Reached},
		{year(2025, Exactly, 1000, 0), 451, Behind}, // -5,04
		{year(2025, Exactly, 1000, 0), 452, OnPace}, // -4,94
		{year(2025, Exactly, 1000, 0), 501, OnPace},
		{year(2025, Exactly, 1000, 0), 551, OnPace}, // +4,96
		{year(2025, Exactly, 1000, 0), 552, Ahead},  // +5,06
		{year(2025, Exactly, 1000, 0), 999, Ahead},
		{year(2025, Exactly, 1000, 0), 1000, Reached},
		{year(2025, Between, 1000, 1200), 1000, Reached},
		{year(2025, Between, 1000, 1200), 1500, Reached},
	} {
		if got := Measure(c.t, c.done, mid).State(); got != c.want {
			dev, _ := Measure(c.t, c.done, mid).Deviation()
			t.Errorf("%d of %s: %s (%d), want %s", c.done, c.t, got, dev, c.want)
		}
	}
}

func TestIndicators(t *testing.T) {
	for _, i := range Indicators {
		if got, ok := IndicatorOf(i.Code); !ok || got.Code != i.Code || len(got.Causes) == 0 {
			t.Errorf("%s: %v %v", i.Code, got, ok)
		}
	}
	if _, ok := IndicatorOf(""); ok {
		t.Error("an empty code is an indicator")
	}
	for _, s := range Slices[1:] {
		if s.String() == "" {
			t.Errorf("slice %d has no code", s)
		}
	}
	if p := year(2024, Exactly, 1, 0).Period(); p.From != day.Of(2024, 1, 1) || p.To != day.Of(2024, 12, 31) {
		t.Errorf("period %v", p)
	}
}
