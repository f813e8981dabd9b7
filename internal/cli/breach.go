package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// cliMoment reads "21/11/2026 08:30", a day alone, or RFC 3339.
func cliMoment(text string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2/1/2006 15:04", "2006-01-02 15:04", "2/1/2006", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, day.Vietnam); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("không hiểu thời điểm %q: ghi 21/11/2026 08:30", text)}
}

func breachCmd(e *env) *cobra.Command {
	var unit, from, to, out string
	c := &cobra.Command{Use: "breach", Short: "Gói sự cố: trong một khoảng thời gian, ai đã truy cập dữ liệu của những ai", Args: cobra.NoArgs,
		Long:    "In số liệu và các hạn thông báo; với -o: ghi tệp bảng tính gồm tài khoản, địa chỉ, người bị ảnh hưởng, trường đã mở. Dữ liệu lấy từ nhật ký.",
		Example: "  ketnap --db tinh.db breach --from '20/11/2026 22:00' --to '21/11/2026 06:00' -o su-co.xlsx",
		RunE: func(c *cobra.Command, _ []string) error {
			var w subjects.Window
			for text, to := range map[*string]*int64{&from: &w.From, &to: &w.To} {
				t, err := cliMoment(*text)
				if err != nil {
					return err
				}
				*to = t.UnixMilli()
			}
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			u := id.ID(0)
			if unit != "" {
				if u, err = unitOf(c.Context(), e, st, unit); err != nil {
					return err
				}
			}
			k, err := subjects.New(st).Breach(c.Context(), e.operator(), u, w)
			if err != nil {
				return err
			}
			if out != "" {
				f, err := os.OpenFile(out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
				if err != nil {
					return err
				}
				if err := subjects.WritePack(f, e.printer(), k); err != nil {
					f.Close()
					return err
				}
				if err := f.Close(); err != nil {
					return err
				}
			}
			return e.print(map[string]int{"entries": k.Entries, "accounts": len(k.Who), "people": len(k.People), "sensitive": k.Count(subject.Sensitive), "basic": k.Count(subject.Basic)}, func(w io.Writer) {
				p := e.printer()
				_, _ = fmt.Fprintln(w, p.T("breach.said", k.Entries, len(k.Who), len(k.People), k.Count(subject.Sensitive), k.Count(subject.Basic)))
				for _, n := range subject.Book().Breach {
					_, _ = fmt.Fprintf(w, "%s: %s\n", n.Text[string(p.Lang())], p.T("breach.term", n.Hours, n.To[string(p.Lang())], n.Source[string(p.Lang())]))
				}
			})
		}}
	f := c.Flags()
	f.StringVar(&from, "from", "", "từ thời điểm")
	f.StringVar(&to, "to", "", "đến trước thời điểm")
	f.StringVar(&unit, "unit", "", "chỉ một tổ chức và cấp dưới; mặc định: tất cả")
	f.StringVarP(&out, "out", "o", "", "ghi tệp bảng tính")
	_ = c.MarkFlagRequired("from")
	_ = c.MarkFlagRequired("to")
	return c
}
