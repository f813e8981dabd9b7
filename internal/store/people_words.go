package store

import (
	"errors"
	"slices"
	"unicode/utf8"

	"ketnap/internal/db"
	"ketnap/internal/ledger"
)

// worded finds the people of a whole province by the words of their names. Every word has its own
// list in name order; that of the rarest is read, and whether a name has the other words is seen in
// its key. Stretches in which one of the words does not occur are jumped over. No record is touched
// before it is shown.
type worded struct {
	area   area
	f      PeopleFilter
	q      nameQuery
	ready  bool
	nobody bool     // a word nobody has
	order  []string // the words, rarest first
	counts map[string]int
	stage  ledger.Stage // the list that is read is that of a stage; 0: those of words
	end    *pos         // up to here diacritics are looked at; nil when not known yet
	known  []pos        // everybody who has the words, when they were all read for their diacritics
}

// stream gives candidates after a position, in order: fewer than n only at the end.
type stream func(after pos, n int) ([]pos, error)

func (s *worded) rows(tx *Tx, after pos, n int) ([]PersonRow, error) {
	if err := s.plan(tx); err != nil || s.nobody {
		return nil, err
	}
	steps := [phases]func(*Tx, pos, int, *[]PersonRow) error{s.exact, s.whole, s.prefixed}
	var out []PersonRow
	for phase := after.phase; phase < phases && phase >= 0 && len(out) < n; phase++ {
		from := pos{phase: phase}
		if phase == after.phase {
			from = after
		}
		if err := steps[phase](tx, from, n, &out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// plan orders the words by how rare they are and picks the list to read. A word nobody has ends the
// search, unless it is the last one, which may be the beginning of others.
func (s *worded) plan(tx *Tx) error {
	if s.ready {
		return nil
	}
	s.ready, s.order, s.counts = true, slices.Clone(s.q.words), map[string]int{}
	if len(s.order) == 1 && len(s.f.Stages) == 0 {
		return nil
	}
	for i, w := range s.order {
		n, err := tx.wordCount(s.area.province(), w)
		if err != nil {
			return err
		}
		s.counts[w] = n
		s.nobody = s.nobody || n == 0 && i < len(s.order)-1
	}
	slices.SortStableFunc(s.order, func(a, b string) int { return s.counts[a] - s.counts[b] })
	return s.pickStage(tx)
}

// wordKey names a word of the names of a province.
type wordKey struct {
	province int
	word     string
}

// wordsKept is of how many words it is remembered how common they are.
const wordsKept = 4096

// wordCount counts how many people have a word, up to manyRows. That a word is common is remembered:
// it stays so, and the number only decides which list is read first.
func (tx *Tx) wordCount(province int, word string) (n int, err error) {
	key := wordKey{province, word}
	if n, ok := tx.store.common.Get(key); ok {
		return n, nil
	}
	err = tx.Row(tx.ctx, `SELECT COUNT(1) FROM (SELECT 1 FROM person_word WHERE province_id = $1 AND word = $2 LIMIT $3) few`,
		[]any{province, word, manyRows}, &n)
	if err == nil && n >= fewRows {
		tx.store.common.Put(key, n, 1)
	}
	return n, err
}

// What it costs to look at a record, against reading a line of a list.
const recordCost = 12

// pickStage reads the list of a stage, when a page is likely to be full sooner that way than through
// the rarest word.
func (s *worded) pickStage(tx *Tx) error {
	word := s.order[0]
	if len(s.f.Stages) != 1 || s.counts[word] == 0 {
		return nil
	}
	some, total, err := tx.stockOf(s.area, s.f.Stages)
	if err != nil || some == 0 {
		return err
	}
	const page = 50
	rarest := int64(s.counts[word])
	byWord := min(rarest, page*total/some) * recordCost
	byStage := min(some, page*total/rarest)
	if byStage < byWord {
		s.stage = s.f.Stages[0]
	}
	return nil
}

// all streams those who have every word of a list that begins with its rarest.
func (s *worded) all(tx *Tx, words []string) stream {
	if len(words) == 1 && s.stage == 0 {
		return s.reading(tx, words, nil)
	}
	return mergeStreams([]stream{s.reading(tx, words, nil), s.aliased(tx, words)})
}

// candidates reads positions.
func (tx *Tx) candidates(b *db.B, phase, n int) ([]pos, error) {
	at := make([]pos, 0, n)
	err := tx.Each(tx.ctx, b.SQL(), b.Args(), func(s db.Scanner) error {
		c := pos{phase: phase}
		err := s.Scan(&c.key, &c.id)
		at = append(at, c)
		return err
	})
	return at, err
}

// exact adds those whose diacritics are as typed, as far as they are looked at.
func (s *worded) exact(tx *Tx, from pos, n int, out *[]PersonRow) error {
	if len(s.q.marks) == 0 {
		return nil
	}
	end, err := s.bound(tx)
	if err != nil {
		return err
	}
	st := s.all(tx, s.order)
	if from == (pos{phase: exactMarks}) {
		st = s.recorded(st)
	}
	return s.take(tx, st, from, n, out, func(p pos) (show, stop bool) {
		return s.q.marked(p.key), end.less(p)
	})
}

// recorded notes what a stream gives from its beginning, so that the next phase need not read it again
// when it comes to its end.
func (s *worded) recorded(st stream) stream {
	var seen []pos
	return func(after pos, n int) ([]pos, error) {
		at, err := st(after, n)
		seen = append(seen, at...)
		if err == nil && len(at) < n {
			s.known = append(make([]pos, 0, len(seen)), seen...)
		}
		return at, err
	}
}

// remembered streams those who are known.
func (s *worded) remembered(after pos, n int) ([]pos, error) {
	var out []pos
	for _, p := range s.known {
		if p.phase = after.phase; after.less(p) && len(out) < n {
			out = append(out, p)
		}
	}
	return out, nil
}

// whole adds those who have every word and did not come before.
func (s *worded) whole(tx *Tx, from pos, n int, out *[]PersonRow) error {
	var end pos
	if len(s.q.marks) > 0 {
		var err error
		if end, err = s.bound(tx); err != nil {
			return err
		}
		end.phase = wholeWords
	}
	st := s.all(tx, s.order)
	if s.known != nil {
		st = s.remembered
	}
	return s.take(tx, st, from, n, out, func(p pos) (show, stop bool) {
		return !s.q.marked(p.key) || end.less(p), false
	})
}

// bound finds up to where diacritics are looked at: the place of the maxMarked-th name that has the
// last word typed. It depends on the data alone, so that every page finds the same.
func (s *worded) bound(tx *Tx) (pos, error) {
	if s.end != nil {
		return *s.end, nil
	}
	end := pos{phase: exactMarks}
	err := tx.Row(tx.ctx, `SELECT name_key, person_id FROM person_word WHERE province_id = $1 AND word = $2 ORDER BY name_key, person_id LIMIT 1 OFFSET $3`,
		[]any{s.area.province(), s.q.words[len(s.q.words)-1], maxMarked}, &end.key, &end.id)
	if errors.Is(err, db.ErrNoRows) {
		end.key, err = string(utf8.MaxRune), nil
	}
	s.end = &end
	return end, err
}

// prefixed adds those of whom the last word is only the beginning of a word: read through the longer
// words when few have one, or when there is no other word, else among those who have the others.
func (s *worded) prefixed(tx *Tx, from pos, n int, out *[]PersonRow) error {
	last := s.q.words[len(s.q.words)-1]
	few, err := tx.prefixCount(s.area.province(), last, fewRows)
	if err != nil || few == 0 {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(s.order), func(w string) bool { return w == last })
	var parts []stream
	if s.stage != 0 || len(others) > 0 && few == fewRows {
		longer := func(key string) bool { return begins(key, last) }
		parts = []stream{s.reading(tx, others, longer), s.aliased(tx, others)}
	} else {
		longer, err := tx.wordsFrom(s.area.province(), last)
		if err != nil {
			return err
		}
		for _, w := range longer {
			parts = append(parts, s.probing(tx, append([]string{w}, others...)))
		}
	}
	return s.take(tx, mergeStreams(parts), from, n, out, func(pos) (show, stop bool) { return true, false })
}

// prefixCount counts the words of names that begin with a prefix and are longer, up to a limit.
func (tx *Tx) prefixCount(province int, prefix string, limit int) (n int, err error) {
	err = tx.Row(tx.ctx, `SELECT COUNT(1) FROM (SELECT 1 FROM person_word WHERE province_id = $1 AND word > $2 AND word < $3 LIMIT $4) few`,
		[]any{province, prefix, afterPrefix(prefix), limit}, &n)
	return n, err
}

// wordsFrom lists the words of a province that begin with a prefix and are longer.
func (tx *Tx) wordsFrom(province int, prefix string) ([]string, error) {
	var words []string
	end := afterPrefix(prefix)
	for at := prefix; ; {
		var next *string
		err := tx.Row(tx.ctx, `SELECT MIN(word) FROM person_word WHERE province_id = $1 AND word > $2 AND word < $3`,
			[]any{province, at, end}, &next)
		if err != nil || next == nil {
			return words, err
		}
		words, at = append(words, *next), *next
	}
}

// afterPrefix returns the smallest text above every text with a prefix.
func afterPrefix(prefix string) string {
	r, size := utf8.DecodeLastRuneInString(prefix)
	return prefix[:len(prefix)-size] + string(r+1)
}

// take reads a stream until out has n rows. want says of a candidate whether it is shown, and whether
// the stream has run past its end.
func (s *worded) take(tx *Tx, st stream, from pos, n int, out *[]PersonRow, want func(pos) (show, stop bool)) error {
	for size := n - len(*out) + 4; len(*out) < n; size *= 2 {
		size = min(inChunk, size)
		at, err := st(from, size)
		if err != nil || len(at) == 0 {
			return err
		}
		from = at[len(at)-1]
		ended := len(at) < size
		kept := at[:0]
		for _, p := range at {
			show, stop := want(p)
			if stop {
				ended = true
				break
			}
			if show {
				kept = append(kept, p)
			}
		}
		rows, err := tx.fetch(s.area.province(), kept, &s.f)
		if err != nil {
			return err
		}
		if from.phase == lastPrefix { // those who also have the last word as it is came before
			rows = slices.DeleteFunc(rows, func(r PersonRow) bool { return s.q.phase(r.Name, r.key) != lastPrefix })
		}
		*out = append(*out, rows[:min(len(rows), n-len(*out))]...)
		if ended {
			return nil
		}
	}
	return nil
}
