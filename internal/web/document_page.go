package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/target"
)

type documentPage struct {
	Base
	View      documents.View
	Kind      string
	Level     string
	Force     string
	Ended     string // why it does not hold any more, "" while it does
	Clauses   []clauseRow
	Figures   []figureRow
	Offers    []offerRow
	Set       []figureRow
	Findings  []findingRow
	Relations []linkRow
	Graph     Figure
	Chain     []chainRow
	Picked    *figureForm // the offer that is looked at
	Kinds     []Choice    // of relations
	LinkErrs  map[string]fault.Text
	Files     []fileRow
	KeepFiles bool // the deployment keeps files
	FileMax   int  // MB
	Wrong     string
}

type clauseRow struct {
	document.Clause
	Class string
	N     int // confirmed figures in it
}

type figureRow struct {
	ID, Anchor, Value, Kind, Indicator, Group, Span, Quote, Part, Base string
	Clause, ClauseHref                                                 string   // the clause it stands in
	Sheets                                                             []Choice // sheets of targets it can go into, by year
	Counted, CountedHref                                               string   // what the records say of a result, and where they are
}

type offerRow struct{ Key, Words, Value, Kind, Indicator, Group, Span, Inside, Href string }

type findingRow struct {
	ID, Check, Grade, Badge, Text string
	Sums                          []string
	To                            string // where it leads
	Also                          *Crumb // the other document it is about
	Seen                          string // who went on past it, and why
	Reason                        Field  // why somebody goes on past it
	Refused                       bool   // the reason that was given is none
}

// chainRow is one document of the chain; Href is empty for the one that is shown.
type chainRow struct{ Level, Name, Title, Href string }

type linkRow struct{ Relation, Name, Href, Key, To, Text string }

// document shows a document: GET /van-ban/{id}.
func (a *App) document(w http.ResponseWriter, r *http.Request) error {
	return a.renderDocument(w, r, http.StatusOK, nil, nil)
}

