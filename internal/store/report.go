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

// Figure is one summed counter: the people of all slices together.
type Figure struct {
	Unit    id.ID
	Measure ledger.Measure
	Month   day.Month
	N       int64
}

// Figures calls f with the counters of some units of one province: measures between two months, one
// line per month. Units without counters give no lines.
func (tx *Tx) Figures(province int, units []id.ID, measures []ledger.Measure, from, to day.Month, f func(Figure)) error {
	row := newInts(4)
	for len(units) > 0 {
		n := min(len(units), 200)
		part := units[:n]
		units = units[n:]
		b := db.NewB(`SELECT unit_id, measure, month, n FROM tally WHERE province_id = $1 AND month BETWEEN $2 AND $3 AND`, province, int(from), int(to))
		b.In(`unit_id`, anys(part, func(i id.ID) any { return int64(i) }))
		b.Add(`AND`)
		b.In(`measure`, anys(measures, func(m ledger.Measure) any { return int(m) }))
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			if err := s.Scan(row.dest...); err != nil {
				return err
			}
			f(Figure{id.ID(row.at(0)), ledger.Measure(row.at(1)), day.Month(row.at(2)), row.at(3)})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func anys[T any](list []T, f func(T) any) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

// PathMovement is a movement with where its two units stand in the tree of today; "" is outside.
type PathMovement struct {
	ledger.Movement
	FromPath, ToPath string
}

const pathMovementCols = movementCols + `, COALESCE(uf.path, ''), COALESCE(ut.path, '')`

func scanPathMovement(s db.Scanner, m *PathMovement) error {
	var was string
	a := &m.Attrs
	if err := s.Scan(&m.ID, &m.Person, &m.From.Unit, &m.From.Stage, &m.To.Unit, &m.To.Stage, &m.Cause, &m.Effective, &m.Recorded, &m.Decision, &m.DecidedOn,
		&m.Batch, &m.Audit, &m.Reverses, &m.Campaign, &m.Age, &a.Sex, &a.Ethnic, &a.Religion, &a.Occupation, &a.Schooling, &a.Expertise, &a.Sector, &a.Youth, &a.Birth, &was,
		&m.FromPath, &m.ToPath); err != nil {
		return err
	}
	var err error
	m.Was, err = ledger.UnpackAttrs(was)
	return err
}

// ProvinceMovements calls f with every movement of a province that took effect between two days.
func (tx *Tx) ProvinceMovements(province int, from, to day.Date, f func(*PathMovement)) error {
	return tx.pathMovements(db.NewB(`SELECT `+pathMovementCols+` FROM movement m
		LEFT JOIN unit uf ON uf.province_id = m.province_id AND uf.id = m.from_unit
		LEFT JOIN unit ut ON ut.province_id = m.province_id AND ut.id = m.to_unit
		WHERE m.province_id = $1 AND m.effective BETWEEN $2 AND $3`, province, int32(from), int32(to)), f)
}

// SubtreeMovements calls f once with every movement into, inside or out of a subtree of today's tree
// that took effect between two days. It costs by the units of the subtree: use it below a branch.
func (tx *Tx) SubtreeMovements(s access.Scope, from, to day.Date, f func(*PathMovement)) error {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return nil
	}
	end := org.PathEnd(u.Path)
	// CROSS JOIN keeps SQLite from starting at the days of the whole province.
	if err := tx.pathMovements(db.NewB(`SELECT `+pathMovementCols+` FROM unit ut CROSS JOIN movement m
		LEFT JOIN unit uf ON uf.province_id = m.province_id AND uf.id = m.from_unit
		WHERE ut.province_id = $1 AND ut.path >= $2 AND ut.path < $3
		AND m.province_id = $4 AND m.to_unit = ut.id AND m.effective BETWEEN $5 AND $6`,
		u.Province(), u.Path, end, u.Province(), int32(from), int32(to)), f); err != nil {
		return err
	}
	return tx.pathMovements(db.NewB(`SELECT `+pathMovementCols+` FROM unit uf CROSS JOIN movement m
		LEFT JOIN unit ut ON ut.province_id = m.province_id AND ut.id = m.to_unit
		WHERE uf.province_id = $1 AND uf.path >= $2 AND uf.path < $3
		AND m.province_id = $4 AND m.from_unit = uf.id AND m.from_unit <> m.to_unit AND m.from_unit <> 0 AND m.effective BETWEEN $5 AND $6
		AND (ut.path IS NULL OR ut.path < $7 OR ut.path >= $8)`,
		u.Province(), u.Path, end, u.Province(), int32(from), int32(to), u.Path, end), f)
}

func (tx *Tx) pathMovements(b *db.B, f func(*PathMovement)) error {
	var m PathMovement
	return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		if err := scanPathMovement(s, &m); err != nil {
			return err
		}
		f(&m)
		return nil
	})
}

