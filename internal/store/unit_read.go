package store

import (
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// TreeRow is a unit as one line of the tree of some day: Name and Short are those of the day.
type TreeRow struct {
	org.Unit
	Key  string // with ID the place among its siblings
	More bool   // has units below it on the day
}

// TreePos is a place among siblings; the zero value is before the first.
type TreePos struct {
	Key string
	ID  id.ID
}

// Pos returns the place of the row.
func (r TreeRow) Pos() TreePos { return TreePos{r.Key, r.ID} }

// today reports whether a day asks for the tree of today: 0 does.
func (tx *Tx) today(on day.Date) bool { return on == 0 || on >= tx.Today }

// Children returns up to n units directly under the top of the scope after a place, in the tree of
// a day (0: today), in the order of today's names. The children of the nation are the roots.
func (tx *Tx) Children(s access.Scope, on day.Date, after TreePos, n int) ([]TreeRow, error) {
	switch {
	case !s.OK():
		return nil, nil
	case s.Nation():
		return tx.roots(on, after, n)
	case tx.today(on):
		return tx.childrenNow(s.Unit(), after, n)
	}
	return tx.childrenOn(s.Unit(), on, after, n)
}

func (tx *Tx) childrenNow(u org.Unit, after TreePos, n int) ([]TreeRow, error) {
	return tx.treeRows(db.NewB(`SELECT `+unitCols+`, u.name, u.short_name, u.name_key,
		EXISTS (SELECT 1 FROM unit c WHERE c.province_id = $1 AND c.parent_id = u.id AND c.dissolved = 0)
		FROM unit u WHERE u.province_id = $2 AND u.parent_id = $3 AND u.dissolved = 0 AND (u.name_key, u.id) > ($4, $5)
		ORDER BY u.name_key, u.id LIMIT $6`, u.Province(), u.Province(), int64(u.ID), after.Key, int64(after.ID), n))
}

func (tx *Tx) childrenOn(u org.Unit, on day.Date, after TreePos, n int) ([]TreeRow, error) {
	p, d := u.Province(), int32(on)
	return tx.treeRows(db.NewB(`SELECT `+unitCols+`, n.name, n.short_name, u.name_key,
		EXISTS (SELECT 1 FROM unit_edge c WHERE c.province_id = $1 AND c.parent_id = u.id AND c.valid_from <= $2 AND (c.valid_to = 0 OR c.valid_to > $3))
		FROM unit_edge e CROSS JOIN unit u CROSS JOIN unit_name n
		WHERE e.province_id = $4 AND e.parent_id = $5 AND e.valid_from <= $6 AND (e.valid_to = 0 OR e.valid_to > $7)
		AND u.province_id = $8 AND u.id = e.unit_id AND (u.name_key, u.id) > ($9, $10)
		AND n.province_id = $11 AND n.unit_id = e.unit_id AND n.valid_from <= $12 AND (n.valid_to = 0 OR n.valid_to > $13)
		ORDER BY u.name_key, u.id LIMIT $14`,
		p, d, d, p, int64(u.ID), d, d, p, after.Key, int64(after.ID), p, d, d, n))
}

// treeRows runs a query of unitCols, name and short name on the day, name key and whether there is more.
func (tx *Tx) treeRows(b *db.B) ([]TreeRow, error) {
	var rows []TreeRow
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r TreeRow
		var name, short string
		if err := scanUnit(suffixed{s, []any{&name, &short, &r.Key, &r.More}}, &r.Unit); err != nil {
			return err
		}
		r.Name, r.Short = name, short
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// suffixed scans more columns behind the others.
type suffixed struct {
	db.Scanner
	rest []any
}

// Scan copies the columns of the row.
func (s suffixed) Scan(dest ...any) error { return s.Scanner.Scan(append(dest, s.rest...)...) }

// MaxRoots is more provinces than an id can tell apart.
const MaxRoots = id.MaxProvince + 1

// roots returns the provinces that exist on a day, in the order of their numbers; Key is empty.
func (tx *Tx) roots(on day.Date, after TreePos, n int) ([]TreeRow, error) {
	var rows []TreeRow
	seen := after.ID == 0
	err := tx.EachProvince(func(p Province) error {
		if !seen || len(rows) == n {
			seen = seen || p.Root == after.ID
			return nil
		}
		r, err := tx.TreeRow(p.Root, on)
		if err == nil && r.Alive(tx.dayOf(on)) {
			rows = append(rows, r)
		}
		return err
	})
	return rows, err
}

func (tx *Tx) dayOf(on day.Date) day.Date {
	if tx.today(on) {
		return tx.Today
	}
	return on
}

// TreeRow returns a unit as a line of the tree of a day (0: today). Before it was founded it has the
// name it was founded with, after it was dissolved its last one.
func (tx *Tx) TreeRow(i id.ID, on day.Date) (TreeRow, error) {
	u, err := tx.Unit(i)
	if err != nil || i == 0 {
		return TreeRow{Unit: u, More: true}, err
	}
	r := TreeRow{Unit: u, Key: unitKey(u)}
	p, d := i.Province(), int32(tx.dayOf(on))
	if tx.today(on) {
		return r, tx.Row(tx.ctx, `SELECT EXISTS (SELECT 1 FROM unit c WHERE c.province_id = $1 AND c.parent_id = $2 AND c.dissolved = 0)`,
			[]any{p, int64(i)}, &r.More)
	}
	if err := tx.Each(tx.ctx, `SELECT name, short_name FROM unit_name WHERE province_id = $1 AND unit_id = $2 AND valid_from <= $3
		ORDER BY valid_from DESC LIMIT 1`, []any{p, int64(i), d}, func(s db.Scanner) error { return s.Scan(&r.Name, &r.Short) }); err != nil {
		return r, err
	}
	return r, tx.Row(tx.ctx, `SELECT EXISTS (SELECT 1 FROM unit_edge c WHERE c.province_id = $1 AND c.parent_id = $2
		AND c.valid_from <= $3 AND (c.valid_to = 0 OR c.valid_to > $4))`, []any{p, int64(i), d, d}, &r.More)
}

// Ancestors returns the units above u on a day (0: today), the root first, with their names of the
// day. A unit that did not exist then has none; today a dissolved unit hangs under its successor.
func (tx *Tx) Ancestors(u org.Unit, on day.Date) ([]TreeRow, error) {
	ids := pathIDs(u.Path)
	ids = ids[:max(0, len(ids)-1)]
	if !tx.today(on) {
		var err error
		if ids, err = tx.ancestorsOn(u, on); err != nil {
			return nil, err
		}
	}
	rows := make([]TreeRow, 0, len(ids))
	for _, i := range ids {
		r, err := tx.TreeRow(i, on)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// pathIDs returns the units of a path, the root first and the unit itself last.
func pathIDs(path string) []id.ID {
	var ids []id.ID
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if i := id.Parse(part); i != 0 {
			ids = append(ids, i)
		}
	}
	return ids
}

// maxDepth ends a walk up dated edges that somebody tied into a ring.
const maxDepth = 40

func (tx *Tx) ancestorsOn(u org.Unit, on day.Date) ([]id.ID, error) {
	p, d := u.Province(), int32(on)
	var ids []id.ID
	err := tx.Each(tx.ctx, `WITH RECURSIVE up (id, step) AS (
			SELECT e.parent_id, 1 FROM unit_edge e
			WHERE e.province_id = $1 AND e.unit_id = $2 AND e.valid_from <= $3 AND (e.valid_to = 0 OR e.valid_to > $4)
			UNION ALL
			SELECT e.parent_id, up.step + 1 FROM up CROSS JOIN unit_edge e
			WHERE e.province_id = $5 AND e.unit_id = up.id AND e.valid_from <= $6 AND (e.valid_to = 0 OR e.valid_to > $7) AND up.step < $8
		) SELECT id FROM up WHERE id <> 0 ORDER BY step DESC`,
		[]any{p, int64(u.ID), d, d, p, d, d, maxDepth}, func(s db.Scanner) error {
			var i id.ID
			err := s.Scan(&i)
			ids = append(ids, i)
			return err
		})
	return ids, err
}

// SubtreeOn calls f with every unit below the top of the scope in the tree of a past day, each with
// the child of the top it stands under. It costs by the units it finds.
func (tx *Tx) SubtreeOn(s access.Scope, on day.Date, f func(child, unit id.ID)) error {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return nil
	}
	p, d := u.Province(), int32(on)
	return tx.Each(tx.ctx, `WITH RECURSIVE below (child, id, step) AS (
			SELECT e.unit_id, e.unit_id, 1 FROM unit_edge e
			WHERE e.province_id = $1 AND e.parent_id = $2 AND e.valid_from <= $3 AND (e.valid_to = 0 OR e.valid_to > $4)
			UNION ALL
			SELECT below.child, e.unit_id, below.step + 1 FROM below CROSS JOIN unit_edge e
			WHERE e.province_id = $5 AND e.parent_id = below.id AND e.valid_from <= $6 AND (e.valid_to = 0 OR e.valid_to > $7) AND below.step < $8
		) SELECT child, id FROM below`,
		[]any{p, int64(u.ID), d, d, p, d, d, maxDepth}, func(s db.Scanner) error {
			var child, unit id.ID
			err := s.Scan(&child, &unit)
			if err == nil {
				f(child, unit)
			}
			return err
		})
}

// UnitsByID returns units of one province, by id; those that do not exist are missing.
func (tx *Tx) UnitsByID(province int, ids []id.ID) (map[id.ID]org.Unit, error) {
	units := make(map[id.ID]org.Unit, len(ids))
	for len(ids) > 0 {
		part := ids[:min(len(ids), inChunk)]
		ids = ids[len(part):]
		b := db.NewB(`SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND`, province).In(`u.id`, padIDs(part))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var u org.Unit
			err := scanUnit(s, &u)
			units[u.ID] = u
			return err
		}); err != nil {
			return nil, err
		}
	}
	return units, nil
}

