package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/approvals"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

func emergencyCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "emergency", Short: "Mở khẩn cấp trường niêm phong: xem các lần chưa ai ghi nhận, ghi nhận đã xem",
		Long: "Tài khoản dùng hết hạn mức có thể mở khẩn cấp; cấp trên được báo cho đến khi có người ghi nhận đã xem.\n" +
			"Người vận hành máy chủ ghi nhận thay khi không còn cấp nào phía trên. LẦN_MỞ là id (emergency list)."}
	c.AddCommand(emergencyList(e), emergencySee(e))
	return c
}

// emergencyJSON is an emergency as scripts read it. The reason is what the account wrote; whom the record is about is an id only.
type emergencyJSON struct {
	ID     string `json:"id"`
	By     string `json:"by"`
	Unit   string `json:"unit"` // "0" is the nation
	Place  string `json:"place"`
	Person string `json:"person"`
	Reason string `json:"reason"`
	At     string `json:"at"`
	Until  string `json:"until"`
}

func emergencyList(e *env) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "Các lần mở khẩn cấp chưa ai ghi nhận, cũ nhất trước", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db emergency list\n  ketnap --db tinh.db emergency list --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withApprovals(c.Context(), func(s *approvals.Service) error {
				all, err := s.Emergencies(c.Context(), e.operator())
				if err != nil {
					return err
				}
				lines := []emergencyJSON{}
				for _, x := range all {
					lines = append(lines, emergencyJSON{x.ID.String(), x.Name, x.Unit.String(), x.Place, x.Person.String(), x.Reason, clock(x.At), clock(x.Until)})
				}
				return e.print(lines, func(w io.Writer) {
					if len(lines) == 0 {
						_, _ = fmt.Fprintln(w, "Không có lần mở khẩn cấp nào chờ ghi nhận.")
					}
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, l := range lines {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.ID, l.At, l.By, l.Place, l.Reason)
					}
					_ = t.Flush()
				})
			})
		}}
}

func emergencySee(e *env) *cobra.Command {
	return &cobra.Command{Use: "see LẦN_MỞ", Short: "Ghi nhận đã xem một lần mở khẩn cấp", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db emergency see 1a2b3c",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withApprovals(c.Context(), func(s *approvals.Service) error {
				i := id.Parse(args[0])
				if i == 0 {
					return fault.E("cli.emergencySee", fault.NotFound, "budget.gone")
				}
				if err := s.SeeEmergency(c.Context(), e.operator(), i); err != nil {
					return err
				}
				return e.print(map[string]string{"id": i.String()}, func(w io.Writer) { _, _ = fmt.Fprintln(w, "Đã ghi nhận.") })
			})
		}}
}
