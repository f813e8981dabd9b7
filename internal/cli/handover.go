package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/forms"
	"ketnap/internal/handover"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

func handoverCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "handover", Short: "Bàn giao người đang được bồi dưỡng, xem xét giữa hai tổ chức: đề nghị, nhận, từ chối, rút",
		Long: "Bàn giao một người chưa là đảng viên từ tổ chức này sang tổ chức khác; người đó tiếp tục ở đúng bước đang làm.\n" +
			"NGƯỜI là số định danh 12 chữ số, địa chỉ trang hoặc id; LƯỢT là id của lần bàn giao (handover list)."}
	c.AddCommand(handoverOffer(e), handoverList(e), handoverAccept(e), handoverEnd(e, "refuse", "Từ chối nhận, kèm lý do"), handoverEnd(e, "withdraw", "Rút lại đề nghị, kèm lý do"))
	return c
}

func (e *env) withHandovers(ctx context.Context, f func(*store.Store, *handovers.Service) error) error {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(st, handovers.New(st))
}

func handoverOffer(e *env) *cobra.Command {
	var f handovers.Form
	var on string
	var papers []string
	c := &cobra.Command{Use: "offer NGƯỜI", Short: "Đề nghị bàn giao; chưa biết nơi nhận thì để trống --to và ghi --place", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db handover offer 038206000123 --to 99002000000000 --reason school --on 30/08/2024 --paper 53=3-CN/ĐU@30/08/2024",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withHandovers(c.Context(), func(st *store.Store, s *handovers.Service) error {
				var err error
				if f.Person, err = forms.New(st).Find(c.Context(), e.operator(), args[0]); err != nil {
					return err
				}
				if err := actDay(on, &f.On); err != nil {
					return err
				}
				for _, text := range papers {
					p, err := handoverPaper(text)
					if err != nil {
						return err
					}
					f.Papers = append(f.Papers, p)
				}
				made, err := s.Offer(c.Context(), e.operator(), f)
				if err != nil && fault.TextOf(err).Key != "once.done" { // what the key did before is told again
					return err
				}
				return e.print(map[string]string{"id": made.String()}, func(w io.Writer) { _, _ = fmt.Fprintln(w, made) })
			})
		}}
	fl := c.Flags()
	fl.StringVar(&f.To, "to", "", "mã 14 chữ số hoặc id của tổ chức nhận; để trống: cấp trên tìm")
	fl.StringVar(&f.Place, "place", "", "nơi đến, khi chưa biết tổ chức nào nhận")
	fl.StringVar(&f.Reason, "reason", "", "vì sao: "+strings.Join(handover.Reasons, ", "))
	fl.StringVar(&on, "on", "", "ngày đề nghị")
	fl.StringVar(&f.Note, "note", "", "ghi chú")
	fl.StringVar(&f.Key, "once", "", "khóa: cùng khóa thì chỉ ghi một lần")
	fl.StringArrayVar(&papers, "paper", nil, "giấy tờ gửi kèm: LOẠI=SỐ@NGÀY; lặp lại được")
	return c
}

// handoverPaper reads "53=3-CN/ĐU@30/08/2024": kind of the catalogue, number, day.
func handoverPaper(text string) (handover.Paper, error) {
	kind, rest, ok := strings.Cut(text, "=")
	code, err := strconv.Atoi(strings.TrimSpace(kind))
	if !ok || err != nil {
		return handover.Paper{}, usageError{fmt.Errorf("--paper %q: LOẠI=SỐ@NGÀY", text)}
	}
	no, dated, _ := strings.Cut(rest, "@")
	p := handover.Paper{Code: code, No: strings.TrimSpace(no)}
	return p, actDay(dated, &p.Dated)
}

// offerJSON is a hand-over as scripts read it.
type offerJSON struct {
	ID      string `json:"id"`
	Person  string `json:"person"`
	Name    string `json:"name"`
	Stage   string `json:"stage"`
	From    string `json:"from"`
	Desk    string `json:"desk"`
	State   string `json:"state"`
	Offered string `json:"offered"`
	Days    int    `json:"days"`
}

func handoverList(e *env) *cobra.Command {
	var unit, side string
	c := &cobra.Command{Use: "list", Short: "Các lần bàn giao của một tổ chức và cấp dưới: chờ nhận, gửi đi, đã xong", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db handover list --unit 99002000000000\n  ketnap --db tinh.db handover list --unit 99001000000000 --side out --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withHandovers(c.Context(), func(st *store.Store, s *handovers.Service) error {
				u, err := unitOf(c.Context(), e, st, unit)
				if err != nil {
					return err
				}
				l, err := s.List(c.Context(), e.operator(), u, side)
				if err != nil {
					return err
				}
				rows := []offerJSON{}
				for _, r := range l.Rows {
					rows = append(rows, offerJSON{r.ID.String(), r.Person.String(), r.Name, r.Stage.String(), r.FromName, r.DeskName, string(r.State), r.Offered.String(), r.Waiting(l.Today)})
				}
				return e.print(map[string]any{"rows": rows}, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, r := range rows {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s → %s\t%s\t%s\n", r.ID, r.Name, r.From, r.Desk, r.Offered, e.printer().T("handover.state."+r.State))
					}
					_ = t.Flush()
				})
			})
		}}
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức")
	c.Flags().StringVar(&side, "side", handovers.In, "phía: in (chờ nhận), out (gửi đi), closed (đã xong)")
	_ = c.MarkFlagRequired("unit")
	return c
}

func handoverAccept(e *env) *cobra.Command {
	var into, on string
	c := &cobra.Command{Use: "accept LƯỢT", Short: "Nhận người vào một tổ chức thuộc nơi nhận", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db handover accept 2xb6znkrelmp --into 99002000000001 --on 01/09/2024",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withHandovers(c.Context(), func(st *store.Store, s *handovers.Service) error {
				var u id.ID
				var d day.Date
				var err error
				if into != "" {
					u, err = unitOf(c.Context(), e, st, into)
				}
				if err == nil {
					err = actDay(on, &d)
				}
				if err == nil {
					err = s.Accept(c.Context(), e.operator(), id.Parse(args[0]), u, d)
				}
				return e.handedOver(err, "nhan")
			})
		}}
	c.Flags().StringVar(&into, "into", "", "mã 14 chữ số hoặc id của chi bộ nhận; để trống: chính tổ chức được đề nghị")
	c.Flags().StringVar(&on, "on", "", "ngày nhận")
	return c
}

// handoverEnd answers no: the receiving side refuses, the giving side withdraws.
func handoverEnd(e *env, name, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: name + " LƯỢT", Short: short, Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db handover " + name + " 2xb6znkrelmp --reason 'không cư trú tại xã'",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withHandovers(c.Context(), func(_ *store.Store, s *handovers.Service) error {
				if name == "refuse" {
					return e.handedOver(s.Refuse(c.Context(), e.operator(), id.Parse(args[0]), reason), "tu-choi")
				}
				return e.handedOver(s.Withdraw(c.Context(), e.operator(), id.Parse(args[0]), reason), "rut")
			})
		}}
	c.Flags().StringVar(&reason, "reason", "", "lý do")
	return c
}

// handedOver says what was done.
func (e *env) handedOver(err error, did string) error {
	if err != nil {
		return err
	}
	return e.print(map[string]bool{"done": true}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("handover.did."+did)) })
}
