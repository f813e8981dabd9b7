package units

import (
	"cmp"
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// MergeForm merges units into another (sáp nhập) or into a new one (hợp nhất).
type MergeForm struct {
	From   []id.ID
	Into   id.ID   // an existing unit, or 0
	New    *Fields // else the unit to be founded; without a kind it is of that of the highest unit merged
	Parent id.ID   // of New
	Act
}

// Merge dissolves units in favour of another and returns that one: their people are moved by
// movements of re-organisation, the units below them get it as parent, and the dissolved units hang
// under it in the tree of today, so that their past counts as its own.
func (s *Service) Merge(ctx context.Context, who access.Actor, f MergeForm) (id.ID, error) {
	const op = "units.merge"
	from := slices.Compact(slices.Sorted(slices.Values(f.From)))
	switch {
	case len(from) == 0 || f.New != nil && len(from) < 2:
		return 0, fault.E(op, fault.Invalid, "unit.merge_few")
	case (f.New != nil) == (f.Into != 0):
		return 0, fault.E(op, fault.Invalid, "unit.merge_goal")
	case slices.Contains(from, f.Into):
		return 0, fault.E(op, fault.Invalid, "unit.merge_self")
	}
	goal := f.Into
	err := s.decide(ctx, who, from[0].Province(), f.Into, org.Merged, f.Act, func(w *work) error {
		units, err := w.openAll(from)
		if err != nil {
			return err
		}
		var into org.Unit
		if f.New != nil {
			fields := *f.New
			if fields.Kind == "" {
				fields.Kind = units[len(units)-1].Kind
			}
			into, err = w.foundBeside(units, f.Parent, fields)
		} else {
			into, err = w.open(f.Into)
		}
		if err != nil {
			return err
		}
		goal = into.ID
		w.Did(goal, f.Decision.No)
		w.toward(into, f.New != nil)
		w.part(goal, org.To, true, "", into.Name)
		for _, u := range units {
			if err := w.absorb(u, into); err != nil {
				return err
			}
			w.part(u.ID, org.From, false, u.Name, "")
		}
		return nil
	})
	return goal, err
}

// foundBeside founds the unit that others go into, which cannot stand below one of them.
func (w *work) foundBeside(others []org.Unit, parent id.ID, f Fields) (org.Unit, error) {
	p, err := w.open(parent)
	if err != nil {
		return org.Unit{}, err
	}
	for _, u := range others {
		if p.Under(u) {
			return org.Unit{}, w.refuse("unit.into_subtree", u.Name, p.Name)
		}
	}
	return w.found(p, f)
}

// openAll opens units that end, the lower first: a unit that ends together with the one above it then
// goes into the successor by itself.
func (w *work) openAll(ids []id.ID) ([]org.Unit, error) {
	units := make([]org.Unit, 0, len(ids))
	for _, i := range ids {
		u, err := w.openBelowRoot(i)
		if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
	slices.SortStableFunc(units, func(a, b org.Unit) int { return cmp.Compare(b.Depth, a.Depth) })
	return units, nil
}

// absorb dissolves a unit in favour of another on the day of the decision.
func (w *work) absorb(u, into org.Unit) error {
	if into.Under(u) {
		return w.refuse("unit.into_subtree", u.Name, into.Name)
	}
	if err := w.touch(u, true); err != nil {
		return err
	}
	if err := w.endable(u); err != nil {
		return err
	}
	people, err := w.PeopleIn(u.ID)
	if err != nil {
		return err
	}
	for i := range people {
		if err := w.carry(&people[i], into.ID); err != nil {
			return err
		}
	}
	kids, err := w.kids(u)
	if err != nil {
		return err
	}
	for _, k := range kids {
		if err := w.under(k.Unit, into); err != nil {
			return err
		}
		w.part(k.ID, org.Subject, false, u.Name, into.Name)
	}
	return w.end(u, into)
}

// carry moves somebody to another unit by the decision.
func (w *work) carry(p *person.Person, to id.ID) error {
	_, err := w.Post(p, ledger.Movement{To: ledger.Place{Unit: to, Stage: p.Place.Stage}, Cause: ledger.Reorganise,
		Effective: w.act.On, Decision: w.act.Decision.No, DecidedOn: w.act.Decision.Date})
	return err
}

// end dissolves an empty unit; heir is the successor it hangs under in the tree of today, the zero Unit
// leaves it where it was.
func (w *work) end(u, heir org.Unit) error {
	u, err := w.Unit(u.ID)
	if err != nil {
		return err
	}
	if u, err = w.EndUnit(u, w.act.On); err != nil || heir.ID == 0 {
		return err
	}
	_, err = w.PutPlace(u, heir)
	return err
}

// DissolveForm dissolves a unit (giải thể, kết thúc hoạt động).
type DissolveForm struct {
	Unit      id.ID
	Successor id.ID // takes over people, units below and the past; 0 when nobody and nothing is left
	Act
}

// Dissolve ends a unit. Without a successor there must be nobody in it and no unit below it.
func (s *Service) Dissolve(ctx context.Context, who access.Actor, f DissolveForm) error {
	if f.Successor == f.Unit {
		return fault.E("units.dissolve", fault.Invalid, "unit.merge_self")
	}
	return s.decide(ctx, who, f.Unit.Province(), f.Unit, org.Dissolved, f.Act, func(w *work) error {
		u, err := w.openBelowRoot(f.Unit)
		if err != nil {
			return err
		}
		w.part(u.ID, org.From, false, u.Name, "")
		if f.Successor != 0 {
			heir, err := w.open(f.Successor)
			if err != nil {
				return err
			}
			w.toward(heir, false)
			w.part(heir.ID, org.To, true, "", heir.Name)
			return w.absorb(u, heir)
		}
		if err := w.touch(u, true); err != nil {
			return err
		}
		people, err := w.PeopleIn(u.ID)
		if err != nil {
			return err
		}
		kids, err := w.kids(u)
		if err != nil {
			return err
		}
		if len(people) > 0 || len(kids) > 0 {
			return w.refuse("unit.not_empty", u.Name, len(people), len(kids))
		}
		if err := w.endable(u); err != nil {
			return err
		}
		return w.end(u, org.Unit{})
	})
}
