package web

import (
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

type densityPage struct {
	Base
	Unit  string
	Self  denseRow
	Rows  []denseRow
	None  string
	Units []Choice
	In    densityIn
	Errs  map[string]fault.Text
	Wrong string
}

type denseRow struct {
	Name, Href, Members, MembersHref, Head, On, Source, Pct string
	EditHref                                                string // empty for who may not
}

// densityIn is the form as it was sent.
type densityIn struct{ At, N, On, Source, Seen string }

// density shows how many of the people around units are members: GET /mat-do?u=.
func (a *App) density(w http.ResponseWriter, r *http.Request) error {
	return a.renderDensity(w, r, http.StatusOK, densityIn{At: r.FormValue("don-vi")}, nil)
}

func (a *App) renderDensity(w http.ResponseWriter, r *http.Request, status int, in densityIn, failed error) error {
	d, err := a.Targets.Density(r.Context(), a.actor(r), unitOf(r))
	if err != nil {
		return err
	}
	p := densityPage{Base: a.Base(r, "density.title"), Unit: d.Unit.ID.String(), In: in}
	p.Title, p.AsOf = p.T("density.heading", d.Unit.Name), d.Today
	p.Crumbs = a.unitCrumbs(r, d.Above, d.Unit, "/mat-do?u=")
	p.Self = p.dense(d.Self)
	for _, x := range append([]targets.Dense{d.Self}, d.Rows...) {
		if failed == nil && x.May && x.Unit.ID.String() == in.At && x.Head.N > 0 {
			p.In = densityIn{in.At, strconv.FormatInt(x.Head.N, 10), x.Head.On.VN(), x.Head.Source, strconv.FormatInt(x.Head.Version, 10)}
		}
		if x.May {
			p.Units = append(p.Units, Choice{Label: x.Unit.Name, Value: x.Unit.ID.String()})
		}
	}
	for _, x := range d.Rows {
		p.Rows = append(p.Rows, p.dense(x))
	}
	if d.None > 0 {
		p.None = p.T("density.without", d.None, len(d.Rows))
	}
	if p.In.On == "" {
		p.In.On = d.Today.VN()
	}
	if failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	return a.Render(w, r, status, "density.html", p)
}

func (p *densityPage) dense(x targets.Dense) denseRow {
	row := denseRow{Name: x.Unit.Name, Href: "/mat-do?u=" + x.Unit.ID.String(), Members: p.Num(x.Members),
		MembersHref: stockHref(x.Unit.ID, 0, ledger.Probationary, ledger.Official), Head: "—", Pct: "—"}
	if x.May {
		row.EditHref = "/mat-do?u=" + p.Unit + "&don-vi=" + x.Unit.ID.String() + "#form"
	}
	if x.Head.N > 0 {
		row.Head, row.On, row.Source, row.Pct = p.Num(x.Head.N), p.Date(x.Head.On), x.Head.Source, p.Pct(x.Members, x.Head.N)
	}
	return row
}

// densityPut stores how many people there are: POST /mat-do.
func (a *App) densityPut(w http.ResponseWriter, r *http.Request) error {
	in := densityIn{r.PostFormValue("at"), strings.TrimSpace(r.PostFormValue("n")), r.PostFormValue("on"), r.PostFormValue("source"), r.PostFormValue("seen")}
	h := target.Headcount{Unit: id.Parse(in.At), Source: in.Source}
	h.Version, _ = strconv.ParseInt(in.Seen, 10, 64)
	e := fault.E("web.densityPut", fault.Invalid, "density.invalid")
	errs := map[string]fault.Text{}
	if h.On = fullDay("on", in.On, errs); len(errs) > 0 {
		e.Field("on", errs["on"].Key, errs["on"].Args...)
	}
	op, n, _, err := target.Parse(in.N)
	if h.N = n; err != nil || op != target.Exactly {
		e.Field("n", "density.number")
	}
	err = e
	if len(e.Fields) == 0 {
		err = a.Targets.PutHeadcount(r.Context(), a.actor(r), h)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderDensity(w, r, http.StatusUnprocessableEntity, in, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "density.title").T("density.saved")})
	http.Redirect(w, r, "/mat-do?u="+unitOf(r).String(), http.StatusSeeOther)
	return nil
}
