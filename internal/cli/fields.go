package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// fieldLine is one column in the JSON output, part of the contract with scripts.
type fieldLine struct {
	Table  string        `json:"table"`
	Column string        `json:"column"`
	Class  subject.Class `json:"class"`
	Of     string        `json:"of"`
	Keep   string        `json:"keep"`
}

func fieldsCmd(e *env) *cobra.Command {
	var class, kit string
	c := &cobra.Command{
		Use: "fields", Short: "Phân loại dữ liệu của từng cột; hồ sơ đánh giá tác động", Args: cobra.NoArgs,
		Long:    "--kit ghi thời hạn lưu có sẵn; có --db thì ghi thời hạn đang dùng ở cơ sở dữ liệu ấy, và chỗ khác với giá trị có sẵn.",
		Example: "  ketnap fields\n  ketnap fields --class sensitive --json\n  ketnap fields --kit danh-gia-tac-dong.docx",
		RunE: func(c *cobra.Command, _ []string) error {
			if kit != "" {
				terms, err := e.terms(c.Context())
				if err != nil {
					return err
				}
				data, err := subjects.Kit(e.printer(), terms)
				if err != nil {
					return err
				}
				return e.toFile(kit, func(w io.Writer) error { _, err := w.Write(data); return err })
			}
			f := subject.Catalogue()
			lines := []fieldLine{}
			for _, t := range f.Tables {
				for _, x := range t.Columns {
					if class == "" || class == string(x.Class) {
						lines = append(lines, fieldLine{t.Name, x.Name, x.Class, t.Of, t.Keep})
					}
				}
			}
			return e.print(lines, func(w io.Writer) { fieldText(w, f, class) })
		},
	}
	c.Flags().StringVar(&class, "class", "", "chỉ một loại: public, internal, basic, sensitive hoặc credential")
	c.Flags().StringVar(&kit, "kit", "", "ghi hồ sơ đánh giá tác động xử lý dữ liệu cá nhân ra tệp Word này")
	return c
}

// terms are those in force in the database, those delivered where none is named.
func (e *env) terms(ctx context.Context) (subjects.Terms, error) {
	if e.db == "" {
		return subjects.Delivered(), nil
	}
	st, err := e.open(ctx, false)
	if err != nil {
		return subjects.Terms{}, err
	}
	defer st.Close()
	return subjects.New(st).Terms(ctx, e.operator())
}

func fieldText(w io.Writer, f *subject.Fields, class string) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, x := range f.Tables {
		for _, c := range subject.Classes {
			if x.Holds(c) && (class == "" || class == string(c)) {
				_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", x.Name, c, strings.Join(x.In(c), " "))
			}
		}
	}
	_ = t.Flush()
}
