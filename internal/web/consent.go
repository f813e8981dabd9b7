package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// consentPart is one purpose that needs consent, on the page of the person.
type consentPart struct {
	Code, Title, Text, State, Key string
	Version                       int
	Badge                         *Badge
	Older                         string // what was agreed to is an older text
	History                       []fact
	Say                           []Choice // what may be said now
}

// consentBadge says what was said last; "" is nothing.
func (b Base) consentBadge(said subject.Said) *Badge {
	kind := map[subject.Said]string{subject.Given: "done", subject.Refusal: "warn", subject.Withdrawal: "warn"}[said]
	if kind == "" {
		return &Badge{Kind: "info", Text: b.T("consent.silent")}
	}
	return &Badge{Kind: kind, Text: b.T("consent.said." + string(said))}
}

// consents are what the person is asked for, what they said, and what they may say now.
func (p *selfPage) consents() {
	for _, x := range subject.Book().Consented() {
		ask, _ := x.Asked()
		last, found := subject.Latest(p.R.Consents, x.Code)
		c := consentPart{Code: x.Code, Title: p.said(x.Text), Text: p.said(ask.Text), Version: ask.Version, Badge: p.consentBadge(last.Said), Key: formKey(), History: p.consentHistory(p.R.Consents, x.Code)}
		yes, no := Choice{Label: p.T("consent.yes"), Value: string(subject.Given)}, Choice{Label: p.T("consent.no"), Value: string(subject.Refusal)}
		switch {
		case !found:
			c.Say = []Choice{yes, no}
		case last.Said == subject.Given:
			c.Say = []Choice{{Label: p.T("consent.withdraw"), Value: string(subject.Withdrawal)}}
			if last.Version != ask.Version {
				c.Older = p.T("consent.older_text")
				c.Say = append([]Choice{yes}, c.Say...)
			}
		default:
			c.Say = []Choice{yes}
		}
		p.Consents = append(p.Consents, c)
	}
}

// consentHistory is what was said about a purpose, the latest first.
func (b Base) consentHistory(all []subject.Consent, purpose string) (out []fact) {
	for _, c := range all {
		if c.Purpose == purpose {
			out = append([]fact{{c.On.VN() + " · " + b.T("consent.said."+string(c.Said)), b.taken(c)}}, out...)
		}
	}
	return out
}

// taken says how and by whom something was taken down.
func (b Base) taken(c subject.Consent) string {
	s := b.T("consent.how", b.T("consent.way."+string(c.Way)), c.By, c.Version)
	if c.Place != "" {
		s += " · " + b.T("consent.place") + ": " + c.Place
	}
	return s
}

// selfSay takes down what the person says about a purpose: POST /cua-toi/dong-y.
func (a *App) selfSay(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // no number is no version
	said := subject.Said(r.PostFormValue("said"))
	err := a.Subjects.Say(r.Context(), a.actor(r), r.PostFormValue("purpose"), version, said, r.PostFormValue("key"))
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderSelf(w, r, http.StatusUnprocessableEntity, nil, err)
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Stale):
		return a.renderSelf(w, r, http.StatusConflict, nil, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "mine.title").T("consent.did." + string(said))})
	http.Redirect(w, r, selfHref+"#dong-y", http.StatusSeeOther)
	return nil
}

// consentNote takes down what a person said on paper: POST /nguoi/{id}/dong-y.
func (a *App) consentNote(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.consentNote", fault.Invalid, "web.error.form", err)
	}
	in, e := r.PostForm, fault.E("web.consentNote", fault.Invalid, "consent.invalid")
	f := subjects.ConsentForm{Person: id.Parse(r.PathValue("id")), Said: subject.Said(in.Get("said")), Way: subject.Way(in.Get("way")), By: in.Get("by"), Place: in.Get("place"), Key: in.Get("key")}
	f.Purpose, f.Version = purposeOf(in.Get("purpose"))
	readDays(in, e, map[string]*day.Date{"on": &f.On})
	var err error = e
	if len(e.Fields) == 0 {
		err = a.Subjects.Note(r.Context(), a.actor(r), f)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderSide(w, r, http.StatusUnprocessableEntity, err, "")
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Stale):
		return a.renderSide(w, r, http.StatusConflict, err, "")
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "own.side").T("consent.noted")})
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id")+"/du-lieu#t-dong-y", http.StatusSeeOther)
	return nil
}

