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

type coursePage struct {
	Base
	V       courses.View
	Tab     string
	Tabs    []Choice
	Cards   []Card
	Badge   *Badge
	Facts   []fact
	Heads   []sessionHead
	Rows    []seatLine
	Grades  []Choice
	Lessons []lessonLine
	First   Field
	Errs    map[string]fault.Text
	Wrong   string
	Empty   Empty
	// NoSessions stands where attendance would be marked in a class without sessions.
	NoSessions Empty
	Prints     []Choice
	Source     string
	Change     bool // the reader may change the class and it is not called off
	Key        string
}

type sessionHead struct{ No, On, Lesson string }

type lessonLine struct{ No, On, Part, Lesson, Periods, Teacher string }

// seatLine is one person of a class.
type seatLine struct {
	No, Name, Href, Birth, Unit string
	Person, Version             string
	Marks                       []markCell
	Heard                       string
	Grade, Number               gradeCell
	Issued                      bool
	Removable                   bool
}

type markCell struct{ Name, Value, Label, Error, Shown string }

type gradeCell struct{ Name, Value, Shown, Sub, Label, Error string }

// coursePage shows a class: GET /lop/{id}.
func (a *App) coursePage(w http.ResponseWriter, r *http.Request) error {
	return a.renderCourse(w, r, http.StatusOK, nil, nil)
}