// Tags returns the dated attributes of a unit, the oldest first.
func (tx *Tx) Tags(u id.ID) ([]org.Tag, error) {
	var ts []org.Tag
	err := tx.Each(tx.ctx, `SELECT kind, value, valid_from, valid_to, source FROM unit_tag WHERE province_id = $1 AND unit_id = $2
		ORDER BY kind, valid_from, value`, []any{u.Province(), int64(u)}, func(s db.Scanner) error {
		t := org.Tag{Unit: u}
		var kind string
		err := s.Scan(&kind, &t.Value, &t.From, &t.To, &t.Source)
		t.Kind = org.TagKind(kind)
		ts = append(ts, t)
		return err
	})
	return ts, err
}

// NameOn is a name of a unit with its validity; To is the first day it no longer holds, 0 while it does.
type NameOn struct {
	Name, Short string
	From, To    day.Date
}

// Names returns the names of a unit, the oldest first.
func (tx *Tx) Names(u id.ID) ([]NameOn, error) {
	var ns []NameOn
	err := tx.Each(tx.ctx, `SELECT name, short_name, valid_from, valid_to FROM unit_name WHERE province_id = $1 AND unit_id = $2 ORDER BY valid_from`,
		[]any{u.Province(), int64(u)}, func(s db.Scanner) error {
			var n NameOn
			err := s.Scan(&n.Name, &n.Short, &n.From, &n.To)
			ns = append(ns, n)
			return err
		})
	return ns, err
}
