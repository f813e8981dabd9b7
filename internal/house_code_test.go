package house_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// Limits of size. Aim at 400 and 80; these are where a test fails.
const (
	maxFile     = 600 // lines of a Go file
	maxFunction = 120 // lines of a function outside tests
	maxMain     = 15  // lines of main.go
)

var sizeRule = rule{
	name: "rooms stay small",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			if s.lines > maxFile {
				faults = append(faults, faultf(s.path, 0, "%d lines: make it two rooms (at most %d, better 400)", s.lines, maxFile))
			}
			if s.test {
				continue
			}
			for _, d := range s.file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := t.fset.Position(f.End()).Line - t.line(f) + 1; n > maxFunction {
					faults = append(faults, faultf(s.path, t.line(f), "%s has %d lines (at most %d, better 80)", f.Name.Name, n, maxFunction))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("a long file", "internal/vi/a.go", "package vi\n"+strings.Repeat("\n", maxFile)),
		one("a long function", "internal/vi/a.go", "package vi\nfunc f() {\n"+strings.Repeat("\n", maxFunction)+"}\n"),
	},
	fine: []planted{
		one("a long table in a test", "internal/vi/a_test.go", "package vi\nfunc f() {\n"+strings.Repeat("\n", maxFunction)+"}\n"),
	},
}

var doorRule = rule{
	name: "main.go does nothing",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			if s.dir == "" && !s.test && (s.path != "main.go" || s.lines > maxMain) {
				faults = append(faults, faultf(s.path, 0, "the root holds one main.go of at most %d lines", maxMain))
			}
		}
		return faults
	},
	faults: []planted{
		one("a fat main", "main.go", "package main\n"+strings.Repeat("// x\n", maxMain)),
		one("a second file", "flags.go", "package main\n"),
	},
	fine: []planted{one("a lean main", "main.go", "package main\n\nfunc main() {}\n")},
}

var testingRule = rule{
	name: "no testing in production",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			for imported, line := range t.imports(s) {
				if imported == "testing" || strings.HasPrefix(imported, "testing/") {
					faults = append(faults, faultf(s.path, line, "imports %s", imported))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("testing", "internal/vi/a.go", "package vi\nimport _ \"testing\""),
		one("testing/fstest", "internal/db/a.go", "package db\nimport _ \"testing/fstest\""),
	},
	fine: []planted{
		one("a support package", "internal/store/storetest/a.go", "package storetest\nimport _ \"testing\""),
		one("a test", "internal/vi/a_test.go", "package vi\nimport _ \"testing\""),
	},
}

var docRule = rule{
	name: "every package says what it is",
	check: func(t *tree) []string {
		said := map[string]bool{}
		for _, s := range t.code {
			if s.test {
				continue
			}
			doc := ""
			if s.file.Doc != nil {
				doc = s.file.Doc.Text()
			}
			good := strings.HasPrefix(doc, "Package "+s.file.Name.Name+" ") || s.file.Name.Name == "main" && len(doc) > 20
			said[s.dir] = said[s.dir] || good
		}
		var faults []string
		for dir, good := range said {
			if !good {
				faults = append(faults, faultf(path.Join(dir, "doc.go"), 0, "the package has no comment \"Package %s …\"", path.Base(dir)))
			}
		}
		return faults
	},
	faults: []planted{
		one("no comment", "internal/vi/a.go", "package vi\n"),
		one("a comment on something else", "internal/vi/a.go", "// Copyright.\npackage vi\n"),
		one("a comment that is cut off", "internal/vi/a.go", "// Package vi is text.\n\npackage vi\n"),
	},
	fine: []planted{
		{"said in one of two files", map[string]string{
			"internal/vi/a.go": "// Package vi is Vietnamese text.\npackage vi\n", "internal/vi/b.go": "package vi\n"}},
		one("tests only", "internal/a_test.go", "package house_test\n"),
	},
}

// emptyNames say nothing about what is inside.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "misc", "shared", "base", "lib"}

var nameRule = rule{
	name: "names say what is inside",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			name := strings.TrimSuffix(s.file.Name.Name, "_test")
			if slices.Contains(emptyNames, name) {
				faults = append(faults, faultf(s.path, 0, "a package named %q says nothing", name))
			}
		}
		return faults
	},
	faults: []planted{
		one("util", "internal/util/a.go", "package util"),
		one("models", "internal/org/models/a.go", "package models"),
	},
	fine: []planted{one("a noun of the field", "internal/org/a.go", "package org")},
}

