// Package docx fills and writes Word documents (ground floor).
//
// A template is any .docx in which somebody typed placeholders, also when Word has split them over
// several runs of text:
//
//	{{key}}            the value of a field; line breaks and tabs of the value are kept
//	{{?key}} {{!key}}  the paragraph stays only when the field is filled in, or only when it is empty
//	{{#list}}…{{/list}} in a row of a table: one row for each item; elsewhere: one paragraph each
//
// An empty field becomes a dotted line to be filled in by hand, so that the same template is the blank
// form. Files come from outside and nothing in them is believed: Open refuses archives that unpack to
// too much, macros, embedded objects, and everything that would make Word fetch something elsewhere.
// Compile makes a template from a description in plain text.
package docx

import (
	"slices"
	"strings"

	"ketnap/internal/fault"
)

// Values are what goes into a template. A key not found in an item of a list is looked up outside it.
type Values struct {
	Text  map[string]string
	Lists map[string][]Values
}

// Gap is what an empty field looks like on paper.
type Gap struct {
	Text  string // what stands there; the rest does not matter then
	Dots  int    // dots inside a line
	Lines int    // dotted lines to the right margin, when the field ends a paragraph; at least 1
	Rows  int    // of a list: empty rows
}

// Gaps says what an empty field looks like; nil leaves nothing.
type Gaps func(key string) Gap

// Mark is one placeholder of a template: its sign (0, '#', '/', '?', '!') and its key.
type Mark struct {
	Sign byte
	Key  string
}

// parts of a paragraph text that look like a placeholder.
const (
	openMark  = "{{"
	closeMark = "}}"
	signs     = "#/?!"
)

// found is a placeholder at bytes from..to of a text.
type found struct {
	Mark
	from, to int
}

// marksIn returns the placeholders of a text in order. A "{{" that is never closed has Key "" and ends
// the search.
func marksIn(text string) []found {
	var out []found
	for at := 0; ; {
		i := strings.Index(text[at:], openMark)
		if i < 0 {
			return out
		}
		from := at + i
		body, _, closed := strings.Cut(text[from+len(openMark):], closeMark)
		if !closed {
			return append(out, found{from: from, to: len(text)})
		}
		at = from + len(openMark) + len(body) + len(closeMark)
		m := Mark{Key: strings.TrimSpace(body)}
		if m.Key != "" && strings.IndexByte(signs, m.Key[0]) >= 0 {
			m.Sign, m.Key = m.Key[0], strings.TrimSpace(m.Key[1:])
		}
		out = append(out, found{m, from, at})
	}
}

// Unknown returns the keys among marks that known does not have, each once, in order.
func Unknown(marks []Mark, known func(key string) bool) []string {
	var out []string
	for _, m := range marks {
		if !known(m.Key) && !slices.Contains(out, m.Key) {
			out = append(out, m.Key)
		}
	}
	return out
}

// refuse makes the error of a file that cannot be accepted.
func refuse(key fault.Key, args ...any) error {
	return fault.E("docx.Open", fault.Invalid, key, args...)
}
