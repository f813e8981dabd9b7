package ledger

import (
	"testing"

	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// TestCountedIsTally: a list by Counted has what the counters of happenings have.
func TestCountedIsTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Custom(func(t *rapid.T) Place {
			s := Stage(rapid.IntRange(0, 6).Draw(t, "stage"))
			if s == Outside {
				return Place{}
			}
			return Place{Unit: id.ID(rapid.IntRange(1, 2).Draw(t, "unit")), Stage: s}
		})
		m := Movement{From: place.Draw(t, "from"), To: place.Draw(t, "to"), Effective: day.Of(2026, 3, 5),
			Cause:    Cause(rapid.IntRange(1, 22).Draw(t, "cause")),
			Reverses: id.ID(rapid.IntRange(0, 1).Draw(t, "reverses")), Age: rapid.IntRange(0, 80).Draw(t, "age"),
			Attrs: Attrs{Sex: rapid.IntRange(0, 2).Draw(t, "sex"), Sector: rapid.IntRange(0, 10).Draw(t, "sector")}}
		if rapid.Bool().Draw(t, "changed") {
			m.Was = &Attrs{Sex: 2, Youth: true}
		}
		from, to := rapid.Bool().Draw(t, "fromIn"), rapid.Bool().Draw(t, "toIn")
		want, got := Tally{}, Tally{}
		want.Add(7, m, from, to)
		for k := range want {
			if k.Measure >= stockBase {
				delete(want, k)
			}
		}
		if measure, sign, ok := m.Counted(from, to); ok {
			got.at(7, m.Effective.MonthOf(), measure).Add(m.Counting(), m.Age, sign)
		}
		if len(want) != len(got) {
			t.Fatalf("%d counters, want %d", len(got), len(want))
		}
		for k, c := range want {
			if g := got[k]; g == nil || *g != *c {
				t.Fatalf("%v: %v, want %v", k, g, *c)
			}
		}
	})
}
