package dossiers

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// Watch lets the actor follow what becomes of somebody they may read, or no longer. Following gives no right: the list of what one
// follows holds those one may read at that moment.
func (s *Service) Watch(ctx context.Context, who access.Actor, person id.ID, yes bool) error {
	act := "dossier.watch"
	if !yes {
		act = "dossier.unwatch"
	}
	return s.st.Update(ctx, audit.Of(who, act, person.Province(), person), func(tx *store.Tx) error {
		w, err := load(tx, who, access.Read, person)
		if err == nil && yes && w.p.Erased() { // nothing happens to them any more
			err = fault.E("dossiers.Watch", fault.Conflict, "erase.done")
		}
		if err != nil {
			return err
		}
		_, err = tx.PutWatch(who.User, person, yes)
		return err
	})
}
