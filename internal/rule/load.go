package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"go.yaml.in/yaml/v3"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// schema is the form of pack files this program reads.
const schema = 1

// packFile is a pack as it is written.
type packFile struct {
	Schema    int               `yaml:"schema"`
	ID        string            `yaml:"id"`
	Extends   string            `yaml:"extends"`
	Abstract  bool              `yaml:"abstract"` // holds on no day: only to be extended
	Title     map[string]string `yaml:"title"`
	Note      map[string]string `yaml:"note"`
	From      day.Date          `yaml:"from"`
	To        day.Date          `yaml:"to"`
	In        []string          `yaml:"in"`    // documents it rests on
	Carry     map[string]carry  `yaml:"carry"` // documents of the pack it extends whose rules go on under another
	Documents yaml.Node         `yaml:"documents"`
	Values    yaml.Node         `yaml:"values"`
	Clocks    yaml.Node         `yaml:"clocks"`
	Votes     yaml.Node         `yaml:"votes"`
	Deciders  yaml.Node         `yaml:"deciders"`
	Steps     yaml.Node         `yaml:"steps"`
	Checks    yaml.Node         `yaml:"checks"`
	Papers    yaml.Node         `yaml:"papers"`
	Forms     yaml.Node         `yaml:"forms"`
}

// carry says under which document what an older one said goes on, and how sure that is.
type carry struct {
	Doc  string `yaml:"doc"`
	Sure string `yaml:"sure"`
}

var (
	confidences = []string{"sure", "likely", "unsure"}
	clockUnits  = []string{"days", "working_days", "months"}
)

// loader makes one pack out of a tree in which everything extended is laid over.
type loader struct {
	t         *tree
	p         *Pack
	catalogue map[int]CatalogueType
}

// build makes a pack. It is refused whole, with the place and the reason, when anything in it is wrong.
func build(t *tree, revision int, docs map[string]Document, catalogue map[int]CatalogueType, cal *day.Calendar) (*Pack, error) {
	var f packFile
	if err := t.decode(t.root, &f); err != nil {
		return nil, err
	}
	l := &loader{t, &Pack{ID: f.ID, Revision: revision, File: t.file, Title: f.Title, Note: f.Note, From: f.From, To: f.To, docs: docs, types: catalogue, cal: cal, tree: t, open: f.To == day.None}, catalogue}
	if err := l.header(&f); err != nil {
		return nil, err
	}
	for _, part := range []func(*packFile) error{l.values, l.clocks, l.votes, l.steps, l.starts, l.checks, l.papers, l.forms} {
		if err := part(&f); err != nil {
			return nil, err
		}
	}
	return l.p, nil
}

func (l *loader) at(key string) *yaml.Node {
	if n := get(l.t.root, key); n != nil {
		return n
	}
	return l.t.root
}

func (l *loader) header(f *packFile) error {
	switch {
	case f.Schema != schema:
		return l.t.bad(l.at("schema"), "rules.schema", f.Schema, schema)
	case f.ID == "" || strings.ContainsAny(f.ID, "@ /"):
		return l.t.bad(l.at("id"), "rules.id", f.ID)
	case !f.From.Valid() && !f.Abstract:
		return l.t.bad(l.at("from"), "rules.from")
	case f.To != day.None && (!f.To.Valid() || f.To < f.From):
		return l.t.bad(l.at("to"), "rules.to")
	}
	if err := l.words(l.at("title"), f.Title); err != nil {
		return err
	}
	for i, key := range f.In {
		d, ok := l.p.docs[key]
		if !ok {
			return l.t.bad(l.at("in").Content[i], "rules.document", key)
		}
		l.p.In = append(l.p.In, d)
	}
	return nil
}

// words refuses a text that lacks a language.
func (l *loader) words(n *yaml.Node, text map[string]string) error {
	for lang := range text {
		if lang != "vi" && lang != "en" {
			return l.t.bad(n, "rules.language", lang)
		}
	}
	if text["vi"] == "" || text["en"] == "" {
		return l.t.bad(n, "rules.words")
	}
	return nil
}

