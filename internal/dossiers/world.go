package dossiers

import (
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// world is what an act is about: the person, where they are, what was done, and the units above.
type world struct {
	tx    *store.Tx
	p     person.Person
	cell  org.Unit
	above []org.Unit // from the root down to the unit over the cell
	moves []ledger.Movement
	d     dossier.Dossier
	known bool // the dossier is stored
	pack  *rule.Pack
	way   dossier.Way
	dest  org.Unit // of a Move and of a proposal: where to

	papers map[string]dossier.Paper // by code, once they were read
}

// load reads the dossier of a person whom the actor has a right on.
func load(tx *store.Tx, who access.Actor, right access.Right, i id.ID) (*world, error) {
	return read(tx, i, func(cell org.Unit) error { return who.Must(right, cell) })
}

// read reads the dossier of a person in a cell that may says nothing against.
func read(tx *store.Tx, i id.ID, may func(cell org.Unit) error) (*world, error) {
	w := &world{tx: tx}
	var err error
	if w.p, err = tx.Person(i); err != nil {
		return w, err
	}
	if w.cell, err = tx.Unit(w.p.LastUnit); err != nil {
		return w, err
	}
	if err := may(w.cell); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.E("dossiers.load", fault.NotFound, "person.notfound")
		}
		return w, err
	}
	if w.above, err = tx.Above(w.cell); err != nil {
		return w, err
	}
	if w.moves, err = tx.Movements(i); err != nil {
		return w, err
	}
	if w.d, w.known, err = tx.DossierOf(i); err != nil {
		return w, err
	}
	w.fill()
	return w, nil
}

// fill gives the dossier what the record of the person knows.
func (w *world) fill() {
	w.d.Person, w.d.Unit = w.p.ID, w.cell.ID
	if !w.known {
		w.d.Start = dossier.StartAt(w.p.Place.Stage)
	}
	w.d.Known = map[dossier.Step]day.Date{}
	if w.d.Start == "" {
		return
	}
	for s, on := range map[dossier.Step]day.Date{dossier.Adopt: w.p.PoolOn, dossier.Certify: w.p.CertOn, dossier.Decide: w.p.PartyAge, dossier.Ceremony: w.p.Joined} {
		if on.Valid() {
			w.d.Known[s] = on
		}
	}
}

// begin sees to it that there is a dossier the act can go to: the live one, for a proposal of somebody
// outside a new one, for somebody whom the ledger knows one that goes on from there.
func (w *world) begin(f ActForm) error {
	const op = "dossiers.begin"
	after := f.Step == dossier.Undo || f.Step == dossier.Card
	if w.known && w.d.Closed != 0 && !after {
		w.d, w.known = dossier.Dossier{}, false
		w.fill()
	}
	version := w.d.Version
	if f.Version != AnyVersion && version != f.Version && (w.known || f.Version != 0) {
		if latest, found, err := w.tx.DossierOf(w.p.ID); err != nil || w.known || !found || latest.Version != f.Version {
			if err == nil {
				err = fault.E(op, fault.Stale, "dossier.stale")
			}
			return err
		}
	}
	if w.known {
		return nil
	}
	w.d.ID, w.d.Kind = w.tx.NewID(w.p.ID.Province()), dossier.Admission
	if left, _, _ := w.membership(); left != 0 && !w.p.Place.Stage.Member() {
		w.d.Kind = dossier.Readmission
	}
	switch {
	case w.p.Place.Stage == ledger.Official:
		return fault.E(op, fault.Conflict, "dossier.official")
	case w.d.Start == "" && f.Step != dossier.Propose:
		return fault.E(op, fault.Conflict, "dossier.outside")
	}
	return nil
}

