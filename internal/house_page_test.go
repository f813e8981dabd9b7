package house_test

import (
	"encoding/json"
	"go/ast"
	"path"
	"regexp"
	"strings"
)

// keyArgs are the functions and methods that take the key of a text, and at which place.
var keyArgs = map[string]int{"T": 0, "Has": 0, "E": 2, "Field": 1, "Key": 0, "Base": 1}

// textKey is how a key looks: area.name, small letters. Other strings at those places are no keys.
var textKey = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_…]+)+$`)

// In templates: .T "key" and .T (print "area." .X).
var (
	templateKey  = regexp.MustCompile(`\.T\s+"([^"]+)"`)
	templateHead = regexp.MustCompile(`\.T\s+\(print(?:f)?\s+"([^"%]+)`)
)

var keyRule = rule{
	name: "every text exists in both languages",
	check: func(t *tree) []string {
		texts, faults := readTexts(t)
		if len(texts) == 0 {
			return faults // no texts yet, or a planted tree without them
		}
		use := func(path string, line int, key string) {
			if head, _, cut := strings.Cut(key, "…"); cut {
				if !anyPrefix(texts, head) {
					faults = append(faults, faultf(path, line, "no text begins with %q", head))
				}
			} else if !texts[key] {
				faults = append(faults, faultf(path, line, "no text %q", key))
			}
		}
		for _, s := range t.production() {
			t.keys(s, func(line int, key string) { use(s.path, line, key) })
		}
		for p, content := range t.text {
			if path.Ext(p) != ".html" || !strings.HasPrefix(p, "internal/") {
				continue
			}
			for _, m := range templateKey.FindAllStringSubmatch(content, -1) {
				use(p, 0, m[1])
			}
			for _, m := range templateHead.FindAllStringSubmatch(content, -1) {
				use(p, 0, m[1]+"…")
			}
		}
		return faults
	},
	faults: []planted{
		texted("a key of T", "internal/web/a.go", `package web; var x = p.T("unit.nothing")`),
		texted("a key of an error", "internal/units/a.go", `package units; var x = fault.E("units.F", fault.Invalid, "unit.nothing", 1)`),
		texted("a key of a field", "internal/units/a.go", `package units; var x = e.Field("name", "unit.nothing")`),
		texted("a key as a value", "internal/units/a.go", `package units; var x = fault.Text{Key: "unit.nothing"}`),
		texted("a key put together", "internal/units/a.go", `package units; var x = p.T("kind." + k)`),
		texted("a key in a template", "internal/web/tmpl/a.html", `<p>{{.T "unit.nothing"}}</p>`),
		texted("a key put together in a template", "internal/web/tmpl/a.html", `{{$.T (print "kind." .Kind)}}`),
		one("one language only", "internal/i18n/text/a.json", `{"unit.name": {"vi": "Tên"}}`),
		one("an empty text", "internal/i18n/text/a.json", `{"unit.name": {"vi": "Tên", "en": " "}}`),
		{"a key in two files", map[string]string{
			"internal/i18n/text/a.json": `{"unit.name": {"vi": "Tên", "en": "Name"}}`,
			"internal/i18n/text/b.json": `{"unit.name": {"vi": "Tên", "en": "Name"}}`}},
		one("no JSON", "internal/i18n/text/a.json", `{`),
	},
	fine: []planted{
		texted("keys that exist", "internal/web/a.go", `package web; var x = p.T("unit.name"); var y = p.T("unit." + k); var z = f.Field("a", "b", "c")`),
		texted("a template", "internal/web/tmpl/a.html", `{{.T "unit.name" .N}} {{$.T (print "unit." .K)}}`),
	},
}

// texted is a planted tree with one text and one file that uses texts.
func texted(name, path, content string) planted {
	return planted{name, map[string]string{
		path: content, "internal/i18n/text/unit.json": `{"unit.name": {"vi": "Tên", "en": "Name"}}`}}
}

// readTexts is all keys, and what is wrong with the files that hold them.
func readTexts(t *tree) (keys map[string]bool, faults []string) {
	keys = map[string]bool{}
	for _, p := range sortedKeys(t.text) {
		if path.Dir(p) != "internal/i18n/text" || path.Ext(p) != ".json" {
			continue
		}
		var area map[string]map[string]string
		if err := json.Unmarshal([]byte(t.text[p]), &area); err != nil {
			faults = append(faults, faultf(p, 0, "%v", err))
			continue
		}
		for key, byLang := range area {
			if keys[key] {
				faults = append(faults, faultf(p, 0, "%s stands in two files", key))
			}
			keys[key] = true
			for _, lang := range []string{"vi", "en"} {
				if strings.TrimSpace(byLang[lang]) == "" {
					faults = append(faults, faultf(p, 0, "%s has no %s text", key, lang))
				}
			}
		}
	}
	return keys, faults
}

