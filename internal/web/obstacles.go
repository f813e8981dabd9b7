package web

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/reports"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

type obstaclesPage struct {
	Base
	Unit    string
	Rows    []obstacleRow
	Tabs    []Choice // open ones, closed ones
	Counts  []obstacleCount
	Places  []obstaclePlace // the first few of the units
	Places2 []obstaclePlace // the others
	Only    string          // the cause the list is kept to; "" every one
	All     string          // where the list of every cause is
	Pager   Pager
	Units   []Choice
	Causes  []Choice
	In      obstacleIn
	Errs    map[string]fault.Text
	Wrong   string
	Source  string
	Empty   Empty
}

type obstacleRow struct {
	ID, Version                                                                     string
	Unit, Branch, UnitHref, Cause, Note, Remedy, Responsible, Opened, Due, EditHref string
	Closed                                                                          string // day and word; "" while it is open
	State                                                                           *Badge
	May                                                                             bool
}

type obstacleCount struct{ Cause, Href, Open, Late string }

type obstaclePlace struct{ Unit, Href, Open, Late, Cause string }

// obstacleIn is the form as it was sent, or the obstacle that is changed.
type obstacleIn struct{ ID, Version, At, Cause, Note, Remedy, Responsible, Due string }

// obstacles lists what stands in the way in a unit and below: GET /vuong-mac?u=&nguyen-nhan=&xong=&after=.
func (a *App) obstacles(w http.ResponseWriter, r *http.Request) error {
	return a.renderObstacles(w, r, http.StatusOK, obstacleIn{}, nil)
}

func (a *App) renderObstacles(w http.ResponseWriter, r *http.Request, status int, in obstacleIn, failed error) error {
	q := r.URL.Query()
	f := targets.ObstacleFilter{Closed: q.Get("xong") == "1", Limit: sizeParam(q)}
	if h, ok := target.HindranceOf(q.Get("nguyen-nhan")); ok {
		f.Cause = h.Code
	}
	f.Skip, _ = strconv.Atoi(q.Get("after"))
	f.Skip = max(f.Skip, 0)
	l, err := a.Targets.Obstacles(r.Context(), a.actor(r), unitOf(r), f)
	if err != nil {
		return err
	}
	p := obstaclesPage{Base: a.Base(r, "obstacle.title"), Unit: l.Unit.ID.String(), In: in}
	name := l.Unit.Name
	if l.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("obstacle.heading", name)
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/vuong-mac?u=")
	lang := string(p.Lang)
	causes, source := target.Hindrances()
	p.Source = source
	for _, c := range causes {
		p.Causes = append(p.Causes, Choice{Label: c.Text[lang], Value: c.Code})
	}
	for _, u := range l.Units {
		p.Units = append(p.Units, Choice{Label: u.Name, Value: u.ID.String()})
	}
	p.counts(l, f, lang)
	next := ""
	if l.More {
		next = strconv.Itoa(f.Skip + f.Limit)
	}
	p.Pager = p.pager(r.URL, q.Get("after"), next, f.Limit, -1, len(l.Rows))
	edit := q.Get("sua")
	for i := range l.Rows {
		o := &l.Rows[i]
		p.Rows = append(p.Rows, p.obstacle(o, l, lang, q))
		if failed == nil && edit == o.ID.String() && o.Closed == 0 && len(l.Units) > 0 {
			p.In = obstacleIn{o.ID.String(), strconv.FormatInt(o.Version, 10), o.Unit.String(), o.Cause, o.Note, o.Remedy, o.Responsible, o.Due.VN()}
		}
	}
	p.Empty = Empty{Title: p.T("obstacle.none"), Text: p.T("obstacle.none_text")}
	if f.Closed || f.Cause != "" {
		p.Empty = Empty{Title: p.T("obstacle.none_such")}
	}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "obstacles.html", p)
}

// obstaclesHref is the list of a unit, of one cause when one is given.
func obstaclesHref(unit id.ID, cause string, closed bool) string {
	v := url.Values{"u": {unit.String()}}
	if cause != "" {
		v.Set("nguyen-nhan", cause)
	}
	if closed {
		v.Set("xong", "1")
	}
	return "/vuong-mac?" + v.Encode()
}

// counts writes what is open by cause and by unit, and the ways to the lists behind it.
func (p *obstaclesPage) counts(l targets.Obstacles, f targets.ObstacleFilter, lang string) {
	u := l.Unit.ID
	p.Tabs = []Choice{{Label: p.T("obstacle.tab_open"), Href: obstaclesHref(u, f.Cause, false), Count: p.Num(int64(l.Open())), Current: !f.Closed},
		{Label: p.T("obstacle.tab_closed"), Href: obstaclesHref(u, f.Cause, true), Current: f.Closed}}
	if f.Cause != "" {
		p.Only, p.All = causeText(lang, f.Cause), obstaclesHref(u, "", f.Closed)
	}
	for _, c := range l.Counts {
		p.Counts = append(p.Counts, obstacleCount{causeText(lang, c.Cause), obstaclesHref(u, c.Cause, false), p.Num(int64(c.Open)), p.Num(int64(c.Overdue))})
	}
	for _, x := range l.Places {
		p.Places = append(p.Places, obstaclePlace{x.Unit.Name, obstaclesHref(x.Unit.ID, "", false), p.Num(int64(x.Open)), p.Num(int64(x.Overdue)), p.cause(x.Causes[0].Cause, x.Causes[0].Open)})
	}
	if len(p.Places) > placesShown+1 { // one more is not worth a fold
		p.Places, p.Places2 = p.Places[:placesShown], p.Places[placesShown:]
	}
}

