package rule

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"ketnap/internal/fault"
)

// Packs are read as trees of nodes, which know their lines: a pack is laid over the one it extends before
// anything is decoded, so that a fault names the file and line where it stands.

// tree is one file of YAML.
type tree struct {
	file string
	root *yaml.Node // a mapping
	from map[*yaml.Node]string
}

// bad is why a file is refused: where, and in words that say how to mend it.
func bad(file string, line int, key fault.Key, args ...any) error {
	return fault.E("rule.Load", fault.Invalid, "rules.broken", file, line, fault.Text{Key: key, Args: args})
}

func (t *tree) bad(n *yaml.Node, key fault.Key, args ...any) error {
	file := t.from[n]
	if file == "" {
		file = t.file
	}
	return bad(file, n.Line, key, args...)
}

// parse reads the text of one file.
func parse(file string, text []byte) (*tree, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		line, why := yamlError(err)
		return nil, bad(file, line, "rules.not_yaml", why)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, bad(file, 1, "rules.no_mapping")
	}
	t := &tree{file: file, root: doc.Content[0], from: map[*yaml.Node]string{}}
	return t, t.own(t.root, 0)
}

// own notes the file of every node, and refuses what would be read twice: aliases and keys that stand twice.
func (t *tree) own(n *yaml.Node, depth int) error {
	t.from[n] = t.file
	if n.Kind == yaml.AliasNode || n.Anchor != "" || depth > 12 {
		return t.bad(n, "rules.alias")
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			k := n.Content[i]
			if seen[k.Value] {
				return t.bad(k, "rules.twice", k.Value)
			}
			seen[k.Value] = true
		}
	}
	for _, c := range n.Content {
		if err := t.own(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// yamlError takes the line out of an error of the YAML reader.
func yamlError(err error) (line int, why string) {
	why = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(why, "line "); ok {
		for len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
			line, rest = line*10+int(rest[0]-'0'), rest[1:]
		}
		why = strings.TrimPrefix(rest, ": ")
	}
	return max(line, 1), why
}

// get is the value of a key in a mapping, nil when it is absent.
func get(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func set(m *yaml.Node, k, v *yaml.Node) {
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value == k.Value {
			m.Content[i], m.Content[i+1] = k, v
			return
		}
	}
	m.Content = append(m.Content, k, v)
}

func unset(m *yaml.Node, key string) {
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

func copyMap(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = slices.Clone(n.Content)
	return &c
}

// sections are the parts of a pack that are laid over each other entry by entry, and field by field.
var sections = []string{"values", "clocks", "votes", "deciders", "steps", "checks", "papers", "forms"}

// over lays a pack over the one it extends. An entry of the child says again where it comes from, so that
// a value never stands under the source of another; "drop: true" takes an entry away.
func (t *tree) over(parent *tree) (*tree, error) {
	r := &tree{file: t.file, root: copyMap(parent.root), from: map[*yaml.Node]string{}}
	for _, x := range []*tree{parent, t} {
		for n, f := range x.from {
			r.from[n] = f
		}
	}
	r.from[r.root] = t.file
	r.root.Line = t.root.Line
	own := []string{"abstract", "carry", "note", "to"}
	if id := get(t.root, "id"); id != nil && get(parent.root, "id") != nil && id.Value == get(parent.root, "id").Value {
		own = own[:2] // a correction of the same pack holds on the same days
	}
	for _, key := range own {
		unset(r.root, key)
	}
	for i := 0; i < len(t.root.Content); i += 2 {
		k, v := t.root.Content[i], t.root.Content[i+1]
		old := get(r.root, k.Value)
		if !slices.Contains(sections, k.Value) || old == nil || v.Kind != yaml.MappingNode || old.Kind != yaml.MappingNode {
			set(r.root, k, v)
			continue
		}
		merged, err := r.section(old, v)
		if err != nil {
			return nil, err
		}
		set(r.root, k, merged)
	}
	return r, r.carry(t)
}

// carry gives entries that were inherited as they were the document under which they go on. An entry gets
// no surer by that, and loses its clause: articles are counted anew.
func (t *tree) carry(child *tree) error {
	carried := get(child.root, "carry")
	if carried == nil {
		return nil
	}
	for _, name := range sections {
		section := get(t.root, name)
		if section == nil || section.Kind != yaml.MappingNode {
			continue
		}
		section = copyMap(section)
		for i := 1; i < len(section.Content); i += 2 {
			entry := section.Content[i]
			own := get(get(child.root, name), section.Content[i-1].Value) != nil
			doc := get(entry, "doc")
			if own || doc == nil {
				continue
			}
			to := get(carried, doc.Value)
			if to == nil {
				continue
			}
			for _, must := range []string{"doc", "sure"} {
				if get(to, must) == nil {
					return t.bad(to, "rules.unsourced", doc.Value, must)
				}
			}
			section.Content[i] = t.moved(entry, to)
		}
		set(t.root, &yaml.Node{Kind: yaml.ScalarNode, Value: name, Tag: "!!str", Line: section.Line}, section)
	}
	return nil
}

func (t *tree) moved(entry, to *yaml.Node) *yaml.Node {
	e := copyMap(entry)
	t.from[e] = t.from[entry]
	unset(e, "clause")
	set(e, &yaml.Node{Kind: yaml.ScalarNode, Value: "doc", Tag: "!!str"}, get(to, "doc"))
	sure := get(to, "sure")
	if old := get(e, "sure"); old != nil && slices.Index(confidences, old.Value) > slices.Index(confidences, sure.Value) {
		sure = old
	}
	set(e, &yaml.Node{Kind: yaml.ScalarNode, Value: "sure", Tag: "!!str"}, sure)
	return e
}

func (t *tree) section(parent, child *yaml.Node) (*yaml.Node, error) {
	m := copyMap(parent)
	t.from[m] = t.from[child]
	for i := 0; i < len(child.Content); i += 2 {
		k, v := child.Content[i], child.Content[i+1]
		old := get(m, k.Value)
		if gone := get(v, "drop"); gone != nil {
			if old == nil || gone.Value != "true" {
				return nil, t.bad(k, "rules.drop", k.Value)
			}
			unset(m, k.Value)
			continue
		}
		if old == nil || v.Kind != yaml.MappingNode || old.Kind != yaml.MappingNode {
			set(m, k, v)
			continue
		}
		for _, must := range []string{"doc", "sure", "since"} {
			if get(v, must) == nil {
				return nil, t.bad(k, "rules.unsourced", k.Value, must)
			}
		}
		entry := copyMap(old)
		t.from[entry] = t.from[v]
		unset(entry, "clause") // of the source that no longer holds
		for j := 0; j < len(v.Content); j += 2 {
			set(entry, v.Content[j], v.Content[j+1])
		}
		set(m, k, entry)
	}
	return m, nil
}

// decode reads a node into a value whose fields must all be known.
func (t *tree) decode(n *yaml.Node, into any) error {
	if err := t.known(n, reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	if err := n.Decode(into); err != nil {
		_, why := yamlError(err)
		return t.bad(n, "rules.type", why)
	}
	return nil
}

// known refuses keys that no field has.
func (t *tree) known(n *yaml.Node, as reflect.Type) error {
	switch {
	case as == reflect.TypeFor[yaml.Node]():
	case n.Kind == yaml.MappingNode && as.Kind() == reflect.Struct:
		for i := 0; i < len(n.Content); i += 2 {
			f, ok := fieldOf(as, n.Content[i].Value)
			if !ok {
				return t.bad(n.Content[i], "rules.unknown_key", n.Content[i].Value)
			}
			if err := t.known(n.Content[i+1], f); err != nil {
				return err
			}
		}
	case n.Kind == yaml.MappingNode && as.Kind() == reflect.Map:
		for i := 1; i < len(n.Content); i += 2 {
			if err := t.known(n.Content[i], as.Elem()); err != nil {
				return err
			}
		}
	case n.Kind == yaml.SequenceNode && as.Kind() == reflect.Slice:
		for _, c := range n.Content {
			if err := t.known(c, as.Elem()); err != nil {
				return err
			}
		}
	}
	return nil
}

func fieldOf(as reflect.Type, key string) (reflect.Type, bool) {
	for i := range as.NumField() {
		f := as.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if opts == "inline" {
			if in, ok := fieldOf(f.Type, key); ok {
				return in, true
			}
			continue
		}
		if name == key && f.IsExported() {
			return f.Type, true
		}
	}
	return nil, false
}