// membership tells when and why the person was last a member before today's place, and how often they
// were readmitted; left is 0 for somebody who never was.
func (w *world) membership() (left day.Date, cause ledger.Cause, readmitted int) {
	for _, m := range ledger.Standing(w.moves) {
		if m.Cause == ledger.Readmit {
			readmitted++
		}
		if m.From.Stage.Member() && !m.To.Stage.Member() && m.Cause != ledger.LeaveTo {
			left, cause = m.Effective, m.Cause
		}
	}
	return left, cause, readmitted
}

// upper are the steps of the committees above the cell: who may only write for the cell cannot record them.
var upper = []dossier.Step{dossier.SectionReport, dossier.CommitteeVote, dossier.Submit, dossier.Decide, dossier.SectionAgree, dossier.CommitteeAgree,
	dossier.SubmitRecognise, dossier.Recognise, dossier.Strike, dossier.Cancel, dossier.Correct, dossier.Extend, dossier.SendBack}

// Upper reports whether a step is recorded by who may write for the committee above the cell.
func Upper(s dossier.Step) bool { return slices.Contains(upper, s) }

// mayRecord asks for the right at the organ whose act it is.
func (w *world) mayRecord(who access.Actor, a dossier.Act) error {
	organ := w.cell
	if n := len(w.above); n > 0 && (slices.Contains(upper, a.Step) || a.Step == dossier.Refuse && a.Details.By != dossier.ByCell) {
		organ = w.above[n-1]
	}
	if who.Can(access.Write, organ) {
		return nil
	}
	if organ.ID != w.cell.ID {
		return fault.E("dossiers.mayRecord", fault.Forbidden, "dossier.not_yours", fault.Key("step."+string(a.Step)), organ.Name)
	}
	return who.Must(access.Write, organ)
}

// settle fills in what an act leaves to the program: which act an Undo means, where a Move leads, the
// members chosen.
func (w *world) settle(who access.Actor, f ActForm, a *dossier.Act) error {
	switch a.Step {
	case dossier.Undo:
		if last, ok := w.d.Latest(); ok && a.Undoes == 0 {
			a.Undoes = last.ID
		}
		if a.On == 0 {
			a.On = w.tx.Today
		}
	case dossier.Move:
		return w.moveTo(who, f, a)
	case dossier.Propose:
		return w.proposedAt(who, f)
	case dossier.Decide, dossier.Recognise:
		if a.Dated == 0 {
			a.Dated = a.On // the day of a decision is the day on its paper
		}
	case dossier.Note:
		if a.On == 0 {
			a.On = w.tx.Today
		}
	}
	return w.members(a)
}

// moveTo finds the unit a Move leads to.
func (w *world) moveTo(who access.Actor, f ActForm, a *dossier.Act) error {
	const op = "dossiers.moveTo"
	if f.Unit == 0 {
		if a.Details.To != dossier.Abroad {
			return fault.E(op, fault.Invalid, "ledger.unit_must_change").Field("unit", "ledger.unit_must_change")
		}
		return nil
	}
	u, err := w.tx.Unit(f.Unit)
	if err == nil {
		err = who.Must(access.Read, u)
	}
	if err != nil {
		return err
	}
	if u.ID == w.cell.ID || u.Province() != w.p.ID.Province() {
		return fault.E(op, fault.Invalid, "ledger.unit_must_change").Field("unit", "ledger.unit_must_change")
	}
	if !u.Alive(a.On) {
		return fault.E(op, fault.Invalid, "movement.unit_gone", u.Name).Field("unit", "movement.unit_gone", u.Name)
	}
	w.dest, a.Details.To = u, u.ID.String()
	return nil
}

// proposedAt is the unit at which somebody outside is proposed: the last one unless another is named.
func (w *world) proposedAt(who access.Actor, f ActForm) error {
	w.dest = w.cell
	if f.Unit == 0 || f.Unit == w.cell.ID || !w.p.Place.Out() {
		return nil
	}
	u, err := w.tx.Unit(f.Unit)
	if err == nil {
		err = who.Must(access.Write, u)
	}
	w.dest = u
	return err
}
