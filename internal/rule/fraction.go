package rule

import (
	"fmt"
	"strconv"
	"strings"
)

// parseFraction reads "2/3" (at least) or ">1/2" (more than).
func parseFraction(s string) (Fraction, bool) {
	rest, over := strings.CutPrefix(s, ">")
	a, b, ok := strings.Cut(rest, "/")
	num, err := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	return Fraction{Num: num, Den: den, Over: over}, ok && err == nil && err2 == nil && num > 0 && den > 0 && num <= den
}

// Met says whether n votes of a whole are enough. Nothing is enough of an empty whole.
func (f Fraction) Met(n, of int) bool { return of > 0 && f.Den > 0 && n >= f.Need(of) }

// Need is the fewest votes of a whole that are enough.
func (f Fraction) Need(of int) int {
	if f.Den == 0 {
		return 0
	}
	if f.Over {
		return of*f.Num/f.Den + 1
	}
	return (of*f.Num + f.Den - 1) / f.Den
}

// String is the fraction as packs write it.
func (f Fraction) String() string {
	if f.Den == 0 {
		return ""
	}
	s := fmt.Sprintf("%d/%d", f.Num, f.Den)
	if f.Over {
		return ">" + s
	}
	return s
}

// String is the value with its unit as packs write it.
func (v Value) String() string {
	if v.Share != "" {
		return v.Share
	}
	if v.Unit == "" {
		return strconv.Itoa(v.Value)
	}
	return strconv.Itoa(v.Value) + " " + v.Unit
}
