package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/targets"
)

// stepJSON is one part of a year as JSON.
type stepJSON struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Plan    int64  `json:"plan"`
	Done    int64  `json:"done"`
	Planned int64  `json:"planned"` // with all parts before
	Sum     int64  `json:"sum"`
	State   string `json:"state"`
}

func targetSteps(e *env) *cobra.Command {
	var f targetFlags
	var set string
	drop := false
	c := &cobra.Command{
		Use: "steps TỔ_CHỨC", Short: "Kế hoạch theo tháng hoặc quý của chỉ tiêu; --set để ghi", Args: cobra.ExactArgs(1),
		Long: "Cho biết mỗi tháng hoặc quý đặt bao nhiêu, đạt bao nhiêu, tính riêng và lũy kế.\n--set ghi 4 số (quý) hoặc 12 số (tháng), cộng lại bằng chỉ tiêu năm; --drop bỏ kế hoạch đang có.",
		Example: "  ketnap --db tinh.db target steps 38168000000000 --year 2026 --json\n" +
			"  ketnap --db tinh.db target steps 38168000000000 --year 2026 --set 10,20,15,16",
		RunE: func(c *cobra.Command, args []string) error {
			parts, grain, err := stepParts(set)
			if err != nil {
				return err
			}
			return e.withTargets(c, args[0], func(_ *store.Store, s *targets.Service, u id.ID) error {
				v, err := s.Steps(c.Context(), e.operator(), u, f.year, f.indicator)
				if err != nil {
					return err
				}
				if set != "" || drop {
					form := targets.StepForm{Unit: u, Year: v.Year, Indicator: v.Line(), Grain: grain, Parts: parts, Seen: v.Steps.ID}
					if err := s.SetSteps(c.Context(), e.operator(), form); err != nil {
						return err
					}
					if v, err = s.Steps(c.Context(), e.operator(), u, f.year, f.indicator); err != nil {
						return err
					}
				}
				return e.printSteps(v)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&set, "set", "", "4 số theo quý hoặc 12 số theo tháng, cách nhau bằng dấu phẩy")
	c.Flags().BoolVar(&drop, "drop", false, "bỏ kế hoạch đang có")
	c.MarkFlagsMutuallyExclusive("set", "drop")
	return c
}

// stepParts reads the numbers of --set: as many as quarters or months.
func stepParts(text string) (parts []int64, grain target.Grain, err error) {
	if text == "" {
		return nil, target.ByQuarter, nil
	}
	for s := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil {
			return nil, "", usageError{fmt.Errorf("--set: không đọc được số %q", s)}
		}
		parts = append(parts, n)
	}
	for _, g := range target.Grains {
		if g.Parts() == len(parts) {
			return parts, g, nil
		}
	}
	return nil, "", usageError{fmt.Errorf("--set: cần 4 số theo quý hoặc 12 số theo tháng, không phải %d", len(parts))}
}

func (e *env) printSteps(v targets.StepView) error {
	list := []stepJSON{}
	if len(v.Steps.Parts) > 0 {
		for _, x := range v.Steps.Stand(v.Done, v.AsOf) {
			list = append(list, stepJSON{x.Period.From.String(), x.Period.To.String(), x.Plan, x.Done, x.Planned, x.Sum, string(x.State)})
		}
	}
	return e.print(list, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
		for _, x := range list {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%s\t\n", x.From, x.To, x.Plan, x.Done, x.Planned, x.Sum, x.State)
		}
		_ = t.Flush()
	})
}
