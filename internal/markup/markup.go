// Package markup writes pieces of pages and drawings, every text escaped (ground floor). Templates write pages; a Pen
// writes what repeats so often that a template's reflection would be most of the request: the rows of long tables, the
// choices of long lists, and drawings.
package markup

import (
	"html"
	"html/template"
	"strconv"
	"strings"
)

// Word is the name of an element, attribute or class. It is always a constant, so that names never come from data.
type Word string

// Attr is one attribute of an element. One without a value is left out, unless it stays.
type Attr struct {
	name  Word
	value string
	stays bool
}

// A is an attribute with a text value. A link may only lead within the site: any
// other address is dropped.
func A(name Word, value string) Attr {
	if name == "href" && !within(value) {
		value = ""
	}
	return Attr{name: name, value: value}
}

// I is an attribute with a whole number.
func I(name Word, n int) Attr { return Attr{name: name, value: strconv.Itoa(n)} }

// Flag is an attribute that only stands or not.
func Flag(name Word, on bool) Attr { return Attr{name: name, stays: on} }

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

// Pen writes elements. They are closed in order; Done closes what is open.
type Pen struct {
	b    strings.Builder
	open []Word
}

// Open begins an element.
func (p *Pen) Open(name Word, attrs ...Attr) {
	p.tag(name, attrs)
	p.b.WriteByte('>')
	p.open = append(p.open, name)
}

// Leaf writes an element of a drawing without content.
func (p *Pen) Leaf(name Word, attrs ...Attr) {
	p.tag(name, attrs)
	p.b.WriteString("/>")
}

// Say writes an element that holds a text.
func (p *Pen) Say(s string, name Word, attrs ...Attr) {
	p.Open(name, attrs...)
	p.Put(s)
	p.Close()
}

func (p *Pen) tag(name Word, attrs []Attr) {
	p.b.WriteByte('<')
	p.b.WriteString(string(name))
	for _, a := range attrs {
		if a.value == "" && !a.stays {
			continue
		}
		p.b.WriteByte(' ')
		p.b.WriteString(string(a.name))
		if a.value == "" {
			continue
		}
		p.b.WriteString(`="`)
		p.b.WriteString(html.EscapeString(a.value))
		p.b.WriteByte('"')
	}
}

// Close ends the element opened last.
func (p *Pen) Close() {
	last := len(p.open) - 1
	p.b.WriteString("</")
	p.b.WriteString(string(p.open[last]))
	p.b.WriteByte('>')
	p.open = p.open[:last]
}

// Put writes text content.
func (p *Pen) Put(s string) { p.b.WriteString(html.EscapeString(s)) }

// Done ends what was begun.
func (p *Pen) Done() Piece {
	for len(p.open) > 0 {
		p.Close()
	}
	return Piece{p.b.String()}
}

// Piece is finished markup. The zero value is nothing. Only a Pen makes one, and a Pen escapes every text, so HTML is
// safe to put into a page.
type Piece struct{ text string }

// HTML is the piece for html/template.
func (s Piece) HTML() template.HTML { return template.HTML(s.text) }

// String is the piece as text, for a file.
func (s Piece) String() string { return s.text }

// Empty says that there is nothing.
func (s Piece) Empty() bool { return s.text == "" }
