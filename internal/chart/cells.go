package chart

import (
	"html"
	"strings"
)

// Count is a number of a table with the list behind it; an empty Href has none.
type Count struct{ Text, Href string }

// Cells draws the cells of numbers of one row of a table. A province has a thousand such cells on one
// page, and html/template, which escapes each number and address by reflection, needed a third of the
// page's time for them.
func Cells(counts ...Count) SVG {
	var b strings.Builder
	for _, c := range counts {
		b.WriteString(`<td class="num">`)
		if strings.HasPrefix(c.Href, "/") { // an address inside the program, never a scheme
			b.WriteString(`<a href="`)
			b.WriteString(html.EscapeString(c.Href))
			b.WriteString(`">`)
			b.WriteString(html.EscapeString(c.Text))
			b.WriteString(`</a></td>`)
			continue
		}
		b.WriteString(html.EscapeString(c.Text))
		b.WriteString(`</td>`)
	}
	return SVG{b.String()}
}
