package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
)

func dossierUndo(e *env) *cobra.Command {
	var reason, key string
	c := &cobra.Command{Use: "undo NGƯỜI", Short: "Hủy việc ghi cuối cùng của hồ sơ, kèm lý do", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db dossier undo 038304000123 --reason 'ghi nhầm người'",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withDossier(c.Context(), args[0], func(s *dossiers.Service, p id.ID) error {
				f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: dossier.Undo, Key: key}
				f.Details.Reason = reason
				if _, err := s.Act(c.Context(), e.operator(), f); err != nil {
					return err
				}
				return e.showDossier(c.Context(), s, p)
			})
		}}
	c.Flags().StringVar(&reason, "reason", "", "lý do")
	c.Flags().StringVar(&key, "once", "", "khóa: cùng khóa thì chỉ ghi một lần")
	return c
}

func dossierRebase(e *env) *cobra.Command {
	var to string
	var yes bool
	c := &cobra.Command{Use: "rebase NGƯỜI", Short: "Xem chuyển sang gói quy tắc khác thì đổi gì; --yes để chuyển", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db dossier rebase 038304000123 --to qd294@1\n  ketnap --db tinh.db dossier rebase 038304000123 --to qd294@1 --yes",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withDossier(c.Context(), args[0], func(s *dossiers.Service, p id.ID) error {
				r, err := s.Rebasing(c.Context(), e.operator(), p, to)
				if err != nil {
					return err
				}
				if yes {
					if _, err := s.Rebase(c.Context(), e.operator(), p, r.View.Dossier.Version, to, "", ""); err != nil {
						return err
					}
				}
				return e.rebased(r, yes)
			})
		}}
	c.Flags().StringVar(&to, "to", "", "gói quy tắc (mã@bản)")
	c.Flags().BoolVar(&yes, "yes", false, "chuyển thật")
	return c
}

type changeJSON struct {
	Kind   string `json:"kind"`
	What   string `json:"what"`
	Key    string `json:"key"`
	Text   string `json:"text"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

func (e *env) rebased(r dossiers.Rebase, done bool) error {
	var changes []changeJSON
	for _, x := range r.Changes {
		changes = append(changes, changeJSON{string(x.Kind), x.What, x.Key, x.Text[e.lang], x.Before, x.After})
	}
	return e.print(map[string]any{"from": r.From, "to": r.To, "packs": r.Packs, "changes": changes, "done": done}, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s → %s\n", r.From, r.To)
		for _, c := range changes {
			_, _ = fmt.Fprintf(w, "%-8s %s: %s  %s → %s\n", e.printer().T("dossier.rebase."+c.Kind), c.What, c.Text, c.Before, c.After)
		}
	})
}

func dossierList(e *env) *cobra.Command {
	var unit, state string
	var limit int
	c := &cobra.Command{Use: "list", Short: "Hồ sơ của một tổ chức theo bước, để lâu nhất trước", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db dossier list --unit 38168000000000 --json\n  ketnap --db tinh.db dossier list --state s7",
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			var u id.ID
			if unit != "" {
				if u, err = unitOf(c.Context(), e, st, unit); err != nil {
					return err
				}
			}
			var f dossiers.Filter
			if state != "" {
				f.States = []dossier.State{dossier.State(state)}
			}
			l, err := dossiers.New(st).List(c.Context(), e.operator(), u, f, "", limit)
			if err != nil {
				return err
			}
			return e.listed(l)
		}}
	c.Flags().StringVar(&unit, "unit", "", "tổ chức; mặc định: tất cả")
	c.Flags().StringVar(&state, "state", "", "chỉ một bước (s0…s15, dropped…); mặc định: đang làm")
	c.Flags().IntVar(&limit, "limit", 200, "nhiều nhất bao nhiêu dòng")
	return c
}

func (e *env) listed(l dossiers.List) error {
	type row struct {
		Person string `json:"person"`
		Name   string `json:"name"`
		Unit   string `json:"unit"`
		State  string `json:"state"`
		Since  string `json:"since"`
	}
	rows := []row{}
	for _, r := range l.Page.Rows {
		rows = append(rows, row{r.Dossier.Person.String(), r.Name, r.UnitName, string(r.Dossier.State), r.Dossier.Moved.String()})
	}
	board := map[string]int64{}
	for _, c := range l.Board {
		board[string(c.State)] = c.N
	}
	return e.print(map[string]any{"board": board, "rows": rows}, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, r := range rows {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Since, e.printer().T("dstate."+r.State), r.Name, r.Unit)
		}
		_ = t.Flush()
	})
}
