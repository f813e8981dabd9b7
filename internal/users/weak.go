package users

import (
	_ "embed" // the list
	"strings"
	"sync"
	"unicode"

	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

//go:embed weak.txt
var weakText string

// stems are the words of weak.txt.
var stems = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(weakText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			m[word] = true
		}
	}
	return m
})

// rows are what fingers run along.
var rows = []string{"0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"}

// weak marks the field password of e when a password is too short, or among those that are guessed first. It asks for no kinds
// of characters: length is what helps.
func weak(e *fault.Error, login, password string) {
	switch {
	case len([]rune(password)) < minLen:
		e.Field("password", "user.password_short", minLen)
	case common(login, password):
		e.Field("password", "user.password_common")
	}
}

// common reports whether a password is nothing but words of the list, the login, runs along the keyboard, and one character again
// and again.
func common(login, password string) bool {
	low := strings.ToLower(password)
	return bare(login, low) || bare(login, leet.Replace(low)) // a sign may stand for a letter or for itself
}

func bare(login, password string) bool {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, strings.ToLower(vi.Fold(password)))
	own := strings.FieldsFunc(strings.ToLower(login), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for part := range strings.FieldsSeq(plain) {
		for _, piece := range split(part) {
			if !known(piece, own) {
				return false
			}
		}
	}
	return true
}

// leet turns signs that stand for letters back.
var leet = strings.NewReplacer("@", "a", "$", "s", "!", " ")

// split parts letters from digits.
func split(s string) []string {
	var out []string
	start, digit := 0, false
	for i, r := range s {
		if d := unicode.IsDigit(r); i == 0 || d != digit {
			if i > 0 {
				out = append(out, s[start:i])
			}
			start, digit = i, d
		}
	}
	return append(out, s[start:])
}

// known says whether a piece adds nothing that has to be guessed: few digits, a date, a run, a repetition, a listed word or a
// row of listed words.
func known(piece string, own []string) bool {
	for _, o := range own {
		if piece == o {
			return true
		}
	}
	if piece[0] <= '9' && len(piece) <= 8 || same(piece) || run(piece) {
		return true
	}
	return words(piece, 0)
}

func same(s string) bool { return strings.Count(s, s[:1]) == len(s) }

func run(s string) bool {
	for _, row := range rows {
		if len(s) >= 3 && strings.Contains(row+row, s) {
			return true
		}
	}
	return false
}

// words says whether a piece is up to three words of the list in a row.
func words(piece string, depth int) bool {
	if stems()[piece] {
		return true
	}
	for i := 2; depth < 2 && i <= len(piece)-2; i++ {
		if stems()[piece[:i]] && words(piece[i:], depth+1) {
			return true
		}
	}
	return false
}
