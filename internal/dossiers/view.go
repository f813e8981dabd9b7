package dossiers

import (
	"context"
	"slices"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// View is a dossier with everything a page shows of it.
type View struct {
	Person    person.Person
	Unit      org.Unit
	Above     []org.Unit // those the reader may read
	Dossier   dossier.Dossier
	Known     bool              // a dossier is stored; else it begins with the next act
	Earlier   []dossier.Dossier // closed ones before it without their acts, the latest first
	Way       dossier.Way
	Next      []dossier.Step // of the chain, that may be done now
	Beside    []dossier.Step
	Ways      []dossier.Step // out and back
	Back      []dossier.Step // steps it may be sent back to
	Refusers  []string
	Pack      string // the one it is pinned to, else that of today
	Facts     rule.Facts
	Checklist []PaperLine
	Rules     *rule.Pack   // that pack
	Clocks    []rule.Clock // those that apply
	Lines     []Line       // acts, the latest first
	Ends      day.Date
	Differs   bool // the ledger stands elsewhere than the dossier says
	MayWrite  bool
	Upper     bool     // the reader may record the steps of the committee above
	Over      org.Unit // that committee; zero when there is none
	Helper    string   // name of the member who helps
	Today     day.Date
	Dues      []deadlines.Line // what is still to be done for the person, the next due first, then what they were let off
	Soon      int              // days ahead that the lists call soon
	Ahead     []rule.Finding   // what would not hold today if the first of Next were recorded
	Watched   bool             // the reader follows it

	obligations []deadline.Obligation // of the person, open and closed
}

// Count is how the votes of a step are counted: of how many, which share, and the fewest that are enough.
type Count struct {
	Base, Need int
	Share      string
}

// Line is one act as a history shows it.
type Line struct {
	dossier.Act
	At       time.Time
	By       string
	Undone   bool // taken back
	Reopened bool // out of force because the way went back
	Last     bool // can be taken back
}

// Get returns the dossier of a person the actor may read: the live one, else the latest, else how one
// would begin.
func (s *Service) Get(ctx context.Context, who access.Actor, i id.ID) (View, error) {
	var v View
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, err := load(tx, who, access.Read, i)
		if err != nil {
			return err
		}
		v, err = w.view(who)
		return err
	})
	return v, err
}

func (w *world) view(who access.Actor) (View, error) {
	tx := w.tx
	v := View{Person: w.p, Unit: w.cell, Above: who.Readable(slices.Clone(w.above)), Dossier: w.d, Known: w.known, Today: tx.Today,
		MayWrite: who.Can(access.Write, w.cell) && !w.p.Void}
	v.Upper = v.MayWrite
	if n := len(w.above); n > 0 {
		v.Over = w.above[n-1]
		v.Upper = who.Can(access.Write, v.Over)
	}
	err := w.rules(&v)
	if err != nil {
		return v, err
	}
	d := &v.Dossier
	if !w.known {
		d.State = dossier.StateOf(d)
	}
	v.Next, v.Back, v.Refusers = d.Next(w.way), d.Returnable(), d.Refusers(w.way)
	v.Beside, v.Ways = d.Open(w.way)
	v.Differs = w.known && d.Closed == 0 && d.State.Stage() != w.p.Place.Stage
	if v.Lines, err = w.lines(); err != nil {
		return v, err
	}
	if v.Helper, err = w.nameOf(d.Helper); err != nil {
		return v, err
	}
	if v.Checklist, err = w.checklist(v.Facts); err != nil {
		return v, err
	}
	v.Soon = deadlines.Soonest(tx)
	if v.Dues, err = deadlines.StandingOf(tx, who, &w.p, w.cell, v.obligations); err != nil {
		return v, err
	}
	if err = v.lookAhead(); err != nil {
		return v, err
	}
	if v.Earlier, err = w.earlier(); err != nil {
		return v, err
	}
	v.Watched, err = tx.Watches(who.User, w.p.ID)
	return v, err
}

// earlier are the dossiers of the person before this one.
func (w *world) earlier() ([]dossier.Dossier, error) {
	all, err := w.tx.DossierHeads(w.p.ID)
	return slices.DeleteFunc(all, func(x dossier.Dossier) bool { return x.ID == w.d.ID }), err
}

// lookAhead finds what stands in the way of the step that comes next.
func (v *View) lookAhead() error {
	first, _ := Foremost(v.Next)
	if first == "" {
		return nil
	}
	f := v.Facts
	f.Step, f.On = string(first), v.Today
	var err error
	v.Ahead, err = v.Rules.Ahead(f)
	return err
}

// rules fills in what the pack of the dossier says of it today.
func (w *world) rules(v *View) error {
	err := w.choose(w.tx.Today)
	if err != nil {
		return err
	}
	if v.Facts, err = w.facts(&dossier.Act{On: w.tx.Today}, 0); err != nil {
		return err
	}
	if w.way, err = w.wayOf(v.Facts); err != nil {
		return err
	}
	v.Way, v.Pack, v.Rules = w.way, w.pack.Ref(), w.pack
	if joined := v.Dossier.Joined(); joined != 0 {
		v.Ends = joined.AddMonths(w.way.Probation)
	}
	if v.Clocks, err = w.pack.Running(v.Facts); err != nil {
		return err
	}
	v.obligations, err = w.tx.ObligationsOf(w.p.ID)
	return err
}

