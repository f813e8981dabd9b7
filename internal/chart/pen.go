// Package chart draws figures as SVG on the server (ground floor): pace against
// a target, months, a funnel, a trend, small bars for tables.
//
// A chart is a value with two methods: SVG draws it, Table gives the same
// figures as rows, so that a page can always show both. Drawings carry a title
// and a description, write their numbers as text, and mark every difference of
// colour by a pattern, a sign or a word as well: they print in black and white.
// Sizes and colours of text and lines come from classes (app.css): a page may
// not carry inline styles.
package chart

import (
	"strconv"

	"ketnap/internal/markup"
)

// SVG is a finished drawing. The zero value is no drawing.
type SVG = markup.Piece

type word = markup.Word

// Pen writes SVG.
type Pen struct{ markup.Pen }

// Start begins a drawing w by h units large that scales to its box. id must be
// unique on the page: title, description and patterns are found by it. A drawing
// with links inside is a group, not an image, or its links would be hidden from
// screen readers.
func Start(id, title, desc string, w, h int, links bool, class word) *Pen {
	p := &Pen{}
	role := "img"
	if links {
		role = "group"
	}
	p.Open("svg", markup.A("xmlns", "http://www.w3.org/2000/svg"), markup.A("id", id), markup.A("class", string(class)),
		markup.A("viewBox", "0 0 "+strconv.Itoa(w)+" "+strconv.Itoa(h)), markup.A("role", role),
		markup.A("aria-labelledby", id+"-t"), markup.A("aria-describedby", id+"-d"))
	p.Say(title, "title", markup.A("id", id+"-t"))
	p.Say(desc, "desc", markup.A("id", id+"-d"))
	return p
}

// StartPlain begins a small drawing that says nothing of its own: it stands beside
// words that say the same. title is its tooltip and may be empty.
func StartPlain(title string, w, h int, class word) *Pen {
	p := &Pen{}
	p.Open("svg", markup.A("xmlns", "http://www.w3.org/2000/svg"), markup.A("class", string(class)),
		markup.A("viewBox", "0 0 "+strconv.Itoa(w)+" "+strconv.Itoa(h)), markup.A("aria-hidden", "true"))
	p.Title(title)
	return p
}

// Title writes the tooltip of the element just opened.
func (p *Pen) Title(s string) {
	if s == "" {
		return
	}
	p.Say(s, "title")
}

// Text writes s at x, y. anchor is start, middle or end.
func (p *Pen) Text(x, y int, class, anchor word, s string) {
	p.Say(s, "text", markup.I("x", x), markup.I("y", y), markup.A("class", string(class)), markup.A("text-anchor", string(anchor)))
}

// Rect draws a box. A box without area is left out.
func (p *Pen) Rect(x, y, w, h int, class word, more ...markup.Attr) {
	if w <= 0 || h <= 0 {
		return
	}
	p.Leaf("rect", append([]markup.Attr{markup.I("x", x), markup.I("y", y), markup.I("width", w), markup.I("height", h), markup.A("class", string(class))}, more...)...)
}

// Line draws a straight line.
func (p *Pen) Line(x1, y1, x2, y2 int, class word) {
	p.Leaf("line", markup.I("x1", x1), markup.I("y1", y1), markup.I("x2", x2), markup.I("y2", y2), markup.A("class", string(class)))
}

// Path draws a path. d is made by the program, never by a user.
func (p *Pen) Path(d string, class word, more ...markup.Attr) {
	p.Leaf("path", append([]markup.Attr{markup.A("d", d), markup.A("class", string(class))}, more...)...)
}
