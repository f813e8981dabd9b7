package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// courseRecord stores attendance, grades and numbers: POST /lop/{id}/ghi.
func (a *App) courseRecord(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseRecord", fault.Invalid, "web.error.form", err)
	}
	n, err := a.Courses.Record(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), seatForms(r.PostForm))
	if err == nil && n == 0 {
		return a.courseDone(w, r, nil, "course.recorded_none")
	}
	return a.courseDone(w, r, err, "course.recorded", n)
}

// courseDone leads back to the class, or shows it with what is wrong.
func (a *App) courseDone(w http.ResponseWriter, r *http.Request, err error, key string, args ...any) error {
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderCourse(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderCourse(w, r, http.StatusConflict, r.PostForm, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "course.title").T(key, args...)})
	page := "/lop/" + r.PathValue("id")
	if tab := r.PostFormValue("tab"); tab == "diem-danh" || tab == "buoi" {
		page += "?tab=" + tab
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}

// seatForms reads the cells of the tables of a class: "v_<person>" is the version a row was shown with.
func seatForms(in url.Values) []courses.SeatForm {
	var fs []courses.SeatForm
	for name, v := range in {
		person, ok := strings.CutPrefix(name, "v_")
		if !ok {
			continue
		}
		f := courses.SeatForm{Person: id.Parse(person), Marks: map[int]string{}}
		f.Version, _ = strconv.ParseInt(v[0], 10, 64)
		if x, ok := in[courses.GradeField(f.Person)]; ok {
			f.Grade = &x[0]
		}
		if x, ok := in[courses.NumberField(f.Person)]; ok {
			f.Number = &x[0]
		}
		for i := range course.MaxSessions {
			if x, ok := in[courses.MarkField(f.Person, i)]; ok {
				f.Marks[i] = x[0]
			}
		}
		fs = append(fs, f)
	}
	return fs
}

// coursePresent marks the rest present: POST /lop/{id}/co-mat.
func (a *App) coursePresent(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.coursePresent", fault.Invalid, "web.error.form", err)
	}
	n, err := a.Courses.FillPresent(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), seatForms(r.PostForm))
	return a.courseDone(w, r, err, "course.recorded", n)
}

// courseNumber numbers certificates: POST /lop/{id}/danh-so.
func (a *App) courseNumber(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseNumber", fault.Invalid, "web.error.form", err)
	}
	n, err := a.Courses.NumberFrom(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), r.PostFormValue("first"), seatForms(r.PostForm))
	return a.courseDone(w, r, err, "course.numbered", n)
}

// courseCancel calls a class off: POST /lop/{id}/huy.
func (a *App) courseCancel(w http.ResponseWriter, r *http.Request) error {
	err := a.Courses.Cancel(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), 0)
	return a.courseDone(w, r, err, "course.called_off")
}

// courseRemove takes somebody off the list: POST /lop/{id}/bo.
func (a *App) courseRemove(w http.ResponseWriter, r *http.Request) error {
	err := a.Courses.Uninvite(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), id.Parse(r.PostFormValue("person")))
	return a.courseDone(w, r, err, "course.removed")
}

// courseEdit shows the form of a class with its sessions: GET /lop/{id}/sua.
func (a *App) courseEdit(w http.ResponseWriter, r *http.Request) error {
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	c := v.Class
	in := url.Values{"name": {c.Name}, "place": {c.Place}, "issuer": {c.Issuer}, "decision_no": {c.DecisionNo}, "decision_on": {c.DecisionOn.VN()},
		"begins": {c.Begins.VN()}, "ends": {c.Ends.VN()}, "version": {strconv.FormatInt(c.Version, 10)}}
	for i, s := range c.Sessions {
		for name, value := range map[string]string{"on": s.On.VN(), "part": s.Part, "lesson": s.Lesson, "periods": strconv.Itoa(s.Periods), "teacher": s.Teacher} {
			in.Set(course.SessionField(i, name), value)
		}
	}
	return a.renderCourseEdit(w, r, http.StatusOK, v, in, nil)
}

// The lines of the form of a class: always some empty ones after the last session, and enough for the whole of a class whose
// programme is not laid down, so that it is typed in one go.
const (
	spareSessions = 2
	leastSessions = 10
)

func (a *App) renderCourseEdit(w http.ResponseWriter, r *http.Request, status int, v courses.View, in url.Values, failed error) error {
	if !v.May {
		return fault.E("web.courseEdit", fault.Forbidden, "error.forbidden")
	}
	page := "/lop/" + v.Class.ID.String()
	p := courseForm{Base: a.Base(r, "course.edit"), Action: page + "/sua", Back: page, In: in, Errs: fieldsOf(failed)}
	p.Revision, _ = strconv.ParseInt(in.Get("version"), 10, 64)
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("course.edit_of", v.Class.Name)
	p.Crumbs = []Crumb{{p.T("course.title"), "/lop?u=" + v.Unit.ID.String()}, {v.Class.Name, page}, {Label: p.T("course.edit")}}
	p.Fields = p.courseFields(in, p.Errs)
	parts := []Choice{{Label: "—"}}
	for _, x := range course.Parts {
		parts = append(parts, Choice{Label: p.T("course.part." + x), Value: x})
	}
	for i := range min(course.MaxSessions, max(leastSessions, typedSessions(in)+spareSessions)) {
		cell := func(name string) Field {
			f := course.SessionField(i, name)
			return p.Field(f, p.T("course.session."+name), in.Get(f), p.Errs)
		}
		p.Sessions = append(p.Sessions, sessionRow{i + 1, []Field{cell("on").As("date"), cell("part").From(parts), cell("periods").Keys("numeric"), cell("lesson"), cell("teacher")}})
	}
	return a.Render(w, r, status, "course_form.html", p)
}

