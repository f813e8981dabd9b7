// Package pdf writes plain documents as PDF: headings, lines and tables, with every Vietnamese letter (ground floor).
//
// Texts are laid out in one font with a bold of it; of both a document holds the glyphs it uses. A text can be searched and copied.
package pdf

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// A4 in points, with margins of 2 cm.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56.7
	inner      = pageWidth - 2*margin
	size       = 11.5
	lead       = 1.3 // height of a line, in sizes
	pad        = 3.5 // around the text of a cell
)

// Doc is a document being written, from the top down.
type Doc struct {
	title, lang   string
	regular, bold *face
	pages         []*bytes.Buffer
	y             float64 // where the next thing begins, from the bottom
	cols          []float64
	heads         []string
}

// New begins a document in a language ("vi", "en").
func New(title, lang string) (*Doc, error) {
	d := &Doc{title: title, lang: lang}
	var err error
	if d.regular, err = parse(liberationserifregular.TTF); err != nil {
		return nil, err
	}
	if d.bold, err = parse(liberationserifbold.TTF); err != nil {
		return nil, err
	}
	d.page()
	return d, nil
}

func (d *Doc) page() {
	d.pages = append(d.pages, &bytes.Buffer{})
	d.y = pageHeight - margin
}

// room turns the page when less than h is left.
func (d *Doc) room(h float64) bool {
	if d.y-h >= margin {
		return false
	}
	d.page()
	return true
}

// Title writes the title of the document in the middle.
func (d *Doc) Title(text string) { d.lines(text, d.bold, 15, true) }

// Centre writes a line in the middle.
func (d *Doc) Centre(text string) { d.lines(text, d.regular, size+1, true) }

// Line writes a paragraph.
func (d *Doc) Line(text string) { d.lines(text, d.regular, size, false) }

// Head writes a heading, and keeps it together with what follows.
func (d *Doc) Head(text string) {
	d.room(90)
	d.y -= 10
	d.lines(text, d.bold, size+1, false)
}

func (d *Doc) lines(text string, f *face, size float64, middle bool) {
	for _, l := range wrap(f, text, size, inner) {
		d.room(size * lead)
		x := margin
		if middle {
			x += (inner - f.width(l, size)) / 2
		}
		d.text(f, l, size, x, d.y-size)
		d.y -= size * lead
	}
	d.y -= 3
}

// Table begins a table with columns of widths in parts of their sum.
func (d *Doc) Table(widths []int, heads ...string) {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	d.cols = nil
	for _, w := range widths {
		d.cols = append(d.cols, inner*float64(w)/float64(sum))
	}
	d.heads = heads
	d.row(d.bold, heads)
}

// Row writes a row. One that does not fit goes to the next page under the same heads; one that is longer than a page goes on there.
func (d *Doc) Row(cells ...string) { d.row(d.regular, cells) }

// End ends the table.
func (d *Doc) End() { d.cols, d.heads, d.y = nil, nil, d.y-6 }

func (d *Doc) row(f *face, cells []string) {
	wrapped, most := make([][]string, len(d.cols)), 1
	for i := range d.cols {
		if i < len(cells) {
			wrapped[i] = wrap(f, cells[i], size, d.cols[i]-2*pad)
		}
		most = max(most, len(wrapped[i]))
	}
	for from := 0; from < most; {
		fits := int((d.y - margin - 2*pad) / (size * lead))
		if fits < min(most-from, 8) { // not worth beginning here
			d.page()
			if f == d.regular {
				d.row(d.bold, d.heads)
			}
			fits = int((d.y - margin - 2*pad) / (size * lead))
		}
		to := min(most, from+fits)
		d.part(f, wrapped, from, to)
		from = to
	}
}

// part draws some lines of a row, with the lines around its cells.
func (d *Doc) part(f *face, wrapped [][]string, from, to int) {
	h := float64(to-from)*size*lead + 2*pad
	x := margin
	for i, w := range d.cols {
		for n := from; n < min(to, len(wrapped[i])); n++ {
			d.text(f, wrapped[i][n], size, x+pad, d.y-pad-size-float64(n-from)*size*lead+1)
		}
		_, _ = fmt.Fprintf(d.out(), "0.5 w 0.5 G %.2f %.2f %.2f %.2f re S\n", x, d.y-h, w, h)
		x += w
	}
	d.y -= h
}

func (d *Doc) out() *bytes.Buffer { return d.pages[len(d.pages)-1] }

func (d *Doc) text(f *face, s string, size, x, y float64) {
	name := "R"
	if f == d.bold {
		name = "B"
	}
	_, _ = fmt.Fprintf(d.out(), "BT /%s %.1f Tf %.2f %.2f Td <", name, size, x, y)
	for _, g := range f.encode(s) {
		_, _ = fmt.Fprintf(d.out(), "%04X", g)
	}
	d.out().WriteString("> Tj ET\n")
}

// wrap breaks a text into lines at spaces; a word that is longer than a line is broken where it must be.
func wrap(f *face, text string, size, width float64) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if next := strings.TrimSpace(line + " " + word); f.width(next, size) <= width {
			line = next
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		line = ""
		for _, r := range word {
			if line != "" && f.width(line+string(r), size) > width {
				out = append(out, line)
				line = ""
			}
			line += string(r)
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}
