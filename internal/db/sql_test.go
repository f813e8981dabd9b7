package db_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/fault"
)

// SQL that is not constant must not compile in another package.
func TestOnlyConstantSQLCompiles(t *testing.T) {
	check := typeChecker(t)
	const head = `package p
import ("context"; "fmt"; "ketnap/internal/db")
var _ = fmt.Sprint
const table = "item"
type mine string
func f(ctx context.Context, tx *db.Tx, s string, m mine, b *db.B) { `
	for body, want := range map[string]bool{
		`tx.Exec(ctx, "DELETE FROM item")`:                       true,
		`tx.Exec(ctx, "DELETE FROM " + table)`:                   true,
		`const q = "SELECT 1"; tx.Row(ctx, q, nil)`:              true,
		`tx.Exec(ctx, b.SQL(), b.Args()...)`:                     true,
		`q := b.SQL(); tx.Each(ctx, q, nil, nil)`:                true,
		`b.Add("AND a = $1", s).In("id", nil)`:                   true,
		`tx.Exec(ctx, s)`:                                        false,
		`tx.Exec(ctx, "DELETE FROM " + s)`:                       false,
		`tx.Exec(ctx, b.SQL() + s)`:                              false,
		`tx.Exec(ctx, fmt.Sprintf("DELETE FROM %s", s))`:         false,
		`tx.Exec(ctx, m)`:                                        false,
		`q := "SELECT 1"; tx.Row(ctx, q, nil)`:                   false,
		`tx.Row(ctx, s, nil)`:                                    false,
		`tx.Each(ctx, s, nil, nil)`:                              false,
		`tx.Many(ctx, s, nil)`:                                   false,
		`db.NewB(s)`:                                             false,
		`b.Add(s)`:                                               false,
		`b.In(s, nil)`:                                           false,
		`tx.Exec(ctx, db.text(s))`:                               false,
		`var q = b.SQL(); q = s; _ = q`:                          false,
		`for _, q := range []string{"a"} { tx.Exec(ctx, q) }`:    false,
		`tx.Exec(ctx, string(b.SQL()) + s)`:                      false,
		`tx.Exec(ctx, map[bool]string{true: "a"}[len(s) > 1])`:   false,
		`tx.Exec(ctx, func() string { return "SELECT 1" }())`:    false,
		`type B struct{ *db.B }; tx.Exec(ctx, B{b}.SQL() + "x")`: true,
	} {
		err := check(head + body + " }")
		if (err == nil) != want {
			t.Errorf("%s\ncompiles: %v, want %v (%v)", body, err == nil, want, err)
		}
	}
}

// typeChecker checks source against the compiled packages of the module.
func typeChecker(t *testing.T) func(src string) error {
	t.Helper()
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		out, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", path).Output()
		if err != nil {
			return nil, fmt.Errorf("go list %s: %w", path, err)
		}
		return os.Open(strings.TrimSpace(string(out)))
	})
	return func(src string) error {
		f, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		conf := types.Config{Importer: imp}
		_, err = conf.Check("p", fset, []*ast.File{f}, nil)
		return err
	}
}

func TestAnonymous(t *testing.T) {
	for q, want := range map[string]struct {
		plain string
		n     int
	}{
		"SELECT 1":                         {"SELECT 1", 0},
		"a = $1 AND b = $2":                {"a = ? AND b = ?", 2},
		"a = $2 AND b = $1":                {"a = $2 AND b = $1", 2},
		"a = $1 OR b = $1":                 {"a = $1 OR b = $1", 1},
		"a = '$1' AND b = $1":              {"a = '$1' AND b = ?", 1},
		"a = 'it''s $1' AND b = $1":        {"a = 'it''s $1' AND b = ?", 1},
		`"$1" = $1`:                        {`"$1" = ?`, 1},
		"a = $1 -- $2\nAND b = $2":         {"a = ? -- $2\nAND b = ?", 2},
		"a = $1 /* $2 */ AND b = $2":       {"a = ? /* $2 */ AND b = ?", 2},
		"a = $2":                           {"a = $2", 2},
		"$1,$2,$3,$4,$5,$6,$7,$8,$9,$10":   {"?,?,?,?,?,?,?,?,?,?", 10},
		"a = $1 LIMIT $2 OFFSET $3":        {"a = ? LIMIT +? OFFSET ?", 3}, // see steady
		"a = $2 AND b = $1 LIMIT $3":       {"a = $2 AND b = $1 LIMIT +$3", 3},
		"cost = '$' || $1":                 {"cost = '$' || ?", 1},
		"unfinished 'quote $1":             {"unfinished 'quote $1", 0},
		"a->>'$.x' = $1 AND $ = '' AND $1": {"a->>'$.x' = $1 AND $ = '' AND $1", 1},
	} {
		if plain, n := db.Anonymous(db.Steady(q)); plain != want.plain || n != want.n {
			t.Errorf("%q = %q, %d; want %q, %d", q, plain, n, want.plain, want.n)
		}
	}
}

