// Package handovers is the service by which a person goes from one unit to another before being a
// member (services floor): offered by who gives, accepted by who receives, at the same stage.
package handovers

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service reads and changes offers.
type Service struct {
	st   *store.Store
	acts *dossiers.Service
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st, dossiers.New(st)} }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }

// Row is an offer as a list shows it.
type Row = store.HandoverRow

// The sides of a list.
const (
	In     = store.HandoverIn
	Out    = store.HandoverOut
	Closed = store.HandoverClosed
)

// List is the offers of a unit's subtree from one side.
type List struct {
	Unit  org.Unit
	Above []org.Unit
	Side  string
	Rows  []Row
	Today day.Date
}

// List returns offers of a unit's subtree.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, side string) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		l = List{Unit: u, Side: side, Today: tx.Today}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		l.Rows, err = tx.Handovers(scope, side)
		return err
	})
	return l, err
}

// Desk is what waits on the desks of a unit and of those below it: offers to answer, and its own that nobody outside took.
type Desk struct {
	In, Out           []Row
	InTotal, OutTotal int
	Today             day.Date
}

// Desk returns what waits on the desks of a unit and below, at most so many of each kind, the longest waiting first.
func (s *Service) Desk(ctx context.Context, who access.Actor, unit id.ID, limit int) (Desk, error) {
	var d Desk
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err == nil {
			err = who.Must(access.Read, u)
		}
		if err != nil {
			return err
		}
		d.Today = tx.Today
		if d.In, d.InTotal, err = tx.DeskOffers(u, In, limit); err != nil {
			return err
		}
		d.Out, d.OutTotal, err = tx.DeskOffers(u, Out, limit)
		return err
	})
	return d, err
}

// View is an offer with what the reader may do about it. Of the person it has name, birth and stage:
// more than the offer needs is not shown before somebody accepts.
type View struct {
	Offer    handover.Offer
	Name     string
	Birth    day.Date
	From     org.Unit
	To       org.Unit // zero while nobody knows
	Desk     org.Unit
	Today    day.Date
	Giver    bool // may withdraw
	Receiver bool // may accept or refuse
	Assigner bool // may find a unit or pass the offer up
	Person   bool // may open the person's page
}

// Get returns an offer to those who give it and those who shall receive it; for others it does not exist.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		v, _, err = load(tx, who, i)
		return err
	})
	return v, err
}

func load(tx *store.Tx, who access.Actor, i id.ID) (View, person.Person, error) {
	o, err := tx.Handover(i)
	if err != nil {
		return View{}, person.Person{}, err
	}
	v := View{Offer: o, Today: tx.Today}
	for to, u := range map[*org.Unit]id.ID{&v.From: o.From, &v.To: o.To, &v.Desk: o.Desk} {
		if *to, err = tx.Unit(u); err != nil {
			return v, person.Person{}, err
		}
	}
	p, err := tx.Person(o.Person)
	if err != nil {
		return v, p, err
	}
	if !who.Can(access.Read, v.From) && !who.Can(access.Read, v.Desk) {
		return View{}, p, fault.E("handovers.load", fault.NotFound, "handover.notfound")
	}
	home, err := tx.Unit(p.LastUnit)
	v.Name, v.Birth, v.Person = p.Name, p.Birth, who.Can(access.Read, home)
	if o.Answered == 0 {
		v.Giver = who.Can(access.Write, v.From)
		v.Receiver = o.To != 0 && who.Can(access.Write, v.Desk)
		v.Assigner = o.To == 0 && who.Can(access.Write, v.Desk)
	}
	return v, p, err
}

// Form is an offer as somebody fills it in.
type Form struct {
	Person id.ID
	To     string // a 14-digit code or an id of a unit of the province; "" when nobody knows
	Place  string // where the person goes, when the unit is not known
	Reason string
	On     day.Date
	Note   string
	Papers []handover.Paper
	Key    string
}

// Offer offers a person to another unit. Without a unit the offer goes to the committee above the giving
// unit, which finds one. The same form a second time offers nothing and returns the first, with the fault that says so (once.done).
func (s *Service) Offer(ctx context.Context, who access.Actor, f Form) (id.ID, error) {
	const op = "handovers.Offer"
	var made id.ID
	province := f.Person.Province()
	err := s.st.Update(ctx, audit.Of(who, "handover.offer", province, f.Person).Once(f.Key), func(tx *store.Tx) error {
		p, err := tx.Person(f.Person)
		if err != nil {
			return err
		}
		from, err := tx.Unit(p.LastUnit)
		if err == nil {
			err = who.Must(access.Write, from)
		}
		if fault.Is(err, fault.NotFound) {
			return fault.E(op, fault.NotFound, "person.notfound")
		}
		if err != nil {
			return err
		}
		o := handover.Offer{ID: tx.NewID(province), Person: p.ID, Stage: p.Place.Stage, From: from.ID, Place: vi.NFC(strings.TrimSpace(f.Place)), Reason: f.Reason,
			Offered: f.On, Sealed: handover.Sealed{Note: vi.NFC(strings.TrimSpace(f.Note)), Papers: f.Papers}}
		if err := address(tx, &o, from, f.To); err != nil {
			return err
		}
		if err := o.Check(tx.Today); err != nil {
			return err
		}
		made = o.ID
		tx.Did(o.ID, o.Reason)
		if err := tx.AddHandover(&o); err != nil {
			return err
		}
		return deadlines.Refresh(tx, nil, &p)
	})
	if fault.TextOf(err).Key == "once.done" {
		made, err = s.st.Twice(ctx, province, f.Key, err)
	}
	return made, err
}

