package vi

import (
	"strings"
	"unicode/utf8"
)

// The bytes between the letters of a name key. End sorts below everything, so
// that "An" comes before "Anh"; all are printable and below '0'.
const (
	keyEnd  = '!' // closes the letters of a part; its tones follow
	keyWord = '+' // between two words of one part
	keyRare = '~' // before the code of a letter of another script: after z
)

// Given is the given name (tên) of a full name as typed: the last word before
// a bracketed alias. A one-word name is its own given name. Names of some
// peoples put it elsewhere ("Y Moan Ênuôl"), but lists are kept by the last
// word for everybody.
func Given(full string) string {
	w := nameWords(full, nil)
	if len(w) == 0 {
		return ""
	}
	return NFC(w[len(w)-1])
}

// NameKey is the sort key of a full name: given name, then family name, then
// the words between. Letters compare in Vietnamese order (a ă â b c d đ e ê…);
// the tones decide within each part (ngang huyền hỏi ngã sắc nặng), so all
// "Hà" stand before all "Hạ" whatever the family name. Upper and lower case,
// NFC and NFD, "hoà" and "hòa" give the same key.
//
// The key is printable ASCII and about as long as the name: comparing bytes is
// comparing names, in any database under a binary collation.
func NameKey(full string) string {
	var wbuf [12]string
	w := nameWords(full, wbuf[:0])
	if len(w) == 0 {
		return ""
	}
	var buf [128]byte
	last := len(w) - 1
	key := appendPart(buf[:0], w[last:])
	if last > 0 {
		key = appendPart(key, w[:1])
	}
	if last > 1 {
		key = appendPart(key, w[1:last])
	}
	return string(key)
}

// nameWords appends the words of a name that hold a letter or digit. A
// bracketed alias, "Nguyễn Văn An (Ba An)", is left out unless nothing is left.
func nameWords(full string, dst []string) []string {
	if i := strings.IndexByte(full, '('); i > 0 {
		if w := appendWords(dst, full[:i]); len(w) > len(dst) {
			return w
		}
	}
	return appendWords(dst, full)
}

func appendWords(dst []string, s string) []string {
	start, hasLetter := -1, false
	for i, r := range s {
		letter := letterOf(r).fold != 0
		if !letter && r >= utf8.RuneSelf {
			_, letter = rare(nil, r)
		}
		switch {
		case letter || isMark(r) || isJoiner(r):
			if start < 0 {
				start = i
			}
			hasLetter = hasLetter || letter
		case start >= 0:
			if hasLetter {
				dst = append(dst, s[start:i])
			}
			start, hasLetter = -1, false
		}
	}
	if start >= 0 && hasLetter {
		dst = append(dst, s[start:])
	}
	return dst
}

// appendPart appends the letters of the words, keyEnd, and one tone per word.
func appendPart(key []byte, words []string) []byte {
	var tbuf [16]byte
	tone := tbuf[:0]
	for i, w := range words {
		if i > 0 {
			key = append(key, keyWord)
		}
		var t byte
		key, t = appendWord(key, w)
		tone = append(tone, t)
	}
	key = append(key, keyEnd)
	return append(key, tone...)
}

// appendWord appends the weights of one word and returns its tone: that of the
// whole syllable, so its place does not matter. A combining mark counts when
// it follows a Latin letter.
func appendWord(key []byte, w string) (_ []byte, tone byte) {
	tone = '0'
	latin := false
	for _, r := range w {
		l := letterOf(r)
		switch {
		case l.weight != 0:
			key, latin = append(key, l.weight), true
			tone = max(tone, l.tone)
		case isMark(r):
			if !latin {
				continue
			}
			if t, ok := tones[r]; ok {
				tone = max(tone, t)
			} else {
				key[len(key)-1] = reshape(key[len(key)-1], r)
			}
		case isJoiner(r):
		default:
			key, latin = appendRare(key, r), false
		}
	}
	return key, tone
}

// reshape is the weight of the letter that weight and a combining mark make
// together: a and breve are ă. Any other mark changes nothing.
func reshape(weight byte, mark rune) byte {
	if weight < 'A' || int(weight-'A') >= len(alphabet) {
		return weight
	}
	if s, ok := shaped[[2]rune{alphabet[weight-'A'], mark}]; ok {
		return weights[s]
	}
	return weight
}

// appendRare appends a rune outside the tables: its Latin fold when it has
// one, else its code, which sorts after z.
func appendRare(key []byte, r rune) []byte {
	var fbuf [16]byte
	f, _ := rare(fbuf[:0], r)
	for _, c := range string(f) {
		if l := letterOf(c); l.weight != 0 {
			key = append(key, l.weight)
			continue
		}
		key = append(key, keyRare)
		for shift := 16; shift >= 0; shift -= 4 {
			key = append(key, "0123456789ABCDEF"[c>>shift&0xF])
		}
	}
	return key
}
