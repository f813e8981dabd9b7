package dossiers

import (
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/rule"
)

// members holds the people an act names against what no pack could allow: they exist, they are
// somebody else, and two introducers are two people.
func (w *world) members(a *dossier.Act) error {
	e := fault.E("dossiers.members", fault.Invalid, "dossier.unfit")
	seen := map[id.ID]bool{}
	for i := range a.Details.Introducers {
		in := &a.Details.Introducers[i]
		switch {
		case in.Member == 0:
			continue
		case in.Member == w.p.ID:
			e.Field("introducers", "dossier.member_self")
		case seen[in.Member]:
			e.Field("introducers", "dossier.introducer_twice")
		}
		seen[in.Member] = true
		m, err := w.member(in.Member)
		if err != nil {
			return err
		}
		if m.ID == 0 {
			e.Field("introducers", "dossier.member_unknown")
		}
		in.Name = m.Name
	}
	if h := a.Details.Helper; h != 0 {
		m, err := w.member(h)
		switch {
		case err != nil:
			return err
		case h == w.p.ID:
			e.Field("helper", "dossier.member_self")
		case m.ID == 0:
			e.Field("helper", "dossier.member_unknown")
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// member reads a record of the same province; the zero Person when there is none.
func (w *world) member(i id.ID) (person.Person, error) {
	if i.Province() != w.p.ID.Province() {
		return person.Person{}, nil
	}
	ps, err := w.tx.PeopleByID(i.Province(), []id.ID{i})
	if err != nil || len(ps) == 0 {
		return person.Person{}, err
	}
	return ps[0], nil
}

// memberFacts are of those who introduce and help, on the day of the act.
func (w *world) memberFacts(f *rule.Facts, a *dossier.Act, on day.Date) error {
	in := a.Details.Introducers
	if last, ok := w.d.Last(dossier.Introduce); ok && len(in) == 0 {
		in = last.Details.Introducers
	}
	for _, i := range in {
		if i.Member == 0 {
			continue
		}
		m, err := w.factsOf(i.Member, on)
		if err != nil {
			return err
		}
		m.Since = max(m.Since, i.Since)
		if i.Since != 0 {
			m.Since = i.Since
		}
		f.Introducers = append(f.Introducers, m)
	}
	helper := a.Details.Helper
	if helper == 0 {
		helper = w.d.Helper
	}
	if helper == 0 {
		return nil
	}
	var err error
	f.Helpers = 1
	f.Helper, err = w.factsOf(helper, on)
	return err
}

// factsOf says what the ledger knows of a member on a day: whether they were official, in the same
// grassroots organisation, and since when both were there.
func (w *world) factsOf(i id.ID, on day.Date) (rule.MemberFacts, error) {
	f := rule.MemberFacts{ID: int64(i), Self: i == w.p.ID}
	p, err := w.member(i)
	if err != nil || p.ID == 0 {
		return f, err
	}
	moves, err := w.tx.Movements(i)
	if err != nil {
		return f, err
	}
	place, since := placeOn(moves, on)
	f.Known, f.Official = true, place.Stage == ledger.Official
	f.SameUnit = place.Unit == w.cell.ID
	_, mine := placeOn(w.moves, on)
	if !f.SameUnit && !place.Out() {
		u, err := w.tx.Unit(place.Unit)
		if err != nil {
			return f, err
		}
		base, ok := w.base()
		f.SameUnit = ok && u.Under(base)
	}
	if f.SameUnit {
		f.Since = max(since, mine)
	}
	f.Helping, err = w.tx.Helping(i, w.d.ID)
	return f, err
}

// base is the grassroots organisation the cell belongs to: itself, or the nearest above.
func (w *world) base() (org.Unit, bool) {
	if w.cell.Kind == org.BaseCell {
		return w.cell, true
	}
	for i := len(w.above) - 1; i >= 0; i-- {
		if w.above[i].Kind == org.Grassroots {
			return w.above[i], true
		}
	}
	return w.cell, true
}

// placeOn finds where somebody stood on a day, and since when in that unit.
func placeOn(moves []ledger.Movement, on day.Date) (p ledger.Place, since day.Date) {
	for _, m := range ledger.Standing(moves) {
		if m.Effective > on {
			break
		}
		if m.To.Unit != p.Unit {
			since = m.Effective
		}
		p = m.To
	}
	return p, since
}
