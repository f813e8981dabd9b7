package store

import (
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// memberStages are the stages counted beside a unit in the tree: đảng viên chính thức và dự bị.
var memberStages = []ledger.Stage{ledger.Probationary, ledger.Official}

// Members returns how many official and probationary members the top of the scope and each of the
// given units directly under it have with everything below them, on a day in the tree of that day
// (0: today); the nation without units is the sum of all provinces. Provinces and branches are read from counters; below that a subtree is counted.
func (tx *Tx) Members(s access.Scope, kids []TreeRow, on day.Date) (map[id.ID]int64, error) {
	n := map[id.ID]int64{}
	u := s.Unit()
	switch {
	case !s.OK():
		return n, nil
	case s.Nation():
		if kids == nil {
			var err error
			if kids, err = tx.roots(on, TreePos{}, MaxRoots); err != nil {
				return nil, err
			}
		}
		for _, k := range kids {
			if err := tx.stockOn(k.ID, []id.ID{k.ID}, on, n); err != nil {
				return nil, err
			}
			n[0] += n[k.ID]
		}
		return n, nil
	case u.Depth > 0 && tx.today(on):
		return n, tx.membersBelow(s, n)
	case u.Depth > 0:
		return n, tx.membersBelowOn(s, on, n)
	}
	units := []id.ID{u.ID}
	for _, k := range kids {
		if k.Tallied() {
			units = append(units, k.ID)
		}
	}
	if err := tx.stockOn(u.ID, units, on, n); err != nil {
		return nil, err
	}
	if tx.today(on) {
		return n, nil
	}
	return n, tx.movedSince(u.Province(), on, n)
}

// membersBelow counts today's people of a branch or what lies below one.
func (tx *Tx) membersBelow(s access.Scope, n map[id.ID]int64) error {
	top := s.Unit()
	return tx.Each(tx.ctx, `SELECT u.path, COUNT(1) FROM unit u CROSS JOIN person p
		WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3 AND p.province_id = $4 AND p.unit_id = u.id AND p.stage IN ($5, $6)
		GROUP BY u.path`, []any{top.Province(), top.Path, org.PathEnd(top.Path), top.Province(), int(memberStages[0]), int(memberStages[1])},
		func(r db.Scanner) error {
			var path string
			var k int64
			if err := r.Scan(&path, &k); err != nil {
				return err
			}
			n[top.ID] += k
			if child, _, ok := strings.Cut(path[len(top.Path):], "/"); ok {
				n[id.Parse(child)] += k
			}
			return nil
		})
}

// membersBelowOn counts the people of a past day in the tree of that day.
func (tx *Tx) membersBelowOn(s access.Scope, on day.Date, n map[id.ID]int64) error {
	top := s.Unit()
	child := map[id.ID]id.ID{}
	units := []id.ID{top.ID}
	if err := tx.SubtreeOn(s, on, func(c, u id.ID) {
		child[u] = c
		units = append(units, u)
	}); err != nil {
		return err
	}
	return tx.membersAt(top.Province(), units, on, func(u id.ID, k int64) {
		n[top.ID] += k
		if c := child[u]; c != 0 {
			n[c] += k
		}
	})
}

// stockOn reads the members of counted units below a root on a day from counters: today's stock, less
// the months since, less the days after it in its own month. Units are in the tree of today.
func (tx *Tx) stockOn(root id.ID, units []id.ID, on day.Date, n map[id.ID]int64) error {
	var now, change []ledger.Measure
	for _, s := range memberStages {
		now, change = append(now, ledger.StockNow(s)), append(change, ledger.Stock(s))
	}
	province := root.Province()
	if err := tx.Figures(province, units, now, ledger.Always, ledger.Always, func(f Figure) { n[f.Unit] += f.N }); err != nil || tx.today(on) {
		return err
	}
	month := on.MonthOf()
	if err := tx.Figures(province, units, change, month+1, tx.Today.MonthOf(), func(f Figure) { n[f.Unit] -= f.N }); err != nil {
		return err
	}
	wanted := map[id.ID]bool{}
	for _, u := range units {
		wanted[u] = true
	}
	return tx.memberLegs(province, on.AddDays(1), month.Last(), func(branch id.ID, d int64) {
		if wanted[root] {
			n[root] -= d
		}
		if branch != root && wanted[branch] {
			n[branch] -= d
		}
	})
}

// memberLegs calls f with the branch, in the tree of today, that each movement between two days took a
// member from (-1) and to (1).
func (tx *Tx) memberLegs(province int, from, to day.Date, f func(branch id.ID, d int64)) error {
	if to < from {
		return nil
	}
	a, b := int(memberStages[0]), int(memberStages[1])
	return tx.Each(tx.ctx, `SELECT CASE WHEN m.from_stage IN ($1, $2) THEN uf.branch_id ELSE 0 END, CASE WHEN m.to_stage IN ($3, $4) THEN ut.branch_id ELSE 0 END
		FROM movement m
		LEFT JOIN unit uf ON uf.province_id = m.province_id AND uf.id = m.from_unit
		LEFT JOIN unit ut ON ut.province_id = m.province_id AND ut.id = m.to_unit
		WHERE m.province_id = $5 AND m.effective BETWEEN $6 AND $7`, []any{a, b, a, b, province, int32(from), int32(to)}, func(s db.Scanner) error {
		var out, in id.ID
		if err := s.Scan(&out, &in); err != nil || out == in {
			return err
		}
		if out != 0 {
			f(out, -1)
		}
		if in != 0 {
			f(in, 1)
		}
		return nil
	})
}

// membersAt calls f with the members each unit itself had on a past day: those of today, taking back
// what the ledger says happened since. It costs by the units and by what happened.
func (tx *Tx) membersAt(province int, units []id.ID, on day.Date, f func(u id.ID, n int64)) error {
	a, b := int(memberStages[0]), int(memberStages[1])
	for len(units) > 0 {
		part := units[:min(len(units), inChunk)]
		units = units[len(part):]
		ids := padIDs(part)
		n := map[id.ID]int64{}
		now := db.NewB(`SELECT p.unit_id, COUNT(1) FROM person p WHERE p.province_id = $1 AND`, province).In(`p.unit_id`, ids).
			Add(`AND p.stage IN ($1, $2) GROUP BY p.unit_id`, a, b)
		into := db.NewB(`SELECT m.to_unit, -CAST(SUM(CASE WHEN m.to_stage IN ($1, $2) THEN 1 ELSE 0 END
			- CASE WHEN m.from_unit = m.to_unit AND m.from_stage IN ($3, $4) THEN 1 ELSE 0 END) AS BIGINT)
			FROM movement m WHERE m.province_id = $5 AND`, a, b, a, b, province).In(`m.to_unit`, ids).
			Add(`AND m.effective > $1 GROUP BY m.to_unit`, int32(on))
		out := db.NewB(`SELECT m.from_unit, COUNT(1) FROM movement m WHERE m.province_id = $1 AND`, province).In(`m.from_unit`, ids).
			Add(`AND m.effective > $1 AND m.from_unit <> m.to_unit AND m.from_unit <> 0 AND m.from_stage IN ($2, $3) GROUP BY m.from_unit`, int32(on), a, b)
		for _, q := range []*db.B{now, into, out} {
			if err := tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
				var u id.ID
				var k int64
				err := s.Scan(&u, &k)
				n[u] += k
				return err
			}); err != nil {
				return err
			}
		}
		for u, k := range n {
			if k != 0 {
				f(u, k)
			}
		}
	}
	return nil
}

