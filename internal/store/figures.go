package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// Span asks for one sum: a measure between two months.
type Span struct {
	Measure  ledger.Measure
	From, To day.Month
}

// FigureSums calls f with the sums of some units of one province, one for each span, over all slices
// together. Units without counters have zeros. The months are summed in the database: a row less to
// carry over for each.
func (tx *Tx) FigureSums(province int, units []id.ID, spans []Span, f func(unit id.ID, sums []int64)) error {
	row, sums := newInts(1+len(spans)), make([]int64, len(spans))
	for len(units) > 0 {
		n := min(len(units), inChunk)
		b := db.NewB(`SELECT u.id`)
		for _, s := range spans {
			b.Add(`, (SELECT SUM(t.n) FROM tally t WHERE t.province_id = $1 AND t.unit_id = u.id AND t.measure = $2 AND t.month BETWEEN $3 AND $4)`,
				province, int(s.Measure), int(s.From), int(s.To))
		}
		b.Add(`FROM unit u WHERE u.province_id = $1 AND`, province).In(`u.id`, padIDs(units[:n]))
		units = units[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			if err := s.Scan(row.dest...); err != nil {
				return err
			}
			for i := range sums {
				sums[i] = row.at(1 + i)
			}
			f(id.ID(row.at(0)), sums)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// StockToday calls f with the people of each stage of some units of one province as they are today.
// Units without counters give none. The stages of a unit stand side by side: one look-up finds all.
func (tx *Tx) StockToday(province int, units []id.ID, f func(unit id.ID, s ledger.Stage, n int64)) error {
	row := newInts(3)
	first, last := ledger.StockNow(ledger.Outside), ledger.StockNow(ledger.Official)
	for len(units) > 0 {
		n := min(len(units), inChunk)
		b := db.NewB(`SELECT t.unit_id, t.measure, t.n FROM tally t WHERE t.province_id = $1 AND t.measure BETWEEN $2 AND $3 AND t.month = $4 AND`,
			province, int(first), int(last), int(ledger.Always)).In(`t.unit_id`, padIDs(units[:n]))
		units = units[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			if err := s.Scan(row.dest...); err != nil {
				return err
			}
			f(id.ID(row.at(0)), ledger.Stage(ledger.Measure(row.at(1))-first), row.at(2))
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// LatestMonths calls f with the last month, up to one, in which some units of a province have counted any of two or more measures;
// units that have none give none. Each is the first row of an index read backwards.
func (tx *Tx) LatestMonths(province int, units []id.ID, measures []ledger.Measure, upto day.Month, f func(unit id.ID, m day.Month)) error {
	row := newInts(1 + len(measures))
	for len(units) > 0 {
		n := min(len(units), inChunk)
		b := db.NewB(`SELECT u.id`)
		for _, m := range measures {
			b.Add(`, COALESCE((SELECT t.month FROM tally t WHERE t.province_id = $1 AND t.unit_id = u.id AND t.measure = $2 AND t.month <= $3 AND t.n > 0
				ORDER BY t.month DESC LIMIT 1), 0)`, province, int(m), int(upto))
		}
		b.Add(`FROM unit u WHERE u.province_id = $1 AND`, province).In(`u.id`, padIDs(units[:n]))
		units = units[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			if err := s.Scan(row.dest...); err != nil {
				return err
			}
			var latest day.Month
			for i := range measures {
				latest = max(latest, day.Month(row.at(1+i)))
			}
			f(id.ID(row.at(0)), latest)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
