package dossiers

import (
	"context"

	"ketnap/internal/access"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
)

// ChangeKind says what becomes of a requirement when a dossier moves to another pack.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Dropped ChangeKind = "dropped"
	Changed ChangeKind = "changed"
)

// Change is one requirement or date that differs between two packs for one dossier.
type Change struct {
	Kind          ChangeKind
	What          string            // document, step, check, paper, clock
	Key           string            // its code in the pack
	Text          map[string]string // by language
	Before, After string            // the value, where it changed
	Clause        string
}

// Rebase is what moving a dossier to another pack would change.
type Rebase struct {
	View    View
	From    string
	To      string
	Packs   []string // those it could move to
	Changes []Change
}

// Rebasing shows what would change for a dossier under another pack; to may be empty: only the choice.
func (s *Service) Rebasing(ctx context.Context, who access.Actor, person id.ID, to string) (Rebase, error) {
	var r Rebase
	err := s.st.View(ctx, func(tx *store.Tx) error {
		w, err := load(tx, who, access.Write, person)
		if err != nil {
			return err
		}
		if r.View, err = w.view(who); err != nil {
			return err
		}
		if !w.known || w.d.Pin() == "" {
			return fault.E("dossiers.Rebasing", fault.Conflict, "dossier.not_pinned")
		}
		r.From = w.d.Pin()
		if r.Packs, err = w.otherPacks(); err != nil || to == "" {
			return err
		}
		r.To = to
		r.Changes, err = w.compare(to)
		return err
	})
	return r, err
}

// Rebase moves a dossier to another pack.
func (s *Service) Rebase(ctx context.Context, who access.Actor, person id.ID, version int64, to, reason, key string) (Result, error) {
	f := ActForm{Person: person, Version: version, Step: dossier.Rebase, On: s.Today(), Key: key}
	f.Details.To, f.Details.Reason = to, reason
	return s.Act(ctx, who, f)
}