// movedSince corrects the members of branches on a past day, counted by the tree of today, for the
// units that stood elsewhere on that day. It costs by what was re-organised since.
func (tx *Tx) movedSince(province int, on day.Date, n map[id.ID]int64) error {
	moved, err := tx.reorganised(province, on)
	if err != nil || len(moved) == 0 {
		return err
	}
	parents, err := tx.parentsOn(province, on)
	if err != nil {
		return err
	}
	units := make([]id.ID, 0, len(moved))
	for u := range moved {
		units = append(units, u)
	}
	return tx.membersAt(province, units, on, func(u id.ID, k int64) {
		if now := moved[u]; now.branch != now.root {
			n[now.branch] -= k
		}
		if then := branchOf(parents, u); then != 0 {
			n[then] += k
		}
	})
}

// branchOf climbs to the unit directly under a root; 0 for a root and for what is nowhere.
func branchOf(parents map[id.ID]id.ID, u id.ID) id.ID {
	for range maxDepth {
		p := parents[u]
		if p == 0 {
			return 0
		}
		if parents[p] == 0 {
			return u
		}
		u = p
	}
	return 0
}

// reorganised returns the units whose way to the root may have changed after a day, with their home of today.
func (tx *Tx) reorganised(province int, on day.Date) (map[id.ID]home, error) {
	moved := map[id.ID]home{}
	d := int32(on)
	return moved, tx.Each(tx.ctx, `SELECT b.id, b.path FROM unit_edge e CROSS JOIN unit a CROSS JOIN unit b
		WHERE e.province_id = $1 AND e.valid_from > $2 AND a.province_id = $3 AND a.id = e.unit_id
		AND b.province_id = $4 AND b.path >= a.path AND b.path < substr(a.path, 1, length(a.path) - 1) || '0'
		UNION
		SELECT b.id, b.path FROM unit_edge e CROSS JOIN unit a CROSS JOIN unit b
		WHERE e.province_id = $5 AND e.valid_to > $6 AND a.province_id = $7 AND a.id = e.unit_id
		AND b.province_id = $8 AND b.path >= a.path AND b.path < substr(a.path, 1, length(a.path) - 1) || '0'`,
		[]any{province, d, province, province, province, d, province, province}, func(s db.Scanner) error {
			var u id.ID
			var path string
			err := s.Scan(&u, &path)
			moved[u] = homeOf(path, 0)
			return err
		})
}

