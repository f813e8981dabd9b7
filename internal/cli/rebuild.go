package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/audit"
	"ketnap/internal/store"
)

func rebuildCmd(e *env) *cobra.Command {
	var province int
	c := &cobra.Command{
		Use:     "rebuild",
		Short:   "Ghi lại các số đếm từ sổ biến động (sổ không đổi); có ghi nhật ký",
		Example: "  ketnap --db tinh.db rebuild --province 38",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			entry := audit.Of(e.operator(), "ledger.rebuild", province, 0)
			n, err := st.Rebuild(c.Context(), entry, store.VerifyOptions{Province: province, Progress: e.proven()})
			if err != nil {
				return err
			}
			return e.print(map[string]int64{"provinces": n.Provinces, "movements": n.Movements, "counters": n.Counters, "mended": n.Differences}, func(w io.Writer) {
				_, _ = fmt.Fprintln(w, e.printer().T("verify.rebuilt", n.Provinces, n.Movements, n.Counters, n.Differences))
			})
		},
	}
	c.Flags().IntVar(&province, "province", 0, "chỉ một tỉnh (mã tỉnh); mặc định: tất cả")
	return c
}
