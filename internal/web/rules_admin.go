package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
)

// refused reports whether an error belongs beside the form it came from.
func refused(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Stale)
}

func (a *App) rulesView(r *http.Request, title string, failed error) rulesView {
	v := rulesView{Base: a.Base(r, title)}
	v.Crumbs = []Crumb{{v.T("rules.title"), "/quy-tac"}, {Label: v.Title}}
	if failed != nil {
		v.Wrong = v.Err(failed)
	}
	return v
}

func (a *App) rulesDone(w http.ResponseWriter, r *http.Request, text, to string) error {
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "rules.title").T(text)})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// ruleProposals lists proposals and takes new ones: GET and POST /quy-tac/de-nghi.
func (a *App) ruleProposals(w http.ResponseWriter, r *http.Request) error {
	return a.renderProposals(w, r, http.StatusOK, nil)
}

func (a *App) rulePropose(w http.ResponseWriter, r *http.Request) error {
	var i id.ID
	var err error
	if r.PostFormValue("do") == "value" {
		ref, key, _ := strings.Cut(r.PostFormValue("key"), " ")
		i, err = a.Rules.ProposeValue(r.Context(), a.actor(r), rules.ValueForm{Ref: ref, Key: key, Value: r.PostFormValue("value"), Doc: r.PostFormValue("doc"),
			Clause: r.PostFormValue("clause"), Sure: r.PostFormValue("sure"), SinceOn: r.PostFormValue("since"), Note: r.PostFormValue("note")})
	} else {
		i, err = a.Rules.Propose(r.Context(), a.actor(r), r.PostFormValue("text"), r.PostFormValue("note"))
	}
	if refused(err) {
		return a.renderProposals(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return a.rulesDone(w, r, "rules.proposed", "/quy-tac/de-nghi/"+i.String())
}

func (a *App) renderProposals(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	all, err := a.Rules.Proposals(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	v := a.rulesView(r, "rules.proposals", failed)
	v.Lead = v.T("rules.proposals_lead")
	t := v.table("proposals", "rules.proposals", "rules.col.pack", "rules.col.state", "rules.col.why", "rules.col.who")
	for _, p := range all {
		t.row(ruleRow{Name: p.Name, Href: "/quy-tac/de-nghi/" + p.ID.String(), Sub: stamp(p.At)}, ruleCell{Badge: v.stateBadge(p.State)}, ruleCell{Text: p.Note}, ruleCell{Text: p.ByName, Sub: p.DecidedName})
	}
	v.Tables = []ruleTable{t}
	packs := book.Packs()
	if p, err := book.Pack(correcting(r)); err == nil { // from the page of a pack: that value comes first
		v.Before = []ruleForm{v.valueForm(r, p, book, fieldsOf(failed))}
	} else {
		v.After = []ruleForm{v.valueForm(r, packs[len(packs)-1], book, fieldsOf(failed))}
	}
	v.After = append(v.After, v.textForm(r, fieldsOf(failed)))
	return a.Render(w, r, status, "rules.html", v)
}

// correcting is the pack of the value that is to be corrected; "" when none was chosen.
func correcting(r *http.Request) string {
	key := typedIn(r, "value", "key")
	if key == "" {
		key = r.URL.Query().Get("sua")
	}
	ref, _, _ := strings.Cut(key, " ")
	return ref
}

// correctHref is the form that corrects one value of a pack.
func correctHref(p *rule.Pack, key string) string {
	return "/quy-tac/de-nghi?" + url.Values{"sua": {p.Ref() + " " + key}}.Encode()
}

// valueForm corrects one value of a pack; the one the page of the pack leads to is filled in as it is now.
func (b Base) valueForm(r *http.Request, p *rule.Pack, book *rule.Book, errs map[string]fault.Text) ruleForm {
	now := map[string]string{"key": r.URL.Query().Get("sua")}
	keys, docs := []Choice(nil), []Choice{{Label: b.T("rules.doc_choose")}}
	for _, c := range rules.CorrectableOf(p) {
		o := Choice{Value: p.Ref() + " " + c.Key, Label: b.said(c.Text) + ": " + b.correctableText(&c)}
		if o.Value == now["key"] {
			now["value"], now["doc"], now["clause"], now["sure"], now["since"] = c.Value, c.Doc, c.Clause, c.Sure, c.Since.VN()
		}
		keys = append(keys, o)
	}
	typed := func(name string) string {
		if r.Method == http.MethodPost {
			return typedIn(r, "value", name)
		}
		return now[name]
	}
	for _, d := range book.Documents() {
		docs = append(docs, Choice{Value: d.Key, Label: d.String()})
	}
	sure := []Choice{{Value: "sure", Label: b.T("form.sure.sure")}, {Value: "likely", Label: b.T("form.sure.likely")}, {Value: "unsure", Label: b.T("form.sure.unsure")}}
	form := ruleForm{Title: b.T("rules.value_title", p.Ref()), Hint: b.T("rules.value_hint"), Action: "/quy-tac/de-nghi", Method: "post", Hidden: []Choice{{Label: "do", Value: "value"}}, Buttons: []Choice{{Label: b.T("rules.propose"), Current: true}}}
	form.Fields = []Field{
		b.Field("key", b.T("rules.col.what"), typed("key"), errs).From(keys), b.Field("value", b.T("rules.col.value"), typed("value"), errs).Must().Width("short"),
		b.Field("doc", b.T("rules.col.document"), typed("doc"), errs).From(docs).Must(), b.Field("clause", b.T("rules.clause"), typed("clause"), errs),
		b.Field("sure", b.T("rules.col.sure"), typed("sure"), errs).From(sure), b.Field("since", b.T("rules.since_label"), typed("since"), errs).As("date").Must(),
		b.Field("note", b.T("rules.col.why"), typed("note"), errs).Must(),
	}
	for i := range form.Fields {
		form.Fields[i].Of = "value"
	}
	return form
}

// correctableText is a number or share as it is, in words.
func (b Base) correctableText(c *rules.Correctable) string {
	n, err := strconv.Atoi(c.Value)
	switch {
	case err != nil:
		return c.Value
	case c.Extension:
		return b.T("rules.extended", b.lengthText(n, c.Unit))
	}
	return b.lengthText(n, c.Unit)
}

func (b Base) textForm(r *http.Request, errs map[string]fault.Text) ruleForm {
	return ruleForm{Title: b.T("rules.text_title"), Hint: b.T("rules.text_hint"), Action: "/quy-tac/de-nghi", Method: "post", Buttons: []Choice{{Label: b.T("rules.propose"), Current: true}}, Fields: []Field{
		b.Field("text", b.T("rules.yaml"), typedIn(r, "", "text"), errs).As("textarea").Must().Width("long"), b.Field("note", b.T("rules.col.why"), typedIn(r, "", "note"), errs).Must(),
	}}
}

// typedIn is what was typed into one of the two forms of the page; the other one stays empty.
func typedIn(r *http.Request, form, name string) string {
	if r.PostFormValue("do") != form {
		return ""
	}
	return r.PostFormValue(name)
}

func (b Base) stateBadge(state string) *Badge {
	return &Badge{map[string]string{"proposed": "info", "approved": "ok", "rejected": "mute"}[state], b.T("rules.state." + state)}
}

// ruleProposal shows what a proposal would change: GET /quy-tac/de-nghi/{id}.
func (a *App) ruleProposal(w http.ResponseWriter, r *http.Request) error {
	return a.renderProposal(w, r, http.StatusOK, nil)
}

// ruleDecide approves or rejects it: POST /quy-tac/de-nghi/{id}.
func (a *App) ruleDecide(w http.ResponseWriter, r *http.Request) error {
	i := id.Parse(r.PathValue("id"))
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	approve := r.PostFormValue("do") == "approve"
	err := a.Rules.Decide(r.Context(), a.actor(r), i, version, approve, r.PostFormValue("note"))
	if refused(err) {
		return a.renderProposal(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return a.rulesDone(w, r, map[bool]string{true: "rules.approved", false: "rules.rejected"}[approve], "/quy-tac/de-nghi")
}

func (a *App) renderProposal(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	p, err := a.Rules.Proposal(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := a.rulesView(r, "rules.proposals", failed)
	v.Title = v.T("rules.proposal", p.Name)
	v.Crumbs = []Crumb{{v.T("rules.title"), "/quy-tac"}, {v.T("rules.proposals"), "/quy-tac/de-nghi"}, {Label: p.Name}}
	v.Badge, v.Source = v.stateBadge(p.State), p.Body
	v.Facts = []fact{{v.T("rules.col.why"), p.Note}, {v.T("rules.col.who"), p.ByName + ", " + stamp(p.At)}}
	if p.DecidedAt != 0 {
		v.Facts = append(v.Facts, fact{v.T("rules.decided_by"), p.DecidedName + ", " + stamp(p.DecidedAt)}, fact{v.T("rules.decided_note"), p.DecidedNote})
	}
	if p.Broken.Key != "" {
		v.Warnings = append(v.Warnings, v.T(string(p.Broken.Key), p.Broken.Args...))
	}
	for _, d := range p.Outdated {
		v.Warnings = append(v.Warnings, v.T("rules.outdated", d))
	}
	if p.Pack != nil {
		v.Tables = []ruleTable{v.changes(p.Old, p.Pack, p.Changes)}
	}
	if p.May {
		v.After = []ruleForm{{Title: v.T("rules.decide"), Action: "/quy-tac/de-nghi/" + p.ID.String(), Method: "post", Hidden: []Choice{{Label: "version", Value: strconv.FormatInt(p.Version, 10)}},
			Fields:  []Field{v.Field("note", v.T("rules.decided_note"), r.PostFormValue("note"), fieldsOf(failed))},
			Buttons: []Choice{{Label: v.T("rules.approve"), Value: "approve", Current: true}, {Label: v.T("rules.reject"), Value: "reject"}}}}
	} else if p.State == "proposed" {
		v.Lead = v.T("rules.four_eyes")
	}
	return a.Render(w, r, status, "rules.html", v)
}

// ruleHolidays shows the special days of a year and takes corrections: GET and POST /quy-tac/ngay-nghi.
func (a *App) ruleHolidays(w http.ResponseWriter, r *http.Request) error {
	return a.renderHolidays(w, r, http.StatusOK, nil)
}

func (a *App) ruleHolidayPut(w http.ResponseWriter, r *http.Request) error {
	var err error
	if key := r.PostFormValue("key"); key != "" {
		d, _ := day.ParseISO(key)
		err = a.Rules.DropHoliday(r.Context(), a.actor(r), d)
	} else {
		d, _ := day.Parse(r.PostFormValue("day"))
		err = a.Rules.SetHoliday(r.Context(), a.actor(r), rules.Holiday{Day: d, Work: r.PostFormValue("work") == "1", Name: r.PostFormValue("name"), Source: r.PostFormValue("source")})
	}
	if refused(err) {
		return a.renderHolidays(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return a.rulesDone(w, r, "rules.holiday_done", "/quy-tac/ngay-nghi")
}

func (a *App) renderHolidays(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	y, err := a.Rules.Holidays(r.Context(), year)
	if err != nil {
		return err
	}
	may, err := a.Rules.May(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	v := a.rulesView(r, "rules.holidays", failed)
	v.Lead = v.T("rules.holidays_lead")
	years := []Choice{}
	for n := y.Year - 3; n <= y.Year+4; n++ {
		years = append(years, Choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	v.Before = []ruleForm{{Action: "/quy-tac/ngay-nghi", Method: "get", Fields: []Field{v.Field("nam", v.T("rules.year"), strconv.Itoa(y.Year), nil).From(years).Width("short")}, Buttons: []Choice{{Label: v.T("pilot.show")}}}}
	t := v.table("days", "rules.holidays", "rules.col.day", "rules.col.what", "rules.col.state", "rules.col.source")
	add := func(h day.Holiday, badge *Badge, cell ruleCell) {
		name := h.Vi
		if v.Lang == "en" {
			name = h.En
		}
		cell.Text = h.Source
		t.row(ruleRow{Name: h.Day.VN()}, ruleCell{Text: name}, ruleCell{Badge: badge}, cell)
	}
	for _, h := range y.Days {
		badge, cell := &Badge{"ok", v.T("rules.free")}, ruleCell{}
		if h.Work {
			badge = &Badge{"info", v.T("rules.worked")}
		}
		if h.Sure == "planned" {
			badge.Kind, badge.Text = "warn", badge.Text+" · "+v.T("rules.planned")
		}
		if _, own := y.Own[h.Day]; own && may {
			cell = ruleCell{Post: "/quy-tac/ngay-nghi", Key: h.Day.String(), Do: v.T("rules.take_back"), Of: h.Day.VN()}
		}
		add(h, badge, cell)
	}
	for _, h := range y.Proposed {
		add(h, &Badge{"mute", v.T("rules.not_counted")}, ruleCell{})
	}
	v.Tables = []ruleTable{t}
	if may {
		errs := fieldsOf(failed)
		v.After = []ruleForm{{Title: v.T("rules.holiday_add"), Action: "/quy-tac/ngay-nghi", Method: "post", Buttons: []Choice{{Label: v.T("rules.save"), Current: true}}, Fields: []Field{
			v.Field("day", v.T("rules.col.day"), r.PostFormValue("day"), errs).As("date").Must(),
			v.Field("work", v.T("rules.col.state"), r.PostFormValue("work"), errs).From([]Choice{{Value: "0", Label: v.T("rules.free")}, {Value: "1", Label: v.T("rules.worked")}}),
			v.Field("name", v.T("rules.col.what"), r.PostFormValue("name"), errs).Must(), v.Field("source", v.T("rules.col.source"), r.PostFormValue("source"), errs).Must(),
		}}}
	}
	return a.Render(w, r, status, "rules.html", v)
}
