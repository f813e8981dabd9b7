package db

import (
	"strconv"
	"strings"
)

// InMax is the greatest number of values B.In may be given. Callers with more
// walk their list in chunks.
const InMax = 500

// B puts a query together from constant pieces. Each piece numbers its
// placeholders from $1; B renumbers them in order, so pieces need not know of
// each other:
//
//	b := NewB("SELECT id FROM t WHERE a = $1", a)
//	b.Add(" AND b < $1", limit)
type B struct {
	sql  strings.Builder
	args []any
}

// NewB starts a query with q.
func NewB(q text, args ...any) *B {
	b := &B{}
	b.Add(q, args...)
	return b
}

// Add appends q and its arguments. A space is put before it when needed.
func (b *B) Add(q text, args ...any) *B {
	b.space(string(q))
	base := len(b.args)
	for i := 0; i < len(q); {
		if end := skipQuoted(string(q), i); end > i {
			b.sql.WriteString(string(q[i:end]))
			i = end
			continue
		}
		num, end := placeholder(string(q), i)
		if end == i {
			b.sql.WriteByte(q[i])
			i++
			continue
		}
		b.number(base + num)
		i = end
	}
	b.args = append(b.args, args...)
	return b
}

// In appends `col IN ($n, …)`. An empty list gives a condition that is never
// true. It panics on more than InMax values.
func (b *B) In(col text, vals []any) *B {
	if len(vals) > InMax {
		panic("db: IN list of " + strconv.Itoa(len(vals)) + " values")
	}
	if len(vals) == 0 {
		return b.Add("1 = 0")
	}
	b.space(string(col))
	b.sql.WriteString(string(col))
	b.sql.WriteString(" IN (")
	for i, v := range vals {
		if i > 0 {
			b.sql.WriteString(", ")
		}
		b.args = append(b.args, v)
		b.number(len(b.args))
	}
	b.sql.WriteByte(')')
	return b
}

// SQL is the query so far.
func (b *B) SQL() text { return text(b.sql.String()) }

// Args are the arguments of SQL, in order.
func (b *B) Args() []any { return b.args }

func (b *B) number(n int) {
	b.sql.WriteByte('$')
	b.sql.WriteString(strconv.Itoa(n))
}

func (b *B) space(next string) {
	s := b.sql.String()
	if s == "" || next == "" || strings.ContainsAny(s[len(s)-1:], " \n\t(") || strings.ContainsAny(next[:1], " \n\t),") {
		return
	}
	b.sql.WriteByte(' ')
}

// Values turns a typed list into arguments, for In.
func Values[T any](list []T) []any {
	vals := make([]any, len(list))
	for i, v := range list {
		vals[i] = v
	}
	return vals
}
