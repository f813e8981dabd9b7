package target

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

//go:embed obstacles.json
var obstaclesJSON []byte

// Hindrance is one cause of the coded list (nguyên nhân).
type Hindrance struct {
	Code string            `json:"code"`
	Text map[string]string `json:"text"` // by language
}

var hindrances = readHindrances()

func readHindrances() (out struct {
	Source     string      `json:"source"`
	Confidence string      `json:"confidence"`
	Since      string      `json:"since"`
	Causes     []Hindrance `json:"causes"`
}) {
	if err := json.Unmarshal(obstaclesJSON, &out); err != nil {
		panic("target: obstacles.json: " + err.Error()) // embedded at build, read by a test
	}
	return out
}

// Hindrances lists the causes, and says where the list comes from.
func Hindrances() ([]Hindrance, string) { return hindrances.Causes, hindrances.Source }

// HindranceOf returns the cause with a code.
func HindranceOf(code string) (Hindrance, bool) {
	i := slices.IndexFunc(hindrances.Causes, func(h Hindrance) bool { return h.Code == code })
	if i < 0 {
		return Hindrance{}, false
	}
	return hindrances.Causes[i], true
}

// Obstacle is what stands in the way of a unit's targets (vướng mắc), and what is done about it. It is about a unit, never a person.
type Obstacle struct {
	ID, Unit    id.ID
	Cause       string // code of a Hindrance
	Note        string
	Remedy      string // giải pháp
	Responsible string // người chịu trách nhiệm
	Opened, Due day.Date
	Closed      day.Date // 0 while it is open
	Word        string   // what it was closed with
	Version     int64
}

// longest is the most letters a text of an obstacle may have.
const longest = 500

// Check says whether the obstacle can be stored; the fields of the fault name what to mend.
func (o Obstacle) Check() error {
	e := fault.E("target.Obstacle", fault.Invalid, "obstacle.invalid")
	if _, ok := HindranceOf(o.Cause); !ok {
		e.Field("cause", "obstacle.cause_unknown")
	}
	for name, s := range map[string]string{"remedy": o.Remedy, "responsible": o.Responsible} {
		if strings.TrimSpace(s) == "" {
			e.Field(name, "obstacle.missing")
		}
	}
	for name, s := range map[string]string{"note": o.Note, "remedy": o.Remedy, "responsible": o.Responsible, "word": o.Word} {
		if len([]rune(s)) > longest {
			e.Field(name, "obstacle.long", longest)
		}
	}
	switch {
	case !o.Due.Valid():
		e.Field("due", "obstacle.due_missing")
	case o.Due < o.Opened:
		e.Field("due", "obstacle.due_past", o.Opened)
	}
	if o.Closed != 0 && strings.TrimSpace(o.Word) == "" {
		e.Field("word", "obstacle.word_missing")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Standing is where an obstacle stands on a day.
type Standing string

// The standings.
const (
	Pending Standing = "open"    // đang xử lý
	Overdue Standing = "overdue" // quá hạn
	Settled Standing = "closed"  // đã khắc phục
)

// On returns where the obstacle stands on a day.
func (o Obstacle) On(d day.Date) Standing {
	switch {
	case o.Closed != 0 && o.Closed <= d:
		return Settled
	case d > o.Due:
		return Overdue
	}
	return Pending
}
