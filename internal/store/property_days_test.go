package store_test

import (
	"fmt"
	"hash/fnv"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
)

// checkDays asks where everybody was on some days: one place each (I5), every unit with one parent,
// and every node the sum of its children (I4), all from the rows as they are stored.
func (r *run) checkDays(w *modeltest.World) {
	days := []day.Date{w.Today}
	for range 2 {
		days = append(days, day.Of(2016+r.rng.IntN(11), 1+r.rng.IntN(12), 1+r.rng.IntN(28)))
	}
	for _, on := range days {
		r.view(func(tx *store.Tx) error { return r.checkDay(tx, w, on) })
	}
}

func (r *run) checkDay(tx *store.Tx, w *modeltest.World, on day.Date) error {
	want, people, heads := w.PlacesOn(on), 0, map[id.ID]int{}
	err := tx.Each(r.ctx, `SELECT person_id, unit_id, stage, CAST(SUM(n) AS BIGINT) FROM (
		SELECT person_id, from_unit AS unit_id, from_stage AS stage, -1 AS n FROM movement WHERE province_id = $1 AND effective <= $2 AND from_stage > 0
		UNION ALL SELECT person_id, to_unit, to_stage, 1 FROM movement WHERE province_id = $3 AND effective <= $4 AND to_stage > 0) legs
		GROUP BY person_id, unit_id, stage HAVING SUM(n) <> 0`, []any{w.Province, int32(on), w.Province, int32(on)}, func(s db.Scanner) error {
		var person, unit id.ID
		var stage, n int
		if err := s.Scan(&person, &unit, &stage, &n); err != nil {
			return err
		}
		people++
		heads[unit]++
		places := want[person]
		if n != 1 || len(places) != 1 {
			r.findf("I5: on %v %v is %d times at %v, and in %d places", on, person, n, unit, len(places))
		}
		for place := range places {
			if place.Unit.ID != unit || place.Stage != stage {
				r.findf("I5: on %v %v is at %v stage %d, want %+v", on, person, unit, stage, place)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	total := 0
	for _, places := range want {
		total += len(places)
	}
	if people != total {
		r.findf("I5: on %v %d people are somewhere, want %d", on, people, total)
	}
	return r.checkTreeOn(tx, w, on, heads, people)
}

// checkTreeOn adds people up the tree of a day, as its edges say.
func (r *run) checkTreeOn(tx *store.Tx, w *modeltest.World, on day.Date, heads map[id.ID]int, people int) error {
	parents, roots := map[id.ID]id.ID{}, 0
	err := tx.Each(r.ctx, `SELECT unit_id, parent_id FROM unit_edge WHERE province_id = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $3)`,
		[]any{w.Province, int32(on), int32(on)}, func(s db.Scanner) error {
			var u, p id.ID
			if err := s.Scan(&u, &p); err != nil {
				return err
			}
			if _, twice := parents[u]; twice {
				r.findf("I4: on %v %v has two parents", on, u)
			}
			if p == 0 {
				roots++
			}
			parents[u] = p
			return nil
		})
	if err != nil {
		return err
	}
	for _, u := range w.Units {
		want, alive := u.ParentOn(on)
		have, ok := parents[u.ID]
		if alive != ok || alive && (want == nil) != (have == 0) || want != nil && want.ID != have {
			r.findf("I4: on %v the parent of %v is %v (%v)", on, u.ID, have, ok)
		}
	}
	below := 0
	for unit, n := range heads {
		top, steps := unit, 0
		for parents[top] != 0 && steps <= len(parents) {
			top = parents[top]
			steps++
		}
		if _, alive := parents[top]; !alive || steps > len(parents) {
			r.findf("I4: on %v %d people are in %v, which hangs nowhere", on, n, unit)
		}
		below += n
	}
	if below != people || roots > 1 {
		r.findf("I4: on %v %d people below %d roots, want %d", on, below, roots, people)
	}
	return nil
}

// checkFlows holds for some spans of months, units and stages: opening + in − out = closing (I3), the
// opening and closing from the stored counters, in and out from the movements, heads from the legs.
func (r *run) checkFlows(w *modeltest.World) {
	type at struct {
		unit  id.ID
		stage int
	}
	months := map[at]map[int]int64{}
	r.view(func(tx *store.Tx) error {
		return tx.EachCounter(w.Province, func(k ledger.Counter, c *ledger.Counts) error {
			if stage := int(k.Measure) - 200; stage > 0 && stage <= 6 {
				key := at{k.Unit, stage}
				if months[key] == nil {
					months[key] = map[int]int64{}
				}
				months[key][int(k.Month)] += c[0]
			}
			return nil
		})
	})
	tops := slices.DeleteFunc(slices.Clone(w.Units), func(u *modeltest.Unit) bool { return u.Parent != nil && u.Parent.Parent != nil })
	for range 12 {
		u, stage := pick(r, tops), 1+r.rng.IntN(6)
		from := 2016*12 + r.rng.IntN(130)
		to := from + r.rng.IntN(24)
		var opening, closing int64
		for m, n := range months[at{u.ID, stage}] {
			if m < from {
				opening += n
			}
			if m <= to {
				closing += n
			}
		}
		in, out := w.Flow(u, stage, from, to)
		if opening+int64(in)-int64(out) != closing || closing != int64(w.Heads(u, stage, to)) {
			r.findf("I3: unit %v stage %d months %d–%d: %d + %d − %d ≠ %d, heads %d", u.ID, stage, from, to, opening, in, out, closing, w.Heads(u, stage, to))
		}
	}
}

// closedMonths is everything the closed months hold: their movements, and the counters of the province.
func (r *run) closedMonths(w *modeltest.World) string {
	h := fnv.New64a()
	n := 0
	r.view(func(tx *store.Tx) error {
		h.Reset()
		n = 0
		if err := tx.EachMovement(w.Province, func(m *ledger.Movement) error {
			if m.Effective <= w.Closed {
				n++
				line, before := *m, m.Before()
				line.Was = nil // a pointer differs each time
				fmt.Fprintln(h, line, before)
			}
			return nil
		}); err != nil {
			return err
		}
		var rows []string
		root := w.Units[0].Root().ID
		err := tx.EachCounter(w.Province, func(k ledger.Counter, c *ledger.Counts) error {
			if k.Unit == root && k.Month != ledger.Always && k.Month <= w.Closed.MonthOf() && !c.Zero() {
				rows = append(rows, fmt.Sprint(k, *c))
			}
			return nil
		})
		slices.Sort(rows)
		fmt.Fprintln(h, rows)
		return err
	})
	return fmt.Sprintf("%v: %d movements %x", w.Closed, n, h.Sum64())
}
