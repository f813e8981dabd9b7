package web

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ketnap/internal/access"
)

// wordFile is the least a Word document is made of.
func wordFile(t *testing.T, paragraphs ...string) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	body := ""
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>"
	}
	for _, f := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`},
	} {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(w, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// sendFile posts a form with a file.
func (b *browser) sendFile(path, name, data string, pairs ...string) answer {
	b.t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = m.WriteField(pairs[i], pairs[i+1])
	}
	w, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(w, data)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &buf)
	r.Header.Set("Content-Type", m.FormDataContentType())
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.app.ServeHTTP(rec, r)
	page, err := io.ReadAll(rec.Result().Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{rec.Result(), string(page)}
}

// TestDocumentFile: a Word file is split into clauses like pasted text; what is none is refused in words.
func TestDocumentFile(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("tinh", access.Committee, d.root))
	fields := func(number string, more ...string) []string {
		return append([]string{"u", d.root.ID.String(), "kind", "resolution", "level", "province", "number", number, "dated", "11/01/2024", "issuer", "Tỉnh ủy", "title", "Phát triển đảng viên"}, more...)
	}
	res := b.sendFile("/van-ban/them", "nq20.docx", wordFile(t, "I. Mục tiêu", "1. Hằng năm, kết nạp từ 1.020 - 1.250 đảng viên.", "II. Giải pháp"), fields("20-NQ/TU")...)
	doc := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	b.get(doc).want(t, http.StatusOK, "<strong>I</strong> Mục tiêu", "<strong>1</strong> Hằng năm", "<strong>II</strong> Giải pháp", "từ 1.020 - 1.250", "1.020–1.250")
	if res := b.sendFile("/van-ban/them", "nq21.txt", "I. Mục tiêu\r\nHằng năm, kết nạp 817 đảng viên.", fields("21-NQ/TU")...); res.StatusCode != http.StatusSeeOther {
		t.Errorf("plain text: %d %v", res.StatusCode, words(t, res.page))
	}
	for name, c := range map[string]struct{ data, text, says string }{
		"a picture":     {"\x89PNG\r\n\x1a\n\x00\xff", "", "docx"},
		"old Word":      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\xff", "", "docx"},
		"nothing in it": {wordFile(t), "", "Không đọc được chữ trong tệp này."},
		"file and text": {"I. Mục tiêu", "Mục tiêu", "xóa một trong hai"},
		"too large":     {strings.Repeat("\xff", 4<<20+1), "", "4 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			b.sendFile("/van-ban/them", "x.docx", c.data, fields("22-NQ/TU", "text", c.text)...).want(t, http.StatusUnprocessableEntity, c.says)
		})
	}
	b.get("/van-ban?u="+d.root.ID.String()).not(t, "22-NQ/TU")
}

// TestDocumentAttachments: the page says that no files are kept; when they are, one is added, saved by a reader below and taken away
// with a reason, and what is refused is said beside the field.
func TestDocumentAttachments(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("tinh", access.Committee, d.root))
	res := b.sendFile("/van-ban/them", "nq.txt", "I. Mục tiêu\r\nHằng năm, kết nạp 817 đảng viên.", "u", d.root.ID.String(), "kind", "resolution", "level", "province", "number", "20-NQ/TU", "dated", "11/01/2024",
		"issuer", "Tỉnh ủy", "title", "Phát triển đảng viên", "spread", "1")
	doc := res.Header.Get("Location")
	pdf := "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
	page := b.get(doc)
	page.want(t, http.StatusOK, "Hệ thống này không giữ tệp")
	page.not(t, doc+"/tep\"")
	b.sendFile(doc+"/tep", "a.pdf", pdf).want(t, http.StatusForbidden)
	if err := d.app.Scans.Allow(t.Context(), access.System("test"), true); err != nil {
		t.Fatal(err)
	}
	b.get(doc).want(t, http.StatusOK, "Chưa có tệp nào", "Thêm tệp")
	b.sendFile(doc+"/tep", "a.pdf", "<html><script>").want(t, http.StatusUnprocessableEntity, "Chỉ nhận tệp PDF, JPEG hoặc PNG")
	b.sendFile(doc+"/tep", "a.pdf", strings.Repeat("x", 7<<20)).want(t, http.StatusRequestEntityTooLarge)
	b.get(doc).want(t, http.StatusOK, "Chưa có tệp nào")
	if res := b.sendFile(doc+"/tep", "Nghị quyết <20>.pdf", pdf); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	b.sendFile(doc+"/tep", "b.pdf", pdf).want(t, http.StatusConflict, "Bản chụp này đã có với tên Nghị quyết 20.pdf")
	below := d.as(d.user("xa", access.Viewer, d.communes[0]))
	page = below.get(doc)
	page.want(t, http.StatusOK, "Nghị quyết 20.pdf")
	page.not(t, "Bỏ tệp", "Thêm tệp")
	href := ""
	for _, a := range nodes(t, page.page, "a", "", "") {
		if h := attrOf(a, "href"); strings.Contains(h, "/tep/") {
			href = h
		}
	}
	file := below.get(href)
	if h := file.Header; file.page != pdf || h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%d bytes, %v", len(file.page), h)
	}
	below.post(href+"/bo", "reason", "nhầm tệp").want(t, http.StatusForbidden)
	b.post(href+"/bo", "reason", "").want(t, http.StatusUnprocessableEntity)
	if res := b.post(href+"/bo", "reason", "nhầm tệp"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %v", res.StatusCode, words(t, res.page))
	}
	below.get(href).want(t, http.StatusNotFound)
}
