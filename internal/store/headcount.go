package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// Headcounts returns the newest number of people of each unit of a province up to a day, of units that have one.
func (tx *Tx) Headcounts(province int, units []id.ID, upto day.Date) (map[id.ID]target.Headcount, error) {
	out := map[id.ID]target.Headcount{}
	err := chunked(anys(units, func(i id.ID) any { return int64(i) }), func(part []any) error {
		b := db.NewB(`SELECT h.unit_id, h.on_day, h.n, h.source, h.version FROM headcount h WHERE h.province_id = $1 AND h.on_day <= $2 AND`, province, int32(upto))
		b.In(`h.unit_id`, part).Add(` ORDER BY h.unit_id, h.on_day`)
		return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var h target.Headcount
			err := s.Scan(&h.Unit, &h.On, &h.N, &h.Source, &h.Version)
			out[h.Unit] = h // the newest comes last
			return err
		})
	})
	return out, err
}

// PutHeadcount stores the number of a unit and day, when nobody did since its version was read.
func (tx *Tx) PutHeadcount(h target.Headcount) error {
	n, err := tx.Exec(tx.ctx, `INSERT INTO headcount (province_id, unit_id, on_day, n, source, version, audit_id) VALUES ($1, $2, $3, $4, $5, 1, $6)
		ON CONFLICT (province_id, unit_id, on_day) DO UPDATE SET n = excluded.n, source = excluded.source, version = headcount.version + 1, audit_id = excluded.audit_id
		WHERE headcount.version = $7`, h.Unit.Province(), int64(h.Unit), int32(h.On), h.N, h.Source, int64(tx.audit), h.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutHeadcount", fault.Conflict, "density.taken", h.On)
	}
	return err
}
