package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/periods"
)

const periodsHref = "/khoa-ky"

// periods shows up to which day the figures of a province are closed, and what closing further days would meet: GET /khoa-ky?u=&to=.
func (a *App) periods(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("u") != "" {
		return a.renderPeriod(w, r, http.StatusOK, id.Parse(r.URL.Query().Get("u")), r.URL.Query(), nil)
	}
	all, err := a.Periods.Provinces(r.Context(), a.actor(r))
	switch {
	case err != nil:
		return err
	case len(all) == 0:
		return fault.E("web.periods", fault.NotFound, "error.notfound")
	case len(all) == 1:
		return a.renderPeriod(w, r, http.StatusOK, all[0].Unit.ID, r.URL.Query(), nil)
	}
	p := rulesView{Base: a.Base(r, "period.title")}
	p.Lead = p.T("period.lead")
	t := p.table("tinh", "period.provinces", "people.col.unit", "period.closed_to")
	for _, v := range all {
		t.row(ruleRow{Name: v.Unit.Name, Href: periodHref(v.Unit.ID)}, ruleCell{Text: p.closedTo(v.Last.To)})
	}
	p.Tables = []ruleTable{t}
	return a.Render(w, r, http.StatusOK, "rules.html", p)
}

func periodHref(root id.ID) string { return periodsHref + "?u=" + root.String() }

func (b Base) closedTo(d day.Date) string {
	if d == 0 {
		return b.T("period.none")
	}
	return d.VN()
}

// renderPeriod shows the page of one province with what was typed into one of its forms.
func (a *App) renderPeriod(w http.ResponseWriter, r *http.Request, status int, root id.ID, in url.Values, failed error) error {
	v, err := a.Periods.State(r.Context(), a.actor(r), root)
	if err != nil {
		return err
	}
	p := rulesView{Base: a.Base(r, "period.title")}
	p.Title, p.Lead = p.T("period.heading", v.Unit.Name), p.T("period.lead")
	if a.actor(r).Can(access.Read, org.Unit{}) { // who sees several provinces
		p.Crumbs = []Crumb{{p.T("period.title"), periodsHref}, {Label: v.Unit.Name}}
	}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Facts = []fact{{p.T("period.closed_to"), p.closedTo(v.Last.To)}}
	if v.Last.To != 0 {
		p.Facts = append(p.Facts, fact{p.T("period.open_from"), v.Last.To.AddDays(1).VN()})
	}
	if v.May {
		if status, err = a.periodForms(r, &p, v, in, status, failed); err != nil {
			return err
		}
	}
	p.Tables = append(p.Tables, p.closings(v))
	return a.Render(w, r, status, "rules.html", p)
}

// periodForms adds what an administrator may do: look at a day and close up to it, or ask to open days again.
func (a *App) periodForms(r *http.Request, p *rulesView, v periods.State, in url.Values, status int, failed error) (int, error) {
	errs, root := fieldsOf(failed), v.Unit.ID
	ends := periods.Ends(a.Periods.Today(), v.Last.To)
	asked := in.Get("to")
	if asked != "" {
		to, err := day.Parse(asked)
		var seen periods.Preview
		if err == nil {
			asked = to.VN()
			seen, err = a.Periods.Preview(r.Context(), a.actor(r), root, to)
		} else {
			err = fault.E("web.periods", fault.Invalid, "period.day").Field("to", "period.day")
		}
		switch {
		case err == nil:
			p.previewed(v, seen)
		case !refused(err):
			return status, err
		case failed == nil:
			errs, status = fieldsOf(err), http.StatusUnprocessableEntity
		}
	}
	hidden := []Choice{{Label: "u", Value: root.String()}}
	other := ""
	if len(ends) > 0 {
		other = ends[0].VN()
		t := p.table("ky", "period.ends", "period.end", "period.up_to")
		for _, d := range ends {
			t.row(ruleRow{Name: p.endName(d), Href: periodHref(root) + "&to=" + d.String()}, ruleCell{Text: d.VN()})
		}
		p.Tables = append(p.Tables, t)
	}
	p.After = append(p.After, ruleForm{Title: p.T("period.look"), Hint: p.T("period.look_hint"), Method: "get", Action: periodsHref, Hidden: hidden,
		Fields: []Field{p.Field("to", p.T("period.up_to"), cmp.Or(asked, other), errs).As("date").Must()}, Buttons: []Choice{{Label: p.T("erase.show")}}})
	if v.Last.To != 0 {
		p.After = append(p.After, ruleForm{Title: p.T("period.reopen"), Hint: p.T("period.reopen_hint"), Method: "post", Action: periodsHref + "/mo",
			Hidden: append(hidden, Choice{Label: "seen", Value: strconv.Itoa(v.Last.N)}),
			Fields: []Field{p.Field("from", p.T("period.from_day"), in.Get("from"), errs).As("date").Must().Help(p.T("period.from_hint", v.Last.To)),
				p.Field("reason", p.T("period.reason"), in.Get("reason"), errs).As("textarea").Must().Help(p.T("approval.reason_hint"))},
			Buttons: []Choice{{Label: p.T("period.reopen_do")}}})
	}
	return status, nil
}

