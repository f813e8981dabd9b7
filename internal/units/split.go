package units

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Stay as the goal of somebody says that they stay in a unit that goes on.
const Stay = "="

// Goal is a unit that people of a split unit go to: one that exists, or one founded by the split.
type Goal struct {
	Ref    string // by which the assignment names it
	Unit   id.ID  // an existing unit, or 0
	Parent id.ID  // of the unit to be founded; 0: that of the first split unit
	Fields
}

// SplitForm splits units into several (chia, tách).
type SplitForm struct {
	From      []id.ID
	Keep      bool             // the split units go on (tách); otherwise they end (chia)
	Into      []Goal           // the first carries the past of the units that end
	People    map[id.ID]string // everybody in the split units -> Ref of a goal, or Stay
	Children  map[id.ID]string // the units below them -> Ref; not named stays with what goes on
	Principal string           // Ref of the goal that carries the past instead of the first
	Act
}

// Seat is somebody a split has to assign.
type Seat struct {
	ID    id.ID
	Name  string
	Birth string
	Stage ledger.Stage
	Unit  id.ID
}

// Unassigned is the cause of the refusal of a split that leaves somebody or some unit without a goal.
type Unassigned struct {
	People []Seat
	Units  []org.Unit
}

// Error says how many there are: it goes into logs and names nobody.
func (u *Unassigned) Error() string {
	return fmt.Sprintf("%d people and %d units without a goal", len(u.People), len(u.Units))
}

// maxListed is how many of the unassigned a message names; all of them are in the cause.
const maxListed = 30

// names lists those without a goal for the message.
func (u *Unassigned) names() string {
	var list []string
	for _, p := range u.People {
		list = append(list, p.Name+" ("+p.ID.String()+")")
	}
	for _, x := range u.Units {
		list = append(list, x.Name+" ("+x.ID.String()+")")
	}
	if len(list) > maxListed {
		list = append(list[:maxListed:maxListed], "…")
	}
	return strings.Join(list, "; ")
}

// Seats lists everybody a split of some units has to assign, by unit and name.
func (s *Service) Seats(ctx context.Context, who access.Actor, from []id.ID) ([]Seat, error) {
	var seats []Seat
	err := s.st.View(ctx, func(tx *store.Tx) error {
		seats = nil
		for _, i := range from {
			u, err := tx.Unit(i)
			if err != nil {
				return err
			}
			if err := who.Must(access.EditUnits, u); err != nil {
				return err
			}
			people, err := tx.PeopleIn(i)
			if err != nil {
				return err
			}
			for _, p := range people {
				seats = append(seats, seat(p))
			}
		}
		return nil
	})
	return seats, err
}

func seat(p person.Person) Seat {
	return Seat{ID: p.ID, Name: p.Name, Birth: p.Birth.VN(), Stage: p.Place.Stage, Unit: p.Place.Unit}
}

// Split founds units, moves the people and units below the split ones as assigned, and dissolves the
// split units unless they go on. It returns the goals in their order. Everybody must be assigned.
func (s *Service) Split(ctx context.Context, who access.Actor, f SplitForm) ([]id.ID, error) {
	const op = "units.split"
	from := slices.Compact(slices.Sorted(slices.Values(f.From)))
	if len(from) == 0 || len(f.Into) == 0 {
		return nil, fault.E(op, fault.Invalid, "unit.split_few")
	}
	var goals []id.ID
	err := s.decide(ctx, who, from[0].Province(), from[0], org.Split, f.Act, func(w *work) error {
		units, err := w.openAll(from)
		if err != nil {
			return err
		}
		sp := &splitting{work: w, form: f, units: units, goals: map[string]org.Unit{}}
		if err := sp.readPeople(); err != nil {
			return err
		}
		if err := sp.readKids(); err != nil {
			return err
		}
		if err := sp.openGoals(); err != nil {
			return err
		}
		for _, u := range units {
			if err := w.touch(u, !f.Keep); err != nil {
				return err
			}
			if f.Keep {
				continue
			}
			if err := w.endable(u); err != nil {
				return err
			}
		}
		sp.divide()
		goals = nil
		for _, g := range f.Into {
			goals = append(goals, sp.goals[g.Ref].ID)
		}
		return sp.run()
	})
	if err != nil {
		return nil, err
	}
	return goals, nil
}

// splitting is one split being carried out.
type splitting struct {
	*work
	form   SplitForm
	units  []org.Unit
	people []person.Person
	kids   []store.TreeRow
	goals  map[string]org.Unit
	heir   string // Ref of the principal successor
}

// readPeople reads everybody in the split units and holds the assignment against them.
func (sp *splitting) readPeople() error {
	inside := map[id.ID]bool{}
	for _, u := range sp.units {
		people, err := sp.PeopleIn(u.ID)
		if err != nil {
			return err
		}
		sp.people = append(sp.people, people...)
	}
	var late []string
	for _, p := range sp.people {
		inside[p.ID] = true
		if p.Since > sp.act.On && sp.form.People[p.ID] != Stay && len(late) < maxListed {
			late = append(late, fmt.Sprintf("%s (%s, %s)", p.Name, p.ID, p.Since.VN()))
		}
	}
	var strangers []string
	for i := range sp.form.People {
		if !inside[i] {
			strangers = append(strangers, i.String())
		}
	}
	if len(strangers) > 0 {
		slices.Sort(strangers)
		return sp.refuse("unit.split_stranger", len(strangers), strings.Join(strangers[:min(len(strangers), maxListed)], ", "))
	}
	if len(late) > 0 {
		return sp.refuse("unit.person_later", sp.act.On, strings.Join(late, "; "))
	}
	return nil
}