// Foremost tells of the steps that may be done now the one that comes first, the first that something waits for, from the rest.
func Foremost(next []dossier.Step) (first dossier.Step, rest []dossier.Step) {
	at := slices.IndexFunc(next, func(s dossier.Step) bool { return s != dossier.Send && s != dossier.OwnCV })
	if at < 0 {
		at = 0
	}
	if len(next) == 0 {
		return "", nil
	}
	return next[at], slices.Delete(slices.Clone(next), at, at+1)
}

func (w *world) nameOf(i id.ID) (string, error) {
	if i == 0 {
		return "", nil
	}
	m, err := w.member(i)
	return m.Name, err
}

func (w *world) lines() ([]Line, error) {
	ids := make([]id.ID, len(w.d.Acts))
	for i, a := range w.d.Acts {
		ids[i] = a.Audit
	}
	traces, err := w.tx.Traces(w.p.ID.Province(), ids)
	if err != nil {
		return nil, err
	}
	undone, reopened := w.d.Undone()
	last, _ := w.d.Latest()
	out := make([]Line, 0, len(w.d.Acts))
	for _, a := range slices.Backward(w.d.Acts) {
		out = append(out, Line{Act: a, At: time.UnixMilli(a.Recorded).In(day.Vietnam), By: traces[a.Audit].Name,
			Undone: undone[a.ID], Reopened: reopened[a.ID], Last: last.ID == a.ID && a.ID != 0})
	}
	return out, nil
}

// Official is an official member of the cell who can be chosen to introduce or to help.
type Official struct {
	ID      id.ID
	Name    string
	Since   day.Date // since when both are in the same grassroots organisation
	Helping int      // other people they help now
}

// Officials lists the official members of the cell of a person, with what limits them.
func (s *Service) Officials(ctx context.Context, who access.Actor, i id.ID) ([]Official, error) {
	var out []Official
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, err := load(tx, who, access.Read, i)
		if err != nil {
			return err
		}
		ps, err := tx.Officials(w.cell.ID)
		if err != nil {
			return err
		}
		_, mine := placeOn(w.moves, tx.Today)
		helping, err := tx.HelpingIn(w.cell.ID, w.d.ID)
		for _, p := range ps {
			if p.ID != w.p.ID {
				out = append(out, Official{ID: p.ID, Name: p.Name, Since: max(mine, min(p.Since, tx.Today)), Helping: helping[p.ID]})
			}
		}
		return err
	})
	return out, err
}

// Filter narrows a list of dossiers.
type Filter = store.DossierFilter

// Row is one line of a list of dossiers.
type Row = store.DossierRow

// List is a page of dossiers with the unit it is of.
type List struct {
	Unit  org.Unit
	Above []org.Unit
	Page  store.DossierPage
	Board []store.DossierCount
	Due   map[id.ID]deadlines.Line // what is due first for each dossier of the page that has something open
}

// List returns a page of the dossiers of a unit's subtree, those that stand longest first, and the
// counts of its board.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID, f Filter, after string, limit int) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		scope, err := l.over(tx, who, unit)
		if err != nil {
			return err
		}
		if l.Page, err = tx.DossierList(scope, f, after, limit); err != nil {
			return err
		}
		if l.Due, err = deadlines.NextOf(tx, l.Page.Rows); err != nil {
			return err
		}
		return l.board(tx, scope, f)
	})
	return l, err
}

// board counts the dossiers of every state, and those of them that have something overdue.
func (l *List) board(tx *store.Tx, scope access.Scope, f Filter) (err error) {
	if l.Board, err = tx.DossierBoard(scope, store.DossierFilter{States: dossier.States, Kind: f.Kind, Of: f.Of}); err != nil {
		return err
	}
	late, err := tx.DossierBoard(scope, store.DossierFilter{Kind: f.Kind, Of: f.Of, Late: tx.Today})
	for _, x := range late {
		for i := range l.Board {
			if l.Board[i].State == x.State {
				l.Board[i].Late = x.N
			}
		}
	}
	return err
}

// Board returns how many dossiers of a unit's subtree stand in each state.
func (s *Service) Board(ctx context.Context, who access.Actor, unit id.ID) (List, error) {
	var l List
	err := s.st.View(ctx, func(tx *store.Tx) error {
		scope, err := l.over(tx, who, unit)
		if err != nil {
			return err
		}
		l.Board, err = tx.DossierBoard(scope, store.DossierFilter{})
		return err
	})
	return l, err
}

// over fills in the unit of a list; 0 is the nation.
func (l *List) over(tx *store.Tx, who access.Actor, unit id.ID) (access.Scope, error) {
	if unit != 0 {
		u, err := tx.Unit(unit)
		if err != nil {
			return access.Scope{}, err
		}
		l.Unit = u
	}
	scope, err := who.Over(l.Unit)
	if err != nil {
		return scope, err
	}
	if l.Unit.ID != 0 {
		if l.Above, err = tx.Above(l.Unit); err != nil {
			return scope, err
		}
		l.Above = who.Readable(l.Above)
	}
	return scope, nil
}
