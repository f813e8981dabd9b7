package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/markup"
	"ketnap/internal/xlsx"
)

// dueTabs are the words of the address for the lists.
var dueTabs = map[deadlines.Tab]string{deadlines.Todo: "can-lam", deadlines.Soon: "sap-het-han", deadlines.Late: "qua-han", deadlines.Raised: "chuyen-tren",
	deadlines.Done: "xong", deadlines.Open: "con-mo"}

// workAsk is the filters of a work list as they stand in the address.
type workAsk struct {
	Unit      id.ID
	Filter    deadlines.Filter
	Tab, Kind string
	Organ     string
	From, To  string
	After     string
	Size      int
	Cols      []string
}

func readWork(r *http.Request) (workAsk, map[string]fault.Text) {
	q := r.URL.Query()
	a := workAsk{Unit: unitParam(r), Tab: q.Get("the"), Kind: q.Get("viec"), Organ: q.Get("noi"), After: q.Get("after"), Size: sizeParam(q), Cols: q["cot"]}
	for tab, word := range dueTabs {
		if word == a.Tab {
			a.Filter.Tab = tab
		}
	}
	if a.Filter.Tab == "" {
		a.Filter.Tab, a.Tab = deadlines.Todo, dueTabs[deadlines.Todo]
	}
	if a.Kind != "" {
		a.Filter.Clocks = strings.Split(a.Kind, ",")
	}
	for _, part := range strings.Split(a.Organ, ",") {
		if n, err := strconv.Atoi(part); err == nil && n >= 0 && n <= int(deadline.Decider) {
			a.Filter.Organs = append(a.Filter.Organs, deadline.Organ(n))
		}
	}
	errs := map[string]fault.Text{}
	a.Filter.From, a.Filter.To = fullDay("tu", q.Get("tu"), errs), fullDay("den", q.Get("den"), errs)
	a.From, a.To = a.Filter.From.VN(), a.Filter.To.VN()
	if len(errs) == 0 {
		errs = nil
	}
	return a, errs
}

func organText(organs []deadline.Organ) string {
	text := make([]string, len(organs))
	for i, o := range organs {
		text[i] = strconv.Itoa(int(o))
	}
	return strings.Join(text, ",")
}

// workColumn is one column of a work list; the person always comes first.
type workColumn struct {
	code  string
	wide  float64
	usual bool
	text  func(b Base, l *deadlines.Line) string
	value func(l *deadlines.Line) xlsx.Value // nil: the text
}

var workColumns = []workColumn{
	{code: "unit", wide: 40, usual: true, text: func(_ Base, l *deadlines.Line) string { return l.UnitName }},
	{code: "what", wide: 44, usual: true, text: func(b Base, l *deadlines.Line) string { return b.term(&l.Term) }},
	{code: "due", wide: 14, usual: true, text: func(_ Base, l *deadlines.Line) string { return l.Due.VN() }, value: func(l *deadlines.Line) xlsx.Value { return xlsx.Date(l.Due) }},
	{code: "state", wide: 20, usual: true, text: func(b Base, l *deadlines.Line) string { return b.dueBadge(l).Text }},
	{code: "clause", wide: 44, usual: true, text: func(b Base, l *deadlines.Line) string { return b.clause(&l.Term) }},
	{code: "stage", wide: 24, text: func(b Base, l *deadlines.Line) string { return b.T("stage." + l.Stage.String()) }},
	{code: "start", wide: 14, text: func(_ Base, l *deadlines.Line) string { return l.Start.VN() }, value: func(l *deadlines.Line) xlsx.Value { return xlsx.Date(l.Start) }},
	{code: "organ", wide: 24, text: func(b Base, l *deadlines.Line) string { return b.T("deadline.organ" + strconv.Itoa(int(l.Organ))) }},
	{code: "miss", wide: 44, text: func(b Base, l *deadlines.Line) string { return l.Term.Miss[string(b.Lang)] }},
	{code: "closed", wide: 14, text: func(_ Base, l *deadlines.Line) string { return l.Closed.VN() }, value: func(l *deadlines.Line) xlsx.Value { return xlsx.Date(l.Closed) }},
	{code: "by", wide: 30, text: func(b Base, l *deadlines.Line) string { return b.closedBy(l.By) }},
}

