package dossiers

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
	"ketnap/internal/store"
)

// LocalTry says whom an addition of a committee would touch today. Nothing is stored by trying.
type LocalTry struct {
	rules.Written
	Live  int  // live dossiers of the subtree that were looked at
	About int  // of them: it concerns these, their step is still ahead
	Fail  int  // of those: it does not hold today
	More  bool // there are more live dossiers than were looked at
}

// tryAtMost is how many dossiers a trial looks at: a limit of this program, more than a large commune has.
const tryAtMost = 1000

// TryLocal holds an addition against the live dossiers of the subtree it would hold for.
func (s *Service) TryLocal(ctx context.Context, who access.Actor, f rules.LocalForm) (LocalTry, error) {
	var t LocalTry
	err := s.st.View(ctx, func(tx *store.Tx) error {
		t = LocalTry{}
		var err error
		if t.Written, err = rules.WriteLocal(tx, who, f); err != nil {
			return err
		}
		scope, err := who.Over(t.Unit)
		if err != nil {
			return err
		}
		page, err := tx.DossierList(scope, store.DossierFilter{}, "", tryAtMost)
		if err != nil {
			return err
		}
		t.More = page.Next != ""
		for i := range page.Rows {
			if err := t.look(tx, who, page.Rows[i].Dossier.Person); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

// look holds the addition against one dossier.
func (t *LocalTry) look(tx *store.Tx, who access.Actor, i id.ID) error {
	w, err := load(tx, who, access.Read, i)
	if err != nil {
		return err
	}
	t.Live++
	step := dossier.Step(t.Form.Step)
	if w.d.Has(step) {
		return nil // behind it
	}
	if err := w.choose(tx.Today); err != nil {
		return err
	}
	facts, err := w.facts(&dossier.Act{Step: step, On: tx.Today}, 0)
	if err != nil {
		return err
	}
	if t.Form.Paper {
		papers, err := t.Pack.Needed(facts)
		for _, x := range papers {
			if x.Key == t.Key {
				t.About++
				t.Fail++ // nobody has it yet
			}
		}
		return err
	}
	found, err := t.Pack.Examine(facts)
	for _, x := range found {
		if x.Check != t.Key {
			continue
		}
		t.About++
		if x.Level != rule.Pass {
			t.Fail++
		}
	}
	return err
}
