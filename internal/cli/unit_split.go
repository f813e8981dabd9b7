package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/units"
	"ketnap/internal/xlsx"
)

// splitFlags are the flags of unit split beside those of every decision.
type splitFlags struct {
	into             []string
	assign, template string
	principal        string
	keep             bool
}

func unitSplit(e *env) *cobra.Command {
	var a actFlags
	var f splitFlags
	c := &cobra.Command{
		Use: "split TỔ_CHỨC…", Short: "Chia, tách tổ chức: mọi người phải được phân nơi đến",
		Long: "Chia tổ chức thành nhiều tổ chức (tổ chức cũ kết thúc), hoặc tách một phần ra (--keep).\n" +
			"Bảng phân là tệp CSV hay Excel hai cột: id người hoặc id tổ chức trực thuộc, và nơi đến (ref của một --into;\n" +
			"dấu = là ở lại, chỉ khi --keep). --template ghi ra bảng để điền.",
		Example: "  ketnap --db tinh.db unit split 38168053000001 --template phan.csv\n" +
			"  ketnap --db tinh.db unit split 38168053000001 --assign phan.csv --date 01/01/2026 --decision 5-QĐ/ĐU \\\n" +
			"    --into 'ref=a;kind=cell;name=Chi bộ thôn 1A' --into 'ref=b;kind=cell;name=Chi bộ thôn 1B;code=38168053000002'\n" +
			"  ketnap --db tinh.db unit split 38168053000001 --keep --assign phan.csv --into 'ref=n;unit=38168053000007' --date 01/01/2026 --decision 6-QĐ/ĐU",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if (f.assign == "") == (f.template == "") {
				return usageError{errors.New("cần một trong hai: --assign TỆP, hoặc --template TỆP")}
			}
			return e.withUnits(c, func(s *units.Service) error {
				from, err := e.findUnits(c, s, args)
				if err != nil {
					return err
				}
				if f.template != "" {
					return e.splitTemplate(c, s, from, f.template)
				}
				return e.split(c, s, from, f, a)
			})
		},
	}
	fl := c.Flags()
	fl.StringArrayVar(&f.into, "into", nil, "nơi đến (lặp lại được): ref=…;unit=… hoặc ref=…;kind=…;name=…[;parent=…;short=…;code=…;sector=…;location=…;bloc=…,…]")
	fl.StringVar(&f.assign, "assign", "", "bảng phân: id,nơi đến")
	fl.StringVar(&f.template, "template", "", "chỉ ghi ra tệp này bảng phân chưa điền")
	fl.StringVar(&f.principal, "principal", "", "ref của tổ chức kế thừa chính; mặc định là --into đầu tiên")
	fl.BoolVar(&f.keep, "keep", false, "tổ chức cũ còn hoạt động (tách)")
	a.add(c)
	for _, name := range []string{"date", "decision"} {
		fl.Lookup(name).Annotations = nil // a template needs none; split checks the others
	}
	return c
}

func (e *env) split(c *cobra.Command, s *units.Service, from []id.ID, f splitFlags, a actFlags) error {
	act, err := a.act()
	if err != nil {
		return err
	}
	form := units.SplitForm{From: from, Keep: f.keep, Principal: f.principal, Act: act, People: map[id.ID]string{}, Children: map[id.ID]string{}}
	for _, text := range f.into {
		g, err := e.goal(c, s, text)
		if err != nil {
			return err
		}
		form.Into = append(form.Into, g)
	}
	seats, err := s.Seats(c.Context(), e.operator(), from)
	if err != nil {
		return err
	}
	people := map[id.ID]bool{}
	for _, p := range seats {
		people[p.ID] = true
	}
	if err := readAssignment(f.assign, func(i id.ID, ref string) {
		if people[i] {
			form.People[i] = ref
		} else {
			form.Children[i] = ref
		}
	}); err != nil {
		return err
	}
	goals, err := s.Split(c.Context(), e.operator(), form)
	if err != nil {
		return err
	}
	return e.printDone(goals...)
}

// goal reads one --into.
func (e *env) goal(c *cobra.Command, s *units.Service, text string) (units.Goal, error) {
	var g units.Goal
	for part := range strings.SplitSeq(text, ";") {
		k, v, ok := strings.Cut(part, "=")
		v = strings.TrimSpace(v)
		var err error
		switch strings.TrimSpace(k) {
		case "ref":
			g.Ref = v
		case "unit":
			g.Unit, err = e.findUnit(c.Context(), s, v)
		case "parent":
			g.Parent, err = e.findUnit(c.Context(), s, v)
		case "kind":
			g.Kind = org.Kind(v)
		case "name":
			g.Name = v
		case "short":
			g.Short = v
		case "code":
			g.Code = v
		case "location":
			g.Location = v
		case "bloc":
			g.Blocs = strings.Split(v, ",")
		case "sector":
			if g.Sector, err = strconv.Atoi(v); err != nil {
				err = usageError{fmt.Errorf("--into %q: lĩnh vực %q không phải là số", text, v)}
			}
		default:
			ok = false
		}
		if err != nil {
			return g, err
		}
		if !ok {
			return g, usageError{fmt.Errorf("--into %q: không hiểu %q", text, part)}
		}
	}
	return g, nil
}

// readAssignment calls f with every line of an assignment that names a goal.
func readAssignment(name string, f func(i id.ID, ref string)) error {
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	book, err := xlsx.OpenAny(name, file, info.Size(), xlsx.Default)
	if err != nil {
		return err
	}
	for row, err := range book.Rows(0) {
		if err != nil {
			return err
		}
		if len(row.Cells) < 2 || row.Cells[0].Text == "" || strings.EqualFold(row.Cells[0].Text, "id") {
			continue
		}
		i := id.Parse(strings.TrimSpace(row.Cells[0].Text))
		if i == 0 {
			return fmt.Errorf("%s, dòng %d: %q: %w", name, row.Num, row.Cells[0].Text, errAssign)
		}
		if ref := strings.TrimSpace(row.Cells[1].Text); ref != "" {
			f(i, ref)
		}
	}
	return nil
}

// splitTemplate writes the assignment to be filled in: everybody, then the units below.
func (e *env) splitTemplate(c *cobra.Command, s *units.Service, from []id.ID, name string) error {
	seats, err := s.Seats(c.Context(), e.operator(), from)
	if err != nil {
		return err
	}
	rows := [][]string{{"id", "goal", "name", "birth", "stage"}}
	for _, p := range seats {
		rows = append(rows, []string{p.ID.String(), "", p.Name, p.Birth, e.printer().T("stage." + p.Stage.String())})
	}
	for _, u := range from {
		for after, more := "", true; more; more = after != "" {
			page, err := s.Children(c.Context(), e.operator(), u, 0, after)
			if err != nil {
				return err
			}
			for _, n := range page.Nodes {
				rows = append(rows, []string{n.ID.String(), "", n.Name, "", e.printer().T("kind." + string(n.Kind))})
			}
			after = page.Next
		}
	}
	file, err := os.OpenFile(filepath.Clean(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for i := range row {
			row[i] = xlsx.CSVText(row[i])
		}
	}
	w := csv.NewWriter(file)
	err = w.WriteAll(rows)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return e.print(map[string]any{"file": name, "people": len(seats), "rows": len(rows) - 1}, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Đã ghi %s: %d người, %d dòng để phân.\n", name, len(seats), len(rows)-1)
	})
}
