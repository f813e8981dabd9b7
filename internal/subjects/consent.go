package subjects

import (
	"context"
	"slices"
	"strconv"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// Say takes down what the actor says about a purpose on their own page. version is that of the text they read. What they withdraw is closed
// when this returns.
func (s *Service) Say(ctx context.Context, who access.Actor, purpose string, version int, said subject.Said, key string) error {
	const op = "subjects.Say"
	return s.consent(ctx, audit.Of(who, "consent.say", who.Self.Province(), who.Self).Once(key), func(tx *store.Tx) (subject.Consent, error) {
		p, err := mine(tx, who)
		if err != nil {
			return subject.Consent{}, err
		}
		x, _ := subject.Book().Purpose(purpose)
		if ask, ok := x.Asked(); ok && said == subject.Given && ask.Version != version {
			return subject.Consent{}, fault.E(op, fault.Conflict, "consent.other_text")
		}
		return subject.Consent{Person: p.ID, Purpose: purpose, Version: version, Said: said, Way: subject.BySelf, On: tx.Today, By: who.Name}, nil
	})
}

// ConsentForm is what an official takes down from a paper.
type ConsentForm struct {
	Person  id.ID
	Purpose string
	Version int
	Said    subject.Said
	Way     subject.Way
	On      day.Date
	By      string // who took it; "" for who writes it down
	Place   string // where the paper lies
	Key     string
}

// Note takes down what a person said on paper, or before witnesses.
func (s *Service) Note(ctx context.Context, who access.Actor, f ConsentForm) error {
	return s.consent(ctx, audit.Of(who, "consent.note", f.Person.Province(), f.Person).Once(f.Key), func(tx *store.Tx) (subject.Consent, error) {
		p, _, err := tx.Kept(who, access.Write, f.Person)
		if err == nil && p.Erased() {
			err = fault.E("subjects.Note", fault.Conflict, "erase.done")
		}
		if err == nil && p.Void {
			err = fault.E("subjects.Note", fault.Conflict, "person.void")
		}
		if f.By == "" {
			f.By = who.Name
		}
		if f.Way == subject.BySelf { // only the own page says that
			f.Way = ""
		}
		return subject.Consent{Person: f.Person, Purpose: f.Purpose, Version: f.Version, Said: f.Said, Way: f.Way, On: f.On, By: f.By, Place: f.Place}, err
	})
}

// consent stores what from returns. The same form a second time stores nothing.
func (s *Service) consent(ctx context.Context, e audit.Entry, from func(*store.Tx) (subject.Consent, error)) error {
	err := s.st.Update(ctx, e, func(tx *store.Tx) error {
		c, err := from(tx)
		if err != nil {
			return err
		}
		before, err := tx.Consents(c.Person)
		if err != nil {
			return err
		}
		if err := c.Check(subject.Book(), before, tx.Today); err != nil {
			return err
		}
		tx.Did(c.Person, c.Purpose+" "+string(c.Said)+" "+strconv.Itoa(c.Version))
		return tx.AddConsent(&c, before)
	})
	if fault.TextOf(err).Key == "once.done" {
		return nil
	}
	return err
}

// ConsentLine is how many people in a unit's subtree said what about a purpose last.
type ConsentLine struct {
	Purpose subject.Purpose
	N       map[subject.Said]int64
	Silent  int64 // nothing is on record
}

// Asked is the state of consent in a unit's subtree.
type Asked struct {
	Unit   org.Unit
	Above  []org.Unit
	People int64 // in a stage
	Lines  []ConsentLine
}

// Consents counts what people in a unit's subtree said about the purposes that need consent.
func (s *Service) Consents(ctx context.Context, who access.Actor, unit id.ID) (a Asked, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		a = Asked{Unit: u}
		if a.Above, err = tx.Above(u); err != nil {
			return err
		}
		a.Above = who.Readable(a.Above)
		stages, err := tx.StageCounts(scope, ledger.SliceAll)
		if err != nil {
			return err
		}
		for stage, n := range stages {
			if ledger.Stage(stage) != ledger.Outside {
				a.People += n
			}
		}
		counts, err := tx.ConsentCounts(scope)
		if err != nil {
			return err
		}
		for _, p := range subject.Book().Consented() {
			l := ConsentLine{Purpose: p, N: map[subject.Said]int64{}, Silent: a.People}
			for _, c := range counts {
				if c.Purpose == p.Code {
					l.N[c.Said] += c.N
					l.Silent -= c.N
				}
			}
			a.Lines = append(a.Lines, l)
		}
		return nil
	})
	return a, err
}

// saysAtMost is as many people as a list of those who said something reads of each province.
const saysAtMost = 500

// Saying is who in a unit's subtree said something about a purpose last.
type Saying struct {
	Unit    org.Unit
	Above   []org.Unit
	Purpose subject.Purpose
	Said    subject.Said
	Rows    []store.ConsentRow
	More    bool
}

// Saying lists them, to who keeps their records. What they said is personal data, so the look is on record.
func (s *Service) Saying(ctx context.Context, who access.Actor, unit id.ID, purpose string, said subject.Said) (l Saying, err error) {
	const op = "subjects.Saying"
	err = s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Write, u); err != nil {
			return err
		}
		scope, err := who.Over(u)
		if err != nil {
			return err
		}
		x, ok := subject.Book().Purpose(purpose)
		if !ok || len(x.Asks) == 0 || !slices.Contains(subject.Saids, said) {
			return fault.E(op, fault.NotFound, "error.notfound")
		}
		l = Saying{Unit: u, Purpose: x, Said: said}
		if l.Above, err = tx.Above(u); err != nil {
			return err
		}
		l.Above = who.Readable(l.Above)
		l.Rows, err = tx.ConsentsSaying(scope, purpose, said, saysAtMost)
		l.More = len(l.Rows) >= saysAtMost
		return err
	})
	if err == nil {
		err = s.st.Access(ctx, audit.Of(who, "consent.list", unit.Province(), unit).With(purpose+" "+string(said)))
	}
	if err != nil {
		return Saying{}, err
	}
	return l, nil
}
