package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
)

// stmtCache is how many prepared statements a SQLite connection keeps. A full
// cache drops a random one: the texts of a program are few, only IN lists vary.
const stmtCache = 256

// conn is one connection. On SQLite it keeps its prepared statements; pgx does
// that by itself.
type conn struct {
	*sql.Conn
	engine Engine
	// steady connections ignore cancellation inside a statement: on SQLite an
	// interrupted write rolls back the whole group of transactions.
	steady bool
	stmts  map[text]*stmt
}

type stmt struct {
	*sql.Stmt
	args  int
	plain string
	bare  driver.Stmt // the same without database/sql, once Many needs it
}

func (s *stmt) close() {
	s.Close()
	if s.bare != nil {
		s.bare.Close()
	}
}

func newConn(c *sql.Conn, e Engine) *conn {
	return &conn{Conn: c, engine: e, stmts: map[text]*stmt{}}
}

func (c *conn) exec(ctx context.Context, q text, args []any) (sql.Result, error) {
	if c.engine == Postgres {
		return c.ExecContext(ctx, string(q), args...)
	}
	ctx = c.statementContext(ctx)
	s, err := c.prepare(ctx, q, len(args))
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, q text, args []any) (*sql.Rows, error) {
	if c.engine == Postgres {
		return c.QueryContext(ctx, string(q), args...)
	}
	ctx = c.statementContext(ctx)
	s, err := c.prepare(ctx, q, len(args))
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// control runs a statement of transaction control, cancelled or not.
func (c *conn) control(ctx context.Context, q text) error {
	_, err := c.exec(context.WithoutCancel(ctx), q, nil)
	return err
}

func (c *conn) statementContext(ctx context.Context) context.Context {
	if c.steady {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// prepare returns the cached statement for q. The driver does not count
// arguments, so it is done here: PostgreSQL would refuse a wrong number too.
func (c *conn) prepare(ctx context.Context, q text, args int) (*stmt, error) {
	s := c.stmts[q]
	if s == nil {
		plain, n := anonymous(steady(string(q)))
		st, err := c.PrepareContext(ctx, plain)
		if err != nil {
			return nil, err
		}
		if len(c.stmts) >= stmtCache {
			c.evict()
		}
		s = &stmt{Stmt: st, args: n, plain: plain}
		c.stmts[q] = s
	}
	if s.args != args {
		return nil, fmt.Errorf("db: %d arguments for %d placeholders", args, s.args)
	}
	return s, nil
}

func (c *conn) evict() {
	for q, s := range c.stmts {
		s.close()
		delete(c.stmts, q)
		return
	}
}

// forget closes all prepared statements.
func (c *conn) forget() {
	for _, s := range c.stmts {
		s.close()
	}
	clear(c.stmts)
}

// drop closes the connection for good instead of giving it back to the pool.
func (c *conn) drop() {
	c.forget()
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	c.Close()
}

// steady hides the number of a LIMIT from SQLite while it prepares a statement. It would plan by that
// number, and then parse and plan anew whenever another value is bound: at every execution of every list.
func steady(q string) string { return strings.ReplaceAll(q, "LIMIT $", "LIMIT +$") }

// anonymous turns $1, $2 … into ? when they occur once each in rising order,
// because the SQLite driver looks every named placeholder up by its name. Any
// other text is returned as it is; the driver binds $n by number. n is the
// number of arguments q needs.
func anonymous(q string) (plain string, n int) {
	var b strings.Builder
	rising, last, highest := true, 0, 0
	for i := 0; i < len(q); {
		if end := skipQuoted(q, i); end > i {
			b.WriteString(q[i:end])
			i = end
			continue
		}
		num, end := placeholder(q, i)
		if end == i {
			b.WriteByte(q[i])
			i++
			continue
		}
		rising = rising && num == last+1
		last, highest = num, max(highest, num)
		b.WriteByte('?')
		i = end
	}
	if !rising {
		return q, highest
	}
	return b.String(), highest
}

// placeholder reads $n at q[i:]; end == i when there is none.
func placeholder(q string, i int) (num, end int) {
	if q[i] != '$' {
		return 0, i
	}
	end = i + 1
	for end < len(q) && '0' <= q[end] && q[end] <= '9' {
		num = num*10 + int(q[end]-'0')
		end++
	}
	if end == i+1 {
		return 0, i
	}
	return num, end
}

// skipQuoted returns the end of the literal, quoted name or comment that
// begins at q[i], or i when none does.
func skipQuoted(q string, i int) int {
	until := func(from int, mark string) int {
		if j := strings.Index(q[from:], mark); j >= 0 {
			return from + j + len(mark)
		}
		return len(q)
	}
	switch rest := q[i:]; {
	case rest[0] == '\'' || rest[0] == '"':
		return until(i+1, rest[:1]) // a doubled quote is skipped as two literals
	case strings.HasPrefix(rest, "--"):
		return until(i, "\n")
	case strings.HasPrefix(rest, "/*"):
		return until(i+2, "*/")
	}
	return i
}
