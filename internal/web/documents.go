package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/docx"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

type documentsPage struct {
	Base
	Register documents.Register
	Name     string
	Kinds    []Choice
	Kind     string
	Find     string
	Held     bool // only what is in force
	Filtered bool
	Rows     []documentRow
	Prev     string
	Next     string
}

type documentRow struct {
	Href, Name, Kind, Issuer, Title, Date, Unit string
	Above                                       bool
	Gone                                        string // why it does not hold today, "" when it does
}

// unitOf is the unit a page is about: the one in the address, else the user's own.
func unitOf(r *http.Request) id.ID {
	if r.FormValue("u") == "" {
		return signed(r).Home.ID
	}
	return id.Parse(r.FormValue("u"))
}

// documents lists the register of a unit: GET /van-ban?u=&loai=&trang=.
func (a *App) documents(w http.ResponseWriter, r *http.Request) error {
	page, _ := strconv.Atoi(r.FormValue("trang"))
	f := documents.Filter{Kind: document.Kind(r.FormValue("loai")), Find: strings.TrimSpace(r.FormValue("tim")), Held: r.FormValue("hieuluc") != "", Page: min(max(page, 0), 1000)}
	reg, err := a.Documents.List(r.Context(), a.actor(r), unitOf(r), f)
	if err != nil {
		return err
	}
	p := documentsPage{Base: a.Base(r, "document.title"), Register: reg, Name: reg.Unit.Name, Kind: string(f.Kind), Find: f.Find, Held: f.Held}
	p.Filtered = f.Kind != "" || f.Find != "" || f.Held
	if reg.Unit.ID == 0 {
		p.Name = p.T("pilot.nation")
	}
	p.Kinds = append([]Choice{{Label: p.T("document.kind_all")}}, p.codes("document.kind.", document.Kinds)...)
	for _, d := range reg.Rows {
		p.Rows = append(p.Rows, documentRow{Href: documentHref(d.ID), Name: d.Number, Kind: p.T("document.kind." + string(d.Kind)), Issuer: d.Issuer, Title: d.Title, Date: p.Date(d.Dated), Unit: d.UnitName, Above: d.Above, Gone: p.gone(d)})
	}
	at := func(n int) string {
		v := url.Values{"u": {reg.Unit.ID.String()}, "loai": {p.Kind}, "tim": {f.Find}, "trang": {strconv.Itoa(n)}}
		if f.Held {
			v.Set("hieuluc", "1")
		}
		return "/van-ban?" + v.Encode()
	}
	if f.Page > 0 {
		p.Prev = at(f.Page - 1)
	}
	if reg.More {
		p.Next = at(f.Page + 1)
	}
	return a.Render(w, r, http.StatusOK, "documents.html", p)
}

// gone says why a document does not hold today.
func (b Base) gone(d documents.Listed) string {
	switch {
	case d.Replaced:
		return b.T("document.replaced")
	case d.Ended:
		return b.T("document.ended")
	case d.Early:
		return b.T("document.not_yet")
	}
	return ""
}

func documentHref(i id.ID) string { return "/van-ban/" + i.String() }

// codes makes options of a list of codes.
func codesOf[T ~string](b Base, prefix string, list []T) []Choice {
	var cs []Choice
	for _, c := range list {
		cs = append(cs, Choice{Label: b.T(prefix + string(c)), Value: string(c)})
	}
	return cs
}

func (b Base) codes(prefix string, list []document.Kind) []Choice { return codesOf(b, prefix, list) }

type documentForm struct {
	Base
	Action, Back, Text string
	In                 document.Document
	Dated, From, To    string
	Kinds, Levels      []Choice
	Errs               map[string]fault.Text
	Wrong              string
	Unit               string
	Old                bool // the document is there already
	MaxFile            int  // MB of a file with its text
}

// documentNew shows an empty form: GET /van-ban/them?u=.
func (a *App) documentNew(w http.ResponseWriter, r *http.Request) error {
	d := document.Document{Unit: unitOf(r), Spread: true, Kind: document.Resolution, Level: levelOf(signed(r).Home.Kind)}
	if _, err := a.People.UnitFor(r.Context(), a.actor(r), access.SetTarget, d.Unit); err != nil {
		return err
	}
	return a.renderDocumentForm(w, r, http.StatusOK, documentForm{In: d, Action: "/van-ban/them"}, nil)
}

// levelOf is the level at which a unit of a kind issues documents.
func levelOf(k org.Kind) document.Level {
	switch k {
	case org.Upper:
		return document.Upper
	case org.Grassroots, org.Section:
		return document.Grassroots
	case org.BaseCell, org.Cell:
		return document.OfCell
	}
	return document.Provincial
}

func (a *App) renderDocumentForm(w http.ResponseWriter, r *http.Request, status int, p documentForm, failed error) error {
	p.Base, p.MaxFile = a.Base(r, "document.new"), docx.MaxSize>>20
	if p.Old {
		p.Title = p.T("document.edit")
	}
	p.Unit = p.In.Unit.String()
	p.Back = "/van-ban?u=" + p.Unit
	if p.Old {
		p.Back = documentHref(p.In.ID)
	}
	p.Crumbs = []Crumb{{p.T("document.title"), "/van-ban?u=" + p.Unit}, {Label: p.Title}}
	p.Kinds, p.Levels = codesOf(p.Base, "document.kind.", document.Kinds), codesOf(p.Base, "document.level.", document.Levels)
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "document_form.html", p)
}