// unwanted packages, and what to use.
var unwanted = map[string]string{
	"unsafe":        "nothing here needs it but the layer under SQLite that cuts the power in tests",
	"math/rand":     "math/rand/v2 with a seed that is printed, or crypto/rand",
	"io/ioutil":     "io and os",
	"text/template": "html/template, which escapes",
	"C":             "the program is pure Go",
}

var forbiddenRule = rule{
	name: "no unwanted packages, no marks of unfinished work",
	check: func(t *tree) []string {
		marks := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}
		var faults []string
		for _, s := range t.code {
			for imported, line := range t.imports(s) {
				if instead, bad := unwanted[imported]; bad && (imported != "unsafe" || s.path != "internal/db/dbtest/powercut.go") {
					faults = append(faults, faultf(s.path, line, "imports %s: %s", imported, instead))
				}
			}
			for _, group := range s.file.Comments {
				for _, mark := range marks {
					if slices.Contains(strings.FieldsFunc(group.Text(), func(r rune) bool { return r < 'A' || r > 'z' }), mark) {
						faults = append(faults, faultf(s.path, t.line(group), "%s: finish it, or leave it out and say so in an issue", mark))
					}
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("unsafe", "internal/vi/a.go", "package vi\nimport _ \"unsafe\""),
		one("math/rand", "internal/vi/a_test.go", "package vi\nimport _ \"math/rand\""),
		one("a mark", "internal/vi/a.go", "package vi\n// TO"+"DO: later\nvar x int"),
	},
	fine: []planted{one("math/rand/v2", "internal/demo/a.go", "package demo\nimport _ \"math/rand/v2\"")},
}

// impure packages bring in the world: what they give reaches the domain as values.
var impure = []string{"context", "os", "net", "net/*", "os/*", "database/*", "log", "log/*", "crypto/rand", "math/rand/*", "io/fs", "sync"}

// delivered are the packages with data of their own that is large to read: they may keep what they read, once, with sync.
var delivered = []string{"day", "rule"}

// clock are the functions of package time that look at the world.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

var pureRule = rule{
	name: "the domain has no database, clock or context",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			level, _, family, ok := place(s.dir)
			if !ok || floors[level].name != "domain" && family != "day" && family != "vi" && family != "fault" {
				continue
			}
			for imported, line := range t.imports(s) {
				for _, pattern := range impure {
					if match, _ := path.Match(pattern, imported); match && !(imported == "sync" && slices.Contains(delivered, family)) {
						faults = append(faults, faultf(s.path, line, "imports %s: pass what it gives as a value", imported))
					}
				}
			}
			faults = append(faults, t.uses(s, "time", clock, "pass the time as a value")...)
		}
		return faults
	},
	faults: []planted{
		one("a context", "internal/ledger/a.go", "package ledger\nimport _ \"context\""),
		one("the clock", "internal/ledger/a.go", "package ledger\nimport \"time\"\nvar x = time.Now()"),
		one("the clock under another name", "internal/day/a.go", "package day\nimport tm \"time\"\nvar x = tm.Since"),
		one("the network", "internal/org/a.go", "package org\nimport _ \"net/http\""),
		one("a log", "internal/org/a.go", "package org\nimport _ \"log/slog\""),
	},
	fine: []planted{
		one("a time as a value", "internal/day/a.go", "package day\nimport \"time\"\nfunc f(t time.Time) {}"),
		one("a context in a service", "internal/units/a.go", "package units\nimport _ \"context\""),
	},
}

// uses lists where a file refers to one of the names of a package.
func (t *tree) uses(s *source, pkg string, names []string, why string) []string {
	local := importName(s, pkg)
	if local == "" {
		return nil
	}
	var faults []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, sel.Sel.Name) {
			faults = append(faults, faultf(s.path, t.line(sel), "uses %s: %s", fmt.Sprintf("%s.%s", pkg, sel.Sel.Name), why))
		}
		return true
	})
	return faults
}
