package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

// row makes the line of one unit: the whole, its sub-groups, and how much of it was given on.
func (p *targetsPage) row(row targets.Row, typed url.Values) targetRow {
	i, _ := target.IndicatorOf(p.Code)
	l := row.Lines[i.Code]
	out := targetRow{Name: row.Unit.Name, Href: sheetHref(row.Unit.ID, p.Sheet.Year, p.Code), May: row.May && !p.Sheet.Nation, Below: "—", Left: "—",
		Before: p.Num(l.Before), BeforeHref: happenedHref(row.Unit.ID, i, day.Of(p.Sheet.Year-1, 1, 1), day.YearPeriod(p.Sheet.Year-1).To), Done: p.Num(l.Progress.Done), DoneHref: happenedHref(row.Unit.ID, i, day.Of(p.Sheet.Year, 1, 1), p.Sheet.AsOf), Pct: "—"}
	if l.Target.ID != 0 {
		out.Pct = p.Pct(l.Progress.Done, l.Target.Least())
	}
	if b, ok := row.Below[i.Code]; ok && b.Given > 0 {
		out.Below = p.bounds(b.Low, b.High)
		if l.Target.ID != 0 {
			out.Left = p.left(l.Target.Least() - b.Low)
		}
	}
	for _, slice := range append([]string{""}, p.Sheet.Columns...) {
		key := targets.CellKey(i.Code, slice)
		cell := row.Cells[key]
		if slice == "" && cell.Target.ID == 0 {
			cell.Target = l.Target // the nation has lines only
		}
		out.Cells = append(out.Cells, p.cell(row, key, slice, cell, out.May, typed))
	}
	return out
}

func (p *targetsPage) cell(row targets.Row, key, slice string, cell targets.Cell, may bool, typed url.Values) targetCell {
	name := row.Unit.ID.String() + "." + key
	c := targetCell{Field: name, May: may, Drafted: cell.Drafted, Label: p.T("indicator."+p.Code) + ", " + row.Unit.Name}
	c.Column = p.T("target.goal")
	if slice != "" {
		c.Column = p.T("target.of_whom") + " " + p.groupName(slice)
		c.Label += ", " + p.groupName(slice)
	}
	if cell.Target.ID != 0 {
		c.Seen = cell.Target.ID.String()
	}
	t := cell.Target
	if cell.Drafted {
		t = cell.Draft
	}
	if t.Op != "" {
		c.Text, c.Shown = t.String(), p.Target(t)
	}
	if typed != nil && typed.Has(goalField+name) {
		c.Text = typed.Get(goalField + name)
	}
	if t, ok := p.Errs[name]; ok {
		c.Error = p.T(string(t.Key), t.Args...)
	}
	return c
}

// beside puts the quality of each unit beside its share.
func (p *targetsPage) beside(of map[id.ID][]stockCell) {
	p.Self.Beside = of[p.Sheet.Unit.ID]
	for i := range p.Rows {
		p.Rows[i].Beside = of[p.Sheet.Children[i].Unit.ID]
	}
}

// alerts puts the findings of the shown indicator beside the rows they are about, and what a unit gave on that does not come to what
// it was given: that one is told in full on the sheet of the unit.
func (p *targetsPage) alerts() {
	rows := map[string]*targetRow{p.Sheet.Unit.ID.String(): &p.Self}
	for i, c := range p.Sheet.Children {
		rows[c.Unit.ID.String()] = &p.Rows[i]
		if f, ok := p.handedOn(c); ok {
			p.Rows[i].Alerts = []alert{{gradeBadges[f.Grade], string(f.Check), p.handedText(c), p.Rows[i].Href + findingsAt}}
		}
	}
	for n, f := range p.Sheet.Findings {
		unit, _, _ := strings.Cut(f.Field, ".")
		row := rows[unit]
		if i, _ := lineOf(f.Field); row == nil || i != p.Code {
			continue
		}
		x := alert{gradeBadges[f.Grade], string(f.Check), p.finding(f.Finding).Text, findingsAt}
		if n < shownFindings {
			x.Href = "#" + f.ID()
		}
		row.Alerts = append(row.Alerts, x)
	}
}

