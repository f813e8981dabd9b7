package store

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/target"
)

// Direction is how the unit of a list sees a movement: as something that happened in it or brought
// somebody in, or as somebody leaving.
type Direction int

// The directions. BothWays is every movement the unit counts.
const (
	BothWays Direction = iota
	Inward
	Outward
)

// MovementFilter says which movements a list shows (bộ lọc biến động).
type MovementFilter struct {
	Causes   []ledger.Cause // empty: all
	Dir      Direction
	From, To day.Date // both included; 0 open
	Slice    ledger.Slice
	Group    target.Group   // of several slices, for which there is no counter
	Among    map[id.ID]bool // only these movements; nil: all
}

// MovementLine is one line of a list of movements. The list is net: a movement and its reversal that
// both fall into the period are left out, as they count nothing together.
type MovementLine struct {
	ledger.Movement
	Outward  bool     // the unit counts it as leaving
	Minus    bool     // a reversal of something before the period: it counts -1
	Other    day.Date // of a line that was reversed after the period, and of a reversal: the other's day
	Name     string   // of the person
	FromUnit string   // in a list of a province with the branch
	ToUnit   string
}

// MovementPage is part of a list of movements, latest first.
type MovementPage struct {
	Lines []MovementLine
	Next  string // cursor of the following page, "" at the end
}

// MovementSum is the length of a list: Net is what the counters say, which is the lines that count +1
// less Minus, the lines that count -1.
type MovementSum struct {
	Net, Minus int64
}

// ledgerLine is a movement with the day of its reversal or of its original.
type ledgerLine struct {
	m        ledger.Movement
	reversed day.Date // 0 when it stands
	original day.Date // of a reversal
}

// before orders lines latest first.
func (l *ledgerLine) before(day day.Date, i id.ID) bool {
	return l.m.Effective > day || l.m.Effective == day && l.m.ID > i
}

// period is the days of a filter as two bounds.
func (f MovementFilter) period() (from, to day.Date) {
	from, to = f.From, f.To
	if to == 0 {
		to = endOfDays
	}
	return from, to
}

// wants says whether a line of an area belongs to the list.
func (f MovementFilter) wants(a area, l *ledgerLine) (outward, ok bool) {
	m := &l.m
	measure, _, ok := m.Counted(a.has(m.From), a.has(m.To))
	if !ok || len(f.Causes) > 0 && !slices.Contains(f.Causes, m.Cause) {
		return false, false
	}
	if f.Among != nil && !f.Among[m.ID] {
		return false, false
	}
	outward = measure.Outward()
	if f.Dir == Inward && outward || f.Dir == Outward && !outward {
		return false, false
	}
	if !f.Group.Everybody() && !f.Group.Has(m.Counting(), m.Age) {
		return false, false
	}
	return outward, f.Slice == ledger.SliceAll || f.Slice.Has(m.Counting(), m.Age)
}

// cancelled says whether a line and its reversal both fall into the period.
func (f MovementFilter) cancelled(l *ledgerLine) bool {
	from, to := f.period()
	if l.m.Reverses != 0 {
		return l.original >= from
	}
	return l.reversed != 0 && l.reversed <= to
}

// MovementList lists what a unit's counters of happenings count between two days.
func (tx *Tx) MovementList(sc access.Scope, f MovementFilter, after string, limit int) (MovementPage, error) {
	areas, err := tx.areas(sc)
	if err != nil {
		return MovementPage{}, err
	}
	day, last, err := parseMovementCursor(after)
	if err != nil {
		return MovementPage{}, err
	}
	var all []MovementLine
	for _, a := range areas {
		part, err := tx.lines(a, f, day, last, limit+1)
		if err != nil {
			return MovementPage{}, err
		}
		all = append(all, part...)
	}
	if len(areas) > 1 {
		slices.SortFunc(all, func(x, y MovementLine) int {
			return cmpLatest(x.Effective, x.ID, y.Effective, y.ID)
		})
	}
	page := MovementPage{Lines: all}
	if len(all) > limit {
		page.Lines = all[:limit]
		end := page.Lines[limit-1]
		page.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", end.Effective, end.ID))
	}
	return page, tx.nameLines(page.Lines, sc.Unit().Depth == 0)
}

