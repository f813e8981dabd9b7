package documents

import (
	"bytes"
	"context"
	"crypto/sha256"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/document"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Attach keeps a file beside a document: the same switch, kinds, sizes and sealing as copies of papers of a dossier.
func (s *Service) Attach(ctx context.Context, who access.Actor, doc id.ID, name string, data []byte) (document.Attachment, error) {
	const op = "documents.Attach"
	media, err := dossier.ScanType(data)
	if err != nil {
		return document.Attachment{}, err
	}
	name = scans.FileName(name)
	if vi.SecretMark(name) != "" {
		return document.Attachment{}, fault.E(op, fault.Invalid, "secret.refused").Field("file", "secret.refused")
	}
	sum := sha256.Sum256(data)
	a := document.Attachment{Document: doc, Name: name, Type: media, Size: len(data), Sum: sum[:], By: who.Name}
	err = s.st.Update(ctx, audit.Of(who, "document.attach", doc.Province(), doc), func(tx *store.Tx) error {
		if _, err := keep(tx, who, doc); err != nil {
			return err
		}
		if err := scans.MustKeep(tx); err != nil {
			return err
		}
		kept, err := tx.Attachments(doc)
		if err != nil {
			return err
		}
		if len(kept) >= document.MaxAttachments {
			return fault.E(op, fault.Conflict, "document.files_many", document.MaxAttachments).Field("file", "document.files_many", document.MaxAttachments)
		}
		for _, k := range kept {
			if bytes.Equal(k.Sum, a.Sum) {
				return fault.E(op, fault.Conflict, "scan.twice", k.Name).Field("file", "scan.twice", k.Name)
			}
		}
		if err := tx.AddAttachment(&a, data); err != nil {
			return err
		}
		tx.Did(doc, a.ID.String())
		return nil
	})
	return a, err
}

// Attachment opens a file of a document for whoever may read the document. It is noted who did.
func (s *Service) Attachment(ctx context.Context, who access.Actor, doc, file id.ID) (a document.Attachment, data []byte, err error) {
	err = s.st.Update(ctx, audit.Of(who, "document.file", doc.Province(), doc).With(file.String()), func(tx *store.Tx) error {
		if _, _, err := open(tx, who, doc); err != nil {
			return err
		}
		if a, err = attached(tx, doc, file); err != nil {
			return err
		}
		data, err = tx.AttachmentBody(file)
		return err
	})
	return a, data, err
}

// Detach takes a file away, for a reason.
func (s *Service) Detach(ctx context.Context, who access.Actor, doc, file id.ID, reason string) error {
	if reason = vi.NFC(strings.TrimSpace(reason)); len([]rune(reason)) < 3 {
		return fault.E("documents.Detach", fault.Invalid, "movement.reason_missing").Field("reason", "movement.reason_missing")
	}
	return s.st.Update(ctx, audit.Of(who, "document.detach", doc.Province(), doc).With(file.String()+": "+reason), func(tx *store.Tx) error {
		if _, err := keep(tx, who, doc); err != nil {
			return err
		}
		a, err := attached(tx, doc, file)
		if err != nil {
			return err
		}
		return tx.DropAttachment(a)
	})
}

// attached finds a file among those of a document, so that no other's can be reached through it.
func attached(tx *store.Tx, doc, file id.ID) (document.Attachment, error) {
	list, err := tx.Attachments(doc)
	for _, a := range list {
		if a.ID == file {
			return a, nil
		}
	}
	if err == nil {
		err = fault.E("documents.attached", fault.NotFound, "scan.notfound")
	}
	return document.Attachment{}, err
}
