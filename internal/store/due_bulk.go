package store

import (
	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

// DuePeople returns up to n people of a province after an id, in the order of ids, for whom something may
// be due: everybody inside who is no official member yet. Of their records it reads the place and the days
// obligations follow from, nothing else.
func (tx *Tx) DuePeople(province int, after id.ID, n int) ([]person.Person, error) {
	people := make([]person.Person, 0, n)
	err := tx.Each(tx.ctx, `SELECT p.id, p.unit_id, p.stage, p.since, p.birth, p.pool_on, p.cert_on, p.joined, p.official_on, p.void FROM person p
		WHERE p.province_id = $1 AND p.id > $2 AND +p.stage >= $3 AND +p.stage < $4 ORDER BY p.id LIMIT $5`,
		[]any{province, int64(after), int(ledger.Proposed), int(ledger.Official), n}, func(s db.Scanner) error {
			people = append(people, person.Person{})
			p := &people[len(people)-1]
			err := s.Scan(&p.ID, &p.LastUnit, &p.Place.Stage, &p.Since, &p.Birth, &p.PoolOn, &p.CertOn, &p.Joined, &p.OfficialOn, &p.Void)
			if !p.Place.Out() {
				p.Place.Unit = p.LastUnit
			}
			return err
		})
	return people, err
}

// ObligationsBetween returns the obligations of the people of a province after one id up to another, in
// the order of people.
func (tx *Tx) ObligationsBetween(province int, after, upto id.ID) ([]deadline.Obligation, error) {
	var out []deadline.Obligation
	err := tx.Each(tx.ctx, `SELECT `+obligationCols+` FROM obligation o WHERE o.province_id = $1 AND o.person_id > $2 AND o.person_id <= $3
		ORDER BY o.person_id, o.clock, o.ref, o.dossier_id`, []any{province, int64(after), int64(upto)}, func(s db.Scanner) error {
		out = append(out, deadline.Obligation{})
		return scanObligation(s, &out[len(out)-1])
	})
	return out, err
}

// LiveDossiersBetween returns the live dossiers of the people of a province after one id up to another,
// with their acts.
func (tx *Tx) LiveDossiersBetween(province int, after, upto id.ID) (map[id.ID]*dossier.Dossier, error) {
	out := map[id.ID]*dossier.Dossier{}
	err := tx.Each(tx.ctx, `SELECT `+dossierCols+` FROM dossier d WHERE d.province_id = $1 AND d.person_id > $2 AND d.person_id <= $3 AND d.closed = 0`,
		[]any{province, int64(after), int64(upto)}, func(s db.Scanner) error {
			d := &dossier.Dossier{}
			err := scanDossier(s, d)
			out[d.Person] = d
			return err
		})
	for _, d := range out {
		if err == nil {
			err = tx.readActs(d)
		}
	}
	return out, err
}
