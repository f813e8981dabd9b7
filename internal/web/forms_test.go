package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/docx"
	"ketnap/internal/forms"
	"ketnap/internal/ledger"
)

// newFormsDesk is a registry with the service on forms.
func newFormsDesk(t *testing.T) *registry {
	d := newRegistry(t)
	d.app.Forms = forms.New(d.st)
	return d
}

// upload sends a file as a browser does.
func (d *registry) upload(path, name string, data []byte) reply {
	d.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = m.WriteField("note", "ghi chú")
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		d.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return d.ask(r)
}

// letter reads a Word document that was sent.
func letter(t *testing.T, a reply) string {
	t.Helper()
	if a.status != 200 || a.head.Get("Content-Type") != wordType || !strings.HasPrefix(a.head.Get("Content-Disposition"), `attachment; filename="`) {
		t.Fatalf("%d %s %s", a.status, a.head.Get("Content-Type"), a.head.Get("Content-Disposition"))
	}
	tpl, err := docx.Open([]byte(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return tpl.Text()
}

func TestFormsPages(t *testing.T) {
	d := newFormsDesk(t)
	d.get("/bieu-mau").has(t, "the list", 200, "6-KNĐ", "Quyết định kết nạp đảng viên", `href="/bieu-mau/6-knd/trong"`, "chưa kiểm chứng")
	d.get("/bieu-mau/truong").has(t, "fields", 200, "{{ho_ten}}", "Họ và tên")
	d.get("/bieu-mau/6-knd").has(t, "a form", 200, "43.Nghi quyet de nghi ket nap", "Chỉ quản trị viên cấp tỉnh")
	d.get("/bieu-mau/99-knd").has(t, "no form", 404)
	if text := letter(t, d.get("/bieu-mau/6-knd/trong")); !strings.Contains(text, "CHI BỘ ...") {
		t.Error(text)
	}
	if text := letter(t, d.get("/bieu-mau/6-knd/mau")); !strings.Contains(text, "{{chi_bo_hoa}}") {
		t.Error(text)
	}
}

func TestPersonForms(t *testing.T) {
	d := newFormsDesk(t)
	p := d.enrol("Đỗ Thị Ánh Nguyệt", ledger.Dossier)
	page := "/nguoi/" + p.ID.String() + "/bieu-mau"
	d.get(page).has(t, "what can be printed", 200, "Tải cả bộ", `value="6-knd"`, "làm ở giai đoạn này", "Chưa ghi thẩm quyền")
	a := d.post(page, url.Values{"code": {"1-knd"}})
	if text := letter(t, a); !strings.Contains(text, "ĐỖ THỊ ÁNH NGUYỆT") {
		t.Error(text)
	}
	set := d.post(page, url.Values{"code": {"zip"}})
	if set.status != 200 || !strings.HasPrefix(set.body, "PK") || !strings.Contains(set.head.Get("Content-Disposition"), "_DoThiAnhNguyet.zip") {
		t.Errorf("%d %s", set.status, set.head.Get("Content-Disposition"))
	}
	d.get("/nguoi/"+p.ID.String()).has(t, "on record", 200, "In biểu mẫu", "1-KNĐ Đơn xin vào Đảng", "Tải cả bộ hồ sơ", `href="`+page+`"`)
	d.post(page, url.Values{"code": {"77"}}).has(t, "no form", 404)
	none := d.enrol("Lê Mới", ledger.Proposed)
	d.post("/nguoi/"+none.ID.String()+"/bieu-mau", url.Values{"code": {"zip"}}).has(t, "nothing to print", 409, "Chưa có giấy tờ nào để in")

	d.as("xem", d.tree.Communes[0].ID, access.Viewer)
	viewer := d.get(page)
	viewer.has(t, "a viewer", 200, "không in được bản đã điền")
	viewer.lacks(t, "a viewer", `value="6-knd"`)
	d.post(page, url.Values{"code": {"1-knd"}}).has(t, "a viewer prints", 403)
	d.as("xa-khac", d.tree.Communes[1].ID, access.Clerk)
	d.get(page).has(t, "a stranger", 404)
	d.post(page, url.Values{"code": {"1-knd"}}).has(t, "a stranger prints", 404)
}

// TestFormTemplates brings a template, finds it in use, goes back.
func TestFormTemplates(t *testing.T) {
	d := newFormsDesk(t)
	good, err := docx.Compile("Mẫu", "Mẫu của tỉnh {{ho_ten}}")
	if err != nil {
		t.Fatal(err)
	}
	bad, err := docx.Compile("Mẫu", "{{luong_thang}}")
	if err != nil {
		t.Fatal(err)
	}
	d.upload("/bieu-mau/1-knd", "a.docx", good).has(t, "a clerk of a commune", 404)
	d.as("quantri", d.tree.Root.ID, access.Admin)
	d.upload("/bieu-mau/1-knd", "a.docx", bad).has(t, "an unknown field", 422, "{{luong_thang}}", `aria-invalid="true"`, "ghi chú")
	d.upload("/bieu-mau/1-knd", "a.docx", []byte("PK")).has(t, "no document", 422, "không phải văn bản Word")
	d.upload("/bieu-mau/1-knd", "a.docx", nil).has(t, "nothing", 422, "Hãy chọn tệp .docx")
	d.upload("/bieu-mau/1-knd", "a.docx", make([]byte, docx.MaxSize+1)).has(t, "too much", 422, "lớn hơn 4 MB")
	if a := d.upload("/bieu-mau/1-knd", "cua-tinh.docx", good); a.status != 303 || a.to != "/bieu-mau/1-knd" {
		t.Fatalf("%d %s", a.status, a.to)
	}
	d.get("/bieu-mau").has(t, "marked", 200, "mẫu riêng")
	d.get("/bieu-mau/1-knd").has(t, "its versions", 200, "cua-tinh.docx", "đang dùng", "Người quantri")
	if text := letter(t, d.get("/bieu-mau/1-knd/trong")); !strings.Contains(text, "Mẫu của tỉnh") {
		t.Error(text)
	}
	if a := d.post("/bieu-mau/1-knd/khoi-phuc", url.Values{"ban": {"0"}}); a.status != 303 {
		t.Errorf("%d", a.status)
	}
	if text := letter(t, d.get("/bieu-mau/1-knd/trong")); !strings.Contains(text, "ĐƠN XIN VÀO ĐẢNG") {
		t.Error(text)
	}
	d.post("/bieu-mau/1-knd/khoi-phuc", url.Values{"ban": {"0"}}).has(t, "nothing to change", 409, "đang được dùng")
}
