package course

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// Seat is one person called to a class (học viên).
type Seat struct {
	Class   id.ID
	Person  id.ID
	Unit    id.ID // sent the person
	Invited day.Date
	Marks   string // one Mark for each session
	Grade   string // a code of the grades, "" while there is none
	Number  string // of the certificate to be issued
	Cert    id.ID  // the certificate, 0 until it is issued
	Version int64
}

// Mark is what became of one session.
type Mark byte

// The marks of attendance (điểm danh).
const (
	Unknown Mark = '.' // not recorded
	Present Mark = 'x' // có mặt
	Excused Mark = 'p' // vắng có phép
	Absent  Mark = 'k' // vắng không phép
)

// ParseMark reads a mark as it is typed or stands in a sheet.
func ParseMark(text string) (Mark, bool) {
	text = strings.TrimSpace(text)
	if text == "" || text == string(rune(Unknown)) {
		return Unknown, true
	}
	switch strings.ReplaceAll(vi.Fold(text), " ", "") {
	case "x", "1", "co", "comat", "v":
		return Present, true
	case "p", "phep", "cophep", "cp":
		return Excused, true
	case "k", "0", "o", "khong", "vang", "kp", "khongphep":
		return Absent, true
	}
	return Unknown, false
}

// Mark returns the mark of session i.
func (s Seat) Mark(i int) Mark {
	if i < 0 || i >= len(s.Marks) {
		return Unknown
	}
	return Mark(s.Marks[i])
}

// SetMark writes the mark of session i.
func (s *Seat) SetMark(i int, m Mark) {
	if i < 0 || i >= MaxSessions {
		return
	}
	b := []byte(s.Marks)
	for len(b) <= i {
		b = append(b, byte(Unknown))
	}
	b[i] = byte(m)
	s.Marks = strings.TrimRight(string(b), string(rune(Unknown)))
}

// Came reports whether the person was there at least once.
func (s Seat) Came() bool { return strings.IndexByte(s.Marks, byte(Present)) >= 0 }

// Heard is how many periods of the class the person was there for.
func (s Seat) Heard(c Class) int {
	n := 0
	for i, x := range c.Sessions {
		if s.Mark(i) == Present {
			n += x.Periods
		}
	}
	return n
}

// Counts are the figures of a class, or of several together. Each counts persons.
type Counts struct {
	Invited  int `json:"invited"`  // giấy mời
	Attended int `json:"attended"` // có dự học
	Passed   int `json:"passed"`   // đạt
	Issued   int `json:"issued"`   // đã cấp giấy chứng nhận
}

// Add counts a seat.
func (n *Counts) Add(s Seat) {
	n.Invited++
	if s.Came() {
		n.Attended++
	}
	if Passes(s.Grade) {
		n.Passed++
	}
	if s.Cert != 0 {
		n.Issued++
	}
}

// Certificate is one certificate as it was issued (giấy chứng nhận). Its number is unique for its
// issuer. It is issued once; whoever loses it gets it again (Reissue), under the same number or a new one
// that replaces it. The day of issue stays, and with it how long it is good.
type Certificate struct {
	ID       id.ID
	Class    id.ID
	Person   id.ID
	Kind     Kind
	Issuer   string
	Number   string
	Issued   day.Date
	Grade    string
	Reissues []Reissue
}

// Reissue is one time a certificate was issued again.
type Reissue struct {
	On     day.Date
	By     string
	Number string // the new number, "" when it kept the one it had
	Reason string
}

// Current is the number on the paper in hand: that of the last reissue with a new one, else the first.
func (c Certificate) Current() string {
	for _, r := range slices.Backward(c.Reissues) {
		if r.Number != "" {
			return r.Number
		}
	}
	return c.Number
}

// IssuerKey and NumberKey are what makes a certificate unique: written with or without marks, spaces
// or capitals, it is the same issuer and the same number.
func (c Certificate) IssuerKey() string { return vi.Fold(c.Issuer) }

// NumberKey is the number without spaces and capitals.
func (c Certificate) NumberKey() string {
	return strings.ToLower(strings.Join(strings.Fields(vi.NFC(c.Number)), ""))
}

// Check says whether a certificate can be issued.
func (c Certificate) Check() error {
	e := fault.E("course.Certificate", fault.Invalid, "course.invalid")
	switch n := len([]rune(c.NumberKey())); {
	case n == 0:
		e.Field("number", "course.number_missing")
	case n > maxNumber:
		e.Field("number", "course.too_long", maxNumber)
	}
	if !c.Issued.Valid() {
		e.Field("issued", "course.date_missing")
	}
	if !Passes(c.Grade) {
		e.Field("grade", "course.not_passed")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}
