package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/transfer"
	"ketnap/internal/xlsx"
)

type importPage struct {
	Base
	B        batch.Batch
	UnitName string
	Steps    []Step
	Onward   string // where what came in is looked at
	Badge    *Badge
	Running  bool
	Left     string // rows done, of all when known
	Tabs     []Choice
	Rows     []importRow
	More     string
	Reasons  []stockCell
	Warnings []stockCell
	Clashes  []importClash
	Wrong    string
	Kept     bool // only the first rows of an outcome are listed
}

type importRow struct {
	Row                      int
	Title, Birth, Unit, More string
	Href                     string
	Problems                 []importProblem
	Changes                  []importChange
	Warn                     string
}

type importProblem struct{ Column, Text string }

type importChange struct{ Field, Old, New string }

type importClash struct {
	Row        int
	Title, Why string
	Href       string
}

// importShow shows an import at the step it has come to: GET /nhap/{id}.
func (a *App) importShow(w http.ResponseWriter, r *http.Request) error {
	b, _, err := a.Transfer.Batch(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if b.State == batch.Uploaded || r.URL.Query().Get("buoc") == "ghep" && b.State.May(batch.Mapped) {
		sheet := -1
		if n, err := strconv.Atoi(r.URL.Query().Get("sheet")); err == nil {
			sheet = n
		}
		return a.renderMatch(w, r, http.StatusOK, transfer.Mapping{Sheet: sheet}, nil)
	}
	return a.renderImport(w, r, http.StatusOK, nil)
}

func (a *App) renderImport(w http.ResponseWriter, r *http.Request, status int, clashes []transfer.Clash) error {
	who, i := a.actor(r), id.Parse(r.PathValue("id"))
	b, running, err := a.Transfer.Progress(r.Context(), who, i)
	if err != nil {
		return err
	}
	_, u, err := a.Transfer.Batch(r.Context(), who, i)
	if err != nil {
		return err
	}
	p := importPage{Base: a.Base(r, "import.title"), B: b, UnitName: u.Name, Running: running}
	p.Title = b.File
	p.head(u, clashes)
	if running {
		w.Header().Set("Refresh", "2")
	}
	if b.State == batch.Checked || b.State == batch.Done || b.State == batch.Undone || b.State == batch.Failed {
		if err := a.importRows(r, &p); err != nil {
			return err
		}
	}
	return a.Render(w, r, status, "import.html", p)
}

// head fills what every step shows.
func (p *importPage) head(u org.Unit, clashes []transfer.Clash) {
	b := p.B
	p.Badge = p.importBadge(b)
	p.Crumbs = []Crumb{{p.T("import.title"), "/nhap"}, {u.Name, "/nhap?u=" + u.ID.String()}, {Label: b.File}}
	p.Steps = p.steps(b.State)
	if b.State == batch.Done {
		p.Onward = map[batch.Kind]string{batch.Units: "/to-chuc/", batch.Members: "/nguoi?u=", batch.Pool: "/nguon?u=", batch.Movements: "/bien-dong?u="}[b.Kind] + u.ID.String()
	}
	p.Left = p.Num(b.Total)
	if b.Options.Rows > 0 {
		p.Left = p.T("import.of", b.Total, b.Options.Rows)
	}
	p.Reasons, p.Warnings = p.reasons(b.Report.Reasons), p.reasons(b.Report.Warnings)
	if b.Report.Error != "" {
		args := make([]any, len(b.Report.Detail))
		for i, d := range b.Report.Detail {
			args[i] = d
		}
		p.Wrong = p.T(b.Report.Error, args...)
	}
	for _, c := range clashes {
		href := ""
		if b.Kind == batch.Units {
			href = "/to-chuc/" + c.Object.String()
		} else if c.Object != 0 {
			href = "/nguoi/" + c.Object.String()
		}
		p.Clashes = append(p.Clashes, importClash{c.Row, c.Title, p.T(string(c.Why.Key), c.Why.Args...), href})
	}
}

// reasons lists problem codes with how often each was met, in the order of their codes.
func (p *importPage) reasons(counts map[string]int64) []stockCell {
	var out []stockCell
	for n := 1; n < 100; n++ {
		code := "E" + strconv.Itoa(n/10) + strconv.Itoa(n%10)
		if c := counts[code]; c > 0 {
			label := code
			if key := "import.reason.e" + code[1:]; p.words.Has(key) {
				label = p.T(key)
			}
			out = append(out, stockCell{Label: label, Short: code, N: p.Num(c)})
		}
	}
	return out
}

// steps is the way through the wizard.
func (b Base) steps(s batch.State) []Step {
	now := map[batch.State]int{batch.Uploaded: 1, batch.Mapped: 2, batch.Checked: 3, batch.Committing: 4, batch.Done: 5, batch.Undone: 5, batch.Failed: 4, batch.Discarded: 5}[s]
	var out []Step
	for i, k := range []string{"file", "columns", "check", "preview", "write", "report"} {
		state := "todo"
		if i < now {
			state = "done"
		} else if i == now {
			state = "now"
		}
		out = append(out, Step{Label: b.T("import.step." + k), State: state})
	}
	return out
}

// importRows fills the tabs and the rows of the chosen one.
func (a *App) importRows(r *http.Request, p *importPage) error {
	q := r.URL.Query()
	chosen := batch.Outcome(q.Get("xem"))
	counts := map[batch.Outcome]int64{batch.New: p.B.Accepted - p.B.Changed, batch.Changed: p.B.Changed, batch.Duplicate: p.B.Duplicate, batch.Refused: p.B.Refused}
	if _, ok := counts[chosen]; !ok {
		chosen = batch.New
		if p.B.Refused > 0 {
			chosen = batch.Refused
		}
	}
	for _, o := range batch.Outcomes {
		p.Tabs = append(p.Tabs, Choice{Label: p.T("import.outcome." + string(o)), Href: r.URL.Path + "?xem=" + string(o), Count: p.Num(counts[o]), Current: o == chosen})
	}
	after, _ := strconv.Atoi(q.Get("sau"))
	rows, err := a.Transfer.Rows(r.Context(), a.actor(r), p.B.ID, chosen, after, 51)
	if err != nil {
		return err
	}
	if len(rows) > 50 {
		rows = rows[:50]
		p.More = r.URL.Path + "?" + url.Values{"xem": {string(chosen)}, "sau": {strconv.Itoa(rows[49].Row)}}.Encode()
	}
	for _, v := range rows {
		p.Rows = append(p.Rows, p.importRow(v))
	}
	p.Kept = p.B.State == batch.Checked
	return nil
}

func (p *importPage) importRow(v transfer.RowView) importRow {
	row := importRow{Row: v.Row, Title: v.Shown.Title, Birth: v.Shown.Birth, Unit: v.Shown.Unit, More: v.Shown.More}
	if v.Object != 0 && p.B.State == batch.Done {
		row.Href = "/nguoi/" + v.Object.String()
		if p.B.Kind == batch.Units {
			row.Href = "/to-chuc/" + v.Object.String()
		}
	}
	for _, x := range v.Problems {
		t := x.Text()
		row.Problems = append(row.Problems, importProblem{batch.HeadOf(p.B.Kind, x.Field), p.T(string(t.Key), t.Args...)})
	}
	for _, c := range v.Changes {
		row.Changes = append(row.Changes, importChange{batch.HeadOf(p.B.Kind, c.Field), c.Old, c.New})
	}
	return row
}

type matchPage struct {
	Base
	B         batch.Batch
	Steps     []Step
	Sheets    []Choice
	SheetText string
	Columns   []matchColumn
	Fields    []Choice
	Known     bool
	Lacking   []string
	DayText   string
	HasDay    bool
	Errs      map[string]fault.Text
	Troubles  []string
	Wrong     string
	Row       int
}

type matchColumn struct {
	Name, Letter, Label, Field string
	Samples                    []string
	Sure                       bool
}

// renderMatch shows which columns were recognised and lets the user say what each is.
func (a *App) renderMatch(w http.ResponseWriter, r *http.Request, status int, m transfer.Mapping, failed error) error {
	who, i := a.actor(r), id.Parse(r.PathValue("id"))
	b, u, err := a.Transfer.Batch(r.Context(), who, i)
	if err != nil {
		return err
	}
	p := matchPage{Base: a.Base(r, "import.title"), B: b, Steps: a.Base(r, "import.title").steps(batch.Uploaded), Errs: fieldsOf(failed), HasDay: b.Kind == batch.Members || b.Kind == batch.Pool}
	p.Title = b.File
	p.Crumbs = []Crumb{{p.T("import.title"), "/nhap"}, {u.Name, "/nhap?u=" + u.ID.String()}, {Label: b.File}}
	p.DayText = m.AsOf.VN()
	if m.AsOf == 0 {
		p.DayText = a.People.Today().VN()
	}
	sheets, err := a.Transfer.Sheets(r.Context(), who, i)
	if err != nil {
		return err
	}
	found, err := a.Transfer.Match(r.Context(), who, i, m.Sheet)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	if failed == nil {
		failed = err
	}
	if failed != nil {
		p.Wrong, status = p.Err(failed), http.StatusUnprocessableEntity
		for _, t := range fieldsOf(failed) {
			p.Troubles = append(p.Troubles, p.T(string(t.Key), t.Args...))
		}
		slices.Sort(p.Troubles)
	}
	p.SheetText = strconv.Itoa(found.Sheet)
	for _, s := range sheets {
		label := p.T("import.sheet", s.Name, s.Fields)
		if s.Hidden {
			label = p.T("import.sheet_hidden", s.Name, s.Fields)
		}
		p.Sheets = append(p.Sheets, Choice{Label: label, Value: strconv.Itoa(s.Index)})
	}
	p.columns(b.Kind, found, m)
	return a.Render(w, r, status, "import_match.html", p)
}

func (p *matchPage) columns(k batch.Kind, found transfer.Match, m transfer.Mapping) {
	p.Known, p.Row = found.Remembered, found.Header.Row
	p.Fields = []Choice{{Label: p.T("import.skip_column")}}
	for _, f := range batch.Fields(k) {
		label := f.Head
		if f.Need != batch.Optional {
			label += " *"
		}
		p.Fields = append(p.Fields, Choice{Label: label, Value: string(f.Code)})
	}
	for _, c := range found.Columns {
		field := string(c.Field)
		if m.Columns != nil {
			field = string(m.Columns[c.Col])
		}
		p.Columns = append(p.Columns, matchColumn{Name: "col_" + strconv.Itoa(c.Col), Letter: xlsx.ColName(c.Col), Label: c.Label, Field: field, Samples: c.Samples, Sure: c.Sure})
	}
	for _, code := range found.Lacking {
		p.Lacking = append(p.Lacking, batch.HeadOf(k, code))
	}
}
