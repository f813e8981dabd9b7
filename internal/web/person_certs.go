package web

import (
	"net/http"

	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

type certsPage struct {
	Base
	Name  string
	Page  string
	Certs []certCard
	Empty Empty
	Wrong string
	Key   string
}

// certCard is one certificate as it was issued and issued again.
type certCard struct {
	ID, Title string
	Facts     []fact
	Again     []fact // day and by whom, and why for those who may issue it
	Badge     *Badge
	May       bool
	Open      bool
	On        Field
	Number    Field
	Reason    Field
}

// personCerts shows the certificates of a person: GET /nguoi/{id}/giay-chung-nhan.
func (a *App) personCerts(w http.ResponseWriter, r *http.Request) error {
	return a.renderCerts(w, r, http.StatusOK, nil)
}

// personReissue records that one was issued again: POST /nguoi/{id}/giay-chung-nhan.
func (a *App) personReissue(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.personReissue", fault.Invalid, "web.error.form", err)
	}
	e := fault.E("web.personReissue", fault.Invalid, "course.invalid")
	var on day.Date
	readDays(r.PostForm, e, map[string]*day.Date{"on": &on})
	var err error = e
	if len(e.Fields) == 0 {
		in := r.PostForm
		err = a.Courses.Reissue(r.Context(), a.actor(r), courses.ReissueForm{Cert: id.Parse(in.Get("cert")), On: on, Number: in.Get("number"), Reason: vi.NFC(in.Get("reason")), Key: in.Get("key")})
	}
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderCerts(w, r, http.StatusUnprocessableEntity, err)
	case fault.Is(err, fault.Conflict):
		return a.renderCerts(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, a.Base(r, "course.certs").did(before, "course.reissued", on))
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id")+"/giay-chung-nhan", http.StatusSeeOther)
	return nil
}

func (a *App) renderCerts(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	rec, err := a.People.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	held, err := a.Courses.Certificates(r.Context(), a.actor(r), rec.Person.ID)
	if err != nil {
		return err
	}
	p := certsPage{Base: a.Base(r, "course.certs"), Name: rec.Person.Name, Page: "/nguoi/" + rec.Person.ID.String(), Key: formKey()}
	p.Title = p.T("course.certs_of", rec.Person.Name)
	p.Crumbs = a.personCrumbs(r, rec, Crumb{Label: p.T("course.certs")})
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	for _, h := range held {
		p.Certs = append(p.Certs, p.card(h, r, failed))
	}
	p.Empty = Empty{Title: p.T("course.no_certs"), Text: p.T("course.no_certs_text"), Href: p.Page, Link: p.T("handover.person")}
	return a.Render(w, r, status, "person_certs.html", p)
}

func (p *certsPage) card(h courses.Held, r *http.Request, failed error) certCard {
	c := certCard{ID: h.ID.String(), Title: p.T("course.kind."+string(h.Kind)) + " – " + p.T("course.cert_no", h.Current()), May: h.May}
	grade := ""
	for _, g := range p.grades() {
		if g.Value == h.Grade {
			grade = g.Label
		}
	}
	c.Facts = []fact{{p.T("course.issuer"), h.Issuer}, {p.T("course.col.issued"), h.Issued.VN()}, {p.T("course.col.grade"), grade}, {p.T("course.name"), h.Class}}
	if h.Expires != 0 {
		c.Facts = append(c.Facts, fact{p.T("course.cert_until"), h.Expires.VN()})
		c.Badge = &Badge{Kind: "ok", Text: p.T("course.cert_good")}
		if a := h.Today; a > h.Expires {
			c.Badge = &Badge{Kind: "bad", Text: p.T("course.cert_over")}
		}
	}
	had := h.Number
	for _, x := range h.Reissues {
		text := p.T("course.reissue_by", x.By)
		if x.Number != "" {
			text = p.T("course.reissue_number", x.Number, had) + " · " + text
			had = x.Number
		}
		if h.May && x.Reason != "" {
			text += ": " + x.Reason
		}
		c.Again = append(c.Again, fact{x.On.VN(), text})
	}
	in, errs := r.PostForm, fieldsOf(failed)
	if c.Open = failed != nil && in.Get("cert") == c.ID; !c.Open {
		in, errs = nil, nil
	}
	on := in.Get("on")
	if !c.Open {
		on = h.Today.VN()
	}
	c.On = p.Field("on", p.T("course.reissue_on"), on, errs).As("date").Must()
	c.Reason = p.Field("reason", p.T("course.reissue_reason"), in.Get("reason"), errs).As("textarea").Must()
	c.Number = p.Field("number", p.T("course.reissue_new"), in.Get("number"), errs).Help(p.T("course.reissue_new_hint", h.Current())).Width("medium")
	c.On.Of, c.Number.Of, c.Reason.Of = c.ID, c.ID, c.ID
	return c
}
