package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/vi"
)

type actPage struct {
	Base
	V        dossiers.View
	Step     string
	Who      string
	Fields   []Field // before the vote
	Vote     *voteBlock
	Special  []Field // questions about what is considered under rules of its own
	After    []Field // behind it
	Picks    []Choice
	In       url.Values
	Errs     map[string]fault.Text
	Wrong    string
	Checked  bool   // the rules were asked
	Tried    string // what they said of it, when nothing was to be recorded
	Clean    bool   // they have nothing to say against it
	Findings []finding
	Warned   bool
	Why      *Field // why to go on in spite of a warning
	Key      string
	Seen     int64
	Fresh    string
}

// voteBlock is the figures of a vote with the share that is asked for.
type voteBlock struct {
	Fields  []Field
	Must    bool
	Wrong   []string // figures that contradict others
	Says    string   // how many are asked for, or how many that is
	Counted bool     // the votes in favour are there
	Enough  bool
	Bar     []voteBar
}

type voteBar struct {
	Label string
	N, Of int
}

// actNew shows the form of an act: GET /nguoi/{id}/ho-so/ghi?step=.
func (a *App) actNew(w http.ResponseWriter, r *http.Request) error {
	in := url.Values{"on": {a.Dossiers.Today().VN()}}
	if on := r.FormValue("on"); on != "" {
		in.Set("on", on)
	}
	return a.renderAct(w, r, http.StatusOK, in, unitPick{}, nil, nil)
}

func (a *App) renderAct(w http.ResponseWriter, r *http.Request, status int, in url.Values, pick unitPick, failed error, found []rule.Finding) error {
	v, err := a.Dossiers.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !v.MayWrite {
		return fault.E("web.actNew", fault.Forbidden, "error.forbidden")
	}
	step := dossier.Step(r.FormValue("step"))
	if !step.Valid() || step == dossier.Undo || step == dossier.Rebase {
		return fault.E("web.actNew", fault.NotFound, "error.notfound")
	}
	p := actPage{Base: a.Base(r, "dossier.title"), V: v, Step: string(step), In: in, Picks: pick.among, Errs: fieldsOf(failed), Key: formKey(), Seen: v.Dossier.Version}
	if !v.Known {
		p.Seen = 0
	}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
		p.Seen, _ = strconv.ParseInt(in.Get("version"), 10, 64)
	}
	if fault.Is(failed, fault.Stale) {
		p.Fresh = actHref(v.Person.ID, step)
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("step."+p.Step) + ": " + v.Person.Name
	p.Who = p.T("dossier.who." + whose(step))
	p.Crumbs = a.dossierCrumbs(r, p.Base, v, Crumb{Label: p.T("step." + p.Step)})
	p.Findings, p.Checked = p.findings(v.Rules, found, in["accept"]), in.Get("do") != ""
	var bad, warn int
	for _, f := range p.Findings {
		switch f.Kind {
		case "bad":
			bad++
		case "warn":
			warn++
		}
	}
	p.Warned, p.Clean = warn > 0, bad+warn == 0
	if p.Checked && failed == nil {
		p.Tried = p.T("dossier.tried", bad, warn)
		if p.Clean {
			p.Tried = p.T("dossier.tried_well")
		}
	}
	if err := a.actFields(r, &p, step, pick); err != nil {
		return err
	}
	return a.Render(w, r, status, "dossier_act.html", p)
}

// actPost examines an act, and records it: POST /nguoi/{id}/ho-so/ghi. The button "Kiểm tra" only asks.
func (a *App) actPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.actPost", fault.Invalid, "web.error.form", err)
	}
	if r.PostForm.Get("do") == "vote" {
		return a.actVote(w, r)
	}
	f, pick, err := a.readAct(r)
	if err != nil {
		return a.actFailed(w, r, pick, err, nil)
	}
	if r.PostForm.Get("do") == "check" {
		found, err := a.Dossiers.Preview(r.Context(), a.actor(r), f)
		if err != nil {
			return a.actFailed(w, r, pick, err, found)
		}
		return a.renderAct(w, r, http.StatusOK, r.PostForm, pick, nil, found)
	}
	done, err := a.Dossiers.Act(r.Context(), a.actor(r), f)
	if err != nil {
		found, ferr := a.Dossiers.Preview(r.Context(), a.actor(r), f)
		if ferr != nil {
			found = nil
		}
		return a.actFailed(w, r, pick, err, found)
	}
	b := a.Base(r, "dossier.title")
	a.Flash(w, b.did(done.Act == 0, "dossier.recorded", b.T("step."+string(f.Step))))
	page := dossierHref(f.Person)
	if _, err := a.Dossiers.Get(r.Context(), a.actor(r), f.Person); fault.Is(err, fault.NotFound) {
		page = "/ho-so" // moved out of what the visitor may see
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}

