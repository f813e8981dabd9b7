package web

import (
	"net/url"
	"regexp"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/rules"
)

func newRulesDesk(t *testing.T) *registry {
	d := newRegistry(t)
	d.app.Rules = rules.New(d.st)
	d.as("quantri", d.tree.Root.ID, access.Admin)
	return d
}

// TestRulesPages: packs by date, one pack with its sources, the difference of two, trying a step.
func TestRulesPages(t *testing.T) {
	d := newRulesDesk(t)
	d.get("/quy-tac").has(t, "the list", 200, "208-QĐ/TW", "đang áp dụng", `href="/quy-tac/qd294@1"`, "Đề nghị sửa gói", "01-HD/TW")
	d.get("/quy-tac/qd208@1").has(t, "a pack", 200, "60 ngày làm việc", "gia hạn đến 30 ngày làm việc", "chưa kiểm chứng", "Ban thường vụ đảng ủy cơ sở", "6-KNĐ")
	d.get("/quy-tac/qd1@1").has(t, "no pack", 404)
	d.get("/quy-tac/so-sanh?tu=qd294@1&den=qd208@1").has(t, "the difference", 200, "kể từ ngày ban hành quyết định", "bỏ", "đổi")
	try := "/quy-tac/thu?" + url.Values{"on": {"3/2/2026"}, "step": {"cell_vote"}, "person.birth": {"15/3/2006"}, "cert.issued": {"15/1/2020"}, "vote.officials": {"12"}, "vote.summoned": {"12"}, "vote.present": {"9"}, "vote.issued": {"9"}, "vote.valid": {"9"}, "vote.for": {"7"}}.Encode()
	d.get(try).has(t, "if the cell meets on 3-2-2026", 200, "294-QĐ/TW", "từ chối", "hết giá trị từ ngày 16/01/2025", "Chỉ 7/12 tán thành, cần ít nhất 8")
	d.get("/quy-tac/thu?step=cell_vote&on=hom+nay").has(t, "no day", 422, "không hiểu")
	d.get("/quy-tac/thu?step=cell_vote&on=1/1/1999").has(t, "before everything", 200, "Không có gói quy tắc nào")
	d.get("/quy-tac/ngay-nghi?nam=2026").has(t, "the calendar", 200, "Tết Âm lịch", "22/08/2026", "làm bù", "Ngày Văn hóa Việt Nam", "chưa tính")
}

// TestRulesFourEyes: a value is corrected by one administrator and approved by another.
func TestRulesFourEyes(t *testing.T) {
	d := newRulesDesk(t)
	form := url.Values{"do": {"value"}, "key": {"qd208@1 certificate.months"}, "value": {"48"}, "doc": {"hd01_2026"}, "clause": {"5"}, "sure": {"sure"}, "since": {"19/5/2026"}, "note": {"đọc toàn văn"}}
	a := d.post("/quy-tac/de-nghi", form)
	at := a.head.Get("Location")
	if a.status != 303 || at == "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	d.get(at).has(t, "its author looks", 200, "48 tháng", "không tự duyệt được")
	d.post(at, url.Values{"do": {"approve"}, "version": {"1"}}).has(t, "its author approves", 422, "không tự duyệt được")
	form.Set("value", "nhiều")
	d.post("/quy-tac/de-nghi", form).has(t, "no number", 422, "số lớn hơn 0")
	d.post("/quy-tac/de-nghi", url.Values{"text": {"schema: 1\nid: qd999\nvaluse: {}\n"}, "note": {"x"}}).has(t, "a broken pack", 422, "dòng 3", "valuse")
	d.as("quantri2", d.tree.Root.ID, access.Admin)
	page := d.get(at)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.body)
	if version == nil {
		t.Fatal(page.body)
	}
	if a := d.post(at, url.Values{"do": {"approve"}, "version": {version[1]}}); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	d.get("/quy-tac/qd208@2").has(t, "the corrected pack", 200, "48 tháng", "Bản 1")
	d.post("/quy-tac/ngay-nghi", url.Values{"day": {"24/11/2026"}, "work": {"0"}, "name": {"Ngày Văn hóa"}, "source": {"Luật"}})
	d.get("/quy-tac/ngay-nghi?nam=2026").has(t, "a day more", 200, "Luật", "Bỏ")
	local := url.Values{"u": {d.tree.Communes[0].ID.String()}, "kind": {"check"}, "title": {"Học lực khá"}, "step": {"cell_vote"}, "level": {"warn"}, "text": {"Phải có học lực khá."}, "source": {"5-QĐ/ĐU"}, "from": {"1/8/2026"}}
	if a := d.post("/quy-tac/bo-sung", local); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	d.get("/quy-tac/bo-sung?u="+d.tree.Communes[0].ID.String()).has(t, "the addition", 200, "Học lực khá", "Thôi áp dụng")
	d.as("xem", d.tree.Communes[0].ID, access.Viewer)
	d.get("/quy-tac/de-nghi").has(t, "a reader", 403)
	d.post("/quy-tac/bo-sung", local).has(t, "a reader adds", 422, "")
}
