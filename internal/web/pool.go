package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/pool"
	"ketnap/internal/vi"
)

type poolPage struct {
	Base
	L       pool.List
	Tabs    []Choice
	Rows    []poolLine
	Count   string
	Pager   Pager
	Kept    []Choice // which page of a large pool it is, for the form
	Empty   Empty
	In      url.Values
	Many    bool   // of several units: the list says whose each is
	Waiting bool   // proposals, nothing of which was decided yet: the list says who proposed
	Mode    string // what a meeting may resolve here: adopt, help, remark, review; "" only a list
	Helpers []Choice
	Reasons []Choice
	Meeting []Field
	Warned  *Field
	Errs    map[string]fault.Text
	Wrong   string
	Tried   *bulkView
	Key     string
	Print   string
	Xlsx    string
	New     string
	Links   []Choice
}

type poolLine struct {
	Person, Name, Href, Birth, Unit, Stage, Adopted, Helper, Tasks, Remarked, Reviewed string
	By, Proposed                                                                       string
	Missing                                                                            []Badge
	Chosen, Drop                                                                       bool
	HelperID, Group, Text                                                              string
	GroupErr, TextErr                                                                  string
	Tried                                                                              *bulkLine
}

// poolModes says what each view lets a meeting resolve.
var poolModes = map[pool.View]string{pool.Proposals: "adopt", pool.Helpless: "help", pool.Unmarked: "remark", pool.Unviewed: "review"}

// poolPlace are the names in an address that say which page of the pool it is; a form keeps those that are not its own.
var poolPlace = []string{"u", "xem", "n", "after", "row", "way"}

// pool shows a part of the pool: GET /nguon.
func (a *App) pool(w http.ResponseWriter, r *http.Request) error {
	return a.renderPool(w, r, http.StatusOK, unitParam(r), r.URL.Query(), nil, nil)
}

