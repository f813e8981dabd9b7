package rule

import "ketnap/internal/day"

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
type Fraction struct{ Num, Den int }

// Clock is one period a pack prescribes (thời hạn): from the day of one fact something is due.
type Clock struct {
	Key       string   // "decide", "ceremony", "certificate"…
	Start     string   // the fact it runs from: a step of package dossier, or birth, cert
	Close     []string // steps that end it
	Length    int
	Unit      string // days, working_days, months
	Extension int    // in the same unit, by agreement; 0 none
	Ahead     []int  // days before the due day on which it is warned
	Text      map[string]string
	Miss      map[string]string // what missing it means
	Source    string
	Clause    string
	Sure      string   // confidence: sure, likely, unsure
	Since     day.Date // from when the value holds
}
