package target

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Examine makes every check that the figures of documents allow among themselves. counted holds what the program counts
// itself, by the figure it should agree with.
func Examine(fs []Figure, counted map[id.ID]int64) []Finding {
	x := examiner{fs: fs}
	x.parts()
	for i := range fs {
		x.alone(&fs[i], counted)
		for j := range fs {
			if i != j {
				x.pair(&fs[i], &fs[j], i < j)
			}
		}
	}
	slices.SortStableFunc(x.found, func(a, b Finding) int { return gradeRank(a.Grade) - gradeRank(b.Grade) })
	return x.found
}

func gradeRank(g Grade) int {
	return slices.Index([]Grade{Wrong, Warn, Asked, Note}, g)
}

type examiner struct {
	fs    []Figure
	found []Finding
}

func (x *examiner) add(fs []Finding) { x.found = append(x.found, fs...) }

func (f *Figure) given() Given { return Given{f.ID, f.Value} }

// parts checks every number against the one it is inside, and every partition against its whole.
func (x *examiner) parts() {
	for i := range x.fs {
		whole := &x.fs[i]
		var split []Given
		for j := range x.fs {
			part := &x.fs[j]
			switch {
			case part.PartOf != whole.ID || whole.ID == 0:
			case part.Relation == Partition:
				split = append(split, part.given())
			case part.Value.Counted == whole.Value.Counted:
				x.add(SubGroup(whole.given(), part.given(), part.Relation))
			}
		}
		if len(split) > 0 {
			x.add(Parts(whole.given(), split))
		}
	}
}

// alone checks what one figure says about itself.
func (x *examiner) alone(f *Figure, counted map[id.ID]int64) {
	if f.Span.Vague() && !x.paced(f) {
		x.add(vague(f.given(), f.Value.Low, day.YearPeriod(f.Span.AsOf.Year()), f.Span))
	}
	if f.Value.Counted == InPercent && f.Kind == Goal && !f.Base.Known() {
		x.add([]Finding{{C7, Asked, "target.c7_base", []any{f.Value.String(), f.Base.Text}, nil, []id.ID{f.ID}}})
	}
	if f.Value.Counted == InPercent && f.Kind == Goal && f.Base.N > 0 {
		n := Persons(f.Base.N, f.Value.Low, f.Value.Places)
		x.add([]Finding{{C4, Note, "target.c4_persons", []any{f.Value.String(), f.Base.N, n}, []string{f.Value.String() + " × " + num(f.Base.N) + " ⇒ " + num(n)}, []id.ID{f.ID}}})
	}
	if n, ok := counted[f.ID]; ok {
		x.add(Recomputed(f.given(), n))
	}
}

// paced reports whether a goal stands for the year of a result, so that the pace says what is vague.
func (x *examiner) paced(f *Figure) bool {
	return slices.ContainsFunc(x.fs, func(g Figure) bool { return g.Kind == Goal && same(&g, f) && g.Span.Period().Contains(f.Span.AsOf) })
}

func same(a, b *Figure) bool {
	return a.Indicator == b.Indicator && a.Slice == b.Slice && a.Value.Counted == b.Value.Counted
}