func (a *App) renderDocument(w http.ResponseWriter, r *http.Request, status int, typed *figureForm, failed error) error {
	v, err := a.Documents.View(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := documentPage{Base: a.Base(r, "document.title"), View: v, FileMax: dossier.MaxScan >> 20}
	if p.KeepFiles, err = a.Scans.Allowed(r.Context()); err != nil {
		return err
	}
	p.files(v.Files)
	d := v.Document
	p.Title = d.Name()
	for _, u := range v.Above {
		p.Crumbs = append(p.Crumbs, Crumb{u.Name, "/van-ban?u=" + u.ID.String()})
	}
	if a.actor(r).Can(0, v.Unit) && d.Unit != 0 {
		p.Crumbs = append(p.Crumbs, Crumb{v.Unit.Name, "/van-ban?u=" + d.Unit.String()})
	}
	p.Crumbs = append(p.Crumbs, Crumb{Label: d.Name()})
	p.Kind, p.Level, p.Force = p.T("document.kind."+string(d.Kind)), p.T("document.level."+string(d.Level)), p.force(d)
	p.Kinds = codesOf(p.Base, "document.relation.", document.Relations)
	for _, l := range v.Links {
		if l.Relation == document.Replaces && !l.Out {
			p.Ended = p.T("document.replaced")
		}
	}
	if p.Ended == "" && d.To != 0 && d.To < v.Today {
		p.Ended = p.T("document.ended")
	}
	p.clauses()
	p.numbers()
	p.relations()
	for _, x := range v.Chain {
		row := chainRow{Level: p.T("document.level." + string(x.Level)), Name: x.Name(), Title: x.Title, Href: documentHref(x.ID)}
		if x.ID == d.ID {
			row.Href = ""
		}
		p.Chain = append(p.Chain, row)
	}
	p.Findings = p.findings(v)
	p.refused(p.Findings, r, failed)
	p.Picked = p.picked(r, typed)
	if failed != nil {
		p.Wrong = p.Err(failed)
		if typed == nil {
			p.LinkErrs = fieldsOf(failed)
		}
	}
	return a.Render(w, r, status, "document.html", p)
}

func (b Base) force(d document.Document) string {
	from := d.From
	if from == 0 {
		from = d.Dated
	}
	if d.To == 0 {
		return b.T("document.force_from", b.Date(from))
	}
	return b.T("document.force", b.Date(from), b.Date(d.To))
}

func (p *documentPage) clauses() {
	n := map[int]int{}
	for _, f := range p.View.Figures {
		n[f.Clause]++
	}
	for _, c := range p.View.Clauses {
		p.Clauses = append(p.Clauses, clauseRow{Clause: c, Class: "d" + strconv.Itoa(min(c.Depth, 5)), N: n[c.No]})
	}
}

// clauseName names a clause by the labels on the way to it, "II.2.a", or by its number in the text.
func (p *documentPage) clauseName(no int) string {
	var labels []string
	for at := no; at > 0 && at <= len(p.View.Clauses); at = p.View.Clauses[at-1].Parent {
		if l := p.View.Clauses[at-1].Label; l != "" && !strings.ContainsAny(l, "-–•+*") {
			labels = append([]string{l}, labels...)
		}
	}
	if len(labels) == 0 {
		return p.T("document.passage", no)
	}
	return p.T("document.clause", strings.Join(labels, "."))
}

// indicator is the name of an indicator: one the program counts, one documents state, or one written down by the province.
func (p *documentPage) indicator(code string) string {
	if code == "" {
		return p.T("document.indicator_none")
	}
	for _, i := range p.View.Indicators {
		if i.Code == code {
			return i.Name
		}
	}
	return p.T("indicator." + code)
}

// group names a group the ledger counts; words of a document stay as they are.
func (b Base) groupName(code string) string {
	if _, ok := target.ParseGroup(code); !ok || code == "" {
		return code
	}
	var names []string
	for _, c := range strings.Split(code, "+") {
		if _, isSlice := ledger.ParseSlice(c); isSlice {
			names = append(names, b.T("slice."+c))
			continue
		}
		n, _ := strconv.Atoi(strings.TrimPrefix(c, "rel."))
		names = append(names, person.Religions.In(string(b.Lang), n))
	}
	return strings.Join(names, " + ")
}

// span writes the time of a number.
func (b Base) span(s target.Span) string {
	text := ""
	switch {
	case s.Kind == target.Since:
		text = b.T("span.since")
	case s.From != 0 && s.To != 0 && s.From.Year() == s.To.Year():
		text = strconv.Itoa(s.From.Year())
	case s.From != 0 && s.To != 0:
		text = strconv.Itoa(s.From.Year()) + "–" + strconv.Itoa(s.To.Year())
	}
	if s.Yearly {
		text += ", " + b.T("span.yearly")
	}
	switch {
	case s.Vague():
		text += " · " + b.T("span.vague", b.Date(s.AsOf), b.Date(s.AsOfTo))
	case s.AsOf != 0:
		text += " · " + b.T("span.as_of", b.Date(s.AsOf))
	}
	return text
}

func (b Base) value(v target.Value) string {
	s := b.local(v.String())
	if v.Counted != target.InPercent && v.Counted != target.InPersons {
		s += " " + b.T("counted."+v.Counted)
	}
	return s
}

func (p *documentPage) numbers() {
	row := func(f target.Figure) figureRow {
		x := figureRow{ID: f.ID.String(), Anchor: "n-" + f.ID.String(), Value: p.value(f.Value), Quote: f.Quote, Span: p.span(f.Span), Base: f.Base.Text}
		if f.Clause > 0 && f.Clause <= len(p.View.Clauses) {
			x.Clause, x.ClauseHref = p.clauseName(f.Clause), "#k-"+strconv.Itoa(f.Clause)
		}
		if f.Kind != "" {
			x.Kind, x.Indicator, x.Group = p.T("figure.kind."+string(f.Kind)), p.indicator(f.Indicator), p.groupName(f.Slice)
		}
		for _, w := range p.View.Figures {
			if f.PartOf == w.ID && f.PartOf != 0 {
				x.Part = p.T("relation."+string(f.Relation)) + " " + p.value(w.Value)
			}
		}
		return x
	}
	for _, f := range p.View.Figures {
		x := row(f)
		x.Sheets = p.sheetsOf(f)
		p.recounted(&x, f)
		p.Figures = append(p.Figures, x)
	}
	for _, f := range p.View.Set {
		p.Set = append(p.Set, row(f))
	}
	for _, o := range p.View.Offers {
		x := offerRow{Key: o.Key, Words: o.Words, Value: p.value(o.Value), Kind: p.T("figure.kind." + string(o.Kind)), Indicator: p.indicator(o.Indicator), Group: o.Group, Span: p.span(o.Span), Href: offerHref(p.View.Document.ID, o.Key)}
		if o.Inside != "" {
			x.Inside = p.T("relation."+string(o.Relation)) + " “" + o.Inside + "”"
		}
		p.Offers = append(p.Offers, x)
	}
}

// findings writes what the checks found, the arithmetic beside it.
func (p *documentPage) findings(v documents.View) []findingRow {
	var rows []findingRow
	for _, f := range v.Findings {
		for i, a := range f.Args {
			if code, ok := a.(target.IndicatorCode); ok {
				f.Args = slices.Clone(f.Args)
				f.Args[i] = p.indicator(string(code))
			}
		}
		x := p.finding(f)
		p.place(&x, f, v)
		if s, ok := v.Seen[x.ID]; ok {
			x.Seen = p.T("finding.seen", s.By, p.dayOf(s.At), s.Reason)
		}
		rows = append(rows, x)
	}
	return rows
}

// place says where a finding is: the number of this document it leads to, with its group and time, because one clause may ask for the
// same in two periods, and the other document it is about.
func (p *documentPage) place(x *findingRow, f target.Finding, v documents.View) {
	for _, about := range f.About {
		if d, elsewhere := v.Elsewhere[about]; elsewhere && x.Also == nil {
			x.Also = &Crumb{d.Name(), documentHref(d.ID) + "#n-" + about.String()}
		}
		i := slices.IndexFunc(v.Figures, func(n target.Figure) bool { return n.ID == about })
		if i < 0 || x.To != "" {
			continue
		}
		x.To = "#n-" + about.String()
		var where []string
		for _, word := range []string{p.span(v.Figures[i].Span), p.groupName(v.Figures[i].Slice)} {
			if word != "" {
				where = append(where, word)
			}
		}
		if len(where) > 0 {
			x.Text = strings.Join(where, " · ") + ": " + x.Text
		}
	}
}

// recounted fills what the records say of a published result: the number with its persons, or that nobody has compared it.
func (p *documentPage) recounted(x *figureRow, f target.Figure) {
	n, ok := p.View.Counted[f.ID]
	switch {
	case f.Kind != target.Result && f.Kind != target.Baseline:
	case !ok:
		x.Counted = p.T("figure.not_compared")
	default:
		x.Counted = p.T("figure.recounted", n)
		i, known := target.IndicatorOf(f.Indicator)
		if !known || f.Campaign != "" || p.View.Unit.Dissolved != 0 {
			return
		}
		to := f.Span.To
		if f.Span.AsOf != 0 {
			to = f.Span.AsOf
		}
		x.CountedHref = happenedHref(p.View.Unit.ID, i, f.Span.From, to)
		if f.Slice != "" {
			x.CountedHref += "&slice=" + url.QueryEscape(f.Slice)
		}
	}
}

// gradeBadges are how findings are marked.
var gradeBadges = map[target.Grade]string{target.Wrong: "bad", target.Warn: "warn", target.Asked: "info", target.Note: "mute"}

// finding writes one finding in the language of the page.
func (b Base) finding(f target.Finding) findingRow {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		switch a := a.(type) {
		case day.Date:
			args[i] = b.Date(a)
		case string:
			args[i] = b.local(a)
		case int:
			args[i] = strconv.Itoa(a) // years
		default:
			args[i] = a
		}
	}
	x := findingRow{ID: f.ID(), Check: string(f.Check), Grade: b.T("finding.grade." + string(f.Grade)), Badge: gradeBadges[f.Grade], Text: b.T(string(f.Key), args...)}
	x.Reason = b.reasonField(x.ID, "", nil)
	for _, s := range f.Sums {
		x.Sums = append(x.Sums, b.local(s))
	}
	return x
}

