package web

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// newcomer is the form of a new person as a browser sends it.
func newcomer(u org.Unit, name, number string) url.Values {
	return url.Values{"u": {u.ID.String()}, "name": {name}, "sex": {"2"}, "birth": {"17/5/1998"}, "ethnic": {"1"}, "religion": {"1"}, "occupation": {"5"},
		"stage": {"pool"}, "effective": {"3-3-2026"}, "number": {number}, "home": {"Xã Đông Tiến, Thanh Hóa"}, "key": {name + number}}
}

func TestPersonNew(t *testing.T) {
	d := newRegistry(t)
	cell := d.tree.Cells[0][0]
	d.get("/nguoi/them?u="+cell.ID.String()).has(t, "the form", 200, "Đang chọn: Chi bộ thôn 1.", `name="number"`)
	d.get("/nguoi/them?u="+d.tree.Cells[1][0].ID.String()).has(t, "the form of another commune", 404)

	bad := newcomer(cell, "An", "12")
	bad.Set("birth", "31/02/1998")
	p := d.post("/nguoi/them", bad)
	p.has(t, "three wrong fields", 422, "Không có ngày", `value="31/02/1998"`, `value="An"`)
	bad.Set("birth", "1998")
	d.post("/nguoi/them", bad).has(t, "two wrong fields", 422, "Nhập đủ họ và tên", "đúng 12 chữ số")

	form := newcomer(cell, "Lê Thị Hòa", "038 098 000 123")
	made := d.post("/nguoi/them", form)
	if made.status != 303 || !strings.HasPrefix(made.to, "/nguoi/") {
		t.Fatalf("%d to %q: %.300s", made.status, made.to, made.body)
	}
	if again := d.post("/nguoi/them", form); again.to != made.to {
		t.Errorf("a second click leads to %q, the first to %q", again.to, made.to)
	}
	page := d.get(made.to)
	page.has(t, "the page", 200, "Lê Thị Hòa", "Nguồn kết nạp", "•••••••••123", "Đưa vào nguồn", "03/03/2026", "Người canbo", "Thêm hồ sơ", "Cấp giấy chứng nhận")
	page.lacks(t, "the page", "038098000123", "Đông Tiến, Thanh Hóa")

	form.Set("key", "other")
	form.Del("number")
	twin := d.post("/nguoi/them", form)
	twin.has(t, "a twin", 422, "Đã có người cùng họ tên và ngày sinh", `href="`+made.to+`"`, `name="confirmed"`)
	form.Set("confirmed", "1")
	if a := d.post("/nguoi/them", form); a.status != 303 {
		t.Errorf("confirmed: %d", a.status)
	}
	taken := newcomer(cell, "Vũ Văn Nam", "038098000123")
	d.post("/nguoi/them", taken).has(t, "a number that is taken", 422, "Số này đã có ở hồ sơ của Lê Thị Hòa, Chi bộ thôn 1.", `<a href="`+made.to+`">Mở hồ sơ đó`)
	d.as("xakhac", d.tree.Communes[1].ID, access.Clerk)
	taken.Set("u", d.tree.Cells[1][0].ID.String())
	hidden := d.post("/nguoi/them", taken)
	hidden.has(t, "a number somebody unseen has", 422, "Số định danh này đã có ở một hồ sơ khác.")
	hidden.lacks(t, "a number somebody unseen has", "Lê Thị Hòa", made.to)
	d.get(made.to).has(t, "a page of another commune", 404)
	d.as("xem", d.tree.Root.ID, access.Viewer)
	d.get("/nguoi/them?u="+cell.ID.String()).has(t, "a viewer", 403)
	viewed := d.get(made.to)
	viewed.has(t, "a viewer on the page", 200, "•••••••••123")
	viewed.lacks(t, "a viewer on the page", "Sửa thông tin</a>", "/hien", "Bước tiếp theo", "Nhật ký hồ sơ")
}

