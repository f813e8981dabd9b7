package web

import (
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

type sheetPage struct {
	Base
	V       courses.View
	Page    string // address of the class
	Errs    map[string]fault.Text
	Wrong   string
	Read    bool // a file was read
	Rows    []sheetLine
	Sum     string
	Strange string
	Change  int // rows that would be written
	Empty   Empty
}

// sheetLine is one row of a file against the class.
type sheetLine struct {
	Row, Name, Person, Version string
	Says                       string
	Cells                      []hidden
	Wrong                      []string
}

type hidden struct{ Name, Value string }

// courseSheetForm asks for a sheet of attendance: GET /lop/{id}/tu-tep.
func (a *App) courseSheetForm(w http.ResponseWriter, r *http.Request) error {
	return a.renderSheet(w, r, http.StatusOK, nil, nil)
}

// courseSheetRead reads a sheet and shows what it would change: POST /lop/{id}/tu-tep. Nothing is stored
// until the rows are sent to POST /lop/{id}/ghi.
func (a *App) courseSheetRead(w http.ResponseWriter, r *http.Request) error {
	const op = "web.courseSheetRead"
	if err := r.ParseMultipartForm(maxSheetBody); err != nil {
		return a.renderSheet(w, r, http.StatusRequestEntityTooLarge, nil, fault.E(op, fault.Invalid, "import.too_large", courses.MaxSheet>>20, err).Field("file", "import.too_large", courses.MaxSheet>>20))
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	file, head, err := r.FormFile("file")
	if err != nil {
		return a.renderSheet(w, r, http.StatusUnprocessableEntity, nil, fault.E(op, fault.Invalid, "import.no_file").Field("file", "import.no_file"))
	}
	defer file.Close()
	s, err := a.Courses.ReadSheet(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), head.Filename, file, head.Size)
	if fault.Is(err, fault.Invalid) {
		return a.renderSheet(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return a.renderSheet(w, r, http.StatusOK, &s, nil)
}

// maxSheetBody is the largest upload, with room for the form around the file.
const maxSheetBody = courses.MaxSheet + 64<<10

func (a *App) renderSheet(w http.ResponseWriter, r *http.Request, status int, s *courses.Sheet, failed error) error {
	v, err := a.Courses.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !v.May {
		return fault.E("web.courseSheet", fault.Forbidden, "error.forbidden")
	}
	p := sheetPage{Base: a.Base(r, "course.sheet"), V: v, Page: "/lop/" + v.Class.ID.String(), Errs: fieldsOf(failed)}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("course.sheet_of", v.Class.Name)
	p.Crumbs = []Crumb{{p.T("course.title"), "/lop?u=" + v.Unit.ID.String()}, {v.Class.Name, p.Page}, {Label: p.T("course.sheet")}}
	if s != nil {
		p.fill(s)
	}
	return a.Render(w, r, status, "course_sheet.html", p)
}

func (p *sheetPage) fill(s *courses.Sheet) {
	p.Read = true
	wrong := 0
	for i := range s.Lines {
		l := p.line(&s.Lines[i])
		if len(l.Cells) > 0 {
			p.Change++
		}
		if len(l.Wrong) > 0 {
			wrong++
		}
		p.Rows = append(p.Rows, l)
	}
	p.Sum = p.T("course.sheet_sum", p.Change, len(s.Lines)+s.Same, s.Same, wrong)
	if s.Name != "" {
		p.Sum = p.T("course.sheet_name", s.Name) + " " + p.Sum
	}
	if len(s.Strange) > 0 {
		p.Strange = p.T("course.sheet_strange", strings.Join(s.Strange, ", "))
	}
	p.Empty = Empty{Title: p.T("course.sheet_same"), Text: p.T("course.sheet_same_text"), Href: p.Page + "?tab=diem-danh", Link: p.T("course.tab.marks")}
}

// line writes a row: what would be stored, and why something is left out.
func (p *sheetPage) line(l *courses.Line) sheetLine {
	out := sheetLine{Row: strconv.Itoa(l.Row), Name: l.Name, Person: l.Person.String(), Version: strconv.FormatInt(l.Version, 10)}
	var says []string
	for _, c := range l.Cells {
		out.Cells = append(out.Cells, hidden{c.Field, c.Now})
		says = append(says, p.cell(c))
	}
	out.Says = strings.Join(says, "; ")
	for _, w := range l.Wrong {
		out.Wrong = append(out.Wrong, p.T(string(w.Key), w.Args...))
	}
	return out
}

// cell says what one value becomes.
func (p *sheetPage) cell(c courses.Cell) string {
	shown := func(text string) string {
		switch g, ok := course.GradeOf(text); {
		case text == "" || text == string(rune(course.Unknown)):
			return "—"
		case ok && c.Session == 0:
			return g.Text[string(p.Lang)]
		}
		return text
	}
	label := p.T("course.col.session", c.Session)
	switch {
	case c.Session > 0:
	case strings.HasPrefix(c.Field, "g_"):
		label = p.T("course.col.grade")
	default:
		label = p.T("course.col.number")
	}
	return label + ": " + shown(c.Was) + " → " + shown(c.Now)
}
