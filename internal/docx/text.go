package docx

import "strings"

// Text returns what can be read in the document, one paragraph a line; the cells of a row are apart by
// " | ". Headers and notes come in the order of the parts.
func (t *Template) Text() string {
	var b strings.Builder
	for i := range t.parts {
		if s := t.texts[i]; s != nil {
			s.read(s.root, &b)
		}
	}
	return b.String()
}

func (s *story) read(n *node, b *strings.Builder) {
	for _, k := range n.kids {
		switch k.name {
		case s.w + "p":
			b.WriteString(s.line(k) + "\n")
		case s.w + "tr":
			b.WriteString(s.row(k) + "\n")
		case "":
		default:
			s.read(k, b)
		}
	}
}

// row writes a table row: its cells, and their paragraphs apart by " / ".
func (s *story) row(tr *node) string {
	var cells []string
	for _, tc := range tr.kids {
		if tc.name != s.w+"tc" {
			continue
		}
		var b strings.Builder
		s.read(tc, &b)
		cells = append(cells, strings.ReplaceAll(strings.TrimRight(b.String(), "\n"), "\n", " / "))
	}
	return strings.Join(cells, " | ")
}

// line writes a paragraph with its breaks and tabs.
func (s *story) line(p *node) string {
	var b strings.Builder
	p.each(func(n *node) bool {
		switch n.name {
		case s.w + "t":
			b.WriteString(n.charData())
		case s.w + "br":
			b.WriteByte('\n')
		case s.w + "tab":
			b.WriteByte('\t')
		case s.w + "pPr", s.w + "rPr":
			return false
		}
		return true
	})
	return b.String()
}
