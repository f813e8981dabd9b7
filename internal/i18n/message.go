package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/vi"
)

// A message is a text taken apart once, so that T only joins.
type message struct {
	text  string // as written
	parts []part // nil when there is nothing to put in
}

// A part is a literal, or argument arg, or a word chosen by argument arg.
type part struct {
	lit       string
	arg       int // -1 for a literal
	one, many string
	choose    bool
}

// parseMessage takes a text apart. Braces that hold no argument number are
// ordinary characters.
func parseMessage(text string) message {
	m := message{text: text}
	lit := 0
	for i := 0; i < len(text); {
		if text[i] != '{' {
			i++
			continue
		}
		end := strings.IndexByte(text[i:], '}')
		if end < 0 {
			break
		}
		if p, ok := parsePart(text[i+1 : i+end]); ok {
			if i > lit {
				m.parts = append(m.parts, part{lit: text[lit:i], arg: -1})
			}
			m.parts = append(m.parts, p)
			lit = i + end + 1
		}
		i += end + 1
	}
	if len(m.parts) > 0 && lit < len(text) {
		m.parts = append(m.parts, part{lit: text[lit:], arg: -1})
	}
	return m
}

// parsePart reads what stands between braces: "0" or "0|one|many".
func parsePart(s string) (part, bool) {
	num, words, choose := strings.Cut(s, "|")
	n, err := strconv.ParseUint(num, 10, 4)
	if err != nil {
		return part{}, false
	}
	p := part{arg: int(n), choose: choose}
	if choose {
		p.one, p.many, choose = strings.Cut(words, "|")
	}
	return p, choose == p.choose
}

// format joins m with args. A missing argument stays visible as {n}.
func (m message) format(p *Printer, args []any) string {
	if m.parts == nil {
		return m.text
	}
	var b strings.Builder
	b.Grow(len(m.text) + 16*len(args))
	for _, part := range m.parts {
		switch {
		case part.arg < 0:
			b.WriteString(part.lit)
		case part.arg >= len(args):
			b.WriteString("{" + strconv.Itoa(part.arg) + "}")
		case part.choose && isOne(args[part.arg]):
			b.WriteString(part.one)
		case part.choose:
			b.WriteString(part.many)
		default:
			b.WriteString(p.arg(args[part.arg]))
		}
	}
	return b.String()
}

// args is the numbers of the arguments m uses, as a set of bits.
func (m message) args() (set uint16) {
	for _, p := range m.parts {
		if p.arg >= 0 {
			set |= 1 << p.arg
		}
	}
	return set
}

func isOne(a any) bool {
	switch a := a.(type) {
	case int:
		return a == 1
	case int64:
		return a == 1
	}
	return false
}

// arg prints one argument for a reader.
func (p *Printer) arg(a any) string {
	switch a := a.(type) {
	case nil:
		return ""
	case string:
		return a
	case int:
		return p.Num(int64(a))
	case int64:
		return p.Num(a)
	case float64:
		return p.Dec(a, places(a))
	case day.Date:
		return p.Date(a)
	case day.Month:
		return a.VN()
	case day.Period:
		return p.Date(a.From) + " – " + p.Date(a.To)
	case time.Time:
		return p.Time(a)
	case fault.Text:
		return p.Text(a)
	case fault.Key:
		return p.T(string(a))
	case error:
		return p.Error(a)
	}
	return fmt.Sprint(a)
}

// places is the number of decimals of the shortest form of x, at most 6.
func places(x float64) int {
	_, frac, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	return min(len(frac), 6)
}

// Num is n with its thousands grouped: "1.020" in Vietnamese, "1,020" in English.
func (p *Printer) Num(n int64) string { return p.point(vi.Number(n)) }

// Pct is num of den in percent with two decimals and no sign: "35,34" or
// "35.34"; "—" when den is 0.
func (p *Printer) Pct(num, den int64) string { return p.point(vi.Percent(num, den)) }

// Dec is x with the given number of decimals: "1.020,50" or "1,020.50".
func (p *Printer) Dec(x float64, places int) string { return p.point(vi.Decimal(x, places)) }

// Date is dd/mm/yyyy in both languages, or what is known of it; "" of no date.
func (p *Printer) Date(d day.Date) string { return d.VN() }

// Time is the instant t in its own location, dd/mm/yyyy hh:mm.
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02/01/2006 15:04")
}

// point exchanges the dot and the comma of a Vietnamese number for English.
func (p *Printer) point(s string) string {
	if p.lang != En {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '.':
			return ','
		case ',':
			return '.'
		}
		return r
	}, s)
}
