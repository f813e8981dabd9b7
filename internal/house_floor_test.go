package house_test

import (
	"path"
	"slices"
	"strings"
)

// floor is one storey of the house. A package may import every floor below; on its own floor only those written before it.
type floor struct {
	name string
	pkgs []string // folders below internal/, in the order in which they may know each other
}

// floors from the ground up. A new package gets its place here and in doc/architecture.md.
var floors = []floor{
	{"ground", []string{"seedtest", "fault", "id", "vi", "day", "i18n", "seal", "xlsx", "docx", "pdf", "markup", "chart", "geo", "memo", "ical", "outward", "sso", "acme"}},
	{"domain", []string{"org", "access", "rule", "ledger", "person", "target", "document", "audit", "approval", "batch", "dossier", "course", "handover", "deadline", "form", "subject"}},
	{"storage", []string{"db", "store"}},
	{"services", []string{"approvals", "users", "trails", "units", "people", "movements", "periods", "rules", "subjects", "deadlines", "dossiers", "pool", "handovers", "scans", "courses", "forms", "targets", "documents", "reports", "transfer", "demo"}},
	{"roof", []string{"web"}},
	{"door", []string{"bench", "cli", ""}}, // "" is main.go
}

// place is where a package stands. ok is false when it has no place.
func place(dir string) (level, index int, family string, ok bool) {
	if dir != "" {
		rest, inside := strings.CutPrefix(dir, "internal/")
		if !inside {
			return 0, 0, "", false
		}
		family, _, _ = strings.Cut(rest, "/")
	}
	for level, f := range floors {
		if index := slices.Index(f.pkgs, family); index >= 0 {
			return level, index, family, true
		}
	}
	return 0, 0, family, false
}

// outside are folders with programs of their own, which know nothing of the house and which nothing in it knows.
func outside(dir string) bool { return dir == "internal" || strings.HasPrefix(dir, "scripts/") }

