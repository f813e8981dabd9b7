package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/reports"
	"ketnap/internal/target"
)

type pilotPage struct {
	Base
	P              reports.Pilot
	Name           string
	DateText       string
	Years          []Choice
	Structures     []Choice
	StructureText  string
	Differs        string // a sentence when units stood elsewhere on the day
	Other, OtherIn string // the same page by the other structure, and its name
	YearText       string
	Errs           map[string]fault.Text
	Admit, Course  Card
	Due            []dueFigure // what is due; empty on a page of the past
	People         []stockCell
	Rows           []pilotRow
	Sum            pilotRow
	Months, Funnel Figure
	MapHref, Xlsx  string
	TargetHref     string
	TreeHref       string
	ListHref       string
	CanTarget      bool
	QualityNote    string
	Foresee        *foreseen
	Start          []Choice // what comes first where there is nothing yet

	context string                // of the links to other units: day, year and structure when they are not the usual
	reads   func(u org.Unit) bool // nil: everything
}

type stockCell struct{ Label, Short, Href, N string }

// pilotRow is a row of the table: a unit, how far it is, how that looks, its people by stage.
type pilotRow struct {
	Name, Href      string
	Goal, Done, Pct string
	Reached         chart.SVG // cells of the three
	Mini            chart.SVG
	Badge           *Badge
	Stock           chart.SVG // cells of the people
	Quality         chart.SVG // cells of what stands beside the share
	Stuck           string    // what stands in the way; "" for nothing
	StuckHref       string
}

// pilotStages are the stages a row of the page shows.
var pilotStages = []ledger.Stage{ledger.Pool, ledger.Certified, ledger.Dossier, ledger.Probationary, ledger.Official}

// overview leads to the pilot page of the user's own unit: GET /don-vi.
func (a *App) overview(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, unitHref(signed(r).Home.ID), http.StatusSeeOther)
	return nil
}

// pilot shows a committee's page: GET /don-vi/{id}.
func (a *App) pilot(w http.ResponseWriter, r *http.Request) error {
	ask, errs := pilotAsk(r)
	p, err := a.Reports.Pilot(r.Context(), a.actor(r), ask)
	if err != nil {
		return err
	}
	if errs != nil {
		page := a.pilotPage(r, p)
		page.Errs = errs
		return a.Render(w, r, http.StatusUnprocessableEntity, "pilot.html", page)
	}
	return a.RenderKept(w, r, "pilot.html", a.pilotTop(r, p), a.pilotKey(r, p), func() (Page, error) { return a.pilotPage(r, p), nil })
}

// pilotKey is what the content of a page depends on; nil when it is for this reader alone.
func (a *App) pilotKey(r *http.Request, p reports.Pilot) any {
	who := a.actor(r)
	hidden := slices.ContainsFunc(p.Children, func(row reports.Row) bool { return !who.Can(access.Read, row.Unit) })
	if hidden || !p.Mark.Known() {
		return nil
	}
	return struct {
		mark      reports.Mark
		unit      id.ID
		asOf      day.Date
		year      int
		structure reports.Structure
		target    bool
		edits     bool
	}{p.Mark, p.Unit.ID, p.AsOf, p.Year, p.Structure, who.Can(access.SetTarget, p.Unit), who.Can(access.EditUnits, p.Unit)}
}

// pilotTop is what of a page stands outside of its content.
func (a *App) pilotTop(r *http.Request, p reports.Pilot) Base {
	b := a.Base(r, "pilot.title")
	b.Title, b.AsOf, b.Crumbs = p.Unit.Name, p.AsOf, crumbs(b, p)
	if p.Nation {
		b.Title = b.T("pilot.nation")
	}
	return b
}

// structureWords are the words of the address for the structures.
var structureWords = map[string]reports.Structure{"nay": reports.Now, "ngay": reports.Then}

// pilotAsk reads unit, day, year and structure; a date that cannot be read is shown beside its field.
func pilotAsk(r *http.Request) (reports.Ask, map[string]fault.Text) {
	q := r.URL.Query()
	ask := reports.Ask{Unit: id.Parse(r.PathValue("id"))}
	ask.Year, _ = strconv.Atoi(q.Get("nam"))
	ask.Structure = structureWords[q.Get("co-cau")]
	d, err := day.Parse(q.Get("ngay"))
	if err != nil || (d != 0 && !d.Valid()) {
		text := fault.Text{Key: "day.unreadable", Args: []any{q.Get("ngay")}}
		if err != nil {
			text = fault.TextOf(err)
		}
		return ask, map[string]fault.Text{"ngay": text}
	}
	ask.AsOf = d
	if ask.Year != 0 && d == 0 {
		ask.AsOf = day.YearPeriod(ask.Year).To
	}
	return ask, nil
}

