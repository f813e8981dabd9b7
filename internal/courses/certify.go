package courses

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// CertifyForm says which certificates of a class are issued.
type CertifyForm struct {
	Class  id.ID
	On     day.Date
	People []id.ID // nobody named: everybody who fits
	Reason string  // to go on with the warnings of the rules
	Key    string
}

// Certify issues the certificates of a class: one act in the dossier and one movement for each person
// who passed, all or none. Dry looks at everybody who was called and writes nothing.
func (s *Service) Certify(ctx context.Context, who access.Actor, f CertifyForm, dry bool) (dossiers.Bulk, error) {
	b, plan, err := s.plan(ctx, who, f)
	if err != nil || dry {
		return b, err
	}
	const op = "courses.Certify"
	switch {
	case b.Fit == 0:
		return b, fault.E(op, fault.Invalid, "course.nobody_fits")
	case f.Reason == "" && asked(b, f.People):
		return b, fault.E(op, fault.Invalid, "dossier.accept_reason").Field("reason", "dossier.accept_reason")
	}
	for _, p := range f.People {
		if !slices.ContainsFunc(plan, func(x issue) bool { return x.cert.Person == p }) {
			return b, fault.E(op, fault.Conflict, "course.chosen_unfit")
		}
	}
	entry := audit.Of(who, "course.certify", f.Class.Province(), f.Class).Once(f.Key)
	err = s.st.Update(ctx, entry, func(tx *store.Tx) error {
		done := 0
		for _, x := range plan {
			if len(f.People) > 0 && !slices.Contains(f.People, x.cert.Person) {
				continue
			}
			if err := s.issue(tx, who, x); err != nil {
				return err
			}
			done++
		}
		tx.Did(f.Class, strconv.Itoa(done))
		return nil
	})
	if fault.TextOf(err).Key == "once.done" {
		err = nil // the same form a second time
	}
	return b, err
}

// asked reports whether somebody who is to be certified has warnings.
func asked(b dossiers.Bulk, people []id.ID) bool {
	return slices.ContainsFunc(b.Lines, func(l dossiers.BulkLine) bool {
		return l.Fit && len(l.Warned) > 0 && (len(people) == 0 || slices.Contains(people, l.Person))
	})
}

// issue is one certificate to be issued.
type issue struct {
	cert course.Certificate
	seat course.Seat
	act  dossiers.ActForm
}

// issue records one certificate: the number, the act with its movement, the seat.
func (s *Service) issue(tx *store.Tx, who access.Actor, x issue) error {
	x.cert.ID = tx.NewID(x.seat.Class.Province())
	if x.seat.Cert != 0 {
		x.cert.ID = x.seat.Cert // taken back in the dossier before: the number is theirs already
	} else if err := tx.AddCertificate(&x.cert); err != nil {
		return err
	}
	if err := s.acts.ActAll(tx, who, []dossiers.ActForm{x.act}); err != nil {
		return err
	}
	x.seat.Cert = x.cert.ID
	return tx.PutSeat(&x.seat)
}

