package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/markup"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

type peoplePage struct {
	Base
	Ask            peopleAsk
	Name           string
	Count          string // how many there are, and on which day
	DateText       string
	Head           []string
	Rows           markup.Piece
	Pager          Pager
	Empty          Empty
	Stages, Slices []Choice
	Sexes          []Choice
	Columns        []Choice
	Xlsx           string
	NewHref        string
	Errs           map[string]fault.Text
}

// peopleAsk is the filters of the list as they stand in the address.
type peopleAsk struct {
	Unit   id.ID
	Filter people.Filter
	Stage  string
	Slice  string
	After  string
	Size   int
	Cols   string
}

// readPeople reads the address of a list.
func readPeople(r *http.Request) (peopleAsk, map[string]fault.Text) {
	q := r.URL.Query()
	a := peopleAsk{Unit: unitParam(r), Stage: q.Get("stage"), Slice: q.Get("slice"), After: q.Get("after"), Size: sizeParam(q), Cols: q.Get("cols")}
	for _, code := range strings.Split(a.Stage, ",") {
		if s, ok := ledger.ParseStage(code); ok {
			a.Filter.Stages = append(a.Filter.Stages, s)
		}
	}
	a.Filter.Slice, _ = ledger.ParseSlice(a.Slice)
	a.Filter.Words = strings.TrimSpace(q.Get("q"))
	a.Filter.Sex, _ = strconv.Atoi(q.Get("sex"))
	if a.Cols == "" {
		a.Cols = signed(r).Columns
	}
	errs := map[string]fault.Text{}
	a.Filter.At = fullDay("at", q.Get("at"), errs)
	if len(errs) == 0 {
		errs = nil
	}
	return a, errs
}

// fullDay reads a day of a filter; what is no full day is an error of the field, and no day.
func fullDay(name, text string, errs map[string]fault.Text) day.Date {
	d, err := day.Parse(text)
	switch {
	case err != nil:
		errs[name] = fault.TextOf(err)
	case d.Partial():
		errs[name] = fault.Text{Key: "people.day_partial"}
	default:
		return d
	}
	return 0
}

// unitParam is the unit a list is asked for: the user's own when none is named. What names no unit
// leads to one that does not exist, not to the nation.
func unitParam(r *http.Request) id.ID {
	text := r.URL.Query().Get("u")
	if text == "" {
		return signed(r).Home.ID
	}
	if u := id.Parse(text); u != 0 || text == "0" {
		return u
	}
	return noUnit
}

// noUnit is nobody's id: no province has the number it carries.
const noUnit id.ID = 1

// people lists people: GET /nguoi.
func (a *App) people(w http.ResponseWriter, r *http.Request) error {
	ask, errs := readPeople(r)
	l, err := a.People.List(r.Context(), a.actor(r), ask.Unit, ask.Filter, ask.After, ask.Size)
	if err != nil {
		return err
	}
	p := peoplePage{Base: a.Base(r, "people.title"), Ask: ask, Name: l.Unit.Name, Errs: errs}
	if l.Unit.ID == 0 {
		p.Name = p.T("pilot.nation")
	}
	p.Title = p.T("people.heading", p.Name)
	p.AsOf = ask.Filter.At
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/nguoi?u=")
	p.Pager = p.pager(r.URL, ask.After, l.Page.Next, ask.Size, l.Total, len(l.Page.Rows))
	cols := chosenColumns(ask.Cols)
	p.filters(cols, l.Stages)
	p.Empty = p.nobody(l)
	if a.actor(r).Can(access.Write, l.Unit) && l.Unit.ID != 0 {
		p.NewHref = "/nguoi/them?u=" + l.Unit.ID.String()
	}
	status := http.StatusOK
	if errs == nil {
		p.rows(cols, l.Page.Rows)
		p.Xlsx = "/nguoi/xlsx?" + r.URL.RawQuery
	} else {
		status = http.StatusUnprocessableEntity
	}
	return a.Render(w, r, status, "people.html", &p)
}

// rows fills the table and says how many there are.
func (p *peoplePage) rows(cols []column, rows []people.Row) {
	for _, c := range cols {
		p.Head = append(p.Head, p.T("people.col."+c.code))
	}
	var pen markup.Pen
	cells := make([]markup.Cell, len(cols))
	for i := range rows {
		for k, c := range cols {
			cell := markup.Cell{Label: p.Head[k], Text: c.text(p.Base, &rows[i])}
			switch {
			case c.code == "unit":
				cell.Href = "/nguoi?u=" + rows[i].ShownUnit().String()
			case c.code == "stage" || c.value != nil:
				cell.Class = "nowrap"
			}
			cells[k] = cell
		}
		pen.Row(markup.Cell{Text: rows[i].Name, Href: "/nguoi/" + rows[i].ID.String()}, cells)
	}
	p.Rows = pen.Done()
	switch {
	case p.Pager.Total < 0:
		p.Count = p.T("people.count_more", p.Pager.To)
	case p.AsOf != 0:
		p.Count = p.T("people.count_on", p.Pager.Total, p.AsOf)
	default:
		p.Count = p.T("people.count", p.Pager.Total)
	}
}

