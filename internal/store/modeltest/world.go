// Package modeltest is a second, naive account of the ledger for tests (storage floor).
//
// It keeps lists of units, people and movements in memory, says for itself what a movement may do,
// and counts everything again from the first movement each time it is asked. It shares no rule with
// the program: only the types of dates and ids. What the store holds must agree with it.
package modeltest

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Traits are the attributes people are counted by.
type Traits struct {
	Sex, Ethnic, Religion, Occupation, Schooling, Expertise, Sector int
	Youth                                                           bool
	Birth                                                           day.Date
}

// Unit is a unit with its parent of today and its parents over time.
type Unit struct {
	ID        id.ID
	Parent    *Unit // nil for a root; of a dissolved unit the one that carries its history
	Sector    int
	Founded   day.Date
	Dissolved day.Date // 0 while it exists
	Edges     []Edge   // in time; the last is open while the unit exists
	Holds     bool     // other units may stand below it
}

// Edge is a parent from a day on, To the first day it no longer is, 0 while it is.
type Edge struct {
	From, To day.Date
	Parent   *Unit
}

// Root returns the top of the unit's tree of today.
func (u *Unit) Root() *Unit {
	for u.Parent != nil {
		u = u.Parent
	}
	return u
}

// Branch returns the ancestor-or-self directly under the root, the root for itself.
func (u *Unit) Branch() *Unit {
	for u.Parent != nil && u.Parent.Parent != nil {
		u = u.Parent
	}
	return u
}

// Under reports whether u is top or stands below it today.
func (u *Unit) Under(top *Unit) bool {
	for ; u != nil; u = u.Parent {
		if u == top {
			return true
		}
	}
	return false
}

// Person is somebody with the place the movements lead to.
type Person struct {
	ID       id.ID
	Unit     *Unit // the last one inside, nil before the first
	Stage    int   // 0 outside
	Since    day.Date
	Traits   Traits
	Name     string
	Number   string
	Void     bool  // taken back: a record of nobody
	Standing []int // movements that hold, as indexes into World.Moves; those of a draft follow on
}

// Place is a unit and a stage; the zero Place is outside.
type Place struct {
	Unit  *Unit
	Stage int
}

// Place returns where the person is.
func (p *Person) Place() Place {
	if p.Stage == 0 {
		return Place{}
	}
	return Place{p.Unit, p.Stage}
}

// Move is one movement.
type Move struct {
	ID            id.ID
	Person        id.ID
	From, To      Place
	Cause         int
	On            day.Date
	Before, After Traits
	Age           int
	Reverses      int      // index of the movement it undoes, -1 otherwise
	came          day.Date // how far the person's record had come before it
}

// World is one province as it must be.
type World struct {
	Province int
	Today    day.Date
	Closed   day.Date
	Units    []*Unit
	People   []*Person
	Moves    []Move
	Acts     int // audited acts so far
	Keys     map[string]bool
	Numbers  map[string]*Person
}

// New returns an empty province.
func New(province int, today day.Date) *World {
	return &World{Province: province, Today: today, Keys: map[string]bool{}, Numbers: map[string]*Person{}}
}

// Found adds a unit under a parent, nil for the root.
func (w *World) Found(i id.ID, parent *Unit, sector int, on day.Date) *Unit {
	u := &Unit{ID: i, Parent: parent, Sector: sector, Founded: on, Edges: []Edge{{From: on, Parent: parent}}}
	w.Units = append(w.Units, u)
	return u
}

// Join makes a unit that was thought of part of the province.
func (w *World) Join(u, parent *Unit, on day.Date) *Unit {
	u.Parent, u.Founded, u.Edges = parent, on, []Edge{{From: on, Parent: parent}}
	w.Units = append(w.Units, u)
	return u
}

// Hang puts a unit under another parent from a day on.
func (u *Unit) Hang(parent *Unit, on day.Date) {
	u.Parent = parent
	u.Edges = slices.DeleteFunc(u.Edges, func(e Edge) bool { return e.From == on })
	u.close(on)
	u.Edges = append(u.Edges, Edge{From: on, Parent: parent})
}

func (u *Unit) close(on day.Date) {
	if n := len(u.Edges); n > 0 && u.Edges[n-1].To == 0 {
		u.Edges[n-1].To = on
	}
}

// End dissolves a unit on a day; its past goes to the heir, without one it stays where it was.
func (u *Unit) End(heir *Unit, on day.Date) {
	u.close(on)
	u.Dissolved = on
	if heir != nil {
		u.Parent = heir
	}
}

// Depth counts the units above.
func (u *Unit) Depth() (n int) {
	for ; u.Parent != nil; u = u.Parent {
		n++
	}
	return n
}

// Alive lists the units that exist today.
func (w *World) Alive() []*Unit {
	return slices.DeleteFunc(slices.Clone(w.Units), func(u *Unit) bool { return u.Dissolved != 0 })
}

// Inside counts the people inside the system.
func (w *World) Inside() (n int) {
	for _, p := range w.People {
		if p.Stage != 0 {
			n++
		}
	}
	return n
}

// PlacesOn returns, for every person, the sum of the legs that took effect up to a day: exactly one
// place with the number 1, or none.
func (w *World) PlacesOn(on day.Date) map[id.ID]map[Place]int {
	all := map[id.ID]map[Place]int{}
	for _, m := range w.Moves {
		if m.On > on {
			continue
		}
		at := all[m.Person]
		if at == nil {
			at = map[Place]int{}
			all[m.Person] = at
		}
		for place, d := range map[Place]int{m.From: -1, m.To: 1} {
			if m.From == m.To || place.Stage == 0 {
				continue
			}
			if at[place] += d; at[place] == 0 {
				delete(at, place)
			}
		}
	}
	return all
}

// ParentOn returns a unit's parent on a day; ok is false when the unit did not exist.
func (u *Unit) ParentOn(on day.Date) (parent *Unit, ok bool) {
	for _, e := range u.Edges {
		if e.From <= on && (e.To == 0 || on < e.To) {
			return e.Parent, true
		}
	}
	return nil, false
}
