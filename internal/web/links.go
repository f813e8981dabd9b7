package web

import (
	"net/url"
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
	q := url.Values{"u": {u.String()}}
	codes := make([]string, len(stages))
	for i, s := range stages {
		codes[i] = s.String()
	}
	q.Set("stage", strings.Join(codes, ","))
	if at != 0 {
		q.Set("at", at.String())
	}
	return "/nguoi?" + q.Encode()
}

// happenedHref is the list of what an indicator counted in a unit between two days.
func happenedHref(u id.ID, i target.Indicator, from, to day.Date) string {
	codes := make([]string, len(i.Causes))
	for n, c := range i.Causes {
		codes[n] = c.String()
	}
	q := url.Values{"u": {u.String()}, "cause": {strings.Join(codes, ",")}, "dir": {"in"}, "from": {from.String()}, "to": {to.String()}}
	return "/bien-dong?" + q.Encode()
}

// Target writes a target in the language of the page.
func (b Base) Target(t target.Target) string { return b.local(t.String()) }
