package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// figureForm is one number of a document as it is confirmed.
type figureForm struct {
	Key, Quote, Words string
	In                url.Values
	Errs              map[string]fault.Text
	Groups            []fieldGroup
	Left              int // offers that wait, this one among them
	Action            string
}

// fieldGroup is the fields of one part of a form.
type fieldGroup struct {
	Title  string
	Fields []Field
}

// picked makes the form for the offer in the address, or for what was typed.
func (p *documentPage) picked(r *http.Request, typed *figureForm) *figureForm {
	if !p.View.May {
		return nil
	}
	key := r.FormValue("so")
	f := typed
	if f == nil {
		f = &figureForm{Key: key, In: url.Values{"kind": {"goal"}, "op": {"="}, "counted": {"person"}, "span": {"year"}}}
	}
	inside := ""
	for _, o := range p.View.Offers {
		if o.Key != key {
			continue
		}
		f.Quote, f.Words, f.Left = o.Quote, o.Words, len(p.View.Offers)
		if o.Whole == 0 {
			inside = o.Inside
		}
		if typed == nil {
			f.In = offered(o.Reading, o.Whole)
		}
	}
	if typed == nil && key != "moi" && f.Quote == "" {
		return nil
	}
	f.Action = documentHref(p.View.Document.ID) + "/so-lieu"
	p.fields(f, inside)
	return f
}

// offered fills the form from a reading.
func offered(r document.Reading, whole id.ID) url.Values {
	v := url.Values{"indicator": {r.Indicator}, "group": {r.Group}, "slice": {r.Slice}, "kind": {string(r.Kind)}, "op": {string(r.Value.Op)}, "counted": {r.Value.Counted},
		"low": {bound(r.Value, r.Value.Low)}, "span": {string(r.Span.Kind)}, "base": {r.Base.Text}}
	if r.Value.High != 0 {
		v.Set("high", bound(r.Value, r.Value.High))
	}
	if whole != 0 {
		v.Set("part_of", whole.String())
		v.Set("relation", string(r.Relation))
	}
	if r.Slice != "" {
		v.Set("group", "")
	}
	for name, d := range map[string]day.Date{"from": r.Span.From, "to": r.Span.To, "as_of": r.Span.AsOf, "as_of_to": r.Span.AsOfTo} {
		if d != 0 {
			v.Set(name, d.VN())
		}
	}
	if r.Span.Yearly {
		v.Set("yearly", "1")
	}
	return v
}

// bound writes one bound of a value the way it is typed.
func bound(v target.Value, n int64) string {
	return strings.TrimSuffix(target.Value{Op: target.Exactly, Low: n, Places: v.Places, Counted: target.InPersons}.String(), "%")
}

