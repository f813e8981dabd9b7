package target

import (
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Given is a value with what it belongs to: a unit, a target or a figure.
type Given struct {
	ID    id.ID
	Value Value
}

// Total is the sum of values by their bounds. The texts are never summed: "trên 1.800" counts 1.801.
type Total struct {
	Low, High int64
	Open      bool // some part has no upper bound, so High is only what is bounded
	N         int
}

// Add adds a value.
func (t *Total) Add(v Value) {
	t.N++
	t.Low += v.Least()
	top, open := v.Most()
	t.Open = t.Open || open
	t.High += max(top, v.Least())
}

// String writes the sum: "980–1.200", "≥ 1.801".
func (t Total) String() string {
	switch {
	case t.Open:
		return "≥ " + num(t.Low)
	case t.High > t.Low:
		return num(t.Low) + "–" + num(t.High)
	}
	return num(t.Low)
}

// Children is check C1: what was given on against what was received, at both bounds.
func Children(whole Given, parts []Given) []Finding {
	var sum Total
	about := []id.ID{whole.ID}
	for _, p := range parts {
		sum.Add(p.Value)
	}
	if sum.N == 0 {
		return nil
	}
	least := whole.Value.Least()
	top, open := whole.Value.Most()
	lines := []string{"Σ " + sum.String() + " ⇔ " + whole.Value.String(), num(sum.Low) + " − " + num(least) + " = " + minus(sum.Low-least)}
	switch {
	case sum.Low < least:
		return []Finding{{C1, Warn, "target.c1_short", []any{sum.Low, least, least - sum.Low, sum.N}, lines, about}}
	case !open && sum.Low > top:
		return []Finding{{C1, Warn, "target.c1_over", []any{sum.Low, top, sum.Low - top, sum.N}, lines, about}}
	case !open && !sum.Open && sum.High > top:
		return []Finding{{C1, Note, "target.c1_high", []any{sum.High, top, sum.High - top}, append(lines, num(sum.High)+" − "+num(top)+" = "+minus(sum.High-top)), about}}
	case !open && !sum.Open && sum.High < top:
		return []Finding{{C1, Note, "target.c1_low_high", []any{sum.High, top, top - sum.High}, append(lines, num(sum.High)+" − "+num(top)+" = "+minus(sum.High-top)), about}}
	}
	return nil
}

func minus(n int64) string {
	if n < 0 {
		return "−" + num(-n)
	}
	return num(n)
}

// Range is an interval of shares or of numbers, with its ends as fractions so that no digit is lost.
type Range struct {
	LowNum, LowDen, HighNum, HighDen int64
}

// ShareOf returns between which shares of group the part lies: its least of the group's most, its most of the group's least.
// An open bound falls back to the other one. ok is false without a group to divide by.
func ShareOf(part, group Value) (r Range, ok bool) {
	bottom, open := group.Most()
	if open || bottom == 0 {
		bottom = group.Low
	}
	top, open := part.Most()
	if open {
		top = part.Low
	}
	low := group.Least()
	if group.Op == Above {
		low = group.Low
	}
	r = Range{part.Low, bottom, top, low}
	return r, r.LowDen > 0 && r.HighDen > 0
}

// String writes the interval in percent.
func (r Range) String() string {
	a, b := pct(r.LowNum, r.LowDen), pct(r.HighNum, r.HighDen)
	if a == b {
		return a
	}
	return a + " … " + b
}

// SubGroup is check C2 for one part of a group.
func SubGroup(group, part Given, rel Relation) []Finding {
	about := []id.ID{part.ID, group.ID}
	if part.ID == group.ID {
		return []Finding{{C2, Wrong, "target.part_of_itself", nil, nil, about}}
	}
	if rel == Unclear {
		return unclear(group, part)
	}
	if rel == Outside {
		return nil
	}
	var fs []Finding
	top, open := group.Value.Most()
	if open {
		top = max(group.Value.Low, 0)
	}
	partTop, partOpen := part.Value.Most()
	switch {
	case !open && part.Value.Least() > top:
		fs = append(fs, Finding{C2, Wrong, "target.c2_above", []any{part.Value.String(), group.Value.String()}, []string{num(part.Value.Least()) + " > " + num(top)}, about})
	case !open && !partOpen && partTop > top:
		fs = append(fs, Finding{C2, Warn, "target.c2_top", []any{partTop, top}, []string{num(partTop) + " > " + num(top)}, about})
	case part.Value.Low > group.Value.Low && part.Value.Counted == group.Value.Counted:
		fs = append(fs, Finding{C2, Warn, "target.c2_low", []any{part.Value.Low, group.Value.Low}, []string{num(part.Value.Low) + " > " + num(group.Value.Low)}, about})
	}
	if r, ok := ShareOf(part.Value, group.Value); ok && part.Value.Counted == group.Value.Counted {
		fs = append(fs, Finding{C2, Note, "target.c2_share", []any{r.String(), part.Value.String(), group.Value.String()}, shareLines(r), about})
	}
	return fs
}

func shareLines(r Range) []string {
	a, b := num(r.LowNum)+" / "+num(r.LowDen)+" = "+pct(r.LowNum, r.LowDen), num(r.HighNum)+" / "+num(r.HighDen)+" = "+pct(r.HighNum, r.HighDen)
	if a == b {
		return []string{a}
	}
	return []string{a, b}
}

// unclear asks whether a number is inside another: both totals are shown and neither is chosen.
func unclear(group, part Given) []Finding {
	inside, beside := group.Value.Low, group.Value.Low+part.Value.Low
	return []Finding{{C2, Asked, "target.c2_unclear", []any{part.Value.String(), group.Value.String(), inside, beside},
		[]string{num(group.Value.Low) + " | " + num(group.Value.Low) + " + " + num(part.Value.Low) + " = " + num(beside)}, []id.ID{part.ID, group.ID}}}
}

// Totals returns what the sum of a number and one whose relation to it is unclear may be: inside and beside.
func Totals(group, part Value) []int64 { return []int64{group.Low, group.Low + part.Low} }

// Parts is check C2 for a partition: the parts must make up the whole.
func Parts(whole Given, parts []Given) []Finding {
	var sum Total
	line, about := "", []id.ID{whole.ID}
	for i, p := range parts {
		if i > 0 {
			line += " + "
		}
		line += p.Value.String()
		about = append(about, p.ID)
		sum.Add(p.Value)
	}
	line += " = " + sum.String()
	top, open := whole.Value.Most()
	switch {
	case sum.Low > max(top, whole.Value.Least()) && !open, !sum.Open && sum.High < whole.Value.Least():
		return []Finding{{C2, Wrong, "target.c2_partition", []any{sum.String(), whole.Value.String()}, []string{line}, about}}
	}
	return []Finding{{C2, Note, "target.c2_partition_ok", []any{sum.String()}, []string{line}, about}}
}

// Change returns by how much value a differs from before/years each year, as a fraction of before.
func Change(a, before int64, years int) (num, den int64) { return a*int64(years) - before, before }

// AgainstBaseline is check C3: a yearly goal against what was reached together in a number of years.
func AgainstBaseline(goal, base Given, years int) []Finding {
	if base.Value.Low <= 0 || years <= 0 {
		return nil
	}
	top, open := goal.Value.Most()
	if open {
		top = goal.Value.Least()
	}
	low, high := goal.Value.Least(), top
	if goal.Value.Op == Above {
		low = goal.Value.Low
	}
	ln, ld := Change(low, base.Value.Low, years)
	hn, hd := Change(high, base.Value.Low, years)
	mean := perYear(base.Value.Low, years)
	lines := []string{num(base.Value.Low) + " / " + num(int64(years)) + " = " + mean, num(low) + " / " + mean + " − 1 = " + signedPct(ln, ld)}
	if high != low {
		lines = append(lines, num(high)+" / "+mean+" − 1 = "+signedPct(hn, hd))
	}
	change := signedPct(ln, ld)
	if high != low {
		change += " … " + signedPct(hn, hd)
	}
	args, about := []any{goal.Value.String(), mean, change}, []id.ID{goal.ID, base.ID}
	switch {
	case hn < 0:
		return []Finding{{C3, Warn, "target.c3_below", args, lines, about}}
	case ln < 0:
		return []Finding{{C3, Warn, "target.c3_partly", args, lines, about}}
	}
	return []Finding{{C3, Note, "target.c3_above", args, lines, about}}
}

// perYear writes a mean with the decimals it needs, at most two: "943", "87,2".
func perYear(n int64, years int) string {
	h := (n*200 + int64(years)) / (2 * int64(years)) // hundredths, half up
	switch {
	case h%100 == 0:
		return num(h / 100)
	case h%10 == 0:
		return Value{Low: h / 10, Places: 1}.digits(h / 10)
	}
	return Value{Low: h, Places: 2}.digits(h)
}

// Interval is whole numbers from Low to High.
type Interval struct{ Low, High int64 }

// Implied is check C4: which plans n reaching percent of the plan allows, when the percentage (with places decimals) was
// rounded and when it was cut off.
func Implied(n, percent int64, places int) (rounded, cut Interval) {
	if n <= 0 || percent <= 0 {
		return Interval{}, Interval{}
	}
	unit := pow10(places)
	// n/plan*100*unit lies in [percent-1/2, percent+1/2): with doubled numbers everything is whole.
	total := n * 100 * unit * 2
	rounded = Interval{total/(2*percent+1) + 1, total / (2*percent - 1)}
	cut = Interval{n*100*unit/(percent+1) + 1, n * 100 * unit / percent}
	return rounded, cut
}

// CutPlan is ImpliedPlan for a percentage that is known to be cut off, not rounded.
func CutPlan(result, share Given, plan int64) []Finding {
	_, cut := Implied(result.Value.Low, share.Value.Low, share.Value.Places)
	lines := []string{num(result.Value.Low) + " / " + share.Value.String() + ", ⌊ ⌋ ⇒ " + num(cut.Low) + "–" + num(cut.High)}
	about := []id.ID{result.ID, share.ID}
	switch {
	case plan == 0:
		return []Finding{{C4, Note, "target.c4_cut", []any{cut.Low, cut.High, result.Value.String(), share.Value.String()}, lines, about}}
	case plan < cut.Low || plan > cut.High:
		lines = append(lines, num(result.Value.Low)+" / "+num(plan)+" = "+pct(result.Value.Low, plan))
		return []Finding{{C4, Wrong, "target.c4_differs", []any{share.Value.String(), plan, cut.Low, cut.High}, lines, about}}
	}
	return nil
}

// ImpliedPlan is check C4 as a finding; plan is 0 when the document does not name it.
func ImpliedPlan(result, share Given, plan int64) []Finding {
	rounded, cut := Implied(result.Value.Low, share.Value.Low, share.Value.Places)
	lines := []string{num(result.Value.Low) + " / " + share.Value.String() + " ⇒ " + num(rounded.Low) + "–" + num(rounded.High), "⌊ ⌋ ⇒ " + num(cut.Low) + "–" + num(cut.High)}
	about := []id.ID{result.ID, share.ID}
	if plan == 0 {
		return []Finding{{C4, Note, "target.c4_implied", []any{rounded.Low, rounded.High, cut.Low, cut.High, result.Value.String(), share.Value.String()}, lines, about}}
	}
	lines = append(lines, num(result.Value.Low)+" / "+num(plan)+" = "+pct(result.Value.Low, plan))
	if plan < min(rounded.Low, cut.Low) || plan > max(rounded.High, cut.High) {
		return []Finding{{C4, Wrong, "target.c4_differs", []any{share.Value.String(), plan, rounded.Low, rounded.High}, lines, about}}
	}
	return nil
}

// Rate is a run-rate: what a year would bring at the pace so far. It is no forecast.
type Rate struct {
	On     day.Date
	N      int64
	Months bool // by whole months instead of days
}

// Rates returns the naive run-rates of n reached by a day of a year, by days and, at the end of a month, by months.
func Rates(n int64, p day.Period, asOf day.Date) []Rate {
	elapsed, days := day.Elapsed(p, asOf)
	if elapsed == 0 {
		return nil
	}
	rs := []Rate{{asOf, half(n*int64(days), int64(elapsed)), false}}
	if asOf.AddDays(1).Day() == 1 && p.From.Day() == 1 {
		months := int64((asOf.Year()-p.From.Year())*12 + asOf.Month() - p.From.Month() + 1)
		total := int64((p.To.Year()-p.From.Year())*12 + p.To.Month() - p.From.Month() + 1)
		rs = append(rs, Rate{asOf, half(n*total, months), true})
	}
	return rs
}

// half divides and rounds half up.
func half(num, den int64) int64 { return (num*2 + den) / (2 * den) }

// Pace is check C5: how far a goal is on the as-of day. A vague day is measured at both ends.
func Pace(goal Given, done int64, s Span) []Finding {
	if goal.Value.Least() <= 0 || s.AsOf == 0 {
		return nil
	}
	p := day.YearPeriod(s.AsOf.Year())
	if s.From != 0 && s.To != 0 && !s.Yearly {
		p = s.Period()
	}
	if s.Vague() {
		return vague(goal, done, p, s)
	}
	elapsed, days := day.Elapsed(p, s.AsOf)
	least := goal.Value.Least()
	lines := []string{num(done) + " / " + num(least) + " = " + pct(done, least), num(int64(elapsed)) + " / " + num(int64(days)) + " = " + pct(int64(elapsed), int64(days))}
	for _, r := range Rates(done, p, s.AsOf) {
		lines = append(lines, "⇒ "+num(r.N))
	}
	pr := Progress{Target: Target{Op: AtLeast, Low: least, Year: s.AsOf.Year()}, Done: done, AsOf: s.AsOf, Elapsed: elapsed, Days: days}
	args := []any{pct(done, least), pct(int64(elapsed), int64(days)), s.AsOf, done, goal.Value.String()}
	about := []id.ID{goal.ID}
	switch pr.State() {
	case Behind:
		return []Finding{{C5, Warn, "target.c5_behind", args, lines, about}}
	case Ahead, Reached:
		return []Finding{{C5, Note, "target.c5_ahead", args, lines, about}}
	}
	return []Finding{{C5, Note, "target.c5_even", args, lines, about}}
}

func vague(goal Given, done int64, p day.Period, s Span) []Finding {
	var lines []string
	for _, on := range []day.Date{s.AsOf, s.AsOfTo} {
		elapsed, days := day.Elapsed(p, on)
		line := on.VN() + ": " + pct(int64(elapsed), int64(days))
		if rs := Rates(done, p, on); len(rs) > 0 {
			line += ", ⇒ " + num(rs[len(rs)-1].N) // by months where the day ends one: that is how people reckon
		}
		lines = append(lines, line)
	}
	return []Finding{{C5, Asked, "target.c5_vague", []any{s.AsOf, s.AsOfTo}, lines, []id.ID{goal.ID}}}
}

// Recomputed is check C6: a published number against the one counted from the records.
func Recomputed(published Given, counted int64) []Finding {
	v := published.Value
	line := []string{num(counted) + " − " + num(v.Low) + " = " + minus(counted-v.Low)}
	args := []any{v.String(), counted, minus(counted - v.Low)}
	about := []id.ID{published.ID}
	ok := counted == v.Low
	switch v.Op {
	case Between, About, AtMost:
		top, _ := v.Most()
		ok = counted >= v.Low && counted <= top || v.Op == About && v.High == 0 && counted*20 >= v.Low*19 && counted*20 <= v.Low*21
	case AtLeast, Above, JustOver:
		ok = v.Met(counted)
	}
	if ok {
		return []Finding{{C6, Note, "target.c6_same", args, line, about}}
	}
	return []Finding{{C6, Warn, "target.c6_differs", args, line, about}}
}

// OverlappingYears is check C7 for two statements on one thing: the years in which both apply.
func OverlappingYears(a, b Figure) (years []int, fs []Finding) {
	if a.Indicator != b.Indicator || a.Slice != b.Slice || a.Kind != b.Kind {
		return nil, nil
	}
	common, ok := a.Span.Period().Overlap(b.Span.Period())
	if !ok || common.To == 0 {
		return nil, nil
	}
	for y := common.From.Year(); y <= common.To.Year(); y++ {
		years = append(years, y)
	}
	span := func(p day.Period) string { return p.From.VN() + "–" + p.To.VN() }
	both := strconv.Itoa(years[0])
	if last := years[len(years)-1]; last != years[0] {
		both += "–" + strconv.Itoa(last)
	}
	return years, []Finding{{C7, Asked, "target.c7_overlap", []any{both, a.Value.String(), b.Value.String()},
		[]string{span(a.Span.Period()) + " ∩ " + span(b.Span.Period()) + " = " + span(common)}, []id.ID{a.ID, b.ID}}}
}

// Trend is the difference between two figures of one indicator; of two indicators it is refused: their numbers count
// different things, and a line between them would be a lie.
func Trend(a, b Figure) (diff int64, share string, err error) {
	if a.Indicator != b.Indicator || a.Slice != b.Slice || a.Value.Counted != b.Value.Counted {
		return 0, "", fault.E("target.Trend", fault.Invalid, "target.two_indicators", a.Indicator, b.Indicator)
	}
	return b.Value.Low - a.Value.Low, signedPct(b.Value.Low-a.Value.Low, a.Value.Low), nil
}

// TwoIndicators is check C7 for two numbers on two days that a reader would join and that count different things: that they are not
// joined, and why, is said where they stand.
func TwoIndicators(a, b Figure) []Finding {
	day := func(f Figure) string { return f.Span.To.VN() + ": " + f.Value.String() }
	return []Finding{{C7, Warn, "target.c7_two_indicators", []any{a.Value.String(), IndicatorCode(a.Indicator), b.Value.String(), IndicatorCode(b.Indicator)},
		[]string{day(a) + " ≠ " + day(b)}, []id.ID{a.ID, b.ID}}}
}

// Before returns the stock before a growth in percent (with places decimals): 5.248.600 after +3,11 % was 5.090.292.
func Before(now, percent int64, places int) int64 {
	unit := 100 * pow10(places)
	return half(now*unit, unit+percent)
}

// Persons returns how many persons a percentage (with places decimals) of n is at least: 3 % of 365.911 is 10.978.
func Persons(n, percent int64, places int) int64 {
	unit := 100 * pow10(places)
	return (n*percent + unit - 1) / unit
}
