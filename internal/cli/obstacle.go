package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

func obstacleCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "obstacle", Short: "Vướng mắc: nguyên nhân, giải pháp, người chịu trách nhiệm, hạn"}
	c.AddCommand(obstacleList(e))
	return c
}

// obstacleJSON is one obstacle as JSON.
type obstacleJSON struct {
	ID          string `json:"id"`
	Unit        string `json:"unit"`
	Cause       string `json:"cause"`
	Note        string `json:"note,omitempty"`
	Remedy      string `json:"remedy"`
	Responsible string `json:"responsible"`
	Due         string `json:"due"`
	State       string `json:"state"`
	Closed      string `json:"closed,omitempty"`
	Word        string `json:"word,omitempty"`
}

func obstacleList(e *env) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "list TỔ_CHỨC", Short: "Liệt kê vướng mắc của một tổ chức và cấp dưới", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db obstacle list 38000000000000\n  ketnap --db tinh.db obstacle list 38000000000000 --all --json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withTargets(c, args[0], func(_ *store.Store, s *targets.Service, u id.ID) error {
				l, err := s.Obstacles(c.Context(), e.operator(), u, store.ObstacleFilter{})
				if err != nil {
					return err
				}
				if all {
					closed, err := s.Obstacles(c.Context(), e.operator(), u, store.ObstacleFilter{Closed: true})
					if err != nil {
						return err
					}
					l.Rows = append(l.Rows, closed.Rows...)
				}
				return e.printObstacles(l)
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "cả những vướng mắc đã khắc phục")
	return c
}

func (e *env) printObstacles(l targets.Obstacles) error {
	list := []obstacleJSON{}
	for _, o := range l.Rows {
		x := obstacleJSON{ID: o.ID.String(), Unit: o.UnitName, Cause: o.Cause, Note: o.Note, Remedy: o.Remedy, Responsible: o.Responsible, Due: o.Due.String(), State: string(o.On(l.Today)), Word: o.Word}
		if o.Closed != 0 {
			x.Closed = o.Closed.String()
		}
		list = append(list, x)
	}
	return e.print(list, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, x := range list {
			cause := x.Cause
			if h, ok := target.HindranceOf(x.Cause); ok {
				cause = h.Text["vi"]
			}
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", x.Due, e.printer().T("obstacle.state."+x.State), x.Unit, cause, x.Responsible)
		}
		_ = t.Flush()
	})
}
