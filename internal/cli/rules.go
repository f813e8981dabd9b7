package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
)

func rulesCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "rules", Short: "Gói quy tắc: liệt kê, xem, kiểm tra tệp, so sánh, thử trước",
		Long: "Gói quy tắc là các quy định có hiệu lực theo ngày. Không có --db thì dùng gói kèm chương trình, có --db thì tính cả\n" +
			"gói đã sửa trong cơ sở dữ liệu. GÓI là mã (qd208), mã kèm bản (qd208@1) hoặc một ngày (3/2/2026)."}
	c.AddCommand(rulesList(e), rulesShow(e), rulesCheck(e), rulesDiff(e), rulesSimulate(e))
	return c
}

// book is the packs of the database when one is named, else those of the program.
func (e *env) book(c *cobra.Command) (*rule.Book, error) {
	if e.db == "" {
		return rule.Builtin()
	}
	st, err := e.open(c.Context(), true)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	return rules.New(st).Book(c.Context())
}

// pack finds a pack by id, reference or day.
func (e *env) pack(c *cobra.Command, name string) (*rule.Pack, *rule.Book, error) {
	b, err := e.book(c)
	if err != nil {
		return nil, nil, err
	}
	if d, err := day.Parse(name); err == nil && d.Valid() {
		p, err := b.On(d)
		return p, b, err
	}
	p, err := b.Pack(name)
	return p, b, err
}

// packLine is a pack as scripts read it.
type packLine struct {
	Ref   string   `json:"ref"`
	From  day.Date `json:"from"`
	To    day.Date `json:"to"`
	Title string   `json:"title"`
}

func (e *env) packLine(p *rule.Pack) packLine {
	return packLine{p.Ref(), p.From, p.To, e.said(p.Title)}
}

// said is a text of a pack in the language of the command.
func (e *env) said(text map[string]string) string {
	if e.lang == "en" {
		return text["en"]
	}
	return text["vi"]
}

func rulesList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Liệt kê các gói theo ngày", Example: "  ketnap rules list\n  ketnap --db tinh.db rules list --json", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b, err := e.book(c)
			if err != nil {
				return err
			}
			lines := []packLine{}
			for _, p := range b.Packs() {
				lines = append(lines, e.packLine(p))
			}
			return e.print(lines, func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, l := range lines {
					_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.Ref, l.From.VN(), l.To.VN(), l.Title)
				}
				_ = t.Flush()
			})
		},
	}
}

// packView is a pack as scripts read it, whole.
type packView struct {
	packLine
	Values   []rule.Value    `json:"values"`
	Clocks   []rule.Clock    `json:"clocks"`
	Deciders []rule.Decider  `json:"deciders"`
	Steps    []rule.StepRule `json:"steps"`
	Checks   []rule.Check    `json:"checks"`
	Papers   []rule.Paper    `json:"papers"`
	Forms    []rule.FormRule `json:"forms"`
}

func rulesShow(e *env) *cobra.Command {
	var raw bool
	c := &cobra.Command{
		Use: "show GÓI", Short: "Xem các giá trị, thời hạn và kiểm tra của một gói", Args: cobra.ExactArgs(1),
		Example: "  ketnap rules show qd208\n  ketnap rules show 3/2/2026 --json\n  ketnap rules show qd208 --yaml",
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := e.pack(c, args[0])
			if err != nil {
				return err
			}
			if raw {
				text, err := p.YAML()
				if err == nil {
					_, err = e.stdout.Write(text)
				}
				return err
			}
			v := packView{e.packLine(p), p.Values(), p.Clocks(), p.Deciders(), p.AllSteps(), p.Checks(), p.Papers(), p.Forms()}
			return e.print(v, func(w io.Writer) { e.packText(w, p) })
		},
	}
	c.Flags().BoolVar(&raw, "yaml", false, "in nguyên văn YAML, gồm cả phần kế thừa")
	return c
}

