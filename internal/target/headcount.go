package target

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Headcount is how many people work, study or live in the place of a unit on a day: the denominator of its density, with its date and
// where it comes from.
type Headcount struct {
	Unit    id.ID
	On      day.Date
	N       int64
	Source  string
	Version int64 // 0 for a number not stored yet
}

// Check says whether the number can be stored on a day; the fields of the fault name what to mend. There are never fewer people than
// members among them.
func (h Headcount) Check(members int64, today day.Date) error {
	e := fault.E("target.Headcount", fault.Invalid, "density.invalid")
	switch {
	case h.N <= 0 || h.N > most:
		e.Field("n", "density.number")
	case h.N < members:
		e.Field("n", "density.below_members", h.N, members)
	}
	switch {
	case !h.On.Valid():
		e.Field("on", "density.on_missing")
	case h.On > today:
		e.Field("on", "density.on_future")
	}
	if s := strings.TrimSpace(h.Source); s == "" || len([]rune(s)) > longest {
		e.Field("source", "density.source_missing", longest)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}
