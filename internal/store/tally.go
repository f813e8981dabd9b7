package store

import (
	"cmp"
	"maps"
	"slices"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// count adds a movement to the transaction's counters: once at the root and once at each branch it
// touches, in the tree of today.
func (tx *Tx) count(m ledger.Movement) error {
	var from, to home
	var err error
	if !m.From.Out() {
		if from, err = tx.home(m.From.Unit); err != nil {
			return err
		}
	}
	if !m.To.Out() {
		if to, err = tx.home(m.To.Unit); err != nil {
			return err
		}
	}
	addTo(tx.tally, m, from, to)
	return nil
}

// addTo adds a movement to the counters of every tallied unit it touches.
func addTo(t ledger.Tally, m ledger.Movement, from, to home) {
	nodes := [4]id.ID{from.root, to.root, from.branch, to.branch}
	for i, n := range nodes {
		if n == 0 || slices.Contains(nodes[:i], n) {
			continue
		}
		t.Add(n, m, n == from.root || n == from.branch, n == to.root || n == to.branch)
	}
}

// flushTally writes the counters the transaction collected, lowest unit first and the root last:
// the root's rows are the ones writers meet at, so they are held shortest.
func (tx *Tx) flushTally() error {
	if len(tx.tally) == 0 {
		return nil
	}
	tx.tally.Compact()
	err := tx.addCounters(tx.tally)
	tx.tally = ledger.Tally{}
	return err
}

func (tx *Tx) addCounters(t ledger.Tally) error {
	keys := slices.SortedFunc(maps.Keys(t), func(a, b ledger.Counter) int {
		return cmp.Or(cmp.Compare(a.Unit.Province(), b.Unit.Province()), -cmp.Compare(a.Unit, b.Unit),
			cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Month, b.Month))
	})
	args := make([]any, 0, tallyRows*(4+ledger.Slices))
	for part := range slices.Chunk(keys, tallyRows) {
		args = args[:0]
		for _, k := range part {
			args = append(args, k.Unit.Province(), int64(k.Unit), int(k.Measure), int(k.Month))
			for _, n := range t[k] {
				args = append(args, n)
			}
		}
		if _, err := tx.Exec(tx.ctx, tallyUpserts[len(part)-1].SQL(), args...); err != nil {
			return err
		}
	}
	return nil
}

// tallyRows is how many counters one statement writes: those of a movement that changes the stage
// inside one branch.
const tallyRows = 10

// tallyUpserts are the statements for 1, 2 … tallyRows counters.
var tallyUpserts = func() (list [tallyRows]*db.B) {
	for i := range list {
		list[i] = db.NewB(tallyInsert, make([]any, 4+ledger.Slices)...)
		for range i {
			list[i].Add(`,`).Add(tallyValues, make([]any, 4+ledger.Slices)...)
		}
		list[i].Add(tallyConflict)
	}
	return list
}()

// scanCounts returns scan destinations for the columns of c.
func scanCounts(c *ledger.Counts, before ...any) []any {
	dest := slices.Grow(before, ledger.Slices)
	for i := range c {
		dest = append(dest, &c[i])
	}
	return dest
}

// EachCounter calls f with every counter row of a province.
func (tx *Tx) EachCounter(province int, f func(ledger.Counter, *ledger.Counts) error) error {
	var k ledger.Counter
	var c ledger.Counts
	dest := scanCounts(&c, &k.Unit, &k.Measure, &k.Month)
	return tx.Each(tx.ctx, `SELECT unit_id, measure, month, `+tallyColumns+` FROM tally WHERE province_id = $1`,
		[]any{province}, func(s db.Scanner) error {
			if err := s.Scan(dest...); err != nil {
				return err
			}
			return f(k, &c)
		})
}

// DropCounters removes the counter rows of a province, before they are rebuilt.
func (tx *Tx) DropCounters(province int) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM tally WHERE province_id = $1`, province)
	return err
}

// AddCounters adds counters as they are.
func (tx *Tx) AddCounters(t ledger.Tally) error {
	t.Compact()
	return tx.addCounters(t)
}
