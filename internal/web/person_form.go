package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
)

type personForm struct {
	Base
	New    bool
	Action string
	Back   string
	Unit   id.ID
	In     url.Values // what was typed
	Fields []Field
	Sealed []Field
	Start  []Field // of a new person
	Errs   map[string]fault.Text
	Wrong  string
	Twins  []people.Twin
	Key    string
	Seen   int64 // version of the record the form was filled from
}

// personNew shows the form of a new person: GET /nguoi/them.
func (a *App) personNew(w http.ResponseWriter, r *http.Request) error {
	in := url.Values{"stage": {"pool"}, "effective": {a.People.Today().VN()}, "ethnic": {"1"}, "religion": {"1"}}
	return a.renderNew(w, r, http.StatusOK, in, nil, nil)
}

func (a *App) renderNew(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error, twins []people.Twin) error {
	unit := id.Parse(r.FormValue("u"))
	p := personForm{Base: a.Base(r, "people.new"), New: true, Action: "/nguoi/them", Back: "/nguoi?u=" + unit.String(), Unit: unit, In: in, Errs: fieldsOf(failed), Twins: twins, Key: formKey()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.fill()
	p.Start = []Field{
		p.Field("stage", p.T("people.col.stage"), in.Get("stage"), p.Errs).From(p.startStages()),
		p.Field("effective", p.T("person.effective"), in.Get("effective"), p.Errs).As("date").Must(),
	}
	return a.Render(w, r, status, "person_form.html", p)
}

func (p *personForm) startStages() []Choice {
	var cs []Choice
	for _, s := range ledger.Stages {
		cs = append(cs, Choice{Label: p.T("stage." + s.String()), Value: s.String()})
	}
	return cs
}

// personCreate stores a new person: POST /nguoi/them.
func (a *App) personCreate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.personCreate", fault.Invalid, "web.error.form", err)
	}
	f, err := readPerson(r.PostForm)
	f.Unit, f.Key, f.Confirmed = id.Parse(r.PostFormValue("u")), r.PostFormValue("key"), r.PostFormValue("confirmed") == "1"
	f.Stage, _ = ledger.ParseStage(r.PostFormValue("stage"))
	f.Cause = startCause(f.Stage)
	var made id.ID
	var twins []people.Twin
	if err == nil {
		made, twins, err = a.People.Create(r.Context(), a.actor(r), f)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderNew(w, r, http.StatusUnprocessableEntity, r.PostForm, err, twins)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "people.new").T("person.created", f.Person.Name)})
	http.Redirect(w, r, "/nguoi/"+made.String(), http.StatusSeeOther)
	return nil
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
	} else if v, err := strconv.ParseInt(in.Get("version"), 10, 64); err == nil && !fault.Is(failed, fault.Stale) {
		p.Seen = v
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("person.edit_of", rec.Person.Name)
	p.fill()
	return a.Render(w, r, status, "person_form.html", p)
}

// personUpdate stores a changed record: POST /nguoi/{id}/sua.
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
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale) {
		return a.renderEdit(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "person.edit").T("person.saved")})
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id"), http.StatusSeeOther)
	return nil
}

// readPerson reads the fields of the form; dates that cannot be read are faults of their fields.
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
	}}
	f.Sealed = person.Sealed{Number: in.Get("number"), Card: in.Get("card"), Phone: in.Get("phone"), Helper: in.Get("helper"), IntroducedBy: in.Get("introduced_by")}
	if x := in.Get("home"); x != "" {
		f.Sealed.Home.Detail = x
	}
	if x := in.Get("permanent"); x != "" {
		f.Sealed.Permanent.Detail = x
	}
	f.Effective = date("effective")
	if len(e.Fields) > 0 {
		return f, e
	}
	return f, nil
}

// personValues is a record as the form holds it.
func personValues(p person.Person) url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"name": p.Name, "other_name": p.OtherName, "birth": p.Birth.VN(), "cert_no": p.CertNo, "cert_on": p.CertOn.VN(),
		"pool_on": p.PoolOn.VN(), "joined": p.Joined.VN(), "party_age": p.PartyAge.VN(), "official": p.OfficialOn.VN(), "note": p.Note} {
		v.Set(name, text)
	}
	for name, n := range map[string]int{"sex": p.Sex, "ethnic": p.Ethnic, "religion": p.Religion, "occupation": p.Occupation, "schooling": p.Schooling, "expertise": p.Expertise, "theory": p.Theory} {
		v.Set(name, strconv.Itoa(n))
	}
	if p.Youth {
		v.Set("youth", "1")
	}
	return v
}

// fill makes the fields, in the order of the paper forms.
func (p *personForm) fill() {
	text := func(name, key string) Field { return p.Field(name, p.T(key), p.In.Get(name), p.Errs) }
	pick := func(name, key string, list person.List) Field {
		cs := []Choice{{Label: p.T("person.not_filled"), Value: "0"}}
		for i := range list {
			cs = append(cs, Choice{Label: list.In(string(p.Lang), i+1), Value: strconv.Itoa(i + 1)})
		}
		return text(name, key).From(cs)
	}
	p.Fields = []Field{
		text("name", "people.col.name").Must(), text("other_name", "person.other_name"), pick("sex", "people.col.sex", person.Sexes).Must(),
		text("birth", "people.col.birth").As("date").Must(), pick("ethnic", "people.col.ethnic", person.Ethnics), pick("religion", "people.col.religion", person.Religions),
		pick("occupation", "people.col.occupation", person.Occupations), pick("schooling", "people.col.schooling", person.Schoolings),
		pick("expertise", "people.col.expertise", person.Expertises), pick("theory", "people.col.theory", person.Theories),
		text("youth", "person.youth").As("check").Tick(p.In.Get("youth") == "1"),
		text("pool_on", "people.col.pool_on").As("date"), text("cert_no", "people.col.cert_no"), text("cert_on", "people.col.cert_on").As("date"),
		text("joined", "people.col.joined").As("date"), text("party_age", "person.party_age").As("date"), text("official", "people.col.official").As("date"),
		text("note", "people.col.note"),
	}
	p.Sealed = []Field{
		text("number", "person.sealed.number").Keys("numeric"), text("card", "person.sealed.card").Keys("numeric"), text("phone", "person.sealed.phone").Keys("tel"),
		text("home", "person.sealed.home"), text("permanent", "person.sealed.permanent"), text("helper", "person.sealed.helper"), text("introduced_by", "person.sealed.introduced_by"),
	}
}
