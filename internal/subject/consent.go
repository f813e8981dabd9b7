package subject

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// Ask is a text with which consent is asked. A text that was shown is never changed: another wording is another version.
type Ask struct {
	Version int    `json:"version"`
	Since   string `json:"since"`
	Text    Text   `json:"text"`
}

// Hash tells the texts of an ask apart: it is kept with every answer, so that it can be shown which words somebody agreed to.
func (a Ask) Hash() string {
	h := sha256.Sum256([]byte(a.Text["vi"] + "\x00" + a.Text["en"]))
	return hex.EncodeToString(h[:8])
}

// Asked is the ask in force of a purpose; ok is false for one whose ground is not consent.
func (p Purpose) Asked() (Ask, bool) {
	if len(p.Asks) == 0 {
		return Ask{}, false
	}
	return p.Asks[len(p.Asks)-1], true
}

// Version returns the ask of a version; ok is false when there is none.
func (p Purpose) Version(n int) (Ask, bool) {
	i := slices.IndexFunc(p.Asks, func(a Ask) bool { return a.Version == n })
	if i < 0 {
		return Ask{}, false
	}
	return p.Asks[i], true
}

// Covers reports whether the purpose is what a column, or a way out of the program, is used for.
func (p Purpose) Covers(use string) bool { return slices.Contains(strings.Fields(p.Uses), use) }

// Closes reports whether what somebody said about the purpose last, "" for nothing, closes what it allows.
func (p Purpose) Closes(said Said) bool {
	switch said {
	case Given:
		return false
	case Refusal, Withdrawal:
		return true
	}
	return p.Silence == "closed"
}

// Purpose returns the purpose with a code; ok is false when there is none.
func (r *Register) Purpose(code string) (Purpose, bool) {
	i := slices.IndexFunc(r.Purposes, func(p Purpose) bool { return p.Code == code })
	if i < 0 {
		return Purpose{}, false
	}
	return r.Purposes[i], true
}

// Consented lists the purposes that need consent.
func (r *Register) Consented() []Purpose {
	var out []Purpose
	for _, p := range r.Purposes {
		if p.Basis == "consent" {
			out = append(out, p)
		}
	}
	return out
}

// Said is what somebody said about a purpose (sự đồng ý).
type Said string

// What can be said.
const (
	Given      Said = "given"     // đồng ý
	Refusal    Said = "refused"   // không đồng ý
	Withdrawal Said = "withdrawn" // rút lại
)

// Saids lists them in the order of forms and counts.
var Saids = []Said{Given, Refusal, Withdrawal}

// Way is how it was said (hình thức).
type Way string

// The ways.
const (
	BySelf    Way = "self"    // on the own page
	ByPaper   Way = "paper"   // signed
	ByMinutes Way = "minutes" // spoken, and noted in minutes
)

// Papers lists the ways an official takes down.
var Papers = []Way{ByPaper, ByMinutes}

// Consent is one thing somebody said about one purpose. It is never changed; what was said last holds.
type Consent struct {
	ID      id.ID    `json:"-"`
	Person  id.ID    `json:"-"`
	Purpose string   `json:"purpose"`
	Version int      `json:"version"` // of the text
	Hash    string   `json:"hash"`    // of the text
	Said    Said     `json:"said"`
	Way     Way      `json:"way"`
	On      day.Date `json:"on"`
	At      int64    `json:"at"` // when it was stored, unix ms
	By      string   `json:"by"` // who took it
	Place   string   `json:"place,omitempty"`
}

// Latest returns what was said last about a purpose; ok is false when nothing was. The list is in the order it was stored.
func Latest(all []Consent, purpose string) (c Consent, ok bool) {
	for _, x := range all {
		if x.Purpose == purpose {
			c, ok = x, true
		}
	}
	return c, ok
}

// maxPlace is the longest word on where a paper lies, in runes, and maxBy that of a name: limits of this program.
const (
	maxPlace = 200
	maxBy    = 100
)

// Check brings what is to be stored into one form and says what is wrong with it, given what was said before.
func (c *Consent) Check(book *Register, before []Consent, today day.Date) error {
	const op = "subject.Consent.Check"
	e := fault.E(op, fault.Invalid, "consent.invalid")
	c.By, c.Place = vi.NFC(strings.TrimSpace(c.By)), vi.NFC(strings.TrimSpace(c.Place))
	p, ok := book.Purpose(c.Purpose)
	ask, asked := p.Version(c.Version)
	if !ok || p.Basis != "consent" || !asked {
		return e.Field("purpose", "consent.purpose_unknown")
	}
	c.Hash = ask.Hash()
	if !slices.Contains(Saids, c.Said) {
		e.Field("said", "consent.said_missing")
	}
	if c.Way != BySelf && !slices.Contains(Papers, c.Way) {
		e.Field("way", "consent.way_missing")
	}
	last, found := Latest(before, c.Purpose)
	switch {
	case !c.On.Valid():
		e.Field("on", "request.on_missing")
	case c.On > today:
		e.Field("on", "request.on_future", today)
	case found && c.On < last.On:
		e.Field("on", "consent.older", last.On)
	}
	if c.Way != BySelf && c.Place == "" {
		e.Field("place", "consent.place_missing")
	}
	if len([]rune(c.Place)) > maxPlace {
		e.Field("place", "movement.too_long", maxPlace)
	}
	if n := len([]rune(c.By)); n == 0 || n > maxBy {
		e.Field("by", "consent.by_missing", maxBy)
	}
	if len(e.Fields) > 0 {
		return e
	}
	switch {
	case found && last.Said == c.Said && last.Version == c.Version:
		return fault.E(op, fault.Conflict, "consent.same", last.On)
	case c.Said == Withdrawal && last.Said != Given:
		return fault.E(op, fault.Conflict, "consent.not_given")
	case c.Said == Refusal && last.Said == Given:
		return fault.E(op, fault.Conflict, "consent.withdraw_it")
	}
	return nil
}
