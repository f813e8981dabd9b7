package store

import (
	"cmp"
	"maps"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/target"
)

// Draft is a target that was worked on and not given yet (dự thảo).
type Draft struct {
	target.Target // ID and Source are empty
	Giver         id.ID
}

// Drafts returns the drafts of a year that a unit has made for those under it, or with deep those of its whole subtree.
func (tx *Tx) Drafts(sc access.Scope, year int, deep bool) ([]Draft, error) {
	u := sc.Unit()
	if !sc.OK() || sc.Nation() {
		return nil, nil
	}
	b := db.NewB(`SELECT d.unit_id, d.year, d.indicator, d.slice, d.giver_id, d.op, d.low, d.high, d.version FROM target_draft d WHERE d.province_id = $1 AND d.year = $2`, u.Province(), year)
	if deep {
		b.Add(`AND d.unit_id IN (SELECT u.id FROM unit u WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3) AND d.unit_id <> $4`, u.Province(), u.Path, org.PathEnd(u.Path), int64(u.ID))
	} else {
		b.Add(`AND d.giver_id = $1`, int64(u.ID))
	}
	b.Add(`ORDER BY d.unit_id, d.indicator, d.slice`)
	var ds []Draft
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var d Draft
		var op string
		err := s.Scan(&d.Unit, &d.Year, &d.Indicator, &d.Slice, &d.Giver, &op, &d.Low, &d.High, &d.Version)
		d.Op = target.Op(op)
		ds = append(ds, d)
		return err
	})
	return ds, err
}

var putDrafts = newRowsInsert(11, func() *db.B {
	return db.NewB(`INSERT INTO target_draft (province_id, unit_id, year, indicator, slice, giver_id, op, low, high, version, audit_id) VALUES`)
}, func(b *db.B, d []any) { b.Add(`($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, d...) },
	func(b *db.B, d []any) { b.Add(`, ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, d...) },
	func(b *db.B, _ []any) {
		b.Add(` ON CONFLICT (province_id, unit_id, year, indicator, slice) DO UPDATE SET giver_id = excluded.giver_id, op = excluded.op, low = excluded.low,
			high = excluded.high, version = target_draft.version + 1, audit_id = excluded.audit_id`)
	})

// PutDrafts stores drafts over those there are. No key may come twice.
func (tx *Tx) PutDrafts(ds []Draft) error {
	_, err := tx.manyRows(putDrafts, len(ds), func(i int, row []any) {
		d := ds[i]
		row[0], row[1], row[2], row[3], row[4], row[5] = d.Unit.Province(), int64(d.Unit), d.Year, d.Indicator, d.Slice, int64(d.Giver)
		row[6], row[7], row[8], row[9], row[10] = string(d.Op), d.Low, d.High, 1, int64(tx.audit)
	})
	return err
}

// DropDrafts removes the drafts of a year that Drafts returns.
func (tx *Tx) DropDrafts(sc access.Scope, year int, deep bool) error {
	u := sc.Unit()
	if !sc.OK() || sc.Nation() {
		return nil
	}
	b := db.NewB(`DELETE FROM target_draft WHERE province_id = $1 AND year = $2`, u.Province(), year)
	if deep {
		b.Add(`AND unit_id IN (SELECT u.id FROM unit u WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3) AND unit_id <> $4`, u.Province(), u.Path, org.PathEnd(u.Path), int64(u.ID))
	} else {
		b.Add(`AND giver_id = $1`, int64(u.ID))
	}
	_, err := tx.Exec(tx.ctx, b.SQL(), b.Args()...)
	return err
}

