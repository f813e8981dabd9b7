package store_test

import (
	"cmp"
	"fmt"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
	"ketnap/internal/units"
)

// reorganise is the cause by which people follow their units.
const reorganise = 21

// event carries out a decision on the tree through its service. The service knows more reasons to
// refuse than the model, so only two things are demanded: what the model refuses is refused, and what
// is accepted leaves exactly what the model says, with nobody lost (I11).
func (r *run) event(w *modeltest.World, d *modeltest.Draft, do func(act units.Act) error, then func()) {
	before, on := w.Inside(), r.eventDay
	r.serial++
	err := do(units.Act{On: on, Decision: org.Decision{No: fmt.Sprintf("%d-QĐ/TU", r.serial), Date: on}})
	if kind := fault.KindOf(err); err != nil {
		if kind == fault.Internal || kind == fault.Unavailable || kind == fault.Busy {
			r.findf("broke: %v", err)
		}
		return
	}
	if d.Refused != "" {
		r.findf("accepted, but: %s", d.Refused)
		return
	}
	d.Arrange(r.newMovers(w))
	ids := r.newIDs(w)
	if len(ids) != len(d.Moves()) {
		r.findf("%d movements, want %d", len(ids), len(d.Moves()))
		return
	}
	w.Acts++
	w.Commit(d, ids)
	then()
	r.accepted[r.name]++
	if after := r.insideStored(w); after != before || w.Inside() != before {
		r.findf("I11: %d people before, %d after", before, after)
	}
}

// newIDs and newMovers read the movements the model does not know yet, in order.
func (r *run) newIDs(w *modeltest.World) (ids []id.ID) {
	r.eachNew(w, func(m *ledger.Movement) { ids = append(ids, m.ID) }, func() { ids = nil })
	return ids
}

func (r *run) newMovers(w *modeltest.World) (people []id.ID) {
	r.eachNew(w, func(m *ledger.Movement) { people = append(people, m.Person) }, func() { people = nil })
	return people
}

func (r *run) eachNew(w *modeltest.World, f func(*ledger.Movement), reset func()) {
	r.view(func(tx *store.Tx) error {
		reset()
		n := 0
		return tx.EachMovement(w.Province, func(m *ledger.Movement) error {
			if n++; n > len(w.Moves) {
				f(m)
			}
			return nil
		})
	})
}

func (r *run) insideStored(w *modeltest.World) (n int) {
	r.view(func(tx *store.Tx) error {
		return tx.Row(r.ctx, `SELECT COUNT(1) FROM person WHERE province_id = $1 AND stage > 0`, []any{w.Province}, &n)
	})
	return n
}

// decisionDay picks a day not before anything that touched some units, mostly.
func (r *run) decisionDay(w *modeltest.World, us ...*modeltest.Unit) {
	last := max(w.Closed.AddDays(1), day.Of(2016, 1, 1))
	for _, m := range w.Moves {
		if slices.Contains(us, m.From.Unit) || slices.Contains(us, m.To.Unit) {
			last = max(last, m.On)
		}
	}
	for _, u := range us {
		last = max(last, u.Founded, u.Edges[len(u.Edges)-1].From)
	}
	if r.rng.IntN(6) == 0 {
		last = last.AddDays(-r.rng.IntN(90))
	}
	if left := w.Today.Sub(last); left > 0 {
		last = last.AddDays(r.rng.IntN(min(left, 60) + 1))
	}
	r.eventDay = last
}

// holders are units that may have others below them: those that have or had some.
func holders(w *modeltest.World) (us []*modeltest.Unit) {
	for _, u := range w.Alive() {
		if u.Holds {
			us = append(us, u)
		}
	}
	return us
}

func belowRoot(w *modeltest.World) []*modeltest.Unit {
	return slices.DeleteFunc(w.Alive(), func(u *modeltest.Unit) bool { return u.Parent == nil })
}

var operator = access.System("test")

func (r *run) fields(kind org.Kind) units.Fields {
	r.serial++
	return units.Fields{Kind: kind, Name: fmt.Sprintf("Chi bộ mới %d", r.serial), Sector: 1 + r.rng.IntN(4)}
}

func (r *run) foundUnit(w *modeltest.World) {
	parent := pick(r, holders(w))
	r.decisionDay(w, parent)
	kind := pick(r, []org.Kind{org.Section, org.Cell})
	f := r.fields(kind)
	var made id.ID
	r.event(w, w.Draft(), func(act units.Act) (err error) {
		made, err = units.New(r.s).Found(r.ctx, operator, units.FoundForm{Parent: parent.ID, Fields: f, Act: act})
		return err
	}, func() { w.Found(made, parent, f.Sector, r.eventDay).Holds = kind != org.Cell })
}

func (r *run) reparent(w *modeltest.World) {
	u, parent := pick(r, belowRoot(w)), pick(r, holders(w))
	r.decisionDay(w, u, parent)
	d := w.Draft()
	if parent.Under(u) {
		d.Refuse("a ring")
	}
	r.event(w, d, func(act units.Act) error {
		return units.New(r.s).Reparent(r.ctx, operator, units.ReparentForm{Unit: u.ID, Parent: parent.ID, Act: act})
	}, func() { u.Hang(parent, r.eventDay) })
}

