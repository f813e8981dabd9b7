package web

import (
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/access"
)

// TestTermByTwo: a term of the installation, from what was typed to what holds, over the pages of both persons.
func TestTermByTwo(t *testing.T) {
	d := newDesk(t, Config{})
	d.guarded()
	hoa, binh := d.as(d.user("hoa", access.Admin, d.root)), d.as(d.user("binh", access.Admin, d.root))
	page, form := "/du-lieu/luu-tru?u="+d.root.ID.String(), "/du-lieu/luu-tru/thoi-han"
	typed := func(months, source, sure string) []string {
		return []string{"u", d.root.ID.String(), "code", "dropped", "months", months, "reason", "thống nhất với ban tổ chức", "source", source, "sure", sure}
	}
	hoa.get(page).want(t, 200, `<option value="unsure" selected>`) // a source is unproven until somebody says otherwise
	for _, bad := range [][]string{typed("hai năm", "", "unsure"), typed("-1", "", "unsure"), typed("24", "", "sure")} {
		hoa.post(form, bad...).want(t, http.StatusUnprocessableEntity, `aria-invalid="true"`, "thống nhất với ban tổ chức")
	}
	d.as(d.user("canbo", access.Committee, d.root)).post(form, typed("24", "", "unsure")...).want(t, http.StatusForbidden)
	set := func(months string) (at string) {
		t.Helper()
		a := hoa.post(form, typed(months, "", "unsure")...)
		a.want(t, http.StatusConflict)
		a = hoa.post("/phe-duyet", "act", hiddenOf(t, a.page, "act"), "reason", "đặt thời hạn lưu")
		a.want(t, http.StatusSeeOther)
		return a.Header.Get("Location")
	}
	approve := func(b *browser, at string) answer {
		return b.post(at, "version", hiddenOf(t, b.get(at).page, "version"), "do", "approve")
	}
	first, second := set("24"), set("36")
	if strings.Contains(hoa.get(page).page, "thống nhất với ban tổ chức") {
		t.Error("one person was enough")
	}
	approve(hoa, first).want(t, http.StatusUnprocessableEntity, "không tự phê duyệt")
	if a := approve(binh, first); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, words(t, a.page))
	}
	hoa.get(page).want(t, 200, ">24<", "thống nhất với ban tổ chức", "chưa kiểm chứng")
	if a := approve(binh, second); a.StatusCode == http.StatusSeeOther {
		t.Error("what was asked for replaces a term that no longer holds")
	}
	hoa.get(page).want(t, 200, ">24<")
}
