package store

import (
	"errors"
	"fmt"

	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

func scanPlace(part string, s id.ID) string {
	return fmt.Sprintf("dossier_scan.%s|%d|%d", part, s.Province(), int64(s))
}

// AddScan keeps a copy of a paper with its sealed content; id, time and audit entry are set here.
func (tx *Tx) AddScan(s *dossier.Scan, data []byte) error {
	s.ID, s.At = tx.NewID(s.Dossier.Province()), tx.Now
	who, err := tx.personOf(s.Dossier)
	if err != nil {
		return err
	}
	name, err := tx.sealOwn(who, scanPlace("name", s.ID), []byte(s.Name))
	if err != nil {
		return err
	}
	body, err := tx.sealOwn(who, scanPlace("body", s.ID), data)
	if err != nil {
		return err
	}
	_, err = tx.Exec(tx.ctx, `INSERT INTO dossier_scan (province_id, dossier_id, id, paper, name_sealed, media, size, sum, at, made_by, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.Dossier.Province(), int64(s.Dossier), int64(s.ID), s.Paper, name, s.Type, s.Size, s.Sum, s.At, s.By, int64(tx.audit))
	if err != nil {
		return err
	}
	return tx.putScanBody(s.ID, body)
}

// putScanBody keeps the content of a copy, of a paper of a dossier or of a document, sealed.
func (tx *Tx) putScanBody(s id.ID, box []byte) error {
	_, err := tx.Exec(tx.ctx, `INSERT INTO dossier_scan_body (province_id, scan_id, sealed) VALUES ($1, $2, $3)`,
		s.Province(), int64(s), box)
	return err
}

// dropScanBody removes the content of a copy.
func (tx *Tx) dropScanBody(s id.ID) error {
	_, err := tx.Exec(tx.ctx, `DELETE FROM dossier_scan_body WHERE province_id = $1 AND scan_id = $2`, s.Province(), int64(s))
	return err
}

// Scans lists the copies of papers of a dossier in the order they came, without their content.
func (tx *Tx) Scans(d id.ID) ([]dossier.Scan, error) {
	var out []dossier.Scan
	who, err := tx.personOf(d)
	if err != nil {
		return nil, err
	}
	own, err := tx.own(who)
	if err != nil {
		return nil, err
	}
	err = tx.Each(tx.ctx, `SELECT id, paper, name_sealed, media, size, sum, at, made_by FROM dossier_scan WHERE province_id = $1 AND dossier_id = $2 ORDER BY id`,
		[]any{d.Province(), int64(d)}, func(r db.Scanner) error {
			s := dossier.Scan{Dossier: d}
			var box []byte
			if err := r.Scan(&s.ID, &s.Paper, &box, &s.Type, &s.Size, &s.Sum, &s.At, &s.By); err != nil {
				return err
			}
			name, err := openOwn(own, scanPlace("name", s.ID), box)
			s.Name = string(name)
			out = append(out, s)
			return err
		})
	return out, err
}

// ScanBody opens the content of a copy; the caller has asked access and logs it.
func (tx *Tx) ScanBody(s dossier.Scan) ([]byte, error) {
	who, err := tx.personOf(s.Dossier)
	if err != nil {
		return nil, err
	}
	own, err := tx.own(who)
	if err != nil {
		return nil, err
	}
	box, err := tx.scanBox(s.ID)
	if err != nil {
		return nil, err
	}
	if gone(own, box) {
		return nil, fault.E("store.ScanBody", fault.NotFound, "scan.notfound")
	}
	return own.Open(scanPlace("body", s.ID), box)
}

// AttachmentBody opens the content of a file of a document, which belongs to nobody; the caller has asked access and logs it.
func (tx *Tx) AttachmentBody(a id.ID) ([]byte, error) {
	box, err := tx.scanBox(a)
	if err != nil {
		return nil, err
	}
	return tx.store.ring.Open(scanPlace("body", a), box)
}

func (tx *Tx) scanBox(s id.ID) ([]byte, error) {
	var box []byte
	err := tx.Row(tx.ctx, `SELECT sealed FROM dossier_scan_body WHERE province_id = $1 AND scan_id = $2`, []any{s.Province(), int64(s)}, &box)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.E("store.ScanBody", fault.NotFound, "scan.notfound")
	}
	return box, err
}

// DropScan takes a copy away, content and all: a wrong page must not stay.
func (tx *Tx) DropScan(s dossier.Scan) error {
	if err := tx.dropScanBody(s.ID); err != nil {
		return err
	}
	_, err := tx.Exec(tx.ctx, `DELETE FROM dossier_scan WHERE province_id = $1 AND dossier_id = $2 AND id = $3`, s.ID.Province(), int64(s.Dossier), int64(s.ID))
	return err
}
