package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/people"
)

// formKey names one filling-in of a form, so that sending it twice acts once.
func formKey() string { return rand.Text() }

// did tells that an act was done, or that the same form had done it before and now did nothing.
func (b Base) did(before bool, key string, args ...any) Notice {
	if before {
		return Notice{Kind: Done, Text: b.T("once.done")}
	}
	return Notice{Kind: Done, Text: b.T(key, args...)}
}

// personReveal opens a sealed field for a reason: POST /nguoi/{id}/hien. The value is part of the
// answer and of nothing else: no address, no cookie.
func (a *App) personReveal(w http.ResponseWriter, r *http.Request) error {
	ask := personAsk{field: r.PostFormValue("field"), reason: r.PostFormValue("reason")}
	value, err := a.People.Reveal(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), ask.field, ask.reason)
	if fault.Is(err, fault.Conflict) { // processing is restricted, or the budget is used up
		ask.errs = map[string]fault.Text{"reason": fault.TextOf(err)}
		return a.renderPerson(w, r, http.StatusConflict, ask)
	}
	if fault.Is(err, fault.Invalid) {
		ask.errs = fieldsOf(err)
		return a.renderPerson(w, r, http.StatusUnprocessableEntity, ask)
	}
	if err != nil {
		return err
	}
	if ask.value = value; value == "" {
		ask.field = "" // emptied since the page was shown
	}
	return a.renderPerson(w, r, http.StatusOK, ask)
}

// personUndo undoes the last movement: POST /nguoi/{id}/hoan-tac.
func (a *App) personUndo(w http.ResponseWriter, r *http.Request) error {
	reason := r.PostFormValue("reason")
	err := a.Movements.Reverse(r.Context(), a.actor(r), id.Parse(r.PostFormValue("movement")), reason, r.PostFormValue("key"))
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return a.renderPerson(w, r, http.StatusUnprocessableEntity, personAsk{reason: reason, undoing: err})
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Stale):
		return a.renderPerson(w, r, http.StatusConflict, personAsk{reason: reason, undoing: err})
	case err != nil:
		return err
	}
	a.Flash(w, a.Base(r, "people.title").did(before, "movement.undone"))
	http.Redirect(w, r, "/nguoi/"+r.PathValue("id"), http.StatusSeeOther)
	return nil
}

// act says in words what the trail keeps in codes.
func (b Base) act(t people.Trace) act {
	out := act{At: b.words.Time(t.At), Who: t.Name, What: b.action(t.Action), Detail: t.Detail}
	if t.Detail == "" {
		return out
	}
	head, reason, _ := strings.Cut(t.Detail, ": ")
	switch t.Action {
	case "person.create":
		out.Detail = b.named("stage."+t.Detail, t.Detail)
	case "person.update":
		var names []string
		for _, code := range strings.Fields(t.Detail) {
			names = append(names, b.named(fieldKey(code), code))
		}
		out.Detail = strings.Join(names, ", ")
	case "person.reveal":
		out.Detail = b.named(fieldKey("sealed."+head), head) + ". " + b.T("person.because", reason)
	case "form.print", "form.zip":
		out.Detail = b.printed(t.Detail)
	case "movement.post":
		out.Detail = b.named("cause."+t.Detail, t.Detail)
	case "movement.reverse":
		out.Detail = b.named("cause."+head, head) + ". " + b.T("person.because", reason)
	case "dossier.act":
		out.Detail = b.named("step."+t.Detail, t.Detail)
	case "scan.drop":
		out.Detail = b.T("person.because", reason)
	case "deadline.waive", "scan.read":
		out.Detail = "" // ids, which say nothing to a reader
	}
	return out
}

// fieldKey is the text of a field the trail names by its code.
func fieldKey(code string) string {
	switch code {
	case "other_name", "youth", "party_age":
		return "person." + code
	}
	if strings.HasPrefix(code, "sealed.") {
		return "person." + code
	}
	return "people.col." + code
}
