package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	terms, err := a.Subjects.Terms(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	p.Tables = append(p.dueTables(v), p.terms(terms))
	if !v.Empty() && v.On <= v.Today && v.Unit.ID != 0 {
		p.After = []ruleForm{{Title: p.T("erase.do", len(v.People)+len(v.Imports)), Hint: p.T("erase.do_hint"), Method: "post", Action: "/du-lieu/luu-tru",
			Hidden: []Choice{{Label: "u", Value: v.Unit.ID.String()}}, Buttons: []Choice{{Label: p.T("erase.ask")}}}}
	}
	if terms.May {
		p.After = append(p.After, p.termForm(r.PostForm, v.Unit.ID, fieldsOf(failed)))
	}
	return a.Render(w, r, status, "rules.html", p)
}

// dueTables are the records and the imports whose term is over, each with the rule it follows.
func (b Base) dueTables(v subjects.Due) []ruleTable {
	record, file := v.Terms["refused"], v.Terms["batch"]
	people := b.table("nguoi", "erase.people", "people.col.name", "people.col.unit", "erase.ended", "erase.since", "erase.due")
	people.Note, people.Empty = b.T("erase.rule", record.Months, b.said(record.From), b.said(record.End), b.said(record.Source)), b.T("erase.none_people")
	for _, x := range v.People {
		people.row(ruleRow{Name: x.Name, Href: "/nguoi/" + x.Person.String()}, ruleCell{Text: x.UnitName}, ruleCell{Text: b.T("erase.state." + subjects.Ended(x))},
			ruleCell{Text: x.Since.VN()}, ruleCell{Text: v.Ends(x).VN()})
	}
	imports := b.table("tep", "erase.imports", "erase.file", "people.col.unit", "erase.last", "erase.due")
	imports.Note, imports.Empty = b.T("erase.rule", file.Months, b.said(file.From), b.said(file.End), b.said(file.Source)), b.T("erase.none_imports")
	for _, x := range v.Imports {
		on := subjects.ImportedOn(x.At)
		imports.row(ruleRow{Name: x.File, Href: "/nhap/" + x.Batch.String()}, ruleCell{Text: x.UnitName}, ruleCell{Text: on.VN()}, ruleCell{Text: on.AddMonths(file.Months).VN()})
	}
	return []ruleTable{people, imports}
}

// terms lists how long what the program follows is kept here, and on what ground.
func (b Base) terms(t subjects.Terms) ruleTable {
	out := b.table("thoi-han", "term.title", "subject.from", "subject.months", "subject.source", "term.set")
	for _, code := range subject.Terms {
		r := t.Kept[code]
		months := b.T("subject.no_term")
		if r.Months > 0 {
			months = b.Num(int64(r.Months))
		}
		by := ruleCell{Text: b.T("term.register")}
		if s, ok := t.Set[code]; ok {
			by = ruleCell{Text: b.T("term.by", s.By, s.On), Sub: s.Reason}
		}
		out.row(ruleRow{Name: b.T("term.of." + code)}, ruleCell{Text: months, Sub: b.said(r.From)}, ruleCell{Text: b.said(r.Source), Badge: b.sureBadge(r.Sure)}, by)
	}
	out.Head = []string{b.T("term.what"), b.T("subject.months"), b.T("subject.source"), b.T("term.set")}
	for i := range out.Rows {
		for n := range out.Rows[i].Cells {
			out.Rows[i].Cells[n].Label = out.Head[n+1]
		}
	}
	return out
}

// termForm sets a term.
func (b Base) termForm(in url.Values, unit id.ID, errs map[string]fault.Text) ruleForm {
	var codes, sures []Choice
	for _, c := range subject.Terms {
		codes = append(codes, Choice{Value: c, Label: b.T("term.of." + c)})
	}
	for _, s := range subject.Sures {
		sures = append(sures, Choice{Value: s, Label: b.sureBadge(s).Text})
	}
	field := func(name, key string) Field { return b.Field(name, b.T(key), in.Get(name), errs) }
	return ruleForm{Title: b.T("term.change"), Hint: b.T("term.change_hint"), Method: "post", Action: "/du-lieu/luu-tru/thoi-han", Hidden: []Choice{{Label: "u", Value: unit.String()}},
		Fields: []Field{field("code", "term.what").From(codes).Must(), field("months", "subject.months").Keys("numeric").Must().Help(b.T("term.months_hint")), field("reason", "term.reason").Must(),
			field("source", "subject.source").Help(b.T("term.source_hint")), b.Field("sure", b.T("term.sureness"), cmp.Or(in.Get("sure"), "unsure"), errs).From(sures).Must()},
		Buttons: []Choice{{Label: b.T("term.do")}}}
}

// termSet sets a term, or asks for the second person: POST /du-lieu/luu-tru/thoi-han.
func (a *App) termSet(w http.ResponseWriter, r *http.Request) error {
	months, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("months")))
	if err != nil {
		months = -1 // no number is no term
	}
	err = a.Subjects.SetTerm(r.Context(), a.actor(r), r.PostFormValue("code"), subject.Term{Months: months, Reason: r.PostFormValue("reason"), Source: r.PostFormValue("source"), Sure: r.PostFormValue("sure")})
	if _, second := errors.AsType[*approval.Needed](err); second {
		return err
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderRetention(w, r, http.StatusUnprocessableEntity, id.Parse(r.PostFormValue("u")), err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "erase.title").T("term.did")})
	http.Redirect(w, r, "/du-lieu/luu-tru?u="+id.Parse(r.PostFormValue("u")).String(), http.StatusSeeOther)
	return nil
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
