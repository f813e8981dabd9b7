package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
)

type movementForm struct {
	Base
	Person id.ID
	Name   string
	Cause  ledger.Cause
	Fields []Field
	Errs   map[string]fault.Text
	Wrong  string
	Key    string
	Seen   int64 // version of the record the form was filled from
}

// movementNew shows the form of a movement: GET /nguoi/{id}/bien-dong?cause=.
func (a *App) movementNew(w http.ResponseWriter, r *http.Request) error {
	return a.renderMovement(w, r, http.StatusOK, url.Values{"effective": {a.People.Today().VN()}}, nil)
}

func (a *App) renderMovement(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !rec.MayWrite {
		return fault.E("web.movementNew", fault.Forbidden, "error.forbidden")
	}
	cause, ok := ledger.ParseCause(r.FormValue("cause"))
	targets := cause.Targets(rec.Person.Place.Stage)
	if !ok || len(targets) == 0 {
		return fault.E("web.movementNew", fault.Conflict, "ledger.cause_unfit", fault.Text{Key: fault.Key("cause." + cause.String())}, fault.Text{Key: fault.Key("stage." + rec.Person.Place.Stage.String())})
	}
	p := movementForm{Base: a.Base(r, "person.next"), Person: rec.Person.ID, Name: rec.Person.Name, Cause: cause, Errs: fieldsOf(failed), Key: formKey(), Seen: rec.Person.Version}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("cause."+cause.String()) + ": " + rec.Person.Name
	p.Crumbs = []Crumb{{rec.Unit.Name, "/nguoi?u=" + rec.Unit.ID.String()}, {rec.Person.Name, "/nguoi/" + rec.Person.ID.String()}, {Label: p.T("cause." + cause.String())}}
	if len(targets) > 1 {
		var cs []Choice
		for _, s := range targets {
			cs = append(cs, Choice{Label: p.T("stage." + s.String()), Value: s.String()})
		}
		p.Fields = append(p.Fields, p.Field("to", p.T("movement.to"), in.Get("to"), p.Errs).From(cs))
	}
	if cause == ledger.Transfer || rec.Person.Place.Out() {
		p.Fields = append(p.Fields, p.Field("unit", p.T("movement.unit"), in.Get("unit"), p.Errs).Help(p.T("movement.unit_hint")))
	}
	p.Fields = append(p.Fields, p.Field("effective", p.T("moves.col.date"), in.Get("effective"), p.Errs).As("date").Must(),
		p.Field("decision", p.T("movement.decision"), in.Get("decision"), p.Errs),
		p.Field("decided_on", p.T("movement.decided_on"), in.Get("decided_on"), p.Errs).As("date"),
		p.Field("campaign", p.T("movement.campaign"), in.Get("campaign"), p.Errs).Help(p.T("movement.campaign_hint")))
	return a.Render(w, r, status, "movement_form.html", p)
}

// movementPost adds the movement: POST /nguoi/{id}/bien-dong.
func (a *App) movementPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.movementPost", fault.Invalid, "web.error.form", err)
	}
	f, err := a.readMovement(r)
	if err == nil {
		_, err = a.Movements.Post(r.Context(), a.actor(r), f)
	}
	if fault.TextOf(err).Key == "once.done" {
		err = nil // the same form a second time
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale) {
		return a.renderMovement(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	if err != nil {
		return err
	}
	b := a.Base(r, "person.next")
	a.Flash(w, Notice{Kind: Done, Text: b.T("movement.posted", b.T("cause."+f.Cause.String()))})
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id"), http.StatusSeeOther)
	return nil
}

func (a *App) readMovement(r *http.Request) (movements.Form, error) {
	in := r.PostForm
	f := movements.Form{Person: id.Parse(r.PathValue("id")), Decision: strings.TrimSpace(in.Get("decision")), Campaign: strings.TrimSpace(in.Get("campaign")), Key: in.Get("key")}
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
	if text := strings.TrimSpace(in.Get("unit")); text != "" {
		u, err := a.Users.FindUnit(r.Context(), a.actor(r), text)
		if err != nil {
			e.Field("unit", "user.unit_unknown")
		}
		f.Unit = u
	}
	if len(e.Fields) > 0 {
		return f, e
	}
	f.To, _ = ledger.ParseStage(in.Get("to"))
	if in.Get("to") == "" {
		rec, err := a.People.Get(r.Context(), a.actor(r), f.Person)
		if err != nil {
			return f, err
		}
		if ts := f.Cause.Targets(rec.Person.Place.Stage); len(ts) > 0 {
			f.To = ts[0]
		}
	}
	return f, nil
}
