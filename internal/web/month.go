package web

import (
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/id"
)

type monthPage struct {
	Base
	Before, After, Lists string
	Weekdays             []string
	Weeks                [][]monthDay
}

// monthDay is one cell of the calendar; a day of another month is empty.
type monthDay struct {
	Day, Text, Href, Free string
	Today                 bool
}

// monthShow is the calendar of a month: GET /lich.
func (a *App) monthShow(w http.ResponseWriter, r *http.Request) error {
	unit := unitParam(r)
	m, err := a.Deadlines.Month(r.Context(), a.actor(r), unit, monthParam(r.URL.Query().Get("thang")))
	if err != nil {
		return err
	}
	p := monthPage{Base: a.Base(r, "deadline.month"), Lists: "/viec?u=" + unit.String()}
	name := m.Unit.Name
	if unit == 0 {
		name = p.T("pilot.nation")
	}
	p.Title, p.AsOf = p.T("deadline.month_heading", m.Month.VN(), name), m.Today
	p.Crumbs = []Crumb{{Label: name, Href: unitHref(unit)}, {Label: p.T("deadline.title"), Href: "/hom-nay?u=" + unit.String()}, {Label: p.T("deadline.month")}}
	at := func(x day.Month) string { return "/lich?thang=" + x.String() + "&u=" + unit.String() }
	p.Before, p.After = at(m.Month-1), at(m.Month+1)
	for n := 1; n <= 7; n++ {
		p.Weekdays = append(p.Weekdays, p.T("deadline.weekday"+strconv.Itoa(n)))
	}
	p.weeks(unit, m)
	return a.Render(w, r, http.StatusOK, "month.html", p)
}

// weeks lays the days of the month out in weeks from Monday.
func (p *monthPage) weeks(unit id.ID, m deadlines.Month) {
	first := m.Month.First()
	monday := day.Of(2024, 1, 1)
	var week []monthDay
	for range (first.Sub(monday)%7 + 7) % 7 {
		week = append(week, monthDay{})
	}
	for d := first; d <= m.Month.Last(); d = d.AddDays(1) {
		cell := monthDay{Day: strconv.Itoa(d.Day()), Today: d == m.Today}
		if h, ok := m.Holidays[d]; ok {
			cell.Free = map[bool]string{true: h.En, false: h.Vi}[p.Lang == "en"]
		}
		if n := m.Days[d]; n > 0 {
			cell.Text, cell.Href = p.T("deadline.day_n", n), dueHref(unit, deadlines.Filter{Tab: deadlines.Open, From: d, To: d})
		}
		if week = append(week, cell); len(week) == 7 {
			p.Weeks, week = append(p.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		for len(week) < 7 {
			week = append(week, monthDay{})
		}
		p.Weeks = append(p.Weeks, week)
	}
}

// monthParam reads "2026-11"; anything else is this month.
func monthParam(text string) day.Month {
	y, m, ok := strings.Cut(text, "-")
	year, errY := strconv.Atoi(y)
	month, errM := strconv.Atoi(m)
	if !ok || errY != nil || errM != nil || year < 1930 || year > 2200 || month < 1 || month > 12 {
		return 0
	}
	return day.MonthOf(year, month)
}
