package web

import (
	"net/http"

	"ketnap/internal/access"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
)

// ruleLocals shows what committees add for their subtrees and takes additions: GET and POST /quy-tac/bo-sung.
func (a *App) ruleLocals(w http.ResponseWriter, r *http.Request) error {
	return a.renderLocals(w, r, http.StatusOK, nil, nil)
}

func (a *App) localUnit(r *http.Request) id.ID {
	if u := r.FormValue("u"); u != "" {
		return id.Parse(u)
	}
	return signed(r).Home.ID
}

func (a *App) ruleLocalPut(w http.ResponseWriter, r *http.Request) error {
	var err error
	switch key := r.PostFormValue("key"); {
	case key != "":
		err = a.Rules.EndLocal(r.Context(), a.actor(r), id.Parse(key), a.Rules.Today())
	case r.PostFormValue("do") == "xem":
		t, err := a.Dossiers.TryLocal(r.Context(), a.actor(r), a.readLocal(r))
		if refused(err) {
			return a.renderLocals(w, r, http.StatusUnprocessableEntity, nil, err)
		}
		if err != nil {
			return err
		}
		return a.renderLocals(w, r, http.StatusOK, &t, nil)
	default:
		err = a.Rules.AddLocal(r.Context(), a.actor(r), a.readLocal(r))
	}
	if refused(err) {
		return a.renderLocals(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return a.rulesDone(w, r, "rules.local_done", "/quy-tac/bo-sung?u="+a.localUnit(r).String())
}

func (a *App) renderLocals(w http.ResponseWriter, r *http.Request, status int, tried *dossiers.LocalTry, failed error) error {
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
		if l.To != 0 {
			days = l.From.VN() + " – " + l.To.VN()
		}
		if l.May {
			cell.Post, cell.Key, cell.Do, cell.Of = "/quy-tac/bo-sung?u="+unit.String(), l.ID.String(), v.T("rules.local_end"), l.Name
		}
		t.row(ruleRow{Name: l.Name}, ruleCell{Text: l.In.Name}, ruleCell{Text: days}, cell)
	}
	v.Tables = []ruleTable{t}
	if a.actor(r).Can(access.SetTarget, u) {
		if tried != nil {
			v.Said = v.localTried(tried)
		}
		forms, err := a.localForms(r, v.Base, unit, tried, failed)
		if err != nil {
			return err
		}
		v.After = forms
	} else {
		v.Lead = v.T("rules.locals_read")
	}
	return a.Render(w, r, status, "rules.html", v)
}
