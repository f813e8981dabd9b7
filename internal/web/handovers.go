package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

type handoversPage struct {
	Base
	Tabs   []Choice
	Rows   []handoverLine
	Count  string
	Empty  Empty
	People string // address of the people who can be handed over
}

type handoverLine struct {
	Href, Name, Stage, From, To, Offered, Days string
	Badge                                      *Badge
}

// handovers lists offers: GET /ban-giao.
func (a *App) handovers(w http.ResponseWriter, r *http.Request) error {
	side := map[string]string{"": handovers.In, "di": handovers.Out, "xong": handovers.Closed}[r.URL.Query().Get("xem")]
	if side == "" {
		side = handovers.In
	}
	l, err := a.Handovers.List(r.Context(), a.actor(r), unitParam(r), side)
	if err != nil {
		return err
	}
	p := handoversPage{Base: a.Base(r, "handover.title")}
	name := l.Unit.Name
	if l.Unit.ID == 0 {
		name = p.T("pilot.nation")
	}
	p.Title = p.T("handover.heading", name)
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/ban-giao?u=")
	for _, t := range []struct{ code, side string }{{"", handovers.In}, {"di", handovers.Out}, {"xong", handovers.Closed}} {
		q := url.Values{"u": {l.Unit.ID.String()}}
		if t.code != "" {
			q.Set("xem", t.code)
		}
		c := Choice{Label: p.T("handover.side." + t.side), Href: "/ban-giao?" + q.Encode(), Current: t.side == side}
		if c.Current {
			c.Count = p.Num(len(l.Rows))
		}
		p.Tabs = append(p.Tabs, c)
	}
	for _, row := range l.Rows {
		p.Rows = append(p.Rows, p.handoverLine(row, l.Today))
	}
	p.Count = p.T("handover.count", len(l.Rows))
	p.People = "/nguon?u=" + l.Unit.ID.String()
	p.Empty = Empty{Title: p.T("handover.none"), Text: p.T("handover.none_text"), Href: p.People, Link: p.T("pool.title")}
	return a.Render(w, r, http.StatusOK, "handovers.html", p)
}

func (b Base) handoverLine(row handovers.Row, today day.Date) handoverLine {
	l := handoverLine{Href: "/ban-giao/" + row.ID.String(), Name: row.Name, Stage: b.T("stage." + row.Stage.String()), From: row.FromName, To: row.DeskName,
		Offered: row.Offered.VN(), Days: b.T("handover.days", row.Waiting(today)), Badge: b.handoverBadge(row.Offer)}
	if row.To == 0 {
		l.To = b.handoverPlace(row.Offer, row.DeskName)
	}
	return l
}

// handoverPlace says where somebody goes whose unit is not known, and while they wait who has to find it.
func (b Base) handoverPlace(o handover.Offer, desk string) string {
	if o.Answered != 0 {
		return o.Place
	}
	return b.T("handover.to_find", o.Place, desk)
}

func (b Base) handoverBadge(o handover.Offer) *Badge {
	kind := map[handover.State]string{handover.Open: "warn", handover.Accepted: "ok", handover.Refused: "bad", handover.Withdrawn: "mute", handover.Departed: "ok"}[o.State]
	if o.State == handover.Open && o.To == 0 {
		return &Badge{Kind: kind, Text: b.T("handover.state.unplaced")}
	}
	return &Badge{Kind: kind, Text: b.T("handover.state." + string(o.State))}
}

type handoverForm struct {
	Base
	In     url.Values
	Name   string
	Fields []Field
	Papers []offerPaper
	Errs   map[string]fault.Text
	Wrong  string
	Key    string
	Back   string
	Source string
}

type offerPaper struct{ No, Dated Field }

// handoverNew shows the form of an offer: GET /ban-giao/moi?nguoi=.
func (a *App) handoverNew(w http.ResponseWriter, r *http.Request) error {
	in := url.Values{"nguoi": {r.FormValue("nguoi")}, "on": {a.Handovers.Today().VN()}}
	return a.renderHandoverNew(w, r, http.StatusOK, in, nil)
}

