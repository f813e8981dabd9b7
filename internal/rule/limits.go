// Package rule holds what regulations prescribe, as data with their sources (domain floor, pure).
//
// No age, day count or fraction of a regulation stands in Go code. A Pack is the rules of one regime, a
// Book all of them: exactly one holds on a day. Packs are YAML files (packs/), refused with file, line and
// reason when anything in them is wrong; their conditions are CEL over Facts. Each value says which
// document it comes from and how sure that source is; an administrator may correct it.
package rule

import (
	"sync"

	"ketnap/internal/day"
)

// Set is the values that hold whatever the day: those the packs share.
type Set map[string]Value

var shared = sync.OnceValues(func() (Set, error) {
	b := &Book{docs: map[string]Document{}, types: map[int]CatalogueType{}}
	texts := map[string][]byte{}
	for _, name := range []string{"documents.yaml", "base.yaml"} {
		text, err := packFS.ReadFile("packs/" + name)
		if err != nil {
			return nil, err
		}
		texts[name] = text
	}
	if err := b.readDocuments(File{Name: "documents.yaml", Text: texts["documents.yaml"]}); err != nil {
		return nil, err
	}
	t, err := parse("base.yaml", texts["base.yaml"])
	if err != nil {
		return nil, err
	}
	l := &loader{t: t, p: &Pack{docs: b.docs}}
	var f packFile
	if err := t.decode(t.root, &f); err != nil {
		return nil, err
	}
	if err := l.values(&f); err != nil {
		return nil, err
	}
	set := Set{}
	for _, v := range l.p.values {
		set[v.Key] = v
	}
	return set, nil
})

// Default returns the values the packs share, as the program is delivered with them: for guards and for
// periods that no regulation changed. What depends on a day is asked of the pack of that day.
func Default() (Set, error) { return shared() }

// Int returns the value of a key. A key that does not exist is a programming error and panics.
func (s Set) Int(key string) int {
	v, ok := s[key]
	if !ok {
		panic("rule: no value " + key)
	}
	return v.Value
}

// Since returns the day from which a value holds.
func (s Set) Since(key string) day.Date { return s[key].Since }
