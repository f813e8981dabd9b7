package web

import (
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/person"
)

type personFormsPage struct {
	Base
	Person person.Person
	Href   string
	Groups []printGroup
	May    bool
	Notes  []string
	Wrong  string
	Whole  bool // there is something to put into an archive
}

type printGroup struct {
	Key, Title string
	Rows       []printRow
}

type printRow struct {
	Code, Title, Href, Signer, Note string
	State                           *Badge
	Copies                          []Choice // what is sent to print each
}

// personForms lists what can be printed of a person: GET /nguoi/{id}/bieu-mau.
func (a *App) personForms(w http.ResponseWriter, r *http.Request) error {
	return a.renderPersonForms(w, r, http.StatusOK, nil)
}

func (a *App) renderPersonForms(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	set, err := a.Forms.ListFor(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := personFormsPage{Base: a.Base(r, "form.person_title"), Person: set.Person, May: set.MayPrint, Href: "/nguoi/" + set.Person.ID.String() + "/bieu-mau"}
	p.Title = p.T("form.person_title") + ": " + set.Person.Name
	p.Crumbs = append(a.unitCrumbs(r, set.Above, set.Unit, "/nguoi?u="), Crumb{set.Person.Name, "/nguoi/" + set.Person.ID.String()}, Crumb{Label: p.T("form.person_title")})
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	switch {
	case set.Person.Erased():
		p.Notes = append(p.Notes, p.T("erase.done"))
		return a.Render(w, r, status, "person_forms.html", p)
	case set.NoPower:
		p.Notes = append(p.Notes, p.T("form.no_power"))
	}
	if !set.MayPrint {
		p.Notes = append(p.Notes, p.T("form.may_not"))
	}
	p.groups(set)
	return a.Render(w, r, status, "person_forms.html", p)
}

// groups lists what is to be made now first, then everything in the order of the way.
func (p *personFormsPage) groups(set forms.Set) {
	now := printGroup{Key: "now", Title: p.T("form.group.now")}
	for _, l := range set.Lines {
		p.Whole = p.Whole || (l.State == forms.Now || l.State == forms.Recorded) && l.Items > 0
		if l.State == forms.Now {
			now.Rows = append(now.Rows, p.printRow(l))
		}
	}
	if len(now.Rows) > 0 {
		p.Groups = append(p.Groups, now)
	}
	for _, g := range form.Groups {
		group := printGroup{Key: g, Title: p.T("form.group." + g)}
		for _, l := range set.Lines {
			if l.Group == g && l.State != forms.Now {
				group.Rows = append(group.Rows, p.printRow(l))
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
}

func (p *personFormsPage) printRow(l forms.Line) printRow {
	row := printRow{Code: l.Code, Title: l.In(string(p.Lang)), Href: "/bieu-mau/" + l.Slug, Signer: l.SignedBy(string(p.Lang))}
	kind := map[forms.State]string{forms.Recorded: "ok", forms.Now: "info"}[l.State]
	if kind == "" {
		kind = "mute"
	}
	row.State = &Badge{Kind: kind, Text: p.T("form.state."+string(l.State), l.On)}
	if l.Items == 0 {
		row.Note = p.T("form.per." + l.Per)
		row.Copies = []Choice{{Label: p.T("form.print"), Value: l.Slug}}
		return row
	}
	for n := 1; n <= l.Items; n++ {
		c := Choice{Label: p.T("form.print"), Value: l.Slug}
		if l.Items > 1 {
			c = Choice{Label: p.T("form.print_no", n), Value: l.Slug + "." + strconv.Itoa(n)}
		}
		row.Copies = append(row.Copies, c)
	}
	return row
}

// wholeSet is sent to have all papers of a person in one archive.
const wholeSet = "zip"

// personPrint sends a filled form, or the whole set: POST /nguoi/{id}/bieu-mau. It is not a link, because
// printing is an act that is put on record.
func (a *App) personPrint(w http.ResponseWriter, r *http.Request) error {
	who, i, code := a.actor(r), id.Parse(r.PathValue("id")), r.PostFormValue("code")
	if code == wholeSet {
		name, data, err := a.Forms.Zip(r.Context(), who, i)
		if fault.Is(err, fault.Conflict) {
			return a.renderPersonForms(w, r, http.StatusConflict, err)
		}
		if err != nil {
			return err
		}
		return sendFile(w, name, "application/zip", data)
	}
	name, data, err := a.Forms.Fill(r.Context(), who, i, code)
	if fault.Is(err, fault.Conflict) {
		return a.renderPersonForms(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return sendFile(w, name, wordType, data)
}

// printed says which forms an entry of the trail is about: the slugs at its beginning, by the code on paper.
func (b Base) printed(detail string) string {
	var names []string
	for _, slug := range strings.Fields(detail) {
		if f, err := form.Find(slug); err == nil {
			names = append(names, f.Code+" "+f.In(string(b.Lang)))
		}
	}
	return strings.Join(names, "; ")
}
