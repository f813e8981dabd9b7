package web

import (
	"fmt"
	"net/http"
	"net/url"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/units"
)

// unitsPage is the tree of units with what is known of the one it is open at.
type unitsPage struct {
	Base
	Open     id.ID    // the unit the tree is open at, 0 when none was chosen
	On       day.Date // 0 is today
	DateText string
	Errs     map[string]fault.Text
	Today    string // address of the same tree today; "" when it is today's
	Find     unitsFound
	Tree     []treeNode
	Unit     *unitCard
	Founds   string // where a province's organisation is founded, for who may
}

// units shows the tree: GET /to-chuc?mo=ID&ngay=DAY&sau=CURSOR&q=WORDS.
func (a *App) units(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := unitsPage{Base: a.Base(r, "unit.tree"), Open: id.Parse(q.Get("mo"))}
	p.On, p.DateText, p.Errs = a.treeDay(q.Get("ngay"))
	if a.foundsProvinces(r) {
		p.Founds = foundProvince
	}
	ask := units.TreeQuery{Open: p.Open, On: p.On, After: q.Get("sau")}
	nodes, mark, err := a.Units.Tree(r.Context(), a.actor(r), ask)
	if err != nil {
		return err
	}
	var of any
	if q.Get("q") == "" && p.Errs == nil && mark.Known() {
		of = struct {
			mark units.Mark
			ask  units.TreeQuery
			who  string
		}{mark, ask, grantsText(a.actor(r))}
	}
	return a.renderUnits(w, r, p, of, nodes)
}

// grantsText names all that somebody may do and where.
func grantsText(who access.Actor) string { return fmt.Sprint(who.Grants) }

// renderUnits writes the tree. Without words to search for its content is kept.
func (a *App) renderUnits(w http.ResponseWriter, r *http.Request, p unitsPage, of any, nodes []units.Node) error {
	fill := func() (err error) {
		p.Tree = p.nodes(nodes, p.On)
		if p.On != 0 {
			p.Today = treeHref(p.Open, 0)
		}
		if p.Find, err = a.unitsFind(r, p.Base, r.URL.Query().Get("q"), p.On); err != nil {
			return err
		}
		if i := shownUnit(p.Open, nodes); i != 0 {
			v, err := a.Units.View(r.Context(), a.actor(r), i, p.On)
			if err != nil {
				return err
			}
			p.Unit = p.card(v, p.On)
		}
		return nil
	}
	if of != nil {
		return a.RenderKept(w, r, "units.html", p, of, func() (Page, error) { err := fill(); return p, err })
	}
	if err := fill(); err != nil {
		return err
	}
	status := http.StatusOK
	if p.Errs != nil {
		status = http.StatusUnprocessableEntity
	}
	return a.Render(w, r, status, "units.html", &p)
}

// shownUnit is the unit beside the tree: the one chosen, else the only one at the top.
func shownUnit(open id.ID, nodes []units.Node) id.ID {
	if open == 0 && len(nodes) == 1 {
		return nodes[0].ID
	}
	return open
}

// unitsBranch is what lies below one unit, for the tree in the page: GET /to-chuc/{id}/con. Asked for
// in any other way it is the tree open at the unit.
func (a *App) unitsBranch(w http.ResponseWriter, r *http.Request) error {
	of, q := id.Parse(r.PathValue("id")), r.URL.Query()
	on, _, errs := a.treeDay(q.Get("ngay"))
	if errs != nil {
		on = 0
	}
	if !isFragment(r) {
		http.Redirect(w, r, treeHref(of, on), http.StatusSeeOther)
		return nil
	}
	page, err := a.Units.Children(r.Context(), a.actor(r), of, on, q.Get("sau"))
	if err != nil {
		return err
	}
	n := a.Base(r, "unit.tree").branch(page, on)
	if q.Get("sau") == "" {
		return a.RenderFragment(w, r, http.StatusOK, "units.html", "treebranch", n)
	}
	if len(n.Kids) > 0 {
		n.Kids[0].Focus = true // the link that was pressed is gone
	}
	return a.RenderFragment(w, r, http.StatusOK, "units.html", "treeitems", n)
}

