package form

import (
	"fmt"
	"strings"
	"testing"
)

// head is what stands in doc/forms.md before its tables.
const head = `# Forms and their fields

Written by ` + "`KETNAP_UPDATE=1 go test ./internal/form`" + ` from internal/form/forms.json and fields.json; do not edit.

An administrator downloads a template, changes it in Word and brings it back on the page *Biểu mẫu*. What may stand in a template:

| written | vi | en |
|---|---|---|
| ` + "`{{ho_ten}}`" + ` | giá trị của trường; để trống thì thành dòng chấm | the value of a field; an empty one becomes a dotted line |
| ` + "`{{?ly_do}}`" + ` | giữ đoạn văn này khi trường có giá trị | keeps its paragraph when the field has a value |
| ` + "`{{!ly_do}}`" + ` | giữ đoạn văn này khi trường để trống | keeps its paragraph when the field is empty |
| ` + "`{{#than_nhan}} … {{/than_nhan}}`" + ` | trong một dòng của bảng: lặp dòng đó cho từng mục | in a row of a table: the row once for each item |

A dotted line reaches the right margin when the paragraph has a right tab stop with dots, as those of the program's templates have.
A template is refused when it is larger than 4 MB, holds macros, embedded objects, links to something outside or fields of Word that
fetch, or asks for a field that is not in the tables below; the refusal names it.
`

// cell writes a text as a cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// TestDocumentation keeps doc/forms.md true.
func TestDocumentation(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("\n## Forms\n\n| code | title | | step | signed by | catalogue | source | confidence | wording |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range All() {
		number := ""
		if f.Catalogue > 0 {
			number = fmt.Sprintf("%02d", f.Catalogue)
		}
		fmt.Fprintf(&b, "| %s<br>`%s` | %s | %s | `%s` | %s | %s | %s | %s | %s |\n", cell(f.Code), f.Slug, cell(f.Title["vi"]), cell(f.Title["en"]), f.Step, cell(f.Signer["vi"]), number, cell(f.Source), f.Sure, f.Wording)
	}
	for _, g := range FieldGroups() {
		fmt.Fprintf(&b, "\n## Fields: %s\n\n| field | vi | en | from |\n|---|---|---|---|\n", g)
		for _, f := range Fields() {
			if f.Group != g {
				continue
			}
			in := ""
			if f.In != "" {
				in = " in `" + f.In + "`"
			}
			fmt.Fprintf(&b, "| `{{%s}}`%s | %s | %s | %s |\n", f.Key, in, cell(f.VI), cell(f.EN), f.From)
		}
	}
	compare(t, "../../../doc/forms.md", b.String())
}
