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

// quality is what stands beside the numbers of a row, in the order of the columns.
func (p *pilotPage) quality(r reports.Row) []stockCell { return p.Base.quality(p.P, r) }

// quality is what stands beside the numbers of a row of a committee's page, in the order of its columns. A figure that is made of
// other units than today has no list, and flaws, which are read by the tree of today, are left out of it.
func (b Base) quality(p reports.Pilot, r reports.Row) []stockCell {
	q, u, from := r.Quality, r.Unit.ID, day.Of(p.Year, 1, 1)
	in := url.Values{"dir": {"in"}}
	late := target.Reading().LateMonth.Value
	month := day.MonthOf(p.CrowdYear, late)
	cells := []stockCell{
		b.flaw(q.Returned, q.Applied, movesHref(u, from, p.AsOf, []ledger.Cause{ledger.Return}, in)),
		b.flaw(q.Late, q.Recognised, flawHref(u, target.Late, from, p.AsOf)),
		b.flaw(q.Early, 0, flawHref(u, target.Early, from, p.AsOf)),
		b.flaw(q.Lapsed, 0, movesHref(u, from, p.AsOf, []ledger.Cause{ledger.Lapse}, in)),
		b.flaw(q.Crowded, q.OfYear, movesHref(u, month.First(), month.Last(), target.Admissions.Causes, in)),
	}
	for i, key := range flawNames {
		c := &cells[i]
		args := []any{target.Reading().EarlyMonths.Value}
		if key == "crowded" {
			args = []any{strconv.Itoa(late), strconv.Itoa(p.CrowdYear)}
		}
		c.Label, c.Short = b.T("quality."+key, args...), b.T("quality.short."+key, args...)
		if r.Shifted {
			c.Href = ""
			if key == "late" || key == "early" {
				c.N = "—"
			}
		}
	}
	return cells
}

// flawNames name the figures of Base.quality.
var flawNames = []string{"returned", "late", "early", "lapsed", "crowded"}

// beside is what stands beside the share of a unit on other pages than its own: only what there is, each with the list behind it.
// Beside another indicator than admissions stand the certificates that ran out.
func (b Base) beside(p reports.Pilot, r reports.Row, indicator string) (out []stockCell) {
	for i, c := range b.quality(p, r) {
		if c.Href != "" && (indicator == target.Admissions.Code || flawNames[i] == "lapsed") {
			out = append(out, c)
		}
	}
	return out
}

// besides reads what stands beside the shares of a unit and those directly below it in a year, by unit.
func (a *App) besides(r *http.Request, unit id.ID, year int, indicator string) (map[id.ID][]stockCell, error) {
	ask := reports.Ask{Unit: unit}
	b := a.Base(r, "quality.title")
	p, err := a.Reports.Pilot(r.Context(), a.actor(r), ask) // as the page of the unit is asked for, so that it is read once
	if err == nil && p.Year != year {
		ask.Year, ask.AsOf = year, day.YearPeriod(year).To
		p, err = a.Reports.Pilot(r.Context(), a.actor(r), ask)
	}
	if err != nil || p.Year != year {
		return nil, err // a year that has not begun has nothing beside it
	}
	out := map[id.ID][]stockCell{unit: b.beside(p, p.Self, indicator)}
	for _, row := range p.Children {
		out[row.Unit.ID] = b.beside(p, row, indicator)
	}
	return out, nil
}

// flaw writes a count with its share; none needs no list.
func (b Base) flaw(n, of int64, href string) stockCell {
	c := stockCell{N: b.Num(n), Href: href}
	if n == 0 {
		c.Href = ""
	} else if of > 0 {
		c.N += " (" + b.Pct(n, of) + ")"
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
