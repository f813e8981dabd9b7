package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/transfer"
)

// maxUpload is the largest file the wizard takes, with room for the form around it.
const maxUpload = 65 << 20

type importsPage struct {
	Base
	In    url.Values
	Where Field
	Picks []Choice // units among which one has to be picked
	Kind  string
	Kinds []Choice
	Rows  []importLine
	More  string
	Errs  map[string]fault.Text
	Wrong string
	Empty Empty
}

type importLine struct {
	Href, File, Kind, Unit, State, When, By string
	Badge                                   *Badge
	Total, New, Changed, Duplicate, Refused string
}

// imports lists the imports in the user's scope, with the form for a new one: GET /nhap.
func (a *App) imports(w http.ResponseWriter, r *http.Request) error {
	in := url.Values{"kind": {r.FormValue("kind")}, "u": {r.FormValue("u")}}
	if id.Parse(in.Get("u")) == 0 && signed(r).Home.ID != 0 {
		in.Set("u", signed(r).Home.ID.String())
	}
	return a.renderImports(w, r, http.StatusOK, in, unitPick{unit: id.Parse(in.Get("u"))}, nil)
}

func (a *App) renderImports(w http.ResponseWriter, r *http.Request, status int, in url.Values, pick unitPick, failed error) error {
	if !a.actor(r).Anywhere(access.Import) {
		return fault.E("web.imports", fault.Forbidden, "error.forbidden")
	}
	p := importsPage{Base: a.Base(r, "import.title"), In: in, Kind: in.Get("kind"), Picks: pick.among}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	var err error
	if p.Where, err = a.unitField(r, p.Base, p.T("import.unit"), in, pick, p.Errs); err != nil {
		return err
	}
	for _, k := range batch.Kinds {
		p.Kinds = append(p.Kinds, Choice{Label: p.T("import.kind." + string(k)), Value: string(k)})
	}
	if u := id.Parse(in.Get("u")); u != 0 || a.actor(r).Can(access.Import, org.Unit{}) { // who imports everywhere sees every import
		list, err := a.Transfer.List(r.Context(), a.actor(r), u, id.Parse(r.FormValue("before")), 51)
		if err != nil {
			return err
		}
		if len(list) > 50 {
			list = list[:50]
			p.More = "/nhap?u=" + u.String() + "&before=" + list[49].ID.String()
		}
		for _, b := range list {
			p.Rows = append(p.Rows, p.importLine(b))
		}
	}
	p.Empty = Empty{Title: p.T("import.none"), Text: p.T("import.none_text")}
	return a.Render(w, r, status, "imports.html", p)
}

func (b Base) importLine(x transfer.Listed) importLine {
	return importLine{Href: "/nhap/" + x.ID.String(), File: x.File, Kind: b.T("import.kind." + string(x.Kind)), Unit: x.UnitName,
		When: stamp(x.Made), By: x.ByName, Badge: b.importBadge(x.Batch), Total: b.Num(x.Total), New: b.Num(x.Accepted - x.Changed), Changed: b.Num(x.Changed),
		Duplicate: b.Num(x.Duplicate), Refused: b.Num(x.Refused)}
}

// importBadge says how far an import is.
func (b Base) importBadge(x batch.Batch) *Badge {
	kind := map[batch.State]string{batch.Done: "ok", batch.Failed: "bad", batch.Undone: "mute", batch.Discarded: "mute"}[x.State]
	if kind == "" {
		kind = "info"
	}
	return &Badge{Kind: kind, Text: b.T("import.state." + string(x.State))}
}

// stamp writes an instant as Vietnam's clock showed it.
func stamp(ms int64) string {
	return time.UnixMilli(ms).In(day.Vietnam).Format("02/01/2006 15:04")
}

