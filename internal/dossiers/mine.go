package dossiers

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
)

// Mine is a dossier as the person it is about sees it: where it stands, what comes next, papers and days. What others said, decided or
// were asked is not part of it: it has no field to hold that.
type Mine struct {
	Stage  ledger.Stage
	State  dossier.State // "" without a dossier
	Unit   string
	Closed day.Date
	Next   *MyStep
	Done   []MyAct
	Papers []MyPaper

	Joined, PartyAge, Ends, OfficialOn, CertUntil day.Date

	Today day.Date
}

// MyStep is the step that comes next.
type MyStep struct {
	Step  dossier.Step
	Over  string            // the committee that records it, "" when the cell does
	By    map[string]string // who does it, as the pack has it, by language
	Due   day.Date
	Clock map[string]string // what the day is of, by language
}

// MyAct is a step that was done.
type MyAct struct {
	Step dossier.Step
	On   day.Date
}

// MyPaper is one paper of the checklist.
type MyPaper struct {
	Code    string
	Type    int               // of the catalogue of papers, 0 none
	Office  bool              // the cell or a committee makes it
	Text    map[string]string // by language
	Step    dossier.Step      // by which it must be there
	Present bool
	Made    day.Date
}

// Mine returns the dossier of the actor's own record.
func (s *Service) Mine(ctx context.Context, who access.Actor) (Mine, error) {
	if who.Self == 0 {
		return Mine{}, fault.E("dossiers.Mine", fault.NotFound, "error.notfound")
	}
	var m Mine
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, err := read(tx, who.Self, func(org.Unit) error { return who.Own(who.Self) })
		if err != nil {
			return err
		}
		m, err = w.mine()
		return err
	})
	return m, err
}

func (w *world) mine() (Mine, error) {
	p, d := w.p, &w.d
	m := Mine{Stage: p.Place.Stage, Unit: w.cell.Name, Joined: p.Joined, PartyAge: p.PartyAge, OfficialOn: p.OfficialOn, Today: w.tx.Today}
	if w.known {
		m.State, m.Closed = d.State, d.Closed
		for _, a := range d.Standing() {
			if a.Step.Told() {
				m.Done = append(m.Done, MyAct{a.Step, a.On})
			}
		}
	}
	official := p.Place.Stage == ledger.Official
	if p.Place.Out() || official && (!w.known || d.Has(dossier.Card)) {
		return m, nil
	}
	v, err := w.ahead()
	if err != nil {
		return m, err
	}
	if !w.known || d.Closed == 0 || official {
		m.Next = v.myNext()
	}
	if official {
		return m, nil
	}
	m.CertUntil, m.Ends = v.Facts.Cert.Expires, v.Ends
	for _, l := range v.Checklist {
		x := MyPaper{Code: l.Code, Type: l.Type, Office: l.Office, Text: l.Text, Step: dossier.Step(l.Step), Present: l.Present, Made: l.Made}
		x.given(d, p.CertOn)
		m.Papers = append(m.Papers, x)
	}
	return m, nil
}

// given counts a paper as there, though nobody ticked it, when the record says that it was: the step that cannot be done without it is, the
// person's own history was written, the certificate was issued. Nobody is asked twice for what they handed in.
func (x *MyPaper) given(d *dossier.Dossier, cert day.Date) {
	switch {
	case x.Present:
	case x.Code == "certificate" && cert != 0:
		x.Present, x.Made = true, cert
	case d.Has(x.Step), x.Code == "cv" && d.Has(dossier.CV):
		x.Present = true
	}
}

// ahead is of a view what lies ahead: next steps, clocks, papers.
func (w *world) ahead() (View, error) {
	v := View{Person: w.p, Dossier: w.d, Today: w.tx.Today}
	if n := len(w.above); n > 0 {
		v.Over = w.above[n-1]
	}
	if err := w.rules(&v); err != nil {
		return v, err
	}
	if !w.known {
		v.Dossier.State = dossier.StateOf(&v.Dossier)
	}
	v.Next = v.Dossier.Next(w.way)
	var err error
	v.Checklist, err = w.checklist(v.Facts)
	return v, err
}

func (v View) myNext() *MyStep {
	s, _ := Foremost(v.Next)
	if s == "" {
		return nil
	}
	n := MyStep{Step: s}
	if r, ok := v.Rule(s); ok {
		n.By = r.By
	}
	if Upper(s) {
		n.Over = v.Over.Name
	}
	due, c := v.Due(s)
	n.Due, n.Clock = due, c.Text
	return &n
}
