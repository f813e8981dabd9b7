package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// file is a PDF as it is written: numbered objects, then where each begins.
type file struct {
	bytes.Buffer
	at []int // by number, from 1
}

// next is the number of the next object.
func (w *file) next() int { return len(w.at) + 1 }

// put writes an object and returns its number.
func (w *file) put(body string) int {
	w.at = append(w.at, w.Len())
	_, _ = fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", len(w.at), body)
	return len(w.at)
}

// stream writes an object of compressed bytes.
func (w *file) stream(dict string, data []byte) (int, error) {
	var z bytes.Buffer
	c := zlib.NewWriter(&z)
	if _, err := c.Write(data); err != nil {
		return 0, err
	}
	if err := c.Close(); err != nil {
		return 0, err
	}
	return w.put(fmt.Sprintf("<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", dict, z.Len(), z.String())), nil
}

// Bytes ends the document and returns the file; it is called once. The same document is the same bytes.
func (d *Doc) Bytes() ([]byte, error) {
	for n, p := range d.pages {
		foot := fmt.Sprintf("%d/%d", n+1, len(d.pages))
		at := d.pages
		d.pages = []*bytes.Buffer{p}
		d.text(d.regular, foot, 9, pageWidth-margin-d.regular.width(foot, 9), margin/2)
		d.pages = at
	}
	w := &file{}
	w.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	regular, err := w.font(d.regular, "LiberationSerif")
	if err != nil {
		return nil, err
	}
	bold, err := w.font(d.bold, "LiberationSerif-Bold")
	if err != nil {
		return nil, err
	}
	var contents []int
	for _, p := range d.pages {
		n, err := w.stream("", p.Bytes())
		if err != nil {
			return nil, err
		}
		contents = append(contents, n)
	}
	parent := w.next() + len(contents)
	var kids []string
	for _, c := range contents {
		kids = append(kids, fmt.Sprintf("%d 0 R", w.put(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources << /Font << /R %d 0 R /B %d 0 R >> >> >>",
			parent, pageWidth, pageHeight, c, regular, bold))))
	}
	w.put(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(kids), strings.Join(kids, " ")))
	root := w.put(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> >>", parent, d.lang))
	info := w.put(fmt.Sprintf("<< /Title %s >>", wide(d.title)))
	start := w.Len()
	_, _ = fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", w.next())
	for _, at := range w.at {
		_, _ = fmt.Fprintf(w, "%010d 00000 n \n", at)
	}
	_, _ = fmt.Fprintf(w, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", w.next(), root, info, start)
	return w.Bytes(), nil
}

// wide is a text as a string of UTF-16.
func wide(s string) string {
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return fmt.Sprintf("<%X>", b)
}

// font writes what a font needs: outlines, measures, widths, and what its glyphs mean.
func (w *file) font(f *face, name string) (int, error) {
	outlines := f.subset()
	program, err := w.stream(fmt.Sprintf("/Length1 %d", len(outlines)), outlines)
	if err != nil {
		return 0, err
	}
	meaning, err := w.stream("", []byte(f.meaning()))
	if err != nil {
		return 0, err
	}
	name = "KETNAP+" + name
	head, hhea := f.tables["head"], f.tables["hhea"]
	m := func(v int) int { return v * 1000 / f.upem }
	measures := w.put(fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %d 0 R >>",
		name, m(i16(head, 36)), m(i16(head, 38)), m(i16(head, 40)), m(i16(head, 42)), m(i16(hhea, 4)), m(i16(hhea, 6)), m(i16(hhea, 4)), program))
	var widths strings.Builder
	for _, g := range slices.Sorted(maps.Keys(f.used)) {
		_, _ = fmt.Fprintf(&widths, "%d [%d] ", g, f.advance(g))
	}
	inside := w.put(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W [%s] >>",
		name, measures, widths.String()))
	return w.put(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, inside, meaning)), nil
}

// meaning says which character each used glyph is, so that a text can be searched and copied.
func (f *face) meaning() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	gs := slices.Sorted(maps.Keys(f.used))
	for part := range slices.Chunk(gs, 100) {
		_, _ = fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, g := range part {
			_, _ = fmt.Fprintf(&b, "<%04X> <%04X>\n", g, f.used[g])
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return b.String()
}
