package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/docx"
	"ketnap/internal/fault"
	"ketnap/internal/form"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

func formCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "form", Short: "Biểu mẫu kết nạp và công nhận: liệt kê, in trống, in đã điền",
		Long: "Liệt kê biểu mẫu, in bản trống hoặc bản đã điền thành tệp Word (.docx). MẪU là mã in trên mẫu (6-KNĐ) hoặc tên\n" +
			"ngắn (6-knd); NGƯỜI là số định danh 12 chữ số, địa chỉ trang hoặc id."}
	c.AddCommand(formList(e), formFields(e), formBlank(e), formFill(e), formZip(e), formCheck(e))
	return c
}

// withForms opens the database for one subcommand.
func (e *env) withForms(c *cobra.Command, f func(*store.Store, *forms.Service) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(st, forms.New(st))
}

func formList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Liệt kê biểu mẫu; không cần cơ sở dữ liệu", Example: "  ketnap form list\n  ketnap form list --json", Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			return e.print(form.All(), func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, f := range form.All() {
					_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", f.Code, f.Slug, f.In(e.lang), e.printer().T("form.sure."+f.Sure))
				}
				_ = t.Flush()
			})
		},
	}
}

func formFields(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "fields", Short: "Liệt kê các trường dùng được trong mẫu; không cần cơ sở dữ liệu", Example: "  ketnap form fields\n  ketnap form fields --lang en --json", Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			return e.print(form.Fields(), func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, f := range form.Fields() {
					_, _ = fmt.Fprintf(t, "{{%s}}\t%s\t%s\n", f.Key, f.Means(e.lang), e.printer().T("form.from."+f.From))
				}
				_ = t.Flush()
			})
		},
	}
}

func formBlank(e *env) *cobra.Command {
	var out, unit string
	c := &cobra.Command{
		Use: "blank MẪU", Short: "Ghi bản trống để điền tay",
		Example: "  ketnap form blank 6-KNĐ -o 6-knd.docx\n  ketnap --db tinh.db form blank 6-KNĐ --unit 38168053000001 -o 6-knd.docx", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if unit == "" {
				f, err := form.Find(args[0])
				if err != nil {
					return err
				}
				data, err := blankOf(f)
				if err != nil {
					return err
				}
				return e.wrote(out, f.FileName(1, 1), data)
			}
			return e.withForms(c, func(st *store.Store, s *forms.Service) error {
				u, err := unitOf(c.Context(), e, st, unit)
				if err != nil {
					return err
				}
				name, data, err := s.Blank(c.Context(), u.Province(), args[0])
				if err != nil {
					return err
				}
				return e.wrote(out, name, data)
			})
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "tệp .docx sẽ ghi; để trống: theo tên trong danh mục")
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức có mẫu riêng; để trống: mẫu của chương trình")
	return c
}

// blankOf makes the program's own blank form.
func blankOf(f form.Form) ([]byte, error) {
	b, err := f.Template()
	if err != nil {
		return nil, err
	}
	tpl, err := docx.Open(b)
	if err != nil {
		return nil, err
	}
	return tpl.Fill(form.Values(form.Input{Form: f}), form.Gap)
}

func formFill(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "fill NGƯỜI MẪU", Short: "Ghi một mẫu đã điền; việc in được ghi vào nhật ký",
		Example: "  ketnap --db tinh.db form fill 038304000123 6-KNĐ -o 6-knd.docx\n  ketnap form fill 038304000123 97.2", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withPerson(c, args[0], func(s *forms.Service, p id.ID) error {
				name, data, err := s.Fill(c.Context(), e.operator(), p, args[1])
				if err != nil {
					return err
				}
				return e.wrote(out, name, data)
			})
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "tệp .docx sẽ ghi; để trống: theo tên trong danh mục")
	return c
}

func formZip(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "zip NGƯỜI", Short: "Ghi cả bộ hồ sơ thành một tệp zip, tên tệp và thư mục theo danh mục số hóa",
		Example: "  ketnap --db tinh.db form zip 038304000123 -o hoso.zip", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withPerson(c, args[0], func(s *forms.Service, p id.ID) error {
				name, data, err := s.Zip(c.Context(), e.operator(), p)
				if err != nil {
					return err
				}
				return e.wrote(out, name, data)
			})
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "tệp .zip sẽ ghi; để trống: số định danh và họ tên")
	return c
}

func formCheck(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "check TỆP", Short: "Kiểm tra một mẫu .docx đã sửa: mở được, an toàn, không có trường lạ",
		Example: "  ketnap form check mau-6-knd.docx", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readUpTo(args[0], docx.MaxSize+1)
			if err != nil {
				return fault.E("cli.formCheck", fault.Unavailable, "form.cannot_read", args[0], err)
			}
			tpl, err := form.Check(data)
			if err != nil {
				return err
			}
			n := len(tpl.Marks())
			return e.print(map[string]any{"fields": n}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("form.checked", n)) })
		},
	}
}

// readUpTo reads a file, but no more than limit bytes of it.
func readUpTo(name string, limit int64) (data []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, limit))
}

// withPerson finds a person as an operator types them.
func (e *env) withPerson(c *cobra.Command, text string, f func(*forms.Service, id.ID) error) error {
	return e.withForms(c, func(_ *store.Store, s *forms.Service) error {
		p, err := s.Find(c.Context(), e.operator(), text)
		if err != nil {
			return err
		}
		return f(s, p)
	})
}

// wrote writes a file under the name asked for, else under its own, and says so.
func (e *env) wrote(out, name string, data []byte) error {
	if out == "" {
		out = name
	}
	err := e.toFile(out, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return e.print(map[string]any{"file": out, "bytes": len(data)}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("form.written", out)) })
}
