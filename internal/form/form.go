// Package form holds the papers of the procedure and what is filled into them (domain floor, pure).
//
// A form (mẫu) is data: its code and title, the step it belongs to, who signs, its place in the catalogue
// of digital dossiers, the regimes it was used under, with source and confidence; its text is a
// description that package docx makes a Word document of. A field (trường) is a key that may stand in a
// template, with what it means and what an empty one looks like. Values gathers them from a record.
package form

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ketnap/internal/docx"
	"ketnap/internal/fault"
)

//go:embed forms.json fields.json text
var files embed.FS

// Form is one paper of the procedure.
type Form struct {
	Code      string            `json:"code"` // as printed on it: 6-KNĐ; a plain word when it has none
	Slug      string            `json:"slug"` // tells forms apart in addresses and files
	Title     map[string]string `json:"title"`
	Group     string            `json:"group"`     // where in the way: course, apply, introduce, …
	Step      string            `json:"step"`      // the act it belongs to, a code of package dossier
	After     string            `json:"after"`     // made only when this step was done before its act
	Before    string            `json:"before"`    // and only as long as this one was not
	Stages    []string          `json:"stages"`    // of the ledger, at which it is made
	Catalogue int               `json:"catalogue"` // its number among the 104 kinds of papers; 0 none
	File      string            `json:"file"`      // its name in that catalogue, without marks
	Signer    map[string]string `json:"signer"`
	Version   string            `json:"version"`
	Regimes   []string          `json:"regimes"` // rule packs it was used under
	Source    string            `json:"source"`
	Sure      string            `json:"sure"`    // confidence in code, title, step and signer: sure, likely, unsure
	Wording   string            `json:"wording"` // confidence in the text of the program's own template
	Number    string            `json:"number"`  // what follows the running number: "-NQ/CB"
	Paper     bool              `json:"paper"`   // the number of its act is its number
	Undated   bool              `json:"undated"` // made some other day than its act
	Per       string            `json:"per"`     // made once for each: introducer1, introducer2, relative, opinion, residence
	Routes    []string          `json:"routes"`  // of introduction for which it is made; none is all
	Needs     string            `json:"needs"`   // section, committee: made only where there is one; base_cell: only for one
	Spare     bool              `json:"spare"`   // used in some places only: printed when wanted, never part of a set
	Own       bool              `json:"own"`     // the person fills it in themselves
	Writer    map[string]string `json:"writer"`  // what the person signs as, of papers they write themselves
}

// In returns the title in a language, Vietnamese when it has none.
func (f Form) In(lang string) string {
	if t := f.Title[lang]; t != "" {
		return t
	}
	return f.Title["vi"]
}

// SignedBy returns who signs, in a language.
func (f Form) SignedBy(lang string) string {
	if t := f.Signer[lang]; t != "" {
		return t
	}
	return f.Signer["vi"]
}

// Groups lists the parts of the way in order.
var Groups = []string{"course", "apply", "introduce", "verify", "opinion", "meeting", "decide", "member", "recognise", "move"}

var catalogue = mustRead[Form]("forms.json")

// mustRead reads a list that is part of the program; a test reads it too.
func mustRead[T any](name string) []T {
	b, err := files.ReadFile(name)
	var list []T
	if err == nil {
		err = json.Unmarshal(b, &list)
	}
	if err != nil {
		panic(fmt.Errorf("form: %s: %w", name, err))
	}
	return list
}

// All returns the forms in the order of the way.
func All() []Form { return slices.Clone(catalogue) }

// Find returns a form by its slug or its printed code ("6-knd", "6-KNĐ"), in small letters or capitals.
// Codes that several forms share, like "Biên bản", find none.
func Find(code string) (Form, error) {
	var hit []Form
	for _, f := range catalogue {
		if strings.EqualFold(f.Slug, code) {
			return f, nil
		}
		if strings.EqualFold(f.Code, code) {
			hit = append(hit, f)
		}
	}
	if len(hit) == 1 {
		return hit[0], nil
	}
	return Form{}, fault.E("form.Find", fault.NotFound, "form.unknown", code)
}

// Description returns the text of which the form's own template is made, with the parts it uses put in.
func (f Form) Description() (string, error) {
	b, err := files.ReadFile("text/" + f.Slug + ".txt")
	if err != nil {
		return "", err
	}
	return include(string(b), 0)
}

const maxIncludes = 5

// include replaces the lines ".use name".
func include(text string, depth int) (string, error) {
	if depth > maxIncludes {
		return "", fmt.Errorf("form: parts use each other")
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), ".use ")
		if !ok {
			out.WriteString(line)
			continue
		}
		b, err := files.ReadFile("text/part/" + name + ".txt")
		if err != nil {
			return "", err
		}
		part, err := include(string(b), depth+1)
		if err != nil {
			return "", err
		}
		out.WriteString(part)
	}
	return out.String(), nil
}

// Template makes the form's own template as a Word document.
func (f Form) Template() ([]byte, error) {
	d, err := f.Description()
	if err != nil {
		return nil, err
	}
	b, err := docx.Compile(f.Title["vi"], d)
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", f.Slug, err)
	}
	return b, nil
}