// parentsOn returns every unit of a province that existed on a day, with its parent; roots have 0.
func (tx *Tx) parentsOn(province int, on day.Date) (map[id.ID]id.ID, error) {
	parents := map[id.ID]id.ID{}
	return parents, tx.Each(tx.ctx, `SELECT unit_id, parent_id FROM unit_edge WHERE province_id = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $3)`,
		[]any{province, int32(on), int32(on)}, func(s db.Scanner) error {
			var u, p id.ID
			err := s.Scan(&u, &p)
			parents[u] = p
			return err
		})
}

// DissolvedBelow counts the units of a scope's subtree, without the unit itself, that were dissolved in a period.
func (tx *Tx) DissolvedBelow(s access.Scope, p day.Period) (n int64, err error) {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return 0, nil
	}
	err = tx.Each(tx.ctx, `SELECT COUNT(1) FROM unit u WHERE u.province_id = $1 AND u.path > $2 AND u.path < $3 AND u.dissolved BETWEEN $4 AND $5`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path), p.From, p.To}, func(s db.Scanner) error { return s.Scan(&n) })
	return n, err
}

// ClassesBelow counts the classes of a scope's subtree that ended in a period and were not cancelled.
func (tx *Tx) ClassesBelow(s access.Scope, p day.Period) (n int64, err error) {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return 0, nil
	}
	err = tx.Each(tx.ctx, `SELECT COUNT(1) FROM course c JOIN unit u ON u.province_id = c.province_id AND u.id = c.unit_id
		WHERE c.province_id = $1 AND u.path >= $2 AND u.path < $3 AND c.ends BETWEEN $4 AND $5 AND c.cancelled = 0`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path), p.From, p.To}, func(s db.Scanner) error { return s.Scan(&n) })
	return n, err
}

// FoundedBelow counts the units of a scope's subtree, without the unit itself, that were founded in a period.
func (tx *Tx) FoundedBelow(s access.Scope, p day.Period) (n int64, err error) {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return 0, nil
	}
	err = tx.Each(tx.ctx, `SELECT COUNT(1) FROM unit u WHERE u.province_id = $1 AND u.path > $2 AND u.path < $3 AND u.founded BETWEEN $4 AND $5`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path), p.From, p.To}, func(s db.Scanner) error { return s.Scan(&n) })
	return n, err
}
