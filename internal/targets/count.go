package targets

import (
	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Count returns what the records say of an indicator and slice of a scope in whole months. ok is false for what the program
// does not count itself, and for days inside a month.
func Count(tx *store.Tx, scope access.Scope, indicator, slice string, p day.Period) (n int64, ok bool, err error) {
	i, known := target.IndicatorOf(indicator)
	s, kept := ledger.ParseSlice(slice)
	if !known || !kept || p.To == 0 || p.From != p.From.MonthOf().First() || p.To != p.To.MonthOf().Last() {
		return 0, false, nil
	}
	for _, c := range i.Causes {
		counts, err := tx.Counted(scope, ledger.Happened(c), p.From.MonthOf(), p.To.MonthOf())
		if err != nil {
			return 0, false, err
		}
		n += counts[s]
	}
	return n, true, nil
}
