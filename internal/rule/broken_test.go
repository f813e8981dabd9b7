package rule_test

import (
	"strings"
	"testing"

	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/rule"
)

const next = `schema: 1
id: qd999
extends: qd208
title: {vi: Thử, en: Test}
from: "2027-01-01"
`

func file(text string) rule.File { return rule.File{Name: "x.yaml", Text: []byte(text), Revision: 1} }

// TestBroken: what is wrong in a pack is refused with file, line and reason, and the book stays as it was.
func TestBroken(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	sourced := `doc: qd208, sure: likely, since: "2027-01-01"`
	text := `title: {vi: a, en: b}, text: {vi: a, en: b}`
	for name, c := range map[string]struct {
		text string
		key  fault.Key
		line int
	}{
		"no yaml":                           {"schema: [1\n", "rules.not_yaml", 1},
		"a list":                            {"- a\n", "rules.no_mapping", 1},
		"an unknown key":                    {next + "valuse: {}\n", "rules.unknown_key", 6},
		"an unknown field":                  {next + "values:\n  member.min_age: {vaule: 19, " + sourced + "}\n", "rules.unknown_key", 7},
		"an alias":                          {next + "note: &a {vi: x, en: y}\n", "rules.alias", 6},
		"a key twice":                       {next + "from: \"2027-02-01\"\n", "rules.twice", 6},
		"another schema":                    {strings.Replace(next, "schema: 1", "schema: 2", 1), "rules.schema", 1},
		"no first day":                      {strings.Replace(next, `from: "2027-01-01"`, `from: ""`, 1), "rules.from", 5},
		"an impossible day":                 {strings.Replace(next, "2027-01-01", "2027-02-30", 1), "rules.type", 1},
		"ends before it begins":             {next + `to: "2026-12-01"` + "\n", "rules.to", 6},
		"an end with nobody":                {next + `to: "2027-12-01"` + "\n", "rules.gap", 6},
		"no English":                        {strings.Replace(next, ", en: Test", "", 1), "rules.words", 4},
		"a third language":                  {strings.Replace(next, "en: Test", "en: Test, fr: Essai", 1), "rules.language", 4},
		"an unknown parent":                 {strings.Replace(next, "qd208", "qd207", 1), "rules.no_pack", 3},
		"its own parent":                    {strings.Replace(next, "extends: qd208", "extends: qd999", 1), "rules.circle", 3},
		"an id that exists":                 {strings.Replace(next, "qd999", "qd208", 1), "rules.id_twice", 2},
		"a day with two packs":              {strings.Replace(next, "2027-01-01", "2026-07-26", 1), "rules.overlap", 5},
		"a document nobody knows":           {next + "in: [qd1]\n", "rules.document", 6},
		"a value without source":            {next + "values:\n  member.min_age: {value: 19}\n", "rules.unsourced", 7},
		"an unknown confidence":             {next + "values:\n  member.min_age: {value: 19, doc: qd208, sure: maybe, since: \"2027-01-01\"}\n", "rules.sure", 7},
		"an unknown source":                 {next + "values:\n  member.min_age: {value: 19, doc: qd1, sure: sure, since: \"2027-01-01\"}\n", "rules.document", 7},
		"a value of nothing":                {next + "values:\n  member.min_age: {value: 0, " + sourced + "}\n", "rules.value", 7},
		"a text for a number":               {next + "values:\n  member.min_age: {value: many, " + sourced + "}\n", "rules.type", 7},
		"a share above one":                 {next + "values:\n  vote.cell: {share: 4/3, " + sourced + "}\n", "rules.share", 7},
		"an unknown unit":                   {next + "clocks:\n  decide: {unit: weeks, " + sourced + "}\n", "rules.unit", 7},
		"a clock of no length":              {next + "clocks:\n  decide: {length: 0, " + sourced + "}\n", "rules.length", 7},
		"a clock from nowhere":              {next + "clocks:\n  decide: {start: nowhere, " + sourced + "}\n", "rules.start", 7},
		"a clock of no value":               {next + "clocks:\n  decide: {value: no.such, " + sourced + "}\n", "rules.no_value", 7},
		"a clock closed by what is no step": {next + "clocks:\n  decide: {close: [nowhere], " + sourced + "}\n", "rules.no_step", 7},
		"dropping what is not there":        {next + "checks:\n  no.such: {drop: true}\n", "rules.drop", 7},
		"a fact nobody knows":               {next + "checks:\n  a: {steps: [open], level: warn, must: person.age > 3, " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"a condition that is a number":      {next + "checks:\n  a: {steps: [open], level: warn, must: person.birth, " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"a date compared with a text":       {next + "checks:\n  a: {steps: [open], level: warn, must: 'on > \"2027\"', " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"a value that does not exist":       {next + "checks:\n  a: {steps: [open], level: warn, must: 'value(\"no.such\") > 0', " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"a clock that does not exist":       {next + "checks:\n  a: {steps: [open], level: warn, must: 'due(\"no.such\", on) > 0', " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"a value whose name is computed":    {next + "checks:\n  a: {steps: [open], level: warn, must: 'value(step) > 0', " + text + ", " + sourced + "}\n", "rules.condition", 7},
		"an unclosed place in a text":       {next + "checks:\n  a: {steps: [open], level: warn, must: consent, title: {vi: a, en: b}, text: {vi: \"{date(on)\", en: b}, " + sourced + "}\n", "rules.condition", 7},
		"an unknown level":                  {next + "checks:\n  a: {steps: [open], level: maybe, must: consent, " + text + ", " + sourced + "}\n", "rules.level", 7},
		"an unknown step":                   {next + "checks:\n  a: {steps: [fly], level: warn, must: consent, " + text + ", " + sourced + "}\n", "rules.no_step", 7},
		"a check of no step":                {next + "checks:\n  a: {steps: [], level: warn, must: consent, " + text + ", " + sourced + "}\n", "rules.no_steps", 7},
		"a check that asks nothing":         {next + "checks:\n  a: {steps: [open], level: warn, " + text + ", " + sourced + "}\n", "rules.must", 7},
		"a paper of no catalogue":           {next + "papers:\n  a: {code: 999, step: open, text: {vi: a, en: b}, " + sourced + "}\n", "rules.no_type", 7},
		"a paper good for what is no value": {next + "papers:\n  a: {code: 37, step: open, months: no.such, text: {vi: a, en: b}, " + sourced + "}\n", "rules.no_value", 7},
		"a form of no step":                 {next + "forms:\n  99-KNĐ: {step: fly, text: {vi: a, en: b}, " + sourced + "}\n", "rules.no_step", 7},
		"votes of nothing":                  {next + "votes:\n  cell_vote: {base: \"\", " + sourced + "}\n", "rules.condition", 7},
		"a decider of no share":             {next + "deciders:\n  standing: {share: member.min_age, " + sourced + "}\n", "rules.no_value", 7},
		"a document without a number":       {next + "documents:\n  a: {role: regulation, text: {vi: a, en: b}}\n", "rules.triple", 7},
		"a document that exists":            {next + "documents:\n  a: {no: 208-QĐ/TW, issuer: Ban Chấp hành Trung ương, date: \"2026-07-26\", role: regulation, text: {vi: a, en: b}}\n", "rules.same_document", 7},
	} {
		_, err := b.With(file(c.text))
		text := fault.TextOf(err)
		if err == nil || text.Key != "rules.broken" || len(text.Args) != 3 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		why, _ := text.Args[2].(fault.Text)
		if why.Key != c.key || text.Args[1] != c.line && c.key != "rules.type" {
			t.Errorf("%s: line %v: %s %v, not line %d: %s", name, text.Args[1], why.Key, why.Args, c.line, c.key)
		}
		for _, lang := range i18n.Langs() {
			if s := i18n.For(lang).Text(text); strings.Contains(s, "⟦") || !strings.Contains(s, "yaml") {
				t.Errorf("%s: %q", name, s)
			}
		}
	}
	if again, _ := rule.Builtin(); len(again.Packs()) != len(b.Packs()) {
		t.Error("the book changed")
	}
}

// TestWith: a new regime closes the one before it; a correction is a further revision and changes no other pack.
func TestWith(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	n, err := b.With(file(next+"values:\n  member.min_age: {value: 19, doc: qd208, sure: likely, since: \"2027-01-01\"}\n"),
		rule.File{Name: "c.yaml", Revision: 2, Text: []byte("schema: 1\nid: qd294\nextends: qd294@1\nclocks:\n  decide: {length: 45, doc: qd294, sure: sure, since: \"2025-07-01\"}\n")})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[int]string{20250701: "qd294@2", 20260408: "qd20@1", 20261231: "qd208@1", 20270101: "qd999@1", 20990101: "qd999@1"} {
		p, err := n.On(dateOf(day))
		if err != nil || p.Ref() != want {
			t.Errorf("%d: %v %v, not %s", day, p, err, want)
		}
	}
	corrected, _ := n.Pack("qd294")
	first, _ := n.Pack("qd294@1")
	newest, _ := n.Pack("qd208")
	for p, want := range map[*rule.Pack]int{corrected: 45, first: 60, newest: 60} {
		if c, _ := p.Clock("decide"); c.Length != want {
			t.Errorf("%s decides in %d, not %d", p.Ref(), c.Length, want)
		}
	}
	if p, _ := n.Pack("qd999"); p.Int("member.min_age") != 19 {
		t.Error("the new value does not count")
	}
	if p, _ := b.On(20270601); p.Ref() != "qd208@1" {
		t.Error("the book without it changed")
	}
	if _, err := n.On(20000101); fault.TextOf(err).Key != "rules.no_pack_on" {
		t.Errorf("before everything: %v", err)
	}
	if rs := n.Revisions("qd294"); len(rs) != 2 || rs[0] != corrected {
		t.Errorf("revisions: %v", rs)
	}
	d := rule.Weighty(rule.Diff(first, corrected))
	if len(d) != 1 || d[0].Kind != "changed" || d[0].From != "60+30 working_days · cell_vote" || d[0].To != "45+30 working_days · cell_vote" {
		t.Errorf("the difference: %+v", d)
	}
}

// TestDiff: what changed from one regulation to the next, as domain experts tell it.
func TestDiff(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	pack := func(id string) *rule.Pack {
		p, err := b.Pack(id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	has := func(cs []rule.Change, section, key, kind string) bool {
		for _, c := range cs {
			if c.Section == section && c.Key == key && c.Kind == kind {
				return true
			}
		}
		return false
	}
	cs := rule.Diff(pack("qd294"), pack("qd208"))
	for _, w := range [][3]string{{"clocks", "ceremony", "changed"}, {"deciders", "committee", "dropped"}, {"checks", "school.min", "changed"}, {"checks", "ceremony.late", "changed"}, {"values", "member.max_age", "source"}} {
		if !has(cs, w[0], w[1], w[2]) {
			t.Errorf("%v is not told", w)
		}
	}
	back := rule.Diff(pack("qd208"), pack("qd294"))
	if !has(back, "deciders", "committee", "added") {
		t.Error("the other way round nothing is added")
	}
	if same := rule.Diff(pack("qd24"), pack("qd24")); len(same) != 0 {
		t.Errorf("a pack differs from itself: %v", same)
	}
	if w := rule.Weighty(rule.Diff(pack("qd24"), pack("qd232"))); len(w) != 0 {
		t.Errorf("24 and 232 ask the same: %v", w)
	}
}

// TestLocal: a committee adds, and loosens nothing.
func TestLocal(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Pack("qd208")
	if err != nil {
		t.Fatal(err)
	}
	own := `checks:
  local.pupils: {steps: [cell_vote], level: warn, when: person.occupation == 11, must: "false", title: {vi: Học lực, en: Grades}, text: {vi: Học sinh phải có học lực khá trở lên., en: Pupils need good grades.}, doc: practice, sure: sure, since: "2026-08-01"}
papers:
  local.grades: {step: cell_vote, when: person.occupation == 11, text: {vi: Học bạ, en: School report}, doc: practice, sure: sure, since: "2026-08-01"}
`
	n, err := p.WithLocal("DU1", "local.yaml", []byte(own))
	if err != nil {
		t.Fatal(err)
	}
	f := sound("cell_vote", p.From)
	if bad := failing(t, n, f); len(bad) != 0 {
		t.Errorf("who is no pupil: %v", bad)
	}
	f.Person.Occupation = 11
	if bad := failing(t, n, f); bad["local.pupils"] != rule.Warn || len(bad) != 1 {
		t.Errorf("a pupil: %v", bad)
	}
	if bad := failing(t, p, f); len(bad) != 0 {
		t.Errorf("elsewhere: %v", bad)
	}
	need, err := n.Needed(f)
	if err != nil || need[len(need)-1].Key != "local.grades" || need[len(need)-1].Local != "DU1" {
		t.Errorf("papers: %v %v", need, err)
	}
	for name, bad := range map[string]string{
		"loosening a check": `checks: {age.min: {steps: [cell_vote], level: warn, must: "true", title: {vi: a, en: b}, text: {vi: a, en: b}, doc: practice, sure: sure, since: "2026-08-01"}}`,
		"a value":           `values: {member.min_age: {value: 16, doc: practice, sure: sure, since: "2026-08-01"}}`,
		"dropping":          `checks: {age.min: {drop: true}}`,
	} {
		if _, err := p.WithLocal("DU1", "local.yaml", []byte(bad)); fault.TextOf(err).Key != "rules.broken" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSuperseded: numbers are given more than once, so a document is told by number and day.
func TestSuperseded(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		on   int
		want string
	}{
		{"Căn cứ Quy định số 24-QĐ/TW ngày 30/7/2021", 20260801, "24-QĐ/TW (30/07/2021)"},
		{"Căn cứ Quy định số 24-QĐ/TW ngày 30/7/2021", 20230801, ""},
		{"Căn cứ Quy định số 294 – QĐ/TW", 20260801, "294-QĐ/TW (26/05/2025)"},
		{"Căn cứ Quy định số 208-QĐ/TW, Hướng dẫn 01-HD/TW", 20260801, ""},
		{"Hướng dẫn số 01-HD/TW ngày 28 tháng 9 năm 2021", 20260801, "01-HD/TW (28/09/2021)"},
		{"Hướng dẫn số 01-HD/TW ngày 28-9-2021", 20240801, ""},
		{"Kế hoạch 124-QĐ/TWX", 20260801, ""},
	} {
		if got := strings.Join(b.Superseded(c.text, dateOf(c.on)), "; "); got != c.want {
			t.Errorf("%s on %d: %q, not %q", c.text, c.on, got, c.want)
		}
	}
}
