package store

import (
	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// CountPeople returns how many people a list without words has: from the counters where they know
// it, else by counting.
func (tx *Tx) CountPeople(sc access.Scope, f PeopleFilter) (int64, error) {
	f = tx.tidy(f)
	areas, err := tx.areas(sc)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, a := range areas {
		n, err := tx.countArea(a, f)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (tx *Tx) countArea(a area, f PeopleFilter) (int64, error) {
	if f.At != 0 {
		past, err := tx.openPast(a, f, nameQuery{})
		if err != nil {
			return 0, err
		}
		return past.count(tx)
	}
	return tx.countNow(a, f, tx.Today)
}

// countNow counts those who are there today, with ages on a day.
func (tx *Tx) countNow(a area, f PeopleFilter, on day.Date) (int64, error) {
	var n int64
	if a.unit.Tallied() && f.Sex == 0 && !f.outside() && !aged(f.Slice) {
		by, err := tx.stock(a.unit, f.Slice)
		for s, k := range by {
			if len(f.Stages) == 0 || hasStage(f.Stages, ledger.Stage(s)) {
				n += k
			}
		}
		return n, err
	}
	b := db.NewB(`SELECT COUNT(1)`)
	plain{a, f, on, !a.whole()}.from(b)
	return n, tx.Row(tx.ctx, b.SQL(), b.Args(), &n)
}

// stockOf returns how many people of a counted area are at some stages, and how many at any.
func (tx *Tx) stockOf(a area, stages []ledger.Stage) (some, total int64, err error) {
	by, err := tx.stock(a.unit, ledger.SliceAll)
	for s, n := range by {
		if total += n; hasStage(stages, ledger.Stage(s)) {
			some += n
		}
	}
	return some, total, err
}

func hasStage(stages []ledger.Stage, s ledger.Stage) bool {
	for _, x := range stages {
		if x == s {
			return true
		}
	}
	return false
}

// StageCounts returns how many people of a slice are at each stage today; the index is the stage.
func (tx *Tx) StageCounts(sc access.Scope, slice ledger.Slice) ([]int64, error) {
	areas, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	total := make([]int64, len(ledger.Stages)+1)
	for _, a := range areas {
		by, err := tx.stagesOf(a, slice)
		if err != nil {
			return nil, err
		}
		for s, n := range by {
			total[s] += n
		}
	}
	return total, nil
}

func (tx *Tx) stagesOf(a area, slice ledger.Slice) ([]int64, error) {
	if a.unit.Tallied() && !aged(slice) {
		return tx.stock(a.unit, slice)
	}
	by := make([]int64, len(ledger.Stages)+1)
	b := db.NewB(`SELECT p.stage, COUNT(1)`)
	plain{a, PeopleFilter{Slice: slice}, tx.Today, !a.whole()}.from(b)
	b.Add(`GROUP BY p.stage`)
	return by, tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var stage, n int64
		err := s.Scan(&stage, &n)
		by[stage] = n
		return err
	})
}

// stock reads how many people of a slice are at each stage of a counted unit; the index is the stage.
func (tx *Tx) stock(u org.Unit, slice ledger.Slice) ([]int64, error) {
	by := make([]int64, len(ledger.Stages)+1)
	first, last := ledger.StockNow(ledger.Stages[0]), ledger.StockNow(ledger.Stages[len(ledger.Stages)-1])
	var m ledger.Measure
	var c ledger.Counts
	dest := scanCounts(&c, &m)
	return by, tx.Each(tx.ctx, `SELECT measure, `+tallyColumns+` FROM tally
		WHERE province_id = $1 AND unit_id = $2 AND measure >= $3 AND measure <= $4 AND month = $5`,
		[]any{u.Province(), int64(u.ID), int(first), int(last), int(ledger.Always)}, func(s db.Scanner) error {
			err := s.Scan(dest...)
			by[ledger.Stages[m-first]] = c[slice]
			return err
		})
}
