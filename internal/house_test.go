// Package house_test keeps the house: it reads the whole tree as text and fails on anything that breaks the written rules
// of doc/architecture.md. Every rule carries planted faults that it must catch and harmless cases that it must let pass, so
// that a rule cannot go blind unnoticed.
package house_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// rule is one thing that must hold in the whole tree.
type rule struct {
	name   string
	check  func(*tree) []string // one sentence per violation, each naming its file
	faults []planted            // each must be caught
	fine   []planted            // none may be caught
}

// planted is a small tree of its own: path -> content.
type planted struct {
	name  string
	files map[string]string
}

var rules = []rule{
	floorRule, databaseRule, libraryRule, outwardRule, pureRule, testingRule,
	docRule, nameRule, sizeRule, forbiddenRule, doorRule,
	sqlPlaceRule, portableRule, schemaRule,
	keyRule, escapeRule, pageRule,
	librariesDocRule, linkRule, nameInDocRule,
}

func TestHouse(t *testing.T) {
	house, err := readTree(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	if len(house.code) < 10 {
		t.Fatalf("only %d Go files found: the walk is broken", len(house.code))
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, fault := range r.check(house) {
				t.Error(fault)
			}
			if len(r.faults) == 0 {
				t.Error("the rule has no planted fault")
			}
			for _, p := range r.faults {
				t.Run("catches "+p.name, func(t *testing.T) {
					if len(r.check(plant(t, p.files))) == 0 {
						t.Error("planted fault not caught")
					}
				})
			}
			for _, p := range r.fine {
				t.Run("allows "+p.name, func(t *testing.T) {
					if got := r.check(plant(t, p.files)); len(got) > 0 {
						t.Errorf("caught without reason:\n%s", strings.Join(got, "\n"))
					}
				})
			}
		})
	}
}

// one is a tree of a single file.
func one(name, path, content string) planted {
	return planted{name, map[string]string{path: content}}
}

// faultf writes a violation the way the compiler writes its errors.
func faultf(path string, line int, format string, args ...any) string {
	at := path
	if line > 0 {
		at = fmt.Sprintf("%s:%d", path, line)
	}
	return at + ": " + fmt.Sprintf(format, args...)
}