func (a *App) renderHandoverNew(w http.ResponseWriter, r *http.Request, status int, in url.Values, failed error) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(in.Get("nguoi")))
	if err != nil {
		return err
	}
	if !rec.MayWrite {
		return fault.E("web.handoverNew", fault.Forbidden, "error.forbidden")
	}
	p := handoverForm{Base: a.Base(r, "handover.new"), In: in, Name: rec.Person.Name, Errs: fieldsOf(failed), Key: formKey(), Back: "/nguoi/" + rec.Person.ID.String(), Source: handover.Source()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	if in.Get("key") != "" {
		p.Key = in.Get("key")
	}
	p.Title = p.T("handover.new_of", rec.Person.Name)
	p.Crumbs = a.personCrumbs(r, rec, Crumb{Label: p.T("handover.new")})
	var reasons []Choice
	for _, x := range handover.Reasons {
		reasons = append(reasons, Choice{Label: p.T("handover.reason." + x), Value: x})
	}
	text := func(name string) Field { return p.Field(name, p.T("handover."+name), in.Get(name), p.Errs) }
	p.Fields = []Field{text("reason").From(reasons), text("on").As("date").Must(), text("to").Help(p.T("handover.to_hint")), text("place").Help(p.T("handover.place_hint")),
		text("note").As("textarea")}
	for _, k := range handover.PapersAt(rec.Person.Place.Stage) {
		code := strconv.Itoa(k.Code)
		p.Papers = append(p.Papers, offerPaper{p.Field("no_"+code, p.T("handover.paper", k.Code, k.Text[string(p.Lang)]), in.Get("no_"+code), p.Errs),
			p.Field("dated_"+code, p.T("handover.dated"), in.Get("dated_"+code), p.Errs).As("date")})
	}
	return a.Render(w, r, status, "handover_form.html", p)
}

// handoverOffer offers a person: POST /ban-giao/moi.
func (a *App) handoverOffer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.handoverOffer", fault.Invalid, "web.error.form", err)
	}
	in := r.PostForm
	e := fault.E("web.handoverOffer", fault.Invalid, "handover.invalid")
	f := handovers.Form{Person: id.Parse(in.Get("nguoi")), To: in.Get("to"), Place: in.Get("place"), Reason: in.Get("reason"), Note: in.Get("note"), Key: in.Get("key")}
	readDays(in, e, map[string]*day.Date{"on": &f.On})
	for _, s := range ledger.Stages {
		for _, k := range handover.PapersAt(s) {
			code := strconv.Itoa(k.Code)
			no := vi.NFC(strings.TrimSpace(in.Get("no_" + code)))
			if no == "" || hasPaper(f.Papers, k.Code) {
				continue
			}
			x := handover.Paper{Code: k.Code, No: no}
			readDays(in, e, map[string]*day.Date{"dated_" + code: &x.Dated})
			f.Papers = append(f.Papers, x)
		}
	}
	var made id.ID
	var err error = e
	if len(e.Fields) == 0 {
		made, err = a.Handovers.Offer(r.Context(), a.actor(r), f)
	}
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderHandoverNew(w, r, http.StatusUnprocessableEntity, in, err)
	case fault.Is(err, fault.Conflict):
		return a.renderHandoverNew(w, r, http.StatusConflict, in, err)
	case err != nil:
		return err
	}
	a.Flash(w, a.Base(r, "handover.new").did(before, "handover.offered"))
	http.Redirect(w, r, "/ban-giao/"+made.String(), http.StatusSeeOther)
	return nil
}

func hasPaper(ps []handover.Paper, code int) bool {
	for _, p := range ps {
		if p.Code == code {
			return true
		}
	}
	return false
}

type handoverPage struct {
	Base
	V      handovers.View
	Badge  *Badge
	Facts  []fact
	In     url.Values
	Unit   Field
	Picks  []Choice
	On     Field
	Answer Field // why it is not taken
	Why    Field // why it is withdrawn
	No     Field
	Depart Field
	Act    string // what was tried and is shown again, with what is wrong
	Errs   map[string]fault.Text
	Wrong  string
	Href   string
}

// handoverShow shows an offer: GET /ban-giao/{id}.
func (a *App) handoverShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderHandover(w, r, http.StatusOK, url.Values{}, unitPick{}, nil)
}

