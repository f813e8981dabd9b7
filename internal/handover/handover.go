// Package handover holds the offer of a person by one unit to another (domain floor, pure).
//
// Who leaves school, changes work or goes home before being a member is easily lost: no unit has them
// any more. A hand-over (bàn giao) is an offer with papers; the person stays with the unit that gives
// until another accepts, and goes on at the same stage. While nobody knows who shall receive, it lies
// on the desk of a committee that finds a unit or passes it up.
package handover

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// State is where an offer stands.
type State string

// The states. All but Open are ends.
const (
	Open      State = "open"      // chờ nhận
	Accepted  State = "accepted"  // đã nhận
	Refused   State = "refused"   // không nhận
	Withdrawn State = "withdrawn" // rút lại
	Departed  State = "departed"  // đã chuyển ra ngoài tỉnh
)

// Reasons are why people are handed over.
var Reasons = []string{"school", "work", "home", "army", "other"}

// Offer is one person offered.
type Offer struct {
	ID       id.ID
	Person   id.ID
	Stage    ledger.Stage // when offered
	From     id.ID
	To       id.ID // 0 while nobody knows
	Desk     id.ID // whose turn it is
	Place    string
	Reason   string
	Offered  day.Date
	State    State
	Answered day.Date // 0 while it is open
	Movement id.ID
	Version  int64
	Sealed   Sealed
}

// Sealed is what is sealed at rest.
type Sealed struct {
	Note   string  `json:"note,omitempty"`
	Answer string  `json:"answer,omitempty"`
	Papers []Paper `json:"papers,omitempty"`
}

// Paper is one paper that goes with the person.
type Paper struct {
	Code  int      `json:"code"`
	No    string   `json:"no,omitempty"`
	Dated day.Date `json:"dated,omitempty"`
}

// Kind is a kind of paper of the catalogue.
type Kind struct {
	Code   int               `json:"code"`
	Stages []string          `json:"stages"`
	Text   map[string]string `json:"text"`
}

//go:embed papers.json
var papersJSON []byte

var kinds = readKinds()

func readKinds() (out struct {
	Source string `json:"source"`
	Papers []Kind `json:"papers"`
}) {
	if err := json.Unmarshal(papersJSON, &out); err != nil {
		panic("handover: papers.json: " + err.Error()) // embedded at build, read by a test
	}
	return out
}

// PapersAt lists the papers that may go with somebody at a stage.
func PapersAt(s ledger.Stage) []Kind {
	var out []Kind
	for _, k := range kinds.Papers {
		if slices.Contains(k.Stages, s.String()) {
			out = append(out, k)
		}
	}
	return out
}

// Source says where the list of papers comes from.
func Source() string { return kinds.Source }

// Lengths of what is typed, in runes: limits of this program.
const (
	maxPlace = 200
	maxNote  = 1000
	maxNo    = 60
)

// Check says whether an offer can be made.
func (o Offer) Check(today day.Date) error {
	e := fault.E("handover.Check", fault.Invalid, "handover.invalid")
	switch {
	case o.Stage == ledger.Official:
		return fault.E("handover.Check", fault.Conflict, "handover.official")
	case o.Stage == ledger.Outside:
		return fault.E("handover.Check", fault.Conflict, "handover.outside")
	}
	switch {
	case !o.Offered.Valid():
		e.Field("on", "ledger.date_missing")
	case o.Offered > today:
		e.Field("on", "ledger.date_future", o.Offered)
	}
	if !slices.Contains(Reasons, o.Reason) {
		e.Field("reason", "handover.reason_missing")
	}
	if o.To == 0 && strings.TrimSpace(o.Place) == "" {
		e.Field("place", "handover.where")
	}
	if len([]rune(o.Place)) > maxPlace {
		e.Field("place", "course.too_long", maxPlace)
	}
	if len([]rune(o.Sealed.Note)) > maxNote {
		e.Field("note", "course.too_long", maxNote)
	}
	may := PapersAt(o.Stage)
	for _, p := range o.Sealed.Papers {
		switch {
		case !slices.ContainsFunc(may, func(k Kind) bool { return k.Code == p.Code }):
			e.Field("papers", "handover.paper_unfit", p.Code)
		case len([]rune(p.No)) > maxNo:
			e.Field("papers", "course.too_long", maxNo)
		case p.Dated > today:
			e.Field("papers", "ledger.date_future", p.Dated)
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Waiting is for how many days an offer has been open.
func (o Offer) Waiting(today day.Date) int {
	if o.Answered != 0 {
		return o.Answered.Sub(o.Offered)
	}
	return today.Sub(o.Offered)
}
