package chart

import (
	"math"
	"strconv"

	"ketnap/internal/vi"
)

// Table is the data of a chart. The first column names the row; the others are
// figures, already written out.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
	Links   []string // address behind the name of each row; nil = none
}

// Key is one line of a legend that stands beside a drawing.
type Key struct {
	Swatch SVG
	Text   string
}

// Words are the texts that charts need, in the language of the page, and how
// that language writes numbers. A nil function writes the Vietnamese way.
type Words struct {
	Num func(int64) string
	Pct func(num, den int64) string // with the sign %
	Dec func(x float64, places int) string

	Actual, Target, Time, NoTarget string // thực hiện, chỉ tiêu, thời gian, chưa giao chỉ tiêu
	Ahead, Even, Behind, Points    string // vượt, đúng, chậm tiến độ; điểm
	Month, Needed                  string // tháng; mức cần đạt mỗi tháng
	Step, Count, OfBefore, OfFirst string // bước, số người, so với bước trước, so với bước đầu
	Year                           string // năm
	Unit, Value, Class, NoData     string // đơn vị, giá trị, mức, chưa có số liệu
}

func (w Words) num(n int64) string {
	if w.Num != nil {
		return w.Num(n)
	}
	return vi.Number(n)
}

func (w Words) pct(num, den int64) string {
	if w.Pct != nil {
		return w.Pct(num, den)
	}
	if den == 0 {
		return vi.None
	}
	return vi.Percent(num, den) + "%"
}

func (w Words) dec(x float64, places int) string {
	if w.Dec != nil {
		return w.Dec(x, places)
	}
	return vi.Decimal(x, places)
}

// points writes a deviation with its sign: "+11,9 điểm".
func (w Words) points(x float64) string {
	s := w.dec(math.Abs(x), 1)
	switch {
	case math.Abs(x) < 0.05:
	case x > 0:
		s = "+" + s
	default:
		s = "−" + s
	}
	return s + " " + w.Points
}

// None marks a value that does not exist in a series.
const None = math.MinInt64

// scale maps 0..top to 0..size.
type scale struct {
	top  int64
	size int
}

// at is where v lies, kept within the drawing.
func (s scale) at(v int64) int {
	if s.top <= 0 {
		return 0
	}
	x := float64(v) / float64(s.top) * float64(s.size)
	return min(max(int(math.Round(x)), 0), s.size)
}

// bar is at, but a value that is not nothing is seen.
func (s scale) bar(v int64) int {
	if v <= 0 {
		return 0
	}
	return max(s.at(v), 2)
}

// ticks chooses round numbers from 0 to at least top: at most five of them.
func ticks(top int64) []int64 {
	if top < 4 {
		top = 4
	}
	for unit := int64(1); ; unit *= 10 {
		for _, k := range []int64{1, 2, 5} {
			if step := k * unit; step*4 >= top {
				return upTo(top, step)
			}
		}
	}
}

// upTo is 0, step, 2*step… until top is reached.
func upTo(top, step int64) []int64 {
	out := []int64{0}
	for v := int64(0); v < top; {
		v += step
		out = append(out, v)
	}
	return out
}

func year(y int) string { return strconv.Itoa(y) }
