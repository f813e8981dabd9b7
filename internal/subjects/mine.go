package subjects

import (
	"context"
	"slices"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// Mine is the own record as its owner sees it on a page: sealed fields are masked, others appear by no word of theirs.
type Mine struct {
	Person   person.Person
	Filled   map[string]string // sealed fields that are filled in, masked
	Looks    []Look
	Requests []subject.Request
	Hold     store.Hold
	Held     bool
	Account  []Look // invitations and ends of the own account
	Consents []subject.Consent
	Today    day.Date
}

// Mine returns the actor's own record. That it was opened is on record, or it is not shown.
func (s *Service) Mine(ctx context.Context, who access.Actor) (Mine, error) {
	var m Mine
	err := s.st.View(ctx, func(tx *store.Tx) error {
		p, err := mine(tx, who)
		if err != nil {
			return err
		}
		sealed, err := tx.Sealed(p.ID)
		if err != nil {
			return err
		}
		withoutOthers(&p, &sealed)
		m = Mine{Person: p, Filled: people.Masked(sealed), Today: tx.Today}
		if m.Looks, err = looks(tx, p.ID); err != nil {
			return err
		}
		if m.Requests, err = tx.RequestsOf(p.ID); err != nil {
			return err
		}
		if m.Hold, m.Held, err = tx.HoldOf(p.ID); err != nil {
			return err
		}
		if m.Consents, err = tx.Consents(p.ID); err != nil {
			return err
		}
		m.Account, err = accountActs(tx, p.ID)
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "self.read", who.Self.Province(), who.Self))
	}
	if err != nil {
		return Mine{}, err
	}
	return m, nil
}

// mine reads the actor's own person.
func mine(tx *store.Tx, who access.Actor) (person.Person, error) {
	if err := who.Own(who.Self); err != nil {
		return person.Person{}, err
	}
	return tx.Person(who.Self)
}

// withoutOthers takes out of a record what others wrote of the person, and who they are: the note of officials, helper and introducer.
// A copy of that is asked for; somebody looks at it before it is handed over.
func withoutOthers(p *person.Person, s *person.Sealed) {
	p.Note, s.Helper, s.IntroducedBy = "", "", ""
}

func accountActs(tx *store.Tx, i id.ID) ([]Look, error) {
	rows, err := tx.Entries(store.TrailFilter{Province: i.Province(), Object: i, Area: "user", AtMost: looksShown})
	if err != nil {
		return nil, err
	}
	var out []Look
	for _, r := range rows {
		out = append(out, Look{At: time.UnixMilli(r.At).In(day.Vietnam), Name: r.Name, Action: r.Action})
	}
	return out, nil
}

// MyCopy returns everything that is kept about the actor to be read or taken away, sealed fields open. The caller has asked for a factor.
func (s *Service) MyCopy(ctx context.Context, who access.Actor) (Own, error) {
	var o Own
	err := s.st.Update(ctx, audit.Of(who, "self.copy", who.Self.Province(), who.Self), func(tx *store.Tx) error {
		p, err := mine(tx, who)
		if err != nil {
			return err
		}
		u, err := tx.Unit(p.LastUnit)
		if err != nil {
			return err
		}
		o = Own{Made: tx.Today, By: who.Name, Unit: u.Name, Person: p}
		if err := o.fill(tx); err != nil {
			return err
		}
		withoutOthers(&o.Person, &o.Sealed)
		for n := range o.Dossiers {
			d := &o.Dossiers[n]
			d.Acts = slices.DeleteFunc(d.Acts, func(a OwnAct) bool { return !a.Step.Told() })
		}
		return nil
	})
	if err != nil {
		return Own{}, err
	}
	return o, nil
}

// openAtMost is how many requests one person has open at a time: a guard of this program.
const openAtMost = 10

// Ask takes a request of the actor about their own data down; its clocks run from today.
func (s *Service) Ask(ctx context.Context, who access.Actor, kind subject.Kind, asked, key string) (id.ID, error) {
	f := Form{Person: who.Self, Kind: kind, On: s.Today(), Asked: asked, Key: key}
	return s.receive(ctx, who, f, func(tx *store.Tx) error {
		if _, err := mine(tx, who); err != nil {
			return err
		}
		rs, err := tx.RequestsOf(who.Self)
		open := slices.DeleteFunc(rs, func(r subject.Request) bool { return r.Closed != 0 })
		if err == nil && len(open) >= openAtMost {
			err = fault.E("subjects.Ask", fault.Conflict, "request.too_many", openAtMost)
		}
		return err
	})
}
