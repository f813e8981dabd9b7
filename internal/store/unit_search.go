package store

import (
	"cmp"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/vi"
)

// Bounds of a search for units. A search box shows the first hits, so a search ends when it has
// enough of them; beyond these bounds the user types one more word.
const (
	unitHits    = 200 // matches looked at before the best are picked
	unitCap     = 100 // a word of more units counts as common
	unitPiece   = 100 // units read of a list at a time
	unitLongest = 24  // words that the last one typed may be the beginning of
	unitWork    = 300 // statements
)

// unitQuery is what somebody typed into the search box of the tree.
type unitQuery struct {
	words []string // folded, each once; the last one typed is the last
	typed string   // in lower case with its diacritics, "" when typed without
}

func parseUnit(text string) unitQuery {
	if code, ok := org.ValidCode(strings.TrimSpace(text)); ok {
		return unitQuery{words: []string{code}}
	}
	var q unitQuery
	for _, w := range vi.Words(text) {
		q.words = append(slices.DeleteFunc(q.words, func(x string) bool { return x == w }), w)
	}
	if len(q.words) > maxWords {
		q.words = q.words[len(q.words)-maxWords:]
	}
	if vi.HasMarks(text) {
		q.typed = strings.ToLower(vi.NFC(text))
	}
	return q
}