// address says on whose desk an offer lies.
func address(tx *store.Tx, o *handover.Offer, from org.Unit, to string) error {
	const op = "handovers.address"
	to = strings.TrimSpace(to)
	if to == "" {
		if o.Desk = from.Parent; o.Desk == 0 {
			o.Desk = from.ID
		}
		return nil
	}
	u, err := findUnit(tx, to)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && u.ID == 0:
		return fault.E(op, fault.Invalid, "handover.invalid").Field("to", "handover.unit_unknown", to)
	case err != nil:
		return err
	case u.Province() != from.Province():
		return fault.E(op, fault.Invalid, "handover.invalid").Field("to", "handover.other_province", u.Name)
	case u.ID == from.ID:
		return fault.E(op, fault.Invalid, "handover.invalid").Field("to", "ledger.unit_must_change")
	case !u.Alive(tx.Today):
		return fault.E(op, fault.Invalid, "handover.invalid").Field("to", "movement.unit_gone", u.Name)
	}
	o.To, o.Desk = u.ID, u.ID
	return nil
}

// findUnit reads a unit as a paper names it: its code, or the id of its page. Names of units are no secret.
func findUnit(tx *store.Tx, text string) (org.Unit, error) {
	i := id.Parse(text[strings.LastIndexByte(text, '/')+1:])
	if code, ok := org.ValidCode(text); ok {
		var err error
		if i, err = tx.UnitByCode(code); err != nil {
			return org.Unit{}, err
		}
	}
	return tx.Unit(i)
}

// change loads an open offer, lets f change it and stores it.
func (s *Service) change(ctx context.Context, who access.Actor, i id.ID, action string, f func(*store.Tx, View, person.Person, *handover.Offer) error) error {
	return s.st.Update(ctx, audit.Of(who, action, i.Province(), i), func(tx *store.Tx) error {
		v, p, err := load(tx, who, i)
		if err != nil {
			return err
		}
		if v.Offer.Answered != 0 {
			return fault.E("handovers.change", fault.Conflict, "handover.answered", fault.Key("handover.state."+string(v.Offer.State)), v.Offer.Answered)
		}
		o := v.Offer
		if err := f(tx, v, p, &o); err != nil {
			return err
		}
		if err := tx.PutHandover(&o); err != nil || o.Movement != 0 {
			return err
		}
		return deadlines.Refresh(tx, nil, &p)
	})
}

var forbidden = func(op string) error { return fault.E(op, fault.Forbidden, "error.forbidden") }

// movedOn refuses what was decided of an offer on another desk than the one it lies on now: whoever has a say on several desks would pass
// it up twice by pressing twice.
func movedOn(op string, v View, desk id.ID) error {
	if v.Offer.To == 0 && v.Offer.Desk == desk {
		return nil
	}
	return fault.E(op, fault.Conflict, "handover.moved_on", v.Desk.Name)
}

// Assign names the unit that shall receive, by the committee on whose desk the offer lies: one of its own
// subtree. Desk is where the actor saw it lie.
func (s *Service) Assign(ctx context.Context, who access.Actor, i, desk, to id.ID) error {
	const op = "handovers.Assign"
	return s.change(ctx, who, i, "handover.assign", func(tx *store.Tx, v View, _ person.Person, o *handover.Offer) error {
		if err := movedOn(op, v, desk); err != nil {
			return err
		}
		if !v.Assigner {
			return forbidden(op)
		}
		u, err := tx.Unit(to)
		if err != nil || to == 0 {
			return fault.E(op, fault.Invalid, "handover.invalid").Field("unit", "handover.unit_needed")
		}
		switch {
		case !u.Under(v.Desk):
			return fault.E(op, fault.Invalid, "handover.invalid").Field("unit", "handover.unit_not_below", v.Desk.Name)
		case u.ID == o.From || !u.Alive(tx.Today):
			return fault.E(op, fault.Invalid, "handover.invalid").Field("unit", "movement.unit_gone", u.Name)
		}
		o.To, o.Desk = u.ID, u.ID
		return nil
	})
}

// PassUp lays an offer nobody at a desk can place on the desk of the committee above. Desk is where the actor saw it lie.
func (s *Service) PassUp(ctx context.Context, who access.Actor, i, desk id.ID) error {
	const op = "handovers.PassUp"
	return s.change(ctx, who, i, "handover.pass_up", func(_ *store.Tx, v View, _ person.Person, o *handover.Offer) error {
		if err := movedOn(op, v, desk); err != nil {
			return err
		}
		switch {
		case !v.Assigner:
			return forbidden(op)
		case v.Desk.Parent == 0:
			return fault.E(op, fault.Conflict, "handover.top")
		}
		o.Desk = v.Desk.Parent
		return nil
	})
}

