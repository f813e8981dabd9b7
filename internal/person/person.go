// Package person holds people, their code lists and the rules on their fields (domain floor, pure).
package person

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

// Person is somebody known to the system (quần chúng trong nguồn, đảng viên dự bị, đảng viên chính thức).
type Person struct {
	ID       id.ID
	Key      id.ID // the same person in every province; equals the first ID
	Place    ledger.Place
	Branch   id.ID    // branch of the unit in the tree of today; the last one when outside
	LastUnit id.ID    // the unit, also when outside: the last one
	Since    day.Date // day of the last movement

	Name       string // họ và tên, NFC
	OtherName  string // tên gọi khác
	Sex        int
	Birth      day.Date // may be partial
	Ethnic     int
	Religion   int
	Occupation int
	Schooling  int
	Expertise  int
	Theory     int
	Youth      bool
	Sector     int // of the unit at the last movement

	PoolOn      day.Date // đưa vào nguồn
	CertNo      string   // số giấy chứng nhận lớp nhận thức
	CertOn      day.Date // ngày cấp
	Joined      day.Date // ngày vào Đảng: the ceremony
	PartyAge    day.Date // ngày tính tuổi đảng
	OfficialOn  day.Date // ngày chính thức
	Note        string
	Void        bool // brought by an import that was undone
	Version     int64
	LastAudit   id.ID
	BornInBatch id.ID // the import that created the record, 0 when typed
}

// Nobody is the name of a record whose data was erased: no word of it is searched.
const Nobody = "—"

// Erased reports whether what was kept of the person was erased.
func (p Person) Erased() bool { return p.Void && p.Name == Nobody }

// Sealed are the fields kept encrypted at rest and masked on screen.
type Sealed struct {
	Number       string  `json:"n,omitempty"` // số định danh cá nhân, 12 digits
	Card         string  `json:"c,omitempty"` // số thẻ đảng viên, 12 digits
	OldCard      string  `json:"o,omitempty"` // số thẻ cũ, 8 digits
	CardPlace    string  `json:"p,omitempty"`
	CardOn       int32   `json:"d,omitempty"` // yyyymmdd
	Phone        string  `json:"t,omitempty"`
	Email        string  `json:"e,omitempty"`
	BirthPlace   Address `json:"b,omitzero"`  // nơi đăng ký khai sinh
	Home         Address `json:"h,omitzero"`  // quê quán
	Permanent    Address `json:"r,omitzero"`  // thường trú
	Temporary    Address `json:"m,omitzero"`  // tạm trú
	Helper       string  `json:"g,omitempty"` // đảng viên giúp đỡ
	IntroducedBy string  `json:"i,omitempty"`
}

// Address is a place in the two-level model: country, province, commune and detail.
type Address struct {
	Country  string `json:"q,omitempty"`
	Province string `json:"p,omitempty"`
	Detail   string `json:"d,omitempty"`
}

// Zero reports whether nothing sealed is filled in.
func (s Sealed) Zero() bool { return s == Sealed{} }

// Attrs returns the statistical attributes as they are now.
func (p Person) Attrs() ledger.Attrs {
	return ledger.Attrs{Sex: p.Sex, Ethnic: p.Ethnic, Religion: p.Religion, Occupation: p.Occupation,
		Schooling: p.Schooling, Expertise: p.Expertise, Sector: p.Sector, Youth: p.Youth, Birth: p.Birth}
}

// DupKey is equal for two records of the same folded name and birth date; 0 when the birth date is
// not complete, because a year alone would match strangers.
func (p Person) DupKey() int64 {
	if !p.Birth.Valid() {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(vi.Fold(p.Name)))
	_, _ = h.Write([]byte(strconv.Itoa(int(p.Birth))))
	return int64(h.Sum64() >> 1)
}

// Limits are the bounds a record is held against; the ages come from a rule, never from code.
type Limits struct {
	Today  day.Date
	MinAge int // full years on Today a person must have
	MaxAge int // above it the birth date is taken for a typing error
}

// Check says what is wrong with the fields of a record; the fault's fields name each.
func (p Person) Check(s Sealed, l Limits) error {
	e := fault.E("person.Check", fault.Invalid, "person.invalid")
	if n := len(vi.Words(p.Name)); n < 2 {
		e.Field("name", "person.name_short")
	} else if utf8.RuneCountInString(p.Name) > 100 || strings.ContainsAny(p.Name, "0123456789<>@#") {
		e.Field("name", "person.name_odd")
	}
	if p.Sex == 0 {
		e.Field("sex", "person.sex_missing")
	}
	p.checkBirth(e, l)
	checkNumbers(e, s)
	if p.Joined != 0 && p.OfficialOn != 0 && p.OfficialOn < p.Joined {
		e.Field("official", "person.official_before_joined")
	}
	for name, d := range map[string]day.Date{"joined": p.Joined, "official": p.OfficialOn, "pool_on": p.PoolOn, "cert_on": p.CertOn} {
		if d > l.Today {
			e.Field(name, "person.date_future", d)
		} else if d != 0 && p.Birth != 0 && d < p.Birth {
			e.Field(name, "person.date_before_birth", d)
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (p Person) checkBirth(e *fault.Error, l Limits) {
	switch {
	case p.Birth == 0:
		e.Field("birth", "person.birth_missing")
	case p.Birth > l.Today:
		e.Field("birth", "person.date_future", p.Birth)
	case p.Birth.AgeAt(l.Today) < l.MinAge:
		e.Field("birth", "person.too_young", p.Birth, l.MinAge)
	case p.Birth.AgeAt(l.Today) > l.MaxAge:
		e.Field("birth", "person.too_old", p.Birth)
	}
}

func checkNumbers(e *fault.Error, s Sealed) {
	if s.Number != "" && !digits(s.Number, 12) {
		e.Field("number", "person.number_form")
	}
	if s.Card != "" && !digits(s.Card, 12) {
		e.Field("card", "person.card_form")
	}
	if s.Phone != "" && !phone(s.Phone) {
		e.Field("phone", "person.phone_form")
	}
}

// phone reports whether s is a telephone number: 9 to 15 digits, with the signs people put between them.
func phone(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case !strings.ContainsRune(" +.-()", r):
			return false
		}
	}
	return n >= 9 && n <= 15
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
