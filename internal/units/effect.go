package units

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
)

// Effect is what a decision would change. It is read by carrying the decision out and taking it back, so a decision that would be
// refused is refused here too, with the same words.
type Effect struct {
	Units []Touched // as they stand before
	To    Ref       // the successor, the new unit above or the unit founded; the zero Ref when there is none
	Kind  org.Kind  // of To
	New   bool      // To does not exist yet: its ID is not kept
	Goals []Share   // of a split: who goes where
	Mark  string    // stands for all of this and the words of the decision; see Act.Seen
}

// Share is what goes to one goal of a split.
type Share struct {
	Ref, Name     string
	New           bool
	People, Below int
}

// Touched is a unit that a decision ends or changes, as it stands before.
type Touched struct {
	ID       id.ID
	Name     string
	Ends     bool
	People   []id.ID         // who are in a unit itself that ends, and move
	Members  int64           // official and probationary, with everything below
	Dossiers int64           // live ones, with everything below
	Below    []string        // names of the units directly below
	Targets  []target.Target // in force for the year of the decision and the years after
	Holders  []Holder        // accounts with a role there
}

// Holder is an account with a role at a unit. A role is not moved with the unit: somebody decides about it.
type Holder struct {
	Login, Name string
	Role        access.Role
}

// errTried takes a decision back that was only tried.
var errTried = errors.New("units: tried")

// touch notes a unit before the decision changes or ends it, when somebody wants to know.
func (w *work) touch(u org.Unit, ends bool) error {
	if w.effect == nil {
		return nil
	}
	t := Touched{ID: u.ID, Name: u.Name, Ends: ends}
	scope, err := w.who.Over(u)
	if err != nil {
		return err
	}
	members, err := w.Members(scope, nil, 0)
	if err != nil {
		return err
	}
	t.Members = members[u.ID]
	board, err := w.DossierBoard(scope, store.DossierFilter{})
	if err != nil {
		return err
	}
	for _, c := range board {
		t.Dossiers += c.N
	}
	if err := w.touchInside(&t, u); err != nil {
		return err
	}
	for year := w.act.On.Year(); year <= w.Today.Year()+1; year++ {
		ts, err := w.Targets(u.Province(), []id.ID{u.ID}, year)
		if err != nil {
			return err
		}
		t.Targets = append(t.Targets, ts...)
	}
	err = w.HoldersAt(u.ID, func(x store.User, r access.Role) { t.Holders = append(t.Holders, Holder{x.Login, x.Name, r}) })
	w.effect.Units = append(w.effect.Units, t)
	return err
}

// touchInside notes who is in a unit that ends, and what is directly below it.
func (w *work) touchInside(t *Touched, u org.Unit) error {
	if t.Ends {
		people, err := w.PeopleIn(u.ID)
		if err != nil {
			return err
		}
		for i := range people {
			t.People = append(t.People, people[i].ID)
		}
	}
	kids, err := w.kids(u)
	for _, k := range kids {
		t.Below = append(t.Below, k.Name)
	}
	return err
}

// toward notes where people and units go.
func (w *work) toward(u org.Unit, founded bool) {
	if w.effect == nil {
		return
	}
	w.effect.Kind = u.Kind
	if w.effect.To, w.effect.New = (Ref{u.ID, u.Name}), founded; founded {
		w.effect.To.ID = 0
	}
}

// divide notes how a split assigns people and units below.
func (sp *splitting) divide() {
	if sp.effect == nil {
		return
	}
	for _, g := range sp.form.Into {
		s := Share{Ref: g.Ref, Name: sp.goals[g.Ref].Name, New: g.Unit == 0}
		for _, p := range sp.people {
			if sp.form.People[p.ID] == g.Ref {
				s.People++
			}
		}
		for _, k := range sp.kids {
			if sp.form.Children[k.ID] == g.Ref {
				s.Below++
			}
		}
		sp.effect.Goals = append(sp.effect.Goals, s)
	}
}

// settle ends the noting: a decision that was only tried is taken back, and one that would now change something else than was seen is
// refused.
func (w *work) settle() error {
	if w.effect == nil {
		return nil
	}
	type part struct {
		Role          org.Role
		Before, After string
	}
	var parts []part
	for _, p := range w.ev.Parts {
		parts = append(parts, part{p.Role, p.Before, p.After})
	}
	e := w.effect
	all, err := json.Marshal([]any{e.Units, e.To, e.Kind, e.New, e.Goals, parts, w.ev.Kind, w.ev.Effective, w.ev.Decision, w.ev.Note})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(all)
	e.Mark = hex.EncodeToString(sum[:16])
	switch {
	case w.act.Try != nil:
		*w.act.Try = *e
		return errTried
	case e.Mark != w.act.Seen:
		return fault.E(w.op, fault.Stale, "unit.act_changed")
	}
	return nil
}

// Recorded returns the unit that a decision with a request key was recorded for, in the province of a unit the actor may read;
// 0 when no decision had the key.
func (s *Service) Recorded(ctx context.Context, who access.Actor, at id.ID, key string) (id.ID, error) {
	var done id.ID
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(at)
		if err != nil {
			return err
		}
		if err := who.Must(access.Read, u); err != nil {
			return err
		}
		if done, err = tx.OnceObject(u.Province(), key); err != nil || done == 0 {
			return err
		}
		if u, err = tx.Unit(done); fault.Is(err, fault.NotFound) || err == nil && !who.Can(access.Read, u) {
			done, err = 0, nil
		}
		return err
	})
	return done, err
}
