package web

import (
	"log/slog"
	"net/http"

	"ketnap/internal/deadlines"
	"ketnap/internal/reports"
)

// dueFigure is one figure of the card of what is due: its list has as many rows.
type dueFigure struct {
	Label, Text, Href string
	Bad               bool
}

// dueCard is the card of what is due on a committee's page of today. Without it the page is still whole.
func (a *App) dueCard(r *http.Request, b Base, p reports.Pilot) []dueFigure {
	if a.Deadlines == nil || p.AsOf != p.Today {
		return nil
	}
	f, err := a.Deadlines.Figures(r.Context(), a.actor(r), p.Unit.ID)
	if err != nil {
		a.log.ErrorContext(r.Context(), "card of what is due", slog.Any("error", err))
		return nil
	}
	u := p.Unit.ID
	week := deadlines.Filter{Tab: deadlines.Open, From: p.Today, To: p.Today.AddDays(7)}
	return []dueFigure{
		{b.T("deadline.card_late"), b.Num(f.Counts.Late), dueHref(u, deadlines.Filter{Tab: deadlines.Late}), f.Counts.Late > 0},
		{b.T("deadline.card_raised"), b.Num(f.Raised), dueHref(u, deadlines.Filter{Tab: deadlines.Raised}), f.Raised > 0},
		{b.T("deadline.card_week"), b.Num(f.Counts.Week), dueHref(u, week), false},
		{b.T("deadline.card_soon", f.Soon), b.Num(f.Counts.Soon), dueHref(u, deadlines.Filter{Tab: deadlines.Soon}), false},
	}
}