func TestPickUnit(t *testing.T) {
	d := newRegistry(t)
	form := newcomer(org.Unit{}, "Lê Thị Hòa", "")
	form.Set("u", "")
	d.post("/nguoi/them", form).has(t, "no unit", 422, "Chọn tổ chức của người này")
	form.Set("unit", "khong co")
	d.post("/nguoi/them", form).has(t, "no such unit", 422, "Không có tổ chức nào khớp với “khong co”")
	form.Set("unit", "chi bo thon")
	many := d.post("/nguoi/them", form)
	many.has(t, "several units", 422, "Có nhiều tổ chức khớp", `name="pick"`, "Chi bộ thôn 1 (", "Chi bộ thôn 2 (")
	if n := strings.Count(many.body, `name="pick"`); n != 2 {
		t.Errorf("%d units offered", n)
	}
	form.Set("pick", d.tree.Cells[0][1].ID.String())
	form.Set("asked", "chi bo thon")
	made := d.post("/nguoi/them", form)
	d.get(made.to).has(t, "picked", 200, "Chi bộ thôn 2")
	form = newcomer(org.Unit{}, "Vũ Văn Nam", "")
	form.Set("u", "")
	form.Set("unit", "CHI BỘ THÔN 1")
	d.get(d.post("/nguoi/them", form).to).has(t, "named exactly", 200, "Chi bộ thôn 1")
}

func TestPersonEdit(t *testing.T) {
	d := newRegistry(t)
	at := d.post("/nguoi/them", newcomer(d.tree.Cells[0][0], "Lê Thị Hòa", "038098000123")).to
	form := d.get(at + "/sua")
	form.has(t, "the form", 200, `value="Lê Thị Hòa"`, `value="17/05/1998"`, "Đang lưu: •••••••••123", "Xóa giá trị đang lưu")
	form.lacks(t, "the form", "038098000123", "Đông Tiến")
	in := newcomer(d.tree.Cells[0][0], "Lê Thị Hòa", "")
	for name, v := range form.hidden() {
		in[name] = v
	}
	in.Set("occupation", "10")
	in.Set("effective", "1/6/2026")
	in.Set("pool_on", "3/3/2026")
	in.Set("note", "<b>ghi chú</b>")
	in.Set("home", "")
	in["clear"] = []string{"home"}
	if a := d.post(at+"/sua", in); a.status != 303 || a.to != at {
		t.Fatalf("%d to %q: %.200s", a.status, a.to, a.body)
	}
	page := d.get(at)
	page.has(t, "after the edit", 200, "Điều chỉnh thông tin", "01/06/2026", "Nghề nghiệp: Viên chức sự nghiệp công lập → Nông, lâm, ngư nghiệp",
		"Sửa thông tin", "Nghề nghiệp, Ghi chú, Quê quán", "•••••••••123")
	page.lacks(t, "after the edit", "Quê quán</dt>")
	if raw := string(d.raw(at)); strings.Contains(raw, "<b>ghi chú") {
		t.Error("a note became markup")
	}
	in.Set("key", "another")
	stale := d.post(at+"/sua", in)
	stale.has(t, "changed by somebody else", 409, "Người khác vừa sửa", `href="`+at+`/sua">Mở bản mới nhất`, `name="version" value="1"`)
	in.Set("version", "x")
	d.post(at+"/sua", in).has(t, "no version", 409)
	d.as("xem", d.tree.Root.ID, access.Viewer)
	d.get(at+"/sua").has(t, "a viewer", 403)
	d.post(at+"/sua", in).has(t, "a viewer posts", 403)
}

func TestReveal(t *testing.T) {
	d := newRegistry(t)
	at := d.post("/nguoi/them", newcomer(d.tree.Cells[0][0], "Lê Thị Hòa", "038098000123")).to
	d.post(at+"/hien", url.Values{"field": {"number"}, "reason": {"x"}}).has(t, "no reason", 422, "Nêu lý do xem", `value="x"`)
	shown := d.post(at+"/hien", url.Values{"field": {"number"}, "reason": {"đối chiếu hồ sơ giấy"}})
	shown.has(t, "shown", 200, "<b>038098000123</b>", "Xem thông tin được bảo vệ", "Số định danh cá nhân. Lý do: đối chiếu hồ sơ giấy")
	if c := shown.head.Get("Cache-Control"); c != "no-store" {
		t.Errorf("Cache-Control %q", c)
	}
	d.get(at).lacks(t, "the next visit", "038098000123")
	d.post(at+"/hien", url.Values{"field": {"nonsense"}, "reason": {"đối chiếu hồ sơ giấy"}}).has(t, "no such field", 404)
	d.as("xem", d.tree.Root.ID, access.Viewer)
	d.post(at+"/hien", url.Values{"field": {"number"}, "reason": {"đối chiếu hồ sơ giấy"}}).has(t, "a viewer", 403)
}

