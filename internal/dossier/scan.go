package dossier

import (
	"bytes"
	"image/jpeg"
	"image/png"

	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Scan is a copy of a paper of a dossier kept as a file (bản chụp). Its content is sealed at rest.
type Scan struct {
	ID      id.ID
	Dossier id.ID
	Paper   string // code of the paper in the pack
	Name    string // of the file as it was sent
	Type    string // media type found in the content, never the one that was claimed
	Size    int
	Sum     []byte // SHA-256 of the content
	At      int64  // unix ms
	By      string
}

// Limits of a scan: of this program, not of a regulation.
const (
	MaxScan       = 5 << 20 // bytes
	MaxScanPixels = 50_000_000
)

// active are the names by which a PDF carries what acts by itself or hides other files.
var active = [][]byte{[]byte("/JavaScript"), []byte("/JS"), []byte("/Launch"), []byte("/EmbeddedFile"), []byte("/RichMedia"), []byte("/XFA"), []byte("/OpenAction"), []byte("/AA")}

// ScanType finds what a file is by its content: a PDF without active parts, a JPEG or a PNG picture that
// can be drawn. Anything else is refused, whatever it is called.
func ScanType(data []byte) (string, error) {
	const op = "dossier.ScanType"
	switch {
	case len(data) == 0:
		return "", fault.E(op, fault.Invalid, "scan.empty").Field("file", "scan.empty")
	case len(data) > MaxScan:
		return "", fault.E(op, fault.Invalid, "scan.large", MaxScan>>20).Field("file", "scan.large", MaxScan>>20)
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return pdf(data)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return picture(data, "image/jpeg")
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return picture(data, "image/png")
	}
	return "", fault.E(op, fault.Invalid, "scan.type").Field("file", "scan.type")
}

func pdf(data []byte) (string, error) {
	const op = "dossier.pdf"
	end := bytes.LastIndex(data, []byte("%%EOF"))
	if end < 0 || len(bytes.Trim(data[end+len("%%EOF"):], "\r\n \x00")) > 0 {
		return "", fault.E(op, fault.Invalid, "scan.broken").Field("file", "scan.broken")
	}
	for _, name := range active {
		for rest := data; ; {
			i := bytes.Index(rest, name)
			if i < 0 {
				break
			}
			rest = rest[i+len(name):]
			if len(rest) == 0 || !letter(rest[0]) {
				return "", fault.E(op, fault.Invalid, "scan.active").Field("file", "scan.active")
			}
		}
	}
	return "application/pdf", nil
}

// letter reports whether a name of a PDF goes on with b, so that it is another name.
func letter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

func picture(data []byte, kind string) (string, error) {
	const op = "dossier.picture"
	broken := fault.E(op, fault.Invalid, "scan.broken").Field("file", "scan.broken")
	decode := jpeg.Decode
	config := jpeg.DecodeConfig
	if kind == "image/png" {
		decode, config = png.Decode, png.DecodeConfig
	}
	c, err := config(bytes.NewReader(data))
	if err != nil || c.Width < 1 || c.Height < 1 {
		return "", broken
	}
	if c.Width > MaxScanPixels/c.Height {
		return "", fault.E(op, fault.Invalid, "scan.pixels").Field("file", "scan.pixels")
	}
	if _, err := decode(bytes.NewReader(data)); err != nil {
		return "", broken
	}
	return kind, nil
}
