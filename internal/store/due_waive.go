package store

import (
	"errors"
	"fmt"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
)

// Waiver is why somebody was let off an obligation (miễn): the decision, and its reason.
type Waiver struct {
	Reason string   `json:"r"`
	No     string   `json:"n,omitempty"` // of the paper behind it
	Dated  day.Date `json:"d,omitempty"`
	Back   string   `json:"b,omitempty"` // why it was taken back
	By     string   `json:"-"`
	At     int64    `json:"-"` // unix ms
}

func waiverPlace(p id.ID, k deadline.Key) string {
	return fmt.Sprintf("obligation_waiver|%d|%d|%s|%s|%d", p.Province(), int64(p), k.Clock, k.Ref, int64(k.Dossier))
}

// PutWaiver keeps why an obligation was waived. A later waiver replaces an earlier one of the same period.
func (tx *Tx) PutWaiver(p id.ID, k deadline.Key, w Waiver) error {
	box, err := tx.sealOwnJSON(p, waiverPlace(p, k), w)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO obligation_waiver (province_id, person_id, clock, ref, dossier_id, at, by_name, sealed, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (province_id, person_id, clock, ref, dossier_id) DO UPDATE SET at = excluded.at, by_name = excluded.by_name, sealed = excluded.sealed, audit_id = excluded.audit_id`,
		p.Province(), int64(p), k.Clock, k.Ref, int64(k.Dossier), tx.Now, w.By, box, int64(tx.audit))
	return err
}

// WaiverOf returns why an obligation was waived; the caller has asked access. Without one it is zero.
func (tx *Tx) WaiverOf(p id.ID, k deadline.Key) (Waiver, error) {
	var w Waiver
	var box []byte
	err := tx.Row(tx.ctx, `SELECT at, by_name, sealed FROM obligation_waiver
		WHERE province_id = $1 AND person_id = $2 AND clock = $3 AND ref = $4 AND dossier_id = $5`,
		[]any{p.Province(), int64(p), k.Clock, k.Ref, int64(k.Dossier)}, &w.At, &w.By, &box)
	if errors.Is(err, db.ErrNoRows) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	o, err := tx.own(p)
	if err != nil {
		return w, err
	}
	return w, openOwnJSON(o, waiverPlace(p, k), box, &w)
}
