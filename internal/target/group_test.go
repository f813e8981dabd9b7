package target

import (
	"testing"

	"ketnap/internal/ledger"
)

func TestGroup(t *testing.T) {
	pupil, worker, catholic := ledger.Attrs{Occupation: 13, Sector: 4}, ledger.Attrs{Occupation: 9, Sector: 7}, ledger.Attrs{Religion: 3}
	for _, c := range []struct {
		code        string
		ok          bool
		has, hasNot []ledger.Attrs
	}{
		{code: "", ok: true, has: []ledger.Attrs{pupil, worker, catholic}},
		{code: "occ.12+occ.13+sec.7", ok: true, has: []ledger.Attrs{pupil, worker, {Occupation: 12, Sector: 7}}, hasNot: []ledger.Attrs{catholic, {Occupation: 5, Sector: 4}}},
		{code: "sec.7", ok: true, has: []ledger.Attrs{worker}, hasNot: []ledger.Attrs{pupil}},
		{code: "rel.3", ok: true, has: []ledger.Attrs{catholic}, hasNot: []ledger.Attrs{pupil, {Religion: 2}}},
		{code: "học sinh"}, {code: "occ.12+"}, {code: "+"}, {code: "rel.0"}, {code: "rel.x"}, {code: "occ.99"},
	} {
		g, ok := ParseGroup(c.code)
		if ok != c.ok {
			t.Errorf("%q: %v", c.code, ok)
			continue
		}
		for _, a := range c.has {
			if !g.Has(a, 20) {
				t.Errorf("%q has not %+v", c.code, a)
			}
		}
		for _, a := range c.hasNot {
			if g.Has(a, 20) {
				t.Errorf("%q has %+v", c.code, a)
			}
		}
	}
	if g, _ := ParseGroup("occ.12+occ.13"); g.Has(ledger.Attrs{}, 20) {
		t.Error("nothing filled in belongs to no group")
	}
	if g, _ := ParseGroup("sec.7"); func() bool { s, ok := g.Slice(); return !ok || s.String() != "sec.7" }() {
		t.Error("one slice is counted by its column")
	}
	if g, _ := ParseGroup("occ.12+occ.13"); func() bool { _, ok := g.Slice(); return ok }() {
		t.Error("two slices have no column")
	}
}