func (a *App) renderPool(w http.ResponseWriter, r *http.Request, status int, unit id.ID, in url.Values, tried *dossiers.Bulk, failed error) error {
	ask := pool.Ask{View: poolPart(in), After: in.Get("after"), Size: sizeOr(in, 200)}
	l, err := a.Pool.List(r.Context(), a.actor(r), unit, ask)
	if err != nil {
		return err
	}
	p := poolPage{Base: a.Base(r, "pool.title"), L: l, In: in, Errs: fieldsOf(failed), Key: formKey()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	name := l.Unit.Name
	if l.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("pool.heading", name)
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/nguon?u=")
	if tried != nil {
		b := p.bulk(*tried)
		p.Tried = &b
	}
	p.fill()
	total, counted := l.Counts[l.View]
	p.Count = p.T("pool.count", total)
	if !counted {
		total, p.Count = -1, p.T("pool.uncounted")
	}
	here := url.Values{}
	for _, k := range poolPlace {
		if v := in.Get(k); v != "" {
			here.Set(k, v)
			if k != "u" && k != "xem" {
				p.Kept = append(p.Kept, Choice{Label: k, Value: v})
			}
		}
	}
	p.Pager = p.pager(&url.URL{Path: "/nguon", RawQuery: here.Encode()}, ask.After, l.Next, ask.Size, total, len(l.Rows))
	return a.Render(w, r, status, "pool.html", p)
}

func (p *poolPage) fill() {
	q := url.Values{"u": {p.L.Unit.ID.String()}}
	for _, v := range pool.Views {
		at := url.Values{"u": q["u"]}
		if v != pool.Everybody {
			at.Set("xem", string(v))
		}
		tab := Choice{Label: p.poolView(v), Href: "/nguon?" + at.Encode(), Current: v == p.L.View}
		if n, counted := p.L.Counts[v]; counted {
			tab.Count = p.Num(n)
		}
		p.Tabs = append(p.Tabs, tab)
	}
	if p.L.View != pool.Everybody {
		q.Set("xem", string(p.L.View))
	}
	p.Print, p.Xlsx = "/nguon/in?"+q.Encode(), "/nguon/xlsx?"+q.Encode()
	if p.L.May {
		p.New, p.Mode = "/nguoi/them?viec="+proposal+"&u="+p.L.Unit.ID.String(), poolModes[p.L.View]
	}
	p.Links = []Choice{{Label: p.T("course.title"), Href: "/lop?u=" + p.L.Unit.ID.String()}, {Label: p.T("handover.title"), Href: "/ban-giao?u=" + p.L.Unit.ID.String()}}
	p.Many, p.Waiting = !p.L.Unit.Kind.IsCell(), p.L.View == pool.Proposals
	p.helpers()
	for _, x := range pool.Reasons {
		p.Reasons = append(p.Reasons, Choice{Label: p.T("pool.reason." + x), Value: x})
	}
	for i := range p.L.Rows {
		p.Rows = append(p.Rows, p.line(&p.L.Rows[i]))
	}
	p.Empty = p.emptyPool()
	on := p.In.Get("on")
	if on == "" {
		on = p.L.Today.VN()
	}
	p.Meeting = []Field{p.Field("on", p.T("pool.on"), on, p.Errs).As("date").Must()}
	if p.Mode != "remark" {
		p.Meeting = append(p.Meeting, p.Field("no", p.T("pool.no"), p.In.Get("no"), p.Errs), p.Field("dated", p.T("pool.dated"), p.In.Get("dated"), p.Errs).As("date"))
	}
	if p.Tried != nil && p.Tried.Asks || p.Errs["warned"].Key != "" {
		f := p.Field("warned", p.T("bulk.reason"), p.In.Get("warned"), p.Errs).As("textarea").Help(p.T("bulk.reason_hint"))
		p.Warned = &f
	}
}

// emptyPool says what an empty part of the pool means: of what is missing, that nothing is.
func (p *poolPage) emptyPool() Empty {
	switch p.L.View {
	case pool.Helpless, pool.Unmarked, pool.Unviewed:
		return Empty{Title: p.T("pool.all_done."+string(p.L.View), p.quarter(p.L.Quarter), strconv.Itoa(p.L.Today.Year())), Text: p.T("pool.all_done_text")}
	}
	return Empty{Title: p.T("pool.none"), Text: p.T("pool.none_text"), Href: p.New, Link: p.T("people.new")}
}

// quarter names a quarter as people do: "2026-Q4" is "quý 4/2026".
func (b Base) quarter(q string) string {
	year, n, ok := strings.Cut(q, "-Q")
	if !ok {
		return q
	}
	return b.T("pool.quarter", n, year)
}

// poolPart reads which part of the pool is asked for; everybody when there is no such part.
func poolPart(in url.Values) pool.View {
	if v := pool.View(in.Get("xem")); slices.Contains(pool.Views, v) {
		return v
	}
	return pool.Everybody
}

func (b Base) poolView(v pool.View) string {
	if v == pool.Everybody {
		return b.T("pool.view.all")
	}
	return b.T("pool.view." + string(v))
}

// helpers offers the official members of the unit, with how many people each helps already.
func (p *poolPage) helpers() {
	if p.Mode != "adopt" && p.Mode != "help" {
		return
	}
	if len(p.L.Helpers) == 0 {
		p.Mode = "" // members stand in cells: the resolution is recorded there
		return
	}
	p.Helpers = []Choice{{Label: "—"}}
	for _, h := range p.L.Helpers {
		label := p.T("pool.helper_load", h.Name, h.N)
		if p.L.Limit > 0 && h.N >= p.L.Limit {
			label = p.T("pool.helper_over", h.Name, h.N, p.L.Limit)
		}
		p.Helpers = append(p.Helpers, Choice{Label: label, Value: h.ID.String()})
	}
}

func (p *poolPage) line(x *pool.Row) poolLine {
	who := x.ID.String()
	l := poolLine{Person: who, Name: x.Name, Href: "/nguoi/" + who, Birth: x.Birth.VN(), Unit: x.Unit, Stage: p.T("stage." + x.Place.Stage.String()), Adopted: x.Adopted.VN(),
		Helper: x.HelperOf, Remarked: p.quarter(x.Remarked), Reviewed: x.Reviewed.VN(), HelperID: p.In.Get("h_" + who), Group: p.In.Get("g_" + who), Text: p.In.Get("t_" + who),
		Chosen: p.Tried == nil && p.Wrong == "" || slices.Contains(p.In["person"], who), Drop: p.In.Get("k_"+who) == "drop"}
	if x.NoRemark {
		l.Missing = append(l.Missing, Badge{Kind: "warn", Text: p.T("pool.no_remark", p.quarter(p.L.Quarter))})
	}
	if x.NoReview {
		l.Missing = append(l.Missing, Badge{Kind: "warn", Text: p.T("pool.no_review", strconv.Itoa(p.L.Today.Year()))})
	}
	if x.Tasks > 0 {
		l.Tasks = p.T("pool.tasks", x.Tasks)
	}
	if x.By != "" {
		l.By, l.Proposed = p.T("dossier.by."+x.By), x.ProposeOn.VN()
		if x.ByName != "" {
			l.Proposed = x.ByName + " · " + l.Proposed
		}
	}
	for name, to := range map[string]*string{"g_": &l.GroupErr, "t_": &l.TextErr} {
		if t, ok := p.Errs[name+who]; ok {
			*to = p.T(string(t.Key), t.Args...)
		}
	}
	if p.Tried != nil {
		for i := range p.Tried.Rows {
			if p.Tried.Rows[i].Person == who {
				l.Tried = &p.Tried.Rows[i]
			}
		}
	}
	return l
}

// poolResolve tries or records what a meeting resolved: POST /nguon.
func (a *App) poolResolve(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.poolResolve", fault.Invalid, "web.error.form", err)
	}
	in := r.PostForm
	e := fault.E("web.poolResolve", fault.Invalid, "pool.invalid")
	m := pool.Meeting{Unit: id.Parse(in.Get("u")), No: in.Get("no"), Reason: vi.NFC(strings.TrimSpace(in.Get("warned"))), Key: in.Get("key")}
	readDays(in, e, map[string]*day.Date{"on": &m.On, "dated": &m.Dated})
	mode := poolModes[pool.View(in.Get("xem"))]
	for _, who := range in["person"] {
		if mode == "review" && in.Get("k_"+who) != "drop" && in.Get("g_"+who) != "" {
			e.Field("g_"+who, "pool.reason_kept") // a reason was chosen, the list beside it says that the person stays
		}
		if x, ok := poolItem(in, mode, who); ok {
			m.Items = append(m.Items, x)
		}
	}
	var err error = e
	var b dossiers.Bulk
	dry := in.Get("thu") != ""
	if len(e.Fields) == 0 {
		b, err = a.Pool.Resolve(r.Context(), a.actor(r), m, dry)
	}
	tried := &b
	if b.Of == 0 {
		tried = nil
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderPool(w, r, http.StatusUnprocessableEntity, m.Unit, in, tried, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderPool(w, r, http.StatusConflict, m.Unit, in, tried, err)
	case err != nil:
		return err
	case dry:
		return a.renderPool(w, r, http.StatusOK, m.Unit, in, tried, nil)
	}
	words := a.Base(r, "pool.title")
	kind := Done
	if b.Fit < b.Of {
		kind = Warn // some were left: it must not look as if all were recorded
	}
	a.Flash(w, Notice{Kind: kind, Text: words.T("pool.resolved", b.Fit, b.Of) + " " + words.bulk(b).Short})
	http.Redirect(w, r, "/nguon?"+url.Values{"u": {m.Unit.String()}, "xem": {in.Get("xem")}}.Encode(), http.StatusSeeOther)
	return nil
}

// poolItem reads what was resolved about one person; ok is false when nothing was.
func poolItem(in url.Values, mode, who string) (pool.Item, bool) {
	x := pool.Item{Person: id.Parse(who), Helper: id.Parse(in.Get("h_" + who)), Text: vi.NFC(strings.TrimSpace(in.Get("t_" + who)))}
	switch mode {
	case "adopt":
		x.Step = dossier.Adopt
	case "help":
		x.Step = dossier.Help
	case "remark":
		x.Step = dossier.Remark
		return x, x.Text != ""
	case "review":
		x.Step = dossier.Review
		if in.Get("k_"+who) == "drop" {
			x.Step, x.Group = dossier.Drop, in.Get("g_"+who)
		}
	default:
		return x, false
	}
	return x, true
}

// poolPrint is the list for the committee on A4: GET /nguon/in.
func (a *App) poolPrint(w http.ResponseWriter, r *http.Request) error {
	p, err := a.poolSheet(r)
	if err != nil {
		return err
	}
	return a.Render(w, r, http.StatusOK, "course_print.html", p)
}

// poolClass says which columns of the printed list do not break.
var poolClass = map[string]string{"course.col.name": "nowrap", "course.col.birth": "nowrap", "pool.adopted": "nowrap", "people.col.unit": "org", "people.col.stage": "stage", "pool.helper": "nowrap", "pool.remarked": "nowrap", "pool.reviewed": "nowrap"}

// maxPoolPaper is how many people one printed list or workbook of the pool holds; a larger unit prints those below it.
const maxPoolPaper = 2000

func (a *App) poolSheet(r *http.Request) (coursePrint, error) {
	l, err := a.Pool.List(r.Context(), a.actor(r), unitParam(r), pool.Ask{View: poolPart(r.URL.Query()), Size: maxPoolPaper})
	if err != nil {
		return coursePrint{}, err
	}
	p := coursePrint{Base: a.Base(r, "pool.print"), Over: l.Over, Org: l.Unit.Name, Sign: l.Unit.Name, Wide: true}
	p.Dated = p.paperDay(l.Today)
	p.Title = p.T("pool.print", l.Today.MonthOf().First().VN()[3:])
	p.Crumbs = []Crumb{{p.T("pool.title"), "/nguon?u=" + l.Unit.ID.String()}, {Label: p.T("course.print")}}
	p.Lines = []string{p.T("pool.as_of", l.Today)}
	if l.View != pool.Everybody {
		p.Lines = []string{p.poolView(l.View), p.Lines[0]}
	}
	p.Xlsx = "/nguon/xlsx?" + r.URL.RawQuery
	many := !l.Unit.Kind.IsCell()
	for _, k := range []string{"course.col.no", "course.col.name", "course.col.birth", "people.col.unit", "people.col.stage", "pool.adopted", "pool.helper", "pool.remarked", "pool.reviewed"} {
		if many || k != "people.col.unit" {
			p.Head = append(p.Head, printHead{p.T(k), poolClass[k]})
		}
	}
	for i := range l.Rows {
		x := &l.Rows[i]
		row := []string{p.Num(i + 1), x.Name, x.Birth.VN()}
		if many {
			row = append(row, x.Unit)
		}
		p.Rows = append(p.Rows, append(row, p.T("stage."+x.Place.Stage.String()), x.Adopted.VN(), x.HelperOf, p.quarter(x.Remarked), x.Reviewed.VN()))
	}
	p.Count = p.T("course.people", len(p.Rows))
	if l.Next != "" {
		p.Count = p.T("pool.count_more", len(p.Rows))
	}
	return p, nil
}

// poolXlsx sends the list for the committee: GET /nguon/xlsx.
func (a *App) poolXlsx(w http.ResponseWriter, r *http.Request) error {
	p, err := a.poolSheet(r)
	if err != nil {
		return err
	}
	if err := a.People.Second(r.Context(), a.actor(r), unitParam(r), "pool", r.URL.Query().Get("xem"), int64(len(p.Rows))); err != nil {
		return err // refused before the first byte
	}
	attachment(w, "nguon.xlsx")
	return p.book(w)
}
