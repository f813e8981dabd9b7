package rule_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/rule"
)

// What is known of each regime, typed in from what was read and not from the packs: the value, and how sure it
// is from the regulation of 2011 to that of July 2026. "s" is sure, "l" likely, "u" not verified.
const (
	always  = "sssssss" // the Charter says so
	charter = "lllllll" // the Charter is read so
	since29 = "ussssus" // regulations from 2016 on; that of 2011 and that of April 2026 were not seen
	never   = "uuuuuuu" // practice, or a guard of this program
)

var regimes = []string{"qd45", "qd29", "qd24", "qd232", "qd294", "qd20", "qd208"}

var valuesKnown = map[string]string{
	"member.min_age": "18 years", "member.max_age": "60 years", "school.min": "3 level", "school.min_hard": "2 level", "school.min_elder": "1 level",
	"introducers.members": "2 persons", "introducers.with_body": "1 persons", "introducer.months": "12 months", "cell.min_officials": "3 persons", "relatives.least": "2 persons",
	"vote.cell": "2/3", "vote.committee": "2/3", "vote.standing": ">1/2", "recognise.failed_votes": "3 times", "certificate.months": "60 months", "papers.months": "12 months",
	"probation.months": "12 months", "readmit.months": "36 months", "policy.third_months": "24 months", "policy.fourth_months": "36 months", "readmit.months_crime": "60 months", "readmit.times": "1 times", "strike.months": "3 months",
	"course.periods": "50 periods", "course.lessons": "5 lessons", "card.digits": "12 digits", "meeting.months": "1 months", "youth.max_age": "30 years",
	// settings, each marked as not verified
	"pool.min_age": "16 years", "person.max_age": "115 years", "deadline.escalate_days": "7 days", "deadline.soon_days": "30 days", "helper.people": "3 persons", "vote.quorum": "2/3",
}

// surest is how sure a value is at most in each regime: a pack may say less, never more.
var surest = map[string]string{
	"member.min_age": always, "introducers.members": always, "introducers.with_body": always, "vote.cell": always, "probation.months": always,
	"strike.months": charter, "cell.min_officials": charter, "course.periods": always, "course.lessons": always, "card.digits": charter, "youth.max_age": charter,
	"member.max_age": since29, "school.min": "usssssl", "school.min_hard": charter, "school.min_elder": charter,
	"introducer.months": "lllllll", "vote.committee": charter, "vote.standing": charter, "recognise.failed_votes": "ussslul", "certificate.months": "usssssu", "papers.months": charter,
	"policy.third_months": "ullluuu", "policy.fourth_months": "ullluuu", // the ordinance on population was amended in 2025
	"readmit.months": since29, "readmit.months_crime": charter, "readmit.times": charter, "meeting.months": always,
	"relatives.least": "ussssul",
	"pool.min_age":    never, "person.max_age": never, "deadline.escalate_days": never, "deadline.soon_days": never, "helper.people": never, "vote.quorum": never,
}

// clocksKnown are the periods: start, length, what may be added.
var clocksKnown = map[string]string{
	"age": "birth +720 months", "certificate": "cert +60 months", "papers": "paper +12 months", "introducer": "introducer +12 months",
	"answer": "ask +30 working_days", "answer_abroad": "ask +90 working_days", "decide": "cell_vote +60 working_days (+30)", "ceremony": "receive +30 working_days",
	"own_cv": "ceremony +30 working_days", "probation": "ceremony +12 months", "consider": "probation +30 working_days", "recognise": "cell_recognise +30 working_days (+30)",
	"transfer": "offer_member +60 working_days", "new_course": "ceremony +12 months", "remark": "adopt +3 months", "review": "adopt +12 months", "handover": "offer +30 days",
}

// changed is where a regime differs from those before it, until another one does.
var changed = map[string]map[string]string{"ceremony": {"qd208": "decide +30 working_days"}}

// unverified are periods nobody saw in a text.
var unverified = []string{"answer", "answer_abroad", "remark", "review", "handover"}

var rank = map[string]int{"unsure": 0, "likely": 1, "sure": 2}

