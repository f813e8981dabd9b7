package store

import (
	"errors"

	"ketnap/internal/db"
	"ketnap/internal/id"
)

// Watches reports whether an account follows what becomes of a person.
func (tx *Tx) Watches(user, person id.ID) (bool, error) {
	var since int64
	err := tx.Row(tx.ctx, `SELECT since FROM app_watch WHERE user_id = $1 AND province_id = $2 AND person_id = $3`,
		[]any{int64(user), person.Province(), int64(person)}, &since)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// PutWatch lets an account follow a person, or no longer. It reports whether that changed anything.
func (tx *Tx) PutWatch(user, person id.ID, yes bool) (changed bool, err error) {
	var n int64
	if yes {
		n, err = tx.Exec(tx.ctx, `INSERT INTO app_watch (user_id, province_id, person_id, since) VALUES ($1, $2, $3, $4)
			ON CONFLICT (user_id, province_id, person_id) DO NOTHING`, int64(user), person.Province(), int64(person), tx.Now)
	} else {
		n, err = tx.Exec(tx.ctx, `DELETE FROM app_watch WHERE user_id = $1 AND province_id = $2 AND person_id = $3`, int64(user), person.Province(), int64(person))
	}
	return n > 0, err
}
