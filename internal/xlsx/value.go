package xlsx

import (
	"math"

	"ketnap/internal/day"
)

// Value is what Writer.Row writes into one cell. Make it with Text, Int, Num,
// Percent, Date or Blank; the methods return a changed copy.
type Value struct {
	form  form
	look  look
	text  string
	num   float64
	whole int64
	note  string
}

// form is the number format of a written cell. The zero Value is blank.
type form uint8

const (
	formText   form = iota // as it comes; nothing when the text is empty
	formDigits             // text a program would take for a number when edited
	formQuote              // text a program would take for a formula when edited
	formInt
	formPct
	formDay
	formNum // + decimals, 0 to maxDecimals
)

const (
	maxDecimals = 6
	forms       = int(formNum) + maxDecimals + 1
)

// look is a set of bits: how a written cell stands out.
type look uint8

const (
	lookBold look = 1 << iota
	lookMarked
	lookHeader
	looks = 1 << iota
)

// Text is a text (chữ). It stays a text whatever it looks like: "=1+1" and
// "0123" are shown and read back as they are.
func Text(s string) Value { return Value{form: formText, text: s} }

// Int is a whole number, shown with separators between the thousands. Numbers
// of more than 15 digits, which Excel would round, become text.
func Int(n int64) Value { return Value{form: formInt, whole: n} }

// Num is a number shown with 0 to 6 decimals.
func Num(f float64, decimals int) Value {
	return Value{form: formNum + form(max(0, min(decimals, maxDecimals))), num: f}
}

// Percent is a part of one, shown as a percentage with two decimals: 0.3534 is
// "35,34%".
func Percent(f float64) Value { return Value{form: formPct, num: f} }

// Date is a day, shown dd/mm/yyyy. Partial days and days before March 1900,
// which Excel has no numbers for, become text; no day is a blank cell.
func Date(d day.Date) Value {
	switch {
	case d == 0:
		return Value{}
	case !d.Valid() || d < firstSerial:
		return Text(d.VN())
	}
	return Value{form: formDay, whole: int64(serial(d))}
}

const firstSerial day.Date = 1900_03_01

// Blank is an empty cell.
func Blank() Value { return Value{} }

// Bold shows the cell in bold type.
func (v Value) Bold() Value { v.look |= lookBold; return v }

// Marked shows the cell on red ground: something is wrong with it.
func (v Value) Marked() Value { v.look |= lookMarked; return v }

// Header shows the cell as the head of a column: bold, centred, on grey.
func (v Value) Header() Value { v.look |= lookHeader; return v }

// Note attaches a comment, which Excel shows when the pointer is over the cell.
// A sheet keeps its first 20,000 notes.
func (v Value) Note(s string) Value { v.note = s; return v }

// finite reports whether Excel can hold the number.
func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
