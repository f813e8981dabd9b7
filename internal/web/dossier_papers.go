package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/markup"
)

// paperList is the checklist of a dossier: what the pack asks for, and what is there.
type paperList struct {
	Have, Of int
	Rows     []paperRow
	MayWrite bool
	Body     markup.Piece
}

type paperRow struct {
	Code, Label, Date, Place string
	Present, Missing         bool
	By                       string // the step by which it must be there
}

func (b Base) paperList(v dossiers.View) paperList {
	l := paperList{MayWrite: v.MayWrite && v.Known}
	for _, p := range v.Checklist {
		row := paperRow{Code: p.Code, Label: p.Text[string(b.Lang)], Present: p.Present, Missing: p.Missing, Date: b.Date(p.Made), Place: p.Place}
		if p.Step != "" {
			row.By = b.T("step." + p.Step)
		}
		if l.Of++; p.Present {
			l.Have++
		}
		l.Rows = append(l.Rows, row)
	}
	l.Body = b.paperRows(l)
	return l
}

// paperRows writes the checklist: what is there, made when, kept where.
func (b Base) paperRows(l paperList) markup.Piece {
	have, made, place := b.T("dossier.paper_have"), b.T("dossier.paper_made"), b.T("dossier.paper_place")
	yes, no := b.T("dossier.paper_yes"), b.T("dossier.paper_no_yet")
	missing := b.T("dossier.paper_missing")
	var p markup.Pen
	for _, r := range l.Rows {
		p.Open("tr", markup.A("role", "row"))
		p.Open("th", markup.A("scope", "row"), markup.A("role", "rowheader"))
		p.Put(r.Label)
		if r.Missing {
			p.Put(" ")
			p.Say(missing, "span", markup.A("class", "badge warn"))
		}
		if r.By != "" {
			p.Put(" ")
			p.Say(b.T("dossier.paper_by", r.By), "span", markup.A("class", "sub"))
		}
		p.Close()
		if !l.MayWrite {
			there := no
			if r.Present {
				there = yes
			}
			for _, c := range [][2]string{{have, there}, {made, r.Date}, {place, r.Place}} {
				p.Say(c[1], "td", markup.A("role", "cell"), markup.A("data-label", c[0]))
			}
			p.Close()
			continue
		}
		p.Open("td", markup.A("role", "cell"), markup.A("data-label", have))
		p.Leaf("input", markup.A("type", "hidden"), markup.A("name", "code"), markup.A("value", r.Code))
		p.Leaf("input", markup.A("type", "checkbox"), markup.A("name", "have-"+r.Code), markup.A("value", "1"), markup.Flag("checked", r.Present), markup.A("aria-label", have+": "+r.Label))
		p.Close()
		p.Open("td", markup.A("role", "cell"), markup.A("data-label", made))
		p.Leaf("input", markup.A("type", "text"), markup.A("class", "date"), markup.A("inputmode", "numeric"), markup.A("name", "made-"+r.Code), markup.A("value", r.Date),
			markup.A("placeholder", "dd/mm/yyyy"), markup.A("autocomplete", "off"), markup.A("aria-label", made+": "+r.Label))
		p.Close()
		p.Open("td", markup.A("role", "cell"), markup.A("data-label", place))
		p.Leaf("input", markup.A("type", "text"), markup.A("name", "place-"+r.Code), markup.A("value", r.Place), markup.A("autocomplete", "off"), markup.A("aria-label", place+": "+r.Label))
		p.Close()
		p.Close()
	}
	return p.Done()
}

// dossierPapers keeps which papers are there: POST /nguoi/{id}/ho-so/giay.
func (a *App) dossierPapers(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.dossierPapers", fault.Invalid, "web.error.form", err)
	}
	person := id.Parse(r.PathValue("id"))
	var ps []dossier.Paper
	var wrong error
	for _, code := range r.PostForm["code"] {
		p := dossier.Paper{Code: code, Present: r.PostForm.Get("have-"+code) != "", Place: r.PostForm.Get("place-" + code)}
		made, err := day.Parse(r.PostForm.Get("made-" + code))
		if err != nil {
			wrong = err
		}
		p.Made = made
		ps = append(ps, p)
	}
	err := wrong
	if err == nil {
		err = a.Dossiers.PutPapers(r.Context(), a.actor(r), person, ps)
	}
	if fault.Is(err, fault.Invalid) {
		return a.renderDossier(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "dossier.title").T("dossier.papers_kept")})
	http.Redirect(w, r, dossierHref(person)+"#giay-to", http.StatusSeeOther)
	return nil
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func versionOf(r *http.Request) int64 {
	v, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return 0
	}
	return v
}