// Accept takes the person over into a unit of the receiving subtree (0: the receiving unit itself): the
// one movement of the hand-over, at the same stage.
func (s *Service) Accept(ctx context.Context, who access.Actor, i id.ID, into id.ID, on day.Date) error {
	const op = "handovers.Accept"
	return s.change(ctx, who, i, "handover.accept", func(tx *store.Tx, v View, p person.Person, o *handover.Offer) error {
		if !v.Receiver {
			return forbidden(op)
		}
		if into == 0 {
			into = o.To
		}
		u, err := tx.Unit(into)
		if err != nil {
			return err
		}
		if !u.Under(v.To) {
			return fault.E(op, fault.Invalid, "handover.invalid").Field("unit", "handover.unit_not_below", v.To.Name)
		}
		if err := stillThere(op, p, o, on); err != nil {
			return err
		}
		r, err := s.acts.ActIn(tx, lent(who, v.From), dossiers.ActForm{Person: p.ID, Version: dossiers.AnyVersion, Step: dossier.Move, On: on, Unit: u.ID,
			No: firstNo(o), Details: dossier.Details{Reason: o.Sealed.Note}})
		if err != nil {
			return err
		}
		o.State, o.Answered, o.Movement = handover.Accepted, on, r.Movement
		tx.Did(i, p.ID.String())
		return nil
	})
}

// lent is the receiver with the right the offer gives them at the giving unit, for the one act of taking
// the person over.
func lent(who access.Actor, from org.Unit) access.Actor {
	who.Grants = append(slices.Clone(who.Grants), access.Grant{Unit: from.ID, Path: from.Path, Role: access.Clerk})
	return who
}

func firstNo(o *handover.Offer) string {
	for _, p := range o.Sealed.Papers {
		if p.No != "" {
			return p.No
		}
	}
	return ""
}

// stillThere refuses an offer that was overtaken, the person moved or left meanwhile, and an end of it before it was made.
func stillThere(op string, p person.Person, o *handover.Offer, on day.Date) error {
	switch {
	case p.Place.Out() || p.LastUnit != o.From:
		return fault.E(op, fault.Conflict, "handover.overtaken")
	case on != 0 && on < o.Offered:
		return fault.E(op, fault.Invalid, "handover.invalid").Field("on", "handover.before_offer", o.Offered)
	}
	return nil
}

// Refuse answers no, with a reason, by the receiving unit or the committee that cannot place the person.
func (s *Service) Refuse(ctx context.Context, who access.Actor, i id.ID, reason string) error {
	return s.close(ctx, who, i, "handover.refuse", handover.Refused, reason)
}

// Withdraw takes an offer back, by the giving unit.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, i id.ID, reason string) error {
	return s.close(ctx, who, i, "handover.withdraw", handover.Withdrawn, reason)
}

// maxAnswer is the longest answer, in runes: a limit of this program.
const maxAnswer = 1000

func (s *Service) close(ctx context.Context, who access.Actor, i id.ID, action string, end handover.State, reason string) error {
	op := "handovers." + action
	reason = vi.NFC(strings.TrimSpace(reason))
	return s.change(ctx, who, i, action, func(tx *store.Tx, v View, _ person.Person, o *handover.Offer) error {
		if end == handover.Withdrawn && !v.Giver || end == handover.Refused && !v.Receiver && !v.Assigner {
			return forbidden(op)
		}
		switch n := len([]rune(reason)); {
		case n == 0:
			return fault.E(op, fault.Invalid, "handover.invalid").Field("answer", "handover.why")
		case n > maxAnswer:
			return fault.E(op, fault.Invalid, "handover.invalid").Field("answer", "course.too_long", maxAnswer)
		}
		o.State, o.Answered, o.Sealed.Answer = end, tx.Today, reason
		return nil
	})
}

// Depart records that somebody went to another province: the ledger lets them go, the province that
// receives enters them as arrived, at the same stage.
func (s *Service) Depart(ctx context.Context, who access.Actor, i id.ID, on day.Date, no string) error {
	const op = "handovers.Depart"
	return s.change(ctx, who, i, "handover.depart", func(tx *store.Tx, v View, p person.Person, o *handover.Offer) error {
		if !v.Giver || o.To != 0 {
			return forbidden(op)
		}
		if err := stillThere(op, p, o, on); err != nil {
			return err
		}
		r, err := s.acts.ActIn(tx, who, dossiers.ActForm{Person: p.ID, Version: dossiers.AnyVersion, Step: dossier.Move, On: on, No: no,
			Details: dossier.Details{To: dossier.Abroad, Place: o.Place, Reason: o.Sealed.Note}})
		if err != nil {
			return err
		}
		o.State, o.Answered, o.Movement = handover.Departed, on, r.Movement
		return nil
	})
}