func cmpLatest(d day.Date, i id.ID, e day.Date, j id.ID) int {
	switch {
	case d > e || d == e && i > j:
		return -1
	case d == e && i == j:
		return 0
	}
	return 1
}

// parseMovementCursor reads a cursor; "" is the beginning: after every day.
func parseMovementCursor(s string) (d day.Date, i id.ID, err error) {
	if s == "" {
		return endOfDays, 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		_, err = fmt.Sscanf(string(b), "%d %d", &d, &i)
	}
	if err != nil {
		return 0, 0, fault.E("store.parseMovementCursor", fault.Invalid, "people.cursor", err)
	}
	return d, i, nil
}

// lines returns at most n lines of an area after a position.
func (tx *Tx) lines(a area, f MovementFilter, after day.Date, last id.ID, n int) ([]MovementLine, error) {
	if err := tx.fill(&a); err != nil {
		return nil, err
	}
	var out []MovementLine
	keep := func(l *ledgerLine) {
		if outward, ok := f.wants(a, l); ok && len(out) < n && !f.cancelled(l) {
			ml := MovementLine{Movement: l.m, Outward: outward, Minus: l.m.Reverses != 0, Other: l.reversed}
			if ml.Minus {
				ml.Other = l.original
			}
			out = append(out, ml)
		}
	}
	if !a.whole() || f.Among != nil {
		all, err := tx.linesBelow(a, f)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if !all[i].before(after, last) && (all[i].m.Effective != after || all[i].m.ID != last) {
				keep(&all[i])
			}
		}
		return out, nil
	}
	for size := n + 8; len(out) < n; size = min(1000, 2*size) {
		from, to := f.period()
		b := db.NewB(`SELECT ` + ledgerLineCols + ` FROM movement m ` + reversalJoins)
		b.Add(`WHERE m.province_id = $1 AND m.effective >= $2 AND m.effective <= $3 AND (m.effective, m.id) < ($4, $5)`,
			a.province(), int32(from), int32(min(to, after)), int32(after), int64(last))
		addCauses(b, f.Causes)
		b.Add(`ORDER BY m.effective DESC, m.id DESC LIMIT $1`, size)
		rows := 0
		if err := tx.eachLine(b, func(l *ledgerLine) {
			rows++
			after, last = l.m.Effective, l.m.ID
			keep(l)
		}); err != nil {
			return nil, err
		}
		if rows < size {
			break
		}
	}
	return out, nil
}

const ledgerLineCols = movementCols + `, COALESCE(r.effective, 0), COALESCE(o.effective, 0)`

const reversalJoins = `LEFT JOIN movement r ON r.province_id = m.province_id AND r.reverses = m.id AND r.reverses <> 0
	LEFT JOIN movement o ON o.province_id = m.province_id AND o.id = m.reverses`

func addCauses(b *db.B, causes []ledger.Cause) {
	if len(causes) > 0 {
		b.Add(`AND`).In("+m.cause", db.Values(causes))
	}
}

// eachLine calls f with every line a query selects; f must not keep it.
func (tx *Tx) eachLine(b *db.B, f func(*ledgerLine)) error {
	var l ledgerLine
	return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		l = ledgerLine{}
		if err := scanMovement(tailed{s, []any{&l.reversed, &l.original}}, &l.m); err != nil {
			return err
		}
		f(&l)
		return nil
	})
}

// tailed scans more columns after the others.
type tailed struct {
	db.Scanner
	tail []any
}

func (t tailed) Scan(dest ...any) error { return t.Scanner.Scan(append(dest, t.tail...)...) }