func TestMovementForm(t *testing.T) {
	d := newRegistry(t)
	p := d.enrol("Lê Thị Hòa", ledger.Dossier)
	at := "/nguoi/" + p.ID.String()
	form := d.get(at + "/bien-dong?cause=admit")
	form.has(t, "the form", 200, "Kết nạp: Lê Thị Hòa", "Ngày tổ chức lễ kết nạp", "Hiện nay: Đang làm hồ sơ, Chi bộ thôn 1")
	d.get(at+"/bien-dong?cause=recognise").has(t, "a cause that does not fit", 409, "đang ở bước “Đang làm hồ sơ”")
	d.get(at+"/bien-dong?cause=zzz").has(t, "no such cause", 409)
	in := form.hidden()
	in.Set("effective", "30/02/2026")
	d.post(at+"/bien-dong", in).has(t, "no such day", 422, `value="30/02/2026"`, "Không có ngày")
	in.Set("effective", "19/05/2030")
	d.post(at+"/bien-dong", in).has(t, "a day to come", 422, "chưa tới")
	in.Set("effective", "19/05/2026")
	in.Set("decision", "45-QĐ/ĐU")
	in.Set("decided_on", "10/5/2026")
	for range 2 { // a double click
		if a := d.post(at+"/bien-dong", in); a.status != 303 || a.to != at {
			t.Fatalf("%d to %q: %.300s", a.status, a.to, a.body)
		}
	}
	page := d.get(at)
	page.has(t, "admitted", 200, "Đảng viên dự bị", "45-QĐ/ĐU ngày 10/05/2026", "Hết thời gian dự bị ngày 19/05/2027", "Ngày tính tuổi đảng", "Công nhận chính thức")
	if n := strings.Count(page.body, "<strong>Kết nạp</strong>"); n != 1 {
		t.Errorf("admitted %d times", n)
	}
	in.Set("key", "third")
	d.post(at+"/bien-dong", in).has(t, "an old form", 409)

	undo := regexp.MustCompile(`name="movement" value="([a-z0-9]+)"`).FindStringSubmatch(page.body)
	d.post(at+"/hoan-tac", url.Values{"movement": {undo[1]}, "reason": {""}, "key": {"u0"}}).has(t, "no reason", 422, "Nêu lý do hoàn tác")
	if a := d.post(at+"/hoan-tac", url.Values{"movement": {undo[1]}, "reason": {"ghi nhầm người"}, "key": {"u1"}}); a.status != 303 {
		t.Fatalf("undo: %d %.200s", a.status, a.body)
	}
	d.get(at).has(t, "undone", 200, "Hoàn tác: Kết nạp", "Kết nạp (đã hoàn tác)", "Lý do: ghi nhầm người", "Đang làm hồ sơ")
	d.post(at+"/hoan-tac", url.Values{"movement": {undo[1]}, "reason": {"ghi nhầm người"}, "key": {"u2"}}).has(t, "undone already", 409, "Chỉ hoàn tác được việc ghi gần nhất")
}