func written(c rule.Clock) string {
	s := fmt.Sprintf("%s +%d %s", c.Start, c.Length, c.Unit)
	if c.Extension > 0 {
		s += fmt.Sprintf(" (+%d)", c.Extension)
	}
	return s
}

// TestRegimes holds every value and every period of every regime against what is known of it, and how sure the
// packs say they are against how sure one can be.
func TestRegimes(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Packs()) != len(regimes) {
		t.Fatalf("%d packs, %d regimes", len(b.Packs()), len(regimes))
	}
	for n, p := range b.Packs() {
		if p.ID != regimes[n] {
			t.Fatalf("%s stands where %s should", p.ID, regimes[n])
		}
		have := map[string]string{}
		for _, v := range p.Values() {
			have[v.Key] = strings.TrimSpace(v.Share)
			if v.Share == "" {
				have[v.Key] = fmt.Sprintf("%d %s", v.Value, v.Unit)
			}
			most := map[byte]string{'s': "sure", 'l': "likely", 'u': "unsure"}[(surest[v.Key] + never)[n]]
			if surest[v.Key] == "" || rank[v.Sure] > rank[most] {
				t.Errorf("%s: %s says it is %s, and is %s at most", p.ID, v.Key, v.Sure, most)
			}
			if most != "unsure" && v.Sure == "unsure" && v.Doc != "practice" && p.ID != "qd45" && p.ID != "qd20" {
				t.Errorf("%s: %s is %s and marked as not verified", p.ID, v.Key, most)
			}
		}
		if !maps.Equal(have, valuesKnown) {
			for _, k := range slices.Sorted(maps.Keys(valuesKnown)) {
				if have[k] != valuesKnown[k] {
					t.Errorf("%s: %s is %q, known is %q", p.ID, k, have[k], valuesKnown[k])
				}
			}
			for _, k := range slices.Sorted(maps.Keys(have)) {
				if valuesKnown[k] == "" {
					t.Errorf("%s: of %s nothing is known here", p.ID, k)
				}
			}
		}
		periods(t, p)
	}
}

func periods(t *testing.T, p *rule.Pack) {
	t.Helper()
	if len(p.Clocks()) != len(clocksKnown) {
		t.Errorf("%s has %d clocks, %d are known", p.ID, len(p.Clocks()), len(clocksKnown))
	}
	for key, want := range clocksKnown {
		for _, r := range regimes[:slices.Index(regimes, p.ID)+1] {
			if now, ok := changed[key][r]; ok {
				want = now
			}
		}
		c, ok := p.Clock(key)
		if !ok || written(c) != want {
			t.Errorf("%s: %s is %q, known is %q", p.ID, key, written(c), want)
		}
		if slices.Contains(unverified, key) != (c.Sure == "unsure") && p.ID != "qd45" && p.ID != "qd20" && !(key == "certificate" && p.ID == "qd208") {
			t.Errorf("%s: %s is marked as %s", p.ID, key, c.Sure)
		}
		if len(c.Close) == 0 {
			t.Errorf("%s: nothing ends %s", p.ID, key)
		}
	}
}

