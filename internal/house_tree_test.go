package house_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// module is the path of the module in go.mod.
const module = "ketnap"

// source is one Go file.
type source struct {
	path  string // slash path from the root of the project
	dir   string // "" for the root
	test  bool   // *_test.go
	lines int
	file  *ast.File
}

// tree is the project as text: Go files parsed, others as they are. Build tags do not hide anything.
type tree struct {
	fset *token.FileSet
	code []*source
	text map[string]string // .html .sql .json .css .js .md .mod and the Makefile
}

// skipped are folders that are not ours or hold test inputs.
var skipped = []string{".git", "node_modules", "bin", "build", "demo-data", "testdata", "internal/web/static/vendor"}

// readTree reads everything the rules look at.
func readTree(fsys fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet(), text: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(skipped, p) || slices.Contains(skipped, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		return t.read(fsys, p)
	})
	return t, err
}

func (t *tree) read(fsys fs.FS, p string) error {
	ext := path.Ext(p)
	if p == "Makefile" {
		ext = ".mk"
	}
	if !slices.Contains([]string{".mk", ".go", ".html", ".sql", ".json", ".css", ".js", ".md", ".mod"}, ext) {
		return nil
	}
	data, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	if ext != ".go" {
		t.text[p] = string(data)
		return nil
	}
	file, err := parser.ParseFile(t.fset, p, data, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parsing: %w", err)
	}
	dir := path.Dir(p)
	if dir == "." {
		dir = ""
	}
	t.code = append(t.code, &source{
		path: p, dir: dir, test: strings.HasSuffix(p, "_test.go"),
		lines: strings.Count(string(data), "\n"), file: file,
	})
	return nil
}

// plant makes a tree of given files.
func plant(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for p, content := range files {
		fsys[p] = &fstest.MapFile{Data: []byte(content)}
	}
	planted, err := readTree(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return planted
}

// line is the line of a node.
func (t *tree) line(n ast.Node) int { return t.fset.Position(n.Pos()).Line }

// production is the Go files that end up in the program, without test-support packages.
func (t *tree) production() []*source {
	var list []*source
	for _, s := range t.code {
		if !s.test && !supportsTests(s.dir) {
			list = append(list, s)
		}
	}
	return list
}

// supportsTests is true for packages like storetest, which exist only for tests of others.
func supportsTests(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// imports is what a file imports: path -> line.
func (t *tree) imports(s *source) map[string]int {
	m := map[string]int{}
	for _, spec := range s.file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		m[p] = t.line(spec)
	}
	return m
}

// importName is the name by which a file refers to an imported package, "" when it does not import it.
func importName(s *source, pkg string) string {
	for _, spec := range s.file.Imports {
		if p, _ := strconv.Unquote(spec.Path.Value); p == pkg {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path.Base(pkg)
		}
	}
	return ""
}

// texts calls f with every constant string of a file; pieces joined with + come as one. Tags and import paths are left out.
func (t *tree) texts(s *source, f func(line int, text string)) {
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Type != nil {
				ast.Inspect(n.Type, walk)
			}
			return false
		case ast.Expr:
			if text, ok := constant(n); ok {
				f(t.line(n), text)
				return false
			}
		}
		return true
	}
	ast.Inspect(s.file, walk)
}

// constant is the value of a string literal or of several joined with +; an operand that is no literal counts as "…".
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return constant(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, okX := constant(e.X)
		y, okY := constant(e.Y)
		if !okX && !okY {
			return "", false
		}
		if !okX {
			x = "…"
		}
		if !okY {
			y = "…"
		}
		return x + y, true
	}
	return "", false
}