// fields are what a number is made of. inside are the words of the number it is a part of, when that one is not confirmed yet.
func (p *documentPage) fields(f *figureForm, inside string) {
	field := func(name, label string) Field { return p.Field(name, p.T(label), f.In.Get(name), f.Errs) }
	choose := func(name, label string, cs []Choice) Field { return field(name, label).From(cs) }
	indicators := []Choice{{Label: p.T("document.choose")}}
	for _, i := range target.Indicators {
		indicators = append(indicators, Choice{Label: p.T("indicator." + i.Code), Value: i.Code})
	}
	for _, code := range target.Stated {
		indicators = append(indicators, Choice{Label: p.T("indicator." + code), Value: code})
	}
	for _, i := range p.View.Indicators {
		indicators = append(indicators, Choice{Label: i.Name, Value: i.Code})
	}
	slices := []Choice{{Label: p.T("document.slice_none")}}
	for _, code := range target.Groups() {
		slices = append(slices, Choice{Label: p.groupName(code), Value: code})
	}
	wholes := []Choice{{Label: p.T("document.part_of_none")}}
	for _, w := range p.View.Figures {
		wholes = append(wholes, Choice{Label: p.value(w.Value) + " · " + p.indicator(w.Indicator) + " · " + p.span(w.Span), Value: w.ID.String()})
	}
	relations := append([]Choice{{Label: "—"}}, codesOf(p.Base, "relation.", target.Relations)...)
	whole := choose("part_of", "figure.part_of", wholes)
	if inside != "" {
		whole = whole.Help(p.T("figure.inside_first", inside))
	}
	f.Groups = []fieldGroup{
		{p.T("figure.of_number"), []Field{choose("indicator", "document.indicator", indicators).Must(), choose("kind", "figure.kind", codesOf(p.Base, "figure.kind.", target.FigureKinds)),
			choose("op", "figure.op", p.ops()), choose("counted", "figure.counted", codesOf(p.Base, "counted.", target.Counted)), field("low", "figure.low").Must().Width("short"), field("high", "figure.high").Width("short")}},
		{p.T("figure.of_time"), []Field{choose("span", "figure.span", codesOf(p.Base, "span.kind.", target.SpanKinds)), field("yearly", "figure.yearly").As("check").Tick(f.In.Get("yearly") != ""),
			field("from", "figure.from").As("date").Width("short").Help(p.T("figure.year_hint")), field("to", "figure.to").As("date").Width("short").Help(p.T("figure.to_hint")),
			field("as_of", "figure.as_of").As("date").Width("short").Help(p.T("figure.as_of_hint")), field("as_of_to", "figure.as_of_to").As("date").Width("short").Help(p.T("figure.as_of_to_hint"))}},
		{p.T("figure.of_group"), []Field{choose("slice", "figure.slice", slices).Help(p.T("figure.slice_hint")), field("group", "figure.group").Help(p.T("figure.group_hint")), whole, choose("relation", "figure.relation", relations), field("campaign", "figure.campaign")}},
		{p.T("figure.of_percent"), []Field{field("base", "figure.base").Help(p.T("figure.base_hint")), field("base_on", "figure.base_on").As("date").Width("short").Help(p.T("figure.base_on_hint")), field("base_n", "figure.base_n").Width("short"),
			field("truncated", "figure.truncated").As("check").Tick(f.In.Get("truncated") != "")}},
	}
	if f.Words == "" && len(p.View.Clauses) > 0 {
		f.Groups[0].Fields = append(f.Groups[0].Fields, choose("clause", "figure.clause", p.clauseChoices()).Help(p.T("figure.clause_hint")))
	}
}

// clauseWords is how many letters of a clause are shown where one is chosen.
const clauseWords = 60

// clauseChoices are the clauses a number typed by hand can be taken from.
func (p *documentPage) clauseChoices() []Choice {
	cs := []Choice{{Label: p.T("figure.clause_none")}}
	for _, c := range p.View.Clauses {
		label := strings.TrimSpace(c.Label + " " + c.Text)
		if short := []rune(label); len(short) > clauseWords {
			label = string(short[:clauseWords]) + "…"
		}
		cs = append(cs, Choice{Label: label, Value: strconv.Itoa(c.No)})
	}
	return cs
}

func (p *documentPage) ops() []Choice {
	var cs []Choice
	for _, op := range target.FigureOps {
		cs = append(cs, Choice{Label: p.T("op." + opNames[op]), Value: string(op)})
	}
	return cs
}

// opNames are the operators in keys of texts.
var opNames = map[target.Op]string{target.Exactly: "exactly", target.AtLeast: "at_least", target.Above: "above", target.Between: "between", target.About: "about", target.AtMost: "at_most", target.JustOver: "just_over"}

// dateField reads a date of a form, and reports one that cannot be read by its field.
func dateField(e *fault.Error, name, text string) day.Date {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	d, err := day.Parse(text)
	if err == nil && !d.Valid() {
		err = fault.E("web.dateField", fault.Invalid, "document.date_whole")
	}
	if err != nil {
		t := fault.TextOf(err)
		e.Field(name, t.Key, t.Args...)
		return 0
	}
	return d
}

