package web

import (
	"net/http"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/person"
)

type personPage struct {
	Base
	R            people.Record
	Stage        string
	Facts        []fact
	Sealed       []sealedFact
	Budget       *budgetPart // nil: nothing sealed is there, or it may not be opened
	Events       []Event
	Dossier      string   // address of the dossier, where the next step is recorded
	DossierFirst bool     // and the visitor records it
	Next         []Choice // causes that lead on
	Other        []Choice // every other cause that may follow
	Due          string   // until when the next step is due; may be empty
	Late         bool
	Undo         *undoForm
	UndoErr      string
	Acts         []act // what was done to the record, for those who may change it
	Errs         map[string]fault.Text
	EditHref     string
	HandOver     string // address where the person is offered to another unit
}

type fact struct{ Label, Value string }

// sealedFact is a sealed field that is filled in: masked, or shown once after a reason was given.
type sealedFact struct {
	Code, Label, Mask, Shown string
	Reason                   Field
	Open                     bool   // the form for the reason is open
	Closed                   string // that it may not be opened
}

type undoForm struct {
	ID, Label, Key string
	Reason         Field
}

type act struct{ At, Who, What, Detail string }

// personAsk is what a visit of the page is about besides the record.
type personAsk struct {
	field, value string // a sealed field that was asked for, and its value when it was given
	reason       string // as typed
	emergency    string // the reason of an emergency, as typed
	errs         map[string]fault.Text
	undoing      error
}

// personShow is the page of one person: GET /nguoi/{id}.
func (a *App) personShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderPerson(w, r, http.StatusOK, personAsk{})
}

