package modeltest

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Columns is how many columns a counter has.
const Columns = 47

// Row names a counter: the unit, the number of the measure as it is stored, and the month.
type Row struct {
	Unit    id.ID
	Measure int
	Month   int // years × 12 + month − 1; 0 for measures without months
}

// age in full years, 0 when unknown or not born yet. Somebody born on 29-2 has birthday on 28-2 of
// a common year; an incomplete birth date counts from its first possible day.
func age(birth, on day.Date) int {
	if birth == 0 || !real(on) {
		return 0
	}
	y, md := int(birth)/10000, int(birth)%10000
	oy, omd := int(on)/10000, int(on)%10000
	if md == 229 && daysIn(oy, 2) == 28 {
		md = 228
	}
	n := oy - y
	if omd < md {
		n--
	}
	return max(n, 0)
}

// columns lists the columns somebody counts in.
func columns(t Traits, age int) []int {
	cs := []int{0}
	add := func(ok bool, c int) {
		if ok {
			cs = append(cs, c)
		}
	}
	add(t.Sex == 2, 1)
	add(t.Ethnic > 1, 2)
	add(t.Religion > 1, 3)
	add(t.Youth, 4)
	add(t.Occupation >= 1 && t.Occupation <= 14, 4+t.Occupation)
	add(age > 0, 19+band(age))
	add(t.Schooling >= 1 && t.Schooling <= 4, 26+t.Schooling)
	add(t.Expertise >= 1 && t.Expertise <= 6, 30+t.Expertise)
	add(t.Sector >= 1 && t.Sector <= 10, 36+t.Sector)
	return cs
}

// band is the age group of form 2, from 0: up to 30, then five years each, above 60.
func band(age int) int {
	switch {
	case age <= 30:
		return 0
	case age > 60:
		return 7
	}
	return (age - 26) / 5
}

// Recount counts every movement at the root and at every branch, from the first.
func (w *World) Recount() map[Row]*[Columns]int {
	all := map[Row]*[Columns]int{}
	for _, u := range w.Units {
		if u.Parent == nil || u.Parent.Parent == nil {
			w.recountAt(u, all)
		}
	}
	for r, c := range all {
		if *c == [Columns]int{} {
			delete(all, r)
		}
	}
	return all
}

func (w *World) recountAt(top *Unit, all map[Row]*[Columns]int) {
	add := func(measure, month int, t Traits, age, d int) {
		r := Row{top.ID, measure, month}
		if all[r] == nil {
			all[r] = &[Columns]int{}
		}
		for _, c := range columns(t, age) {
			all[r][c] += d
		}
	}
	in := func(p Place) bool { return p.Stage != outside && p.Unit.Under(top) }
	for _, m := range w.Moves {
		month := monthOf(m.On)
		if in(m.From) {
			add(200+m.From.Stage, month, m.Before, 0, -1)
			add(300+m.From.Stage, 0, m.Before, 0, -1)
		}
		if in(m.To) {
			add(200+m.To.Stage, month, m.After, 0, 1)
			add(300+m.To.Stage, 0, m.After, 0, 1)
		}
		o, d := m, 1
		if m.Reverses >= 0 {
			o, d = w.Moves[m.Reverses], -1
		}
		switch from, to := in(o.From), in(o.To); {
		case to && !from, to && o.From.Stage != o.To.Stage:
			add(o.Cause, month, o.After, o.Age, d)
		case from && !to:
			add(100+o.Cause, month, o.After, o.Age, d)
		}
	}
}

func monthOf(d day.Date) int { return int(d)/10000*12 + int(d)/100%100 - 1 }

// Flow returns, for the people of a subtree of today at a stage, how many came in and went out in a
// span of months, both ends included.
func (w *World) Flow(top *Unit, stage, from, to int) (in, out int) {
	for _, m := range w.Moves {
		if month := monthOf(m.On); month < from || month > to {
			continue
		}
		a := m.From.Stage == stage && m.From.Unit.Under(top)
		b := m.To.Stage == stage && m.To.Unit.Under(top)
		if b && !a {
			in++
		}
		if a && !b {
			out++
		}
	}
	return in, out
}

// Heads returns how many people of a subtree of today are at a stage at the end of a month.
func (w *World) Heads(top *Unit, stage, month int) (n int) {
	for _, places := range w.PlacesOn(day.Date(month/12*10000 + (month%12+1)*100 + 31)) {
		for place, k := range places {
			if place.Stage == stage && place.Unit.Under(top) {
				n += k
			}
		}
	}
	return n
}
