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
		for _, read := range []func(province, person *int64, box, salt *[]byte) error{
			func(province, person *int64, box, salt *[]byte) error {
				return tx.Row(ctx, `SELECT province_id, person_id, sealed, salt FROM person_sealed /* national */ WHERE LENGTH(sealed) > 0
					ORDER BY province_id, person_id LIMIT 1`, nil, province, person, box, salt)
			},
			func(province, person *int64, box, salt *[]byte) error {
				return tx.Row(ctx, `SELECT province_id, person_id, sealed, salt FROM person_sealed /* national */ WHERE LENGTH(sealed) > 0
					ORDER BY province_id DESC, person_id DESC LIMIT 1`, nil, province, person, box, salt)
			},
		} {
			var province, person int64
			var box, salt []byte
			err := read(&province, &person, &box, &salt)
			if errors.Is(err, db.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			if _, err := s.ring.Own(salt).Open(sealedPlace(id.ID(person)), box); err != nil {
				return err
			}
		}
		return nil
	})
}
