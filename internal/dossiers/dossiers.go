// Package dossiers is the service on the way of a person through the procedure (services floor):
// load, may, rule, examine, add the act, post its movement, in one transaction.
package dossiers

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Service records acts and shows dossiers.
type Service struct{ st *store.Store }

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st} }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }

// AnyVersion as the version of a form goes on from whatever the dossier is: for work in bulk that has
// just read it in the same transaction.
const AnyVersion = -1

// ActForm is an act as somebody enters it.
type ActForm struct {
	Person  id.ID
	Version int64 // of the dossier the form showed; 0 when there was none
	Step    dossier.Step
	On      day.Date
	No      string
	Dated   day.Date
	Details dossier.Details
	Unit    id.ID    // of a Move: where to, 0 out of the province; of a proposal: where; of a decision: the organ, 0 finds it
	Accept  []string // keys of warnings gone on with; Details.Reason or Details.Text says why
	Key     string   // of the form, so that a second click does nothing
}

// Result is what became of an act.
type Result struct {
	Dossier  id.ID
	Version  int64
	Act      id.ID
	State    dossier.State
	Movement id.ID // 0 when the act moved nobody
	Findings []rule.Finding
}

// Act records an act in a transaction of its own. The same form a second time changes nothing and
// returns where the dossier stands.
func (s *Service) Act(ctx context.Context, who access.Actor, f ActForm) (Result, error) {
	var r Result
	entry := audit.Of(who, "dossier.act", f.Person.Province(), f.Person).With(string(f.Step)).Once(f.Key)
	err := s.st.Update(ctx, entry, func(tx *store.Tx) (err error) {
		r, err = s.ActIn(tx, who, f)
		return err
	})
	if fault.TextOf(err).Key == "once.done" {
		err = s.st.View(ctx, func(tx *store.Tx) error {
			w, err := load(tx, who, access.Read, f.Person)
			r = Result{Dossier: w.d.ID, Version: w.d.Version, State: w.d.State}
			return err
		})
	}
	return r, err
}

// ActIn records an act inside a transaction: everything or nothing of it is kept with the rest.
func (s *Service) ActIn(tx *store.Tx, who access.Actor, f ActForm) (Result, error) {
	w, a, err := s.examine(tx, who, f)
	if err != nil {
		return Result{}, err
	}
	if err := w.do(a); err != nil {
		return Result{}, err
	}
	if err := accept(w.pack, &w.d.Acts[len(w.d.Acts)-1], f.Accept); err != nil {
		return Result{}, err
	}
	return w.put(f)
}

// Preview examines an act without recording it. What the machine refuses is an error; what the pack
// finds is returned.
func (s *Service) Preview(ctx context.Context, who access.Actor, f ActForm) ([]rule.Finding, error) {
	var found []rule.Finding
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, a, err := s.examine(tx, who, f)
		if err != nil {
			return err
		}
		found = a.Findings
		return w.do(a)
	})
	return found, err
}

// examine loads what an act is about and lets the rules of its day look at it.
func (s *Service) examine(tx *store.Tx, who access.Actor, f ActForm) (*world, dossier.Act, error) {
	f = tidy(f)
	if err := f.check(); err != nil {
		return nil, dossier.Act{}, err
	}
	w, err := load(tx, who, access.Write, f.Person)
	if err != nil {
		return nil, dossier.Act{}, err
	}
	if err := tx.FreeToMove(who, f.Person); err != nil {
		return nil, dossier.Act{}, err
	}
	if err := w.begin(f); err != nil {
		return nil, dossier.Act{}, err
	}
	a := dossier.Act{Step: f.Step, On: f.On, No: f.No, Dated: f.Dated, Details: f.Details}
	if err := w.mayRecord(who, a); err != nil {
		return nil, a, err
	}
	if err := w.settle(who, f, &a); err != nil {
		return nil, a, err
	}
	return w, a, w.look(f, &a)
}

// Lengths of what is typed, in runes: limits of this program, not of a regulation.
const (
	maxNo   = 100
	maxText = 2000
)

// tidy brings typed texts into one form.
func tidy(f ActForm) ActForm {
	x := &f.Details
	f.No = vi.NFC(strings.TrimSpace(f.No))
	for _, t := range []*string{&x.Body, &x.Group, &x.Reason, &x.Text, &x.HelperPaper, &x.Minutes, &x.Issuer, &x.Grade, &x.Place, &x.Cited} {
		*t = vi.NFC(strings.TrimSpace(*t))
	}
	if x.Relative != nil {
		r := *x.Relative
		for _, t := range []*string{&r.Key, &r.Name, &r.Relation, &r.Place, &r.Result} {
			*t = vi.NFC(strings.TrimSpace(*t))
		}
		if r.Key == "" {
			r.Key = vi.Fold(r.Relation + " " + r.Name)
		}
		x.Relative = &r
	}
	return f
}

// check holds a form against what can be said without the record.
func (f ActForm) check() error {
	e := fault.E("dossiers.check", fault.Invalid, "dossier.unfit")
	if len([]rune(f.No)) > maxNo {
		e.Field("no", "dossier.too_long", maxNo)
	}
	x := f.Details
	for field, t := range map[string]string{"body": x.Body, "reason": x.Reason, "text": x.Text, "minutes": x.Minutes, "place": x.Place, "issuer": x.Issuer} {
		if len([]rune(t)) > maxText {
			e.Field(field, "dossier.too_long", maxText)
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// accept holds the findings of an act against the warnings somebody chose to go on with.
func accept(p *rule.Pack, a *dossier.Act, accepted []string) error {
	const op = "dossiers.accept"
	var bad, open []string
	used := false
	for _, f := range a.Findings {
		switch {
		case f.Level == rule.Refuse:
			bad = append(bad, f.Text["vi"])
		case f.Level == rule.Warn && !has(accepted, f.Check):
			open = append(open, f.Text["vi"])
		case f.Level == rule.Warn:
			used = true
			a.Details.Accepted = append(a.Details.Accepted, f.Check)
		}
	}
	switch {
	case len(bad) > 0:
		return fault.E(op, fault.Invalid, "dossier.refused", p.Short(), strings.Join(bad, " "))
	case len(open) > 0:
		return fault.E(op, fault.Invalid, "dossier.warned", strings.Join(open, " "))
	case used && a.Details.Reason == "" && a.Details.Text == "":
		return fault.E(op, fault.Invalid, "dossier.accept_reason").Field("reason", "dossier.accept_reason")
	}
	return nil
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
