package store_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// TestEveryStatementStaysInOneProvince asks a partitioned database for the plan of every constant
// statement in this package. Statements put together by the builder are asked for as the tests run
// them: see storetest.
func TestEveryStatementStaysInOneProvince(t *testing.T) {
	statements := constantSQL(t)
	if len(statements) < 60 {
		t.Fatalf("only %d statements found: the search is broken", len(statements))
	}
	dsn := dbtest.Postgres(t)
	storetest.Open(t, dsn, 4, storetest.Options{})
	storetest.Explain(t, dsn, statements, func(q string, err error) { t.Errorf("%v\n%s", err, q) })
	t.Logf("%d statements", len(statements))

	for _, bad := range []string{
		"SELECT id FROM person WHERE name = $1",
		"SELECT id FROM person WHERE province_id + 0 = $1",
		"SELECT p.id FROM person p JOIN movement m ON m.person_id = p.id WHERE p.province_id = $1",
		"SELECT id FROM person WHERE province_id = $1 OR id = $2",
		"SELECT id FROM person WHERE province_id IN (SELECT id FROM province)",
		"UPDATE person SET note = $1 WHERE id = $2",
		"DELETE FROM tally WHERE unit_id = $1",
	} {
		caught := false
		storetest.Explain(t, dsn, []string{bad}, func(string, error) { caught = true })
		if !caught {
			t.Errorf("not caught: %s", bad)
		}
	}
}

// TestStatementsAreWatched makes sure that the proxy really reads what passes through it.
func TestStatementsAreWatched(t *testing.T) {
	dsn := dbtest.Postgres(t)
	if !strings.Contains(dsn, "sslmode=disable") {
		t.Skip("the server insists on encryption")
	}
	t.Run("a test", func(t *testing.T) {
		s := storetest.Open(t, dsn, 4, storetest.Options{})
		storetest.Enrol(t, s, storetest.Grow(t, s, 38).Root, "Lê Thị Ánh", ledger.Pool, day.Of(2026, 2, 3))
		err := s.View(t.Context(), func(tx *store.Tx) error {
			return tx.Row(t.Context(), `SELECT COUNT(1) FROM person WHERE province_id = $1`, []any{38}, new(int))
		})
		if err != nil {
			t.Error(err)
		}
	})
	n := 0
	for _, q := range append(constantSQL(t), countPeople) {
		if storetest.Watched(q) {
			n++
		}
	}
	if !storetest.Watched(countPeople) || n < 8 {
		t.Errorf("only %d statements were seen", n)
	}
}

// constantSQL returns every constant that is a whole statement and is passed to a function other than
// the builder's.
func constantSQL(t *testing.T) (statements []string) {
	t.Helper()
	fset := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: emptyImporter{}, Error: func(error) {}} // constants need no imports
	_, _ = conf.Check("store", fset, files, info)
	seen := map[string]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || builds(call) {
				return true
			}
			for _, arg := range call.Args {
				if v := info.Types[arg].Value; v != nil && v.Kind() == constant.String {
					if q := constant.StringVal(v); wholeStatement.MatchString(q) && !seen[q] {
						seen[q] = true
						statements = append(statements, q)
					}
				}
			}
			return true
		})
	}
	return statements
}

var wholeStatement = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

// builds reports whether a call feeds the builder: its pieces are no statements.
func builds(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch sel.Sel.Name {
	case "NewB", "Add", "In":
		return true
	}
	return false
}

// emptyImporter gives packages without content: what is looked for does not depend on them.
type emptyImporter struct{}

func (emptyImporter) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, filepath.Base(path))
	p.MarkComplete()
	return p, nil
}