// readKids reads the units below the split ones.
func (sp *splitting) readKids() error {
	split := map[id.ID]bool{}
	for _, u := range sp.units {
		split[u.ID] = true
	}
	known := map[id.ID]bool{}
	for _, u := range sp.units {
		kids, err := sp.work.kids(u)
		if err != nil {
			return err
		}
		for _, k := range kids {
			if !split[k.ID] {
				known[k.ID] = true
				sp.kids = append(sp.kids, k)
			}
		}
	}
	for i := range sp.form.Children {
		if !known[i] {
			return sp.refuse("unit.split_stranger", 1, i.String())
		}
	}
	return nil
}

// openGoals founds or opens the goals and checks that everybody has one.
func (sp *splitting) openGoals() error {
	f := sp.form
	refs := map[string]bool{}
	for _, g := range f.Into {
		if g.Ref == "" || g.Ref == Stay || refs[g.Ref] {
			return sp.refuse("unit.split_ref", g.Ref)
		}
		refs[g.Ref] = true
	}
	if sp.heir = f.Into[0].Ref; f.Principal != "" {
		sp.heir = f.Principal
	}
	if !refs[sp.heir] {
		return sp.refuse("unit.split_ref", sp.heir)
	}
	if err := sp.assigned(refs); err != nil {
		return err
	}
	for _, g := range f.Into {
		u, err := sp.goal(g)
		if err != nil {
			return ofGoal(err, g.Ref)
		}
		sp.goals[g.Ref] = u
	}
	return nil
}

// assigned refuses a split that leaves somebody or some unit without a goal.
func (sp *splitting) assigned(refs map[string]bool) error {
	var left Unassigned
	for _, p := range sp.people {
		switch ref := sp.form.People[p.ID]; {
		case ref == "" || ref == Stay && !sp.form.Keep:
			left.People = append(left.People, seat(p))
		case ref != Stay && !refs[ref]:
			return sp.refuse("unit.split_ref", ref)
		}
	}
	for _, k := range sp.kids {
		switch ref := sp.form.Children[k.ID]; {
		case (ref == "" || ref == Stay) && !sp.form.Keep:
			left.Units = append(left.Units, k.Unit)
		case ref != "" && ref != Stay && !refs[ref]:
			return sp.refuse("unit.split_ref", ref)
		}
	}
	if len(left.People)+len(left.Units) > 0 {
		return sp.refuse("unit.unassigned", len(left.People), len(left.Units), left.names(), &left)
	}
	return nil
}

// ofGoal names the goal in the fields that are wrong: "name_b".
func ofGoal(err error, ref string) error {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	text := fault.TextOf(err)
	e := fault.E("units.ofGoal", fault.KindOf(err), text.Key, err)
	for name, t := range fields {
		if name != "date" { // that of the decision
			name += "_" + ref
		}
		e.Field(name, t.Key, t.Args...)
	}
	return e
}

func (sp *splitting) goal(g Goal) (org.Unit, error) {
	if g.Unit != 0 {
		u, err := sp.open(g.Unit)
		if err != nil {
			return u, err
		}
		for _, from := range sp.units {
			if u.ID == from.ID || u.Under(from) && !sp.form.Keep {
				return u, sp.refuse("unit.into_subtree", from.Name, u.Name)
			}
		}
		return u, nil
	}
	if g.Parent == 0 {
		g.Parent = sp.units[0].Parent
	}
	if sp.form.Keep {
		p, err := sp.open(g.Parent)
		if err != nil {
			return p, err
		}
		return sp.found(p, g.Fields)
	}
	return sp.foundBeside(sp.units, g.Parent, g.Fields)
}

// run moves everybody and ends the split units.
func (sp *splitting) run() error {
	for _, g := range sp.form.Into {
		u := sp.goals[g.Ref]
		sp.part(u.ID, org.To, !sp.form.Keep && g.Ref == sp.heir, "", u.Name)
	}
	for i := range sp.people {
		p := &sp.people[i]
		if ref := sp.form.People[p.ID]; ref != Stay {
			if err := sp.carry(p, sp.goals[ref].ID); err != nil {
				return err
			}
		}
	}
	for _, k := range sp.kids {
		ref := sp.form.Children[k.ID]
		if ref == "" || ref == Stay {
			continue
		}
		old, err := sp.Unit(k.Parent)
		if err != nil {
			return err
		}
		if err := sp.under(k.Unit, sp.goals[ref]); err != nil {
			return err
		}
		sp.part(k.ID, org.Subject, false, old.Name, sp.goals[ref].Name)
	}
	for _, u := range sp.units {
		sp.part(u.ID, org.From, false, u.Name, "")
		if sp.form.Keep {
			continue
		}
		if err := sp.end(u, sp.goals[sp.heir]); err != nil {
			return err
		}
	}
	return nil
}
