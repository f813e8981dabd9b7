package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/units"
)

func unitCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "unit", Short: "Tổ chức đảng: tra cứu và các quyết định về tổ chức",
		Long: "Tra cứu cây tổ chức ở bất kỳ ngày nào và ghi các quyết định về tổ chức: thành lập, đổi tên, chuyển trực thuộc,\n" +
			"sáp nhập, chia tách, giải thể, đổi thông tin. TỔ_CHỨC là mã 14 chữ số hoặc id."}
	c.AddCommand(unitList(e), unitShow(e), unitEvents(e), unitFound(e), unitRename(e), unitReparent(e), unitMerge(e), unitSplit(e), unitDissolve(e), unitAmend(e))
	return c
}

// withUnits opens the database for one subcommand.
func (e *env) withUnits(c *cobra.Command, f func(*units.Service) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(units.New(st))
}

// findUnit reads a unit as an operator types it; empty and "0" are the nation.
func (e *env) findUnit(ctx context.Context, s *units.Service, text string) (id.ID, error) {
	if text == "" || text == "0" {
		return 0, nil
	}
	return s.Find(ctx, e.operator(), text)
}

func (e *env) findUnits(c *cobra.Command, s *units.Service, texts []string) ([]id.ID, error) {
	var ids []id.ID
	for _, t := range texts {
		i, err := e.findUnit(c.Context(), s, t)
		if err != nil {
			return nil, err
		}
		ids = append(ids, i)
	}
	return ids, nil
}

// dayFlag reads a day as people write it; "" is 0.
func dayFlag(name, text string) (day.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := day.Parse(text)
	if err != nil || !d.Valid() {
		return 0, usageError{fmt.Errorf("--%s %q không phải là ngày đầy đủ, ví dụ 01/07/2025", name, text)}
	}
	return d, nil
}

