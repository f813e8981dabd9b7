package xlsx

import (
	"strconv"

	"ketnap/internal/day"
)

// Limits bound what one file may make the program do. A zero field takes the
// value of Default.
type Limits struct {
	Unzipped int64 // bytes after inflating, summed over the archive
	Rows     int   // rows holding values, and highest row number, per sheet
	Cols     int   // columns holding values, per sheet
	CellLen  int   // characters in one cell
	Shared   int64 // bytes held for the shared strings of a workbook
}

// Default are the limits for files from users: enough for the members of a
// province, small enough that refusing the worst file stays cheap.
var Default = Limits{Unzipped: 512 << 20, Rows: 300_000, Cols: 512, CellLen: 32_767, Shared: 48 << 20}

// orDefault fills the zero fields from Default.
func (l Limits) orDefault() Limits {
	if l.Unzipped <= 0 {
		l.Unzipped = Default.Unzipped
	}
	if l.Rows <= 0 {
		l.Rows = Default.Rows
	}
	if l.Cols <= 0 {
		l.Cols = Default.Cols
	}
	if l.CellLen <= 0 {
		l.CellLen = Default.CellLen
	}
	if l.Shared <= 0 {
		l.Shared = Default.Shared
	}
	return l
}

// Sheet (trang tính) is one table of a book, in the order of its tabs.
type Sheet struct {
	Name   string
	Hidden bool // hidden, or "very hidden"
}

// Row (dòng) is one row of a sheet. Cells is reused by the next iteration; the
// texts in it are ordinary strings and may be kept.
type Row struct {
	Num    int    // 1-based, as the user sees it at the left edge
	Hidden bool   // hidden by hand or by a filter
	Cells  []Cell // index = column, 0-based; columns without a value are KindEmpty
}

// Cell returns the cell of a column, an empty one past the end of the row.
func (r Row) Cell(col int) Cell {
	if col < 0 || col >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[col]
}

// Kind tells what a cell holds.
type Kind uint8

// The kinds of cells. CSV files have KindText and KindEmpty only.
const (
	KindEmpty Kind = iota
	KindText
	KindNumber
	KindBool
	KindDate
	KindError
)

// String returns the kind for logs and tests.
func (k Kind) String() string {
	switch k {
	case KindEmpty:
		return "empty"
	case KindText:
		return "text"
	case KindNumber:
		return "number"
	case KindBool:
		return "bool"
	case KindDate:
		return "date"
	case KindError:
		return "error"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Cell (ô) is one value.
//
// Text is what a user sees: a number has no exponent, no grouping and a point
// before its decimals, and keeps the leading zeros its format shows; a date is
// "29/02/2024", "02/2024" or "2024" as far as its format shows it, with
// " 15:04" behind it when the format shows a time.
//
// Num is the number; 1 or 0 of a bool; of a date the serial day number counted
// as Excel for Windows does, also in workbooks that count from 1904.
//
// A formula cell carries its last saved value; Formula is then true, and the
// kind is KindEmpty when the program that wrote the file saved no value.
// Merged marks the cells of a merged area other than its first one: they repeat
// the value of the first.
type Cell struct {
	Kind    Kind
	Text    string
	Num     float64
	Formula bool
	Merged  bool
}

// Blank reports whether the cell shows nothing.
func (c Cell) Blank() bool { return c.Kind == KindEmpty || c.Text == "" }

// Day returns the day of a date cell, partial when the format of the cell shows
// only month and year or only the year.
func (c Cell) Day() (day.Date, bool) {
	if c.Kind != KindDate {
		return 0, false
	}
	num := func(s string) int {
		n, _ := strconv.Atoi(s)
		return n
	}
	switch t := c.Text; {
	case len(t) == len("2024"):
		return day.Date(num(t) * 10_000), true
	case len(t) == len("02/2024"):
		return day.Date(num(t[3:])*10_000 + num(t[:2])*100), true
	case len(t) >= len("29/02/2024"):
		return day.Of(num(t[6:10]), num(t[3:5]), num(t[:2])), true
	}
	return 0, false
}

// ColName returns the letters of a 0-based column: 0 is "A", 26 is "AA".
func ColName(i int) string {
	if i < 0 {
		return ""
	}
	return string(appendCol(nil, i))
}

// appendCol appends the letters of a 0-based column.
func appendCol(dst []byte, i int) []byte {
	var b [16]byte
	n := len(b)
	for i >= 0 {
		n--
		b[n] = byte('A' + i%26)
		i = i/26 - 1
	}
	return append(dst, b[n:]...)
}

// parseCol reads the letters in front of a reference: "AB12" is column 27 and
// the rest "12". Column -1 means that there are no letters, or too many.
func parseCol(ref []byte) (col int, rest []byte) {
	n, i := 0, 0
	for ; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
		if n > maxCols {
			return -1, ref
		}
	}
	return n - 1, ref[i:]
}