// handedOn is check C1 on what a unit below gave on.
func (p *targetsPage) handedOn(row targets.Row) (f target.Finding, ok bool) {
	l, b := row.Lines[p.Code], row.Below[p.Code]
	if l.Target.ID == 0 || b.Given == 0 {
		return f, false
	}
	part := target.Value{Op: target.Between, Low: b.Low, High: b.High}
	fs := target.Children(target.Given{ID: row.Unit.ID, Value: l.Target.Value()}, []target.Given{{Value: part}})
	if len(fs) == 0 || fs[0].Grade == target.Note {
		return f, false
	}
	return fs[0], true
}

// handedText says how much a unit below gave on too little or too much.
func (p *targetsPage) handedText(row targets.Row) string {
	left := row.Lines[p.Code].Target.Least() - row.Below[p.Code].Low
	if left < 0 {
		return p.T("target.over", -left)
	}
	return p.T("target.left", left)
}

// findingsAt is where the findings of a sheet stand.
const findingsAt = "#phat-hien"

// bounds writes a sum: "980–1.200".
func (b Base) bounds(low, high int64) string {
	if high > low {
		return b.Num(low) + "–" + b.Num(high)
	}
	return b.Num(low)
}

// left says how much of a target was not given on, or how much too much was.
func (b Base) left(n int64) string {
	if n < 0 {
		return b.T("target.over_short", -n)
	}
	return b.Num(n)
}

// sums compares what the unit was given with what it gave on, drafts included: for the whole and each sub-group.
func (p *targetsPage) sums() {
	if p.Sheet.Nation || len(p.Sheet.Children) == 0 {
		return
	}
	for _, slice := range append([]string{""}, p.Sheet.Columns...) {
		key := targets.CellKey(p.Code, slice)
		var sum target.Total
		for _, c := range p.Sheet.Children {
			if v, ok := c.Cells[key].Value(); ok {
				sum.Add(v)
			}
		}
		c := sumCell{Name: p.T("target.goal"), Given: p.bounds(sum.Low, sum.High), Units: p.T("target.units_given", sum.N, len(p.Sheet.Children))}
		if slice != "" {
			c.Name = p.T("target.of_whom") + " " + p.groupName(slice)
		}
		if own, ok := p.Sheet.Self.Cells[key].Value(); ok {
			switch left := own.Least() - sum.Low; {
			case left > 0:
				c.Left, c.Short = p.T("target.left", left), p.Num(left)
			case left < 0:
				c.Left, c.Short = p.T("target.over", -left), p.T("target.over_short", -left)
			default:
				c.Left, c.Short = p.T("target.even"), p.T("target.even_short")
			}
		}
		p.Sums = append(p.Sums, c)
	}
}

// shownFindings is how many findings a sheet prints.
const shownFindings = 40

