package rule_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/rule"
)

// rulesHead is what stands in doc/rules.md before its tables.
const rulesHead = `# Rules, where they stand and what holds them

Written by ` + "`KETNAP_UPDATE=1 go test ./internal/rule`" + ` from internal/rule/rules_doc_test.go and the packs; do not edit.

Each rule of the procedure that is known from a text (sure) or read with little doubt (likely), the entries of the packs that say it, how sure
each regime is of the first of them, and the tests that hold it. The letters stand for the regimes in their order:
45-QĐ/TW, 29-QĐ/TW, 24-QĐ/TW, 232-QĐ/TW, 294-QĐ/TW, 20-QĐ/TW, 208-QĐ/TW; s is sure, l likely, u not verified (chưa kiểm chứng), - not there.
A value is shown as it is under 208-QĐ/TW. TestCases has the cases of every check, each tried in every regime.

The test fails when an entry or a test named here does not exist, when a check has no case, and when a pack has a value, a period, a check, a vote or
a decider that is neither in these tables nor marked as not verified in every regime.
`

// knownRule is one rule as it is known, with what says it in the packs and what holds it.
type knownRule struct {
	text  string
	keys  string // section/key, divided by spaces; the first is the one whose confidence is shown
	tests string // besides those that follow from the section
}

// knownRules are the rules in the order of the procedure.
var knownRules = []struct {
	title string
	rules []knownRule
}{
	{"Which regulation judges", []knownRule{
		{"Exactly one regulation, guidance and practice holds on a day; the chain from 45-QĐ/TW to 208-QĐ/TW has no gap", "", "TestWith TestRegimes"},
		{"A dossier is judged by the pack it was opened under until somebody moves it on, who sees first what changes", "steps/rebase", "TestRealLife TestScripts"},
		{"Citing a document that holds no more warns", "checks/cited.holds", ""},
		{"A committee may add criteria and papers for its units and never loosen a rule", "", "TestLocal TestLocals"},
	}},
	{"Age and schooling", []knownRule{
		{"From full 18 years, by months, on the day the cell considers the case", "values/member.min_age checks/age.min checks/age.soon checks/birth.known", ""},
		{"To full 60 years; older only with the written consent of the province's standing committee before the decision", "values/member.max_age checks/age.max checks/age.consent clocks/age papers/consent", ""},
		{"Lower secondary school: or equal to it under 29, the diploma under 24 and 232, the programme completed under 208", "values/school.min checks/school.min checks/school.known", "TestSchooling"},
		{"Primary school in mountain, border, island, minority and specially difficult areas", "values/school.min_hard checks/school.min", ""},
		{"Village elders and respected persons there: reading and writing, with written consent", "values/school.min_elder checks/school.min", ""},
	}},
	{"Who introduces and who helps", []knownRule{
		{"Two official members introduce", "values/introducers.members checks/introducers.count checks/introducers.official", ""},
		{"Where the Youth Union has a unit, who is of its age must be in it and is introduced by it and one official member", "checks/route.youth values/introducers.with_body checks/route.youth_age values/youth.max_age papers/youth_resolution", ""},
		{"In agencies and enterprises without the Youth Union: a union member, introduced by the trade union and one official member", "checks/route.union checks/route.fits values/introducers.with_body papers/union_resolution", ""},
		{"Two introducers are two persons", "checks/introducers.distinct", ""},
		{"An introducer has been in the same unit with the person for twelve months; nothing is asked about how long they are official", "values/introducer.months checks/introducers.together checks/introducers.unit checks/introducers.since clocks/introducer", ""},
		{"The cell assigns an official member as helper by a resolution, in the pool and again for the probation; nobody helps themself", "checks/helper.assigned checks/helper.probation checks/helper.official checks/helper.self checks/helper.unit", ""},
	}},
	{"Verification and opinions", []knownRule{
		{"Application first, then the CV, then the verification; signed off after it", "steps/verify steps/open steps/cv", "TestStepsOfTheMachine TestRandomActions"},
		{"Verified are parents, the spouse's parents or who brought the person up, the spouse, own children of full capacity", "values/relatives.least checks/relatives.listed", ""},
		{"A relative who is a member with a complete declaration is exempt", "checks/relatives.proven", ""},
		{"Who is asked answers in writing before the verification is concluded", "checks/relatives.answered papers/verification", ""},
		{"Mass organisations and the committee at home give their opinion", "checks/opinions.given papers/opinions", ""},
	}},
	{"Votes", []knownRule{
		{"The whole is the official members summoned, without those on temporary transfer and those excused who stay away; probationers never count", "votes/cell_vote votes/cell_recognise checks/vote.excluded checks/vote.summoned checks/cell.counted", ""},
		{"Seven figures that fit each other", "checks/vote.for checks/vote.valid checks/vote.issued checks/vote.present checks/vote.summoned checks/vote.known", ""},
		{"The cell: two thirds, person by person", "values/vote.cell checks/vote.share", ""},
		{"The grassroots committee: two thirds, also when it is empowered to decide", "values/vote.committee votes/committee_vote votes/committee_agree deciders/committee", "TestWhoDecides"},
		{"A standing committee: more than half", "values/vote.standing votes/decide votes/recognise checks/vote.decided checks/vote.decision", "TestWhoDecides"},
		{"Fewer than three official members: no resolution", "values/cell.min_officials checks/cell.officials", ""},
		{"After three votes without the share the level above decides", "values/recognise.failed_votes checks/cell.failed", "TestThreeVotes"},
		{"Cell and cell committee meet every month", "values/meeting.months", ""},
		{"A decision has a number and a day", "checks/number.decision checks/number.given", ""},
	}},
	{"Periods", []knownRule{
		{"The certificate of the awareness course: sixty months, else the course is taken again before the cell meets", "clocks/certificate values/certificate.months checks/cert.valid checks/cert.needed checks/cert.known papers/certificate", "TestExits"},
		{"Application, introductions, verification and opinions: twelve months from the day of each, then supplemented", "clocks/papers values/papers.months checks/papers.fresh", "TestPapersAge"},
		{"The competent committee decides within sixty working days of the cell's resolution, thirty more in special cases, and tells yes or no", "clocks/decide checks/decide.late", ""},
		{"The ceremony within thirty working days: of the receipt of the decision, since 208 of its issue; later only with agreement above, never before the decision", "clocks/ceremony checks/ceremony.late checks/ceremony.after steps/extend", ""},
		{"Probation of twelve months from the ceremony, neither shortened nor extended", "clocks/probation values/probation.months checks/recognise.early", ""},
		{"The member's own CV within thirty working days of the ceremony", "clocks/own_cv checks/own_cv.late papers/own_cv papers/member_card", ""},
		{"The cell considers the recognition within thirty working days of the end of month twelve, by a resolution dated after it", "clocks/consider checks/recognise.late checks/recognise.early", ""},
		{"The competent committee recognises within thirty working days, thirty more in special cases", "clocks/recognise checks/recognise.decided", ""},
		{"Recognised late: official since the end of month twelve all the same", "steps/recognise", "TestWholeWay TestRealLife TestScripts"},
		{"Two days are kept: joining is the ceremony, the party age runs from the decision", "steps/ceremony", "TestWholeWay TestRealLife TestScripts"},
		{"Transfer of membership within sixty working days", "clocks/transfer", ""},
		{"Struck off after three months of a year without meetings or dues", "values/strike.months checks/strike.probationer steps/strike", "TestExits"},
	}},
	{"Who decides", []knownRule{
		{"The standing committee of the level above the grassroots, or with its delegated power; the collective of a province", "deciders/standing deciders/collective checks/decide.power", "TestWhoDecides"},
		{"The whole committee of an empowered grassroots organisation until July 2026; since 208 its standing committee", "deciders/committee deciders/standing", "TestWhoDecides"},
		{"Powers stand on the unit with their dates; steps that do not apply to a unit do not appear", "steps/committee_vote steps/submit steps/section_report", "TestSteps"},
	}},
	{"Special cases", []knownRule{
		{"Readmission after thirty-six months", "values/readmit.months checks/readmit.wait checks/readmit.left", "TestReadmission"},
		{"Readmission sixty months after the record of a less serious crime was cleared", "values/readmit.months_crime checks/readmit.crime", ""},
		{"Readmission once, with the consent of the province's standing committee, not after causing disunity, with a new probation", "values/readmit.times checks/readmit.once checks/readmit.consent checks/readmit.cause papers/decision_again", "TestReadmission"},
		{"Owners of private enterprises: decided above the grassroots", "checks/decide.owner", ""},
		{"Ethnic Hoa: three generations", "checks/special.hoa papers/three_generations", "TestSpecialCases"},
		{"Political questions: an opinion before the meeting, a conclusion before the decision", "checks/special.political checks/special.concluded papers/political_conclusion", "TestSpecialCases"},
		{"Relatives abroad are asked about", "checks/special.abroad", "TestSpecialCases"},
		{"A place without cell or member: the level above assigns a cell", "checks/special.assigned papers/assignment", "TestSpecialCases"},
		{"The population policy of 2018, for as long as it held", "values/policy.third_months values/policy.fourth_months checks/special.child", "TestSpecialCases"},
		{"A probationer is reprimanded or warned, nothing else", "checks/discipline.form", "TestSpecialCases TestProbationerDiscipline"},
		{"A wrong admission is cancelled, or recognised after correction", "steps/cancel steps/correct", "TestExits TestExitPages"},
	}},
	{"Courses and cards", []knownRule{
		{"Five common lessons, fifty periods", "values/course.lessons values/course.periods", "TestCurriculum"},
		{"Who goes to the awareness course has finished lower secondary school, which may be relaxed", "checks/school.course", ""},
		{"The certificate of the new members' course is needed for the recognition", "checks/course.needed clocks/new_course papers/new_course", ""},
		{"The number of a party card has twelve digits", "values/card.digits", ""},
	}},
}