// pair checks figure a against b. once is true for one of the two orders.
func (x *examiner) pair(a, b *Figure, once bool) {
	reached := b.Kind == Result || b.Kind == Baseline
	switch {
	case a.Kind == Share && b.Kind == Result && a.Value.Counted == InPercent && a.Indicator == b.Indicator && a.Clause == b.Clause && a.Document == b.Document && a.Span == b.Span && ofPlan(a) && b.PartOf == 0 && b.Value.Counted == InPersons:
		implied := ImpliedPlan
		if a.Truncated {
			implied = CutPlan
		}
		x.add(implied(b.given(), a.given(), x.plan(b)))
	case a.Kind == Share && b.Kind == Stock && a.Document == b.Document && strings.Contains(a.Base.Text, "cùng kỳ") && a.Clause == b.Clause && b.Value.Counted == InPersons:
		n := Before(b.Value.Low, a.Value.Low, a.Value.Places)
		x.add([]Finding{{C4, Note, "target.c4_before", []any{n}, []string{num(b.Value.Low) + " / (1 + " + a.Value.String() + ") ⇒ " + num(n)}, []id.ID{a.ID, b.ID}}})
	case a.Kind == Result && b.Kind == Result && a.Document == b.Document && a.Span == b.Span && x.perUnit(a, b):
	case a.Indicator != b.Indicator && x.lone(a) && x.lone(b) && a.Document == b.Document && a.Value.Counted == b.Value.Counted && a.Span.To < b.Span.From:
		x.add(TwoIndicators(*a, *b))
	case !same(a, b) || a.Value.Counted == InPercent:
	case a.Kind == Goal && b.Kind == Goal && once && a.Span != b.Span:
		_, fs := OverlappingYears(*a, *b)
		x.add(fs)
	case a.Kind == Goal && reached && b.Span.Kind == OfPart && a.Span.Period().Contains(b.Span.AsOf):
		for _, f := range Pace(a.given(), b.Value.Low, b.Span) {
			f.About = append(f.About, b.ID)
			x.add([]Finding{f})
		}
	case a.Kind == Goal && reached && b.Span.Kind != OfPart && b.Span.Years() > 0 && b.Span.To < a.Span.To && (a.Span.Yearly || a.Span.Years() == 1):
		years := b.Span.Years()
		if b.Span.Yearly {
			years = 1
		}
		x.add(AgainstBaseline(a.given(), b.given(), years))
	case a.Kind == Stock && b.Kind == Stock && a.Span.To < b.Span.From && a.PartOf == 0 && b.PartOf == 0:
		if diff, share, err := Trend(*a, *b); err == nil {
			x.add([]Finding{{C6, Note, "target.c6_trend", []any{a.Value.String(), b.Value.String(), minus(diff), share}, []string{num(b.Value.Low) + " − " + num(a.Value.Low) + " = " + minus(diff) + " (" + share + ")"}, []id.ID{a.ID, b.ID}}})
		}
	}
}

// lone reports whether a stock stands on one day only, so that a reader looks for another number to compare it with.
func (x *examiner) lone(f *Figure) bool {
	return f.Kind == Stock && f.Value.Counted != InPercent && !slices.ContainsFunc(x.fs, func(g Figure) bool { return g.Kind == Stock && same(&g, f) && g.Span != f.Span })
}

// perUnit relates two results of one passage that count different things; it reports whether it found how.
func (x *examiner) perUnit(a, b *Figure) bool {
	about, whole := []id.ID{a.ID, b.ID}, a.PartOf == 0 && b.PartOf == 0 && a.Slice == "" && b.Slice == "" && b.Value.Low > 0
	persons := a.Value.Counted == InPersons
	switch {
	case !whole || a.Value.Op != Exactly || b.Value.Op != Exactly:
	case a.Value.Counted == InPapers && b.Value.Counted == InUnits && a.Clause == b.Clause:
		x.add([]Finding{{C2, Note, "target.c2_coverage", []any{pct(a.Value.Low, b.Value.Low), max(0, b.Value.Low-a.Value.Low)},
			[]string{num(a.Value.Low) + " / " + num(b.Value.Low) + " = " + pct(a.Value.Low, b.Value.Low), num(b.Value.Low) + " − " + num(a.Value.Low) + " = " + minus(b.Value.Low-a.Value.Low)}, about}})
		return true
	case persons && a.Indicator == Course.Code && b.Value.Counted == InUnits && b.Indicator != UnitsFounded && a.Clause == b.Clause:
		mean := perYear(a.Value.Low, int(b.Value.Low))
		x.add([]Finding{{C4, Note, "target.c4_per_unit", []any{mean}, []string{num(a.Value.Low) + " / " + num(b.Value.Low) + " = " + mean}, about}})
		if b.Base.N == 0 {
			x.add([]Finding{{C7, Asked, "target.c7_coverage", []any{b.Value.String()}, nil, []id.ID{b.ID}}})
		}
		return true
	case persons && a.Indicator == Admissions.Code && b.Indicator == Course.Code && b.Value.Counted == InPersons:
		x.add([]Finding{{C4, Note, "target.c4_same_year", []any{pct(a.Value.Low, b.Value.Low)}, []string{num(a.Value.Low) + " / " + num(b.Value.Low) + " = " + pct(a.Value.Low, b.Value.Low)}, about}})
		return true
	}
	return false
}

// ofPlan reports whether a percentage is one of a plan or target.
func ofPlan(f *Figure) bool {
	return strings.Contains(f.Base.Text, "kế hoạch") || strings.Contains(f.Base.Text, "chỉ tiêu")
}

// plan is the goal of the same year and group as a result, 0 when none stands in the documents.
func (x *examiner) plan(result *Figure) int64 {
	for i := range x.fs {
		g := &x.fs[i]
		if g.Kind == Goal && same(g, result) && g.Value.Op == Exactly && g.Span.Period().Contains(result.Span.To) {
			return g.Value.Low
		}
	}
	return 0
}
