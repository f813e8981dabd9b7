package cli

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/subjects"
)

// dueJSON is a record or an import whose term is over, as scripts read it.
type dueJSON struct {
	Kind  string `json:"kind"` // record or import
	ID    string `json:"id"`
	Unit  string `json:"unit"`
	Since string `json:"since"`
	Due   string `json:"due"`
}

func retentionCmd(e *env) *cobra.Command {
	var unit, on string
	var apply bool
	c := &cobra.Command{Use: "retention", Short: "Thời hạn lưu: liệt kê hồ sơ và tệp nhập đã hết thời hạn; với --apply: xóa", Args: cobra.NoArgs,
		Long: "Không có --apply thì chỉ liệt kê. --apply xóa hẳn những gì hết thời hạn đến hôm nay: tên, trường, khóa mã hóa, bản chụp, tệp nhập; sổ biến động và\n" +
			"số đếm giữ nguyên. Thời hạn và căn cứ: trang Dữ liệu cá nhân.",
		Example: "  ketnap --db tinh.db retention --unit 38000000000000 --on 2027-06-30\n  ketnap --db tinh.db retention --unit 38000000000000 --apply",
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			u, err := unitOf(c.Context(), e, st, unit)
			if err != nil {
				return err
			}
			s, when := subjects.New(st), st.Today()
			if err := actDay(on, &when); err != nil {
				return err
			}
			if apply && when != st.Today() {
				return usageError{errors.New("--apply chỉ xóa những gì hết thời hạn đến hôm nay: bỏ --on")}
			}
			d, err := s.Due(c.Context(), e.operator(), u, when)
			if err != nil {
				return err
			}
			erased := 0
			if apply && !d.Empty() {
				if erased, err = s.EraseDue(c.Context(), e.operator(), u); err != nil {
					return err
				}
			}
			return e.printDue(d, erased, apply)
		}}
	f := c.Flags()
	f.StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức")
	f.StringVar(&on, "on", "", "xem trước cho một ngày, kể cả ngày chưa tới; mặc định: hôm nay")
	f.BoolVar(&apply, "apply", false, "xóa")
	_ = c.MarkFlagRequired("unit")
	return c
}

func (e *env) printDue(d subjects.Due, erased int, apply bool) error {
	file := d.Terms["batch"]
	rows := []dueJSON{}
	for _, p := range d.People {
		rows = append(rows, dueJSON{"record", p.Person.String(), p.UnitName, p.Since.String(), d.Ends(p).String()})
	}
	for _, b := range d.Imports {
		since := subjects.ImportedOn(b.At)
		rows = append(rows, dueJSON{"import", b.Batch.String(), b.UnitName, since.String(), since.AddMonths(file.Months).String()})
	}
	return e.print(map[string]any{"on": d.On.String(), "rows": rows, "erased": erased}, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, r := range rows {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", e.printer().T("erase.kind."+r.Kind), r.ID, r.Unit, r.Since, r.Due)
		}
		_ = t.Flush()
		if apply {
			_, _ = fmt.Fprintln(w, e.printer().T("erase.did", erased))
		}
	})
}
