package documents_test

import (
	"bytes"
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// paper is the least a PDF is made of, told apart by a mark.
func paper(mark string) []byte {
	return []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj " + mark + "\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
}

// TestAttach: a document takes files once the deployment keeps copies, only of the kinds and sizes of scans, only from who keeps the
// register; who may read the document may open them, sealed at rest, and what is refused leaves nothing.
func TestAttach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := room{documents.New(s), storetest.Grow(t, s, 38), context.Background()}
		who, below, viewer := as(access.Committee, r.tree.Root), as(access.Committee, r.tree.Communes[0]), as(access.Viewer, r.tree.Root)
		doc, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		other := resolution(r.tree.Root.ID)
		other.Document.Number, other.Document.Spread = "21-NQ/TU", false
		hidden, err := r.Add(r.ctx, who, other)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(what string, err error, kind fault.Kind, key fault.Key) {
			t.Helper()
			if fault.KindOf(err) != kind || fault.TextOf(err).Key != key {
				t.Errorf("%s: %v, want %v %s", what, err, kind, key)
			}
		}
		_, err = r.Attach(r.ctx, who, doc, "nghi-quyet.pdf", paper("a"))
		refused("while no copies are kept", err, fault.Forbidden, "scan.off")
		if err := scans.New(s).Allow(r.ctx, access.System("test"), true); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			who  access.Actor
			name string
			data []byte
			kind fault.Kind
			key  fault.Key
		}{
			"a viewer":          {viewer, "a.pdf", paper("a"), fault.Forbidden, "error.forbidden"},
			"a unit below":      {below, "a.pdf", paper("a"), fault.Forbidden, "error.forbidden"},
			"a program":         {who, "a.pdf", []byte("MZ\x90\x00"), fault.Invalid, "scan.type"},
			"a pdf that acts":   {who, "a.pdf", []byte("%PDF-1.7 /OpenAction 3 0 R %%EOF"), fault.Invalid, "scan.active"},
			"nothing":           {who, "a.pdf", nil, fault.Invalid, "scan.empty"},
			"too large":         {who, "a.pdf", append([]byte("%PDF-"), make([]byte, dossier.MaxScan)...), fault.Invalid, "scan.large"},
			"named as a secret": {who, "TUYỆT MẬT.pdf", paper("a"), fault.Invalid, "secret.refused"},
		} {
			_, err := r.Attach(r.ctx, c.who, doc, c.name, c.data)
			refused(what, err, c.kind, c.key)
		}
		if v, err := r.View(r.ctx, who, doc); err != nil || len(v.Files) != 0 {
			t.Fatalf("refused and kept: %v %v", v.Files, err)
		}
		a, err := r.Attach(r.ctx, who, doc, `C:\giay to\Nghị quyết 20.pdf`, paper("a"))
		if err != nil || a.Name != "Nghị quyết 20.pdf" || a.Type != "application/pdf" {
			t.Fatalf("%+v %v", a, err)
		}
		_, err = r.Attach(r.ctx, who, doc, "lan nua.pdf", paper("a"))
		refused("the same twice", err, fault.Conflict, "scan.twice")
		f, data, err := r.Attachment(r.ctx, below, doc, a.ID)
		if err != nil || f.Name != a.Name || !bytes.Equal(data, paper("a")) {
			t.Fatalf("%+v %d bytes %v", f, len(data), err)
		}
		_, _, err = r.Attachment(r.ctx, below, hidden, a.ID)
		refused("through a document that was not spread", err, fault.NotFound, "document.notfound")
		_, _, err = r.Attachment(r.ctx, who, hidden, a.ID)
		refused("through another document", err, fault.NotFound, "scan.notfound")
		refused("taken away by a unit below", r.Detach(r.ctx, below, doc, a.ID, "nhầm tệp"), fault.Forbidden, "error.forbidden")
		refused("taken away without a reason", r.Detach(r.ctx, who, doc, a.ID, " "), fault.Invalid, "movement.reason_missing")
		fill(t, r, who, doc)
		if err := r.Detach(r.ctx, who, doc, a.ID, "nhầm tệp"); err != nil {
			t.Fatal(err)
		}
		_, _, err = r.Attachment(r.ctx, who, doc, a.ID)
		refused("after it was taken away", err, fault.NotFound, "scan.notfound")
		if err := s.View(r.ctx, func(tx *store.Tx) error {
			_, err := tx.AttachmentBody(a.ID)
			refused("its content", err, fault.NotFound, "scan.notfound")
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// fill attaches files until there is no room.
func fill(t *testing.T, r room, who access.Actor, doc id.ID) {
	t.Helper()
	for n := 1; n < document.MaxAttachments; n++ {
		if _, err := r.Attach(r.ctx, who, doc, "tep.pdf", paper(string(rune('a'+n)))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Attach(r.ctx, who, doc, "tep.pdf", paper("one more")); fault.TextOf(err).Key != "document.files_many" {
		t.Errorf("one too many: %v", err)
	}
}
