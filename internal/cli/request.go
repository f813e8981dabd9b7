package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/fault"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

func requestCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "request", Short: "Yêu cầu của người có dữ liệu: ghi nhận, xem, phản hồi, gia hạn, thực hiện, từ chối",
		Long: "YÊU_CẦU là id (request list). Thực hiện yêu cầu xóa là xóa hẳn dữ liệu của người đó; người đó phải đã ra khỏi nguồn và không có hồ sơ đang mở."}
	c.AddCommand(requestReceive(e), requestList(e), requestStep(e, subjects.Answer, "Ghi đã phản hồi"), requestStep(e, subjects.Extend, "Gia hạn, một lần"),
		requestStep(e, subjects.Grant, "Đã thực hiện; yêu cầu xóa: xóa hẳn dữ liệu"), requestStep(e, subjects.Refuse, "Không thực hiện"))
	return c
}

func (e *env) withSubjects(ctx context.Context, f func(*store.Store, *subjects.Service) error) error {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(st, subjects.New(st))
}

func requestReceive(e *env) *cobra.Command {
	var f subjects.Form
	var kind, on string
	c := &cobra.Command{Use: "receive NGƯỜI", Short: "Ghi nhận một yêu cầu; thời hạn tính từ ngày nhận", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db request receive 038206000123 --kind delete --asked 'Đề nghị xóa dữ liệu của tôi'",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withSubjects(c.Context(), func(st *store.Store, s *subjects.Service) (err error) {
				if f.Person, err = forms.New(st).Find(c.Context(), e.operator(), args[0]); err != nil {
					return err
				}
				f.Kind, f.On = subject.Kind(kind), st.Today()
				if err := actDay(on, &f.On); err != nil {
					return err
				}
				made, err := s.Receive(c.Context(), e.operator(), f)
				if err != nil {
					return err
				}
				return e.print(map[string]string{"id": made.String()}, func(w io.Writer) { _, _ = fmt.Fprintln(w, made) })
			})
		}}
	c.Flags().StringVar(&kind, "kind", "", "loại: access, copy, correct, withdraw, restrict, object, delete")
	c.Flags().StringVar(&on, "on", "", "ngày nhận; mặc định: hôm nay")
	c.Flags().StringVar(&f.Asked, "asked", "", "lời của người yêu cầu")
	c.Flags().StringVar(&f.Key, "once", "", "khóa: cùng khóa thì chỉ ghi một lần")
	return c
}

// requestJSON is a request as scripts read it; its words are personal data and are read on the page.
type requestJSON struct {
	ID       string `json:"id"`
	Person   string `json:"person"`
	Unit     string `json:"unit"`
	Kind     string `json:"kind"`
	State    string `json:"state"`
	Received string `json:"received"`
	AnswerBy string `json:"answer_by"`
	DoneBy   string `json:"done_by"`
	Closed   string `json:"closed"`
	Late     bool   `json:"late"`
}

func requestList(e *env) *cobra.Command {
	var unit string
	var closed bool
	c := &cobra.Command{Use: "list", Short: "Yêu cầu đang mở, sắp theo hạn; với --closed: đã kết thúc", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db request list --unit 38000000000000",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withSubjects(c.Context(), func(st *store.Store, s *subjects.Service) error {
				u, err := unitOf(c.Context(), e, st, unit)
				if err != nil {
					return err
				}
				l, err := s.List(c.Context(), e.operator(), u, closed)
				if err != nil {
					return err
				}
				rows := []requestJSON{}
				for _, r := range l.Rows {
					rows = append(rows, requestJSON{r.ID.String(), r.Person.String(), r.UnitName, string(r.Kind), string(r.State), r.Received.String(), r.AnswerBy.String(), r.DoneBy.String(), r.Closed.String(), r.Late(l.Today)})
				}
				return e.print(rows, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, r := range rows {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.ID, e.printer().T("request.kind."+r.Kind), e.printer().T("request.state."+r.State), r.Unit, r.DoneBy)
					}
					_ = t.Flush()
				})
			})
		}}
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức")
	c.Flags().BoolVar(&closed, "closed", false, "các yêu cầu đã kết thúc")
	_ = c.MarkFlagRequired("unit")
	return c
}

func requestStep(e *env, step subjects.Step, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: string(step) + " YÊU_CẦU", Short: short + ", kèm lý do", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db request " + string(step) + " 2xc6fk2s93wig --reason 'đã báo qua điện thoại'",
		RunE: func(c *cobra.Command, args []string) error {
			i := id.Parse(args[0])
			if i == 0 {
				return fault.E("cli.requestStep", fault.NotFound, "request.notfound")
			}
			return e.withSubjects(c.Context(), func(_ *store.Store, s *subjects.Service) error {
				if err := s.Decide(c.Context(), e.operator(), i, step, reason); err != nil {
					return err
				}
				return e.print(map[string]string{"id": i.String()}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("request.did."+string(step))) })
			})
		}}
	c.Flags().StringVar(&reason, "reason", "", "nội dung phản hồi hoặc lý do")
	return c
}
