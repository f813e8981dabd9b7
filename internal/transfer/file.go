package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

const (
	partSize = 1 << 20
	// MaxFile is the largest file that is taken.
	MaxFile = 64 << 20
)

// Upload stores a file for an import of a kind at a unit. The file is opened once, so that something
// that is no table, or is built to do harm, is refused before it is kept.
func (s *Service) Upload(ctx context.Context, who access.Actor, unit id.ID, k batch.Kind, name string, r io.ReaderAt, size int64) (batch.Batch, error) {
	const op = "transfer.Upload"
	if !k.Valid() {
		return batch.Batch{}, fault.E(op, fault.Invalid, "import.kind_unknown").Field("kind", "import.kind_unknown")
	}
	if size > MaxFile {
		return batch.Batch{}, fault.E(op, fault.Invalid, "import.too_large", MaxFile>>20).Field("file", "import.too_large", MaxFile>>20)
	}
	if err := s.mayUpload(ctx, who, unit); err != nil {
		return batch.Batch{}, err
	}
	book, err := xlsx.OpenAny(name, r, size, xlsx.Default)
	if err != nil {
		return batch.Batch{}, err
	}
	if err := s.noSecrets(ctx, who, unit, name, book); err != nil {
		return batch.Batch{}, err
	}
	b := batch.Batch{ID: s.st.NewID(unit.Province()), Unit: unit, Kind: k, State: batch.Uploaded, File: tidyName(name), By: who.User, ByName: who.Name,
		Options: batch.Options{Size: size}}
	err = s.st.Update(ctx, audit.Of(who, "import.upload", b.Province(), b.ID).With(string(k)), func(tx *store.Tx) error {
		if err := tx.AddBatch(&b); err != nil {
			return err
		}
		return storeParts(tx, b.ID, r, size)
	})
	if err == nil {
		s.proofs.Put(b.ID, book.Proof(), book.Proof().Weight()) // noSecrets looked into every sheet
	}
	return b, err
}

func (s *Service) mayUpload(ctx context.Context, who access.Actor, unit id.ID) error {
	return s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Import, u); err != nil {
			return err
		}
		if u.ID == 0 {
			return fault.E("transfer.Upload", fault.Invalid, "import.unit_missing").Field("unit", "import.unit_missing")
		}
		return nil
	})
}

func storeParts(tx *store.Tx, b id.ID, r io.ReaderAt, size int64) error {
	buf := make([]byte, partSize)
	for part := 0; int64(part)*partSize < size; part++ {
		n, err := r.ReadAt(buf[:min(partSize, size-int64(part)*partSize)], int64(part)*partSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return fault.E("transfer.Upload", fault.Unavailable, "xlsx.read", err)
		}
		if err := tx.AddBatchPart(b, part, buf[:n]); err != nil {
			return err
		}
	}
	return nil
}

// tidyName keeps the last part of a path people may send as file name.
func tidyName(name string) string {
	name = vi.NFC(path.Base(strings.ReplaceAll(name, `\`, "/")))
	for utf8.RuneCountInString(name) > 120 {
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:]
	}
	return name
}

// sealedFile reads the stored parts of a file as one. It keeps the parts read last, because a
// workbook is read forwards at two places at most.
type sealedFile struct {
	ctx   context.Context
	st    *store.Store
	id    id.ID
	size  int64
	parts []part
}

type part struct {
	no   int
	data []byte
}

const keptParts = 3

// ReadAt implements io.ReaderAt.
func (f *sealedFile) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		if off >= f.size {
			return n, io.EOF
		}
		data, err := f.part(int(off / partSize))
		if err != nil {
			return n, err
		}
		at := int(off % partSize)
		if at >= len(data) {
			return n, io.ErrUnexpectedEOF
		}
		k := copy(p[n:], data[at:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

func (f *sealedFile) part(no int) ([]byte, error) {
	for i, p := range f.parts {
		if p.no == no {
			copy(f.parts[1:i+1], f.parts[:i])
			f.parts[0] = p
			return p.data, nil
		}
	}
	var data []byte
	err := f.st.View(f.ctx, func(tx *store.Tx) error {
		var err error
		data, err = tx.BatchPart(f.id, no)
		return err
	})
	if err != nil {
		return nil, err
	}
	f.parts = append([]part{{no, data}}, f.parts[:min(len(f.parts), keptParts-1)]...)
	return data, nil
}

// open opens the stored file of an import. The reader belongs to one goroutine at a time.
func (s *Service) open(ctx context.Context, b batch.Batch) (*xlsx.Book, error) {
	f := &sealedFile{ctx: ctx, st: s.st, id: b.ID, size: b.Options.Size}
	book, err := xlsx.OpenAny(b.File, f, f.size, xlsx.Default)
	if err != nil {
		return nil, err
	}
	if p, ok := s.proofs.Get(b.ID); ok {
		book.Trust(p)
	}
	return book, nil
}

// UploadBytes is Upload of a file held in memory.
func (s *Service) UploadBytes(ctx context.Context, who access.Actor, u org.Unit, k batch.Kind, name string, data []byte) (batch.Batch, error) {
	return s.Upload(ctx, who, u.ID, k, name, bytes.NewReader(data), int64(len(data)))
}