// edge reads the first or last day of a stretch of time: a year or a month alone is its first or last day.
func edge(e *fault.Error, name, text string, last bool) day.Date {
	if d, err := day.Parse(text); err == nil && d.Partial() {
		if last {
			return d.Last()
		}
		return d.First()
	}
	return dateField(e, name, text)
}

// figureBound reads the form of a number.
func figureBound(in url.Values, doc id.ID) (target.Figure, error) {
	e := fault.E("web.figureBound", fault.Invalid, "target.figure_invalid")
	f := target.Figure{Document: doc, Indicator: in.Get("indicator"), Slice: in.Get("slice"), Kind: target.Kind(in.Get("kind")), PartOf: id.Parse(in.Get("part_of")),
		Relation: target.Relation(in.Get("relation")), Campaign: in.Get("campaign"), Base: target.Base{Text: in.Get("base")}, Published: true}
	if f.Slice == "" {
		f.Slice = strings.TrimSpace(in.Get("group"))
	}
	f.Value = target.Value{Op: target.Op(in.Get("op")), Counted: in.Get("counted")}
	low, places, ok := target.ParseNumber(in.Get("low"))
	if strings.TrimSpace(in.Get("low")) == "" {
		e.Field("low", "target.number_missing")
	} else if !ok {
		e.Field("low", "target.unreadable_number", in.Get("low"))
	}
	f.Value.Low, f.Value.Places = low, places
	if text := strings.TrimSpace(in.Get("high")); text != "" {
		high, places, ok := target.ParseNumber(text)
		if !ok {
			e.Field("high", "target.unreadable_number", text)
		}
		for ; places < f.Value.Places; places++ { // "3,1" and "4" have the decimals of the one that has more
			high *= 10
		}
		for ; places > f.Value.Places; f.Value.Places++ {
			f.Value.Low *= 10
		}
		f.Value.High = high
	}
	f.Span = target.Span{Kind: target.SpanKind(in.Get("span")), Yearly: in.Get("yearly") != "", From: edge(e, "from", in.Get("from"), false), To: edge(e, "to", in.Get("to"), true),
		AsOf: dateField(e, "as_of", in.Get("as_of")), AsOfTo: dateField(e, "as_of_to", in.Get("as_of_to"))}
	if oneYear := f.Span.Kind == target.OfYear || f.Span.Kind == target.OfPart; oneYear && f.Span.From != 0 && strings.TrimSpace(in.Get("to")) == "" {
		f.Span.To = day.Of(f.Span.From.Year(), 12, 31)
	}
	f.Truncated = in.Get("truncated") != ""
	f.Clause, _ = strconv.Atoi(in.Get("clause"))
	f.Base.On = dateField(e, "base_on", in.Get("base_on"))
	if text := strings.TrimSpace(in.Get("base_n")); text != "" {
		n, places, ok := target.ParseNumber(text)
		if !ok || places != 0 {
			e.Field("base_n", "target.unreadable", text)
		}
		f.Base.N = n
	}
	if len(e.Fields) > 0 {
		return f, e
	}
	return f, nil
}

// figureConfirm keeps one number: POST /van-ban/{id}/so-lieu.
func (a *App) figureConfirm(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.figureConfirm", fault.Invalid, "web.error.form", err)
	}
	doc := id.Parse(r.PathValue("id"))
	key := strings.TrimPrefix(r.PostFormValue("so"), "moi")
	f, err := figureBound(r.PostForm, doc)
	if err == nil {
		_, err = a.Documents.Confirm(r.Context(), a.actor(r), key, f)
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderDocument(w, r, http.StatusUnprocessableEntity, &figureForm{Key: r.PostFormValue("so"), In: r.PostForm, Errs: fieldsOf(err)}, err)
	}
	if err != nil {
		return err
	}
	return a.toNextOffer(w, r, doc, key, "document.confirmed")
}

