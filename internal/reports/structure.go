package reports

import (
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Structure says by which tree figures of a past day are put together (cơ cấu).
type Structure string

// The structures. Who asks for neither gets today's.
const (
	Now  Structure = "now"  // hiện nay: what a unit had is where the unit stands today
	Then Structure = "then" // tại ngày số liệu: the units of that day with what they had
)

// structure is the tree a page is made by.
type structure struct {
	kids      []org.Unit
	displaced []store.Displaced // stood elsewhere on the day, seen from the page's unit
}

// structure reads the units directly below the page's unit, and which units stood elsewhere on the day.
// For the tree of the day it also gives the page the names of that day.
func (p *Pilot) structure(tx *store.Tx, scope access.Scope) (structure, error) {
	var s structure
	all, err := tx.Displaced(scope, p.AsOf)
	if err != nil {
		return s, err
	}
	u := p.Unit.ID
	for _, d := range all {
		if standing(d.Then, u) != standing(d.Now, u) {
			s.displaced = append(s.displaced, d)
		}
	}
	p.Displaced = len(s.displaced)
	if p.Structure != Then || p.AsOf >= tx.Today {
		p.Above, err = tx.Above(p.Unit)
		if err == nil {
			s.kids, err = tx.ChildUnits(scope, tx.Today)
		}
		return s, err
	}
	return s, s.then(tx, p, scope, all)
}

// then reads the names and the children of the day.
func (s *structure) then(tx *store.Tx, p *Pilot, scope access.Scope, all []store.Displaced) error {
	self, err := tx.TreeRow(p.Unit.ID, p.AsOf)
	if err != nil {
		return err
	}
	p.Unit.Name, p.Unit.Short = self.Name, self.Short
	p.Absent = !p.Nation && !p.Unit.Alive(p.AsOf)
	rows, err := tx.Ancestors(p.Unit, p.AsOf)
	if err != nil {
		return err
	}
	p.Above = nil
	for _, r := range rows {
		p.Above = append(p.Above, r.Unit)
	}
	const page = 1000
	var at store.TreePos
	for {
		rows, err := tx.Children(scope, p.AsOf, at, page)
		if err != nil {
			return err
		}
		for _, r := range rows {
			s.kids = append(s.kids, r.Unit)
			at = r.Pos()
		}
		if len(rows) < page {
			break
		}
	}
	p.shifted = map[id.ID]bool{}
	for _, u := range append([]org.Unit{p.Unit}, s.kids...) {
		p.shifted[u.ID] = slices.ContainsFunc(all, func(d store.Displaced) bool {
			return slices.Contains(d.Then, u.ID) != slices.Contains(d.Now, u.ID)
		})
	}
	return nil
}

// counted returns the children that stand there today too: the figures of the others come from units
// that are displaced, all of them.
func (s *structure) counted(p *Pilot) []org.Unit {
	if p.Nation {
		return s.kids
	}
	var kids []org.Unit
	for _, k := range s.kids {
		if k.Parent == p.Unit.ID {
			kids = append(kids, k)
		}
	}
	return kids
}

// seat is where a unit counts on a page: nowhere, with the page's unit, and with which child of it.
type seat struct {
	under bool
	child id.ID // 0 for the page's unit itself
}

// standing returns where the last unit of a way counts on the page of u.
func standing(way []id.ID, u id.ID) seat {
	i := slices.Index(way, u)
	if i < 0 {
		return seat{}
	}
	if i+1 < len(way) {
		return seat{true, way[i+1]}
	}
	return seat{under: true}
}

// in reports whether a unit that counts at s counts with a unit of the page of u.
func (s seat) in(unit, u id.ID) bool { return s.under && (unit == u || unit == s.child) }

// shift moves the figures of units that stood elsewhere on the day from where they stand today: the
// people each had then, and what happened in them in the two years of the page.
func (f *figures) shift(tx *store.Tx, scope access.Scope, displaced []store.Displaced) error {
	if len(displaced) == 0 {
		return nil
	}
	sh := shift{f: f, u: f.p.Unit, by: map[id.ID]store.Displaced{}, stock: map[id.ID]map[ledger.Stage]int64{}, flows: ledger.Tally{}}
	units := make([]id.ID, len(displaced))
	for i, d := range displaced {
		units[i] = d.Unit
		sh.by[d.Unit], sh.stock[d.Unit] = d, map[ledger.Stage]int64{}
	}
	if err := tx.UnitsStock(scope, units, func(u id.ID, s ledger.Stage, n int64) { sh.stock[u][s] += n }); err != nil {
		return err
	}
	from := min(day.Of(f.p.Year-1, 1, 1), f.p.AsOf.AddDays(1))
	if err := tx.UnitsMovements(scope, units, from, tx.Today, sh.movement); err != nil {
		return err
	}
	for _, d := range displaced {
		sh.people(standing(d.Now, sh.u.ID), sh.stock[d.Unit], -1)
		sh.people(standing(d.Then, sh.u.ID), sh.stock[d.Unit], 1)
	}
	for k, c := range sh.flows {
		f.add(f.at(k.Unit), k.Measure, k.Month, c[ledger.SliceAll])
	}
	return nil
}

// shift collects what is to be moved.
type shift struct {
	f     *figures
	u     org.Unit
	by    map[id.ID]store.Displaced
	stock map[id.ID]map[ledger.Stage]int64 // of the displaced units, on the day in the end
	flows ledger.Tally
}

// people adds d times the people of a unit where it counts.
func (sh *shift) people(at seat, stock map[ledger.Stage]int64, d int64) {
	for stage, n := range stock {
		if at.under {
			sh.f.at(sh.u.ID).stock[stage] += d * n
		}
		if at.child != 0 {
			sh.f.at(at.child).stock[stage] += d * n
		}
	}
}

// movement takes a later movement back from the people of the units it touches, and moves what an
// earlier one counted.
func (sh *shift) movement(m *store.PathMovement) {
	if m.Effective > sh.f.p.AsOf {
		if s := sh.stock[m.From.Unit]; s != nil && !m.From.Out() {
			s[m.From.Stage]++
		}
		if s := sh.stock[m.To.Unit]; s != nil && !m.To.Out() {
			s[m.To.Stage]--
		}
		return
	}
	fromNow, fromThen := sh.seats(m.From.Unit, m.FromPath)
	toNow, toThen := sh.seats(m.To.Unit, m.ToPath)
	tops := []id.ID{sh.u.ID, fromNow.child, fromThen.child, toNow.child, toThen.child}
	for i, top := range tops {
		if top == 0 || slices.Contains(tops[:i], top) {
			continue
		}
		was := ledger.Tally{}
		was.Add(top, m.Movement, fromNow.in(top, sh.u.ID), toNow.in(top, sh.u.ID))
		sh.flows.Merge(was, -1)
		sh.flows.Add(top, m.Movement, fromThen.in(top, sh.u.ID), toThen.in(top, sh.u.ID))
	}
}

// seats returns where a unit counts today and where it counted on the day.
func (sh *shift) seats(unit id.ID, path string) (now, then seat) {
	if d, ok := sh.by[unit]; ok {
		return standing(d.Now, sh.u.ID), standing(d.Then, sh.u.ID)
	}
	rest, under := strings.CutPrefix(path, sh.u.Path)
	if !under {
		return seat{}, seat{}
	}
	child, _, _ := strings.Cut(rest, "/")
	s := seat{true, id.Parse(child)}
	return s, s
}
