// Package bench measures the program against the floor of the same machine (door).
//
// A number alone says how fast a machine is. So every number stands beside what the machine can do
// at the very least for the same thing, in the same run: the same rows inserted raw, the driver's
// own durable commits, a page of the same bytes from memory. Rounds of a case and of its floor
// alternate, and the median round counts, so that a busy moment hits both. Nothing is asserted:
// doc/performance.md says which figures are to be reached.
package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/store"
)

// Parts are what can be measured, in the order of a run.
var Parts = []string{"import", "start", "pages", "commit", "verify", "rebuild", "deadlines"}

// Options of a run.
type Options struct {
	Exe     string // the program, for what is measured in a process of its own
	DSN     string // database with a demo in it; movements are posted and undone there
	Key     string // its key file
	Scratch string // of an empty database, for imports and floors: a path without a file, or postgres://…
	Dir     string // for sheets; on the disk to be measured
	Size    string // of the demo, for the report
	Only    []string
	Pages   []string // kinds of pages to ask for; empty is all
	Rounds  int      // of each case; the median counts
	Due     int      // open obligations to compute anew
	Seed    uint64
	Log     func(format string, args ...any) // how far it has come; may be nil
}

// Report is everything a run found. Its JSON form is part of the contract with scripts.
type Report struct {
	Size     string    `json:"size"`
	Began    time.Time `json:"began"`
	Seconds  float64   `json:"seconds"`
	Machine  Machine   `json:"machine"`
	Database Database  `json:"database"`
	Results  []Result  `json:"results"`
	Verdicts []Verdict `json:"verdicts"`
}

// Database says what was measured on.
type Database struct {
	Engine    string  `json:"engine"`
	Version   string  `json:"version"`
	MB        float64 `json:"mb"`
	Provinces int     `json:"provinces"`
	Members   int64   `json:"members"`
}

// Result is one measured case. Times are milliseconds.
type Result struct {
	Name    string  `json:"name"`
	Users   int     `json:"users,omitempty"`
	Count   int     `json:"count"`
	Failed  int     `json:"failed"`
	Seconds float64 `json:"seconds"`
	Rate    float64 `json:"per_second,omitempty"`
	P50     float64 `json:"p50,omitempty"`
	P95     float64 `json:"p95,omitempty"`
	P99     float64 `json:"p99,omitempty"`
	CPU     float64 `json:"cpu,omitempty"`     // the server's processor time for one request
	Bytes   int     `json:"bytes,omitempty"`   // of one answer on the wire
	PeakMB  float64 `json:"peak_mb,omitempty"` // most resident memory of the process
	RestMB  float64 `json:"rest_mb,omitempty"` // resident memory before any work
	Floor   *Result `json:"floor,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"` // of the rates of case and floor: 0.5 is half as fast
	Note    string  `json:"note,omitempty"`
}

// against puts a floor beside a result.
func (r Result) against(floor Result) Result {
	r.Floor = &floor
	if floor.Rate > 0 {
		r.Ratio = r.Rate / floor.Rate
	}
	return r
}

// run is one run of the bench.
type run struct {
	Options
	st     *store.Store
	who    access.Actor
	report Report
}

// Run measures. st is the open database of o.DSN.
func Run(ctx context.Context, st *store.Store, o Options) (Report, error) {
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.Rounds < 1 {
		o.Rounds = 1
	}
	for _, p := range o.Only {
		if !slices.Contains(Parts, p) {
			return Report{}, fmt.Errorf("bench: no part %q, only %s", p, strings.Join(Parts, ", "))
		}
	}
	b := &run{Options: o, st: st, who: access.System("bench")}
	b.report = Report{Size: o.Size, Began: time.Now()}
	if err := b.facts(ctx); err != nil {
		return b.report, err
	}
	steps := map[string]func(context.Context) error{
		"import": b.importing, "commit": b.commits, "start": b.start, "pages": b.pages, "verify": b.verify, "rebuild": b.rebuild, "deadlines": b.deadlines,
	}
	for _, p := range Parts {
		if len(o.Only) > 0 && !slices.Contains(o.Only, p) {
			continue
		}
		if err := steps[p](ctx); err != nil {
			return b.report, fmt.Errorf("bench: %s: %w", p, err)
		}
	}
	b.report.Machine.LoadAfter = loadAverage()
	b.report.Seconds = time.Since(b.report.Began).Seconds()
	b.report.judge()
	return b.report, nil
}

func (b *run) add(r Result) {
	b.report.Results = append(b.report.Results, r)
	b.Log("%s", line(r))
}

// facts fills in the head of the report.
func (b *run) facts(ctx context.Context) error {
	var err error
	if b.report.Machine, err = machine(b.Dir); err != nil {
		return err
	}
	d := &b.report.Database
	d.Engine = string(b.st.DB().Engine())
	if d.Version, err = b.st.EngineVersion(ctx); err != nil {
		return err
	}
	size, err := b.st.DB().Size(ctx)
	if err != nil {
		return err
	}
	d.MB = float64(size) / (1 << 20)
	return b.st.View(ctx, func(tx *store.Tx) error {
		return tx.EachProvince(func(p store.Province) error {
			d.Provinces++
			n, err := members(tx, p)
			d.Members += n
			return err
		})
	})
}

// JSON writes the report for scripts.
func (r Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func (b *run) file(name string) string { return filepath.Join(b.Dir, name) }
