package subject

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"

	"ketnap/internal/day"
)

// Register is what personal data is kept for, how long, and by when requests about it are answered.
type Register struct {
	Purposes  []Purpose   `json:"purposes"`
	Retention []Retention `json:"retention"`
	Breach    []Notice    `json:"breach"`
	Clocks    Clocks      `json:"clocks"`
}

// Purpose is one purpose of processing (mục đích xử lý).
type Purpose struct {
	Code   string  `json:"code"`
	Text   Text    `json:"text"`
	Of     Text    `json:"of"` // whose data
	Data   []Class `json:"data"`
	Tables string  `json:"tables"` // where it lies, by names of tables
	Basis  string  `json:"basis"`  // consent, law, or same: that of another purpose
	Law    Text    `json:"law"`
	Sure   string  `json:"sure"`
	Keep   string  `json:"keep"` // code of the retention
	To     Text    `json:"to"`   // who receives it

	Why     Text   `json:"why"`     // of a ground that is law: why consent is not asked
	Uses    string `json:"uses"`    // of consent: the columns, and the ways out, that it opens
	Silence string `json:"silence"` // of consent: whether what it allows is open or closed while nothing was said
	Asks    []Ask  `json:"asks"`    // of consent: the texts, the one in force last
}

// Retention is how long something is kept (thời hạn lưu).
type Retention struct {
	Code   string `json:"code"`
	Months int    `json:"months"` // 0: no fixed term, see End
	From   Text   `json:"from"`
	End    Text   `json:"end"`
	Source Text   `json:"source"`
	Sure   string `json:"sure"`
}

// Clocks is by when a request is answered and done.
type Clocks struct {
	Source Text           `json:"source"`
	Sure   string         `json:"sure"`
	Since  string         `json:"since"`
	Answer Clock          `json:"answer"`
	Kinds  map[Kind]Clock `json:"kinds"`
}

// Clock is a length of time; an extension may be granted once.
type Clock struct {
	Length    int    `json:"length"`
	Unit      string `json:"unit"` // working_days or days
	Extension int    `json:"extension"`
}

// Due is the last day of a clock that starts on a day: the day itself does not count, and a last day that is free is the next working day.
func (c Clock) Due(cal *day.Calendar, from day.Date, extended bool) day.Date {
	n := c.Length
	if extended {
		n += c.Extension
	}
	if c.Unit == "working_days" {
		return cal.AddWorking(from, n)
	}
	d := from.AddDays(n)
	for !cal.Working(d) {
		d = d.AddDays(1)
	}
	return d
}

//go:embed register.json
var registerJSON []byte

var book = func() *Register {
	r := &Register{}
	dec := json.NewDecoder(bytes.NewReader(registerJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(r); err != nil {
		panic("subject: register.json: " + err.Error()) // embedded at build, read by a test
	}
	return r
}()

// Book returns the register of the embedded file.
func Book() *Register { return book }

// Kept returns the retention with a code; ok is false when there is none.
func (r *Register) Kept(code string) (Retention, bool) {
	for _, k := range r.Retention {
		if k.Code == code {
			return k, true
		}
	}
	return Retention{}, false
}

// Lies lists the tables a purpose uses.
func (p Purpose) Lies() []string { return strings.Fields(p.Tables) }
