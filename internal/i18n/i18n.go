// Package i18n has every text a user reads, in Vietnamese and English (ground
// floor).
//
// The texts lie in text/<area>.json as {"key": {"vi": "…", "en": "…"}}, both
// languages side by side, so that a new sentence is one edit in one file. In a
// text {0} {1}… are the arguments, and {0|person|people} chooses a word: the
// first when argument 0 is the number one, else the second.
//
// A text is plain text. The pages escape it like any other value.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"ketnap/internal/fault"
)

//go:embed text/*.json
var files embed.FS

// Lang is a language of the user interface: "vi" or "en".
type Lang string

// The languages. Vi is the one for anything unknown.
const (
	Vi Lang = "vi"
	En Lang = "en"
)

// Langs is all languages, the usual one first.
func Langs() []Lang { return []Lang{Vi, En} }

// LangOf is the language named s ("en", "en-GB"), Vi when there is none.
func LangOf(s string) Lang {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "-")
	if Lang(base) == En {
		return En
	}
	return Vi
}

// Printer says texts in one language. It may be shared by any number of
// goroutines.
type Printer struct {
	lang  Lang
	texts map[string]message
}

// For is the printer of a language, the Vietnamese one for an unknown language.
func For(lang Lang) *Printer {
	p := printers()
	if lang == En {
		return p[En]
	}
	return p[Vi]
}

// Lang is the language of p.
func (p *Printer) Lang() Lang { return p.lang }

// T is the text of key with args put in. Whole numbers (int, int64) are grouped
// in the way of the language: give a year or a number that is a name as a
// string. Dates are dd/mm/yyyy, a fault.Text is translated. An unknown key
// gives "⟦key⟧", so that it is seen and found.
func (p *Printer) T(key string, args ...any) string {
	m, ok := p.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return m.format(p, args)
}

// Text is the translated t; "" when t has no key.
func (p *Printer) Text(t fault.Text) string {
	if t.Key == "" {
		return ""
	}
	return p.T(string(t.Key), t.Args...)
}

// Error is what a user may read of err; nothing of its cause.
func (p *Printer) Error(err error) string { return p.Text(fault.TextOf(err)) }

// Has says whether there is a text for key.
func (p *Printer) Has(key string) bool {
	_, ok := p.texts[key]
	return ok
}

// Keys is all keys, sorted.
func Keys() []string { return slices.Sorted(maps.Keys(printers()[Vi].texts)) }

// Missing is those of the used keys that have no text, sorted and each once.
// It is for the tests of packages that use texts.
func Missing(used []string) []string {
	var missing []string
	for _, key := range used {
		if !For(Vi).Has(key) {
			missing = append(missing, key)
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}

// printers are made once, at first use. The texts are part of the binary: a
// file that cannot be read is a defect found by the first test that runs.
var printers = sync.OnceValue(func() map[Lang]*Printer {
	all := make(map[Lang]*Printer)
	for _, lang := range Langs() {
		all[lang] = &Printer{lang: lang, texts: make(map[string]message)}
	}
	entries, err := files.ReadDir("text")
	if err != nil {
		panic("i18n: " + err.Error())
	}
	for _, e := range entries {
		area, err := readArea(path.Join("text", e.Name()))
		if err != nil {
			panic(err)
		}
		for key, byLang := range area {
			for lang, text := range byLang {
				if p := all[lang]; p != nil {
					p.texts[key] = parseMessage(text)
				}
			}
		}
	}
	return all
})

// readArea reads one file of texts.
func readArea(name string) (map[string]map[Lang]string, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	var area map[string]map[Lang]string
	if err := json.Unmarshal(b, &area); err != nil {
		return nil, fmt.Errorf("i18n: %s: %w", name, err)
	}
	return area, nil
}
