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
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/docx"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/units"
)

func documentCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "document", Short: "Văn bản và số liệu trong văn bản"}
	c.AddCommand(documentList(e), documentAdd(e), documentShow(e), documentRead(e))
	return c
}

// withDocuments opens the database for one subcommand.
func (e *env) withDocuments(c *cobra.Command, unit string, f func(s *documents.Service, u id.ID) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	u, err := e.findUnit(c.Context(), units.New(st), unit)
	if err != nil {
		return err
	}
	return f(documents.New(st), u)
}

func documentList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list TỔ_CHỨC", Short: "Liệt kê văn bản của một tổ chức, cấp dưới và cấp trên phổ biến xuống", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db document list 38000000000000 --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withDocuments(c, args[0], func(s *documents.Service, u id.ID) error {
				reg, err := s.List(c.Context(), e.operator(), u, documents.Filter{})
				if err != nil {
					return err
				}
				type row struct {
					ID       string `json:"id"`
					Number   string `json:"number"`
					Dated    string `json:"dated"`
					Issuer   string `json:"issuer"`
					Title    string `json:"title"`
					Register string `json:"register"`
				}
				rows := []row{}
				for _, d := range reg.Rows {
					rows = append(rows, row{d.ID.String(), d.Number, d.Dated.String(), d.Issuer, d.Title, d.UnitName})
				}
				return e.print(rows, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, r := range rows {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Number, r.Dated, r.Issuer, r.Title)
					}
					_ = t.Flush()
				})
			})
		},
	}
}

func documentAdd(e *env) *cobra.Command {
	d := document.Document{Spread: true}
	var unit, kind, level, dated, text string
	c := &cobra.Command{
		Use: "add", Short: "Ghi một văn bản vào sổ, với nội dung đọc từ tệp văn bản", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db document add --unit 38000000000000 --kind resolution --level province \\\n" +
			"    --number 20-NQ/TU --issuer 'Tỉnh ủy' --dated 11/01/2024 --title 'Tăng cường phát triển đảng viên' --text nq20.txt",
		RunE: func(c *cobra.Command, _ []string) error {
			on, err := day.Parse(dated)
			if err != nil {
				return err
			}
			d.Kind, d.Level, d.Dated = document.Kind(kind), document.Level(level), on
			body, err := readText(text)
			if err != nil {
				return err
			}
			return e.withDocuments(c, unit, func(s *documents.Service, u id.ID) error {
				d.Unit = u
				made, err := s.Add(c.Context(), e.operator(), documents.Form{Document: d, Text: body})
				if err != nil {
					return err
				}
				return e.print(map[string]string{"id": made.String()}, func(w io.Writer) { _, _ = fmt.Fprintln(w, made) })
			})
		},
	}
	c.Flags().StringVar(&unit, "unit", "", "tổ chức giữ sổ")
	c.Flags().StringVar(&kind, "kind", string(document.Resolution), "thể loại: resolution, directive, plan, conclusion, scheme, letter, guidance, programme, regulation, decision, report")
	c.Flags().StringVar(&level, "level", string(document.Provincial), "cấp ban hành: central, province, upper, grassroots, cell")
	c.Flags().StringVar(&d.Number, "number", "", "số, ký hiệu")
	c.Flags().StringVar(&d.Issuer, "issuer", "", "cơ quan ban hành")
	c.Flags().StringVar(&dated, "dated", "", "ngày ban hành")
	c.Flags().StringVar(&d.Title, "title", "", "trích yếu")
	c.Flags().StringVar(&text, "text", "", "tệp nội dung: .docx hoặc chữ thuần UTF-8")
	_ = c.MarkFlagRequired("dated")
	return c
}

// readText reads a text file that may be taken in; no name is no text.
func readText(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	word := strings.EqualFold(filepath.Ext(name), ".docx")
	if most := map[bool]int64{true: docx.MaxSize, false: document.MaxText}[word]; info.Size() > most {
		return "", fault.E("cli.readText", fault.Invalid, "document.text_too_long", most)
	}
	body, err := os.ReadFile(name)
	if err != nil || !word {
		return string(body), err
	}
	return docx.ReadText(body)
}

// readNumber is one number of a text as JSON.
type readNumber struct {
	Words     string `json:"words"`
	Value     string `json:"value"`
	Kind      string `json:"kind"`
	Indicator string `json:"indicator"`
	Group     string `json:"group,omitempty"`
	PartOf    int    `json:"part_of"`
	Relation  string `json:"relation,omitempty"`
	From      string `json:"from"`
	To        string `json:"to"`
	AsOf      string `json:"as_of,omitempty"`
	Yearly    bool   `json:"yearly"`
}

func documentRead(e *env) *cobra.Command {
	var kind, dated string
	c := &cobra.Command{
		Use: "read TỆP", Short: "Đọc thử các số liệu trong một tệp chữ, không ghi gì và không cần cơ sở dữ liệu", Args: cobra.ExactArgs(1),
		Example: "  ketnap document read nq20.txt --dated 11/01/2024 --json",
		RunE: func(_ *cobra.Command, args []string) error {
			on, err := day.Parse(dated)
			if err != nil {
				return err
			}
			body, err := readText(args[0])
			if err != nil {
				return err
			}
			cs, err := document.Split(body)
			if err != nil {
				return err
			}
			list := []readNumber{}
			for _, r := range document.Read(cs, document.Kind(kind), on) {
				x := readNumber{r.Words, r.Value.String(), string(r.Kind), r.Indicator, r.Group, r.PartOf, string(r.Relation), r.Span.From.String(), r.Span.To.String(), "", r.Span.Yearly}
				if r.Span.AsOf != 0 {
					x.AsOf = r.Span.AsOf.String()
				}
				list = append(list, x)
			}
			return e.print(list, func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, x := range list {
					_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", x.Words, x.Value, x.Kind, x.Indicator, x.Group)
				}
				_ = t.Flush()
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", string(document.Resolution), "thể loại văn bản")
	c.Flags().StringVar(&dated, "dated", "", "ngày ban hành")
	_ = c.MarkFlagRequired("dated")
	return c
}

func documentShow(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Văn bản với số liệu đã xác nhận và các phát hiện", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db document show 7k2f9a --json",
		RunE: func(c *cobra.Command, args []string) error {
			i := id.Parse(args[0])
			if i == 0 {
				return usageError{errors.New("cần id của một văn bản")}
			}
			return e.withDocuments(c, "", func(s *documents.Service, _ id.ID) error {
				v, err := s.View(c.Context(), e.operator(), i)
				if err != nil {
					return err
				}
				list := []checked{}
				for _, f := range v.Findings {
					list = append(list, checked{string(f.Check), string(f.Grade), v.Document.Name(), e.printer().T(string(f.Key), f.Args...), f.Sums, f.ID(), v.Seen[f.ID()].Reason})
				}
				out := map[string]any{"id": i.String(), "name": v.Document.Name(), "title": v.Document.Title, "clauses": len(v.Clauses), "offers": len(v.Offers), "figures": len(v.Figures), "findings": list}
				return e.print(out, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "%s\n%s\n", v.Document.Name(), v.Document.Title)
					for _, f := range v.Figures {
						_, _ = fmt.Fprintf(w, "  %s  %s  %s\n", f.Value, f.Indicator, f.Slice)
					}
					for _, x := range list {
						_, _ = fmt.Fprintf(w, "%s  %s\n", x.Check, x.Text)
					}
				})
			})
		},
	}
}
