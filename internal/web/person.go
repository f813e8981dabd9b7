package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
)

type personPage struct {
	Base
	R        people.Record
	Stage    string
	Facts    []fact
	Sealed   []sealedFact
	Events   []Event
	Next     []Choice // causes that lead on
	Other    []Choice // every other cause that may follow
	Undo     *undoForm
	Errs     map[string]fault.Text
	EditHref string
	ListHref string
}

type fact struct{ Label, Value string }

type sealedFact struct{ Code, Label, Mask, Shown string }

type undoForm struct{ ID, Label, Key string }

// personShow is the page of one person: GET /nguoi/{id}.
func (a *App) personShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderPerson(w, r, http.StatusOK, nil, nil)
}

func (a *App) renderPerson(w http.ResponseWriter, r *http.Request, status int, shown map[string]string, errs map[string]fault.Text) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := personPage{Base: a.Base(r, "people.title"), R: rec, Errs: errs, Stage: rec.Person.Place.Stage.String()}
	p.Title = rec.Person.Name
	p.Crumbs = p.unitCrumbs(rec.Above, rec.Unit, func(u id.ID) string { return "/nguoi?u=" + u.String() })
	p.Crumbs[len(p.Crumbs)-1].Href = "/nguoi?u=" + rec.Unit.ID.String()
	p.Crumbs = append(p.Crumbs, Crumb{Label: rec.Person.Name})
	p.facts()
	for _, code := range people.SealedCodes() {
		if mask := rec.Filled[code]; mask != "" {
			p.Sealed = append(p.Sealed, sealedFact{code, p.T("person.sealed." + code), mask, shown[code]})
		}
	}
	p.timeline()
	if rec.MayWrite {
		p.EditHref = "/nguoi/" + rec.Person.ID.String() + "/sua"
		p.next()
	}
	return a.Render(w, r, status, "person.html", p)
}

// next offers what may be recorded: the steps of the chain first, then exits and transfers.
func (p *personPage) next() {
	stage := p.R.Person.Place.Stage
	for _, c := range ledger.CausesFrom(stage) {
		choice := Choice{Label: p.T("cause." + c.String()), Href: "/nguoi/" + p.R.Person.ID.String() + "/bien-dong?cause=" + c.String()}
		if c.Targets(stage)[0] == stage+1 && stage != ledger.Outside {
			p.Next = append(p.Next, choice)
			continue
		}
		p.Other = append(p.Other, choice)
	}
}

// facts lists what is recorded, without what is empty.
func (p *personPage) facts() {
	x, lang := p.R.Person, string(p.Lang)
	youth := ""
	if x.Youth {
		youth = p.T("person.yes")
	}
	for _, f := range []fact{
		{p.T("person.other_name"), x.OtherName},
		{p.T("people.col.birth"), p.Date(x.Birth)},
		{p.T("people.col.sex"), person.Sexes.In(lang, x.Sex)},
		{p.T("people.col.ethnic"), person.Ethnics.In(lang, x.Ethnic)},
		{p.T("people.col.religion"), person.Religions.In(lang, x.Religion)},
		{p.T("people.col.occupation"), person.Occupations.In(lang, x.Occupation)},
		{p.T("people.col.schooling"), person.Schoolings.In(lang, x.Schooling)},
		{p.T("people.col.expertise"), person.Expertises.In(lang, x.Expertise)},
		{p.T("people.col.theory"), person.Theories.In(lang, x.Theory)},
		{p.T("person.youth"), youth},
		{p.T("people.col.pool_on"), p.Date(x.PoolOn)},
		{p.T("people.col.cert_no"), x.CertNo},
		{p.T("people.col.cert_on"), p.Date(x.CertOn)},
		{p.T("people.col.joined"), p.Date(x.Joined)},
		{p.T("person.party_age"), p.Date(x.PartyAge)},
		{p.T("people.col.official"), p.Date(x.OfficialOn)},
		{p.T("people.col.note"), x.Note},
	} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
}

// timeline writes the movements, newest first.
func (p *personPage) timeline() {
	for _, l := range p.R.Movements {
		e := Event{Date: l.Effective.VN(), Title: p.T("cause." + l.Cause.String()), Kind: "plain"}
		switch {
		case l.From == l.To:
		case l.From.Unit == l.To.Unit:
			e.Text = l.ToUnit + ": " + p.T("stage."+l.From.Stage.String()) + " → " + p.T("stage."+l.To.Stage.String())
		default:
			e.Text = p.place(l.From, l.FromUnit) + " → " + p.place(l.To, l.ToUnit)
		}
		if l.Decision != "" {
			e.Ref = p.T("person.decision", l.Decision)
			if l.DecidedOn != 0 {
				e.Ref = p.T("person.decision_of", l.Decision, l.DecidedOn)
			}
		}
		switch {
		case l.Reverses != 0:
			e.Title, e.Kind = p.T("person.undoing", e.Title), "undone"
		case l.Undone:
			e.Title, e.Kind = p.T("person.undone", e.Title), "undone"
		case l.To.Stage.Member():
			e.Kind = "good"
		case l.To.Out():
			e.Kind = "bad"
		}
		if l.Batch != 0 {
			e.Ref = strings.TrimSpace(e.Ref + " " + p.T("person.by_import"))
		}
		p.Events = append(p.Events, e)
		if l.Last && p.R.MayWrite && l.Cause != ledger.Change && l.Cause != ledger.Reorganise && l.Cause != ledger.Opening {
			p.Undo = &undoForm{ID: l.ID.String(), Label: p.T("cause."+l.Cause.String()) + ", " + l.Effective.VN(), Key: formKey()}
		}
	}
}

// formKey names one filling-in of a form, so that sending it twice acts once.
func formKey() string { return rand.Text() }

// personReveal opens a sealed field for a reason: POST /nguoi/{id}/hien.
func (a *App) personReveal(w http.ResponseWriter, r *http.Request) error {
	field := r.PostFormValue("field")
	value, err := a.People.Reveal(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), field, r.PostFormValue("reason"))
	if fault.Is(err, fault.Invalid) {
		return a.renderPerson(w, r, http.StatusUnprocessableEntity, nil, fieldsOf(err))
	}
	if err != nil {
		return err
	}
	return a.renderPerson(w, r, http.StatusOK, map[string]string{field: value}, nil)
}

// personUndo undoes the last movement: POST /nguoi/{id}/hoan-tac.
func (a *App) personUndo(w http.ResponseWriter, r *http.Request) error {
	err := a.Movements.Reverse(r.Context(), a.actor(r), id.Parse(r.PostFormValue("movement")), strings.TrimSpace(r.PostFormValue("reason")), r.PostFormValue("key"))
	if fault.Is(err, fault.Invalid) {
		return a.renderPerson(w, r, http.StatusUnprocessableEntity, nil, map[string]fault.Text{"undo": fault.TextOf(err)})
	}
	if err != nil && fault.TextOf(err).Key != "once.done" {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "people.title").T("movement.undone")})
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id"), http.StatusSeeOther)
	return nil
}