// origin refuses what does not say where it comes from, and writes that out for people.
func (l *loader) origin(n *yaml.Node, o *Origin) error {
	d, ok := l.p.docs[o.Doc]
	switch {
	case !ok:
		return l.t.bad(field(n, "doc"), "rules.document", o.Doc)
	case !slices.Contains(confidences, o.Sure):
		return l.t.bad(field(n, "sure"), "rules.sure", o.Sure)
	case !o.Since.Valid():
		return l.t.bad(field(n, "since"), "rules.since")
	}
	o.Source = d.String()
	if o.Clause != "" {
		o.Source += ", " + o.Clause
	}
	return nil
}

// field is the node of a field, of the whole entry when it is absent.
func field(n *yaml.Node, key string) *yaml.Node {
	if f := get(n, key); f != nil {
		return f
	}
	return n
}

// each decodes the entries of a section in their order.
func each[T any](l *loader, section yaml.Node, take func(key, n *yaml.Node, e *T) error) error {
	if section.Kind == 0 {
		return nil
	}
	if section.Kind != yaml.MappingNode {
		return l.t.bad(&section, "rules.no_mapping")
	}
	for i := 0; i < len(section.Content); i += 2 {
		k, n := section.Content[i], section.Content[i+1]
		var e T
		if n.Kind != yaml.MappingNode {
			return l.t.bad(k, "rules.no_mapping")
		}
		if err := l.t.decode(n, &e); err != nil {
			return err
		}
		if err := take(k, n, &e); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) values(f *packFile) error {
	return each(l, f.Values, func(k, n *yaml.Node, v *Value) error {
		v.Key = k.Value
		if v.Share != "" {
			var ok bool
			if v.fraction, ok = parseFraction(v.Share); !ok {
				return l.t.bad(field(n, "share"), "rules.share", v.Share)
			}
		}
		if (v.Share == "") == (v.Value == 0) || v.Value < 0 {
			return l.t.bad(k, "rules.value", v.Key)
		}
		if err := l.common(n, v.Text, &v.Origin); err != nil {
			return err
		}
		l.p.values = append(l.p.values, *v)
		return nil
	})
}

func (l *loader) common(n *yaml.Node, text map[string]string, o *Origin) error {
	if err := l.words(field(n, "text"), text); err != nil {
		return err
	}
	return l.origin(n, o)
}

func (l *loader) clocks(f *packFile) error {
	return each(l, f.Clocks, func(k, n *yaml.Node, c *clockEntry) error {
		if v, ok := l.p.Value(c.Value); ok {
			c.Length = v.Value
			if v.Unit == "years" && c.Unit == "months" {
				c.Length *= 12
			}
		} else if c.Value != "" {
			return l.t.bad(field(n, "value"), "rules.no_value", c.Value)
		}
		switch {
		case c.Length <= 0 || c.Extension < 0:
			return l.t.bad(field(n, "length"), "rules.length", k.Value)
		case !slices.Contains(clockUnits, c.Unit):
			return l.t.bad(field(n, "unit"), "rules.unit", c.Unit)
		case c.Start == "":
			return l.t.bad(n, "rules.start", k.Value)
		}
		if err := l.common(n, c.Text, &c.Origin); err != nil {
			return err
		}
		when, _, err := l.p.compile(c.When, cel.BoolType)
		if err != nil {
			return l.t.bad(field(n, "when"), "rules.condition", err.Error())
		}
		l.p.clocks = append(l.p.clocks, Clock{
			Key: k.Value, Start: c.Start, Close: c.Close, Length: c.Length, Value: c.Value, Unit: c.Unit, Extension: c.Extension, Ahead: c.Ahead, Text: c.Text,
			Miss: c.Miss, Doc: c.Doc, Source: c.Source, Clause: c.Clause, Sure: c.Sure, Since: c.Since, When: c.When, when: when,
		})
		return nil
	})
}

func (l *loader) votes(f *packFile) error {
	err := each(l, f.Votes, func(k, n *yaml.Node, v *Vote) (err error) {
		v.Step = k.Value
		if share, ok := l.p.Value(v.Share); v.Share != "" && (!ok || share.Share == "") {
			return l.t.bad(field(n, "share"), "rules.no_value", v.Share)
		}
		if v.base, _, err = l.p.compile(v.Base, cel.IntType); err != nil || v.Base == "" {
			return l.t.bad(field(n, "base"), "rules.condition", fmt.Sprint(err))
		}
		if err := l.common(n, v.Text, &v.Origin); err != nil {
			return err
		}
		l.p.votes = append(l.p.votes, *v)
		return nil
	})
	if err != nil {
		return err
	}
	return each(l, f.Deciders, func(k, n *yaml.Node, d *Decider) (err error) {
		d.Power = k.Value
		if share, ok := l.p.Value(d.Share); !ok || share.Share == "" {
			return l.t.bad(field(n, "share"), "rules.no_value", d.Share)
		}
		if d.when, err = l.when(n, d.When); err != nil {
			return err
		}
		if err := l.common(n, d.Text, &d.Origin); err != nil {
			return err
		}
		l.p.deciders = append(l.p.deciders, *d)
		return nil
	})
}

func (l *loader) when(n *yaml.Node, expr string) (program, error) {
	run, _, err := l.p.compile(expr, cel.BoolType)
	if err != nil {
		return run, l.t.bad(field(n, "when"), "rules.condition", err.Error())
	}
	return run, nil
}

func (l *loader) steps(f *packFile) error {
	return each(l, f.Steps, func(k, n *yaml.Node, s *StepRule) (err error) {
		s.Step = k.Value
		if s.when, err = l.when(n, s.When); err != nil {
			return err
		}
		for _, a := range s.After {
			if !l.step(a) {
				return l.t.bad(field(n, "after"), "rules.no_step", a)
			}
		}
		if s.By != nil {
			if err := l.words(field(n, "by"), s.By); err != nil {
				return err
			}
		}
		if err := l.common(n, s.Text, &s.Origin); err != nil {
			return err
		}
		l.p.steps = append(l.p.steps, *s)
		return nil
	})
}

// grounds are what a clock may run from beside a step and the end of another clock.
var grounds = []string{"birth", "cert", "paper", "introducer", "offer", "offer_member"}

// starts refuses clocks that run from or end with what does not exist.
func (l *loader) starts(f *packFile) error {
	for _, c := range l.p.clocks {
		n := get(&f.Clocks, c.Key)
		_, another := l.p.Clock(c.Start)
		if !slices.Contains(grounds, c.Start) && !l.step(c.Start) && (!another || c.Start == c.Key) {
			return l.t.bad(field(n, "start"), "rules.start", c.Key)
		}
		for _, s := range c.Close {
			if !l.step(s) {
				return l.t.bad(field(n, "close"), "rules.no_step", s)
			}
		}
	}
	return nil
}

func (l *loader) step(s string) bool {
	return slices.ContainsFunc(l.p.steps, func(r StepRule) bool { return r.Step == s })
}

func (l *loader) checks(f *packFile) error {
	return each(l, f.Checks, func(k, n *yaml.Node, c *Check) error {
		c.Key = k.Value
		if err := l.check(n, c); err != nil {
			return err
		}
		l.p.checks = append(l.p.checks, *c)
		return nil
	})
}

func (l *loader) check(n *yaml.Node, c *Check) (err error) {
	for _, s := range c.Steps {
		if !l.step(s) {
			return l.t.bad(field(n, "steps"), "rules.no_step", s)
		}
	}
	switch {
	case len(c.Steps) == 0:
		return l.t.bad(n, "rules.no_steps", c.Key)
	case c.Level != Warn && c.Level != Refuse:
		return l.t.bad(field(n, "level"), "rules.level", string(c.Level))
	case c.Must == "":
		return l.t.bad(n, "rules.must", c.Key)
	}
	var about, looked []lookup
	if c.when, about, err = l.p.compile(c.When, cel.BoolType); err != nil {
		return l.t.bad(field(n, "when"), "rules.condition", err.Error())
	}
	if c.must, looked, err = l.p.compile(c.Must, cel.BoolType); err != nil {
		return l.t.bad(field(n, "must"), "rules.condition", err.Error())
	}
	c.used, c.words = mergeUsed(about, looked), map[string]template{}
	if err := l.words(field(n, "title"), c.Title); err != nil {
		return err
	}
	if err := l.common(n, c.Text, &c.Origin); err != nil {
		return err
	}
	for lang, text := range c.Text {
		if c.words[lang], err = l.p.template(text); err != nil {
			return l.t.bad(field(n, "text"), "rules.condition", err.Error())
		}
	}
	return nil
}

func (l *loader) papers(f *packFile) error {
	return each(l, f.Papers, func(k, n *yaml.Node, p *Paper) (err error) {
		p.Key = k.Value
		if err := l.paper(n, p); err != nil {
			return err
		}
		l.p.papers = append(l.p.papers, *p)
		return nil
	})
}

func (l *loader) paper(n *yaml.Node, p *Paper) (err error) {
	if _, ok := l.catalogue[p.Code]; p.Code != 0 && !ok {
		return l.t.bad(field(n, "code"), "rules.no_type", strconv.Itoa(p.Code))
	}
	if _, ok := l.p.Value(p.Months); p.Months != "" && !ok {
		return l.t.bad(field(n, "months"), "rules.no_value", p.Months)
	}
	if !l.step(p.Step) {
		return l.t.bad(field(n, "step"), "rules.no_step", p.Step)
	}
	if p.when, err = l.when(n, p.When); err != nil {
		return err
	}
	return l.common(n, p.Text, &p.Origin)
}

func (l *loader) forms(f *packFile) error {
	return each(l, f.Forms, func(k, n *yaml.Node, r *FormRule) (err error) {
		r.Code = k.Value
		if !l.step(r.Step) {
			return l.t.bad(field(n, "step"), "rules.no_step", r.Step)
		}
		if r.when, err = l.when(n, r.When); err != nil {
			return err
		}
		if err := l.common(n, r.Text, &r.Origin); err != nil {
			return err
		}
		l.p.forms = append(l.p.forms, *r)
		return nil
	})
}

// documents reads the catalogue of documents; those of a pack are laid over it.
func documents(t *tree, section *yaml.Node, known map[string]Document) (map[string]Document, error) {
	if section == nil {
		return known, nil
	}
	docs := map[string]Document{}
	for k, d := range known {
		docs[k] = d
	}
	for i := 0; i < len(section.Content); i += 2 {
		k, n := section.Content[i], section.Content[i+1]
		d := Document{Key: k.Value}
		if err := t.decode(n, &d); err != nil {
			return nil, err
		}
		if d.Text["vi"] == "" || d.Text["en"] == "" {
			return nil, t.bad(k, "rules.words")
		}
		if d.Role != "other" && (d.No == "" || d.Issuer == "") {
			return nil, t.bad(k, "rules.triple", k.Value)
		}
		for _, old := range docs {
			if old.Key != d.Key && d.No != "" && old.No == d.No && old.Issuer == d.Issuer && old.Date == d.Date {
				return nil, t.bad(k, "rules.same_document", old.Key)
			}
		}
		docs[k.Value] = d
	}
	return docs, nil
}

// invalid is a refusal that has no line: of a book as a whole.
func invalid(key fault.Key, args ...any) error {
	return fault.E("rule.Book", fault.Invalid, key, args...)
}
