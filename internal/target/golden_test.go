package target

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

func persons(op Op, low, high int64) Value {
	return Value{Op: op, Low: low, High: high, Counted: InPersons}
}

func given(i id.ID, v Value) Given { return Given{i, v} }

// found is a finding with the parts a golden case looks at.
func found(t *testing.T, fs []Finding, code Code, grade Grade, key fault.Key, sums ...string) {
	t.Helper()
	for _, f := range fs {
		if f.Check != code || f.Grade != grade || f.Key != key {
			continue
		}
		for _, want := range sums {
			if !contains(f.Sums, want) {
				t.Errorf("%s: no line %q in %q", key, want, f.Sums)
			}
		}
		return
	}
	t.Errorf("no %s %s %s in %+v", code, grade, key, fs)
}

// TestGoldenCases: the figures of ten programmes, recomputed and questioned.
func TestGoldenCases(t *testing.T) {
	range1, range2 := persons(Between, 1020, 1250), persons(Between, 40, 55)
	percent := func(n int64, places int) Value { return Value{Op: Exactly, Low: n, Places: places, Counted: InPercent} }
	for _, c := range []struct {
		name  string
		fs    []Finding
		code  Code
		grade Grade
		key   fault.Key
		sums  []string
	}{
		{"G1", AgainstBaseline(given(1, range1), given(2, persons(Exactly, 4715, 0)), 5), C3, Note, "target.c3_above", []string{"4.715 / 5 = 943", "1.020 / 943 − 1 = +8,17%", "1.250 / 943 − 1 = +32,56%"}},
		{"G2", AgainstBaseline(given(1, range2), given(2, persons(Exactly, 436, 0)), 5), C3, Warn, "target.c3_below", []string{"436 / 5 = 87,2", "40 / 87,2 − 1 = −54,13%", "55 / 87,2 − 1 = −36,93%"}},
		{"G3", SubGroup(given(1, range1), given(2, range2), Overlapping), C2, Note, "target.c2_share", []string{"40 / 1.250 = 3,20%", "55 / 1.020 = 5,39%"}},
		{"G4", ImpliedPlan(given(1, persons(Exactly, 1749, 0)), given(2, percent(109, 0)), 0), C4, Note, "target.c4_implied", []string{"1.749 / 109% ⇒ 1.598–1.611", "⌊ ⌋ ⇒ 1.591–1.604"}},
		{"G4 cut", CutPlan(given(1, persons(Exactly, 1749, 0)), given(2, percent(109, 0)), 0), C4, Note, "target.c4_cut", []string{"1.749 / 109%, ⌊ ⌋ ⇒ 1.591–1.604"}},
		{"G4 cut, another plan", CutPlan(given(1, persons(Exactly, 1749, 0)), given(2, percent(109, 0)), 1610), C4, Wrong, "target.c4_differs", []string{"1.749 / 1.610 = 108,63%"}},
		{"G5", ImpliedPlan(given(1, persons(Exactly, 735, 0)), given(2, percent(104, 0)), 0), C4, Note, "target.c4_implied", []string{"735 / 104% ⇒ 704–710", "⌊ ⌋ ⇒ 701–706"}},
		{"G6", ImpliedPlan(given(1, persons(Exactly, 1253, 0)), given(2, percent(117, 0)), 0), C4, Note, "target.c4_implied", []string{"1.253 / 117% ⇒ 1.067–1.075", "⌊ ⌋ ⇒ 1.062–1.070"}},
		{"G4, a plan that fits", ImpliedPlan(given(1, persons(Exactly, 1749, 0)), given(2, percent(109, 0)), 1700), C4, Wrong, "target.c4_differs", []string{"1.749 / 1.700 = 102,88%"}},
		{"G7", SubGroup(given(1, persons(Exactly, 1749, 0)), given(2, persons(Exactly, 321, 0)), Overlapping), C2, Note, "target.c2_share", []string{"321 / 1.749 = 18,35%"}},
		{"G9", Parts(given(1, persons(Exactly, 23, 0)), []Given{given(2, persons(Exactly, 8, 0)), given(3, persons(Exactly, 9, 0)), given(4, persons(Exactly, 6, 0))}), C2, Note, "target.c2_partition_ok", []string{"8 + 9 + 6 = 23"}},
		{"G9, broken", Parts(given(1, persons(Exactly, 23, 0)), []Given{given(2, persons(Exactly, 8, 0)), given(3, persons(Exactly, 9, 0)), given(4, persons(Exactly, 7, 0))}), C2, Wrong, "target.c2_partition", []string{"8 + 9 + 7 = 24"}},
		{"G12", Pace(given(1, persons(Exactly, 817, 0)), 231, Span{Kind: OfPart, AsOf: day.Of(2024, 2, 29)}), C5, Note, "target.c5_ahead", []string{"231 / 817 = 28,27%", "60 / 366 = 16,39%", "⇒ 1.409", "⇒ 1.386"}},
		{"G13", AgainstBaseline(given(1, persons(Exactly, 817, 0)), given(2, persons(Exactly, 735, 0)), 1), C3, Note, "target.c3_above", []string{"817 / 735 − 1 = +11,16%"}},
		{"G19", SubGroup(given(1, persons(Between, 250, 300)), given(2, persons(About, 50, 100)), Overlapping), C2, Note, "target.c2_share", []string{"50 / 300 = 16,67%", "100 / 250 = 40,00%"}},
		{"G22", Pace(given(1, persons(AtLeast, 7700, 0)), 2800, Span{Kind: OfPart, AsOf: day.Of(2025, 8, 31)}), C5, Warn, "target.c5_behind", []string{"2.800 / 7.700 = 36,36%", "243 / 365 = 66,58%"}},
		{"G24", SubGroup(given(1, persons(Exactly, 834, 0)), given(2, persons(Exactly, 23, 0)), Unclear), C2, Asked, "target.c2_unclear", []string{"834 | 834 + 23 = 857"}},
		{"sub of trên 1.800", SubGroup(given(1, persons(Above, 1800, 0)), given(2, persons(AtLeast, 180, 0)), Overlapping), C2, Note, "target.c2_share", []string{"180 / 1.800 = 10,00%"}},
		{"tháng 11", Pace(given(1, persons(AtLeast, 2000, 0)), 1814, Span{Kind: OfPart, AsOf: day.Of(2021, 10, 31), AsOfTo: day.Of(2021, 11, 30)}), C5, Asked, "target.c5_vague", nil},
		{"92 of 100", Recomputed(given(1, persons(Exactly, 735, 0)), 736), C6, Warn, "target.c6_differs", []string{"736 − 735 = 1"}},
		{"hơn 56.370", Recomputed(given(1, persons(JustOver, 56370, 0)), 56378), C6, Note, "target.c6_same", nil},
	} {
		t.Run(c.name, func(t *testing.T) { found(t, c.fs, c.code, c.grade, c.key, c.sums...) })
	}
}

