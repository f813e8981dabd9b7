package dossier

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/rule"
)

// Kind says what a dossier leads to.
type Kind string

// The kinds of dossier.
const (
	Admission   Kind = "admit"   // kết nạp
	Readmission Kind = "readmit" // kết nạp lại
)

// Dossier is the way of one person through the procedure, from the first act on. A person has at most
// one that is not closed.
type Dossier struct {
	ID      id.ID
	Person  id.ID
	Unit    id.ID // chi bộ that carries it today
	Kind    Kind
	Pack    string // reference of the rule pack it is pinned to since Open, "" before: the pack of each day
	State   State
	Start   State             // where the ledger already had the person before the first act; "" when the first act proposed them
	Known   map[Step]day.Date // days of steps before Start, as the record has them; not stored with the dossier
	Opened  day.Date          // day of the first act
	Helper  id.ID             // đảng viên giúp đỡ today, 0 when none is assigned
	Moved   day.Date          // day since when it stands in its state
	Closed  day.Date          // 0 while it is live
	Version int64
	Acts    []Act // in the order of recording
}

// Act is one thing that was done (việc đã làm). Acts are only added; a mistake is corrected by an act
// of step Undo that names the one it takes back.
type Act struct {
	ID       id.ID
	Step     Step
	On       day.Date // the day it took place
	No       string   // number of the resolution, decision or certificate
	Dated    day.Date // day of that paper
	Pack     string   // reference of the pack it was checked under
	Movement id.ID    // the movement of the ledger it made, 0 when none
	Undoes   id.ID    // of step Undo: the act taken back
	Audit    id.ID
	Recorded int64 // unix ms
	Details  Details
	Findings []rule.Finding // what was checked, with the values used
}

// PaperDay is the day on the paper of an act, else the day of the act.
func (a *Act) PaperDay() day.Date {
	if a.Dated != 0 {
		return a.Dated
	}
	return a.On
}

// Details are what a step records beyond its day and paper; most are empty in most steps. They are
// sealed at rest: reasons, opinions and names of relatives are personal data.
type Details struct {
	By          string       `json:"by,omitempty"`   // who proposed or gave the opinion: youth, union, member, residence, other
	Body        string       `json:"body,omitempty"` // its name
	Group       string       `json:"group,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Text        string       `json:"text,omitempty"`
	Quarter     string       `json:"quarter,omitempty"` // "2026-Q3" of a remark
	Route       string       `json:"route,omitempty"`   // a, b, c
	Introducers []Introducer `json:"introducers,omitempty"`
	Helper      id.ID        `json:"helper,omitempty"`
	HelperPaper string       `json:"helper_paper,omitempty"`
	Vote        *Vote        `json:"vote,omitempty"`
	Minutes     string       `json:"minutes,omitempty"`
	Relative    *Relative    `json:"relative,omitempty"`
	Course      id.ID        `json:"course,omitempty"`
	Issuer      string       `json:"issuer,omitempty"`
	Grade       string       `json:"grade,omitempty"`
	Place       string       `json:"place,omitempty"`
	Received    day.Date     `json:"received,omitempty"` // of a paper that travels
	Until       day.Date     `json:"until,omitempty"`    // of Extend: the later day agreed to
	Clock       string       `json:"clock,omitempty"`    // of Extend: which clock
	To          string       `json:"to,omitempty"`       // of Rebase, Move, SendBack: where to
	Consent     bool         `json:"consent,omitempty"`  // written consent above is at hand
	Cited       string       `json:"cited,omitempty"`    // documents the paper names as its grounds
	Accepted    []string     `json:"accepted,omitempty"` // warnings somebody chose to go on with
	Special     *Special     `json:"special,omitempty"`  // of CV and Circumstances
	Penalty     string       `json:"penalty,omitempty"`  // of Discipline: its form
}

// Introducer is a member or body that introduces the person.
type Introducer struct {
	Member id.ID    `json:"member,omitempty"`
	Name   string   `json:"name,omitempty"`
	Since  day.Date `json:"since,omitempty"` // works, studies or lives with the person since
	No     string   `json:"no,omitempty"`
	Dated  day.Date `json:"dated,omitempty"`
}

// Relative is one person whose history is verified, or exempt from it (người thân phải thẩm tra).
type Relative struct {
	Key      string   `json:"key"` // tells the relatives of a dossier apart
	Name     string   `json:"name,omitempty"`
	Relation string   `json:"relation,omitempty"`
	Place    string   `json:"place,omitempty"`
	Abroad   bool     `json:"abroad,omitempty"`
	Exempt   bool     `json:"exempt,omitempty"` // a member with a complete declaration
	Member   id.ID    `json:"member,omitempty"` // the record that shows it
	Result   string   `json:"result,omitempty"`
	Answered day.Date `json:"answered,omitempty"`
}

// Vote is the seven figures of a meeting (biểu quyết), and how many were against.
type Vote struct {
	Officials int `json:"officials"` // đảng viên chính thức, of a committee its members
	Excluded  int `json:"excluded"`  // of them on temporary transfer or exempt, and absent
	Summoned  int `json:"summoned"`  // triệu tập
	Present   int `json:"present"`   // có mặt
	Issued    int `json:"issued"`    // phiếu phát ra
	Valid     int `json:"valid"`     // phiếu hợp lệ
	For       int `json:"for"`       // tán thành
}

// Paper is where one paper of a dossier is (giấy tờ: có hay chưa, nơi lưu).
type Paper struct {
	Code    string
	Present bool
	Made    day.Date // 0 unknown
	Place   string
}
