package docx

import (
	"strings"
	"testing"

	"ketnap/internal/fault"
)

func TestReadText(t *testing.T) {
	rels := part{"word/_rels/document.xml.rels", []byte(`<Relationships><Relationship Id="r" Type="a/hyperlink" Target="https://example.com" TargetMode="External"/></Relationships>`)}
	head := part{"word/header1.xml", []byte(`<w:hdr ` + wordNS + `><w:p><w:r><w:t>ĐẢNG CỘNG SẢN</w:t></w:r></w:p></w:hdr>`)}
	body := `<w:p><w:r><w:t>I. Mục </w:t></w:r><w:r><w:t>tiêu</w:t></w:r></w:p><w:p><w:hyperlink r:id="r"><w:r><w:t>từ 1.020 - </w:t></w:r></w:hyperlink><w:r><w:t>1.250 {{</w:t></w:r></w:p>` +
		`<w:p><w:del><w:r><w:delText>900</w:delText></w:r></w:del><w:r><w:instrText>INCLUDETEXT "x"</w:instrText></w:r><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`
	got, err := ReadText(file(t, body, rels, head))
	if want := "I. Mục tiêu\ntừ 1.020 - 1.250 {{\na\nb\nc | d\n"; err != nil || got != want {
		t.Errorf("%q %v, want %q", got, err, want)
	}
	bomb := file(t, "", part{"word/media/x.bin", make([]byte, maxUnzipped+1)})
	if _, err := ReadText(bomb); fault.TextOf(err).Key != "docx.unzipped" {
		t.Errorf("a file of %d bytes that unpacks without end: %v", len(bomb), err)
	}
	for name, c := range map[string]struct {
		data string
		key  fault.Key
	}{
		"text":       {"I. Mục tiêu", "docx.not_docx"},
		"old Word":   {"\xD0\xCF\x11\xE0 rest", "docx.old_format"},
		"too large":  {strings.Repeat("x", MaxSize+1), "docx.too_large"},
		"no package": {string(file(t, "", part{"_rels/.rels", []byte(`<Relationships/>`)})), "docx.not_docx"},
		"not XML":    {string(file(t, "", part{"word/document.xml", []byte(`<w:document`)})), "docx.damaged"},
		"upwards":    {string(file(t, "", part{"../x", nil})), "docx.unsafe"},
	} {
		if _, err := ReadText([]byte(c.data)); !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}
