package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

type coursesPage struct {
	Base
	Unit       id.ID
	YearText   string
	Kind       string
	Years      []Choice
	Kinds      []Choice
	Cards      []Card
	Rows       []courseLine
	Empty      Empty
	New        string
	Plan, Pool string
}

type courseLine struct {
	Href, Name, Kind, Unit, Days   string
	Invited, Attended, Passed, Cut string
	Badge                          *Badge
}

// courseYear reads the year of a list: this one when none is named, 0 for all.
func (a *App) courseYear(r *http.Request) int {
	text := r.URL.Query().Get("nam")
	if text == "" {
		return a.Courses.Today().Year()
	}
	n, _ := strconv.Atoi(text)
	return n
}

// courses lists classes: GET /lop.
func (a *App) courses(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := courses.Filter{Kind: course.Kind(q.Get("loai")), Year: a.courseYear(r)}
	if !f.Kind.Valid() {
		f.Kind = ""
	}
	l, err := a.Courses.List(r.Context(), a.actor(r), unitParam(r), f)
	if err != nil {
		return err
	}
	p := coursesPage{Base: a.Base(r, "course.title"), Unit: l.Unit.ID, Kind: string(f.Kind), YearText: strconv.Itoa(f.Year)}
	name := l.Unit.Name
	if l.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("course.heading", name)
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/lop?u=")
	p.Years, p.Kinds = p.courseYears(a.Courses.Today(), true), p.courseKinds(true)
	p.Plan = "/lop/ke-hoach?" + url.Values{"u": {l.Unit.ID.String()}, "nam": {p.YearText}}.Encode()
	if f.Year == 0 {
		p.Plan = "/lop/ke-hoach?u=" + l.Unit.ID.String()
	}
	if l.May {
		p.New = "/lop/moi?u=" + l.Unit.ID.String()
	}
	for _, row := range l.Rows {
		p.Rows = append(p.Rows, p.courseLine(row, a.Courses.Today()))
	}
	p.Cards = p.courseCards(l.Sum)
	p.Empty = Empty{Title: p.T("course.none"), Text: p.T("course.none_text"), Href: p.New, Link: p.T("course.new")}
	return a.Render(w, r, http.StatusOK, "courses.html", p)
}

func (b Base) courseLine(row courses.Row, today day.Date) courseLine {
	l := courseLine{Href: "/lop/" + row.ID.String(), Name: row.Name, Kind: b.T("course.kind." + string(row.Class.Kind)), Unit: row.UnitName,
		Days: row.Begins.VN() + " – " + row.Ends.VN(), Invited: b.Num(row.Counts.Invited), Attended: b.Num(row.Counts.Attended), Passed: b.Num(row.Counts.Passed),
		Cut: b.Num(row.Counts.Issued)}
	l.Badge = b.courseBadge(row.Class, row.Counts, today)
	return l
}

// courseBadge says where a class stands.
func (b Base) courseBadge(c course.Class, n course.Counts, today day.Date) *Badge {
	switch {
	case c.Cancelled != 0:
		return &Badge{Kind: "mute", Text: b.T("course.state.cancelled")}
	case today < c.Begins:
		return &Badge{Kind: "info", Text: b.T("course.state.planned")}
	case today <= c.Ends:
		return &Badge{Kind: "info", Text: b.T("course.state.running")}
	case n.Issued > 0 && n.Issued >= n.Passed:
		return &Badge{Kind: "ok", Text: b.T("course.state.certified")}
	case n.Passed > 0:
		return &Badge{Kind: "warn", Text: b.T("course.state.to_certify", n.Passed-n.Issued)}
	}
	return &Badge{Kind: "warn", Text: b.T("course.state.to_grade")}
}

// courseCards are the four figures of classes.
func (b Base) courseCards(n course.Counts) []Card {
	card := func(key string, v, of int) Card {
		c := Card{Title: b.T("course.count." + key), Big: b.Num(v)}
		if of > 0 {
			c.Of, c.Unit = b.Num(of), b.Pct(v, of)
		}
		return c
	}
	return []Card{card("invited", n.Invited, 0), card("attended", n.Attended, n.Invited), card("passed", n.Passed, n.Attended), card("issued", n.Issued, n.Passed)}
}

func (b Base) courseYears(today day.Date, all bool) []Choice {
	var cs []Choice
	if all {
		cs = append(cs, Choice{Label: b.T("course.all_years"), Value: "0"})
	}
	return append(cs, yearChoices(today)...)
}

