package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/units"
)

// actFlags are the flags of every decision.
type actFlags struct{ date, no, issuer, decided, note, once string }

func (a *actFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.date, "date", "", "ngày có hiệu lực, ví dụ 01/07/2025")
	f.StringVar(&a.no, "decision", "", "số quyết định")
	f.StringVar(&a.issuer, "issuer", "", "cơ quan ra quyết định")
	f.StringVar(&a.decided, "decision-date", "", "ngày quyết định")
	f.StringVar(&a.note, "note", "", "ghi chú")
	f.StringVar(&a.once, "once", "", "khóa yêu cầu: chạy lại với cùng khóa không ghi lần hai")
	_ = c.MarkFlagRequired("date")
	_ = c.MarkFlagRequired("decision")
}

func (a *actFlags) act() (units.Act, error) {
	on, err := dayFlag("date", a.date)
	if err != nil {
		return units.Act{}, err
	}
	decided, err := dayFlag("decision-date", a.decided)
	return units.Act{On: on, Decision: org.Decision{No: a.no, Issuer: a.issuer, Date: decided}, Note: a.note, Key: a.once}, err
}

// fieldFlags are the flags of a unit to be founded.
type fieldFlags struct {
	units.Fields
	kind string
}

func (f *fieldFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.kind, "kind", "", "loại: province, upper, grassroots, section, base_cell, cell")
	fl.StringVar(&f.Name, "name", "", "tên")
	fl.StringVar(&f.Short, "short", "", "tên gọi tắt")
	fl.StringVar(&f.Code, "code", "", "mã 14 chữ số")
	fl.IntVar(&f.Sector, "sector", 0, "lĩnh vực, 1–10")
	fl.StringVar(&f.Location, "location", "", "mã đơn vị hành chính; mặc định theo cấp trên")
	fl.StringArrayVar(&f.Blocs, "bloc", nil, "khối (lặp lại được): "+strings.Join(org.Blocs, ", "))
}

func (f *fieldFlags) fields() units.Fields {
	f.Kind = org.Kind(f.kind)
	return f.Fields
}

// printDone says what a decision was recorded for.
func (e *env) printDone(ids ...id.ID) error {
	texts := make([]string, len(ids))
	for i := range ids {
		texts[i] = ids[i].String()
	}
	return e.print(map[string][]string{"units": texts}, func(w io.Writer) { _, _ = fmt.Fprintln(w, "Đã ghi:", strings.Join(texts, ", ")) })
}

func unitFound(e *env) *cobra.Command {
	var a actFlags
	var f fieldFlags
	var parent string
	c := &cobra.Command{
		Use: "found", Short: "Thành lập tổ chức", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db unit found --parent 38168053000000 --kind cell --name 'Chi bộ Trường THPT Đông Sơn' \\\n" +
			"    --code 38168053000001 --sector 4 --bloc thpt --date 01/07/2025 --decision 12-QĐ/ĐU",
		RunE: func(c *cobra.Command, _ []string) error {
			act, err := a.act()
			if err != nil {
				return err
			}
			return e.withUnits(c, func(s *units.Service) error {
				p, err := e.findUnit(c.Context(), s, parent)
				if err != nil {
					return err
				}
				u, err := s.Found(c.Context(), e.operator(), units.FoundForm{Parent: p, Fields: f.fields(), Act: act})
				if err != nil {
					return err
				}
				return e.printDone(u)
			})
		},
	}
	c.Flags().StringVar(&parent, "parent", "", "tổ chức cấp trên; để trống khi thành lập đảng bộ tỉnh, thành phố")
	f.add(c)
	a.add(c)
	return c
}

// change is a decision on one unit that is named by the argument.
func (e *env) change(c *cobra.Command, a *actFlags, do func(s *units.Service, u id.ID, act units.Act) error) {
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		act, err := a.act()
		if err != nil {
			return err
		}
		return e.withUnits(c, func(s *units.Service) error {
			u, err := e.findUnit(c.Context(), s, args[0])
			if err != nil {
				return err
			}
			if err := do(s, u, act); err != nil {
				return err
			}
			return e.printDone(u)
		})
	}
	a.add(c)
}

func unitRename(e *env) *cobra.Command {
	var a actFlags
	var name, short string
	c := &cobra.Command{Use: "rename TỔ_CHỨC", Short: "Đổi tên tổ chức",
		Example: "  ketnap --db tinh.db unit rename 38168053000001 --name 'Chi bộ Trường THPT Hàm Rồng' --date 10/01/2026 --decision 3-QĐ/ĐU"}
	c.Flags().StringVar(&name, "name", "", "tên mới")
	c.Flags().StringVar(&short, "short", "", "tên gọi tắt mới")
	_ = c.MarkFlagRequired("name")
	e.change(c, &a, func(s *units.Service, u id.ID, act units.Act) error {
		return s.Rename(c.Context(), e.operator(), units.RenameForm{Unit: u, Name: name, Short: short, Act: act})
	})
	return c
}

func unitReparent(e *env) *cobra.Command {
	var a actFlags
	var parent string
	c := &cobra.Command{Use: "reparent TỔ_CHỨC", Short: "Chuyển tổ chức cùng các tổ chức dưới nó về trực thuộc nơi khác",
		Example: "  ketnap --db tinh.db unit reparent 38168053000001 --parent 38169000000000 --date 01/07/2025 --decision 20-QĐ/TU"}
	c.Flags().StringVar(&parent, "parent", "", "tổ chức cấp trên mới")
	_ = c.MarkFlagRequired("parent")
	e.change(c, &a, func(s *units.Service, u id.ID, act units.Act) error {
		p, err := e.findUnit(c.Context(), s, parent)
		if err != nil {
			return err
		}
		return s.Reparent(c.Context(), e.operator(), units.ReparentForm{Unit: u, Parent: p, Act: act})
	})
	return c
}

