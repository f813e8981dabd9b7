package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/approvals"
)

func userBudget(e *env) *cobra.Command {
	var reveals, hours int64
	c := &cobra.Command{
		Use: "budget", Short: "Hạn mức mở trường niêm phong mỗi tài khoản một ngày, và số giờ của mở khẩn cấp; không có cờ thì chỉ in",
		Example: "  ketnap --db tinh.db user budget\n  ketnap --db tinh.db user budget --reveals 100 --hours 3", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			s := approvals.New(st)
			b, err := s.Budget(c.Context())
			if err != nil {
				return err
			}
			if c.Flags().Changed("reveals") {
				b.Reveals = reveals
			}
			if c.Flags().Changed("hours") {
				b.Hours = hours
			}
			if c.Flags().Changed("reveals") || c.Flags().Changed("hours") {
				if err := s.SetBudget(c.Context(), e.operator(), b); err != nil {
					return err
				}
			}
			return e.print(b, func(w io.Writer) {
				_, _ = fmt.Fprintf(w, "%d lần mỗi ngày; mở khẩn cấp %d giờ\n", b.Reveals, b.Hours)
			})
		},
	}
	c.Flags().Int64Var(&reveals, "reveals", 0, "số lần mở mỗi ngày")
	c.Flags().Int64Var(&hours, "hours", 0, "mở khẩn cấp kéo dài bao nhiêu giờ")
	return c
}