// plan looks at everybody of a class: who gets a certificate, and what stands in the way of the others.
func (s *Service) plan(ctx context.Context, who access.Actor, f CertifyForm) (dossiers.Bulk, []issue, error) {
	var b dossiers.Bulk
	var plan []issue
	var forms []dossiers.ActForm
	err := s.st.View(ctx, func(tx *store.Tx) error {
		b, plan, forms = dossiers.Bulk{}, nil, nil
		c, _, err := load(tx, who, f.Class)
		if err != nil {
			return err
		}
		on := f.On
		if on == 0 {
			on = max(c.Ends, c.Begins)
		}
		if e := checkDay(c, on, tx.Today); e != nil {
			return e
		}
		seats, err := tx.Seats(f.Class)
		if err != nil {
			return err
		}
		numbers := map[string]bool{}
		for _, x := range seats {
			one := newIssue(c, x, on, f.Reason)
			why, err := unfit(tx, c, x, one.cert, numbers)
			if err != nil {
				return err
			}
			if x.Again != "" {
				one.act.No = x.Again // the paper they hold
			}
			if why != "" {
				b.Add(dossiers.BulkLine{Person: x.Seat.Person, Name: x.Who.Name, Birth: x.Who.Birth, Unit: x.UnitName, Why: fault.Text{Key: why, Args: []any{x.Number, c.Issuer}}})
				continue
			}
			plan, forms = append(plan, one), append(forms, one.act)
		}
		return nil
	})
	if err != nil {
		return b, nil, err
	}
	tried, err := s.acts.DryAll(ctx, who, forms)
	if err != nil {
		return b, nil, err
	}
	var fit []issue
	for i, l := range tried.Lines {
		b.Add(l)
		if l.Fit {
			plan[i].act.Accept = l.Accept()
			fit = append(fit, plan[i])
		}
	}
	return b, fit, nil
}

func checkDay(c course.Class, on, today day.Date) error {
	const op = "courses.Certify"
	switch {
	case !on.Valid():
		return fault.E(op, fault.Invalid, "course.date_missing").Field("on", "course.date_missing")
	case on > today:
		return fault.E(op, fault.Invalid, "ledger.date_future", on).Field("on", "ledger.date_future", on)
	case on < c.Ends:
		return fault.E(op, fault.Invalid, "course.certify_early", c.Ends).Field("on", "course.certify_early", c.Ends)
	}
	return nil
}

func newIssue(c course.Class, x Sitting, on day.Date, reason string) issue {
	one := issue{seat: x.Seat, cert: course.Certificate{Class: c.ID, Person: x.Seat.Person, Kind: c.Kind, Issuer: c.Issuer, Number: x.Number, Issued: on, Grade: x.Grade}}
	step := dossier.Certify
	if c.Kind == course.NewMember {
		step = dossier.NewCourse
	}
	one.act = dossiers.ActForm{Person: x.Seat.Person, Version: dossiers.AnyVersion, Step: step, On: on, No: x.Number, Dated: on,
		Details: dossier.Details{Course: c.ID, Issuer: c.Issuer, Grade: x.Grade, Reason: strings.TrimSpace(reason)}}
	return one
}

// unfit says why somebody gets no certificate; "" when the class has nothing against it.
func unfit(tx *store.Tx, c course.Class, x Sitting, cert course.Certificate, numbers map[string]bool) (fault.Key, error) {
	switch {
	case x.Cert != 0 && !fits(c.Kind, x.Who.Place.Stage):
		return "course.issued_already", nil
	case x.Grade == "":
		return "course.not_graded", nil
	case !course.Passes(x.Grade):
		return "course.not_passed", nil
	case cert.NumberKey() == "":
		return "course.number_missing", nil
	case numbers[cert.NumberKey()]:
		return "course.number_twice", nil
	case x.Who.Place.Stage == ledger.Outside:
		return "course.person_left", nil
	}
	numbers[cert.NumberKey()] = true
	if x.Cert != 0 {
		if c.Kind == course.NewMember {
			return "course.issued_already", nil
		}
		return "", nil
	}
	taken, err := tx.NumberTaken(cert)
	if err != nil || taken {
		return "course.number_taken", err
	}
	return "", nil
}

// Held is a certificate with how long it is good.
type Held struct {
	course.Certificate
	Expires day.Date // last day, 0 when the rules say nothing
	Class   string
	May     bool // the actor may issue it again
	Today   day.Date
}

