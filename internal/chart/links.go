package chart

import (
	"unicode/utf8"

	"ketnap/internal/markup"
)

// Links is how one paper stands to others: those it rests on above it, those that rest on it below.
type Links struct {
	Title, Name string
	Edges       []Edge
	Words       Words
	Way, Other  string // heads of the table: how, and to which
}

// Edge is one relation.
type Edge struct {
	Label, Name string
	Href        string // the other paper; may be empty
	Out         bool   // from the paper in the middle to the other
}

// SVG draws l, 480 units wide, a row per paper.
func (l Links) SVG() SVG {
	if len(l.Edges) == 0 {
		return SVG{}
	}
	const w, row, x, text, tick = 480, 44, 18, 40, 12
	var out, in []Edge
	linked := false
	for _, e := range l.Edges {
		linked = linked || e.Href != ""
		if e.Out {
			out = append(out, e)
		} else {
			in = append(in, e)
		}
	}
	pen := Start("links", l.Title, l.Name, w, row*(len(l.Edges)+1), linked, "funnel")
	at := func(i int) int { return i*row + row/2 }
	own := len(out)
	pen.Line(x, at(0), x, at(len(l.Edges)), "c-axis")
	paper := func(i int, e Edge) {
		y := at(i)
		pen.Line(x, y, x+tick, y, "c-axis")
		if e.Href != "" {
			pen.Open("a", markup.A("href", e.Href))
		} else {
			pen.Open("g")
		}
		pen.Text(text, y-3, "c-t", "start", shorten(e.Name, 46))
		pen.Text(text, y+14, "c-q", "start", e.Label)
		pen.Close()
	}
	for i, e := range out {
		paper(i, e)
	}
	pen.Rect(x-7, at(own)-7, 14, 14, "c-now")
	pen.Text(text, at(own)+5, "c-b", "start", shorten(l.Name, 46))
	for i, e := range in {
		paper(own+1+i, e)
	}
	return pen.Done()
}

// shorten cuts a text to n letters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// Table returns the relations as rows.
func (l Links) Table() Table {
	t := Table{Caption: l.Title, Head: []string{l.Other, l.Way}}
	for _, e := range l.Edges {
		arrow := "← "
		if e.Out {
			arrow = "→ "
		}
		t.Rows = append(t.Rows, []string{e.Name, arrow + e.Label})
		t.Links = append(t.Links, e.Href)
	}
	return t
}
