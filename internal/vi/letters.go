package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A letter is what folding and sorting need to know of one rune.
type letter struct {
	fold   byte // base letter or digit in lower case; 0: not Latin
	weight byte // place in the alphabet, printable ASCII; 0: not Latin
	tone   byte // '0'…'5'
	mark   bool // has a diacritic or is đ
}

// alphabet is the Vietnamese order with the letters f j w z of foreign names
// in their usual places. Weights count up from 'A'.
var alphabet = []rune("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")

// tones orders the combining marks: ngang huyền hỏi ngã sắc nặng. The last
// three are old doubles of huyền and sắc.
var tones = map[rune]byte{
	0x300: '1', 0x309: '2', 0x303: '3', 0x301: '4', 0x323: '5',
	0x340: '1', 0x341: '4', 0x344: '4',
}

// shaped gives the letter made by a base letter and a combining mark that
// makes another letter, not a tone.
var shaped = map[[2]rune]rune{
	{'a', 0x306}: 'ă', {'a', 0x302}: 'â', {'e', 0x302}: 'ê',
	{'o', 0x302}: 'ô', {'o', 0x31B}: 'ơ', {'u', 0x31B}: 'ư',
	{'ô', 0x31B}: 'ơ', // both marks: the horn is written nearer to the letter
}

const (
	lowEnd  = 0x250  // Basic Latin … Latin Extended-B
	highBeg = 0x1E00 // Latin Extended Additional: the toned letters
	highEnd = 0x1F00
)

var (
	weights      = alphabetWeights()
	lowLetters   = letterRange(0, lowEnd)
	highLetters  = letterRange(highBeg, highEnd)
	doubleLetter = map[rune]string{'æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "th", 'ĳ': "ij"}
	baseLetter   = map[rune]rune{'ð': 'đ', 'ɖ': 'đ', 'ø': 'o', 'ł': 'l', 'ħ': 'h', 'ı': 'i', 'ŧ': 't'}
)

func alphabetWeights() map[rune]byte {
	m := make(map[rune]byte, len(alphabet)+10)
	for i, r := range alphabet {
		m[r] = byte('A' + i)
	}
	for r := '0'; r <= '9'; r++ {
		m[r] = byte(r)
	}
	return m
}

// letterRange builds the table once at start (about 1000 runes), so that no
// call needs the normaliser.
func letterRange(from, to rune) []letter {
	t := make([]letter, to-from)
	for r := from; r < to; r++ {
		t[r-from] = describe(r)
	}
	return t
}

func describe(r rune) letter {
	var l letter
	var base rune
	for i, c := range norm.NFD.String(string(unicode.ToLower(r))) {
		switch {
		case i == 0:
			base = c
			if b, ok := baseLetter[c]; ok {
				base = b
			}
		case tones[c] != 0:
			l.tone, l.mark = max(l.tone, tones[c]), true
		default:
			if s, ok := shaped[[2]rune{base, c}]; ok {
				base = s
			}
			l.mark = true
		}
	}
	l.weight = weights[base]
	switch base {
	case 'ă', 'â':
		l.fold, l.mark = 'a', true
	case 'đ':
		l.fold, l.mark = 'd', true
	case 'ê':
		l.fold, l.mark = 'e', true
	case 'ô', 'ơ':
		l.fold, l.mark = 'o', true
	case 'ư':
		l.fold, l.mark = 'u', true
	default:
		if l.weight == 0 {
			return letter{}
		}
		l.fold = byte(base)
	}
	if l.tone == 0 {
		l.tone = '0'
	}
	return l
}

// letterOf looks r up; the zero letter means "not in the tables".
func letterOf(r rune) letter {
	switch {
	case r < lowEnd:
		return lowLetters[r]
	case r >= highBeg && r < highEnd:
		return highLetters[r-highBeg]
	case r == 0x212A: // the signs kelvin and ångström, which NFC turns into letters
		return lowLetters['k']
	case r == 0x212B:
		return lowLetters['å']
	}
	return letter{}
}

// isMark says whether r is a combining mark, as NFD text has them.
func isMark(r rune) bool { return r >= 0x300 && r < 0x370 || r >= 0x370 && unicode.Is(unicode.M, r) }

// isJoiner says whether r belongs inside a word without being a letter:
// H'Mông, HMông and H’Mông are one word. Invisible characters join too.
func isJoiner(r rune) bool {
	if r == ' ' {
		return false
	}
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʹ', '`', '´', '′', '\u1fef', '\u1ffd', '\u0374':
		return true
	}
	return r > 0x7F && unicode.Is(unicode.Cf, r)
}

// rare appends the fold of a rune outside the tables: double letters,
// compatibility forms (ﬁ, full-width) and letters of other scripts. ok is
// false when r is no letter and no digit.
func rare(dst []byte, r rune) (_ []byte, ok bool) {
	if r < utf8.RuneSelf {
		return dst, false
	}
	low := unicode.ToLower(r)
	if d, ok := doubleLetter[low]; ok {
		return append(dst, d...), true
	}
	if !unicode.In(r, unicode.L, unicode.N, unicode.So) {
		return dst, false
	}
	for _, c := range norm.NFKD.String(string(low)) {
		c = unicode.ToLower(c)
		if l := letterOf(c); l.fold != 0 {
			dst, ok = append(dst, l.fold), true
		} else if d, double := doubleLetter[c]; double {
			dst, ok = append(dst, d...), true
		} else if !isJoiner(c) && unicode.In(c, unicode.L, unicode.Nd) {
			dst, ok = utf8.AppendRune(dst, c), true
		}
	}
	return dst, ok
}

// HasMarks says whether s was typed with diacritics (dấu), so that a search
// for "hoà" can be stricter than one for "hoa".
func HasMarks(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r >= 0x80 && (letterOf(r).mark || r >= 0x300 && r < 0x370)
	}) >= 0
}
