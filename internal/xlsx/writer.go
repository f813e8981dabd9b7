package xlsx

import (
	"archive/zip"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"

	"ketnap/internal/fault"
)

const (
	flushAt    = 32 << 10
	maxNotes   = 20_000
	maxCellLen = 32_767 // UTF-16 units Excel takes in one cell
)

// SheetOptions say how a sheet looks.
type SheetOptions struct {
	Widths []float64 // of the columns, in letters; 0 is the usual width
	Freeze int       // rows at the top that stay when scrolling, and repeat on printed pages
	Filter bool      // filter buttons on the last frozen row, or the first row
}

// Writer writes a workbook row by row, into any io.Writer, holding no rows. A
// failure stays: every later call returns it, so checking Close is enough. Call
// Close in any case.
type Writer struct {
	zip    *zip.Writer
	part   io.Writer
	buf    []byte
	err    error
	sheets []written
	row    int      // of the sheet being written
	cols   int      // widest row
	names  []string // letters of the columns
	notes  []note
}

// written is a sheet as the workbook part lists it.
type written struct {
	name       string
	opt        SheetOptions
	rows, cols int
	notes      bool
}

// NewWriter starts a workbook.
func NewWriter(w io.Writer) *Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	x := &Writer{zip: z}
	x.file("_rels/.rels", xmlHead+rootRels)
	x.file("xl/styles.xml", stylesXML())
	return x
}

// file writes a whole part.
func (w *Writer) file(name, text string) {
	if w.create(name); w.err == nil {
		_, err := io.WriteString(w.part, text)
		w.keep(err)
	}
}

// create begins a part.
func (w *Writer) create(name string) {
	if w.err == nil {
		var err error
		w.part, err = w.zip.Create(name)
		w.keep(err)
	}
}

// keep remembers the first failure of the io.Writer.
func (w *Writer) keep(err error) {
	if err != nil && w.err == nil {
		w.err = fault.E("xlsx.Writer", fault.Unavailable, "xlsx.write", err)
	}
}

// Sheet begins a sheet; the one before is finished. The name is changed where
// Excel would not take it: characters it forbids, length over 31, doubles.
func (w *Writer) Sheet(name string, o SheetOptions) {
	w.endSheet()
	o.Freeze = max(0, min(o.Freeze, maxRows-1))
	w.sheets = append(w.sheets, written{name: w.sheetName(name), opt: o})
	w.create("xl/worksheets/sheet" + strconv.Itoa(len(w.sheets)) + ".xml")
	w.buf = appendSheetHead(w.buf[:0], o, len(w.sheets) == 1)
}

// Row writes the next row. Row() leaves one out.
func (w *Writer) Row(cells ...Value) error {
	if len(w.sheets) == 0 {
		w.Sheet("Sheet1", SheetOptions{})
	}
	if w.err != nil {
		return w.err
	}
	w.row++
	if w.row > maxRows || len(cells) > maxCols {
		w.err = fault.E("xlsx.Writer.Row", fault.Invalid, "xlsx.full", w.sheets[len(w.sheets)-1].name)
		return w.err
	}
	if len(cells) == 0 {
		return nil
	}
	w.cols = max(w.cols, len(cells))
	for i := len(w.names); i < len(cells); i++ {
		w.names = append(w.names, ColName(i))
	}
	var digits [20]byte
	num := strconv.AppendInt(digits[:0], int64(w.row), 10)
	w.buf = append(append(append(w.buf, `<row r="`...), num...), `">`...)
	for i := range cells {
		if err := w.cell(&cells[i], i, num); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, `</row>`...)
	if len(w.buf) > flushAt {
		w.flush()
	}
	return w.err
}

func (w *Writer) flush() {
	if w.err == nil {
		_, err := w.part.Write(w.buf)
		w.keep(err)
	}
	w.buf = w.buf[:0]
}

// cell writes one cell, nothing for a blank one without a look.
func (w *Writer) cell(v *Value, col int, num []byte) error {
	if v.note != "" && len(w.notes) < maxNotes {
		w.notes = append(w.notes, note{w.row, col, v.note})
	}
	f, text := v.form, v.text
	if f == formInt && (v.whole >= 1e15 || v.whole <= -1e15) {
		f, text = formText, strconv.FormatInt(v.whole, 10)
	}
	if f == formText {
		text = strings.TrimLeftFunc(text, unicode.IsControl)
		f = textForm(text)
	}
	if f == formText && text == "" && v.look == 0 {
		return nil
	}
	b := append(append(append(w.buf, `<c r="`...), w.names[col]...), num...)
	if style := int(f)*looks + int(v.look); style != 0 {
		b = strconv.AppendInt(append(b, `" s="`...), int64(style), 10)
	}
	switch {
	case f <= formQuote && text == "":
		b = append(b, `"/>`...)
	case f <= formQuote:
		if len(text) > maxCellLen && len(utf16.Encode([]rune(text))) > maxCellLen {
			w.err = fault.E("xlsx.Writer.Row", fault.Invalid, "xlsx.cell.at", w.sheets[len(w.sheets)-1].name,
				w.names[col]+string(num), maxCellLen)
			return w.err
		}
		b = append(b, `" t="inlineStr"><is>`...)
		b = append(appendT(b, text), `</is></c>`...)
	case f == formInt, f == formDay:
		b = append(strconv.AppendInt(append(b, `"><v>`...), v.whole, 10), `</v></c>`...)
	case !finite(v.num):
		b = append(b, `" t="e"><v>#NUM!</v></c>`...)
	default:
		b = append(strconv.AppendFloat(append(b, `"><v>`...), v.num, 'g', -1, 64), `</v></c>`...)
	}
	w.buf = b
	return nil
}

// textForm says how to keep a text a text when somebody edits its cell.
func textForm(s string) form {
	if s == "" {
		return formText
	}
	switch c := s[0]; {
	case strings.IndexByte("=+-@", c) >= 0:
		return formQuote
	case '0' <= c && c <= '9':
		return formDigits
	}
	return formText
}

// appendT appends a <t> element.
func appendT(b []byte, s string) []byte {
	if strings.IndexByte(" \t\n\r", s[0]) >= 0 || strings.IndexByte(" \t\n\r", s[len(s)-1]) >= 0 {
		b = append(b, `<t xml:space="preserve">`...)
	} else {
		b = append(b, `<t>`...)
	}
	return append(appendEscaped(b, s), `</t>`...)
}

// appendEscaped appends s as XML text. Control characters, which XML cannot
// hold, are left out; line ends become "\n"; what looks like one of Excel's own
// escapes is escaped, so that it is read back as it was.
func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && !special[c] {
			i++
			continue
		}
		size, with := 1, ""
		switch {
		case c == '&':
			with = "&amp;"
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == '"':
			with = "&quot;"
		case c == '\n' || c == '\t':
			i++
			continue
		case c == '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				with = "\n"
			}
		case c == '_':
			if _, ok := escapeX([]byte(s[i:min(i+7, len(s))])); !ok {
				i++
				continue
			}
			with = "_x005F_"
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError && r&0xFFFE != 0xFFFE || n == 3 && r == utf8.RuneError {
				i += n
				continue
			}
			size, with = n, "\uFFFD"
		}
		b = append(append(b, s[from:i]...), with...)
		i += size
		from = i
	}
	return append(b, s[from:]...)
}

// special are the printable ASCII characters that need a look.
var special = [utf8.RuneSelf]bool{'&': true, '<': true, '>': true, '"': true, '_': true, 0x7f: true}