// nobody says why a list is empty and what to do about it.
func (p *peoplePage) nobody(l people.List) Empty {
	e := Empty{Title: p.T("people.none"), Text: p.T("people.none_text"), Href: "/nguoi?u=" + p.Ask.Unit.String(), Link: p.T("people.clear")}
	var all int64
	for _, n := range l.Stages {
		all += n
	}
	if all == 0 && p.Ask.Slice == "" && p.Ask.Filter.Words == "" {
		e = Empty{Title: p.T("people.nobody"), Text: p.T("people.nobody_text"), Href: "/nhap", Link: p.T("people.none_link")}
	}
	return e
}

// filters fills the choices of the form. A choice the list does not offer but the address names is
// added, so that sending the form again keeps it.
func (p *peoplePage) filters(cols []column, counts []int64) {
	named := func(key string, stages ...ledger.Stage) Choice {
		c := Choice{Label: p.T(key)}
		var n int64
		var codes []string
		for _, s := range stages {
			n, codes = n+counts[s], append(codes, s.String())
		}
		c.Value = strings.Join(codes, ",")
		if p.Ask.Filter.At == 0 && len(stages) > 0 && stages[0] != ledger.Outside {
			c.Label += " (" + p.Num(n) + ")"
		}
		return c
	}
	p.Stages = []Choice{named("people.any_stage"), named("people.members", ledger.Probationary, ledger.Official),
		named("people.sources", ledger.Proposed, ledger.Pool, ledger.Certified, ledger.Dossier)}
	for _, s := range ledger.Stages {
		p.Stages = append(p.Stages, named("stage."+s.String(), s))
	}
	p.Stages = append(p.Stages, named("stage.outside", ledger.Outside))
	if !slices.ContainsFunc(p.Stages, func(c Choice) bool { return c.Value == p.Ask.Stage }) {
		var names []string
		for _, s := range p.Ask.Filter.Stages {
			names = append(names, p.T("stage."+s.String()))
		}
		p.Stages = append(p.Stages, Choice{Label: strings.Join(names, ", "), Value: p.Ask.Stage})
	}
	p.Slices = p.slices()
	p.Sexes = []Choice{{Label: p.T("people.any_sex"), Value: "0"}}
	for i := range person.Sexes {
		p.Sexes = append(p.Sexes, Choice{Label: person.Sexes.In(string(p.Lang), i+1), Value: strconv.Itoa(i + 1)})
	}
	for _, c := range columns {
		p.Columns = append(p.Columns, Choice{Label: p.T("people.col." + c.code), Value: c.code, Current: slices.ContainsFunc(cols, func(x column) bool { return x.code == c.code })})
	}
	p.DateText = p.Ask.Filter.At.VN()
}

// slices is the choice of a group; the groups of one list of codes say which list.
func (b Base) slices() []Choice {
	cs := []Choice{{Label: b.T("people.any_slice")}}
	for s := ledger.SliceFemale; int(s) < ledger.Slices; s++ {
		label := b.T("slice." + s.String())
		if group, _, ok := strings.Cut(s.String(), "."); ok {
			label = b.T("slice.group."+group) + ": " + label
		}
		cs = append(cs, Choice{Label: label, Value: s.String()})
	}
	return cs
}

// peopleColumns keeps the chosen columns of a user: POST /nguoi/cot.
func (a *App) peopleColumns(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.peopleColumns", fault.Invalid, "web.error.form", err)
	}
	var codes []string
	for _, c := range columns {
		if slices.Contains(r.PostForm["col"], c.code) {
			codes = append(codes, c.code)
		}
	}
	if err := a.Users.SetColumns(r.Context(), a.actor(r), strings.Join(codes, ",")); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// peopleXlsx sends exactly what the list shows, all pages of it: GET /nguoi/xlsx.
func (a *App) peopleXlsx(w http.ResponseWriter, r *http.Request) error {
	ask, errs := readPeople(r)
	if t, bad := errs["at"]; bad {
		return fault.E("web.peopleXlsx", fault.Invalid, t.Key, t.Args...)
	}
	rows, err := a.People.Everyone(r.Context(), a.actor(r), ask.Unit, ask.Filter)
	if err != nil {
		return err // refused before the first byte
	}
	b := a.Base(r, "people.title")
	cols := chosenColumns(ask.Cols)
	widths, head := []float64{28}, []xlsx.Value{xlsx.Text(b.T("people.col.name")).Header()}
	for _, c := range cols {
		widths, head = append(widths, c.width()), append(head, xlsx.Text(b.T("people.col."+c.code)).Header())
	}
	attachment(w, "danh-sach.xlsx")
	out := xlsx.NewWriter(w)
	out.Sheet(b.T("people.title"), xlsx.SheetOptions{Widths: widths, Freeze: 1, Filter: true})
	if err := out.Row(head...); err != nil {
		return err
	}
	cells := make([]xlsx.Value, 0, len(head))
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells = append(cells[:0], xlsx.Text(row.Name))
		for _, c := range cols {
			cells = append(cells, c.cell(b, &row))
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}

// attachment says that the answer is a workbook to be kept.
func attachment(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
