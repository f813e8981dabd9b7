package web

import (
	"net/http"
	"net/url"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/markup"
	"ketnap/internal/pool"
	"ketnap/internal/rule"
	"ketnap/internal/subject"
)

// dueLine is one obligation as a page shows it.
type dueLine struct {
	Key, Name, Href, Unit, UnitHref string
	What, Clause, Miss, Due         string
	Badge                           Badge
	Level                           string
	Act                             string // address of the dossier
	Pick                            string // label of the box that chooses it
}

// todayGroup is a part of the work of a day.
type todayGroup struct {
	Name, Title string
	Body        markup.Piece
	All         string // address of the whole list; empty when every line is shown
	AllText     string
	Up, UpText  string // of what is late: what was told to this unit
}

type todayPage struct {
	Base
	Sums   []Choice // how much there is, each figure with its list
	Groups []todayGroup
	Desk   []deskGroup // hand-overs that wait on the unit's own desk

	Emergencies []emergencyLine // openings beyond the budget that somebody here has to take note of
	Empty       Empty
	Lists       string
	Month       string
	Feed        feedPart
	Mail        mailPart
	UnitText    string
}

// todayLines is how many lines of a kind the page of a day shows, so that what is late does not hide what is due today: a list has the rest.
const todayLines = 12

// today shows the work of the day: GET /hom-nay.
func (a *App) today(w http.ResponseWriter, r *http.Request) error {
	return a.renderToday(w, r, http.StatusOK, nil)
}

// renderToday shows the page; failed is what was wrong with the digest that was asked for on it.
func (a *App) renderToday(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	unit := unitParam(r)
	t, err := a.Deadlines.Today(r.Context(), a.actor(r), unit, todayLines)
	if err != nil {
		return err
	}
	p := todayPage{Base: a.Base(r, "deadline.title"), UnitText: unit.String(), Lists: "/viec?u=" + unit.String(), Month: "/lich?u=" + unit.String()}
	name := t.Unit.Name
	if unit == 0 {
		name = p.T("pilot.nation")
	}
	p.Title, p.AsOf = p.T("deadline.heading", name), t.On
	p.Crumbs = []Crumb{{Label: name, Href: unitHref(unit)}, {Label: p.T("deadline.title")}}
	open := func(until day.Date) string {
		return dueHref(unit, deadlines.Filter{Tab: deadlines.Open, From: t.On, To: until})
	}
	p.Sums = []Choice{
		{Label: p.T("deadline.sum_late", t.Counts.Late), Href: dueHref(unit, deadlines.Filter{Tab: deadlines.Late})},
		{Label: p.T("deadline.sum_today", t.Counts.Today), Href: open(t.On)},
		{Label: p.T("deadline.sum_week", t.Counts.Week), Href: open(t.On.AddDays(7))},
		{Label: p.T("deadline.sum_soon", t.Counts.Soon, t.Soon), Href: dueHref(unit, deadlines.Filter{Tab: deadlines.Soon})},
	}
	for _, g := range t.Groups {
		if len(g.Lines) > 0 {
			shown := p.group(unit, g)
			if g.Name == "late" && t.Raised > 0 {
				shown.Up, shown.UpText = dueHref(unit, deadlines.Filter{Tab: deadlines.Raised}), p.T("deadline.raised_of", t.Raised)
			}
			p.Groups = append(p.Groups, shown)
		}
	}
	if p.Desk, err = a.deskPart(r, p.Base, unit); err != nil {
		return err
	}
	if t.Unit.Kind.IsCell() {
		if p.Desk, err = a.proposedPart(r, p.Base, unit, p.Desk); err != nil {
			return err
		}
	}
	if p.Emergencies, err = a.emergencies(r, p.Base); err != nil {
		return err
	}
	p.Empty = Empty{Title: p.T("deadline.none"), Text: p.T("deadline.none_text"), Href: p.Lists, Link: p.T("deadline.lists")}
	if p.Feed, err = a.feedPart(r); err != nil {
		return err
	}
	if p.Mail, err = a.mailPart(r, p.Base); err != nil {
		return err
	}
	if failed != nil {
		p.Mail.Address, p.Mail.Every, p.Mail.Errs = r.PostFormValue("address"), r.PostFormValue("every"), fieldsOf(failed)
	}
	return a.Render(w, r, status, "today.html", &p)
}

