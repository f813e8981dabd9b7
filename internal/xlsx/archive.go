package xlsx

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"

	"ketnap/internal/fault"
)

// Bounds of the archive itself. Real workbooks have a dozen parts, large ones
// with many sheets and pictures a few hundred.
const (
	maxEntries   = 2_000
	maxDirectory = 640 << 10 // bytes read to list the archive
	ratioFree    = 8 << 20   // a part may inflate so far whatever its ratio
	maxRatio     = 200       // inflated : stored; sheets of blank styled cells reach 60
)

// archive is a zip file of which no byte is believed.
type archive struct {
	lim   Limits
	parts map[string]*part // by lower-cased name, which is how parts are named
	used  int64            // bytes inflated so far
}

// part is one entry of the archive.
type part struct {
	file *zip.File
	read int64 // most bytes inflated in one go; counted once in archive.used
}

// openArchive lists the archive and refuses it when its own directory already
// shows what it is.
func openArchive(r io.ReaderAt, size int64, lim Limits) (*archive, error) {
	dir := &budget{r: r, left: maxDirectory}
	z, err := zip.NewReader(dir, size)
	if dir.over {
		return nil, refuse("xlsx.entries", maxEntries)
	}
	dir.left = -1
	if err != nil {
		return nil, fail(err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	if len(z.File) > maxEntries {
		return nil, refuse("xlsx.entries", maxEntries)
	}
	a := &archive{lim: lim, parts: make(map[string]*part, len(z.File))}
	var total uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if !honest(name, f) || a.parts[name] != nil {
			return nil, refuse("xlsx.unsafe")
		}
		if total += f.UncompressedSize64; total > uint64(lim.Unzipped) || f.UncompressedSize64 > uint64(lim.Unzipped) {
			return nil, refuse("xlsx.size", lim.Unzipped>>20)
		}
		if tooDense(int64(f.UncompressedSize64), int64(f.CompressedSize64)) {
			return nil, refuse("xlsx.bomb")
		}
		a.parts[name] = &part{file: f}
	}
	return a, overlap(z.File, size)
}

// honest reports whether the directory entry can be true: a plain relative
// name, a known method, not encrypted, and no more stored bytes than the
// declared length can need. The last catches an entry that declares little to
// hide much.
func honest(name string, f *zip.File) bool {
	if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") || strings.ContainsAny(name, ":\x00") {
		return false
	}
	if f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0 {
		return false
	}
	return f.CompressedSize64 <= f.UncompressedSize64+f.UncompressedSize64/1000+1024
}

// tooDense reports whether so many bytes out of so few are a bomb.
func tooDense(inflated, stored int64) bool {
	return inflated > ratioFree && inflated/maxRatio > stored
}

// overlap refuses archives whose entries share bytes: the way to make one
// stored part count thousands of times.
func overlap(files []*zip.File, size int64) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		at, err := f.DataOffset()
		if err != nil {
			return fail(err)
		}
		n := int64(f.CompressedSize64)
		if n < 0 || at+n < at || at+n > size {
			return fail(io.ErrUnexpectedEOF)
		}
		spans = append(spans, span{at, at + n})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		// Behind an entry stands at least the 30 byte header of the next.
		if spans[i].from < spans[i-1].to+30 {
			return refuse("xlsx.unsafe")
		}
	}
	return nil
}

// has reports whether there is a part of that name.
func (a *archive) has(name string) bool { return a.parts[strings.ToLower(name)] != nil }

// open starts reading a part; the reader ends with an error as soon as a limit
// is passed. A missing part is errNoPart.
func (a *archive) open(name string) (*partReader, error) {
	p := a.parts[strings.ToLower(name)]
	if p == nil {
		return nil, errNoPart
	}
	rc, err := p.file.Open()
	if err != nil {
		return nil, err
	}
	return &partReader{a: a, p: p, rc: rc}, nil
}

var errNoPart = errors.New("xlsx: part is missing")

// partReader inflates one part and counts.
type partReader struct {
	a  *archive
	p  *part
	rc io.ReadCloser
	n  int64
}

// Read implements io.Reader.
func (r *partReader) Read(b []byte) (int, error) {
	n, err := r.rc.Read(b)
	r.n += int64(n)
	if r.n > r.p.read {
		r.a.used += r.n - r.p.read
		r.p.read = r.n
		if r.a.used > r.a.lim.Unzipped {
			return 0, refuse("xlsx.size", r.a.lim.Unzipped>>20)
		}
		if tooDense(r.n, int64(r.p.file.CompressedSize64)) {
			return 0, refuse("xlsx.bomb")
		}
	}
	return n, err
}

// Close implements io.Closer.
func (r *partReader) Close() error { return r.rc.Close() }

// budget passes reads through until left bytes are spent; left < 0 is no bound.
type budget struct {
	r    io.ReaderAt
	left int64
	over bool
}

var errBudget = errors.New("xlsx: directory of the archive too long")

// ReadAt implements io.ReaderAt.
func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, zip.ErrFormat // the archive says so; not every reader takes it well
	}
	if b.left >= 0 {
		if b.left -= int64(len(p)); b.left < 0 {
			b.left, b.over = 0, true
			return 0, errBudget
		}
	}
	return b.r.ReadAt(p, off)
}

// refuse makes the error of a file that cannot be accepted.
func refuse(key fault.Key, args ...any) error {
	return fault.E("xlsx.Book", fault.Invalid, key, args...)
}
