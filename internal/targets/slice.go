package targets

import (
	"cmp"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// sliceResult counts an indicator for one group of a unit in the year up to the sheet's day.
func sliceResult(tx *store.Tx, scope access.Scope, sh *Sheet, t target.Target) (int64, error) {
	group, ok := target.ParseGroup(t.Slice)
	i, known := target.IndicatorOf(t.Indicator)
	if !ok || !known {
		return 0, nil
	}
	slice, single := group.Slice()
	if !single {
		c := counter{scope: scope, causes: i.Causes, group: group, period: day.Period{From: day.Of(sh.Year, 1, 1), To: sh.AsOf}}
		return c.fromMovements(tx)
	}
	var n int64
	from, to := day.MonthOf(sh.Year, 1), sh.AsOf.MonthOf()
	for _, c := range i.Causes {
		counts, err := tx.Counted(scope, ledger.Happened(c), from, to)
		if err != nil {
			return 0, err
		}
		n += counts[slice]
	}
	return n, nil
}

func sortLines(ls []Line) {
	slices.SortFunc(ls, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Target.Indicator, b.Target.Indicator), cmp.Compare(a.Target.Slice, b.Target.Slice))
	})
}
