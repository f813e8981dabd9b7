package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/people"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// selfHref is the page of somebody's own record, the only one their own account opens.
const selfHref = "/cua-toi"

type selfPage struct {
	Base
	M        dossiers.Mine
	R        subjects.Mine
	Stage    string
	Next     *selfNext
	Missing  []selfPaper // that the person brings
	Ours     []selfPaper // missing too, and made by the cell and the committees
	Had      []selfPaper
	Dates    []fact
	Done     []fact
	Facts    []fact
	Sealed   []fact
	Open     bool // sealed fields are shown
	Held     string
	Looks    []selfLook
	More     bool // looks beyond those shown
	Requests []selfRequest
	Kind     Field
	Asked    Field
	Key      string
	Wrong    string
	Purposes []selfPurpose
	Account  []fact
	Consents []consentPart
}

type selfNext struct {
	Text, Who, Due string
	Late, Mine     bool
}

type selfPaper struct{ Label, Where, Form, Made string }

type selfLook struct{ At, Who, What, Why string }

type selfRequest struct {
	Title string
	Badge *Badge
	Facts []fact
}

type selfPurpose struct{ What, Basis, Why, Kept string }

// pdfType is what a PDF is sent as.
const pdfType = "application/pdf"

// looksOnPage is how many looks the page lists; the copy has all that are kept.
const looksOnPage = 30

// self is the page of somebody's own record: GET /cua-toi.
func (a *App) self(w http.ResponseWriter, r *http.Request) error {
	return a.renderSelf(w, r, http.StatusOK, nil, nil)
}

// renderSelf shows the page; open is the own copy with sealed fields, when its owner asked for them.
func (a *App) renderSelf(w http.ResponseWriter, r *http.Request, status int, open *subjects.Own, failed error) error {
	who := a.actor(r)
	m, err := a.Dossiers.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	rec, err := a.Subjects.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	p := selfPage{Base: a.Base(r, "mine.title"), M: m, R: rec, Key: formKey()}
	p.stands()
	p.papers()
	p.dates()
	p.data(open)
	p.looks()
	p.consents()
	p.asked(r, failed)
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	return a.Render(w, r, status, "self.html", p)
}

// stands says in plain words where the person stands and what comes next.
func (p *selfPage) stands() {
	p.Stage = p.T("mine.at." + p.M.Stage.String())
	if p.M.Closed != 0 && p.words.Has("mine.over."+string(p.M.State)) {
		p.Stage = p.T("mine.over."+string(p.M.State), p.M.Closed)
	}
	for _, x := range p.M.Done {
		p.Done = append(p.Done, fact{x.On.VN(), p.T("step." + string(x.Step))})
	}
	n := p.M.Next
	if n == nil {
		return
	}
	by := p.T("dossier.who." + whose(n.Step))
	if n.Over != "" {
		by += " (" + n.Over + ")"
	}
	p.Next = &selfNext{Text: p.T("mine.next." + string(n.Step)), Who: by, Mine: slices.Contains(ownSteps, n.Step)}
	if p.Next.Mine {
		p.Next.Who = p.T("mine.you")
	}
	if n.Due != 0 {
		p.Next.Due = p.T("mine.due", n.Due)
		if p.Next.Late = n.Due < p.M.Today; p.Next.Late {
			p.Next.Due = p.T("mine.due_past", n.Due)
		}
	}
}

// ownSteps need something of the person themselves.
var ownSteps = []dossier.Step{dossier.Certify, dossier.Open, dossier.CV, dossier.OwnCV, dossier.NewCourse, dossier.SelfReview}

// blankOf is the form of a kind of paper that the person fills in themselves, "" when there is none.
func blankOf(kind int) string {
	for _, f := range form.All() {
		if f.Own && f.Catalogue == kind {
			return f.Slug
		}
	}
	return ""
}

// papers are those of the part of the way the person is on, what is missing first.
func (p *selfPage) papers() {
	for _, x := range p.M.Papers {
		row := selfPaper{Label: p.said(x.Text), Made: x.Made.VN()}
		switch {
		case x.Present:
			p.Had = append(p.Had, row)
		case x.Step.Later() != p.M.Stage.Member():
		case x.Office:
			p.Ours = append(p.Ours, row)
		default:
			row.Where, row.Form = p.T("mine.paper.ask"), blankOf(x.Type)
			if key := "mine.paper." + x.Code; p.words.Has(key) {
				row.Where = p.T(key)
			}
			p.Missing = append(p.Missing, row)
		}
	}
}

// dates are those worth remembering; the rest stands among the data.
func (p *selfPage) dates() {
	m := p.M
	if m.Stage.Member() {
		m.CertUntil = 0 // has served
	}
	for _, f := range []fact{{p.T("dossier.cert_until"), m.CertUntil.VN()}, {p.T("people.col.joined"), m.Joined.VN()}, {p.T("dossier.ends"), m.Ends.VN()}, {p.T("people.col.official"), m.OfficialOn.VN()}, {p.T("person.party_age"), m.PartyAge.VN()}} {
		if f.Value != "" {
			p.Dates = append(p.Dates, f)
		}
	}
}