// Whatever pieces a query is built of, every placeholder still means the
// argument its piece gave it.
func TestBuilderKeepsArgumentsWithTheirPieces(t *testing.T) {
	d := openItems(t)
	ctx := context.Background()
	err := d.View(ctx, func(tx *db.Tx) error {
		rapid.Check(t, func(rt *rapid.T) {
			b := db.NewB("SELECT ''")
			var want strings.Builder
			arg := rapid.StringMatching(`[a-z'$1?]{1,4}`)
			for range rapid.IntRange(0, 8).Draw(rt, "pieces") {
				x, y := arg.Draw(rt, "x"), arg.Draw(rt, "y")
				switch rapid.IntRange(0, 3).Draw(rt, "kind") {
				case 0:
					b.Add("|| $1", x)
					want.WriteString(x)
				case 1:
					b.Add("|| $2 || '$1' || $1", x, y)
					want.WriteString(y + "$1" + x)
				case 2:
					b.Add("|| $1 || $1 -- $2\n", x)
					want.WriteString(x + x)
				case 3:
					b.Add("|| CASE WHEN").In("'x'", []any{y, "x", x}).Add("THEN $1 ELSE '?' END", x)
					want.WriteString(x)
				}
			}
			var got string
			if err := tx.Row(ctx, b.SQL(), b.Args(), &got); err != nil {
				rt.Fatalf("%s: %v", b.SQL(), err)
			}
			if got != want.String() {
				rt.Fatalf("%s with %v = %q, want %q", b.SQL(), b.Args(), got, want.String())
			}
		})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestInPanicsOnLongLists(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	db.NewB("SELECT 1 WHERE").In("id", make([]any, db.InMax+1))
}

func TestClassifyCodes(t *testing.T) {
	for code, want := range map[string]db.Class{
		"23505": db.Unique, "23503": db.ForeignKey, "23514": db.Check, "23502": db.NotNull,
		"40001": db.Serialization, "40P01": db.Serialization, "55P03": db.Busy,
		"08000": db.ConnLost, "08001": db.ConnLost, "08003": db.ConnLost, "08006": db.ConnLost,
		"57P01": db.ConnLost, "57P02": db.ConnLost, "57P03": db.ConnLost, "53300": db.ConnLost,
		"25006": db.ReadOnly, "XX000": db.Unknown, "42P01": db.Unknown,
	} {
		if got := db.Classify(fmt.Errorf("store: %w", dbtest.State(code))); got != want {
			t.Errorf("%s is %v, want %v", code, got, want)
		}
	}
	for _, err := range []error{nil, errors.New("unique constraint"), context.Canceled, context.DeadlineExceeded, db.ErrNoRows} {
		if got := db.Classify(err); got != db.Unknown {
			t.Errorf("%v is %v", err, got)
		}
	}
	for _, err := range []error{dbtest.ErrDropped, io.EOF, &pgconn.ConnectError{}} {
		if got := db.Classify(err); got != db.ConnLost {
			t.Errorf("%T is %v", err, got)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := db.Open(ctx, "postgres://nobody@127.0.0.1:1/none", db.Options{})
	if db.Classify(err) != db.ConnLost {
		t.Errorf("err = %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error shows the password: %v", err)
	}
	_, err = db.Open(ctx, "postgres://u:secret@host:port/none", db.Options{})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error shows the password: %v", err)
	}
}

func TestFault(t *testing.T) {
	own := fault.E("x", fault.Stale, "")
	for _, c := range []struct {
		err  error
		want fault.Kind
	}{
		{fmt.Errorf("wrapped: %w", own), fault.Stale},
		{dbtest.State("40001"), fault.Busy},
		{dbtest.State("55P03"), fault.Busy},
		{dbtest.State("08006"), fault.Unavailable},
		{dbtest.State("25006"), fault.Unavailable},
		{dbtest.ErrDropped, fault.Unavailable},
		{fmt.Errorf("%w: %w", db.ErrUnknownCommit, dbtest.State("XX000")), fault.Unavailable},
		{db.ErrClosed, fault.Unavailable},
		{db.ErrReadOnly, fault.Unavailable},
		{context.Canceled, fault.Unavailable},
		{context.DeadlineExceeded, fault.Busy},
		{dbtest.State("23505"), fault.Internal},
		{errors.New("?"), fault.Internal},
	} {
		err := db.Fault("test", c.err)
		if fault.KindOf(err) != c.want || !errors.Is(err, c.err) {
			t.Errorf("Fault(%v) = %v, want %v", c.err, err, c.want)
		}
	}
	if db.Fault("test", nil) != nil {
		t.Error("Fault(nil) is an error")
	}
}

func TestNormalSQL(t *testing.T) {
	const messy = "CREATE TABLE t(a INTEGER , -- the key\n\n  b TEXT DEFAULT 'x  , y' CHECK ( b <> '' /* no */ ), PRIMARY KEY(a,  b) )\tSTRICT"
	const want = "CREATE TABLE t(\n\ta INTEGER,\n\tb TEXT DEFAULT 'x  , y' CHECK (b <> ''),\n\tPRIMARY KEY(a, b)\n) STRICT\n"
	if got := db.NormalSQL(messy); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
