package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/markup"
	"ketnap/internal/people"
	"ketnap/internal/reports"
	"ketnap/internal/target"
)

// exits are the causes of an early exit.
var exits = []ledger.Cause{ledger.Expel, ledger.Strike, ledger.Quit, ledger.Cancel}

// movesHref is the list of movements of some causes in a unit between two days; more adds to the address.
func movesHref(u id.ID, from, to day.Date, causes []ledger.Cause, more url.Values) string {
	codes := make([]string, len(causes))
	for i, c := range causes {
		codes[i] = c.String()
	}
	q := url.Values{"cause": {strings.Join(codes, ",")}, "from": {from.String()}, "to": {to.String()}, "u": {u.String()}}
	for k, v := range more {
		q[k] = v
	}
	return "/bien-dong?" + q.Encode()
}

// flawHref is the list behind a count of flaws.
func flawHref(u id.ID, f target.Flaw, from, to day.Date) string {
	causes := exits
	if f == target.Late {
		causes = []ledger.Cause{ledger.Recognise}
	}
	return movesHref(u, from, to, causes, url.Values{"quality": {string(f)}})
}

// quality is what stands beside the numbers of a row, in the order of the columns. A figure that is made of other units than
// today has no list, and flaws, which are read by the tree of today, are left out of it.
func (p *pilotPage) quality(r reports.Row) []stockCell {
	q, u, from := r.Quality, r.Unit.ID, day.Of(p.P.Year, 1, 1)
	in := url.Values{"dir": {"in"}}
	late := target.Reading().LateMonth.Value
	month := day.MonthOf(p.P.CrowdYear, late)
	cells := []stockCell{
		p.flaw(q.Returned, q.Applied, movesHref(u, from, p.P.AsOf, []ledger.Cause{ledger.Return}, in)),
		p.flaw(q.Late, q.Recognised, flawHref(u, target.Late, from, p.P.AsOf)),
		p.flaw(q.Early, 0, flawHref(u, target.Early, from, p.P.AsOf)),
		p.flaw(q.Lapsed, 0, movesHref(u, from, p.P.AsOf, []ledger.Cause{ledger.Lapse}, in)),
		p.flaw(q.Crowded, q.OfYear, movesHref(u, month.First(), month.Last(), target.Admissions.Causes, in)),
	}
	for i, key := range []string{"returned", "late", "early", "lapsed", "crowded"} {
		c := &cells[i]
		args := []any{target.Reading().EarlyMonths.Value}
		if key == "crowded" {
			args = []any{strconv.Itoa(late), strconv.Itoa(p.P.CrowdYear)}
		}
		c.Label, c.Short = p.T("quality."+key, args...), p.T("quality.short."+key, args...)
		if r.Shifted {
			c.Href = ""
			if key == "late" || key == "early" {
				c.N = "—"
			}
		}
	}
	return cells
}

// flaw writes a count with its share; none needs no list.
func (p *pilotPage) flaw(n, of int64, href string) stockCell {
	c := stockCell{N: p.Num(n), Href: href}
	if n == 0 {
		c.Href = ""
	} else if of > 0 {
		c.N += " (" + p.Pct(n, of) + ")"
	}
	return c
}

// counts writes the figures of one row of a table, each with the list behind it.
func counts(cells []stockCell) markup.Piece {
	out := make([]markup.Cell, len(cells))
	for i, c := range cells {
		out[i] = markup.Cell{Text: c.N, Href: c.Href, Class: "num"}
	}
	return markup.Cells(out...)
}

// among narrows a list of movements down to those with a flaw, when the address asks for one.
func (a *App) among(r *http.Request, f *people.MoveFilter, errs map[string]fault.Text) (target.Flaw, error) {
	flaw, ok := target.FlawOf(r.URL.Query().Get("quality"))
	if !ok || errs != nil {
		return "", nil
	}
	var err error
	f.Among, err = a.Reports.Flawed(r.Context(), a.actor(r), unitParam(r), flaw, f.From, f.To)
	return flaw, err
}

// flawChoices are the choices of the filter.
func (b Base) flawChoices() []Choice {
	out := []Choice{{Label: b.T("quality.any")}}
	for _, f := range target.Flaws {
		out = append(out, Choice{Label: b.T("quality.only." + string(f)), Value: string(f)})
	}
	return out
}