// data is what is kept about the person, sealed fields masked unless their owner opened them.
func (p *selfPage) data(open *subjects.Own) {
	p.Facts = append([]fact{{p.T("people.col.name"), p.R.Person.Name}, {p.T("people.col.unit"), p.M.Unit}}, p.recorded(p.R.Person)...)
	if open != nil {
		p.Open = true
		for _, f := range people.SealedValues(open.Sealed) {
			p.Sealed = append(p.Sealed, fact{p.T("person.sealed." + f[0]), f[1]})
		}
	} else {
		for _, code := range people.SealedCodes() {
			if mask := p.R.Filled[code]; mask != "" {
				p.Sealed = append(p.Sealed, fact{p.T("person.sealed." + code), mask})
			}
		}
	}
	if p.R.Held {
		p.Held = p.T("mine.held", p.R.Hold.Since)
	}
	for _, x := range subject.Book().Purposes {
		if x.Code == "security" || x.Code == "import" || x.Basis == "consent" {
			continue
		}
		kept, _ := subject.Book().Kept(x.Keep)
		p.Purposes = append(p.Purposes, selfPurpose{p.said(x.Text), p.T("subject.basis."+x.Basis) + ": " + p.said(x.Law), p.said(x.Why), p.said(kept.From) + " – " + p.said(kept.End)})
	}
	for _, x := range p.R.Account {
		p.Account = append(p.Account, fact{p.words.Time(x.At), p.T("audit.act."+x.Action) + " · " + x.Name})
	}
}

func (p *selfPage) looks() {
	for _, l := range p.R.Looks {
		if p.More = len(p.Looks) == looksOnPage; p.More {
			return
		}
		p.Looks = append(p.Looks, selfLook{p.words.Time(l.At), l.Name, p.T("own.look." + l.Action), l.Why()})
	}
}

// asked lists requests with their clocks, and makes the form for another.
func (p *selfPage) asked(r *http.Request, failed error) {
	for _, x := range p.R.Requests {
		q := selfRequest{Title: p.T("request.kind." + string(x.Kind)), Badge: p.requestBadge(x, p.R.Today)}
		for _, f := range []fact{{p.T("request.received"), x.Received.VN()}, {p.T("request.asked"), x.Sealed.Asked}, {p.T("request.answer_by"), still(x, x.AnswerBy)},
			{p.T("request.done_by"), still(x, x.DoneBy)}, {p.T("request.answered_on"), x.Answered.VN()}, {p.T("request.answer"), x.Sealed.Answer},
			{p.T("request.extended"), x.Sealed.Why}, {p.T("request.closed_on"), x.Closed.VN()}, {p.T("request.reason"), x.Sealed.Reason}} {
			if f.Value != "" {
				q.Facts = append(q.Facts, f)
			}
		}
		p.Requests = append(p.Requests, q)
	}
	kind := r.PostFormValue("kind")
	if kind == "" {
		kind = string(subject.Correct)
	}
	var kinds []Choice
	for _, k := range []subject.Kind{subject.Correct, subject.Restrict, subject.Object, subject.Withdraw, subject.Delete, subject.Copy} {
		kinds = append(kinds, Choice{Value: string(k), Label: p.T("request.kind." + string(k))})
	}
	p.Kind = p.Field("kind", p.T("request.kind"), kind, fieldsOf(failed)).From(kinds)
	p.Asked = p.Field("asked", p.T("request.asked"), r.PostFormValue("asked"), fieldsOf(failed)).As("textarea").Must().Help(p.T("mine.asked_help"))
}

// still is a day that an open request waits for.
func still(x subject.Request, d day.Date) string {
	if x.Closed != 0 || d == x.AnswerBy && x.Answered != 0 && d != x.DoneBy {
		return ""
	}
	return d.VN()
}

// selfCopy shows the sealed fields of the own record, or sends all of it as a file: POST /cua-toi/ban-sao.
func (a *App) selfCopy(w http.ResponseWriter, r *http.Request) error {
	o, err := a.Subjects.MyCopy(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	switch r.PostFormValue("do") {
	case "json":
		data, err := json.MarshalIndent(o, "", "  ")
		if err != nil {
			return err
		}
		return sendFile(w, "du-lieu-cua-toi.json", "application/json; charset=utf-8", data)
	case "pdf":
		b := a.Base(r, "own.title")
		data, err := o.PDF(b.words, b.sealedWords(o))
		if err != nil {
			return err
		}
		return sendFile(w, "du-lieu-cua-toi.pdf", pdfType, data)
	}
	return a.renderSelf(w, r, http.StatusOK, &o, nil)
}

// sealedWords are the sealed fields of a copy that are filled in, by label.
func (b Base) sealedWords(o subjects.Own) [][2]string {
	var out [][2]string
	for _, f := range people.SealedValues(o.Sealed) {
		out = append(out, [2]string{b.T("person.sealed." + f[0]), f[1]})
	}
	return out
}

// selfAsk takes a request of the person down: POST /cua-toi/yeu-cau.
func (a *App) selfAsk(w http.ResponseWriter, r *http.Request) error {
	_, err := a.Subjects.Ask(r.Context(), a.actor(r), subject.Kind(r.PostFormValue("kind")), r.PostFormValue("asked"), r.PostFormValue("key"))
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderSelf(w, r, http.StatusUnprocessableEntity, nil, err)
	case fault.Is(err, fault.Conflict):
		return a.renderSelf(w, r, http.StatusConflict, nil, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "mine.title").T("mine.asked_done")})
	http.Redirect(w, r, selfHref+"#yeu-cau", http.StatusSeeOther)
	return nil
}

// selfBlank sends an empty form that the person fills in: GET /cua-toi/mau/{code}.
func (a *App) selfBlank(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	if f, err := form.Find(code); err != nil || !f.Own {
		return fault.E("web.selfBlank", fault.NotFound, "error.notfound")
	}
	name, data, err := a.Forms.Blank(r.Context(), a.actor(r).Self.Province(), code)
	if err != nil {
		return err
	}
	return sendFile(w, strings.ToLower(name), wordType, data)
}

// own wraps a page of somebody's own record: for every other account it does not exist.
func (a *App) own(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := a.actor(r).Own(a.actor(r).Self); err != nil {
			return err
		}
		return h(w, r)
	}
}
