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
	unitCap     = 400 // a word of more units counts as common
	unitLongest = 24  // words that the last one typed may be the beginning of
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
// with the diacritics typed, then the higher, then by name. more says that there are others.
// Dissolved units are found too.
func (tx *Tx) SearchUnits(s access.Scope, text string, n int) (units []org.Unit, more bool, err error) {
	q := parseUnit(text)
	if len(q.words) == 0 || !s.OK() {
		return nil, false, nil
	}
	switch {
	case s.Nation():
		err = tx.EachProvince(func(p Province) error {
			if len(units) >= unitHits {
				return nil
			}
			found, err := tx.searchProvince(p.ID, q, unitHits-len(units))
			units = append(units, found...)
			return err
		})
	case s.Unit().Depth == 0:
		units, err = tx.searchProvince(s.Unit().Province(), q, unitHits)
	default:
		err = tx.EachUnitUnder(s.Unit(), func(u org.Unit) error {
			if q.matches(u) {
				units = append(units, u)
			}
			return nil
		})
	}
	slices.SortStableFunc(units, func(a, b org.Unit) int {
		return cmp.Or(-cmp.Compare(b2i(q.marked(a)), b2i(q.marked(b))), cmp.Compare(b2i(a.Dissolved != 0), b2i(b.Dissolved != 0)),
			cmp.Compare(a.Depth, b.Depth), cmp.Compare(unitKey(a), unitKey(b)), cmp.Compare(a.ID, b.ID))
	})
	if len(units) > n {
		return units[:n], true, err
	}
	return units, false, err
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// searchProvince finds up to n units of a province: those with every word first, then those with the
// last word as the beginning of a longer one.
func (tx *Tx) searchProvince(province int, q unitQuery, n int) ([]org.Unit, error) {
	last := q.words[len(q.words)-1]
	counts, err := tx.unitWordCounts(province, q.words)
	if err != nil {
		return nil, err
	}
	others := slices.Clone(q.words[:len(q.words)-1])
	slices.SortStableFunc(others, func(a, b string) int { return counts[a] - counts[b] })
	if len(others) > 0 && counts[others[0]] == 0 {
		return nil, nil
	}
	var units []org.Unit
	if counts[last] > 0 {
		words := append(slices.Clone(others), last)
		slices.SortStableFunc(words, func(a, b string) int { return counts[a] - counts[b] })
		if units, err = tx.unitsWith(province, words[:1], words[1:], "", n); err != nil || len(units) == n {
			return units, err
		}
	}
	var longer []org.Unit
	if len(others) > 0 && counts[others[0]] < unitCap {
		found, err := tx.unitsWith(province, others[:1], others[1:], last, unitCap)
		if err != nil {
			return nil, err
		}
		for _, u := range found {
			if q.matches(u) {
				longer = append(longer, u)
			}
		}
	} else {
		words, err := tx.unitWordsFrom(province, last)
		if err != nil || len(words) == 0 {
			return units, err
		}
		if longer, err = tx.unitsWith(province, words, others, last, n-len(units)); err != nil {
			return nil, err
		}
	}
	return append(units, longer[:min(len(longer), n-len(units))]...), nil
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

// unitsWith returns up to n units that have one of some words and all of others, but not without.
func (tx *Tx) unitsWith(province int, either, all []string, without string, n int) ([]org.Unit, error) {
	b := db.NewB(`SELECT `+unitCols+` FROM unit_word w CROSS JOIN unit u WHERE w.province_id = $1 AND`, province)
	b.In(`w.word`, db.Values(either))
	for _, o := range all {
		b.Add(`AND EXISTS (SELECT 1 FROM unit_word x WHERE x.province_id = $1 AND x.word = $2 AND x.name_key = w.name_key AND x.unit_id = w.unit_id)`, province, o)
	}
	if without != "" {
		b.Add(`AND NOT EXISTS (SELECT 1 FROM unit_word x WHERE x.province_id = $1 AND x.word = $2 AND x.name_key = w.name_key AND x.unit_id = w.unit_id)`, province, without)
	}
	b.Add(`AND u.province_id = $1 AND u.id = w.unit_id`, province)
	if len(either) == 1 {
		b.Add(`ORDER BY w.name_key, w.unit_id LIMIT $1`, n)
	} else {
		b.Add(`LIMIT $1`, 2*n) // a unit may have two of the words
	}
	var units []org.Unit
	seen := map[id.ID]bool{}
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		var u org.Unit
		err := scanUnit(s, &u)
		if !seen[u.ID] {
			seen[u.ID] = true
			units = append(units, u)
		}
		return err
	})
	return units[:min(n, len(units))], err
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
