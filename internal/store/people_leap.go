package store

import (
	"slices"

	"ketnap/internal/db"
)

// together streams those who are in the lists of all words, which are read side by side: whoever is
// behind jumps to where the one ahead stands, so that stretches no two lists share are never read.
func (s *worded) together(tx *Tx, words []string) stream {
	return func(after pos, n int) ([]pos, error) {
		lists := make([]*wordList, len(words))
		for i, w := range words {
			lists[i] = &wordList{tx: tx, province: s.area.province(), word: w}
		}
		goal := pos{key: after.key, id: after.id + 1}
		var out []pos
		for agree, i := 0, 0; len(out) < n; i = (i + 1) % len(lists) {
			at, ok, err := lists[i].seek(goal)
			if err != nil || !ok {
				return out, err
			}
			if at == goal {
				agree++
			} else {
				agree, goal = 1, at
			}
			if agree == len(lists) {
				out = append(out, pos{after.phase, goal.key, goal.id})
				agree, goal.id = 0, goal.id+1
			}
		}
		return out, nil
	}
}

// wordList is the list of one word, read in stretches: short ones after a jump, longer ones while it
// is followed.
type wordList struct {
	tx       *Tx
	province int
	word     string
	buf      []pos
	last     string // key of the last name read
	size     int
	ended    bool
}

// near reports whether two names begin alike, so that from one to the other is no jump.
func near(a, b string) bool {
	const letters = 3
	return len(a) >= letters && len(b) >= letters && a[:letters] == b[:letters]
}

// seek returns the first position that is not before goal; ok is false when there is none. Goals only grow.
func (l *wordList) seek(goal pos) (at pos, ok bool, err error) {
	i, _ := slices.BinarySearchFunc(l.buf, goal, comparePos)
	if i == len(l.buf) && !l.ended {
		if near(l.last, goal.key) {
			l.size = min(inChunk, 2*l.size)
		} else {
			l.size = 16
		}
		if err := l.read(goal); err != nil {
			return pos{}, false, err
		}
		i = 0
	}
	if i == len(l.buf) {
		return pos{}, false, nil
	}
	l.buf = l.buf[i:]
	return l.buf[0], true, nil
}

// read fills the buffer from goal on.
func (l *wordList) read(goal pos) error {
	b := db.NewB(`SELECT name_key, person_id FROM person_word WHERE province_id = $1 AND word = $2 AND (name_key, person_id) >= ($3, $4)
		ORDER BY name_key, person_id LIMIT $5`, l.province, l.word, goal.key, int64(goal.id), l.size)
	var err error
	l.buf, err = l.tx.candidates(b, 0, l.size)
	if l.ended = len(l.buf) < l.size; len(l.buf) > 0 {
		l.last = l.buf[len(l.buf)-1].key
	}
	return err
}

// mergeStreams reads several streams as one, each candidate once.
func mergeStreams(parts []stream) stream {
	return func(after pos, n int) ([]pos, error) {
		size := n/len(parts) + 8
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
