package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/target"
	"ketnap/internal/xlsx"
)

type movesPage struct {
	Base
	Unit         id.ID
	Cause, Dir   string
	Slice        string
	FromText     string
	ToText       string
	Size         int
	Causes, Dirs []Choice
	Slices       []Choice
	Quality      string
	Qualities    []Choice
	Rows         []moveLine
	Sum          people.MoveSum
	Count        string
	Pager        Pager
	Empty        Empty
	Xlsx         string
	Errs         map[string]fault.Text
}

// moveLine is one movement as printed.
type moveLine struct {
	Date, Name, Href, Cause, Unit, Stage, Decision, Note string
	Minus                                                bool
}

// readMoves reads the address of a list of movements.
func readMoves(r *http.Request) (people.MoveFilter, map[string]fault.Text) {
	var f people.MoveFilter
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
	if slice, one := ledger.ParseSlice(q.Get("slice")); one {
		f.Slice = slice
	} else if g, several := target.ParseGroup(q.Get("slice")); several {
		f.Group = g
	}
	errs := map[string]fault.Text{}
	f.From, f.To = fullDay("from", q.Get("from"), errs), fullDay("to", q.Get("to"), errs)
	switch {
	case len(errs) == 0 && f.To != 0 && f.To < f.From:
		errs["to"] = fault.Text{Key: "moves.days_order"}
	case len(errs) == 0:
		errs = nil
	}
	return f, errs
}

// moves lists what the figures of a unit count: GET /bien-dong.
func (a *App) moves(w http.ResponseWriter, r *http.Request) error {
	f, errs := readMoves(r)
	q := r.URL.Query()
	size := sizeParam(q)
	flaw, err := a.among(r, &f, errs)
	if err != nil {
		return err
	}
	m, err := a.People.Moves(r.Context(), a.actor(r), unitParam(r), f, q.Get("after"), size)
	if err != nil {
		return err
	}
	p := movesPage{Base: a.Base(r, "moves.title"), Unit: m.Unit.ID, Cause: q.Get("cause"), Dir: q.Get("dir"), Slice: q.Get("slice"), Size: size, Sum: m.Sum, Errs: errs, Quality: string(flaw)}
	name := m.Unit.Name
	if m.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("moves.heading", name)
	p.FromText, p.ToText = f.From.VN(), f.To.VN()
	p.Crumbs = a.unitCrumbs(r, m.Above, m.Unit, "/bien-dong?u=")
	p.choices(f)
	p.Pager = p.pager(r.URL, q.Get("after"), m.Page.Next, size, m.Sum.Net+2*m.Sum.Minus, len(m.Page.Lines))
	p.Empty = Empty{Title: p.T("moves.none"), Text: p.T("moves.none_text")}
	if errs != nil {
		return a.Render(w, r, http.StatusUnprocessableEntity, "moves.html", p)
	}
	p.Count = p.T("moves.sum", m.Sum.Net)
	if m.Sum.Minus > 0 {
		p.Count += " " + p.T("moves.sum_minus", m.Sum.Net+m.Sum.Minus, m.Sum.Minus)
	}
	for i := range m.Page.Lines {
		p.Rows = append(p.Rows, p.move(&m.Page.Lines[i]))
	}
	p.Xlsx = "/bien-dong/xlsx?" + r.URL.RawQuery
	return a.Render(w, r, http.StatusOK, "moves.html", p)
}

// move writes one movement as the list shows it.
func (b Base) move(l *people.Move) moveLine {
	out := moveLine{Date: l.Effective.VN(), Name: l.Name, Href: "/nguoi/" + l.Person.String(), Cause: b.T("cause." + l.Cause.String()),
		Unit: l.ToUnit, Stage: b.T("stage.short." + l.To.Stage.String()), Decision: l.Decision, Minus: l.Minus}
	if l.From.Stage != l.To.Stage {
		out.Stage = b.T("stage.short."+l.From.Stage.String()) + " → " + out.Stage
	}
	switch {
	case l.To.Out():
		out.Unit = l.FromUnit
	case !l.From.Out() && l.From.Unit != l.To.Unit:
		out.Unit = l.FromUnit + " → " + l.ToUnit
	}
	switch {
	case l.Minus:
		out.Note = b.T("moves.minus", l.Other)
	case l.Other != 0:
		out.Note = b.T("moves.undone_later", l.Other)
	}
	return out
}

