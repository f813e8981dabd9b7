package store

import (
	"context"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/person"
)

// PeopleFrom returns at most n records of a province in the order of their ids, beginning at an id:
// for samples, since ids are spread over the time in which people were recorded. It is not scoped.
func (tx *Tx) PeopleFrom(province int, from id.ID, n int) ([]person.Person, error) {
	var ps []person.Person
	q := db.NewB(`SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND p.id >= $2 ORDER BY p.id LIMIT $3`, province, int64(from), n)
	err := tx.eachPerson(q, &ps)
	return ps, err
}

// PeopleSpan returns the smallest and the largest id of the people of a province, zeros without any.
func (tx *Tx) PeopleSpan(province int) (first, last id.ID, err error) {
	for _, q := range []struct {
		sql  *db.B
		dest *id.ID
	}{
		{db.NewB(`SELECT COALESCE(MIN(id), 0) FROM person WHERE province_id = $1`, province), &first},
		{db.NewB(`SELECT COALESCE(MAX(id), 0) FROM person WHERE province_id = $1`, province), &last},
	} {
		if err := tx.Row(tx.ctx, q.sql.SQL(), q.sql.Args(), q.dest); err != nil {
			return 0, 0, err
		}
	}
	return first, last, nil
}

// EngineVersion returns the version of the database engine.
func (s *Store) EngineVersion(ctx context.Context) (string, error) {
	var v string
	err := s.View(ctx, func(tx *Tx) error {
		if tx.Engine() == db.Postgres {
			return tx.Row(ctx, `SHOW server_version`, nil, &v)
		}
		return tx.Row(ctx, `SELECT sqlite_version()`, nil, &v)
	})
	return v, err
}
