package subjects

import (
	"context"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// Look is one access to somebody's record.
type Look struct {
	At     time.Time `json:"at"`
	Name   string    `json:"who"`
	Action string    `json:"action"`
	Detail string    `json:"detail,omitempty"`
}

// looksShown is how many accesses are read.
const looksShown = 500

// Side is what a page shows of the person's side: who looked, what was asked, whether processing is restricted.
type Side struct {
	Person   person.Person
	Unit     org.Unit
	Above    []org.Unit
	Looks    []Look // nil when the reader may not inspect
	Inspects bool
	Reveals  bool // may hand the own record over
	Decides  bool
	Requests []subject.Request
	Hold     store.Hold
	Held     bool
	Consents []subject.Consent
	Today    day.Date
}

// Side returns the person's side of a record to who keeps it; who looked at it to who inspects there.
func (s *Service) Side(ctx context.Context, who access.Actor, i id.ID) (Side, error) {
	var v Side
	err := s.st.View(ctx, func(tx *store.Tx) error {
		p, u, err := tx.Kept(who, access.Write, i)
		if err != nil {
			return err
		}
		v = Side{Person: p, Unit: u, Today: tx.Today, Inspects: who.Can(access.Inspect, u), Reveals: who.Can(access.Reveal, u), Decides: who.Can(access.SetTarget, u)}
		if v.Above, err = tx.Above(u); err != nil {
			return err
		}
		v.Above = who.Readable(v.Above)
		if v.Inspects {
			if v.Looks, err = looks(tx, i); err != nil {
				return err
			}
		}
		if v.Hold, v.Held, err = tx.HoldOf(i); err != nil {
			return err
		}
		if v.Consents, err = tx.Consents(i); err != nil {
			return err
		}
		v.Requests, err = tx.RequestsOf(i)
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "person.side", i.Province(), i))
	}
	if err != nil {
		return Side{}, err
	}
	return v, nil
}

func looks(tx *store.Tx, i id.ID) ([]Look, error) {
	rows, err := tx.Entries(store.TrailFilter{Province: i.Province(), Object: i, Looks: true, AtMost: looksShown})
	if err != nil {
		return nil, err
	}
	out := make([]Look, 0, len(rows))
	for _, r := range rows {
		out = append(out, Look{time.UnixMilli(r.At).In(day.Vietnam), r.Name, r.Action, r.Detail})
	}
	return out, nil
}

// Own is everything that is kept about one person, as it is handed to them.
type Own struct {
	Made      day.Date          `json:"made"`
	By        string            `json:"by"`
	Why       string            `json:"why"`
	Unit      string            `json:"unit"`
	Person    person.Person     `json:"person"`
	Sealed    person.Sealed     `json:"sealed"`
	Movements []OwnMovement     `json:"movements"`
	Dossiers  []OwnDossier      `json:"dossiers"`
	Requests  []subject.Request `json:"requests"`
	Consents  []subject.Consent `json:"consents"`
	Looks     []Look            `json:"looks"`
}

// OwnMovement is one movement of the person.
type OwnMovement struct {
	On       day.Date     `json:"on"`
	Cause    ledger.Cause `json:"-"`
	Code     string       `json:"cause"`
	From     string       `json:"from"`
	To       string       `json:"to"`
	Stage    string       `json:"stage"`
	Decision string       `json:"decision,omitempty"`
}

// OwnDossier is one dossier with the days of its acts. Opinions and votes of others are not the person's data to be handed out here.
type OwnDossier struct {
	Kind   string   `json:"kind"`
	State  string   `json:"state"`
	Opened day.Date `json:"opened"`
	Closed day.Date `json:"closed"`
	Acts   []OwnAct `json:"acts"`
}

// OwnAct is one step of a dossier.
type OwnAct struct {
	Step dossier.Step `json:"step"`
	On   day.Date     `json:"on"`
	No   string       `json:"no,omitempty"`
}

// Own returns the record of a person to be handed to them, for a reason that stands in the trail with it.
func (s *Service) Own(ctx context.Context, who access.Actor, i id.ID, reason string) (Own, error) {
	e := fault.E("subjects.Own", fault.Invalid, "request.invalid")
	if subject.Reason(e, "reason", &reason); len(e.Fields) > 0 {
		return Own{}, e
	}
	var o Own
	err := s.st.Update(ctx, audit.Of(who, "person.own", i.Province(), i).With(reason), func(tx *store.Tx) error {
		p, u, err := tx.Kept(who, access.Reveal, i)
		if err == nil {
			err = approvals.SpendReveal(tx, who)
		}
		if err != nil {
			return err
		}
		o = Own{Made: tx.Today, By: who.Name, Why: reason, Unit: u.Name, Person: p}
		return o.fill(tx)
	})
	if err != nil {
		return Own{}, err
	}
	return o, nil
}

// fill reads what is kept about the person beside the record.
func (o *Own) fill(tx *store.Tx) (err error) {
	i := o.Person.ID
	if o.Sealed, err = tx.Sealed(i); err != nil {
		return err
	}
	if err = o.moves(tx, i); err != nil {
		return err
	}
	ds, err := tx.Dossiers(i)
	if err != nil {
		return err
	}
	for _, d := range ds {
		x := OwnDossier{Kind: string(d.Kind), State: string(d.State), Opened: d.Opened, Closed: d.Closed}
		for _, a := range d.Acts {
			x.Acts = append(x.Acts, OwnAct{a.Step, a.On, a.No})
		}
		o.Dossiers = append(o.Dossiers, x)
	}
	if o.Requests, err = tx.RequestsOf(i); err != nil {
		return err
	}
	if o.Consents, err = tx.Consents(i); err != nil {
		return err
	}
	o.Looks, err = looks(tx, i)
	return err
}

func (o *Own) moves(tx *store.Tx, i id.ID) error {
	ms, err := tx.Movements(i)
	if err != nil {
		return err
	}
	var units []id.ID
	for _, m := range ms {
		units = append(units, m.From.Unit, m.To.Unit)
	}
	named, err := tx.UnitsByID(i.Province(), units)
	for _, m := range ms {
		o.Movements = append(o.Movements, OwnMovement{On: m.Effective, Cause: m.Cause, Code: m.Cause.String(), From: named[m.From.Unit].Name, To: named[m.To.Unit].Name,
			Stage: m.To.Stage.String(), Decision: m.Decision})
	}
	return err
}
