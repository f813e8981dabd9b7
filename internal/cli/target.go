package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

func targetCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "target", Short: "Chỉ tiêu: kiểm tra, phân bổ, ban hành"}
	c.AddCommand(targetCheck(e), targetAllocate(e), targetIssue(e), targetCharges(e), targetSteps(e))
	return c
}

// targetFlags are what every subcommand on targets is told.
type targetFlags struct {
	year      int
	indicator string
}

func (f *targetFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.year, "year", 0, "năm; mặc định năm nay")
	c.Flags().StringVar(&f.indicator, "indicator", target.Admissions.Code, "chỉ tiêu: admit (kết nạp), course (học lớp)")
}

// withTargets opens the database and finds the unit of a subcommand.
func (e *env) withTargets(c *cobra.Command, unit string, f func(st *store.Store, s *targets.Service, u id.ID) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	u, err := e.findUnit(c.Context(), units.New(st), unit)
	if err != nil {
		return err
	}
	if u == 0 {
		return usageError{errors.New("cần một tổ chức từ cấp tỉnh trở xuống: mã 14 chữ số hoặc id")}
	}
	return f(st, targets.New(st), u)
}

// checked is one finding as JSON.
type checked struct {
	Check string   `json:"check"`
	Grade string   `json:"grade"`
	Unit  string   `json:"unit"`
	Text  string   `json:"text"`
	Sums  []string `json:"sums"`
	ID    string   `json:"id"`
	Seen  string   `json:"seen,omitempty"`
}

func targetCheck(e *env) *cobra.Command {
	var f targetFlags
	c := &cobra.Command{
		Use: "check TỔ_CHỨC", Short: "Đối chiếu chỉ tiêu của một tổ chức với cấp dưới và năm trước (C1–C3)", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db target check 38000000000000 --year 2026 --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withTargets(c, args[0], func(_ *store.Store, s *targets.Service, u id.ID) error {
				sh, err := s.Sheet(c.Context(), e.operator(), u, f.year)
				if err != nil {
					return err
				}
				return e.printChecks(sh)
			})
		},
	}
	f.add(c)
	return c
}

func (e *env) printChecks(sh targets.Sheet) error {
	list, wrong := []checked{}, 0
	for _, x := range sh.Findings {
		seen := sh.Seen[x.ID()].Reason
		list = append(list, checked{string(x.Check), string(x.Grade), x.Unit, e.printer().T(string(x.Key), x.Args...), x.Sums, x.ID(), seen})
		if seen == "" && x.Grade != target.Note {
			wrong++
		}
	}
	err := e.print(list, func(w io.Writer) {
		for _, x := range list {
			_, _ = fmt.Fprintf(w, "%s  %s: %s\n      %s\n", x.Check, x.Unit, x.Text, strings.Join(x.Sums, "; "))
		}
		_, _ = fmt.Fprintln(w, e.printer().T("cli.target.checked", wrong))
	})
	if err == nil && wrong > 0 {
		return fault.E("cli.targetCheck", fault.Conflict, "cli.target.found", wrong)
	}
	return err
}

// allocated is one part as JSON.
type allocated struct {
	Unit   string `json:"unit"`
	ID     string `json:"id"`
	Weight int64  `json:"weight"`
	Part   string `json:"part"`
	Low    int64  `json:"low"`
	High   int64  `json:"high"`
}

func targetAllocate(e *env) *cobra.Command {
	var f targetFlags
	var ask targets.Ask
	var method, percent string
	keep := false
	c := &cobra.Command{
		Use: "allocate TỔ_CHỨC", Short: "Phân bổ một số cho các tổ chức trực thuộc; chỉ xem trước nếu không có --keep", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db target allocate 38000000000000 --year 2026 --number 1.020-1.250 --method members\n" +
			"  ketnap --db tinh.db target allocate 38168000000000 --method percent --percent 3 --keep",
		RunE: func(c *cobra.Command, args []string) error {
			if percent != "" {
				var ok bool
				if ask.Percent, ask.Places, ok = target.ParseNumber(percent); !ok {
					return usageError{fmt.Errorf("không đọc được tỷ lệ %q", percent)}
				}
			}
			return e.withTargets(c, args[0], func(_ *store.Store, s *targets.Service, u id.ID) error {
				ask.Unit, ask.Year, ask.Indicator, ask.Method = u, f.year, f.indicator, target.Method(method)
				do := s.Preview
				if keep {
					do = s.Allocate
				}
				p, err := do(c.Context(), e.operator(), ask)
				if err != nil {
					return err
				}
				return e.printAllocated(p)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&ask.Slice, "slice", "", "nhóm trong đó, ví dụ female, occ.12; để trống: tất cả")
	c.Flags().StringVar(&ask.Text, "number", "", "số cần phân bổ; để trống: chỉ tiêu được giao")
	c.Flags().StringVar(&method, "method", string(target.ByMembers), "cách phân bổ: members, pool, last, equal, percent")
	c.Flags().StringVar(&percent, "percent", "", "tỷ lệ của --method percent, ví dụ 3 hoặc 2,5")
	c.Flags().StringVar(&ask.Bloc, "bloc", "", "chỉ các tổ chức thuộc khối")
	c.Flags().Int64Var(&ask.Floor, "floor", 0, "mức sàn mỗi tổ chức")
	c.Flags().Int64Var(&ask.Cap, "cap", 0, "mức trần mỗi tổ chức; 0: không")
	c.Flags().BoolVar(&keep, "keep", false, "đưa vào dự thảo")
	return c
}

func (e *env) printAllocated(p targets.Preview) error {
	list := []allocated{}
	for _, s := range p.Shares {
		list = append(list, allocated{s.Unit.Name, s.Unit.ID.String(), s.Weight, s.Part.String(), s.Part.Low, s.Part.High})
	}
	return e.print(list, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, x := range list {
			_, _ = fmt.Fprintf(t, "%s\t%d\t%s\n", x.Unit, x.Weight, x.Part)
		}
		_, _ = fmt.Fprintf(t, "%s\t\t%s\n", e.printer().T("target.sum"), p.Sum.String())
		_ = t.Flush()
	})
}

func targetIssue(e *env) *cobra.Command {
	var f targetFlags
	form := targets.IssueForm{}
	document, on := "", ""
	c := &cobra.Command{
		Use: "issue TỔ_CHỨC", Short: "Ban hành mọi dự thảo mà một tổ chức đã lập cho cấp dưới", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db target issue 38000000000000 --year 2026 --source '12-KH/TU ngày 15/01/2026'",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withTargets(c, args[0], func(st *store.Store, s *targets.Service, u id.ID) error {
				form.Unit, form.Year, form.Document = u, f.year, id.Parse(document)
				if form.Year == 0 {
					form.Year = st.Today().Year()
				}
				var err error
				if form.On, err = day.Parse(on); err != nil {
					return usageError{fmt.Errorf("--on %q không phải là ngày", on)}
				}
				n, err := s.Issue(c.Context(), e.operator(), form)
				if err != nil {
					return err
				}
				return e.print(map[string]int{"issued": n}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("target.issued", n)) })
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&form.Source, "source", "", "số, ký hiệu và ngày của văn bản")
	c.Flags().StringVar(&document, "document", "", "id của văn bản trong sổ, thay cho --source")
	c.Flags().StringVar(&on, "on", "", "ngày giao, mặc định hôm nay")
	c.Flags().BoolVar(&form.Deep, "deep", false, "cả dự thảo của mọi cấp bên dưới")
	return c
}
