package web

import "ketnap/internal/markup"

// A tree shows hundreds of lines at once, so they are written by a Pen and not by a template.

// Item is the line of a node with what is open below it.
func (t treeNode) Item() markup.Piece {
	var p markup.Pen
	t.item(&p)
	return p.Done()
}

// Items are the lines below a node.
func (t treeNode) Items() markup.Piece {
	var p markup.Pen
	t.items(&p)
	return p.Done()
}

func (t treeNode) item(p *markup.Pen) {
	p.Open("li", markup.A("id", "u-"+t.ID))
	p.Open("div", markup.A("class", class("tree-row", "here", t.Here)))
	if t.Toggle != "" {
		expanded := "false"
		if t.Open {
			expanded = "true"
		}
		p.Open("a", markup.A("class", "tree-toggle"), markup.A("href", t.Toggle), markup.A("aria-expanded", expanded),
			markup.A("aria-controls", "b-"+t.ID), markup.A("hx-get", t.Load))
		p.Say(t.ToggleText, "span", markup.A("class", "sr"))
		p.Close()
	} else {
		p.Say("", "span", markup.A("class", "tree-leaf"))
	}
	t.badge(p)
	current := ""
	if t.Here {
		current = "true"
	}
	p.Say(t.Name, "a", markup.A("href", t.Href), markup.A("aria-current", current), markup.Flag("autofocus", t.Focus))
	p.Open("span", markup.A("class", "tree-count"))
	p.Say(t.Count, "span", markup.A("aria-hidden", "true"))
	p.Say(t.Sum, "span", markup.A("class", "sr"))
	p.Close()
	p.Close()
	if t.Toggle != "" {
		p.Open("ul", markup.A("id", "b-"+t.ID), markup.Flag("hidden", !t.Open))
		t.items(p)
		p.Close()
	}
	p.Close()
}

func (t treeNode) items(p *markup.Pen) {
	t.First.line(p)
	for _, k := range t.Kids {
		k.item(p)
	}
	t.More.line(p)
}

func (t treeNode) badge(p *markup.Pen) {
	if t.Badge != "" {
		p.Say(t.Badge, "span", markup.A("class", class("kind", "cell", t.Cell)), markup.A("title", t.Kind))
	}
}

// line leads to the rest of a list; without a Load it is a plain link.
func (m *treeMore) line(p *markup.Pen) {
	if m == nil {
		return
	}
	target := ""
	if m.Load != "" {
		target = "closest li"
	}
	p.Open("li", markup.A("class", "tree-more"))
	p.Say(m.Text, "a", markup.A("href", m.Href), markup.A("hx-get", m.Load), markup.A("hx-target", target))
	p.Close()
}

// Items are the lines of what was found.
func (f unitsFound) Items() markup.Piece {
	var p markup.Pen
	for _, h := range f.Hits {
		p.Open("li")
		p.Open("div", markup.A("class", "tree-row"))
		h.badge(&p)
		p.Open("a", markup.A("href", h.Href))
		p.Put(h.Name)
		if h.Ended != "" {
			p.Put(" ")
			p.Say(h.Ended, "span", markup.A("class", "badge mute"))
		}
		p.Say(h.Path, "span", markup.A("class", "path"))
		p.Close()
		p.Close()
		p.Close()
	}
	return p.Done()
}

// class is a class, and another one when on.
func class(always, also string, on bool) string {
	if on {
		return always + " " + also
	}
	return always
}
