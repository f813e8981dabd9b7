package xlsx

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"ketnap/internal/fault"
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsMain  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	nsDoc   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	nsRels  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	ctMain  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`

	rootRels = `<Relationships ` + nsRels + `><Relationship Id="rId1" Type="` + nsDoc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

// appendSheetHead appends what stands in front of the rows.
func appendSheetHead(b []byte, o SheetOptions, selected bool) []byte {
	b = append(b, xmlHead+`<worksheet `+nsMain+` xmlns:r="`+nsDoc+`"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"`...)
	if selected {
		b = append(b, ` tabSelected="1"`...)
	}
	if n := o.Freeze; n > 0 {
		b = append(b, `><pane ySplit="`...)
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(b, `" topLeftCell="A`...)
		b = strconv.AppendInt(b, int64(n+1), 10)
		b = append(b, `" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>`...)
	} else {
		b = append(b, `/></sheetViews>`...)
	}
	open := false
	for i, width := range o.Widths[:min(len(o.Widths), maxCols)] {
		if !(width > 0) {
			continue
		}
		if !open {
			b, open = append(b, `<cols>`...), true
		}
		n := strconv.Itoa(i + 1)
		b = append(b, `<col min="`+n+`" max="`+n+`" width="`...)
		b = append(strconv.AppendFloat(b, min(width, 255), 'f', -1, 64), `" customWidth="1"/>`...)
	}
	if open {
		b = append(b, `</cols>`...)
	}
	return append(b, `<sheetData>`...)
}

// endSheet finishes the sheet being written and its notes.
func (w *Writer) endSheet() {
	if len(w.sheets) == 0 || w.err != nil {
		return
	}
	n := len(w.sheets)
	sh := &w.sheets[n-1]
	sh.rows, sh.cols, sh.notes = w.row, w.cols, len(w.notes) > 0
	w.buf = append(w.buf, `</sheetData>`...)
	if ref := sh.filterRef(false); ref != "" {
		w.buf = append(w.buf, `<autoFilter ref="`+ref+`"/>`...)
	}
	w.buf = append(w.buf, `<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>`+
		`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>`...)
	if sh.notes {
		w.buf = append(w.buf, `<legacyDrawing r:id="rId1"/>`...)
	}
	w.buf = append(w.buf, `</worksheet>`...)
	w.flush()
	if sh.notes {
		w.writeNotes(strconv.Itoa(n))
	}
	w.row, w.cols, w.notes = 0, 0, nil
}

// filterRef returns the area of the filter, "" when there is none.
func (s *written) filterRef(absolute bool) string {
	head := max(1, s.opt.Freeze)
	if !s.opt.Filter || s.cols == 0 || s.rows < head {
		return ""
	}
	d := ""
	if absolute {
		d = "$"
	}
	return d + "A" + d + strconv.Itoa(head) + ":" + d + ColName(s.cols-1) + d + strconv.Itoa(s.rows)
}

// Close finishes the workbook; it does not close the io.Writer. It returns the
// first failure of any call.
func (w *Writer) Close() error {
	if len(w.sheets) == 0 {
		w.Sheet("Sheet1", SheetOptions{})
	}
	w.endSheet()
	w.file("xl/workbook.xml", w.workbookXML())
	w.file("xl/_rels/workbook.xml.rels", w.workbookRels())
	w.file("[Content_Types].xml", w.contentTypes())
	if w.err != nil {
		return w.err
	}
	w.keep(w.zip.Close())
	err := w.err
	w.err = fault.E("xlsx.Writer", fault.Internal, "")
	return err
}

func (w *Writer) workbookXML() string {
	var b, names strings.Builder
	b.WriteString(xmlHead + `<workbook ` + nsMain + ` xmlns:r="` + nsDoc + `"><bookViews><workbookView/></bookViews><sheets>`)
	for i, s := range w.sheets {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<sheet name="` + escaped(s.name) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		quoted := escaped("'" + strings.ReplaceAll(s.name, "'", "''") + "'!")
		local := `" localSheetId="` + strconv.Itoa(i) + `"`
		if ref := s.filterRef(true); ref != "" {
			names.WriteString(`<definedName name="_xlnm._FilterDatabase` + local + ` hidden="1">` + quoted + ref + `</definedName>`)
		}
		if s.opt.Freeze > 0 {
			names.WriteString(`<definedName name="_xlnm.Print_Titles` + local + `>` + quoted + "$1:$" + strconv.Itoa(s.opt.Freeze) + `</definedName>`)
		}
	}
	b.WriteString(`</sheets>`)
	if names.Len() > 0 {
		b.WriteString(`<definedNames>` + names.String() + `</definedNames>`)
	}
	b.WriteString(`</workbook>`)
	return b.String()
}

func (w *Writer) workbookRels() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships ` + nsRels + `>`)
	for i := range w.sheets {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<Relationship Id="rId` + n + `" Type="` + nsDoc + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	b.WriteString(`<Relationship Id="rIdStyles" Type="` + nsDoc + `/styles" Target="styles.xml"/></Relationships>`)
	return b.String()
}

func (w *Writer) contentTypes() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + ctMain + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + ctMain + `styles+xml"/>`)
	for i, s := range w.sheets {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + ctMain + `worksheet+xml"/>`)
		if s.notes {
			b.WriteString(`<Override PartName="/xl/comments` + n + `.xml" ContentType="` + ctMain + `comments+xml"/>`)
		}
	}
	b.WriteString(`</Types>`)
	return b.String()
}

func escaped(s string) string { return string(appendEscaped(nil, s)) }

// sheetName makes a name Excel takes.
func (w *Writer) sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, " "))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), "' ")
	if name == "" {
		name = "Sheet" + strconv.Itoa(len(w.sheets)+1)
	}
	base := name
	for i := 1; ; i++ {
		suffix := ""
		if i > 1 {
			suffix = " (" + strconv.Itoa(i) + ")"
		}
		name = strings.Trim(cutUTF16(base, 31-len(suffix)), "' ") + suffix
		if !w.hasSheet(name) && !strings.EqualFold(name, "History") {
			return name
		}
	}
}

func (w *Writer) hasSheet(name string) bool {
	for _, s := range w.sheets {
		if strings.EqualFold(s.name, name) {
			return true
		}
	}
	return false
}

// cutUTF16 cuts a text to n UTF-16 units, the length Excel counts.
func cutUTF16(s string, n int) string {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i]
		}
	}
	return s
}