func TestGoldenNumbers(t *testing.T) {
	hamlets := func(indicator string, n int64) Figure {
		return Figure{Indicator: indicator, Value: Value{Op: Exactly, Low: n, Counted: InHamlets}}
	}
	if diff, share, err := Trend(hamlets("A", 310), hamlets("A", 141)); err != nil || diff != -169 || share != "−54,52%" {
		t.Errorf("G8: %d %s %v", diff, share, err)
	}
	if _, _, err := Trend(hamlets("A", 18), hamlets("B", 2)); !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != "target.two_indicators" {
		t.Errorf("G10: %v", err)
	}
	if n := Before(5248600, 311, 2); n != 5090292 {
		t.Errorf("G11: %d", n)
	}
	if s := pct(735, 1253); s != "58,66%" {
		t.Errorf("G14: %s", s)
	}
	if s := perYear(1253, 109); s != "11,5" {
		t.Errorf("G15: %s", s)
	}
	if n := Persons(365911, 3, 0); n != 10978 {
		t.Errorf("G16: %d", n)
	}
	if v := persons(Above, 1800, 0); v.Met(1800) || !v.Met(1801) {
		t.Error("G17")
	}
	if v := persons(AtLeast, 180, 0); !v.Met(180) || v.Met(179) {
		t.Error("G18")
	}
	if s := pct(39, 123); s != "31,71%" {
		t.Errorf("G20: %s", s)
	}
	span := func(from, to int) Figure {
		return Figure{Indicator: "admit", Kind: Goal, Span: Span{Kind: OfTerm, From: day.Of(from, 1, 1), To: day.Of(to, 12, 31), Yearly: true}}
	}
	if years, fs := OverlappingYears(span(2024, 2025), span(2025, 2030)); len(years) != 1 || years[0] != 2025 || len(fs) != 1 || fs[0].Grade != Asked {
		t.Errorf("G21: %v %v", years, fs)
	}
	if years, fs := OverlappingYears(span(2024, 2024), span(2025, 2030)); len(years) != 0 || fs != nil {
		t.Errorf("years that do not meet: %v", years)
	}
	if d := day.Of(2024, 2, 29).AddMonths(12); d != day.Of(2025, 2, 28) {
		t.Errorf("G23: %s", d)
	}
	if ts := Totals(persons(Exactly, 834, 0), persons(Exactly, 23, 0)); ts[0] != 834 || ts[1] != 857 {
		t.Errorf("G24: %v", ts)
	}
	// 1.814 "tính đến tháng 11": 1.979 when November is over, 2.177 when it has not begun.
	for on, want := range map[day.Date]int64{day.Of(2021, 11, 30): 1979, day.Of(2021, 10, 31): 2177} {
		if rs := Rates(1814, day.YearPeriod(2021), on); len(rs) != 2 || rs[1].N != want {
			t.Errorf("run-rate on %s: %+v", on, rs)
		}
	}
	if rs := Rates(5, day.YearPeriod(2021), day.Of(2020, 12, 31)); rs != nil {
		t.Errorf("a run-rate before the year: %v", rs)
	}
}