// yearChoices are the year after today and the ten before it, whatever year is shown.
func yearChoices(today day.Date) (cs []Choice) {
	for y := today.Year() + 1; y >= today.Year()-9; y-- {
		cs = append(cs, Choice{Label: strconv.Itoa(y), Value: strconv.Itoa(y)})
	}
	return cs
}

func (b Base) courseKinds(all bool) []Choice {
	var cs []Choice
	if all {
		cs = append(cs, Choice{Label: b.T("course.all_kinds")})
	}
	for _, k := range course.Kinds {
		cs = append(cs, Choice{Label: b.T("course.kind." + string(k)), Value: string(k)})
	}
	return cs
}

type courseForm struct {
	Base
	Action, Back string
	In           url.Values
	Fields       []Field
	Sessions     []sessionRow
	Errs         map[string]fault.Text
	Wrong        string
	Key          string
	Revision     int64
	Source       string
	New          bool
}

// sessionRow is the inputs of one session.
type sessionRow struct {
	No     int
	Fields []Field
}

// courseNew shows the form of a new class: GET /lop/moi?u=.
func (a *App) courseNew(w http.ResponseWriter, r *http.Request) error {
	in := url.Values{"u": {r.FormValue("u")}, "kind": {string(course.Awareness)}}
	return a.renderCourseNew(w, r, http.StatusOK, in, nil)
}

func (a *App) renderCourseNew(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	unit := id.Parse(in.Get("u"))
	name, err := a.People.UnitFor(r.Context(), a.actor(r), access.Write, unit)
	if err != nil {
		return err
	}
	p := courseForm{Base: a.Base(r, "course.new"), Action: "/lop/moi", Back: "/lop?u=" + unit.String(), In: in, Errs: fieldsOf(failed), Key: formKey(), New: true}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("course.new_at", name)
	p.Crumbs = []Crumb{{p.T("course.title"), p.Back}, {Label: p.T("course.new")}}
	p.Fields = append([]Field{p.Field("kind", p.T("course.kind"), in.Get("kind"), p.Errs).From(p.courseKinds(false))}, p.courseFields(in, p.Errs)...)
	g := course.ProgrammeOf(course.Awareness)
	p.Source = p.T("course.programme", g.Periods(), len(g.Timetable(a.Courses.Today(), string(p.Lang))), g.Source.Source, p.T("rule.sure."+g.Confidence))
	return a.Render(w, r, status, "course_form.html", p)
}

// courseFields are the fields of the opening of a class, in the order of the decision.
func (b Base) courseFields(in url.Values, errs map[string]fault.Text) []Field {
	text := func(name string) Field { return b.Field(name, b.T("course."+name), in.Get(name), errs) }
	return []Field{text("name").Must(), text("decision_no"), text("decision_on").As("date"), text("place"),
		text("issuer").Must().Help(b.T("course.issuer_hint")), text("begins").As("date").Must(), text("ends").As("date").Must()}
}

// readCourse reads the opening of a class; what cannot be read is a fault of its field.
func readCourse(in url.Values) (course.Class, *fault.Error) {
	e := fault.E("web.readCourse", fault.Invalid, "course.invalid")
	c := course.Class{Unit: id.Parse(in.Get("u")), Kind: course.Kind(in.Get("kind")), Name: vi.NFC(in.Get("name")), Place: vi.NFC(in.Get("place")),
		Issuer: vi.NFC(in.Get("issuer")), DecisionNo: vi.NFC(in.Get("decision_no"))}
	readDays(in, e, map[string]*day.Date{"decision_on": &c.DecisionOn, "begins": &c.Begins, "ends": &c.Ends})
	return c, e
}

// readDays reads the dates of a form; what cannot be read is a fault of its field.
func readDays(in url.Values, e *fault.Error, to map[string]*day.Date) {
	for name, d := range to {
		got, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		*d = got
	}
}

// courseCreate opens a class: POST /lop/moi.
func (a *App) courseCreate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseCreate", fault.Invalid, "web.error.form", err)
	}
	c, bad := readCourse(r.PostForm)
	var made id.ID
	var err error = bad
	if len(bad.Fields) == 0 {
		made, err = a.Courses.Create(r.Context(), a.actor(r), courses.Form{Class: c, Lang: string(a.Base(r, "course.new").Lang), Key: r.PostFormValue("key")})
	}
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderCourseNew(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, a.Base(r, "course.new").did(before, "course.created", c.Name))
	http.Redirect(w, r, "/lop/"+made.String(), http.StatusSeeOther)
	return nil
}