// purposeOf reads a purpose with the version of its text, as purposeChoices writes them.
func purposeOf(text string) (purpose string, version int) {
	for _, x := range subject.Book().Consented() {
		for _, ask := range x.Asks {
			if text == x.Code+" "+strconv.Itoa(ask.Version) {
				return x.Code, ask.Version
			}
		}
	}
	return "", 0
}

// purposeChoices offers every purpose with every version of its text: a paper may be older than the text of today.
func (b Base) purposeChoices(current string) (out []Choice) {
	for _, x := range subject.Book().Consented() {
		for i := len(x.Asks) - 1; i >= 0; i-- {
			v := x.Code + " " + strconv.Itoa(x.Asks[i].Version)
			out = append(out, Choice{Value: v, Label: b.T("consent.version_of", b.said(x.Text), x.Asks[i].Version), Current: v == current})
		}
	}
	return out
}

// sideConsents are what a person said, for who keeps the record.
func (b Base) sideConsents(v subjects.Side) ruleTable {
	t := b.table("dong-y", "consent.title", "subject.purpose", "consent.said", "own.on", "consent.taken")
	t.Note = b.T("consent.side_note")
	for _, x := range subject.Book().Consented() {
		last, found := subject.Latest(v.Consents, x.Code)
		row := ruleRow{Name: b.said(x.Text)}
		if found {
			t.row(row, ruleCell{Badge: b.consentBadge(last.Said)}, ruleCell{Text: last.On.VN()}, ruleCell{Text: b.taken(last)})
		} else {
			t.row(row, ruleCell{Badge: b.consentBadge("")}, ruleCell{}, ruleCell{})
		}
	}
	return t
}

// sideConsentsPast is everything a person said, where there is more than the last word.
func (b Base) sideConsentsPast(v subjects.Side) ruleTable {
	t := b.table("dong-y-cu", "consent.history", "subject.purpose", "consent.said", "own.on", "consent.taken")
	t.Fold = true
	for i := len(v.Consents) - 1; i >= 0; i-- {
		c := v.Consents[i]
		x, _ := subject.Book().Purpose(c.Purpose)
		t.row(ruleRow{Name: b.said(x.Text)}, ruleCell{Text: b.T("consent.said." + string(c.Said))}, ruleCell{Text: c.On.VN()}, ruleCell{Text: b.taken(c), Sub: stamp(c.At)})
	}
	return t
}

// consentForm takes a paper down.
func (b Base) consentForm(in url.Values, href, name string, today day.Date, errs map[string]fault.Text) ruleForm {
	choices := func(list []Choice, key string, values ...string) []Choice {
		for _, v := range values {
			list = append(list, Choice{Value: v, Label: b.T(key + v)})
		}
		return list
	}
	on, by := in.Get("on"), in.Get("by")
	if !in.Has("by") {
		on, by = today.VN(), name
	}
	var said []Choice
	for _, s := range subject.Saids {
		said = choices(said, "consent.said.", string(s))
	}
	var ways []Choice
	for _, w := range subject.Papers {
		ways = choices(ways, "consent.way.", string(w))
	}
	field := func(name, key, value string) Field {
		f := b.Field(name, b.T(key), value, errs).Must()
		f.Of = "dong-y"
		return f
	}
	return ruleForm{Title: b.T("consent.note"), Hint: b.T("consent.note_hint"), Method: "post", Action: href + "/dong-y", Hidden: []Choice{{Label: "key", Value: formKey()}},
		Fields: []Field{field("purpose", "subject.purpose", in.Get("purpose")).From(b.purposeChoices(in.Get("purpose"))), field("said", "consent.said", in.Get("said")).From(said),
			field("way", "consent.way", in.Get("way")).From(ways), field("on", "consent.on", on).As("date"), field("by", "consent.by", by), field("place", "consent.place", in.Get("place")).Help(b.T("consent.place_hint"))},
		Buttons: []Choice{{Label: b.T("consent.note"), Current: true}}}
}

