package day

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ketnap/internal/vi"
)

// Years outside these are slips of the finger ("0224", "20024"), never a date
// of this program.
const (
	firstYear = 1850
	lastYear  = 2150
)

// Parse reads a date as people type it, day first:
//
//	3/2/2024  03-02-2024  3.2.24  3 2 2024  03022024  2024-02-03  20240203
//	ngày 3 tháng 2 năm 2024   tháng 2/2024   02/2024   2024-02   1945   00/00/1945
//	3 Feb 2024  Feb 3, 2024   and any of them with a time of day behind it, which is dropped
//
// Of two-digit years 00–39 are 2000–2039 and 40–99 are 1940–1999. A time with
// a zone ("1990-05-11T17:00:00Z") is first brought to Vietnam time, since
// programs write a local midnight that way. An empty text is None.
//
// Nothing is guessed: 02/13/2024 is refused, not turned round. Errors are
// fault.Invalid with day.impossible for a day on no calendar (31/02/2024) and
// day.unreadable for anything else; {0} is the text as typed.
func Parse(s string) (Date, error) {
	s = strings.TrimPrefix(vi.NFC(s), "'") // Excel marks text cells so
	if s == "" {
		return None, nil
	}
	if len(s) > 80 {
		return None, unreadable(s)
	}
	text, shift, ok := cutTime(s)
	if !ok {
		return None, unreadable(s)
	}
	var p parts
	if !p.scan(strings.TrimRight(text, " .,")) {
		return None, unreadable(s)
	}
	y, m, d, ok := p.order()
	if !ok {
		return None, unreadable(s)
	}
	date := Of(y, m, d)
	if date == None || y < firstYear || y > lastYear {
		return None, impossible(s)
	}
	if shift != 0 && date.Valid() {
		date = date.AddDays(shift)
	}
	return date, nil
}

// parts is the numbers of a typed date in the order they stand.
type parts struct {
	n     int
	val   [3]int
	len   [3]int  // digits typed
	named [3]byte // 'd', 'm', 'y' when a word said so, 'M' for a month's name, else 0
}

// words are the words that may stand before a number, folded.
var words = map[string]byte{
	"ngay": 'd', "mung": 'd', "mong": 'd',
	"thang": 'm', "th": 'm', "t": 'm',
	"nam": 'y',
}

// monthNames are the English months that spreadsheets write.
var monthNames = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6,
	"july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}

// scan takes the text apart; false when it holds anything but up to three
// numbers, known words and the separators / - . , \ and space. Only ASCII
// digits count: a digit of another script is a sign of damaged input.
func (p *parts) scan(s string) bool {
	var name byte
	signs := 0 // separators other than spaces since the last number
	for s != "" {
		tok, rest := token(s)
		s = rest
		first, _ := utf8.DecodeRuneInString(tok)
		switch {
		case tok == " ":
		case first >= '0' && first <= '9':
			if !p.add(digits(tok), len(tok), name) {
				return false
			}
			name, signs = 0, 0
		case strings.ContainsRune(`/-.,\–`, first):
			signs++
			if signs > 1 || p.n == 0 || name != 0 {
				return false
			}
		case unicode.IsLetter(first):
			word := vi.Fold(tok)
			if m, ok := monthNames[word]; ok {
				if !p.add(m, 2, 'M') {
					return false
				}
				signs = 0
				continue
			}
			if name != 0 || words[word] == 0 {
				return false
			}
			name, signs = words[word], 0
		default:
			return false
		}
	}
	return name == 0 && signs == 0 && p.n > 0
}

func (p *parts) add(val, length int, name byte) bool {
	if p.n == len(p.val) || length > 8 {
		return false
	}
	p.val[p.n], p.len[p.n], p.named[p.n] = val, length, name
	p.n++
	return true
}

// order decides which number is what; false when the shape is none of those
// Parse names.
func (p *parts) order() (y, m, d int, ok bool) {
	switch p.n {
	case 1:
		return p.single()
	case 2:
		return p.double()
	}
	return p.triple()
}

// single is a year, or day, month and year without separators.
func (p *parts) single() (y, m, d int, ok bool) {
	n := p.val[0]
	switch {
	case p.len[0] == 4 && (p.named[0] == 0 || p.named[0] == 'y'):
		return n, 0, 0, true
	case p.len[0] != 8 || p.named[0] == 'm' || p.named[0] == 'y':
		return 0, 0, 0, false
	}
	// The two readings exclude each other: in 20240203 "month 24" is none,
	// and the year of 03022024 read the other way round is 302.
	if y = n / 1_00_00; y >= firstYear && y <= lastYear && Of(y, n/1_00%1_00, n%1_00).Valid() {
		return y, n / 1_00 % 1_00, n % 1_00, true
	}
	return n % 1_00_00, n / 1_00_00 % 1_00, n / 1_00_00_00, true
}

// double is month and year, the year with four digits: "3/24" could be a day
// as well.
func (p *parts) double() (y, m, d int, ok bool) {
	switch {
	case p.len[0] <= 2 && p.len[1] == 4 && p.names("my"):
		return p.val[1], p.val[0], 0, true
	case p.len[0] == 4 && p.len[1] <= 2 && p.names("ym"):
		return p.val[0], p.val[1], 0, true
	}
	return 0, 0, 0, false
}

// triple is day, month, year or, when the year comes first, ISO. The month may
// come first when words leave no doubt: "Feb 3, 2024", "tháng 2 ngày 3 năm 2024".
func (p *parts) triple() (y, m, d int, ok bool) {
	short := p.len[0] <= 2 && p.len[1] <= 2
	monthFirst := p.named[0] == 'M' || p.named[0] == 'm' && p.named[1] == 'd'
	switch {
	case p.len[0] == 4 && p.len[1] <= 2 && p.len[2] <= 2 && p.names("ymd"):
		return p.val[0], p.val[1], p.val[2], true
	case short && monthFirst && p.len[2] == 4 && p.names("mdy"):
		return p.val[2], p.val[0], p.val[1], true
	case short && p.len[2] == 4 && p.names("dmy"):
		return p.val[2], p.val[1], p.val[0], true
	case short && p.len[2] == 2 && p.names("dmy"):
		return fullYear(p.val[2]), p.val[1], p.val[0], true
	}
	return 0, 0, 0, false
}

// names says whether the words fit the meaning want gives each number. "Ngày"
// may also stand before a whole ISO date.
func (p *parts) names(want string) bool {
	for i := range p.n {
		whole := i == 0 && p.named[0] == 'd' && want == "ymd"
		if name := p.named[i] | 0x20; p.named[i] != 0 && name != want[i] && !whole { // 0x20: M as m
			return false
		}
	}
	return true
}

func fullYear(y int) int {
	if y < 40 {
		return 2000 + y
	}
	return 1900 + y
}

// token cuts the first token off s: a run of ASCII digits, a run of letters,
// or one other character.
func token(s string) (tok, rest string) {
	first, size := utf8.DecodeRuneInString(s)
	more := func(rune) bool { return false }
	switch {
	case first >= '0' && first <= '9':
		more = func(r rune) bool { return r >= '0' && r <= '9' }
	case unicode.IsLetter(first):
		more = unicode.IsLetter
	}
	for i, r := range s[size:] {
		if !more(r) {
			return s[:size+i], s[size+i:]
		}
	}
	return s, ""
}