// TestChildren: check C1 at both bounds.
func TestChildren(t *testing.T) {
	whole := given(9, persons(Between, 1020, 1250))
	for _, c := range []struct {
		name  string
		whole Given
		parts []Value
		key   fault.Key
	}{
		{"nothing given", whole, nil, ""},
		{"even", whole, []Value{persons(Between, 500, 600), persons(Between, 520, 650)}, ""},
		{"short", whole, []Value{persons(Between, 500, 600), persons(Between, 480, 650)}, "target.c1_short"},
		{"over", whole, []Value{persons(Exactly, 700, 0), persons(Exactly, 600, 0)}, "target.c1_over"},
		{"high above", whole, []Value{persons(Between, 520, 700), persons(Between, 520, 700)}, "target.c1_high"},
		{"high below", whole, []Value{persons(Exactly, 520, 0), persons(Exactly, 520, 0)}, "target.c1_low_high"},
		{"open parts", whole, []Value{persons(AtLeast, 520, 0), persons(AtLeast, 520, 0)}, ""},
		{"trên 1.800 needs 1.801", given(9, persons(Above, 1800, 0)), []Value{persons(Exactly, 1800, 0)}, "target.c1_short"},
		{"trên 1.800 with 1.801", given(9, persons(Above, 1800, 0)), []Value{persons(Above, 1800, 0)}, ""},
	} {
		var parts []Given
		for i, v := range c.parts {
			parts = append(parts, given(id.ID(i+1), v))
		}
		fs := Children(c.whole, parts)
		if c.key == "" && len(fs) != 0 || c.key != "" && (len(fs) != 1 || fs[0].Key != c.key) {
			t.Errorf("%s: %+v", c.name, fs)
		}
	}
}

