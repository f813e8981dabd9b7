package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a file from outside. A letter with a coat of arms has a dozen parts and some hundred
// kilobytes; the largest form seen is far below.
const (
	MaxSize     = 4 << 20  // bytes of the file
	maxUnzipped = 24 << 20 // bytes of all parts together
	maxEntries  = 300
)

// part is one file of the package.
type part struct {
	name string
	data []byte
}

// unpack reads the archive whole, within the bounds.
func unpack(data []byte) ([]part, error) {
	if len(data) > MaxSize {
		return nil, refuse("docx.too_large", MaxSize>>20)
	}
	if bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}) {
		return nil, refuse("docx.old_format")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse("docx.not_docx", err)
	}
	if len(z.File) > maxEntries {
		return nil, refuse("docx.entries", maxEntries)
	}
	var parts []part
	seen, left := map[string]bool{}, int64(maxUnzipped)
	for _, f := range z.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if strings.HasSuffix(name, "/") {
			continue
		}
		if !plain(name) || f.Flags&1 != 0 || seen[strings.ToLower(name)] {
			return nil, refuse("docx.unsafe")
		}
		seen[strings.ToLower(name)] = true
		b, err := readPart(f, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(b))
		parts = append(parts, part{name, b})
	}
	return parts, nil
}

// plain reports whether a name stays inside the package.
func plain(name string) bool {
	return name != "" && name == path.Clean(name) && !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "..") &&
		!strings.ContainsAny(name, ":\x00") && utf8.ValidString(name)
}

// readPart inflates one part, at most left bytes: what its directory entry declares is not believed.
func readPart(f *zip.File, left int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, refuse("docx.damaged", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, left+1))
	if int64(len(b)) > left {
		return nil, refuse("docx.unzipped", maxUnzipped>>20)
	}
	if err != nil {
		return nil, refuse("docx.damaged", err)
	}
	return b, nil
}

// packTime is the time of every part we write: the same document is the same file.
var packTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// pack writes the parts as an archive.
func pack(parts []part) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: packTime})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// relationship is one line of a .rels part.
type relationship struct {
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

func relationships(data []byte) ([]relationship, error) {
	var r struct {
		List []relationship `xml:"Relationship"`
	}
	if err := xml.Unmarshal(data, &r); err != nil {
		return nil, refuse("docx.damaged", err)
	}
	return r.List, nil
}

// active are the words in names of parts and types of relationships and contents that stand for
// something that runs, or that opens another program.
var active = []string{"vba", "macro", "activex", "oleobject", "embeddings/", "/package", "afchunk", "control", "attachedtoolbars"}

// inspect refuses what a letter does not need and what could do harm where it is opened.
func inspect(parts []part) error {
	for _, p := range parts {
		name := strings.ToLower(p.name)
		switch {
		case name == "[content_types].xml":
			if err := inspectTypes(p.data); err != nil {
				return err
			}
		case strings.HasSuffix(name, ".rels"):
			if err := inspectRels(p.data); err != nil {
				return err
			}
		case isActive(name):
			return refuse("docx.active", p.name)
		}
		if (strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")) && declares(p.data) {
			return refuse("docx.unsafe")
		}
	}
	return nil
}

// declares reports whether a part declares types or entities, in any encoding where letters are bytes among zeros. No letter needs that,
// and the program that opens what was filled in might fetch what is named there.
func declares(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		data = bytes.ReplaceAll(data, []byte{0}, nil)
	}
	return bytes.Contains(data, []byte("<!DOCTYPE")) || bytes.Contains(data, []byte("<!ENTITY"))
}

func isActive(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(active, func(w string) bool { return strings.Contains(s, w) })
}

func inspectRels(data []byte) error {
	rels, err := relationships(data)
	if err != nil {
		return err
	}
	for _, r := range rels {
		if strings.EqualFold(r.Mode, "External") || strings.Contains(r.Target, "://") || strings.HasPrefix(r.Target, `\\`) {
			return refuse("docx.external", clip(r.Target))
		}
		if isActive(path.Base(r.Type)) || isActive(r.Target) {
			return refuse("docx.active", clip(r.Target))
		}
	}
	return nil
}

func inspectTypes(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse("docx.damaged", err)
		}
		if e, ok := t.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if l := strings.ToLower(a.Value); a.Name.Local == "ContentType" && (strings.Contains(l, "macro") || strings.Contains(l, "vba")) {
					return refuse("docx.active", "macro")
				}
			}
		}
	}
}

// clip shortens a text from a file for a message.
func clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}
