package store

import (
	"slices"
	"strings"

	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// The phases of a search by name, in the order in which they are shown.
const (
	exactMarks = iota // as typed, with its diacritics
	wholeWords        // every word, whatever the diacritics
	lastPrefix        // the last word as the beginning of a longer one
	phases
)

const maxWords = 8

// Limits that tests lower, to see with few people what happens with many.
var (
	fewRows   = 1000   // below that a word is rare
	manyRows  = 50_000 // up to here common words are told apart
	maxMarked = 5000   // names with the last word that are looked at for exact diacritics
)

// nameQuery is what somebody typed into the search box.
type nameQuery struct {
	number string   // 12 digits, then nothing else is set
	words  []string // folded, each once; the last one typed is the last here
	marks  []string // name keys of the words typed with diacritics
}

// parseName reads the search box.
func parseName(text string) nameQuery {
	var q nameQuery
	if n := numberSigns.Replace(text); len(n) == 12 && strings.Trim(n, "0123456789") == "" {
		q.number = n
		return q
	}
	for _, typed := range strings.Fields(vi.NFC(text)) {
		for _, w := range vi.Words(typed) {
			q.words = append(slices.DeleteFunc(q.words, func(x string) bool { return x == w }), w)
		}
		if vi.HasMarks(typed) {
			q.marks = append(q.marks, vi.NameKey(typed))
		}
	}
	if len(q.words) > maxWords {
		q.words = q.words[len(q.words)-maxWords:]
	}
	return q
}

// numberSigns drops the separators people type in numbers.
var numberSigns = strings.NewReplacer(" ", "", ".", "", "-", "")

// marked reports whether a name, by its key, has every word that was typed with diacritics.
func (q nameQuery) marked(key string) bool {
	for _, m := range q.marks {
		if !hasWord(key, m) {
			return false
		}
	}
	return len(q.marks) > 0
}

// hasWord reports whether a name key holds the word whose own key is word.
func hasWord(key, word string) bool {
	want, tone, _ := strings.Cut(word, "!")
	return anyWord(key, func(letters, t string) bool { return letters == want && t == tone })
}

// phase says in which phase a name is found, phases when it is not.
func (q nameQuery) phase(name, key string) int {
	words := vi.Words(name)
	for _, w := range q.words[:len(q.words)-1] {
		if !slices.Contains(words, w) {
			return phases
		}
	}
	last := q.words[len(q.words)-1]
	switch {
	case slices.Contains(words, last) && q.marked(key):
		return exactMarks
	case slices.Contains(words, last):
		return wholeWords
	case slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, last) }):
		return lastPrefix
	}
	return phases
}

// openSearch picks how a name is looked for: through the words of a whole province, or through the
// names of a part that is small enough.
func (tx *Tx) openSearch(a area, f PeopleFilter, q nameQuery) (peopleSource, error) {
	if a.whole() && !f.outside() {
		return &worded{area: a, f: f, q: q}, nil
	}
	s, err := tx.openPlain(a, f, tx.Today)
	if err != nil {
		return nil, err
	}
	return &scanned{plain: s.(plain), q: q}, nil // only stages of a province are read as several
}

// scanned looks at every name of a small part.
type scanned struct {
	plain plain
	q     nameQuery
	found []pos
	done  bool
}

func (s *scanned) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	if err := s.scan(tx); err != nil {
		return nil, err
	}
	i, exact := slices.BinarySearchFunc(s.found, after, comparePos)
	if exact {
		i++
	}
	var rows []PersonRow
	for i < len(s.found) && len(rows) < n {
		end := min(len(s.found), i+inChunk, i+n-len(rows))
		part, err := tx.fetch(s.plain.area.province(), s.found[i:end], nil)
		if err != nil {
			return nil, err
		}
		rows, i = append(rows, part...), end
	}
	return rows, nil
}

// scan reads the names once and keeps those that match, in order. The order of the query is that of
// the index it shall use.
func (s *scanned) scan(tx *Tx) error {
	if s.done {
		return nil
	}
	b := db.NewB(`SELECT p.name_key, p.id, p.name`)
	s.plain.from(b)
	if !s.plain.units {
		b.Add(`AND (p.name_key, p.id) > ('', 0) ORDER BY p.name_key, p.id`)
	}
	s.found, s.done = nil, true
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(sc db.Scanner) error {
		var at pos
		var name string
		if err := sc.Scan(&at.key, &at.id, &name); err != nil {
			return err
		}
		if at.phase = s.q.phase(name, at.key); at.phase < phases {
			s.found = append(s.found, at)
		}
		return nil
	})
	slices.SortFunc(s.found, comparePos)
	return err
}

func comparePos(a, b pos) int {
	switch {
	case a.less(b):
		return -1
	case b.less(a):
		return 1
	}
	return 0
}

// fetch reads the records at positions of one province, in their order, leaving out those a filter
// does not want; nil wants all. It takes at most inChunk positions.
func (tx *Tx) fetch(province int, at []pos, f *PeopleFilter) ([]PersonRow, error) {
	if len(at) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(at))
	for i := range at {
		ids[i] = at[i].id
	}
	b := db.NewB(`SELECT p.name_key, `+personCols+` FROM person p WHERE p.province_id = $1 AND`, province)
	b.In("p.id", padIDs(ids))
	if f != nil {
		if len(f.Stages) == 0 {
			b.Add(`AND +p.stage > 0`)
		}
		addStages(b, f.Stages)
		addGroup(b, *f, tx.Today)
	}
	rows, err := tx.personRows(b, make([]PersonRow, 0, len(at)))
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]*PersonRow, len(rows))
	for i := range rows {
		byID[rows[i].ID] = &rows[i]
	}
	out := make([]PersonRow, 0, len(rows))
	for _, p := range at {
		r := byID[p.id]
		if r == nil {
			continue
		}
		r.phase, r.key = p.phase, p.key
		out = append(out, *r)
	}
	return out, nil
}