// unitsFound is the answer to a search.
type unitsFound struct {
	Query string
	Asked bool // a search was made
	Say   string
	Hits  []unitHit
}

type unitHit struct {
	treeNode
	Path  string
	Ended string
}

// unitsSearch is the answer while somebody types: GET /to-chuc/tim?q=WORDS.
func (a *App) unitsSearch(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if !isFragment(r) {
		http.Redirect(w, r, "/to-chuc?"+url.Values{"q": {q.Get("q")}}.Encode(), http.StatusSeeOther)
		return nil
	}
	on, _, _ := a.treeDay(q.Get("ngay"))
	found, err := a.unitsFind(r, a.Base(r, "unit.tree"), q.Get("q"), on)
	if err != nil {
		return err
	}
	return a.RenderFragment(w, r, http.StatusOK, "units.html", "treefound", found)
}

func (a *App) unitsFind(r *http.Request, b Base, words string, on day.Date) (unitsFound, error) {
	f := unitsFound{Query: words, Asked: words != ""}
	if words == "" {
		return f, nil
	}
	hits, err := a.Units.Search(r.Context(), a.actor(r), words)
	if err != nil {
		return f, err
	}
	for _, h := range hits.Units {
		f.Hits = append(f.Hits, b.hit(h, on))
	}
	switch {
	case len(f.Hits) == 0:
		f.Say = b.T("unit.found.none", words)
	case hits.More:
		f.Say = b.T("unit.found.more", len(f.Hits))
	default:
		f.Say = b.T("unit.found.n", len(f.Hits))
	}
	return f, nil
}

// treeDay reads the day of the tree as people write it; 0 is today.
func (a *App) treeDay(text string) (on day.Date, shown string, errs map[string]fault.Text) {
	today := a.Units.Today()
	on, err := day.Parse(text)
	switch {
	case err != nil:
		return 0, text, map[string]fault.Text{"ngay": fault.TextOf(err)}
	case on == 0 || on == today:
		return 0, today.VN(), nil
	case !on.Valid():
		return 0, text, map[string]fault.Text{"ngay": {Key: "unit.date_missing"}}
	case on > today:
		return 0, text, map[string]fault.Text{"ngay": {Key: "unit.tree_future", Args: []any{today}}}
	}
	return on, on.VN(), nil
}

// unitPage is the page of one unit: GET /to-chuc/{id}?ngay=DAY.
type unitPage struct {
	Base
	Unit     *unitCard
	Below    treeNode
	DateText string
	Errs     map[string]fault.Text
	Today    string
}

// unit shows one unit with its history. The nation is no unit: it is the tree.
func (a *App) unit(w http.ResponseWriter, r *http.Request) error {
	i, q := id.Parse(r.PathValue("id")), r.URL.Query()
	if i == 0 {
		http.Redirect(w, r, "/to-chuc", http.StatusSeeOther)
		return nil
	}
	p, status := unitPage{Base: a.Base(r, "unit.title")}, http.StatusOK
	on, text, errs := a.treeDay(q.Get("ngay"))
	if p.DateText, p.Errs = text, errs; errs != nil {
		status = http.StatusUnprocessableEntity
	}
	v, err := a.Units.View(r.Context(), a.actor(r), i, on)
	if err != nil {
		return err
	}
	below, err := a.Units.Children(r.Context(), a.actor(r), i, on, q.Get("sau"))
	if err != nil {
		return err
	}
	p.Title, p.Unit, p.Below = v.Name, p.card(v, on), p.branch(below, on)
	p.Crumbs = p.treeCrumbs(v, on)
	if on != 0 {
		p.Today = treeUnitHref(i, 0)
	}
	return a.Render(w, r, status, "unit.html", p)
}
