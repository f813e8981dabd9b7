package store

import (
	"context"
	"errors"

	"ketnap/internal/db"
	"ketnap/internal/id"
)

// CheckKeys opens the first and the last sealed record of the database, so that a wrong key file is found before anybody works
// with it. The error is that of seal.Ring.Open; a database without sealed records has any keys.
func (s *Store) CheckKeys(ctx context.Context) error {
	return s.View(ctx, func(tx *Tx) error {
		for _, read := range []func(province, person *int64, box *[]byte) error{
			func(province, person *int64, box *[]byte) error {
				return tx.Row(ctx, `SELECT province_id, person_id, sealed FROM person_sealed /* national */
					ORDER BY province_id, person_id LIMIT 1`, nil, province, person, box)
			},
			func(province, person *int64, box *[]byte) error {
				return tx.Row(ctx, `SELECT province_id, person_id, sealed FROM person_sealed /* national */
					ORDER BY province_id DESC, person_id DESC LIMIT 1`, nil, province, person, box)
			},
		} {
			var province, person int64
			var box []byte
			err := read(&province, &person, &box)
			if errors.Is(err, db.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			if _, err := s.ring.Open(sealedPlace(id.ID(person)), box); err != nil {
				return err
			}
		}
		return nil
	})
}
