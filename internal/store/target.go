package store

import (
	"cmp"
	"slices"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// AddTarget stores a new target.
func (tx *Tx) AddTarget(t target.Target) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO target (province_id, id, unit_id, year, indicator, slice, op, low, high, source, part_of, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`,
		t.ID.Province(), int64(t.ID), int64(t.Unit), t.Year, t.Indicator, t.Slice, string(t.Op), t.Low, t.High, t.Source, int64(t.PartOf), int64(tx.audit))
	return err
}

// targetLock is the class of the advisory locks of PostgreSQL under which targets are given.
const targetLock = 0x6b6f

// LockTargets lets one transaction at a time give targets in a province, so that of two who saw the same
// version only one replaces it. SQLite has one writer anyway. Call it before reading targets.
func (tx *Tx) LockTargets(province int) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	_, err := tx.Exec(tx.ctx, `SELECT pg_advisory_xact_lock($1, $2)`, targetLock, province)
	return err
}

const targetCols = `t.id, t.unit_id, t.year, t.indicator, t.slice, t.op, t.low, t.high, t.source, t.part_of, t.version`

func scanTarget(s db.Scanner, t *target.Target) error {
	var op string
	err := s.Scan(&t.ID, &t.Unit, &t.Year, &t.Indicator, &t.Slice, &op, &t.Low, &t.High, &t.Source, &t.PartOf, &t.Version)
	t.Op = target.Op(op)
	return err
}

// targetKey is what a target is for; the newest row of a key holds, older ones are its history.
type targetKey struct {
	unit             id.ID
	year             int
	indicator, slice string
}

// Targets returns the targets in force of units of one province for a year. Rows are added, never
// changed: the newest of a unit, indicator and slice holds, and one without an operator withdraws.
func (tx *Tx) Targets(province int, units []id.ID, year int) ([]target.Target, error) {
	newest := map[targetKey]target.Target{}
	for len(units) > 0 {
		n := min(len(units), 400)
		part := units[:n]
		units = units[n:]
		b := db.NewB(`SELECT `+targetCols+` FROM target t WHERE t.province_id = $1 AND t.year = $2 AND`, province, year)
		b.In(`t.unit_id`, anys(part, func(i id.ID) any { return int64(i) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var t target.Target
			err := scanTarget(s, &t)
			if k := (targetKey{t.Unit, t.Year, t.Indicator, t.Slice}); t.ID > newest[k].ID {
				newest[k] = t
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	var ts []target.Target
	for _, t := range newest {
		if t.Op != "" {
			ts = append(ts, t)
		}
	}
	slices.SortFunc(ts, func(a, b target.Target) int { return cmp.Compare(a.ID, b.ID) })
	return ts, nil
}

// TargetHistory returns every version of the targets of a unit for a year, newest first.
func (tx *Tx) TargetHistory(unit id.ID, year int) ([]target.Target, error) {
	var ts []target.Target
	err := tx.Each(tx.ctx, `SELECT `+targetCols+` FROM target t WHERE t.province_id = $1 AND t.unit_id = $2 AND t.year = $3 ORDER BY t.id DESC`,
		[]any{unit.Province(), int64(unit), year}, func(s db.Scanner) error {
			var t target.Target
			err := scanTarget(s, &t)
			ts = append(ts, t)
			return err
		})
	return ts, err
}
