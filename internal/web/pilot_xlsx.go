package web

import (
	"io"
	"strconv"

	"ketnap/internal/reports"
	"ketnap/internal/xlsx"
)

// writePilot writes the table of a committee's page, rows in the order of the page.
func writePilot(w io.Writer, b Base, p reports.Pilot) error {
	out := xlsx.NewWriter(w)
	name := p.Unit.Name
	if p.Nation {
		name = b.T("pilot.nation")
	}
	out.Sheet(b.T("pilot.col.unit"), xlsx.SheetOptions{Widths: []float64{48, 14, 10, 10, 24, 12, 12, 12, 12, 12}, Freeze: 3, Filter: true})
	if err := out.Row(xlsx.Text(name).Bold()); err != nil {
		return err
	}
	line := b.T("pilot.asof_line", p.AsOf, strconv.Itoa(p.Year))
	if p.Structure == reports.Then {
		line += " · " + b.T("pilot.structure") + ": " + b.T("pilot.structure_then")
	}
	if err := out.Row(xlsx.Text(line)); err != nil {
		return err
	}
	head := []xlsx.Value{xlsx.Text(b.T("pilot.col.unit")).Header(), xlsx.Text(b.T("pilot.col.goal")).Header(), xlsx.Text(b.T("pilot.col.done")).Header(), xlsx.Text("%").Header(), xlsx.Text(b.T("pilot.col.state")).Header()}
	for _, s := range pilotStages {
		head = append(head, xlsx.Text(b.T("stage."+s.String())).Header())
	}
	page := pilotPage{Base: b, P: p}
	head = append(head, xlsx.Text(b.T("quality.short.latest")).Header())
	for _, c := range page.quality(p.Self) {
		head = append(head, xlsx.Text(c.Label).Header())
	}
	if p.AsOf == p.Today {
		head = append(head, xlsx.Text(b.T("obstacle.title")).Header())
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	for _, r := range p.Children {
		if err := out.Row(page.xlsxRow(r)...); err != nil {
			return err
		}
	}
	self := p.Self
	self.Unit.Name = b.T("pilot.whole")
	if err := out.Row(page.xlsxRow(self)...); err != nil {
		return err
	}
	return out.Close()
}

func (p *pilotPage) xlsxRow(r reports.Row) []xlsx.Value {
	row := []xlsx.Value{xlsx.Text(r.Unit.Name), xlsx.Blank(), xlsx.Int(r.Admitted), xlsx.Blank(), xlsx.Text(p.T("pilot.no_target"))}
	if r.HasAdmit {
		row[1], row[4] = xlsx.Text(p.Target(r.Admit.Target)), xlsx.Text(p.badge(r.Admit, p.pace("", r.Unit.Name, r.Admit)).Text)
		if least := r.Admit.Target.Least(); least > 0 {
			row[3] = xlsx.Percent(float64(r.Admitted) / float64(least))
		}
	}
	for _, s := range pilotStages {
		row = append(row, xlsx.Int(r.Stock[s]))
	}
	q := r.Quality
	row = append(row, xlsx.Text(p.latest(r.Latest)), xlsx.Int(q.Returned), xlsx.Int(q.Late), xlsx.Int(q.Early), xlsx.Int(q.Lapsed), xlsx.Int(q.Crowded))
	if r.Shifted {
		row[len(row)-4], row[len(row)-3] = xlsx.Blank(), xlsx.Blank()
	}
	if p.P.AsOf == p.P.Today {
		row = append(row, xlsx.Text(p.stuck(r)))
	}
	return row
}
