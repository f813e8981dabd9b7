package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// requests lists what people asked for about their own data: GET /yeu-cau.
func (a *App) requests(w http.ResponseWriter, r *http.Request) error {
	closed := r.URL.Query().Get("xem") == "xong"
	l, err := a.Subjects.List(r.Context(), a.actor(r), unitParam(r), closed)
	if err != nil {
		return err
	}
	p := rulesView{Base: a.Base(r, "request.title")}
	name := l.Unit.Name
	if l.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title, p.Lead = p.T("request.heading", name), p.T("request.lead")
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/yeu-cau?u=")
	other := url.Values{"u": {l.Unit.ID.String()}}
	if !closed {
		other.Set("xem", "xong")
	}
	p.Links = []Choice{{Label: p.T(map[bool]string{true: "request.show_open", false: "request.show_closed"}[closed]), Href: "/yeu-cau?" + other.Encode()},
		{Label: p.T("subject.title"), Href: "/du-lieu"}}
	if a.actor(r).Can(access.SetTarget, l.Unit) {
		p.Links = append(p.Links, Choice{Label: p.T("erase.title"), Href: "/du-lieu/luu-tru?u=" + l.Unit.ID.String()})
	}
	t := p.table("yeu-cau", map[bool]string{true: "request.closed_ones", false: "request.open"}[closed], "people.col.name", "people.col.unit", "request.kind", "request.received", "request.due", "request.state")
	for _, x := range l.Rows {
		t.row(ruleRow{Name: x.Name, Href: "/yeu-cau/" + x.ID.String()}, ruleCell{Text: x.UnitName}, ruleCell{Text: p.T("request.kind." + string(x.Kind))},
			ruleCell{Text: x.Received.VN()}, p.dueCell(x.Request, l.Today), ruleCell{Badge: p.requestBadge(x.Request, l.Today)})
	}
	p.Tables = []ruleTable{t}
	return a.Render(w, r, http.StatusOK, "rules.html", p)
}

func (b Base) dueCell(x subject.Request, today day.Date) ruleCell {
	switch {
	case x.Closed != 0:
		return ruleCell{Text: x.Closed.VN()}
	case x.Answered == 0:
		return ruleCell{Text: x.Due().VN(), Sub: b.T("request.then", x.DoneBy)}
	}
	return ruleCell{Text: x.DoneBy.VN()}
}

func (b Base) requestBadge(x subject.Request, today day.Date) *Badge {
	if x.Late(today) {
		return &Badge{Kind: "bad", Text: b.T("request.late", today.Sub(x.Due()))}
	}
	kind := map[subject.State]string{subject.Received: "warn", subject.Answered: "info", subject.Granted: "ok", subject.Refused: "mute"}[x.State]
	return &Badge{Kind: kind, Text: b.T("request.state." + string(x.State))}
}

// requestShow is one request: GET /yeu-cau/{id}.
func (a *App) requestShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderRequest(w, r, http.StatusOK, nil)
}

func (a *App) renderRequest(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	v, err := a.Subjects.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	x := v.Request
	p := rulesView{Base: a.Base(r, "request.title"), Badge: nil}
	p.Title = p.T("request.of", p.T("request.kind."+string(x.Kind)), v.Name)
	p.Crumbs = append(a.unitCrumbs(r, v.Above, v.Unit, "/yeu-cau?u="), Crumb{Label: v.Name})
	p.Badge = p.requestBadge(x, v.Today)
	p.Links = []Choice{{Label: p.T("request.person"), Href: "/nguoi/" + x.Person.String() + "/du-lieu"}}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	for _, f := range []fact{{p.T("request.received"), x.Received.VN()}, {p.T("request.asked"), x.Sealed.Asked}, {p.T("request.answer_by"), x.AnswerBy.VN()},
		{p.T("request.done_by"), x.DoneBy.VN()}, {p.T("request.answered_on"), x.Answered.VN()}, {p.T("request.answer"), x.Sealed.Answer},
		{p.T("request.extended"), x.Sealed.Why}, {p.T("request.closed_on"), x.Closed.VN()}, {p.T("request.reason"), x.Sealed.Reason}} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	if v.Write {
		p.After = []ruleForm{p.decideForm(r, v, fieldsOf(failed))}
	}
	return a.Render(w, r, status, "rules.html", p)
}

// decideForm offers the steps that may be done now.
func (b Base) decideForm(r *http.Request, v subjects.View, errs map[string]fault.Text) ruleForm {
	x := v.Request
	f := ruleForm{Title: b.T("request.decide"), Hint: b.T("request.decide_hint"), Method: "post", Action: "/yeu-cau/" + x.ID.String()}
	f.Fields = []Field{b.Field("reason", b.T("request.words"), r.PostFormValue("reason"), errs).As("textarea").Must()}
	if x.Answered == 0 {
		f.Buttons = append(f.Buttons, Choice{Label: b.T("request.do.answer"), Value: string(subjects.Answer), Current: true})
	}
	if v.Decide {
		f.Buttons = append(f.Buttons, Choice{Label: b.T("request.do.grant"), Value: string(subjects.Grant), Current: x.Answered != 0}, Choice{Label: b.T("request.do.refuse"), Value: string(subjects.Refuse)})
		if !x.Extended {
			f.Buttons = append(f.Buttons, Choice{Label: b.T("request.do.extend"), Value: string(subjects.Extend)})
		}
	}
	return f
}

