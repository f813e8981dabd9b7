package web

import (
	"net/http"
	"strconv"

	"ketnap/internal/fault"
	"ketnap/internal/geo"
	"ketnap/internal/reports"
	"ketnap/internal/target"
)

type mapPage struct {
	Base
	Name     string
	Figure   Figure
	Back     string
	YearText string
	Off      []pilotRow // units that have no place on the map
}

// mapPage shows a province's communes, or the nation's provinces, by progress: GET /don-vi/{id}/ban-do.
func (a *App) mapPage(w http.ResponseWriter, r *http.Request) error {
	ask, _ := pilotAsk(r)
	p, err := a.Reports.Pilot(r.Context(), a.actor(r), ask)
	if err != nil {
		return err
	}
	pilot := a.pilotPage(r, p)
	m, err := outline(p)
	if err != nil {
		return err
	}
	page := mapPage{Base: pilot.Base, Name: pilot.Name, YearText: pilot.YearText}
	page.Title = page.T("pilot.map_title", page.Name, page.YearText)
	page.Back = unitHref(p.Unit.ID) + pilot.query(p.Structure)
	c := geo.Choropleth{ID: "map", Title: page.Title, Map: m, Ramp: geo.Around, Words: page.ChartWords(), Cells: map[string]geo.Cell{},
		Classes: [5]string{page.T("pilot.class1"), page.T("pilot.class2"), page.T("pilot.class3"), page.T("pilot.class4"), page.T("pilot.class5")}}
	known := map[string]bool{}
	for _, area := range m.Areas {
		known[area.Code] = true
	}
	for _, row := range p.Children {
		if !known[row.Unit.Location] || c.Cells[row.Unit.Location].Title != "" {
			page.Off = append(page.Off, pilot.row(row))
			continue
		}
		c.Cells[row.Unit.Location] = pilot.mapCell(row)
	}
	page.Figure = Figure{Title: page.Title, Note: page.T("pilot.map_note"), Chart: c.SVG(), Table: c.Table(), Keys: c.Legend(), Wide: true}
	return a.Render(w, r, http.StatusOK, "map.html", page)
}

// mapped reports whether there is a map of the page's unit: the nation, or the root of a known province.
func mapped(p reports.Pilot) bool {
	place, ok := geo.Lookup(p.Unit.Location)
	return p.Nation || p.Unit.Depth == 0 && ok && place.IsProvince()
}

// outline returns the map of the nation or of the province of a root.
func outline(p reports.Pilot) (*geo.Map, error) {
	switch {
	case !mapped(p):
		return nil, fault.E("web.map", fault.NotFound, "pilot.no_map")
	case p.Nation:
		return geo.Nation()
	}
	return geo.Province(p.Unit.Location)
}

// mapCell is what the map says about one unit; classes follow the deviation from elapsed time.
func (p *pilotPage) mapCell(r reports.Row) geo.Cell {
	row := p.row(r)
	cell := geo.Cell{Href: row.Href, Title: row.Name + ": " + row.Done + " / " + row.Goal + ", " + row.Badge.Text}
	dev, ok := r.Admit.Deviation()
	if !r.HasAdmit || !ok {
		return cell
	}
	cell.Label = row.Pct
	cell.Class = mapClass(r.Admit, dev)
	return cell
}

// mapClass puts a deviation in hundredths of a point into one of five classes around on pace.
func mapClass(m target.Progress, dev int64) int {
	switch {
	case dev < -2000:
		return 1
	case dev < -500:
		return 2
	case dev <= 500 && !m.Target.Met(m.Done):
		return 3
	case dev <= 1500:
		return 4
	}
	return 5
}

// pilotXlsx sends the table of the page as a workbook: GET /don-vi/{id}/xlsx.
func (a *App) pilotXlsx(w http.ResponseWriter, r *http.Request) error {
	ask, _ := pilotAsk(r)
	p, err := a.Reports.Pilot(r.Context(), a.actor(r), ask)
	if err != nil {
		return err
	}
	b := a.Base(r, "pilot.title")
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="ket-nap-`+strconv.Itoa(p.Year)+`.xlsx"`)
	return writePilot(w, b, p)
}
