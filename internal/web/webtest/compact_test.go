package webtest_test

import (
	"slices"
	"testing"
)

// TestWorkListOnTelephone: a matter of the work list usually takes no more than four lines of a telephone, and can be opened and
// chosen with a finger.
func TestWorkListOnTelephone(t *testing.T) {
	b := open(t, "canbo")
	b.width(narrow)
	b.visit("/viec?the=qua-han")
	b.shot("viec-390")
	high := eval[[]float64](b, `[...document.querySelectorAll('.matters tbody tr')].map(r => r.getBoundingClientRect().height)`)
	if len(high) < 3 {
		t.Fatalf("%d matters", len(high))
	}
	slices.Sort(high)
	if usual, most := high[len(high)/2], high[len(high)-1]; usual > 145 || most > 220 { // a long text or name of a unit takes one more line or two
		t.Errorf("a matter is %v px high, the highest %v", usual, most)
	}
	if wide := b.overflow(); len(wide) > 0 {
		t.Errorf("wider than the window: %v", wide)
	}
}