// written by hand in the docs: the sections a key may name.
var docSections = []string{"values", "clocks", "checks", "votes", "deciders", "steps", "papers"}

// entry is what the doc says of one entry of a pack.
type docEntry struct{ sure, value string }

// docEntries are the entries of a pack by section and key.
func docEntries(p *rule.Pack) map[string]docEntry {
	m := map[string]docEntry{}
	for _, v := range p.Values() {
		text := v.Share
		if text == "" {
			text = fmt.Sprintf("%d %s", v.Value, v.Unit)
		}
		m["values/"+v.Key] = docEntry{v.Sure, text}
	}
	for _, c := range p.Clocks() {
		m["clocks/"+c.Key] = docEntry{c.Sure, written(c)}
	}
	for _, c := range p.Checks() {
		m["checks/"+c.Key] = docEntry{c.Sure, string(c.Level)}
	}
	for _, v := range p.Votes() {
		m["votes/"+v.Step] = docEntry{v.Sure, v.Share}
	}
	for _, d := range p.Deciders() {
		m["deciders/"+d.Power] = docEntry{d.Sure, p.Fraction(d.Share).String()}
	}
	for _, s := range p.AllSteps() {
		m["steps/"+s.Step] = docEntry{s.Sure, ""}
	}
	for _, x := range p.Papers() {
		m["papers/"+x.Key] = docEntry{x.Sure, ""}
	}
	return m
}

