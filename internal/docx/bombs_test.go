package docx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// hostile is a file that must not be opened.
type hostile struct {
	name string
	data []byte
}

// opens reports whether a file is taken as a template or read as a document.
func opens(data []byte) bool {
	_, asTemplate := Open(data)
	return asTemplate == nil
}

func through(all []hostile, opens func([]byte) bool) (names []string) {
	for _, h := range all {
		if opens(h.data) {
			names = append(names, h.name)
		}
	}
	return names
}

// packed are files that are larger inside than anybody may read.
func packed(t *testing.T) (all []hostile) {
	fill := func(n int, text string) []byte { return bytes.Repeat([]byte(text), n/len(text)+1) }
	for _, name := range []string{"word/document.xml", "word/header1.xml", "word/media/image1.png", "word/settings.xml", "_rels/.rels", "[Content_Types].xml", "customXml/item1.xml"} {
		for kind, text := range map[string]string{"blanks": " ", "paragraphs": "<w:p/>"} {
			data := file(t, "<w:p/>", part{name, fill(maxUnzipped+1, text)})
			all = append(all, hostile{name + " of " + kind, data})
			all = append(all, hostile{name + " of " + kind + ", says little", lying(data, name, 1000)})
			all = append(all, hostile{name + " of " + kind + ", says more", lying(data, name, 1<<31)})
		}
	}
	for _, n := range []int{7, 12} {
		parts := make([]part, n)
		for i := range parts {
			parts[i] = part{fmt.Sprint("word/media/p", i), fill(4<<20, "x")}
		}
		all = append(all, hostile{fmt.Sprint(n, " parts of 4 MiB"), file(t, "", parts...)})
	}
	for _, n := range []int{maxEntries + 1, 1_000, 10_000} {
		parts := make([]part, n)
		for i := range parts {
			parts[i] = part{name: fmt.Sprint("word/p", i)}
		}
		b, err := pack(parts)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, hostile{fmt.Sprint(n, " parts"), b})
	}
	return all
}

// lying changes what the directory says a part inflates to.
func lying(b []byte, name string, declared uint32) []byte {
	b = bytes.Clone(b)
	at := bytes.LastIndex(b, []byte(name)) - 46
	b[at+24], b[at+25], b[at+26], b[at+27] = byte(declared), byte(declared>>8), byte(declared>>16), byte(declared>>24)
	return b
}

// declared are files with a declaration of entities in any part: one that is read here, or one that only who opens the letter would read.
func declared(t *testing.T) (all []hostile) {
	utf16 := func(s string) string { return "\xFF\xFE" + strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	tricks := []string{`<!DOCTYPE x [<!ENTITY kn SYSTEM "file:///etc/passwd">]>`, `<!DOCTYPE x SYSTEM "http://kn.example/x.dtd">`, `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://kn.example/p"> %p;]>`,
		`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY kn "&a;&a;&a;">]>`, "<!DOCTYPE\nx[\n<!ENTITY kn PUBLIC\n\"k\" \"file:///c:/x\">]>", `<!-- --><!DOCTYPE x>`, `<!ENTITY kn "x">`}
	texts := map[string]string{"word/document.xml": `<w:document ` + wordNS + `><w:body><w:p/></w:body></w:document>`, "_rels/.rels": `<Relationships><Relationship Id="r" Type="a/officeDocument" Target="/word/document.xml"/></Relationships>`,
		"[Content_Types].xml": `<Types xmlns="x"/>`, "word/_rels/document.xml.rels": `<Relationships/>`, "word/header1.xml": `<w:hdr ` + wordNS + `/>`, "word/settings.xml": `<w:settings ` + wordNS + `/>`,
		"word/styles.xml": `<w:styles/>`, "customXml/item1.xml": `<x/>`, "docProps/core.xml": `<x/>`, "word/theme/theme1.xml": `<x/>`}
	for name, text := range texts {
		for _, trick := range tricks {
			whole := `<?xml version="1.0"?>` + trick + text
			all = append(all, hostile{name + " with " + trick, file(t, "<w:p/>", part{name, []byte(whole)})}, hostile{name + " in UTF-16 with " + trick, file(t, "<w:p/>", part{name, []byte(utf16(whole))})})
		}
	}
	return all
}

// TestHostileFiles: no archive bomb and no declaration of entities is opened.
func TestHostileFiles(t *testing.T) {
	bombs, entities := packed(t), declared(t)
	for name, all := range map[string][]hostile{"bombs": bombs, "declarations": entities} {
		found := through(all, opens)
		t.Logf("%d %s tried, %d accepted", len(all), name, len(found))
		for _, f := range found {
			t.Error(f)
		}
	}
	if len(bombs) < 40 || len(entities) < 100 {
		t.Errorf("only %d and %d", len(bombs), len(entities))
	}
	parts := func(wrong func(f *zip.File, text []byte) bool) func([]byte) bool {
		return func(b []byte) bool {
			z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return false
			}
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					return false
				}
				text, _ := io.ReadAll(io.LimitReader(r, 1<<20))
				if wrong(f, text) {
					return false
				}
			}
			return true
		}
	}
	for name, fault := range map[string]struct {
		all   []hostile
		naive func([]byte) bool
	}{
		"nothing is bounded":      {bombs[:6], parts(func(*zip.File, []byte) bool { return false })},
		"what the directory says": {bombs, parts(func(f *zip.File, _ []byte) bool { return f.UncompressedSize64 > maxUnzipped })},
		"only how many parts":     {bombs[:20], func(b []byte) bool { return !bytes.Contains(b, []byte("word/p299")) }},
		"only the document is looked at": {entities, parts(func(f *zip.File, text []byte) bool {
			return f.Name == "word/document.xml" && bytes.Contains(text, []byte("<!"))
		})},
		"only what is in UTF-8": {entities, parts(func(_ *zip.File, text []byte) bool { return bytes.Contains(text, []byte("<!")) })},
		"only what names a file": {entities, parts(func(_ *zip.File, text []byte) bool {
			return bytes.Contains(bytes.ReplaceAll(text, []byte{0}, nil), []byte("SYSTEM"))
		})},
	} {
		if len(through(fault.all, fault.naive)) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
