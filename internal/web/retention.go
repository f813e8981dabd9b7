package web

import (
	"errors"
	"net/http"
	"net/url"

	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// retention lists what reaches the end of its term by a day, without changing anything: GET /du-lieu/luu-tru.
func (a *App) retention(w http.ResponseWriter, r *http.Request) error {
	return a.renderRetention(w, r, http.StatusOK, unitParam(r), nil)
}

func (a *App) renderRetention(w http.ResponseWriter, r *http.Request, status int, unit id.ID, failed error) error {
	on, wrong := a.Subjects.Today(), map[string]fault.Text(nil)
	if text := r.URL.Query().Get("ngay"); text != "" {
		d, err := day.Parse(text)
		if err == nil {
			on = d
		} else {
			wrong, status = map[string]fault.Text{"ngay": {Key: "erase.day"}}, http.StatusUnprocessableEntity
		}
	}
	v, err := a.Subjects.Due(r.Context(), a.actor(r), unit, on)
	if err != nil {
		return err
	}
	p := rulesView{Base: a.Base(r, "erase.title")}
	name := v.Unit.Name
	if v.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title, p.Lead = p.T("erase.heading", name, v.On), p.T("erase.lead")
	p.Crumbs = a.unitCrumbs(r, v.Above, v.Unit, "/du-lieu/luu-tru?u=")
	p.Links = []Choice{{Label: p.T("subject.title"), Href: "/du-lieu#luu"}, {Label: p.T("request.title"), Href: "/yeu-cau?" + url.Values{"u": {v.Unit.ID.String()}}.Encode()}}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Before = []ruleForm{{Title: p.T("erase.try"), Hint: p.T("erase.try_hint"), Method: "get", Action: "/du-lieu/luu-tru", Hidden: []Choice{{Label: "u", Value: v.Unit.ID.String()}},
		Fields: []Field{p.Field("ngay", p.T("erase.on"), v.On.VN(), wrong).As("date")}, Buttons: []Choice{{Label: p.T("erase.show")}}}}
	p.Tables = p.dueTables(v)
	if !v.Empty() && v.On <= v.Today && v.Unit.ID != 0 {
		p.After = []ruleForm{{Title: p.T("erase.do", len(v.People)+len(v.Imports)), Hint: p.T("erase.do_hint"), Method: "post", Action: "/du-lieu/luu-tru",
			Hidden: []Choice{{Label: "u", Value: v.Unit.ID.String()}}, Buttons: []Choice{{Label: p.T("erase.ask")}}}}
	}
	return a.Render(w, r, status, "rules.html", p)
}

// dueTables are the records and the imports whose term is over, each with the rule it follows.
func (b Base) dueTables(v subjects.Due) []ruleTable {
	record, _ := subject.Book().Kept("refused")
	file, _ := subject.Book().Kept("batch")
	people := b.table("nguoi", "erase.people", "people.col.name", "people.col.unit", "erase.ended", "erase.since", "erase.due")
	people.Note, people.Empty = b.T("erase.rule", record.Months, b.said(record.From), b.said(record.End), b.said(record.Source)), b.T("erase.none_people")
	for _, x := range v.People {
		people.row(ruleRow{Name: x.Name, Href: "/nguoi/" + x.Person.String()}, ruleCell{Text: x.UnitName}, ruleCell{Text: b.T("erase.state." + string(x.State))},
			ruleCell{Text: x.Since.VN()}, ruleCell{Text: x.Since.AddMonths(record.Months).VN()})
	}
	imports := b.table("tep", "erase.imports", "erase.file", "people.col.unit", "erase.last", "erase.due")
	imports.Note, imports.Empty = b.T("erase.rule", file.Months, b.said(file.From), b.said(file.End), b.said(file.Source)), b.T("erase.none_imports")
	for _, x := range v.Imports {
		on := subjects.ImportedOn(x.At)
		imports.row(ruleRow{Name: x.File, Href: "/nhap/" + x.Batch.String()}, ruleCell{Text: x.UnitName}, ruleCell{Text: on.VN()}, ruleCell{Text: on.AddMonths(file.Months).VN()})
	}
	return []ruleTable{people, imports}
}

// retentionErase erases what is due today, or asks for the second person: POST /du-lieu/luu-tru.
func (a *App) retentionErase(w http.ResponseWriter, r *http.Request) error {
	unit := id.Parse(r.PostFormValue("u"))
	n, err := a.Subjects.EraseDue(r.Context(), a.actor(r), unit)
	if _, second := errors.AsType[*approval.Needed](err); second {
		return err
	}
	if fault.Is(err, fault.Conflict) {
		return a.renderRetention(w, r, http.StatusConflict, unit, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "erase.title").T("erase.did", n)})
	http.Redirect(w, r, "/du-lieu/luu-tru?u="+unit.String(), http.StatusSeeOther)
	return nil
}
