package web

import (
	"net/http"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/store/storetest"
)

// TestPeriodByTwo: a period of a province, from the first look to its reopening, over the pages of the administrator and the committee.
func TestPeriodByTwo(t *testing.T) {
	d := newDesk(t, Config{})
	d.guarded()
	p := storetest.Enrol(t, d.st, d.cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
	admin, committee := d.as(d.user("hoa", access.Admin, d.root)), d.as(d.user("binh", access.Committee, d.root))
	clerk, local := d.as(d.user("canbo", access.Clerk, d.root)), d.as(d.user("quantrixa", access.Admin, d.communes[0]))
	page, u := "/khoa-ky?u="+d.root.ID.String(), d.root.ID.String()

	// Who has the page, and in the menu.
	admin.get("/khoa-ky").want(t, 200, "Chưa khóa kỳ nào", "tháng 10/2026", "quý 3/2026", "sáu tháng đầu năm 2026", "năm 2025", `href="/khoa-ky"`)
	committee.get(page).want(t, 200, "Chưa khóa kỳ nào", `href="/khoa-ky"`)
	committee.get(page+"&to=2026-06-30").not(t, `action="/khoa-ky"`)
	clerk.get(page).not(t, `href="/khoa-ky"`)
	local.get("/khoa-ky").want(t, http.StatusNotFound)
	local.get(page).want(t, http.StatusNotFound)
	for _, b := range []*browser{committee, clerk} {
		b.post("/khoa-ky", "u", u, "to", "2026-06-30", "seen", "0").want(t, http.StatusForbidden)
		b.post("/khoa-ky/mo", "u", u, "from", "2026-06-01", "reason", "ghi sót quyết định", "seen", "0").want(t, http.StatusForbidden)
	}

	// A look closes nothing; what was looked at is closed.
	look := admin.get(page + "&to=30/06/2026")
	look.want(t, 200, "Khóa đến hết ngày 30/06/2026", "Biến động có hiệu lực trong các ngày sẽ khóa")
	admin.get(page).want(t, 200, "Chưa khóa kỳ nào")
	for _, bad := range []string{"31/02/2026", "2026", "2030-01-01", "x"} {
		admin.get(page+"&to="+bad).want(t, http.StatusUnprocessableEntity, `aria-invalid="true"`)
	}
	admin.post("/khoa-ky", "u", u, "to", "", "seen", "0").want(t, http.StatusUnprocessableEntity, "Chọn một ngày trước hôm nay")
	if a := admin.post("/khoa-ky", "u", u, "to", hiddenOf(t, look.page, "to"), "seen", hiddenOf(t, look.page, "seen")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, words(t, a.page))
	}
	admin.post("/khoa-ky", "u", u, "to", "2026-09-30", "seen", "0").want(t, http.StatusConflict, "30/06/2026")
	admin.get(page+"&to=2026-06-30").want(t, http.StatusUnprocessableEntity, "Số liệu đã khóa đến hết ngày 30/06/2026", `value="30/06/2026"`)
	closed := admin.get(page)
	closed.want(t, 200, "30/06/2026", "01/07/2026", "Khóa kỳ", "hoa")
	person := "/nguoi/" + p.ID.String() + "/bien-dong"
	move := func(on string) answer {
		return clerk.post(person, "cause", "certify", "stage", "certified", "effective", on, "version", hiddenOf(t, clerk.get(person+"?cause=certify").page, "version"), "key", "k"+on)
	}
	move("19/05/2026").want(t, http.StatusConflict, "Số liệu đến hết ngày 30/06/2026 đã khóa")

	// Reopening waits for the committee.
	reopen := func(from, reason string) answer {
		return admin.post("/khoa-ky/mo", "u", u, "from", from, "reason", reason, "seen", hiddenOf(t, closed.page, "seen"))
	}
	reopen("01/07/2026", "ghi sót quyết định").want(t, http.StatusUnprocessableEntity, `aria-invalid="true"`, "ghi sót quyết định")
	reopen("01/05/2026", "sót").want(t, http.StatusUnprocessableEntity, `aria-invalid="true"`, "01/05/2026")
	asked := reopen("01/05/2026", "ghi sót quyết định kết nạp")
	asked.want(t, http.StatusConflict, "Mở lại số liệu đã khóa từ ngày 01/05/2026 đến hết 30/06/2026", "ghi sót quyết định kết nạp", "binh")
	sent := admin.post("/phe-duyet", "act", hiddenOf(t, asked.page, "act"), "reason", "ghi sót quyết định kết nạp")
	sent.want(t, http.StatusSeeOther)
	at := sent.Header.Get("Location")
	admin.get(page).not(t, "Mở lại kỳ</")
	answerWith := func(b *browser, do string) answer {
		return b.post(at, "version", hiddenOf(t, b.get(at).page, "version"), "do", do, "note", "đã đối chiếu")
	}
	answerWith(admin, "approve").want(t, http.StatusUnprocessableEntity, "không tự phê duyệt")
	clerk.get(at).want(t, http.StatusNotFound)
	committee.get(at).want(t, 200, "Mở lại số liệu đã khóa từ ngày 01/05/2026", page)
	if a := answerWith(committee, "approve"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, words(t, a.page))
	}
	admin.get(page).want(t, 200, "30/04/2026", "Mở lại kỳ", "binh", "ghi sót quyết định kết nạp", "mở 01/05/2026 đến 30/06/2026")
	if a := move("19/05/2026"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, words(t, a.page))
	}
	reopen("01/04/2026", "ghi sót quyết định kết nạp").want(t, http.StatusConflict) // of a page from before
	admin.get("/nhat-ky?area=period").want(t, 200, "Khóa kỳ số liệu")
	admin.get("/nhat-ky?area=approval").want(t, 200, "Phê duyệt và thực hiện")
}
