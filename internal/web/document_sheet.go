package web

import (
	"net/url"
	"slices"
	"strconv"

	"ketnap/internal/target"
)

// sheetYears is how many years of a number's time are offered as sheets: those that are being worked on.
const sheetYears = 2

// sheetsOf are the sheets of targets into which a confirmed number can be taken: that of the unit whose register it is, this year and
// next as far as the number's time reaches. The sheet shows it in its cell, and nothing is kept before somebody does.
func (p *documentPage) sheetsOf(f target.Figure) []Choice {
	v := f.Value
	goal := f.Kind == target.Goal && v.Places == 0 && v.Counted == target.InPersons && slices.Contains(target.Ops, v.Op)
	t := target.Target{Unit: p.View.Document.Unit, Year: p.View.Today.Year(), Indicator: f.Indicator, Slice: f.Slice, Op: v.Op, Low: v.Low, High: v.High}
	if !p.View.May || !goal || t.Unit == 0 || t.Check() != nil {
		return nil
	}
	from, to := f.Span.From.Year(), f.Span.To.Year()
	if f.Span.From == 0 || f.Span.To == 0 {
		return nil
	}
	var cs []Choice
	for year := max(from, p.View.Today.Year()); year <= to && len(cs) < sheetYears; year++ {
		cell := t.Unit.String() + "." + t.Indicator
		href := sheetHref(t.Unit, year, t.Indicator) + "&document=" + p.View.Document.ID.String()
		if t.Slice != "" {
			cell += "." + t.Slice
			href += "&nhom=" + url.QueryEscape(t.Slice)
		}
		href += "&" + url.QueryEscape(goalField+cell) + "=" + url.QueryEscape(t.String()) + "#" + url.PathEscape("g."+cell)
		cs = append(cs, Choice{Label: p.T("target.to_sheet_year", strconv.Itoa(year)), Href: href})
	}
	return cs
}
