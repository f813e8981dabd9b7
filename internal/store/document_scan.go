package store

import (
	"ketnap/internal/db"
	"ketnap/internal/document"
	"ketnap/internal/id"
)

// AddAttachment keeps a file of a document with its sealed content; id, time and audit entry are set here.
func (tx *Tx) AddAttachment(a *document.Attachment, data []byte) error {
	a.ID, a.At = tx.NewID(a.Document.Province()), tx.Now
	if _, err := tx.Exec(tx.ctx, `INSERT INTO document_scan (province_id, document_id, id, name, media, size, sum, at, made_by, audit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.Document.Province(), int64(a.Document), int64(a.ID), a.Name, a.Type, a.Size, a.Sum, a.At, a.By, int64(tx.audit)); err != nil {
		return err
	}
	return tx.putScanBody(a.ID, tx.store.ring.Seal(scanPlace("body", a.ID), data))
}

// Attachments lists the files of a document in the order they came, without their content.
func (tx *Tx) Attachments(doc id.ID) ([]document.Attachment, error) {
	var out []document.Attachment
	err := tx.Each(tx.ctx, `SELECT id, name, media, size, sum, at, made_by FROM document_scan WHERE province_id = $1 AND document_id = $2 ORDER BY id`,
		[]any{doc.Province(), int64(doc)}, func(r db.Scanner) error {
			a := document.Attachment{Document: doc}
			if err := r.Scan(&a.ID, &a.Name, &a.Type, &a.Size, &a.Sum, &a.At, &a.By); err != nil {
				return err
			}
			out = append(out, a)
			return nil
		})
	return out, err
}

// DropAttachment takes a file away, content and all.
func (tx *Tx) DropAttachment(a document.Attachment) error {
	if err := tx.dropScanBody(a.ID); err != nil {
		return err
	}
	_, err := tx.Exec(tx.ctx, `DELETE FROM document_scan WHERE province_id = $1 AND document_id = $2 AND id = $3`, a.ID.Province(), int64(a.Document), int64(a.ID))
	return err
}
