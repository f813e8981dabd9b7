package xlsx

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// appendText appends a run of character data with its entities replaced and
// line ends made "\n".
func appendText(dst, src []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(src, '&')
		if i < 0 {
			return appendLines(dst, src), nil
		}
		dst = appendLines(dst, src[:i])
		src = src[i+1:]
		end := bytes.IndexByte(src[:min(len(src), 12)], ';')
		if end < 0 {
			return dst, errSyntax
		}
		r, ok := entity(src[:end])
		if !ok {
			return dst, errSyntax
		}
		if r >= 0 {
			dst = utf8.AppendRune(dst, r)
		}
		src = src[end+1:]
	}
}

// appendLines appends src with CR and CR LF made LF, as XML demands.
func appendLines(dst, src []byte) []byte {
	for {
		i := bytes.IndexByte(src, '\r')
		if i < 0 {
			return append(dst, src...)
		}
		dst = append(append(dst, src[:i]...), '\n')
		if src = src[i+1:]; len(src) > 0 && src[0] == '\n' {
			src = src[1:]
		}
	}
}

// entity returns the character of "amp", "#10" or "#xA"; -1 for one that is
// left out (control characters), not ok for an unknown one.
func entity(name []byte) (r rune, ok bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil {
		return 0, false
	}
	return shown(rune(min(n, utf8.MaxRune+1))), true
}

// shown returns the character, -1 for a control character nobody sees, and the
// replacement character for what is no character.
func shown(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return r
	case r == '\r':
		return '\n'
	case r < 0x20 || r == 0x7f:
		return -1
	case !utf8.ValidRune(r) || r&0xFFFE == 0xFFFE:
		return utf8.RuneError
	}
	return r
}

// unescapeX replaces in b[from:] the escapes "_x000D_" by which Excel writes
// characters XML cannot hold. "_x005F_" stands for a literal underscore.
func unescapeX(b []byte, from int) []byte {
	if bytes.IndexByte(b[from:], '_') < 0 {
		return b
	}
	out, t := from, from
	for t < len(b) {
		if r, ok := escapeX(b[t:]); ok {
			if r == '\r' && t+7 < len(b) && b[t+7] == '\n' {
				r = -1 // CR of a CR LF
			} else {
				r = shown(r)
			}
			if r >= 0 {
				out += utf8.EncodeRune(b[out:], r)
			}
			t += 7
			continue
		}
		b[out] = b[t]
		out, t = out+1, t+1
	}
	return b[:out]
}

// escapeX reads one "_xHHHH_" at the front of b.
func escapeX(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

func hexDigit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}

// longer reports whether the text has more than n characters.
func longer(b []byte, n int) bool { return len(b) > n && utf8.RuneCount(b) > n }

// printable reports whether b is UTF-8 without the control characters XML
// forbids.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return utf8.Valid(b)
}

// validCut reports whether all[from:to] of a valid text is valid by itself:
// texts are checked many at once, and two broken ones may mend each other.
func validCut(all string, from, to int) bool {
	return (from == len(all) || utf8.RuneStart(all[from])) && (to == len(all) || utf8.RuneStart(all[to]))
}
