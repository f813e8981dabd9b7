package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/person"
	"ketnap/internal/rule"
)

// Kinds of what a committee may ask for by choosing, without writing a condition.
const (
	ByHand      = "hand"     // in words; whoever makes the dossier confirms it
	Grade       = "grade"    // học lực from a rank on: no record has it, so it is confirmed by hand
	Conduct     = "conduct"  // hạnh kiểm, rèn luyện from a rank on: likewise
	OnePaper    = "paper"    // a paper of the checklist is at hand
	MorePaper   = "addpaper" // one paper more in the checklist
	OneOpinion  = "opinion"  // a body has given its opinion
	LeastAge    = "age"
	MostAge     = "age_max"
	LeastSchool = "school"
	InYouth     = "youth"
	InUnion     = "union"
	PoolMonths  = "pool" // months in the pool
	CertMonths  = "cert" // months the certificate is still good
)

// Needs lists the kinds in the order of the form: what records cannot know comes first, being what committees add most.
var Needs = []string{Grade, Conduct, MorePaper, OnePaper, OneOpinion, LeastAge, MostAge, LeastSchool, InYouth, InUnion, PoolMonths, CertMonths, ByHand}

// Ranks are the ranks of grades and conduct, the lowest first.
var Ranks = []string{"pass", "fair", "good", "excellent"}

// Bodies are those whose opinion may be asked for.
var Bodies = []string{"youth", "union", "women", "veterans", "farmers", "front", "residence", "superior", "protection"}

// Need is what was chosen.
type Need struct {
	Kind   string
	Rank   string // of Grade and Conduct
	Paper  string // of OnePaper: its key in the pack
	Body   string // of OneOpinion
	School int    // of LeastSchool: a number of person.Schoolings
	Number int    // years or months, of the others
	Who    Audience
}

// Audience is whom an addition is about; nothing chosen is everybody, several are whoever is one of them.
type Audience struct {
	Occupations                      []int // numbers of person.Occupations
	Youth, Union, Minority, HardArea bool
}

// Judged reports whether the program can tell by the records; what it cannot tell somebody confirms.
func (n Need) Judged() bool { return !slices.Contains([]string{"", ByHand, Grade, Conduct}, n.Kind) }

// maxMonths is the longest time in the pool a committee may ask for: a limit of this program.
const maxMonths = 120

// write fills in the conditions of an addition from what was chosen. A bound looser than the pack's is refused: it
// would read as if the committee allowed more than the regulation does.
func (n Need) write(f *LocalForm, p *rule.Pack, e *fault.Error) {
	if f.When == "" {
		f.When = n.Who.condition()
	}
	f.Paper = f.Paper || n.Kind == MorePaper
	if f.Must != "" || f.Paper {
		return
	}
	months := strconv.Itoa(n.Number)
	switch n.Kind {
	case OnePaper:
		if !slices.ContainsFunc(p.Papers(), func(x rule.Paper) bool { return x.Key == n.Paper }) {
			e.Field("paper", "rules.need_choose")
		}
		f.Must = strconv.Quote(n.Paper) + " in papers"
	case OneOpinion:
		if !slices.Contains(Bodies, n.Body) {
			e.Field("body", "rules.need_choose")
		}
		f.Must = fmt.Sprintf("opinions_of.exists(o, o == %q)", n.Body)
	case LeastAge, MostAge:
		least, most := p.Int("member.min_age"), p.Int("member.max_age")
		if n.Number < least || n.Number > most {
			e.Field("number", "rules.need_age", least, most)
		}
		f.Must = "person.birth != 0 && months_between(person.birth, on) " + map[string]string{LeastAge: ">=", MostAge: "<="}[n.Kind] + " " + months + " * 12"
	case LeastSchool:
		if least := p.Int("school.min"); n.School < least || n.School > len(person.Schoolings) {
			e.Field("school", "rules.need_school", fault.Key("rules.fact_is.school."+strconv.Itoa(least)))
		}
		f.Must = "person.schooling >= " + strconv.Itoa(n.School)
	case InYouth:
		f.Must = "person.youth"
	case InUnion:
		f.Must = "person.union"
	case PoolMonths:
		if n.Number < 1 || n.Number > maxMonths {
			e.Field("number", "rules.need_months", maxMonths)
		}
		f.Must = "has(dates.adopt) && months_between(dates.adopt, on) >= " + months
	case CertMonths:
		c, _ := p.Clock("certificate")
		if n.Number < 1 || n.Number > c.Length {
			e.Field("number", "rules.need_months", c.Length)
		}
		f.Must = "cert.known && months_between(on, cert.expires) >= " + months
	case Grade, Conduct:
		if !slices.Contains(Ranks, n.Rank) {
			e.Field("rank", "rules.need_choose")
		}
	}
}

// condition is whom an addition is about, as conditions are written.
func (a Audience) condition() string {
	var any []string
	if len(a.Occupations) > 0 {
		var ns []string
		for _, n := range a.Occupations {
			ns = append(ns, strconv.Itoa(n))
		}
		any = append(any, "person.occupation in ["+strings.Join(ns, ", ")+"]")
	}
	for _, x := range []struct {
		on   bool
		fact string
	}{{a.Youth, "person.youth"}, {a.Union, "person.union"}, {a.Minority, "person.minority"}, {a.HardArea, "person.hard_area"}} {
		if x.on {
			any = append(any, x.fact)
		}
	}
	return strings.Join(any, " || ")
}
