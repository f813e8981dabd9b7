// Package dbtest gives tests an empty database on each engine, and a way to
// break commits. It belongs to the storage floor and is imported by tests only.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"ketnap/internal/db"
)

// ServerEnv names the PostgreSQL server for tests: a postgres:// address of a
// superuser, or of a role that may create databases and roles.
const ServerEnv = "KETNAP_TEST_PG"

// Postgres creates an empty database and returns its address. Its owner, who is
// also the user in the address, is an ordinary role: REVOKE binds it. Both are
// dropped when the test ends. Without a server the test is skipped, except
// under CI=true, where it fails.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	server := os.Getenv(ServerEnv)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: no PostgreSQL to test on", ServerEnv)
		}
		t.Skipf("%s is not set: no PostgreSQL to test on", ServerEnv)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no postgres:// address", ServerEnv)
	}
	name := "ketnap_test_" + strings.ToLower(rand.Text()[:12])
	password := rand.Text()
	must(t, server, fmt.Sprintf("CREATE ROLE %s LOGIN NOSUPERUSER PASSWORD '%s'", name, password))
	t.Cleanup(func() { must(t, server, "DROP ROLE "+name) })
	must(t, server, fmt.Sprintf("GRANT %s TO CURRENT_USER", name))
	must(t, server, fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8'", name, name))
	t.Cleanup(func() { must(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u.User = url.UserPassword(name, password)
	u.Path = "/" + name
	return u.String()
}

// must runs one statement on the server.
func must(t testing.TB, server, q string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to the server of %s: %v", ServerEnv, err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, q); err != nil {
		t.Fatalf("%s: %v", strings.Fields(q)[:2], err)
	}
}

// SQLite returns the path of a database that does not exist yet, in a directory
// of the test.
func SQLite(t testing.TB) (dsn string) {
	t.Helper()
	return filepath.Join(t.TempDir(), "test.db")
}

// Open opens dsn and closes it when the test ends.
func Open(t testing.TB, dsn string, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// Each runs f as a subtest on an empty database of every engine, in parallel.
func Each(t *testing.T, o db.Options, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, Open(t, SQLite(t), o))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, Open(t, Postgres(t), o))
	})
}

// Faults breaks commits on demand: give its OnCommit to db.Options, then Arm it.
// The zero value breaks nothing. It is safe for concurrent use.
type Faults struct {
	mu   sync.Mutex
	at   db.CommitPoint
	err  error
	left int
}

// Arm lets the next n commits fail with err at the given point.
func (f *Faults) Arm(at db.CommitPoint, err error, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.err, f.left = at, err, n
}

// Left is how many armed faults have not happened yet.
func (f *Faults) Left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.left
}

// OnCommit is for db.Options.
func (f *Faults) OnCommit(at db.CommitPoint) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 || at != f.at {
		return nil
	}
	f.left--
	return f.err
}

// State is the error of a server that answers with a SQLSTATE, "XX000" say.
func State(code string) error {
	return &pgconn.PgError{Severity: "ERROR", Code: code, Message: "injected " + code}
}

// ErrDropped is the error of a connection that breaks.
var ErrDropped = fmt.Errorf("injected: %w", io.ErrUnexpectedEOF)
