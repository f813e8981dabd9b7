package web

import (
	"net/http"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/rules"
)

// ruleLocals shows what committees add for their subtrees and takes additions: GET and POST /quy-tac/bo-sung.
func (a *App) ruleLocals(w http.ResponseWriter, r *http.Request) error {
	return a.renderLocals(w, r, http.StatusOK, nil)
}

func (a *App) localUnit(r *http.Request) id.ID {
	if u := r.FormValue("u"); u != "" {
		return id.Parse(u)
	}
	return signed(r).Home.ID
}

func (a *App) ruleLocalPut(w http.ResponseWriter, r *http.Request) error {
	var err error
	if key := r.PostFormValue("key"); key != "" {
		err = a.Rules.EndLocal(r.Context(), a.actor(r), id.Parse(key), a.Rules.Today())
	} else {
		from, _ := day.Parse(r.PostFormValue("from"))
		err = a.Rules.AddLocal(r.Context(), a.actor(r), rules.LocalForm{
			Unit: a.localUnit(r), Title: r.PostFormValue("title"), Paper: r.PostFormValue("kind") == "paper", Step: r.PostFormValue("step"), Level: r.PostFormValue("level"),
			Must: r.PostFormValue("must"), When: r.PostFormValue("when"), Text: r.PostFormValue("text"), Source: r.PostFormValue("source"), From: from,
		})
	}
	if refused(err) {
		return a.renderLocals(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return a.rulesDone(w, r, "rules.local_done", "/quy-tac/bo-sung?u="+a.localUnit(r).String())
}

func (a *App) renderLocals(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	v := a.rulesView(r, "rules.locals", failed)
	v.Lead = v.T("rules.locals_lead")
	unit := a.localUnit(r)
	if unit == 0 {
		v.Lead = v.T("rules.locals_unit")
		return a.Render(w, r, status, "rules.html", v)
	}
	u, all, err := a.Rules.Locals(r.Context(), a.actor(r), unit)
	if err != nil {
		return err
	}
	v.Title = v.T("rules.locals_of", u.Name)
	t := v.table("locals", "rules.locals", "rules.col.what", "rules.col.unit", "rules.col.days", "rules.col.source")
	for _, l := range all {
		days, cell := v.T("rules.from_day", l.From), ruleCell{Text: l.Note, Sub: l.ByName}
		if l.To != day.None {
			days = l.From.VN() + " – " + l.To.VN()
		}
		if l.May {
			cell.Post, cell.Key, cell.Do, cell.Of = "/quy-tac/bo-sung?u="+unit.String(), l.ID.String(), v.T("rules.local_end"), l.Name
		}
		t.row(ruleRow{Name: l.Name}, ruleCell{Text: l.In.Name}, ruleCell{Text: days}, cell)
	}
	v.Tables = []ruleTable{t}
	if a.actor(r).Can(access.SetTarget, u) {
		form, err := a.localForm(r, v.Base, unit, failed)
		if err != nil {
			return err
		}
		v.After = []ruleForm{form}
	}
	return a.Render(w, r, status, "rules.html", v)
}

func (a *App) localForm(r *http.Request, b Base, unit id.ID, failed error) (ruleForm, error) {
	book, err := a.Rules.Book(r.Context())
	if err != nil {
		return ruleForm{}, err
	}
	p, err := book.On(a.Rules.Today())
	if err != nil {
		return ruleForm{}, err
	}
	errs := fieldsOf(failed)
	step := r.PostFormValue("step")
	if step == "" {
		step = "cell_vote"
	}
	kinds := []Choice{{Value: "check", Label: b.T("rules.local_check")}, {Value: "paper", Label: b.T("rules.local_paper")}}
	levels := []Choice{{Value: "warn", Label: b.T("rules.level_is.warn")}, {Value: "refuse", Label: b.T("rules.level_is.refuse")}}
	return ruleForm{Title: b.T("rules.local_add"), Hint: b.T("rules.local_hint"), Action: "/quy-tac/bo-sung", Method: "post", Hidden: []Choice{{Label: "u", Value: unit.String()}}, Buttons: []Choice{{Label: b.T("rules.save"), Current: true}}, Fields: []Field{
		b.Field("kind", b.T("rules.local_kind"), r.PostFormValue("kind"), errs).From(kinds), b.Field("title", b.T("rules.local_title"), r.PostFormValue("title"), errs).Must(),
		b.Field("step", b.T("rules.col.step"), step, errs).From(b.stepChoices(p, step)), b.Field("level", b.T("rules.col.level"), r.PostFormValue("level"), errs).From(levels),
		b.Field("text", b.T("rules.local_text"), r.PostFormValue("text"), errs).Help(b.T("rules.local_text_hint")),
		b.Field("when", b.T("rules.local_when"), r.PostFormValue("when"), errs).Help(b.T("rules.local_when_hint")), b.Field("must", b.T("rules.local_must"), r.PostFormValue("must"), errs).Help(b.T("rules.local_must_hint")),
		b.Field("source", b.T("rules.local_source"), r.PostFormValue("source"), errs).Must(), b.Field("from", b.T("rules.since_label"), r.PostFormValue("from"), errs).As("date").Must(),
	}}, nil
}
