package docx

import (
	"slices"
	"strings"
)

// maxOutput bounds what filling may make of a template with lists.
const maxOutput = 48 << 20

// Fill writes the document with the placeholders replaced. The template stays as it is.
func (t *Template) Fill(v Values, gaps Gaps) ([]byte, error) {
	if gaps == nil {
		gaps = func(string) Gap { return Gap{} }
	}
	parts := slices.Clone(t.parts)
	for i, s := range t.texts {
		f := &filler{story: s, gaps: gaps}
		root := s.root.clone()
		f.fill(root, scope{v})
		var b strings.Builder
		root.write(&b)
		if b.Len() > maxOutput {
			return nil, refuse("docx.output", maxOutput>>20)
		}
		parts[i].data = []byte(b.String())
	}
	return pack(parts)
}

// scope is where keys are looked up: the item of a list first, then what is around it.
type scope []Values

func (sc scope) text(key string) string {
	for _, v := range slices.Backward(sc) {
		if s, ok := v.Text[key]; ok {
			return s
		}
	}
	return ""
}

func (sc scope) list(key string) []Values {
	for _, v := range slices.Backward(sc) {
		if l, ok := v.Lists[key]; ok {
			return l
		}
	}
	return nil
}

// filler fills one story.
type filler struct {
	*story
	gaps Gaps
}

// fill works through the children of n; a row or paragraph may become none, or many.
func (f *filler) fill(n *node, sc scope) {
	out := make([]*node, 0, len(n.kids))
	for _, k := range n.kids {
		switch k.name {
		case "":
			out = append(out, k)
		case f.w + "tr", f.w + "p":
			out = append(out, f.repeat(k, sc)...)
		default:
			f.fill(k, sc)
			if k.name == f.w+"tbl" && f.emptied(k) {
				continue
			}
			out = append(out, k)
		}
	}
	n.kids = out
	if n.name == f.w+"tc" && !f.has(n, "p") {
		n.kids = append(n.kids, f.element("p"))
	}
}

// emptied reports whether of a table no row is left, or only those repeated at the head of each page
// after a list without items.
func (f *filler) emptied(tbl *node) bool {
	rows, heads := 0, 0
	for _, k := range tbl.kids {
		if k.name != f.w+"tr" {
			continue
		}
		rows++
		head := false
		k.each(func(n *node) bool {
			head = head || n.name == f.w+"tblHeader"
			return n.name == f.w+"trPr"
		})
		if head {
			heads++
		}
	}
	return rows == heads
}

// has reports whether n has a child of that local name.
func (f *filler) has(n *node, local string) bool {
	return slices.ContainsFunc(n.kids, func(k *node) bool { return k.name == f.w+local })
}

func (f *filler) element(local string) *node {
	return &node{name: f.w + local, tag: "<" + f.w + local + ">"}
}

// repeat fills a row or paragraph, once or once for each item of its list.
func (f *filler) repeat(n *node, sc scope) []*node {
	list := f.listOf(n)
	if list == "" || len(sc) > 1 {
		return f.once(n, sc)
	}
	items := sc.list(list)
	if len(items) == 0 {
		items = make([]Values, f.gaps(list).Rows)
	}
	var out []*node
	for _, item := range items {
		out = append(out, f.once(n.clone(), append(slices.Clone(sc), item))...)
	}
	return out
}

// once fills one row or paragraph; none is left of a paragraph whose condition does not hold.
func (f *filler) once(n *node, sc scope) []*node {
	if n.name == f.w+"tr" {
		f.fill(n, sc)
		return []*node{n}
	}
	if !f.wanted(n, sc) {
		if !f.endsSection(n) {
			return nil
		}
		for _, t := range f.texts(n) {
			f.set(t, "")
		}
		return []*node{n}
	}
	f.inner(n, sc)
	f.paragraph(n, sc)
	return []*node{n}
}

// inner fills the paragraphs inside a paragraph: text boxes.
func (f *filler) inner(p *node, sc scope) {
	for _, k := range p.kids {
		if k.name == "" {
			continue
		}
		if f.has(k, "p") || f.has(k, "tbl") {
			f.fill(k, sc)
			continue
		}
		f.inner(k, sc)
	}
}