// deskGroup is the hand-overs of one side that wait on the unit's own desk.
type deskGroup struct {
	Title, All, AllText string
	Rows                []handoverLine
	Asked               []askedLine
}

// askedLine is a request of somebody about their own data that waits.
type askedLine struct {
	Href, Name, Kind, Unit string
	Badge                  *Badge
}

// deskLines is how many hand-overs of each side the page of a day shows.
const deskLines = 5

// deskPart is what waits on the unit's own desk: offers to answer, and its own that nobody took.
func (a *App) deskPart(r *http.Request, b Base, unit id.ID) ([]deskGroup, error) {
	if unit == 0 {
		return nil, nil
	}
	d, err := a.Handovers.Desk(r.Context(), a.actor(r), unit, deskLines)
	if err != nil {
		return nil, err
	}
	out, err := a.askedPart(r, b, unit)
	if err != nil {
		return nil, err
	}
	for _, side := range []struct {
		name, query string
		rows        []handovers.Row
		total       int
	}{{handovers.In, "", d.In, d.InTotal}, {handovers.Out, "&xem=di", d.Out, d.OutTotal}} {
		if side.total == 0 {
			continue
		}
		g := deskGroup{Title: b.T("deadline.desk."+side.name, side.total), All: "/ban-giao?u=" + unit.String() + side.query, AllText: b.T("deadline.desk.all")}
		for _, row := range side.rows {
			g.Rows = append(g.Rows, b.handoverLine(row, d.Today))
		}
		out = append(out, g)
	}
	return out, nil
}

// proposedPart puts before the rest of a cell's desk who was proposed and waits for its resolution: no clock runs for them, so that no other
// list of the day has them.
func (a *App) proposedPart(r *http.Request, b Base, unit id.ID, desk []deskGroup) ([]deskGroup, error) {
	rows, n, err := a.Pool.Proposed(r.Context(), a.actor(r), unit, deskLines)
	if err != nil || n == 0 {
		return desk, err
	}
	g := deskGroup{Title: b.T("deadline.desk.proposed", n), All: "/nguon?xem=" + string(pool.Proposals) + "&u=" + unit.String(), AllText: b.T("deadline.desk.resolve")}
	for i := range rows {
		p := &rows[i].Person
		g.Asked = append(g.Asked, askedLine{Href: dossierHref(p.ID), Name: p.Name, Kind: b.T("stage." + p.Place.Stage.String()), Unit: p.Birth.VN()})
	}
	return append([]deskGroup{g}, desk...), nil
}

// askedPart is the requests about data that wait for who looks at the page.
func (a *App) askedPart(r *http.Request, b Base, unit id.ID) ([]deskGroup, error) {
	rows, today, err := a.Subjects.Waiting(r.Context(), a.actor(r), unit, deskLines+1)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	g := deskGroup{Title: b.T("deadline.desk.asked"), All: "/yeu-cau?u=" + unit.String(), AllText: b.T("deadline.desk.all")}
	for _, x := range rows[:min(len(rows), deskLines)] {
		g.Asked = append(g.Asked, askedLine{"/yeu-cau/" + x.ID.String(), x.Name, b.T("request.kind." + string(x.Kind)), x.UnitName, b.waitBadge(x.Request, today)})
	}
	return []deskGroup{g}, nil
}

// waitBadge says by when a request is to be answered or done.
func (b Base) waitBadge(x subject.Request, today day.Date) *Badge {
	if x.Late(today) {
		return b.requestBadge(x, today)
	}
	return &Badge{Kind: "warn", Text: b.T("mine.due", x.Due())}
}

