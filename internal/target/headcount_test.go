package target

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

func TestHeadcountCheck(t *testing.T) {
	today := day.Of(2026, 11, 21)
	ok := Headcount{On: today, N: 40, Source: "Báo cáo của nhà trường"}
	with := func(f func(h *Headcount)) Headcount { h := ok; f(&h); return h }
	for _, c := range []struct {
		h     Headcount
		field string
		key   fault.Key
	}{
		{ok, "", ""},
		{with(func(h *Headcount) { h.N = 0 }), "n", "density.number"},
		{with(func(h *Headcount) { h.N = 24 }), "n", "density.below_members"},
		{with(func(h *Headcount) { h.N = 25 }), "", ""},
		{with(func(h *Headcount) { h.On = 0 }), "on", "density.on_missing"},
		{with(func(h *Headcount) { h.On = today.AddDays(1) }), "on", "density.on_future"},
		{with(func(h *Headcount) { h.Source = " " }), "source", "density.source_missing"},
	} {
		err := c.h.Check(25, today)
		e, _ := err.(*fault.Error)
		if c.key == "" && err != nil || c.key != "" && (e == nil || e.Fields[c.field].Key != c.key) {
			t.Errorf("%+v: %v, want %s %q", c.h, err, c.field, c.key)
		}
	}
}
