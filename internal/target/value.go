package target

import (
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

// Operators that a number in a document may have beside those of a yearly target (Ops).
const (
	AtMost   Op = "<=" // không quá 5 %
	JustOver Op = ">~" // hơn 56.370: a rounded figure, the true one is a little more
)

// FigureOps lists every operator a number in a document may have.
var FigureOps = []Op{Exactly, AtLeast, Above, Between, About, AtMost, JustOver}

// Measure of a number (đơn vị tính).
const (
	InPersons = "person"  // người, đảng viên
	InUnits   = "unit"    // tổ chức đảng, chi bộ, doanh nghiệp
	InHamlets = "hamlet"  // xóm, thôn, bản, tổ dân phố
	InPercent = "percent" // %
	InPapers  = "paper"   // tham luận, văn bản
	InEvents  = "event"   // hội nghị, lớp, cuộc
)

// Counted lists the units of count.
var Counted = []string{InPersons, InUnits, InHamlets, InPercent, InPapers, InEvents}

// Value is a number as a document means it: with its operator, bounds and unit of count (giá trị).
type Value struct {
	Op        Op
	Low, High int64  // in units of the last decimal place; High 0 = open or none
	Places    int    // decimals: 3,11 % is Low 311, Places 2
	Counted   string // unit of count
}

// Ranged reports whether the value names two bounds.
func (v Value) Ranged() bool { return (v.Op == Between || v.Op == About) && v.High > 0 }

// Least returns the smallest whole number (of the last place) that the value allows.
func (v Value) Least() int64 {
	switch v.Op {
	case Above:
		return v.Low + 1
	case AtMost:
		return 0
	}
	return v.Low
}

// Most returns the largest number inside the value. open is true when nothing bounds it above.
func (v Value) Most() (n int64, open bool) {
	switch v.Op {
	case AtLeast, Above, JustOver:
		return 0, true
	case Between, About:
		return max(v.Low, v.High), false
	}
	return v.Low, false
}

// Met reports whether n reaches the value (đạt). More than asked is reached too, except against a ceiling.
func (v Value) Met(n int64) bool {
	if v.Op == AtMost {
		return n <= v.Low
	}
	return n >= v.Least()
}

// Check says whether the value makes sense; fields are low, high, op and counted.
func (v Value) Check() error {
	e := fault.E("target.Value.Check", fault.Invalid, "target.value_invalid")
	ranged := v.Op == Between || v.Op == About
	switch {
	case v.Low < 0 || v.High < 0:
		e.Field("low", "target.negative")
	case v.Low > most || v.High > most:
		e.Field("low", "target.too_large")
	case ranged && v.High != 0 && v.Low > v.High:
		e.Field("low", "target.low_above_high", v.Low, v.High)
	case v.Op == Between && v.High == 0:
		e.Field("high", "target.high_missing")
	case !ranged && v.High != 0:
		e.Field("high", "target.high_unused")
	case v.Counted != InPercent && v.Places != 0:
		e.Field("low", "target.not_whole")
	}
	if !contains(FigureOps, v.Op) {
		e.Field("op", "target.op_unknown")
	}
	if !contains(Counted, v.Counted) {
		e.Field("counted", "target.counted_unknown")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// String writes the value as documents do: "1.020–1.250", "> 1.800", "≈ 3,11%".
func (v Value) String() string {
	low, high := v.digits(v.Low), v.digits(v.High)
	s := low
	switch v.Op {
	case AtLeast:
		s = "≥ " + low
	case Above:
		s = "> " + low
	case AtMost:
		s = "≤ " + low
	case JustOver:
		s = ">≈ " + low
	case Between:
		s = low + "–" + high
	case About:
		s = "≈ " + low
		if v.High > 0 {
			s += "–" + high
		}
	}
	if v.Counted == InPercent {
		s += "%"
	}
	return s
}

// digits writes n with the value's decimals.
func (v Value) digits(n int64) string {
	if v.Places == 0 {
		return vi.Number(n)
	}
	unit := pow10(v.Places)
	frac := vi.Number(n % unit)
	frac = strings.ReplaceAll(frac, ".", "")
	return vi.Number(n/unit) + "," + strings.Repeat("0", max(0, v.Places-len(frac))) + frac
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Value returns the bounds of a yearly target as a value.
func (t Target) Value() Value { return Value{Op: t.Op, Low: t.Low, High: t.High, Counted: InPersons} }
