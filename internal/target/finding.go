package target

import (
	"fmt"
	"hash/fnv"
	"strconv"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// Code names a check.
type Code string

// The checks that a careful reader makes.
const (
	C1 Code = "C1" // sum of the parts given on against the whole
	C2 Code = "C2" // sub-group within its group, a partition makes up its whole
	C3 Code = "C3" // target against what was reached before
	C4 Code = "C4" // the plan that a result and a percentage imply
	C5 Code = "C5" // pace against time passed
	C6 Code = "C6" // published against recomputed
	C7 Code = "C7" // what must be asked before the number can be used: overlapping periods, two indicators, no denominator
)

// Grade is how serious a finding is.
type Grade string

// The grades, from the worst.
const (
	Wrong Grade = "wrong" // cannot be right as it stands
	Warn  Grade = "warn"  // worth a look before going on
	Asked Grade = "ask"   // the document does not say: somebody must answer
	Note  Grade = "note"  // arithmetic worth knowing
)

// Finding is what a check found: what, where, and the arithmetic (phát hiện).
type Finding struct {
	Check Code
	Grade Grade
	Key   fault.Key // of the sentence
	Args  []any
	Sums  []string // the arithmetic, one calculation a line, with Vietnamese number format
	About []id.ID  // figures, targets or units it is about, the first one to go to
}

// IndicatorCode is an argument of a finding that a page writes by the indicator's name.
type IndicatorCode string

// ID tells findings apart: the same words about the same things with the same numbers. A number that changes makes another
// finding, so that what was acknowledged once is asked again.
func (f Finding) ID() string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, f.Check, f.Key, f.Args, f.Sums, f.About)
	return string(f.Check) + "-" + strconv.FormatUint(h.Sum64(), 36)
}

// pct writes num of den in percent: "36,36%".
func pct(num, den int64) string { return vi.Percent(num, den) + "%" }

// signed writes a change in percent with its sign: "+8,17%".
func signedPct(num, den int64) string {
	s := pct(num, den)
	if num > 0 {
		return "+" + s
	}
	if num < 0 {
		return "−" + s[1:]
	}
	return s
}

func num(n int64) string { return vi.Number(n) }
