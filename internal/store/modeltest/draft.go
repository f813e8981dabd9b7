package modeltest

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Draft is acts thought through but not yet done: what a transaction will leave if it is accepted.
type Draft struct {
	w       *World
	people  map[*Person]*Person // original -> copy; a new person is its own copy
	order   []*Person
	moves   []Move
	byMove  []*Person
	Refused string // why the world refuses, "" while it accepts
}

// Draft begins to think.
func (w *World) Draft() *Draft { return &Draft{w: w, people: map[*Person]*Person{}} }

// Refuse makes the world refuse the draft for a reason of the caller's.
func (d *Draft) Refuse(why string) { d.refuse(why) }

// Person returns the draft's copy of a person.
func (d *Draft) Person(p *Person) *Person {
	c, ok := d.people[p]
	if !ok {
		clone := *p
		clone.Standing = slices.Clone(p.Standing)
		c = &clone
		d.people[p] = c
		d.order = append(d.order, p)
	}
	return c
}

// Add enrols a new person, who is outside until moved.
func (d *Draft) Add(p *Person) {
	if p.Number != "" {
		for _, q := range d.order {
			if d.people[q] == q && q.Number == p.Number {
				d.refuse("number taken")
			}
		}
		if d.w.Numbers[p.Number] != nil {
			d.refuse("number taken")
		}
	}
	d.people[p] = p
	d.order = append(d.order, p)
}

// Moves returns the movements of the draft.
func (d *Draft) Moves() []Move { return d.moves }

func (d *Draft) refuse(why string) {
	if d.Refused == "" {
		d.Refused = why
	}
}

// the stages, as numbers of the field
const (
	outside, proposed, pool, certified, dossier, probationary, official = 0, 1, 2, 3, 4, 5, 6
	change, transfer, reorganise                                        = 22, 15, 21
)

// may is which stages a cause leads from and to. The order of the causes is that of the forms.
var may = map[int]struct{ from, to []int }{
	1:  {[]int{outside}, []int{proposed, pool, certified, dossier, probationary, official}},
	2:  {[]int{outside}, []int{proposed}},
	3:  {[]int{outside, proposed}, []int{pool}},
	4:  {[]int{proposed, pool, certified, dossier}, []int{outside}},
	5:  {[]int{outside, proposed, pool}, []int{certified}},
	6:  {[]int{certified, dossier}, []int{pool}},
	7:  {[]int{certified}, []int{dossier}},
	8:  {[]int{dossier}, []int{certified, pool}},
	9:  {[]int{outside, pool, certified, dossier}, []int{probationary}},
	10: {[]int{outside, pool, certified, dossier}, []int{probationary}},
	11: {[]int{probationary}, []int{official}},
	12: {[]int{outside}, []int{probationary, official}},
	13: {[]int{outside}, []int{proposed, pool, certified, dossier, probationary, official}},
	14: {[]int{proposed, pool, certified, dossier, probationary, official}, []int{outside}},
	16: {[]int{proposed, pool, certified, dossier, probationary, official}, []int{outside}},
	17: {[]int{official}, []int{outside}},
	18: {[]int{probationary, official}, []int{outside}},
	19: {[]int{probationary, official}, []int{outside}},
	20: {[]int{probationary, official}, []int{outside, pool, certified}},
}

// Causes lists the causes that lead from a stage to another or to outside, in order.
func Causes(from int) (cs []int) {
	for c := range 21 {
		if slices.Contains(may[c].from, from) {
			cs = append(cs, c)
		}
	}
	return cs
}

// Goals lists the stages a cause may lead to.
func Goals(cause int) []int { return may[cause].to }

// Post moves a person, with new traits when the cause is a change (22).
func (d *Draft) Post(p *Person, to Place, cause int, on day.Date, after Traits) {
	c := d.Person(p)
	m := Move{Person: c.ID, From: c.Place(), To: to, Cause: cause, On: on, Before: c.Traits, After: after, Reverses: -1}
	d.judge(c, &m)
	if to.Stage != outside && to.Unit != nil && to.Unit != m.From.Unit {
		m.After.Sector = to.Unit.Sector
	}
	if m.From.Stage == outside {
		m.Before = m.After
	}
	m.Age = age(m.After.Birth, on)
	d.put(c, m, on)
}

func (d *Draft) judge(c *Person, m *Move) {
	d.judgeDay(m.On, c.Since)
	if (m.To.Stage == outside) != (m.To.Unit == nil) {
		d.refuse("half a place")
	}
	switch m.Cause {
	case change:
		if m.From != m.To || m.From.Stage == outside {
			d.refuse("a change stays where it is")
		}
	case transfer, reorganise:
		if m.From.Stage == outside || m.From.Stage != m.To.Stage || m.From.Unit == m.To.Unit {
			d.refuse("a transfer changes the unit alone")
		}
	default:
		if !slices.Contains(may[m.Cause].from, m.From.Stage) || !slices.Contains(may[m.Cause].to, m.To.Stage) {
			d.refuse("the cause does not lead there")
		}
		if m.From.Stage != outside && m.To.Stage != outside && m.From.Unit != m.To.Unit {
			d.refuse("the unit stays")
		}
	}
}

