package web

import (
	"strconv"

	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/target"
)

// foreseen is the forecast of a page in words, with the years it was made from.
type foreseen struct {
	Text, Method string
	Table        chart.Table
}

// foresee puts the forecast of admissions into words; nil when the year of the page is over.
func (p *pilotPage) foresee() *foreseen {
	if p.P.AsOf >= day.YearPeriod(p.P.Year).To {
		return nil
	}
	f, h := p.P.Forecast, target.Reading()
	out := &foreseen{Method: p.T("foresee.method", h.HistoryYears.Value, h.ForecastYears.Value, h.ForecastYearly.Value, h.ForecastShare.Value)}
	switch {
	case f.Why != "":
		out.Text = p.T("foresee.none."+string(f.Why), len(f.Years))
	case f.Low == f.High:
		out.Text = p.T("foresee.one", f.Mid)
	default:
		out.Text = p.T("foresee.text", f.Low, f.High, f.Mid)
	}
	if f.Why == "" && p.P.Self.HasAdmit {
		switch least := p.P.Self.Admit.Target.Least(); {
		case f.High < least:
			out.Text += " " + p.T("foresee.below", least)
		case f.Low >= least:
			out.Text += " " + p.T("foresee.reaches", least)
		default:
			out.Text += " " + p.T("foresee.open", least)
		}
	}
	out.Table = chart.Table{Caption: p.T("foresee.title"), Head: []string{p.T("pilot.year"), p.T("foresee.by_now"), p.T("foresee.whole"), p.T("foresee.share")}}
	for _, y := range f.Years {
		out.Table.Rows = append(out.Table.Rows, []string{strconv.Itoa(y.Year), p.Num((y.ByNow + y.Of/2) / y.Of), p.Num(y.Total), p.Pct(y.ByNow, y.Total*y.Of)})
	}
	return out
}

// latest says when a unit admitted somebody last.
func (p *pilotPage) latest(m day.Month) string {
	if m == 0 {
		return p.T("quality.never", p.P.HistoryFrom())
	}
	years := int(p.P.AsOf.MonthOf()-m) / 12 // whole years: December is not a year ago in January
	if years > 0 {
		return p.T("quality.latest_years", m.VN(), years)
	}
	return m.VN()
}