func unitDissolve(e *env) *cobra.Command {
	var a actFlags
	var into string
	c := &cobra.Command{Use: "dissolve TỔ_CHỨC", Short: "Giải thể, kết thúc hoạt động: khi không còn ai, hoặc chuyển hết sang tổ chức kế thừa",
		Example: "  ketnap --db tinh.db unit dissolve 38168053000001 --into 38168053000002 --date 01/07/2025 --decision 21-QĐ/ĐU"}
	c.Flags().StringVar(&into, "into", "", "tổ chức kế thừa")
	e.change(c, &a, func(s *units.Service, u id.ID, act units.Act) error {
		heir, err := e.findUnit(c.Context(), s, into)
		if err != nil {
			return err
		}
		return s.Dissolve(c.Context(), e.operator(), units.DissolveForm{Unit: u, Successor: heir, Act: act})
	})
	return c
}

func unitAmend(e *env) *cobra.Command {
	var a actFlags
	var f units.AmendForm
	var code, location string
	var sector int
	var blocs []string
	c := &cobra.Command{Use: "amend TỔ_CHỨC", Short: "Đổi mã, khối, lĩnh vực, địa bàn, thẩm quyền",
		Example: "  ketnap --db tinh.db unit amend 38168053000001 --code 38168053000009 --bloc thpt --date 01/01/2026 --decision 30-QĐ/TU\n" +
			"  ketnap --db tinh.db unit amend 38168000000000 --grant 'Quyết định kết nạp đảng viên: trên 1/2 đảng ủy viên' --date 01/07/2025 --decision 208-QĐ/TW"}
	fl := c.Flags()
	fl.StringVar(&code, "code", "", "mã mới, để trống để bỏ mã")
	fl.IntVar(&sector, "sector", 0, "lĩnh vực, 1–10")
	fl.StringVar(&location, "location", "", "mã đơn vị hành chính")
	fl.StringArrayVar(&blocs, "bloc", nil, "toàn bộ các khối (lặp lại được); --bloc= để bỏ hết")
	fl.StringArrayVar(&f.Grant, "grant", nil, "thẩm quyền được giao (lặp lại được)")
	fl.StringArrayVar(&f.Withdraw, "withdraw", nil, "thẩm quyền bị thu, ghi đúng nội dung (lặp lại được)")
	fl.StringVar(&f.Source, "source", "", "văn bản làm căn cứ; mặc định là số quyết định")
	e.change(c, &a, func(s *units.Service, u id.ID, act units.Act) error {
		f.Unit, f.Act = u, act
		if fl.Changed("code") {
			f.Code = &code
		}
		if fl.Changed("sector") {
			f.Sector = &sector
		}
		if fl.Changed("location") {
			f.Location = &location
		}
		if fl.Changed("bloc") {
			if len(blocs) == 1 && blocs[0] == "" {
				blocs = nil
			}
			f.Blocs = &blocs
		}
		return s.Amend(c.Context(), e.operator(), f)
	})
	return c
}

func unitMerge(e *env) *cobra.Command {
	var a actFlags
	var f fieldFlags
	var into, parent string
	c := &cobra.Command{
		Use: "merge TỔ_CHỨC…", Short: "Sáp nhập vào một tổ chức sẵn có (--into), hoặc hợp nhất thành tổ chức mới (--parent, --name…)", Args: cobra.MinimumNArgs(1),
		Example: "  ketnap --db tinh.db unit merge 38168053000001 --into 38168053000002 --date 01/07/2025 --decision 22-QĐ/ĐU\n" +
			"  ketnap --db tinh.db unit merge 38168000000000 38169000000000 --parent 38000000000000 --kind upper --name 'Đảng bộ phường Hạc Thành' \\\n" +
			"    --date 01/07/2025 --decision 202-NQ",
		RunE: func(c *cobra.Command, args []string) error {
			if (into == "") == (parent == "") {
				return usageError{errors.New("cần một trong hai: --into TỔ_CHỨC, hoặc --parent với --kind và --name")}
			}
			act, err := a.act()
			if err != nil {
				return err
			}
			return e.withUnits(c, func(s *units.Service) error {
				form := units.MergeForm{Act: act}
				if form.From, err = e.findUnits(c, s, args); err != nil {
					return err
				}
				if form.Into, err = e.findUnit(c.Context(), s, into); err != nil {
					return err
				}
				if form.Parent, err = e.findUnit(c.Context(), s, parent); err != nil {
					return err
				}
				if fields := f.fields(); into == "" {
					form.New = &fields
				}
				u, err := s.Merge(c.Context(), e.operator(), form)
				if err != nil {
					return err
				}
				return e.printDone(u)
			})
		},
	}
	c.Flags().StringVar(&into, "into", "", "tổ chức nhận sẵn có")
	c.Flags().StringVar(&parent, "parent", "", "cấp trên của tổ chức mới")
	f.add(c)
	a.add(c)
	return c
}

// errAssign is an assignment that cannot be read.
var errAssign = errors.New("bảng phân cần hai cột: id người (hoặc id tổ chức trực thuộc) và nơi đến")
