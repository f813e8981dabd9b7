package xlsx

import "strconv"

// note is a comment on a written cell; row is 1-based, col 0-based.
type note struct {
	row, col int
	text     string
}

// writeNotes writes the three parts that make notes of a sheet: the texts, the
// old drawing Excel still wants for their boxes, and the links to both.
func (w *Writer) writeNotes(n string) {
	w.file("xl/worksheets/_rels/sheet"+n+".xml.rels", xmlHead+`<Relationships `+nsRels+`>`+
		`<Relationship Id="rId1" Type="`+nsDoc+`/vmlDrawing" Target="../drawings/vmlDrawing`+n+`.vml"/>`+
		`<Relationship Id="rId2" Type="`+nsDoc+`/comments" Target="../comments`+n+`.xml"/></Relationships>`)

	w.create("xl/comments" + n + ".xml")
	w.buf = append(w.buf[:0], xmlHead+`<comments `+nsMain+`><authors><author></author></authors><commentList>`...)
	for _, c := range w.notes {
		w.buf = append(appendCol(append(w.buf, `<comment ref="`...), c.col), strconv.Itoa(c.row)...)
		w.buf = append(w.buf, `" authorId="0"><text>`...)
		w.buf = append(appendT(w.buf, cutUTF16(c.text, maxCellLen)), `</text></comment>`...)
		if len(w.buf) > flushAt {
			w.flush()
		}
	}
	w.buf = append(w.buf, `</commentList></comments>`...)
	w.flush()

	w.create("xl/drawings/vmlDrawing" + n + ".vml")
	w.buf = append(w.buf, `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">`+
		`<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`...)
	for i, c := range w.notes {
		w.buf = appendBox(w.buf, i, c)
		if len(w.buf) > flushAt {
			w.flush()
		}
	}
	w.buf = append(w.buf, `</xml>`...)
	w.flush()
}

// appendBox appends the box of one note: hidden until the pointer is over the
// cell, two columns wide and five rows high.
func appendBox(b []byte, i int, c note) []byte {
	num := strconv.Itoa
	row := c.row - 1
	return append(b, `<v:shape id="_x0000_s`+num(1025+i)+`" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
		`<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>`+
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>`+
		num(c.col+1)+`,15,`+num(max(row-1, 0))+`,10,`+num(c.col+4)+`,15,`+num(max(row-1, 0)+5)+`,4</x:Anchor>`+
		`<x:AutoFill>False</x:AutoFill><x:Row>`+num(row)+`</x:Row><x:Column>`+num(c.col)+`</x:Column></x:ClientData></v:shape>`...)
}
