package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/batch"
	"ketnap/internal/i18n"
	"ketnap/internal/transfer"
)

func exportCmd(e *env) *cobra.Command {
	var kind, unit, out, reason string
	template := false
	c := &cobra.Command{
		Use:   "export",
		Short: "Xuất tổ chức, đảng viên, nguồn hoặc biến động ra tệp Excel theo đúng mẫu nhập",
		Example: "  ketnap --db tinh.db export --kind=members --unit=38168000000000 -o dangvien.xlsx\n" +
			"  ketnap export --kind=members --template -o mau.xlsx",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !batch.Kind(kind).Valid() || out == "" || unit == "" && !template {
				return usageError{errors.New("cần --kind=units|members|pool|movements, --unit và -o TỆP (hoặc --template -o TỆP)")}
			}
			lang := i18n.Lang(e.lang)
			if template {
				return e.toFile(out, func(w io.Writer) error { return transfer.Template(batch.Kind(kind), lang, w) })
			}
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			s := transfer.New(st, nil)
			defer s.Close()
			u, err := unitOf(c.Context(), e, st, unit)
			if err != nil {
				return err
			}
			var rows int64
			if err := e.toFile(out, func(w io.Writer) error {
				rows, err = s.Export(c.Context(), e.operator(), u, batch.Kind(kind), reason, lang, w)
				return err
			}); err != nil {
				return err
			}
			return e.print(map[string]any{"file": out, "rows": rows}, func(w io.Writer) {
				_, _ = fmt.Fprintln(w, e.printer().T("import.exported", out, rows))
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", "", "loại dữ liệu: units, members, pool, movements")
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức")
	c.Flags().StringVarP(&out, "output", "o", "", "tệp .xlsx sẽ ghi")
	c.Flags().StringVar(&reason, "reason", "xuất tại máy chủ", "lý do xuất, ghi vào nhật ký")
	c.Flags().BoolVar(&template, "template", false, "chỉ ghi tệp mẫu, không cần cơ sở dữ liệu")
	return c
}
