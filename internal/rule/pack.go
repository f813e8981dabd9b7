package rule

import (
	"slices"
	"strconv"

	"ketnap/internal/day"
)

// Level says what a finding means for the act.
type Level string

// The levels of a finding.
const (
	Pass   Level = "pass"   // holds
	Warn   Level = "warn"   // may go on knowingly, with a reason
	Refuse Level = "refuse" // may not go on
)

// Finding is the result of one check, kept with the act it was made for.
type Finding struct {
	Check  string            `json:"check"` // key of the check in its pack
	Level  Level             `json:"level"`
	Text   map[string]string `json:"text,omitempty"` // by language: what is wrong and how to mend it; empty when it holds
	Clause string            `json:"clause"`         // document, clause
	Used   map[string]string `json:"used,omitempty"` // the values looked at, as written for people
}

// Fraction is a share prescribed for a vote.
type Fraction struct {
	Num, Den int
	Over     bool // more than it, not only as much
}

// Clock is one period a pack prescribes (thời hạn): from the day of one fact something is due.
type Clock struct {
	Key       string   // "decide", "ceremony", "certificate"…
	Start     string   // the fact it runs from: a step of package dossier, or birth, cert, paper…
	Close     []string // steps that end it
	Length    int
	Value     string // key of the value that is the length, "" when it has one of its own
	Unit      string // days, working_days, months
	Extension int    // in the same unit, by agreement; 0 none
	Ahead     []int  // days before the due day on which it is warned
	Text      map[string]string
	Miss      map[string]string // what missing it means
	Doc       string
	Source    string
	Clause    string
	Sure      string   // confidence: sure, likely, unsure
	Since     day.Date // from when the value holds
	When      string   // whom it is about; empty for everybody
	when      program
}

// Pack is the rules of one regime: what held from one day to another (gói quy tắc). It does not change once made.
type Pack struct {
	ID       string
	Revision int
	File     string // where it was read from
	Title    map[string]string
	Note     map[string]string
	From, To day.Date   // To is 0 while it holds
	In       []Document // the documents it rests on, in their order
	values   []Value
	clocks   []Clock
	votes    []Vote
	deciders []Decider
	steps    []StepRule
	checks   []Check
	papers   []Paper
	forms    []FormRule
	docs     map[string]Document
	types    map[int]CatalogueType
	cal      *day.Calendar
	tree     *tree
	open     bool // names no last day
}

// Ref is the name under which a dossier is pinned to the pack: id and revision.
func (p *Pack) Ref() string { return refOf(p.ID, p.Revision) }

// Short is how a reader calls the pack: the number of the regulation it is of, and which correction when it is one.
func (p *Pack) Short() string {
	d, ok := p.docs[p.ID]
	switch {
	case !ok || d.No == "":
		return p.Ref()
	case p.Revision > 1:
		return d.No + " @" + strconv.Itoa(p.Revision)
	}
	return d.No
}

// Holds says whether the pack is in force on a day.
func (p *Pack) Holds(on day.Date) bool { return on >= p.From && (p.To == day.None || on <= p.To) }

// Values returns every value.
func (p *Pack) Values() []Value { return p.values }

// Value returns the value of a key.
func (p *Pack) Value(key string) (Value, bool) {
	i := slices.IndexFunc(p.values, func(v Value) bool { return v.Key == key })
	if i < 0 {
		return Value{}, false
	}
	return p.values[i], true
}

// Int returns a value that is a number, 0 when the pack has none: conditions are held to the values that
// exist when the pack loads, so only a caller can misspell one.
func (p *Pack) Int(key string) int {
	v, _ := p.Value(key)
	return v.Value
}

// Fraction returns a value that is a share of votes.
func (p *Pack) Fraction(key string) Fraction {
	v, _ := p.Value(key)
	return v.fraction
}

// Clocks returns every clock.
func (p *Pack) Clocks() []Clock { return p.clocks }

// Clock returns the clock of a key.
func (p *Pack) Clock(key string) (Clock, bool) {
	i := slices.IndexFunc(p.clocks, func(c Clock) bool { return c.Key == key })
	if i < 0 {
		return Clock{}, false
	}
	return p.clocks[i], true
}

// Due is the last day on which what a clock asks for is in time, None without a start.
func (*Pack) Due(c Clock, start day.Date, cal *day.Calendar) day.Date {
	return c.After(start, c.Length, cal)
}

// Extended is the last day after the clock was extended as far as it may be.
func (*Pack) Extended(c Clock, start day.Date, cal *day.Calendar) day.Date {
	return c.After(start, c.Length+c.Extension, cal)
}

// After is n units of the clock after a day; the day itself is not counted.
func (c Clock) After(start day.Date, n int, cal *day.Calendar) day.Date {
	switch {
	case start == day.None:
		return day.None
	case c.Unit == "months":
		return start.First().AddMonths(n)
	case c.Unit == "working_days":
		return cal.AddWorking(start, n)
	}
	return start.AddDays(n)
}

// Checks returns every check.
func (p *Pack) Checks() []Check { return p.checks }

// Papers returns the checklist.
func (p *Pack) Papers() []Paper { return p.papers }

// Aging returns the papers that are good for as long as a value says.
func (p *Pack) Aging(value string) []Paper {
	var out []Paper
	for _, x := range p.papers {
		if value != "" && x.Months == value {
			out = append(out, x)
		}
	}
	return out
}

// Forms returns the forms.
func (p *Pack) Forms() []FormRule { return p.forms }

// Votes returns how votes are counted, by step.
func (p *Pack) Votes() []Vote { return p.votes }

// Deciders returns the organs that may decide.
func (p *Pack) Deciders() []Decider { return p.deciders }

// AllSteps returns every step and way out, whoever they apply to.
func (p *Pack) AllSteps() []StepRule { return p.steps }

// Calendar is the working days the pack counts by.
func (p *Pack) Calendar() *day.Calendar { return p.cal }

// Superseded finds the documents a text cites that did not hold any more on a day.
func (p *Pack) Superseded(text string, on day.Date) []string { return cited(p.docs, text, on) }
