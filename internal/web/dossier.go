package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/markup"
	"ketnap/internal/pool"
)

type dossierPage struct {
	Base
	V          dossiers.View
	State      string
	Ended      bool
	First      *nextStep  // the card that comes first
	Open       []nextStep // the other steps that may be done now
	Due        markup.Piece
	Late       int          // of what is due: overdue
	Done       markup.Piece // the steps in force, in the order of the way
	Beside     []Choice
	Ways       []Choice
	History    markup.Piece
	Notes      markup.Piece
	Papers     paperList
	Dates      []fact
	Facts      []fact
	Wrong      string
	Undo       *undoForm
	Earlier    []fact
	Rebase     string
	Again      string // address where somebody who left is proposed again
	Special    []fact // what is considered under rules of its own
	Declare    string // address where it is declared
	Undeclared bool
	Scans      string // address of the copies of papers, "" when there is no dossier yet
	HandOver   string // address where the person is offered to another unit
	PackName   string
}

// nextStep is one step that may be done: who does it, why, and the form.
type nextStep struct {
	Label, Who, Due, Why, Href string
	Late                       bool
	Upper                      bool         // not for the reader to record
	Votes                      string       // of the cell on recognition, in vain
	Ahead                      markup.Piece // what has to be put in order before
}

// doneStep is one step that was done, folded.
type doneStep struct {
	Label, Date, By, Ref string
	Facts                []fact
	Found                []finding // what the rules found
}

// dossierShow is the page of a dossier: GET /nguoi/{id}/ho-so.
func (a *App) dossierShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderDossier(w, r, http.StatusOK, nil)
}

