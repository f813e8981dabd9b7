package house_test

import (
	"encoding/json"
	"go/ast"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	requireLine = regexp.MustCompile(`(?m)^\s*(?:require\s+)?([\w.\-]+\.[\w.\-]+/[\w.\-/~]+) (v[\w.\-+]+)(\s*// indirect)?\s*$`)
	toolLine    = regexp.MustCompile(`(?m)^\s*(?:tool\s+)?([\w.\-]+\.[\w.\-]+/[\w.\-/]+)$`)
	mdLink      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	rowName     = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^ |]+) \\|")
	codeName    = regexp.MustCompile("`([a-z]+)\\.([A-Z][A-Za-z0-9]*)")
	makeWord    = regexp.MustCompile("`make ([a-z]+)")
)

// toolMods are the module files of tools.
var toolMods = []string{"tools/go.mod", "tools/litestream/go.mod"}

// npmFile is what package.json says about libraries.
type npmFile struct {
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
}

var librariesDocRule = rule{
	name: "doc/dependencies.md names every library with its version",
	check: func(t *tree) []string {
		const page = "doc/dependencies.md"
		var faults []string
		need := func(file, name, version string) {
			for _, line := range strings.Split(t.text[page], "\n") {
				if strings.Contains(line, "`"+name+"`") && strings.Contains(line, "| "+strings.TrimPrefix(version, "v")+" |") {
					return
				}
			}
			faults = append(faults, faultf(page, 0, "no row for %s %s of %s", name, version, file))
		}
		for _, m := range requireLine.FindAllStringSubmatch(t.text["go.mod"], -1) {
			if m[3] == "" {
				need("go.mod", m[1], m[2])
			}
		}
		for _, mod := range toolMods {
			for _, m := range requireLine.FindAllStringSubmatch(t.text[mod], -1) {
				if isTool(t.text[mod], m[1]) {
					need(mod, m[1], m[2])
				}
			}
		}
		var npm npmFile
		if text := t.text["package.json"]; text != "" {
			if err := json.Unmarshal([]byte(text), &npm); err != nil {
				return append(faults, faultf("package.json", 0, "%v", err))
			}
		}
		for _, list := range []map[string]string{npm.Dependencies, npm.DevDependencies} {
			for name, version := range list {
				if strings.ContainsAny(version, "^~*<>x ") {
					faults = append(faults, faultf("package.json", 0, "%s %s: pin one version", name, version))
				}
				need("package.json", name, version)
			}
		}
		for _, m := range rowName.FindAllStringSubmatch(t.text[page], -1) {
			inMod := strings.Contains(t.text["go.mod"]+t.text[toolMods[0]]+t.text[toolMods[1]], m[1]+" v"+m[2])
			if !inMod && npm.Dependencies[m[1]] != m[2] && npm.DevDependencies[m[1]] != m[2] {
				faults = append(faults, faultf(page, 0, "%s %s is not used any more", m[1], m[2]))
			}
		}
		return faults
	},
	faults: []planted{
		{"a module nobody wrote down", map[string]string{
			"go.mod": "module ketnap\n\nrequire (\n\tgithub.com/spf13/cobra v1.10.2\n)\n", "doc/dependencies.md": "| `x` | 1 |"}},
		{"another version", map[string]string{
			"go.mod": "module ketnap\n\nrequire github.com/spf13/cobra v1.10.2\n", "doc/dependencies.md": "| `github.com/spf13/cobra` | 1.10.1 | Apache-2.0 |"}},
		{"a tool nobody wrote down", map[string]string{
			"tools/go.mod": "module x\n\ntool honnef.co/go/tools/cmd/staticcheck\n\nrequire honnef.co/go/tools v0.8.2 // indirect\n", "doc/dependencies.md": ""}},
		{"a tool of the second module nobody wrote down", map[string]string{
			"tools/litestream/go.mod": "module x\n\ntool example.org/copy/cmd/copy\n\nrequire example.org/copy v0.8.2 // indirect\n", "doc/dependencies.md": ""}},
		{"a row nothing stands for", map[string]string{"go.mod": "module ketnap\n", "doc/dependencies.md": "| `github.com/spf13/cobra` | 1.10.2 | x |"}},
		{"a loose npm version", map[string]string{
			"package.json": `{"dependencies": {"htmx.org": "^2.0.11"}}`, "doc/dependencies.md": "| `htmx.org` | ^2.0.11 | 0BSD |"}},
	},
	fine: []planted{
		{"all written down", map[string]string{
			"go.mod":              "module ketnap\n\nrequire (\n\tgithub.com/spf13/cobra v1.10.2\n\tgithub.com/spf13/pflag v1.0.9 // indirect\n)\n",
			"doc/dependencies.md": "| `github.com/spf13/cobra` | 1.10.2 | Apache-2.0 |"}},
	},
}

