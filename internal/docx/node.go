package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is a piece of XML that is written back as it was read, unless it was changed: an element with
// its start tag as it stood, or raw text (character data, a comment, a processing instruction).
type node struct {
	name string // qualified, "w:p"; "" is raw text
	tag  string // the start tag as it stood, closed with ">" even when it was "/>"
	raw  string // of raw text
	kids []*node

	filled bool // a text somebody put in
}

const maxDepth = 250

var errXML = errors.New("docx: XML that no word processor writes")

// parseXML reads a part into its nodes. What encoding/xml does not accept is refused first, and so are
// document types, the only way to make entities.
func parseXML(data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if err := wellFormed(data); err != nil {
		return nil, err
	}
	root := &node{}
	stack := []*node{root}
	for s := string(data); s != ""; {
		top := stack[len(stack)-1]
		piece := nextPiece(s)
		s = s[len(piece):]
		switch {
		case !strings.HasPrefix(piece, "<") || strings.HasPrefix(piece, "<?") || strings.HasPrefix(piece, "<!"):
			top.kids = append(top.kids, &node{raw: piece})
		case strings.HasPrefix(piece, "</"):
			if len(stack) == 1 {
				return nil, errXML
			}
			stack = stack[:len(stack)-1]
		default:
			n := &node{name: tagName(piece), tag: piece}
			top.kids = append(top.kids, n)
			if strings.HasSuffix(piece, "/>") {
				n.tag = strings.TrimRight(strings.TrimSuffix(piece, "/>"), " ") + ">"
			} else if stack = append(stack, n); len(stack) > maxDepth {
				return nil, errXML
			}
		}
	}
	if len(stack) != 1 {
		return nil, errXML
	}
	return root, nil
}

// wellFormed runs the strict decoder over a part.
func wellFormed(data []byte) error {
	if !utf8.Valid(data) {
		return errXML
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("docx: %w", err)
		}
		if _, ok := t.(xml.Directive); ok {
			return errXML
		}
	}
}

// nextPiece cuts the first tag, comment, instruction or run of text off s.
func nextPiece(s string) string {
	end := func(mark string) string {
		if i := strings.Index(s, mark); i >= 0 {
			return s[:i+len(mark)]
		}
		return s
	}
	switch {
	case strings.HasPrefix(s, "<!--"):
		return end("-->")
	case strings.HasPrefix(s, "<![CDATA["):
		return end("]]>")
	case strings.HasPrefix(s, "<?"):
		return end("?>")
	case !strings.HasPrefix(s, "<"):
		if i := strings.IndexByte(s, '<'); i >= 0 {
			return s[:i]
		}
		return s
	}
	quote := byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return s[:i+1]
		}
	}
	return s
}

// tagName reads the name off a start tag.
func tagName(tag string) string {
	name := strings.TrimPrefix(tag, "<")
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	return name
}

// write appends the node as XML.
func (n *node) write(b *strings.Builder) {
	if n.name == "" {
		b.WriteString(n.raw)
		for _, k := range n.kids { // the root has neither name nor text
			k.write(b)
		}
		return
	}
	if len(n.kids) == 0 {
		b.WriteString(strings.TrimSuffix(n.tag, ">") + "/>")
		return
	}
	b.WriteString(n.tag)
	for _, k := range n.kids {
		k.write(b)
	}
	b.WriteString("</" + n.name + ">")
}

// clone copies a node with everything below it.
func (n *node) clone() *node {
	c := *n
	c.kids = make([]*node, len(n.kids))
	for i, k := range n.kids {
		c.kids[i] = k.clone()
	}
	return &c
}

// each calls f with every element below n until f says not to go deeper.
func (n *node) each(f func(*node) (deeper bool)) {
	for _, k := range n.kids {
		if k.name != "" && f(k) {
			k.each(f)
		}
	}
}

// attr returns the value of an attribute as it stands in the start tag, "" when there is none.
func (n *node) attr(name string) string {
	_, rest, ok := strings.Cut(n.tag, " "+name+"=")
	if !ok || rest == "" {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], rest[:1])
	return unescape(value)
}

// charData returns the text inside an element, decoded.
func (n *node) charData() string {
	var b strings.Builder
	for _, k := range n.kids {
		switch {
		case k.name != "" || strings.HasPrefix(k.raw, "<?") || strings.HasPrefix(k.raw, "<!--"):
		case strings.HasPrefix(k.raw, "<![CDATA["):
			b.WriteString(strings.TrimSuffix(strings.TrimPrefix(k.raw, "<![CDATA["), "]]>"))
		default:
			b.WriteString(unescape(k.raw))
		}
	}
	return b.String()
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape decodes the entities that XML knows by itself.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, ";")
		switch {
		case closed && entities[name] != "":
			b.WriteString(entities[name])
		case closed && strings.HasPrefix(name, "#"):
			b.WriteString(numeric(name[1:]))
		default:
			b.WriteByte('&')
			after = rest
		}
		s = after
	}
}

func numeric(s string) string {
	base := 10
	if strings.HasPrefix(s, "x") {
		s, base = s[1:], 16
	}
	n, err := strconv.ParseUint(s, base, 21)
	if err != nil || !allowed(rune(n)) {
		return ""
	}
	return string(rune(n))
}

// allowed reports whether XML 1.0 may contain a character.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// escape encodes text for XML and drops what XML cannot hold.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&quot;")
		case r == utf8.RuneError, !allowed(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
