package store

import (
	"errors"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
)

// area is the part of one province that a list covers.
type area struct {
	unit  org.Unit
	units map[id.ID]bool // of the subtree, nil for a whole province; filled by tx.fill
}

func (a area) province() int { return a.unit.Province() }

// whole reports whether the area is a province, branch whether it is a unit directly under the root:
// both have an index in name order. What lies below is small and is sorted on reading.
func (a area) whole() bool  { return a.unit.Depth == 0 }
func (a area) branch() bool { return a.unit.Depth == 1 }

// areas returns what a scope covers: one area, or every province of the nation.
func (tx *Tx) areas(sc access.Scope) ([]area, error) {
	if !sc.OK() {
		return nil, fault.E("store.areas", fault.NotFound, "error.notfound")
	}
	if !sc.Nation() {
		return []area{{unit: sc.Unit()}}, nil
	}
	var as []area
	err := tx.EachProvince(func(p Province) error {
		u, err := tx.Unit(p.Root)
		as = append(as, area{unit: u})
		return err
	})
	return as, err
}

// fill reads the units of the area, so that has can answer.
func (tx *Tx) fill(a *area) error {
	if a.whole() || a.units != nil {
		return nil
	}
	a.units = map[id.ID]bool{}
	return tx.Each(tx.ctx, `SELECT u.id FROM unit u WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3`,
		[]any{a.province(), a.unit.Path, org.PathEnd(a.unit.Path)}, func(s db.Scanner) error {
			var i id.ID
			err := s.Scan(&i)
			a.units[i] = true
			return err
		})
}

// has reports whether a place lies in the area; outside never does.
func (a area) has(p ledger.Place) bool { return !p.Out() && (a.whole() || a.units[p.Unit]) }

// plain is the people of an area at one stage, or at any, straight from an index in name order.
type plain struct {
	area  area
	f     PeopleFilter
	on    day.Date // the day of ages
	units bool     // read through the units of the area, and sort
}

// openPlain reads several stages of a province as one source each: each has its index, while all
// together would be read through those that do not match.
func openPlain(a area, f PeopleFilter, on day.Date) peopleSource {
	if !a.whole() || len(f.Stages) < 2 {
		return plain{a, f, on, !a.whole() && !a.branch() || a.branch() && f.outside()}
	}
	var m merged
	for _, s := range f.Stages {
		one := f
		one.Stages = []ledger.Stage{s}
		m = append(m, plain{a, one, on, false})
	}
	return m
}

// openPlain is openPlain with a look at the counters: a few people of a branch are found quicker
// through its units than among its names.
func (tx *Tx) openPlain(a area, f PeopleFilter, on day.Date) (peopleSource, error) {
	s := openPlain(a, f, on)
	p, ok := s.(plain)
	if !ok || p.units || !a.branch() || len(f.Stages) == 0 {
		return s, nil
	}
	some, total, err := tx.stockOf(a, f.Stages)
	p.units = 4*some < total
	return p, err
}

func (p plain) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	b := db.NewB(`SELECT p.name_key, ` + personCols)
	p.from(b)
	if p.units {
		b.Add(`AND (p.name_key || '', p.id) > ($1, $2)`, after.key, int64(after.id)) // no index: through the units
	} else {
		b.Add(`AND (p.name_key, p.id) > ($1, $2)`, after.key, int64(after.id))
	}
	b.Add(`ORDER BY p.name_key, p.id LIMIT $1`, n)
	return tx.personRows(b, make([]PersonRow, 0, min(n, 256)))
}