// endName is what ends on a day: the longest of year, half-year, quarter and month.
func (b Base) endName(d day.Date) string {
	m, y := d.Month(), strconv.Itoa(d.Year())
	switch {
	case m == 12:
		return b.T("period.year", y)
	case m == 6:
		return b.T("period.half", y)
	case m%3 == 0:
		return b.T("period.quarter", m/3, y)
	}
	return b.T("period.month", m, y)
}

// previewed shows what closing up to a day meets, and the button that does it.
func (p *rulesView) previewed(v periods.State, x periods.Preview) {
	u := v.Unit.ID.String()
	span := url.Values{"u": {u}, "to": {x.To.String()}}
	if v.Last.To != 0 {
		span.Set("from", v.Last.To.AddDays(1).String())
	}
	t := p.table("xem", "period.meets", "period.what", "period.how_many")
	t.Title = p.T("period.meets", x.To)
	row := func(key, href string, n int64) {
		t.row(ruleRow{Name: p.T(key), Href: href}, ruleCell{Text: p.Num(n)})
	}
	row("period.movements", "/bien-dong?"+span.Encode(), x.Movements)
	row("period.imports", "/nhap", x.Imports)
	row("period.handovers", "/ban-giao?u="+u, x.Handovers)
	row("period.late", "/viec?u="+u+"&the=qua-han", x.Late)
	p.Tables = append(p.Tables, t)
	if x.Imports+x.Handovers+x.Late > 0 {
		p.Warnings = append(p.Warnings, p.T("period.unfinished", x.To))
	}
	p.Before = append(p.Before, ruleForm{Title: p.T("period.close", x.To), Hint: p.T("period.close_hint", x.To), Method: "post", Action: periodsHref,
		Hidden: []Choice{{Label: "u", Value: u}, {Label: "to", Value: x.To.String()}, {Label: "seen", Value: strconv.Itoa(v.Last.N)}}, Buttons: []Choice{{Label: p.T("period.close_do", x.To), Current: true}}})
}

// closings lists who closed and reopened what.
func (b Base) closings(v periods.State) ruleTable {
	t := b.table("lan", "period.history", "period.act", "period.closed_to", "period.by", "period.second", "period.reason")
	t.Empty = b.T("period.no_history")
	for _, c := range v.Acts {
		name, badge := b.T("period.act.close"), (*Badge)(nil)
		if c.Reopens() {
			name, badge = b.T("period.act.reopen"), &Badge{"warn", b.T("period.opened", c.To.AddDays(1), c.Before)}
		}
		t.row(ruleRow{Name: name, Badge: badge, Sub: stamp(c.At)}, ruleCell{Text: c.To.VN()}, ruleCell{Text: c.By}, ruleCell{Text: cmp.Or(c.Second, "—")}, ruleCell{Text: cmp.Or(c.Reason, "—")})
	}
	return t
}

// periodClose closes up to the day that was looked at: POST /khoa-ky.
func (a *App) periodClose(w http.ResponseWriter, r *http.Request) error {
	to, _ := day.Parse(r.PostFormValue("to")) // 0 is refused as no day
	root, seen := id.Parse(r.PostFormValue("u")), periodSeen(r)
	err := a.Periods.Close(r.Context(), a.actor(r), root, to, seen)
	return a.periodDone(w, r, root, err, "period.did_close", to)
}

// periodReopen opens days again, or asks for the second person: POST /khoa-ky/mo.
func (a *App) periodReopen(w http.ResponseWriter, r *http.Request) error {
	from, _ := day.Parse(r.PostFormValue("from"))
	root, seen := id.Parse(r.PostFormValue("u")), periodSeen(r)
	err := a.Periods.Reopen(r.Context(), a.actor(r), root, from, r.PostFormValue("reason"), seen)
	return a.periodDone(w, r, root, err, "period.did_reopen", from)
}

// periodSeen is the act the form showed as the last; what is no number is none.
func periodSeen(r *http.Request) int {
	n, _ := strconv.Atoi(r.PostFormValue("seen"))
	return max(n, 0)
}

func (a *App) periodDone(w http.ResponseWriter, r *http.Request, root id.ID, err error, did string, on day.Date) error {
	if _, second := errors.AsType[*approval.Needed](err); second {
		return err
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderPeriod(w, r, http.StatusUnprocessableEntity, root, r.PostForm, err)
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Stale):
		return a.renderPeriod(w, r, http.StatusConflict, root, r.PostForm, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "period.title").T(did, on)})
	http.Redirect(w, r, periodHref(root), http.StatusSeeOther)
	return nil
}
