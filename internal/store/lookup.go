package store

import (
	"slices"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// CardHash returns the blind index of a party card number.
func (s *Store) CardHash(card string) []byte { return s.cardHash(card) }

// chunked calls f with the values in lists of one of two lengths, padded by repeating the last, so
// that few statements are prepared however many values there are.
func chunked(vals []any, f func([]any) error) error {
	for len(vals) > 0 {
		size := 20
		if len(vals) > size {
			size = db.InMax
		}
		n := min(size, len(vals))
		part := append(make([]any, 0, size), vals[:n]...)
		for len(part) < size {
			part = append(part, vals[n-1])
		}
		if err := f(part); err != nil {
			return err
		}
		vals = vals[n:]
	}
	return nil
}

// KeyHolders returns who holds the numbers with the given blind indexes.
func (tx *Tx) KeyHolders(hashes [][]byte) (map[string]id.ID, error) {
	held := map[string]id.ID{}
	err := chunked(db.Values(hashes), func(part []any) error {
		q := db.NewB(`SELECT key_hash, person_id FROM person_key WHERE`).In(`key_hash`, part)
		return tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
			var hash []byte
			var p id.ID
			err := s.Scan(&hash, &p)
			held[string(hash)] = p
			return err
		})
	})
	return held, err
}

// PeopleByDup returns the records of a province that share one of the keys of folded name and birth
// date, without the undone ones. Matches are few: they are found in the index first.
func (tx *Tx) PeopleByDup(province int, keys []int64) ([]person.Person, error) {
	var ids []id.ID
	err := chunked(db.Values(keys), func(part []any) error {
		q := db.NewB(`SELECT p.dup_key, p.id FROM person p WHERE p.province_id = $1 AND`, province).In(`p.dup_key`, part)
		return tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
			var key int64
			var i id.ID
			err := s.Scan(&key, &i)
			ids = append(ids, i)
			return err
		})
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	ps, err := tx.PeopleByID(province, ids)
	return slices.DeleteFunc(ps, func(p person.Person) bool { return p.Void }), err
}

// PeopleByID returns records of one province by id, in no order.
func (tx *Tx) PeopleByID(province int, ids []id.ID) ([]person.Person, error) {
	vals := make([]any, len(ids))
	for i, p := range ids {
		vals[i] = int64(p)
	}
	var ps []person.Person
	seen := map[id.ID]bool{}
	err := chunked(vals, func(part []any) error {
		q := db.NewB(`SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND`, province).In(`p.id`, part)
		var some []person.Person
		if err := tx.eachPerson(q, &some); err != nil {
			return err
		}
		for _, p := range some {
			if !seen[p.ID] {
				seen[p.ID] = true
				ps = append(ps, p)
			}
		}
		return nil
	})
	return ps, err
}

func (tx *Tx) eachPerson(q *db.B, to *[]person.Person) error {
	return tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
		var p person.Person
		err := scanPerson(s, &p)
		*to = append(*to, p)
		return err
	})
}

// EachUnitUnder calls f with u and every unit below it in the tree of today, parents first.
func (tx *Tx) EachUnitUnder(u org.Unit, f func(org.Unit) error) error {
	return tx.Each(tx.ctx, `SELECT `+unitCols+` FROM unit u WHERE u.province_id = $1 AND u.path >= $2 AND u.path < $3 ORDER BY u.path`,
		[]any{u.Province(), u.Path, org.PathEnd(u.Path)}, func(s db.Scanner) error {
			var x org.Unit
			if err := scanUnit(s, &x); err != nil {
				return err
			}
			return f(x)
		})
}

// HasUnitsBelow reports whether a unit has any below it in the tree of today.
func (tx *Tx) HasUnitsBelow(u org.Unit) (bool, error) {
	var n int64
	err := tx.Row(tx.ctx, `SELECT COUNT(1) FROM (SELECT 1 FROM unit WHERE province_id = $1 AND parent_id = $2 AND dissolved = 0 LIMIT 1) x`,
		[]any{u.Province(), int64(u.ID)}, &n)
	return n > 0, err
}

// BlocsUnder returns the blocs in force of u and the units below it.
func (tx *Tx) BlocsUnder(u org.Unit) (map[id.ID][]string, error) {
	blocs := map[id.ID][]string{}
	err := tx.Each(tx.ctx, `SELECT t.unit_id, t.value FROM unit_tag t JOIN unit u ON u.province_id = t.province_id AND u.id = t.unit_id
		WHERE t.province_id = $1 AND t.kind = $2 AND t.valid_to = 0 AND u.province_id = $3 AND u.path >= $4 AND u.path < $5 ORDER BY t.unit_id, t.value`,
		[]any{u.Province(), string(org.BlocTag), u.Province(), u.Path, org.PathEnd(u.Path)}, func(s db.Scanner) error {
			var unit id.ID
			var value string
			err := s.Scan(&unit, &value)
			blocs[unit] = append(blocs[unit], value)
			return err
		})
	return blocs, err
}

// EachSealed calls f with the people of one unit itself at the given stages, in the order of their
// names, with their sealed fields opened. The caller has asked access and logged the reveal.
func (tx *Tx) EachSealed(unit id.ID, stages []ledger.Stage, f func(*person.Person, *person.Sealed) error) error {
	in := make([]any, len(stages))
	for i, s := range stages {
		in[i] = int(s)
	}
	shut, err := tx.shutAt(unit)
	if err != nil {
		return err
	}
	province := unit.Province()
	q := db.NewB(`SELECT `+personCols+`, s.sealed, s.salt FROM person p LEFT JOIN person_sealed s ON s.province_id = p.province_id AND s.person_id = p.id
		WHERE p.province_id = $1 AND p.unit_id = $2 AND`, province, int64(unit)).In(`p.stage`, in).Add(` ORDER BY p.name_key, p.id`)
	return tx.Each(tx.ctx, q.SQL(), q.Args(), func(s db.Scanner) error {
		var p person.Person
		var box, salt []byte
		if err := scanPerson(suffixed{s, []any{&box, &salt}}, &p); err != nil {
			return err
		}
		var sealed person.Sealed
		if err := openOwnJSON(tx.store.ring.Own(salt), sealedPlace(p.ID), box, &sealed); err != nil {
			return err
		}
		without(&sealed, shut(p.ID))
		return f(&p, &sealed)
	})
}
