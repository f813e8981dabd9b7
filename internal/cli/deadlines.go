package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// deadlinesFlags are the flags of ketnap deadlines.
type deadlinesFlags struct {
	on, unit, tab     string
	recompute, digest bool
	province          int
}

func deadlinesCmd(e *env) *cobra.Command {
	var f deadlinesFlags
	c := &cobra.Command{
		Use:     "deadlines",
		Short:   "Liệt kê việc đến hạn và quá hạn tính đến một ngày; tính lại sau khi đổi quy tắc hoặc ngày nghỉ; gửi thư nhắc việc",
		Example: "  ketnap --db tinh.db deadlines --on 2026-12-31\n  ketnap --db tinh.db deadlines --unit 2k7q1 --list late --json\n  ketnap --db tinh.db deadlines --recompute",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			s := deadlines.New(st)
			switch {
			case f.recompute:
				return e.recompute(c.Context(), s, f.province)
			case f.digest:
				return e.digest(c.Context(), s)
			}
			return e.deadlines(c.Context(), st, s, f)
		},
	}
	c.Flags().StringVar(&f.on, "on", "", "ngày xem, ví dụ 2026-12-31; mặc định: hôm nay")
	c.Flags().StringVar(&f.unit, "unit", "", "mã tổ chức (như trong địa chỉ trang) hoặc 14 số; mặc định: tất cả")
	c.Flags().StringVar(&f.tab, "list", "todo", "danh sách: todo, soon, late, raised, done hoặc open")
	c.Flags().BoolVar(&f.recompute, "recompute", false, "tính lại mọi thời hạn và chỉ ghi chỗ khác")
	c.Flags().IntVar(&f.province, "province", 0, "với --recompute: chỉ một tỉnh (mã tỉnh)")
	c.Flags().BoolVar(&f.digest, "digest", false, "gửi thư nhắc việc của hôm nay (cần biến KETNAP_SMTP)")
	return c
}

// deadlineJSON is one obligation in the JSON output, part of the contract with scripts.
type deadlineJSON struct {
	Person  string `json:"person"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Clock   string `json:"clock"`
	Ref     string `json:"ref,omitempty"`
	What    string `json:"what"`
	Clause  string `json:"clause"`
	Pack    string `json:"pack"`
	Start   string `json:"start"`
	Due     string `json:"due"`
	State   string `json:"state"`
	Left    int    `json:"days_left"`
	Level   int    `json:"levels_up"`
	Closed  string `json:"closed,omitempty"`
	By      string `json:"closed_by,omitempty"`
	Dossier string `json:"dossier,omitempty"`
}

func (e *env) deadlines(ctx context.Context, st *store.Store, s *deadlines.Service, f deadlinesFlags) error {
	on, err := day.Parse(f.on)
	if err != nil || on != 0 && !on.Valid() {
		return usageError{fmt.Errorf("--on phải là một ngày, ví dụ 2026-12-31, không phải %q", f.on)}
	}
	tab := deadlines.Tab(f.tab)
	switch tab {
	case deadlines.Todo, deadlines.Soon, deadlines.Late, deadlines.Raised, deadlines.Done, deadlines.Open:
	default:
		return usageError{fmt.Errorf("--list không có danh sách %q", f.tab)}
	}
	unit, err := e.unitFlag(ctx, st, f.unit)
	if err != nil {
		return err
	}
	lines, err := s.Everything(ctx, e.operator(), unit, deadlines.Filter{Tab: tab, On: on})
	if err != nil {
		return err
	}
	all := []deadlineJSON{}
	for l, err := range lines {
		if err != nil {
			return err
		}
		all = append(all, e.deadline(&l))
	}
	return e.print(all, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, d := range all {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Due, e.stateText(d), d.Name, d.Unit, d.What, d.Clause)
		}
		_ = t.Flush()
		_, _ = fmt.Fprintln(w, e.printer().T("deadline.cli_sum", len(all)))
	})
}

func (e *env) stateText(d deadlineJSON) string {
	days := d.Left
	if days < 0 {
		days = -days
	}
	return e.printer().T("deadline.state."+d.State, days)
}

func (e *env) deadline(l *deadlines.Line) deadlineJSON {
	d := deadlineJSON{Person: l.Person.String(), Name: l.Name, Unit: l.UnitName, Clock: l.Clock, Ref: l.Ref, What: l.Term.Text[e.lang], Clause: l.Term.Source,
		Pack: l.Pack, Start: l.Start.String(), Due: l.Due.String(), State: string(l.State), Left: l.Left, Level: l.Level, Closed: l.Closed.String(), By: l.By}
	if d.What == "" {
		d.What = l.Clock
	}
	if l.Dossier != 0 {
		d.Dossier = l.Dossier.String()
	}
	if l.By == deadline.Ended || l.By == deadline.Waived {
		d.State = map[bool]string{true: string(deadline.Let), false: string(deadline.Done)}[l.By == deadline.Waived]
	}
	return d
}

// unitFlag reads a unit: its id, or its code of 14 digits; empty is everything.
func (e *env) unitFlag(ctx context.Context, st *store.Store, text string) (id.ID, error) {
	if text == "" || text == "0" {
		return 0, nil
	}
	var u id.ID
	err := st.View(ctx, func(tx *store.Tx) (err error) {
		u, err = tx.UnitByCode(strings.ReplaceAll(text, ".", ""))
		return err
	})
	if err == nil && u == 0 {
		u = id.Parse(text)
	}
	if err == nil && u == 0 {
		err = usageError{fmt.Errorf("--unit không phải mã tổ chức: %q", text)}
	}
	return u, err
}

func (e *env) recompute(ctx context.Context, s *deadlines.Service, province int) error {
	began, shown := time.Now(), time.Time{}
	r, err := s.Recompute(ctx, e.operator(), province, func(r deadlines.Recomputed) {
		if time.Since(shown) > time.Second {
			shown = time.Now()
			_, _ = fmt.Fprintf(e.stderr, "\r%s", e.printer().T("deadline.cli_progress", r.People, r.Open))
		}
	})
	if !shown.IsZero() {
		_, _ = fmt.Fprintln(e.stderr)
	}
	if err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	return e.print(map[string]any{"people": r.People, "open": r.Open, "added": r.Added, "changed": r.Changed, "dropped": r.Dropped, "seconds": took}, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, e.printer().T("deadline.cli_recomputed", r.People, r.Open, r.Added, r.Changed, r.Dropped))
	})
}

func (e *env) digest(ctx context.Context, s *deadlines.Service) error {
	if ok, err := mailFromEnv(s); err != nil || !ok {
		return errors.Join(err, usageError{errors.New("chưa đặt biến KETNAP_SMTP, ví dụ smtp://nhac-viec%40xa.gov.vn:matkhau@mail.xa.gov.vn:587?from=nhac-viec@xa.gov.vn")})
	}
	n, err := s.SendDigests(ctx)
	_, _ = fmt.Fprintln(e.stdout, e.printer().T("deadline.cli_sent", n))
	return err
}