// testsOf are the tests that hold an entry because of what it is.
func testsOf(key string) string {
	section, name, _ := strings.Cut(key, "/")
	switch section {
	case "values", "clocks":
		return "TestRegimes"
	case "deciders":
		return "TestWhoDecides"
	case "steps":
		return "TestStepsOfTheMachine"
	case "votes", "papers":
		return "TestEverythingHasASource"
	}
	if slices.ContainsFunc(wrongs, func(w wrong) bool { return w.check == name }) {
		return "TestCases"
	}
	return ""
}

// testNames are the tests of the whole program.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		src, err := fs.ReadFile(root, path)
		for _, m := range declared.FindAllSubmatch(src, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestRulesDocumentation keeps doc/rules.md true and whole: every rule has its entry and its test, every entry its rule.
func TestRulesDocumentation(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var packs []map[string]docEntry
	all := map[string]bool{}
	for _, p := range b.Packs() {
		m := docEntries(p)
		packs = append(packs, m)
		for k := range m {
			all[k] = true
		}
	}
	var out strings.Builder
	out.WriteString(rulesHead)
	named, tests := map[string]bool{}, testNames(t)
	for _, part := range knownRules {
		fmt.Fprintf(&out, "\n## %s\n\n| rule | entries | now | sure | held by |\n|---|---|---|---|---|\n", part.title)
		for _, r := range part.rules {
			keys := strings.Fields(r.keys)
			for _, k := range keys {
				if named[k] = true; !all[k] {
					t.Errorf("%q names %s, which no pack has", r.text, k)
				}
			}
			held := holders(keys, r.tests)
			for _, h := range held {
				if !tests[h] {
					t.Errorf("%q names %s, which does not exist", r.text, h)
				}
			}
			if len(held) == 0 {
				t.Errorf("nothing holds %q", r.text)
			}
			now, sure := "", ""
			if len(keys) > 0 {
				now, sure = packs[len(packs)-1][keys[0]].value, letters(packs, keys[0])
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", r.text, code(keys), now, sure, strings.Join(held, ", "))
		}
	}
	settings(t, &out, packs, all, named)
	compareDoc(t, out.String())
}

// holders are the tests that hold entries, each once.
func holders(keys []string, more string) []string {
	var held []string
	for _, k := range keys {
		if h := testsOf(k); h != "" && !slices.Contains(held, h) {
			held = append(held, h)
		}
	}
	for _, h := range strings.Fields(more) {
		if !slices.Contains(held, h) {
			held = append(held, h)
		}
	}
	return held
}

func code(keys []string) string {
	var out []string
	for _, k := range keys {
		out = append(out, "`"+k+"`")
	}
	return strings.Join(out, " ")
}

// letters say how sure each regime is of an entry.
func letters(packs []map[string]docEntry, key string) string {
	s := ""
	for _, m := range packs {
		if e, ok := m[key]; ok {
			s += e.sure[:1]
			continue
		}
		s += "-"
	}
	return "`" + s + "`"
}

// settings writes what is a setting in every regime, and refuses what is more than that and stands in no rule.
func settings(t *testing.T, out *strings.Builder, packs []map[string]docEntry, all, named map[string]bool) {
	t.Helper()
	out.WriteString("\n## Settings, not verified (chưa kiểm chứng)\n\nNobody saw these in a text: customs, and guards of this program. Pages mark them so; an administrator may correct them.\n\n| entry | now | held by |\n|---|---|---|\n")
	var keys []string
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y string) int {
		sx, kx, _ := strings.Cut(x, "/")
		sy, ky, _ := strings.Cut(y, "/")
		if n := slices.Index(docSections, sx) - slices.Index(docSections, sy); n != 0 {
			return n
		}
		return strings.Compare(kx, ky)
	})
	for _, k := range keys {
		setting := strings.Trim(letters(packs, k), "`u-") == ""
		switch {
		case named[k]:
		case setting:
			fmt.Fprintf(out, "| `%s` | %s | %s |\n", k, packs[len(packs)-1][k].value, testsOf(k))
		case !strings.HasPrefix(k, "steps/") && !strings.HasPrefix(k, "papers/"):
			t.Errorf("%s is known and stands in no rule of this table", k)
		}
	}
}

// compareDoc holds doc/rules.md against what it should be, or writes it.
func compareDoc(t *testing.T, want string) {
	t.Helper()
	name := filepath.Join("..", "..", "doc", "rules.md")
	if os.Getenv("KETNAP_UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(name)
	if err != nil || string(have) != want {
		t.Errorf("doc/rules.md is stale: KETNAP_UPDATE=1 go test ./internal/rule (%v)", err)
	}
}
