package xlsx

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

var (
	errEncoding = errors.New("xlsx: not UTF-8")
	errQuote    = errors.New("xlsx: quote never closed")
	errBinary   = errors.New("xlsx: zero byte")
	errRows     = errors.New("xlsx: too many rows")
)

// csvReader splits a CSV text into records. It takes what people's programs
// write: quotes in the middle of a field are letters, line ends of any kind
// count, lines may differ in length. A quote that is never closed is refused.
type csvReader struct {
	in    *bufio.Reader
	sep   byte
	lim   Limits
	sheet string
	num   int // record, which is the row Excel would show
	count int // records holding something
	text  []byte
	ends  []int
	cells []Cell
}

// explain names the place of a fault.
func (r *csvReader) explain(err error) error {
	cell := ColName(len(r.ends)) + strconv.Itoa(r.num)
	switch err {
	case errEncoding:
		return refuse("xlsx.csv.encoding", strconv.Itoa(r.num), err)
	case errQuote:
		return refuse("xlsx.csv.quote", strconv.Itoa(r.num), err)
	case errBinary:
		return refuse("xlsx.format", err)
	case errCellLen:
		return refuse("xlsx.cell.at", r.sheet, cell, r.lim.CellLen, err)
	case errRowText:
		return refuse("xlsx.row", r.sheet, strconv.Itoa(r.num), err)
	case errCols:
		return refuse("xlsx.cols", r.sheet, cell, r.lim.Cols, err)
	case errRows:
		return refuse("xlsx.rows", r.sheet, r.lim.Rows, err)
	}
	return place{r.sheet, r.num}.fail(err)
}

// record reads one record into text and ends; io.EOF when there is none.
func (r *csvReader) record() error {
	r.text, r.ends = r.text[:0], r.ends[:0]
	c, err := r.in.ReadByte()
	if err != nil {
		return err
	}
	r.num++
	for {
		switch {
		case c == '"':
			if c, err = r.quoted(); err != nil {
				return r.last(err)
			}
			if c, err = r.plain(c); err != nil {
				return r.last(err)
			}
		default:
			if c, err = r.plain(c); err != nil {
				return r.last(err)
			}
		}
		if err := r.endField(); err != nil {
			return err
		}
		if c == '\n' {
			return nil
		}
		if c, err = r.in.ReadByte(); err != nil {
			return r.last(err)
		}
	}
}

// last ends the record at the end of the text.
func (r *csvReader) last(err error) error {
	if err != io.EOF {
		return err
	}
	return r.endField()
}

// quoted reads a field behind its opening quote and returns the byte behind the
// closing one.
func (r *csvReader) quoted() (byte, error) {
	for {
		c, err := r.in.ReadByte()
		if err == io.EOF {
			return 0, errQuote
		} else if err != nil {
			return 0, err
		}
		switch c {
		case '"':
			if c, err = r.in.ReadByte(); err != nil || c != '"' {
				return c, err
			}
		case '\r':
			if next, _ := r.in.Peek(1); len(next) == 1 && next[0] == '\n' {
				continue
			}
			c = '\n'
		}
		if err := r.add(c); err != nil {
			return 0, err
		}
	}
}

// plain reads the rest of a field from its byte c on, and returns what ended
// it: the separator or a line end.
func (r *csvReader) plain(c byte) (byte, error) {
	for {
		switch c {
		case r.sep, '\n':
			return c, nil
		case '\r':
			if next, _ := r.in.Peek(1); len(next) == 1 && next[0] == '\n' {
				r.in.Discard(1)
			}
			return '\n', nil
		}
		if err := r.add(c); err != nil {
			return 0, err
		}
		var err error
		if c, err = r.in.ReadByte(); err != nil {
			return 0, err
		}
	}
}

// add appends a byte to the field.
func (r *csvReader) add(c byte) error {
	if c == 0 {
		return errBinary
	}
	from := 0
	if n := len(r.ends); n > 0 {
		from = r.ends[n-1]
	}
	if len(r.text)-from >= 4*r.lim.CellLen {
		return errCellLen
	}
	if len(r.text) >= maxRowText {
		return errRowText
	}
	r.text = append(r.text, c)
	return nil
}

// endField ends a field. Fields beyond the limit are refused unless empty.
func (r *csvReader) endField() error {
	from := 0
	if n := len(r.ends); n > 0 {
		from = r.ends[n-1]
	}
	if longer(r.text[from:], r.lim.CellLen) {
		return errCellLen
	}
	if len(r.ends) >= r.lim.Cols {
		if len(r.text) > from {
			return errCols
		}
		return nil
	}
	r.ends = append(r.ends, len(r.text))
	return nil
}

// finish makes the cells of the record; a blank record has none.
func (r *csvReader) finish() error {
	r.cells = r.cells[:0]
	if len(r.text) == 0 {
		return nil
	}
	if r.count++; r.count > r.lim.Rows || r.num > maxRows {
		return errRows
	}
	if !utf8.Valid(r.text) {
		return errEncoding
	}
	all, from := string(r.text), 0
	for _, to := range r.ends {
		c := Cell{}
		if !validCut(all, from, to) {
			return errEncoding
		}
		if to > from {
			c = Cell{Kind: KindText, Text: all[from:to]}
		}
		r.cells = append(r.cells, c)
		from = to
	}
	return nil
}
