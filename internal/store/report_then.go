package store

import (
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// Displaced is a unit that stands elsewhere today than on a past day: its ways from the root, the unit
// itself last. A unit that did not exist on the day counts where it stands today.
type Displaced struct {
	Unit      id.ID
	Then, Now []id.ID
}

// Displaced returns the units of the scope's province that stood elsewhere on a day, in the order of
// their ids. It is empty, and cheap, when the tree has not changed since; the nation's never does.
func (tx *Tx) Displaced(s access.Scope, on day.Date) ([]Displaced, error) {
	province := s.Unit().Province()
	if !s.OK() || s.Nation() || tx.today(on) {
		return nil, nil
	}
	moved, err := tx.reorganised(province, on)
	if err != nil || len(moved) == 0 {
		return nil, err
	}
	ids := make([]id.ID, 0, len(moved))
	for u := range moved {
		ids = append(ids, u)
	}
	slices.Sort(ids)
	units, err := tx.UnitsByID(province, ids)
	if err != nil {
		return nil, err
	}
	parents, err := tx.parentsOn(province, on)
	if err != nil {
		return nil, err
	}
	var ds []Displaced
	for _, u := range ids {
		d := Displaced{Unit: u, Now: pathIDs(units[u].Path)}
		if d.Then = wayOn(d.Now, parents); !slices.Equal(d.Then, d.Now) {
			ds = append(ds, d)
		}
	}
	return ds, nil
}

// wayOn returns the way from the root to the last unit of today's way, in the tree given by parents. As
// long as a unit is not in that tree the way goes up as it does today: a dissolved unit hangs under its
// successor.
func wayOn(now []id.ID, parents map[id.ID]id.ID) []id.ID {
	var up []id.ID
	i := len(now) - 1
	for ; i >= 0; i-- {
		up = append(up, now[i])
		if _, known := parents[now[i]]; known {
			break
		}
	}
	if i >= 0 {
		for p := parents[now[i]]; p != 0 && len(up) < maxDepth; p = parents[p] {
			up = append(up, p)
		}
	}
	slices.Reverse(up)
	return up
}

// UnitsStock calls f with today's people of some units of the scope's province, also of units that stood
// in the scope only on another day.
func (tx *Tx) UnitsStock(s access.Scope, units []id.ID, f func(unit id.ID, stage ledger.Stage, n int64)) error {
	if !s.OK() {
		return nil
	}
	for part := range slices.Chunk(units, inChunk) {
		b := db.NewB(`SELECT p.unit_id, p.stage, COUNT(1) FROM person p WHERE p.province_id = $1 AND`, s.Unit().Province()).In(`p.unit_id`, padIDs(part)).
			Add(`AND p.stage > 0 GROUP BY p.unit_id, p.stage`)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(r db.Scanner) error {
			var u id.ID
			var stage ledger.Stage
			var n int64
			err := r.Scan(&u, &stage, &n)
			if err == nil {
				f(u, stage, n)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// UnitsMovements calls f once with every movement into, inside or out of some units of the scope's
// province that took effect between two days, also of units that stood in the scope only on another day.
func (tx *Tx) UnitsMovements(s access.Scope, units []id.ID, from, to day.Date, f func(*PathMovement)) error {
	if !s.OK() {
		return nil
	}
	chosen := make(map[id.ID]bool, len(units))
	for _, u := range units {
		chosen[u] = true
	}
	const read = `SELECT ` + pathMovementCols + ` FROM movement m
		LEFT JOIN unit uf ON uf.province_id = m.province_id AND uf.id = m.from_unit
		LEFT JOIN unit ut ON ut.province_id = m.province_id AND ut.id = m.to_unit
		WHERE m.province_id = $1 AND m.effective BETWEEN $2 AND $3 AND`
	p := s.Unit().Province()
	for part := range slices.Chunk(units, inChunk) {
		ids := padIDs(part)
		if err := tx.pathMovements(db.NewB(read, p, int32(from), int32(to)).In(`m.to_unit`, ids), f); err != nil {
			return err
		}
		if err := tx.pathMovements(db.NewB(read, p, int32(from), int32(to)).In(`m.from_unit`, ids).Add(`AND m.from_unit <> m.to_unit AND m.from_unit <> 0`),
			func(m *PathMovement) {
				if !chosen[m.To.Unit] { // else it came with the units entered
					f(m)
				}
			}); err != nil {
			return err
		}
	}
	return nil
}
