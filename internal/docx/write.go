package docx

import (
	"fmt"
	"strings"
)

// Measures of a page in twentieths of a point: A4 with the margins of party papers, 30 mm at the left for
// binding, 20 mm elsewhere.
const (
	pageWide, pageHigh = 11906, 16838
	leftEdge, edge     = 1701, 1134
	textWide           = pageWide - leftEdge - edge
	indent             = 567 // first line of a paragraph: 1 cm
	fontSize           = 14  // points
)

// align is how the lines of a paragraph stand.
type align byte

const (
	justified align = 'j'
	left      align = 'l'
	centred   align = 'c'
	right     align = 'r'
)

// para is one paragraph of a description.
type para struct {
	align    align
	size     int  // points, 0 the size of the document
	flush    bool // no indent of the first line
	tight    bool // no space behind
	spaced   bool // more space before
	together bool // stays on the page of the next
	text     string
}

// table is a table with or without lines. Shares are the widths of its columns.
type table struct {
	shares []int
	lines  bool
	head   int // rows repeated on each page
	rows   [][][]block
}

// block is a paragraph, a table or a page break.
type block struct {
	para  *para
	table *table
	page  bool
}

// sheet writes the document part.
type sheet struct{ b strings.Builder }

func (s *sheet) blocks(bs []block, wide int) {
	for _, x := range bs {
		switch {
		case x.page:
			s.b.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
		case x.table != nil:
			s.table(x.table, wide)
		default:
			s.para(*x.para, wide)
		}
	}
}

var justification = map[align]string{justified: "both", left: "left", centred: "center", right: "right"}

// para writes a paragraph. Left and justified ones get a tab stop with dots at the right margin, where
// the lines to be filled in by hand end.
func (s *sheet) para(p para, wide int) {
	s.b.WriteString(`<w:p><w:pPr>`)
	if p.together {
		s.b.WriteString(`<w:keepNext/>`)
	}
	ruled := p.align == left || p.align == justified
	if ruled {
		fmt.Fprintf(&s.b, `<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs>`, wide)
	}
	before, after := 0, 80
	if p.tight {
		after = 0
	}
	if p.spaced {
		before = 160
	}
	fmt.Fprintf(&s.b, `<w:spacing w:before="%d" w:after="%d" w:line="264" w:lineRule="auto"/>`, before, after)
	if ruled && !p.flush {
		fmt.Fprintf(&s.b, `<w:ind w:firstLine="%d"/>`, indent)
	}
	fmt.Fprintf(&s.b, `<w:jc w:val="%s"/></w:pPr>`, justification[p.align])
	for _, r := range runs(p.text) {
		s.run(r, p.size)
	}
	s.b.WriteString(`</w:p>`)
}

// run is text of one look.
type run struct {
	bold, italic, under bool
	text                string
}

// runs takes **bold**, //italic// and __underlined__ apart.
func runs(text string) []run {
	var out []run
	var look run
	for text != "" {
		i := strings.IndexAny(text, "*/_")
		for i >= 0 && !strings.HasPrefix(text[i+1:], text[i:i+1]) {
			j := strings.IndexAny(text[i+1:], "*/_")
			if j < 0 {
				i = -1
				break
			}
			i += 1 + j
		}
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			look.text = text[:i]
			out = append(out, look)
		}
		if i == len(text) {
			break
		}
		switch text[i] {
		case '*':
			look.bold = !look.bold
		case '/':
			look.italic = !look.italic
		default:
			look.under = !look.under
		}
		text = text[i+2:]
	}
	return out
}

func (s *sheet) run(r run, size int) {
	s.b.WriteString(`<w:r><w:rPr>`)
	for _, look := range []struct {
		on  bool
		tag string
	}{{r.bold, `<w:b/>`}, {r.italic, `<w:i/>`}} {
		if look.on {
			s.b.WriteString(look.tag)
		}
	}
	if size > 0 {
		fmt.Fprintf(&s.b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, 2*size, 2*size)
	}
	if r.under {
		s.b.WriteString(`<w:u w:val="single"/>`)
	}
	s.b.WriteString(`</w:rPr>`)
	rest := r.text
	for {
		i := strings.IndexAny(rest, "\n\t")
		piece := rest
		if i >= 0 {
			piece = rest[:i]
		}
		if piece != "" {
			fmt.Fprintf(&s.b, `<w:t xml:space="preserve">%s</w:t>`, escape(piece))
		}
		if i < 0 {
			break
		}
		s.b.WriteString(map[byte]string{'\n': `<w:br/>`, '\t': `<w:tab/>`}[rest[i]])
		rest = rest[i+1:]
	}
	s.b.WriteString(`</w:r>`)
}

