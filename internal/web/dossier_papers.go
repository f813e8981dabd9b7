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
)

// paperList is the checklist of a dossier: what the pack asks for, and what is there.
type paperList struct {
	Have, Of int
	Rows     []paperRow
	MayWrite bool
}

type paperRow struct {
	Code, Label, Date, Place string
	Present, Needed          bool
	By                       string // the step by which it must be there
}

func (b Base) paperList(v dossiers.View) paperList {
	l := paperList{MayWrite: v.MayWrite && v.Known}
	for _, p := range v.Checklist {
		row := paperRow{Code: p.Code, Label: p.Text[string(b.Lang)], Present: p.Present, Needed: true, Date: b.Date(p.Made), Place: p.Place}
		if p.Step != "" {
			row.By = b.T("step." + p.Step)
		}
		if l.Of++; p.Present {
			l.Have++
		}
		l.Rows = append(l.Rows, row)
	}
	return l
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
