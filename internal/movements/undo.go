package movements

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

const maxReason = 300 // runes

// Reverse undoes the last standing movement of a person, with the reason in the audit trail. What the
// movement wrote on the record is taken back with it: the attributes of an edit, the dates of a step.
func (s *Service) Reverse(ctx context.Context, who access.Actor, movement id.ID, reason, key string) error {
	const op = "movements.Reverse"
	reason = vi.NFC(reason)
	switch n := len([]rune(reason)); {
	case n < 3:
		return fault.E(op, fault.Invalid, "movement.reason_missing").Field("reason", "movement.reason_missing")
	case n > maxReason:
		return fault.E(op, fault.Invalid, "movement.too_long", maxReason).Field("reason", "movement.too_long", maxReason)
	}
	return s.st.Update(ctx, audit.Of(who, "movement.reverse", movement.Province(), 0).Once(key), func(tx *store.Tx) error {
		m, err := tx.Movement(movement)
		if err != nil {
			return err
		}
		p, err := load(tx, who, m.Person)
		if err != nil {
			return err
		}
		ms, err := tx.Movements(m.Person)
		if err != nil {
			return err
		}
		standing := ledger.Standing(ms)
		last := len(standing) - 1
		if last < 0 || standing[last].ID != m.ID {
			return fault.E(op, fault.Conflict, "movement.not_last")
		}
		if m.Cause == ledger.Reorganise {
			return fault.E(op, fault.Conflict, "movement.not_here")
		}
		if act, err := tx.ActOfMovement(m.ID); err != nil || act != 0 {
			if err == nil {
				err = fault.E(op, fault.Conflict, "movement.of_dossier")
			}
			return err
		}
		tx.Did(m.Person, m.Cause.String()+": "+reason)
		return Undo(tx, &p, m, ms)
	})
}

// Undo takes back a movement of p, the last that stands; ms are all there are of p.
func Undo(tx *store.Tx, p *person.Person, m ledger.Movement, ms []ledger.Movement) error {
	standing, was := ledger.Standing(ms), *p
	takeBack(p, m, standing[:len(standing)-1], tx.Rules().Int("probation.months"))
	if *p != was {
		if err := tx.PutPerson(&was, p); err != nil {
			return err
		}
	}
	_, err := tx.Reverse(p, m, ledger.Since(ms, m.ID))
	return err
}

// takeBack puts the fields of p back to what they were before m. A date is only taken back when it is
// still the one m wrote: what somebody typed over it stays.
func takeBack(p *person.Person, m ledger.Movement, before []ledger.Movement, probation int) {
	if a := m.Was; a != nil && m.Cause == ledger.Change {
		p.Sex, p.Ethnic, p.Religion, p.Occupation = a.Sex, a.Ethnic, a.Religion, a.Occupation
		p.Schooling, p.Expertise, p.Youth, p.Birth = a.Schooling, a.Expertise, a.Youth, a.Birth
	}
	back := func(field *day.Date, wrote day.Date, day func(ledger.Movement) day.Date, causes ...ledger.Cause) {
		if *field != wrote {
			return
		}
		*field = 0
		for _, b := range before {
			if slices.Contains(causes, b.Cause) {
				*field = day(b)
			}
		}
	}
	effective := func(m ledger.Movement) day.Date { return m.Effective }
	switch m.Cause {
	case ledger.Propose, ledger.Adopt:
		back(&p.PoolOn, m.Effective, effective, ledger.Adopt)
	case ledger.Certify:
		was := p.CertOn
		back(&p.CertOn, m.Effective, effective, ledger.Certify)
		if m.Decision != "" && (p.CertNo == m.Decision || p.CertOn != was) { // issued again under a new number it is the same certificate
			p.CertNo = lastDecision(before, ledger.Certify)
		}
	case ledger.Admit, ledger.Readmit:
		back(&p.Joined, m.Effective, effective, ledger.Admit, ledger.Readmit)
		back(&p.PartyAge, decided(m), decided, ledger.Admit, ledger.Readmit)
	case ledger.Recognise:
		if p.OfficialOn == m.Effective || p.Joined != 0 && p.OfficialOn == p.Joined.AddMonths(probation) {
			p.OfficialOn = 0
		}
	}
}

// decided is the day of the decision, or the day it took effect when no other is known.
func decided(m ledger.Movement) day.Date {
	if m.DecidedOn != 0 {
		return m.DecidedOn
	}
	return m.Effective
}

func lastDecision(ms []ledger.Movement, c ledger.Cause) string {
	for i := len(ms) - 1; i >= 0; i-- {
		if ms[i].Cause == c {
			return ms[i].Decision
		}
	}
	return ""
}