func (a *App) renderPerson(w http.ResponseWriter, r *http.Request, status int, ask personAsk) error {
	who := a.actor(r)
	rec, err := a.People.Get(r.Context(), who, id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := personPage{Base: a.Base(r, "people.title"), R: rec, Errs: ask.errs, Stage: rec.Person.Place.Stage.String()}
	p.Title = rec.Person.Name
	p.Crumbs = a.personCrumbs(r, rec)
	if rec.Live || rec.Person.Place.Stage != ledger.Official {
		p.Dossier = dossierHref(rec.Person.ID)
	}
	p.DossierFirst = p.Dossier != "" && rec.MayWrite
	p.facts()
	p.sealed(ask)
	if rec.MayReveal && len(p.Sealed) > 0 {
		if err := a.budgetPart(r, &p, ask); err != nil {
			return err
		}
	}
	p.timeline(ask)
	p.HandOver = handOverHref(rec.Person, rec.MayWrite)
	if rec.MayWrite {
		p.EditHref = "/nguoi/" + rec.Person.ID.String() + "/sua"
		p.next()
		acts, err := a.People.History(r.Context(), who, rec.Person.ID)
		if err != nil {
			return err
		}
		for _, t := range acts {
			p.Acts = append(p.Acts, p.act(t))
		}
	}
	return a.Render(w, r, status, "person.html", p)
}

// personCrumbs is the way to a person's page through the lists of the units above.
func (a *App) personCrumbs(r *http.Request, rec people.Record, more ...Crumb) []Crumb {
	cs := a.unitCrumbs(r, rec.Above, rec.Unit, "/nguoi?u=")
	cs[len(cs)-1].Href = "/nguoi?u=" + rec.Unit.ID.String()
	if len(more) == 0 {
		return append(cs, Crumb{Label: rec.Person.Name})
	}
	return append(append(cs, Crumb{rec.Person.Name, "/nguoi/" + rec.Person.ID.String()}), more...)
}

// unitCrumbs is the way from the top unit down to u; a unit the visitor may not read is no link.
func (a *App) unitCrumbs(r *http.Request, above []org.Unit, u org.Unit, href string) []Crumb {
	var cs []Crumb
	for _, x := range above {
		c := Crumb{Label: x.Name}
		if a.actor(r).Can(access.Read, x) {
			c.Href = href + x.ID.String()
		}
		cs = append(cs, c)
	}
	if u.ID == 0 {
		return append(cs, Crumb{Label: a.Base(r, "pilot.nation").Title})
	}
	return append(cs, Crumb{Label: u.Name})
}

// next offers what may be recorded: the steps of the chain first, then exits and transfers.
func (p *personPage) next() {
	stage := p.R.Person.Place.Stage
	for _, c := range ledger.CausesFrom(stage) {
		if p.R.Live && c != ledger.Transfer {
			continue // the dossier makes it
		}
		choice := Choice{Label: p.T("cause." + c.String()), Href: "/nguoi/" + p.R.Person.ID.String() + "/bien-dong?cause=" + c.String()}
		if c.Targets(stage)[0] == stage+1 && stage != ledger.Outside {
			p.Next = append(p.Next, choice)
			continue
		}
		p.Other = append(p.Other, choice)
	}
	if end := p.R.ProbationEnds; end != 0 {
		p.Due = p.T("person.probation_ends", end)
		if p.Late = p.R.Today > end; p.Late {
			p.Due = p.T("person.probation_over", end, p.R.Today.Sub(end))
		}
	}
}

// facts lists what is recorded, without what is empty.
func (p *personPage) facts() { p.Facts = p.recorded(p.R.Person) }

// recorded are the fields of a record that are filled in, in the order of its page.
func (b Base) recorded(x person.Person) []fact {
	lang := string(b.Lang)
	var out []fact
	youth := ""
	if x.Youth {
		youth = b.T("person.yes")
	}
	for _, f := range []fact{
		{b.T("person.other_name"), x.OtherName},
		{b.T("people.col.birth"), b.Date(x.Birth)},
		{b.T("people.col.sex"), person.Sexes.In(lang, x.Sex)},
		{b.T("people.col.ethnic"), person.Ethnics.In(lang, x.Ethnic)},
		{b.T("people.col.religion"), person.Religions.In(lang, x.Religion)},
		{b.T("people.col.occupation"), person.Occupations.In(lang, x.Occupation)},
		{b.T("people.col.schooling"), person.Schoolings.In(lang, x.Schooling)},
		{b.T("people.col.expertise"), person.Expertises.In(lang, x.Expertise)},
		{b.T("people.col.theory"), person.Theories.In(lang, x.Theory)},
		{b.T("person.youth"), youth},
		{b.T("people.col.pool_on"), b.Date(x.PoolOn)},
		{b.T("people.col.cert_no"), x.CertNo},
		{b.T("people.col.cert_on"), b.Date(x.CertOn)},
		{b.T("people.col.joined"), b.Date(x.Joined)},
		{b.T("person.party_age"), b.Date(x.PartyAge)},
		{b.T("people.col.official"), b.Date(x.OfficialOn)},
		{b.T("people.col.note"), x.Note},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// sealed lists the sealed fields that are filled in.
func (p *personPage) sealed(ask personAsk) {
	for _, code := range people.SealedCodes() {
		if slices.Contains(p.R.Withheld, code) {
			p.Sealed = append(p.Sealed, sealedFact{Code: code, Label: p.T("person.sealed." + code), Closed: p.T("consent.closed_field")})
			continue
		}
		mask := p.R.Filled[code]
		if mask == "" {
			continue
		}
		f := sealedFact{Code: code, Label: p.T("person.sealed." + code), Mask: mask}
		f.Reason = p.Field("reason", p.T("person.reveal_reason"), "", nil).Must()
		if ask.field == code {
			f.Shown, f.Open = ask.value, ask.value == ""
			f.Reason = p.Field("reason", f.Reason.Label, ask.reason, ask.errs).Must()
		}
		f.Reason.Of = code
		p.Sealed = append(p.Sealed, f)
	}
}

// timeline writes the movements, newest first.
func (p *personPage) timeline(ask personAsk) {
	for _, l := range p.R.Movements {
		e := Event{Date: l.Effective.VN(), Title: p.T("cause." + l.Cause.String()), Kind: "plain", Text: p.went(l), Ref: p.rest(l)}
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
		p.Events = append(p.Events, e)
		if l.Last && p.R.MayWrite && l.Cause != ledger.Reorganise {
			p.Undo = &undoForm{ID: l.ID.String(), Label: p.T("cause."+l.Cause.String()) + ", " + l.Effective.VN(), Key: formKey()}
			p.Undo.Reason = p.Field("reason", p.T("person.undo_reason"), "", nil).Must()
			p.Undo.Reason.Of = "undo"
		}
	}
	if ask.undoing != nil {
		p.UndoErr = p.Err(ask.undoing)
		if p.Undo != nil {
			p.Undo.Reason.Value = ask.reason
		}
	}
}

// went says from where to where a movement led, or which attributes it changed.
func (p *personPage) went(l people.Line) string {
	switch {
	case l.Cause == ledger.Change && l.Was != nil:
		return strings.Join(p.changes(*l.Was, l.Attrs), "; ")
	case l.From == l.To:
		return ""
	case l.From.Unit == l.To.Unit:
		return l.ToUnit + ": " + p.T("stage."+l.From.Stage.String()) + " → " + p.T("stage."+l.To.Stage.String())
	}
	return p.place(l.From, l.FromUnit) + " → " + p.place(l.To, l.ToUnit)
}

// changes tells the attributes that differ, old and new.
func (p *personPage) changes(a, b ledger.Attrs) []string {
	lang, none := string(p.Lang), p.T("person.not_filled")
	var out []string
	add := func(key, from, to string) {
		if from == to {
			return
		}
		if from == "" {
			from = none
		}
		if to == "" {
			to = none
		}
		out = append(out, p.T(key)+": "+from+" → "+to)
	}
	yes := func(b bool) string {
		if b {
			return p.T("person.yes")
		}
		return p.T("person.no")
	}
	add("people.col.birth", p.Date(a.Birth), p.Date(b.Birth))
	add("people.col.sex", person.Sexes.In(lang, a.Sex), person.Sexes.In(lang, b.Sex))
	add("people.col.ethnic", person.Ethnics.In(lang, a.Ethnic), person.Ethnics.In(lang, b.Ethnic))
	add("people.col.religion", person.Religions.In(lang, a.Religion), person.Religions.In(lang, b.Religion))
	add("people.col.occupation", person.Occupations.In(lang, a.Occupation), person.Occupations.In(lang, b.Occupation))
	add("people.col.schooling", person.Schoolings.In(lang, a.Schooling), person.Schoolings.In(lang, b.Schooling))
	add("people.col.expertise", person.Expertises.In(lang, a.Expertise), person.Expertises.In(lang, b.Expertise))
	add("person.youth", yes(a.Youth), yes(b.Youth))
	return out
}

// rest is what stands behind a movement: the paper, the import, the reason of an undoing, who noted it.
func (p *personPage) rest(l people.Line) string {
	var parts []string
	switch {
	case l.Decision != "" && l.DecidedOn != 0:
		parts = append(parts, p.T("person.decision_of", l.Decision, l.DecidedOn))
	case l.Decision != "":
		parts = append(parts, p.T("person.decision", l.Decision))
	case l.DecidedOn != 0:
		parts = append(parts, p.T("person.decided", l.DecidedOn))
	}
	if l.Reason != "" {
		parts = append(parts, p.T("person.because", l.Reason))
	}
	noted := "person.noted"
	if l.Batch != 0 {
		noted = "person.noted_import"
	}
	return strings.Join(append(parts, p.T(noted, l.At, l.By)), " · ")
}
