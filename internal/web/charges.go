package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

type chargesPage struct {
	Base
	Unit     string
	YearText string
	Years    []Choice
	People   []chargePerson
	Free     []Choice
	Units    []Choice
	May      bool
	In       chargeIn
	Errs     map[string]fault.Text
	Wrong    string
	Empty    Empty
}

type chargePerson struct {
	Name, Post            string
	Goal, Done, Pct, Sent string
	Rows                  []chargeRow
}

type chargeRow struct {
	ID, Version                          string
	Unit, UnitHref, Span                 string
	Goal, Done, DoneHref, Sent, SentHref string
	Pct                                  string
	Beside                               []stockCell // quality of the unit in the year
	Trouble, TroubleHref, EditHref       string
}

// chargeIn is the form as it was sent, or the charge that is changed.
type chargeIn struct{ ID, Version, At, Name, Post, From, To string }

// charges lists which member of a committee answers for what: GET /phan-cong?u=&nam=.
func (a *App) charges(w http.ResponseWriter, r *http.Request) error {
	return a.renderCharges(w, r, http.StatusOK, chargeIn{}, nil)
}

func (a *App) renderCharges(w http.ResponseWriter, r *http.Request, status int, in chargeIn, failed error) error {
	year, _ := strconv.Atoi(r.FormValue("nam"))
	c, err := a.Targets.Charges(r.Context(), a.actor(r), unitOf(r), year)
	if err != nil {
		return err
	}
	p := chargesPage{Base: a.Base(r, "charge.title"), Unit: c.Unit.ID.String(), YearText: strconv.Itoa(c.Year), May: c.May, In: in}
	p.Title, p.AsOf = p.T("charge.heading", c.Unit.Name), c.AsOf
	p.Crumbs = a.unitCrumbs(r, c.Above, c.Unit, "/phan-cong?nam="+p.YearText+"&u=")
	p.Years = yearChoices(c.Today)
	for _, u := range c.Free {
		p.Free = append(p.Free, Choice{Label: u.Name, Href: unitHref(u.ID)})
	}
	for _, u := range c.Units {
		p.Units = append(p.Units, Choice{Label: u.Name, Value: u.ID.String()})
	}
	beside, err := a.besides(r, c.Unit.ID, c.Year, target.Admissions.Code)
	if err != nil {
		return err
	}
	edit := r.URL.Query().Get("sua")
	for _, x := range c.People {
		p.People = append(p.People, p.person(x, c, beside))
		for _, u := range x.Units {
			if failed == nil && c.May && edit == u.ID.String() {
				p.In = chargeIn{edit, strconv.FormatInt(u.Version, 10), u.Unit.String(), u.Name, u.Post, monthText(u.From), monthText(u.To)}
			}
		}
	}
	if p.In == (chargeIn{}) {
		p.In.From = day.MonthOf(c.Year, 1).VN()
	}
	p.Empty = Empty{Title: p.T("charge.none"), Text: p.T("charge.none_text")}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "charges.html", p)
}

func monthText(m day.Month) string {
	if m == 0 {
		return ""
	}
	return m.VN()
}

// person puts one member of the committee into words.
func (p *chargesPage) person(x targets.PointPerson, c targets.Charges, beside map[id.ID][]stockCell) chargePerson {
	out := chargePerson{Name: x.Name, Post: x.Post, Goal: "—", Done: p.Num(x.Done), Pct: "—", Sent: p.Num(x.CourseDone)}
	if x.Least > 0 {
		out.Goal, out.Pct = p.Num(x.Least), p.Pct(x.Done, x.Least)
	}
	for _, u := range x.Units {
		row := chargeRow{ID: u.ID.String(), Version: strconv.FormatInt(u.Version, 10), Unit: u.UnitName, UnitHref: unitHref(u.Unit), Goal: "—", Pct: "—", Beside: beside[u.Unit], Done: p.Num(u.Done), Sent: p.Num(u.CourseDone),
			EditHref: "/phan-cong?" + url.Values{"u": {p.Unit}, "nam": {p.YearText}, "sua": {u.ID.String()}}.Encode() + "#form", Span: p.T("charge.since", u.From.VN())}
		if u.To != 0 {
			row.Span = u.From.VN() + " – " + u.To.VN()
		}
		if u.Goal.ID != 0 {
			row.Goal, row.Pct = p.Target(u.Goal), p.Pct(u.Done, u.Goal.Least())
		}
		if u.First <= u.Last {
			from, to := u.First.First(), min(u.Last.Last(), c.AsOf)
			row.DoneHref, row.SentHref = happenedHref(u.Unit, target.Admissions, from, to), happenedHref(u.Unit, target.Course, from, to)
		}
		if u.Obstacles > 0 {
			row.Trouble, row.TroubleHref = p.T("obstacle.open", u.Obstacles), "/vuong-mac?u="+u.Unit.String()
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// chargePut enters or changes who answers for a unit: POST /phan-cong.
func (a *App) chargePut(w http.ResponseWriter, r *http.Request) error {
	in := chargeIn{r.PostFormValue("id"), r.PostFormValue("version"), r.PostFormValue("unit"), r.PostFormValue("name"), r.PostFormValue("post"), r.PostFormValue("from"), r.PostFormValue("to")}
	c := target.Charge{ID: id.Parse(in.ID), Committee: id.Parse(r.PostFormValue("u")), Unit: id.Parse(in.At), Name: in.Name, Post: in.Post}
	c.Version, _ = strconv.ParseInt(in.Version, 10, 64)
	e := fault.E("web.chargePut", fault.Invalid, "charge.invalid")
	c.From, c.To = monthIn(e, "from", in.From), monthIn(e, "to", in.To)
	var err error = e
	if len(e.Fields) == 0 {
		err = a.Targets.PutCharge(r.Context(), a.actor(r), c)
	}
	return a.chargeDone(w, r, in, err, "charge.saved")
}

// monthIn reads "3/2026"; empty is no month.
func monthIn(e *fault.Error, field, text string) day.Month {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	d, err := day.Parse(text)
	if err != nil || d.Month() == 0 {
		e.Field(field, "charge.month_form")
		return 0
	}
	return d.MonthOf()
}

// chargeDrop removes a charge entered by mistake: POST /phan-cong/bo.
func (a *App) chargeDrop(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	return a.chargeDone(w, r, chargeIn{}, a.Targets.DropCharge(r.Context(), a.actor(r), id.Parse(r.PostFormValue("id")), version), "charge.dropped")
}

func (a *App) chargeDone(w http.ResponseWriter, r *http.Request, in chargeIn, err error, key string) error {
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Stale) {
		return a.renderCharges(w, r, http.StatusUnprocessableEntity, in, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "charge.title").T(key)})
	http.Redirect(w, r, "/phan-cong?"+url.Values{"u": {unitOf(r).String()}, "nam": {r.FormValue("nam")}}.Encode(), http.StatusSeeOther)
	return nil
}
