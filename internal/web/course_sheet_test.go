package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store/storetest"
)

// send sends a file as a browser does.
func (b *browser) send(path, name, text string) answer {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return b.askWith(http.MethodPost, path, &body, m.FormDataContentType())
}

// TestAttendanceFromASheet: a file is read and shown, what it shows is sent on and stored; who may only read
// cannot; a certificate of the class is issued again under its number.
func TestAttendanceFromASheet(t *testing.T) {
	d := newDesk(t, Config{})
	clerk, reader := d.as(d.user("canbo", access.Clerk, d.communes[0])), d.as(d.user("xem", access.Viewer, d.communes[0]))
	p := storetest.Enrol(t, d.st, d.cells[0][0], "Trần An", ledger.Pool, day.Of(2026, 1, 5))
	who := access.System("test")
	class, err := d.app.Courses.Create(t.Context(), who, courses.Form{Lang: "vi", Class: course.Class{Unit: d.communes[0].ID, Kind: course.Awareness, Name: "Lớp 1", Issuer: "TTCT", Begins: day.Of(2026, 3, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.app.Courses.Invite(t.Context(), who, class, []id.ID{p.ID}, 0); err != nil {
		t.Fatal(err)
	}
	page := "/lop/" + class.String()
	if a := reader.get(page + "/tu-tep"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a reader gets the form: %d", a.StatusCode)
	}
	if a := clerk.send(page+"/tu-tep", "x.csv", "Quê quán\nThanh Hóa\n"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page, "Không tìm thấy dòng tiêu đề") {
		t.Errorf("%d for a file without a head", a.StatusCode)
	}
	a := clerk.send(page+"/tu-tep", "x.csv", "Họ và tên,Buổi 1,Buổi 2,Xếp loại,Số giấy chứng nhận\nTran An,x,k,Khá,07/GCN\nNgười Lạ,x,,,\n")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.page, "Ghi được 1/2 dòng") || !strings.Contains(a.page, "Không có “Người Lạ” trong danh sách lớp") {
		t.Fatalf("%d\n%s", a.StatusCode, a.page)
	}
	var pairs []string
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([vmgn]_[^"]+)" value="([^"]*)">`).FindAllStringSubmatch(a.page, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	if a := clerk.post(page+"/ghi", pairs...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, pairs)
	}
	if _, err := d.app.Courses.Certify(t.Context(), who, courses.CertifyForm{Class: class, Reason: "đồng ý"}, false); err != nil {
		t.Fatal(err)
	}
	certs := "/nguoi/" + p.ID.String() + "/giay-chung-nhan"
	shown := clerk.get(certs)
	for _, want := range []string{"số 07/GCN", "TTCT", "06/03/2031", "Cấp lại"} {
		if !strings.Contains(shown.page, want) {
			t.Errorf("the page of certificates lacks %q", want)
		}
	}
	cert := regexp.MustCompile(`name="cert" value="([^"]+)"`).FindStringSubmatch(shown.page)[1]
	if a := clerk.post(certs, "cert", cert, "on", "01/03/2026", "reason", "", "key", "k1"); a.StatusCode != http.StatusUnprocessableEntity || strings.Count(a.page, "wrong-text") < 2 {
		t.Errorf("%d for a day before the issue and no reason", a.StatusCode)
	}
	if a := reader.post(certs, "cert", cert, "on", "20/04/2026", "reason", "mất", "key", "k2"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a reader issues again: %d", a.StatusCode)
	}
	if a := clerk.post(certs, "cert", cert, "on", "20/04/2026", "reason", "bị mất khi chuyển nhà", "key", "k3"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", a.StatusCode)
	}
	if a := clerk.post(certs, "cert", cert, "on", "21/04/2026", "number", "07 / gcn", "reason", "rách", "key", "k4"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d: its own number typed again is no new one", a.StatusCode)
	}
	if a := clerk.post(certs, "cert", cert, "on", "22/04/2026", "number", "08/GCN", "reason", "rách", "key", "k5"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d for a new number", a.StatusCode)
	}
	if a := clerk.post(certs, "cert", cert, "on", "23/04/2026", "number", "07/GCN", "reason", "rách", "key", "k6"); a.StatusCode != http.StatusConflict || !strings.Contains(a.page, "Số 07/GCN đã được TTCT cấp") {
		t.Errorf("%d for a number that was given", a.StatusCode)
	}
	for where, want := range map[string]string{certs: "số 08/GCN thay số 07/GCN", page: "cấp lại, thay số 07/GCN", page + "/in?mau=certs": "08/GCN (cấp lại, thay số 07/GCN)", "/nguoi/" + p.ID.String(): "08/GCN"} {
		if a := clerk.get(where); !strings.Contains(a.page, want) {
			t.Errorf("%s lacks %q", where, want)
		}
	}
	if a := clerk.get(certs); !strings.Contains(a.page, "06/03/2031") {
		t.Error("how long it is good has changed")
	}
	if a := clerk.get(certs); !strings.Contains(a.page, "20/04/2026") || !strings.Contains(a.page, "bị mất khi chuyển nhà") {
		t.Error("what was recorded is not shown")
	}
	if a := reader.get(certs); !strings.Contains(a.page, "20/04/2026") || strings.Contains(a.page, "bị mất khi chuyển nhà") {
		t.Error("the reason is shown to a reader")
	}
}