// matches reports whether a unit has every word, the last one also as the beginning of one.
func (q unitQuery) matches(u org.Unit) bool {
	have := vi.Words(u.Name + " " + u.Short + " " + u.Code)
	last := len(q.words) - 1
	for _, w := range q.words[:last] {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return slices.ContainsFunc(have, func(w string) bool { return strings.HasPrefix(w, q.words[last]) })
}

// marked reports whether a unit is written with the diacritics that were typed.
func (q unitQuery) marked(u org.Unit) bool {
	name := " " + strings.ToLower(u.Name+" "+u.Short)
	for _, w := range strings.Fields(q.typed) {
		if vi.HasMarks(w) && !strings.Contains(name, " "+w) {
			return false
		}
	}
	return q.typed != ""
}

// SearchUnits returns up to n units of the scope whose name, short name or code has every word of a
// text, in any order and without diacritics, the last word also as a beginning: first those written
// with the diacritics typed, then the higher, then by name. more says that there are or may be others: a
// search for common words that hardly ever stand together ends when it has cost enough. Dissolved units
// are found too.
func (tx *Tx) SearchUnits(s access.Scope, text string, n int) (units []org.Unit, more bool, err error) {
	q := parseUnit(text)
	if len(q.words) == 0 || !s.OK() {
		return nil, false, nil
	}
	f := unitFinder{tx: tx, q: q, want: n, left: unitWork}
	switch {
	case s.Nation():
		err = tx.EachProvince(func(p Province) error { f.add(p.ID); return nil })
	case s.Unit().Depth == 0:
		f.add(s.Unit().Province())
	default:
		err = tx.EachUnitUnder(s.Unit(), func(u org.Unit) error {
			if q.matches(u) {
				units = append(units, u)
			}
			return nil
		})
	}
	if err == nil && f.parts != nil {
		units, err = f.run()
	}
	units = q.inOrder(units)
	if len(units) > n {
		return units[:n], true, err
	}
	return units, f.left <= 0, err
}

// inOrder puts units in the order in which they are shown.
func (q unitQuery) inOrder(units []org.Unit) []org.Unit {
	type place struct {
		unit            *org.Unit
		unmarked, ended int
		key             string
	}
	places := make([]place, len(units))
	for i := range units {
		u := &units[i]
		places[i] = place{u, b2i(!q.marked(*u)), b2i(u.Dissolved != 0), unitKey(*u)}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(a.unmarked-b.unmarked, a.ended-b.ended, a.unit.Depth-b.unit.Depth, strings.Compare(a.key, b.key), cmp.Compare(a.unit.ID, b.unit.ID))
	})
	out := make([]org.Unit, len(units))
	for i, p := range places {
		out[i] = *p.unit
	}
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unitFinder looks for units in one province or in all.
type unitFinder struct {
	tx    *Tx
	q     unitQuery
	want  int // enough to show
	left  int // statements a search may still cost
	total int
	parts []*unitPart
}

// unitPart is what is known of one province: how many units have each word, up to unitCap, and what was
// found.
type unitPart struct {
	*unitFinder
	province int
	counts   map[string]int
	others   []string // the words but the last, the rarest first
	found    []id.ID
}

func (f *unitFinder) add(province int) {
	f.parts = append(f.parts, &unitPart{unitFinder: f, province: province})
}

// run finds units with every word first, and only when they are few those with the last word as the
// beginning of a longer one.
func (f *unitFinder) run() ([]org.Unit, error) {
	for _, p := range f.parts {
		if f.total >= unitHits {
			break
		}
		if err := p.whole(); err != nil {
			return nil, err
		}
	}
	for _, p := range f.parts {
		if f.total > f.want {
			break
		}
		if err := p.beginning(); err != nil {
			return nil, err
		}
	}
	var units []org.Unit
	for _, p := range f.parts {
		by, err := f.tx.UnitsByID(p.province, p.found)
		if err != nil {
			return nil, err
		}
		for _, u := range by {
			units = append(units, u)
		}
	}
	slices.SortFunc(units, func(a, b org.Unit) int { return cmp.Compare(a.ID, b.ID) })
	return units, nil
}

func (f *unitFinder) last() string { return f.q.words[len(f.q.words)-1] }

func (p *unitPart) take(u id.ID) {
	p.found = append(p.found, u)
	p.total++
}

// whole adds the units with every word.
func (p *unitPart) whole() error {
	var err error
	if p.counts, err = p.tx.unitWordCounts(p.province, p.q.words); err != nil {
		return err
	}
	p.left--
	p.others = slices.Clone(p.q.words[:len(p.q.words)-1])
	slices.SortStableFunc(p.others, func(a, b string) int { return p.counts[a] - p.counts[b] })
	if p.counts[p.last()] == 0 || p.hopeless() {
		return nil
	}
	return p.having(p.last(), "", func(at TreePos) { p.take(at.ID) })
}

// hopeless reports whether nobody has one of the words but the last.
func (p *unitPart) hopeless() bool { return len(p.others) > 0 && p.counts[p.others[0]] == 0 }

// beginning adds the units with a word that begins with the last and is longer, and every other word.
func (p *unitPart) beginning() error {
	if p.counts == nil || p.hopeless() {
		return nil
	}
	longer, err := p.tx.unitWordsFrom(p.province, p.last())
	if p.left--; err != nil || len(longer) == 0 {
		return err
	}
	if len(p.others) > 0 && p.counts[p.others[0]] < unitCap {
		return p.checking()
	}
	for _, w := range longer {
		if p.total > p.want || p.left <= 0 {
			break
		}
		if err := p.having(w, p.last(), func(at TreePos) { p.take(at.ID) }); err != nil {
			return err
		}
	}
	return nil
}

// checking goes through the units that have a rare word and looks for the beginning of another in their
// names; in short names and codes too when they are few.
func (p *unitPart) checking() error {
	var few []TreePos
	rest := *p
	rest.others = p.others[1:]
	if err := rest.having(p.others[0], p.last(), func(at TreePos) { few = append(few, at) }); err != nil {
		return err
	}
	if len(few) > p.want {
		for _, at := range few {
			if keyBegins(at.Key, p.last()) {
				p.take(at.ID)
			}
		}
		return nil
	}
	ids := make([]id.ID, len(few))
	for i, at := range few {
		ids[i] = at.ID
	}
	units, err := p.tx.UnitsByID(p.province, ids)
	for _, u := range units {
		if p.q.matches(u) {
			p.take(u.ID)
		}
	}
	return err
}

// keyBegins reports whether a word of a name key begins with a prefix; numbers in keys have zeros before them.
func keyBegins(key, prefix string) bool {
	for w := range strings.FieldsSeq(key) {
		if n := strings.TrimLeft(w, "0"); n != "" && n[0] <= '9' {
			w = n
		}
		if strings.HasPrefix(w, prefix) {
			return true
		}
	}
	return false
}

// having calls f with the units that have a word and every one of the others, but not the word without.
// The lists of words are in the same order, that of names: the shortest is read in pieces and the others
// are probed; a piece without a hit ends at the next place where all lists go on, so that words which
// never stand in one name are told apart at once.
func (p *unitPart) having(word, without string, f func(TreePos)) error {
	words := append([]string{word}, p.others...)
	if len(p.others) > 0 && p.rarity(p.others[0]) < p.rarity(word) {
		words[0], words[1] = p.others[0], word
	}
	at, hit := TreePos{}, true
	for skip := p.rarity(words[0]) >= unitCap && len(words) > 1; p.total < unitHits && p.left > 0; skip = len(words) > 1 && !hit {
		if skip {
			next, ok, err := p.meet(words, at)
			if err != nil || !ok {
				return err
			}
			at = next
		}
		hit = false
		end, more, err := p.piece(words, without, at, func(at TreePos) { hit = true; f(at) })
		if err != nil || !more {
			return err
		}
		at = end
	}
	return nil
}

// rarity is how many units have a word, as far as it was counted; longer words count as common.
func (p *unitPart) rarity(word string) int {
	if n, ok := p.counts[word]; ok {
		return n
	}
	return unitCap
}

// meet returns the place before the first where all lists may go on after a place; ok is false when one
// of them has ended.
func (p *unitPart) meet(words []string, after TreePos) (at TreePos, ok bool, err error) {
	p.left--
	b := db.NewB(``)
	for i, w := range words {
		if i > 0 {
			b.Add(`UNION ALL`)
		}
		b.Add(`SELECT name_key, unit_id FROM (SELECT name_key, unit_id FROM unit_word WHERE province_id = $1 AND word = $2
			AND (name_key, unit_id) > ($3, $4) ORDER BY name_key, unit_id LIMIT 1) f`, p.province, w, after.Key, int64(after.ID))
	}
	n := 0
	err = p.tx.Each(p.tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var x TreePos
		err := s.Scan(&x.Key, &x.ID)
		if n++; x.Key > at.Key || x.Key == at.Key && x.ID > at.ID {
			at = x
		}
		return err
	})
	at.ID--
	return at, n == len(words), err
}

