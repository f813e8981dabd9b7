package store

import (
	"encoding/json"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// AddSteps stores how a target is broken down by months or quarters. The newest of a unit, year and indicator holds; a group of an
// indicator stands under "<indicator>.<group>", as its cell of the sheet does.
func (tx *Tx) AddSteps(s target.Steps) error {
	parts, err := json.Marshal(s.Parts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO target_step (province_id, id, unit_id, year, indicator, grain, parts, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID.Province(), int64(s.ID), int64(s.Unit), s.Year, s.Indicator, string(s.Grain), string(parts), int64(tx.audit))
	return err
}

// Steps returns the breakdowns in force of some units of one province for a year and indicator, by unit. A withdrawn one has its ID
// and no parts.
func (tx *Tx) Steps(province int, units []id.ID, year int, indicator string) (map[id.ID]target.Steps, error) {
	newest := map[id.ID]target.Steps{}
	for len(units) > 0 {
		n := min(len(units), 400)
		part := units[:n]
		units = units[n:]
		b := db.NewB(`SELECT t.id, t.unit_id, t.grain, t.parts FROM target_step t WHERE t.province_id = $1 AND t.year = $2 AND t.indicator = $3 AND`, province, year, indicator)
		b.In(`t.unit_id`, anys(part, func(i id.ID) any { return int64(i) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			x := target.Steps{Year: year, Indicator: indicator}
			var grain, parts string
			if err := s.Scan(&x.ID, &x.Unit, &grain, &parts); err != nil {
				return err
			}
			x.Grain = target.Grain(grain)
			if x.ID > newest[x.Unit].ID {
				if err := json.Unmarshal([]byte(parts), &x.Parts); err != nil {
					return err
				}
				newest[x.Unit] = x
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return newest, nil
}