// isTool says whether a module holds one of the tools of a module file.
func isTool(mod, modulePath string) bool {
	for _, m := range toolLine.FindAllStringSubmatch(mod, -1) {
		if strings.HasPrefix(m[1], modulePath+"/") {
			return true
		}
	}
	return false
}

var linkRule = rule{
	name: "the documents point at what exists",
	check: func(t *tree) []string {
		targets := map[string]bool{}
		for p := range t.text {
			targets[p] = true
		}
		for _, s := range t.code {
			targets[s.path] = true
		}
		for p := range targets {
			for d := path.Dir(p); d != "."; d = path.Dir(d) {
				targets[d] = true
			}
		}
		var faults []string
		for p, content := range t.text {
			if path.Ext(p) != ".md" {
				continue
			}
			for _, m := range mdLink.FindAllStringSubmatch(content, -1) {
				link, _, _ := strings.Cut(m[1], "#")
				if link == "" || strings.Contains(link, ":") || seenElsewhere(link) {
					continue
				}
				if to := path.Join(path.Dir(p), link); !targets[strings.TrimSuffix(to, "/")] {
					faults = append(faults, faultf(p, 0, "links to %s, which is not there", m[1]))
				}
			}
			for _, m := range makeWord.FindAllStringSubmatch(content, -1) {
				if !strings.Contains(t.text["Makefile"], "\n"+m[1]+":") {
					faults = append(faults, faultf(p, 0, "make %s does not exist", m[1]))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("a missing page", "README.md", "see [the house](doc/house.md)"),
		{"a missing page beside", map[string]string{"doc/a.md": "see [b](b.md)", "b.md": "x"}},
		{"a missing target", map[string]string{"README.md": "run `make coffee`", "Makefile": "\ntest:\n"}},
	},
	fine: []planted{
		{"a page that is there", map[string]string{"README.md": "[x](doc/x.md) [y](#here) [z](https://example.org) `make test`", "doc/x.md": "[up](../README.md)", "Makefile": "\ntest:\n"}},
	},
}

var nameInDocRule = rule{
	name: "the documents name code that exists",
	check: func(t *tree) []string {
		declared, packages := map[string]bool{}, map[string]bool{}
		for _, s := range t.code {
			pkg := s.file.Name.Name
			packages[pkg] = true
			for _, d := range s.file.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					declared[pkg+"."+d.Name.Name] = true
				case *ast.GenDecl:
					for _, name := range specNames(d) {
						declared[pkg+"."+name] = true
					}
				}
			}
		}
		var faults []string
		for p, content := range t.text {
			if path.Ext(p) != ".md" {
				continue
			}
			for _, m := range codeName.FindAllStringSubmatch(content, -1) {
				if name := m[1] + "." + m[2]; packages[m[1]] && !declared[name] {
					faults = append(faults, faultf(p, 0, "%s does not exist", name))
				}
			}
		}
		return faults
	},
	faults: []planted{
		{"a type that is gone", map[string]string{"doc/glossary.md": "| unit | `org.Unit` |", "internal/org/a.go": "package org\ntype Node struct{}"}},
	},
	fine: []planted{
		{"types, constants, functions, methods", map[string]string{
			"doc/a.md":          "`org.Unit`, `org.Cell`, `org.Make(x)`, `org.Parent`, `other.Thing`",
			"internal/org/a.go": "package org\ntype Unit struct{}\nconst Cell = 1\nfunc Make() {}\nfunc (u Unit) Parent() {}"}},
	},
}

// specNames are the names a declaration of types, constants or variables declares.
func specNames(d *ast.GenDecl) []string {
	var names []string
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, spec.Name.Name)
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

// seenElsewhere are files the walk does not read.
func seenElsewhere(link string) bool {
	ext := path.Ext(link)
	return ext == ".png" || ext == ".txt" || path.Base(link) == "LICENSE" || path.Base(link) == "Makefile"
}

// TestPinnedLibc: the SQLite driver is tested by its makers with one version of its C library only; another dependency
// must not lift it unnoticed.
func TestPinnedLibc(t *testing.T) {
	const want = "modernc.org/libc v1.77.1"
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "modernc.org/libc")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("got %s, want %s: see doc/dependencies.md", got, want)
	}
}
