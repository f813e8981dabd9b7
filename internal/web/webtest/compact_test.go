package webtest_test

import "testing"

// TestWorkListOnTelephone: a matter of the work list takes no more than three or four lines of a telephone, and can be opened and
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
	for i, h := range high {
		if h > 160 { // four lines, the unit on one of its own
			t.Errorf("matter %d is %v px high", i+1, h)
		}
	}
	if wide := b.overflow(); len(wide) > 0 {
		t.Errorf("wider than the window: %v", wide)
	}
}
