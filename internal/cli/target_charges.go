package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/targets"
)

// chargeJSON is what one member of a committee answers for as JSON.
type chargeJSON struct {
	Name  string   `json:"name"`
	Post  string   `json:"post,omitempty"`
	Units []string `json:"units"`
	Goal  int64    `json:"goal"`
	Done  int64    `json:"done"`
}

func targetCharges(e *env) *cobra.Command {
	var year int
	c := &cobra.Command{
		Use: "charges TỔ_CHỨC", Short: "Kết quả theo cấp ủy viên phụ trách", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db target charges 38000000000000 --year 2026 --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withTargets(c, args[0], func(_ *store.Store, s *targets.Service, u id.ID) error {
				l, err := s.Charges(c.Context(), e.operator(), u, year)
				if err != nil {
					return err
				}
				list := []chargeJSON{}
				for _, p := range l.People {
					x := chargeJSON{Name: p.Name, Post: p.Post, Goal: p.Least, Done: p.Done}
					for _, u := range p.Units {
						x.Units = append(x.Units, u.UnitName)
					}
					list = append(list, x)
				}
				return e.print(list, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, x := range list {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\n", x.Name, x.Post, len(x.Units), x.Goal, x.Done)
					}
					_ = t.Flush()
				})
			})
		},
	}
	c.Flags().IntVar(&year, "year", 0, "năm; mặc định năm nay")
	return c
}