// place names where somebody is: the unit and the step.
func (b Base) place(p ledger.Place, unit string) string {
	if p.Out() {
		return b.T("stage.outside")
	}
	return unit + " · " + b.T("stage."+p.Stage.String())
}

// choices fills the choices of the form; causes the form does not offer together are added.
func (p *movesPage) choices(f people.MoveFilter) {
	p.Causes = []Choice{{Label: p.T("moves.any_cause")}, {Label: p.T("indicator.admit"), Value: "admit,readmit"}}
	for _, c := range ledger.Causes() {
		p.Causes = append(p.Causes, Choice{Label: p.T("cause." + c.String()), Value: c.String()})
	}
	if !slices.ContainsFunc(p.Causes, func(c Choice) bool { return c.Value == p.Cause }) {
		var names []string
		for _, c := range f.Causes {
			names = append(names, p.T("cause."+c.String()))
		}
		p.Causes = append(p.Causes, Choice{Label: strings.Join(names, ", "), Value: p.Cause})
	}
	p.Dirs = []Choice{{Label: p.T("moves.both")}, {Label: p.T("moves.in"), Value: "in"}, {Label: p.T("moves.out"), Value: "out"}}
	p.Slices, p.Qualities = p.slices(), p.flawChoices()
	if !f.Group.Everybody() {
		p.Slices = append(p.Slices, Choice{Label: p.groupName(p.Slice), Value: p.Slice})
	}
}

// movesXlsx sends the whole list: GET /bien-dong/xlsx.
func (a *App) movesXlsx(w http.ResponseWriter, r *http.Request) error {
	f, errs := readMoves(r)
	for _, t := range errs {
		return fault.E("web.movesXlsx", fault.Invalid, t.Key, t.Args...)
	}
	if _, err := a.among(r, &f, nil); err != nil {
		return err
	}
	const part = 1000
	page, err := a.People.Moves(r.Context(), a.actor(r), unitParam(r), f, "", part)
	if err == nil {
		err = people.FitsSheet(page.Sum.Net + 2*page.Sum.Minus)
	}
	if err == nil {
		err = a.People.Second(r.Context(), a.actor(r), page.Unit.ID, "moves", f, page.Sum.Net+2*page.Sum.Minus)
	}
	if err != nil {
		return err // refused before the first byte
	}
	b := a.Base(r, "moves.title")
	attachment(w, "bien-dong.xlsx")
	out := xlsx.NewWriter(w)
	out.Sheet(b.Title, xlsx.SheetOptions{Widths: []float64{28, 14, 28, 44, 44, 18, 8, 40}, Freeze: 1, Filter: true})
	var head []xlsx.Value
	for _, k := range []string{"name", "date", "cause", "unit", "stage", "decision", "count", "note"} {
		head = append(head, xlsx.Text(b.T("moves.col."+k)).Header())
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	for {
		for i := range page.Page.Lines {
			if err := out.Row(b.moveCells(&page.Page.Lines[i])...); err != nil {
				return err
			}
		}
		if page.Page.Next == "" {
			return out.Close()
		}
		if page, err = a.People.Moves(r.Context(), a.actor(r), page.Unit.ID, f, page.Page.Next, part); err != nil {
			return err
		}
	}
}

// moveCells is one movement in a workbook; the column of counts sums to the figure.
func (b Base) moveCells(l *people.Move) []xlsx.Value {
	m, counts := b.move(l), int64(1)
	if l.Minus {
		counts = -1
	}
	return []xlsx.Value{xlsx.Text(m.Name), xlsx.Date(l.Effective), xlsx.Text(m.Cause), xlsx.Text(m.Unit), xlsx.Text(m.Stage), xlsx.Text(m.Decision), xlsx.Int(counts), xlsx.Text(m.Note)}
}
