package store

import (
	"cmp"
	"slices"

	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

// Touched is somebody whose record or dossier changed in a transaction.
type Touched struct {
	Person  person.Person
	Dossier *dossier.Dossier // the live one as it is now, when whoever changed it said so; else nil
}

// Follower is told at the end of a transaction, inside it, who changed, so that what follows from it is
// written with it. Fresh people had nothing before. It posts nothing.
type Follower func(tx *Tx, people []Touched, fresh bool) error

// Follow sets the follower. Call it before the store is used.
func (s *Store) Follow(f Follower) { s.follower = f }

// Touch notes that a record changed, or its dossier; d may be nil.
func (tx *Tx) Touch(p *person.Person, d *dossier.Dossier) {
	if tx.store.follower == nil {
		return
	}
	if tx.touched == nil {
		tx.touched = map[id.ID]Touched{}
	}
	if d == nil {
		d = tx.touched[p.ID].Dossier
	}
	tx.touched[p.ID] = Touched{*p, d}
}

// enrolled tells the follower of new people before they are forgotten: an import enrols thousands in
// one transaction. From official members nothing follows.
func (tx *Tx) enrolled(es []Enrolment) error {
	if tx.store.follower == nil {
		return nil
	}
	var people []Touched
	for i := range es {
		if p := es[i].Person; !p.Place.Out() && p.Place.Stage != ledger.Official {
			people = append(people, Touched{Person: *p})
		}
	}
	return tx.store.follower(tx, people, true)
}

// followTouched tells the follower who changed, in the order of ids.
func (tx *Tx) followTouched() error {
	if len(tx.touched) == 0 {
		return nil
	}
	people := make([]Touched, 0, len(tx.touched))
	for _, t := range tx.touched {
		people = append(people, t)
	}
	clear(tx.touched)
	for _, t := range people { // nobody computes everything anew meanwhile
		if err := tx.shareTree(t.Person.ID.Province()); err != nil {
			return err
		}
	}
	slices.SortFunc(people, func(a, b Touched) int { return cmp.Compare(a.Person.ID, b.Person.ID) })
	return tx.store.follower(tx, people, false)
}
