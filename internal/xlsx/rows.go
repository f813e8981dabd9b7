package xlsx

import (
	"errors"
	"io"
	"iter"
	"strconv"
)

const maxRowText = 4 << 20 // bytes of text in one row, shared strings aside

// Faults of cells, without the place.
var (
	errCellLen = errors.New("xlsx: cell too long")
	errRowText = errors.New("xlsx: row too long")
	errCols    = errors.New("xlsx: too many columns")
)

// Rows returns the rows of sheet i (an index of Sheets) that hold a value, in
// ascending order; rows without one are passed over, so Num may jump. The
// Cells of a row are valid until the next iteration.
//
// The first error ends the rows. It is a *fault.Error naming sheet, row and
// column; the Row beside it holds the number of the last row that was begun.
// Rows may be called again, also for the same sheet.
func (b *Book) Rows(i int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if i < 0 || i >= len(b.sheets) {
			yield(Row{}, refuse("xlsx.nosheet"))
			return
		}
		if b.csv != nil {
			b.csv.rows(b.lim, b.sheets[i].Name, yield)
			return
		}
		r := sheetReader{b: b, name: b.sheets[i].Name}
		if err := r.read(i, yield); err != nil {
			yield(Row{Num: r.num}, r.explain(err))
		}
	}
}

// sheetReader is the state of one pass over a sheet.
type sheetReader struct {
	b     *Book
	s     *scanner
	name  string
	fill  mergeFill
	num   int    // of the row being read
	col   int    // of the cell being read
	count int    // rows handed out
	digit []byte // num as text, to check references against
	cells []Cell
	text  []byte // the texts of the row, one behind the other
	spans []span
	val   []byte // content of the <v> being read
	slow  bool   // take no short cuts, for tests
}

// span says which bytes of sheetReader.text belong to a cell.
type span struct{ col, from, to int }

// explain names the place of a fault.
func (r *sheetReader) explain(err error) error {
	cell := ColName(r.col) + strconv.Itoa(r.num)
	switch err {
	case errCellLen:
		return refuse("xlsx.cell.at", r.name, cell, r.b.lim.CellLen, err)
	case errRowText:
		return refuse("xlsx.row", r.name, strconv.Itoa(r.num), err)
	case errCols:
		return refuse("xlsx.cols", r.name, cell, r.b.lim.Cols, err)
	}
	return place{r.name, r.num}.fail(err)
}

// read proves the sheet whole and hands out its rows.
func (r *sheetReader) read(i int, yield func(Row, error) bool) error {
	merges, err := r.b.prove(i)
	if err != nil {
		return err
	}
	r.fill.merges = merges
	return r.b.part(r.b.paths[i], func(s *scanner) error {
		r.s = s
		for {
			tok, err := s.next()
			if err != nil || tok == tokEOF {
				return err
			}
			switch {
			case tok != tokStart:
			case s.is("dimension"):
				err = r.dimension()
			case s.is("row"):
				var more bool
				if more, err = r.row(yield); err == nil && !more {
					return nil
				}
			case s.depth > 1 && !s.is("sheetData"):
				err = s.skip()
			}
			if err != nil {
				return err
			}
		}
	})
}

// dimension refuses sheets that claim to be far larger than any that would be
// read to the end. Nothing else depends on the claim.
func (r *sheetReader) dimension() error {
	ref, _ := r.s.attr("ref")
	m, ok := parseRange(ref)
	most := max(int64(r.b.lim.Rows)*int64(r.b.lim.Cols), int64(Default.Rows)*int64(Default.Cols))
	if ok && int64(m.bottom-m.top+1)*int64(m.right-m.left+1) > most {
		return refuse("xlsx.dimension", r.name, string(ref))
	}
	return nil
}

// row reads one row and hands it out unless it is blank; more is false when
// the caller has seen enough.
func (r *sheetReader) row(yield func(Row, error) bool) (more bool, err error) {
	hidden, err := r.begin()
	if err != nil {
		return false, err
	}
	for depth := r.s.depth - 1; ; {
		if err := r.quickCells(); err != nil {
			return false, err
		}
		tok, err := r.s.next()
		if err != nil {
			return false, err
		}
		if tok == tokEOF {
			return false, io.ErrUnexpectedEOF
		}
		if r.s.depth == depth {
			break
		}
		if tok != tokStart {
			continue
		}
		if r.s.is("c") {
			err = r.cell()
		} else {
			err = r.s.skip()
		}
		if err != nil {
			return false, err
		}
	}
	if err := r.finish(); err != nil {
		return false, err
	}
	if !r.holds() {
		return true, nil
	}
	if r.count++; r.count > r.b.lim.Rows || r.num > r.b.lim.Rows {
		return false, refuse("xlsx.rows", r.name, r.b.lim.Rows)
	}
	return yield(Row{Num: r.num, Hidden: hidden, Cells: r.cells}, nil), nil
}

// begin takes the start tag of a row.
func (r *sheetReader) begin() (hidden bool, err error) {
	num := r.num + 1
	for rest := r.s.attrs; ; {
		var n, v []byte
		if n, v, rest = nextAttr(rest); n == nil {
			break
		}
		switch string(n) {
		case "r":
			num = atoi(v)
		case "hidden":
			hidden = truth(v)
		}
	}
	if num <= r.num || num > maxRows {
		return false, errSyntax
	}
	r.num, r.col = num, -1
	r.digit = strconv.AppendInt(r.digit[:0], int64(num), 10)
	r.cells, r.text, r.spans = r.cells[:0], r.text[:0], r.spans[:0]
	return hidden, nil
}

// finish gives the cells their texts and the merged ones their values.
func (r *sheetReader) finish() error {
	if !printable(r.text) {
		return errSyntax
	}
	all := string(r.text)
	for _, s := range r.spans {
		if !validCut(all, s.from, s.to) {
			return errSyntax
		}
		r.cells[s.col].Text = all[s.from:s.to]
	}
	var err error
	r.cells, err = r.fill.apply(r.num, r.cells, r.b.lim.Cols)
	return err
}

// holds reports whether the row has a value of its own.
func (r *sheetReader) holds() bool {
	for i := range r.cells {
		if c := &r.cells[i]; !c.Merged && (c.Kind != KindEmpty || c.Formula) {
			return true
		}
	}
	return false
}
