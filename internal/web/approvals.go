package web

import (
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/periods"
	"ketnap/internal/users"
)

// waits is how many requests wait for who is signed in.
func (a *App) waits(r *http.Request, g users.Signed) (int, error) {
	if a.Approvals == nil || g.Missing != users.Nothing || r.Method != http.MethodGet {
		return 0, nil
	}
	open, err := a.Approvals.Open(r.Context(), g.Actor)
	return len(open), err
}

// actText says in words what an act is.
func (b Base) actText(x approval.Act) string {
	switch x.Kind {
	case approval.Import:
		if x.N > 1<<40 {
			return b.T("approval.what.import_unchecked", x.Detail)
		}
		return b.T("approval.what.import", x.Detail, x.N)
	case approval.Export:
		return b.T("approval.what.export", x.Detail, x.N)
	case approval.Grant:
		return b.T("approval.what.grant", x.Detail, b.T("role."+string(x.Role)))
	case approval.Reset:
		return b.T("approval.what.reset", x.Detail)
	case approval.Term:
		if f := strings.Fields(x.Detail); len(f) == 3 {
			return b.T("approval.what.term", b.T("term.of."+f[0]), f[1], f[2])
		}
	case approval.Reopen:
		if from, to, err := periods.Days(x); err == nil {
			return b.T("approval.what.reopen", from, to)
		}
	}
	if x.Kind == approval.Erase && x.Object == 0 {
		return b.T("approval.what.erase_term", x.N)
	}
	return b.T("approval.what." + string(x.Kind))
}

// spot is the name of a unit, of the nation when it is none.
func (b Base) spot(i id.ID, name string) string {
	if i == 0 {
		return b.T("user.nation")
	}
	return name
}

func (b Base) approvalBadge(s approval.State) *Badge {
	kind := map[approval.State]string{approval.Waiting: "warn", approval.Approved: "info", approval.Done: "ok", approval.Refused: "bad"}[s]
	if kind == "" {
		kind = "mute"
	}
	return &Badge{kind, b.T("approval.state." + string(s))}
}

func (a *App) approvalView(r *http.Request, title string, failed error) rulesView {
	v := rulesView{Base: a.Base(r, title)}
	if title != "approval.title" {
		v.Crumbs = []Crumb{{v.T("approval.title"), "/phe-duyet"}, {Label: v.Title}}
	}
	if failed != nil {
		v.Wrong = v.Err(failed)
	}
	return v
}

