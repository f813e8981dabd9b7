package store

import (
	"slices"

	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
)

// NextDues returns of each dossier what is due first of everything that is open and has to be done, by the dossier.
// Those without anything are left out.
func (tx *Tx) NextDues(ds []DossierRow) (map[id.ID]DueRow, error) {
	people, wanted := map[int][]any{}, map[id.ID]*DossierRow{}
	for i := range ds {
		d := &ds[i]
		p := d.Dossier.Person.Province()
		people[p] = append(people[p], int64(d.Dossier.Person))
		wanted[d.Dossier.ID] = d
	}
	out := map[id.ID]DueRow{}
	for p, all := range people {
		for some := range slices.Chunk(all, db.InMax) {
			b := db.NewB(`SELECT `+obligationCols+` FROM obligation o WHERE o.province_id = $1 AND`, p).In(`o.person_id`, some)
			b.Add(`AND +o.closed_on = 0 AND NOT o.waits`)
			if err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
				var o deadline.Obligation
				if err := scanObligation(s, &o); err != nil {
					return err
				}
				d, ok := wanted[o.Dossier]
				if had, seen := out[o.Dossier]; ok && (!seen || o.Due < had.Due || o.Due == had.Due && o.Clock < had.Clock) {
					out[o.Dossier] = DueRow{Obligation: o, Name: d.Name, UnitName: d.UnitName}
				}
				return nil
			}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