// rowHigh is the least height of a row that is repeated: room to write by hand.
const rowHigh = 454

// listed reports whether a row is repeated for a list.
func (t *table) listed(row int) bool {
	first := t.rows[row][0]
	return t.lines && len(first) > 0 && first[0].para != nil && strings.HasPrefix(first[0].para.text, openMark+"#")
}

// cellPad is the room between the lines of a table and the text.
const cellPad = 85

func (s *sheet) table(t *table, wide int) {
	total := 0
	for _, n := range t.shares {
		total += n
	}
	pad := cellPad
	if !t.lines {
		pad = 0
	}
	fmt.Fprintf(&s.b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>`, wide)
	if t.lines {
		s.b.WriteString(`<w:tblBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			fmt.Fprintf(&s.b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="auto"/>`, side)
		}
		s.b.WriteString(`</w:tblBorders>`)
	}
	fmt.Fprintf(&s.b, `<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`, pad, pad)
	widths := make([]int, len(t.shares))
	for i, n := range t.shares {
		widths[i] = wide * n / total
		fmt.Fprintf(&s.b, `<w:gridCol w:w="%d"/>`, widths[i])
	}
	s.b.WriteString(`</w:tblGrid>`)
	for i, row := range t.rows {
		s.b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if t.listed(i) {
			fmt.Fprintf(&s.b, `<w:trHeight w:val="%d" w:hRule="atLeast"/>`, rowHigh)
		}
		if i < t.head {
			s.b.WriteString(`<w:tblHeader/>`)
		}
		s.b.WriteString(`</w:trPr>`)
		for j, cell := range row {
			fmt.Fprintf(&s.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, widths[j])
			s.blocks(cell, widths[j]-2*pad)
			s.b.WriteString(`</w:tc>`)
		}
		s.b.WriteString(`</w:tr>`)
	}
	s.b.WriteString(`</w:tbl>`)
}

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordNS  = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	relNS   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
)

// assemble makes the file around the body: Times New Roman, page numbers from the second page on.
func assemble(title string, body string) ([]byte, error) {
	document := xmlHead + `<w:document ` + wordNS + ` xmlns:r="` + relNS + `"><w:body>` + body +
		`<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>` +
		fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>`,
			pageWide, pageHigh, edge, edge, edge, leftEdge)
	font := `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>`
	styles := xmlHead + `<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr>` + font +
		fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>`, 2*fontSize, 2*fontSize) +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`
	header := xmlHead + `<w:hdr ` + wordNS + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r>` +
		`<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`
	// Lines that end in a line break are not stretched to the margin.
	settings := xmlHead + `<w:settings ` + wordNS + `><w:compat><w:doNotExpandShiftReturn/></w:compat></w:settings>`
	const rels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	return pack([]part{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			contentType("/word/document.xml", "document.main") + contentType("/word/styles.xml", "styles") + contentType("/word/header1.xml", "header") + contentType("/word/settings.xml", "settings") +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`)},
		{"_rels/.rels", []byte(rels + `<Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)},
		{"docProps/core.xml", []byte(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
			escape(title) + `</dc:title><dc:language>vi-VN</dc:language></cp:coreProperties>`)},
		{"word/document.xml", []byte(document)},
		{"word/_rels/document.xml.rels", []byte(rels + `<Relationship Id="rId1" Type="` + relNS + `/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId2" Type="` + relNS + `/header" Target="header1.xml"/><Relationship Id="rId3" Type="` + relNS + `/settings" Target="settings.xml"/></Relationships>`)},
		{"word/styles.xml", []byte(styles)},
		{"word/settings.xml", []byte(settings)},
		{"word/header1.xml", []byte(header)},
	})
}

func contentType(name, kind string) string {
	return `<Override PartName="` + name + `" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.` + kind + `+xml"/>`
}
