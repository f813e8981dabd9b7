// Package target holds targets (chỉ tiêu) and the arithmetic on them (domain floor, pure).
//
// A target is not a number: it has an operator, a low and a high bound, an indicator, a slice and a
// period. Targets of parts sum by their bounds, never by their texts.
package target

import (
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

// Op is how a target is meant (toán tử).
type Op string

// The operators found in resolutions.
const (
	Exactly Op = "="  // 817
	AtLeast Op = ">=" // từ 180 trở lên
	Above   Op = ">"  // trên 1.800
	Between Op = ".." // từ 1.020 - 1.250
	About   Op = "~"  // khoảng 50–100
)

// Ops lists the operators.
var Ops = []Op{Exactly, AtLeast, Above, Between, About}

// Indicator is what is counted (chỉ số): the happenings of causes inside the unit's subtree.
type Indicator struct {
	Code   string
	Causes []ledger.Cause
}

// The indicators of the first form. Readmissions count as admissions (form 2 shows them as "trong đó").
var (
	Admissions = Indicator{"admit", []ledger.Cause{ledger.Admit, ledger.Readmit}} // kết nạp
	Course     = Indicator{"course", []ledger.Cause{ledger.Certify}}              // cử học lớp nhận thức và được cấp giấy chứng nhận
)

// Indicators lists the indicators.
var Indicators = []Indicator{Admissions, Course}

// IndicatorOf returns the indicator with a code.
func IndicatorOf(code string) (Indicator, bool) {
	for _, i := range Indicators {
		if i.Code == code {
			return i, true
		}
	}
	return Indicator{}, false
}

// Target is one number asked of a unit for a year (chỉ tiêu năm).
type Target struct {
	ID        id.ID
	Unit      id.ID
	Year      int
	Indicator string
	Slice     string // a group: a ledger slice or one of NamedGroups; "" for all
	Op        Op
	Low, High int64  // High 0 = open above; Low 0 only with About or Between
	Source    string // số, ký hiệu văn bản giao
	PartOf    id.ID  // the target it was allocated from, 0 when none
	Version   int64
}

// Check says whether the target can be stored; the fields of the fault name what to mend.
func (t Target) Check() error {
	e := fault.E("target.Check", fault.Invalid, "target.invalid")
	switch {
	case t.Low < 0 || t.High < 0:
		e.Field("low", "target.negative")
	case (t.Op == Between || t.Op == About) && t.High != 0 && t.Low > t.High:
		e.Field("low", "target.low_above_high", t.Low, t.High)
	case t.Op == Between && t.High == 0:
		e.Field("high", "target.high_missing")
	case t.Op != Between && t.Op != About && t.High != 0 && t.High != t.Low:
		e.Field("high", "target.high_unused")
	}
	if _, ok := IndicatorOf(t.Indicator); !ok {
		e.Field("indicator", "target.indicator_unknown")
	}
	if !known(t.Slice) {
		e.Field("slice", "target.slice_unknown")
	}
	if t.Year < 1930 || t.Year > 2200 {
		e.Field("year", "target.year_odd")
	}
	known := false
	for _, op := range Ops {
		known = known || op == t.Op
	}
	if !known {
		e.Field("op", "target.op_unknown")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Least returns the smallest whole number that meets the target: 1.801 for "trên 1.800".
func (t Target) Least() int64 {
	if t.Op == Above {
		return t.Low + 1
	}
	return t.Low
}

// Most returns the largest number still inside the target, or -1 when it is open above.
func (t Target) Most() int64 {
	switch t.Op {
	case Between, About:
		if t.High > 0 {
			return t.High
		}
		return t.Low
	case Exactly:
		return t.Low
	}
	return -1
}

// Met reports whether n reaches the target (đạt). More than asked is also reached.
func (t Target) Met(n int64) bool { return n >= t.Least() }

// Period returns the days the target covers.
func (t Target) Period() day.Period { return day.YearPeriod(t.Year) }

// String writes the target as a resolution would: "từ 1.020 đến 1.250", "trên 1.800".
func (t Target) String() string {
	low, high := vi.Number(t.Low), vi.Number(t.High)
	switch t.Op {
	case AtLeast:
		return "≥ " + low
	case Above:
		return "> " + low
	case Between:
		return low + "–" + high
	case About:
		if t.High > 0 {
			return "≈ " + low + "–" + high
		}
		return "≈ " + low
	}
	return low
}

// Parse reads a target as people write it in a cell: "817", "1.020-1.250", "trên 1.800", "≥ 180",
// "từ 180 trở lên", "khoảng 50–100".
func Parse(s string) (op Op, low, high int64, err error) {
	f := strings.NewReplacer("–", "-", "—", "-", "≥", ">=", "≈", "~").Replace(vi.NFC(s))
	f = strings.TrimSpace(strings.ToLower(f))
	op = Exactly
	for _, p := range []struct {
		prefix string
		op     Op
	}{{"khoảng", About}, {"~", About}, {"trên", Above}, {"hơn", Above}, {"ít nhất", AtLeast}, {"tối thiểu", AtLeast}, {">=", AtLeast}, {">", Above}, {"từ", Exactly}} {
		if rest, ok := strings.CutPrefix(f, p.prefix); ok {
			f, op = strings.TrimSpace(rest), p.op
			break
		}
	}
	if rest, ok := strings.CutSuffix(f, "trở lên"); ok {
		f, op = strings.TrimSpace(rest), AtLeast
	}
	f = strings.ReplaceAll(f, " đến ", "-")
	a, b, ranged := strings.Cut(f, "-")
	low, ok := whole(a)
	if ranged {
		var right bool
		high, right = whole(b)
		ok = ok && right
		if op == Exactly {
			op = Between
		}
	}
	if !ok {
		return "", 0, 0, fault.E("target.Parse", fault.Invalid, "target.unreadable", vi.NFC(s))
	}
	return op, low, high, nil
}

// whole reads a whole number with dots as thousands separators ("1.020").
func whole(s string) (n int64, ok bool) {
	s = strings.TrimSpace(s)
	parts := strings.Split(s, ".")
	for i, p := range parts {
		if i > 0 && len(p) != 3 || len(parts) > 1 && len(p) > 3 || p == "" || strings.Trim(p, "0123456789") != "" {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(strings.Join(parts, ""), 10, 64)
	return n, err == nil && n <= most
}

// most is the largest number a target may have: far above any nation, and small enough to multiply.
const most = 1_000_000_000