// approvals lists what waits for a second person, and what the user asked for: GET /phe-duyet.
func (a *App) approvals(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Approvals.List(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	v := a.approvalView(r, "approval.title", nil)
	v.Lead = v.T("approval.lead")
	if a.actor(r).Anywhere(access.ManageUsers) {
		v.Links = []Choice{{Label: v.T("approval.guards"), Href: "/phe-duyet/quy-dinh"}}
	}
	todo := v.table("todo", "approval.todo", "approval.col.what", "approval.col.unit", "approval.col.by", "approval.col.reason", "approval.col.until")
	own := v.table("own", "approval.own", "approval.col.what", "approval.col.unit", "approval.col.state", "approval.col.answer", "approval.col.until")
	past := v.table("past", "approval.past", "approval.col.what", "approval.col.unit", "approval.col.by", "approval.col.state", "approval.col.answer")
	for _, x := range all {
		row := ruleRow{Name: v.actText(x.Act), Href: "/phe-duyet/" + x.ID.String(), Sub: stamp(x.At)}
		unit, until := ruleCell{Text: v.spot(x.Unit, x.UnitName)}, ruleCell{Text: stamp(x.Expires)}
		state, answer := ruleCell{Badge: v.approvalBadge(x.State)}, ruleCell{Text: x.DecidedName, Sub: x.Note}
		switch {
		case x.May:
			todo.row(row, unit, ruleCell{Text: x.ByName}, ruleCell{Text: x.Reason}, until)
		case x.Own:
			own.row(row, unit, state, answer, until)
		default:
			past.row(row, unit, ruleCell{Text: x.ByName}, state, answer)
		}
	}
	todo.Empty, own.Empty, past.Empty = v.T("approval.none_todo"), v.T("approval.none_own"), v.T("approval.none_past")
	v.Tables = []ruleTable{todo, own}
	if len(past.Rows) > 0 {
		v.Tables = append(v.Tables, past)
	}
	return a.Render(w, r, http.StatusOK, "rules.html", v)
}

// approvalAsk answers an act that takes a second person: what it is, who could approve it, and the form that asks for it.
func (a *App) approvalAsk(w http.ResponseWriter, r *http.Request, act approval.Act) error {
	if r.Method == http.MethodGet {
		act.Path = r.URL.RequestURI()
	}
	return a.renderAsk(w, r, http.StatusConflict, act, nil)
}

func (a *App) renderAsk(w http.ResponseWriter, r *http.Request, status int, act approval.Act, failed error) error {
	token, names, err := a.Approvals.Ask(r.Context(), a.actor(r), act)
	if err != nil {
		return err
	}
	v := a.approvalView(r, "approval.ask", failed)
	v.Lead = v.T("approval.ask_lead")
	able := v.T("approval.nobody")
	if len(names) > 0 {
		able = strings.Join(names, ", ")
	}
	v.Facts = append([]fact{{v.T("approval.col.what"), v.actText(act)}}, v.guardFacts(act)...)
	v.Facts = append(v.Facts, fact{v.T("approval.able"), able})
	after := "approval.then_done"
	if act.Kind.Fetched() {
		after = "approval.then_fetch"
	}
	v.After = []ruleForm{{Title: v.T("approval.ask_title"), Hint: v.T(after, int(approval.Life.Hours())), Action: "/phe-duyet", Method: "post", Hidden: []Choice{{Label: "act", Value: token}},
		Fields:  []Field{v.Field("reason", v.T("approval.col.reason"), r.PostFormValue("reason"), fieldsOf(failed)).As("textarea").Must().Help(v.T("approval.reason_hint"))},
		Buttons: []Choice{{Label: v.T("approval.send"), Current: true}}}}
	return a.Render(w, r, status, "rules.html", v)
}

// approvalSubmit makes the request: POST /phe-duyet.
func (a *App) approvalSubmit(w http.ResponseWriter, r *http.Request) error {
	token := r.PostFormValue("act")
	i, err := a.Approvals.Submit(r.Context(), a.actor(r), token, r.PostFormValue("reason"))
	if refused(err) {
		if act, gone := a.Approvals.Shown(a.actor(r), token); gone == nil {
			return a.renderAsk(w, r, http.StatusUnprocessableEntity, act, err)
		}
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "approval.title").T("approval.sent")})
	http.Redirect(w, r, "/phe-duyet/"+i.String(), http.StatusSeeOther)
	return nil
}

// approvalShow shows one request: GET /phe-duyet/{id}.
func (a *App) approvalShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderApproval(w, r, http.StatusOK, nil)
}

func (a *App) renderApproval(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	x, err := a.Approvals.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := a.approvalView(r, "approval.one", failed)
	v.Title, v.Badge = v.actText(x.Act), v.approvalBadge(x.State)
	v.Facts = append([]fact{{v.T("approval.col.unit"), v.spot(x.Unit, x.UnitName)}, {v.T("approval.col.by"), x.ByName + ", " + stamp(x.At)},
		{v.T("approval.col.reason"), x.Reason}}, v.guardFacts(x.Act)...)
	if x.State == approval.Waiting || x.State == approval.Approved {
		v.Facts = append(v.Facts, fact{v.T("approval.col.until"), stamp(x.Expires)})
	}
	if x.DecidedAt != 0 {
		v.Facts = append(v.Facts, fact{v.T("approval.col.answer"), x.DecidedName + ", " + stamp(x.DecidedAt)})
	}
	if x.Note != "" {
		v.Facts = append(v.Facts, fact{v.T("approval.col.note"), x.Note})
	}
	v.Links = v.approvalLinks(x)
	v.After = v.approvalForms(r, x, failed)
	v.Lead = v.approvalLead(x)
	return a.Render(w, r, status, "rules.html", v)
}

