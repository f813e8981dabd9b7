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
	"html"
	"html/template"
	"strconv"
	"strings"
)

// SVG is a finished drawing. The zero value is no drawing. Only a Pen makes one,
// and a Pen escapes every text, so HTML is safe to put into a page.
type SVG struct{ text string }

// HTML is the drawing for html/template.
func (s SVG) HTML() template.HTML { return template.HTML(s.text) }

// String is the drawing as text, for a file.
func (s SVG) String() string { return s.text }

// Empty says that there is no drawing.
func (s SVG) Empty() bool { return s.text == "" }

// word is the name of an element, attribute or class. Other packages can only
// pass constants for it, so names never come from data.
type word string

// Attr is one attribute of an element.
type Attr struct {
	name  word
	value string
}

// A is an attribute with a text value. A link may only lead within the site: any
// other address is dropped.
func A(name word, value string) Attr {
	if name == "href" && !within(value) {
		value = ""
	}
	return Attr{name, value}
}

// within says whether href is a path, query or fragment of this site.
func within(href string) bool {
	if href == "" {
		return false
	}
	switch href[0] {
	case '?', '#':
		return true
	case '/':
		return len(href) == 1 || href[1] != '/' && href[1] != '\\'
	}
	return false
}

// I is an attribute with a whole number.
func I(name word, n int) Attr { return Attr{name, strconv.Itoa(n)} }

// Pen writes SVG. Elements must be closed in order; Done closes what is open.
type Pen struct {
	b    strings.Builder
	open []word
}

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
	p.Open("svg", A("xmlns", "http://www.w3.org/2000/svg"), A("id", id), A("class", string(class)),
		A("viewBox", "0 0 "+strconv.Itoa(w)+" "+strconv.Itoa(h)), A("role", role),
		A("aria-labelledby", id+"-t"), A("aria-describedby", id+"-d"))
	p.Open("title", A("id", id+"-t"))
	p.Put(title)
	p.Close()
	p.Open("desc", A("id", id+"-d"))
	p.Put(desc)
	p.Close()
	return p
}

// StartPlain begins a small drawing that says nothing of its own: it stands beside
// words that say the same. title is its tooltip and may be empty.
func StartPlain(title string, w, h int, class word) *Pen {
	p := &Pen{}
	p.Open("svg", A("xmlns", "http://www.w3.org/2000/svg"), A("class", string(class)),
		A("viewBox", "0 0 "+strconv.Itoa(w)+" "+strconv.Itoa(h)), A("aria-hidden", "true"))
	p.Title(title)
	return p
}

// Open begins an element.
func (p *Pen) Open(name word, attrs ...Attr) {
	p.tag(name, attrs)
	p.b.WriteByte('>')
	p.open = append(p.open, name)
}

// Leaf writes an element without content.
func (p *Pen) Leaf(name word, attrs ...Attr) {
	p.tag(name, attrs)
	p.b.WriteString("/>")
}

func (p *Pen) tag(name word, attrs []Attr) {
	p.b.WriteByte('<')
	p.b.WriteString(string(name))
	for _, a := range attrs {
		if a.value == "" {
			continue
		}
		p.b.WriteByte(' ')
		p.b.WriteString(string(a.name))
		p.b.WriteString(`="`)
		p.b.WriteString(html.EscapeString(a.value))
		p.b.WriteByte('"')
	}
}

// Close ends the element opened last.
func (p *Pen) Close() {
	last := len(p.open) - 1
	p.b.WriteString("</" + string(p.open[last]) + ">")
	p.open = p.open[:last]
}

// Put writes text content.
func (p *Pen) Put(s string) { p.b.WriteString(html.EscapeString(s)) }

// Title writes the tooltip of the element just opened.
func (p *Pen) Title(s string) {
	if s == "" {
		return
	}
	p.b.WriteString("<title>" + html.EscapeString(s) + "</title>")
}

// Text writes s at x, y. anchor is start, middle or end.
func (p *Pen) Text(x, y int, class, anchor word, s string) {
	p.Open("text", I("x", x), I("y", y), A("class", string(class)), A("text-anchor", string(anchor)))
	p.Put(s)
	p.Close()
}

// Rect draws a box. A box without area is left out.
func (p *Pen) Rect(x, y, w, h int, class word, more ...Attr) {
	if w <= 0 || h <= 0 {
		return
	}
	p.Leaf("rect", append([]Attr{I("x", x), I("y", y), I("width", w), I("height", h), A("class", string(class))}, more...)...)
}

// Line draws a straight line.
func (p *Pen) Line(x1, y1, x2, y2 int, class word) {
	p.Leaf("line", I("x1", x1), I("y1", y1), I("x2", x2), I("y2", y2), A("class", string(class)))
}

// Path draws a path. d is made by the program, never by a user.
func (p *Pen) Path(d string, class word, more ...Attr) {
	p.Leaf("path", append([]Attr{A("d", d), A("class", string(class))}, more...)...)
}

// Done ends the drawing.
func (p *Pen) Done() SVG {
	for len(p.open) > 0 {
		p.Close()
	}
	return SVG{p.b.String()}
}
