package subjects

import (
	"context"
	"io"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/day"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/xlsx"
)

// BreachLeaves asks for a second person before a pack about many people leaves as a file.
func (s *Service) BreachLeaves(ctx context.Context, who access.Actor, unit id.ID, w Window, people int) error {
	return approvals.Leave(ctx, s.st, who, unit, "breach", w, int64(people))
}

func minute(ms int64) string { return time.UnixMilli(ms).In(day.Vietnam).Format("02/01/2006 15:04") }

// WritePack writes a pack as a workbook: counts, who had access, whose data it was.
func WritePack(out io.Writer, p *i18n.Printer, k Pack) error {
	w := xlsx.NewWriter(out)
	w.Sheet(p.T("breach.summary"), xlsx.SheetOptions{Widths: []float64{44, 60}})
	lines := [][]xlsx.Value{
		{xlsx.Text(p.T("breach.title")).Bold()},
		{xlsx.Text(p.T("breach.unit")), xlsx.Text(k.Unit.Name)},
		{xlsx.Text(p.T("breach.from")), xlsx.Text(minute(k.Window.From))},
		{xlsx.Text(p.T("breach.to")), xlsx.Text(minute(k.Window.To))},
		{xlsx.Text(p.T("breach.entries")), xlsx.Int(int64(k.Entries))},
		{xlsx.Text(p.T("breach.who")), xlsx.Int(int64(len(k.Who)))},
		{xlsx.Text(p.T("breach.people")), xlsx.Int(int64(len(k.People)))},
		{xlsx.Text(p.T("breach.sensitive")), xlsx.Int(int64(k.Count(subject.Sensitive)))},
		{xlsx.Text(p.T("breach.basic")), xlsx.Int(int64(k.Count(subject.Basic)))},
	}
	for _, n := range subject.Book().Breach {
		lines = append(lines, []xlsx.Value{xlsx.Text(n.Text[string(p.Lang())]), xlsx.Text(p.T("breach.term", n.Hours, n.To[string(p.Lang())], n.Source[string(p.Lang())]))})
	}
	if k.Cut {
		lines = append(lines, []xlsx.Value{xlsx.Text(p.T("breach.cut", entriesAtMost))})
	}
	for _, l := range lines {
		if err := w.Row(l...); err != nil {
			return err
		}
	}
	table := func(name string, widths []float64, heads ...string) error {
		w.Sheet(p.T(name), xlsx.SheetOptions{Widths: widths, Freeze: 1, Filter: true})
		var row []xlsx.Value
		for _, h := range heads {
			row = append(row, xlsx.Text(p.T(h)).Header())
		}
		return w.Row(row...)
	}
	if err := table("breach.who", []float64{30, 14, 40, 12, 12, 12, 12, 18, 18}, "breach.account", "breach.way", "breach.addresses", "breach.looks", "breach.changes", "breach.lists", "breach.persons", "breach.first", "breach.last"); err != nil {
		return err
	}
	for _, a := range k.Who {
		if err := w.Row(xlsx.Text(a.Name), xlsx.Text(strings.Join(a.Ways, ", ")), xlsx.Text(strings.Join(a.Addresses, ", ")), xlsx.Int(int64(a.Looks)), xlsx.Int(int64(a.Changes)),
			xlsx.Int(int64(a.Lists)), xlsx.Int(int64(a.People)), xlsx.Text(minute(a.First)), xlsx.Text(minute(a.Last))); err != nil {
			return err
		}
	}
	if err := table("breach.people", []float64{18, 32, 32, 14, 30, 60, 40, 10, 18}, "breach.id", "people.col.name", "people.col.unit", "subject.class", "breach.fields", "breach.acts", "breach.by", "breach.times", "breach.last"); err != nil {
		return err
	}
	for _, a := range k.People {
		var acts []string
		for _, x := range a.Acts {
			if key := "audit.act." + x; p.Has(key) {
				x = p.T(key)
			}
			acts = append(acts, x)
		}
		if err := w.Row(xlsx.Text(a.Person.String()), xlsx.Text(a.Name), xlsx.Text(a.Unit), xlsx.Text(p.T("subject.class."+string(a.Class))), xlsx.Text(strings.Join(a.Fields, ", ")),
			xlsx.Text(strings.Join(acts, "; ")), xlsx.Text(strings.Join(a.By, ", ")), xlsx.Int(int64(a.Times)), xlsx.Text(minute(a.LastSeen))); err != nil {
			return err
		}
	}
	return w.Close()
}
