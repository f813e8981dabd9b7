package store

import (
	"ketnap/internal/db"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

// KeepDates writes the dates on a person's record that follow from a movement: joining and party age
// from an admission, the official day from a recognition, the day of entering the pool, the certificate.
func (tx *Tx) KeepDates(p *person.Person, m ledger.Movement) error {
	before := *p
	switch m.Cause {
	case ledger.Adopt, ledger.Propose:
		p.PoolOn = m.Effective
	case ledger.Certify:
		p.CertOn = m.Effective
	case ledger.Admit, ledger.Readmit:
		p.Joined, p.PartyAge = m.Effective, m.Effective
		if m.DecidedOn != 0 {
			p.PartyAge = m.DecidedOn
		}
	case ledger.Recognise:
		p.OfficialOn = p.Joined.AddMonths(int(tx.Rules().Int("probation.months")))
		if p.Joined == 0 {
			p.OfficialOn = m.Effective
		}
	default:
		return nil
	}
	return tx.PutPerson(&before, p)
}

// PeopleByDup returns the people of a province with a key of name and birth date.
func (tx *Tx) PeopleByDup(province int, key int64) ([]person.Person, error) {
	var ps []person.Person
	if key == 0 {
		return nil, nil
	}
	err := tx.Each(tx.ctx, `SELECT `+personCols+` FROM person p WHERE p.province_id = $1 AND p.dup_key = $2 ORDER BY p.id`,
		[]any{province, key}, func(s db.Scanner) error {
			var p person.Person
			err := scanPerson(s, &p)
			ps = append(ps, p)
			return err
		})
	return ps, err
}
