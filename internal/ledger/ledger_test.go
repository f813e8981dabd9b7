package ledger

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

func TestReverse(t *testing.T) {
	was := attrs
	was.Occupation = 9
	m := Movement{ID: 10, Person: 1, From: Place{7, Pool}, To: Place{8, Pool}, Cause: Transfer, Effective: day.Of(2026, 3, 5), Decision: "12-QĐ/ĐU",
		Batch: 4, Age: 27, Attrs: attrs, Was: &was}
	for _, c := range []struct {
		name  string
		first day.Date
		want  day.Date
	}{
		{"nothing before", 0, day.Of(2026, 3, 5)},
		{"an earlier month closed", day.Of(2026, 3, 1), day.Of(2026, 3, 5)},
		{"the day before closed", day.Of(2026, 3, 5), day.Of(2026, 3, 5)},
		{"its own day closed", day.Of(2026, 3, 6), day.Of(2026, 3, 6)},
		{"its year closed", day.Of(2027, 1, 1), day.Of(2027, 1, 1)},
	} {
		r := m.Reverse(11, c.first)
		want := Movement{ID: 11, Person: 1, From: Place{8, Pool}, To: Place{7, Pool}, Cause: Transfer, Effective: c.want, Decision: "12-QĐ/ĐU",
			Batch: 4, Age: 27, Attrs: was, Was: &attrs, Reverses: 10}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
	if m.ID != 10 || m.From.Unit != 7 || *m.Was != was || m.Attrs != attrs {
		t.Error("the original changed")
	}
	plain := Movement{ID: 10, From: Place{7, Dossier}, To: Place{7, Probationary}, Cause: Admit, Effective: day.Of(2026, 3, 5), Attrs: attrs}
	if r := plain.Reverse(11, 0); r.Was != nil || r.Attrs != attrs || r.Before() != attrs {
		t.Errorf("without a change of attributes: %+v", r)
	}
}

// TestReverseChains: a reversal starts where its original ended and ends where it started.
func TestReverseChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Custom(func(t *rapid.T) Place {
			s := Stage(rapid.IntRange(0, 6).Draw(t, "stage"))
			if s == Outside {
				return Place{}
			}
			return Place{Unit: id.ID(rapid.IntRange(1, 3).Draw(t, "unit")), Stage: s}
		})
		m := Movement{ID: 1, From: place.Draw(t, "from"), To: place.Draw(t, "to"), Cause: Admit, Effective: day.Of(2026, 3, 5), Attrs: attrs}
		if rapid.Bool().Draw(t, "changes") {
			m.Was = &Attrs{Sex: 1}
		}
		r := m.Reverse(2, 0)
		if r.From != m.To || r.To != m.From || r.Before() != m.Attrs || r.Attrs != m.Before() {
			t.Fatalf("%+v undone by %+v", m, r)
		}
		if err := Check(r, Last{Place: m.To, Effective: m.Effective, Attrs: m.Attrs}, rules); err != nil {
			t.Fatal(err)
		}
		sum := Tally{}
		for _, legs := range [][2]bool{{true, true}, {true, false}, {false, true}} {
			sum.Add(7, m, legs[0], legs[1])
			// The legs of the reversal lie where those of the original lay, the other way round.
			sum.Add(7, r, legs[1], legs[0])
		}
		sum.Compact()
		if len(sum) != 0 {
			t.Fatalf("what is undone leaves counters: %v", sum)
		}
	})
}

func TestStanding(t *testing.T) {
	ms := []Movement{{ID: 1}, {ID: 2}, {ID: 3}, {ID: 4, Reverses: 3}, {ID: 5}, {ID: 6, Reverses: 5}, {ID: 7, Reverses: 2}, {ID: 8}}
	var got []id.ID
	for _, m := range Standing(ms) {
		got = append(got, m.ID)
	}
	if diff := cmp.Diff([]id.ID{1, 8}, got); diff != "" {
		t.Error(diff)
	}
	if Standing(nil) != nil || len(Standing([]Movement{{ID: 1}, {ID: 2, Reverses: 1}})) != 0 {
		t.Error("nothing stands, but something is returned")
	}
}

func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60)
		a := Attrs{Sex: n.Draw(t, "sex"), Ethnic: n.Draw(t, "ethnic"), Religion: n.Draw(t, "religion"), Occupation: n.Draw(t, "occupation"),
			Schooling: n.Draw(t, "schooling"), Expertise: n.Draw(t, "expertise"), Sector: n.Draw(t, "sector"), Youth: rapid.Bool().Draw(t, "youth"),
			Birth: day.Of(rapid.IntRange(1910, 2026).Draw(t, "year"), rapid.IntRange(0, 12).Draw(t, "month"), 0)}
		got, err := UnpackAttrs(a.Pack())
		if err != nil || got == nil || *got != a {
			t.Fatalf("%+v packed as %q comes back as %+v, %v", a, a.Pack(), got, err)
		}
	})
	if got, err := UnpackAttrs(""); got != nil || err != nil {
		t.Errorf("nothing packed: %v %v", got, err)
	}
	if got := attrs.Pack(); got != "2,1,1,5,4,4,1,1,19980517" {
		t.Errorf("packed as %q: the form is stored and must not change", got)
	}
	for _, bad := range []string{"1", "1,2,3,4,5,6,7,8", "1,2,3,4,5,6,7,8,9,10", "a,2,3,4,5,6,7,8,9", "1,,3,4,5,6,7,8,9"} {
		if got, err := UnpackAttrs(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}

// TestSince: what is undone on its own day leaves nothing behind; what a closed period moved to a later day does, also when the period is
// opened again.
func TestSince(t *testing.T) {
	post := func(i id.ID, on day.Date) Movement { return Movement{ID: i, Effective: on} }
	undo := func(i, of id.ID, on day.Date) Movement { return Movement{ID: i, Reverses: of, Effective: on} }
	may, later, october, next := day.Of(2016, 5, 10), day.Of(2017, 1, 1), day.Of(2016, 10, 24), day.Of(2017, 5, 23)
	first := post(1, day.Of(2016, 3, 13))
	for name, c := range map[string]struct {
		ms   []Movement
		want day.Date
	}{
		"the first":                                     {[]Movement{post(9, may)}, 0},
		"after one":                                     {[]Movement{first, post(9, may)}, first.Effective},
		"after one undone on its day":                   {[]Movement{first, post(2, may), undo(3, 2, may), post(9, october)}, first.Effective},
		"after two undone on their days":                {[]Movement{first, post(2, may), post(3, october), undo(4, 3, october), undo(5, 2, may), post(9, next)}, first.Effective},
		"after one undone later":                        {[]Movement{first, post(2, may), undo(3, 2, later), post(9, next)}, later},
		"after one undone later and another on its day": {[]Movement{first, post(2, may), undo(3, 2, later), post(4, next), undo(5, 4, next), post(9, next)}, later},
		"after the first undone":                        {[]Movement{first, undo(2, 1, first.Effective), post(9, may)}, 0},
	} {
		if got := Since(c.ms, 9); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
