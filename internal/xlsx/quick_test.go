package xlsx

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// rowsOf reads a sheet with or without short cuts and prints what comes out.
func rowsOf(b []byte, slow bool) (out []string) {
	book, err := Open(bytes.NewReader(b), int64(len(b)), Limits{Rows: 50, Cols: 30, CellLen: 40})
	if err != nil {
		return []string{err.Error()}
	}
	r := sheetReader{b: book, name: "S", slow: slow}
	err = r.read(0, func(row Row, err error) bool {
		out = append(out, fmt.Sprintf("%d %v %+v", row.Num, row.Hidden, row.Cells))
		return true
	})
	if err != nil {
		out = append(out, string(fault.TextOf(r.explain(err)).Key))
	}
	return out
}

// TestShortCut reads random sheets both ways; nothing may differ, also not what
// is refused and where.
func TestShortCut(t *testing.T) {
	pieces := []string{`<row>`, `</row>`, `<row r="2">`, `<c r="A1">`, `<c r="B1" s="1">`, `<c r="C1" t="s">`, `<c r="D1" s="2" t="inlineStr">`,
		`<c r="E1" t="str">`, `<c r="F1" t="b">`, `<c r="G1" t="e"/>`, `<c r="H1" s="3"/>`, `<c>`, `<c t="str">`, `<c r="A2" t="inlineStr">`, `<v>`, `</v>`,
		`</c>`, `</v></c>`, `<v>1</v></c>`, `<v>45351</v></c>`, `<v>x&amp;y</v></c>`, `<is><t>`, `</t></is></c>`, `<is><t>Đ_x000D_</t></is></c>`,
		`<is><t xml:space="preserve"> a</t></is></c>`, `<v/></c>`, `<f>1</f>`, ` `, `<!-- -->`, `&lt;`, `0`, "\r", `<c r="AD1"><v>1</v></c>`, `<c r="ZZ1"><v>1</v></c>`}
	cell := rapid.Custom(func(t *rapid.T) string {
		ref := fmt.Sprintf(` r="%s1"`, ColName(rapid.IntRange(0, 40).Draw(t, "col")))
		tag := rapid.SampledFrom([]string{``, ` s="1"`, ` s="2" t="n"`, ` t="s"`, ` t="str"`, ` t="b"`, ` t="inlineStr"`, ` s="3" t="e"`}).Draw(t, "tag")
		body := rapid.SampledFrom([]string{`<v>1</v>`, `<v>0</v>`, `<v>abc</v>`, `<v> 45351.5 </v>`, `<is><t>Đảng</t></is>`, `<is><t>` + strings.Repeat("a", 45) + `</t></is>`, ``}).Draw(t, "body")
		return `<c` + ref + tag + `>` + body + `</c>`
	})
	junk := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 25), func(s []string) string { return strings.Join(s, "") })
	cells := rapid.Map(rapid.SliceOfN(cell, 1, 6), func(s []string) string { return `<row r="1">` + strings.Join(s, "") + `</row>` })
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.OneOf(junk, cells).Draw(t, "rows")
		b := raw(rows, map[string]string{"xl/styles.xml": rawStyles, "xl/sharedStrings.xml": `<sst><si><t>không</t></si><si><t>một</t></si></sst>`})
		if d := cmp.Diff(rowsOf(b, true), rowsOf(b, false)); d != "" {
			t.Fatalf("%s\n%s", rows, d)
		}
	})
}

// TestAnyValues writes random values and reads them back.
func TestAnyValues(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) (out struct {
		v    Value
		text string
	}) {
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			s := rapid.String().Draw(t, "text")
			out.v, out.text = Text(s), readable(s)
		case 1:
			n := rapid.Int64().Draw(t, "n")
			out.v, out.text = Int(n), fmt.Sprint(n)
		case 2:
			d := day.Of(rapid.IntRange(1901, 9999).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d"))
			out.v, out.text = Date(d), d.VN()
		case 3:
			n := rapid.IntRange(-1e9, 1e9).Draw(t, "f")
			out.v, out.text = Num(float64(n)/4, 2), strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", float64(n)/4), "0"), ".")
		}
		switch rapid.IntRange(0, 4).Draw(t, "look") {
		case 0:
			out.v = out.v.Bold()
		case 1:
			out.v = out.v.Marked().Header()
		case 2:
			out.v = out.v.Note("x")
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(value, 0, 5), 1, 8).Draw(t, "rows")
		var buf bytes.Buffer
		var want, got []string
		w := NewWriter(&buf)
		for i, row := range rows {
			var vals []Value
			var texts []string
			for _, v := range row {
				vals, texts = append(vals, v.v), append(texts, v.text)
			}
			for len(texts) > 0 && texts[len(texts)-1] == "" {
				texts = texts[:len(texts)-1]
			}
			if len(texts) > 0 {
				want = append(want, fmt.Sprintf("%d %q", i+1, texts))
			}
			w.Row(vals...)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		book, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), Default)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range book.Rows(0) {
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, c := range row.Cells {
				texts = append(texts, c.Text)
			}
			got = append(got, fmt.Sprintf("%d %q", row.Num, texts))
		}
		if !slices.Equal(want, got) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

// readable is what a text may be expected to come back as: without control
// characters and with plain line ends.
func readable(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r >= ' ' && r != 0x7f && r&0xFFFE != 0xFFFE:
			b.WriteRune(r)
		case r&0xFFFE == 0xFFFE:
			b.WriteRune('\uFFFD')
		}
	}
	// Control characters in front are cut off whole, C1 ones as well.
	return strings.TrimLeftFunc(b.String(), func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 })
}