// DropDraft removes one draft.
func (tx *Tx) DropDraft(t target.Target) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM target_draft WHERE province_id = $1 AND unit_id = $2 AND year = $3 AND indicator = $4 AND slice = $5`,
		t.Unit.Province(), int64(t.Unit), t.Year, t.Indicator, t.Slice)
	return err
}

var insertTargets = newRowsInsert(15, func() *db.B {
	return db.NewB(`INSERT INTO target (province_id, id, unit_id, year, indicator, slice, op, low, high, source, part_of, version, audit_id, issue_id, document_id) VALUES`)
}, func(b *db.B, d []any) {
	b.Add(`($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, d...)
},
	func(b *db.B, d []any) {
		b.Add(`, ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, d...)
	}, noTail)

// AddTargets stores the lines of one issue.
func (tx *Tx) AddTargets(is Issue, ts []target.Target) error {
	_, err := tx.manyRows(insertTargets, len(ts), func(i int, row []any) {
		t := ts[i]
		row[0], row[1], row[2], row[3], row[4], row[5] = t.ID.Province(), int64(t.ID), int64(t.Unit), t.Year, t.Indicator, t.Slice
		row[6], row[7], row[8], row[9], row[10] = string(t.Op), t.Low, t.High, t.Source, int64(t.PartOf)
		row[11], row[12], row[13], row[14] = 1, int64(tx.audit), int64(is.ID), int64(is.Document)
	})
	return err
}

// Issue is one act of giving targets or adjusting them (lần giao, điều chỉnh).
type Issue struct {
	ID       id.ID
	Unit     id.ID // who gave
	Year     int
	Adjusts  bool  // some line followed an earlier one
	Document id.ID // of the register, 0 when only named
	Source   string
	On       day.Date
	Lines    int
}

// AddIssue stores an issue.
func (tx *Tx) AddIssue(i Issue) error {
	kind := "issue"
	if i.Adjusts {
		kind = "adjust"
	}
	_, err := tx.Exec(tx.ctx, `INSERT INTO target_issue (province_id, id, unit_id, year, kind, document_id, source, on_day, lines, audit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		i.ID.Province(), int64(i.ID), int64(i.Unit), i.Year, kind, int64(i.Document), i.Source, i.On, i.Lines, int64(tx.audit))
	return err
}

// Issues returns what a unit gave in a year, the newest first.
func (tx *Tx) Issues(unit id.ID, year int) ([]Issue, error) {
	var is []Issue
	err := tx.Each(tx.ctx, `SELECT i.id, i.unit_id, i.year, i.kind, i.document_id, i.source, i.on_day, i.lines FROM target_issue i
		WHERE i.province_id = $1 AND i.unit_id = $2 AND i.year = $3 ORDER BY i.id DESC`, []any{unit.Province(), int64(unit), year}, func(s db.Scanner) error {
		var i Issue
		var kind string
		err := s.Scan(&i.ID, &i.Unit, &i.Year, &kind, &i.Document, &i.Source, &i.On, &i.Lines)
		i.Adjusts = kind == "adjust"
		is = append(is, i)
		return err
	})
	return is, err
}

// manyParents is from how many units on the whole year of a province is read in one go, instead of unit by unit.
const manyParents = 25

// TargetsBelow returns the targets in force for everybody (no sub-groups) of the living units directly under each of some units, by
// the unit above. They have bounds, but no source and no id.
func (tx *Tx) TargetsBelow(province int, parents []id.ID, year int, on day.Date) (map[id.ID][]target.Target, error) {
	above, err := tx.livingBelow(province, parents, on)
	if err != nil || len(above) == 0 {
		return nil, err
	}
	newest := map[targetKey]target.Target{}
	add := func(s db.Scanner) error {
		var t target.Target
		var op string
		if err := s.Scan(&t.ID, &t.Unit, &t.Indicator, &op, &t.Low, &t.High); err != nil {
			return err
		}
		t.Op, t.Year = target.Op(op), year
		if k := (targetKey{unit: t.Unit, indicator: t.Indicator}); above[t.Unit] != 0 && t.ID > newest[k].ID {
			newest[k] = t
		}
		return nil
	}
	if len(parents) > manyParents {
		err = tx.Each(tx.ctx, `SELECT t.id, t.unit_id, t.indicator, t.op, t.low, t.high FROM target t WHERE t.province_id = $1 AND t.year = $2 AND t.slice = ''`,
			[]any{province, year}, add)
	} else {
		for part := range slices.Chunk(slices.Sorted(maps.Keys(above)), inChunk) {
			b := db.NewB(`SELECT t.id, t.unit_id, t.indicator, t.op, t.low, t.high FROM target t WHERE t.province_id = $1 AND t.year = $2 AND t.slice = '' AND`, province, year)
			if err = tx.Each(tx.ctx, b.In(`t.unit_id`, padIDs(part)).SQL(), b.Args(), add); err != nil {
				break
			}
		}
	}
	below := map[id.ID][]target.Target{}
	for _, t := range newest {
		if t.Op != "" {
			below[above[t.Unit]] = append(below[above[t.Unit]], t)
		}
	}
	return below, err
}

// livingBelow returns the units directly under some units that live on a day, with the unit above each.
func (tx *Tx) livingBelow(province int, parents []id.ID, on day.Date) (map[id.ID]id.ID, error) {
	above := map[id.ID]id.ID{}
	for part := range slices.Chunk(parents, inChunk) {
		b := db.NewB(`SELECT u.id, u.parent_id FROM unit u WHERE u.province_id = $1 AND (u.dissolved = 0 OR u.dissolved > $2) AND`, province, on).In(`u.parent_id`, padIDs(part))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var u, parent id.ID
			err := s.Scan(&u, &parent)
			above[u] = parent
			return err
		}); err != nil {
			return nil, err
		}
	}
	return above, nil
}