// closedBy names what closed an obligation.
func (b Base) closedBy(by string) string {
	switch by {
	case "":
		return ""
	case deadline.Ended, deadline.Waived:
		return b.T("deadline.by." + by)
	}
	return b.T("step." + by)
}

// columns are those asked for; without a choice the usual ones, and of what is done also when and by what.
func (a *workAsk) columns() []workColumn {
	var out []workColumn
	for _, c := range workColumns {
		done := a.Filter.Tab == deadlines.Done && (c.code == "closed" || c.code == "by")
		if slices.Contains(a.Cols, c.code) || len(a.Cols) == 0 && (c.usual || done) {
			out = append(out, c)
		}
	}
	return out
}

type workPage struct {
	Base
	Ask                 workAsk
	Count               string
	Tabs, Kinds, Organs []Choice
	Columns, Saved      []Choice
	Head                []string
	Rows                []workRow
	Body                markup.Piece
	Pager               Pager
	Empty               Empty
	Errs                map[string]fault.Text
	Xlsx, Clear, Today  string
	Query               string
	MayWaive, MaySave   bool
	MayUndo             bool // some of the list were waived, and the reader may take that back
	Key                 string
	SaveErrs            map[string]fault.Text
}

type workRow struct {
	dueLine
	Cells    []markup.Cell
	Pickable bool     // can be waived, or a waiver be taken back
	Let      []string // by which decision they were let off
}

// work lists what is due: GET /viec.
func (a *App) work(w http.ResponseWriter, r *http.Request) error {
	ask, errs := readWork(r)
	l, err := a.Deadlines.List(r.Context(), a.actor(r), ask.Unit, ask.Filter, ask.After, ask.Size)
	if err != nil {
		return err
	}
	p := workPage{Base: a.Base(r, "deadline.lists"), Ask: ask, Errs: errs, MayWaive: l.MayWaive && ask.Filter.Tab != deadlines.Done, MaySave: l.MaySave}
	name := l.Unit.Name
	if ask.Unit == 0 {
		name = p.T("pilot.nation")
	}
	p.Title, p.AsOf = p.T("deadline.lists_heading", name), l.On
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/viec?u=")
	p.Clear, p.Today = "/viec?u="+ask.Unit.String(), "/hom-nay?u="+ask.Unit.String()
	p.choices(&l)
	p.Empty = Empty{Title: p.T("deadline.none_list"), Text: p.T("deadline.none_list_text"), Href: p.Clear, Link: p.T("deadline.filter.clear")}
	status := http.StatusOK
	if errs != nil {
		status = http.StatusUnprocessableEntity
		return a.Render(w, r, status, "work.html", &p)
	}
	p.Xlsx = "/viec/xlsx?" + r.URL.RawQuery
	p.Count = p.T("deadline.count", l.Total, l.On)
	p.Pager = p.pager(r.URL, ask.After, l.Next, ask.Size, l.Total, len(l.Lines))
	p.MayUndo = l.MayWaive && ask.Filter.Tab == deadlines.Done && slices.ContainsFunc(l.Lines, func(x deadlines.Line) bool { return x.By == deadline.Waived })
	p.Key = formKey()
	p.rows(l.Lines)
	return a.Render(w, r, status, "work.html", &p)
}

