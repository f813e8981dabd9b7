package web

import (
	"net/http"

	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// dossierWatch puts a dossier among those one follows, or takes it from there: POST /nguoi/{id}/ho-so/theo-doi.
func (a *App) dossierWatch(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.dossierWatch", fault.Invalid, "web.error.form", err)
	}
	person, yes := id.Parse(r.PathValue("id")), r.PostForm.Get("watch") == "1"
	if err := a.Dossiers.Watch(r.Context(), a.actor(r), person, yes); err != nil {
		return err
	}
	said := "dossier.watch_done"
	if !yes {
		said = "dossier.unwatch_done"
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "dossier.title").T(said)})
	http.Redirect(w, r, dossierHref(person), http.StatusSeeOther)
	return nil
}
