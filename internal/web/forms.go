package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"ketnap/internal/docx"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/forms"
	"ketnap/internal/id"
)

// wordType is the content type of a Word document.
const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// sendFile answers with a file to be saved. Names are plain ASCII.
func sendFile(w http.ResponseWriter, name, kind string, data []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(data)
	return err
}

type formsPage struct {
	Base
	Groups   []formsGroup
	MayAdmin bool
}

// formsGroup is the forms of one part of the way.
type formsGroup struct {
	Key, Title string
	Rows       []formRow
}

type formRow struct {
	form.Form
	Title, Signer, Number, Href string
	Sure                        *Badge
	Replaced                    bool
}

// formsPage lists the forms by step: GET /bieu-mau.
func (a *App) formsPage(w http.ResponseWriter, r *http.Request) error {
	p := formsPage{Base: a.Base(r, "form.title")}
	province := signed(r).Home.ID.Province()
	versions, err := a.Forms.Replaced(r.Context(), province)
	if err != nil {
		return err
	}
	if p.MayAdmin, err = a.Forms.MayReplace(r.Context(), a.actor(r), province); err != nil {
		return err
	}
	for _, g := range form.Groups {
		group := formsGroup{Key: g, Title: p.T("form.group." + g)}
		for _, f := range form.All() {
			if f.Group == g {
				row := p.formRow(f)
				vs := versions[f.Slug]
				row.Replaced = len(vs) > 0 && vs[0].InForce
				group.Rows = append(group.Rows, row)
			}
		}
		p.Groups = append(p.Groups, group)
	}
	return a.Render(w, r, http.StatusOK, "forms.html", p)
}

func (b Base) formRow(f form.Form) formRow {
	row := formRow{Form: f, Title: f.In(string(b.Lang)), Signer: f.SignedBy(string(b.Lang)), Href: "/bieu-mau/" + f.Slug, Sure: b.sureBadge(f.Sure)}
	if f.Catalogue > 0 {
		row.Number = fmt.Sprintf("%02d", f.Catalogue)
	}
	return row
}

// sureBadge says how sure a thing is.
func (b Base) sureBadge(sure string) *Badge {
	kind := map[string]string{"sure": "ok", "likely": "info", "unsure": "warn"}[sure]
	return &Badge{Kind: kind, Text: b.T("form.sure." + sure)}
}

// formBlank sends a form to be filled in by hand: GET /bieu-mau/{code}/trong.
func (a *App) formBlank(w http.ResponseWriter, r *http.Request) error {
	name, data, err := a.Forms.Blank(r.Context(), signed(r).Home.ID.Province(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return sendFile(w, name, wordType, data)
}

type fieldsPage struct {
	Base
	Groups []fieldsGroup
}

type fieldsGroup struct {
	Key, Title string
	Rows       []fieldsRow
}

type fieldsRow struct{ Written, Means, From, In string }

// formFields explains the fields of templates: GET /bieu-mau/truong.
func (a *App) formFields(w http.ResponseWriter, r *http.Request) error {
	p := fieldsPage{Base: a.Base(r, "form.fields_title")}
	p.Crumbs = []Crumb{{p.T("form.title"), "/bieu-mau"}, {Label: p.Title}}
	for _, g := range form.FieldGroups() {
		group := fieldsGroup{Key: g, Title: p.T("form.fields." + g)}
		for _, f := range form.Fields() {
			if f.Group == g {
				group.Rows = append(group.Rows, fieldsRow{"{{" + f.Key + "}}", f.Means(string(p.Lang)), p.T("form.from." + f.From), f.In})
			}
		}
		p.Groups = append(p.Groups, group)
	}
	return a.Render(w, r, http.StatusOK, "form_fields.html", p)
}

type formPage struct {
	Base
	F        formRow
	Facts    []fact
	Wording  *Badge
	Step     string
	Versions []versionRow
	May      bool
	Note     string
	Errs     map[string]fault.Text
	Wrong    string
	Province string
	OwnNow   bool // the program's own template is in force
}

type versionRow struct {
	ID, File, Note, When, By string
	InForce, Back            bool
	Size                     string
}

// formPage shows a form with its template: GET /bieu-mau/{code}.
func (a *App) formPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderForm(w, r, http.StatusOK, formPage{}, nil)
}

func (a *App) renderForm(w http.ResponseWriter, r *http.Request, status int, p formPage, failed error) error {
	f, err := form.Find(r.PathValue("code"))
	if err != nil {
		return err
	}
	p.Base = a.Base(r, "form.title")
	p.Title = f.Code + ". " + f.In(string(p.Lang))
	p.Crumbs = []Crumb{{p.T("form.title"), "/bieu-mau"}, {Label: f.Code}}
	p.F, p.Wording, p.Step = p.formRow(f), p.sureBadge(f.Wording), p.T("step."+f.Step)
	p.formFacts(f)
	home := signed(r).Home
	if p.Province = p.T("pilot.nation"); home.ID.Province() != 0 {
		p.Province = p.T("form.province")
	}
	if p.May, err = a.Forms.MayReplace(r.Context(), a.actor(r), home.ID.Province()); err != nil {
		return err
	}
	versions, err := a.Forms.Replaced(r.Context(), home.ID.Province())
	if err != nil {
		return err
	}
	p.versions(versions[f.Slug])
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "form.html", p)
}

