package target

import (
	"cmp"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
)

// Flaw is what is wrong with an admission that counted (dấu hiệu chất lượng).
type Flaw string

// The flaws that only a person's own way shows. Returned dossiers and lapsed certificates are happenings with counters.
const (
	Late  Flaw = "late"  // công nhận chính thức chậm: after the last day every organ had
	Early Flaw = "early" // ra khỏi Đảng sớm: within the months of Habits.EarlyMonths after the admission
)

// Flaws lists the flaws.
var Flaws = []Flaw{Late, Early}

// FlawOf returns the flaw of a word.
func FlawOf(word string) (Flaw, bool) {
	f := Flaw(word)
	return f, slices.Contains(Flaws, f)
}

// Turn is a movement on the way from the admission on: what flaws are read from.
type Turn struct {
	Movement, Person id.ID
	From, To         id.ID // units; 0 outside
	Cause            ledger.Cause
	On, Decided      day.Date // a late recognition may take effect before it is decided
	Reverses         id.ID
}

// Turns are the causes flaws are read from.
var Turns = []ledger.Cause{ledger.Admit, ledger.Readmit, ledger.Recognise, ledger.Expel, ledger.Strike, ledger.Quit, ledger.Cancel}

// Flawed is one movement with a flaw, and the unit it counts in.
type Flawed struct {
	Movement, Person, Unit id.ID
	Flaw                   Flaw
	On                     day.Date
}

// FindFlaws reads the flaws off turns in any order. due is the last day on which somebody who joined on a day is recognised in
// time; joined gives the admission of people whose own is not among the turns, 0 when it is not known: of them nothing is said.
// What was reversed did not happen.
func FindFlaws(turns []Turn, due func(day.Date) day.Date, joined func(person id.ID) day.Date, earlyMonths int) []Flawed {
	gone := map[id.ID]bool{}
	for _, t := range turns {
		if t.Reverses != 0 {
			gone[t.Movement], gone[t.Reverses] = true, true
		}
	}
	turns = slices.DeleteFunc(slices.Clone(turns), func(t Turn) bool { return gone[t.Movement] })
	slices.SortFunc(turns, func(a, b Turn) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.On, b.On), cmp.Compare(a.Movement, b.Movement))
	})
	var out []Flawed
	var of id.ID
	var since day.Date
	for _, t := range turns {
		if t.Person != of {
			of, since = t.Person, 0
		}
		if t.Cause == ledger.Admit || t.Cause == ledger.Readmit {
			since = t.On
			continue
		}
		if since == 0 {
			since = joined(t.Person)
		}
		if f, ok := flawOf(t, since, due, earlyMonths); ok {
			out = append(out, f)
		}
	}
	return out
}

func flawOf(t Turn, joined day.Date, due func(day.Date) day.Date, earlyMonths int) (Flawed, bool) {
	f := Flawed{Movement: t.Movement, Person: t.Person, On: t.On}
	if !joined.Valid() || joined > t.On {
		return f, false
	}
	if t.Cause == ledger.Recognise {
		f.Flaw, f.Unit = Late, t.To
		return f, max(t.On, t.Decided) > due(joined)
	}
	f.Flaw, f.Unit = Early, t.From
	return f, t.On <= joined.AddMonths(earlyMonths)
}
