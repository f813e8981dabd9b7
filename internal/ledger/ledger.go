// Package ledger holds the rules of the movement ledger (domain floor, pure).
//
// Everyone known to the system is at exactly one place: a unit and a stage. A movement (biến động)
// takes one person from place to place with a cause, the day it took effect, the decision behind it
// and the person's statistical attributes as they were that day. Movements are only ever added; a
// mistake is corrected by a reversing movement. Outside is a place too, so every movement has two
// equal legs and everything sums to zero.
package ledger

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Stage is how far a person has come (giai đoạn). The numbers are stored: never renumber.
type Stage int

// The stages of the chain from the first proposal to official member.
const (
	Outside      Stage = 0 // ngoài hệ thống
	Proposed     Stage = 1 // đề xuất nguồn
	Pool         Stage = 2 // nguồn (quần chúng ưu tú, cảm tình Đảng)
	Certified    Stage = 3 // có giấy chứng nhận lớp nhận thức về Đảng
	Dossier      Stage = 4 // đang làm hồ sơ
	Probationary Stage = 5 // đảng viên dự bị
	Official     Stage = 6 // đảng viên chính thức
)

// Stages lists every stage inside the system, in the order of the chain.
var Stages = []Stage{Proposed, Pool, Certified, Dossier, Probationary, Official}

var stageCodes = [...]string{"outside", "proposed", "pool", "certified", "dossier", "probationary", "official"}

// String returns the code of the stage, used in addresses and text keys.
func (s Stage) String() string {
	if s < 0 || int(s) >= len(stageCodes) {
		return "outside"
	}
	return stageCodes[s]
}

// ParseStage reads a code written by String.
func ParseStage(code string) (Stage, bool) {
	for i, c := range stageCodes {
		if c == code {
			return Stage(i), true
		}
	}
	return 0, false
}

// Member reports whether the stage is that of a party member (đảng viên).
func (s Stage) Member() bool { return s == Probationary || s == Official }

// Place is where a person is: a unit and a stage. The zero Place is outside.
type Place struct {
	Unit  id.ID
	Stage Stage
}

// Out reports whether the place is outside.
func (p Place) Out() bool { return p.Stage == Outside }

// Movement is one line of the ledger. ID order is the order of recording.
type Movement struct {
	ID        id.ID
	Person    id.ID
	From, To  Place
	Cause     Cause
	Effective day.Date
	Recorded  int64 // unix ms
	Decision  string
	DecidedOn day.Date
	Batch     id.ID // import that brought it, 0 when typed
	Audit     id.ID // the audit entry of the transaction that added it
	Reverses  id.ID // the movement this one undoes, 0 otherwise
	Campaign  string
	Age       int    // full years on the day; of a reversal, that of its original; 0 unknown
	Attrs     Attrs  // the person's attributes on the day
	Was       *Attrs // the attributes before, when the movement changes them; nil otherwise
}

// Before returns the attributes that leave the from-place: Was when there is one, else Attrs.
func (m Movement) Before() Attrs {
	if m.Was != nil {
		return *m.Was
	}
	return m.Attrs
}

// Reverse returns the movement that undoes m: on m's own day, or on the first day when that is later. Before the first day nothing changes:
// a period is closed to it, or a later movement of the person was undone on it (see Since) and everything before that counts with it.
func (m Movement) Reverse(newID id.ID, first day.Date) Movement {
	r := m
	r.ID, r.From, r.To, r.Reverses = newID, m.To, m.From, m.ID
	if m.Was != nil {
		was := m.Attrs
		r.Attrs, r.Was = *m.Was, &was
	}
	r.Effective = max(r.Effective, first)
	return r
}

// Last is what must be known of a person before a movement can be added: the place, the day of the
// last movement and the attributes it carried.
type Last struct {
	Place     Place
	Effective day.Date
	Attrs     Attrs
}

// Since returns the day before which nothing could be added when the movement with an id was recorded, out of all movements of its person
// in order: the day of the movement before it, or of a reversal that a closed period moved to a later day. It holds again once the
// movement is undone on its own day.
func Since(ms []Movement, id id.ID) (since day.Date) {
	type stood struct{ on, before day.Date }
	var stand []stood
	for _, m := range ms {
		switch last := len(stand) - 1; {
		case m.ID == id:
			return since
		case m.Reverses == 0:
			stand, since = append(stand, stood{m.Effective, since}), m.Effective
		case last >= 0 && m.Effective == stand[last].on:
			stand, since = stand[:last], stand[last].before
		default:
			stand, since = stand[:max(0, last)], m.Effective
		}
	}
	return since
}

// Standing returns the movements that were neither reversed nor are reversals, in order: what holds.
func Standing(ms []Movement) []Movement {
	undone := map[id.ID]bool{}
	for _, m := range ms {
		undone[m.Reverses] = true
	}
	var open []Movement
	for _, m := range ms {
		if m.Reverses == 0 && !undone[m.ID] {
			open = append(open, m)
		}
	}
	return open
}
