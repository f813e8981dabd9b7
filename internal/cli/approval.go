package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/periods"
	"ketnap/internal/subjects"
	"ketnap/internal/transfer"
	"ketnap/internal/users"
)

func approvalCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "approval", Short: "Việc cần hai người: xem đề nghị, phê duyệt hoặc không phê duyệt",
		Long: "Người vận hành máy chủ là người thứ hai khi không còn ai khác đủ thẩm quyền. ĐỀ_NGHỊ là id (approval list).\n" +
			"Phê duyệt là việc được làm ngay, đúng như đã đề nghị; lệnh chờ đến khi ghi xong một lượt nhập."}
	c.AddCommand(approvalList(e), approvalAnswer(e, "approve", "Phê duyệt và thực hiện", true), approvalAnswer(e, "refuse", "Không phê duyệt, kèm lý do", false))
	return c
}

// withApprovals opens the database for one subcommand and waits for what it set going.
func (e *env) withApprovals(ctx context.Context, f func(*approvals.Service) error) error {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	imports := transfer.New(st, e.log())
	defer imports.Close()
	err = f(approvals.New(st, users.New(st).Deeds(), imports.Deeds(), subjects.New(st).Deeds(), periods.New(st).Deeds()))
	imports.Wait()
	return err
}

// approvalJSON is a request as scripts read it.
type approvalJSON struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Unit    string `json:"unit"`
	Object  string `json:"object"` // "0" when there is none
	Rows    int64  `json:"rows"`
	Detail  string `json:"detail"`
	Reason  string `json:"reason"`
	By      string `json:"by"`
	At      string `json:"at"`
	Until   string `json:"until"`
	State   string `json:"state"`
	Decided string `json:"decided"`
	Note    string `json:"note"`
}

func clock(ms int64) string { return time.UnixMilli(ms).In(day.Vietnam).Format(time.RFC3339) }

func approvalList(e *env) *cobra.Command {
	var all bool
	c := &cobra.Command{Use: "list", Short: "Các đề nghị đang chờ; với --all: cả những đề nghị đã xong", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db approval list\n  ketnap --db tinh.db approval list --all --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withApprovals(c.Context(), func(s *approvals.Service) error {
				vs, err := s.List(c.Context(), e.operator())
				if err != nil {
					return err
				}
				lines := []approvalJSON{}
				for _, v := range vs {
					if all || v.State == approval.Waiting {
						lines = append(lines, approvalJSON{v.ID.String(), string(v.Kind), v.Unit.String(), v.Object.String(), v.N, v.Detail, v.Reason, v.ByName, clock(v.At), clock(v.Expires),
							string(v.State), v.DecidedName, v.Note})
					}
				}
				return e.print(lines, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, l := range lines {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.State, e.printer().T("approval.kind."+l.Kind), l.Detail, l.By, l.Until)
					}
					_ = t.Flush()
				})
			})
		}}
	c.Flags().BoolVar(&all, "all", false, "cả những đề nghị đã trả lời, đã rút, đã hết hạn")
	return c
}

func approvalAnswer(e *env, name, short string, approve bool) *cobra.Command {
	var note string
	c := &cobra.Command{Use: name + " ĐỀ_NGHỊ", Short: short, Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db approval " + name + " 2xc6fk2s93wig --note 'đã gọi điện xác nhận'",
		RunE: func(c *cobra.Command, args []string) error {
			i := id.Parse(args[0])
			if i == 0 {
				return fault.E("cli.approvalAnswer", fault.NotFound, "approval.notfound")
			}
			return e.withApprovals(c.Context(), func(s *approvals.Service) error {
				if err := s.Decide(c.Context(), e.operator(), i, 0, approve, note); err != nil {
					return err
				}
				v, err := s.Get(c.Context(), e.operator(), i)
				if err != nil {
					return err
				}
				return e.print(map[string]string{"id": v.ID.String(), "state": string(v.State)}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("approval.state."+string(v.State))) })
			})
		}}
	c.Flags().StringVar(&note, "note", "", "ý kiến; phải có khi không phê duyệt")
	return c
}
