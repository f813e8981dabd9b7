package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// moment reads "21/11/2026 08:30", or a day alone as its first minute.
func moment(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, form := range []string{"2/1/2006 15:04", "2/1/2006"} {
		if t, err := time.ParseInLocation(form, text, day.Vietnam); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// window reads the window of an incident from a form; fields that cannot be read are noted in errs.
func window(q url.Values, errs map[string]fault.Text) subjects.Window {
	var w subjects.Window
	for name, to := range map[string]*int64{"tu": &w.From, "den": &w.To} {
		t, ok := moment(q.Get(name))
		if !ok {
			errs[name] = fault.Text{Key: "breach.moment"}
			continue
		}
		*to = t.UnixMilli()
	}
	return w
}

// breach shows the incidents with their clocks, and for a window who had access to whom: GET /du-lieu/su-co.
func (a *App) breach(w http.ResponseWriter, r *http.Request) error {
	return a.renderBreach(w, r, http.StatusOK, nil)
}

func (a *App) renderBreach(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	who, q, unit := a.actor(r), r.URL.Query(), a.inspects(r)
	if !who.Anywhere(access.Inspect) {
		return fault.E("web.breach", fault.Forbidden, "error.forbidden")
	}
	p := rulesView{Base: a.Base(r, "breach.title")}
	p.Lead = p.T("breach.lead")
	p.Links = []Choice{{Label: p.T("audit.title"), Href: "/nhat-ky"}, {Label: p.T("subject.title"), Href: "/du-lieu"}}
	if failed != nil {
		p.Wrong = p.Err(failed)
		q = r.PostForm
		unit = id.Parse(q.Get("u"))
	}
	list, err := a.Subjects.Incidents(r.Context(), who)
	if err != nil {
		return err
	}
	p.Before = p.noticeForms(list, a.Subjects.Now())
	errs := fieldsOf(failed)
	if errs == nil {
		errs = map[string]fault.Text{}
	}
	if failed == nil && (q.Get("tu") != "" || q.Get("den") != "") {
		win := window(q, errs)
		var pack subjects.Pack
		if len(errs) == 0 {
			if pack, err = a.Subjects.Breach(r.Context(), who, unit, win); fault.Is(err, fault.Invalid) {
				errs = fieldsOf(err)
			} else if err != nil {
				return err
			}
		}
		if len(errs) > 0 {
			status = http.StatusUnprocessableEntity
		} else {
			p.breachTables(pack)
			p.Links = append([]Choice{{Label: p.T("breach.download"), Href: "/du-lieu/su-co/xlsx?" + url.Values{"u": {unit.String()}, "tu": {q.Get("tu")}, "den": {q.Get("den")}}.Encode()}}, p.Links...)
		}
	}
	hidden := []Choice{{Label: "u", Value: unit.String()}}
	ask := func() []Field {
		return []Field{p.Field("tu", p.T("breach.from"), q.Get("tu"), errs).Help(p.T("breach.moment_hint")).Must(), p.Field("den", p.T("breach.to"), q.Get("den"), errs).Help(p.T("breach.moment_hint")).Must()}
	}
	open := ask()
	for i := range open {
		open[i].Of = "mo"
	}
	found := p.Field("found", p.T("breach.found_at"), q.Get("found"), errs).Help(p.T("breach.moment_hint")).Must()
	p.Before = append(p.Before, ruleForm{Title: p.T("breach.show"), Hint: p.T("breach.show_hint"), Method: "get", Action: "/du-lieu/su-co", Hidden: hidden, Fields: ask(), Buttons: []Choice{{Label: p.T("erase.show"), Current: true}}})
	p.After = []ruleForm{{Title: p.T("breach.open"), Hint: p.T("breach.open_hint"), Method: "post", Action: "/du-lieu/su-co", Hidden: hidden, Fields: append([]Field{found}, open...), Buttons: []Choice{{Label: p.T("breach.open")}}}}
	p.Tables = append(p.Tables, p.incidentTable(list), p.noticeTable())
	return a.Render(w, r, status, "rules.html", p)
}

// noticeForms are the notices that wait, each with its clock and the button that notes it as given.
func (b Base) noticeForms(list []subject.Incident, now time.Time) []ruleForm {
	var out []ruleForm
	for _, x := range list {
		for _, n := range x.Waiting(subject.Book().Breach) {
			left, key := n.Due(x.Found)-now.UnixMilli(), "breach.left"
			if left < 0 {
				left, key = -left, "breach.over"
			}
			out = append(out, ruleForm{Title: b.said(n.Text) + ": " + b.T(key, left/time.Hour.Milliseconds(), stamp(n.Due(x.Found))), Hint: b.T("breach.notice_hint", stamp(x.Found), b.said(n.To), b.said(n.Source)),
				Method: "post", Action: "/du-lieu/su-co", Hidden: []Choice{{Label: "incident", Value: x.ID.String()}, {Label: "notice", Value: n.Code}}, Buttons: []Choice{{Label: b.T("breach.told")}}})
		}
	}
	return out
}

func (b Base) incidentTable(list []subject.Incident) ruleTable {
	heads := []string{"breach.found_at", "breach.from", "breach.to", "breach.told_when"}
	t := b.table("su-co", "breach.incidents", heads...)
	t.Empty = b.T("breach.none")
	for _, x := range list {
		var told []string
		for _, n := range subject.Book().Breach {
			if at := x.Told[n.Code]; at != 0 {
				told = append(told, b.said(n.Text)+" "+stamp(at))
			}
		}
		href := "/du-lieu/su-co?" + url.Values{"u": {x.Unit.String()}, "tu": {stamp(x.From)}, "den": {stamp(x.To)}}.Encode()
		t.row(ruleRow{Name: stamp(x.Found), Href: href}, ruleCell{Text: stamp(x.From)}, ruleCell{Text: stamp(x.To)}, ruleCell{Text: strings.Join(told, "; ")})
	}
	return t
}

func (b Base) noticeTable() ruleTable {
	t := b.table("thong-bao", "breach.notices", "breach.notice", "breach.hours", "breach.receiver", "subject.source")
	for _, n := range subject.Book().Breach {
		t.row(ruleRow{Name: b.said(n.Text)}, ruleCell{Text: b.Num(int64(n.Hours))}, ruleCell{Text: b.said(n.To)}, ruleCell{Text: b.said(n.Source), Badge: b.sureBadge(n.Sure)})
	}
	return t
}

// packShown is how many of the people concerned the page lists; the workbook has all.
const packShown = 200

func (p *rulesView) breachTables(k subjects.Pack) {
	name := k.Unit.Name
	if k.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Facts = []fact{{p.T("breach.unit"), name}, {p.T("breach.entries"), p.Num(int64(k.Entries))}, {p.T("breach.people"), p.Num(int64(len(k.People)))},
		{p.T("breach.sensitive"), p.Num(int64(k.Count(subject.Sensitive)))}, {p.T("breach.basic"), p.Num(int64(k.Count(subject.Basic)))}}
	if k.Cut {
		p.Warnings = append(p.Warnings, p.T("breach.cut", k.Entries))
	}
	who := p.table("ai", "breach.who", "breach.account", "breach.way", "breach.addresses", "breach.looks", "breach.changes", "breach.lists", "breach.persons", "breach.last")
	for _, a := range k.Who {
		who.row(ruleRow{Name: a.Name}, ruleCell{Text: strings.Join(a.Ways, ", ")}, ruleCell{Text: strings.Join(a.Addresses, ", ")}, ruleCell{Text: p.Num(int64(a.Looks))}, ruleCell{Text: p.Num(int64(a.Changes))},
			ruleCell{Text: p.Num(int64(a.Lists))}, ruleCell{Text: p.Num(int64(a.People))}, ruleCell{Text: stamp(a.Last)})
	}
	who.Note = p.T("breach.lists_note")
	people := p.table("nguoi", "breach.people", "people.col.name", "people.col.unit", "subject.class", "breach.fields", "breach.by", "breach.last")
	for i, a := range k.People {
		if i == packShown {
			people.Note = p.T("breach.more", packShown)
			break
		}
		people.row(ruleRow{Name: a.Name, Href: "/nguoi/" + a.Person.String()}, ruleCell{Text: a.Unit}, ruleCell{Text: p.T("subject.class." + string(a.Class))}, ruleCell{Text: strings.Join(a.Fields, ", ")},
			ruleCell{Text: strings.Join(a.By, ", ")}, ruleCell{Text: stamp(a.LastSeen)})
	}
	p.Tables = append(p.Tables, who, people)
}

// breachSheet sends the pack of a window as a workbook: GET /du-lieu/su-co/xlsx.
func (a *App) breachSheet(w http.ResponseWriter, r *http.Request) error {
	who, unit, errs := a.actor(r), a.inspects(r), map[string]fault.Text{}
	if !who.Anywhere(access.Inspect) {
		return fault.E("web.breachSheet", fault.Forbidden, "error.forbidden")
	}
	win := window(r.URL.Query(), errs)
	if len(errs) > 0 {
		return fault.E("web.breachSheet", fault.Invalid, "breach.moment")
	}
	k, err := a.Subjects.Breach(r.Context(), who, unit, win)
	if err != nil {
		return err
	}
	if err := a.Subjects.BreachLeaves(r.Context(), who, unit, win, len(k.People)); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := subjects.WritePack(&out, a.Base(r, "breach.title").words, k); err != nil {
		return err
	}
	return sendFile(w, "su-co-du-lieu.xlsx", sheetType, out.Bytes())
}

// breachNote notes an incident that was found, or a notice that was given: POST /du-lieu/su-co.
func (a *App) breachNote(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.breachNote", fault.Invalid, "web.error.form", err)
	}
	var err error
	said := "breach.did_open"
	if i := id.Parse(r.PostForm.Get("incident")); i != 0 {
		said = "breach.did_told"
		err = a.Subjects.Told(r.Context(), a.actor(r), i, r.PostForm.Get("notice"))
	} else {
		e := fault.E("web.breachNote", fault.Invalid, "breach.invalid")
		errs := map[string]fault.Text{}
		win := window(r.PostForm, errs)
		found, ok := moment(r.PostForm.Get("found"))
		if !ok {
			errs["found"] = fault.Text{Key: "breach.moment"}
		}
		if e.Fields = errs; len(errs) > 0 {
			err = e
		} else {
			err = a.Subjects.OpenIncident(r.Context(), a.actor(r), id.Parse(r.PostForm.Get("u")), found, win)
		}
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderBreach(w, r, http.StatusUnprocessableEntity, err)
	case fault.Is(err, fault.Conflict):
		return a.renderBreach(w, r, http.StatusConflict, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "breach.title").T(said)})
	http.Redirect(w, r, "/du-lieu/su-co", http.StatusSeeOther)
	return nil
}
