package web

import (
	"net/http"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// budgetPart is what the page of a person says about the budget of who reads it.
type budgetPart struct {
	Text, Hint string
	Over, Open bool
	Reason     Field
}

func (a *App) budgetPart(r *http.Request, p *personPage, ask personAsk) error {
	l, err := a.Approvals.Left(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	b := &budgetPart{Text: p.T("budget.today", p.local(vi.Number(l.Spent)), p.local(vi.Number(l.Reveals))), Hint: p.T("budget.emergency_hint", l.Hours), Over: l.Over()}
	if !l.Until.IsZero() {
		b.Text += " " + p.T("budget.until", p.words.Time(l.Until))
	}
	b.Reason = p.Field("emergency", p.T("budget.reason_label"), ask.emergency, ask.errs).Must()
	_, b.Open = ask.errs["emergency"]
	p.Budget = b
	return nil
}

func personHref(r *http.Request) string { return "/nguoi/" + r.PathValue("id") }

// emergencyOpen lifts the own budget for some hours: POST /nguoi/{id}/mo-khan-cap.
func (a *App) emergencyOpen(w http.ResponseWriter, r *http.Request) error {
	ask := personAsk{emergency: r.PostFormValue("emergency")}
	err := a.Approvals.OpenEmergency(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), ask.emergency)
	if fault.Is(err, fault.Invalid) {
		ask.errs = fieldsOf(err)
		return a.renderPerson(w, r, http.StatusUnprocessableEntity, ask)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "people.title").T("budget.opened")})
	http.Redirect(w, r, personHref(r), http.StatusSeeOther)
	return nil
}

// emergencyLine is an emergency as those above see it.
type emergencyLine struct{ ID, Name, Place, When, Reason, Person string }

func (a *App) emergencies(r *http.Request, b Base) (out []emergencyLine, err error) {
	all, err := a.Approvals.Emergencies(r.Context(), a.actor(r))
	for _, e := range all {
		l := emergencyLine{e.ID.String(), e.Name, e.Place, stamp(e.At), e.Reason, e.Person.String()}
		if l.Place == "" {
			l.Place = b.T("pilot.nation")
		}
		out = append(out, l)
	}
	return out, err
}

// emergencySee notes that somebody above took note: POST /khan-cap/{id}/da-xem.
func (a *App) emergencySee(w http.ResponseWriter, r *http.Request) error {
	if err := a.Approvals.SeeEmergency(r.Context(), a.actor(r), id.Parse(r.PathValue("id"))); err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "deadline.title").T("budget.seen")})
	http.Redirect(w, r, "/hom-nay", http.StatusSeeOther)
	return nil
}
