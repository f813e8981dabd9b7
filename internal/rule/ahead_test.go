package rule_test

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/rule"
)

// TestAhead: before anything is entered only what is known already is held against a step, in every regime.
func TestAhead(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Packs() {
		from := p.From.AddMonths(1)
		for _, c := range []struct {
			name, step string
			edit       func(f *rule.Facts)
			want       string
		}{
			{"nothing is wrong", "cell_vote", func(*rule.Facts) {}, ""},
			{"the votes come with the act", "cell_vote", func(f *rule.Facts) { f.Vote, f.No = rule.VoteFacts{}, "" }, ""},
			{"the introducers come with the act", "introduce", func(f *rule.Facts) { f.Introducers = nil }, ""},
			{"the helper is chosen with the resolution", "adopt", func(f *rule.Facts) { f.Helper, f.Helpers = rule.MemberFacts{}, 0 }, ""},
			{"the helper left the cell", "ceremony", func(f *rule.Facts) { f.Helper.SameUnit = false }, "helper.unit"},
			{"the certificate ran out", "cell_vote", func(f *rule.Facts) { f.Cert.Issued = f.On.AddMonths(-61) }, "cert.valid"},
			{"nobody may decide", "decide", func(f *rule.Facts) { f.Decider = rule.UnitFacts{} }, "decide.power"},
			{"probation is not over", "cell_recognise", func(f *rule.Facts) { f.On = day.Date(f.Dates["ceremony"]).AddMonths(11) }, "recognise.early"},
		} {
			f := sound(c.step, from)
			c.edit(&f)
			found, err := p.Ahead(f)
			if err != nil {
				t.Fatal(err)
			}
			have := ""
			for _, x := range found {
				have += x.Check
				if x.Level == rule.Pass || x.Text["vi"] == "" {
					t.Errorf("%s, %s: %+v", p.ID, c.name, x)
				}
			}
			if have != c.want {
				t.Errorf("%s, %s: %q, not %q", p.ID, c.name, have, c.want)
			}
		}
	}
}