func (d *Draft) judgeDay(on, since day.Date) {
	if !real(on) || on > d.w.Today || on <= d.w.Closed || on < since {
		d.refuse("day")
	}
}

// real reports whether a day is in the calendar.
func real(d day.Date) bool {
	y, m, n := int(d)/10000, int(d)/100%100, int(d)%100
	if y < 1 || m < 1 || m > 12 || n < 1 {
		return false
	}
	return n <= daysIn(y, m)
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// next is the day after.
func next(d day.Date) day.Date {
	y, m, n := int(d)/10000, int(d)/100%100, int(d)%100
	if n++; n > daysIn(y, m) {
		n = 1
		if m++; m > 12 {
			m, y = 1, y+1
		}
	}
	return day.Date(y*10000 + m*100 + n)
}

// Reverse undoes the last movement that stands. In a closed period it takes effect on the first open day, and never before an undoing
// that already happened.
func (d *Draft) Reverse(p *Person) {
	c := d.Person(p)
	if len(c.Standing) == 0 {
		d.refuse("nothing stands")
		return
	}
	at := c.Standing[len(c.Standing)-1]
	o := d.move(at)
	on := o.On
	if on <= d.w.Closed {
		on = next(d.w.Closed)
	}
	if on < c.Since {
		on = c.Since
	}
	d.judgeDay(on, c.Since)
	m := Move{Person: c.ID, From: o.To, To: o.From, Cause: o.Cause, On: on, Before: o.After, After: o.Before, Age: o.Age, Reverses: at}
	since := on
	if on == o.On {
		since = o.came
	}
	d.put(c, m, since)
	c.Standing = c.Standing[:len(c.Standing)-1]
}

func (d *Draft) move(i int) Move {
	if n := len(d.w.Moves); i >= n {
		return d.moves[i-n]
	}
	return d.w.Moves[i]
}

func (d *Draft) put(c *Person, m Move, since day.Date) {
	m.came = c.Since
	if m.Reverses < 0 {
		c.Standing = append(c.Standing, len(d.w.Moves)+len(d.moves))
	}
	d.moves, d.byMove = append(d.moves, m), append(d.byMove, c)
	c.Stage, c.Since, c.Traits = m.To.Stage, since, m.After
	if m.To.Stage != outside {
		c.Unit = m.To.Unit
	}
}

// Commit makes the draft part of the world. ids are those the store gave its movements, in order.
func (w *World) Commit(d *Draft, ids []id.ID) {
	for i, m := range d.moves {
		m.ID = ids[i]
		if p := d.byMove[i]; p.ID != 0 {
			m.Person = p.ID
		}
		w.Moves = append(w.Moves, m)
	}
	for _, p := range d.order {
		c := d.people[p]
		if c == p {
			w.People = append(w.People, p)
		} else {
			*p = *c
		}
		switch {
		case p.Number == "":
		case p.Void:
			delete(w.Numbers, p.Number)
		default:
			w.Numbers[p.Number] = p
		}
	}
}

// Mover returns the person of a movement of the draft.
func (d *Draft) Mover(i int) *Person { return d.byMove[i] }

// MovesOf returns the draft's movements of a person.
func (d *Draft) MovesOf(p *Person) (ms []Move) {
	for i, m := range d.moves {
		if d.byMove[i] == d.people[p] {
			ms = append(ms, m)
		}
	}
	return ms
}

// Arrange puts the movements into the order in which the people came; a person's own stay in order.
func (d *Draft) Arrange(people []id.ID) {
	var moves []Move
	var by []*Person
	for _, who := range people {
		for i, m := range d.moves {
			if d.byMove[i] != nil && d.byMove[i].ID == who {
				moves, by = append(moves, m), append(by, d.byMove[i])
				d.byMove[i] = nil
				break
			}
		}
	}
	d.moves, d.byMove = moves, by
	for _, c := range d.people {
		c.Standing = slices.DeleteFunc(c.Standing, func(i int) bool { return i >= len(d.w.Moves) })
	}
	for i, c := range by {
		c.Standing = append(c.Standing, len(d.w.Moves)+i)
	}
}

// Last returns the person the draft touched last, as they are after Commit; nil when it touched nobody.
func (d *Draft) Last() *Person {
	if len(d.order) == 0 {
		return nil
	}
	return d.order[len(d.order)-1]
}