func (b Base) group(unit id.ID, g deadlines.Group) todayGroup {
	out := todayGroup{Name: g.Name, Title: b.T("deadline.group." + g.Name)}
	var pen markup.Pen
	what, due, state, clause := b.T("deadline.col.what"), b.T("deadline.col.due"), b.T("deadline.col.state"), b.T("deadline.col.clause")
	act, open := b.T("deadline.col.act"), b.T("deadline.open_dossier")
	for i := range g.Lines {
		d := b.dueLine(&g.Lines[i])
		pen.Open("tr", markup.A("role", "row"))
		pen.Open("th", markup.A("scope", "row"), markup.A("role", "rowheader"))
		pen.Say(d.Name, "a", markup.A("href", d.Href))
		if g.Lines[i].Obligation.Unit != unit { // who looks at their own cell knows whose it is
			pen.Say(d.Unit, "span", markup.A("class", "sub"))
		}
		pen.Close()
		pen.Open("td", markup.A("role", "cell"), markup.A("class", "what"), markup.A("data-label", what))
		pen.Open("span")
		pen.Put(d.What)
		if d.Miss != "" {
			pen.Say(d.Miss, "span", markup.A("class", "sub"))
		}
		pen.Close()
		pen.Close()
		d.cell(&pen, markup.Cell{Text: d.Due, Class: "nowrap", Label: due})
		d.state(&pen, state)
		pen.Say(d.Clause, "td", markup.A("role", "cell"), markup.A("class", "clause"), markup.A("data-label", clause))
		d.open(&pen, act, open)
		pen.Close()
	}
	out.Body = pen.Done()
	if g.Total > int64(len(g.Lines)) {
		out.All, out.AllText = dueHref(unit, g.List), b.T("deadline.all_of", g.Total)
	}
	return out
}

// dueHref is the work list of a filter.
func dueHref(unit id.ID, f deadlines.Filter) string {
	q := url.Values{"u": {unit.String()}}
	if f.Tab != "" {
		q.Set("the", dueTabs[f.Tab])
	}
	if f.From != 0 {
		q.Set("tu", f.From.String())
	}
	if f.To != 0 {
		q.Set("den", f.To.String())
	}
	if len(f.Organs) > 0 {
		q.Set("noi", organText(f.Organs))
	}
	return "/viec?" + q.Encode()
}

// dueLine writes an obligation in the language of the page.
func (b Base) dueLine(l *deadlines.Line) dueLine {
	d := dueLine{Key: l.Key(), Name: l.Name, Href: "/nguoi/" + l.Person.String(), Unit: l.UnitName, UnitHref: "/viec?u=" + l.Obligation.Unit.String(),
		What: b.term(&l.Term), Clause: b.clause(&l.Term), Miss: l.Term.Miss[string(b.Lang)], Due: l.Due.VN(), Badge: b.dueBadge(l), Act: "/nguoi/" + l.Person.String() + "/ho-so"}
	if l.Level > 0 {
		d.Level = b.T("deadline.level", l.Level)
	}
	d.Pick = b.T("deadline.pick", l.Name, d.What)
	return d
}

// term names a period.
func (b Base) term(c *rule.Clock) string {
	if text := c.Text[string(b.Lang)]; text != "" {
		return text
	}
	return c.Key
}

// clause says where a period stands, and that nobody has verified it when so.
func (b Base) clause(c *rule.Clock) string {
	text := c.Source
	if c.Clause != "" && !strings.Contains(text, c.Clause) {
		text += ", " + c.Clause
	}
	if c.Sure == "unsure" {
		text = strings.TrimPrefix(text+" ("+b.T("deadline.unsure")+")", " ")
	}
	return text
}

// dueBadge says where an obligation stands: in words, the colour only beside them.
func (b Base) dueBadge(l *deadlines.Line) Badge {
	kind := map[deadline.State]string{deadline.Overdue: "bad", deadline.Today: "warn", deadline.Warned: "info", deadline.Done: "ok"}[l.State]
	if kind == "" {
		kind = "mute"
	}
	days := l.Left
	if days < 0 {
		days = -days
	}
	if n := l.Due.AddDays(-days).AgeAt(l.Due); l.State == deadline.Running && n > 1 {
		return Badge{Kind: kind, Text: b.T("deadline.state.years", n)} // nobody counts thousands of days
	}
	return Badge{Kind: kind, Text: b.T("deadline.state."+string(l.State), days)}
}