// formFacts lists what is known of a form.
func (p *formPage) formFacts(f form.Form) {
	for _, x := range []fact{
		{p.T("form.signer"), p.F.Signer}, {p.T("form.step"), p.Step}, {p.T("form.catalogue"), p.F.Number},
		{p.T("form.file"), f.FileName(1, 1)}, {p.T("form.source"), f.Source}, {p.T("form.regimes"), strings.Join(f.Regimes, ", ")},
	} {
		if x.Value != "" {
			p.Facts = append(p.Facts, x)
		}
	}
}

func (p *formPage) versions(vs []forms.Version) {
	p.OwnNow = len(vs) == 0 || vs[0].Size == 0
	for _, v := range vs {
		p.Versions = append(p.Versions, versionRow{ID: v.ID.String(), File: v.File, Note: v.Note, When: stamp(v.At), By: v.By, InForce: v.InForce, Back: v.Size == 0,
			Size: p.Num(int64(max(1, v.Size>>10))) + " KB"})
	}
}

// formTemplate sends a template to be changed: GET /bieu-mau/{code}/mau.
func (a *App) formTemplate(w http.ResponseWriter, r *http.Request) error {
	name, data, err := a.Forms.Template(r.Context(), signed(r).Home.ID.Province(), r.PathValue("code"), id.Parse(r.FormValue("ban")), r.FormValue("goc") != "")
	if err != nil {
		return err
	}
	return sendFile(w, name, wordType, data)
}

// maxTemplate is the largest upload, with room for the form around the file.
const maxTemplate = docx.MaxSize + 64<<10

// formUpload takes a template somebody changed: POST /bieu-mau/{code}.
func (a *App) formUpload(w http.ResponseWriter, r *http.Request) error {
	p := formPage{}
	if err := r.ParseMultipartForm(maxTemplate); err != nil {
		return a.renderForm(w, r, http.StatusRequestEntityTooLarge, p, fault.E("web.formUpload", fault.Invalid, "docx.too_large", docx.MaxSize>>20, err).Field("file", "docx.too_large", docx.MaxSize>>20))
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	p.Note = r.PostFormValue("note")
	var data []byte
	name := ""
	if file, head, err := r.FormFile("file"); err == nil {
		defer file.Close()
		name = head.Filename
		if data, err = io.ReadAll(io.LimitReader(file, docx.MaxSize+1)); err != nil {
			return err
		}
	}
	code := r.PathValue("code")
	err := a.Forms.Upload(r.Context(), a.actor(r), signed(r).Home.ID.Province(), code, name, p.Note, data)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderForm(w, r, http.StatusUnprocessableEntity, p, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "form.title").T("form.replaced")})
	http.Redirect(w, r, "/bieu-mau/"+code, http.StatusSeeOther)
	return nil
}

// formRestore goes back to an earlier template: POST /bieu-mau/{code}/khoi-phuc.
func (a *App) formRestore(w http.ResponseWriter, r *http.Request) error {
	code := r.PathValue("code")
	err := a.Forms.Restore(r.Context(), a.actor(r), signed(r).Home.ID.Province(), code, id.Parse(r.PostFormValue("ban")))
	if fault.Is(err, fault.Conflict) {
		return a.renderForm(w, r, http.StatusConflict, formPage{}, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "form.title").T("form.restored")})
	http.Redirect(w, r, "/bieu-mau/"+code, http.StatusSeeOther)
	return nil
}