func unitList(e *env) *cobra.Command {
	var at, search string
	c := &cobra.Command{
		Use: "list [TỔ_CHỨC]", Short: "Liệt kê các tổ chức trực thuộc, hoặc tìm theo tên", Args: cobra.MaximumNArgs(1),
		Example: "  ketnap --db tinh.db unit list\n  ketnap --db tinh.db unit list 38168000000000 --at 30/06/2025 --json\n  ketnap --db tinh.db unit list --search 'truong thpt'",
		RunE: func(c *cobra.Command, args []string) error {
			on, err := dayFlag("at", at)
			if err != nil {
				return err
			}
			return e.withUnits(c, func(s *units.Service) error {
				if search != "" {
					return e.unitSearch(c, s, search)
				}
				u, err := e.findUnit(c.Context(), s, strings.Join(args, ""))
				if err != nil {
					return err
				}
				return e.unitChildren(c, s, u, on)
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "cơ cấu tại ngày; mặc định hôm nay")
	c.Flags().StringVar(&search, "search", "", "tìm theo từ trong tên, tên gọi tắt hoặc mã, không cần dấu")
	return c
}

func (e *env) unitChildren(c *cobra.Command, s *units.Service, u id.ID, on day.Date) error {
	all, err := s.Children(c.Context(), e.operator(), u, on, "")
	if err != nil {
		return err
	}
	for next := all.Next; next != ""; {
		p, err := s.Children(c.Context(), e.operator(), u, on, next)
		if err != nil {
			return err
		}
		all.Nodes, next = append(all.Nodes, p.Nodes...), p.Next
	}
	all.Next = ""
	return e.print(all, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, n := range all.Nodes {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\n", n.ID, org.FormatCode(n.Code), n.Kind, n.Name, n.Members)
		}
		_ = t.Flush()
	})
}

func (e *env) unitSearch(c *cobra.Command, s *units.Service, words string) error {
	hits, err := s.Search(c.Context(), e.operator(), words)
	if err != nil {
		return err
	}
	return e.print(hits, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, h := range hits.Units {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", h.ID, org.FormatCode(h.Code), h.Name, strings.Join(h.Path, " › "))
		}
		_ = t.Flush()
		if hits.More {
			_, _ = fmt.Fprintln(w, "… còn nữa: thêm từ để thu hẹp")
		}
	})
}

func unitShow(e *env) *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "show TỔ_CHỨC", Short: "Thông tin, nguồn gốc và quá trình của một tổ chức", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db unit show 38.168.053.000.001\n  ketnap --db tinh.db unit show 38168053000001 --at 31/12/2024 --json",
		RunE: func(c *cobra.Command, args []string) error {
			on, err := dayFlag("at", at)
			if err != nil {
				return err
			}
			return e.withUnits(c, func(s *units.Service) error {
				u, err := e.findUnit(c.Context(), s, args[0])
				if err != nil {
					return err
				}
				v, err := s.View(c.Context(), e.operator(), u, on)
				if err != nil {
					return err
				}
				return e.print(v, func(w io.Writer) { e.unitCard(w, v) })
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "trực thuộc, tên và số đảng viên tại ngày; mặc định hôm nay")
	return c
}

// unitCard prints a unit for reading.
func (e *env) unitCard(w io.Writer, v units.View) {
	line := func(label, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%-14s %s\n", label, fmt.Sprintf(format, args...))
	}
	line("Tên", "%s", v.Name)
	line("Id", "%s", v.ID)
	if v.Code != "" {
		line("Mã", "%s", org.FormatCode(v.Code))
	}
	line("Loại", "%s", e.printer().T("kind."+string(v.Kind)))
	if v.Sector != 0 {
		line("Lĩnh vực", "%s", person.Sectors.Name(v.Sector))
	}
	var above []string
	for _, a := range v.Above {
		above = append(above, a.Name)
	}
	line("Trực thuộc", "%s", strings.Join(above, " › "))
	line("Đảng viên", "%d (đến %s)", v.Members, v.On.VN())
	line("Thành lập", "%s", v.Founded.VN())
	if v.Dissolved != 0 {
		line("Kết thúc", "%s", v.Dissolved.VN())
	}
	for _, k := range v.Before {
		line("Nguồn gốc", "%s (%s, %s)", k.Name, k.ID, k.On.VN())
	}
	for _, k := range v.After {
		line("Kế thừa", "%s (%s, %s)", k.Name, k.ID, k.On.VN())
	}
	for _, list := range []struct {
		label string
		held  []units.Held
	}{{"Khối", v.Blocs}, {"Thẩm quyền", v.Powers}} {
		for _, h := range list.held {
			text := h.Value
			if list.label == "Khối" {
				text = e.printer().T("unit.bloc." + h.Value)
			}
			line(list.label, "%s %s", text, span(h))
		}
	}
	_, _ = fmt.Fprintln(w)
	e.unitHistory(w, v.Events)
}

// span writes the days on which an attribute holds.
func span(h units.Held) string {
	if h.To == 0 {
		return "(từ " + h.From.VN() + ")"
	}
	return "(" + h.From.VN() + " – " + h.To.AddDays(-1).VN() + ")"
}

func unitEvents(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "events TỔ_CHỨC", Short: "Các quyết định về một tổ chức, cũ trước", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db unit events 38168053000001 --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUnits(c, func(s *units.Service) error {
				u, err := e.findUnit(c.Context(), s, args[0])
				if err != nil {
					return err
				}
				hs, err := s.Events(c.Context(), e.operator(), u)
				if err != nil {
					return err
				}
				return e.print(hs, func(w io.Writer) { e.unitHistory(w, hs) })
			})
		},
	}
}

func (e *env) unitHistory(w io.Writer, hs []units.Happening) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, h := range hs {
		var names []string
		for _, r := range h.From {
			names = append(names, "từ "+r.Name)
		}
		for _, r := range h.To {
			names = append(names, "vào "+r.Name)
		}
		what := strings.ReplaceAll(strings.Trim(h.Before+" → "+h.After, "→ "), "\n", "; ")
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", h.On.VN(), e.printer().T("unit.event."+string(h.Kind)), h.Decision, what, strings.Join(names, ", "))
	}
	_ = t.Flush()
}
