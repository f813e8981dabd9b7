package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

type peoplePage struct {
	Base
	Ask            peopleAsk
	Name           string
	DateText       string
	Head           []string
	Rows           []personLine
	Pager          Pager
	Empty          Empty
	Stages, Slices []Choice
	Sexes          []Choice
	Columns        []Choice
	Xlsx           string
	NewHref        string
	Errs           map[string]fault.Text
	Chips          []Choice
}

type personLine struct {
	Name, Href string
	Cells      []string
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

// pageSizes are the rows a list may show.
var pageSizes = []int{25, 50, 100, 200}

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
	var err error
	if a.Filter.At, err = day.Parse(q.Get("at")); err != nil {
		return a, map[string]fault.Text{"at": fault.TextOf(err)}
	}
	if a.Cols == "" {
		a.Cols = signed(r).Columns
	}
	return a, nil
}

// unitParam is the unit a list is asked for: the user's own when none is named.
func unitParam(r *http.Request) id.ID {
	if u := r.URL.Query().Get("u"); u != "" {
		return id.Parse(u)
	}
	return signed(r).Home.ID
}

func sizeParam(q url.Values) int {
	n, _ := strconv.Atoi(q.Get("n"))
	if !slices.Contains(pageSizes, n) {
		return 50
	}
	return n
}

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
	p.AsOf = ask.Filter.At
	p.Crumbs = p.unitCrumbs(l.Above, l.Unit, func(u id.ID) string { return "/nguoi?u=" + u.String() })
	cols := chosenColumns(ask.Cols)
	for _, c := range cols {
		p.Head = append(p.Head, p.T("people.col."+c.code))
	}
	for i := range l.Page.Rows {
		row := &l.Page.Rows[i]
		line := personLine{Name: row.Name, Href: "/nguoi/" + row.ID.String()}
		for _, c := range cols {
			line.Cells = append(line.Cells, c.text(p.Base, row))
		}
		p.Rows = append(p.Rows, line)
	}
	p.filters(cols)
	p.Pager = p.pager(r.URL, ask.After, l.Page.Next, ask.Size, l.Total, len(p.Rows))
	p.Xlsx = "/nguoi/xlsx?" + r.URL.RawQuery
	if a.actor(r).Can(access.Write, l.Unit) && l.Unit.ID != 0 {
		p.NewHref = "/nguoi/them?u=" + l.Unit.ID.String()
	}
	p.Empty = Empty{Title: p.T("people.none"), Text: p.T("people.none_text"), Href: "/nhap", Link: p.T("people.none_link")}
	status := http.StatusOK
	if errs != nil {
		status = http.StatusUnprocessableEntity
	}
	return a.Render(w, r, status, "people.html", p)
}

// filters fills the choices of the form.
func (p *peoplePage) filters(cols []column) {
	p.Stages = []Choice{{Label: p.T("people.any_stage")}, {Label: p.T("people.members"), Value: "probationary,official"}, {Label: p.T("people.sources"), Value: "proposed,pool,certified,dossier"}}
	for _, s := range ledger.Stages {
		p.Stages = append(p.Stages, Choice{Label: p.T("stage." + s.String()), Value: s.String()})
	}
	p.Stages = append(p.Stages, Choice{Label: p.T("stage.outside"), Value: "outside"})
	p.Slices = []Choice{{Label: p.T("people.any_slice")}}
	for s := ledger.SliceFemale; int(s) < ledger.Slices; s++ {
		p.Slices = append(p.Slices, Choice{Label: p.T("slice." + s.String()), Value: s.String()})
	}
	p.Sexes = []Choice{{Label: p.T("people.any_sex")}}
	for i := range person.Sexes {
		p.Sexes = append(p.Sexes, Choice{Label: person.Sexes.In(string(p.Lang), i+1), Value: strconv.Itoa(i + 1)})
	}
	for _, c := range columns {
		p.Columns = append(p.Columns, Choice{Label: p.T("people.col." + c.code), Value: c.code, Current: slices.ContainsFunc(cols, func(x column) bool { return x.code == c.code })})
	}
	if p.Ask.Filter.At != 0 {
		p.DateText = p.Ask.Filter.At.VN()
	}
}

// unitCrumbs is the way from the top unit down to u.
func (b Base) unitCrumbs(above []org.Unit, u org.Unit, href func(id.ID) string) []Crumb {
	var cs []Crumb
	for _, x := range above {
		cs = append(cs, Crumb{x.Name, href(x.ID)})
	}
	if u.ID == 0 {
		return append(cs, Crumb{Label: b.T("pilot.nation")})
	}
	return append(cs, Crumb{Label: u.Name})
}

// pager makes the foot of a keyset list: where the page begins is kept in the address, so that the
// browser's back button is the way back.
func (b Base) pager(u *url.URL, after, next string, size int, total int64, rows int) Pager {
	with := func(set map[string]string) string {
		q := u.Query()
		for k, v := range set {
			if v == "" {
				q.Del(k)
			} else {
				q.Set(k, v)
			}
		}
		return u.Path + "?" + q.Encode()
	}
	p := Pager{Total: total}
	from, _ := strconv.ParseInt(u.Query().Get("row"), 10, 64)
	if rows > 0 {
		p.From, p.To = from+1, from+int64(rows)
	}
	if after != "" {
		p.First = with(map[string]string{"after": "", "row": ""})
	}
	if next != "" {
		p.Next = with(map[string]string{"after": next, "row": strconv.FormatInt(from+int64(rows), 10)})
	}
	for _, n := range pageSizes {
		p.Sizes = append(p.Sizes, Choice{Label: strconv.Itoa(n), Href: with(map[string]string{"n": strconv.Itoa(n), "after": "", "row": ""}), Current: n == size})
	}
	return p
}

// peopleColumns keeps the chosen columns of a user: POST /nguoi/cot.
func (a *App) peopleColumns(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.peopleColumns", fault.Invalid, "web.error.form", err)
	}
	if err := a.Users.SetColumns(r.Context(), a.actor(r), strings.Join(r.PostForm["col"], ",")); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// peopleXlsx sends exactly what the list shows, all pages of it: GET /nguoi/xlsx.
func (a *App) peopleXlsx(w http.ResponseWriter, r *http.Request) error {
	ask, errs := readPeople(r)
	if errs != nil {
		return fault.E("web.peopleXlsx", fault.Invalid, errs["at"].Key, errs["at"].Args...)
	}
	if _, err := a.People.List(r.Context(), a.actor(r), ask.Unit, ask.Filter, "", 1); err != nil {
		return err // refused before the first byte
	}
	b := a.Base(r, "people.title")
	cols := chosenColumns(ask.Cols)
	attachment(w, "danh-sach.xlsx")
	out := xlsx.NewWriter(w)
	out.Sheet(b.T("people.title"), xlsx.SheetOptions{Widths: []float64{28, 12, 10, 30, 20, 12, 12}, Freeze: 1, Filter: true})
	head := []xlsx.Value{xlsx.Text(b.T("people.col.name")).Header()}
	for _, c := range cols {
		head = append(head, xlsx.Text(b.T("people.col."+c.code)).Header())
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	for row, err := range a.People.Everyone(r.Context(), a.actor(r), ask.Unit, ask.Filter) {
		if err != nil {
			return err
		}
		cells := []xlsx.Value{xlsx.Text(row.Name)}
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
