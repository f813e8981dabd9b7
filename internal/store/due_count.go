package store

import (
	"cmp"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
)

// DueCounts is how much of what is open stands where on a day. The lists have as many rows.
type DueCounts struct {
	Todo  int64 // warned, due or overdue
	Late  int64 // overdue
	Today int64
	Week  int64 // due today or in seven days
	Soon  int64 // due today or in the days of DueFilter.Soon
	Near  int64 // of Todo: due today or in seven days
}

func (c *DueCounts) add(x DueCounts) {
	c.Todo, c.Late, c.Today, c.Week, c.Soon, c.Near = c.Todo+x.Todo, c.Late+x.Late, c.Today+x.Today, c.Week+x.Week, c.Soon+x.Soon, c.Near+x.Near
}

// horizon is how far ahead of its due day anything is warned, in days, when the filter does not say it. What is
// due later is not read to be counted.
const horizon = 400

// week is how many days ahead what is near lies.
const week = 7

// last is the last day on which something can be due that is warned already.
func (f DueFilter) last() day.Date {
	if f.Ahead > 0 {
		return f.On.AddDays(f.Ahead)
	}
	return f.On.AddDays(horizon)
}

const dueSums = `COUNT(1) FILTER (WHERE o.warn_on <= $1 AND (NOT o.waits OR o.due_on >= $1)), COUNT(1) FILTER (WHERE o.due_on < $1 AND NOT o.waits), COUNT(1) FILTER (WHERE o.due_on = $1),
	COUNT(1) FILTER (WHERE o.due_on >= $1 AND o.due_on <= $2), COUNT(1) FILTER (WHERE o.due_on >= $1 AND o.due_on <= $3),
	COUNT(1) FILTER (WHERE o.due_on >= $1 AND o.due_on <= $2 AND o.warn_on <= $1)`

func (f DueFilter) sums(b *db.B) *db.B {
	return b.Add(dueSums, int32(f.On), int32(f.On.AddDays(week)), int32(f.On.AddDays(f.Soon)))
}

func scanDue(s db.Scanner, c *DueCounts, before ...any) error {
	return s.Scan(append(before, &c.Todo, &c.Late, &c.Today, &c.Week, &c.Soon, &c.Near)...)
}

// CountDue counts what is open in a scope. The tab of the filter does not matter. What is due soon is counted by its
// days; further ahead only what is warned, in a whole province
// by a second look, because in the part of one the units are gone through anyway.
func (tx *Tx) CountDue(sc access.Scope, f DueFilter) (DueCounts, error) {
	var all DueCounts
	as, err := tx.areas(sc)
	if err != nil {
		return all, err
	}
	for _, a := range as {
		near, far := f.ahead(), f
		if soon := f.On.AddDays(max(f.Soon, week)); near.To > soon && a.whole() {
			near.To, far.Tab, far.From, far.To = soon, DueTodo, max(f.From, soon.AddDays(1)), near.To
		}
		b := near.sums(db.NewB(`SELECT`))
		near.from(b, a, false)
		near.where(b, a)
		var c DueCounts
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error { return scanDue(s, &c) }); err != nil {
			return all, err
		}
		all.add(c)
		if far.From == f.From {
			continue
		}
		n, err := tx.countRows(a, far)
		if err != nil {
			return all, err
		}
		all.Todo += n
	}
	return all, nil
}

// ahead is the filter of everything open that counts can be about.
func (f DueFilter) ahead() DueFilter {
	f.Tab = DueOpen
	if end := f.last(); f.To == 0 || f.To > end {
		f.To = end
	}
	return f
}

