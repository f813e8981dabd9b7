package targets

import (
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
	add := func(u id.ID, m ledger.Measure, y int, n int64) {
		for _, i := range target.Indicators {
			for _, c := range i.Causes {
				if m == ledger.Happened(c) {
					done[resultKey{u, i.Code, y}] += n
				}
			}
		}
	}
	from, to := day.MonthOf(year-1, 1), asOf.MonthOf()
	by := map[int][]id.ID{}
	var deep []org.Unit
	for _, u := range units {
		if u.Tallied() {
			by[u.Province()] = append(by[u.Province()], u.ID)
		} else {
			deep = append(deep, u)
		}
	}
	for province, ids := range by {
		if err := tx.Figures(province, ids, measures(), from, to, func(f store.Figure) { add(f.Unit, f.Measure, f.Month.Year(), f.N) }); err != nil {
			return nil, err
		}
	}
	if len(deep) == 0 {
		return done, nil
	}
	err := tx.SubtreeMovements(scope, from.First(), asOf, func(m *store.PathMovement) {
		t := ledger.Tally{}
		for _, u := range deep {
			if a, b := strings.HasPrefix(m.FromPath, u.Path), strings.HasPrefix(m.ToPath, u.Path); a || b {
				t.Add(u.ID, m.Movement, a, b)
			}
		}
		for k, c := range t {
			add(k.Unit, k.Measure, k.Month.Year(), c[ledger.SliceAll])
		}
	})
	return done, err
}

func measures() []ledger.Measure {
	var ms []ledger.Measure
	for _, i := range target.Indicators {
		for _, c := range i.Causes {
			ms = append(ms, ledger.Happened(c))
		}
	}
	return ms
}
