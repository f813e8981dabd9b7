package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/units"
)

func dossierCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "dossier", Short: "Hồ sơ kết nạp: xem, ghi từng bước, hủy việc ghi nhầm, chuyển gói quy tắc",
		Long: "Xem và ghi hồ sơ kết nạp. NGƯỜI là số định danh 12 chữ số, địa chỉ trang hoặc id; BƯỚC là mã của bước\n(propose, adopt, certify, open, cell_vote, decide, ceremony, recognise…)."}
	c.AddCommand(dossierShow(e), dossierAct(e), dossierUndo(e), dossierRebase(e), dossierList(e))
	return c
}

// withDossier opens the database and finds a person for one subcommand.
func (e *env) withDossier(ctx context.Context, text string, f func(*dossiers.Service, id.ID) error) error {
	st, err := e.open(ctx, false)
	if err != nil {
		return err
	}
	defer st.Close()
	p, err := forms.New(st).Find(ctx, e.operator(), text)
	if err != nil {
		return err
	}
	return f(dossiers.New(st), p)
}

// dossierJSON is a dossier as scripts read it.
type dossierJSON struct {
	Person   string            `json:"person"`
	Name     string            `json:"name"`
	Unit     string            `json:"unit"`
	State    string            `json:"state"`
	Stage    string            `json:"stage"`
	Kind     string            `json:"kind"`
	Pack     string            `json:"pack"`
	Version  int64             `json:"version"`
	Opened   string            `json:"opened"`
	Closed   string            `json:"closed"`
	Joined   string            `json:"joined"`
	PartyAge string            `json:"party_age"`
	Official string            `json:"official"`
	Ends     string            `json:"probation_ends"`
	Next     []string          `json:"next"`
	Beside   []string          `json:"beside"`
	Ways     []string          `json:"ways"`
	Due      map[string]string `json:"due"`
	Acts     []actJSON         `json:"acts"`
}

type actJSON struct {
	Step     string         `json:"step"`
	On       string         `json:"on"`
	No       string         `json:"no,omitempty"`
	Pack     string         `json:"pack"`
	Undone   bool           `json:"undone,omitempty"`
	Reopened bool           `json:"reopened,omitempty"`
	Findings []rule.Finding `json:"findings,omitempty"`
}

func viewJSON(v dossiers.View) dossierJSON {
	d, p := v.Dossier, v.Person
	out := dossierJSON{Person: p.ID.String(), Name: p.Name, Unit: v.Unit.Name, State: string(d.State), Stage: p.Place.Stage.String(), Kind: string(d.Kind), Pack: d.Pin(), Version: d.Version,
		Opened: d.Opened.String(), Closed: d.Closed.String(), Joined: p.Joined.String(), PartyAge: p.PartyAge.String(), Official: p.OfficialOn.String(), Ends: v.Ends.String(), Due: map[string]string{}}
	for _, s := range v.Next {
		out.Next = append(out.Next, string(s))
		if on, _ := v.Due(s); on != 0 {
			out.Due[string(s)] = on.String()
		}
	}
	for _, s := range v.Beside {
		out.Beside = append(out.Beside, string(s))
	}
	for _, s := range v.Ways {
		out.Ways = append(out.Ways, string(s))
	}
	for i := len(v.Lines) - 1; i >= 0; i-- {
		l := v.Lines[i]
		out.Acts = append(out.Acts, actJSON{string(l.Step), l.On.String(), l.No, l.Pack, l.Undone, l.Reopened, l.Findings})
	}
	return out
}

func dossierShow(e *env) *cobra.Command {
	return &cobra.Command{Use: "show NGƯỜI", Short: "Hồ sơ của một người: đang ở bước nào, bước tiếp theo, đã làm gì", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db dossier show 038304000123\n  ketnap --db tinh.db dossier show 038304000123 --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withDossier(c.Context(), args[0], func(s *dossiers.Service, p id.ID) error { return e.showDossier(c.Context(), s, p) })
		}}
}

func (e *env) showDossier(ctx context.Context, s *dossiers.Service, p id.ID) error {
	v, err := s.Get(ctx, e.operator(), p)
	if err != nil {
		return err
	}
	x, t := viewJSON(v), e.printer()
	return e.print(x, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s, %s: %s\n", x.Name, x.Unit, t.T("dstate."+x.State))
		for _, next := range x.Next {
			_, _ = fmt.Fprintf(w, "→ %s %s\n", t.T("step."+next), x.Due[next])
		}
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, a := range x.Acts {
			_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", a.On, t.T("step."+a.Step), a.No, a.Pack)
		}
		_ = tw.Flush()
	})
}

// dossierFlags are an act as it is given on a command line.
type dossierFlags struct {
	on, dated, no, details, unit, helper, vote, key string
	by, reason, text, route, body, to               string
	introducers, accept                             []string
	check                                           bool
}

