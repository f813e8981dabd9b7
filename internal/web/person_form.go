package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
)

type personForm struct {
	Base
	New    bool
	Asks   bool // somebody is proposed: the form asks what a proposal needs
	Action string
	Back   string
	In     url.Values // what was typed
	Start  []Field    // of a new person
	Picks  []Choice   // units among which one has to be picked
	Groups []formGroup
	Sealed []sealedInput
	Errs   map[string]fault.Text
	Wrong  string
	Held   *people.Twin // who has the number that was typed
	Twins  []people.Twin
	Key    string
	Seen   int64  // version of the record the form was filled from
	Fresh  string // address of the newest version, when that is another
}

// formGroup is fields under one heading.
type formGroup struct {
	Title  string
	Fields []Field
}

// sealedInput is a sealed field, with what it takes to empty it.
type sealedInput struct {
	Field Field
	Clear *Field
}

// personNew shows the form of a new person: GET /nguoi/them?u=.
func (a *App) personNew(w http.ResponseWriter, r *http.Request) error {
	if !a.actor(r).Anywhere(access.Write) {
		return fault.E("web.personNew", fault.Forbidden, "error.forbidden")
	}
	in := url.Values{"u": {r.FormValue("u")}, "viec": {r.FormValue("viec")}, "stage": {"pool"}, "effective": {a.People.Today().VN()}, "ethnic": {"1"}, "religion": {"1"}}
	return a.renderNew(w, r, http.StatusOK, in, unitPick{unit: id.Parse(r.FormValue("u"))}, nil, nil)
}

func (a *App) renderNew(w http.ResponseWriter, r *http.Request, status int, in url.Values, pick unitPick, failed error, twins []people.Twin) error {
	p := personForm{Base: a.Base(r, "people.new"), New: true, Action: "/nguoi/them", Back: "/nguoi?u=" + pick.unit.String(), In: in, Errs: fieldsOf(failed), Twins: twins, Key: formKey(), Picks: pick.among}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
	}
	if p.Asks = in.Get("viec") == proposal; p.Asks {
		p.Title, p.Back = p.T("person.propose"), "/nguon?u="+pick.unit.String()
	}
	p.failed(failed)
	unit, err := a.unitField(r, p.Base, p.T("person.unit"), in, pick, p.Errs)
	if err != nil {
		return err
	}
	p.Crumbs = []Crumb{{p.T("people.title"), p.Back}, {Label: p.Title}}
	p.fill(nil)
	var stages []Choice
	for _, s := range ledger.Stages {
		stages = append(stages, Choice{Label: p.T("stage." + s.String()), Value: s.String()})
	}
	if p.Asks {
		p.proposing()
		p.Start = []Field{unit, p.Field("effective", p.T("person.propose_on"), in.Get("effective"), p.Errs).As("date").Must()}
		return a.Render(w, r, status, "person_form.html", p)
	}
	p.Start = []Field{unit, p.Field("stage", p.T("people.col.stage"), in.Get("stage"), p.Errs).From(stages).Help(p.T("person.start_hint")),
		p.Field("effective", p.T("person.start_on"), in.Get("effective"), p.Errs).As("date").Must()}
	return a.Render(w, r, status, "person_form.html", p)
}

// proposal is what somebody is added for who is proposed to the cell. Who proposes them, and why, the step after it asks.
const proposal = "de-xuat"

// proposing leaves of the form what is known of somebody who is only proposed: no certificate, no days of a member, no party card.
func (p *personForm) proposing() {
	p.Groups = p.Groups[:2]
	p.Sealed = slices.DeleteFunc(p.Sealed, func(s sealedInput) bool { return !slices.Contains(proposed, s.Field.Name) })
}

// proposed are the sealed fields that are known of somebody who is only proposed.
var proposed = []string{"number", "phone", "email", "birth_place", "home", "permanent", "temporary"}

// failed says at the head of the form what is wrong.
func (p *personForm) failed(err error) {
	if err == nil {
		return
	}
	p.Wrong = p.Err(err)
	if h, ok := errors.AsType[*people.Held](err); ok && h.By.Visible {
		p.Held = &h.By
	}
}

// personCreate stores a new person: POST /nguoi/them.
func (a *App) personCreate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.personCreate", fault.Invalid, "web.error.form", err)
	}
	f, err := readPerson(r.PostForm)
	pick, perr := a.pickUnit(r, r.PostForm)
	f.Unit, f.Key, f.Confirmed = pick.unit, r.PostFormValue("key"), r.PostFormValue("confirmed") == "1"
	f.Stage, _ = ledger.ParseStage(r.PostFormValue("stage"))
	asks := r.PostFormValue("viec") == proposal
	if asks {
		f.Stage = ledger.Proposed
	}
	f.Cause = startCause(f.Stage)
	var made id.ID
	var twins []people.Twin
	if err = bothFaults(err, perr); err == nil {
		made, twins, err = a.People.Create(r.Context(), a.actor(r), f)
	}
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderNew(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, err, twins)
	}
	if err != nil {
		return err
	}
	b := a.Base(r, "people.new")
	if asks && !before {
		a.Flash(w, Notice{Kind: Done, Text: b.T("person.proposed", f.Person.Name)})
		http.Redirect(w, r, actHref(made, dossier.Propose)+"&on="+url.QueryEscape(f.Effective.VN()), http.StatusSeeOther)
		return nil
	}
	a.Flash(w, b.did(before, "person.created", f.Person.Name))
	http.Redirect(w, r, "/nguoi/"+made.String(), http.StatusSeeOther)
	return nil
}

