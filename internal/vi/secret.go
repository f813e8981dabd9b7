package vi

import (
	"strings"
	"unicode"
)

// SecretMark finds the marking of a state secret in a text (dấu chỉ độ mật): TUYỆT MẬT, TỐI MẬT, MẬT, as a stamp or a heading carries it,
// with or without diacritics. It returns the level without diacritics, "" for a text without a marking. Words that only contain the syllable
// are none: mật khẩu, bí mật, bảo mật, "tôi mất giấy tờ".
func SecretMark(text string) string {
	if !strings.ContainsAny(text, "mM") {
		return ""
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return r == '\n' || r == '\r' || strings.ContainsRune("()[]{}<>|;:,./*-–—\"'“”=+_!?#", r)
	}) {
		if level := secretIn(strings.Fields(NFC(line)), HasMarks(NFC(line))); level != "" {
			return level
		}
	}
	return ""
}

// secretIn looks at one piece of a line.
func secretIn(words []string, marked bool) string {
	for i, w := range words {
		if !syllable(w, "mật", marked) {
			continue
		}
		switch before := strings.Join(words[max(0, i-1):i], ""); {
		case syllable(before, "tuyệt", marked):
			return "tuyet mat"
		case syllable(before, "tối", marked) && (marked || shout(before+w)):
			return "toi mat"
		}
		alone := len(words) == 1
		stamped := i == len(words)-1 && i > 0 && (syllable(words[i-1], "dấu", true) || syllable(words[i-1], "độ", true) || syllable(words[i-1], "mức", true))
		if shout(w) && (alone || stamped) && (marked || alone) {
			return "mat"
		}
	}
	return ""
}

// syllable compares a word with a syllable, ignoring case; in a text without diacritics also without them.
func syllable(w, want string, marked bool) bool {
	if strings.EqualFold(w, want) {
		return true
	}
	return !marked && strings.EqualFold(w, Fold(want))
}

// shout reports whether a word is written in capitals.
func shout(w string) bool { return !strings.ContainsFunc(w, unicode.IsLower) }
