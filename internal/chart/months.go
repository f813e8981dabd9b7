package chart

import (
	"slices"
	"strconv"

	"ketnap/internal/markup"
)

// Months is a year by months beside the year before, with the line that every
// month has to reach on average.
type Months struct {
	ID, Title  string
	Year       int
	This, Last [12]int64
	Upto       int   // months of Year that have begun, 0..12: later ones are not drawn
	Target     int64 // of the whole year; 0 = no line
	Words      Words
}

// The plot of Months and Trend: a gutter for the numbers of the axis, a strip
// for the legend, a strip for the names below.
const (
	plotW, plotH   = 480, 240
	plotLeft       = 50
	plotFoot       = 208
	slotWide       = 35
	longLabel      = 1000 // values from here on do not fit above a column on a phone
	tooLongToPrint = 10_000
)

// SVG draws m, 480 units wide.
func (m Months) SVG() SVG {
	pen := Start(m.ID, m.Title, m.describe(), plotW, plotH, false, "months")
	needed := float64(m.Target) / 12
	top := max(slices.Max(m.This[:]), slices.Max(m.Last[:]), int64(needed+1))
	axis := grid(pen, 42, top, m.Words)
	m.legend(pen)
	if m.Target > 0 {
		y := plotFoot - axis.at(int64(needed+0.5))
		pen.Line(plotLeft, y, plotW, y, "c-needed")
	}
	for i := range 12 {
		x := plotLeft + 6 + i*slotWide
		m.column(pen, axis, x, i)
		pen.Text(x+16, plotFoot+20, "c-t", "middle", strconv.Itoa(i+1))
	}
	pen.Line(plotLeft, plotFoot, plotW, plotFoot, "c-axis")
	return pen.Done()
}

func (m Months) column(pen *Pen, axis scale, x, i int) {
	w := m.Words
	if h := axis.bar(m.Last[i]); h > 0 {
		pen.Open("g")
		pen.Title(w.Month + " " + strconv.Itoa(i+1) + "/" + year(m.Year-1) + ": " + w.num(m.Last[i]))
		lastYear(pen, x, plotFoot-h, 14, h)
		pen.Close()
	}
	if i >= m.Upto {
		return
	}
	h := axis.bar(m.This[i])
	pen.Open("g")
	pen.Title(w.Month + " " + strconv.Itoa(i+1) + "/" + year(m.Year) + ": " + w.num(m.This[i]))
	pen.Rect(x+16, plotFoot-h, 16, h, "c-now")
	pen.Close()
	label := word("c-val")
	switch {
	case m.This[i] >= tooLongToPrint:
		return
	case m.This[i] >= longLabel:
		label = "c-val long"
	}
	pen.Text(x+24, plotFoot-h-5, label, "middle", w.num(m.This[i]))
}

func (m Months) legend(pen *Pen) {
	pen.Rect(2, 6, 14, 13, "c-now")
	pen.Text(22, 17, "c-t", "start", year(m.Year))
	lastYear(pen, 84, 6, 14, 13)
	pen.Text(104, 17, "c-t", "start", year(m.Year-1))
	if m.Target > 0 {
		pen.Line(164, 13, 190, 13, "c-needed")
		pen.Text(196, 17, "c-t", "start", m.Words.Needed+": "+m.Words.dec(float64(m.Target)/12, 1))
	}
}

// lastYear draws a bar of the year before.
func lastYear(pen *Pen, x, y, w, h int) {
	pen.Rect(x, y, w, h, "c-last")
	pen.Hatch(boxRing(x, y, w, h), Rising, markup.A("class", "c-last-ink"))
}

func (m Months) describe() string {
	w := m.Words
	s := year(m.Year) + ": " + w.num(sum(m.This[:min(max(m.Upto, 0), 12)])) + ". " + year(m.Year-1) + ": " + w.num(sum(m.Last[:])) + "."
	if m.Target > 0 {
		s += " " + w.Needed + ": " + w.dec(float64(m.Target)/12, 1) + "."
	}
	return s
}

// Table is a row per month.
func (m Months) Table() Table {
	w := m.Words
	t := Table{Caption: m.Title, Head: []string{w.Month, year(m.Year - 1), year(m.Year)}}
	for i := range 12 {
		now := ""
		if i < m.Upto {
			now = w.num(m.This[i])
		}
		t.Rows = append(t.Rows, []string{w.Month + " " + strconv.Itoa(i+1), w.num(m.Last[i]), now})
	}
	return t
}

// grid draws the numbers and lines of the axis from 0 up to at least most; its
// upper end lies at y.
func grid(pen *Pen, y int, most int64, w Words) scale {
	marks := ticks(most)
	axis := scale{marks[len(marks)-1], plotFoot - y}
	for _, v := range marks {
		y := plotFoot - axis.at(v)
		if v > 0 {
			pen.Line(plotLeft, y, plotW, y, "c-grid")
		}
		pen.Text(plotLeft-6, y+5, "c-q", "end", w.num(v))
	}
	return axis
}

func sum(vs []int64) (n int64) {
	for _, v := range vs {
		n += v
	}
	return n
}