// strip fills what the checks found, what followed from units that ended, and what was issued.
func (p *targetsPage) strip() {
	for n, f := range p.Sheet.Findings {
		if n == shownFindings {
			p.More = len(p.Sheet.Findings) - n
			break
		}
		x := p.finding(f.Finding)
		x.Text, x.To = f.Unit+p.aside(f.Field)+": "+x.Text, "#g."+f.Field
		if i, _ := lineOf(f.Field); i != p.Code { // its cell is on the sheet of that indicator
			x.To = sheetHref(p.Sheet.Unit.ID, p.Sheet.Year, i) + x.To
		}
		if s, ok := p.Sheet.Seen[x.ID]; ok {
			x.Seen = p.T("finding.seen", s.By, p.dayOf(s.At), s.Reason)
		}
		p.Findings = append(p.Findings, x)
	}
	for _, f := range p.Sheet.Followed {
		if f.Target.Indicator != p.Code {
			continue
		}
		name := p.T("indicator." + f.Target.Indicator)
		if f.Target.Slice != "" {
			name += ", " + p.groupName(f.Target.Slice)
		}
		p.Followed = append(p.Followed, p.T("target.followed", f.Unit, p.local(f.Part.String()), p.Target(f.Target), f.Name, p.Date(f.On), name))
	}
	for _, i := range p.Sheet.Issues {
		kind := "target.issue"
		if i.Adjusts {
			kind = "target.adjust"
		}
		p.Issues = append(p.Issues, historyRow{Indicator: p.T(kind), Goal: p.Num(i.Lines), Source: i.Source, Version: p.Date(i.On)})
		if i.Document != 0 {
			p.Issues[len(p.Issues)-1].Slice = documentHref(i.Document)
		}
	}
}

// lineOf is the indicator and the group of a field "<unit>.<indicator>" or "<unit>.<indicator>.<slice>".
func lineOf(field string) (indicator, slice string) {
	_, line, _ := strings.Cut(field, ".")
	indicator, slice, _ = strings.Cut(line, ".")
	return indicator, slice
}

// aside names what a finding is about beyond the whole of the indicator that is shown.
func (p *targetsPage) aside(field string) string {
	indicator, slice := lineOf(field)
	var about []string
	if indicator != p.Code {
		about = append(about, p.T("indicator."+indicator))
	}
	if slice != "" {
		about = append(about, p.groupName(slice))
	}
	if len(about) == 0 {
		return ""
	}
	return " (" + strings.Join(about, ", ") + ")"
}

// MaySee says that the reader may go on past findings with a reason.
func (p targetsPage) MaySee() bool { return p.MayAny }

// SeenAction is where a reason goes.
func (p targetsPage) SeenAction() string {
	return "/chi-tieu/phat-hien?" + url.Values{"u": {p.Sheet.Unit.ID.String()}, "nam": {p.YearText}, "loai": {p.Code}}.Encode()
}

// documentChoices are the documents by which a unit may give targets.
func (a *App) documentChoices(r *http.Request, b Base, unit id.ID) ([]Choice, error) {
	reg, err := a.Documents.List(r.Context(), a.actor(r), unit, documents.Filter{Own: true})
	if err != nil {
		return nil, err
	}
	cs := []Choice{{Label: b.T("target.document_none")}}
	for _, d := range reg.Rows {
		cs = append(cs, Choice{Label: d.Name(), Value: d.ID.String()})
	}
	return cs, nil
}

// targetSeen goes on past a finding of a sheet with a reason: POST /chi-tieu/phat-hien.
func (a *App) targetSeen(w http.ResponseWriter, r *http.Request) error {
	unit := id.Parse(r.FormValue("u"))
	err := a.Targets.Acknowledge(r.Context(), a.actor(r), unit, r.PostFormValue("finding"), r.PostFormValue("reason"))
	if fault.Is(err, fault.Invalid) {
		return a.renderTargets(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return a.toSheet(w, r, "finding.noted")
}

// targetCarry drafts a year after the one before: POST /chi-tieu/mang-sang.
func (a *App) targetCarry(w http.ResponseWriter, r *http.Request) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	n, err := a.Targets.Carry(r.Context(), a.actor(r), id.Parse(r.FormValue("u")), year)
	if err != nil {
		return err
	}
	return a.toSheet(w, r, "target.carried", n)
}

// toSheet goes back to the sheet in the address and says what was done.
func (a *App) toSheet(w http.ResponseWriter, r *http.Request, done string, args ...any) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	b := a.Base(r, "target.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T(done, args...)})
	http.Redirect(w, r, sheetHref(id.Parse(r.FormValue("u")), year, r.FormValue("loai")), http.StatusSeeOther)
	return nil
}
