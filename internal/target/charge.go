package target

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Charge is that a member of a committee answers for a unit below it (phân công cấp ủy viên phụ trách), by whole months: a result
// is counted by months, so that two who follow each other never share one.
type Charge struct {
	ID        id.ID
	Committee id.ID // whose member it is
	Unit      id.ID // what the member answers for, directly under the committee
	Name      string
	Post      string    // chức vụ
	From      day.Month // first month
	To        day.Month // last month; 0 until further notice
	Version   int64
}

// longestName is the most letters a name or a post may have.
const longestName = 120

// Check says whether the charge can be stored; the fields of the fault name what to mend.
func (c Charge) Check() error {
	e := fault.E("target.Charge", fault.Invalid, "charge.invalid")
	if strings.TrimSpace(c.Name) == "" {
		e.Field("name", "charge.name_missing")
	}
	for field, s := range map[string]string{"name": c.Name, "post": c.Post} {
		if len([]rune(s)) > longestName {
			e.Field(field, "obstacle.long", longestName)
		}
	}
	switch {
	case c.From == 0:
		e.Field("from", "charge.from_missing")
	case c.To != 0 && c.To < c.From:
		e.Field("to", "charge.to_before", c.From.VN())
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Meets reports whether two charges share a month.
func (c Charge) Meets(o Charge) bool {
	return (c.To == 0 || o.From <= c.To) && (o.To == 0 || c.From <= o.To)
}

// Within returns the months of a charge that lie between two months; ok is false when there is none.
func (c Charge) Within(from, to day.Month) (first, last day.Month, ok bool) {
	first, last = max(c.From, from), to
	if c.To != 0 {
		last = min(last, c.To)
	}
	return first, last, first <= last
}