// documentBound reads the form of a document. What no date can be made of is reported by its field.
func documentBound(r *http.Request, p *documentForm) error {
	p.In.Kind, p.In.Level = document.Kind(r.PostFormValue("kind")), document.Level(r.PostFormValue("level"))
	p.In.Number, p.In.Issuer, p.In.Title, p.In.Place = r.PostFormValue("number"), r.PostFormValue("issuer"), r.PostFormValue("title"), r.PostFormValue("place")
	p.In.Spread = r.PostFormValue("spread") != ""
	p.Text, p.Dated, p.From, p.To = r.PostFormValue("text"), r.PostFormValue("dated"), r.PostFormValue("from"), r.PostFormValue("to")
	e := fault.E("web.documentBound", fault.Invalid, "document.invalid")
	if text, err := textFile(r); err != nil {
		t := fault.TextOf(err)
		e.Field("file", t.Key, t.Args...)
	} else if text != "" {
		if strings.TrimSpace(p.Text) != "" {
			e.Field("file", "document.file_and_text")
		} else {
			p.Text = text
		}
	}
	p.In.Dated, p.In.From, p.In.To = dateField(e, "dated", p.Dated), dateField(e, "from", p.From), dateField(e, "to", p.To)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// documentBody is the largest request that brings a document, with room for the form around its file.
const documentBody = docx.MaxSize + 1<<20

// textFile reads the file of a form into text: a Word document, or plain text. Nothing else of the file is kept.
func textFile(r *http.Request) (string, error) {
	const op = "web.textFile"
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", fault.E(op, fault.Invalid, "docx.too_large", docx.MaxSize>>20, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, docx.MaxSize+1))
	if err != nil {
		return "", fault.E(op, fault.Invalid, "document.file_unreadable", err)
	}
	if len(data) == 0 {
		return "", nil
	}
	if text := strings.TrimPrefix(string(data), "\ufeff"); utf8.ValidString(text) && !strings.ContainsRune(text, 0) && len(data) <= docx.MaxSize {
		return text, nil
	}
	text, err := docx.ReadText(data)
	if err == nil && strings.TrimSpace(text) == "" {
		err = fault.E(op, fault.Invalid, "document.file_unreadable")
	}
	return text, err
}

// documentCreate stores a new document: POST /van-ban/them.
func (a *App) documentCreate(w http.ResponseWriter, r *http.Request) error {
	p := documentForm{Action: "/van-ban/them", In: document.Document{Unit: id.Parse(r.PostFormValue("u"))}}
	err := documentBound(r, &p)
	var made id.ID
	if err == nil {
		made, err = a.Documents.Add(r.Context(), a.actor(r), documents.Form{Document: p.In, Text: p.Text})
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderDocumentForm(w, r, http.StatusUnprocessableEntity, p, err)
	}
	if err != nil {
		return err
	}
	b := a.Base(r, "document.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T("document.stored")})
	http.Redirect(w, r, documentHref(made), http.StatusSeeOther)
	return nil
}

// documentEdit shows the form of a document: GET /van-ban/{id}/sua.
func (a *App) documentEdit(w http.ResponseWriter, r *http.Request) error {
	v, err := a.Documents.View(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !v.May {
		return fault.E("web.documentEdit", fault.Forbidden, "error.forbidden")
	}
	d := v.Document
	p := documentForm{In: d, Old: true, Action: documentHref(d.ID) + "/sua", Dated: d.Dated.VN()}
	if d.From != 0 {
		p.From = d.From.VN()
	}
	if d.To != 0 {
		p.To = d.To.VN()
	}
	return a.renderDocumentForm(w, r, http.StatusOK, p, nil)
}

// documentUpdate stores what changed: POST /van-ban/{id}/sua.
func (a *App) documentUpdate(w http.ResponseWriter, r *http.Request) error {
	i := id.Parse(r.PathValue("id"))
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	p := documentForm{Old: true, Action: documentHref(i) + "/sua", In: document.Document{ID: i, Unit: id.Parse(r.PostFormValue("u")), Version: version}}
	err := documentBound(r, &p)
	if err == nil {
		err = a.Documents.Update(r.Context(), a.actor(r), documents.Form{Document: p.In, Text: p.Text})
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderDocumentForm(w, r, http.StatusUnprocessableEntity, p, err)
	}
	if err != nil {
		return err
	}
	return a.toDocument(w, r, i, "document.stored")
}

// toDocument goes back to a document and says what was done.
func (a *App) toDocument(w http.ResponseWriter, r *http.Request, i id.ID, done string) error {
	b := a.Base(r, "document.title")
	a.Flash(w, Notice{Kind: Done, Text: b.T(done)})
	http.Redirect(w, r, documentHref(i), http.StatusSeeOther)
	return nil
}