func (a *App) renderHandover(w http.ResponseWriter, r *http.Request, status int, in url.Values, pick unitPick, failed error) error {
	v, err := a.Handovers.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := handoverPage{Base: a.Base(r, "handover.title"), V: v, In: in, Errs: fieldsOf(failed), Picks: pick.among, Href: "/ban-giao/" + v.Offer.ID.String()}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	p.Title = p.T("handover.of", v.Name)
	p.Crumbs = []Crumb{{p.T("handover.title"), "/ban-giao"}, {Label: v.Name}}
	p.Badge = p.handoverBadge(v.Offer)
	p.facts()
	if (v.Receiver || v.Assigner) && v.Desk.ID != 0 {
		if pick.unit == 0 && v.Receiver {
			pick.unit = v.To.ID
		}
		if p.Unit, err = a.unitField(r, p.Base, p.T("handover.into"), in, pick, p.Errs); err != nil {
			return err
		}
	}
	on := cmp.Or(in.Get("on"), v.Today.VN())
	p.Act = r.PathValue("viec")
	of := func(act, name, label, value string) Field { // several forms of the page have a field of that name
		errs := p.Errs
		if act != p.Act {
			errs = nil
		}
		f := p.Field(name, p.T(label), value, errs)
		f.Of = act
		return f
	}
	p.On = of("nhan", "on", "handover.accepted_on", on).As("date").Must()
	p.Answer = of("tu-choi", "answer", "handover.answer", in.Get("answer")).As("textarea").Must()
	p.Why = of("rut", "answer", "handover.withdraw_why", in.Get("answer")).As("textarea").Must()
	p.Depart = of("di", "on", "handover.depart_on", on).As("date").Must().Width("short")
	p.No = of("di", "no", "handover.depart_no", in.Get("no"))
	return a.Render(w, r, status, "handover.html", p)
}

// facts writes what the offer says; of the person nothing that it does not need.
func (p *handoverPage) facts() {
	o := p.V.Offer
	to := p.V.To.Name
	if o.To == 0 {
		to = p.handoverPlace(o, p.V.Desk.Name)
	}
	p.Facts = []fact{{p.T("people.col.name"), p.V.Name}, {p.T("people.col.birth"), p.V.Birth.VN()}, {p.T("people.col.stage"), p.T("stage." + o.Stage.String())},
		{p.T("handover.from"), p.V.From.Name}, {p.T("handover.to"), to}, {p.T("handover.reason"), p.T("handover.reason." + o.Reason)},
		{p.T("handover.on"), o.Offered.VN()}, {p.T("handover.waiting"), p.T("handover.days", o.Waiting(p.V.Today))}}
	for _, x := range o.Sealed.Papers {
		for _, k := range handover.PapersAt(o.Stage) {
			if k.Code == x.Code {
				p.Facts = append(p.Facts, fact{k.Text[string(p.Lang)], strings.TrimSpace(x.No + " " + x.Dated.VN())})
			}
		}
	}
	for _, f := range []fact{{p.T("handover.note"), o.Sealed.Note}, {p.T("handover.answer"), o.Sealed.Answer}} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	if o.Answered != 0 {
		p.Facts = append(p.Facts, fact{p.T("handover.answered_on"), o.Answered.VN()})
	}
}

// handoverAct answers an offer: POST /ban-giao/{id}/{viec}.
func (a *App) handoverAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.handoverAct", fault.Invalid, "web.error.form", err)
	}
	in, who, offer := r.PostForm, a.actor(r), id.Parse(r.PathValue("id"))
	e := fault.E("web.handoverAct", fault.Invalid, "handover.invalid")
	var on day.Date
	readDays(in, e, map[string]*day.Date{"on": &on})
	var pick unitPick
	var err error
	act := r.PathValue("viec")
	if act == "nhan" || act == "phan" {
		pick, err = a.pickUnit(r, in)
	}
	if len(e.Fields) > 0 {
		err = bothFaults(e, err)
	}
	if err == nil {
		switch act {
		case "nhan":
			err = a.Handovers.Accept(r.Context(), who, offer, pick.unit, on)
		case "phan":
			err = a.Handovers.Assign(r.Context(), who, offer, id.Parse(in.Get("desk")), pick.unit)
		case "chuyen-len":
			err = a.Handovers.PassUp(r.Context(), who, offer, id.Parse(in.Get("desk")))
		case "tu-choi":
			err = a.Handovers.Refuse(r.Context(), who, offer, in.Get("answer"))
		case "rut":
			err = a.Handovers.Withdraw(r.Context(), who, offer, in.Get("answer"))
		case "di":
			err = a.Handovers.Depart(r.Context(), who, offer, on, in.Get("no"))
		default:
			return fault.E("web.handoverAct", fault.NotFound, "error.notfound")
		}
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderHandover(w, r, http.StatusUnprocessableEntity, in, pick, err)
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderHandover(w, r, http.StatusConflict, in, pick, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "handover.title").T("handover.did." + act)})
	page := "/ban-giao/" + offer.String()
	if _, err := a.Handovers.Get(r.Context(), who, offer); err != nil {
		page = "/ban-giao" // it went where the visitor may not see it
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}
