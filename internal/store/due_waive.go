package store

import (
	"fmt"

	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/deadline"
	"ketnap/internal/id"
)

// Waiver is why somebody was let off an obligation (miễn): the decision, its reason, and why it was taken back if it was.
type Waiver struct {
	Reason string   `json:"r"`
	No     string   `json:"n,omitempty"` // of the paper behind it
	Dated  day.Date `json:"d,omitempty"`
	Back   string   `json:"b,omitempty"`  // why it was taken back
	BackBy string   `json:"bb,omitempty"` // who did
	BackAt int64    `json:"ba,omitempty"` // unix ms
	By     string   `json:"-"`
	At     int64    `json:"-"` // unix ms; set when it is kept the first time
}

func waiverPlace(p id.ID, k deadline.Key) string {
	return fmt.Sprintf("obligation_waiver|%d|%d|%s|%s|%d", p.Province(), int64(p), k.Clock, k.Ref, int64(k.Dossier))
}

// PutWaiver keeps why an obligation was waived. A later waiver replaces an earlier one of the same period.
func (tx *Tx) PutWaiver(p id.ID, k deadline.Key, w Waiver) error {
	if w.At == 0 {
		w.At = tx.Now
	}
	box, err := tx.sealOwnJSON(p, waiverPlace(p, k), w)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO obligation_waiver (province_id, person_id, clock, ref, dossier_id, at, by_name, sealed, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (province_id, person_id, clock, ref, dossier_id) DO UPDATE SET at = excluded.at, by_name = excluded.by_name, sealed = excluded.sealed, audit_id = excluded.audit_id`,
		p.Province(), int64(p), k.Clock, k.Ref, int64(k.Dossier), w.At, w.By, box, int64(tx.audit))
	return err
}

// WaiversOf returns why obligations of a person were waived, also those that are due again; the caller has asked access.
func (tx *Tx) WaiversOf(p id.ID) (map[deadline.Key]Waiver, error) {
	out, boxes := map[deadline.Key]Waiver{}, map[deadline.Key][]byte{}
	err := tx.Each(tx.ctx, `SELECT clock, ref, dossier_id, at, by_name, sealed FROM obligation_waiver WHERE province_id = $1 AND person_id = $2`,
		[]any{p.Province(), int64(p)}, func(r db.Scanner) error {
			var k deadline.Key
			var w Waiver
			var dossier int64
			var box []byte
			err := r.Scan(&k.Clock, &k.Ref, &dossier, &w.At, &w.By, &box)
			k.Dossier = id.ID(dossier)
			out[k], boxes[k] = w, box
			return err
		})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	o, err := tx.own(p)
	for k, w := range out {
		if err == nil {
			err = openOwnJSON(o, waiverPlace(p, k), boxes[k], &w)
		}
		out[k] = w
	}
	return out, err
}