// from adds FROM and WHERE of the area and the filter. A plus before a column keeps SQLite from
// choosing an index by it: without statistics it would leave the one in name order.
func (p plain) from(b *db.B) {
	a, f := p.area, p.f
	switch {
	case p.units:
		b.Add(`FROM unit u CROSS JOIN person p WHERE u.province_id = $1 AND p.province_id = $2 AND u.path >= $3 AND u.path < $4 AND p.unit_id = u.id`,
			a.province(), a.province(), a.unit.Path, org.PathEnd(a.unit.Path))
		first, last := ledger.Stages[0], ledger.Stages[len(ledger.Stages)-1]
		if n := len(f.Stages); n > 0 {
			first, last = f.Stages[0], f.Stages[n-1]
		}
		b.Add(`AND p.stage >= $1 AND p.stage <= $2`, int(first), int(last)) // a range leads to the index, a list would not
		addStages(b, f.Stages)
	case a.branch():
		b.Add(`FROM person p WHERE p.province_id = $1 AND p.branch_id = $2 AND p.stage > 0`, a.province(), int64(a.unit.ID))
		addStages(b, f.Stages)
	case len(f.Stages) == 1:
		b.Add(`FROM person p WHERE p.province_id = $1 AND p.stage = $2`, a.province(), int(f.Stages[0]))
	default:
		b.Add(`FROM person p WHERE p.province_id = $1 AND p.stage > 0`, a.province())
		addStages(b, f.Stages)
	}
	if f.outside() {
		b.Add(`AND NOT p.void`) // a record of an import that was undone always stands outside
	}
	addGroup(b, f, p.on)
}

func addStages(b *db.B, stages []ledger.Stage) {
	if len(stages) > 0 {
		b.Add(`AND`).In("+p.stage", db.Values(stages))
	}
}

// addGroup adds the conditions of slice and sex; ages are those on a day.
func addGroup(b *db.B, f PeopleFilter, on day.Date) {
	if f.Sex != 0 {
		b.Add(`AND p.sex = $1`, f.Sex)
	}
	nth := func(first ledger.Slice) int { return int(f.Slice-first) + 1 }
	switch s := f.Slice; {
	case s == ledger.SliceAll:
	case s == ledger.SliceFemale:
		b.Add(`AND p.sex = 2`)
	case s == ledger.SliceMinority:
		b.Add(`AND p.ethnic > 1`)
	case s == ledger.SliceReligious:
		b.Add(`AND p.religion > 1`)
	case s == ledger.SliceYouth:
		b.Add(`AND p.youth`)
	case s >= ledger.SliceSector:
		b.Add(`AND p.sector = $1`, nth(ledger.SliceSector))
	case s >= ledger.SliceExpertise:
		b.Add(`AND p.expertise = $1`, nth(ledger.SliceExpertise))
	case s >= ledger.SliceSchooling:
		b.Add(`AND p.schooling = $1`, nth(ledger.SliceSchooling))
	case s >= ledger.SliceAge:
		from, to := bornBetween(nth(ledger.SliceAge), on)
		b.Add(`AND p.birth > $1 AND p.birth <= $2`, int32(from), int32(to))
	default:
		b.Add(`AND p.occupation = $1`, nth(ledger.SliceOccupation))
	}
}

// aged reports whether a slice is an age band: those of a stock are counted on reading.
func aged(s ledger.Slice) bool { return s >= ledger.SliceAge && s < ledger.SliceSchooling }

// bornBetween returns the births of an age band on a day: after from, up to and including to.
func bornBetween(band int, on day.Date) (from, to day.Date) {
	lo, hi := 1, 0
	for age := 1; age < 200; age++ {
		if b := ledger.AgeBand(age); b < band {
			lo = age + 1
		} else if b == band {
			hi = age
		}
	}
	return bornBy(hi+1, on), bornBy(lo, on)
}

// bornBy returns the last day on which somebody of at least so many years on a day was born.
func bornBy(years int, on day.Date) day.Date {
	d := on.AddMonths(-12 * years)
	if next := d.AddDays(1); next != 0 && next.AgeAt(on) >= years {
		return next // born on 29 February, older on the 28th
	}
	return d
}

// personRows appends the rows of a query that selects name_key and personCols.
func (tx *Tx) personRows(b *db.B, rows []PersonRow) ([]PersonRow, error) {
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		rows = append(rows, PersonRow{})
		r := &rows[len(rows)-1]
		err := scanPerson(keyed{s, &r.key}, &r.Person)
		r.At = r.Place
		return err
	})
	return rows, err
}

// keyed scans one more column before the others.
type keyed struct {
	db.Scanner
	key *string
}

func (k keyed) Scan(dest ...any) error {
	return k.Scanner.Scan(append([]any{k.key}, dest...)...)
}

// personByCard returns who holds a membership card number, 0 when nobody does.
func (tx *Tx) personByCard(card string) (id.ID, error) {
	var p id.ID
	err := tx.Row(tx.ctx, `SELECT person_id FROM person_key WHERE key_hash = $1`, []any{tx.store.cardHash(card)}, &p)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return p, err
}