// requestDecide does a step: POST /yeu-cau/{id}.
func (a *App) requestDecide(w http.ResponseWriter, r *http.Request) error {
	step := subjects.Step(r.PostFormValue("do"))
	err := a.Subjects.Decide(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), step, r.PostFormValue("reason"))
	_, second := errors.AsType[*approval.Needed](err)
	switch {
	case second:
		return err
	case fault.Is(err, fault.Invalid):
		return a.renderRequest(w, r, http.StatusUnprocessableEntity, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderRequest(w, r, http.StatusConflict, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "request.title").T("request.did." + string(step))})
	http.Redirect(w, r, "/yeu-cau/"+r.PathValue("id"), http.StatusSeeOther)
	return nil
}

// personSide is the person's side of a record: GET /nguoi/{id}/du-lieu.
func (a *App) personSide(w http.ResponseWriter, r *http.Request) error {
	return a.renderSide(w, r, http.StatusOK, nil, "")
}

// renderSide shows it; link is an invitation that was just made, shown once.
func (a *App) renderSide(w http.ResponseWriter, r *http.Request, status int, failed error, link string) error {
	v, err := a.Subjects.Side(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := rulesView{Base: a.Base(r, "own.side")}
	p.Title = p.T("own.side_of", v.Person.Name)
	href := "/nguoi/" + v.Person.ID.String()
	p.Crumbs = append(a.unitCrumbs(r, v.Above, v.Unit, "/nguoi?u="), Crumb{v.Person.Name, href}, Crumb{Label: p.T("own.side")})
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	if v.Held {
		why := "request.hold_refused"
		if v.Hold.Erased(v.Person.ID) {
			why = "erase.was"
		} else if v.Hold.Request != 0 {
			why = "request.hold_asked"
		}
		p.Warnings = []string{p.T(why, v.Hold.Since)}
	}
	p.Tables = append(p.Tables, p.sideRequests(v), p.sideConsents(v))
	if len(v.Consents) > 0 {
		p.Tables = append(p.Tables, p.sideConsentsPast(v))
	}
	if v.Inspects {
		p.Tables = append(p.Tables, p.sideLooks(v))
	}
	if v.Person.Erased() { // nothing is taken down, handed over or opened any more
		return a.Render(w, r, status, "rules.html", p)
	}
	account, err := a.Users.SelfOf(r.Context(), a.actor(r), v.Person.ID)
	if err != nil {
		return err
	}
	self, err := p.selfForm(account, href, link)
	if err != nil {
		return err
	}
	sideErrs, noteErrs := fieldsOf(failed), map[string]fault.Text(nil)
	if r.PostForm.Has("said") { // what is wrong stands beside the form that was sent
		sideErrs, noteErrs = nil, sideErrs
	}
	p.After = append(p.sideForms(r, v, href, sideErrs), p.consentForm(r.PostForm, href, a.actor(r).Name, v.Today, noteErrs))
	if link != "" {
		p.Before = []ruleForm{self} // where it is seen at once: it is shown only now
	} else {
		p.After = append(p.After, self)
	}
	return a.Render(w, r, status, "rules.html", p)
}

func (b Base) sideRequests(v subjects.Side) ruleTable {
	t := b.table("yeu-cau", "request.title", "request.kind", "request.received", "request.due", "request.state")
	for _, x := range v.Requests {
		t.row(ruleRow{Name: b.T("request.kind." + string(x.Kind)), Href: "/yeu-cau/" + x.ID.String()}, ruleCell{Text: x.Received.VN()}, b.dueCell(x, v.Today), ruleCell{Badge: b.requestBadge(x, v.Today)})
	}
	return t
}

func (b Base) sideLooks(v subjects.Side) ruleTable {
	t := b.table("da-xem", "own.looks", "own.on", "own.who", "own.did", "own.why")
	t.Note = b.T("own.looks_note")
	for _, l := range v.Looks {
		t.row(ruleRow{Name: b.words.Time(l.At)}, ruleCell{Text: l.Name}, ruleCell{Text: b.T("own.look." + l.Action)}, ruleCell{Text: l.Why()})
	}
	return t
}

// sideForms are taking a request down, handing the own record over and lifting a restriction.
func (b Base) sideForms(r *http.Request, v subjects.Side, href string, errs map[string]fault.Text) []ruleForm {
	in := r.PostForm
	var kinds []Choice
	for _, k := range subject.Kinds {
		kinds = append(kinds, Choice{Value: string(k), Label: b.T("request.kind." + string(k))})
	}
	on := in.Get("on")
	if on == "" {
		on = v.Today.VN()
	}
	mine := func(act string) (map[string]fault.Text, string) {
		if in.Get("do") == act || act == "nhan" && in.Get("asked") != "" {
			return errs, in.Get("reason")
		}
		return nil, ""
	}
	taken, _ := mine("nhan")
	if in.Get("do") == "" {
		taken = errs
	}
	fs := []ruleForm{{Title: b.T("request.receive"), Hint: b.T("request.receive_hint"), Method: "post", Action: href + "/yeu-cau", Hidden: []Choice{{Label: "key", Value: formKey()}},
		Fields: []Field{b.Field("kind", b.T("request.kind"), in.Get("kind"), taken).From(kinds).Must(), b.Field("on", b.T("request.received"), on, taken).As("date").Must(),
			b.Field("asked", b.T("request.asked"), in.Get("asked"), taken).As("textarea").Must()}, Buttons: []Choice{{Label: b.T("request.receive"), Current: true}}}}
	reason := func(of, label, act string) Field {
		e, was := mine(act)
		f := b.Field("reason", b.T(label), was, e).Must()
		f.Of = of
		return f
	}
	if v.Reveals {
		fs = append(fs, ruleForm{Title: b.T("own.hand"), Hint: b.T("own.hand_hint"), Method: "post", Action: href + "/du-lieu", Fields: []Field{reason("own", "own.reason", "docx")},
			Buttons: []Choice{{Label: b.T("own.docx"), Value: "docx", Current: true}, {Label: b.T("own.pdf"), Value: "pdf"}, {Label: b.T("own.json"), Value: "json"}}})
	}
	if v.Held && v.Hold.Request != 0 && v.Hold.Request != v.Person.ID && v.Decides {
		fs = append(fs, ruleForm{Title: b.T("request.lift"), Hint: b.T("request.lift_hint"), Method: "post", Action: href + "/du-lieu", Fields: []Field{reason("lift", "request.lift_reason", "lift")},
			Buttons: []Choice{{Label: b.T("request.lift"), Value: "lift"}}})
	}
	return fs
}

// requestReceive takes a request down: POST /nguoi/{id}/yeu-cau.
func (a *App) requestReceive(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.requestReceive", fault.Invalid, "web.error.form", err)
	}
	e := fault.E("web.requestReceive", fault.Invalid, "request.invalid")
	f := subjects.Form{Person: id.Parse(r.PathValue("id")), Kind: subject.Kind(r.PostForm.Get("kind")), Asked: r.PostForm.Get("asked"), Key: r.PostForm.Get("key")}
	readDays(r.PostForm, e, map[string]*day.Date{"on": &f.On})
	var made id.ID
	var err error = e
	if len(e.Fields) == 0 {
		made, err = a.Subjects.Receive(r.Context(), a.actor(r), f)
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderSide(w, r, http.StatusUnprocessableEntity, err, "")
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "request.title").T("request.did.receive")})
	http.Redirect(w, r, "/yeu-cau/"+made.String(), http.StatusSeeOther)
	return nil
}

