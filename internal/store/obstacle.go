package store

import (
	"ketnap/internal/access"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/target"
)

const obstacleCols = `o.id, o.unit_id, o.cause, o.note, o.remedy, o.responsible, o.opened, o.due, o.closed, o.word, o.version`

func scanObstacle(s db.Scanner, o *target.Obstacle, more ...any) error {
	return s.Scan(append([]any{&o.ID, &o.Unit, &o.Cause, &o.Note, &o.Remedy, &o.Responsible, &o.Opened, &o.Due, &o.Closed, &o.Word, &o.Version}, more...)...)
}

// AddObstacle stores a new obstacle.
func (tx *Tx) AddObstacle(o target.Obstacle) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO obstacle (province_id, id, unit_id, cause, note, remedy, responsible, opened, due, closed, word, version, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`, o.ID.Province(), int64(o.ID), int64(o.Unit), o.Cause, o.Note, o.Remedy, o.Responsible,
		int32(o.Opened), int32(o.Due), int32(o.Closed), o.Word, int64(tx.audit))
	return err
}

// PutObstacle changes an obstacle, when nobody did since it was read.
func (tx *Tx) PutObstacle(o target.Obstacle) error {
	n, err := tx.Exec(tx.ctx, `UPDATE obstacle SET cause = $3, note = $4, remedy = $5, responsible = $6, due = $7, closed = $8, word = $9, audit_id = $10, version = version + 1
		WHERE province_id = $1 AND id = $2 AND version = $11`, o.ID.Province(), int64(o.ID), o.Cause, o.Note, o.Remedy, o.Responsible,
		int32(o.Due), int32(o.Closed), o.Word, int64(tx.audit), o.Version)
	if err == nil && n == 0 {
		return fault.E("store.PutObstacle", fault.Stale, "error.stale")
	}
	return err
}

// Obstacle returns one obstacle.
func (tx *Tx) Obstacle(i id.ID) (target.Obstacle, error) {
	var o target.Obstacle
	found := false
	err := tx.Each(tx.ctx, `SELECT `+obstacleCols+` FROM obstacle o WHERE o.province_id = $1 AND o.id = $2`, []any{i.Province(), int64(i)},
		func(s db.Scanner) error { found = true; return scanObstacle(s, &o) })
	if err == nil && !found {
		err = fault.E("store.Obstacle", fault.NotFound, "obstacle.notfound")
	}
	return o, err
}

// PlacedObstacle is an obstacle with the name of its unit.
type PlacedObstacle struct {
	target.Obstacle
	UnitName string
	Path     string // of the unit
}

// Obstacles returns the obstacles of a subtree of today's tree: open ones by the day they are due, then those that were closed, the
// last first. The nation has none of its own.
func (tx *Tx) Obstacles(s access.Scope) ([]PlacedObstacle, error) {
	if !s.OK() || s.Nation() {
		return nil, nil
	}
	u := s.Unit()
	var out []PlacedObstacle
	err := tx.Each(tx.ctx, `SELECT `+obstacleCols+`, u.name, u.path FROM obstacle o JOIN unit u ON u.province_id = o.province_id AND u.id = o.unit_id
		WHERE o.province_id = $1 AND u.path >= $2 AND u.path < $3 ORDER BY o.closed > 0, CASE WHEN o.closed > 0 THEN -o.closed ELSE o.due END, o.id`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path)}, func(r db.Scanner) error {
			var o PlacedObstacle
			err := scanObstacle(r, &o.Obstacle, &o.UnitName, &o.Path)
			out = append(out, o)
			return err
		})
	return out, err
}
