package subjects

import (
	"context"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// RequestRow is a request as a list shows it.
type RequestRow = store.RequestRow

// List is the requests of the people of a unit's subtree.
type List struct {
	Unit   org.Unit
	Above  []org.Unit
	Rows   []RequestRow
	Closed bool
	Today  day.Date
}

// List returns open requests, overdue first, then as they fall due, or those that are closed.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, closed bool) (List, error) {
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
		l = List{Unit: u, Closed: closed, Today: tx.Today}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		l.Rows, err = tx.Requests(scope, closed, 0)
		return err
	})
	if !closed {
		slices.SortStableFunc(l.Rows, func(a, b RequestRow) int { return int(a.Due()) - int(b.Due()) })
	}
	return l, err
}

// Waiting returns the first open requests of a unit's subtree as they fall due, to who answers them there; nothing to anybody else.
func (s *Service) Waiting(ctx context.Context, who access.Actor, unit id.ID, atMost int) (rows []RequestRow, today day.Date, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil || !who.Can(access.Write, u) {
			return err
		}
		rows, err = tx.Requests(scope, false, atMost)
		today = tx.Today
		return err
	})
	return rows, today, err
}

// Form is a request as a clerk takes it down.
type Form struct {
	Person id.ID
	Kind   subject.Kind
	On     day.Date
	Asked  string
	Key    string
}

// Receive takes a request down; from then on its clocks run. The same form a second time stores nothing.
func (s *Service) Receive(ctx context.Context, who access.Actor, f Form) (id.ID, error) {
	return s.receive(ctx, who, f, func(tx *store.Tx) error {
		_, _, err := tx.Kept(who, access.Write, f.Person)
		return err
	})
}

func (s *Service) receive(ctx context.Context, who access.Actor, f Form, may func(*store.Tx) error) (id.ID, error) {
	var made id.ID
	province := f.Person.Province()
	err := s.st.Update(ctx, audit.Of(who, "request.receive", province, f.Person).Once(f.Key), func(tx *store.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		r := subject.Request{ID: tx.NewID(province), Person: f.Person, Kind: f.Kind, Received: f.On, Sealed: subject.Words{Asked: f.Asked}}
		if err := r.Check(tx.Today); err != nil {
			return err
		}
		cal, err := rules.Calendar(tx)
		if err != nil {
			return err
		}
		clocks := subject.Book().Clocks
		r.AnswerBy, r.DoneBy = clocks.Answer.Due(cal, f.On, false), clocks.Kinds[f.Kind].Due(cal, f.On, false)
		made = r.ID
		tx.Did(r.ID, string(r.Kind)+" "+f.Person.String())
		return tx.AddRequest(&r)
	})
	if fault.TextOf(err).Key == "once.done" {
		err = s.st.View(ctx, func(tx *store.Tx) error {
			made, err = tx.OnceObject(province, f.Key)
			return err
		})
	}
	return made, err
}

// View is a request with whom it is about and what the reader may do.
type View struct {
	Request subject.Request
	Name    string
	Unit    org.Unit
	Above   []org.Unit
	Today   day.Date
	Write   bool // may answer
	Decide  bool // may decide: the committee
}

// Get returns a request about a person the reader may read. Its words are personal data, so the look is on record.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		v, err = view(tx, who, i)
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "request.read", i.Province(), v.Request.Person))
	}
	if err != nil {
		return View{}, err
	}
	return v, nil
}

func view(tx *store.Tx, who access.Actor, i id.ID) (View, error) {
	r, err := tx.Request(i)
	if err != nil {
		return View{}, err
	}
	p, u, err := tx.Kept(who, access.Write, r.Person)
	if fault.Is(err, fault.NotFound) {
		err = fault.E("subjects.Get", fault.NotFound, "request.notfound")
	}
	if err != nil {
		return View{}, err
	}
	v := View{Request: r, Name: p.Name, Unit: u, Today: tx.Today, Write: r.Closed == 0, Decide: r.Closed == 0 && who.Can(access.SetTarget, u)}
	v.Above, err = tx.Above(u)
	v.Above = who.Readable(v.Above)
	return v, err
}

// Step is what is done about a request.
type Step string

// The steps.
const (
	Answer Step = "answer" // the person was told how it goes on
	Extend Step = "extend" // the clock is extended, once
	Grant  Step = "grant"
	Refuse Step = "refuse"
)

// Decide does a step, with a reason. Granting what stops processing restricts it in the same transaction.
func (s *Service) Decide(ctx context.Context, who access.Actor, i id.ID, step Step, reason string) error {
	const op = "subjects.Decide"
	return s.st.Update(ctx, audit.Of(who, "request."+string(step), i.Province(), i), func(tx *store.Tx) error {
		v, err := view(tx, who, i)
		if err != nil {
			return err
		}
		r := v.Request
		if r.Closed != 0 {
			return fault.E(op, fault.Conflict, "request.closed", r.Closed)
		}
		if step != Answer && !v.Decide {
			return fault.E(op, fault.Forbidden, "error.forbidden")
		}
		e := fault.E(op, fault.Invalid, "request.invalid")
		if subject.Reason(e, "reason", &reason); len(e.Fields) > 0 {
			return e
		}
		tx.Did(i, string(r.Kind)+" "+r.Person.String())
		if step == Grant && r.Kind == subject.Delete {
			if err := requireErasure(tx, who, v, reason); err != nil {
				return err
			}
			return grantErasure(tx, &r, reason)
		}
		if err := apply(tx, &r, step, reason); err != nil {
			return err
		}
		return tx.PutRequest(&r)
	})
}

func apply(tx *store.Tx, r *subject.Request, step Step, reason string) error {
	const op = "subjects.Decide"
	switch step {
	case Answer:
		if r.Answered != 0 {
			return fault.E(op, fault.Conflict, "request.answered", r.Answered)
		}
		r.State, r.Answered, r.Sealed.Answer = subject.Answered, tx.Today, reason
	case Extend:
		if r.Extended {
			return fault.E(op, fault.Conflict, "request.extended_already")
		}
		cal, err := rules.Calendar(tx)
		if err != nil {
			return err
		}
		r.Extended, r.Sealed.Why, r.DoneBy = true, reason, subject.Book().Clocks.Kinds[r.Kind].Due(cal, r.Received, true)
	case Grant, Refuse:
		r.State, r.Closed, r.Sealed.Reason = subject.Refused, tx.Today, reason
		if r.Answered == 0 {
			r.Answered = tx.Today
		}
		if step == Grant {
			r.State = subject.Granted
			if r.Kind.Stops() {
				return tx.PutHold(r.Person, store.Hold{Since: tx.Today, Request: r.ID})
			}
		}
	default:
		return fault.E(op, fault.NotFound, "error.notfound")
	}
	return nil
}

// Lift ends a restriction that a request made, with a reason: the person agreed again.
func (s *Service) Lift(ctx context.Context, who access.Actor, person id.ID, reason string) error {
	const op = "subjects.Lift"
	e := fault.E(op, fault.Invalid, "request.invalid")
	if subject.Reason(e, "reason", &reason); len(e.Fields) > 0 {
		return e
	}
	return s.st.Update(ctx, audit.Of(who, "request.lift", person.Province(), person).With(reason), func(tx *store.Tx) error {
		if _, _, err := tx.Kept(who, access.SetTarget, person); err != nil {
			return err
		}
		h, held, err := tx.HoldOf(person)
		if err == nil && (!held || h.Request == 0 || h.Erased(person)) {
			err = fault.E(op, fault.Conflict, "request.no_hold")
		}
		if err != nil {
			return err
		}
		return tx.DropHold(person)
	})
}
