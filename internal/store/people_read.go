package store

import (
	"slices"
	"strings"
	"sync"

	"ketnap/internal/db"
	"ketnap/internal/vi"
)

// reading streams those who have every word, reading the list of the first word, or that of the
// stage. Whether a name has the other words is seen in its key, without a look anywhere else: the
// database leaves out most of those that have not, and the rest is looked at here. Words of an alias
// are not in a key, see aliased. also may ask for more; nil asks for nothing.
func (s *worded) reading(tx *Tx, words []string, also func(key string) bool) stream {
	others := words
	if s.stage == 0 {
		others = words[1:]
	}
	return func(after pos, n int) ([]pos, error) {
		var out []pos
		for size := n; len(out) < n; size = min(1024, 2*size) {
			at, err := s.list(tx, words, others, after, size)
			if err != nil || len(at) == 0 {
				return out, err
			}
			after = at[len(at)-1]
			for _, p := range at {
				if len(out) < n && spells(p.key, others) && (also == nil || also(p.key)) {
					out = append(out, p)
				}
			}
			if len(at) < size {
				break
			}
		}
		return out, nil
	}
}

// list reads a stretch of the list of the first word, or of the stage: of those whose keys may hold the others.
func (s *worded) list(tx *Tx, words, others []string, after pos, n int) ([]pos, error) {
	b := db.NewB(``)
	if s.stage != 0 {
		b.Add(`SELECT w.name_key, w.id FROM person w WHERE w.province_id = $1 AND w.stage = $2 AND (w.name_key, w.id) > ($3, $4)`,
			s.area.province(), int(s.stage), after.key, int64(after.id))
	} else {
		b.Add(`SELECT w.name_key, w.person_id FROM person_word w WHERE w.province_id = $1 AND w.word = $2 AND (w.name_key, w.person_id) > ($3, $4)`,
			s.area.province(), words[0], after.key, int64(after.id))
	}
	for _, o := range others {
		b.Add(`AND w.name_key LIKE $1`, keyPattern(o))
	}
	if s.stage != 0 {
		b.Add(`ORDER BY w.name_key, w.id LIMIT $1`, n)
	} else {
		b.Add(`ORDER BY w.name_key, w.person_id LIMIT $1`, n)
	}
	return tx.candidates(b, after.phase, n)
}

// keyPattern matches every name key that holds a folded word, and some more: a letter that may be one of
// several in a key stands for any. LIKE is the same on both engines there, because a key has no small
// letters (vi.NameKey).
func keyPattern(word string) string {
	keys := keyLetters()
	pattern := []byte{'%'}
	for i := range len(word) {
		pattern = append(pattern, keys[word[i]])
	}
	return string(append(pattern, '%'))
}

// keyLetters is the letter of name keys for each folded letter, '_' where there are several or none.
var keyLetters = sync.OnceValue(func() *[256]byte {
	var keys [256]byte
	for key, folded := range foldedLetters() {
		switch {
		case folded == 0:
		case keys[folded] == 0:
			keys[folded] = byte(key)
		default:
			keys[folded] = '_'
		}
	}
	for i, k := range keys {
		if k == 0 || k == '%' || k == '\\' { // none, or a letter that means something in a pattern
			keys[i] = '_'
		}
	}
	return &keys
})

// aliasWord is kept beside the words of a name that holds an alias in brackets, "Nguyễn Văn An (Ba An)".
// The words of an alias are searched but are not in the name key.
const aliasWord = "("

// nameWords is what person_word keeps of a name.
func nameWords(name string) []string {
	words := vi.Words(name)
	if strings.IndexByte(name, '(') > 0 {
		words = append(words, aliasWord)
	}
	return words
}

// aliased streams those with an alias who have every word.
func (s *worded) aliased(tx *Tx, words []string) stream {
	return s.probing(tx, append([]string{aliasWord}, words...))
}

// probing streams those who have every word, reading the list of the first and looking up the same
// place in those of the others.
func (s *worded) probing(tx *Tx, words []string) stream {
	return func(after pos, n int) ([]pos, error) {
		p := s.area.province()
		b := db.NewB(`SELECT w.name_key, w.person_id FROM person_word w WHERE w.province_id = $1 AND w.word = $2 AND (w.name_key, w.person_id) > ($3, $4)`,
			p, words[0], after.key, int64(after.id))
		for _, o := range words[1:] {
			b.Add(`AND EXISTS (SELECT 1 FROM person_word x WHERE x.province_id = $1 AND x.word = $2 AND x.name_key = w.name_key AND x.person_id = w.person_id)`, p, o)
		}
		b.Add(`ORDER BY w.name_key, w.person_id LIMIT $1`, n)
		return tx.candidates(b, after.phase, n)
	}
}

// spells reports whether a name, by its key, has every one of some folded words.
func spells(key string, words []string) bool {
	for _, w := range words {
		if !anyWord(key, func(letters, _ string) bool { return len(letters) == len(w) && foldsTo(letters, w) }) {
			return false
		}
	}
	return true
}

// begins reports whether a word of a name, by its key, begins with a folded prefix and is longer.
func begins(key, prefix string) bool {
	return anyWord(key, func(letters, _ string) bool { return len(letters) > len(prefix) && foldsTo(letters, prefix) })
}

// foldsTo reports whether the letters of a key, folded, begin with a text.
func foldsTo(letters, text string) bool {
	fold := foldedLetters()
	for i := range len(text) {
		if fold[letters[i]] != text[i] {
			return false
		}
	}
	return true
}

// foldedLetters is the folded letter of each letter of a name key.
var foldedLetters = sync.OnceValue(func() *[256]byte {
	var fold [256]byte
	for _, r := range "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz0123456789" {
		fold[vi.NameKey(string(r))[0]] = vi.Fold(string(r))[0]
	}
	return &fold
})

// anyWord reports whether f holds for a word of a name key. A key is parts of "letters!tones" with a
// plus between the letters of two words and one tone a word.
func anyWord(key string, f func(letters, tone string) bool) bool {
	for key != "" {
		end := strings.IndexByte(key, '!')
		if end < 0 {
			return false
		}
		part, n := key[:end], strings.Count(key[:end], "+")+1
		if end+1+n > len(key) {
			return false
		}
		tones := key[end+1 : end+1+n]
		key = key[end+1+n:]
		for i := range n {
			letters, rest, _ := strings.Cut(part, "+")
			if f(letters, tones[i:i+1]) {
				return true
			}
			part = rest
		}
	}
	return false
}

// mergeStreams reads several streams as one, each candidate once.
func mergeStreams(parts []stream) stream {
	return func(after pos, n int) ([]pos, error) {
		size := n // of a list and the few aliases, one gives nearly everybody
		if len(parts) > 2 {
			size = n/len(parts) + 8
		}
		heads := make([][]pos, len(parts))
		ended := make([]bool, len(parts))
		last := slices.Repeat([]pos{after}, len(parts))
		var out []pos
		for len(out) < n {
			best := -1
			for i := range parts {
				if len(heads[i]) == 0 && !ended[i] {
					at, err := parts[i](last[i], size)
					if err != nil {
						return nil, err
					}
					heads[i], ended[i] = at, len(at) < size
					if len(at) > 0 {
						last[i] = at[len(at)-1]
					}
				}
				if len(heads[i]) > 0 && (best < 0 || heads[i][0].less(heads[best][0])) {
					best = i
				}
			}
			if best < 0 {
				break
			}
			if c := heads[best][0]; len(out) == 0 || out[len(out)-1] != c {
				out = append(out, c)
			}
			heads[best] = heads[best][1:]
		}
		return out, nil
	}
}
