package web

import (
	"net/http"
	"strconv"

	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

type rebasePage struct {
	Base
	R       dossiers.Rebase
	Packs   []Choice
	Changes []changeLine
	Sum     string
	Wrong   string
	Key     string
}

type changeLine struct{ Kind, Badge, What, Before, After, Clause string }

// rebaseShow shows what another pack would change: GET /nguoi/{id}/ho-so/goi?to=.
func (a *App) rebaseShow(w http.ResponseWriter, r *http.Request) error {
	return a.renderRebase(w, r, http.StatusOK, nil)
}

func (a *App) renderRebase(w http.ResponseWriter, r *http.Request, status int, failed error) error {
	c, err := a.Dossiers.Rebasing(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), r.FormValue("to"))
	if err != nil {
		return err
	}
	p := rebasePage{Base: a.Base(r, "dossier.rebase_title"), R: c, Key: formKey()}
	p.Crumbs = a.dossierCrumbs(r, p.Base, c.View, Crumb{Label: p.Title})
	p.Packs = []Choice{{Label: p.T("dossier.choose")}}
	for _, ref := range c.Packs {
		p.Packs = append(p.Packs, Choice{Label: ref, Value: ref})
	}
	n := map[dossiers.ChangeKind]int{}
	for _, x := range c.Changes {
		n[x.Kind]++
		p.Changes = append(p.Changes, changeLine{Kind: p.T("dossier.rebase." + string(x.Kind)), Badge: map[dossiers.ChangeKind]string{dossiers.Added: "warn", dossiers.Dropped: "mute", dossiers.Changed: "info"}[x.Kind],
			What: p.T("dossier.rebase."+x.What, x.Text[string(p.Lang)]), Before: x.Before, After: x.After, Clause: x.Clause})
	}
	p.Sum = p.T("dossier.rebase_sum", n[dossiers.Added], n[dossiers.Dropped], n[dossiers.Changed])
	if failed != nil {
		p.Wrong = p.Err(failed)
	}
	return a.Render(w, r, status, "dossier_rebase.html", p)
}

// rebaseDo moves the dossier after it was shown what changes: POST /nguoi/{id}/ho-so/goi.
func (a *App) rebaseDo(w http.ResponseWriter, r *http.Request) error {
	person, to := id.Parse(r.PathValue("id")), r.PostFormValue("to")
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	_, err := a.Dossiers.Rebase(r.Context(), a.actor(r), person, version, to, r.PostFormValue("reason"), r.PostFormValue("key"))
	switch fault.KindOf(err) {
	case fault.Invalid:
		if err != nil {
			return a.renderRebase(w, r, http.StatusUnprocessableEntity, err)
		}
	case fault.Conflict, fault.Stale:
		return a.renderRebase(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "dossier.title").T("dossier.rebase_done", to)})
	http.Redirect(w, r, dossierHref(person), http.StatusSeeOther)
	return nil
}
