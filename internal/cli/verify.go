package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/i18n"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
)

func verifyCmd(e *env) *cobra.Command {
	var province int
	c := &cobra.Command{
		Use:     "verify",
		Short:   "Tính lại mọi con số từ sổ biến động, so với số đang lưu và in từng sai lệch",
		Example: "  ketnap --db tinh.db verify\n  ketnap --db tinh.db verify --province 38 --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			w := differenceWriter{e: e, p: e.printer()}
			n, err := st.Verify(c.Context(), store.VerifyOptions{Province: province, Progress: e.proven()}, w.write)
			if err != nil {
				return err
			}
			if err := w.end(n); err != nil {
				return err
			}
			if n.Differences > 0 {
				return errDifference
			}
			return nil
		},
	}
	c.Flags().IntVar(&province, "province", 0, "chỉ một tỉnh (mã tỉnh); mặc định: tất cả")
	return c
}

// proven returns a function that says on stderr how far a long reading has come.
func (e *env) proven() func(int, store.Proven, int) {
	p, done := e.printer(), 0
	return func(province int, n store.Proven, of int) {
		done++
		_, _ = fmt.Fprintln(e.stderr, p.T("verify.progress", done, of, fmt.Sprint(province), n.Movements, n.People, n.Counters, n.Differences))
	}
}

// differenceWriter prints differences as they are found: a line each, or one JSON document.
type differenceWriter struct {
	e *env
	p *i18n.Printer
	n int
}

// differenceJSON is a difference in the JSON output, part of the contract with scripts.
type differenceJSON struct {
	Province int    `json:"province"`
	Check    string `json:"check"`
	Unit     string `json:"unit,omitempty"`
	UnitName string `json:"unit_name,omitempty"`
	Object   string `json:"object,omitempty"`
	Month    string `json:"month,omitempty"`
	Measure  string `json:"measure,omitempty"`
	Column   string `json:"column,omitempty"`
	Stored   string `json:"stored"`
	Rebuilt  string `json:"rebuilt"`
}

func (w *differenceWriter) write(d store.Difference) error {
	w.n++
	if !w.e.json {
		_, err := fmt.Fprintln(w.e.stdout, w.line(d))
		return err
	}
	j := differenceJSON{Province: d.Province, Check: d.Check, UnitName: d.Name, Column: d.Column, Stored: d.Stored, Rebuilt: d.Rebuilt}
	if d.Unit != 0 {
		j.Unit = d.Unit.String()
	}
	if d.Object != 0 {
		j.Object = d.Object.String()
	}
	if d.Measure != 0 {
		kind, what := measure(d.Measure)
		j.Measure = kind + "." + what
		if d.Month != ledger.Always {
			j.Month = d.Month.String()
		}
	}
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	head := ",\n  "
	if w.n == 1 {
		head = "{\"differences\": [\n  "
	}
	_, err = fmt.Fprintf(w.e.stdout, "%s%s", head, b)
	return err
}

// line is a difference for people: what, where, which column, both values.
func (w *differenceWriter) line(d store.Difference) string {
	parts := []string{fmt.Sprint(d.Province), w.label("verify."+d.Check, d.Check)}
	if d.Unit != 0 {
		parts = append(parts, strings.TrimSpace(d.Name+" ["+d.Unit.String()+"]"))
	}
	if d.Object != 0 {
		parts = append(parts, d.Object.String())
	}
	if d.Measure != 0 {
		if d.Month != ledger.Always {
			parts = append(parts, d.Month.String())
		}
		kind, what := measure(d.Measure)
		switch kind {
		case "stock":
			parts = append(parts, w.p.T("verify.measure_stock", w.p.T("stage."+what)))
		case "now":
			parts = append(parts, w.p.T("verify.measure_now", w.p.T("stage."+what)))
		default:
			parts = append(parts, w.label("measure."+kind+"."+what, what))
		}
	}
	if d.Column != "" {
		parts = append(parts, d.Column)
	}
	return strings.Join(append(parts, w.p.T("verify.values", d.Stored, d.Rebuilt)), " | ")
}

// label is a text, or the code when there is none.
func (w *differenceWriter) label(key, code string) string {
	if w.p.Has(key) {
		return w.p.T(key)
	}
	return code
}

// measure names what a counter counts: the kind and the code of the stage or cause.
func measure(m ledger.Measure) (kind, code string) {
	for _, s := range ledger.Stages {
		switch m {
		case ledger.Stock(s):
			return "stock", s.String()
		case ledger.StockNow(s):
			return "now", s.String()
		}
	}
	for _, c := range ledger.Causes() {
		switch m {
		case ledger.Happened(c):
			return "happened", c.String()
		case ledger.Left(c):
			return "left", c.String()
		}
	}
	return "unknown", fmt.Sprint(int(m))
}

// end prints what was read.
func (w *differenceWriter) end(n store.Proven) error {
	if !w.e.json {
		_, err := fmt.Fprintln(w.e.stdout, w.p.T("verify.end", n.Provinces, n.Units, n.People, n.Movements, n.Counters, n.Differences))
		return err
	}
	head := "\n], "
	if w.n == 0 {
		head = "{\"differences\": [], "
	}
	_, err := fmt.Fprintf(w.e.stdout, "%s\"provinces\": %d, \"units\": %d, \"people\": %d, \"movements\": %d, \"counters\": %d, \"found\": %d}\n",
		head, n.Provinces, n.Units, n.People, n.Movements, n.Counters, n.Differences)
	return err
}