func (a *App) renderDossier(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	v, err := a.Dossiers.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := dossierPage{Base: a.Base(r, "dossier.title"), V: v, State: string(v.Dossier.State)}
	if p.State == "" {
		p.State = string(v.Dossier.Start)
	}
	p.Title = p.T("dossier.heading", v.Person.Name)
	p.Crumbs = a.dossierCrumbs(r, p.Base, v)
	p.Ended = v.Known && v.Dossier.Closed != 0
	p.PackName = v.Rules.Title[string(p.Lang)]
	p.steps()
	p.Due, p.Late = p.dueBody(v.Dues, v.Soon), late(v.Dues)
	p.done()
	p.history(failed)
	p.HandOver = handOverHref(v.Person, v.MayWrite)
	p.dates()
	p.specialOf(v.Facts)
	p.Papers = p.paperList(v)
	if p.Ended && v.MayWrite && v.Person.Place.Out() && v.Dossier.State != dossier.Dead {
		p.Again = actHref(v.Person.ID, dossier.Propose)
	}
	if v.Known && v.MayWrite {
		p.Scans = scansHref(v.Person.ID)
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	return a.Render(w, r, status, "dossier.html", &p)
}

// dossierCrumbs is the way to a dossier through the units above.
func (a *App) dossierCrumbs(r *http.Request, b Base, v dossiers.View, more ...Crumb) []Crumb {
	cs := a.unitCrumbs(r, v.Above, v.Unit, "/ho-so?u=")
	cs[len(cs)-1].Href = "/ho-so?u=" + v.Unit.ID.String()
	cs = append(cs, Crumb{v.Person.Name, "/nguoi/" + v.Person.ID.String()})
	if len(more) == 0 {
		return append(cs, Crumb{Label: b.T("dossier.title")})
	}
	return append(append(cs, Crumb{b.T("dossier.title"), dossierHref(v.Person.ID)}), more...)
}

func dossierHref(person id.ID) string { return "/nguoi/" + person.String() + "/ho-so" }

func actHref(person id.ID, s dossier.Step) string {
	return dossierHref(person) + "/ghi?step=" + string(s)
}

// steps offers what may be recorded: the next step first, then the others that are open.
func (p *dossierPage) steps() {
	v := p.V
	first, rest := dossiers.Foremost(v.Next)
	if first != "" {
		n := p.nextStep(first)
		n.Votes = p.votesInVain()
		n.Ahead = p.Found(p.findings(v.Rules, v.Ahead, nil))
		p.First = &n
	}
	for _, s := range rest {
		p.Open = append(p.Open, p.nextStep(s))
	}
	if !v.MayWrite {
		return
	}
	for _, s := range v.Beside {
		p.Beside = append(p.Beside, Choice{Label: p.T("step." + string(s)), Href: actHref(v.Person.ID, s)})
	}
	for _, s := range v.Ways {
		switch s {
		case dossier.Undo:
		case dossier.Rebase:
			p.Rebase = dossierHref(v.Person.ID) + "/goi"
		default:
			if v.Upper || !dossiers.Upper(s) {
				p.Ways = append(p.Ways, Choice{Label: p.T("step." + string(s)), Href: actHref(v.Person.ID, s)})
			}
		}
	}
}

// votesInVain says how often the cell voted on recognition without the share: why the step goes up after the last time, and before it
// how many are left.
func (p *dossierPage) votesInVain() string {
	n, of := p.V.Dossier.FailedVotes(), p.V.Way.Fails
	switch {
	case n == 0 || of == 0:
		return ""
	case n < of:
		return p.T("dossier.votes_failed", n, of)
	}
	return p.T("dossier.votes_spent", n)
}

func (p *dossierPage) nextStep(s dossier.Step) nextStep {
	n := nextStep{Label: p.T("step." + string(s)), Who: p.T("dossier.who." + whose(s))}
	n.Upper = dossiers.Upper(s) && !p.V.Upper
	if p.V.MayWrite && !n.Upper {
		n.Href = actHref(p.V.Person.ID, s)
	}
	if r, ok := p.V.Rule(s); ok {
		n.Why = r.Source
		if r.Clause != "" && !strings.Contains(n.Why, r.Clause) {
			n.Why = strings.Trim(n.Why+", "+r.Clause, ", ")
		}
		if by := r.By[string(p.Lang)]; by != "" {
			n.Who = by
		}
	}
	if p.V.Over.ID != 0 && dossiers.Upper(s) {
		n.Who += " (" + p.V.Over.Name + ")"
	}
	if due, c := p.V.Due(s); due != 0 {
		n.Due = p.T("dossier.due_by", due, c.Text[string(p.Lang)])
		if n.Late = p.V.Today > due; n.Late {
			n.Due = p.T("dossier.due_late", due, p.V.Today.Sub(due), c.Text[string(p.Lang)])
		}
	}
	return n
}

// whose says who does a step, as a text key.
func whose(s dossier.Step) string {
	switch s {
	case dossier.Propose:
		return "union"
	case dossier.Certify, dossier.NewCourse:
		return "centre"
	case dossier.CV:
		return "applicant"
	case dossier.OwnCV, dossier.SelfReview:
		return "probationer"
	case dossier.HelperRemark:
		return "helper"
	case dossier.SectionReport, dossier.SectionAgree:
		return "section"
	case dossier.CommitteeVote, dossier.CommitteeAgree, dossier.Send:
		return "committee"
	case dossier.Submit, dossier.Decide, dossier.SubmitRecognise, dossier.Recognise, dossier.Card:
		return "decider"
	}
	return "cell"
}

// done lists the acts in force, in the order they were recorded.
func (p *dossierPage) done() {
	by := map[id.ID]dossiers.Line{}
	for _, l := range p.V.Lines {
		by[l.ID] = l
	}
	var done []doneStep
	var notes []Event
	for _, a := range p.V.Dossier.Standing() {
		if a.Step == dossier.Note {
			notes = append(notes, Event{Date: a.On.VN(), Title: a.Details.Text, Kind: "plain", Ref: p.T("person.noted", by[a.ID].At, by[a.ID].By)})
			continue
		}
		done = append(done, doneStep{Label: p.T("step." + string(a.Step)), Date: a.On.VN(), By: by[a.ID].By, Ref: p.paperOf(a), Facts: p.actFacts(a), Found: p.findings(p.V.Rules, a.Findings, a.Details.Accepted)})
	}
	slices.Reverse(notes)
	p.Done, p.Notes = p.doneBody(done), timelineBody(notes)
}

func (p *dossierPage) paperOf(a dossier.Act) string {
	switch {
	case a.No != "" && a.Dated != 0:
		return p.T("dossier.paper", a.No, a.Dated)
	case a.No != "":
		return p.T("dossier.paper_no", a.No)
	}
	return ""
}

// dropReason is why somebody was taken out of the pool, in words.
func (b Base) dropReason(code string) string {
	if !slices.Contains(pool.Reasons, code) {
		return code
	}
	return b.T("pool.reason." + code)
}

// actFacts writes what a step recorded, without what is empty.
func (b Base) actFacts(a dossier.Act) []fact {
	x := a.Details
	var out []fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, fact{b.T(key), value})
		}
	}
	if x.By != "" {
		add("dossier.field.by", b.T("dossier.by."+x.By))
	}
	add("dossier.field.body", x.Body)
	if a.Step == dossier.Drop {
		add("dossier.field.drop", b.dropReason(x.Group))
	} else {
		add("dossier.field.group", x.Group)
	}
	if x.Route != "" {
		add("dossier.field.route", b.T("dossier.route."+x.Route))
	}
	for _, i := range x.Introducers {
		name := i.Name
		if i.Since != 0 {
			name += " (" + b.T("dossier.since", i.Since) + ")"
		}
		add("dossier.field.introducer", name)
	}
	if v := x.Vote; v != nil {
		add("dossier.vote", b.T("dossier.vote_line", v.For, v.Counting(), v.Officials, v.Excluded, v.Summoned, v.Present, v.Issued, v.Valid))
	}
	if r := x.Relative; r != nil {
		add("dossier.field.relative", strings.TrimSpace(r.Relation+" "+r.Name))
		add("dossier.field.result", r.Result)
		if r.Exempt {
			add("dossier.field.exempt", b.T("person.yes"))
		}
	}
	if x.Special != nil {
		out = append(out, b.specialFacts(x.Special)...)
	}
	if x.Penalty != "" {
		add("dossier.field.penalty", b.T("dossier.penalty."+x.Penalty))
	}
	add("dossier.field.quarter", x.Quarter)
	add("dossier.field.issuer", x.Issuer)
	add("dossier.field.grade", x.Grade)
	add("dossier.field.place", x.Place)
	add("dossier.field.until", b.Date(x.Until))
	add("dossier.field.minutes", x.Minutes)
	add("dossier.field.text", x.Text)
	add("dossier.field.reason", x.Reason)
	return out
}

