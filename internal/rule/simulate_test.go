package rule_test

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/rule"
)

func dateOf(n int) day.Date { return day.Date(n) }

// TestSimulate: "if the cell meets on 3-2-2026, under which pack, which checks fail?"
func TestSimulate(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	f := sound("cell_vote", 20251101)
	f.On, f.Cert.Issued = 20260203, 20200115
	o, err := b.Simulate(f)
	if err != nil {
		t.Fatal(err)
	}
	if o.Pack.ID != "qd294" {
		t.Errorf("under %s", o.Pack.ID)
	}
	if bad := failing(t, o.Pack, f); len(bad) != 1 || bad["cert.valid"] != rule.Refuse {
		t.Errorf("found %v", bad)
	}
	if o.Count == nil || o.Count.Base != 10 || o.Count.Need != 7 {
		t.Errorf("votes: %+v", o.Count)
	}
	dues := map[string]rule.Due{}
	for _, d := range o.Dues {
		dues[d.Clock.Key] = d
	}
	// 60 working days after 3-2-2026: the lunar New Year (16 to 20-2), 27-4, 30-4 and 1-5 are free
	if d := dues["decide"]; d.Start != 20260203 || d.Due != 20260508 || d.Late != 20260619 {
		t.Errorf("decided by %s, at the latest %s", d.Due, d.Late)
	}
	if d := dues["certificate"]; d.Due != 20250115 {
		t.Errorf("the certificate is good until %s", d.Due)
	}
	if _, runs := dues["probation"]; runs {
		t.Error("probation runs before the ceremony")
	}
}

// TestDues: clocks that start where another ends, and months that are calendar months.
func TestDues(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	f := rule.Facts{Step: "ceremony", On: 20250831, Person: rule.PersonFacts{Birth: 19700229, Stage: "probationary"}}
	o, err := b.Simulate(f)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]day.Date{"probation": 20260831, "new_course": 20260831, "own_cv": 20251014, "consider": 20261014}
	for _, d := range o.Dues {
		if w, ok := want[d.Clock.Key]; ok && d.Due != w {
			t.Errorf("%s is due on %s, not %s", d.Clock.Key, d.Due, w)
		}
		delete(want, d.Clock.Key)
	}
	if len(want) > 0 {
		t.Errorf("nothing about %v", want)
	}
}

func TestFraction(t *testing.T) {
	for _, c := range []struct {
		f        rule.Fraction
		of, need int
	}{
		{rule.Fraction{Num: 2, Den: 3}, 3, 2}, {rule.Fraction{Num: 2, Den: 3}, 10, 7}, {rule.Fraction{Num: 2, Den: 3}, 12, 8},
		{rule.Fraction{Num: 1, Den: 2, Over: true}, 8, 5}, {rule.Fraction{Num: 1, Den: 2, Over: true}, 9, 5}, {rule.Fraction{Num: 1, Den: 2, Over: true}, 1, 1},
	} {
		if got := c.f.Need(c.of); got != c.need || !c.f.Met(c.need, c.of) || c.f.Met(c.need-1, c.of) {
			t.Errorf("%s of %d needs %d", c.f, c.of, got)
		}
	}
	if (rule.Fraction{Num: 2, Den: 3}).Met(0, 0) {
		t.Error("nobody is enough of nobody")
	}
}

func TestMonthsBetween(t *testing.T) {
	for _, c := range []struct {
		a, b day.Date
		want int
	}{
		{20060315, 20240315, 216}, {20060315, 20240314, 215}, {20060131, 20060228, 1}, {20060228, 20060131, -1}, {20040229, 20220228, 216},
		{20060000, 20240101, 216}, {0, 20240101, 0}, {20240101, 0, 0},
	} {
		if got := rule.MonthsBetween(c.a, c.b); got != c.want {
			t.Errorf("from %s to %s: %d, not %d", c.a, c.b, got, c.want)
		}
	}
}

func BenchmarkExamine(b *testing.B) {
	book, err := rule.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	p, err := book.Pack("qd208")
	if err != nil {
		b.Fatal(err)
	}
	f := sound("cell_vote", p.From)
	for b.Loop() {
		if _, err := p.Examine(f); err != nil {
			b.Fatal(err)
		}
	}
}
