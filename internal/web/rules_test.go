package web

import (
	"net/url"
	"regexp"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/dossiers"
	"ketnap/internal/rules"
)

func newRulesDesk(t *testing.T) *registry {
	d := newRegistry(t)
	d.app.Rules, d.app.Dossiers = rules.New(d.st), dossiers.New(d.st)
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
	form := url.Values{"do": {"value"}, "key": {"qd208@1 values/certificate.months"}, "value": {"48"}, "doc": {"hd01_2026"}, "clause": {"5"}, "sure": {"sure"}, "since": {"19/5/2026"}, "note": {"đọc toàn văn"}}
	a := d.post("/quy-tac/de-nghi", form)
	at := a.head.Get("Location")
	if a.status != 303 || at == "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	d.get(at).has(t, "its author looks", 200, "48 tháng", "không tự duyệt được")
	d.post(at, url.Values{"do": {"approve"}, "version": {"1"}}).has(t, "its author approves", 422, "không tự duyệt được")
	form.Set("value", "nhiều")
	d.post("/quy-tac/de-nghi", form).has(t, "no number", 422, "số nguyên lớn hơn 0")
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

// TestLocalByChoosing: a committee adds by choosing; the condition is written for it, a preview stores nothing, what would
// loosen the regulation is refused in words, and what is confirmed by hand cannot refuse.
func TestLocalByChoosing(t *testing.T) {
	d := newRulesDesk(t)
	d.as("capuy", d.tree.Communes[0].ID, access.Committee)
	unit := d.tree.Communes[0].ID.String()
	page := "/quy-tac/bo-sung?u=" + unit
	ask := func(need string, more ...string) url.Values {
		form := url.Values{"u": {unit}, "need": {need}, "step": {"cell_vote"}, "source": {"5-QĐ/ĐU"}, "from": {"1/8/2026"}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	d.get(page).has(t, "what can be added", 200, "Xếp loại học tập từ … trở lên", "Tiếp tục")
	d.get(page+"&need=school").has(t, "the form of one kind", 200, "Học vấn ít nhất", "trung học phổ thông", "Học sinh", "Nâng cao: tự viết điều kiện", "Xem trước")
	for _, x := range []struct {
		form url.Values
		says string
	}{
		{ask("age", "number", "16"), "Quy định cho từ 18 đến 60 tuổi"},
		{ask("age_max", "number", "70"), "Quy định cho từ 18 đến 60 tuổi"},
		{ask("age", "number", "hai mươi"), "Quy định cho từ 18 đến 60 tuổi"},
		{ask("school", "school", "2"), "Quy định đã đòi hỏi từ trung học cơ sở"},
		{ask("cert", "number", "600"), "Ghi số tháng từ 1 đến 60"},
		{ask("paper", "paper", "khong-co"), "Chọn một mục trong danh sách"},
		{ask("opinion", "body", "ai đó"), "Chọn một mục trong danh sách"},
		{ask("grade"), "Chọn một mục trong danh sách"},
		{ask("grade", "rank", "fair", "level", "refuse"), "không hồ sơ nào đi tiếp được"},
		{ask("youth", "must", "person.grade > 3"), "Điều kiện không hiểu được"},
	} {
		for _, do := range []string{"xem", "ghi"} {
			x.form.Set("do", do)
			d.post("/quy-tac/bo-sung", x.form).has(t, x.form.Encode(), 422, x.says)
		}
	}
	for _, x := range []struct {
		form        url.Values
		title, when string
	}{
		{ask("grade", "rank", "fair", "who_13", "1", "who_12", "1"), "Xếp loại học tập từ khá trở lên (sinh viên, học sinh)", "person.occupation in [12, 13]"},
		{ask("age", "number", "20"), "Đủ 20 tuổi trở lên", "months_between(person.birth, on) >= 20 * 12"},
		{ask("school", "school", "4", "level", "refuse", "who_hard", "1"), "Học vấn từ trung học phổ thông trở lên", "person.schooling >= 4"},
		{ask("paper", "paper", "application"), "Phải có: ", "\"application\" in papers"},
		{ask("opinion", "body", "front"), "Có ý kiến của Mặt trận Tổ quốc", "opinions_of.exists"},
		{ask("pool", "number", "6"), "Đã ở trong nguồn ít nhất 6 tháng", "months_between(dates.adopt, on) >= 6"},
		{ask("cert", "number", "3"), "Giấy chứng nhận còn giá trị ít nhất 3 tháng", "months_between(on, cert.expires) >= 3"},
		{ask("youth"), "Là đoàn viên Đoàn Thanh niên", "person.youth"},
		{ask("union"), "Là đoàn viên công đoàn", "person.union"},
		{ask("age_max", "number", "35"), "Không quá 35 tuổi", "<= 35 * 12"},
		{ask("conduct", "rank", "good"), "Hạnh kiểm, rèn luyện từ tốt (giỏi) trở lên", ""},
		{ask("hand", "title", "Đã khám sức khỏe", "text", "Xem giấy khám."), "Đã khám sức khỏe", ""},
		{ask("addpaper", "title", "Học bạ"), "Học bạ", ""},
	} {
		before := d.get(page).body
		x.form.Set("do", "xem")
		d.post("/quy-tac/bo-sung", x.form).has(t, "preview of "+x.title, 200, x.title, "hồ sơ đang mở", "Chưa ghi gì", x.when)
		if d.get(page).body != before {
			t.Errorf("the preview of %q stored something", x.title)
		}
		x.form.Set("do", "ghi")
		if a := d.post("/quy-tac/bo-sung", x.form); a.status != 303 {
			t.Errorf("%s: %d", x.title, a.status)
		}
		d.get(page).has(t, "the list", 200, x.title)
	}
}