// Certificates returns the certificates of a person the actor may read, the latest first.
func (s *Service) Certificates(ctx context.Context, who access.Actor, person id.ID) ([]Held, error) {
	var out []Held
	err := s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		if err := personRight(tx, who, access.Read, person); err != nil {
			return err
		}
		cs, err := tx.Certificates(person)
		if err != nil {
			return err
		}
		for _, c := range cs {
			h := Held{Certificate: c, Today: tx.Today}
			k, err := tx.Course(c.Class)
			if err != nil {
				return err
			}
			u, err := tx.Unit(k.Unit)
			if err != nil {
				return err
			}
			h.Class, h.May = k.Name, who.Can(access.Write, u)
			if h.Expires, err = expires(tx, c); err != nil {
				return err
			}
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

// expires is the last day a certificate is good, by the pack of the day it was issued.
func expires(tx *store.Tx, c course.Certificate) (day.Date, error) {
	if c.Kind != course.Awareness {
		return 0, nil
	}
	p, err := rules.For(tx, 0, c.Issued)
	if err != nil {
		return 0, err
	}
	k, ok := p.Clock("certificate")
	if !ok {
		return 0, nil
	}
	return p.Due(k, c.Issued, p.Calendar()), nil
}

func personRight(tx *store.Tx, who access.Actor, right access.Right, person id.ID) error {
	p, err := tx.Person(person)
	if err != nil {
		return err
	}
	u, err := tx.Unit(p.LastUnit)
	if err == nil {
		err = who.Must(right, u)
	}
	if fault.Is(err, fault.NotFound) {
		err = fault.E("courses.person", fault.NotFound, "person.notfound")
	}
	return err
}

// maxReason is the longest reason, in runes: a limit of this program.
const maxReason = 500

// ReissueForm says how a certificate was issued again.
type ReissueForm struct {
	Cert   id.ID
	On     day.Date
	Number string // the new number; empty: under the one it has
	Reason string
	Key    string
}

// Reissue records that a certificate was issued again (cấp lại), under the number it has or a new one that
// replaces it, by who may change its class. How long it is good follows from its first issue and stays.
func (s *Service) Reissue(ctx context.Context, who access.Actor, f ReissueForm) error {
	const op = "courses.Reissue"
	on, reason, number := f.On, strings.TrimSpace(f.Reason), vi.NFC(strings.TrimSpace(f.Number))
	return s.st.Update(ctx, audit.Of(who, "course.reissue", f.Cert.Province(), f.Cert).Once(f.Key), func(tx *store.Tx) error {
		c, err := tx.Certificate(f.Cert)
		if err != nil {
			return err
		}
		if _, _, err := load(tx, who, c.Class); err != nil {
			return err
		}
		e := fault.E(op, fault.Invalid, "course.invalid")
		switch {
		case !on.Valid():
			e.Field("on", "course.date_missing")
		case on > tx.Today:
			e.Field("on", "ledger.date_future", on)
		case on < c.Issued:
			e.Field("on", "course.reissue_early", c.Issued)
		}
		switch n := len([]rune(reason)); {
		case n == 0:
			e.Field("reason", "course.reissue_why")
		case n > maxReason:
			e.Field("reason", "course.too_long", maxReason)
		}
		for _, x := range c.Reissues {
			if on.Valid() && on < x.On {
				e.Field("on", "course.reissue_order", x.On)
			}
		}
		if len([]rune(number)) > maxNumber {
			e.Field("number", "course.too_long", maxNumber)
		}
		if len(e.Fields) > 0 {
			return e
		}
		if (course.Certificate{Number: number}).NumberKey() == (course.Certificate{Number: c.Current()}).NumberKey() {
			number = "" // the number it has was typed again
		}
		if err := tx.AddReissue(c, course.Reissue{On: on, By: who.Name, Number: number, Reason: reason}); err != nil || number == "" {
			return err
		}
		return renumber(tx, c, number)
	})
}

// renumber writes the new number on the person's record, where it had the one that is replaced.
func renumber(tx *store.Tx, c course.Certificate, number string) error {
	p, err := tx.Person(c.Person)
	if err != nil || p.CertNo != c.Current() || c.Kind != course.Awareness {
		return err
	}
	before := p
	p.CertNo = number
	return tx.PutPerson(&before, &p)
}
