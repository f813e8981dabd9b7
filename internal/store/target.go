package store

import (
	"ketnap/internal/target"
)

// AddTarget stores a new target.
func (tx *Tx) AddTarget(t target.Target) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO target (province_id, id, unit_id, year, indicator, slice, op, low, high, source, part_of, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`,
		t.ID.Province(), int64(t.ID), int64(t.Unit), t.Year, t.Indicator, t.Slice, string(t.Op), t.Low, t.High, t.Source, int64(t.PartOf), int64(tx.audit))
	return err
}