func (a *App) pilotPage(r *http.Request, p reports.Pilot) pilotPage {
	b := a.pilotTop(r, p)
	who := a.actor(r)
	page := pilotPage{Base: b, P: p, Name: b.Title, DateText: p.AsOf.VN(), YearText: strconv.Itoa(p.Year),
		reads: func(u org.Unit) bool { return who.Can(access.Read, u) }}
	for y := p.Today.Year(); y >= p.Today.Year()-10; y-- {
		page.Years = append(page.Years, Choice{Label: strconv.Itoa(y), Value: strconv.Itoa(y)})
	}
	page.structure()
	page.Admit = page.progress("admit", p.Self.Admitted, p.Self.Admit, p.Self.HasAdmit, target.Admissions)
	page.Course = page.progress("course", p.Self.Trained, p.Self.Course, p.Self.HasTrain, target.Course)
	page.Admit.Beside = page.quality(p.Self)
	page.QualityNote = page.T("quality.note", page.YearText, p.AsOf, target.Reading().EarlyMonths.Value)
	if zero := p.Zero(); zero > 0 {
		page.QualityNote = page.T("quality.zero", zero, len(p.Children)) + " " + page.QualityNote
	}
	page.Foresee = page.foresee()
	page.People = page.stages(page.stock(p.Self))
	for _, row := range p.Children {
		page.Rows = append(page.Rows, page.row(row))
	}
	page.Sum = page.row(p.Self)
	page.charts()
	self := p.Unit.ID
	page.Xlsx = unitHref(self) + "/xlsx" + page.query(p.Structure)
	if mapped(p) {
		page.MapHref = unitHref(self) + "/ban-do" + page.query(p.Structure)
	}
	page.TargetHref = "/chi-tieu?" + url.Values{"u": {self.String()}, "nam": {page.YearText}}.Encode()
	page.TreeHref = "/to-chuc/" + self.String()
	page.ListHref = stockHref(self, page.at(), ledger.Probationary, ledger.Official)
	page.CanTarget = who.Can(access.SetTarget, p.Unit)
	page.Due = a.dueCard(r, b, p)
	page.Start = a.startSteps(r, b, p)
	return page
}

// startSteps leads whoever begins with nothing from the first organisation to the first people; none where they may not, or units stand.
func (a *App) startSteps(r *http.Request, b Base, p reports.Pilot) []Choice {
	who := a.actor(r)
	if len(p.Children) > 0 || p.Unit.Parent != 0 || !who.Can(access.EditUnits, p.Unit) || !who.Can(access.Import, p.Unit) {
		return nil
	}
	var steps []Choice
	at := "&u=" + p.Unit.ID.String()
	if p.Nation {
		at = ""
		steps = append(steps, Choice{Label: b.T("start.found"), Href: foundProvince})
	}
	return append(steps, Choice{Label: b.T("start.units"), Href: "/nhap?kind=" + string(batch.Units) + at},
		Choice{Label: b.T("start.members"), Href: "/nhap?kind=" + string(batch.Members) + at},
		Choice{Label: b.T("start.users"), Href: "/quan-tri"}, Choice{Label: b.T("start.targets"), Href: "/chi-tieu"})
}

// structure fills what the page says about the tree it is made by.
func (p *pilotPage) structure() {
	p.Structures = []Choice{{Label: p.T("pilot.structure_now"), Value: "nay"}, {Label: p.T("pilot.structure_then"), Value: "ngay"}}
	p.StructureText, p.OtherIn = "nay", p.T("pilot.see_then")
	other := reports.Then
	if p.P.Structure == reports.Then {
		p.StructureText, p.OtherIn, other = "ngay", p.T("pilot.see_now"), reports.Now
	}
	if p.at() != 0 || p.P.Year != p.P.Today.Year() {
		p.context = p.query(p.P.Structure)
	}
	switch {
	case p.P.Absent:
		p.Differs = p.T("pilot.absent", p.P.AsOf)
	case p.P.Displaced == 0:
		return
	case p.P.Structure == reports.Then:
		p.Differs = p.T("pilot.displaced_then", p.P.AsOf, p.P.Displaced)
	default:
		p.Differs = p.T("pilot.displaced_now", p.P.AsOf, p.P.Displaced)
	}
	p.Other = unitHref(p.P.Unit.ID) + p.query(other)
}

// query asks for the day and year of the page by a structure.
func (p *pilotPage) query(s reports.Structure) string {
	q := url.Values{"ngay": {p.P.AsOf.String()}, "nam": {strconv.Itoa(p.P.Year)}}
	if s == reports.Then {
		q.Set("co-cau", "ngay")
	}
	return "?" + q.Encode()
}

// at is the day stock lists are asked for: none when it is today, so that the address stays short.
func (p *pilotPage) at() day.Date {
	if p.P.AsOf == p.P.Today {
		return 0
	}
	return p.P.AsOf
}

func crumbs(b Base, p reports.Pilot) []Crumb {
	var cs []Crumb
	if !p.Nation && p.SeesNation {
		cs = append(cs, Crumb{b.T("pilot.nation"), unitHref(0)})
	}
	for _, u := range p.Above {
		cs = append(cs, Crumb{u.Name, unitHref(u.ID)})
	}
	name := p.Unit.Name
	if p.Nation {
		name = b.T("pilot.nation")
	}
	return append(cs, Crumb{Label: name})
}