// piece reads the list of the first word after a place and calls f with those that have the other words
// too. It returns where it ended, and whether there is more.
func (p *unitPart) piece(words []string, without string, after TreePos, f func(TreePos)) (end TreePos, more bool, err error) {
	p.left--
	b := db.NewB(`SELECT w.name_key, w.unit_id, TRUE`)
	for _, o := range words[1:] {
		b.Add(`AND EXISTS (SELECT 1 FROM unit_word x WHERE x.province_id = $1 AND x.word = $2 AND x.name_key = w.name_key AND x.unit_id = w.unit_id)`, p.province, o)
	}
	if without != "" {
		b.Add(`AND NOT EXISTS (SELECT 1 FROM unit_word x WHERE x.province_id = $1 AND x.word = $2 AND x.name_key = w.name_key AND x.unit_id = w.unit_id)`, p.province, without)
	}
	b.Add(`FROM unit_word w WHERE w.province_id = $1 AND w.word = $2 AND (w.name_key, w.unit_id) > ($3, $4) ORDER BY w.name_key, w.unit_id LIMIT $5`,
		p.province, words[0], after.Key, int64(after.ID), unitPiece)
	n := 0
	err = p.tx.Each(p.tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var hit bool
		err := s.Scan(&end.Key, &end.ID, &hit)
		if n++; err == nil && hit {
			f(end)
		}
		return err
	})
	return end, n == unitPiece, err
}

// unitWordCounts counts, up to unitCap, how many units have each word; the rarest is read and the
// others are probed.
func (tx *Tx) unitWordCounts(province int, words []string) (map[string]int, error) {
	b := db.NewB(`SELECT`)
	counts := make([]int, len(words))
	dest := make([]any, len(words))
	for i, w := range words {
		if i > 0 {
			b.Add(`,`)
		}
		b.Add(`(SELECT COUNT(1) FROM (SELECT 1 FROM unit_word WHERE province_id = $1 AND word = $2 LIMIT $3) few)`, province, w, unitCap)
		dest[i] = &counts[i]
	}
	if err := tx.Row(tx.ctx, b.SQL(), b.Args(), dest...); err != nil {
		return nil, err
	}
	by := map[string]int{}
	for i, w := range words {
		by[w] = counts[i]
	}
	return by, nil
}

// unitWordsFrom lists the first words of a province that begin with a prefix and are longer, one step
// of the index for each.
func (tx *Tx) unitWordsFrom(province int, prefix string) ([]string, error) {
	var words []string
	end := afterPrefix(prefix)
	err := tx.Each(tx.ctx, `WITH RECURSIVE t (word) AS (
			SELECT MIN(f.word) FROM unit_word f WHERE f.province_id = $1 AND f.word > $2 AND f.word < $3
			UNION ALL
			SELECT (SELECT MIN(w.word) FROM unit_word w WHERE w.province_id = $4 AND w.word > t.word AND w.word < $5) FROM t WHERE t.word IS NOT NULL
		) SELECT word FROM t WHERE word IS NOT NULL LIMIT $6`,
		[]any{province, prefix, end, province, end, unitLongest}, func(s db.Scanner) error {
			var w string
			err := s.Scan(&w)
			words = append(words, w)
			return err
		})
	return words, err
}
