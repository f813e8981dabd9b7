package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
)

// TestTargetSteps breaks a target down by its page: proposals sum to it, what does not is refused with the number that is missing, and
// every result opens its persons.
func TestTargetSteps(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("xa", access.Committee, d.communes[0]))
	u := d.communes[0].ID.String()
	at := "/chi-tieu/theo-ky?u=" + u + "&nam=2026&loai=admit"
	b.get(at).want(t, http.StatusOK, "Chưa giao chỉ tiêu năm này")
	d.goal(d.communes[0], "14")
	d.admit(d.cells[0][0], day.Of(2026, 2, 3), day.Of(2026, 5, 19), day.Of(2026, 8, 19), day.Of(2025, 5, 19), day.Of(2025, 9, 2))
	b.get("/chi-tieu?u="+u+"&nam=2026").want(t, http.StatusOK, `/chi-tieu/theo-ky?`)

	values := func(page answer) (all string) {
		for i := range 12 {
			for _, n := range nodes(t, page.page, "input", "name", stepField(i)) {
				all += attrOf(n, "value") + " "
			}
		}
		return strings.TrimSpace(all)
	}
	for way, want := range map[string]string{"&ky=quarter&de-xuat=deu": "4 4 3 3", "&ky=quarter&de-xuat=mua": "0 7 7 0", "&ky=month&de-xuat=mua": "0 0 0 0 7 0 0 0 7 0 0 0"} {
		page := b.get(at + way)
		page.want(t, http.StatusOK, "Số đề xuất, chưa được ghi")
		if got := values(page); got != want {
			t.Errorf("%s: %s, want %s", way, got, want)
		}
	}
	b.english().get(at+"&ky=quarter&de-xuat=deu").want(t, http.StatusOK, "Quarter 4", "A proposal")

	send := func(page answer, pairs ...string) answer {
		form := url.Values{"act": {"ghi"}}
		for _, n := range nodes(t, page.page, "input", "", "") {
			if name := attrOf(n, "name"); name != "" && form.Get(name) == "" {
				form.Set(name, attrOf(n, "value"))
			}
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return b.ask(http.MethodPost, "/chi-tieu/theo-ky", form)
	}
	blank := b.get(at + "&ky=quarter")
	for _, c := range []struct {
		status int
		say    string
		pairs  []string
	}{
		{http.StatusUnprocessableEntity, "Tổng các kỳ là 13, còn thiếu 1 so với chỉ tiêu 14.", []string{"ky_1", "1", "ky_2", "2", "ky_3", "10"}},
		{http.StatusUnprocessableEntity, "Tổng các kỳ là 15, vượt 1 so với chỉ tiêu 14.", []string{"ky_1", "1", "ky_2", "4", "ky_3", "10"}},
		{http.StatusUnprocessableEntity, "Không đọc được “1,5”.", []string{"ky_1", "1,5", "ky_2", "4"}},
		{http.StatusUnprocessableEntity, "Không đọc được “-3”.", []string{"ky_1", "-3", "ky_2", "17"}},
		{http.StatusUnprocessableEntity, "Chọn chia theo tháng", []string{"ky", "week"}},
		{http.StatusConflict, "Chưa có bản chia nào để bỏ.", []string{"act", "bo"}},
	} {
		res := send(blank, c.pairs...)
		res.want(t, c.status, c.say)
		if c.pairs[0] == "ky_1" && !strings.Contains(values(res), c.pairs[1]) {
			t.Errorf("what was typed is gone: %s", values(res))
		}
	}
	if got := values(b.get(at + "&ky=quarter")); got != "" {
		t.Errorf("something was stored: %s", got)
	}
	if res := send(blank, "ky_1", "2", "ky_2", "4", "ky_3", "3", "ky_4", "5"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	page := b.get(at)
	page.want(t, http.StatusOK, "Đã ghi chỉ tiêu theo kỳ", "Chỉ tiêu năm: 14. Tổng các kỳ: 14.", "Thiếu 1", "Thiếu 4", "Thiếu 6", "Đang trong kỳ, còn 11", `href="/bien-dong?cause=admit%2Creadmit&amp;dir=in&amp;from=2026-04-01&amp;to=2026-06-30&amp;u=`+u+`">1</a>`)
	b.get(at+"&ky=month").want(t, http.StatusOK, "Đang lưu Theo quý")
	send(blank, "ky_1", "14").want(t, http.StatusConflict, "Người khác vừa ghi bản chia khác")

	viewer := d.as(d.user("xem", access.Viewer, d.communes[0]))
	seen := viewer.get(at)
	seen.want(t, http.StatusOK, "Thiếu 6")
	if values(seen) != "" || strings.Contains(seen.page, "Ghi bản chia</button>") {
		t.Error("a viewer is offered to change it")
	}
	other := d.as(d.user("ben", access.Committee, d.communes[1]))
	other.get(at).want(t, http.StatusNotFound)
	viewer.post("/chi-tieu/theo-ky", "u", u, "nam", "2026", "loai", "admit", "ky", "quarter", "act", "bo").want(t, http.StatusForbidden)

	if res := send(page, "act", "bo"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", res.StatusCode)
	}
	if got := values(b.get(at)); got != "" {
		t.Errorf("withdrawn: %s", got)
	}
}
