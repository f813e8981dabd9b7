// Package deadlines is the service on what has to be done by when (services floor): the one calendar of
// obligations, kept up with the acts they follow from, and the lists, feeds and digests read from it.
package deadlines

import (
	"ketnap/internal/dossier"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Refresh says that a dossier got an act: what is due for its person is written at the end of the
// transaction, with the act. Whoever moves a person or changes the record need not call it.
func Refresh(tx *store.Tx, d *dossier.Dossier, p *person.Person) error {
	tx.Touch(p, d)
	return nil
}