// bothFaults puts the fields of two refusals into one.
func bothFaults(a, b error) error {
	if a == nil || b == nil {
		return errors.Join(a, b)
	}
	e := fault.E("web.bothFaults", fault.Invalid, "person.invalid", a, b)
	for _, err := range []error{a, b} {
		for name, t := range fieldsOf(err) {
			e.Field(name, t.Key, t.Args...)
		}
	}
	return e
}

// startCause is why somebody enters the system at a stage by hand.
func startCause(s ledger.Stage) ledger.Cause {
	switch s {
	case ledger.Proposed:
		return ledger.Propose
	case ledger.Pool:
		return ledger.Adopt
	}
	return ledger.Opening
}

// personEdit shows the form of a record: GET /nguoi/{id}/sua.
func (a *App) personEdit(w http.ResponseWriter, r *http.Request) error {
	return a.renderEdit(w, r, http.StatusOK, nil, nil)
}

func (a *App) renderEdit(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !rec.MayWrite {
		return fault.E("web.personEdit", fault.Forbidden, "error.forbidden")
	}
	page := "/nguoi/" + rec.Person.ID.String()
	p := personForm{Base: a.Base(r, "person.edit"), Action: page + "/sua", Back: page, In: in, Errs: fieldsOf(failed), Key: formKey(), Seen: rec.Person.Version}
	if in == nil {
		p.In = personValues(rec.Person)
		p.In.Set("effective", rec.Today.VN())
	} else if v, err := strconv.ParseInt(in.Get("version"), 10, 64); err == nil {
		p.Seen = v
	}
	if p.Seen != rec.Person.Version {
		p.Fresh = p.Action
	}
	p.failed(failed)
	p.Title = p.T("person.edit_of", rec.Person.Name)
	p.Crumbs = a.personCrumbs(r, rec, Crumb{Label: p.T("person.edit")})
	p.fill(rec.Filled)
	if !rec.Person.Place.Out() {
		g := &p.Groups[1]
		g.Fields = append(g.Fields, p.Field("effective", p.T("person.changed_on"), p.In.Get("effective"), p.Errs).As("date").Help(p.T("person.changed_on_hint")))
	}
	return a.Render(w, r, status, "person_form.html", p)
}

// personUpdate stores a changed record: POST /nguoi/{id}/sua. When somebody else changed it meanwhile,
// the form comes back as it was typed and keeps its version, so that it cannot overwrite unseen.
func (a *App) personUpdate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.personUpdate", fault.Invalid, "web.error.form", err)
	}
	f, err := readPerson(r.PostForm)
	f.Person.ID, f.Key = id.Parse(r.PathValue("id")), r.PostFormValue("key")
	f.Person.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err == nil {
		err = a.People.Update(r.Context(), a.actor(r), f)
	}
	switch {
	case err == nil, fault.TextOf(err).Key == "once.done":
		a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "person.edit").T("person.saved")})
		http.Redirect(w, r, "/nguoi/"+r.PathValue("id"), http.StatusSeeOther)
		return nil
	case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
		return a.renderEdit(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	case fault.Is(err, fault.Stale):
		return a.renderEdit(w, r, http.StatusConflict, r.PostForm, err)
	}
	return err
}

// readPerson reads the fields of the form; what cannot be read is a fault of its field.
func readPerson(in url.Values) (people.Form, error) {
	e := fault.E("web.readPerson", fault.Invalid, "person.invalid")
	date := func(name string) day.Date {
		d, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		return d
	}
	code := func(name string) int { n, _ := strconv.Atoi(in.Get(name)); return n }
	f := people.Form{Person: person.Person{
		Name: in.Get("name"), OtherName: in.Get("other_name"), Birth: date("birth"), Sex: code("sex"), Ethnic: code("ethnic"), Religion: code("religion"),
		Occupation: code("occupation"), Schooling: code("schooling"), Expertise: code("expertise"), Theory: code("theory"), Youth: in.Get("youth") == "1",
		PoolOn: date("pool_on"), CertNo: in.Get("cert_no"), CertOn: date("cert_on"), Joined: date("joined"), PartyAge: date("party_age"), OfficialOn: date("official"), Note: in.Get("note"),
	}, Effective: date("effective"), Clear: in["clear"]}
	f.Sealed = person.Sealed{Number: digitsOf(in.Get("number")), Card: digitsOf(in.Get("card")), OldCard: digitsOf(in.Get("old_card")), CardPlace: in.Get("card_place"),
		CardOn: int32(date("card_on")), Phone: digitsOf(in.Get("phone")), Email: in.Get("email"), Helper: in.Get("helper"), IntroducedBy: in.Get("introduced_by")}
	for name, to := range map[string]*person.Address{"birth_place": &f.Sealed.BirthPlace, "home": &f.Sealed.Home, "permanent": &f.Sealed.Permanent, "temporary": &f.Sealed.Temporary} {
		to.Detail = in.Get(name)
	}
	if len(e.Fields) > 0 {
		return f, e
	}
	return f, nil
}