// renderCourse shows a class with what was typed into it.
func (a *App) renderCourse(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failed error) error {
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := coursePage{Base: a.Base(r, "course.title"), V: v, Tab: r.FormValue("tab"), Errs: fieldsOf(failed), Change: v.May && v.Class.Cancelled == 0, Key: formKey()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = v.Class.Name
	p.Crumbs = a.unitCrumbs(r, v.Above, v.Unit, "/lop?u=")
	for i := range p.Crumbs {
		if p.Crumbs[i].Href == "" && a.actor(r).Can(0, v.Unit) {
			p.Crumbs[i].Href = "/lop?u=" + v.Unit.ID.String()
		}
	}
	p.Crumbs = append(p.Crumbs, Crumb{Label: v.Class.Name})
	p.fill(typed)
	return a.Render(w, r, status, "course.html", p)
}

func (p *coursePage) fill(typed url.Values) {
	c, page := p.V.Class, "/lop/"+p.V.Class.ID.String()
	if p.Tab != "diem-danh" && p.Tab != "buoi" {
		p.Tab = ""
	}
	for _, t := range []struct{ code, key string }{{"", "course.tab.seats"}, {"diem-danh", "course.tab.marks"}, {"buoi", "course.tab.sessions"}} {
		href := page
		if t.code != "" {
			href += "?tab=" + t.code
		}
		p.Tabs = append(p.Tabs, Choice{Label: p.T(t.key), Href: href, Current: p.Tab == t.code})
	}
	p.Badge, p.Cards = p.courseBadge(c, p.V.Counts, p.V.Today), p.courseCards(p.V.Counts)
	decision := c.DecisionNo
	if c.DecisionOn != 0 {
		decision = p.T("course.decision_of", c.DecisionNo, c.DecisionOn)
	}
	p.Facts = []fact{{p.T("course.kind"), p.T("course.kind." + string(c.Kind))}, {p.T("course.unit"), p.V.Unit.Name}, {p.T("course.decision_no"), decision}, {p.T("course.place"), c.Place},
		{p.T("course.issuer"), c.Issuer}, {p.T("course.days"), c.Begins.VN() + " – " + c.Ends.VN()}, {p.T("course.periods_all"), p.T("course.periods_in", c.Periods(), len(c.Sessions))}}
	for i, s := range c.Sessions {
		p.Heads = append(p.Heads, sessionHead{strconv.Itoa(i + 1), dayMonth(s.On), s.Lesson})
		part := ""
		if s.Part != "" {
			part = p.T("course.part." + s.Part)
		}
		p.Lessons = append(p.Lessons, lessonLine{strconv.Itoa(i + 1), s.On.VN(), part, s.Lesson, strconv.Itoa(s.Periods), s.Teacher})
	}
	p.Grades = append([]Choice{{Label: "—"}}, p.grades()...)
	for i := range p.V.Seats {
		p.Rows = append(p.Rows, p.seat(i, typed))
	}
	p.First = p.Field("first", p.T("course.first_number_of"), typed.Get("first"), p.Errs).Help(p.T("course.first_hint")).Width("medium")
	for _, code := range printForms {
		p.Prints = append(p.Prints, Choice{Label: p.T("course.print." + code), Href: page + "/in?mau=" + code})
	}
	g := p.V.Programme
	p.Source = p.T("course.source", g.Source.Source, p.T("rule.sure."+g.Confidence))
	p.Empty = Empty{Title: p.T("course.nobody"), Text: p.T("course.nobody_text." + string(c.Kind))}
	p.NoSessions = Empty{Title: p.T("course.no_sessions"), Text: p.T("course.no_sessions_text")}
	if p.Change {
		p.Empty.Href, p.Empty.Link = page+"/moi-hoc", p.T("course.invite")
		p.NoSessions.Href, p.NoSessions.Link = page+"/sua", p.T("course.edit")
	}
}

// grades lists the grades a class may end with.
func (b Base) grades() []Choice {
	var cs []Choice
	for _, g := range course.Grades() {
		cs = append(cs, Choice{Label: g.Text[string(b.Lang)], Value: g.Code})
	}
	return cs
}

// dayMonth is a day as the head of a narrow column has it.
func dayMonth(d day.Date) string {
	if !d.Valid() {
		return ""
	}
	return d.VN()[:5]
}

// seat writes one person of the class.
func (p *coursePage) seat(i int, typed url.Values) seatLine {
	x := &p.V.Seats[i]
	who := x.Seat.Person
	l := seatLine{No: strconv.Itoa(i + 1), Name: x.Who.Name, Href: "/nguoi/" + who.String(), Birth: x.Who.Birth.VN(), Unit: x.UnitName, Person: who.String(),
		Version: strconv.FormatInt(x.Seat.Version, 10), Heard: p.Num(x.Heard(p.V.Class)), Issued: x.Cert != 0, Removable: x.Marks == "" && x.Grade == "" && x.Cert == 0}
	take := func(name, value string) (string, string) {
		if typed.Has(name) {
			value = typed.Get(name)
		}
		if t, ok := p.Errs[name]; ok {
			return value, p.T(string(t.Key), t.Args...)
		}
		return value, ""
	}
	for k := range p.V.Class.Sessions {
		m := x.Mark(k)
		c := markCell{Name: courses.MarkField(who, k), Label: p.T("course.mark_of", x.Who.Name, k+1)}
		if m != course.Unknown {
			c.Value = string(rune(m))
			c.Shown = p.T("course.mark." + c.Value)
		}
		c.Value, c.Error = take(c.Name, c.Value)
		l.Marks = append(l.Marks, c)
	}
	l.Grade = gradeCell{Name: courses.GradeField(who), Value: x.Grade, Label: p.T("course.grade_of", x.Who.Name)}
	if g, ok := course.GradeOf(x.Grade); ok {
		l.Grade.Shown = g.Text[string(p.Lang)]
	}
	l.Grade.Value, l.Grade.Error = take(l.Grade.Name, l.Grade.Value)
	l.Number = gradeCell{Name: courses.NumberField(who), Value: x.Number, Shown: x.Number, Label: p.T("course.number_of", x.Who.Name)}
	if x.Again != "" {
		l.Number.Shown, l.Number.Sub = x.Again, p.T("course.again_of", x.Number)
	}
	l.Number.Value, l.Number.Error = take(l.Number.Name, l.Number.Value)
	return l
}
