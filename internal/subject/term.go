package subject

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

// Terms are the codes of the retention an installation may set: those the program follows when it lists what is due.
var Terms = []string{"refused", "dropped", "struck", "left", "batch"}

// Sures are how sure a source is, from the most to the least.
var Sures = []string{"sure", "likely", "unsure"}

// Term is a term an installation set instead of that of the register, with why and on what ground.
type Term struct {
	Months int      `json:"months"` // 0: no term
	Reason string   `json:"reason"`
	Source string   `json:"source"`
	Sure   string   `json:"sure"`
	By     string   `json:"by"`
	On     day.Date `json:"on"`
}

// The bounds of a term: guards of this program.
const (
	mostMonths = 1200
	maxSource  = 300 // runes
)

// Check brings a term into one form and says what is wrong with it.
func (t *Term) Check(code string) error {
	e := fault.E("subject.Term.Check", fault.Invalid, "term.invalid")
	t.Source = vi.NFC(strings.TrimSpace(t.Source))
	if !slices.Contains(Terms, code) {
		e.Field("code", "term.code")
	}
	least := 0
	if code == "batch" { // a file of people without an end is kept for nothing
		least = 1
	}
	if t.Months < least || t.Months > mostMonths {
		e.Field("months", "term.months", least, mostMonths)
	}
	Reason(e, "reason", &t.Reason)
	if !slices.Contains(Sures, t.Sure) {
		e.Field("sure", "term.sure")
	}
	switch {
	case t.Source == "" && t.Sure != "unsure":
		e.Field("source", "term.source")
	case len([]rune(t.Source)) > maxSource:
		e.Field("source", "movement.too_long", maxSource)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// With is the retention as a term of the installation has it.
func (r Retention) With(t Term) Retention {
	r.Months, r.Sure = t.Months, t.Sure
	if t.Source != "" {
		r.Source = Text{"vi": t.Source, "en": t.Source}
	} else {
		r.Source = Text{"vi": "Chưa có nguồn: " + t.Reason, "en": "No source: " + t.Reason}
	}
	return r
}
