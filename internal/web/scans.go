package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// scanBody is the largest request that brings a copy of a paper, with room for the form around it.
const scanBody = dossier.MaxScan + 1<<20

type scansPage struct {
	Base
	Person id.ID
	Rows   []scanRow
	Papers []Choice
	Paper  string
	Max    int // MB
	On     bool
	Errs   map[string]fault.Text
	Wrong  string
	Empty  Empty
}

type scanRow struct {
	Href, Drop, Paper, Name, Size, At, By string
	Reason                                Field
}

func scansHref(person id.ID) string { return "/nguoi/" + person.String() + "/ban-chup" }

// scansShow lists the copies of papers of a dossier: GET /nguoi/{id}/ban-chup.
func (a *App) scansShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderScans(w, r, http.StatusOK, nil)
}

func (a *App) renderScans(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	person := id.Parse(r.PathValue("id"))
	v, err := a.Dossiers.Get(r.Context(), a.actor(r), person)
	if err != nil {
		return err
	}
	p := scansPage{Base: a.Base(r, "scan.title", v.Person.Name), Person: person, Max: dossier.MaxScan >> 20, Paper: r.FormValue("paper"), Errs: fieldsOf(failed)}
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	if p.On, err = a.Scans.Allowed(r.Context()); err != nil {
		return err
	}
	list, err := a.Scans.List(r.Context(), a.actor(r), person)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range v.Checklist {
		names[c.Code] = c.Text[string(p.Lang)]
		p.Papers = append(p.Papers, Choice{Label: names[c.Code], Value: c.Code})
	}
	for _, s := range list {
		row := scanRow{Href: scansHref(person) + "/" + s.ID.String(), Paper: names[s.Paper], Name: s.Name, By: s.By,
			Size: p.T("scan.kb", p.Num((s.Size+1023)/1024)), At: p.words.Time(time.UnixMilli(s.At).In(day.Vietnam))}
		if row.Paper == "" {
			row.Paper = s.Paper
		}
		row.Drop = row.Href + "/bo"
		row.Reason = p.Field("reason", p.T("scan.drop_reason"), "", nil).Must()
		row.Reason.Of = s.ID.String()
		p.Rows = append(p.Rows, row)
	}
	p.Empty = Empty{Title: p.T("scan.none")}
	if p.On {
		p.Empty.Text = p.T("scan.none_text")
	}
	p.Crumbs = append(a.unitCrumbs(r, v.Above, v.Unit, "/ho-so?u="), Crumb{v.Person.Name, dossierHref(person)}, Crumb{Label: p.T("scan.short")})
	return a.Render(w, r, status, "scans.html", p)
}

// scanAdd takes a copy: POST /nguoi/{id}/ban-chup.
func (a *App) scanAdd(w http.ResponseWriter, r *http.Request) error {
	person := id.Parse(r.PathValue("id"))
	name, data, status, err := readUpload(r)
	if err != nil {
		return a.renderScans(w, r, status, err)
	}
	c, err := a.Scans.Add(r.Context(), a.actor(r), person, r.PostFormValue("paper"), name, data)
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderScans(w, r, http.StatusUnprocessableEntity, err)
	case fault.Is(err, fault.Conflict):
		return a.renderScans(w, r, http.StatusConflict, err)
	case err != nil:
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "scan.short").T("scan.added", c.Name)})
	http.Redirect(w, r, scansHref(person), http.StatusSeeOther)
	return nil
}

// readUpload reads the one file of a form, at most one byte more than a copy may have, and says with which status to refuse it.
func readUpload(r *http.Request) (name string, data []byte, status int, err error) {
	const op = "web.readUpload"
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return "", nil, http.StatusRequestEntityTooLarge, fault.E(op, fault.Invalid, "scan.large", dossier.MaxScan>>20, err).Field("file", "scan.large", dossier.MaxScan>>20)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, http.StatusUnprocessableEntity, fault.E(op, fault.Invalid, "scan.empty", err).Field("file", "scan.empty")
	}
	defer file.Close()
	if data, err = io.ReadAll(io.LimitReader(file, dossier.MaxScan+1)); err != nil {
		return "", nil, http.StatusUnprocessableEntity, fault.E(op, fault.Invalid, "scan.broken", err).Field("file", "scan.broken")
	}
	return head.Filename, data, http.StatusOK, nil
}

// scanRead sends a copy: GET /nguoi/{id}/ban-chup/{scan}. It is saved, never shown inside a page of this site.
func (a *App) scanRead(w http.ResponseWriter, r *http.Request) error {
	c, data, err := a.Scans.Read(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), id.Parse(r.PathValue("scan")))
	if err != nil {
		return err
	}
	return sendUpload(w, c.Name, c.Type, data)
}

// sendUpload sends a file that somebody brought so that it is saved and does nothing.
func sendUpload(w http.ResponseWriter, name, kind string, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(data)
	return err
}

// scanDrop takes a copy away: POST /nguoi/{id}/ban-chup/{scan}/bo.
func (a *App) scanDrop(w http.ResponseWriter, r *http.Request) error {
	person := id.Parse(r.PathValue("id"))
	err := a.Scans.Drop(r.Context(), a.actor(r), person, id.Parse(r.PathValue("scan")), r.PostFormValue("reason"))
	if fault.Is(err, fault.Invalid) {
		return a.renderScans(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "scan.short").T("scan.dropped")})
	http.Redirect(w, r, scansHref(person), http.StatusSeeOther)
	return nil
}
