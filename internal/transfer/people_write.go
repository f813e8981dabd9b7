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

// undoImage is what undoing a changed row needs: the record before, and the movement that told the
// ledger about new attributes.
type undoImage struct {
	Person person.Person
	Sealed person.Sealed
	Moved  id.ID `json:",omitempty"`
}

// keyOfStage is the text of a stage, as an argument of a sentence.
func keyOfStage(s ledger.Stage) fault.Key { return fault.Key("stage." + s.String()) }

// write stores new people and changes known ones.
func (p *people) write(tx *store.Tx, w *work) error {
	es := make([]store.Enrolment, 0, len(w.entries))
	for _, e := range w.entries {
		if e.outcome == batch.New {
			es = append(es, p.enrolment(e))
		}
	}
	slices.SortFunc(es, func(a, b store.Enrolment) int { return int(a.Person.ID - b.Person.ID) })
	if len(es) > 0 {
		if err := tx.Enrol(es); err != nil {
			return err
		}
	}
	stamps := make(map[id.ID]int64, len(es))
	for i := range es {
		stamps[es[i].Person.ID] = stampOf(es[i].Person, &es[i].Sealed)
	}
	for _, e := range w.entries {
		if e.outcome == batch.New {
			e.stamp = stamps[e.object]
		}
		if e.outcome == batch.Changed {
			if err := p.amend(tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// amend stores the changed fields of a known person, and tells the ledger when they count.
func (p *people) amend(tx *store.Tx, e *entry) error {
	before, after := e.person.before.Person, e.person.after.Person
	image := &undoImage{Person: before, Sealed: e.person.before.Sealed}
	if err := tx.PutPerson(&before, &after); err != nil {
		return err
	}
	if e.person.before.Sealed != e.person.after.Sealed {
		if err := tx.PutSealed(after.ID, e.person.before.Sealed, e.person.after.Sealed); err != nil {
			return err
		}
	}
	if was := before.Attrs(); was != after.Attrs() {
		m, err := tx.Post(&after, ledger.Movement{To: after.Place, Cause: ledger.Change, Effective: tx.Today, Was: &was, Batch: p.r.b.ID})
		if err != nil {
			return err
		}
		image.Moved = m.ID
	}
	e.undo, e.stamp = image, stampOf(&after, &e.person.after.Sealed)
	return nil
}
