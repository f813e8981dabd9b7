package rule

import (
	"fmt"
	"regexp"
	"strings"
)

// Change is one difference between two packs.
type Change struct {
	Section  string            `json:"section"` // values, clocks, votes, deciders, steps, checks, papers, forms
	Key      string            `json:"key"`
	Kind     string            `json:"kind"` // added, dropped, changed, source (only where it comes from)
	Text     map[string]string `json:"text"`
	Was      map[string]string `json:"was,omitempty"`  // the words of the older, when they were others
	From     string            `json:"from,omitempty"` // as packs write it
	To       string            `json:"to,omitempty"`
	Before   string            `json:"before,omitempty"` // source of the older
	After    string            `json:"after,omitempty"`
	Sure     string            `json:"sure,omitempty"`      // of the newer
	SureFrom string            `json:"sure_from,omitempty"` // of the older
}

// thing is an entry of any section, as far as packs are compared by it.
type thing struct {
	section, key string
	text         map[string]string
	means        string // what a difference is a difference of
	source, sure string
	doc          string
}

// Diff tells what a pack b asks that a does not, what it asks no more and what it asks otherwise. What only
// stands in another document is a change of kind "source".
func Diff(a, b *Pack) []Change {
	old := map[string]thing{}
	for _, t := range a.things() {
		old[t.section+" "+t.key] = t
	}
	var out []Change
	for _, t := range b.things() {
		name := t.section + " " + t.key
		o, had := old[name]
		delete(old, name)
		c := Change{Section: t.section, Key: t.key, Text: t.text, From: o.means, To: t.means, Before: o.source, After: t.source, Sure: t.sure, SureFrom: o.sure}
		switch {
		case !had:
			c.Kind = "added"
		case o.means != t.means || o.text["vi"] != t.text["vi"]:
			c.Kind = "changed"
			if o.text["vi"] != t.text["vi"] {
				c.Was = o.text
			}
		case o.source != t.source || o.sure != t.sure:
			c.Kind = "source"
		default:
			continue
		}
		out = append(out, c)
	}
	for _, t := range a.things() {
		if _, left := old[t.section+" "+t.key]; left {
			out = append(out, Change{Section: t.section, Key: t.key, Kind: "dropped", Text: t.text, From: t.means, Before: t.source, SureFrom: t.sure})
		}
	}
	return out
}

// hole is a computed part of a text of a pack.
var hole = regexp.MustCompile(`\{[^}]*\}`)

// Blank is a text of a pack as it reads without a case: what is computed for one is "…".
func Blank(text string) string { return hole.ReplaceAllString(text, "…") }

// Weighty leaves out changes of the source alone.
func Weighty(cs []Change) []Change {
	var out []Change
	for _, c := range cs {
		if c.Kind != "source" {
			out = append(out, c)
		}
	}
	return out
}

func (p *Pack) things() []thing {
	var ts []thing
	add := func(section, key string, text map[string]string, doc, source, sure string, means ...any) {
		var words []string
		for _, m := range means {
			if s := fmt.Sprint(m); s != "" && s != "[]" && s != "map[]" {
				words = append(words, s)
			}
		}
		ts = append(ts, thing{section, key, text, strings.Join(words, " · "), source, sure, doc})
	}
	for _, v := range p.values {
		add("values", v.Key, v.Text, v.Doc, v.Source, v.Sure, v.String())
	}
	for _, c := range p.clocks {
		add("clocks", c.Key, c.Text, c.Doc, c.Source, c.Sure, c.Written(), c.Start, c.When)
	}
	for _, v := range p.votes {
		add("votes", v.Step, v.Text, v.Doc, v.Source, v.Sure, p.Fraction(v.Share).String(), v.Base)
	}
	for _, d := range p.deciders {
		add("deciders", d.Power, d.Text, d.Doc, d.Source, d.Sure, p.Fraction(d.Share).String(), d.When)
	}
	for _, s := range p.steps {
		add("steps", s.Step, s.Text, s.Doc, s.Source, s.Sure, s.When, strings.Join(s.After, ", "))
	}
	for _, c := range p.checks {
		text := map[string]string{"vi": c.Title["vi"] + ": " + c.Text["vi"], "en": c.Title["en"] + ": " + c.Text["en"]}
		add("checks", c.Key, text, c.Doc, c.Source, c.Sure, string(c.Level), c.When, c.Must)
	}
	for _, x := range p.papers {
		add("papers", x.Key, x.Text, x.Doc, x.Source, x.Sure, x.Step, x.When, x.Months, map[bool]string{true: "office"}[x.Office])
	}
	for _, f := range p.forms {
		add("forms", f.Code, f.Text, f.Doc, f.Source, f.Sure, f.Step, f.When)
	}
	return ts
}

// Written is length and extension as packs write them.
func (c Clock) Written() string {
	if c.Extension > 0 {
		return fmt.Sprintf("%d+%d %s", c.Length, c.Extension, c.Unit)
	}
	return fmt.Sprintf("%d %s", c.Length, c.Unit)
}
