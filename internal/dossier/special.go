package dossier

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// Special is what the applicant declares that is considered under rules of its own (hoàn cảnh riêng): no
// judgement of the person, but what decides which papers and opinions a regulation asks for. Ethnic group
// and religion are not here, they are on the record of the person.
type Special struct {
	ForeignSpouse bool     `json:"spouse,omitempty"`     // hôn nhân với người nước ngoài
	Abroad        bool     `json:"abroad,omitempty"`     // người thân ở nước ngoài
	Political     bool     `json:"political,omitempty"`  // vấn đề lịch sử chính trị hoặc chính trị hiện nay
	Owner         bool     `json:"owner,omitempty"`      // chủ doanh nghiệp tư nhân
	Assigned      bool     `json:"assigned,omitempty"`   // nơi chưa có chi bộ: cấp trên giao chi bộ này làm hồ sơ
	Discipline    string   `json:"discipline,omitempty"` // one of Disciplines, "" none
	Child         int      `json:"child,omitempty"`      // which child breached the population policy, 0 none
	ChildBorn     day.Date `json:"child_born,omitempty"`
	Left          string   `json:"left,omitempty"`    // one of Leavings: why an earlier membership ended, "" by what the ledger says
	Cleared       day.Date `json:"cleared,omitempty"` // of Left crime: day the criminal record was cleared
}

// Disciplines say how far the discipline of an applicant outside the Party has come.
var Disciplines = []string{"pending", "standing"}

// Leavings are causes of an earlier leaving that have rules of their own.
var Leavings = []string{"crime", "population", "disunity", "other"}

// Penalties are the forms of discipline of a member (hình thức kỷ luật); which of them a probationer may get is the pack's.
var Penalties = []string{"reprimand", "warning", "dismissal", "expulsion"}

// fit says what is none of the answers there are, and which days are missing or lie after the act.
func (s *Special) fit(e *fault.Error, on day.Date) {
	if s.Discipline != "" && !slices.Contains(Disciplines, s.Discipline) {
		e.Field("discipline", "dossier.not_listed")
	}
	if s.Left != "" && !slices.Contains(Leavings, s.Left) {
		e.Field("left", "dossier.not_listed")
	}
	if s.Child < 0 {
		e.Field("child", "dossier.not_listed")
	}
	for _, x := range []struct {
		field  string
		needed bool
		d      day.Date
		key    fault.Key
	}{{"child_born", s.Child != 0, s.ChildBorn, "dossier.child_born_missing"}, {"cleared", s.Left == "crime", s.Cleared, "dossier.cleared_missing"}} {
		switch {
		case x.needed && !x.d.Valid():
			e.Field(x.field, x.key)
		case x.d > on:
			e.Field(x.field, "dossier.after_act", x.d, on)
		}
	}
}

// Special returns what was declared last of what is considered under rules of its own; nil when nobody asked.
func (d *Dossier) Special() *Special {
	var s *Special
	for _, a := range d.Standing() {
		if a.Details.Special != nil {
			s = a.Details.Special
		}
	}
	return s
}
