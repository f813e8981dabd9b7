// Package vi is Vietnamese text (ground floor): normal form, folding for
// search, sort keys for names, and the official way to write numbers.
//
// Text arrives composed (NFC) from Windows keyboards and decomposed (NFD) from
// some phones and file names; the tone may sit on either vowel ("hoà", "hòa").
// Everything here treats these as the same.
package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC makes s fit for storing and showing: composed, trimmed, runs of white
// space as one space, no control, invisible or broken characters. Letters,
// case and the place of the tone stay as typed.
func NFC(s string) string {
	if isClean(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) || r == utf8.RuneError:
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String()) // a dropped character may have kept a letter and its mark apart
}

// isClean says whether NFC would change nothing, for the common case.
func isClean(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == 0x7F || c == ' ' && prev == ' ' {
			return false
		}
		if c >= utf8.RuneSelf {
			return isCleanWide(s, i)
		}
		prev = c
	}
	return prev != ' ' || s == ""
}

// isCleanWide goes on from i, where the first non-ASCII byte is. It knows the
// runes of Vietnamese text, which are composed as they stand; any other rune
// takes the long way.
func isCleanWide(s string, i int) bool {
	prev := ' '
	if i > 0 {
		prev = rune(s[i-1])
	}
	for _, r := range s[i:] {
		known := r > ' ' && r < 0x7F || r == ' ' && prev != ' ' || r > 0xAD && r < 0x300 || r >= highBeg && r < highEnd
		if !known {
			return false
		}
		prev = r
	}
	return prev != ' '
}

// Fold is the search form of s: lower case, no diacritics, đ as d, only
// letters, digits and single spaces. Apostrophes join ("H'Mông" is "hmong"),
// every other sign parts words. Letters of other scripts stay, in lower case.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var buf [96]byte
	return string(appendFold(buf[:0], s, ' '))
}

func isFolded(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' && prev == ' ' || c != ' ' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
		prev = c
	}
	return prev != ' ' || s == ""
}

// appendFold appends the fold of s with sep between words.
func appendFold(dst []byte, s string, sep byte) []byte {
	start, gap := len(dst), false
	for _, r := range s {
		l := letterOf(r)
		if l.fold == 0 && (isMark(r) || isJoiner(r)) {
			continue
		}
		n := len(dst)
		if gap && n > start {
			dst = append(dst, sep)
		}
		ok := l.fold != 0
		if ok {
			dst = append(dst, l.fold)
		} else {
			dst, ok = rare(dst, r)
		}
		if !ok {
			dst, gap = dst[:n], true
			continue
		}
		gap = false
	}
	return dst
}

// Words is the words of Fold(s).
func Words(s string) []string { return strings.Fields(Fold(s)) }

// Slug is s as a part of an address or a file name: "duong-lam". Only a–z,
// 0–9 and single hyphens; letters of other scripts are dropped.
func Slug(s string) string {
	var buf [96]byte
	b := appendFold(buf[:0], s, '-')
	n := 0
	for _, c := range b {
		if c >= utf8.RuneSelf || c == '-' && (n == 0 || b[n-1] == '-') {
			continue
		}
		b[n] = c
		n++
	}
	return strings.TrimSuffix(string(b[:n]), "-")
}
