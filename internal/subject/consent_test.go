package subject

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// hashes are those of every text that was ever shown. A text is never changed: another wording is another version, with a line of its own.
var hashes = map[string][]string{
	"contact": {"b581eda033463c88"},
	"scan":    {"7b7fd22d5f37968d"},
	"share":   {"9fd89e2462ed21cc"},
}

// TestGrounds: every purpose says on which ground it stands. One that needs consent has the words it is asked with and what it opens; one that
// stands on law says why consent is not asked.
func TestGrounds(t *testing.T) {
	for _, p := range Book().Purposes {
		if _, ok := Book().Kept(p.Keep); !ok || p.Text["vi"] == "" || p.Text["en"] == "" || p.Law["vi"] == "" || p.Sure == "" {
			t.Errorf("%s: %+v", p.Code, p)
		}
		switch p.Basis {
		case "law":
			if p.Why["vi"] == "" || p.Why["en"] == "" || len(p.Asks) != 0 || p.Uses != "" {
				t.Errorf("%s does not say why consent is not asked", p.Code)
			}
		case "same":
		case "consent":
			if p.Uses == "" || p.Silence != "open" && p.Silence != "closed" || len(p.Asks) != len(hashes[p.Code]) {
				t.Errorf("%s: %+v", p.Code, p)
			}
			for i, a := range p.Asks {
				since, err := day.Parse(a.Since)
				if a.Version != i+1 || err != nil || !since.Valid() || a.Text["vi"] == "" || a.Text["en"] == "" || a.Hash() != hashes[p.Code][i] {
					t.Errorf("%s, text %d: hash %q", p.Code, a.Version, a.Hash())
				}
			}
		default:
			t.Errorf("%s stands on %q", p.Code, p.Basis)
		}
	}
	if len(Book().Consented()) != len(hashes) {
		t.Error("a purpose that needs consent has no texts")
	}
	if c := (Purpose{Silence: "closed"}); !c.Closes("") || c.Closes(Given) || !c.Closes(Withdrawal) {
		t.Error("a purpose that silence closes")
	}
}

// TestSaid: what may follow on what was said.
func TestSaid(t *testing.T) {
	d := func(n int) day.Date { return day.Of(2026, 12, n) }
	said := func(s Said, n int) Consent { return Consent{Purpose: "contact", Version: 1, Said: s, On: d(n)} }
	for _, c := range []struct {
		name   string
		before []Consent
		next   Consent
		want   fault.Key // of the error or of one of its fields, "" for none
	}{
		{"given", nil, said(Given, 5), ""},
		{"refused", nil, said(Refusal, 5), ""},
		{"withdrawn without having been given", nil, said(Withdrawal, 5), "consent.not_given"},
		{"withdrawn", []Consent{said(Given, 3)}, said(Withdrawal, 5), ""},
		{"withdrawn on the same day", []Consent{said(Given, 5)}, said(Withdrawal, 5), ""},
		{"refused after it was given", []Consent{said(Given, 3)}, said(Refusal, 5), "consent.withdraw_it"},
		{"given twice", []Consent{said(Given, 3)}, said(Given, 5), "consent.same"},
		{"given again", []Consent{said(Given, 2), said(Withdrawal, 3)}, said(Given, 5), ""},
		{"given after a refusal", []Consent{said(Refusal, 3)}, said(Given, 5), ""},
		{"older than what is on record", []Consent{said(Withdrawal, 7)}, said(Given, 5), "consent.older"},
		{"in the future", nil, said(Given, 11), "request.on_future"},
		{"nothing", nil, said("maybe", 5), "consent.said_missing"},
		{"no such text", nil, Consent{Purpose: "contact", Version: 9, Said: Given, On: d(5)}, "consent.purpose_unknown"},
		{"a purpose that stands on law", nil, Consent{Purpose: "ledger", Version: 1, Said: Given, On: d(5)}, "consent.purpose_unknown"},
	} {
		c.next.Way, c.next.By, c.next.Place = ByPaper, " Lê Thị Thư ", "tủ hồ sơ"
		err := c.next.Check(Book(), c.before, d(10))
		got := fault.TextOf(err).Key
		for _, f := range fault.FieldsOf(err) {
			got = f.Key
		}
		if got != c.want || err == nil && (c.next.Hash == "" || c.next.By != "Lê Thị Thư") {
			t.Errorf("%s: %q, want %q (%+v)", c.name, got, c.want, c.next)
		}
	}
	bad := said(Given, 5)
	bad.Way = "dream"
	if fields := fault.FieldsOf(bad.Check(Book(), nil, d(10))); len(fields) != 3 { // form, place, who took it
		t.Errorf("a paper nobody took: %v", fields)
	}
}
