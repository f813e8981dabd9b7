// Package units is the service on the tree of party units: reading it as it is today or was on any
// day, and carrying out the dated decisions that change it.
//
// Every change is one event with its decision, effective on a day that is not in the future and not
// in a closed period, and recorded in one transaction with what it changes: dated edges and names,
// the place in the tree of today, movements of people, counters. A day in the past is allowed as
// long as nothing recorded later contradicts; what contradicts is named in the refusal.
package units

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Service is reading and changing the tree.
type Service struct {
	st    *store.Store
	trees *store.Memory[treeKey, []Node]
}

// linesKept is how many lines of trees are remembered, 3 MB.
const linesKept = 10_000

// New returns the service on a store.
func New(st *store.Store) *Service {
	return &Service{st: st, trees: store.NewMemory[treeKey](st, linesKept, lines)}
}

// Mark stands for the state a tree was read from; see reports.Mark.
type Mark = store.Mark

// Today returns the day of the store's clock, the last day a tree can be asked for.
func (s *Service) Today() day.Date { return s.st.Today() }

// Find reads a unit as people name it: a 14-digit code with or without dots, an id, or the address of
// its page. A unit the actor may not read is not found.
func (s *Service) Find(ctx context.Context, who access.Actor, text string) (id.ID, error) {
	const op = "units.Find"
	text = strings.TrimRight(strings.SplitN(strings.TrimSpace(text), "?", 2)[0], "/")
	var found id.ID
	err := s.st.View(ctx, func(tx *store.Tx) error {
		i := id.Parse(text[strings.LastIndexByte(text, '/')+1:])
		if code, ok := org.ValidCode(text); ok {
			var err error
			if i, err = tx.UnitByCode(code); err != nil {
				return err
			}
		}
		unknown := fault.E(op, fault.NotFound, "unit.unknown", text)
		if i == 0 {
			return unknown
		}
		u, err := tx.Unit(i)
		if fault.Is(err, fault.NotFound) || err == nil && !who.Can(access.Read, u) {
			return unknown
		}
		found = i
		return err
	})
	return found, err
}

// Act is what a change of the tree rests on.
type Act struct {
	On       day.Date     // the day it takes effect
	Decision org.Decision // No is needed
	Note     string
	Key      string  // request key: the same key acts at most once; "" when repeating is refused otherwise
	Try      *Effect // when set, nothing is done: what would change is written there
	Seen     string  // Effect.Mark of what was shown: when something else would change by now, it is refused as stale; "" takes any
}

// check says what is wrong with an act on its own.
func (a Act) check(op string, today, closed day.Date) error {
	e := fault.E(op, fault.Invalid, "unit.invalid")
	switch {
	case !a.On.Valid():
		e.Field("date", "unit.date_missing")
	case a.On > today:
		e.Field("date", "unit.date_future", a.On)
	case a.On <= closed:
		e.Kind = fault.Conflict
		e.Field("date", "unit.period_closed", closed)
	}
	if a.Decision.No == "" {
		e.Field("decision", "unit.decision_missing")
	}
	if d := a.Decision.Date; d != 0 && (!d.Valid() || d > today) {
		e.Field("decision_date", "unit.decision_date", d)
	}
	if len(a.Decision.No) > maxText || len(a.Decision.Issuer) > maxText || len(a.Note) > 4*maxText {
		e.Field("decision", "unit.text_long")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// maxText is the longest name, number or power in bytes: a guard of this program, not of a regulation.
const maxText = 500
