package web

import (
	"net/http"

	"ketnap/internal/access"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

type indicatorsPage struct {
	Base
	Unit    string
	Rows    []indicatorRow
	In      documents.Indicator
	Counted []Choice
	Errs    map[string]fault.Text
	Wrong   string
	May     bool
}

type indicatorRow struct{ Code, Name, Definition, Counting, Counted string }

// indicators lists what is counted: GET /chi-so?u=.
func (a *App) indicators(w http.ResponseWriter, r *http.Request) error {
	return a.renderIndicators(w, r, http.StatusOK, documents.Indicator{Counted: target.InPersons}, nil)
}

func (a *App) renderIndicators(w http.ResponseWriter, r *http.Request, status int, in documents.Indicator, failed error) error {
	is, u, err := a.Documents.Indicators(r.Context(), a.actor(r), unitOf(r))
	if err != nil {
		return err
	}
	p := indicatorsPage{Base: a.Base(r, "indicator.title"), Unit: u.ID.String(), In: in, May: a.actor(r).Can(access.SetTarget, u)}
	p.Crumbs = []Crumb{{p.T("document.title"), "/van-ban?u=" + p.Unit}, {Label: p.Title}}
	p.Counted = codesOf(p.Base, "counted.", target.Counted)
	built := func(code string) {
		p.Rows = append(p.Rows, indicatorRow{Code: code, Name: p.T("indicator." + code), Definition: p.T("indicator.def." + code), Counting: p.T("indicator.built"), Counted: p.T("counted." + target.InPersons)})
	}
	for _, i := range target.Indicators {
		built(i.Code)
	}
	for _, code := range target.Stated {
		built(code)
	}
	for _, i := range is {
		p.Rows = append(p.Rows, indicatorRow{Code: i.Code, Name: i.Name, Definition: i.Definition, Counting: i.Counting, Counted: p.T("counted." + i.Counted)})
	}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "indicators.html", p)
}

// indicatorOf reads the form of an indicator.
func indicatorOf(r *http.Request) documents.Indicator {
	return documents.Indicator{Code: r.PostFormValue("code"), Name: r.PostFormValue("name"), Definition: r.PostFormValue("definition"), Counting: r.PostFormValue("counting"), Counted: r.PostFormValue("counted")}
}
