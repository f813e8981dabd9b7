package target

import (
	"cmp"
	"maps"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Ended is a unit that was merged, split or dissolved inside a year, with the people who went to each successor.
type Ended struct {
	Unit   id.ID
	Name   string
	On     day.Date
	Shares map[id.ID]int64
}

// Followed explains a part of a target that came from a unit that ended (dòng giải thích).
type Followed struct {
	Target Target // of the unit that ended, as it was given
	Name   string
	On     day.Date
	Part   Value // what came over
}

// key is what a target of one year is for.
type key struct {
	unit             id.ID
	indicator, slice string
}

// Follow carries what ended units were given over to their successors, by the people who went there: to one successor all of
// it, to several by largest remainder. A successor to whom a target was given on that day or later keeps that one: whoever gave
// it knew. given holds the day of each target, 0 when it is not known. Ended units are followed in the order of their days, so
// that a chain of mergers ends where the people are.
func Follow(ts []Target, ended []Ended, given map[id.ID]day.Date) (out map[id.ID][]Target, why map[id.ID][]Followed) {
	now, came := map[key]Target{}, map[key]bool{} // came: only from units that ended, so that nobody gave it
	for _, t := range ts {
		now[key{t.Unit, t.Indicator, t.Slice}] = t
	}
	why = map[id.ID][]Followed{}
	ended = slices.Clone(ended)
	slices.SortStableFunc(ended, func(a, b Ended) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Unit, b.Unit)) })
	for _, e := range ended {
		for _, k := range keysOf(now, e.Unit) {
			t := now[k]
			delete(now, k)
			for _, p := range e.divide(t) {
				to := key{p.Unit, k.indicator, k.slice}
				own, has := now[to]
				if has && !came[to] && given[own.ID] >= e.On {
					continue
				}
				came[to] = came[to] || !has
				next := t
				next.Unit = p.Unit
				v := p.Value
				if has {
					next = own
					v = Sum(own.Value(), p.Value)
				}
				next.Op, next.Low, next.High = v.Op, v.Low, v.High
				now[to] = next
				why[p.Unit] = append(why[p.Unit], Followed{Target: t, Name: e.Name, On: e.On, Part: p.Value})
			}
		}
	}
	out = map[id.ID][]Target{}
	for _, t := range now {
		out[t.Unit] = append(out[t.Unit], t)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Target) int {
			return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Slice, b.Slice))
		})
	}
	return out, why
}

func keysOf(now map[key]Target, unit id.ID) []key {
	var ks []key
	for k := range now {
		if k.unit == unit {
			ks = append(ks, k)
		}
	}
	slices.SortFunc(ks, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.indicator, b.indicator), cmp.Compare(a.slice, b.slice))
	})
	return ks
}

// divide gives each successor its part of a target.
func (e Ended) divide(t Target) []Part {
	us := make([]Weighed, 0, len(e.Shares))
	for _, u := range slices.Sorted(maps.Keys(e.Shares)) {
		us = append(us, Weighed{Unit: u, Weight: e.Shares[u], Cap: NoCap})
	}
	if len(us) == 1 {
		return []Part{{us[0].Unit, t.Value()}}
	}
	parts, err := Divide(t.Value(), us)
	if err != nil {
		return nil // nobody went anywhere: the target ends with its unit
	}
	return parts
}

// Sum adds two values by their bounds.
func Sum(a, b Value) Value {
	var t Total
	t.Add(a)
	t.Add(b)
	v := Value{Op: Exactly, Low: t.Low, Counted: a.Counted}
	switch {
	case t.Open:
		v.Op = AtLeast
	case t.High > t.Low:
		v.Op, v.High = Between, t.High
		if a.Op == About || b.Op == About {
			v.Op = About
		}
	}
	return v
}