// personOwn hands the own record over or lifts a restriction: POST /nguoi/{id}/du-lieu.
func (a *App) personOwn(w http.ResponseWriter, r *http.Request) error {
	who, person, reason, do := a.actor(r), id.Parse(r.PathValue("id")), r.PostFormValue("reason"), r.PostFormValue("do")
	if do == "lift" {
		err := a.Subjects.Lift(r.Context(), who, person, reason)
		switch {
		case fault.Is(err, fault.Invalid):
			return a.renderSide(w, r, http.StatusUnprocessableEntity, err, "")
		case fault.Is(err, fault.Conflict):
			return a.renderSide(w, r, http.StatusConflict, err, "")
		case err != nil:
			return err
		}
		a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "request.title").T("request.did.lift")})
		http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
		return nil
	}
	o, err := a.Subjects.Own(r.Context(), who, person, reason)
	if fault.Is(err, fault.Invalid) {
		return a.renderSide(w, r, http.StatusUnprocessableEntity, err, "")
	}
	if err != nil {
		return err
	}
	if do == "json" {
		data, err := json.MarshalIndent(o, "", "  ")
		if err != nil {
			return err
		}
		return sendFile(w, "du-lieu-ca-nhan.json", "application/json; charset=utf-8", data)
	}
	b := a.Base(r, "own.title")
	if do == "pdf" {
		data, err := o.PDF(b.words, b.sealedWords(o))
		if err != nil {
			return err
		}
		return sendFile(w, "du-lieu-ca-nhan.pdf", pdfType, data)
	}
	data, err := o.Paper(b.words, b.sealedWords(o))
	if err != nil {
		return err
	}
	return sendFile(w, "du-lieu-ca-nhan.docx", wordType, data)
}