func (e *env) packText(w io.Writer, p *rule.Pack) {
	_, _ = fmt.Fprintf(w, "%s  %s – %s  %s\n", p.Ref(), p.From.VN(), p.To.VN(), e.said(p.Title))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, v := range p.Values() {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", v.Key, v, e.said(v.Text), v.Source, e.printer().T("form.sure."+v.Sure))
	}
	for _, k := range p.Clocks() {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", k.Key, k.Written(), e.said(k.Text), k.Source, e.printer().T("form.sure."+k.Sure))
	}
	for _, k := range p.Checks() {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", k.Key, k.Level, e.said(k.Title), k.Source, e.printer().T("form.sure."+k.Sure))
	}
	_ = t.Flush()
}

func rulesCheck(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "check [TỆP]…", Short: "Kiểm tra tệp YAML của gói; không nêu tệp thì mọi gói đang dùng. Hỏng thì nêu dòng và lý do, mã thoát 1",
		Example: "  ketnap rules check\n  ketnap rules check qd300.yaml\n  ketnap --db tinh.db rules check qd208-sua.yaml --json",
		RunE: func(c *cobra.Command, args []string) error {
			b, err := e.book(c)
			if err != nil {
				return err
			}
			lines := []packLine{}
			if len(args) == 0 { // a book that could be read is sound; what was left out of it is said
				for _, p := range b.Packs() {
					lines = append(lines, e.packLine(p))
				}
				if err := e.brokenPacks(c); err != nil {
					return err
				}
			}
			for _, name := range args {
				text, err := os.ReadFile(name)
				if err != nil {
					return fault.E("cli.rulesCheck", fault.NotFound, "rules.no_file", name, err)
				}
				id, err := rule.IDOf(filepath.Base(name), text)
				if err != nil {
					return err
				}
				next := rule.File{Name: filepath.Base(name), Text: text, Revision: len(b.Revisions(id)) + 1}
				if b, err = b.With(next); err != nil {
					return err
				}
				p, err := b.Pack(id)
				if err != nil {
					return err
				}
				lines = append(lines, e.packLine(p))
			}
			return e.print(lines, func(w io.Writer) {
				for _, l := range lines {
					_, _ = fmt.Fprintln(w, e.printer().T("rules.file_fine", l.Ref, l.From))
				}
			})
		},
	}
}

// brokenPacks refuses when the database has a pack that cannot be read: the last good one of it stays in use.
func (e *env) brokenPacks(c *cobra.Command) error {
	if e.db == "" {
		return nil
	}
	st, err := e.open(c.Context(), true)
	if err != nil {
		return err
	}
	defer st.Close()
	bad, err := rules.New(st).Problems(c.Context())
	if err != nil || len(bad) == 0 {
		return err
	}
	return fault.E("cli.brokenPacks", fault.Invalid, "rules.problem", bad[0].Ref, bad[0].Text)
}

func rulesDiff(e *env) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "diff GÓI GÓI", Short: "So sánh hai gói; mã thoát 1 khi có khác biệt", Args: cobra.ExactArgs(2),
		Example: "  ketnap rules diff qd294 qd208\n  ketnap rules diff 1/7/2025 1/8/2026 --all --json",
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := e.pack(c, args[0])
			if err != nil {
				return err
			}
			q, _, err := e.pack(c, args[1])
			if err != nil {
				return err
			}
			cs := rule.Diff(p, q)
			if !all {
				cs = rule.Weighty(cs)
			}
			if cs == nil {
				cs = []rule.Change{}
			}
			if err := e.print(cs, func(w io.Writer) {
				for _, x := range cs {
					before, after := x.From, x.To
					if was, is := rule.Blank(e.said(x.Was)), rule.Blank(e.said(x.Text)); was != "" && was != is {
						before, after = was+" · "+before, is+" · "+after // the words changed, perhaps nothing else
					}
					_, _ = fmt.Fprintf(w, "%s  %s/%s  %s\n", e.printer().T("rules.kind."+x.Kind), x.Section, x.Key, rule.Blank(e.said(x.Text)))
					if x.Before != "" {
						_, _ = fmt.Fprintf(w, "    - %s  (%s)\n", before, x.Before)
					}
					if x.After != "" {
						_, _ = fmt.Fprintf(w, "    + %s  (%s)\n", after, x.After)
					}
				}
			}); err != nil {
				return err
			}
			if len(cs) > 0 {
				return errDifference
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "kể cả chỗ chỉ đổi văn bản căn cứ")
	return c
}