func TestTransfer(t *testing.T) {
	d := newRegistry(t)
	p := d.enrol("Lê Thị Hòa", ledger.Official)
	at := "/nguoi/" + p.ID.String()
	in := d.get(at + "/bien-dong?cause=transfer").hidden()
	in.Set("effective", "1/6/2026")
	d.post(at+"/bien-dong", in).has(t, "nowhere", 422, "Chọn tổ chức chuyển đến")
	in.Set("unit", "chi bo thon")
	many := d.post(at+"/bien-dong", in)
	many.has(t, "several", 422, `name="pick"`)
	in = many.hidden()
	in.Set("effective", "1/6/2026")
	in.Set("unit", "chi bo thon")
	in.Set("pick", d.tree.Cells[0][1].ID.String())
	if a := d.post(at+"/bien-dong", in); a.status != 303 {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	d.get(at).has(t, "moved", 200, "Chi bộ thôn 1 · Đảng viên chính thức → Chi bộ thôn 2 · Đảng viên chính thức")
	d.get("/bien-dong?cause=transfer").has(t, "not counted in the commune", 200, "Không có biến động nào khớp")
	d.get("/bien-dong?u="+d.tree.Cells[0][1].ID.String()).has(t, "counted in the cell", 200, "1 biến động", "Chi bộ thôn 1 → Chi bộ thôn 2")
}

func TestMovesPage(t *testing.T) {
	d := newRegistry(t)
	p := d.enrol("Lê Thị Hòa", ledger.Dossier)
	at := "/nguoi/" + p.ID.String()
	in := d.get(at + "/bien-dong?cause=admit").hidden()
	in.Set("effective", "19/05/2026")
	d.post(at+"/bien-dong", in)
	d.get("/bien-dong?cause=admit&dir=in&from=2026-01-01&to=2026-12-31").has(t, "admissions", 200, "1 biến động", "Hồ sơ → Dự bị", "Lê Thị Hòa")
	d.get("/bien-dong?cause=admit,readmit,recognise").has(t, "causes the form does not offer together", 200, `<option value="admit,readmit,recognise" selected>`)
	d.get("/bien-dong?slice=female&cause=admit").has(t, "women", 200, "1 biến động")
	d.get("/bien-dong?from=2026-06-01").has(t, "later", 200, "Không có biến động nào khớp")
	d.get("/bien-dong?from=31/02/2026").has(t, "no such day", 422)
	d.get("/bien-dong?from=2026-06-01&to=2026-01-01").has(t, "the wrong way round", 422, "Ngày cuối phải từ ngày đầu trở đi")
	d.get("/bien-dong?after=zz").has(t, "a broken cursor", 422)
	d.get("/bien-dong?u="+d.tree.Root.ID.String()).has(t, "the province", 404)

	if err := d.st.Update(context.Background(), storetest.Entry(38), func(tx *store.Tx) error { return tx.ClosePeriod(38, day.Of(2026, 6, 30)) }); err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`name="movement" value="([a-z0-9]+)"`).FindStringSubmatch(d.get(at).body)
	if a := d.post(at+"/hoan-tac", url.Values{"movement": {m[1]}, "reason": {"hủy quyết định"}, "key": {"k"}}); a.status != 303 {
		t.Fatalf("undo: %d", a.status)
	}
	d.get("/bien-dong?cause=admit&from=2026-01-01&to=2026-06-30").has(t, "the closed period", 200, "1 biến động", "Đã hoàn tác vào ngày 01/07/2026, sau kỳ này")
	d.get("/bien-dong?cause=admit&from=2026-07-01").has(t, "the open period", 200, "-1 biến động = 0 dòng cộng, trừ 1 dòng", "<b>−1</b>", "Hoàn tác việc ngày 19/05/2026, thuộc kỳ trước")
	d.get("/bien-dong?cause=admit").has(t, "both", 200, "Không có biến động nào khớp")
	rows := sheetRows(t, d.raw("/bien-dong/xlsx?cause=admit&from=2026-07-01"))
	if len(rows) != 2 || rows[1][0] != "Lê Thị Hòa" || rows[1][6] != "-1" {
		t.Errorf("sheet %q", rows)
	}
	d.get("/bien-dong/xlsx?from=31/02/2026").has(t, "a sheet of no day", 422)
}

// TestPeopleAddresses: whatever stands in an address, the program answers with a page and never with a failure.
func TestPeopleAddresses(t *testing.T) {
	d := newRegistry(t)
	p := d.enrol("Lê Thị Hòa", ledger.Official)
	odd := []string{"", "0", "-1", "zzz", "'; DROP TABLE person;--", "<script>alert(1)</script>", "%00", "\x00", strings.Repeat("a", 5000), "9223372036854775807", "ÿ", "NaN", "official,official,,zz", p.ID.String()}
	for _, list := range []string{"/nguoi", "/bien-dong"} {
		for _, name := range []string{"u", "stage", "slice", "q", "sex", "at", "n", "after", "row", "way", "cols", "cause", "dir", "from", "to", "lang"} {
			for _, v := range odd {
				a := d.get(list + "?" + url.Values{name: {v}}.Encode())
				if a.status >= 500 {
					t.Errorf("%s %s=%.30q: %d", list, name, v, a.status)
				}
				if strings.Contains(a.raw, "<script>alert") {
					t.Errorf("%s %s: markup", list, name)
				}
			}
		}
	}
	for _, path := range []string{"/nguoi/zz", "/nguoi/0", "/nguoi/" + id.ID(1<<40).String(), "/nguoi/zz/sua", "/nguoi/zz/bien-dong?cause=admit", "/nguoi/" + d.tree.Root.ID.String()} {
		d.get(path).has(t, path, 404)
	}
	d.post("/nguoi/zz/hien", url.Values{"field": {"number"}, "reason": {"đối chiếu"}}).has(t, "reveal nobody", 404)
	d.post("/nguoi/zz/hoan-tac", url.Values{"movement": {"zz"}, "reason": {"nhầm lẫn"}}).has(t, "undo nothing", 404)
}
