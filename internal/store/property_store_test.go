package store_test

import (
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
)

// enrolIn stores new people with the movements the draft gives them.
func enrolIn(tx *store.Tx, w *modeltest.World, d *modeltest.Draft, people ...*modeltest.Person) (ids []id.ID, err error) {
	var es []store.Enrolment
	for _, p := range people {
		q := &person.Person{ID: tx.NewID(w.Province), Name: p.Name}
		p.ID = q.ID
		e := store.Enrolment{Person: q, Sealed: person.Sealed{Number: p.Number}}
		for _, m := range d.MovesOf(p) {
			if len(e.Movements) == 0 {
				wear(q, m.After)
			}
			e.Movements = append(e.Movements, ledger.Movement{To: placed(m.To), Cause: ledger.Cause(m.Cause), Effective: m.On})
		}
		es = append(es, e)
	}
	if err := tx.Enrol(es); err != nil {
		return nil, err
	}
	for _, e := range es {
		for _, m := range e.Movements {
			ids = append(ids, m.ID)
		}
	}
	return ids, nil
}

func placed(p modeltest.Place) ledger.Place {
	if p.Unit == nil {
		return ledger.Place{Stage: ledger.Stage(p.Stage)}
	}
	return ledger.Place{Unit: p.Unit.ID, Stage: ledger.Stage(p.Stage)}
}

// wear gives a record the traits, but for the sector, which comes from the unit.
func wear(q *person.Person, t modeltest.Traits) {
	q.Sex, q.Ethnic, q.Religion, q.Occupation, q.Schooling, q.Expertise, q.Youth, q.Birth = t.Sex, t.Ethnic, t.Religion, t.Occupation, t.Schooling, t.Expertise, t.Youth, t.Birth
}

// step is one movement of a draft to be posted.
func stepIn(tx *store.Tx, p *modeltest.Person, m modeltest.Move) (id.ID, error) {
	q, err := tx.Person(p.ID)
	if err != nil {
		return 0, err
	}
	if m.Reverses >= 0 {
		return reverseIn(tx, &q, m)
	}
	post := ledger.Movement{To: placed(m.To), Cause: ledger.Cause(m.Cause), Effective: m.On}
	if post.Cause == ledger.Change {
		before, was := q, q.Attrs()
		if wear(&q, m.After); q != before {
			if err := tx.PutPerson(&before, &q); err != nil {
				return 0, err
			}
		}
		post.Was = &was
	}
	got, err := tx.Post(&q, post)
	return got.ID, err
}

func reverseIn(tx *store.Tx, q *person.Person, m modeltest.Move) (id.ID, error) {
	ms, err := tx.Movements(q.ID)
	if err != nil {
		return 0, err
	}
	stand := ledger.Standing(ms)
	if len(stand) == 0 {
		return 0, fault.E("test", fault.Invalid, "test.nothing_stands")
	}
	last := stand[len(stand)-1]
	before := *q
	if wear(q, m.After); *q != before {
		if err := tx.PutPerson(&before, q); err != nil {
			return 0, err
		}
	}
	got, err := tx.Reverse(q, last, ledger.Since(ms, last.ID))
	return got.ID, err
}

// postDraft posts every movement of a draft in order.
func (r *run) postDraft(w *modeltest.World, d *modeltest.Draft) {
	if len(d.Moves()) == 0 {
		return
	}
	r.update(w, r.key(), d, func(tx *store.Tx) (ids []id.ID, err error) {
		for i, m := range d.Moves() {
			made, err := stepIn(tx, d.Mover(i), m)
			if err != nil {
				return nil, err
			}
			ids = append(ids, made)
		}
		return ids, nil
	})
}

// depart moves somebody to the other province: a pair of movements in one act.
func (r *run) depart(w *modeltest.World) {
	other := r.worlds[0]
	if other == w {
		other = r.worlds[1]
	}
	p := r.someone(w, inside)
	if p == nil {
		return
	}
	from, to := w.Draft(), other.Draft()
	on := max(r.dayAfter(w, p.Since), other.Closed.AddDays(1))
	q := &modeltest.Person{Name: p.Name, Traits: p.Traits}
	from.Post(p, modeltest.Place{}, 14, on, p.Traits)
	to.Add(q)
	to.Post(q, modeltest.Place{Unit: r.unitOn(other, on), Stage: p.Stage}, 13, on, q.Traits)
	if to.Refused != "" {
		from.Refuse(to.Refused)
	}
	var there []id.ID
	if r.update(w, r.key(), from, func(tx *store.Tx) ([]id.ID, error) {
		made, err := stepIn(tx, p, from.Moves()[0])
		if err != nil {
			return nil, err
		}
		there, err = enrolIn(tx, other, to, q)
		return []id.ID{made}, err
	}) {
		other.Commit(to, there)
	}
}

func (r *run) rename(w *modeltest.World) {
	r.edit(w, func(*modeltest.Person) bool { return true }, func(p *modeltest.Person) { p.Name = r.newPerson().Name })
}

// editOutside corrects the record of somebody outside: no movement, for nobody is counted there.
func (r *run) editOutside(w *modeltest.World) {
	r.edit(w, func(p *modeltest.Person) bool { return p.Stage == 0 }, func(p *modeltest.Person) {
		sector := p.Traits.Sector
		p.Traits = r.traits()
		p.Traits.Sector = sector
	})
}

func (r *run) edit(w *modeltest.World, who func(*modeltest.Person) bool, how func(*modeltest.Person)) {
	p := r.someone(w, who)
	if p == nil {
		return
	}
	d := w.Draft()
	c := d.Person(p)
	how(c)
	r.update(w, r.key(), d, func(tx *store.Tx) ([]id.ID, error) {
		q, err := tx.Person(p.ID)
		if err != nil {
			return nil, err
		}
		before := q
		q.Name = c.Name
		if q.Place.Out() {
			wear(&q, c.Traits)
		}
		return nil, tx.PutPerson(&before, &q)
	})
}