// simulated is an outcome as scripts read it.
type simulated struct {
	Pack     string         `json:"pack"`
	Refused  int            `json:"refused"`
	Warned   int            `json:"warned"`
	Findings []rule.Finding `json:"findings"`
	Steps    []string       `json:"steps"`
	Dues     []simulatedDue `json:"dues"`
}

type simulatedDue struct {
	Clock string   `json:"clock"`
	Start day.Date `json:"start"`
	Due   day.Date `json:"due"`
}

func rulesSimulate(e *env) *cobra.Command {
	var on, step, pack string
	var sets []string
	c := &cobra.Command{
		Use: "simulate --on NGÀY --step BƯỚC [--set TÊN=GIÁ_TRỊ]…", Short: "Thử trước: theo gói nào, kiểm tra nào không đạt; mã thoát 1 khi bị từ chối", Args: cobra.NoArgs,
		Long: "Thử trước một bước mà không ghi gì: nếu chi bộ họp ngày ấy thì theo gói nào, kiểm tra nào không đạt, hạn nào chạy.\n" +
			"--set đặt dữ kiện theo tên dùng trong điều kiện: person.birth, cert.issued, vote.for, dates.ceremony, decider.power…",
		Example: "  ketnap rules simulate --on 3/2/2026 --step cell_vote --set person.birth=15/3/2006 --set person.schooling=4 --set cert.issued=15/1/2020\n" +
			"  ketnap --db tinh.db rules simulate --on 1/9/2026 --step cell_recognise --set dates.ceremony=20/8/2025 --json",
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := dayFlag("on", on)
			if err != nil || d == 0 {
				return errors.Join(err, usageError{errors.New("thiếu --on: ngày của bước, ví dụ 3/2/2026")})
			}
			f := rule.Facts{Step: step, On: d, Today: d}
			for _, s := range sets {
				name, value, ok := strings.Cut(s, "=")
				if !ok {
					return usageError{fmt.Errorf("--set %q: viết dạng tên=giá_trị", s)}
				}
				if err := f.Set(name, value); err != nil {
					return err
				}
			}
			if pack == "" {
				pack = on
			}
			p, _, err := e.pack(c, pack)
			if err != nil {
				return err
			}
			o, err := p.Simulate(f)
			if err != nil {
				return err
			}
			return e.simulated(o)
		},
	}
	c.Flags().StringVar(&on, "on", "", "ngày của bước")
	c.Flags().StringVar(&step, "step", "cell_vote", "mã bước, xem “ketnap rules show --json”")
	c.Flags().StringVar(&pack, "pack", "", "gói khác với gói của ngày")
	c.Flags().StringArrayVar(&sets, "set", nil, "một dữ kiện: tên=giá_trị")
	return c
}

func (e *env) simulated(o rule.Outcome) error {
	r := simulated{Pack: o.Pack.Ref(), Findings: o.Findings}
	for _, f := range o.Findings {
		switch f.Level {
		case rule.Refuse:
			r.Refused++
		case rule.Warn:
			r.Warned++
		case rule.Pass:
		}
	}
	for _, s := range o.Steps {
		r.Steps = append(r.Steps, s.Step)
	}
	for _, d := range o.Dues {
		r.Dues = append(r.Dues, simulatedDue{d.Clock.Key, d.Start, d.Due})
	}
	if err := e.print(r, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s  %s\n", o.Pack.Ref(), e.said(o.Pack.Title))
		for _, f := range o.Findings {
			_, _ = fmt.Fprintf(w, "%s  %s  %s\n", e.printer().T("rules.level_is."+string(f.Level)), f.Check, e.said(f.Text))
		}
		for _, d := range o.Dues {
			_, _ = fmt.Fprintf(w, "%s  %s → %s\n", e.said(d.Clock.Text), d.Start.VN(), d.Due.VN())
		}
	}); err != nil {
		return err
	}
	if r.Refused > 0 {
		return errDifference
	}
	return nil
}