// approvalLead says what comes next.
func (b Base) approvalLead(x approvals.View) string {
	switch {
	case x.May && x.Kind.Fetched():
		return b.T("approval.may_fetch")
	case x.May:
		return b.T("approval.may")
	case x.Own && x.State == approval.Waiting:
		return b.T("approval.own_waiting")
	case x.Own && x.State == approval.Approved:
		return b.T("approval.own_approved")
	case x.Own && x.State == approval.Done && x.Kind == approval.Reset, x.Own && x.State == approval.Done && x.Kind == approval.Grant:
		return b.T("approval.own_invite")
	case x.State == approval.Expired:
		return b.T("approval.is_expired")
	}
	return ""
}

// approvalLinks lead to what a request is about.
func (b Base) approvalLinks(x approvals.View) []Choice {
	switch {
	case x.Kind == approval.Import:
		return []Choice{{Label: b.T("approval.see_import"), Href: "/nhap/" + x.Object.String()}}
	case x.Kind == approval.Export && x.Own && x.State == approval.Approved:
		return []Choice{{Label: b.T("approval.fetch"), Href: x.Path}}
	case x.Kind == approval.Export:
		path, query, _ := strings.Cut(x.Path, "?")
		return []Choice{{Label: b.T("approval.see_list"), Href: strings.TrimSuffix(path, "/xlsx") + "?" + query}}
	case x.Kind == approval.Erase && x.Object != 0:
		return []Choice{{Label: b.T("approval.see_person"), Href: "/nguoi/" + x.Object.String() + "/du-lieu"}}
	case x.Kind == approval.Erase:
		return []Choice{{Label: b.T("approval.see_term"), Href: "/du-lieu/luu-tru?u=" + x.Unit.String()}}
	case x.Kind == approval.Reopen:
		return []Choice{{Label: b.T("approval.see_period"), Href: periodHref(x.Unit)}}
	case x.Kind == approval.Grant || x.Kind == approval.Reset:
		return []Choice{{Label: b.T("approval.see_users"), Href: "/quan-tri"}}
	}
	return nil
}

func (b Base) approvalForms(r *http.Request, x approvals.View, failed error) []ruleForm {
	f := ruleForm{Action: "/phe-duyet/" + x.ID.String(), Method: "post", Hidden: []Choice{{Label: "version", Value: strconv.FormatInt(x.Version, 10)}}}
	switch {
	case x.May:
		f.Title, f.Fields = b.T("approval.decide"), []Field{b.Field("note", b.T("approval.note"), r.PostFormValue("note"), fieldsOf(failed)).As("textarea").Help(b.T("approval.note_hint"))}
		f.Buttons = []Choice{{Label: b.T("approval.approve"), Value: "approve", Current: true}, {Label: b.T("approval.refuse"), Value: "refuse"}}
	case x.Own && (x.State == approval.Waiting || x.State == approval.Approved):
		f.Title, f.Buttons = b.T("approval.take_back"), []Choice{{Label: b.T("approval.withdraw"), Value: "withdraw"}}
	default:
		return nil
	}
	return []ruleForm{f}
}

// approvalDecide approves, refuses or takes back: POST /phe-duyet/{id}. An answer needs a factor that was shown lately.
func (a *App) approvalDecide(w http.ResponseWriter, r *http.Request) error {
	i, do := id.Parse(r.PathValue("id")), r.PostFormValue("do")
	here := "/phe-duyet/" + i.String()
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	var err error
	switch {
	case do == "withdraw":
		err = a.Approvals.Withdraw(r.Context(), a.actor(r), i, version)
	case do != "approve" && do != "refuse":
		err = fault.E("web.approvalDecide", fault.Invalid, "web.error.form")
	case !signed(r).Fresh:
		return a.needProof(w, r, fault.E("web.approvalDecide", fault.Forbidden, "user.prove_first"), here)
	default:
		err = a.Approvals.Decide(r.Context(), a.actor(r), i, version, do == "approve", r.PostFormValue("note"))
	}
	if refused(err) {
		return a.renderApproval(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "approval.title").T("approval.did." + do)})
	http.Redirect(w, r, here, http.StatusSeeOther)
	return nil
}
