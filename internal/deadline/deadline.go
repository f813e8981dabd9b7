// Package deadline holds what has to be done by when, and its rules (domain floor, pure).
//
// An obligation (việc đến hạn) is one period of a rule pack running for one person. It is computed from
// days that are recorded anyway, never typed: it begins with an act, a birth or a certificate, and ends
// with an act that closes it, with the end of the way, or with a waiver that gives a reason. Where it
// stands on a day is a function of its days; nothing has to be written for it to become overdue.
package deadline

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Obligation is one period running for one person (thời hạn của một người).
type Obligation struct {
	Person  id.ID
	Clock   string // key of the period in its pack
	Ref     string // tells several of one kind apart: the code of a paper, the number of an introducer; else ""
	Dossier id.ID  // 0 of a person without one
	Unit    id.ID  // where the person is
	Organ   Organ  // who has to act
	Pack    string // reference of the pack whose period it is
	Start   day.Date
	Warn    day.Date // from then on it is shown as work
	Due     day.Date // last day on which it is in time
	Waits   bool     // nothing is to be done but to let the time pass: it is never late
	Closed  day.Date // 0 while it is open
	By      string   // the step that closed it, Ended or Waived; "" while it is open
}

// How an obligation ends other than by an act.
const (
	Ended  = "ended"  // the person left, or the dossier was closed
	Waived = "waived" // by a decision that gives a reason
)

// Key names an obligation among those of its person.
type Key struct {
	Clock, Ref string
	Dossier    id.ID
}

// Key returns the name of the obligation among those of its person.
func (o Obligation) Key() Key { return Key{o.Clock, o.Ref, o.Dossier} }

// Open reports whether it still has to be done.
func (o Obligation) Open() bool { return o.Closed == 0 }

// State is where an obligation stands on a day (tình trạng).
type State string

// The states.
const (
	Running State = "running" // chưa đến lúc nhắc
	Warned  State = "warned"  // sắp đến hạn
	Today   State = "today"   // đến hạn hôm nay
	Overdue State = "overdue" // quá hạn
	Reached State = "reached" // đã đủ thời gian
	Done    State = "done"    // đã xong
	Let     State = "waived"  // được miễn
)

// Escalation says how an overdue obligation goes up: one level after so many days, and one more each
// time they pass again. The number is data.
type Escalation struct{ Days int }

// Status is an obligation seen on a day.
type Status struct {
	State State
	Left  int // days to go: 0 on the due day, negative when overdue
	Level int // how many levels up it was reported
}

// On returns where the obligation stands on a day.
func (o Obligation) On(d day.Date, e Escalation) Status {
	s := Status{Left: o.Due.Sub(d)}
	switch {
	case o.By == Waived:
		s.State = Let
	case !o.Open():
		s.State = Done
	case d > o.Due && o.Waits:
		s.State = Reached
	case d > o.Due:
		s.State, s.Level = Overdue, e.Level(-s.Left)
	case d == o.Due:
		s.State = Today
	case d >= o.Warn:
		s.State = Warned
	default:
		s.State = Running
	}
	return s
}

// Level returns how many levels up something goes that is so many days overdue.
func (e Escalation) Level(days int) int {
	if e.Days <= 0 || days <= 0 {
		return 0
	}
	return days / e.Days
}

// Since returns the last due day that has reached a level on a day: what was due then or before has.
func (e Escalation) Since(on day.Date, level int) day.Date {
	if e.Days <= 0 {
		return 0
	}
	return on.AddDays(-level * e.Days)
}

// Reminds reports whether somebody is reminded on a day: on the days of the ladder before it is due, on
// the due day, and every week after it. Ahead is the ladder of its period.
func (o Obligation) Reminds(on day.Date, ahead []int) bool {
	left := o.Due.Sub(on)
	if !o.Open() || !o.Due.Valid() {
		return false
	}
	if left < 0 {
		return !o.Waits && left%7 == 0
	}
	for _, n := range ahead {
		if n == left {
			return true
		}
	}
	return left == 0
}
