package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/batch"
	"ketnap/internal/i18n"
	"ketnap/internal/org"
)

// TestActsHaveWords: whatever the program writes into the trail is said in words, on the trail and on the page of a person.
func TestActsHaveWords(t *testing.T) {
	actions := actionsOf(t)
	for _, k := range []org.EventKind{org.Founded, org.Renamed, org.Reparented, org.Merged, org.Split, org.Dissolved, org.Amended} {
		actions["unit."+string(k)] = true
	}
	for _, k := range batch.Kinds {
		actions["export."+string(k)] = true
	}
	if len(actions) < 90 || !actions["handover.accept"] || !actions["dossier.act"] || !actions["rules.approve"] || !actions["user.seen"] || !actions["person.read"] {
		t.Fatalf("only %d actions found: the search is broken", len(actions))
	}
	for _, lang := range []i18n.Lang{i18n.Vi, i18n.En} {
		b := Base{words: i18n.For(lang)}
		for action := range actions {
			if text := b.action(action); text == action || strings.Contains(text, "⟦") {
				t.Errorf("%s has no words in %s: add audit.act.%[1]s", action, lang)
			}
		}
	}
	if b := (Base{words: i18n.For(i18n.Vi)}); b.action("no.such_act") != "no.such_act" {
		t.Error("an unknown action is not shown by its code")
	}
}

var actionLike = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// actionsOf reads the source for everything that is written as the action of an entry: given to audit.Of or to a function
// with a parameter named action, put into a variable or field of that name.
func actionsOf(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	out, takes := map[string]bool{}, map[string]int{}
	var trees []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if at := paramNamed(f, "action"); at >= 0 {
					takes[tree.Name.Name+"."+f.Name.Name] = at
				}
			}
		}
	}
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			for _, e := range actionExprs(tree.Name.Name, takes, n) {
				if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil && actionLike.MatchString(s) {
						out[s] = true
					}
				}
			}
			return true
		})
	}
	return out
}

// paramNamed is the place of a parameter, -1 when there is none.
func paramNamed(f *ast.FuncDecl, name string) int {
	at := 0
	for _, p := range f.Type.Params.List {
		for _, n := range p.Names {
			if n.Name == name {
				return at
			}
			at++
		}
	}
	return -1
}

// actionExprs are the expressions of a node that name an action.
func actionExprs(pkg string, takes map[string]int, n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := pkg
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name += "." + f.Name
		case *ast.SelectorExpr:
			if x, ok := f.X.(*ast.Ident); ok && x.Name == "audit" {
				name = "audit"
			}
			name += "." + f.Sel.Name
		}
		if at, ok := takes[name]; ok && at < len(n.Args) {
			return n.Args[at : at+1]
		}
	case *ast.AssignStmt:
		if x, ok := n.Lhs[0].(*ast.Ident); ok && x.Name == "action" {
			return n.Rhs
		}
	case *ast.KeyValueExpr:
		if x, ok := n.Key.(*ast.Ident); ok && x.Name == "Action" {
			return []ast.Expr{n.Value}
		}
	}
	return nil
}
