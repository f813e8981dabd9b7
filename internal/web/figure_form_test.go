package web

import (
	"net/url"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

// TestYearAlone: whoever types a number may name a year instead of its first and last day; half a date anywhere else is refused.
func TestYearAlone(t *testing.T) {
	number := func(pairs ...string) url.Values {
		v := url.Values{"indicator": {"admit"}, "kind": {"goal"}, "op": {"="}, "low": {"817"}, "counted": {"person"}, "span": {"year"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for name, c := range map[string]struct {
		form     url.Values
		from, to day.Date
	}{
		"a year":           {number("from", "2026"), day.Of(2026, 1, 1), day.Of(2026, 12, 31)},
		"two years":        {number("span", "term", "from", "2025", "to", "2030"), day.Of(2025, 1, 1), day.Of(2030, 12, 31)},
		"months":           {number("span", "term", "from", "3/2025", "to", "2/2028"), day.Of(2025, 3, 1), day.Of(2028, 2, 29)},
		"days":             {number("from", "05/02/2026", "to", "06/02/2026"), day.Of(2026, 2, 5), day.Of(2026, 2, 6)},
		"a term unending":  {number("span", "term", "from", "2025"), day.Of(2025, 1, 1), 0},
		"a part of a year": {number("span", "part", "from", "2026", "as_of", "31/08/2026"), day.Of(2026, 1, 1), day.Of(2026, 12, 31)},
	} {
		f, err := figureBound(c.form, 1)
		if err != nil || f.Span.From != c.from || f.Span.To != c.to {
			t.Errorf("%s: %s to %s, %v", name, f.Span.From, f.Span.To, err)
		}
	}
	if _, err := figureBound(number("from", "2026", "as_of", "8/2026"), 1); fault.FieldsOf(err)["as_of"].Key != "document.date_whole" {
		t.Errorf("as of a month: %v", err)
	}
	if f, err := figureBound(number("truncated", "1", "counted", target.InPercent, "low", "109"), 1); err != nil || !f.Truncated {
		t.Errorf("cut off: %+v %v", f, err)
	}
}

// TestNextOffer: after a number comes the one behind it in the text, or the same for another time, never one that was passed.
func TestNextOffer(t *testing.T) {
	for key, after := range map[string]bool{"4.125.20250101.20301231": true, "4.277.1.2": true, "5.0.1.2": true, "4.12.1.2": false, "3.900.1.2": false} {
		if afterKey(key, "4.125.20240101.20251231") != after {
			t.Errorf("%s: %v", key, !after)
		}
	}
}
