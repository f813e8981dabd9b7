package store

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// DueTab is one of the lists work is shown in (thẻ danh sách việc).
type DueTab string

// The lists.
const (
	DueTodo   DueTab = "todo"   // cần làm: warned, due or overdue
	DueSoon   DueTab = "soon"   // sắp hết hạn: due today or in the days of DueFilter.Soon
	DueLate   DueTab = "late"   // quá hạn
	DueRaised DueTab = "raised" // đã chuyển cấp trên: overdue so long that the top of the list's scope is told
	DueDone   DueTab = "done"   // đã xong, latest first
	DueOpen   DueTab = "open"   // everything open
)

// DueFilter says which obligations a list shows.
type DueFilter struct {
	Tab      DueTab
	On       day.Date // the day it is seen on
	Soon     int      // days ahead of the list DueSoon
	Ahead    int      // most days ahead anything is warned; 0 not known
	Escalate deadline.Escalation
	Clocks   []string // none: all
	From, To day.Date // due between them; 0 open on that side
	Organs   []deadline.Organ
}

// DueRow is one line of a list.
type DueRow struct {
	deadline.Obligation
	Name     string // of the person
	Stage    ledger.Stage
	UnitName string
	Depth    int // of the unit in the tree
}

// DuePage is part of a list.
type DuePage struct {
	Rows []DueRow
	Next string
}

// raisable is how many levels up something can go: the tree is not deeper.
const raisable = 6

// DueList returns a page of the obligations of a scope: what is due first comes first, of what is done the
// latest.
func (tx *Tx) DueList(sc access.Scope, f DueFilter, after string, limit int) (DuePage, error) {
	page, err := tx.DueLines(sc, f, after, limit)
	if err != nil {
		return page, err
	}
	return page, tx.DueLabels(sc, page.Rows)
}

// DueLines is DueList without the names of units, which DueLabels adds to several lists at once.
func (tx *Tx) DueLines(sc access.Scope, f DueFilter, after string, limit int) (DuePage, error) {
	var page DuePage
	pos, err := parseDuePos(after)
	if err != nil {
		return page, err
	}
	as, err := tx.areas(sc)
	if err != nil {
		return page, err
	}
	for _, a := range as {
		if err := tx.dueRows(a, f, pos, limit+1, &page.Rows); err != nil {
			return page, err
		}
	}
	if len(as) > 1 {
		slices.SortFunc(page.Rows, f.compare)
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = posOf(&page.Rows[limit-1]).cursor()
	}
	return page, nil
}

// DueLabels fills in the units of lists of a scope.
func (tx *Tx) DueLabels(sc access.Scope, lists ...[]DueRow) error {
	labels := unitLabels{wide: sc.Unit().Depth == 0, units: map[id.ID]org.Unit{}}
	var units []id.ID
	for _, rows := range lists {
		for i := range rows {
			units = append(units, rows[i].Unit)
		}
	}
	if err := labels.read(tx, units); err != nil {
		return err
	}
	for _, rows := range lists {
		for i := range rows {
			r := &rows[i]
			r.UnitName, r.Depth = labels.of(r.Unit), labels.units[r.Unit].Depth
		}
	}
	return nil
}

func (tx *Tx) dueRows(a area, f DueFilter, pos duePos, n int, rows *[]DueRow) error {
	b := db.NewB(`SELECT ` + obligationCols + `, p.name, p.stage`)
	f.from(b, a, true)
	f.where(b, a)
	at := []any{int32(pos.due), int64(pos.person), pos.clock, pos.ref, int64(pos.dossier)}
	switch {
	case f.Tab != DueDone && !a.whole():
		b.Add(`AND (+o.due_on, o.person_id, o.clock, o.ref, o.dossier_id) > ($1, $2, $3, $4, $5)
			ORDER BY o.due_on, o.person_id, o.clock, o.ref, o.dossier_id`, at...)
	case f.Tab != DueDone:
		b.Add(`AND (o.due_on, o.person_id, o.clock, o.ref, o.dossier_id) > ($1, $2, $3, $4, $5)
			ORDER BY o.due_on, o.person_id, o.clock, o.ref, o.dossier_id`, at...)
	case pos.closed != 0:
		b.Add(`AND (o.closed_on, o.due_on, o.person_id, o.clock, o.ref, o.dossier_id) < ($1, $2, $3, $4, $5, $6)`, append([]any{int32(pos.closed)}, at...)...)
		fallthrough
	default:
		b.Add(`ORDER BY o.closed_on DESC, o.due_on DESC, o.person_id DESC, o.clock DESC, o.ref DESC, o.dossier_id DESC`)
	}
	b.Add(`LIMIT $1`, n)
	return tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var r DueRow
		err := scanObligation(tailed{s, []any{&r.Name, &r.Stage}}, &r.Obligation)
		*rows = append(*rows, r)
		return err
	})
}

