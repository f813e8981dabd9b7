package web

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/target"
)

// Addresses of the lists behind figures. The list at the address has exactly as many rows as the
// figure says.

// unitHref is the page of a committee.
func unitHref(u id.ID) string { return "/don-vi/" + u.String() }

// stockHref is the list of the people of a unit at some stages on a day; at 0 is today.
func stockHref(u id.ID, at day.Date, stages ...ledger.Stage) string {
	// Written out, in the order of Encode: a page may have a thousand of them.
	href := "/nguoi?"
	if at != 0 {
		href += "at=" + at.String() + "&"
	}
	href += "stage="
	for i, s := range stages {
		if i > 0 {
			href += "%2C"
		}
		href += s.String()
	}
	return href + "&u=" + u.String()
}

// happenedHref is the list of what an indicator counted in a unit between two days.
func happenedHref(u id.ID, i target.Indicator, from, to day.Date) string {
	codes := make([]string, len(i.Causes))
	for n, c := range i.Causes {
		codes[n] = c.String()
	}
	return "/bien-dong?cause=" + strings.Join(codes, "%2C") + "&dir=in&from=" + from.String() + "&to=" + to.String() + "&u=" + u.String()
}

// Target writes a target in the language of the page.
func (b Base) Target(t target.Target) string { return b.local(t.String()) }
