package store

import (
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
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

// ObstacleFilter says which obstacles of a subtree are listed.
type ObstacleFilter struct {
	Cause  string // "" every one
	Closed bool   // those that were closed, the last first; else the open ones, by the day they are due
	Limit  int    // 0 all
	Skip   int
}

// within keeps to the obstacles of a scope. Of a whole province nothing has to be known of its units, so that the obstacles are read
// by their own index instead of by those of every unit.
func within(b *db.B, s access.Scope) {
	u := s.Unit()
	b.Add(`WHERE o.province_id = $1`, u.Province())
	if u.Depth > 0 {
		b.Add(`AND u.path >= $1 AND u.path < $2`, u.Path, org.PathEnd(u.Path))
	}
}

// Obstacles returns obstacles of a subtree of today's tree. The nation has none of its own.
func (tx *Tx) Obstacles(s access.Scope, f ObstacleFilter) ([]PlacedObstacle, error) {
	if !s.OK() || s.Nation() {
		return nil, nil
	}
	b := db.NewB(`SELECT ` + obstacleCols + `, u.name, u.path FROM obstacle o JOIN unit u ON u.province_id = o.province_id AND u.id = o.unit_id`)
	within(b, s)
	if f.Cause != "" {
		b.Add(`AND o.cause = $1`, f.Cause)
	}
	if f.Closed {
		b.Add(`AND o.closed > 0 ORDER BY o.closed DESC, o.id`)
	} else {
		b.Add(`AND o.closed = 0 ORDER BY o.due, o.id`)
	}
	if f.Limit > 0 {
		b.Add(`LIMIT $1 OFFSET $2`, f.Limit, f.Skip)
	}
	var out []PlacedObstacle
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(r db.Scanner) error {
		var o PlacedObstacle
		err := scanObstacle(r, &o.Obstacle, &o.UnitName, &o.Path)
		out = append(out, o)
		return err
	})
	return out, err
}

// ObstacleCount is how many obstacles of a cause stand in the way in a unit and below it.
type ObstacleCount struct {
	Unit          id.ID
	Cause         string
	Open, Overdue int
}

// longestID is how many letters an ID has at most in a path, with the stroke after it.
const longestID = 14

// CountObstacles counts the open obstacles of a subtree by cause, for each unit directly below its top and for the top alone: about as
// many rows as these units have causes, however many obstacles there are. A unit and cause may come in several rows.
func (tx *Tx) CountObstacles(s access.Scope, today day.Date) ([]ObstacleCount, error) {
	if !s.OK() || s.Nation() {
		return nil, nil
	}
	top := s.Unit()
	b := db.NewB(`SELECT SUBSTR(u.path, 1, $1) AS branch, o.cause, COUNT(1), SUM(CASE WHEN o.due < $2 THEN 1 ELSE 0 END)
		FROM obstacle o JOIN unit u ON u.province_id = o.province_id AND u.id = o.unit_id`, len(top.Path)+longestID, int32(today))
	within(b, s)
	b.Add(`AND o.closed = 0 GROUP BY branch, o.cause ORDER BY branch, o.cause`)
	var out []ObstacleCount
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(r db.Scanner) error {
		c, branch := ObstacleCount{Unit: top.ID}, ""
		err := r.Scan(&branch, &c.Cause, &c.Open, &c.Overdue)
		if below, _, ok := strings.Cut(strings.TrimPrefix(branch, top.Path), "/"); ok {
			c.Unit = id.Parse(below)
		}
		out = append(out, c)
		return err
	})
	return out, err
}