// specialKnown is, for each special case, the document it rests on in each regime, how sure that is, and what it does.
var specialKnown = map[string][]string{
	"special.hoa":        each("warn 42-HD/BTCTW lllllll"),
	"special.religion":   {"warn 123-QĐ/TW u", "warn 06-QĐi/TW u", "warn 06-QĐi/TW u", "warn 06-QĐi/TW u", "warn 06-QĐi/TW u", "warn 06-QĐi/TW u", "warn 06-QĐi/TW u"},
	"special.foreign":    each("warn 127-QĐ/TW uuuuuuu"),
	"special.political":  {"warn 57-QĐ/TW u", "warn 57-QĐ/TW u", "warn 58-QĐ/TW l", "warn 58-QĐ/TW l", "warn 58-QĐ/TW l", "warn 58-QĐ/TW l", "warn 58-QĐ/TW l"},
	"special.concluded":  {"refuse 57-QĐ/TW u", "refuse 57-QĐ/TW u", "refuse 58-QĐ/TW l", "refuse 58-QĐ/TW l", "refuse 58-QĐ/TW l", "refuse 58-QĐ/TW l", "refuse 58-QĐ/TW l"},
	"special.abroad":     {"warn 01-HD/TW u", "warn 01-HD/TW l", "warn 01-HD/TW l", "warn 01-HD/TW l", "warn 06-HD/TW l", "warn 01-HD/TW u", "warn 01-HD/TW l"},
	"special.assigned":   {"warn 01-HD/TW u", "warn 01-HD/TW l", "warn 01-HD/TW l", "warn 01-HD/TW l", "warn 06-HD/TW l", "warn 01-HD/TW u", "warn 01-HD/TW l"},
	"special.child":      {"refuse  u", "refuse 05-QĐi/TW l", "refuse 05-QĐi/TW l", "refuse 05-QĐi/TW l", "warn 05-QĐi/TW u", "warn 05-QĐi/TW u", "warn 05-QĐi/TW u"},
	"special.discipline": each("warn  uuuuuuu"),
	"readmit.population": each("warn  uuuuuuu"),
	"discipline.form":    each("refuse Điều lệ Đảng sssssss"),
	"discipline.noted":   each("warn  uuuuuuu"),
	"decide.owner":       each("warn 08-HD/BTCTW lllllll"),
}

// each is one line for all regimes: its last word has how sure each is.
func each(s string) []string {
	i := strings.LastIndex(s, " ")
	var out []string
	for n := range regimes {
		out = append(out, s[:i+1]+s[i+1+n:i+2+n])
	}
	return out
}

// TestSpecialCases holds what is considered under rules of its own against what is known of it in each regime.
func TestSpecialCases(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for n, p := range b.Packs() {
		found := 0
		for _, c := range p.Checks() {
			want, ok := specialKnown[c.Key]
			if !ok {
				if strings.HasPrefix(c.Key, "special.") {
					t.Errorf("%s: of %s nothing is known here", p.ID, c.Key)
				}
				continue
			}
			found++
			no := ""
			if i := slices.IndexFunc(b.Documents(), func(d rule.Document) bool { return d.Key == c.Doc }); i >= 0 {
				no = b.Documents()[i].No
			}
			if have := string(c.Level) + " " + no + " " + c.Sure[:1]; have != want[n] {
				t.Errorf("%s: %s is %q, known is %q", p.ID, c.Key, have, want[n])
			}
		}
		if found != len(specialKnown) {
			t.Errorf("%s has %d of %d special cases", p.ID, found, len(specialKnown))
		}
	}
}

// TestSchooling: what each regime says of the schooling that is needed, in the words it says it with.
func TestSchooling(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	diploma, finished := "Phải có bằng tốt nghiệp trung học cơ sở trở lên", "Phải hoàn thành chương trình giáo dục bậc trung học cơ sở trở lên"
	known := map[string]string{"qd29": "hoặc tương đương", "qd24": diploma, "qd232": diploma, "qd294": diploma, "qd208": finished}
	for _, p := range b.Packs() {
		for _, c := range p.Checks() {
			if want := known[p.ID]; c.Key == "school.min" && !strings.Contains(c.Text["vi"], want) {
				t.Errorf("%s: %q does not say %q", p.ID, c.Text["vi"], want)
			}
		}
	}
}

// TestWhoDecides: which organs may decide in each regime, and by which share.
func TestWhoDecides(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Packs() {
		var have []string
		for _, d := range p.Deciders() {
			f := p.Fraction(d.Share)
			have = append(have, d.Power+" "+f.String())
		}
		slices.Sort(have)
		want := []string{"collective >1/2", "committee 2/3", "standing >1/2"}
		if p.ID == "qd208" { // from July 2026 the standing committee of a grassroots committee decides, no longer the whole
			want = []string{"collective >1/2", "standing >1/2"}
		}
		if !slices.Equal(have, want) {
			t.Errorf("%s: %v, not %v", p.ID, have, want)
		}
	}
}
