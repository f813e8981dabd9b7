package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/periods"
)

func periodCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "period", Short: "Khóa kỳ số liệu: xem, khóa đến một ngày, mở lại",
		Long: "Khóa cho cả một tỉnh, thành phố. Trên trang Khóa kỳ số liệu, mở lại cần người thứ hai phê duyệt; ở đây người vận hành máy chủ mở lại ngay,\n" +
			"nhật ký ghi rõ là lệnh tại máy chủ. Đề nghị mở lại đang chờ: ketnap approval list."}
	c.AddCommand(periodShow(e), periodClose(e), periodReopen(e))
	return c
}

// periodJSON is what is closed as scripts read it.
type periodJSON struct {
	Unit     string       `json:"unit"`
	ClosedTo string       `json:"closed_to"` // "" while nothing is closed
	Acts     []closedJSON `json:"acts"`      // the latest first
}

type closedJSON struct {
	Act      string `json:"act"` // close or reopen
	ClosedTo string `json:"closed_to"`
	By       string `json:"by"`
	Second   string `json:"second"`
	Reason   string `json:"reason"`
	At       string `json:"at"`
}

// lookJSON is what a closing would meet.
type lookJSON struct {
	Unit      string `json:"unit"`
	To        string `json:"to"`
	Closed    bool   `json:"closed"`
	Movements int64  `json:"movements"`
	Imports   int64  `json:"imports"`
	Handovers int64  `json:"handovers"`
	Late      int64  `json:"late"`
}

// withPeriods opens the database for one subcommand and finds the province.
func (e *env) withPeriods(ctx context.Context, unit string, f func(s *periods.Service, root id.ID) error) error {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	root, err := unitOf(ctx, e, st, unit)
	if err != nil {
		return err
	}
	return f(periods.New(st), root)
}

func periodUnit(c *cobra.Command, unit *string) *cobra.Command {
	c.Flags().StringVar(unit, "unit", "", "mã 14 chữ số hoặc id của đảng bộ tỉnh, thành phố")
	_ = c.MarkFlagRequired("unit")
	return c
}

func periodShow(e *env) *cobra.Command {
	var unit string
	return periodUnit(&cobra.Command{Use: "show", Short: "Đã khóa đến ngày nào, các lần khóa và mở lại", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db period show --unit 38000000000000\n  ketnap --db tinh.db period show --unit 38000000000000 --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withPeriods(c.Context(), unit, func(s *periods.Service, root id.ID) error { return e.printPeriod(c.Context(), s, root) })
		}}, &unit)
}

// printPeriod prints what is closed by now.
func (e *env) printPeriod(ctx context.Context, s *periods.Service, root id.ID) error {
	v, err := s.State(ctx, e.operator(), root)
	if err != nil {
		return err
	}
	out := periodJSON{Unit: root.String(), Acts: []closedJSON{}}
	if v.Last.To != 0 {
		out.ClosedTo = v.Last.To.String()
	}
	for _, x := range v.Acts {
		l := closedJSON{"close", x.To.String(), x.By, x.Second, x.Reason, clock(x.At)}
		if x.Reopens() {
			l.Act = "reopen"
		}
		out.Acts = append(out.Acts, l)
	}
	return e.print(out, func(w io.Writer) {
		closed := e.printer().T("period.none")
		if v.Last.To != 0 {
			closed = v.Last.To.VN()
		}
		_, _ = fmt.Fprintf(w, "%s: %s\n", e.printer().T("period.closed_to"), closed)
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for i, l := range out.Acts {
			x := v.Acts[i]
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", e.printer().Time(time.UnixMilli(x.At)), e.printer().T("period.act."+l.Act), x.To.VN(), l.By, l.Second, l.Reason)
		}
		_ = t.Flush()
	})
}

func periodClose(e *env) *cobra.Command {
	var unit, to string
	var apply bool
	c := periodUnit(&cobra.Command{Use: "close", Short: "Xem trước khi khóa đến một ngày; với --apply: khóa", Args: cobra.NoArgs,
		Long:    "Không có --apply thì chỉ đếm những gì sẽ bị khóa và những việc còn chưa ghi. --apply đối chiếu sổ biến động với số đếm rồi khóa; có sai lệch thì không khóa.",
		Example: "  ketnap --db tinh.db period close --unit 38000000000000 --to 2026-09-30\n  ketnap --db tinh.db period close --unit 38000000000000 --apply",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withPeriods(c.Context(), unit, func(s *periods.Service, root id.ID) error {
				on := s.Today().MonthOf().First().AddDays(-1)
				if err := actDay(to, &on); err != nil {
					return err
				}
				x, err := s.Preview(c.Context(), e.operator(), root, on)
				if err != nil {
					return err
				}
				if apply {
					if err := s.Close(c.Context(), e.operator(), root, on, periods.Any); err != nil {
						return err
					}
				}
				out := lookJSON{root.String(), on.String(), apply, x.Movements, x.Imports, x.Handovers, x.Late}
				return e.print(out, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, l := range []struct {
						key string
						n   int64
					}{{"period.movements", x.Movements}, {"period.imports", x.Imports}, {"period.handovers", x.Handovers}, {"period.late", x.Late}} {
						_, _ = fmt.Fprintf(t, "%s\t%d\n", e.printer().T(l.key), l.n)
					}
					_ = t.Flush()
					if apply {
						_, _ = fmt.Fprintln(w, e.printer().T("period.did_close", on))
					}
				})
			})
		}}, &unit)
	c.Flags().StringVar(&to, "to", "", "ngày cuối sẽ khóa; mặc định: ngày cuối tháng trước")
	c.Flags().BoolVar(&apply, "apply", false, "khóa")
	return c
}

func periodReopen(e *env) *cobra.Command {
	var unit, from, reason string
	c := periodUnit(&cobra.Command{Use: "reopen", Short: "Mở lại các ngày đã khóa, từ một ngày", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db period reopen --unit 38000000000000 --from 2026-09-01 --reason 'ghi sót quyết định kết nạp tháng 9'",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withPeriods(c.Context(), unit, func(s *periods.Service, root id.ID) error {
				var on day.Date
				if err := actDay(from, &on); err != nil {
					return err
				}
				if err := s.Reopen(c.Context(), e.operator(), root, on, reason, periods.Any); err != nil {
					return err
				}
				return e.printPeriod(c.Context(), s, root)
			})
		}}, &unit)
	c.Flags().StringVar(&from, "from", "", "ngày đầu sẽ mở lại")
	c.Flags().StringVar(&reason, "reason", "", "lý do")
	_ = c.MarkFlagRequired("from")
	_ = c.MarkFlagRequired("reason")
	return c
}
