package store

import (
	"maps"
	"slices"
	"strconv"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// recount is the counters of a province counted again from the ledger. It reads the rule of counting
// for itself instead of calling the code that counts while posting, so that a mistake there shows;
// and it is small, because the counters of a large province number some hundred thousand.
type recount struct {
	rows   map[counterKey]int32 // -> number of the row
	chunks [][]countRow         // chunkRows rows each: growing copies nothing
}

type countRow [ledger.Slices]int32

const chunkRows = 1024

// counterKey is a counter in eight bytes: the number of the unit, the measure and the month.
type counterKey uint64

func keyOf(unit int, measure ledger.Measure, month day.Month) counterKey {
	return counterKey(unit)<<48 | counterKey(uint16(measure))<<32 | counterKey(uint32(month))
}

func (k counterKey) counter(units []id.ID) ledger.Counter {
	return ledger.Counter{Unit: units[k>>48], Measure: ledger.Measure(k >> 32 & 0xffff), Month: day.Month(uint32(k))}
}

func newRecount() *recount { return &recount{rows: map[counterKey]int32{}} }

// add counts a movement at a unit, of which from and to say whether it leaves and enters the subtree.
// What it brings to the stock is signed by the legs; what happened is counted once, where the
// original led, and a reversal takes back what its original counted.
func (r *recount) add(unit int, m *ledger.Movement, from, to bool) {
	month := m.Effective.MonthOf()
	before := m.Before()
	if from {
		r.at(unit, ledger.Stock(m.From.Stage), month, before, 0, -1)
	}
	if to {
		r.at(unit, ledger.Stock(m.To.Stage), month, m.Attrs, 0, 1)
	}
	if m.Reverses == 0 {
		switch {
		case to && from && m.From.Stage == m.To.Stage: // moved within
		case to:
			r.at(unit, ledger.Happened(m.Cause), month, m.Attrs, m.Age, 1)
		case from:
			r.at(unit, ledger.Left(m.Cause), month, m.Attrs, m.Age, 1)
		}
		return
	}
	switch { // the original went from m.To to m.From, with the attributes that now leave
	case from && to && m.From.Stage == m.To.Stage:
	case from:
		r.at(unit, ledger.Happened(m.Cause), month, before, m.Age, -1)
	case to:
		r.at(unit, ledger.Left(m.Cause), month, before, m.Age, -1)
	}
}

func (r *recount) at(unit int, measure ledger.Measure, month day.Month, a ledger.Attrs, age int, d int32) {
	row := r.row(keyOf(unit, measure, month))
	ledger.EachSlice(a, age, func(s ledger.Slice) { row[s] += d })
}

// row returns the columns of a counter, a new one when there is none yet.
func (r *recount) row(k counterKey) *countRow {
	i, ok := r.rows[k]
	if !ok {
		i = int32(len(r.rows))
		r.rows[k] = i
		if i%chunkRows == 0 {
			r.chunks = append(r.chunks, make([]countRow, chunkRows))
		}
	}
	return &r.chunks[i/chunkRows][i%chunkRows]
}

// sumStock makes today's stock the sum of its months, which is the other way it is kept.
func (r *recount) sumStock() {
	for _, k := range slices.Collect(maps.Keys(r.rows)) {
		stage := ledger.Measure(k>>32&0xffff) - ledger.Stock(0)
		if stage < 0 || stage > ledger.Measure(ledger.Official) {
			continue
		}
		now := r.row(k>>48<<48 | keyOf(0, ledger.StockNow(ledger.Stage(stage)), ledger.Always))
		for i, n := range r.row(k) {
			now[i] += n
		}
	}
}

// tally returns the counters as the rest of the store writes them.
func (r *recount) tally(units []id.ID) ledger.Tally {
	t := ledger.Tally{}
	for k := range r.rows {
		c := new(ledger.Counts)
		for i, n := range r.row(k) {
			c[i] = int64(n)
		}
		t[k.counter(units)] = c
	}
	return t
}

// count adds a movement to the rebuilt counters, under the tree of today.
func (p *proof) count(m *ledger.Movement) error {
	var from, to *unitRow
	if !m.From.Out() {
		if from = p.units[m.From.Unit]; from == nil {
			return p.emit(Difference{Check: "movement.unit", Object: m.ID, Unit: m.From.Unit})
		}
	}
	if !m.To.Out() {
		if to = p.units[m.To.Unit]; to == nil {
			return p.emit(Difference{Check: "movement.unit", Object: m.ID, Unit: m.To.Unit})
		}
	}
	var nodes [4]int
	n := 0
	for _, u := range [2]*unitRow{from, to} {
		if u != nil {
			nodes[n], nodes[n+1] = u.rootAt, u.branchAt
			n += 2
		}
	}
	for i, node := range nodes[:n] {
		if !slices.Contains(nodes[:i], node) {
			p.counted.add(node, m, from.under(node), to.under(node))
		}
	}
	return nil
}

// under reports whether the people of a unit count at the counters of a number.
func (u *unitRow) under(node int) bool { return u != nil && (u.rootAt == node || u.branchAt == node) }

// checkCounters compares the rebuilt counters with the stored ones, column by column. A row of
// zeros is the same as no row.
func (p *proof) checkCounters() error {
	numbers := map[id.ID]int{}
	for i, u := range p.tallied {
		numbers[u] = i
	}
	row := newInts(3 + ledger.Slices)
	err := p.tx.Each(p.tx.ctx, tallySelect, []any{p.province}, func(s db.Scanner) error {
		if err := s.Scan(row.dest...); err != nil {
			return err
		}
		p.n.Counters++
		unit, rebuilt := id.ID(row.at(0)), &countRow{}
		no, known := numbers[unit]
		k := keyOf(no, ledger.Measure(row.at(1)), day.Month(row.at(2)))
		if _, ok := p.counted.rows[k]; ok && known {
			rebuilt = p.counted.row(k)
		}
		for i, n := range rebuilt {
			if stored := row.at(3 + i); stored != int64(n) {
				c := ledger.Counter{Unit: unit, Measure: ledger.Measure(row.at(1)), Month: day.Month(row.at(2))}
				if err := p.diffCounter(c, i, stored, int64(n)); err != nil {
					return err
				}
			}
		}
		*rebuilt = countRow{} // compared: what is left in the end has no stored row
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range slices.Sorted(maps.Keys(p.counted.rows)) {
		for i, n := range p.counted.row(k) {
			if n != 0 {
				if err := p.diffCounter(k.counter(p.tallied), i, 0, int64(n)); err != nil {
					return err
				}
			}
		}
	}
	p.counted = nil
	return nil
}

const tallySelect = `SELECT unit_id, measure, month, ` + tallyColumns + ` FROM tally WHERE province_id = $1`

func (p *proof) diffCounter(c ledger.Counter, column int, stored, rebuilt int64) error {
	return p.emit(Difference{Check: "counter", Unit: c.Unit, Month: c.Month, Measure: c.Measure, Column: ledger.Slice(column).String(),
		Stored: strconv.FormatInt(stored, 10), Rebuilt: strconv.FormatInt(rebuilt, 10)})
}

// ints is a row of whole numbers. Scanning into plain values spares database/sql the conversions,
// which are half the cost of reading a nation.
type ints struct {
	v    []any
	dest []any
}

func newInts(n int) *ints {
	r := &ints{v: make([]any, n)}
	for i := range r.v {
		r.dest = append(r.dest, &r.v[i])
	}
	return r
}

// at returns a column; truth is 1.
func (r *ints) at(i int) int64 {
	switch n := r.v[i].(type) {
	case int64:
		return n
	case bool:
		if n {
			return 1
		}
	}
	return 0
}

// text returns a column of text.
func (r *ints) text(i int) string {
	s, _ := r.v[i].(string)
	return s
}
