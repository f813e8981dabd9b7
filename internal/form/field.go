package form

import (
	"ketnap/internal/docx"
	"ketnap/internal/fault"
)

// Field is a key that may stand in a template.
type Field struct {
	Key   string  `json:"key"`
	Group string  `json:"group"`
	From  string  `json:"from"` // person, sealed, unit, dossier, hand: always filled in by hand
	VI    string  `json:"vi"`
	EN    string  `json:"en"`
	Kind  string  `json:"kind"`  // "" text, date, list
	In    string  `json:"in"`    // the list it is a column of
	Blank *string `json:"blank"` // what an empty one looks like, when it is not dots
	Dots  int     `json:"dots"`
	Lines int     `json:"lines"`
	Rows  int     `json:"rows"` // of a list: rows of a blank form
}

// Means returns what the field is, in a language.
func (f Field) Means(lang string) string {
	if lang == "en" {
		return f.EN
	}
	return f.VI
}

var dictionary = mustRead[Field]("fields.json")

var byKey = func() map[string]Field {
	m := map[string]Field{}
	for _, f := range dictionary {
		m[f.Key] = f
	}
	return m
}()

// Fields returns every field in the order of the documentation.
func Fields() []Field { return dictionary }

// FieldGroups lists the groups of fields in order.
func FieldGroups() []string {
	var gs []string
	for _, f := range dictionary {
		if len(gs) == 0 || gs[len(gs)-1] != f.Group {
			gs = append(gs, f.Group)
		}
	}
	return gs
}

// Known reports whether templates may use a key.
func Known(key string) bool { _, ok := byKey[key]; return ok }

// Gap says what an empty field looks like on paper.
func Gap(key string) docx.Gap {
	f := byKey[key]
	g := docx.Gap{Dots: f.Dots, Lines: f.Lines, Rows: f.Rows}
	if f.Blank != nil {
		g.Text = *f.Blank
	}
	return g
}

// maxNamed is how many unknown fields a refusal names.
const maxNamed = 8

// Check opens a template somebody brings and refuses it when it cannot be opened or asks for fields
// that there are not; it names them.
func Check(data []byte) (*docx.Template, error) {
	t, err := docx.Open(data)
	if err != nil {
		return nil, err
	}
	wrong := docx.Unknown(t.Marks(), Known)
	if len(wrong) == 0 {
		return t, nil
	}
	names := ""
	for i, w := range wrong {
		if i == maxNamed {
			names += ", …"
			break
		}
		if i > 0 {
			names += ", "
		}
		names += "{{" + clip(w) + "}}"
	}
	return nil, fault.E("form.Check", fault.Invalid, "form.unknown_fields", names).Field("file", "form.unknown_fields", names)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Sealed lists the sealed fields a template shows, for the record of who printed what.
func Sealed(t *docx.Template) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range t.Marks() {
		if f := byKey[m.Key]; f.From == "sealed" && !seen[m.Key] {
			seen[m.Key] = true
			out = append(out, m.Key)
		}
	}
	return out
}