// history tells everything that was recorded, the latest first.
func (p *dossierPage) history(failed error) {
	var events []Event
	for _, l := range p.V.Lines {
		e := Event{Date: l.On.VN(), Title: p.T("step." + string(l.Step)), Kind: "plain", Text: p.paperOf(l.Act), Ref: p.T("person.noted", l.At, l.By)}
		why := l.Details.Reason
		if l.Step == dossier.Drop && l.Details.Group != "" {
			why = strings.Trim(p.dropReason(l.Details.Group)+": "+why, ": ")
		}
		if why != "" {
			e.Ref = p.T("person.because", why) + " · " + e.Ref
		}
		switch {
		case l.Undone:
			e.Title, e.Kind = p.T("person.undone", e.Title), "undone"
		case l.Reopened:
			e.Title, e.Kind = p.T("dossier.reopened", e.Title), "undone"
		case l.Step == dossier.Ceremony || l.Step == dossier.Recognise:
			e.Kind = "good"
		case l.Step.Turn() && l.Step != dossier.Undo && l.Step != dossier.Rebase && l.Step != dossier.Extend && l.Step != dossier.Move:
			e.Kind = "bad"
		}
		events = append(events, e)
		if l.Last && p.V.MayWrite && !l.Undone {
			p.Undo = &undoForm{ID: l.ID.String(), Label: p.T("step."+string(l.Step)) + ", " + l.On.VN(), Key: formKey()}
			p.Undo.Reason = p.Field("reason", p.T("person.undo_reason"), "", fieldsOf(failed)).Must()
			p.Undo.Reason.Of = "undo"
		}
	}
	p.History = timelineBody(events)
	for _, d := range p.V.Earlier {
		p.Earlier = append(p.Earlier, fact{p.T("dstate." + string(d.State)), d.Opened.VN() + " – " + d.Closed.VN()})
	}
}

// dates are the two days that are kept, and those that follow from them.
func (p *dossierPage) dates() {
	x := p.V.Person
	for _, f := range []fact{
		{p.T("people.col.joined"), p.Date(x.Joined)},
		{p.T("person.party_age"), p.Date(x.PartyAge)},
		{p.T("dossier.ends"), p.Date(p.V.Ends)},
		{p.T("people.col.official"), p.Date(x.OfficialOn)},
		{p.T("people.col.pool_on"), p.Date(x.PoolOn)},
		{p.T("people.col.cert_on"), p.Date(x.CertOn)},
		{p.T("dossier.cert_until"), p.Date(p.V.Facts.Cert.Expires)},
	} {
		if f.Value != "" {
			p.Dates = append(p.Dates, f)
		}
	}
	for _, f := range []fact{
		{p.T("dossier.helper"), p.V.Helper},
		{p.T("people.col.birth"), p.Date(x.Birth)},
		{p.T("dossier.kind"), p.T("dossier.kind." + string(orKind(p.V.Dossier.Kind)))},
	} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
}

func orKind(k dossier.Kind) dossier.Kind {
	if k == "" {
		return dossier.Admission
	}
	return k
}

// dossierUndo takes the last act back: POST /nguoi/{id}/ho-so/huy.
func (a *App) dossierUndo(w http.ResponseWriter, r *http.Request) error {
	f := dossiers.ActForm{Person: id.Parse(r.PathValue("id")), Version: versionOf(r), Step: dossier.Undo, Key: r.PostFormValue("key")}
	f.Details.Reason = r.PostFormValue("reason")
	_, err := a.Dossiers.Act(r.Context(), a.actor(r), f)
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderDossier(w, r, http.StatusUnprocessableEntity, err)
	case fault.Is(err, fault.Forbidden):
		return a.renderDossier(w, r, http.StatusForbidden, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderDossier(w, r, http.StatusConflict, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "dossier.title").T("dossier.undone")})
	http.Redirect(w, r, dossierHref(f.Person), http.StatusSeeOther)
	return nil
}
