package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/people"
	"ketnap/internal/vi"
)

type movementForm struct {
	Base
	R      people.Record
	Stage  string
	Cause  ledger.Cause
	Fields []Field
	Picks  []Choice // units among which one has to be picked
	In     url.Values
	Errs   map[string]fault.Text
	Wrong  string
	Key    string
	Seen   int64  // version of the record the form was filled from
	Fresh  string // address of the form on the newest version, when that is another
}

// movementNew shows the form of a movement: GET /nguoi/{id}/bien-dong?cause=.
func (a *App) movementNew(w http.ResponseWriter, r *http.Request) error {
	return a.renderMovement(w, r, http.StatusOK, url.Values{"effective": {a.People.Today().VN()}}, unitPick{}, nil)
}

func (a *App) renderMovement(w http.ResponseWriter, r *http.Request, status int, in url.Values, pick unitPick, failed error) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !rec.MayWrite {
		return fault.E("web.movementNew", fault.Forbidden, "error.forbidden")
	}
	stage := rec.Person.Place.Stage
	cause, _ := ledger.ParseCause(r.FormValue("cause"))
	targets := cause.Targets(stage)
	if len(targets) == 0 {
		return fault.E("web.movementNew", fault.Conflict, "movement.not_from_here", fault.Key("stage."+stage.String()))
	}
	p := movementForm{Base: a.Base(r, "person.next"), R: rec, Stage: stage.String(), Cause: cause, Picks: pick.among, In: in, Errs: fieldsOf(failed), Key: formKey(), Seen: rec.Person.Version}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
	}
	if v, err := strconv.ParseInt(in.Get("version"), 10, 64); err == nil {
		p.Seen = v
	}
	if p.Seen != rec.Person.Version {
		p.Fresh = "/nguoi/" + rec.Person.ID.String() + "/bien-dong?cause=" + cause.String()
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("cause."+cause.String()) + ": " + rec.Person.Name
	p.Crumbs = a.personCrumbs(r, rec, Crumb{Label: p.T("cause." + cause.String())})
	if err := a.movementFields(r, &p, targets, pick); err != nil {
		return err
	}
	return a.Render(w, r, status, "movement_form.html", p)
}

// movementFields makes the fields a cause needs, in the words of its paper.
func (a *App) movementFields(r *http.Request, p *movementForm, targets []ledger.Stage, pick unitPick) error {
	in := p.In
	if len(targets) > 1 {
		var cs []Choice
		for _, s := range targets {
			cs = append(cs, Choice{Label: p.T("stage." + s.String()), Value: s.String()})
		}
		p.Fields = append(p.Fields, p.Field("to", p.T("movement.to"), in.Get("to"), p.Errs).From(cs))
	}
	if out := p.R.Person.Place.Out(); p.Cause == ledger.Transfer || out {
		if out && pick.unit == 0 {
			pick.unit = p.R.Person.LastUnit
		}
		f, err := a.unitField(r, p.Base, p.T("movement.unit"), in, pick, p.Errs)
		if err != nil {
			return err
		}
		p.Fields = append(p.Fields, f)
	}
	date := func(name, key string) Field { return p.Field(name, p.T(key), in.Get(name), p.Errs).As("date") }
	text := func(name, key string) Field { return p.Field(name, p.T(key), in.Get(name), p.Errs) }
	switch p.Cause {
	case ledger.Certify:
		p.Fields = append(p.Fields, date("effective", "people.col.cert_on").Must(), text("decision", "people.col.cert_no"))
	case ledger.Admit, ledger.Readmit:
		p.Fields = append(p.Fields, date("effective", "movement.ceremony").Must().Help(p.T("movement.ceremony_hint")), text("decision", "movement.decision"),
			date("decided_on", "movement.decided_on").Help(p.T("movement.party_age_hint")), text("campaign", "movement.campaign").Help(p.T("movement.campaign_hint")))
	case ledger.Recognise:
		f := date("effective", "movement.effective").Must()
		if end := p.R.ProbationEnds; end != 0 {
			f = f.Help(p.T("movement.recognise_hint", end))
		}
		p.Fields = append(p.Fields, f, text("decision", "movement.decision"), date("decided_on", "movement.decided_on"))
	case ledger.Die:
		p.Fields = append(p.Fields, date("effective", "movement.death").Must())
	default:
		p.Fields = append(p.Fields, date("effective", "movement.effective").Must(), text("decision", "movement.decision"), date("decided_on", "movement.decided_on"))
	}
	return nil
}

// movementPost adds the movement: POST /nguoi/{id}/bien-dong.
func (a *App) movementPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.movementPost", fault.Invalid, "web.error.form", err)
	}
	f, pick, err := a.readMovement(r)
	if err == nil {
		_, err = a.Movements.Post(r.Context(), a.actor(r), f)
	}
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderMovement(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderMovement(w, r, http.StatusConflict, r.PostForm, pick, err)
	case err != nil:
		return err
	}
	b := a.Base(r, "person.next")
	a.Flash(w, b.did(before, "movement.posted", b.T("cause."+f.Cause.String())))
	page := "/nguoi/" + r.PathValue("id")
	if _, err := a.People.Get(r.Context(), a.actor(r), f.Person); fault.Is(err, fault.NotFound) {
		page = "/nguoi" // moved out of what the visitor may see
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}

// readMovement reads the form of a movement; what cannot be read is a fault of its field.
func (a *App) readMovement(r *http.Request) (movements.Form, unitPick, error) {
	in := r.PostForm
	f := movements.Form{Person: id.Parse(r.PathValue("id")), Decision: vi.NFC(in.Get("decision")), Campaign: vi.NFC(in.Get("campaign")), Key: in.Get("key")}
	f.Version, _ = strconv.ParseInt(in.Get("version"), 10, 64)
	f.Cause, _ = ledger.ParseCause(in.Get("cause"))
	e := fault.E("web.readMovement", fault.Invalid, "person.invalid")
	for name, to := range map[string]*day.Date{"effective": &f.Effective, "decided_on": &f.DecidedOn} {
		d, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		*to = d
	}
	pick, perr := a.pickUnit(r, in)
	f.Unit = pick.unit
	if f.Cause == ledger.Transfer && f.Unit == 0 && perr == nil {
		e.Field("unit", "ledger.unit_must_change")
	}
	var err error
	if len(e.Fields) > 0 {
		err = e
	}
	if err = bothFaults(err, perr); err != nil {
		return f, pick, err
	}
	rec, err := a.People.Get(r.Context(), a.actor(r), f.Person)
	if err != nil {
		return f, pick, err
	}
	targets := f.Cause.Targets(rec.Person.Place.Stage)
	if len(targets) > 0 {
		f.To = targets[0]
	}
	if s, ok := ledger.ParseStage(in.Get("to")); ok {
		f.To = s
	}
	return f, pick, nil
}
