package rule

import (
	"cmp"
	"embed"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"ketnap/internal/day"
)

//go:embed packs/*.yaml
var packFS embed.FS

// File is the text of one pack.
type File struct {
	Name     string
	Text     []byte
	Revision int // 1 is the first
}

// Book is every pack there is: exactly one of them holds on a day (sổ quy tắc). It does not change once made.
type Book struct {
	docs      map[string]Document
	catalogue []CatalogueType
	types     map[int]CatalogueType
	cal       *day.Calendar
	trees     map[string]*tree // by reference, everything extended laid over
	packs     []*Pack          // the newest revision of each, by the day it begins
	all       map[string]*Pack // by reference
}

func refOf(id string, revision int) string { return id + "@" + strconv.Itoa(revision) }

var builtin = sync.OnceValues(func() (*Book, error) {
	cal, err := day.NewCalendar(nil)
	if err != nil {
		return nil, err
	}
	entries, err := packFS.ReadDir("packs")
	if err != nil {
		return nil, err
	}
	var files []File
	for _, e := range entries {
		text, err := packFS.ReadFile("packs/" + e.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: e.Name(), Text: text, Revision: 1})
	}
	return Load(files, cal)
})

// Builtin is the book the program is delivered with.
func Builtin() (*Book, error) { return builtin() }

// Load makes a book of documents.yaml, catalogue.yaml and packs.
func Load(files []File, cal *day.Calendar) (*Book, error) {
	b := &Book{cal: cal, trees: map[string]*tree{}, all: map[string]*Pack{}, docs: map[string]Document{}, types: map[int]CatalogueType{}}
	var packs []File
	for _, f := range files {
		var err error
		switch f.Name {
		case "documents.yaml":
			err = b.readDocuments(f)
		case "catalogue.yaml":
			err = b.readCatalogue(f)
		default:
			packs = append(packs, f)
		}
		if err != nil {
			return nil, err
		}
	}
	return b.With(packs...)
}

func (b *Book) readDocuments(f File) error {
	t, err := parse(f.Name, f.Text)
	if err != nil {
		return err
	}
	b.docs, err = documents(t, t.root, b.docs)
	return err
}

func (b *Book) readCatalogue(f File) error {
	t, err := parse(f.Name, f.Text)
	if err != nil {
		return err
	}
	var c struct {
		Source string          `yaml:"source"`
		Types  []CatalogueType `yaml:"types"`
	}
	if err := t.decode(t.root, &c); err != nil {
		return err
	}
	b.catalogue = c.Types
	for i, x := range c.Types {
		if _, twice := b.types[x.Code]; twice || x.Code <= 0 || x.Text["vi"] == "" || x.Text["en"] == "" {
			return t.bad(get(t.root, "types").Content[i], "rules.type_twice", x.Code)
		}
		b.types[x.Code] = x
	}
	return nil
}

// With is the book with further packs or further revisions of packs. The book itself stays as it is; what
// is broken, or would leave a day with no pack or with two, is refused.
func (b *Book) With(files ...File) (*Book, error) {
	n := &Book{docs: b.docs, catalogue: b.catalogue, types: b.types, cal: b.cal, trees: maps.Clone(b.trees), all: maps.Clone(b.all)}
	todo := map[string]*tree{}
	revision := map[string]int{}
	for _, f := range files {
		t, err := parse(f.Name, f.Text)
		if err != nil {
			return nil, err
		}
		id := get(t.root, "id")
		if id == nil || id.Value == "" {
			return nil, t.bad(t.root, "rules.id", "")
		}
		r := refOf(id.Value, max(1, f.Revision))
		if todo[r] != nil || n.trees[r] != nil {
			return nil, t.bad(id, "rules.id_twice", r)
		}
		todo[r], revision[r] = t, max(1, f.Revision)
	}
	for _, r := range slices.Sorted(maps.Keys(todo)) {
		if _, err := n.resolve(r, todo, nil); err != nil {
			return nil, err
		}
	}
	for _, r := range slices.Sorted(maps.Keys(todo)) {
		if err := n.add(n.trees[r], revision[r]); err != nil {
			return nil, err
		}
	}
	return n, n.arrange()
}

func (b *Book) add(t *tree, revision int) error {
	if a := get(t.root, "abstract"); a != nil && a.Value == "true" {
		return nil
	}
	docs, err := documents(t, get(t.root, "documents"), b.docs)
	if err != nil {
		return err
	}
	p, err := build(t, revision, docs, b.types, b.cal)
	if err == nil {
		b.all[p.Ref()] = p
	}
	return err
}