func dossierAct(e *env) *cobra.Command {
	var f dossierFlags
	c := &cobra.Command{Use: "act NGƯỜI BƯỚC", Short: "Ghi một bước, hoặc chỉ kiểm tra (--check)", Args: cobra.ExactArgs(2),
		Example: "  ketnap --db tinh.db dossier act 038304000123 adopt --on 03/02/2024 --no 12-NQ/CB --helper 038082000111\n" +
			"  ketnap --db tinh.db dossier act 038304000123 cell_vote --on 03/02/2025 --no 5-NQ/CB --vote 9,0,9,9,9,9,8 --check --json",
		RunE: func(c *cobra.Command, args []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			return e.recordAct(c.Context(), st, f, args)
		}}
	fl := c.Flags()
	fl.StringVar(&f.on, "on", "", "ngày làm việc đó")
	fl.StringVar(&f.no, "no", "", "số nghị quyết, quyết định, giấy chứng nhận")
	fl.StringVar(&f.dated, "dated", "", "ngày ký văn bản")
	fl.StringVar(&f.vote, "vote", "", "bảy số: chính thức,trừ,triệu tập,có mặt,phát ra,hợp lệ,tán thành")
	fl.StringVar(&f.helper, "helper", "", "đảng viên giúp đỡ")
	fl.StringArrayVar(&f.introducers, "introducer", nil, "đảng viên giới thiệu, kèm ngày cùng đơn vị: NGƯỜI@NGÀY; lặp lại được")
	fl.StringVar(&f.route, "route", "", "diện giới thiệu: a, b, c")
	fl.StringVar(&f.by, "by", "", "ai đề xuất, cho ý kiến, từ chối")
	fl.StringVar(&f.body, "body", "", "tên tổ chức")
	fl.StringVar(&f.to, "to", "", "làm lại từ bước nào; out: chuyển ra ngoài tỉnh")
	fl.StringVar(&f.reason, "reason", "", "lý do")
	fl.StringVar(&f.text, "text", "", "nội dung")
	fl.StringVar(&f.unit, "unit", "", "tổ chức chuyển đến, hoặc cơ quan quyết định")
	fl.StringVar(&f.details, "details", "", "các chi tiết khác, dạng JSON")
	fl.StringArrayVar(&f.accept, "accept", nil, "mã cảnh báo đã cân nhắc và vẫn làm; lặp lại được")
	fl.StringVar(&f.key, "once", "", "khóa: cùng khóa thì chỉ ghi một lần")
	fl.BoolVar(&f.check, "check", false, "chỉ kiểm tra, không ghi")
	return c
}

func (e *env) recordAct(ctx context.Context, st *store.Store, f dossierFlags, args []string) error {
	form, err := e.actForm(ctx, st, f, args)
	if err != nil {
		return err
	}
	s := dossiers.New(st)
	if f.check {
		found, err := s.Preview(ctx, e.operator(), form)
		if err != nil {
			return err
		}
		return e.findings(found)
	}
	r, err := s.Act(ctx, e.operator(), form)
	if err != nil {
		return err
	}
	out := map[string]any{"dossier": r.Dossier.String(), "version": r.Version, "state": string(r.State), "moved": r.Movement != 0, "findings": r.Findings}
	return e.print(out, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("dstate."+string(r.State))) })
}

// findings prints what the rules found, and ends with a difference when something stands in the way.
func (e *env) findings(found []rule.Finding) error {
	refused := false
	for _, f := range found {
		refused = refused || f.Level == rule.Refuse
	}
	err := e.print(map[string]any{"findings": found, "refused": refused}, func(w io.Writer) {
		for _, f := range found {
			_, _ = fmt.Fprintf(w, "%-6s %s  %s  [%s]\n", f.Level, f.Check, f.Text[e.lang], f.Clause)
		}
	})
	if err == nil && refused {
		err = errDifference
	}
	return err
}

// actForm reads an act from the command line.
func (e *env) actForm(ctx context.Context, st *store.Store, f dossierFlags, args []string) (dossiers.ActForm, error) {
	form := dossiers.ActForm{Version: dossiers.AnyVersion, Step: dossier.Step(args[1]), No: f.no, Accept: f.accept, Key: f.key}
	find := func(text string, to *id.ID) error {
		if text == "" {
			return nil
		}
		i, err := forms.New(st).Find(ctx, e.operator(), text)
		*to = i
		return err
	}
	if f.details != "" {
		if err := json.Unmarshal([]byte(f.details), &form.Details); err != nil {
			return form, usageError{fmt.Errorf("--details: %w", err)}
		}
	}
	x := &form.Details
	for to, value := range map[*string]string{&x.By: f.by, &x.Reason: f.reason, &x.Text: f.text, &x.Route: f.route, &x.Body: f.body, &x.To: f.to} {
		if value != "" {
			*to = value
		}
	}
	err := errors.Join(find(args[0], &form.Person), find(f.helper, &x.Helper), actDay(f.on, &form.On), actDay(f.dated, &form.Dated), voteFlag(f.vote, x))
	if err == nil && f.unit != "" {
		var u id.ID
		u, err = unitOf(ctx, e, st, f.unit)
		form.Unit = u
	}
	for _, text := range f.introducers {
		who, since, _ := strings.Cut(text, "@")
		in := dossier.Introducer{}
		if err == nil {
			err = errors.Join(find(who, &in.Member), actDay(since, &in.Since))
		}
		x.Introducers = append(x.Introducers, in)
	}
	return form, err
}

// unitOf is findUnit for a command that opened the database for something else.
func unitOf(ctx context.Context, e *env, st *store.Store, text string) (id.ID, error) {
	return e.findUnit(ctx, units.New(st), text)
}

func actDay(text string, to *day.Date) error {
	if text == "" {
		return nil
	}
	d, err := day.Parse(text)
	*to = d
	return err
}

func voteFlag(text string, x *dossier.Details) error {
	if text == "" {
		return nil
	}
	var v dossier.Vote
	to := []*int{&v.Officials, &v.Excluded, &v.Summoned, &v.Present, &v.Issued, &v.Valid, &v.For}
	parts := strings.Split(text, ",")
	if len(parts) != len(to) {
		return usageError{errors.New("--vote: cần đúng bảy số, cách nhau bằng dấu phẩy")}
	}
	for i, p := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil {
			return usageError{fmt.Errorf("--vote: %w", err)}
		}
		*to[i] = n
	}
	x.Vote = &v
	return nil
}
