package store_test

import (
	"errors"
	"fmt"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/modeltest"
)

// grow founds a tree of four levels: people may belong anywhere in it.
func (r *run) grow(w *modeltest.World) {
	founded := day.Of(2010, 1, 1)
	type node struct {
		u *modeltest.Unit
		o org.Unit
	}
	var units []node
	err := r.s.Update(r.ctx, entryOf(w), func(tx *store.Tx) error {
		units, w.Units = nil, nil
		add := func(parent node, kind org.Kind, name string) (node, error) {
			o := org.Unit{ID: tx.NewID(w.Province), Kind: kind, Name: name, Sector: 1 + len(units)%4, Founded: founded}.Place(parent.o)
			n := node{w.Found(o.ID, parent.u, o.Sector, founded), o}
			n.u.Holds = kind != org.Cell
			units = append(units, n)
			return n, tx.AddUnit(o)
		}
		root, err := add(node{}, org.Province, fmt.Sprintf("Đảng bộ tỉnh %d", w.Province))
		if err != nil {
			return err
		}
		for i := range 3 {
			branch, err := add(root, org.Grassroots, fmt.Sprintf("Đảng bộ xã %d", i+1))
			if err != nil {
				return err
			}
			section, err := add(branch, org.Section, "Đảng bộ bộ phận")
			if err != nil {
				return err
			}
			for j, parent := range []node{branch, branch, section} {
				if _, err := add(parent, org.Cell, fmt.Sprintf("Chi bộ %d", j+1)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	w.Acts++
}

// acts are what may happen, with how often.
var acts = []struct {
	name   string
	weight int
	do     func(*run, *modeltest.World)
}{
	{"enrol", 16, (*run).enrol},
	{"post", 40, (*run).post},
	{"post at random", 10, (*run).postAnything},
	{"change", 8, (*run).change},
	{"transfer", 10, (*run).transfer},
	{"reverse", 10, (*run).reverse},
	{"correct a date", 6, (*run).correct},
	{"take back an enrolment", 2, (*run).takeBack},
	{"several at once", 5, (*run).several},
	{"batch", 3, (*run).batch},
	{"give up half way", 4, (*run).giveUp},
	{"repeat a key", 4, (*run).repeatKey},
	{"move to another province", 3, (*run).depart},
	{"rename", 3, (*run).rename},
	{"edit somebody outside", 3, (*run).editOutside},
	{"close a period", 2, (*run).closePeriod},
	{"reopen a period", 1, (*run).reopenPeriod},
	{"found a unit", 2, (*run).foundUnit},
	{"move a unit", 3, (*run).reparent},
	{"merge units", 2, (*run).merge},
	{"split a unit", 2, (*run).split},
	{"dissolve a unit", 1, (*run).dissolve},
	{"change a unit's sector", 1, (*run).amend},
	{"touch what is written", 1, (*run).tamper},
}

// act does one random thing.
func (r *run) act() {
	sum := 0
	for _, a := range acts {
		sum += a.weight
	}
	n := r.rng.IntN(sum)
	w := r.worlds[r.rng.IntN(len(r.worlds))]
	for _, a := range acts {
		if n -= a.weight; n < 0 {
			r.name = a.name
			r.doing = fmt.Sprintf("%s in province %d", a.name, w.Province)
			a.do(r, w)
			break
		}
	}
}

func (r *run) key() string {
	if r.rng.IntN(4) > 0 {
		return ""
	}
	r.serial++
	return fmt.Sprintf("key-%d-%d", r.worlds[0].Province, r.serial)
}

func pick[T any](r *run, list []T) T { return list[r.rng.IntN(len(list))] }

// someone picks a person for whom ok holds, nil when chance finds nobody.
func (r *run) someone(w *modeltest.World, ok func(*modeltest.Person) bool) *modeltest.Person {
	if len(w.People) == 0 {
		return nil
	}
	for range 8 {
		if p := pick(r, w.People); !p.Void && ok(p) {
			return p
		}
	}
	return nil
}

func inside(p *modeltest.Person) bool { return p.Stage != 0 }

// dayAfter picks a day on which p may move, mostly; now and then any day at all.
func (r *run) dayAfter(w *modeltest.World, since day.Date) day.Date {
	if r.rng.IntN(12) == 0 {
		return pick(r, []day.Date{0, w.Today.AddDays(1), w.Closed, since.AddDays(-1), day.Of(2020, 2, 29), 20230230, 20240500})
	}
	from := max(since, day.Of(2016, 1, 1), w.Closed.AddDays(1))
	if from > w.Today {
		return w.Today
	}
	span := w.Today.Sub(from)
	if r.rng.IntN(3) > 0 {
		span = min(span, 200) // leave room for a long chain
	}
	return from.AddDays(r.rng.IntN(span + 1))
}

func (r *run) traits() modeltest.Traits {
	birth := day.Of(1940+r.rng.IntN(66), 1+r.rng.IntN(12), 1+r.rng.IntN(28))
	switch r.rng.IntN(12) {
	case 0:
		birth = day.Of(2000, 2, 29)
	case 1:
		birth = birth / 10000 * 10000
	case 2:
		birth = birth / 100 * 100
	}
	return modeltest.Traits{Sex: 1 + r.rng.IntN(2), Ethnic: r.rng.IntN(4), Religion: r.rng.IntN(3), Occupation: r.rng.IntN(16), Schooling: r.rng.IntN(5),
		Expertise: r.rng.IntN(8), Youth: r.rng.IntN(2) == 0, Birth: birth}
}

func (r *run) newPerson() *modeltest.Person {
	r.serial++
	p := &modeltest.Person{Name: pick(r, []string{"Nguyễn Văn", "Trần Thị", "Lê Hữu", "Đỗ Đức"}) + " " + pick(r, []string{"Ánh", "Bình", "Hoà", "Ưng", "Ý"}), Traits: r.traits()}
	if r.rng.IntN(3) == 0 {
		p.Number = fmt.Sprintf("%04d%08d", r.worlds[0].Province, r.serial-r.rng.IntN(6)) // sometimes taken
	}
	return p
}

// history gives a new person a first movement and up to two more.
func (r *run) history(w *modeltest.World, d *modeltest.Draft, p *modeltest.Person, first int) {
	d.Add(p)
	on := r.dayAfter(w, 0)
	d.Post(p, modeltest.Place{Unit: r.unitOn(w, on), Stage: pick(r, modeltest.Goals(first))}, first, on, p.Traits)
	for range r.rng.IntN(3) {
		if p.Stage == 0 {
			return
		}
		to, cause := r.next(p)
		d.Post(p, to, cause, r.dayAfter(w, p.Since), p.Traits)
	}
}

// unitOn picks a unit that exists today and existed on a day.
func (r *run) unitOn(w *modeltest.World, on day.Date) *modeltest.Unit {
	return pick(r, slices.DeleteFunc(w.Alive(), func(u *modeltest.Unit) bool { return u.Parent != nil && u.Founded > on }))
}

// next picks a cause that may move p, and where to.
func (r *run) next(p *modeltest.Person) (modeltest.Place, int) {
	cause := pick(r, modeltest.Causes(p.Stage))
	if cause > 13 && r.rng.IntN(3) > 0 {
		cause = pick(r, modeltest.Causes(p.Stage)) // fewer exits, so that the province fills
	}
	to := modeltest.Place{Unit: p.Unit, Stage: pick(r, modeltest.Goals(cause))}
	if to.Stage == 0 {
		to.Unit = nil
	}
	return to, cause
}

func (r *run) enrol(w *modeltest.World) {
	p, d := r.newPerson(), w.Draft()
	r.history(w, d, p, pick(r, []int{1, 1, 2, 3, 5, 9, 10, 12, 13}))
	r.update(w, r.key(), d, func(tx *store.Tx) ([]id.ID, error) { return enrolIn(tx, w, d, p) })
}

func (r *run) post(w *modeltest.World) {
	p := r.someone(w, func(p *modeltest.Person) bool { return p.Stage != 0 || r.rng.IntN(4) == 0 })
	if p == nil {
		return
	}
	d := w.Draft()
	to, cause := r.next(p)
	on := r.dayAfter(w, p.Since)
	if p.Stage == 0 {
		to.Unit = r.unitOn(w, on)
	}
	d.Post(p, to, cause, on, p.Traits)
	r.postDraft(w, d)
}

// postAnything posts what mostly makes no sense.
func (r *run) postAnything(w *modeltest.World) {
	p := r.someone(w, func(*modeltest.Person) bool { return true })
	if p == nil {
		return
	}
	d := w.Draft()
	on := r.dayAfter(w, p.Since)
	to := modeltest.Place{Unit: r.unitOn(w, on), Stage: r.rng.IntN(7)}
	switch {
	case to.Stage == 0 && r.rng.IntN(6) > 0:
		to.Unit = nil
	case to.Stage > 0 && r.rng.IntN(2) == 0 && p.Stage > 0:
		to.Unit = p.Unit
	}
	d.Post(p, to, 1+r.rng.IntN(21), on, p.Traits)
	r.postDraft(w, d)
}

func (r *run) change(w *modeltest.World) {
	p := r.someone(w, inside)
	if p == nil {
		return
	}
	d := w.Draft()
	after := r.traits()
	after.Sector = p.Traits.Sector
	d.Post(p, p.Place(), 22, r.dayAfter(w, p.Since), after)
	r.postDraft(w, d)
}

func (r *run) transfer(w *modeltest.World) {
	p := r.someone(w, inside)
	if p == nil {
		return
	}
	d := w.Draft()
	on := r.dayAfter(w, p.Since)
	d.Post(p, modeltest.Place{Unit: r.unitOn(w, on), Stage: p.Stage}, pick(r, []int{15, 15, 21}), on, p.Traits)
	r.postDraft(w, d)
}

func (r *run) reverse(w *modeltest.World) {
	p := r.someone(w, func(p *modeltest.Person) bool { return len(p.Standing) > 0 })
	if p == nil {
		return
	}
	d := w.Draft()
	for i := range 1 + r.rng.IntN(min(2, len(p.Standing))) {
		if back := w.Moves[p.Standing[len(p.Standing)-1-i]].From.Unit; back != nil && back.Dissolved != 0 {
			break // the service does not lead anybody back into a unit that is gone
		}
		d.Reverse(p)
	}
	r.postDraft(w, d)
}

// takeBack undoes everything somebody did and gives up their number, as the undoing of an import does.
func (r *run) takeBack(w *modeltest.World) {
	p := r.someone(w, func(p *modeltest.Person) bool {
		return !slices.ContainsFunc(p.Standing, func(i int) bool { u := w.Moves[i].From.Unit; return u != nil && u.Dissolved != 0 })
	})
	if p == nil {
		return
	}
	d := w.Draft()
	c := d.Person(p)
	for range p.Standing {
		d.Reverse(p)
	}
	c.Void = true
	r.update(w, r.key(), d, func(tx *store.Tx) (ids []id.ID, err error) {
		for _, m := range d.Moves() {
			made, err := stepIn(tx, p, m)
			if err != nil {
				return nil, err
			}
			ids = append(ids, made)
		}
		q, err := tx.Person(p.ID)
		if err != nil {
			return nil, err
		}
		sealed, err := tx.Sealed(p.ID)
		if err != nil {
			return nil, err
		}
		before := q
		q.Void = true
		return ids, errors.Join(tx.ReleaseKeys(p.ID, sealed), tx.PutPerson(&before, &q))
	})
}

// correct undoes the last movement and posts it again with another day, in one act.
func (r *run) correct(w *modeltest.World) {
	p := r.someone(w, func(p *modeltest.Person) bool { return len(p.Standing) > 0 })
	if p == nil {
		return
	}
	m := w.Moves[p.Standing[len(p.Standing)-1]]
	d := w.Draft()
	d.Reverse(p)
	on := r.dayAfter(w, d.Person(p).Since)
	for _, u := range []*modeltest.Unit{m.From.Unit, m.To.Unit} {
		if u != nil && (u.Dissolved != 0 || u.Founded > on) {
			return
		}
	}
	d.Post(p, m.To, m.Cause, on, m.After)
	r.postDraft(w, d)
}

// several moves up to five people in one act: all or none.
func (r *run) several(w *modeltest.World) {
	d := w.Draft()
	for range 2 + r.rng.IntN(4) {
		p := r.someone(w, inside)
		if p == nil {
			return
		}
		c := d.Person(p)
		if c.Stage == 0 {
			continue
		}
		to, cause := r.next(c)
		on := max(c.Since, w.Closed.AddDays(1)) // mostly good days, or no act would get through
		if r.rng.IntN(10) == 0 {
			on = r.dayAfter(w, c.Since)
		}
		d.Post(p, to, cause, on, c.Traits)
	}
	r.postDraft(w, d)
}

// giveUp fails after its last statement: nothing of it may stay.
func (r *run) giveUp(w *modeltest.World) {
	d := w.Draft()
	p := r.newPerson()
	r.history(w, d, p, 1)
	d.Refuse("given up")
	r.update(w, r.key(), d, func(tx *store.Tx) ([]id.ID, error) {
		if _, err := enrolIn(tx, w, d, p); err != nil {
			return nil, err
		}
		return nil, fault.E("test", fault.Conflict, "test.given_up")
	})
}

func (r *run) repeatKey(w *modeltest.World) {
	keys := slices.Collect(func(yield func(string) bool) {
		for _, k := range r.used {
			if w.Keys[k] && !yield(k) {
				return
			}
		}
	})
	if len(keys) == 0 {
		return
	}
	d := w.Draft()
	p := r.newPerson()
	r.history(w, d, p, 1)
	d.Refuse("the key was used")
	r.update(w, pick(r, keys), d, func(tx *store.Tx) ([]id.ID, error) { return enrolIn(tx, w, d, p) })
}