// from adds FROM and the conditions of the area. A whole province is read by its index of due days, a
// part of it through its units.
func (f DueFilter) from(b *db.B, a area, person bool) {
	p := a.province()
	deep := f.Tab == DueRaised
	switch {
	case !a.whole():
		b.Add(`FROM unit u CROSS JOIN obligation o`)
	case deep:
		b.Add(`FROM obligation o CROSS JOIN unit u`)
	default:
		b.Add(`FROM obligation o`)
	}
	if person {
		b.Add(`CROSS JOIN person p`)
	}
	b.Add(`WHERE o.province_id = $1`, p)
	switch {
	case !a.whole():
		b.Add(`AND u.province_id = $1 AND u.path >= $2 AND u.path < $3 AND o.unit_id = u.id`, p, a.unit.Path, org.PathEnd(a.unit.Path))
	case deep:
		b.Add(`AND u.province_id = $1 AND u.id = o.unit_id`, p)
	}
	if person {
		b.Add(`AND p.province_id = $1 AND p.id = o.person_id`, p)
	}
}

// where adds the conditions of the filter.
func (f DueFilter) where(b *db.B, a area) {
	on := int32(f.On)
	if f.Tab == DueDone {
		b.Add(`AND o.closed_on > 0`)
	} else {
		open(b, a)
	}
	switch f.Tab {
	case DueTodo:
		between(b, a, 0, f.last())
		b.Add(`AND o.warn_on <= $1 AND (NOT o.waits OR o.due_on >= $1)`, on)
	case DueSoon:
		between(b, a, f.On, f.On.AddDays(f.Soon))
	case DueLate:
		b.Add(`AND NOT o.waits`)
		between(b, a, 0, f.On.AddDays(-1))
	case DueRaised:
		f.raised(b, a)
	}
	between(b, a, f.From, f.To)
	if len(f.Clocks) > 0 {
		b.Add(`AND`).In(`o.clock`, db.Values(f.Clocks))
	}
	if len(f.Organs) > 0 {
		if !slices.Contains(f.Organs, deadline.Cell) && a.whole() {
			b.Add(`AND o.organ <> 0`) // said aloud for the index of what committees have to do
		}
		b.Add(`AND`).In(`o.organ`, anys(f.Organs, func(o deadline.Organ) any { return int(o) }))
	}
}

// open keeps what is open. In a part of a province the units are few and each has few obligations: the signs
// here and below keep SQLite from reading what is open in the whole province once for each unit.
func open(b *db.B, a area) {
	if a.whole() {
		b.Add(`AND o.closed_on = 0`)
	} else {
		b.Add(`AND +o.closed_on = 0`)
	}
}

// between bounds the due days, 0 leaves a side open.
func between(b *db.B, a area, from, to day.Date) {
	if from != 0 {
		if a.whole() {
			b.Add(`AND o.due_on >= $1`, int32(from))
		} else {
			b.Add(`AND +o.due_on >= $1`, int32(from))
		}
	}
	if to != 0 {
		if a.whole() {
			b.Add(`AND o.due_on <= $1`, int32(to))
		} else {
			b.Add(`AND +o.due_on <= $1`, int32(to))
		}
	}
}

// raised adds the condition that the unit of the area is told: each level between needs a longer delay.
func (f DueFilter) raised(b *db.B, a area) {
	depth := a.unit.Depth
	since := func(level int) int32 { return int32(f.Escalate.Since(f.On, level)) }
	b.Add(`AND NOT o.waits`)
	between(b, a, 0, f.Escalate.Since(f.On, 1))
	b.Add(`AND +o.due_on <= CASE u.depth - $1 WHEN 2 THEN CAST($2 AS INTEGER) WHEN 3 THEN CAST($3 AS INTEGER) WHEN 4 THEN CAST($4 AS INTEGER) WHEN 5 THEN CAST($5 AS INTEGER) WHEN 6 THEN CAST($6 AS INTEGER) ELSE CAST($7 AS INTEGER) END`,
		depth, since(2), since(3), since(4), since(5), since(raisable), since(1))
}

// duePos is a position in a list; the zero value is its beginning.
type duePos struct {
	closed, due day.Date
	person      id.ID
	clock, ref  string
	dossier     id.ID
}

func posOf(r *DueRow) duePos { return duePos{r.Closed, r.Due, r.Person, r.Clock, r.Ref, r.Dossier} }

func (f DueFilter) compare(x, y DueRow) int {
	a, b := posOf(&x), posOf(&y)
	if f.Tab == DueDone {
		a, b = b, a
	}
	return cmp.Or(cmp.Compare(a.closed, b.closed), cmp.Compare(a.due, b.due), cmp.Compare(a.person, b.person),
		cmp.Compare(a.clock, b.clock), cmp.Compare(a.ref, b.ref), cmp.Compare(a.dossier, b.dossier))
}

func (p duePos) cursor() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %d %d %s %s", p.closed, p.due, p.person, p.dossier, p.clock, p.ref))
}

func parseDuePos(s string) (duePos, error) {
	var p duePos
	if s == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	part := strings.SplitN(string(b), " ", 6)
	if err != nil || len(part) != 6 {
		return p, fault.E("store.parseDuePos", fault.Invalid, "people.cursor", err)
	}
	if _, err = fmt.Sscanf(strings.Join(part[:4], " "), "%d %d %d %d", &p.closed, &p.due, &p.person, &p.dossier); err != nil {
		return p, fault.E("store.parseDuePos", fault.Invalid, "people.cursor", err)
	}
	p.clock, p.ref = part[4], part[5]
	return p, nil
}