// linesBelow reads every line of a period that touches a part of a province, latest first.
func (tx *Tx) linesBelow(a area, f MovementFilter) ([]ledgerLine, error) {
	if f.Among != nil {
		return tx.linesAmong(a.province(), f)
	}
	from, to := f.period()
	var all []ledgerLine
	for _, where := range []func(*db.B, day.Date, day.Date){a.movementsTo, a.movementsFrom} {
		b := db.NewB(`SELECT ` + ledgerLineCols)
		where(b, from, to)
		addCauses(b, f.Causes)
		if err := tx.eachLine(b, func(l *ledgerLine) { all = append(all, *l) }); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(x, y ledgerLine) int { return cmpLatest(x.m.Effective, x.m.ID, y.m.Effective, y.m.ID) })
	return slices.CompactFunc(all, func(x, y ledgerLine) bool { return x.m.ID == y.m.ID }), nil
}

// linesAmong reads the movements a filter names, latest first.
func (tx *Tx) linesAmong(province int, f MovementFilter) ([]ledgerLine, error) {
	from, to := f.period()
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(f.Among)), func(i id.ID) bool { return i.Province() != province })
	var all []ledgerLine
	for len(ids) > 0 {
		n := min(len(ids), inChunk)
		b := db.NewB(`SELECT `+ledgerLineCols+` FROM movement m `+reversalJoins+` WHERE m.province_id = $1 AND m.effective >= $2 AND m.effective <= $3 AND`,
			province, int32(from), int32(to)).In(`m.id`, padIDs(ids[:n]))
		ids = ids[n:]
		if err := tx.eachLine(b, func(l *ledgerLine) { all = append(all, *l) }); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(x, y ledgerLine) int { return cmpLatest(x.m.Effective, x.m.ID, y.m.Effective, y.m.ID) })
	return all, nil
}

// movementsTo adds FROM and WHERE of the movements of some days that end in a part of a province.
func (a area) movementsTo(b *db.B, from, to day.Date) {
	b.Add(`FROM unit u CROSS JOIN movement m `+reversalJoins+` WHERE u.province_id = $1 AND m.province_id = $2 AND u.path >= $3 AND u.path < $4
		AND m.to_unit = u.id AND m.effective >= $5 AND m.effective <= $6`,
		a.province(), a.province(), a.unit.Path, org.PathEnd(a.unit.Path), int32(from), int32(to))
}

// movementsFrom is movementsTo for those that begin there and end in another unit, or outside.
func (a area) movementsFrom(b *db.B, from, to day.Date) {
	b.Add(`FROM unit u CROSS JOIN movement m `+reversalJoins+` WHERE u.province_id = $1 AND m.province_id = $2 AND u.path >= $3 AND u.path < $4
		AND m.from_unit = u.id AND m.from_unit <> m.to_unit AND m.from_unit <> 0 AND m.effective >= $5 AND m.effective <= $6`,
		a.province(), a.province(), a.unit.Path, org.PathEnd(a.unit.Path), int32(from), int32(to))
}

// nameLines fills in the names of people and units.
func (tx *Tx) nameLines(lines []MovementLine, wide bool) error {
	units := make([]id.ID, 0, 2*len(lines))
	people := map[int][]id.ID{}
	for i := range lines {
		units = append(units, lines[i].From.Unit, lines[i].To.Unit)
		p := lines[i].Person
		people[p.Province()] = append(people[p.Province()], p)
	}
	labels := unitLabels{wide: wide, units: map[id.ID]org.Unit{}}
	if err := labels.read(tx, units); err != nil {
		return err
	}
	names := map[id.ID]string{}
	for province, list := range people {
		for len(list) > 0 {
			n := min(len(list), inChunk)
			b := db.NewB(`SELECT p.id, p.name FROM person p WHERE p.province_id = $1 AND`, province)
			b.In("p.id", padIDs(list[:n]))
			list = list[n:]
			if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
				var i id.ID
				var name string
				err := s.Scan(&i, &name)
				names[i] = name
				return err
			}); err != nil {
				return err
			}
		}
	}
	for i := range lines {
		l := &lines[i]
		l.Name, l.FromUnit, l.ToUnit = names[l.Person], labels.of(l.From.Unit), labels.of(l.To.Unit)
	}
	return nil
}
