package dossiers

import (
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/rule"
	"ketnap/internal/store"
)

// rules is what this service asks of a rule pack.
type rules interface {
	Ref() string
	Way(rule.Facts) ([]dossier.Step, error)
	Examine(rule.Facts) ([]rule.Finding, error)
	CertExpires(issued day.Date) day.Date
}

// packOf finds the pack of a dossier: the one it is pinned to, else the one in force on the day.
func packOf(tx *store.Tx, _ id.ID, pinned string, on day.Date) (rules, error) {
	return plain{}, nil
}

// plain is no pack: every step applies.
type plain struct{}

func (plain) Ref() string                                { return "" }
func (plain) Way(rule.Facts) ([]dossier.Step, error)     { return dossier.Steps(), nil }
func (plain) Examine(rule.Facts) ([]rule.Finding, error) { return nil, nil }
func (plain) CertExpires(issued day.Date) day.Date       { return 0 }

// needed lists the papers the pack asks for.
func (w *world) needed() ([]PaperLine, error) { return nil, nil }

// Count says how the figures of a vote are counted under the pack; ok is false when it asks for no share.
func (v View) Count(dossier.Step, dossier.Vote) (c Count, ok bool) { return c, false }

// otherPacks lists the packs a dossier could move to.
func (w *world) otherPacks() ([]string, error) { return nil, nil }

// compare says what differs between the pack of the dossier and another for it.
func (w *world) compare(string) ([]Change, error) { return nil, nil }