// asked counts what people of a unit said, with the way to who said it for those who keep the records there.
func (b Base) asked(x subjects.Asked, opens bool) ruleTable {
	t := b.table("dong-y", "consent.counts", "subject.purpose", "consent.said.given", "consent.said.refused", "consent.said.withdrawn", "consent.silent")
	name := x.Unit.Name
	if x.Unit.ID == 0 {
		name = b.T("pilot.nation")
	}
	t.Note = b.T("consent.counts_note", name, x.People)
	for _, l := range x.Lines {
		var cells []ruleCell
		for _, said := range subject.Saids {
			c := ruleCell{Text: b.Num(l.N[said])}
			if opens && l.N[said] > 0 {
				c.Href = "/du-lieu/dong-y?" + url.Values{"u": {x.Unit.ID.String()}, "muc": {l.Purpose.Code}, "noi": {string(said)}}.Encode()
			}
			cells = append(cells, c)
		}
		t.row(ruleRow{Name: b.said(l.Purpose.Text)}, append(cells, ruleCell{Text: b.Num(l.Silent)})...)
	}
	return t
}

// asks are the texts people are asked with, every version of them.
func (b Base) asks(reg *subject.Register) ruleTable {
	t := b.table("loi", "consent.texts", "subject.purpose", "consent.version", "consent.since", "consent.text")
	t.Fold = true
	for _, x := range reg.Consented() {
		for i := len(x.Asks) - 1; i >= 0; i-- {
			since, _ := day.Parse(x.Asks[i].Since) // read by a test
			t.row(ruleRow{Name: b.said(x.Text)}, ruleCell{Text: b.Num(int64(x.Asks[i].Version)), Sub: x.Asks[i].Hash()}, ruleCell{Text: since.VN()}, ruleCell{Text: b.said(x.Asks[i].Text)})
		}
	}
	return t
}

// consentList is who in a unit's subtree said something about a purpose: GET /du-lieu/dong-y.
func (a *App) consentList(w http.ResponseWriter, r *http.Request) error {
	q, purpose, said := r.URL.Query(), subject.Book().Consented()[0].Code, subject.Withdrawal
	if q.Has("muc") {
		purpose = q.Get("muc")
	}
	if q.Has("noi") {
		said = subject.Said(q.Get("noi"))
	}
	l, err := a.Subjects.Saying(r.Context(), a.actor(r), unitParam(r), purpose, said)
	if err != nil {
		return err
	}
	p := rulesView{Base: a.Base(r, "consent.title")}
	p.Title = p.T("consent.list", p.said(l.Purpose.Text), p.T("consent.said."+string(l.Said)))
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/du-lieu?u=")
	p.Links = []Choice{{Label: p.T("subject.title"), Href: "/du-lieu?u=" + l.Unit.ID.String()}}
	t := p.table("nguoi", "consent.people", "people.col.name", "people.col.unit", "own.on", "consent.taken")
	if l.More {
		t.Note = p.T("consent.more", len(l.Rows))
	}
	for _, x := range l.Rows {
		t.row(ruleRow{Name: x.Name, Href: "/nguoi/" + x.Person.String() + "/du-lieu"}, ruleCell{Text: x.UnitName}, ruleCell{Text: x.On.VN()}, ruleCell{Text: p.taken(x.Consent)})
	}
	p.Tables = []ruleTable{t}
	return a.Render(w, r, http.StatusOK, "rules.html", p)
}

// keepsRecords reports whether the actor keeps the records of a unit.
func (a *App) keepsRecords(r *http.Request, x subjects.Asked) bool {
	return a.actor(r).Can(access.Write, x.Unit)
}
