package dossiers

import (
	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
)

// look lets the pack of the act's day, or the pinned one, say which steps apply and what it finds.
func (w *world) look(f ActForm, a *dossier.Act) error {
	on := a.On
	if !on.Valid() || on > w.tx.Today {
		on = w.tx.Today
	}
	if err := w.choose(on); err != nil {
		return err
	}
	a.Pack = w.pack.Ref()
	facts, err := w.facts(a, f.Unit)
	if err != nil {
		return err
	}
	if w.way, err = w.wayOf(facts); err != nil {
		return err
	}
	if a.Step == dossier.Undo || a.Step == dossier.Note {
		return nil
	}
	a.Findings, err = w.pack.Examine(facts)
	return err
}

// do adds an act to the dossier in memory, when the machine lets it.
func (w *world) do(a dossier.Act) error {
	a.ID = w.tx.NewID(w.p.ID.Province())
	return w.d.Do(w.way, a)
}

// put stores the last act of the dossier with the movement it makes.
func (w *world) put(f ActForm) (Result, error) {
	tx, d := w.tx, &w.d
	a := &d.Acts[len(d.Acts)-1]
	was := w.p.Place.Stage
	m, err := w.post(a)
	if err != nil {
		return Result{}, err
	}
	a.Movement = m.ID
	if !w.known {
		err = tx.AddDossier(d)
	} else {
		err = tx.PutDossier(d)
	}
	if err != nil {
		return Result{}, err
	}
	if err := tx.AddAct(d.ID, a); err != nil {
		return Result{}, err
	}
	if err := w.keep(a); err != nil {
		return Result{}, err
	}
	if was != w.p.Place.Stage || f.Key != "" {
		tx.Did(w.p.ID, string(a.Step))
	}
	return Result{Dossier: d.ID, Version: d.Version, Act: a.ID, State: d.State, Movement: a.Movement, Findings: a.Findings}, deadlines.Refresh(tx, d, &w.p)
}

// keep writes on the record what an act says about the person beside the movement.
func (w *world) keep(a *dossier.Act) error {
	if a.Step != dossier.Card || a.No == "" {
		return nil
	}
	old, err := w.tx.Sealed(w.p.ID)
	if err != nil {
		return err
	}
	now := old
	now.Card, now.CardOn, now.CardPlace = a.No, int32(a.On), a.Details.Place
	if now == old {
		return nil
	}
	return w.tx.PutSealed(w.p.ID, old, now)
}

// post makes the one movement of an act: none when the person stays where they are.
func (w *world) post(a *dossier.Act) (ledger.Movement, error) {
	if a.Step == dossier.Undo {
		return w.takeBack(a)
	}
	m, moves := w.movement(a)
	if !moves {
		return m, nil
	}
	m, err := w.tx.Post(&w.p, m)
	if err != nil {
		return m, err
	}
	return m, w.tx.KeepDates(&w.p, m)
}

// causes says by which cause of the ledger a step moves.
var causes = map[dossier.Step]ledger.Cause{
	dossier.Propose: ledger.Propose, dossier.Adopt: ledger.Adopt, dossier.Certify: ledger.Certify, dossier.Lapse: ledger.Lapse, dossier.Open: ledger.Apply,
	dossier.Ceremony: ledger.Admit, dossier.Recognise: ledger.Recognise, dossier.Drop: ledger.Drop, dossier.Withdraw: ledger.Drop, dossier.Refuse: ledger.Return,
	dossier.Strike: ledger.Strike, dossier.Quit: ledger.Quit, dossier.Die: ledger.Die, dossier.Cancel: ledger.Cancel, dossier.Move: ledger.Transfer,
}

// movement says how the ledger follows an act; moves is false when it does not.
func (w *world) movement(a *dossier.Act) (m ledger.Movement, moves bool) {
	stage, cause := w.d.State.Stage(), causes[a.Step]
	m = ledger.Movement{Cause: cause, Effective: a.On, Decision: a.No, DecidedOn: a.Dated, To: ledger.Place{Unit: w.cell.ID, Stage: stage}}
	member := w.p.Place.Stage.Member()
	switch a.Step {
	case dossier.Move:
		m.To.Unit = w.dest.ID
		if w.d.State == dossier.Away {
			m.Cause, m.To = ledger.LeaveTo, ledger.Place{}
		}
		return m, true
	case dossier.Propose:
		m.To.Unit = w.dest.ID
	case dossier.Refuse, dossier.Cancel:
		if stage == ledger.Outside && !member {
			m.Cause = ledger.Drop
		}
	case dossier.Ceremony:
		m.Decision, m.DecidedOn = "", 0
		if w.d.Kind == dossier.Readmission {
			m.Cause = ledger.Readmit
		}
		if last, ok := w.d.Last(dossier.Decide); ok {
			m.Decision, m.DecidedOn = last.No, last.PaperDay()
		}
	case dossier.Recognise:
		m.DecidedOn = a.PaperDay()
		m.Effective = w.officialOn(a.On)
	}
	if stage == ledger.Outside {
		m.To = ledger.Place{}
	}
	return m, cause != 0 && stage != w.p.Place.Stage
}

// officialOn is the day a recognition takes effect in the ledger: the end of the months of probation,
// however late it is decided. Where a later movement stands or a period is closed, it is the first day
// the ledger still takes; the official day on the record does not change by that.
func (w *world) officialOn(decided day.Date) day.Date {
	joined := w.d.Joined()
	if joined == 0 {
		return decided
	}
	end := joined.AddMonths(w.way.Probation)
	closed, err := w.tx.ClosedTo(w.p.ID.Province())
	if err == nil && closed != 0 && end <= closed {
		end = closed.AddDays(1)
	}
	return min(max(end, w.p.Since), max(decided, w.p.Since))
}

// takeBack reverses the movement of the act an Undo names. A later movement stands in its way until it
// is reversed itself.
func (w *world) takeBack(undo *dossier.Act) (ledger.Movement, error) {
	var gone dossier.Act
	for _, a := range w.d.Acts {
		if a.ID == undo.Undoes {
			gone = a
		}
	}
	if gone.Movement == 0 {
		return ledger.Movement{}, nil
	}
	standing := ledger.Standing(w.moves)
	last := len(standing) - 1
	if last < 0 || standing[last].ID != gone.Movement {
		return ledger.Movement{}, fault.E("dossiers.takeBack", fault.Conflict, "movement.not_last")
	}
	return ledger.Movement{}, movements.Undo(w.tx, &w.p, standing[last], w.moves)
}
