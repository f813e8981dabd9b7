package store

import (
	"ketnap/internal/ledger"
	"ketnap/internal/person"
)

// KeepDates writes the dates on a person's record that follow from a movement: joining and party age
// from an admission, the official day from a recognition, the day of entering the pool, the certificate.
func (tx *Tx) KeepDates(p *person.Person, m ledger.Movement) error {
	before := *p
	switch m.Cause {
	case ledger.Adopt: // who is only proposed is not in the pool yet
		p.PoolOn = m.Effective
	case ledger.Certify:
		p.CertOn = m.Effective
		if m.Decision != "" {
			p.CertNo = m.Decision // the paper of this step is the certificate itself
		}
	case ledger.Admit, ledger.Readmit:
		p.Joined, p.PartyAge = m.Effective, m.Effective
		if m.DecidedOn != 0 {
			p.PartyAge = m.DecidedOn
		}
	case ledger.Recognise:
		p.OfficialOn = p.Joined.AddMonths(tx.Rules().Int("probation.months"))
		if p.Joined == 0 {
			p.OfficialOn = m.Effective
		}
	default:
		return nil
	}
	return tx.PutPerson(&before, p)
}
