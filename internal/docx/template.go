package docx

import (
	"path"
	"slices"
	"strings"
)

// Template is an opened Word document.
type Template struct {
	parts []part
	texts map[int]*story // by index in parts: what is filled in
}

// story is a part with text in it: the document, a header, a footer, notes.
type story struct {
	root *node
	w    string // prefix of the names of word processing, "w:"
}

// wordSpaces are the two namespaces of word processing, transitional and strict.
var wordSpaces = []string{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
	"http://purl.oclc.org/ooxml/wordprocessingml/main",
}

// Open reads a document and refuses what is not one or could do harm.
func Open(data []byte) (*Template, error) {
	parts, err := unpack(data)
	if err != nil {
		return nil, err
	}
	if err := inspect(parts); err != nil {
		return nil, err
	}
	main, err := mainPart(parts)
	if err != nil {
		return nil, err
	}
	t := &Template{parts: parts, texts: map[int]*story{}}
	found := false
	for i, p := range parts {
		if !strings.EqualFold(p.name, main) && !isStory(p.name) {
			continue
		}
		found = found || strings.EqualFold(p.name, main)
		s, err := openStory(p.data)
		if err != nil {
			return nil, err
		}
		t.texts[i] = s
	}
	if !found {
		return nil, refuse("docx.not_docx")
	}
	return t, t.checkMarks()
}

// isStory reports whether a part beside the document holds text that is printed.
func isStory(name string) bool {
	dir, base := path.Split(strings.ToLower(name))
	if dir != "word/" || !strings.HasSuffix(base, ".xml") {
		return false
	}
	return slices.ContainsFunc([]string{"header", "footer", "footnotes", "endnotes"}, func(s string) bool { return strings.HasPrefix(base, s) })
}

// mainPart finds the document by the relationships of the package.
func mainPart(parts []part) (string, error) {
	for _, p := range parts {
		if !strings.EqualFold(p.name, "_rels/.rels") {
			continue
		}
		rels, err := relationships(p.data)
		if err != nil {
			return "", err
		}
		for _, r := range rels {
			if strings.HasSuffix(r.Type, "/officeDocument") {
				return strings.TrimPrefix(path.Clean(r.Target), "/"), nil
			}
		}
	}
	return "", refuse("docx.not_docx")
}

func openStory(data []byte) (*story, error) {
	s, err := newStory(data)
	if err != nil {
		return nil, err
	}
	return s, s.checkFields()
}

func newStory(data []byte) (*story, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, refuse("docx.damaged", err)
	}
	s := &story{root: root}
	for _, top := range root.kids {
		if prefix, _, ok := strings.Cut(top.name, ":"); ok && slices.Contains(wordSpaces, top.attr("xmlns:"+prefix)) {
			s.w = prefix + ":"
		}
	}
	if s.w == "" {
		return nil, refuse("docx.not_docx")
	}
	return s, nil
}

// fetching are the fields of Word that read other files or start other programs.
var fetching = []string{"INCLUDE", "DDE", "LINK", "IMPORT", "DATABASE", "MACROBUTTON", "RD "}

// checkFields refuses field codes that fetch.
func (s *story) checkFields() error {
	var code strings.Builder
	s.root.each(func(n *node) bool {
		switch n.name {
		case s.w + "instrText":
			code.WriteString(n.charData())
		case s.w + "fldSimple":
			code.WriteString("\n" + n.attr(s.w+"instr") + "\n")
		case s.w + "fldChar":
			code.WriteByte('\n')
		}
		return true
	})
	for line := range strings.SplitSeq(code.String(), "\n") {
		line = strings.ToUpper(strings.TrimSpace(line)) + " "
		if strings.HasPrefix(line, "HYPERLINK") && !strings.Contains(line, `\L`) {
			line = "LINK"
		}
		if slices.ContainsFunc(fetching, func(w string) bool { return strings.HasPrefix(line, w) }) {
			return refuse("docx.field", clip(strings.TrimSpace(line)))
		}
	}
	return nil
}

// checkMarks refuses placeholders that are not closed and lists that do not end.
func (t *Template) checkMarks() error {
	if len(t.Marks()) > maxMarks {
		return refuse("docx.marks", maxMarks)
	}
	for i := range t.parts {
		s := t.texts[i]
		if s == nil {
			continue
		}
		if err := s.checkParagraphs(s.root, ""); err != nil {
			return err
		}
	}
	return nil
}

// maxMarks is how many placeholders a document may have; the longest form has some two hundred.
const maxMarks = 2_000

// checkParagraphs checks the texts below n; list is the one a row around them repeats for.
func (s *story) checkParagraphs(n *node, list string) error {
	for _, k := range n.kids {
		in := list
		switch k.name {
		case "":
			continue
		case s.w + "tr":
			if name := s.listOf(k); name != "" && list == "" {
				if !strings.Contains(s.allText(k), openMark) || !s.closes(k, name) {
					return refuse("docx.list_open", clip(name))
				}
				in = name
			}
		case s.w + "p":
			if err := s.checkParagraph(k, list); err != nil {
				return err
			}
		}
		if err := s.checkParagraphs(k, in); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) checkParagraph(p *node, list string) error {
	text := s.text(p)
	open := list
	for _, m := range marksIn(text) {
		switch {
		case m.Key == "":
			return refuse("docx.mark_open", clip(text[m.from:]))
		case m.Sign == '#' && open != "" && open != m.Key:
			return refuse("docx.list_nested", clip(m.Key))
		case m.Sign == '#':
			if list == "" && !s.closes(p, m.Key) {
				return refuse("docx.list_open", clip(m.Key))
			}
			open = m.Key
		case m.Sign == '/' && m.Key != open:
			return refuse("docx.list_close", clip(m.Key))
		}
	}
	return nil
}

// listOf returns the list a row or paragraph repeats for, "" when it stands once.
func (s *story) listOf(n *node) string {
	for _, m := range marksIn(s.allText(n)) {
		if m.Sign == '#' {
			return m.Key
		}
	}
	return ""
}

// closes reports whether the list is ended inside n.
func (s *story) closes(n *node, list string) bool {
	return slices.ContainsFunc(marksIn(s.allText(n)), func(m found) bool { return m.Sign == '/' && m.Key == list })
}

// Marks returns the placeholders of the document in order.
func (t *Template) Marks() []Mark {
	var out []Mark
	for i := range t.parts {
		if s := t.texts[i]; s != nil {
			s.root.each(func(n *node) bool {
				if n.name == s.w+"p" {
					for _, m := range marksIn(s.text(n)) {
						out = append(out, m.Mark)
					}
				}
				return true
			})
		}
	}
	return out
}

// texts returns the text elements of a paragraph; those of a paragraph inside it (a text box) are its own.
func (s *story) texts(p *node) []*node {
	var ts []*node
	p.each(func(n *node) bool {
		if n.name == s.w+"t" {
			ts = append(ts, n)
		}
		return n.name != s.w+"p"
	})
	return ts
}

// text returns the text of a paragraph.
func (s *story) text(p *node) string {
	var b strings.Builder
	for _, t := range s.texts(p) {
		b.WriteString(t.charData())
	}
	return b.String()
}

// allText returns the texts of all paragraphs in n, n itself included.
func (s *story) allText(n *node) string {
	if n.name == s.w+"p" {
		return s.text(n)
	}
	var b strings.Builder
	n.each(func(k *node) bool {
		if k.name == s.w+"p" {
			b.WriteString(s.text(k) + "\n")
		}
		return true
	})
	return b.String()
}