func (r *run) amend(w *modeltest.World) {
	u, sector := pick(r, w.Alive()), 1+r.rng.IntN(4)
	r.decisionDay(w, u)
	r.event(w, w.Draft(), func(act units.Act) error {
		return units.New(r.s).Amend(r.ctx, operator, units.AmendForm{Unit: u.ID, Sector: &sector, Act: act})
	}, func() { u.Sector = sector })
}

// absorbed drafts the movements of everybody in a unit that goes into another.
func (r *run) absorbed(w *modeltest.World, d *modeltest.Draft, u, into *modeltest.Unit) {
	for _, p := range w.People {
		if p.Stage != 0 && p.Unit == u {
			d.Post(p, modeltest.Place{Unit: into, Stage: p.Stage}, reorganise, r.eventDay, p.Traits)
		}
	}
}

// end dissolves a unit in the model: what stands below it goes to the heir, and so does its past.
func (r *run) end(w *modeltest.World, u, heir *modeltest.Unit) {
	for _, k := range w.Alive() {
		if k.Parent == u {
			k.Hang(heir, r.eventDay)
		}
	}
	u.End(heir, r.eventDay)
}

func (r *run) merge(w *modeltest.World) {
	all := belowRoot(w)
	if len(all) < 9 {
		return
	}
	from := []*modeltest.Unit{pick(r, all)}
	if other := pick(r, all); other != from[0] {
		from = append(from, other)
	}
	form := units.MergeForm{}
	var into, parent *modeltest.Unit
	if r.rng.IntN(3) == 0 {
		parent = pick(r, holders(w))
		f := r.fields(org.Section)
		form.New, form.Parent = &f, parent.ID
		into = &modeltest.Unit{Sector: f.Sector}
	} else {
		into = pick(r, w.Alive())
		form.Into = into.ID
	}
	slices.SortStableFunc(from, func(a, b *modeltest.Unit) int { return cmp.Compare(b.Depth(), a.Depth()) })
	touched := slices.Clone(from)
	if form.New == nil {
		touched = append(touched, into)
	}
	r.decisionDay(w, touched...)
	d := w.Draft()
	for _, u := range from {
		form.From = append(form.From, u.ID)
		r.absorbed(w, d, u, into)
	}
	r.event(w, d, func(act units.Act) error {
		form.Act = act
		made, err := units.New(r.s).Merge(r.ctx, operator, form)
		if err == nil && form.New != nil {
			into.ID = made
		}
		return err
	}, func() {
		if form.New != nil {
			into = w.Join(into, parent, r.eventDay)
			into.Holds = true
		}
		for _, u := range from {
			r.end(w, u, into)
		}
	})
}

func (r *run) dissolve(w *modeltest.World) {
	all := belowRoot(w)
	if len(all) < 9 {
		return
	}
	u := pick(r, all)
	form := units.DissolveForm{Unit: u.ID}
	d, heir := w.Draft(), (*modeltest.Unit)(nil)
	if r.rng.IntN(3) > 0 {
		heir = pick(r, w.Alive())
		form.Successor = heir.ID
	}
	r.decisionDay(w, u)
	if heir != nil {
		r.absorbed(w, d, u, heir)
	} else if slices.ContainsFunc(w.People, func(p *modeltest.Person) bool { return p.Stage != 0 && p.Unit == u }) {
		d.Refuse("somebody is in it")
	}
	r.event(w, d, func(act units.Act) error {
		form.Act = act
		return units.New(r.s).Dissolve(r.ctx, operator, form)
	}, func() { r.end(w, u, heir) })
}

// split founds one or two units and gives them the people and units of another, which ends or goes on.
func (r *run) split(w *modeltest.World) {
	u := pick(r, belowRoot(w))
	r.decisionDay(w, u)
	form := units.SplitForm{From: []id.ID{u.ID}, Keep: r.rng.IntN(2) == 0, People: map[id.ID]string{}, Children: map[id.ID]string{}}
	goals := map[string]*modeltest.Unit{}
	refs := []string{"a", "b"}[:1+r.rng.IntN(2)]
	for _, ref := range refs {
		f := r.fields(org.Section)
		form.Into = append(form.Into, units.Goal{Ref: ref, Fields: f})
		goals[ref] = &modeltest.Unit{Sector: f.Sector}
	}
	if form.Keep {
		refs = append(refs, units.Stay)
	}
	d := w.Draft()
	for _, p := range w.People {
		if p.Stage == 0 || p.Unit != u {
			continue
		}
		ref := pick(r, refs)
		form.People[p.ID] = ref
		if ref != units.Stay {
			d.Post(p, modeltest.Place{Unit: goals[ref], Stage: p.Stage}, reorganise, r.eventDay, p.Traits)
		}
	}
	moved := map[*modeltest.Unit]string{}
	for _, k := range w.Alive() {
		if k.Parent == u {
			ref := pick(r, refs)
			form.Children[k.ID] = ref
			if ref != units.Stay {
				moved[k] = ref
			}
		}
	}
	parent := u.Parent
	r.event(w, d, func(act units.Act) error {
		form.Act = act
		made, err := units.New(r.s).Split(r.ctx, operator, form)
		for i, m := range made {
			goals[form.Into[i].Ref].ID = m
		}
		return err
	}, func() {
		for _, g := range form.Into {
			w.Join(goals[g.Ref], parent, r.eventDay).Holds = true
		}
		for k, ref := range moved {
			k.Hang(goals[ref], r.eventDay)
		}
		if !form.Keep {
			r.end(w, u, goals[form.Into[0].Ref])
		}
	})
}
