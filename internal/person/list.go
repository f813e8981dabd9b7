package person

import (
	"strconv"
	"strings"

	"ketnap/internal/vi"
)

// Code is one entry of a code list.
type Code struct {
	Code  string   // as printed on forms
	Name  string   // Vietnamese
	EN    string   // English
	Alias []string // folded words by which sheets also name it
}

// List is a code list; the number of a code is its position, from 1.
type List []Code

// Name returns the Vietnamese name of number n; "" for 0 and numbers outside the list.
func (l List) Name(n int) string {
	if n < 1 || n > len(l) {
		return ""
	}
	return l[n-1].Name
}

// In returns the name of number n in a language ("vi" or "en").
func (l List) In(lang string, n int) string {
	if n < 1 || n > len(l) {
		return ""
	}
	if lang == "en" {
		return l[n-1].EN
	}
	return l[n-1].Name
}

// Find returns the number of what a cell says: a name with or without diacritics, a code, or an
// alias. An empty cell is 0 and found; anything unknown is not found.
func (l List) Find(cell string) (n int, ok bool) {
	f := vi.Fold(cell)
	if f == "" {
		return 0, true
	}
	for i, c := range l {
		if f == vi.Fold(c.Name) || strings.EqualFold(strings.TrimSpace(cell), c.Code) {
			return i + 1, true
		}
		for _, a := range c.Alias {
			if f == a {
				return i + 1, true
			}
		}
	}
	if n, err := strconv.Atoi(f); err == nil {
		for i, c := range l {
			if k, err := strconv.Atoi(c.Code); err == nil && k == n {
				return i + 1, true
			}
		}
	}
	return 0, false
}
