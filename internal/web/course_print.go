package web

import (
	"net/http"
	"strconv"

	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

// printForms are the lists of a class: who was called, the sheet for marking, the data of certificates.
var printForms = []string{"list", "marks", "certs"}

type coursePrint struct {
	Base
	V     courses.View
	Over  string // the unit above, as it heads a paper
	Org   string
	Dated string
	Lines []string
	Head  []printHead
	Rows  [][]string
	Xlsx  string
	Count string
	Wide  bool // too broad for an upright sheet
	Sign  string
}

// printHead is a column of a list: names and numbers do not break, codes stand only on the screen and in the workbook.
type printHead struct{ Text, Class string }

// printClass says which columns of a list are set in their own way, by the name of the column.
var printClass = map[string]string{"code": "noprint", "name": "nowrap", "birth": "nowrap", "number": "nowrap", "issued": "nowrap", "invited": "nowrap", "unit": "org"}

// coursePrint is a list of a class to be printed on A4: GET /lop/{id}/in?mau=.
func (a *App) coursePrint(w http.ResponseWriter, r *http.Request) error {
	p, err := a.courseSheet(r)
	if err != nil {
		return err
	}
	return a.Render(w, r, http.StatusOK, "course_print.html", p)
}

func (a *App) courseSheet(r *http.Request) (coursePrint, error) {
	form := r.URL.Query().Get("mau")
	if form == "" {
		form = printForms[0]
	}
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return coursePrint{}, err
	}
	c := v.Class
	p := coursePrint{Base: a.Base(r, "course.title"), V: v, Over: v.Over, Org: v.Unit.Name, Sign: c.Issuer}
	p.Dated = p.paperDay(v.Today)
	for _, code := range printForms {
		if code == form {
			p.Title = p.T("course.print." + code)
		}
	}
	if p.Title == p.T("course.title") {
		return p, fault.E("web.courseSheet", fault.NotFound, "error.notfound")
	}
	p.Crumbs = []Crumb{{p.T("course.title"), "/lop?u=" + v.Unit.ID.String()}, {c.Name, "/lop/" + c.ID.String()}, {Label: p.Title}}
	p.Lines = []string{c.Name, p.T("course.days") + ": " + c.Begins.VN() + " – " + c.Ends.VN()}
	if c.Place != "" {
		p.Lines = append(p.Lines, p.T("course.place")+": "+c.Place)
	}
	if c.DecisionNo != "" {
		p.Lines = append(p.Lines, p.T("course.decision_no")+": "+p.T("course.decision_of", c.DecisionNo, c.DecisionOn))
	}
	p.Xlsx = "/lop/" + c.ID.String() + "/xlsx?mau=" + form
	p.table(form)
	p.Count = p.T("course.people", len(p.Rows))
	return p, nil
}

// paperDay is the day of a paper as papers write it; the place before it is written by hand.
func (b Base) paperDay(d day.Date) string {
	return b.T("course.paper_day", d.VN()[:2], d.VN()[3:5], d.VN()[6:])
}

// table fills a list. The sheet for marking has the columns an import of attendance reads.
func (p *coursePrint) table(form string) {
	head := func(keys ...string) {
		for _, k := range keys {
			p.Head = append(p.Head, printHead{p.T("course.col." + k), printClass[k]})
		}
	}
	switch form {
	case "marks":
		p.Wide = true
		head("no", "code", "name", "birth")
		for i, s := range p.V.Class.Sessions {
			label := p.T("course.col.session", i+1)
			if d := dayMonth(s.On); d != "" {
				label += " (" + d + ")"
			}
			p.Head = append(p.Head, printHead{Text: label})
		}
		head("grade")
	case "certs":
		p.Wide = true
		head("no", "name", "sex", "birth", "unit", "grade", "number", "issued")
	default:
		head("no", "name", "sex", "birth", "unit", "invited", "note")
	}
	for i := range p.V.Seats {
		if row := p.sheetRow(form, i); row != nil {
			row[0] = strconv.Itoa(len(p.Rows) + 1)
			p.Rows = append(p.Rows, row)
		}
	}
}

// sheetRow is one person of a list; nil when they are not in it.
func (p *coursePrint) sheetRow(form string, i int) []string {
	x := &p.V.Seats[i]
	sex := person.Sexes.In(string(p.Lang), x.Who.Sex)
	grade := ""
	if g, ok := course.GradeOf(x.Grade); ok {
		grade = g.Text[string(p.Lang)]
	}
	switch form {
	case "marks":
		row := []string{"", x.Who.ID.String(), x.Who.Name, x.Who.Birth.VN()}
		for k := range p.V.Class.Sessions {
			mark := ""
			if m := x.Mark(k); m != course.Unknown {
				mark = string(rune(m))
			}
			row = append(row, mark)
		}
		return append(row, grade)
	case "certs":
		if !course.Passes(x.Grade) {
			return nil
		}
		number := x.Number
		if x.Again != "" {
			number = x.Again + " (" + p.T("course.again_of", x.Number) + ")"
		}
		return []string{"", x.Who.Name, sex, x.Who.Birth.VN(), x.UnitName, grade, number, x.Issued.VN()}
	}
	return []string{"", x.Who.Name, sex, x.Who.Birth.VN(), x.UnitName, x.Invited.VN(), ""}
}

// courseXlsx sends a list of a class: GET /lop/{id}/xlsx?mau=.
func (a *App) courseXlsx(w http.ResponseWriter, r *http.Request) error {
	p, err := a.courseSheet(r)
	if err != nil {
		return err
	}
	attachment(w, "lop-"+r.URL.Query().Get("mau")+".xlsx")
	return p.book(w)
}

// book writes the list as a workbook.
func (p *coursePrint) book(w http.ResponseWriter) error {
	out := xlsx.NewWriter(w)
	widths := make([]float64, len(p.Head))
	head := make([]xlsx.Value, len(p.Head))
	for i, h := range p.Head {
		widths[i], head[i] = max(10, float64(len([]rune(h.Text)))+2), xlsx.Text(h.Text).Header()
		for _, row := range p.Rows {
			widths[i] = min(50, max(widths[i], float64(len([]rune(row[i])))+2))
		}
	}
	out.Sheet(p.Title, xlsx.SheetOptions{Widths: widths, Freeze: 1, Filter: true})
	if err := out.Row(head...); err != nil {
		return err
	}
	for _, row := range p.Rows {
		cells := make([]xlsx.Value, len(row))
		for i, text := range row {
			cells[i] = xlsx.Text(text)
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}