// UnitStock is how many people of a stage a unit has today.
type UnitStock struct {
	Unit  id.ID
	Path  string
	Stage ledger.Stage
	N     int64
}

// SubtreeStock calls f with today's people of every unit of a subtree. It costs by the people of the
// subtree: use it below a branch.
func (tx *Tx) SubtreeStock(s access.Scope, f func(UnitStock)) error {
	u := s.Unit()
	if !s.OK() || u.ID == 0 {
		return nil
	}
	return tx.Each(tx.ctx, `SELECT u.id, u.path, p.stage, COUNT(*) FROM unit u
		JOIN person p ON p.province_id = u.province_id AND p.unit_id = u.id AND p.stage > 0
		WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3 GROUP BY u.id, u.path, p.stage`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path)}, func(r db.Scanner) error {
			var x UnitStock
			err := r.Scan(&x.Unit, &x.Path, &x.Stage, &x.N)
			if err == nil {
				f(x)
			}
			return err
		})
}

// ChildUnits returns the units directly under u in the tree of today that exist on a day, in order
// of name. The children of the nation are the roots of the provinces.
func (tx *Tx) ChildUnits(s access.Scope, on day.Date) ([]org.Unit, error) {
	var us []org.Unit
	add := func(r db.Scanner) error {
		var u org.Unit
		if err := scanUnit(r, &u); err != nil {
			return err
		}
		if u.Alive(on) {
			us = append(us, u)
		}
		return nil
	}
	if s.Nation() {
		err := tx.EachProvince(func(p Province) error {
			return tx.Each(tx.ctx, `SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND u.id = $2`, []any{p.ID, int64(p.Root)}, add)
		})
		return us, err
	}
	if !s.OK() {
		return nil, nil
	}
	u := s.Unit()
	err := tx.Each(tx.ctx, `SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND u.parent_id = $2 ORDER BY u.name_key, u.id`,
		[]any{u.Province(), int64(u.ID)}, add)
	return us, err
}

// Above returns the units from the root down to the parent of u.
func (tx *Tx) Above(u org.Unit) ([]org.Unit, error) {
	var us []org.Unit
	for u.Parent != 0 {
		p, err := tx.Unit(u.Parent)
		if err != nil {
			return nil, err
		}
		us = append([]org.Unit{p}, us...)
		u = p
	}
	return us, nil
}

// Counted returns every slice of one measure of a unit between two months: from the counters when
// the unit has them, else from the movements of its subtree.
func (tx *Tx) Counted(scope access.Scope, m ledger.Measure, from, to day.Month) (ledger.Counts, error) {
	var sum ledger.Counts
	u := scope.Unit()
	if !u.Tallied() {
		t := ledger.Tally{}
		err := tx.SubtreeMovements(scope, from.First(), to.Last(), func(p *PathMovement) {
			t.Add(u.ID, p.Movement, strings.HasPrefix(p.FromPath, u.Path), strings.HasPrefix(p.ToPath, u.Path))
		})
		for k, c := range t {
			if k.Measure == m {
				for i, n := range c {
					sum[i] += n
				}
			}
		}
		return sum, err
	}
	err := tx.CountedMonths(u, m, from, to, func(_ day.Month, c ledger.Counts) {
		for i, n := range c {
			sum[i] += n
		}
	})
	return sum, err
}

// CountedMonths calls f with what the counters of a unit that has them say of each month in which anything happened.
func (tx *Tx) CountedMonths(u org.Unit, m ledger.Measure, from, to day.Month, f func(day.Month, ledger.Counts)) error {
	return tx.Each(tx.ctx, `SELECT month, `+tallyColumns+` FROM tally WHERE province_id = $1 AND unit_id = $2 AND measure = $3 AND month BETWEEN $4 AND $5`,
		[]any{u.Province(), int64(u.ID), int(m), int(from), int(to)}, func(s db.Scanner) error {
			var month int
			var c ledger.Counts
			if err := s.Scan(append([]any{&month}, scanCounts(&c)...)...); err != nil {
				return err
			}
			f(day.Month(month), c)
			return nil
		})
}
