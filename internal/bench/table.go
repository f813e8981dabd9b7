package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"ketnap/internal/i18n"
)

// Table writes the report for people, in columns.
func (r Report) Table(w io.Writer, p *i18n.Printer) {
	m, d := r.Machine, r.Database
	_, _ = fmt.Fprintln(w, p.T("bench.machine", m.CPU, m.Cores, m.MemoryMB, m.System, m.Go))
	_, _ = fmt.Fprintln(w, p.T("bench.disk", int64(m.Flushes), decimal(m.FlushP99), m.LoadBefore, m.LoadAfter))
	_, _ = fmt.Fprintln(w, p.T("bench.database", r.Size, d.Engine+" "+d.Version, int64(d.MB), d.Members, d.Provinces))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	head := []string{"users", "count", "failed", "rate", "p50", "p95", "p99", "cpu", "seconds", "memory", "floor", "ratio"}
	for i, h := range head {
		head[i] = p.T("bench.col." + h)
	}
	_, _ = fmt.Fprintln(t, strings.Join(head, "\t")+"\t"+"  "+p.T("bench.col.name"))
	for _, x := range r.Results {
		floor, ratio := "", ""
		if x.Floor != nil {
			floor = number(x.Floor.Rate)
			ratio = decimal(x.Ratio)
		}
		_, _ = fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s%s\n", users0(x.Users), x.Count, x.Failed, number(x.Rate),
			decimal(x.P50), decimal(x.P95), decimal(x.P99), decimal(x.CPU), decimal(x.Seconds), memory(x), floor, ratio, p.T("bench.case."+x.Name), note(x))
	}
	_ = t.Flush()
	r.verdicts(w, p)
}

// line is a result while the run goes on.
func line(r Result) string {
	s := fmt.Sprintf("%-16s", r.Name)
	if r.Users > 0 {
		s += fmt.Sprintf(" %2d", r.Users)
	}
	s += fmt.Sprintf("  %d", r.Count)
	if r.Failed > 0 {
		s += fmt.Sprintf(" (%d failed: %s)", r.Failed, r.Note)
	}
	if r.P95 > 0 {
		s += fmt.Sprintf("  p50 %.2f  p95 %.2f  p99 %.2f ms", r.P50, r.P95, r.P99)
	}
	if r.CPU > 0 {
		s += fmt.Sprintf("  cpu %.2f ms", r.CPU)
	}
	s += fmt.Sprintf("  %.2f s  %.0f/s", r.Seconds, r.Rate)
	if r.PeakMB > 0 {
		s += fmt.Sprintf("  %s MB", memory(r))
	}
	if r.Floor != nil {
		s += fmt.Sprintf("  %s %.0f/s, ratio %.3f", r.Floor.Name, r.Floor.Rate, r.Ratio)
	}
	return s
}

func users0(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// decimal prints a time or a ratio with three digits that matter.
func decimal(x float64) string {
	switch {
	case x == 0:
		return ""
	case x < 1:
		return fmt.Sprintf("%.3f", x)
	case x < 100:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

func number(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", x)
}

func memory(r Result) string {
	switch {
	case r.RestMB > 0:
		return fmt.Sprintf("%.0f → %.0f", r.RestMB, r.PeakMB)
	case r.PeakMB > 0:
		return fmt.Sprintf("%.0f", r.PeakMB)
	}
	return ""
}

func note(r Result) string {
	switch {
	case r.Note != "":
		return " (" + r.Note + ")"
	case r.Floor != nil && strings.HasPrefix(r.Name, "import"):
		return " / " + r.Floor.Name
	}
	return ""
}