// resolve lays a pack over the one it extends. A bare name is the first revision, so that correcting a pack
// never changes another one that dossiers are pinned to.
func (b *Book) resolve(r string, todo map[string]*tree, way []string) (*tree, error) {
	if t := b.trees[r]; t != nil {
		return t, nil
	}
	t := todo[r]
	ext := get(t.root, "extends")
	if ext == nil || ext.Value == "" {
		b.trees[r] = t
		return t, nil
	}
	parent := ext.Value
	if !strings.Contains(parent, "@") {
		parent = refOf(parent, 1)
	}
	if slices.Contains(append(way, r), parent) {
		return nil, t.bad(ext, "rules.circle", parent)
	}
	if b.trees[parent] == nil && todo[parent] == nil {
		return nil, t.bad(ext, "rules.no_pack", parent)
	}
	above, err := b.resolve(parent, todo, append(way, r))
	if err != nil {
		return nil, err
	}
	merged, err := t.over(above)
	if err == nil {
		b.trees[r] = merged
	}
	return merged, err
}

// arrange puts the newest revisions in the order of their days, and refuses gaps and overlaps. A pack that
// names no last day holds until the next one begins.
func (b *Book) arrange() error {
	newest := map[string]*Pack{}
	for _, p := range b.all {
		if old := newest[p.ID]; old == nil || old.Revision < p.Revision {
			newest[p.ID] = p
		}
	}
	b.packs = slices.SortedFunc(maps.Values(newest), func(x, y *Pack) int {
		return cmp.Or(x.From.Compare(y.From), strings.Compare(x.ID, y.ID))
	})
	for i, p := range b.packs {
		if i == len(b.packs)-1 {
			if !p.open {
				return p.tree.bad(field(p.tree.root, "to"), "rules.gap", p.ID, p.To.AddDays(1))
			}
			break
		}
		next := b.packs[i+1]
		end := next.From.AddDays(-1)
		switch {
		case next.From == p.From:
			return next.tree.bad(field(next.tree.root, "from"), "rules.overlap", p.ID, next.ID, next.From)
		case p.open && p.To != end:
			closed := *p
			closed.To = end
			b.packs[i], b.all[p.Ref()] = &closed, &closed
		case p.To > end:
			return next.tree.bad(field(next.tree.root, "from"), "rules.overlap", p.ID, next.ID, next.From)
		case p.To < end:
			return next.tree.bad(field(next.tree.root, "from"), "rules.gap", p.ID, p.To.AddDays(1))
		}
	}
	return nil
}

// On returns the pack in force on a day. Before the first one nothing is known.
func (b *Book) On(on day.Date) (*Pack, error) {
	for _, p := range b.packs {
		if p.Holds(on) {
			return p, nil
		}
	}
	return nil, invalid("rules.no_pack_on", on)
}

// Pack returns a pack by its reference "qd208@1"; a bare id is its newest revision.
func (b *Book) Pack(name string) (*Pack, error) {
	if p := b.all[name]; p != nil {
		return p, nil
	}
	for _, p := range b.packs {
		if p.ID == name {
			return p, nil
		}
	}
	return nil, invalid("rules.no_pack", name)
}

// Packs returns the newest revision of each pack, by the day it begins.
func (b *Book) Packs() []*Pack { return b.packs }

// Revisions returns every revision of a pack, the newest first.
func (b *Book) Revisions(id string) []*Pack {
	var ps []*Pack
	for _, p := range b.all {
		if p.ID == id {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(x, y *Pack) int { return y.Revision - x.Revision })
	return ps
}

// WithCalendar is the book counting by other working days.
func (b *Book) WithCalendar(cal *day.Calendar) *Book {
	n := *b
	n.cal, n.all = cal, map[string]*Pack{}
	for r, p := range b.all {
		c := *p
		c.cal = cal
		n.all[r] = &c
	}
	n.packs = slices.Clone(b.packs)
	for i, p := range n.packs {
		n.packs[i] = n.all[p.Ref()]
	}
	return &n
}

// Calendar is the working days the book counts by.
func (b *Book) Calendar() *day.Calendar { return b.cal }

// Documents returns every document known, by day.
func (b *Book) Documents() []Document {
	ds := slices.Collect(maps.Values(b.docs))
	slices.SortFunc(ds, func(x, y Document) int {
		return cmp.Or(x.Date.Compare(y.Date), strings.Compare(x.Key, y.Key))
	})
	return ds
}

// Catalogue returns the types of papers of digital dossiers that are known.
func (b *Book) Catalogue() []CatalogueType { return b.catalogue }

// Superseded finds the documents a text cites that did not hold any more on a day.
func (b *Book) Superseded(text string, on day.Date) []string { return cited(b.docs, text, on) }

// YAML is the pack as one text with everything it extends.
func (p *Pack) YAML() ([]byte, error) { return yaml.Marshal(p.tree.root) }

// IDOf is the id a text of a pack gives itself.
func IDOf(name string, text []byte) (string, error) {
	t, err := parse(name, text)
	if err != nil {
		return "", err
	}
	id := get(t.root, "id")
	if id == nil || id.Value == "" {
		return "", t.bad(t.root, "rules.id", "")
	}
	return id.Value, nil
}

// Outdated names the documents the pack rests on that did not hold any more when it began.
func (p *Pack) Outdated() []string {
	old := map[string]bool{}
	for _, t := range p.things() {
		if d, ok := p.docs[t.doc]; ok && d.Until != day.None && d.Until < p.From {
			old[d.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(old))
}
