// Package movements is the service that moves people (services floor): load, may, rule, post.
package movements

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Service posts and undoes movements.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Form is a movement as somebody enters it.
type Form struct {
	Person    id.ID
	Version   int64 // of the record the form showed
	Cause     ledger.Cause
	To        ledger.Stage
	Unit      id.ID // for a transfer; 0 keeps the unit
	Effective day.Date
	Decision  string
	DecidedOn day.Date
	Campaign  string
	Key       string // of the form, so that a second click does nothing
}

// Post adds a movement.
func (s *Service) Post(ctx context.Context, who access.Actor, f Form) (ledger.Movement, error) {
	const op = "movements.Post"
	var m ledger.Movement
	entry := audit.Of(who, "movement.post", f.Person.Province(), f.Person).Once(f.Key)
	err := s.st.Update(ctx, entry, func(tx *store.Tx) error {
		if err := f.check(tx.Today); err != nil {
			return err
		}
		p, err := load(tx, who, f.Person)
		if err != nil {
			return err
		}
		if f.Version != 0 && p.Version != f.Version {
			return fault.E(op, fault.Stale, "error.stale")
		}
		if err := tx.FreeToMove(who, f.Person); err != nil {
			return err
		}
		if err := besideDossier(tx, f); err != nil {
			return err
		}
		to, err := f.place(tx, who, p)
		if err != nil {
			return err
		}
		m, err = tx.Post(&p, ledger.Movement{To: to, Cause: f.Cause, Effective: f.Effective, Decision: f.Decision, DecidedOn: f.DecidedOn, Campaign: f.Campaign})
		if err != nil {
			return err
		}
		tx.Did(f.Person, f.Cause.String())
		return tx.KeepDates(&p, m)
	})
	return m, err
}

// place returns where the form leads. Somebody outside comes back to the unit they name, which must
// be one the actor writes for.
func (f Form) place(tx *store.Tx, who access.Actor, p person.Person) (ledger.Place, error) {
	const op = "movements.place"
	if f.To == ledger.Outside {
		return ledger.Place{}, nil
	}
	unit := f.Unit
	if unit == 0 {
		unit = p.LastUnit
	}
	u, err := tx.Unit(unit)
	if err != nil {
		return ledger.Place{}, err
	}
	if u.ID != p.LastUnit {
		right := access.Read
		if p.Place.Out() {
			right = access.Write
		}
		if err := who.Must(right, u); err != nil {
			return ledger.Place{}, err
		}
	}
	if !u.Alive(f.Effective) {
		return ledger.Place{}, fault.E(op, fault.Invalid, "movement.unit_gone", u.Name).Field("unit", "movement.unit_gone", u.Name)
	}
	return ledger.Place{Unit: u.ID, Stage: f.To}, nil
}

// Lengths of what is typed, in runes: limits of this program, not of a regulation.
const (
	maxDecision = 100
	maxCampaign = 100
)

// check holds a form against what can be said without the record.
func (f Form) check(today day.Date) error {
	e := fault.E("movements.check", fault.Invalid, "person.invalid")
	if f.Effective == 0 {
		e.Field("effective", "ledger.date_missing")
	}
	if f.DecidedOn > today {
		e.Field("decided_on", "person.date_future", f.DecidedOn)
	}
	if len([]rune(f.Decision)) > maxDecision {
		e.Field("decision", "movement.too_long", maxDecision)
	}
	if len([]rune(f.Campaign)) > maxCampaign {
		e.Field("campaign", "movement.too_long", maxCampaign)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// besideDossier refuses a movement that a live dossier makes itself, so that both always say the same: a
// change of unit is the only one that leaves the way of the dossier as it is.
func besideDossier(tx *store.Tx, f Form) error {
	if f.Cause == ledger.Transfer {
		return nil
	}
	live, err := tx.HasLiveDossier(f.Person)
	if err == nil && live {
		err = fault.E("movements.Post", fault.Conflict, "movement.use_dossier")
	}
	return err
}

// load reads a person whom the actor may change.
func load(tx *store.Tx, who access.Actor, i id.ID) (person.Person, error) {
	p, err := tx.Person(i)
	if err != nil {
		return p, err
	}
	u, err := tx.Unit(p.LastUnit)
	if err != nil {
		return p, err
	}
	return p, who.Must(access.Write, u)
}
