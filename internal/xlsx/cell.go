package xlsx

import (
	"bytes"
	"io"
	"strings"

	"ketnap/internal/day"
)

// cell reads one <c>, whose start tag was just returned.
func (r *sheetReader) cell() error {
	kind, style, err := r.cellTag()
	if err != nil {
		return err
	}
	from := len(r.text)
	r.val = r.val[:0]
	formula, filled, err := r.content()
	if err != nil || !filled && !formula {
		return err
	}
	c, err := r.decode(kind, style, from)
	if err != nil {
		return err
	}
	c.Formula = formula
	return r.put(c, from)
}

// content reads what stands in a cell: into r.val the content of <v>, behind
// r.text that of <is>.
func (r *sheetReader) content() (formula, filled bool, err error) {
	for depth := r.s.depth - 1; ; {
		tok, err := r.s.next()
		if err != nil {
			return false, false, err
		}
		if tok == tokEOF {
			return false, false, io.ErrUnexpectedEOF
		}
		if r.s.depth == depth {
			return formula, filled, nil
		}
		if tok != tokStart {
			continue
		}
		switch {
		case r.s.is("v"):
			filled, err = true, r.value()
		case r.s.is("is"):
			filled = true
			r.text, err = r.s.richText(r.text, r.b.lim.CellLen)
		case r.s.is("f"):
			formula, err = true, r.s.skip()
		default:
			err = r.s.skip()
		}
		if err != nil {
			return false, false, err
		}
	}
}

// cellTag reads where a cell stands, its type and its style.
func (r *sheetReader) cellTag() (kind byte, style int, err error) {
	r.col++
	kind = 'n'
	for rest := r.s.attrs; ; {
		var n, v []byte
		if n, v, rest = nextAttr(rest); n == nil {
			break
		}
		switch string(n) {
		case "r":
			col, row := parseCol(v)
			if col < 0 || !bytes.Equal(row, r.digit) {
				return 0, 0, errSyntax
			}
			r.col = col
		case "s":
			style = atoi(v)
		case "t":
			switch string(v) {
			case "s", "b", "e", "n", "d":
				kind = v[0]
			case "str", "inlineStr":
				kind = 't'
			default:
				return 0, 0, errSyntax
			}
		}
	}
	if r.col >= maxCols {
		return 0, 0, errSyntax
	}
	return kind, style, nil
}

// value reads the content of a <v>.
func (r *sheetReader) value() error {
	for depth := r.s.depth - 1; ; {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		if tok == tokEOF {
			return io.ErrUnexpectedEOF
		}
		if r.s.depth == depth {
			return nil
		}
		if tok == tokText {
			if r.val, err = r.s.appendTo(r.val); err != nil {
				return err
			}
			if len(r.val) > 4*r.b.lim.CellLen {
				return errCellLen
			}
		}
	}
}

// decode makes the cell of what was read. Its text stands in r.text[from:],
// unless the cell brings one of its own.
func (r *sheetReader) decode(kind byte, style, from int) (Cell, error) {
	switch kind {
	case 't':
		if len(r.val) > 0 {
			at := len(r.text)
			r.text = unescapeX(append(r.text, r.val...), at)
		}
		return r.textCell(KindText, from)
	case 'e':
		r.text = append(r.text, r.val...)
		return r.textCell(KindError, from)
	}
	raw := r.val
	if n := len(raw); n > 0 && (raw[0] <= ' ' || raw[n-1] <= ' ') {
		raw = bytes.TrimSpace(raw)
	}
	if len(raw) == 0 {
		r.text = r.text[:from]
		return Cell{}, nil
	}
	switch kind {
	case 's':
		s, ok := r.b.shared.at(atoi(raw))
		if !ok {
			return Cell{}, errSyntax
		}
		if s == "" {
			return Cell{}, nil
		}
		return Cell{Kind: KindText, Text: s}, nil
	case 'b':
		return boolCell(raw)
	case 'd':
		return r.isoDate(raw, from)
	}
	var c Cell
	var err error
	r.text, c, err = r.b.number(r.text, raw, style)
	return c, err
}

// textCell checks the text of the cell; an empty text is an empty cell.
func (r *sheetReader) textCell(kind Kind, from int) (Cell, error) {
	t := r.text[from:]
	if longer(t, r.b.lim.CellLen) {
		return Cell{}, errCellLen
	}
	if len(t) == 0 {
		return Cell{}, nil
	}
	return Cell{Kind: kind}, nil
}

// boolCell reads a truth value.
func boolCell(raw []byte) (Cell, error) {
	switch string(raw) {
	case "1", "true":
		return Cell{Kind: KindBool, Text: "TRUE", Num: 1}, nil
	case "0", "false":
		return Cell{Kind: KindBool, Text: "FALSE"}, nil
	}
	return Cell{}, errSyntax
}

// isoDate reads a date of the strict variant of the format, "2024-02-29" with
// or without a time behind it. What is no date becomes text.
func (r *sheetReader) isoDate(raw []byte, from int) (Cell, error) {
	date, clock, _ := strings.Cut(string(raw), "T")
	y, rest, ok1 := strings.Cut(date, "-")
	m, d, ok2 := strings.Cut(rest, "-")
	num := func(s string) int { return atoi([]byte(s)) }
	on := day.Date(max(num(y), 0)*1_00_00 + max(num(m), 0)*1_00 + max(num(d), 0))
	if !ok1 || !ok2 || num(m) > 12 || num(d) > 31 || num(y) > 9999 || !on.Valid() {
		r.text = append(r.text, raw...)
		return r.textCell(KindText, from)
	}
	r.text = append(r.text, on.VN()...)
	if hm := clock[:min(5, len(clock))]; hm != "" && hm != "00:00" {
		r.text = append(append(r.text, ' '), hm...)
	}
	return Cell{Kind: KindDate, Num: float64(serial(on))}, nil
}

// serial returns the Excel day number of a full date from March 1900 on.
func serial(d day.Date) int { return d.Sub(day.Of(1899, 12, 30)) }

// put stores the cell of the row; r.text[from:] is its text unless it has one.
func (r *sheetReader) put(c Cell, from int) error {
	if r.col >= r.b.lim.Cols {
		if c.Kind == KindEmpty {
			return nil
		}
		return errCols
	}
	if r.col >= len(r.cells) {
		r.cells = extend(r.cells, r.col+1)
	} else if old := r.cells[r.col]; old.Kind != KindEmpty || old.Formula {
		return errSyntax // two cells in one place: programs would disagree which counts
	}
	if c.Text == "" && c.Kind != KindEmpty {
		r.spans = append(r.spans, span{r.col, from, len(r.text)})
		if len(r.text) > maxRowText {
			return errRowText
		}
	}
	r.cells[r.col] = c
	return nil
}