func TestSubGroupFaults(t *testing.T) {
	group := given(1, persons(Exactly, 100, 0))
	for name, c := range map[string]struct {
		part Given
		key  fault.Key
	}{
		"itself":     {given(1, persons(Exactly, 5, 0)), "target.part_of_itself"},
		"above":      {given(2, persons(Exactly, 101, 0)), "target.c2_above"},
		"top above":  {given(2, persons(Between, 50, 120)), "target.c2_top"},
		"within":     {given(2, persons(Exactly, 5, 0)), "target.c2_share"},
		"low bounds": {given(2, persons(Between, 30, 40)), "target.c2_share"},
	} {
		if fs := SubGroup(group, c.part, Overlapping); len(fs) == 0 || fs[0].Key != c.key {
			t.Errorf("%s: %+v", name, fs)
		}
	}
	if fs := SubGroup(group, given(2, persons(Exactly, 900, 0)), Outside); fs != nil {
		t.Errorf("a number beside another is no part of it: %+v", fs)
	}
	a := SubGroup(group, given(2, persons(Exactly, 101, 0)), Overlapping)[0]
	b := SubGroup(group, given(2, persons(Exactly, 102, 0)), Overlapping)[0]
	if a.ID() == b.ID() || a.ID() != SubGroup(group, given(2, persons(Exactly, 101, 0)), Overlapping)[0].ID() {
		t.Errorf("%s and %s", a.ID(), b.ID())
	}
}

func TestFigureCheck(t *testing.T) {
	fine := Figure{ID: 5, Indicator: "admit", Kind: Goal, Value: persons(Between, 1020, 1250), Span: Span{Kind: OfTerm, From: day.Of(2024, 1, 1), To: day.Of(2025, 12, 31), Yearly: true}}
	if err := fine.Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Figure)
		field  string
		key    fault.Key
	}{
		"low above high":           {func(f *Figure) { f.Value.Low = 1300 }, "low", "target.low_above_high"},
		"a period that ends early": {func(f *Figure) { f.Span.To = day.Of(2023, 12, 31) }, "to", "target.span_backwards"},
		"no period":                {func(f *Figure) { f.Span = Span{} }, "span", "target.span_missing"},
		"percent of nothing": {func(f *Figure) {
			f.Kind, f.Value = Goal, Value{Op: AtLeast, Low: 3, Counted: InPercent}
		}, "base", "target.base_missing"},
		"part of itself":          {func(f *Figure) { f.PartOf, f.Relation = 5, Overlapping }, "part_of", "target.part_of_itself"},
		"a part without relation": {func(f *Figure) { f.PartOf = 6 }, "relation", "target.relation_missing"},
		"half a person":           {func(f *Figure) { f.Value.Places = 1 }, "low", "target.not_whole"},
		"no kind":                 {func(f *Figure) { f.Kind = "x" }, "kind", "target.kind_unknown"},
		"counted what":            {func(f *Figure) { f.Value.Counted = "kg" }, "counted", "target.counted_unknown"},
		"as of outside":           {func(f *Figure) { f.Span.AsOf = day.Of(2026, 1, 1) }, "as_of", "target.as_of_outside"},
	} {
		f := fine
		c.change(&f)
		if err := f.Check(); !fault.Is(err, fault.Invalid) || fault.FieldsOf(err)[c.field].Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValueString(t *testing.T) {
	for want, v := range map[string]Value{"1.020–1.250": persons(Between, 1020, 1250), "> 1.800": persons(Above, 1800, 0), ">≈ 56.370": persons(JustOver, 56370, 0),
		"≈ 3,11%": {Op: About, Low: 311, Places: 2, Counted: InPercent}, "≥ 3%": {Op: AtLeast, Low: 3, Counted: InPercent}, "≈ 50–100": persons(About, 50, 100),
		"≤ 5,05%": {Op: AtMost, Low: 505, Places: 2, Counted: InPercent}} {
		if got := v.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