// typedSessions is how many sessions a form holds.
func typedSessions(in url.Values) int {
	n := 0
	for i := range course.MaxSessions {
		for _, name := range []string{"on", "lesson", "periods"} {
			if strings.TrimSpace(in.Get(course.SessionField(i, name))) != "" {
				n = i + 1
			}
		}
	}
	return n
}

// courseUpdate changes a class: POST /lop/{id}/sua.
func (a *App) courseUpdate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseUpdate", fault.Invalid, "web.error.form", err)
	}
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	in := r.PostForm
	c, bad := readCourse(in)
	c.ID = v.Class.ID
	c.Version, _ = strconv.ParseInt(in.Get("version"), 10, 64)
	for i := range typedSessions(in) {
		s := course.Session{Part: in.Get(course.SessionField(i, "part")), Lesson: vi.NFC(in.Get(course.SessionField(i, "lesson"))), Teacher: vi.NFC(in.Get(course.SessionField(i, "teacher")))}
		s.Periods, _ = strconv.Atoi(strings.TrimSpace(in.Get(course.SessionField(i, "periods"))))
		readDays(in, bad, map[string]*day.Date{course.SessionField(i, "on"): &s.On})
		c.Sessions = append(c.Sessions, s)
	}
	err = bad
	if len(bad.Fields) == 0 {
		err = a.Courses.Update(r.Context(), a.actor(r), c)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderCourseEdit(w, r, http.StatusUnprocessableEntity, v, in, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderCourseEdit(w, r, http.StatusConflict, v, in, err)
	}
	return a.courseDone(w, r, err, "course.changed")
}

type courseInvite struct {
	Base
	C      courses.Candidates
	In     url.Values
	Unit   Field
	Picks  []Choice
	Rows   []candidateLine
	Count  string
	On     Field
	Errs   map[string]fault.Text
	Wrong  string
	Action string
}

type candidateLine struct{ Person, Name, Birth, Unit, Since string }

// courseCandidates offers people to be called: GET /lop/{id}/moi-hoc.
func (a *App) courseCandidates(w http.ResponseWriter, r *http.Request) error {
	return a.renderInvite(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (a *App) renderInvite(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	pick, perr := a.pickUnit(r, in)
	if fault.Is(perr, fault.Invalid) {
		failed, status = perr, http.StatusUnprocessableEntity
	} else if perr != nil {
		return perr
	}
	c, err := a.Courses.Candidates(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), pick.unit)
	if err != nil {
		return err
	}
	page := "/lop/" + c.Class.ID.String()
	p := courseInvite{Base: a.Base(r, "course.invite"), C: c, In: in, Errs: fieldsOf(failed), Action: page + "/moi-hoc", Picks: pick.among}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("course.invite_to", c.Class.Name)
	p.Crumbs = []Crumb{{p.T("course.title"), "/lop?u=" + c.Unit.ID.String()}, {c.Class.Name, page}, {Label: p.T("course.invite")}}
	pick.unit = c.From.ID
	if p.Unit, err = a.unitField(r, p.Base, p.T("course.from_unit"), in, pick, p.Errs); err != nil {
		return err
	}
	p.On = p.Field("on", p.T("course.invited_on"), in.Get("on"), p.Errs).As("date").Help(p.T("course.invited_hint"))
	for i := range c.People {
		x := &c.People[i]
		p.Rows = append(p.Rows, candidateLine{x.ID.String(), x.Name, x.Birth.VN(), x.Unit, x.Since.VN()})
	}
	p.Count = p.T("course.candidates", len(p.Rows), c.From.Name)
	return a.Render(w, r, status, "course_invite.html", p)
}

// courseInvite calls people to a class: POST /lop/{id}/moi-hoc.
func (a *App) courseInvite(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.courseInvite", fault.Invalid, "web.error.form", err)
	}
	e := fault.E("web.courseInvite", fault.Invalid, "course.invalid")
	var on day.Date
	readDays(r.PostForm, e, map[string]*day.Date{"on": &on})
	var people []id.ID
	for _, x := range r.PostForm["person"] {
		people = append(people, id.Parse(x))
	}
	var err error = e
	n := 0
	switch {
	case len(people) == 0:
		err = fault.E("web.courseInvite", fault.Invalid, "course.nobody_chosen")
	case len(e.Fields) == 0:
		n, err = a.Courses.Invite(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), people, on)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderInvite(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	return a.courseDone(w, r, err, "course.invited_n", n)
}
