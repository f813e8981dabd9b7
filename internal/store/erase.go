package store

import (
	"errors"

	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
)

// Erased is when somebody's data was erased and why: "request" or "term".
type Erased struct {
	On    int32
	Cause string
}

// ErasedOf returns whether somebody's data was erased.
func (tx *Tx) ErasedOf(p id.ID) (Erased, bool, error) {
	var e Erased
	err := tx.Row(tx.ctx, `SELECT on_day, cause FROM person_erased WHERE province_id = $1 AND person_id = $2`, []any{p.Province(), int64(p)}, &e.On, &e.Cause)
	if errors.Is(err, db.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// Erase removes for good what is kept of somebody who is outside: name, words of search, numbers, fields, the key of what is sealed and the
// values themselves, copies of papers, files and rows of imports. What the ledger says stays: a place, days and groups without a name.
func (tx *Tx) Erase(p *person.Person, cause string) error {
	const op = "store.Erase"
	if !p.Place.Out() {
		return fault.E(op, fault.Conflict, "erase.in_place")
	}
	live, err := tx.HasLiveDossier(p.ID)
	if err == nil && live {
		err = fault.E(op, fault.Conflict, "erase.live")
	}
	if err != nil {
		return err
	}
	n, err := tx.Exec(tx.ctx, `INSERT INTO person_erased (province_id, person_id, on_day, cause, audit_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (province_id, person_id) DO NOTHING`,
		p.ID.Province(), int64(p.ID), int32(tx.Today), cause, int64(tx.audit))
	if err == nil && n == 0 {
		err = fault.E(op, fault.Conflict, "erase.done")
	}
	if err != nil {
		return err
	}
	sealed, err := tx.Sealed(p.ID)
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return tx.ReleaseKeys(p.ID, sealed) },
		func() error { return tx.eraseImports(p.ID) },
		func() error { return tx.eraseDossiers(p.ID) },
		func() error { return tx.eraseBeside(p.ID) },
		func() error { return tx.PutHold(p.ID, Hold{Since: tx.Today, Request: p.ID}) }, // nobody lifts it: see Lift
	} {
		if err := step(); err != nil {
			return err
		}
	}
	delete(tx.owns, p.ID)
	before, none := *p, person.Person{ID: p.ID, Key: p.Key, Place: p.Place, Branch: p.Branch, LastUnit: p.LastUnit, Since: p.Since, Sector: p.Sector,
		Name: person.Nobody, Void: true, Version: p.Version, BornInBatch: p.BornInBatch}
	*p = none
	return tx.PutPerson(&before, p)
}

// eraseImports removes the rows that hold somebody's values and the files these rows came from.
func (tx *Tx) eraseImports(p id.ID) error {
	var batches []id.ID
	if err := tx.Each(tx.ctx, `SELECT DISTINCT batch_id FROM batch_row WHERE province_id = $1 AND object_id = $2`, []any{p.Province(), int64(p)}, func(s db.Scanner) error {
		var b id.ID
		err := s.Scan(&b)
		batches = append(batches, b)
		return err
	}); err != nil {
		return err
	}
	for _, b := range batches {
		if err := tx.DropBatchFile(b); err != nil {
			return err
		}
	}
	_, err := tx.Exec(tx.ctx, `DELETE FROM batch_row WHERE province_id = $1 AND object_id = $2`, p.Province(), int64(p))
	return err
}

// eraseDossiers empties the acts of somebody's dossiers and removes papers and copies.
func (tx *Tx) eraseDossiers(p id.ID) error {
	ds, err := tx.DossierHeads(p)
	if err != nil {
		return err
	}
	for _, d := range ds {
		scans, err := tx.Scans(d.ID)
		if err != nil {
			return err
		}
		for _, s := range scans {
			if err := tx.DropScan(s); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(tx.ctx, `UPDATE dossier_act SET sealed = $3 WHERE province_id = $1 AND dossier_id = $2`, d.ID.Province(), int64(d.ID), []byte{}); err != nil {
			return err
		}
		if _, err := tx.Exec(tx.ctx, `DELETE FROM dossier_paper WHERE province_id = $1 AND dossier_id = $2`, d.ID.Province(), int64(d.ID)); err != nil {
			return err
		}
	}
	return nil
}

// eraseBeside empties what other tables hold of somebody, and removes the salt of their key. What they consented to stays, as proof of what was
// done with the data while it was there; where the paper lies does not.
func (tx *Tx) eraseBeside(p id.ID) error {
	if _, err := tx.Exec(tx.ctx, `UPDATE consent SET place = '' WHERE province_id = $1 AND person_id = $2`, p.Province(), int64(p)); err != nil {
		return err
	}
	cs, err := tx.Certificates(p)
	if err != nil {
		return err
	}
	for _, c := range cs { // a number may be given once: an empty one would be given twice
		if _, err := tx.Exec(tx.ctx, `UPDATE course_cert SET cert_no = '', number_key = $3 WHERE province_id = $1 AND id = $2`, c.ID.Province(), int64(c.ID), c.ID.String()); err != nil {
			return err
		}
		if _, err := tx.Exec(tx.ctx, `UPDATE course_reissue SET sealed = $3, cert_no = '', number_key = '' WHERE province_id = $1 AND cert_id = $2`, c.ID.Province(), int64(c.ID), []byte{}); err != nil {
			return err
		}
	}
	one, empty := []any{p.Province(), int64(p)}, []any{p.Province(), int64(p), []byte{}}
	for _, do := range []func() (int64, error){
		func() (int64, error) {
			return tx.Exec(tx.ctx, `DELETE FROM app_watch WHERE province_id = $1 AND person_id = $2`, one...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `UPDATE course_seat SET cert_no = '' WHERE province_id = $1 AND person_id = $2`, one...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `UPDATE handover SET sealed = $3, place = '' WHERE province_id = $1 AND person_id = $2`, empty...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `UPDATE subject_request SET sealed = $3 WHERE province_id = $1 AND person_id = $2`, empty...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `DELETE FROM obligation_waiver WHERE province_id = $1 AND person_id = $2`, one...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `DELETE FROM obligation WHERE province_id = $1 AND person_id = $2`, one...)
		},
		func() (int64, error) {
			return tx.Exec(tx.ctx, `DELETE FROM person_sealed WHERE province_id = $1 AND person_id = $2`, one...)
		},
	} {
		if _, err := do(); err != nil {
			return err
		}
	}
	return nil
}