// Gone is a unit that ended in a year and where its people went: what it was given follows them.
type Gone struct {
	Unit   org.Unit
	Shares map[id.ID]int64 // successors with the people who went there; a successor without people counted has 1
}

// GoneIn returns the units of a province that ended inside a year after it began.
func (tx *Tx) GoneIn(province, year int) ([]Gone, error) {
	p := day.YearPeriod(year)
	var gs []Gone
	err := tx.Each(tx.ctx, `SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND u.dissolved > 0 AND u.dissolved > $2 AND u.dissolved <= $3 ORDER BY u.id`,
		[]any{province, p.From, p.To}, func(s db.Scanner) error {
			g := Gone{Shares: map[id.ID]int64{}}
			err := scanUnit(s, &g.Unit)
			gs = append(gs, g)
			return err
		})
	if err != nil {
		return nil, err
	}
	for i := range gs {
		g := &gs[i]
		err := tx.Each(tx.ctx, `SELECT m.to_unit, COUNT(1) FROM movement m WHERE m.province_id = $1 AND m.from_unit = $2 AND m.from_unit <> m.to_unit AND m.from_unit <> 0
			AND m.to_unit <> 0 AND m.effective = $3 GROUP BY m.to_unit`, []any{province, int64(g.Unit.ID), g.Unit.Dissolved}, func(s db.Scanner) error {
			var to id.ID
			var n int64
			err := s.Scan(&to, &n)
			g.Shares[to] = n
			return err
		})
		if err != nil {
			return nil, err
		}
		if err := tx.shareBelow(g); err != nil {
			return nil, err
		}
		if len(g.Shares) == 0 && g.Unit.Parent != 0 {
			g.Shares[g.Unit.Parent] = 1
		}
	}
	return gs, nil
}

// shareBelow adds the people of the units that stood under one that ended to where these units went: a committee that is divided has
// hardly anybody in itself. When all of them went one way nobody needs to be counted.
func (tx *Tx) shareBelow(g *Gone) error {
	u, went := g.Unit, map[id.ID]id.ID{}
	if err := tx.Each(tx.ctx, `SELECT e.unit_id, n.parent_id FROM unit_edge e JOIN unit_edge n ON n.province_id = e.province_id AND n.unit_id = e.unit_id AND n.valid_from = e.valid_to
		WHERE e.province_id = $1 AND n.province_id = $1 AND e.parent_id = $2 AND e.valid_to = $3`, []any{u.Province(), int64(u.ID), u.Dissolved}, func(s db.Scanner) error {
		var kid, to id.ID
		err := s.Scan(&kid, &to)
		went[kid] = to
		return err
	}); err != nil {
		return err
	}
	heirs := map[id.ID]bool{}
	for to := range g.Shares {
		heirs[to] = true
	}
	for _, to := range went {
		heirs[to] = true
	}
	if len(heirs) < 2 {
		for to := range heirs {
			g.Shares[to] = max(1, g.Shares[to])
		}
		return nil
	}
	for kid, to := range went {
		k, err := tx.Unit(kid)
		if err != nil {
			return err
		}
		n, err := tx.countArea(area{unit: k}, tx.tidy(PeopleFilter{At: u.Dissolved}))
		if err != nil {
			return err
		}
		g.Shares[to] += n
	}
	return nil
}