// actVote says what the figures of a vote come to while they are typed. Nothing is recorded.
func (a *App) actVote(w http.ResponseWriter, r *http.Request) error {
	v, err := a.Dossiers.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !v.MayWrite {
		return fault.E("web.actVote", fault.Forbidden, "error.forbidden")
	}
	p := actPage{Base: a.Base(r, "dossier.title"), V: v, In: r.PostForm}
	p.vote(dossier.Step(r.PostForm.Get("step")))
	return a.RenderFragment(w, r, http.StatusOK, "dossier_act.html", "votesays", &p)
}

// actFailed shows the form again with what is wrong.
func (a *App) actFailed(w http.ResponseWriter, r *http.Request, pick unitPick, err error, found []rule.Finding) error {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return a.renderAct(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, err, found)
	case fault.Conflict, fault.Stale:
		return a.renderAct(w, r, http.StatusConflict, r.PostForm, pick, err, found)
	}
	return err
}

// readAct reads the form of an act; what cannot be read is a fault of its field.
func (a *App) readAct(r *http.Request) (dossiers.ActForm, unitPick, error) {
	in := r.PostForm
	f := dossiers.ActForm{Person: id.Parse(r.PathValue("id")), Version: versionOf(r), Step: dossier.Step(in.Get("step")), No: in.Get("no"), Accept: in["accept"], Key: in.Get("key")}
	x := &f.Details
	*x = dossier.Details{By: in.Get("by"), Body: in.Get("body"), Group: in.Get("group"), Reason: in.Get("reason"), Text: in.Get("text"), Quarter: in.Get("quarter"),
		Route: in.Get("route"), Helper: id.Parse(in.Get("helper")), HelperPaper: in.Get("helper_paper"), Minutes: in.Get("minutes"), Issuer: in.Get("issuer"),
		Grade: in.Get("grade"), Place: in.Get("place"), Clock: in.Get("clock"), To: in.Get("to"), Cited: in.Get("cited"), Consent: in.Get("consent") != "", Penalty: in.Get("penalty")}
	e := fault.E("web.readAct", fault.Invalid, "dossier.unfit")
	for name, to := range map[string]*day.Date{"on": &f.On, "dated": &f.Dated, "until": &x.Until} {
		d, err := day.Parse(in.Get(name))
		if err != nil {
			t := fault.TextOf(err)
			e.Field(name, t.Key, t.Args...)
		}
		*to = d
	}
	readVote(in, x, e)
	readSpecial(in, x, e)
	readIntroducers(in, x, e)
	readRelative(in, x)
	var pick unitPick
	var perr error
	if f.Step == dossier.Move {
		if pick, perr = a.pickUnit(r, in); in.Get("out") != "" {
			pick, perr, x.To = unitPick{}, nil, dossier.Abroad
		}
		f.Unit = pick.unit
	}
	var err error
	if len(e.Fields) > 0 {
		err = e
	}
	return f, pick, bothFaults(err, perr)
}

// voteFields are the figures of a vote, in the order of the minutes.
var voteFields = []struct {
	name string
	of   func(*dossier.Vote) *int
}{
	{"officials", func(v *dossier.Vote) *int { return &v.Officials }},
	{"excluded", func(v *dossier.Vote) *int { return &v.Excluded }},
	{"summoned", func(v *dossier.Vote) *int { return &v.Summoned }},
	{"present", func(v *dossier.Vote) *int { return &v.Present }},
	{"issued", func(v *dossier.Vote) *int { return &v.Issued }},
	{"valid", func(v *dossier.Vote) *int { return &v.Valid }},
	{"for", func(v *dossier.Vote) *int { return &v.For }},
}

func readVote(in url.Values, x *dossier.Details, e *fault.Error) {
	var v dossier.Vote
	given := false
	for _, f := range voteFields {
		text := in.Get(f.name)
		if text == "" {
			continue
		}
		given = true
		n, err := strconv.Atoi(text)
		if err != nil {
			e.Field(f.name, "dossier.number")
		}
		*f.of(&v) = n
	}
	if given {
		x.Vote = &v
	}
}

func readIntroducers(in url.Values, x *dossier.Details, e *fault.Error) {
	for _, n := range []string{"1", "2"} {
		m := id.Parse(in.Get("introducer" + n))
		if m == 0 {
			continue
		}
		since, err := day.Parse(in.Get("since" + n))
		if err != nil {
			t := fault.TextOf(err)
			e.Field("since"+n, t.Key, t.Args...)
		}
		x.Introducers = append(x.Introducers, dossier.Introducer{Member: m, Since: since})
	}
	if body := vi.NFC(in.Get("body")); body != "" && in.Get("step") == string(dossier.Introduce) {
		x.Introducers = append(x.Introducers, dossier.Introducer{Name: body, No: in.Get("no")})
	}
}

func readRelative(in url.Values, x *dossier.Details) {
	switch dossier.Step(in.Get("step")) {
	case dossier.Ask:
		x.Relative = &dossier.Relative{Name: in.Get("relative"), Relation: in.Get("relation"), Place: in.Get("place"), Abroad: in.Get("abroad") != "", Exempt: in.Get("exempt") != ""}
	case dossier.Answer:
		x.Relative = &dossier.Relative{Key: in.Get("relative"), Result: in.Get("text")}
		x.Text = ""
	}
}