func (p *documentPage) relations() {
	var edges []chart.Edge
	for _, l := range p.View.Links {
		x := linkRow{Relation: p.T("document.relation." + string(l.Relation)), Name: l.Name, Key: string(l.Relation), Text: l.Text}
		if l.Other != 0 {
			x.Href = documentHref(l.Other)
		}
		if l.Out {
			x.To = l.To.String()
		} else {
			x.Relation, x.Key = p.T("document.related."+string(l.Relation)), ""
		}
		p.Relations = append(p.Relations, x)
		edges = append(edges, chart.Edge{Label: p.T("document.relation." + string(l.Relation)), Name: l.Name, Href: x.Href, Out: l.Out})
	}
	g := chart.Links{Title: p.T("document.graph"), Name: p.View.Document.Name(), Edges: edges, Words: p.ChartWords(), Way: p.T("document.relation"), Other: p.T("document.other")}
	p.Graph = Figure{Title: p.T("document.graph"), Note: p.T("document.graph_note"), Chart: g.SVG(), Table: g.Table()}
}

// MaySee says that the reader may go on past findings with a reason.
func (p documentPage) MaySee() bool { return p.View.May }

// SeenAction is where a reason goes.
func (p documentPage) SeenAction() string { return documentHref(p.View.Document.ID) + "/phat-hien" }

// refused marks the finding whose reason was refused, with what was typed.
func (b Base) refused(rows []findingRow, r *http.Request, failed error) {
	errs := fieldsOf(failed)
	if _, ok := errs["reason"]; !ok {
		return
	}
	for i := range rows {
		if x := &rows[i]; x.ID == r.PostFormValue("finding") {
			x.Reason, x.Refused = b.reasonField(x.ID, r.PostFormValue("reason"), errs), true
		}
	}
}

// reasonField is the field of a reason; of tells those of one page apart.
func (b Base) reasonField(of, typed string, errs map[string]fault.Text) Field {
	f := b.Field("reason", b.T("finding.reason"), typed, errs).Must()
	f.Of = of
	return f
}
