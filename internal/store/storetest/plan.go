package storetest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// National marks, as an SQL comment, a statement that reads every province on purpose. All others
// must stay in one: on a distributed database they would otherwise ask every machine.
const National = "/* national */"

// watched is what all tests of this process ran on partitioned databases; each is explained once.
var watched struct {
	sync.Mutex
	done map[string]bool
}

// watch lets a test reach its partitioned database through a proxy that notes every statement, and
// asks for the plan of each new one when the test ends. It returns the address of the proxy. A server
// that insists on encryption cannot be watched and is used directly.
func watch(t testing.TB, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil || u.Query().Get("sslmode") != "disable" || u.Port() == "" {
		t.Log("statements are not watched: this needs sslmode=disable and a port in the address of the server")
		return dsn
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{server: u.Host, seen: map[string]bool{}}
	go p.serve(l)
	t.Cleanup(func() {
		l.Close()
		p.check(t, dsn)
	})
	u.Host = l.Addr().String()
	return u.String()
}

// proxy passes bytes on and reads the statements among them.
type proxy struct {
	server string
	mu     sync.Mutex
	seen   map[string]bool
}

func (p *proxy) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.server)
		if err != nil {
			client.Close()
			continue
		}
		go func() {
			_, _ = io.Copy(client, server)
			client.Close()
		}()
		go func() {
			p.listen(client, server)
			server.Close()
		}()
	}
}

// listen passes on what the client says and notes the texts of Parse and Query messages. The first
// message has no type.
func (p *proxy) listen(client io.Reader, server io.Writer) {
	head := make([]byte, 5)
	for first := true; ; first = false {
		from := 0
		if first {
			from = 1
		}
		if _, err := io.ReadFull(client, head[from:]); err != nil {
			return
		}
		size := binary.BigEndian.Uint32(head[1:])
		if size < 4 || size > 1<<28 {
			return
		}
		body := make([]byte, size-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		if !first {
			p.note(head[0], body)
		}
		if _, err := server.Write(append(head[from:5:5], body...)); err != nil {
			return
		}
	}
}

func (p *proxy) note(kind byte, body []byte) {
	text := string(body)
	switch kind {
	case 'P': // name, text, types
		_, text, _ = strings.Cut(text, "\x00")
	case 'Q':
	default:
		return
	}
	text, _, _ = strings.Cut(text, "\x00")
	p.mu.Lock()
	p.seen[text] = true
	p.mu.Unlock()
}

// Watched reports whether a test that has ended ran a statement on a partitioned database.
func Watched(q string) bool {
	watched.Lock()
	defer watched.Unlock()
	return watched.done[q]
}

// check explains what nobody has explained yet.
func (p *proxy) check(t testing.TB, dsn string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	watched.Lock()
	defer watched.Unlock()
	if watched.done == nil {
		watched.done = map[string]bool{}
	}
	var fresh []string
	for q := range p.seen {
		if !watched.done[q] {
			watched.done[q] = true
			fresh = append(fresh, q)
		}
	}
	slices.Sort(fresh)
	Explain(t, dsn, fresh, func(q string, err error) { t.Errorf("%v\n%s", err, q) })
}

// Explain asks a partitioned database for the plan of each statement and calls fail for those that do
// not stay in one partition and are not marked National.
func Explain(t testing.TB, dsn string, statements []string, fail func(q string, err error)) {
	t.Helper()
	if len(statements) == 0 {
		return
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	tenants, err := partitioned(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range statements {
		if err := explain(ctx, c, tenants, q); err != nil {
			fail(q, err)
		}
	}
}

// partitioned returns a pattern of the names of the tenant tables.
func partitioned(ctx context.Context, c *pgx.Conn) (*regexp.Regexp, error) {
	rows, err := c.Query(ctx, `SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = current_schema()::regnamespace`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("no partitioned table"), err)
	}
	return regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`), nil
}

var statementText = regexp.MustCompile(`(?i)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b`)

// partitionName is how db names the partitions of a table.
var partitionName = regexp.MustCompile(`^(\w+)_p(\d+)$`)

func explain(ctx context.Context, c *pgx.Conn, tenants *regexp.Regexp, q string) error {
	if !statementText.MatchString(q) || !tenants.MatchString(q) || strings.Contains(q, National) {
		return nil
	}
	plan, err := planOf(ctx, c, q)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "42501" || e.Code == "42601") {
		return nil // refused or not understood: it cannot have read anything
	}
	if err != nil {
		return err
	}
	var parts []string
	collect(plan, func(relation string) {
		if m := partitionName.FindStringSubmatch(relation); m != nil {
			parts = append(parts, m[2])
		}
	})
	slices.Sort(parts)
	parts = slices.Compact(parts)
	insert := strings.HasPrefix(strings.ToUpper(strings.TrimSpace(q)), "INSERT") // routed row by row
	if len(parts) > 1 || len(parts) == 0 && !insert {
		return fmt.Errorf("reads partitions %v: a statement stays in one province (province_id = $n for every table, bare) or is marked %s", parts, National)
	}
	return nil
}

// planOf prepares a statement and returns its plan for arguments made up by their types.
func planOf(ctx context.Context, c *pgx.Conn, q string) (plan any, err error) {
	simple := []any{pgx.QueryExecModeSimpleProtocol}
	// Arguments that exclude each other would leave no partition at all.
	for _, set := range []string{"SET plan_cache_mode = force_custom_plan", "SET constraint_exclusion = off", "PREPARE watched AS " + q} {
		if _, err := c.Exec(ctx, set, simple...); err != nil {
			return nil, err
		}
	}
	defer func() {
		_, derr := c.Exec(ctx, "DEALLOCATE watched", simple...)
		err = errors.Join(err, derr)
	}()
	var types []string
	if err := c.QueryRow(ctx, "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'watched'").Scan(&types); err != nil {
		return nil, err
	}
	args := make([]string, len(types))
	for i, typ := range types {
		switch typ {
		case "text":
			args[i] = "'x'"
		case "bytea":
			args[i] = "'\\x00'"
		case "boolean":
			args[i] = "true"
		default:
			args[i] = "38"
		}
	}
	call := "watched"
	if len(args) > 0 {
		call += "(" + strings.Join(args, ", ") + ")"
	}
	var text string
	if err := c.QueryRow(ctx, "EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE "+call, simple...).Scan(&text); err != nil {
		return nil, err
	}
	return plan, json.Unmarshal([]byte(text), &plan)
}

// collect calls f with every relation a plan touches.
func collect(node any, f func(relation string)) {
	switch n := node.(type) {
	case []any:
		for _, x := range n {
			collect(x, f)
		}
	case map[string]any:
		if r, ok := n["Relation Name"].(string); ok {
			f(r)
		}
		for _, x := range n {
			collect(x, f)
		}
	}
}
