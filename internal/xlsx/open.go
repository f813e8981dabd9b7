package xlsx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"
)

const sniffLen = 4096 // bytes looked at to tell what a file is

// Open opens a workbook (.xlsx, .xlsm). It reads everything but the sheets:
// their list, the formats and the shared strings. A file that is something else
// is refused with a sentence saying what it is and how to save it anew.
func Open(r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	if !isZip(head) {
		return nil, whatIs(r, size, head)
	}
	return openZip(r, size, lim)
}

// OpenAny opens a workbook or a CSV text, told apart by content, never by name;
// the name only becomes the name of the one sheet of a CSV text.
func OpenAny(name string, r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	if isZip(head) {
		return openZip(r, size, lim)
	}
	if !isText(head) {
		return nil, whatIs(r, size, head)
	}
	b, err := openCSV(r, size, lim)
	if err != nil {
		return nil, err
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name = strings.TrimSuffix(name, path.Ext(name)); name != "" && name != "." && name != "/" {
		b.sheets[0].Name = cutUTF16(strings.ToValidUTF8(name, ""), maxSheetName)
	}
	return b, nil
}

// OpenCSV opens a CSV text: UTF-8, or UTF-16 with or without a byte order mark,
// separated by comma, semicolon, tab or bar. All its cells are texts, so
// leading zeros and what looks like a date stay as they are.
func OpenCSV(r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	if isZip(head) || !isText(head) {
		return nil, whatIs(r, size, head)
	}
	return openCSV(r, size, lim)
}

func openZip(r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	lim = lim.orDefault()
	z, err := openArchive(r, size, lim)
	if err != nil {
		return nil, err
	}
	b := &Book{lim: lim, zip: z, proof: new(Proof)}
	if err := b.load(); err != nil {
		return nil, fail(err)
	}
	return b, nil
}

// readHead returns the beginning of the file.
func readHead(r io.ReaderAt, size int64) ([]byte, error) {
	if size <= 0 {
		return nil, refuse("xlsx.empty")
	}
	head := make([]byte, min(size, sniffLen))
	n, err := r.ReadAt(head, 0)
	if n < len(head) && err != nil && !errors.Is(err, io.EOF) {
		return nil, fail(err)
	}
	return head[:n], nil
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// oleMagic begins the old binary files of Office, and encrypted new ones.
const oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// isText reports whether the file may be a CSV text.
func isText(head []byte) bool {
	if utf16Order(head) != nil {
		return true
	}
	for _, magic := range []string{oleMagic, "%PDF", "{\\rtf", "GIF8", "\x89PNG", "\xFF\xD8\xFF", "Rar!", "7z\xBC\xAF"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return false
		}
	}
	return !bytes.Contains(head, []byte{0}) && !isMarkup(head)
}

// isMarkup reports whether the file is a web page or XML, which many web
// applications hand out under the name of an Excel file.
func isMarkup(head []byte) bool {
	head = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	for _, tag := range []string{"<!doctype", "<html", "<head", "<meta", "<table", "<style", "<body", "<div", "<?xml", "<!--", "<workbook"} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return true
		}
	}
	return bytes.HasPrefix(head, []byte("mime-version:"))
}

// whatIs returns the refusal of a file that is no workbook.
func whatIs(r io.ReaderAt, size int64, head []byte) error {
	switch {
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return whatOLE(r, size, head)
	case isMarkup(head):
		return refuse("xlsx.html")
	}
	return refuse("xlsx.format")
}

// whatOLE looks into the directory of an old Office container: a password makes
// Excel wrap new workbooks into one.
func whatOLE(r io.ReaderAt, size int64, head []byte) error {
	if len(head) < 512 {
		return refuse("xlsx.format")
	}
	shift := binary.LittleEndian.Uint16(head[30:])
	sector := binary.LittleEndian.Uint32(head[48:])
	if shift < 7 || shift > 16 {
		return refuse("xlsx.format")
	}
	at := (int64(sector) + 1) << shift
	if at >= size {
		return refuse("xlsx.format")
	}
	dir := make([]byte, min(size-at, 16<<10))
	if n, err := r.ReadAt(dir, at); n < len(dir) && err != nil && !errors.Is(err, io.EOF) {
		return fail(err)
	}
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(dir, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return refuse("xlsx.password")
	case has("Workbook"), has("Book"):
		return refuse("xlsx.xls")
	}
	return refuse("xlsx.format")
}