// toNextOffer goes on to the offer after the one that was decided, so that a text is read through from its first number to its last,
// and to the document when none is left.
func (a *App) toNextOffer(w http.ResponseWriter, r *http.Request, doc id.ID, key, done string) error {
	v, err := a.Documents.View(r.Context(), a.actor(r), doc)
	if err != nil || key == "" || len(v.Offers) == 0 {
		return a.toDocument(w, r, doc, done)
	}
	next := v.Offers[0]
	for _, o := range v.Offers {
		if afterKey(o.Key, key) {
			next = o
			break
		}
	}
	b := a.Base(r, "document.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T(done) + " " + b.T("document.next", len(v.Offers))})
	http.Redirect(w, r, offerHref(doc, next.Key), http.StatusSeeOther)
	return nil
}

// offerHref is where an offer is looked at.
func offerHref(doc id.ID, key string) string { return documentHref(doc) + "?so=" + key + "#so-lieu" }

// afterKey reports whether an offer stands in the text where another stood, for another time, or behind it.
func afterKey(key, decided string) bool {
	place := func(k string) (clause, at int) {
		part := strings.SplitN(k, ".", 3)
		if len(part) == 3 {
			clause, _ = strconv.Atoi(part[0])
			at, _ = strconv.Atoi(part[1])
		}
		return clause, at
	}
	c, at := place(key)
	dc, dat := place(decided)
	return c > dc || c == dc && at >= dat
}

// figureAside sets an offer aside: POST /van-ban/{id}/bo-qua.
func (a *App) figureAside(w http.ResponseWriter, r *http.Request) error {
	doc := id.Parse(r.PathValue("id"))
	if err := a.Documents.SetAside(r.Context(), a.actor(r), doc, r.PostFormValue("so")); err != nil {
		return err
	}
	return a.toNextOffer(w, r, doc, r.PostFormValue("so"), "document.set_aside")
}

// figureDrop takes a number back: POST /van-ban/{id}/bo-so-lieu.
func (a *App) figureDrop(w http.ResponseWriter, r *http.Request) error {
	_, err := a.Documents.Drop(r.Context(), a.actor(r), id.Parse(r.PostFormValue("so")))
	if fault.Is(err, fault.Conflict) {
		return a.renderDocument(w, r, http.StatusConflict, nil, err)
	}
	if err != nil {
		return err
	}
	return a.toDocument(w, r, id.Parse(r.PathValue("id")), "document.dropped")
}

// documentLink adds or takes back a relation: POST /van-ban/{id}/lien-ket.
func (a *App) documentLink(w http.ResponseWriter, r *http.Request) error {
	l := document.Link{From: id.Parse(r.PathValue("id")), Relation: document.Relation(r.PostFormValue("relation"))}
	to := strings.TrimSpace(r.PostFormValue("to"))
	if ref, ok := strings.CutPrefix(to, "#"); ok {
		l.To = id.Parse(ref)
	} else {
		l.Text = to
	}
	var err error
	done := "document.linked"
	if r.PostFormValue("drop") != "" {
		done = "document.unlinked"
		err = a.Documents.DropLink(r.Context(), a.actor(r), l)
	} else {
		err = a.Documents.LinkTo(r.Context(), a.actor(r), l)
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderDocument(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return a.toDocument(w, r, l.From, done)
}

// findingSeen goes on past a finding with a reason: POST /van-ban/{id}/phat-hien.
func (a *App) findingSeen(w http.ResponseWriter, r *http.Request) error {
	doc := id.Parse(r.PathValue("id"))
	err := a.Documents.Acknowledge(r.Context(), a.actor(r), doc, r.PostFormValue("finding"), r.PostFormValue("reason"))
	if fault.Is(err, fault.Invalid) {
		return a.renderDocument(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return a.toDocument(w, r, doc, "finding.noted")
}