// endsSection reports whether a paragraph carries the page layout of what is before it.
func (f *filler) endsSection(p *node) bool {
	found := false
	p.each(func(n *node) bool {
		found = found || n.name == f.w+"sectPr"
		return !found
	})
	return found
}

// wanted reports whether the conditions of a paragraph hold.
func (f *filler) wanted(p *node, sc scope) bool {
	for _, m := range marksIn(f.text(p)) {
		filled := sc.text(m.Key) != "" || len(sc.list(m.Key)) > 0
		if m.Sign == '?' && !filled || m.Sign == '!' && filled {
			return false
		}
	}
	return true
}

// paragraph replaces the placeholders of one paragraph, the last first, so that the offsets of those
// before stay true.
func (f *filler) paragraph(p *node, sc scope) {
	text := f.text(p)
	for _, m := range slices.Backward(marksIn(text)) {
		value := ""
		if m.Sign == 0 {
			if value = strings.ReplaceAll(sc.text(m.Key), "\r", ""); value == "" {
				value = f.gap(p, m.Key, strings.TrimSpace(text[m.to:]) == "")
			}
		}
		f.replace(p, m.from, m.to, value)
	}
	for _, t := range f.texts(p) {
		f.breakUp(p, t)
	}
}

// gap is what an empty field leaves on paper.
func (f *filler) gap(p *node, key string, last bool) string {
	g := f.gaps(key)
	switch {
	case g.Text != "":
		return g.Text
	case g.Dots == 0 && g.Lines == 0:
		return ""
	case last && f.leads(p):
		return strings.Repeat("\t\n", max(1, g.Lines)-1) + "\t"
	}
	return strings.Repeat(".", max(g.Dots, 3))
}

// leads reports whether the paragraph has a tab stop with a dotted leader.
func (f *filler) leads(p *node) bool {
	found := false
	p.each(func(n *node) bool {
		found = found || n.name == f.w+"tab" && n.attr(f.w+"leader") == "dot"
		return n.name != f.w+"r"
	})
	return found
}

// replace puts value in the place of bytes from..to of the text of a paragraph.
func (f *filler) replace(p *node, from, to int, value string) {
	at := 0
	for _, t := range f.texts(p) {
		text := t.charData()
		start, end := at, at+len(text)
		at = end
		if end <= from || start >= to {
			continue
		}
		head, tail := text[:max(0, from-start)], text[min(len(text), to-start):]
		if start <= from { // the first run takes the value
			f.set(t, head+value+tail)
		} else {
			f.set(t, tail)
		}
	}
}

// set gives a text element a new text.
func (f *filler) set(t *node, text string) {
	t.tag, t.filled = "<"+f.w+`t xml:space="preserve">`, true
	t.kids = []*node{{raw: escape(text)}}
}

// breakUp turns line breaks and tabs in a text element that was filled into elements of their own.
func (f *filler) breakUp(p *node, t *node) {
	text := t.charData()
	if !t.filled || !strings.ContainsAny(text, "\n\t") {
		return
	}
	run := f.parentOf(p, t)
	if run == nil {
		return
	}
	var pieces []*node
	for text != "" {
		i := strings.IndexAny(text, "\n\t")
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			piece := f.element("t")
			f.set(piece, text[:i])
			pieces = append(pieces, piece)
		}
		if i == len(text) {
			break
		}
		pieces = append(pieces, f.element(map[byte]string{'\n': "br", '\t': "tab"}[text[i]]))
		text = text[i+1:]
	}
	i := slices.Index(run.kids, t)
	run.kids = slices.Concat(run.kids[:i:i], pieces, run.kids[i+1:])
}

// parentOf finds the element of which t is a child.
func (f *filler) parentOf(p, t *node) *node {
	if slices.Contains(p.kids, t) {
		return p
	}
	for _, k := range p.kids {
		if r := f.parentOf(k, t); r != nil {
			return r
		}
	}
	return nil
}
