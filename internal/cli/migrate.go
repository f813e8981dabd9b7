package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func migrateCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Tạo cơ sở dữ liệu hoặc nâng cấu trúc lên bản mới nhất",
		Example: "  ketnap --db tinh.db migrate\n  ketnap --db postgres://ketnap@db1/ketnap --key /etc/ketnap.key migrate",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), true)
			if err != nil {
				return err
			}
			defer st.Close()
			version, err := st.DB().Version(c.Context())
			if err != nil {
				return err
			}
			return e.print(map[string]any{"version": version}, func(w io.Writer) { _, _ = fmt.Fprintf(w, "Cấu trúc dữ liệu: bản %v\n", version) })
		},
	}
}
