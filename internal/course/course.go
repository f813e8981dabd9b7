// Package course holds the classes people are sent to on their way and the certificates they bring
// home (domain floor, pure).
//
// Two kinds matter to the procedure: the awareness course (lớp bồi dưỡng nhận thức về Đảng) before a
// dossier may be made, and the course for new members (lớp đảng viên mới) before recognition. What
// they teach, how long and with which grades is data with its source, see Curriculum.
package course

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Kind is which course a class gives.
type Kind string

// The kinds of courses.
const (
	Awareness Kind = "awareness"  // bồi dưỡng nhận thức về Đảng
	NewMember Kind = "new_member" // bồi dưỡng đảng viên mới
)

// Kinds lists the kinds.
var Kinds = []Kind{Awareness, NewMember}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k == Awareness || k == NewMember }

// Class is one class (lớp) with its opening decision and its sessions.
type Class struct {
	ID         id.ID
	Unit       id.ID // organises it
	Kind       Kind
	Name       string
	Place      string
	Issuer     string // who signs the certificates: a political centre or a committee
	DecisionNo string // of opening the class
	DecisionOn day.Date
	Begins     day.Date
	Ends       day.Date
	Cancelled  day.Date // 0 unless it was called off
	Sessions   []Session
	Version    int64
}

// Session is half a day of teaching (buổi học).
type Session struct {
	On      day.Date `json:"on,omitempty"`
	Part    string   `json:"part,omitempty"` // morning, afternoon, evening
	Lesson  string   `json:"lesson,omitempty"`
	Periods int      `json:"periods"` // tiết
	Teacher string   `json:"teacher,omitempty"`
}

// Parts are the parts of a day a session may take.
var Parts = []string{"morning", "afternoon", "evening"}

// Lengths of what is typed, in runes, and of a class: limits of this program, not of a regulation.
const (
	maxName     = 200
	maxNumber   = 60
	MaxSessions = 60
	maxPeriods  = 20
)

// Periods is how many periods the class has.
func (c Class) Periods() int {
	n := 0
	for _, s := range c.Sessions {
		n += s.Periods
	}
	return n
}

// Check says whether a class can be stored; the fields of the fault name what to mend.
func (c Class) Check() error {
	e := fault.E("course.Check", fault.Invalid, "course.invalid")
	for _, f := range []struct {
		name, text string
		max        int
		must       bool
	}{{"name", c.Name, maxName, true}, {"place", c.Place, maxName, false}, {"issuer", c.Issuer, maxName, true}, {"decision_no", c.DecisionNo, maxNumber, false}} {
		switch n := len([]rune(strings.TrimSpace(f.text))); {
		case n == 0 && f.must:
			e.Field(f.name, "course.missing")
		case n > f.max:
			e.Field(f.name, "course.too_long", f.max)
		}
	}
	if !c.Kind.Valid() {
		e.Field("kind", "course.kind_unknown")
	}
	switch {
	case !c.Begins.Valid():
		e.Field("begins", "course.date_missing")
	case !c.Ends.Valid():
		e.Field("ends", "course.date_missing")
	case c.Ends < c.Begins:
		e.Field("ends", "course.ends_first", c.Begins)
	case c.DecisionOn > c.Begins:
		e.Field("decision_on", "course.decision_late", c.Begins)
	}
	c.checkSessions(e)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// SessionField names a field of session i in faults and forms.
func SessionField(i int, name string) string { return "s" + itoa(i+1) + "_" + name }

func (c Class) checkSessions(e *fault.Error) {
	if len(c.Sessions) > MaxSessions {
		e.Field("sessions", "course.many_sessions", MaxSessions)
		return
	}
	for i, s := range c.Sessions {
		switch {
		case s.On != 0 && (s.On < c.Begins || s.On > c.Ends):
			e.Field(SessionField(i, "on"), "course.session_outside", c.Begins, c.Ends)
		case s.Periods < 1 || s.Periods > maxPeriods:
			e.Field(SessionField(i, "periods"), "course.periods", maxPeriods)
		case len([]rune(s.Lesson)) > maxName:
			e.Field(SessionField(i, "lesson"), "course.too_long", maxName)
		case len([]rune(s.Teacher)) > maxName:
			e.Field(SessionField(i, "teacher"), "course.too_long", maxName)
		}
	}
}

// itoa writes a small number.
func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// IssuerChanged reports whether two versions of a class have different issuers.
func IssuerChanged(a, b Class) bool {
	return Certificate{Issuer: a.Issuer}.IssuerKey() != Certificate{Issuer: b.Issuer}.IssuerKey()
}

// NumberAfter is the n-th number after a first one: its first run of digits is counted up and keeps its
// width, "007/GCN-TTCT" is followed by "008/GCN-TTCT". ok is false when there are no digits.
func NumberAfter(first string, n int) (string, bool) {
	from := strings.IndexAny(first, "0123456789")
	if from < 0 {
		return "", false
	}
	to := from
	for to < len(first) && first[to] >= '0' && first[to] <= '9' {
		to++
	}
	const longest = 9
	if to-from > longest {
		return "", false
	}
	v := 0
	for _, d := range first[from:to] {
		v = v*10 + int(d-'0')
	}
	next := itoa(v + n)
	return first[:from] + strings.Repeat("0", max(0, to-from-len(next))) + next + first[to:], true
}