// placesShown is how many units stand over the list.
const placesShown = 8

// cause writes a cause with how often it stands in the way: "Thiếu nguồn kết nạp (4)".
func (b Base) cause(code string, n int) string {
	return causeText(string(b.Lang), code) + " (" + b.Num(int64(n)) + ")"
}

// stuck says what stands in the way of a unit: how much, and what most often; "" for nothing.
func (b Base) stuck(r reports.Row) string {
	all := 0
	for _, s := range r.Stuck {
		all += s.Open
	}
	switch len(r.Stuck) {
	case 0:
		return ""
	case 1:
		return b.cause(r.Stuck[0].Cause, all)
	}
	return b.T("obstacle.some", all, b.cause(r.Stuck[0].Cause, r.Stuck[0].Open))
}

func causeText(lang, code string) string {
	h, ok := target.HindranceOf(code)
	if !ok {
		return code
	}
	return h.Text[lang]
}

// obstacle puts one obstacle into words.
func (p *obstaclesPage) obstacle(o *targets.Obstacle, l targets.Obstacles, lang string, q url.Values) obstacleRow {
	edit := maps.Clone(q)
	edit.Set("u", p.Unit)
	edit.Set("sua", o.ID.String())
	row := obstacleRow{ID: o.ID.String(), Version: strconv.FormatInt(o.Version, 10), Unit: o.UnitName, Branch: o.Branch, UnitHref: unitHref(o.Unit), Cause: causeText(lang, o.Cause),
		Note: o.Note, Remedy: o.Remedy, Responsible: o.Responsible, Opened: o.Opened.VN(), Due: o.Due.VN(), May: len(l.Units) > 0 && o.Closed == 0,
		EditHref: "/vuong-mac?" + edit.Encode() + "#form"}
	standing := o.On(l.Today)
	row.State = &Badge{Kind: map[target.Standing]string{target.Pending: "info", target.Overdue: "bad", target.Settled: "ok"}[standing], Text: p.T("obstacle.state." + string(standing))}
	if o.Closed != 0 {
		row.Closed = o.Closed.VN() + ": " + o.Word
	}
	return row
}

// obstaclePut enters or changes an obstacle: POST /vuong-mac.
func (a *App) obstaclePut(w http.ResponseWriter, r *http.Request) error {
	in := obstacleIn{r.PostFormValue("id"), r.PostFormValue("version"), r.PostFormValue("at"), r.PostFormValue("cause"), r.PostFormValue("note"),
		r.PostFormValue("remedy"), r.PostFormValue("responsible"), r.PostFormValue("due")}
	o := target.Obstacle{ID: id.Parse(in.ID), Unit: id.Parse(in.At), Cause: in.Cause, Note: in.Note, Remedy: in.Remedy, Responsible: in.Responsible}
	o.Version, _ = strconv.ParseInt(in.Version, 10, 64)
	errs := map[string]fault.Text{}
	if o.Due = fullDay("due", in.Due, errs); len(errs) > 0 {
		t := errs["due"]
		return a.renderObstacles(w, r, http.StatusUnprocessableEntity, in, fault.E("web.obstaclePut", fault.Invalid, "obstacle.invalid").Field("due", t.Key, t.Args...))
	}
	_, err := a.Targets.PutObstacle(r.Context(), a.actor(r), o)
	return a.obstacleDone(w, r, in, err, "obstacle.saved")
}

// obstacleClose ends an obstacle with a word: POST /vuong-mac/dong.
func (a *App) obstacleClose(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	err := a.Targets.CloseObstacle(r.Context(), a.actor(r), id.Parse(r.PostFormValue("id")), version, r.PostFormValue("word"))
	return a.obstacleDone(w, r, obstacleIn{}, err, "obstacle.done")
}

func (a *App) obstacleDone(w http.ResponseWriter, r *http.Request, in obstacleIn, err error, key string) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale:
		if err != nil {
			return a.renderObstacles(w, r, http.StatusUnprocessableEntity, in, err)
		}
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "obstacle.title").T(key)})
	http.Redirect(w, r, "/vuong-mac?u="+unitOf(r).String(), http.StatusSeeOther)
	return nil
}

// WordField is the field for the word an obstacle is closed with.
func (p obstaclesPage) WordField(of string) Field {
	f := p.Field("word", p.T("obstacle.word"), "", nil)
	f.Of = of
	return f
}
