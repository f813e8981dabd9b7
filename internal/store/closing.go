package store

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Closing is one act on the day up to which the figures of a province are closed (khóa kỳ, mở lại kỳ). The last act holds.
type Closing struct {
	N      int      // counts the acts of a province from 1; 0 is the state before any
	To     day.Date // no movement takes effect on this day or before; 0 while nothing is closed
	Before day.Date // what held until then
	Reason string   // of a reopening
	By     string
	Second string // who approved a reopening; "" when one person was enough
	At     int64  // unix ms
	Audit  id.ID
}

// Reopens reports whether the act opened days that were closed.
func (c Closing) Reopens() bool { return c.To < c.Before }

// Closings returns the acts of a province, the latest first.
func (tx *Tx) Closings(province int) ([]Closing, error) {
	var out []Closing
	err := tx.Each(tx.ctx, `SELECT n, closed_to, reason, by_name, second_name, recorded, audit_id FROM closing WHERE province_id = $1 ORDER BY n`,
		[]any{province}, func(s db.Scanner) error {
			var c Closing
			err := s.Scan(&c.N, &c.To, &c.Reason, &c.By, &c.Second, &c.At, &c.Audit)
			if len(out) > 0 {
				c.Before = out[len(out)-1].To
			}
			out = append(out, c)
			return err
		})
	slices.Reverse(out)
	return out, err
}

// ClosedTo returns the last day of the closed periods of a province, 0 when none is closed.
func (tx *Tx) ClosedTo(province int) (day.Date, error) {
	if d, ok := tx.closed[province]; ok {
		return d, nil
	}
	if err := tx.shareTree(province); err != nil { // nobody closes or reopens a period while this transaction posts
		return 0, err
	}
	c, err := tx.lastClosing(province)
	if err == nil {
		tx.closed[province] = c.To
	}
	return c.To, err
}

// lastClosing is the act that holds, without what held before it.
func (tx *Tx) lastClosing(province int) (c Closing, err error) {
	err = tx.Each(tx.ctx, `SELECT n, closed_to FROM closing WHERE province_id = $1 ORDER BY n DESC LIMIT 1`, []any{province}, func(s db.Scanner) error {
		return s.Scan(&c.N, &c.To)
	})
	return c, err
}

// HoldClosing returns the act that holds and keeps it from changing in this transaction. It waits for those who are posting. Call it
// before ClosedTo, or before anything that posts.
func (tx *Tx) HoldClosing(province int) (Closing, error) {
	if err := tx.LockTree(province); err != nil {
		return Closing{}, err
	}
	delete(tx.closed, province)
	return tx.lastClosing(province)
}

// ClosePeriod closes every day up to to: no movement takes effect there any more. It waits for those who are posting.
func (tx *Tx) ClosePeriod(province int, to day.Date) error {
	last, err := tx.HoldClosing(province)
	if err != nil {
		return err
	}
	if to <= last.To {
		return fault.E("store.ClosePeriod", fault.Conflict, "period.closed_already", last.To).Field("to", "period.closed_already", last.To)
	}
	return tx.addClosing(province, Closing{N: last.N + 1, To: to, By: tx.entry.Name})
}

// ReopenPeriod opens every day after to again; what was closed up to to stays closed. Nothing of the ledger changes by it. by asked for
// it, second approved it.
func (tx *Tx) ReopenPeriod(province int, to day.Date, reason, by, second string) error {
	last, err := tx.HoldClosing(province)
	if err != nil {
		return err
	}
	if to >= last.To {
		return fault.E("store.ReopenPeriod", fault.Conflict, "period.open_already").Field("from", "period.open_already")
	}
	return tx.addClosing(province, Closing{N: last.N + 1, To: to, Reason: reason, By: by, Second: second})
}

func (tx *Tx) addClosing(province int, c Closing) error {
	now := tx.store.now().UnixMilli() // not tx.Now: whoever was let in meanwhile came before
	_, err := tx.Exec(tx.ctx, `INSERT INTO closing (province_id, n, closed_to, reason, by_name, second_name, recorded, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		province, c.N, int32(c.To), c.Reason, c.By, c.Second, now, int64(tx.audit))
	return err
}

// OpenWork is what is not written yet and may belong into a period that is to be closed.
type OpenWork struct {
	Movements int64 // that take effect in it: what the figures of the period are made of
	Imports   int64 // uploaded, not written
	Handovers int64 // offered in it, not answered
}

// OpenWork counts what a closing of the days after from up to to meets.
func (tx *Tx) OpenWork(province int, from, to day.Date) (w OpenWork, err error) {
	if err = tx.Row(tx.ctx, `SELECT COUNT(1) FROM movement WHERE province_id = $1 AND effective > $2 AND effective <= $3`, []any{province, int32(from), int32(to)}, &w.Movements); err != nil {
		return w, err
	}
	b := db.NewB(`SELECT COUNT(1) FROM batch WHERE province_id = $1 AND`, province)
	b.In("state", []any{"uploaded", "mapped", "checked", "committing"})
	if err = tx.Row(tx.ctx, b.SQL(), b.Args(), &w.Imports); err != nil {
		return w, err
	}
	return w, tx.Row(tx.ctx, `SELECT COUNT(1) FROM handover WHERE province_id = $1 AND answered = 0 AND offered <= $2`, []any{province, int32(to)}, &w.Handovers)
}
