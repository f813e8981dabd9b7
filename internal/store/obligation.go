package store

import (
	"cmp"
	"slices"

	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
)

const obligationCols = `o.person_id, o.clock, o.ref, o.dossier_id, o.unit_id, o.organ, o.pack, o.start_on, o.warn_on, o.due_on, o.waits, o.closed_on, o.closed_by`

func scanObligation(s db.Scanner, o *deadline.Obligation) error {
	return s.Scan(&o.Person, &o.Clock, &o.Ref, &o.Dossier, &o.Unit, &o.Organ, &o.Pack, &o.Start, &o.Warn, &o.Due, &o.Waits, &o.Closed, &o.By)
}

var insertObligations = newRowsInsert(14, func() *db.B {
	return db.NewB(`INSERT INTO obligation (province_id, person_id, clock, ref, dossier_id, unit_id, organ, pack, start_on, warn_on, due_on, waits, closed_on, closed_by) VALUES`)
}, func(b *db.B, d []any) { b.Add(`($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, d...) },
	func(b *db.B, d []any) { b.Add(`, ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, d...) }, noTail)

// ObligationsOf returns what was and is due for a person.
func (tx *Tx) ObligationsOf(p id.ID) ([]deadline.Obligation, error) {
	var out []deadline.Obligation
	err := tx.Each(tx.ctx, `SELECT `+obligationCols+` FROM obligation o WHERE o.province_id = $1 AND o.person_id = $2
		ORDER BY o.clock, o.ref, o.dossier_id`, []any{p.Province(), int64(p)}, func(s db.Scanner) error {
		out = append(out, deadline.Obligation{})
		return scanObligation(s, &out[len(out)-1])
	})
	return out, err
}

// PutObligations writes changes, in the order of their keys.
func (tx *Tx) PutObligations(c *deadline.Change) error {
	for _, list := range [][]deadline.Obligation{c.Add, c.Put, c.Drop} {
		slices.SortFunc(list, func(a, b deadline.Obligation) int {
			return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Dossier, b.Dossier))
		})
	}
	if _, err := tx.Many(tx.ctx, `DELETE FROM obligation WHERE province_id = $1 AND person_id = $2 AND clock = $3 AND ref = $4 AND dossier_id = $5`,
		func(yield func([]any) bool) {
			for i := range c.Drop {
				if o := &c.Drop[i]; !yield([]any{o.Person.Province(), int64(o.Person), o.Clock, o.Ref, int64(o.Dossier)}) {
					return
				}
			}
		}); err != nil {
		return err
	}
	if _, err := tx.Many(tx.ctx, `UPDATE obligation SET unit_id = $1, organ = $2, pack = $3, start_on = $4, warn_on = $5, due_on = $6, waits = $7, closed_on = $8, closed_by = $9
		WHERE province_id = $10 AND person_id = $11 AND clock = $12 AND ref = $13 AND dossier_id = $14`, func(yield func([]any) bool) {
		for i := range c.Put {
			o := &c.Put[i]
			if !yield([]any{int64(o.Unit), int(o.Organ), o.Pack, int32(o.Start), int32(o.Warn), int32(o.Due), o.Waits, int32(o.Closed), o.By,
				o.Person.Province(), int64(o.Person), o.Clock, o.Ref, int64(o.Dossier)}) {
				return
			}
		}
	}); err != nil {
		return err
	}
	_, err := tx.manyRows(insertObligations, len(c.Add), func(i int, row []any) {
		o := &c.Add[i]
		for j, v := range []any{o.Person.Province(), int64(o.Person), o.Clock, o.Ref, int64(o.Dossier), int64(o.Unit), int(o.Organ), o.Pack,
			int32(o.Start), int32(o.Warn), int32(o.Due), o.Waits, int32(o.Closed), o.By} {
			row[j] = v
		}
	})
	return err
}
