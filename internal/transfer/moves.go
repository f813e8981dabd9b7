package transfer

import (
	"slices"

	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// moves is the import of past movements. A person's movements build on each other, so a chunk is
// judged only when the one before is written.
type moves struct {
	r  *run
	at map[id.ID]*mover // people of the rows before, as they stand after them
}

// mover is a person with the movements that stand.
type mover struct {
	person   person.Person
	standing []ledger.Movement
	row      int // the last row of the file that moved them
}

// moveWork is what an import knows of the movement of a row.
type moveWork struct{ m ledger.Movement }

func newMoves(r *run) *moves {
	return &moves{r: r, at: map[id.ID]*mover{}}
}

func (k *moves) prepare(w *work) {
	for _, e := range w.entries {
		e.own, e.move = len(e.d.Problems), &moveWork{}
	}
}

func (k *moves) judge(tx *store.Tx, w *work) error {
	if w.old {
		return nil // what they wrote is read from the ledger
	}
	if !k.r.checking {
		clear(k.at) // the ledger has what the chunks before wrote
	}
	for _, e := range w.entries {
		if e.reset(); e.outcome == batch.Refused {
			continue
		}
		if err := k.judgeOne(tx, e); err != nil {
			return err
		}
	}
	return nil
}

func (k *moves) judgeOne(tx *store.Tx, e *entry) error {
	p, err := k.find(tx, e)
	if p == nil || err != nil {
		return err
	}
	d := e.d
	m := ledger.Movement{Cause: d.Cause, Effective: d.Effective, Decision: d.Decision, DecidedOn: d.DecidedOn, Batch: k.r.b.ID}
	if !k.goal(e, p, &m) {
		return nil
	}
	if known(p.standing, m) {
		e.outcome, e.object = batch.Duplicate, p.person.ID
		return nil
	}
	if !k.starts(e, p) {
		return nil
	}
	last := ledger.Last{Place: p.person.Place, Effective: p.person.Since, Attrs: p.person.Attrs()}
	m.From, m.Attrs = p.person.Place, p.person.Attrs()
	closed, err := tx.ClosedTo(k.r.b.Province())
	if err != nil {
		return err
	}
	if err := ledger.Check(m, last, ledger.Rules{Today: tx.Today, Closed: closed}); err != nil {
		e.refuseLedger(err)
		return nil
	}
	e.outcome, e.object, e.move.m = batch.New, p.person.ID, m
	p.person.Place, p.person.Since, p.row = m.To, m.Effective, d.Row
	if !m.To.Out() {
		p.person.LastUnit = m.To.Unit
	}
	p.standing = append(p.standing, m)
	return nil
}

func (e *entry) refuseLedger(err error) {
	e.outcome = batch.Refused
	field := batch.Code("cause")
	for name := range fault.FieldsOf(err) {
		if name == "effective" {
			field = "effective"
		}
	}
	e.d.Problems = append(e.d.Problems, batch.FromFault(err, field))
}

// known reports whether the ledger already holds the movement.
func known(standing []ledger.Movement, m ledger.Movement) bool {
	return slices.ContainsFunc(standing, func(o ledger.Movement) bool {
		return o.Cause == m.Cause && o.Effective == m.Effective && (o.To.Unit == m.To.Unit || m.To.Unit == 0 || o.To.Out())
	})
}

// find returns the person a row is about: by number, else by name and birth date, with the unit
// deciding among several.
func (k *moves) find(tx *store.Tx, e *entry) (*mover, error) {
	d := e.d
	var found []person.Person
	if n := d.Sealed.Number; n != "" {
		holder, err := tx.PersonByNumber(n)
		if err != nil {
			return nil, err
		}
		if holder.Province() == k.r.b.Province() && holder != 0 {
			p, err := tx.Person(holder)
			if err != nil {
				return nil, err
			}
			found = append(found, p)
		}
	} else if dup := d.Person.DupKey(); dup != 0 {
		var err error
		if found, err = tx.PeopleByDup(k.r.b.Province(), []int64{dup}); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(p person.Person) bool { return !k.r.places.under(p.LastUnit) })
	if len(found) > 1 && d.Has("unit") {
		if a := k.r.places.find(d.Unit, d.Effective); a.trouble == 0 {
			found = slices.DeleteFunc(found, func(p person.Person) bool { return k.now(&p).LastUnit != a.unit.ID })
		}
	}
	switch len(found) {
	case 0:
		e.refuse(batch.PersonUnknown, k.personField(d))
		return nil, nil
	case 1:
		return k.mover(tx, found[0])
	}
	e.refuse(batch.PersonMany, k.personField(d), len(found))
	return nil, nil
}

func (k *moves) personField(d *batch.Draft) batch.Code {
	if d.Has("number") {
		return "number"
	}
	return "name"
}

// now is p as the rows before left them.
func (k *moves) now(p *person.Person) *person.Person {
	if m, ok := k.at[p.ID]; ok {
		return &m.person
	}
	return p
}

func (k *moves) mover(tx *store.Tx, p person.Person) (*mover, error) {
	if m, ok := k.at[p.ID]; ok {
		return m, nil
	}
	ms, err := tx.Movements(p.ID)
	m := &mover{person: p, standing: ledger.Standing(ms)}
	k.at[p.ID] = m
	return m, err
}

// goal settles where a movement leads.
func (k *moves) goal(e *entry, p *mover, m *ledger.Movement) bool {
	d := e.d
	unit := p.person.LastUnit
	if d.Has("to") {
		a := k.r.places.find(d.To, d.Effective)
		if a.trouble != 0 {
			e.refuse(a.trouble, "to", a.args...)
			return false
		}
		unit = a.unit.ID
	}
	m.To = ledger.Place{Unit: unit, Stage: ledger.Outside}
	targets := d.Cause.Targets(p.person.Place.Stage)
	if len(targets) == 0 { // the ledger says why it does not fit; a movement that is recorded is found first
		targets = []ledger.Stage{p.person.Place.Stage}
	}
	m.To.Stage = targets[0]
	if m.To.Stage == ledger.Outside {
		m.To.Unit = 0
	}
	return true
}

// starts reports whether a person is where the row says they were.
func (k *moves) starts(e *entry, p *mover) bool {
	d := e.d
	if !d.Has("unit") {
		return true
	}
	a := k.r.places.find(d.Unit, d.Effective)
	switch {
	case a.trouble != 0:
		e.refuse(a.trouble, "unit", a.args...)
	case a.unit.ID != p.person.LastUnit && !p.person.Place.Out():
		e.refuse(batch.Elsewhere, "unit", k.r.places.name(p.person.LastUnit))
	}
	return e.outcome != batch.Refused
}

// write posts the movements of a chunk.
func (k *moves) write(tx *store.Tx, w *work) error {
	people := map[id.ID]*person.Person{}
	for _, e := range w.entries {
		if e.outcome != batch.New {
			continue
		}
		p := people[e.object]
		if p == nil {
			q, err := tx.Person(e.object)
			if err != nil {
				return err
			}
			p = &q
			people[e.object] = p
		}
		image := &undoImage{Person: *p}
		m, err := tx.Post(p, e.move.m)
		if err != nil {
			return err
		}
		if err := dates(tx, p, m); err != nil {
			return err
		}
		sealed, err := tx.Sealed(p.ID)
		if err != nil {
			return err
		}
		image.Moved = m.ID
		e.undo, e.stamp = image, stampOf(p, &sealed)
	}
	return nil
}

// dates keeps the days a record shows in step with the movement that made them.
func dates(tx *store.Tx, p *person.Person, m ledger.Movement) error {
	before := *p
	switch m.Cause {
	case ledger.Admit, ledger.Readmit:
		p.Joined = m.Effective
	case ledger.Recognise:
		p.OfficialOn = m.Effective
	case ledger.Adopt:
		p.PoolOn = m.Effective
	case ledger.Certify:
		p.CertOn = m.Effective
	default:
		return nil
	}
	return tx.PutPerson(&before, p)
}
