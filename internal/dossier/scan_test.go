package dossier

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"ketnap/internal/fault"
)

func pictures(t *testing.T) (jpg, pic []byte) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, img); err != nil {
		t.Fatal(err)
	}
	return j.Bytes(), p.Bytes()
}

// claims returns a PNG that says it is w × h without holding the pixels.
func claims(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// TestScanType: what a file is called and what it claims does not count.
func TestScanType(t *testing.T) {
	jpg, pic := pictures(t)
	doc := "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
	for _, c := range []struct {
		name string
		data []byte
		kind string
		key  fault.Key
	}{
		{"pdf", []byte(doc), "application/pdf", ""},
		{"jpeg", jpg, "image/jpeg", ""},
		{"png", pic, "image/png", ""},
		{"a name that begins like an active one", []byte("%PDF-1.7 /JSize 3 /AAPL %%EOF"), "application/pdf", ""},
		{"nothing", nil, "", "scan.empty"},
		{"too large", append([]byte("%PDF-"), make([]byte, MaxScan)...), "", "scan.large"},
		{"a page", []byte("<html><script>alert(1)</script>"), "", "scan.type"},
		{"a program", []byte("MZ\x90\x00"), "", "scan.type"},
		{"an archive", []byte("PK\x03\x04"), "", "scan.type"},
		{"svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "", "scan.type"},
		{"script in a pdf", []byte("%PDF-1.7 <</S/JavaScript/JS(app.alert(1))>> %%EOF"), "", "scan.active"},
		{"launching pdf", []byte("%PDF-1.7 <</S/Launch/F(cmd.exe)>> %%EOF"), "", "scan.active"},
		{"file in a pdf", []byte("%PDF-1.7 /EmbeddedFile %%EOF"), "", "scan.active"},
		{"pdf that acts when opened", []byte("%PDF-1.7 /OpenAction 3 0 R %%EOF"), "", "scan.active"},
		{"cut pdf", []byte("%PDF-1.7\n1 0 obj"), "", "scan.broken"},
		{"archive behind a pdf", []byte(doc + "PK\x03\x04"), "", "scan.broken"},
		{"cut jpeg", jpg[:len(jpg)/2], "", "scan.broken"},
		{"jpeg by its first bytes alone", []byte("\xff\xd8\xff\xe0<script>"), "", "scan.broken"},
		{"cut png", pic[:len(pic)-20], "", "scan.broken"},
		{"picture bomb", claims(100_000, 100_000), "", "scan.pixels"},
	} {
		kind, err := ScanType(c.data)
		if kind != c.kind || fault.TextOf(err).Key != c.key {
			t.Errorf("%s: %q, %v; want %q, %q", c.name, kind, err, c.kind, c.key)
		}
	}
}