// IssueDays returns the day each of some targets of a province was given; those that came without an issue have none.
func (tx *Tx) IssueDays(province int, ids []id.ID) (map[id.ID]day.Date, error) {
	days := map[id.ID]day.Date{}
	for len(ids) > 0 {
		n := min(len(ids), 400)
		part := ids[:n]
		ids = ids[n:]
		b := db.NewB(`SELECT t.id, i.on_day FROM target t, target_issue i WHERE t.province_id = $1 AND i.province_id = $1 AND i.id = t.issue_id AND`, province)
		b.In(`t.id`, anys(part, func(i id.ID) any { return int64(i) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var t id.ID
			var on day.Date
			err := s.Scan(&t, &on)
			days[t] = on
			return err
		}); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// Following returns the targets in force of units of one province for a year as they are on a day: what units that ended until
// then were given follows their people, and why says so. Without such units it is Targets.
func (tx *Tx) Following(province int, units []id.ID, year int, on day.Date) (ts []target.Target, why map[id.ID][]target.Followed, err error) {
	gone, err := tx.GoneIn(province, year)
	if err != nil {
		return nil, nil, err
	}
	wanted := map[id.ID]bool{}
	for _, u := range units {
		wanted[u] = true
	}
	var ended []target.Ended
	all := slices.Clone(units)
	for _, g := range gone {
		if g.Unit.Dissolved > on {
			continue
		}
		ended = append(ended, target.Ended{Unit: g.Unit.ID, Name: g.Unit.Name, On: g.Unit.Dissolved, Shares: g.Shares})
		for _, u := range append(slices.Collect(maps.Keys(g.Shares)), g.Unit.ID) {
			if !wanted[u] && !slices.Contains(all, u) {
				all = append(all, u)
			}
		}
	}
	if ts, err = tx.Targets(province, all, year); err != nil || len(ended) == 0 {
		return ts, nil, err
	}
	ids := make([]id.ID, len(ts))
	for i, t := range ts {
		ids[i] = t.ID
	}
	given, err := tx.IssueDays(province, ids)
	if err != nil {
		return nil, nil, err
	}
	out, why := target.Follow(ts, ended, given)
	raw := ts
	ts = nil
	for _, u := range units {
		ts = append(ts, out[u]...)
	}
	for _, e := range ended { // whoever asks for a unit that ended sees what it was given
		for _, t := range raw {
			if t.Unit == e.Unit && wanted[e.Unit] {
				ts = append(ts, t)
			}
		}
	}
	slices.SortFunc(ts, func(a, b target.Target) int { return cmp.Compare(a.ID, b.ID) })
	return ts, why, nil
}

// BlocsOf returns the blocs in force on a day of some units of one province.
func (tx *Tx) BlocsOf(province int, units []id.ID, on day.Date) (map[id.ID][]string, error) {
	blocs := map[id.ID][]string{}
	for len(units) > 0 {
		n := min(len(units), 400)
		part := units[:n]
		units = units[n:]
		b := db.NewB(`SELECT t.unit_id, t.value FROM unit_tag t WHERE t.province_id = $1 AND t.kind = 'bloc' AND t.valid_from <= $2 AND (t.valid_to = 0 OR t.valid_to > $2) AND`, province, on)
		b.In(`t.unit_id`, anys(part, func(i id.ID) any { return int64(i) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var u id.ID
			var v string
			err := s.Scan(&u, &v)
			blocs[u] = append(blocs[u], v)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return blocs, nil
}
