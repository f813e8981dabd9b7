package rule

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// localFile is what a committee adds for its subtree: checks and papers, nothing else, so that nothing a
// regulation says can be loosened.
type localFile struct {
	Checks yaml.Node `yaml:"checks"`
	Papers yaml.Node `yaml:"papers"`
}

// WithLocal is the pack with the additions of a unit. A key that the pack has already is refused.
func (p *Pack) WithLocal(unit, name string, text []byte) (*Pack, error) {
	t, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	var f localFile
	if err := t.decode(t.root, &f); err != nil {
		return nil, err
	}
	n := *p
	n.checks, n.papers = slices.Clone(p.checks), slices.Clone(p.papers)
	l := &loader{t: t, p: &n, catalogue: p.types}
	err = each(l, f.Checks, func(k, node *yaml.Node, c *Check) error {
		if slices.ContainsFunc(n.checks, func(x Check) bool { return x.Key == k.Value }) {
			return t.bad(k, "rules.local_only_adds", k.Value)
		}
		c.Key, c.Local = k.Value, unit
		if err := l.check(node, c); err != nil {
			return err
		}
		n.checks = append(n.checks, *c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(l, f.Papers, func(k, node *yaml.Node, x *Paper) error {
		if slices.ContainsFunc(n.papers, func(y Paper) bool { return y.Key == k.Value }) {
			return t.bad(k, "rules.local_only_adds", k.Value)
		}
		x.Key, x.Local = k.Value, unit
		if err := l.paper(node, x); err != nil {
			return err
		}
		n.papers = append(n.papers, *x)
		return nil
	})
	return &n, err
}
