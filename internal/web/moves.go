package web

import (
	"net/http"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/xlsx"
)

type movesPage struct {
	Base
	Unit         id.ID
	Name         string
	Cause, Dir   string
	Slice        string
	FromText     string
	ToText       string
	Size         int
	Causes, Dirs []Choice
	Slices       []Choice
	Rows         []moveLine
	Sum          people.MoveSum
	Pager        Pager
	Empty        Empty
	Xlsx         string
	Errs         map[string]fault.Text
}

// moveLine is one movement as printed.
type moveLine struct {
	Date, Name, Href, Cause, From, To, Decision, Note string
	Minus                                             bool
}

// readMoves reads the address of a list of movements.
func readMoves(r *http.Request) (f people.MoveFilter, errs map[string]fault.Text) {
	q := r.URL.Query()
	for _, code := range strings.Split(q.Get("cause"), ",") {
		if c, ok := ledger.ParseCause(code); ok {
			f.Causes = append(f.Causes, c)
		}
	}
	switch q.Get("dir") {
	case "in":
		f.Dir = people.Inward
	case "out":
		f.Dir = people.Outward
	}
	f.Slice, _ = ledger.ParseSlice(q.Get("slice"))
	for name, to := range map[string]*day.Date{"from": &f.From, "to": &f.To} {
		d, err := day.Parse(q.Get(name))
		if err != nil {
			errs = map[string]fault.Text{name: fault.TextOf(err)}
			continue
		}
		*to = d
	}
	return f, errs
}

// moves lists what the figures of a unit count: GET /bien-dong.
func (a *App) moves(w http.ResponseWriter, r *http.Request) error {
	f, errs := readMoves(r)
	q := r.URL.Query()
	size := sizeParam(q)
	m, err := a.People.Moves(r.Context(), a.actor(r), unitParam(r), f, q.Get("after"), size)
	if err != nil {
		return err
	}
	p := movesPage{Base: a.Base(r, "moves.title"), Unit: m.Unit.ID, Name: m.Unit.Name, Cause: q.Get("cause"), Dir: q.Get("dir"), Slice: q.Get("slice"), Size: size, Sum: m.Sum, Errs: errs}
	if m.Unit.ID == 0 {
		p.Name = p.T("pilot.nation")
	}
	p.FromText, p.ToText = f.From.VN(), f.To.VN()
	p.Crumbs = p.unitCrumbs(m.Above, m.Unit, func(u id.ID) string { return "/bien-dong?u=" + u.String() })
	for i := range m.Page.Lines {
		p.Rows = append(p.Rows, p.line(&m.Page.Lines[i]))
	}
	p.choices()
	p.Pager = p.pager(r.URL, q.Get("after"), m.Page.Next, size, m.Sum.Net+2*m.Sum.Minus, len(p.Rows))
	p.Xlsx = "/bien-dong/xlsx?" + r.URL.RawQuery
	p.Empty = Empty{Title: p.T("moves.none"), Text: p.T("moves.none_text")}
	status := http.StatusOK
	if errs != nil {
		status = http.StatusUnprocessableEntity
	}
	return a.Render(w, r, status, "moves.html", p)
}

// line writes one movement as the list shows it.
func (b Base) moveLine(l *people.Move) moveLine {
	out := moveLine{Date: l.Effective.VN(), Name: l.Name, Href: "/nguoi/" + l.Person.String(), Cause: b.T("cause." + l.Cause.String()), Decision: l.Decision, Minus: l.Minus}
	out.From, out.To = b.place(l.From, l.FromUnit), b.place(l.To, l.ToUnit)
	switch {
	case l.Minus:
		out.Note = b.T("moves.minus", l.Other)
	case l.Other != 0:
		out.Note = b.T("moves.undone_later", l.Other)
	}
	return out
}

func (p *movesPage) line(l *people.Move) moveLine { return p.moveLine(l) }

// place names where somebody is: the unit and the step.
func (b Base) place(p ledger.Place, unit string) string {
	if p.Out() {
		return b.T("stage.outside")
	}
	return unit + " · " + b.T("stage."+p.Stage.String())
}

func (p *movesPage) choices() {
	p.Causes = []Choice{{Label: p.T("moves.any_cause")}, {Label: p.T("indicator.admit"), Value: "admit,readmit"}}
	for _, c := range ledger.Causes() {
		p.Causes = append(p.Causes, Choice{Label: p.T("cause." + c.String()), Value: c.String()})
	}
	p.Dirs = []Choice{{Label: p.T("moves.both")}, {Label: p.T("moves.in"), Value: "in"}, {Label: p.T("moves.out"), Value: "out"}}
	p.Slices = []Choice{{Label: p.T("people.any_slice")}}
	for s := ledger.SliceFemale; int(s) < ledger.Slices; s++ {
		p.Slices = append(p.Slices, Choice{Label: p.T("slice." + s.String()), Value: s.String()})
	}
}

// movesXlsx sends the whole list: GET /bien-dong/xlsx.
func (a *App) movesXlsx(w http.ResponseWriter, r *http.Request) error {
	f, errs := readMoves(r)
	if errs != nil {
		return fault.E("web.movesXlsx", fault.Invalid, "web.error.form")
	}
	first, err := a.People.Moves(r.Context(), a.actor(r), unitParam(r), f, "", 1000)
	if err != nil {
		return err
	}
	b := a.Base(r, "moves.title")
	attachment(w, "bien-dong.xlsx")
	out := xlsx.NewWriter(w)
	out.Sheet(b.Title, xlsx.SheetOptions{Widths: []float64{12, 28, 28, 40, 40, 18, 30}, Freeze: 1, Filter: true})
	var head []xlsx.Value
	for _, k := range []string{"date", "name", "cause", "from", "to", "decision", "note"} {
		head = append(head, xlsx.Text(b.T("moves.col."+k)).Header())
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	return a.writeMoves(r, out, b, first, f)
}

func (a *App) writeMoves(r *http.Request, out *xlsx.Writer, b Base, page people.Moves, f people.MoveFilter) error {
	for {
		for i := range page.Page.Lines {
			l := &page.Page.Lines[i]
			m := b.moveLine(l)
			if err := out.Row(xlsx.Date(l.Effective), xlsx.Text(m.Name), xlsx.Text(m.Cause), xlsx.Text(m.From), xlsx.Text(m.To), xlsx.Text(m.Decision), xlsx.Text(m.Note)); err != nil {
				return err
			}
		}
		if page.Page.Next == "" {
			return out.Close()
		}
		var err error
		if page, err = a.People.Moves(r.Context(), a.actor(r), page.Unit.ID, f, page.Page.Next, 1000); err != nil {
			return err
		}
	}
}
