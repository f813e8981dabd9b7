package store

import (
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// Turns returns what took effect on the way of a province's new members: admissions from a day on, the rest from another.
// It is read from one index, which has only the causes of target.Turns; TestTurnCauses holds the two together.
func (tx *Tx) Turns(province int, admitted, rest day.Date) ([]target.Turn, error) {
	var out []target.Turn
	err := tx.Each(tx.ctx, `SELECT m.effective, m.cause, m.person_id, m.id, m.from_unit, m.to_unit, m.reverses, m.decided_on FROM movement m
		WHERE m.province_id = $1 AND m.effective >= $2 AND m.cause IN (9, 10, 11, 17, 18, 19, 20) AND (m.effective >= $3 OR m.cause IN (9, 10))`,
		[]any{province, int32(admitted), int32(rest)}, func(s db.Scanner) error {
			var t target.Turn
			err := s.Scan(&t.On, &t.Cause, &t.Person, &t.Movement, &t.From, &t.To, &t.Reverses, &t.Decided)
			out = append(out, t)
			return err
		})
	return out, err
}

// CountTurns returns how many turns there are from a day on: turns are only added, so an equal number means the same ones.
func (tx *Tx) CountTurns(province int, from day.Date) (n int, err error) {
	err = tx.Row(tx.ctx, `SELECT COUNT(*) FROM movement m WHERE m.province_id = $1 AND m.effective >= $2 AND m.cause IN (9, 10, 11, 17, 18, 19, 20)`,
		[]any{province, int32(from)}, &n)
	return n, err
}

// Joined returns the days on which people of a province joined, as their records say.
func (tx *Tx) Joined(province int, people []id.ID) (map[id.ID]day.Date, error) {
	out := map[id.ID]day.Date{}
	for len(people) > 0 {
		n := min(len(people), inChunk)
		b := db.NewB(`SELECT p.id, p.joined FROM person p WHERE p.province_id = $1 AND`, province).In(`p.id`, padIDs(people[:n]))
		people = people[n:]
		if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
			var p id.ID
			var d day.Date
			err := s.Scan(&p, &d)
			out[p] = d
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