func anyPrefix(keys map[string]bool, head string) bool {
	for key := range keys {
		if strings.HasPrefix(key, head) {
			return true
		}
	}
	return false
}

// keys calls f with every key that stands in a file as a literal, or as a literal beginning followed by "…".
func (t *tree) keys(s *source, f func(line int, key string)) {
	take := func(e ast.Expr) {
		if text, ok := constant(e); ok && textKey.MatchString(strings.TrimSuffix(text, ".")) {
			f(t.line(e), text)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch fun := n.Fun.(type) {
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			case *ast.Ident:
				name = fun.Name
			}
			if at, ok := keyArgs[name]; ok && at < len(n.Args) {
				take(n.Args[at])
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Key" || strings.HasSuffix(k.Name, "Key")) {
				take(n.Value)
			}
		}
		return true
	})
}

// escapes are the types of html/template that switch its escaping off.
var escapes = []string{"HTML", "HTMLAttr", "JS", "JSStr", "URL", "CSS", "Srcset"}

// escapeAllowed is where they may stand, and why nothing of a user gets through.
var escapeAllowed = map[string]string{
	"internal/markup": "pieces of pages whose texts it escapes itself",
}

var escapeRule = rule{
	name: "escaping is never switched off",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			if escapeAllowed[s.dir] == "" {
				faults = append(faults, t.uses(s, "html/template", escapes, "let the template escape, or add the package to escapeAllowed with the reason")...)
			}
		}
		return faults
	},
	faults: []planted{
		one("HTML", "internal/web/a.go", "package web\nimport \"html/template\"\nvar x = template.HTML(y)"),
		one("a URL under another name", "internal/web/a.go", "package web\nimport tm \"html/template\"\nvar x = tm.URL(y)"),
		one("a field of such a type", "internal/web/a.go", "package web\nimport \"html/template\"\ntype x struct { y template.CSS }"),
	},
	fine: []planted{
		one("a piece", "internal/markup/a.go", "package markup\nimport \"html/template\"\nvar x = template.HTML(y)"),
		one("a template", "internal/web/a.go", "package web\nimport \"html/template\"\nvar x *template.Template"),
	},
}

// What a page may not hold: the security policy of the browser forbids inline scripts and styles, and a deployment may
// have no Internet.
var pageFaults = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"a script in the page", regexp.MustCompile(`(?i)<script(?:\s+(?:type|defer|async|nomodule)[^>\s]*)*\s*>`)},
	{"an event handler in the page", regexp.MustCompile(`(?i)<[^>]*\son[a-z]+\s*=`)},
	{"a style in the page", regexp.MustCompile(`(?i)<style\b|<[^>]*\sstyle\s*=`)},
	{"an address outside the program", regexp.MustCompile(`(?i)(src|href|action|srcset|hx-(get|post|put|delete))\s*=\s*["']?\s*(https?:)?//`)},
	{"an address outside the program", regexp.MustCompile(`(?i)url\(\s*["']?\s*(https?:)?//|@import\s+["'](https?:)?//`)},
	{"a call outside the program", regexp.MustCompile(`(?i)(fetch|importScripts|import|WebSocket|EventSource)\s*\(\s*["'\x60](https?:|wss?:)?//`)},
}

var pageRule = rule{
	name: "pages hold no inline script and never call out",
	check: func(t *tree) []string {
		var faults []string
		for p, content := range t.text {
			if !strings.HasPrefix(p, "internal/web/") {
				continue
			}
			for _, pf := range pageFaults {
				if at := pf.pattern.FindStringIndex(content); at != nil {
					faults = append(faults, faultf(p, 1+strings.Count(content[:at[0]], "\n"), "%s: %.60q", pf.what, content[at[0]:at[1]]))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("a script", "internal/web/tmpl/a.html", "<script>x()</script>"),
		one("a typed script", "internal/web/tmpl/a.html", `<script type="module">x()</script>`),
		one("a handler", "internal/web/tmpl/a.html", `<a href="/x" onclick="y()">z</a>`),
		one("a style", "internal/web/tmpl/a.html", `<p style="color:red">z</p>`),
		one("a style sheet elsewhere", "internal/web/tmpl/a.html", `<link rel="stylesheet" href="https://example.org/a.css">`),
		one("a font elsewhere", "internal/web/static/a.css", `@font-face{src:url("//example.org/a.woff2")}`),
		one("a call", "internal/web/static/a.js", `fetch("https://example.org")`),
	},
	fine: []planted{
		one("a page", "internal/web/tmpl/a.html", `<script src="/static/a.js" defer></script><svg xmlns="http://www.w3.org/2000/svg"></svg><a href="/x" hx-get="/y">z</a>`),
	},
}