// ours is the folder of an import of this module.
func ours(imported string) (dir string, ok bool) {
	if imported == module {
		return "", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// edge says why a package in from may not import one in to; "" when it may.
func edge(from, to string) string {
	if outside(from) || outside(to) {
		return "programs in scripts/ stand alone"
	}
	level, index, family, ok := place(from)
	if !ok {
		return from + " has no floor: give it one in house_floor_test.go and doc/architecture.md"
	}
	toLevel, toIndex, toFamily, ok := place(to)
	switch {
	case !ok:
		return to + " has no floor: give it one in house_floor_test.go and doc/architecture.md"
	case supportsTests(to) && !supportsTests(from):
		return "packages for tests are not for production"
	case from == "" && to != "internal/cli":
		return "main only calls internal/cli"
	case family == toFamily:
		return ""
	case family == "web" && (toFamily == "store" || toFamily == "db"):
		return "pages call services, never storage"
	case toFamily == "db" && !slices.Contains([]string{"store", "cli", "bench"}, family):
		return "only store uses db (cli and bench open it)"
	case toLevel > level:
		return "imports go down only: " + floors[level].name + " below " + floors[toLevel].name
	case toLevel == level && toIndex > index:
		return "on one floor only in the written order: " + strings.Join(floors[level].pkgs, " ← ")
	}
	return ""
}

var floorRule = rule{
	name: "imports go down only",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			if s.test {
				continue
			}
			if _, _, _, ok := place(s.dir); !ok && !outside(s.dir) {
				faults = append(faults, faultf(s.path, 0, "package has no floor: give it one in house_floor_test.go and doc/architecture.md"))
				continue
			}
			for imported, line := range t.imports(s) {
				to, ok := ours(imported)
				if !ok {
					continue
				}
				if why := edge(s.dir, to); why != "" {
					faults = append(faults, faultf(s.path, line, "imports %s: %s", imported, why))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("web on store", "internal/web/a.go", "package web\nimport _ \"ketnap/internal/store\""),
		one("web on db", "internal/web/a.go", "package web\nimport _ \"ketnap/internal/db\""),
		one("domain on storage", "internal/org/a.go", "package org\nimport _ \"ketnap/internal/store\""),
		one("ground on domain", "internal/vi/a.go", "package vi\nimport _ \"ketnap/internal/person\""),
		one("service on db", "internal/people/a.go", "package people\nimport _ \"ketnap/internal/db\""),
		one("service on the roof", "internal/people/a.go", "package people\nimport _ \"ketnap/internal/web\""),
		one("a sibling written later", "internal/org/a.go", "package org\nimport _ \"ketnap/internal/ledger\""),
		one("a package without a floor", "internal/stuff/a.go", "package stuff"),
		one("an import without a floor", "internal/web/a.go", "package web\nimport _ \"ketnap/internal/stuff\""),
		one("test support in production", "internal/people/a.go", "package people\nimport _ \"ketnap/internal/store/storetest\""),
		one("main past the door", "main.go", "package main\nimport _ \"ketnap/internal/web\""),
		one("a script inside the house", "scripts/x/a.go", "package main\nimport _ \"ketnap/internal/vi\""),
		one("a folder beside the house", "pkg/x/a.go", "package x"),
	},
	fine: []planted{
		one("store on db", "internal/store/a.go", "package store\nimport _ \"ketnap/internal/db\""),
		one("storetest on dbtest", "internal/store/storetest/a.go", "package storetest\nimport _ \"ketnap/internal/db/dbtest\""),
		one("cli on everything", "internal/cli/a.go", "package cli\nimport (\n_ \"ketnap/internal/db\"\n_ \"ketnap/internal/web\"\n_ \"ketnap/internal/bench\"\n)"),
		one("a sibling written before", "internal/ledger/a.go", "package ledger\nimport _ \"ketnap/internal/org\""),
		one("a test that needs a store", "internal/web/a_test.go", "package web\nimport _ \"ketnap/internal/store/storetest\""),
		one("main on cli", "main.go", "package main\nimport _ \"ketnap/internal/cli\""),
	},
}

var databaseRule = rule{
	name: "only db speaks to a database",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			_, _, family, _ := place(s.dir)
			if family == "db" {
				continue
			}
			for imported, line := range t.imports(s) {
				if !s.test && (imported == "database/sql" || strings.HasPrefix(imported, "database/sql/")) {
					faults = append(faults, faultf(s.path, line, "imports %s: only internal/db does", imported))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("database/sql in store", "internal/store/a.go", "package store\nimport _ \"database/sql\""),
		one("a driver interface in a service", "internal/people/a.go", "package people\nimport _ \"database/sql/driver\""),
	},
	fine: []planted{one("db itself", "internal/db/a.go", "package db\nimport _ \"database/sql\"")},
}

// libraries says which families may use which third-party module; "*_test" stands for tests of any package. A library is
// known in few places, so that it can be replaced.
var libraries = map[string][]string{
	"cel.dev/cel-go":                  {"rule"},
	"filippo.io/age":                  {"seal", "cli", "transfer"},
	"github.com/boombuler/barcode":    {"chart"},
	"github.com/chromedp/cdproto":     {"*_test"},
	"github.com/chromedp/chromedp":    {"*_test"},
	"github.com/coreos/go-oidc":       {"sso"},
	"github.com/go-fonts/liberation":  {"pdf"},
	"github.com/go-webauthn/webauthn": {"users"},
	"github.com/google/go-cmp":        {"*_test"},
	"github.com/klauspost/compress":   {"web", "xlsx"},
	"github.com/jackc/pgx":            {"db"},
	"github.com/letsencrypt/pebble":   {"*_test"},
	"github.com/miekg/dns":            {"*_test"},
	"github.com/pquerna/otp":          {"users"},
	"github.com/rogpeppe/go-internal": {"*_test"},
	"github.com/spf13/cobra":          {"cli"},
	"github.com/spf13/pflag":          {"cli"},
	"github.com/xuri/excelize":        {"*_test"},
	"go.yaml.in/yaml/v3":              {"day", "rule"},
	"golang.org/x/crypto":             {"seal"},
	"golang.org/x/crypto/acme":        {"acme"},
	"golang.org/x/net/html":           {"*_test"},
	"golang.org/x/oauth2":             {"sso"},
	"golang.org/x/sync":               {"db", "store", "transfer", "demo", "bench"},
	"golang.org/x/sys":                {"cli", "bench"},
	"golang.org/x/term":               {"cli"},
	"golang.org/x/text":               {"vi", "i18n", "xlsx", "seal"},
	"modernc.org/libc":                {"db"},
	"modernc.org/sqlite":              {"db"},
	"pgregory.net/rapid":              {"*_test"},
}

var libraryRule = rule{
	name: "a library is known in few places",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.code {
			_, _, family, _ := place(s.dir)
			for imported, line := range t.imports(s) {
				first, _, _ := strings.Cut(imported, "/")
				if _, own := ours(imported); own || !strings.Contains(first, ".") {
					continue
				}
				allowed, known := libraryOf(imported)
				switch {
				case !known:
					faults = append(faults, faultf(s.path, line, "imports %s: name it in libraries (house_floor_test.go) and doc/dependencies.md", imported))
				case s.test || supportsTests(s.dir):
				case !slices.Contains(allowed, family) || family == "":
					faults = append(faults, faultf(s.path, line, "imports %s: only %v may", imported, allowed))
				}
			}
		}
		return faults
	},
	faults: []planted{
		one("a driver outside db", "internal/store/a.go", "package store\nimport _ \"github.com/jackc/pgx/v5\""),
		one("a library nobody named", "internal/web/a.go", "package web\nimport _ \"example.org/cool\""),
		one("a library for tests in production", "internal/xlsx/a.go", "package xlsx\nimport _ \"github.com/xuri/excelize/v2\""),
	},
	fine: []planted{
		one("its place", "internal/db/a.go", "package db\nimport _ \"github.com/jackc/pgx/v5/stdlib\""),
		one("a test", "internal/xlsx/a_test.go", "package xlsx\nimport _ \"github.com/xuri/excelize/v2\""),
	},
}

// libraryOf finds the longest written name that covers an import path.
func libraryOf(imported string) (families []string, ok bool) {
	for p := imported; p != "." && p != "/"; p = path.Dir(p) {
		if families, ok := libraries[p]; ok {
			return families, true
		}
	}
	return nil, false
}
