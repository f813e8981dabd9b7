package docx

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"ketnap/internal/fault"
)

// file makes a document with a body, and further parts.
func file(t testing.TB, body string, more ...part) []byte {
	t.Helper()
	parts := []part{
		{"[Content_Types].xml", []byte(`<Types xmlns="x"/>`)},
		{"_rels/.rels", []byte(`<Relationships><Relationship Id="r" Type="a/officeDocument" Target="/word/document.xml"/></Relationships>`)},
		{"word/document.xml", []byte(`<w:document ` + wordNS + `><w:body>` + body + `</w:body></w:document>`)},
	}
	for _, m := range more {
		replaced := false
		for i := range parts {
			if parts[i].name == m.name {
				parts[i], replaced = m, true
			}
		}
		if !replaced {
			parts = append(parts, m)
		}
	}
	b, err := pack(parts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fillBody fills a body and returns the XML of the new one.
func fillBody(t *testing.T, body string, v Values, gaps Gaps) string {
	t.Helper()
	tpl, err := Open(file(t, body))
	if err != nil {
		t.Fatal(err)
	}
	out, err := tpl.Fill(v, gaps)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := unpack(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if p.name == "word/document.xml" {
			_, rest, _ := strings.Cut(string(p.data), "<w:body>")
			inner, _, _ := strings.Cut(rest, "</w:body>")
			return inner
		}
	}
	t.Fatal("no document")
	return ""
}

const sp = `<w:t xml:space="preserve">`

func TestFill(t *testing.T) {
	v := Values{
		Text:  map[string]string{"ten": `Nguyễn <A> & "B"`, "dong": "một\nhai\tba", "x": "X", "xau": "a\x00\x0bb\ufffe"},
		Lists: map[string][]Values{"ds": {{Text: map[string]string{"stt": "1", "ho": "Lê"}}, {Text: map[string]string{"stt": "2"}}}},
	}
	gaps := func(key string) Gap {
		return map[string]Gap{"trong": {Dots: 5}, "dai": {Dots: 5, Lines: 2}, "co_dinh": {Text: "ngày ..."}, "rong": {Rows: 2}}[key]
	}
	leader := `<w:p><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>A: {{dai}}</w:t></w:r></w:p>`
	for name, c := range map[string][2]string{
		"in one run":            {`<w:p><w:r><w:t>Tên: {{ten}}.</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `Tên: Nguyễn &lt;A&gt; &amp; &quot;B&quot;.</w:t></w:r></w:p>`},
		"split over runs":       {`<w:p><w:r><w:t>Tên: {</w:t></w:r><w:proofErr w:type="x"/><w:r><w:rPr><w:b/></w:rPr><w:t>{te</w:t></w:r><w:r><w:t>n}} !</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `Tên: Nguyễn &lt;A&gt; &amp; &quot;B&quot;</w:t></w:r><w:proofErr w:type="x"/><w:r><w:rPr><w:b/></w:rPr>` + sp + `</w:t></w:r><w:r>` + sp + ` !</w:t></w:r></w:p>`},
		"two beside each other": {`<w:p><w:r><w:t>{{x}}{{ x }}</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `XX</w:t></w:r></w:p>`},
		"entities stay":         {`<w:p><w:r><w:t>a &amp; &#273; {{x}}</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `a &amp; đ X</w:t></w:r></w:p>`},
		"breaks and tabs":       {`<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>{{dong}}</w:t></w:r></w:p>`, `<w:p><w:r><w:rPr><w:i/></w:rPr>` + sp + `một</w:t><w:br/>` + sp + `hai</w:t><w:tab/>` + sp + `ba</w:t></w:r></w:p>`},
		"what XML cannot hold":  {`<w:p><w:r><w:t>{{xau}}</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `ab</w:t></w:r></w:p>`},
		"unknown is empty":      {`<w:p><w:r><w:t>a{{khong_co}}b</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `ab</w:t></w:r></w:p>`},
		"dots":                  {`<w:p><w:r><w:t>a {{trong}} b</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `a ..... b</w:t></w:r></w:p>`},
		"text of its own":       {`<w:p><w:r><w:t>{{co_dinh}}</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `ngày ...</w:t></w:r></w:p>`},
		"dotted lines":          {leader, strings.Replace(leader, `<w:t>A: {{dai}}</w:t>`, sp+`A: </w:t><w:tab/><w:br/><w:tab/>`, 1)},
		"condition holds":       {`<w:p><w:r><w:t>{{?x}}có</w:t></w:r></w:p><w:p><w:r><w:t>{{!x}}không</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `có</w:t></w:r></w:p>`},
		"condition of a list":   {`<w:p><w:r><w:t>{{?ds}}có</w:t></w:r></w:p><w:p><w:r><w:t>{{?rong}}không</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `có</w:t></w:r></w:p>`},
		"a section keeps":       {`<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>{{!x}}đi</w:t></w:r></w:p>`, `<w:p><w:pPr><w:sectPr/></w:pPr><w:r>` + sp + `</w:t></w:r></w:p>`},
		"a cell keeps one":      {`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{!x}}đi</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, `<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`},
		"rows":                  {`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{#ds}}{{stt}}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{{ho}} {{x}}{{/ds}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, `<w:tbl><w:tr><w:tc><w:p><w:r>` + sp + `1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>` + sp + `Lê X</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r>` + sp + `2</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>` + sp + ` X</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`},
		"paragraphs":            {`<w:p><w:r><w:t>{{#ds}}- {{stt}}{{/ds}}</w:t></w:r></w:p>`, `<w:p><w:r>` + sp + `- 1</w:t></w:r></w:p><w:p><w:r>` + sp + `- 2</w:t></w:r></w:p>`},
		"no rows, no table":     {`<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>{{#khong}}{{stt}}{{/khong}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>`, `<w:p/>`},
		"empty rows":            {`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{#rong}}{{stt}}{{/rong}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, `<w:tbl>` + strings.Repeat(`<w:tr><w:tc><w:p><w:r>`+sp+`</w:t></w:r></w:p></w:tc></w:tr>`, 2) + `</w:tbl>`},
		"a text box":            {`<w:p><w:r><w:t>{{x}}</w:t><w:pict><v:s xmlns:v="v"><w:txbxContent><w:p><w:r><w:t>{{ten}}{{x}}</w:t></w:r></w:p></w:txbxContent></v:s></w:pict></w:r></w:p>`, `<w:p><w:r>` + sp + `X</w:t><w:pict><v:s xmlns:v="v"><w:txbxContent><w:p><w:r>` + sp + `Nguyễn &lt;A&gt; &amp; &quot;B&quot;X</w:t></w:r></w:p></w:txbxContent></v:s></w:pict></w:r></w:p>`},
		"untouched":             {`<w:p w:rsidR='1'><!-- a > b --><w:r><w:t>a "q" &quot;</w:t><w:br /></w:r></w:p>`, `<w:p w:rsidR='1'><!-- a > b --><w:r><w:t>a "q" &quot;</w:t><w:br/></w:r></w:p>`},
	} {
		if got := fillBody(t, c[0], v, gaps); got != c[1] {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c[1])
		}
	}
}

// TestFillTwice fills one template with two values: the template stays as it is.
func TestFillTwice(t *testing.T) {
	tpl, err := Open(file(t, `<w:p><w:r><w:t>{{x}}</w:t></w:r></w:p>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"một", "hai"} {
		b, err := tpl.Fill(Values{Text: map[string]string{"x": want}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(b)
		if err != nil {
			t.Fatal(err)
		}
		if got := again.Text(); got != want+"\n" {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestHeadersAreFilled(t *testing.T) {
	header := part{"word/header1.xml", []byte(`<w:hdr ` + wordNS + `><w:p><w:r><w:t>{{x}}</w:t></w:r></w:p></w:hdr>`)}
	tpl, err := Open(file(t, `<w:p/>`, header))
	if err != nil {
		t.Fatal(err)
	}
	if ms := tpl.Marks(); len(ms) != 1 || ms[0].Key != "x" {
		t.Errorf("%v", ms)
	}
	b, err := tpl.Fill(Values{Text: map[string]string{"x": "đầu trang"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Open(b); err != nil || !strings.Contains(again.Text(), "đầu trang") {
		t.Errorf("%v", err)
	}
}

// TestRefused opens what must not be opened.
func TestRefused(t *testing.T) {
	rels := func(s string) part {
		return part{"word/_rels/document.xml.rels", []byte(`<Relationships>` + s + `</Relationships>`)}
	}
	doc := func(s string) part { return part{"word/document.xml", []byte(s)} }
	row := func(a, b string) string {
		return `<w:tbl><w:tr><w:tc><w:p><w:r><w:t>` + a + `</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>` + b + `</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`
	}
	p := func(s string) string { return `<w:p><w:r><w:t>` + s + `</w:t></w:r></w:p>` }
	bomb, err := pack([]part{{"word/document.xml", bytes.Repeat([]byte{' '}, maxUnzipped+1)}})
	if err != nil {
		t.Fatal(err)
	}
	many := make([]part, maxEntries+1)
	for i := range many {
		many[i] = part{"a" + strings.Repeat("b", i), nil}
	}
	crowd, err := pack(many)
	if err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat("<w:p>", maxDepth+1) + strings.Repeat("</w:p>", maxDepth+1)
	for name, c := range map[string]struct {
		key  string
		file []byte
	}{
		"empty":             {"docx.not_docx", nil},
		"text":              {"docx.not_docx", []byte("Kính gửi")},
		"old Word":          {"docx.old_format", append([]byte{0xD0, 0xCF, 0x11, 0xE0}, make([]byte, 600)...)},
		"too large":         {"docx.too_large", make([]byte, MaxSize+1)},
		"a bomb":            {"docx.unzipped", bomb},
		"many parts":        {"docx.entries", crowd},
		"no relationships":  {"docx.not_docx", file(t, "", part{"_rels/.rels", []byte(`<Relationships/>`)})},
		"a spreadsheet":     {"docx.not_docx", file(t, "", doc(`<x:workbook xmlns:x="y"/>`))},
		"a way out":         {"docx.unsafe", file(t, "", part{"../evil.xml", nil})},
		"twice":             {"docx.unsafe", file(t, "", part{"Word/Document.xml", nil})},
		"macros":            {"docx.active", file(t, "", part{"word/vbaProject.bin", nil})},
		"macro type":        {"docx.active", file(t, "", part{"[Content_Types].xml", []byte(`<Types><Override PartName="/a" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`)})},
		"embedded":          {"docx.active", file(t, "", part{"word/embeddings/o.bin", nil})},
		"ActiveX":           {"docx.active", file(t, "", part{"word/activeX/activeX1.xml", nil})},
		"chunk":             {"docx.active", file(t, "", rels(`<Relationship Type="http://x/aFChunk" Target="c.html"/>`))},
		"linked picture":    {"docx.external", file(t, "", rels(`<Relationship Type="http://x/image" Target="http://evil.example/p.png" TargetMode="External"/>`))},
		"share":             {"docx.external", file(t, "", rels(`<Relationship Type="http://x/image" Target="\\evil\p"/>`))},
		"attached template": {"docx.external", file(t, "", rels(`<Relationship Type="http://x/attachedTemplate" Target="file:///c:/n.dotm" TargetMode="External"/>`))},
		"DDE":               {"docx.field", file(t, `<w:p><w:r><w:instrText> DD</w:instrText><w:instrText>EAUTO c:\\x</w:instrText></w:r></w:p>`)},
		"include":           {"docx.field", file(t, `<w:p><w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://x&quot; "/></w:p>`)},
		"hyperlink field":   {"docx.field", file(t, `<w:p><w:r><w:instrText>HYPERLINK "http://x"</w:instrText></w:r></w:p>`)},
		"entities":          {"docx.unsafe", file(t, "", doc(`<!DOCTYPE d [<!ENTITY a "b">]><w:document `+wordNS+`/>`))},
		"broken":            {"docx.damaged", file(t, `<w:p>`)},
		"deep":              {"docx.damaged", file(t, deep)},
		"not UTF-8":         {"docx.damaged", file(t, "<w:p><w:t>\xff</w:t></w:p>")},
		"open mark":         {"docx.mark_open", file(t, p("{{ten} của"))},
		"open list":         {"docx.list_open", file(t, row("{{#ds}}{{x}}", "{{y}}"))},
		"open paragraph":    {"docx.list_open", file(t, p("{{#ds}}")+p("{{/ds}}"))},
		"nested list":       {"docx.list_nested", file(t, row("{{#ds}}{{#khac}}", "{{/khac}}{{/ds}}"))},
		"closed list":       {"docx.list_close", file(t, p("{{/ds}}"))},
		"many marks":        {"docx.marks", file(t, p(strings.Repeat("{{a}}", maxMarks+1)))},
	} {
		_, err := Open(c.file)
		if got := fault.TextOf(err); string(got.Key) != c.key || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// TestInternalLinks opens what looks like danger and is none.
func TestInternalLinks(t *testing.T) {
	body := `<w:p><w:r><w:instrText>HYPERLINK \l "_Toc1"</w:instrText></w:r><w:r><w:fldChar/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>`
	if _, err := Open(file(t, body)); err != nil {
		t.Error(err)
	}
}

// TestLyingDirectory declares less than a part inflates to.
func TestLyingDirectory(t *testing.T) {
	b := file(t, `<w:p/>`)
	i := bytes.LastIndex(b, []byte("word/document.xml")) - 46 // the entry in the directory
	copy(b[i+24:i+28], []byte{1, 0, 0, 0})
	if _, err := Open(b); err == nil {
		if _, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
			t.Error("opened")
		}
	}
}

func TestCompile(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"paragraphs": {"# nhận xét\n>c **A** b\n\nMột //hai// __ba__ và/hoặc 2*3", "A b\nMột hai ba và/hoặc 2*3\n"},
		"columns":    {".cols 1 2\na\n.col\nb\nc\n.end", "a | b / c\n"},
		"table":      {".table 1 1\n!A|B\n{{#d}}{{x}}|{{y}}{{/d}}\n.end", "A | B\n{{#d}}{{x}} | {{y}}{{/d}}\n"},
		"breaks":     {`a\nb\tc`, "a\nb\tc\n"},
		"page":       {".page\n.space\nx", "\n\n\nx\n"},
	} {
		b, err := Compile("Tên", c.in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		tpl, err := Open(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, _ := strings.CutSuffix(tpl.Text(), "\n") // the empty paragraph of the header
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for name, in := range map[string]string{
		"no end": ".cols 1 1\na\n.col\nb", "columns": ".cols 1 1\na\n.end", "cells": ".table 1 1\na\n.end", "widths": ".cols\na\n.end",
		"numbers": ".table x\na\n.end", "block": ".tabel 1\n", "look": ">q a",
	} {
		if _, err := Compile("", in); err == nil {
			t.Errorf("%s: compiled", name)
		}
	}
}

// TestSameFile makes a document twice: the same bytes, so that a template that was not changed is seen to be the same.
func TestSameFile(t *testing.T) {
	a, err := Compile("A", "x {{y}}")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Compile("A", "x {{y}}")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two files")
	}
}

// FuzzFill opens anything; what opens can be filled, and what was filled opens again and has no placeholder left
// but those of the value.
func FuzzFill(f *testing.F) {
	f.Add([]byte(`<w:p><w:r><w:t>{{x}} {{</w:t></w:r><w:r><w:t>y}}</w:t></w:r></w:p>`), "giá trị")
	f.Add([]byte(`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{#d}}{{x}}{{/d}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`), "a\nb")
	f.Add([]byte(`<w:p><w:r><w:t>{{?x}}a{{!y}}</w:t></w:r></w:p>`), "<&>")
	f.Fuzz(func(t *testing.T, body []byte, value string) {
		tpl, err := Open(file(t, string(body)))
		if err != nil {
			return
		}
		v := Values{Text: map[string]string{"x": value}, Lists: map[string][]Values{"d": {{}, {Text: map[string]string{"y": value}}}}}
		b, err := tpl.Fill(v, func(string) Gap { return Gap{Dots: 3, Lines: 2, Rows: 1} })
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(b)
		if err != nil && !strings.Contains(value, "{") && !strings.Contains(value, "}") {
			t.Fatalf("%v\n%q", err, body)
		}
		if err == nil && !strings.Contains(value, "{") && len(again.Marks()) > 0 {
			t.Fatalf("left: %v of %q", again.Marks(), body)
		}
	})
}

func BenchmarkFill(b *testing.B) {
	data, err := Compile("A", strings.Repeat("Tên {{ten}}, sinh {{ngay}}\n", 60))
	if err != nil {
		b.Fatal(err)
	}
	v := Values{Text: map[string]string{"ten": "Nguyễn Văn A", "ngay": "ngày 03 tháng 02 năm 2026"}}
	for b.Loop() {
		tpl, err := Open(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tpl.Fill(v, nil); err != nil {
			b.Fatal(err)
		}
	}
}
