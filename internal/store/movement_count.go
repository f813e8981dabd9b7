package store

import (
	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/ledger"
)

// CountMovements returns the length of a list of movements.
func (tx *Tx) CountMovements(sc access.Scope, f MovementFilter) (MovementSum, error) {
	var sum MovementSum
	areas, err := tx.areas(sc)
	if err != nil {
		return sum, err
	}
	for _, a := range areas {
		if err := tx.fill(&a); err != nil {
			return sum, err
		}
		net, err := tx.netMovements(a, f)
		if err != nil {
			return sum, err
		}
		minus, err := tx.minusLines(a, f)
		if err != nil {
			return sum, err
		}
		sum.Net, sum.Minus = sum.Net+net, sum.Minus+minus
	}
	return sum, nil
}

// netMovements counts whole months by the counters, where there are some, and the days left over by
// the ledger.
func (tx *Tx) netMovements(a area, f MovementFilter) (int64, error) {
	from, to := f.period()
	if !a.unit.Tallied() || f.Among != nil || !f.Group.Everybody() {
		return tx.netLedger(a, f, from, to)
	}
	first, last := day.MonthOf(1, 1), day.MonthOf(9999, 12)
	if from != 0 {
		if first = from.MonthOf(); from != first.First() {
			first++
		}
	}
	if to < tx.Today {
		if last = to.MonthOf(); to != last.Last() {
			last--
		}
	}
	if last < first {
		return tx.netLedger(a, f, from, to)
	}
	sum, err := tx.netTally(a, f, first, last)
	if err == nil && from != 0 && from < first.First() {
		var n int64
		n, err = tx.netLedger(a, f, from, first.First().AddDays(-1))
		sum += n
	}
	if err == nil && to < tx.Today && to > last.Last() {
		var n int64
		n, err = tx.netLedger(a, f, last.Last().AddDays(1), to)
		sum += n
	}
	return sum, err
}

// netTally sums the counters of a filter over months.
func (tx *Tx) netTally(a area, f MovementFilter, first, last day.Month) (int64, error) {
	causes := f.Causes
	if len(causes) == 0 {
		causes = ledger.Causes()
	}
	var measures []any
	for _, c := range causes {
		if f.Dir != Outward {
			measures = append(measures, int(ledger.Happened(c)))
		}
		if f.Dir != Inward {
			measures = append(measures, int(ledger.Left(c)))
		}
	}
	var n int64
	if f.Slice == ledger.SliceAll {
		b := db.NewB(`SELECT COALESCE(CAST(SUM(n) AS BIGINT), 0) FROM tally WHERE province_id = $1 AND unit_id = $2 AND`, a.province(), int64(a.unit.ID))
		b.In("measure", measures)
		b.Add(`AND month >= $1 AND month <= $2`, int(first), int(last))
		return n, tx.Row(tx.ctx, b.SQL(), b.Args(), &n)
	}
	var c ledger.Counts
	var m ledger.Measure
	dest := scanCounts(&c, &m)
	b := db.NewB(`SELECT measure, `+tallySums+` FROM tally WHERE province_id = $1 AND unit_id = $2 AND`, a.province(), int64(a.unit.ID))
	b.In("measure", measures)
	b.Add(`AND month >= $1 AND month <= $2 GROUP BY measure`, int(first), int(last))
	return n, tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		err := s.Scan(dest...)
		n += c[f.Slice]
		return err
	})
}

// netLedger counts the movements of some days one by one.
func (tx *Tx) netLedger(a area, f MovementFilter, from, to day.Date) (int64, error) {
	var n int64
	count := func(l *ledgerLine) {
		if _, ok := f.wants(a, l); ok {
			if l.m.Reverses != 0 {
				n--
			} else {
				n++
			}
		}
	}
	if a.whole() && f.Among == nil {
		b := db.NewB(`SELECT `+movementCols+`, 0, 0 FROM movement m WHERE m.province_id = $1 AND m.effective >= $2 AND m.effective <= $3`,
			a.province(), int32(from), int32(to))
		addCauses(b, f.Causes)
		return n, tx.eachLine(b, count)
	}
	f.From, f.To = from, to
	all, err := tx.linesBelow(a, f)
	for i := range all {
		count(&all[i])
	}
	return n, err
}

// minusLines counts the reversals in a period of what happened before it. A reversal takes effect on
// the day of its original, or on the first day after what was closed then: only those days are looked at.
func (tx *Tx) minusLines(a area, f MovementFilter) (int64, error) {
	from, to := f.period()
	var days []day.Date
	if err := tx.Each(tx.ctx, `SELECT DISTINCT closed_to FROM closing WHERE province_id = $1`, []any{a.province()}, func(s db.Scanner) error {
		var d day.Date
		err := s.Scan(&d)
		if d = d.AddDays(1); from <= d && d <= to {
			days = append(days, d)
		}
		return err
	}); err != nil {
		return 0, err
	}
	var n int64
	for _, d := range days {
		b := db.NewB(`SELECT `+movementCols+`, 0, o.effective FROM movement m JOIN movement o ON o.province_id = m.province_id AND o.id = m.reverses
			WHERE m.province_id = $1 AND m.effective = $2 AND m.reverses <> 0 AND o.effective < $3`, a.province(), int32(d), int32(from))
		addCauses(b, f.Causes)
		if err := tx.eachLine(b, func(l *ledgerLine) {
			if _, ok := f.wants(a, l); ok {
				n++
			}
		}); err != nil {
			return 0, err
		}
	}
	return n, nil
}
