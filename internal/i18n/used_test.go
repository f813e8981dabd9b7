package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/i18n"
)

// faultKeys is the literal keys that the non-test files of a package give to
// fault.E and Field.
func faultKeys(t *testing.T, dir string) (keys []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				keys = append(keys, keyOf(call)...)
			}
			return true
		})
	}
	return keys
}

// keyOf is the literal key of one call, if it has one.
func keyOf(call *ast.CallExpr) []string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	at := map[string]int{"E": 2, "Field": 1}[sel.Sel.Name]
	if at == 0 || len(call.Args) <= at {
		return nil
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return nil
	}
	key, err := strconv.Unquote(lit.Value)
	if err != nil || key == "" {
		return nil
	}
	return []string{key}
}

// Every key the ground packages use has a text.
func TestGroundKeys(t *testing.T) {
	var found int
	for _, pkg := range []string{"day", "seal"} {
		keys := faultKeys(t, filepath.Join("..", pkg))
		found += len(keys)
		if missing := i18n.Missing(keys); missing != nil {
			t.Errorf("%s: no text for %v", pkg, missing)
		}
	}
	if found < 10 {
		t.Errorf("only %d keys found: the search is broken", found)
	}
}