// CountDueRows returns the length of a list.
func (tx *Tx) CountDueRows(sc access.Scope, f DueFilter) (int64, error) {
	var all int64
	as, err := tx.areas(sc)
	if err != nil {
		return 0, err
	}
	for _, a := range as {
		n, err := tx.countRows(a, f)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

// countRows counts a list in an area. What is late for longer than any level needs is raised wherever its unit stands,
// so in a whole province only what became late since is held against the depth of its unit.
func (tx *Tx) countRows(a area, f DueFilter) (n int64, err error) {
	if f.Tab == DueRaised && a.whole() {
		late, rest := f, f
		long := f.Escalate.Since(f.On, raisable)
		if late.Tab = DueLate; late.To == 0 || late.To > long {
			late.To = long
		}
		rest.From = max(f.From, long.AddDays(1))
		if n, err = tx.countRows(a, late); err != nil {
			return 0, err
		}
		more, err := tx.countPlain(a, rest)
		return n + more, err
	}
	return tx.countPlain(a, f)
}

func (tx *Tx) countPlain(a area, f DueFilter) (n int64, err error) {
	b := db.NewB(`SELECT COUNT(1)`)
	f.from(b, a, false)
	f.where(b, a)
	err = tx.Row(tx.ctx, b.SQL(), b.Args(), &n)
	return n, err
}

// DueByChild counts what is open by the units directly under the top of a scope, each with what stands
// below it. What the top has itself is under its own id.
func (tx *Tx) DueByChild(sc access.Scope, f DueFilter) (map[id.ID]DueCounts, error) {
	out := map[id.ID]DueCounts{}
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	f = f.ahead()
	for _, a := range as {
		err := tx.dueByUnit(a, f, func(branch id.ID, path string, c DueCounts) {
			child := branch
			switch {
			case sc.Nation():
				child = a.unit.ID
			case !a.whole():
				child = a.unit.ID
				if below := pathIDs(path[len(a.unit.Path):]); len(below) > 0 {
					child = below[0]
				}
			}
			sum := out[child]
			sum.add(c)
			out[child] = sum
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (tx *Tx) dueByUnit(a area, f DueFilter, each func(branch id.ID, path string, c DueCounts)) error {
	if a.whole() {
		b := f.sums(db.NewB(`SELECT u.branch_id, '',`)).Add(`FROM obligation o JOIN unit u ON u.province_id = o.province_id AND u.id = o.unit_id
			WHERE o.province_id = $1 AND u.province_id = $1`, a.province())
		f.where(b, a)
		return tx.eachDue(b.Add(`GROUP BY u.branch_id`), each)
	}
	b := f.sums(db.NewB(`SELECT u.branch_id, u.path,`))
	f.from(b, a, false)
	f.where(b, a)
	return tx.eachDue(b.Add(`GROUP BY u.branch_id, u.path`), each)
}

func (tx *Tx) eachDue(b *db.B, each func(branch id.ID, path string, c DueCounts)) error {
	return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var branch id.ID
		var path string
		var c DueCounts
		if err := scanDue(s, &c, &branch, &path); err != nil {
			return err
		}
		each(branch, path, c)
		return nil
	})
}

// DueDay is how much is due on a day in a unit.
type DueDay struct {
	On   day.Date
	Unit id.ID
	N    int64
}

// DueDays counts what is due on each day between two, by unit; in a whole province or the nation by the
// top of the scope.
func (tx *Tx) DueDays(sc access.Scope, from, to day.Date) ([]DueDay, error) {
	as, err := tx.areas(sc)
	if err != nil {
		return nil, err
	}
	sum := map[DueDay]int64{}
	for _, a := range as {
		b := db.NewB(`SELECT o.due_on, o.unit_id, COUNT(1)`)
		DueFilter{}.from(b, a, false)
		open(b, a)
		between(b, a, from, to)
		b.Add(`GROUP BY o.due_on, o.unit_id`)
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var d DueDay
			err := s.Scan(&d.On, &d.Unit, &d.N)
			n := d.N
			d.N = 0
			if a.whole() {
				d.Unit = sc.Unit().ID
			}
			sum[d] += n
			return err
		}); err != nil {
			return nil, err
		}
	}
	out := make([]DueDay, 0, len(sum))
	for d, n := range sum {
		d.N = n
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b DueDay) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Unit, b.Unit)) })
	return out, nil
}
