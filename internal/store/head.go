package store

import (
	"context"
	"errors"

	"ketnap/internal/audit"
	"ketnap/internal/db"
)

// Head is how far the audit trail of a province has come: its last entry and its last seal.
type Head struct {
	Province int
	Seq      int64
	At       int64 // unix ms of the last entry
	Seal     audit.Seal
}

// Heads returns the head of each province, seals made before.
func (s *Store) Heads(ctx context.Context) (hs []Head, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		hs = nil
		ps, err := tx.auditProvinces()
		if err != nil {
			return err
		}
		for _, p := range ps {
			h := Head{Province: p}
			if h.Seq, err = tx.head(p); err != nil {
				return err
			}
			err = tx.Row(tx.ctx, `SELECT at FROM audit WHERE province_id = $1 AND seq = $2`, []any{p, h.Seq}, &h.At)
			if err != nil && !errors.Is(err, db.ErrNoRows) {
				return err
			}
			if h.Seal, err = tx.lastSeal(p); err != nil {
				return err
			}
			hs = append(hs, h)
		}
		return nil
	})
	return hs, err
}

// HasSeal reports whether the trail holds exactly this seal.
func (s *Store) HasSeal(ctx context.Context, want audit.Seal) (found bool, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		var n int64
		err := tx.Row(tx.ctx, `SELECT COUNT(*) FROM audit_seal WHERE province_id = $1 AND seq = $2 AND hash = $3 AND at = $4 AND signature = $5`,
			[]any{want.Province, want.Seq, want.Hash, want.At, want.Signature}, &n)
		found = n == 1
		return err
	})
	return found, err
}

// EntryAt returns when the first entry of a province from a number on was made, in unix ms, 0 when there is none.
func (s *Store) EntryAt(ctx context.Context, province int, seq int64) (at int64, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		return tx.Row(tx.ctx, `SELECT COALESCE(MIN(at), 0) FROM audit WHERE province_id = $1 AND seq >= $2`, []any{province, seq}, &at)
	})
	return at, err
}
