package store

import (
	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// Kept returns a person with the unit that keeps their record, where the actor has a right. A record out of reach is as one that does not exist.
func (tx *Tx) Kept(who access.Actor, right access.Right, i id.ID) (person.Person, org.Unit, error) {
	p, err := tx.Person(i)
	if err != nil {
		return p, org.Unit{}, err
	}
	u, err := tx.Unit(p.LastUnit)
	if err == nil {
		err = who.Must(right, u)
	}
	if fault.Is(err, fault.NotFound) {
		err = fault.E("store.Kept", fault.NotFound, "person.notfound")
	}
	return p, u, err
}