// importUpload takes the file: POST /nhap.
func (a *App) importUpload(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return a.renderImports(w, r, http.StatusRequestEntityTooLarge, url.Values{}, unitPick{}, fault.E("web.importUpload", fault.Invalid, "import.too_large", maxUpload>>20, err))
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	pick, err := a.pickUnit(r, r.PostForm)
	if err == nil && pick.unit == 0 {
		err = fault.E("web.importUpload", fault.Invalid, "import.unit_missing").Field("unit", "import.unit_missing")
	}
	if err != nil {
		return a.renderImports(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, err)
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return a.renderImports(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, fault.E("web.importUpload", fault.Invalid, "import.no_file").Field("file", "import.no_file"))
	}
	defer file.Close()
	b, err := a.Transfer.Upload(r.Context(), a.actor(r), pick.unit, batch.Kind(r.PostFormValue("kind")), head.Filename, file, head.Size)
	if fault.Is(err, fault.Invalid) {
		return a.renderImports(w, r, http.StatusUnprocessableEntity, r.PostForm, pick, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/nhap/"+b.ID.String(), http.StatusSeeOther)
	return nil
}

// importMap stores what the columns mean and starts the check: POST /nhap/{id}/ghep.
func (a *App) importMap(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.importMap", fault.Invalid, "web.error.form", err)
	}
	i := id.Parse(r.PathValue("id"))
	m := transfer.Mapping{Columns: map[int]batch.Code{}, Incomplete: r.PostFormValue("incomplete") == "1"}
	m.Sheet, _ = strconv.Atoi(r.PostFormValue("sheet"))
	for name, values := range r.PostForm {
		if n, err := strconv.Atoi(cutPrefix(name, "col_")); err == nil && values[0] != "" {
			m.Columns[n] = batch.Code(values[0])
		}
	}
	var err error
	if m.AsOf, err = day.Parse(r.PostFormValue("as_of")); err == nil {
		_, err = a.Transfer.Map(r.Context(), a.actor(r), i, m)
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderMatch(w, r, http.StatusUnprocessableEntity, m, err)
	}
	if err == nil {
		err = a.Transfer.StartCheck(r.Context(), a.actor(r), i)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/nhap/"+i.String(), http.StatusSeeOther)
	return nil
}

// cutPrefix returns s without a prefix, "" when it has another.
func cutPrefix(s, prefix string) string {
	if len(s) <= len(prefix) || s[:len(prefix)] != prefix {
		return ""
	}
	return s[len(prefix):]
}

// importDo runs one step of an import and shows it again: POST /nhap/{id}/{step}.
func (a *App) importDo(step func(r *http.Request, i id.ID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		i := id.Parse(r.PathValue("id"))
		if err := step(r, i); err != nil {
			return err
		}
		http.Redirect(w, r, "/nhap/"+i.String(), http.StatusSeeOther)
		return nil
	}
}

func (a *App) importCheck(r *http.Request, i id.ID) error {
	return a.Transfer.StartCheck(r.Context(), a.actor(r), i)
}

func (a *App) importCommit(r *http.Request, i id.ID) error {
	return a.Transfer.StartCommit(r.Context(), a.actor(r), i)
}

func (a *App) importDiscard(r *http.Request, i id.ID) error {
	return a.Transfer.Discard(r.Context(), a.actor(r), i)
}

// importUndo takes an import back, or lists the rows somebody changed since: POST /nhap/{id}/hoan-tac.
func (a *App) importUndo(w http.ResponseWriter, r *http.Request) error {
	i := id.Parse(r.PathValue("id"))
	_, clashes, err := a.Transfer.Undo(r.Context(), a.actor(r), i)
	if len(clashes) > 0 {
		return a.renderImport(w, r, http.StatusConflict, clashes)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "import.title").T("import.undone_note")})
	http.Redirect(w, r, "/nhap/"+i.String(), http.StatusSeeOther)
	return nil
}

// importMarked sends the sheet with its bad cells marked: GET /nhap/{id}/danh-dau.
func (a *App) importMarked(w http.ResponseWriter, r *http.Request) error {
	b, _, err := a.Transfer.Batch(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	attachment(w, "danh-dau.xlsx")
	return a.Transfer.Marked(r.Context(), a.actor(r), b.ID, a.Base(r, "import.title").Lang, w)
}

// importTemplate sends an empty sheet to fill in: GET /mau-nhap/{kind}.
func (a *App) importTemplate(w http.ResponseWriter, r *http.Request) error {
	k := batch.Kind(r.PathValue("kind"))
	if !k.Valid() {
		return fault.E("web.importTemplate", fault.NotFound, "error.notfound")
	}
	attachment(w, "mau-"+string(k)+".xlsx")
	return transfer.Template(k, a.Base(r, "import.title").Lang, w)
}
