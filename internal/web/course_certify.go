package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

type certifyPage struct {
	Base
	V      courses.View
	Action string
	In     url.Values
	On     Field
	Reason Field
	Bulk   bulkView
	Fit    bool // somebody fits: there is something to do
	Errs   map[string]fault.Text
	Wrong  string
	Key    string
}

// courseCertify looks at who would get a certificate: GET /lop/{id}/cap.
func (a *App) courseCertify(w http.ResponseWriter, r *http.Request) error {
	return a.renderCertify(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (a *App) readCertify(r *http.Request, in url.Values) (courses.CertifyForm, error) {
	f := courses.CertifyForm{Class: id.Parse(r.PathValue("id")), Reason: in.Get("reason"), Key: in.Get("key")}
	e := fault.E("web.readCertify", fault.Invalid, "course.invalid")
	readDays(in, e, map[string]*day.Date{"on": &f.On})
	for _, p := range in["person"] {
		f.People = append(f.People, id.Parse(p))
	}
	if len(e.Fields) > 0 {
		return f, e
	}
	return f, nil
}

func (a *App) renderCertify(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	f, ferr := a.readCertify(r, in)
	if failed == nil {
		failed = ferr
	}
	b, err := a.Courses.Certify(r.Context(), a.actor(r), f, true)
	if fault.Is(err, fault.Invalid) {
		if failed == nil {
			failed, status = err, http.StatusUnprocessableEntity
		}
	} else if err != nil {
		return err
	}
	page := "/lop/" + v.Class.ID.String()
	p := certifyPage{Base: a.Base(r, "course.certify"), V: v, Action: page + "/cap", In: in, Errs: fieldsOf(failed), Key: formKey()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
	}
	p.Title = p.T("course.certify_of", v.Class.Name)
	p.Crumbs = []Crumb{{p.T("course.title"), "/lop?u=" + v.Unit.ID.String()}, {v.Class.Name, page}, {Label: p.T("course.certify")}}
	on := in.Get("on")
	if on == "" {
		on = v.Class.Ends.VN()
	}
	p.On = p.Field("on", p.T("course.certify_on"), on, p.Errs).As("date").Must()
	p.Reason = p.Field("reason", p.T("bulk.reason"), in.Get("reason"), p.Errs).As("textarea").Help(p.T("bulk.reason_hint"))
	p.Bulk, p.Fit = p.bulk(b), b.Fit > 0
	return a.Render(w, r, status, "course_certify.html", p)
}

// courseIssue issues the certificates of a class: POST /lop/{id}/cap.
func (a *App) courseIssue(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseIssue", fault.Invalid, "web.error.form", err)
	}
	f, err := a.readCertify(r, r.PostForm)
	if err == nil && len(f.People) == 0 {
		err = fault.E("web.courseIssue", fault.Invalid, "course.nobody_chosen")
	}
	if err == nil {
		_, err = a.Courses.Certify(r.Context(), a.actor(r), f, false)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderCertify(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderCertify(w, r, http.StatusConflict, r.PostForm, err)
	}
	return a.courseDone(w, r, err, "course.certified_n", len(f.People))
}

type planPage struct {
	Base
	Unit     id.ID
	YearText string
	Kind     string
	Years    []Choice
	Kinds    []Choice
	Self     *planLine
	Rows     []planLine
	Targets  string
	Note     string
	Goal     string // what the column of those asked for is called
}

type planLine struct {
	Name, Href, Goal, GoalName string
	Cells                      []planCell
	Pct, Said                  string
}

type planCell struct{ Text, Href, Label string }

// coursePlan shows plan and result of a year: GET /lop/ke-hoach.
func (a *App) coursePlan(w http.ResponseWriter, r *http.Request) error {
	kind := course.Kind(r.URL.Query().Get("loai"))
	if !kind.Valid() {
		kind = course.Awareness
	}
	year := a.courseYear(r)
	if year == 0 {
		year = a.Courses.Today().Year()
	}
	plan, err := a.Courses.Plan(r.Context(), a.actor(r), unitParam(r), kind, year)
	if err != nil {
		return err
	}
	p := planPage{Base: a.Base(r, "course.plan"), Unit: plan.Unit.ID, YearText: strconv.Itoa(year), Kind: string(kind)}
	name := plan.Unit.Name
	if plan.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("course.plan_of", name, p.YearText)
	p.Years, p.Kinds = p.courseYears(a.Courses.Today(), false), p.courseKinds(false)
	p.Crumbs = a.unitCrumbs(r, plan.Above, plan.Unit, "/lop/ke-hoach?u=")
	p.Targets = "/chi-tieu?" + url.Values{"u": {plan.Unit.ID.String()}, "nam": {p.YearText}}.Encode()
	p.Note, p.Goal = p.T("course.plan_note."+string(kind)), p.T("course.plan_goal."+string(kind))
	if plan.Unit.ID != 0 {
		l := p.planLine(plan.Self)
		l.Href = ""
		p.Self = &l
	}
	for _, row := range plan.Rows {
		p.Rows = append(p.Rows, p.planLine(row))
	}
	return a.Render(w, r, http.StatusOK, "course_plan.html", p)
}

// planLine writes a unit of the plan; the share is of those who passed, "1.253 = 117 %".
func (p *planPage) planLine(row courses.PlanRow) planLine {
	q := url.Values{"u": {row.Unit.ID.String()}, "nam": {p.YearText}, "loai": {p.Kind}}
	l := planLine{Name: row.Unit.Name, Href: "/lop/ke-hoach?" + q.Encode(), Goal: "—", GoalName: p.Goal, Pct: "—"}
	goal := row.Due
	if row.Goal.ID != 0 {
		goal = row.Goal.Least()
		l.Goal = p.Target(row.Goal)
	} else if p.Kind == string(course.NewMember) {
		l.Goal = p.Num(row.Due)
	}
	n := row.Counts
	for i, v := range []int{n.Invited, n.Attended, n.Passed, n.Issued} {
		q.Set("so", courses.Whats[i])
		l.Cells = append(l.Cells, planCell{p.Num(v), "/lop/nguoi?" + q.Encode(), p.T("course.count." + courses.Whats[i])})
	}
	if goal > 0 {
		l.Pct = p.Pct(n.Passed, goal)
		l.Said = p.T("course.plan_said", n.Passed, l.Pct)
	}
	return l
}

type planPeople struct {
	Base
	Rows  []candidateLine
	Count string
	Empty Empty
}

// coursePeople lists the persons behind a figure of the plan: GET /lop/nguoi.
func (a *App) coursePeople(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	kind := course.Kind(q.Get("loai"))
	if !kind.Valid() {
		kind = course.Awareness
	}
	year, what := a.courseYear(r), q.Get("so")
	u, rows, err := a.Courses.People(r.Context(), a.actor(r), unitParam(r), kind, year, what)
	if err != nil {
		return err
	}
	p := planPeople{Base: a.Base(r, "course.title")}
	label := p.T("course.count.invited")
	for _, x := range courses.Whats {
		if x == what {
			label = p.T("course.count." + x)
		}
	}
	p.Title = p.T("course.people_of", label, p.T("course.kind."+string(kind)), strconv.Itoa(year))
	plan := "/lop/ke-hoach?" + url.Values{"u": {u.ID.String()}, "nam": {strconv.Itoa(year)}, "loai": {string(kind)}}.Encode()
	p.Crumbs = []Crumb{{p.T("course.plan"), plan}, {Label: label}}
	for i := range rows {
		p.Rows = append(p.Rows, candidateLine{rows[i].Seat.Person.String(), rows[i].Who.Name, rows[i].Who.Birth.VN(), rows[i].UnitName, "/lop/" + rows[i].Class.String()})
	}
	p.Count = p.T("course.people", len(rows))
	p.Empty = Empty{Title: p.T("course.nobody_here"), Href: plan, Link: p.T("course.plan")}
	return a.Render(w, r, http.StatusOK, "course_people.html", p)
}
