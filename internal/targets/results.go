package targets

import (
	"maps"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

type resultKey struct {
	unit      id.ID
	indicator string
	year      int
}

// results counts each indicator for units in a year up to a day and in the whole year before.
func results(tx *store.Tx, scope access.Scope, units []org.Unit, year int, asOf day.Date) (map[resultKey]int64, error) {
	done := map[resultKey]int64{}
	tallied, deep := split(units)
	for province, ids := range tallied {
		var spans []store.Span
		var keys []resultKey
		for _, i := range target.Indicators {
			for _, c := range i.Causes {
				for y, to := range map[int]day.Month{year - 1: day.MonthOf(year-1, 12), year: asOf.MonthOf()} {
					spans, keys = append(spans, store.Span{Measure: ledger.Happened(c), From: day.MonthOf(y, 1), To: to}), append(keys, resultKey{0, i.Code, y})
				}
			}
		}
		if err := tx.FigureSums(province, ids, spans, func(u id.ID, sums []int64) {
			for n, k := range keys {
				k.unit = u
				done[k] += sums[n]
			}
		}); err != nil {
			return nil, err
		}
	}
	if len(deep) == 0 {
		return done, nil
	}
	err := happened(tx, scope, deep, day.MonthOf(year-1, 1).First(), asOf, func(u id.ID, indicator string, m day.Month, n int64) {
		done[resultKey{u, indicator, m.Year()}] += n
	})
	return done, err
}

// split parts units into those with counters, by province, and those that are counted from their movements.
func split(units []org.Unit) (tallied map[int][]id.ID, deep []org.Unit) {
	tallied = map[int][]id.ID{}
	for _, u := range units {
		if u.Tallied() {
			tallied[u.Province()] = append(tallied[u.Province()], u.ID)
		} else {
			deep = append(deep, u)
		}
	}
	return tallied, deep
}

// happened calls add with what the indicators count for units, by month, from the first day of a month to a day.
func happened(tx *store.Tx, scope access.Scope, units []org.Unit, from, asOf day.Date, add func(u id.ID, indicator string, m day.Month, n int64)) error {
	of := map[ledger.Measure][]string{}
	for _, i := range target.Indicators {
		for _, c := range i.Causes {
			of[ledger.Happened(c)] = append(of[ledger.Happened(c)], i.Code)
		}
	}
	each := func(u id.ID, measure ledger.Measure, m day.Month, n int64) {
		for _, code := range of[measure] {
			add(u, code, m, n)
		}
	}
	tallied, deep := split(units)
	for province, ids := range tallied {
		if err := tx.Figures(province, ids, slices.Collect(maps.Keys(of)), from.MonthOf(), asOf.MonthOf(), func(f store.Figure) { each(f.Unit, f.Measure, f.Month, f.N) }); err != nil {
			return err
		}
	}
	if len(deep) == 0 {
		return nil
	}
	return tx.SubtreeMovements(scope, from, asOf, func(m *store.PathMovement) {
		t := ledger.Tally{}
		for _, u := range deep {
			if a, b := strings.HasPrefix(m.FromPath, u.Path), strings.HasPrefix(m.ToPath, u.Path); a || b {
				t.Add(u.ID, m.Movement, a, b)
			}
		}
		for k, c := range t {
			each(k.Unit, k.Measure, k.Month, c[ledger.SliceAll])
		}
	})
}