func (p *workPage) rows(lines []deadlines.Line) {
	cols := p.Ask.columns()
	for _, c := range cols {
		p.Head = append(p.Head, p.T("deadline.col."+c.code))
	}
	for i := range lines {
		row := workRow{dueLine: p.dueLine(&lines[i]), Pickable: p.MayWaive || p.MayUndo && lines[i].By == deadline.Waived, Let: p.waiver(&lines[i])}
		for k, c := range cols {
			cell := markup.Cell{Label: p.Head[k], Text: c.text(p.Base, &lines[i]), Class: c.code}
			switch {
			case c.code == "unit":
				cell.Href = row.UnitHref
			case c.value != nil:
				cell.Class += " nowrap"
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Body = p.body()
}

// body writes the rows of the list.
func (p *workPage) body() markup.Piece {
	pick, act, open := p.T("deadline.col.pick"), p.T("deadline.col.act"), p.T("deadline.open_dossier")
	var pen markup.Pen
	for i := range p.Rows {
		row := &p.Rows[i]
		pen.Open("tr", markup.A("role", "row"))
		if p.MayWaive || p.MayUndo {
			pen.Open("td", markup.A("role", "cell"), markup.A("class", "noprint pick"), markup.A("data-label", pick))
		}
		if row.Pickable {
			pen.Leaf("input", markup.A("type", "checkbox"), markup.A("name", "chon"), markup.A("value", row.Key), markup.A("aria-label", row.Pick))
		}
		if p.MayWaive || p.MayUndo {
			pen.Close()
		}
		pen.Open("th", markup.A("scope", "row"), markup.A("role", "rowheader"))
		pen.Say(row.Name, "a", markup.A("href", row.Href))
		pen.Close()
		for _, c := range row.Cells {
			if c.Class == "state" {
				row.state(&pen, c.Label)
				continue
			}
			if c.Class == "by" && len(row.Let) > 0 {
				row.let(&pen, c)
				continue
			}
			row.cell(&pen, c)
		}
		row.open(&pen, act, open)
		pen.Close()
	}
	return pen.Done()
}

func (d *dueLine) cell(pen *markup.Pen, c markup.Cell) {
	label := c.Label
	if c.Text == "" {
		label = ""
	}
	pen.Open("td", markup.A("role", "cell"), markup.A("class", c.Class), markup.A("data-label", label))
	if c.Href != "" {
		pen.Say(c.Text, "a", markup.A("href", c.Href))
	} else {
		pen.Put(c.Text)
	}
	pen.Close()
}

// state writes where an obligation stands, and how far up it was told.
func (d *dueLine) state(pen *markup.Pen, label string) {
	pen.Open("td", markup.A("role", "cell"), markup.A("class", "nowrap state"), markup.A("data-label", label))
	pen.Open("span")
	pen.Say(d.Badge.Text, "span", markup.A("class", "badge "+d.Badge.Kind))
	if d.Level != "" {
		pen.Say(d.Level, "span", markup.A("class", "sub"))
	}
	pen.Close()
	pen.Close()
}

// let writes what closed an obligation that was waived, with the decision under it.
func (w *workRow) let(pen *markup.Pen, c markup.Cell) {
	pen.Open("td", markup.A("role", "cell"), markup.A("class", c.Class), markup.A("data-label", c.Label))
	pen.Open("span")
	pen.Put(c.Text)
	for _, text := range w.Let {
		pen.Say(text, "span", markup.A("class", "sub"))
	}
	pen.Close()
	pen.Close()
}

// open writes the way to the dossier.
func (d *dueLine) open(pen *markup.Pen, label, text string) {
	pen.Open("td", markup.A("role", "cell"), markup.A("class", "noprint nowrap"), markup.A("data-label", label))
	pen.Open("a", markup.A("class", "button small"), markup.A("href", d.Act))
	pen.Put(text)
	pen.Say(": "+d.Name, "span", markup.A("class", "sr"))
	pen.Close()
	pen.Close()
}

// choices fills tabs, filters, columns and the filters of the unit.
func (p *workPage) choices(l *deadlines.List) {
	counts := map[deadlines.Tab]int64{deadlines.Todo: l.Counts.Todo, deadlines.Soon: l.Counts.Soon, deadlines.Late: l.Counts.Late, deadlines.Raised: l.Raised}
	tabs := deadlines.Tabs
	if p.Ask.Filter.Tab == deadlines.Open {
		tabs = append(slices.Clone(tabs), deadlines.Open)
	}
	for _, t := range tabs {
		c := Choice{Label: p.T("deadline.tab." + string(t)), Href: dueHref(p.Ask.Unit, deadlines.Filter{Tab: t}), Current: t == p.Ask.Filter.Tab}
		if n, ok := counts[t]; ok {
			c.Count = p.Num(n)
		}
		p.Tabs = append(p.Tabs, c)
	}
	p.Kinds = []Choice{{Label: p.T("deadline.filter.any")}}
	for i := range l.Clocks {
		p.Kinds = append(p.Kinds, Choice{Label: p.term(&l.Clocks[i]), Value: l.Clocks[i].Key})
	}
	if !slices.ContainsFunc(p.Kinds, func(c Choice) bool { return c.Value == p.Ask.Kind }) {
		p.Kinds = append(p.Kinds, Choice{Label: p.Ask.Kind, Value: p.Ask.Kind})
	}
	p.Organs = []Choice{{Label: p.T("deadline.organ_any")}}
	for o := deadline.Cell; o <= deadline.Decider; o++ {
		p.Organs = append(p.Organs, Choice{Label: p.T("deadline.organ" + strconv.Itoa(int(o))), Value: strconv.Itoa(int(o))})
	}
	if text := organText(p.Ask.Filter.Organs); len(p.Ask.Filter.Organs) > 1 {
		var names []string
		for _, o := range p.Ask.Filter.Organs {
			names = append(names, p.T("deadline.organ"+strconv.Itoa(int(o))))
		}
		p.Organs = append(p.Organs, Choice{Label: strings.Join(names, ", "), Value: text})
	}
	chosen := p.Ask.columns()
	for _, c := range workColumns {
		p.Columns = append(p.Columns, Choice{Label: p.T("deadline.col." + c.code), Value: c.code, Current: slices.ContainsFunc(chosen, func(x workColumn) bool { return x.code == c.code })})
	}
	q := url.Values{}
	for name, value := range map[string]string{"the": p.Ask.Tab, "viec": p.Ask.Kind, "noi": organText(p.Ask.Filter.Organs), "tu": p.Ask.Filter.From.String(), "den": p.Ask.Filter.To.String()} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for _, c := range p.Ask.Cols {
		q.Add("cot", c)
	}
	p.Query = q.Encode()
	for _, s := range l.Saved {
		p.Saved = append(p.Saved, Choice{Label: s.Name, Href: "/viec?u=" + s.Unit.String() + "&" + s.Query, Value: s.ID.String(), Current: s.Query == p.Query})
	}
}

// workXlsx sends exactly what the list shows, all pages of it: GET /viec/xlsx.
func (a *App) workXlsx(w http.ResponseWriter, r *http.Request) error {
	ask, errs := readWork(r)
	for _, t := range errs {
		return fault.E("web.workXlsx", fault.Invalid, t.Key, t.Args...)
	}
	lines, err := a.Deadlines.Everything(r.Context(), a.actor(r), ask.Unit, ask.Filter)
	if err != nil {
		return err // refused before the first byte
	}
	b, cols := a.Base(r, "deadline.lists"), ask.columns()
	widths, head := []float64{28}, []xlsx.Value{xlsx.Text(b.T("deadline.col.who")).Header()}
	for _, c := range cols {
		widths, head = append(widths, c.wide), append(head, xlsx.Text(b.T("deadline.col."+c.code)).Header())
	}
	attachment(w, "viec-den-han.xlsx")
	out := xlsx.NewWriter(w)
	out.Sheet(b.T("deadline.tab."+string(ask.Filter.Tab)), xlsx.SheetOptions{Widths: widths, Freeze: 1, Filter: true})
	if err := out.Row(head...); err != nil {
		return err
	}
	for l, err := range lines {
		if err != nil {
			return err
		}
		row := []xlsx.Value{xlsx.Text(l.Name)}
		for _, c := range cols {
			if c.value != nil {
				row = append(row, c.value(&l))
			} else {
				row = append(row, xlsx.Text(c.text(b, &l)))
			}
		}
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Close()
}

// workSave keeps the filter of a list for the unit: POST /viec/luu.
func (a *App) workSave(w http.ResponseWriter, r *http.Request) error {
	unit, name, query := id.Parse(r.PostFormValue("u")), r.PostFormValue("name"), r.PostFormValue("query")
	q, err := url.ParseQuery(query)
	if err != nil {
		return fault.E("web.workSave", fault.Invalid, "web.error.form", err)
	}
	if err := a.Deadlines.Save(r.Context(), a.actor(r), unit, name, q.Encode()); err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "deadline.lists").T("deadline.saved_done", strings.TrimSpace(name))})
	http.Redirect(w, r, "/viec?u="+unit.String()+"&"+q.Encode(), http.StatusSeeOther)
	return nil
}

// workUnsave forgets it: POST /viec/luu/{id}/xoa.
func (a *App) workUnsave(w http.ResponseWriter, r *http.Request) error {
	gone, err := a.Deadlines.Unsave(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "deadline.lists").T("deadline.saved_gone", gone.Name)})
	http.Redirect(w, r, "/viec?u="+gone.Unit.String(), http.StatusSeeOther)
	return nil
}
