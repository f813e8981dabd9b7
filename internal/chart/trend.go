package chart

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnap/internal/markup"
)

// Trend is up to four series over years. Each has its own line and its own mark,
// so they can be told apart in print.
type Trend struct {
	ID, Title string
	Years     []int
	Series    []Series
	Words     Words
}

// Series is one line of a Trend; a value may be None.
type Series struct {
	Name   string
	Values []int64 // one per year
}

// maxSeries is how many lines a reader can tell apart.
const maxSeries = 4

var lineClass = [maxSeries]word{"c-line a", "c-line b", "c-line c", "c-line d"}

// drawn is the series a drawing has room for; the table has them all.
func (t Trend) drawn() []Series { return t.Series[:min(len(t.Series), maxSeries)] }

// SVG draws t, 480 units wide.
func (t Trend) SVG() SVG {
	if len(t.Years) == 0 || len(t.Series) == 0 {
		return SVG{}
	}
	lines := t.drawn()
	pen := Start(t.ID, t.Title, t.describe(), plotW, plotH, false, "trend")
	var top int64
	for _, s := range lines {
		for _, v := range s.Values {
			top = max(top, v)
		}
	}
	rows := t.legend(pen, lines)
	axis := grid(pen, 20+22*rows, top, t.Words)
	pen.Line(plotLeft, plotFoot, plotW, plotFoot, "c-axis")
	for i, y := range t.Years {
		if skip := len(t.Years)/11 + 1; (len(t.Years)-1-i)%skip == 0 {
			label := word("c-t")
			if len(t.Years) > 6 && (len(t.Years)-1-i)%2 == 1 {
				label = "c-t long"
			}
			pen.Text(t.x(i), plotFoot+20, label, "middle", year(y))
		}
	}
	for k, s := range lines {
		t.line(pen, axis, k, s)
	}
	return pen.Done()
}

// legend names the lines, one row of up to three or two rows of two; it returns
// the number of rows.
func (t Trend) legend(pen *Pen, lines []Series) int {
	const letter, sign = 9, 40 // units, of the large letters of a phone
	perRow, longest := len(lines), 0
	for _, s := range lines {
		longest = max(longest, utf8.RuneCountInString(s.Name))
	}
	if perRow*(longest*letter+sign) > plotW {
		perRow = 2
	}
	for k, s := range lines {
		x, y := 2+k%perRow*(plotW/perRow), 12+k/perRow*22
		pen.Line(x, y, x+26, y, lineClass[k])
		marker(pen, k, x+13, y)
		pen.Text(x+33, y+5, "c-t", "start", s.Name)
	}
	return (len(lines) + perRow - 1) / perRow
}

// x is where year i stands.
func (t Trend) x(i int) int {
	const inset = 22
	wide := plotW - plotLeft - 2*inset
	if len(t.Years) == 1 {
		return plotLeft + inset + wide/2
	}
	return plotLeft + inset + i*wide/(len(t.Years)-1)
}

// line draws one series; a missing value interrupts it.
func (t Trend) line(pen *Pen, axis scale, k int, s Series) {
	var d strings.Builder
	pen.Open("g")
	move := true
	for i := range t.Years {
		if i >= len(s.Values) || s.Values[i] == None {
			move = true
			continue
		}
		d.WriteByte("LM"[b2i(move)])
		d.WriteString(strconv.Itoa(t.x(i)) + " " + strconv.Itoa(plotFoot-axis.at(s.Values[i])))
		move = false
	}
	pen.Path(d.String(), lineClass[k])
	for i := range t.Years {
		if i >= len(s.Values) || s.Values[i] == None {
			continue
		}
		y := plotFoot - axis.at(s.Values[i])
		pen.Open("g")
		pen.Title(s.Name + " " + year(t.Years[i]) + ": " + t.Words.num(s.Values[i]))
		marker(pen, k, t.x(i), y)
		pen.Close()
		if k == 0 && len(t.Years) <= 12 && (len(t.Years) <= 6 || s.Values[i] < tooLongToPrint) {
			label := word("c-val")
			if s.Values[i] >= longLabel && len(t.Years) > 6 {
				label = "c-val long"
			}
			pen.Text(t.x(i), y-9, label, "middle", t.Words.num(s.Values[i]))
		}
	}
	pen.Close()
}

// marker draws the sign of series k: disc, ring, square, diamond.
func marker(pen *Pen, k, x, y int) {
	switch k {
	case 0:
		pen.Leaf("circle", markup.I("cx", x), markup.I("cy", y), markup.I("r", 4), markup.A("class", "c-mark a"))
	case 1:
		pen.Leaf("circle", markup.I("cx", x), markup.I("cy", y), markup.I("r", 4), markup.A("class", "c-mark b"))
	case 2:
		pen.Rect(x-4, y-4, 8, 8, "c-mark c")
	default:
		pen.Path("M"+strconv.Itoa(x)+" "+strconv.Itoa(y-5)+"l5 5-5 5-5-5z", "c-mark d")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t Trend) describe() string {
	var parts []string
	last := len(t.Years) - 1
	for _, s := range t.drawn() {
		text := s.Name
		for _, i := range []int{0, last} {
			if i < len(s.Values) && s.Values[i] != None && (i > 0 || last > 0) {
				text += " " + year(t.Years[i]) + ": " + t.Words.num(s.Values[i])
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// Table is a row per year.
func (t Trend) Table() Table {
	out := Table{Caption: t.Title, Head: []string{t.Words.Year}}
	for _, s := range t.Series {
		out.Head = append(out.Head, s.Name)
	}
	for i, y := range t.Years {
		row := []string{year(y)}
		for _, s := range t.Series {
			v := ""
			if i < len(s.Values) && s.Values[i] != None {
				v = t.Words.num(s.Values[i])
			}
			row = append(row, v)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Spark draws values as a small line without words, for a cell of a table whose
// row says the figures. title is its tooltip.
func Spark(title string, values []int64) SVG {
	if len(values) < 2 {
		return SVG{}
	}
	const w, h, pad = 96, 24, 4
	top := int64(1)
	for _, v := range values {
		top = max(top, v)
	}
	axis := scale{top, h - 2*pad}
	pen := StartPlain(title, w, h, "spark")
	pen.Line(0, h-pad, w, h-pad, "c-axis")
	var d strings.Builder
	x, y := 0, 0
	for i, v := range values {
		x, y = pad+i*(w-2*pad)/(len(values)-1), h-pad-axis.at(v)
		d.WriteByte("LM"[b2i(i == 0)])
		d.WriteString(strconv.Itoa(x) + " " + strconv.Itoa(y))
	}
	pen.Path(d.String(), "c-line a")
	pen.Leaf("circle", markup.I("cx", x), markup.I("cy", y), markup.I("r", 3), markup.A("class", "c-mark a"))
	return pen.Done()
}