// progress is the card of an indicator.
func (p *pilotPage) progress(name string, done int64, m target.Progress, has bool, i target.Indicator) Card {
	from := day.Of(p.P.Year, 1, 1)
	c := Card{Title: p.T("indicator." + i.Code), Big: p.Num(done)}
	if !p.P.Self.Shifted {
		c.Href = happenedHref(p.P.Unit.ID, i, from, p.P.AsOf)
	}
	if !has {
		c.Badge = &Badge{Kind: "mute", Text: p.T("pilot.no_target")}
		return c
	}
	pace := p.pace(name, c.Title, m)
	c.Of, c.Unit = p.Target(m.Target), p.Pct(done, m.Target.Least())
	if p.P.Nation {
		c.Of, c.Note = p.Num(m.Target.Low), p.T("pilot.nation_target")
	}
	c.Bar, c.Badge = pace.SVG(), p.badge(m, pace)
	return c
}

func (p *pilotPage) pace(name, title string, m target.Progress) chart.Pace {
	pace := chart.Pace{ID: "pace-" + name, Title: title, Actual: m.Done, Low: m.Target.Least(), Elapsed: m.Elapsed, Days: m.Days, Words: p.ChartWords()}
	if most := m.Target.Most(); most > pace.Low {
		pace.High = most
	}
	pace.State = map[target.State]chart.State{target.Behind: chart.Behind, target.OnPace: chart.Even, target.Ahead: chart.Ahead, target.Reached: chart.Ahead, target.NoGoal: chart.Untargeted}[m.State()]
	return pace
}

// badge says how an indicator stands; a target that is reached says so.
func (p *pilotPage) badge(m target.Progress, pace chart.Pace) *Badge {
	if m.State() == target.Reached {
		return &Badge{Kind: "ok", Text: p.T("pilot.reached")}
	}
	return PaceBadge(pace)
}

// stock is the people of a row by stage. The figures of a row that is made of other units than today have
// no list: lists are by the tree of today.
func (p *pilotPage) stock(r reports.Row) []stockCell {
	cells := make([]stockCell, len(pilotStages))
	for i, s := range pilotStages {
		cells[i].N = p.Num(r.Stock[s])
		if !r.Shifted {
			cells[i].Href = stockHref(r.Unit.ID, p.at(), s)
		}
	}
	return cells
}

// stages adds the names of the stages.
func (p *pilotPage) stages(cells []stockCell) []stockCell {
	for i, s := range pilotStages {
		cells[i].Label, cells[i].Short = p.T("stage."+s.String()), p.T("pilot.stage."+s.String())
	}
	return cells
}

func (p *pilotPage) row(r reports.Row) pilotRow {
	row := pilotRow{Name: r.Unit.Name, Done: p.Num(r.Admitted), Goal: "—", Pct: "—"}
	if p.reads == nil || p.reads(r.Unit) {
		row.Href = unitHref(r.Unit.ID) + p.context
	}
	list := ""
	if !r.Shifted {
		list = happenedHref(r.Unit.ID, target.Admissions, day.Of(p.P.Year, 1, 1), p.P.AsOf)
	}
	if r.HasAdmit {
		pace := p.pace("", r.Unit.Name, r.Admit)
		row.Goal, row.Pct = p.Target(r.Admit.Target), p.Pct(r.Admitted, r.Admit.Target.Least())
		row.Mini, row.Badge = pace.Mini(), p.badge(r.Admit, pace)
	} else {
		row.Badge = &Badge{Kind: "mute", Text: p.T("pilot.no_target")}
	}
	row.Reached = counts([]stockCell{{N: row.Goal}, {N: row.Done, Href: list}, {N: row.Pct}})
	row.Stock = counts(p.stock(r))
	row.Quality = counts(append([]stockCell{{N: row.Pct}, {N: p.latest(r.Latest)}}, p.quality(r)...))
	if p.P.AsOf == p.P.Today {
		row.Stuck, row.StuckHref = p.stuck(r), obstaclesHref(r.Unit.ID, "", false)
	}
	return row
}

func (p *pilotPage) charts() {
	w := p.ChartWords()
	m := chart.Months{ID: "months", Title: p.T("pilot.months"), Year: p.P.Year, This: p.P.ThisYear, Last: p.P.LastYear, Upto: p.P.AsOf.Month(), Words: w}
	if p.P.Self.HasAdmit {
		m.Target = p.P.Self.Admit.Target.Least()
	}
	p.Months = Figure{Title: m.Title, Note: p.T("pilot.months_note"), Chart: m.SVG(), Table: m.Table()}
	f := chart.Funnel{ID: "funnel", Title: p.T("pilot.funnel"), Words: w}
	for i, s := range pilotStages {
		f.Steps = append(f.Steps, chart.Step{Label: p.People[i].Label, Count: p.P.Self.Stock[s], Href: p.People[i].Href})
		if s == ledger.Probationary { // official members are hundreds of times as many: they would flatten the rest
			break
		}
	}
	p.Funnel = Figure{Title: f.Title, Note: p.T("pilot.funnel_note"), Chart: f.SVG(), Table: f.Table()}
}
