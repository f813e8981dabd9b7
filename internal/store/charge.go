package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

const chargeCols = `c.id, c.committee_id, c.unit_id, c.name, c.post, c.from_month, c.to_month, c.version`

func scanCharge(s db.Scanner, c *target.Charge, more ...any) error {
	return s.Scan(append([]any{&c.ID, &c.Committee, &c.Unit, &c.Name, &c.Post, &c.From, &c.To, &c.Version}, more...)...)
}

// Charges returns who of a committee answers for what in a span of months.
func (tx *Tx) Charges(committee id.ID, from, to day.Month) ([]target.Charge, error) {
	var out []target.Charge
	err := tx.Each(tx.ctx, `SELECT `+chargeCols+` FROM charge c WHERE c.province_id = $1 AND c.committee_id = $2 AND c.from_month <= $3 AND (c.to_month = 0 OR c.to_month >= $4)
		ORDER BY c.unit_id, c.from_month, c.id`, []any{committee.Province(), int64(committee), int(to), int(from)}, func(s db.Scanner) error {
		var c target.Charge
		err := scanCharge(s, &c)
		out = append(out, c)
		return err
	})
	return out, err
}

// Charge returns one charge.
func (tx *Tx) Charge(i id.ID) (target.Charge, error) {
	var c target.Charge
	found := false
	err := tx.Each(tx.ctx, `SELECT `+chargeCols+` FROM charge c WHERE c.province_id = $1 AND c.id = $2`, []any{i.Province(), int64(i)},
		func(s db.Scanner) error { found = true; return scanCharge(s, &c) })
	if err == nil && !found {
		err = fault.E("store.Charge", fault.NotFound, "charge.notfound")
	}
	return c, err
}

// AddCharge stores a new charge.
func (tx *Tx) AddCharge(c target.Charge) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO charge (province_id, id, committee_id, unit_id, name, post, from_month, to_month, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)`, c.ID.Province(), int64(c.ID), int64(c.Committee), int64(c.Unit), c.Name, c.Post, int(c.From), int(c.To), int64(tx.audit))
	return err
}

// PutCharge changes a charge, when nobody did since it was read.
func (tx *Tx) PutCharge(c target.Charge) error {
	n, err := tx.Exec(tx.ctx, `UPDATE charge SET unit_id = $3, name = $4, post = $5, from_month = $6, to_month = $7, audit_id = $8, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $9`, c.ID.Province(), int64(c.ID), int64(c.Unit), c.Name, c.Post, int(c.From), int(c.To), int64(tx.audit), c.Version)
	return staleCharge(n, err)
}

// DropCharge removes a charge that was entered by mistake.
func (tx *Tx) DropCharge(c target.Charge) error {
	n, err := tx.Exec(tx.ctx, `DELETE FROM charge WHERE province_id = $1 AND id = $2 AND version = $3`, c.ID.Province(), int64(c.ID), c.Version)
	return staleCharge(n, err)
}

func staleCharge(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.E("store.PutCharge", fault.Stale, "error.stale")
	}
	return err
}
