package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"ketnap/internal/i18n"
)

// Verdict is a figure that is to be reached, and whether it was. A run that did not measure it has none.
type Verdict struct {
	Name  string  `json:"name"`
	Users int     `json:"users,omitempty"`
	What  string  `json:"what"` // of the result: p95, p99, per_second, ratio, seconds, rest_mb, peak_mb
	Got   float64 `json:"got"`
	Goal  float64 `json:"goal"`
	Least bool    `json:"least,omitempty"` // the goal is a lower bound
	Met   bool    `json:"met"`
}

// goal is one line of the figures to be reached (doc/performance.md), on 2 cores.
type goal struct {
	sizes string // of the demo; "" is any
	name  string
	users int
	what  string
	goal  float64
	least bool
}

// duePerSecond is 2,000,000 open obligations in 60 s.
const duePerSecond = 2_000_000 / 60

const crowd = 6 // users at once whom the figures of pages are for

var goals = []goal{
	{"province", "import", 0, "per_second", 10_000, true},
	{"province", "import", 0, "ratio", 0.1, true},
	{"province", "import", 0, "peak_mb", 300, false},
	{"", "commit", 16, "ratio", 0.1, true},
	{"", "commit", 16, "p99", 50, false},
	{"", "pilot.province", crowd, "p95", 30, false},
	{"", "targets.province", crowd, "p95", 50, false},
	{"", "people.list", crowd, "p95", 30, false},
	{"", "people.stage", crowd, "p95", 40, false},
	{"", "search.plain", crowd, "p95", 50, false},
	{"", "search.marks", crowd, "p95", 50, false},
	{"", "tree.first", crowd, "p95", 50, false},
	{"", "tree.expand", crowd, "p95", 20, false},
	{"", "tree.search", crowd, "p95", 50, false},
	{"", "dossier", crowd, "p95", 20, false},
	{"", "deadlines.again", 0, "per_second", duePerSecond, true},
	{"nation", "start", 0, "seconds", 1, false},
	{"nation", "start", 0, "rest_mb", 150, false},
	{"nation", "verify", 0, "seconds", 120, false},
}

// of returns a figure of a result by its name in JSON.
func (r Result) of(what string) float64 {
	switch what {
	case "p95":
		return r.P95
	case "p99":
		return r.P99
	case "per_second":
		return r.Rate
	case "ratio":
		return r.Ratio
	case "seconds":
		return r.Seconds
	case "rest_mb":
		return r.RestMB
	case "peak_mb":
		return r.PeakMB
	}
	panic("bench: no figure " + what)
}

// judge holds the results against the goals. A case with failures has not reached anything; several
// results of one name are floors of one case, and the worst counts.
func (r *Report) judge() {
	r.Verdicts = nil
	all := goals
	if p, ok := r.find("pilot.province", crowd); ok { // the page of the nation is measured by that of a province
		all = append(all[:len(all):len(all)], goal{"nation", "pilot.nation", crowd, "p95", 1.5 * p.P95, false})
	}
	for _, g := range all {
		if g.sizes != "" && g.sizes != r.Size {
			continue
		}
		v, measured := Verdict{Name: g.name, Users: g.users, What: g.what, Goal: g.goal, Least: g.least}, false
		for _, x := range r.Results {
			if x.Name != g.name || x.Users != g.users {
				continue
			}
			got := x.of(g.what)
			met := x.Failed == 0 && x.Count > 0 && (g.least && got >= g.goal || !g.least && got <= g.goal)
			if worse := g.least && got < v.Got || !g.least && got > v.Got; !measured || worse {
				v.Got = got
			}
			v.Met = met && (v.Met || !measured)
			measured = true
		}
		if measured {
			r.Verdicts = append(r.Verdicts, v)
		}
	}
}

// find returns the first result of a name for so many users.
func (r *Report) find(name string, users int) (Result, bool) {
	for _, x := range r.Results {
		if x.Name == name && x.Users == users {
			return x, true
		}
	}
	return Result{}, false
}

// verdicts writes what was got, what was to be got, and whether it was.
func (r Report) verdicts(w io.Writer, p *i18n.Printer) {
	if len(r.Verdicts) == 0 {
		return
	}
	_, _ = fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(t, strings.Join([]string{p.T("bench.col.got"), p.T("bench.col.goal"), p.T("bench.col.met"), p.T("bench.col.users")}, "\t")+"\t  "+p.T("bench.col.name"))
	for _, v := range r.Verdicts {
		sign, met := "≤ ", p.T("bench.missed")
		if v.Least {
			sign = "≥ "
		}
		if v.Met {
			met = p.T("bench.met")
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t  %s: %s\n", decimal(v.Got), sign+decimal(v.Goal), met, users0(v.Users), p.T("bench.case."+v.Name), p.T("bench.what."+v.What))
	}
	_ = t.Flush()
}
