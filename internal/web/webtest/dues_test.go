package webtest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestDueWalk: what is overdue goes up, the committee lets a cell off with a paper and a reason and takes that back, a calendar has an
// address that ends at once when it is dropped, and a digest by mail is asked for and ended.
func TestDueWalk(t *testing.T) {
	t.Setenv("KETNAP_SMTP", "smtp://127.0.0.1:9?from=nhac-viec@xa.gov.vn") // switched on; nothing is sent in this walk
	need(t, chromiumEnv)
	c, d := lifeWorld(t)
	var made struct{ Password string }
	if err := json.Unmarshal(c.run("user", "add", "capuy", "--name", "Thường trực xã Hai", "--role", "committee", "--unit", lifeCommune, "--json"), &made); err != nil {
		t.Fatal(err)
	}
	d.passwords["capuy"] = made.Password
	e := &exits{t: t, c: c, cell: d.sit(t, "bithu3"), over: d.sit(t, "xahai")}
	l := e.upto("Vi Thị Hạn", "new_course")
	committee := d.sit(t, "capuy")
	e.school = committee // its browser is listened to as well
	home := committee.home()
	late := "/viec?the=qua-han&u=" + home

	e.cell.visit("/viec?the=qua-han")
	if n := len(e.cell.texts("main input[name=chon]")); n != 0 {
		t.Error("the cell can let itself off")
	}
	committee.visit("/viec?the=chuyen-tren&u=" + home)
	if rows := strings.Join(committee.texts("tbody tr"), " "); !strings.Contains(rows, l.name) || !strings.Contains(rows, "đã báo lên") {
		t.Errorf("what went up: %q", rows)
	}
	committee.visit(late)
	before := len(committee.texts("tbody tr"))
	pick := func() {
		eval[bool](committee, `([...document.querySelectorAll('tbody tr')].find(r => r.textContent.includes('`+l.name+`')).querySelector('[name=chon]').checked = true)`)
	}
	pick()
	committee.click("form[action='/viec/mien'] .button:not(.small)")
	committee.put("reason", "ốm", "no", "12-CV/ĐU", "dated", "20/11/2026")
	committee.click("main form[method=post] .button.main")
	if wrong := committee.texts(".wrong-text"); len(wrong) != 1 {
		t.Errorf("a word for a reason: %v", wrong)
	}
	committee.complaints()
	committee.shot("waive")
	committee.put("reason", "Đang điều trị dài ngày tại bệnh viện tỉnh")
	committee.click("main form[method=post] .button.main")
	committee.says("Đã miễn 1 việc")
	if n := len(committee.texts("tbody tr")); n != before-1 {
		t.Errorf("%d overdue, were %d", n, before)
	}
	done := "/viec?the=xong&u=" + home
	committee.visit(done)
	why := []string{"Được miễn", "Đang điều trị dài ngày tại bệnh viện tỉnh", "12-CV/ĐU", "20/11/2026", "người ghi: Thường trực xã Hai", "29/11/2026"}
	committee.must("what is done", why...)
	committee.inspect("waived-1280")
	committee.width(narrow)
	committee.inspect("waived-390")
	committee.width(wide)
	l.reads(e.cell, l.person+"/ho-so", why)
	e.cell.inspect("waived-dossier-1280")
	e.cell.click(".langs a[lang=en]")
	e.cell.must("the waiver in English", "Waived by Thường trực xã Hai", "Reason: Đang điều trị dài ngày")
	e.cell.click(".langs a[lang=vi]")
	pick()
	committee.fill("form[action='/viec/mien/bo'] [name=reason]", "nhầm")
	committee.click("form[action='/viec/mien/bo'] .button.danger")
	if said := committee.texts("#notices .notice.fail"); len(said) != 1 {
		t.Errorf("taken back with a word: %v", said)
	}
	pick()
	committee.fill("form[action='/viec/mien/bo'] [name=reason]", "Đã ra viện, sinh hoạt bình thường")
	committee.click("form[action='/viec/mien/bo'] .button.danger")
	committee.says("Đã bỏ miễn 1 việc")
	l.reads(e.cell, l.person+"/ho-so", append(why[1:], "Bỏ miễn lúc", "Đã ra viện, sinh hoạt bình thường"))
	if said := strings.Join(e.cell.texts("#han"), " "); strings.Contains(said, "Được miễn") {
		t.Errorf("taken back, and still waived: %s", said)
	}
	committee.visit(late)
	if n := len(committee.texts("tbody tr")); n != before {
		t.Errorf("taken back, and %d overdue, were %d", n, before)
	}

	committee.visit("/hom-nay?u=" + home)
	committee.click("form[action='/hom-nay/lich'] button")
	address := strings.TrimPrefix(committee.texts("#feed ~ p code")[0], d.url)
	calendar := eval[string](committee, `fetch('`+address+`', {credentials: 'omit'}).then(r => r.text())`)
	if !strings.HasPrefix(calendar, "BEGIN:VCALENDAR") || !strings.Contains(calendar, "Chi bộ thôn Ba") && !strings.Contains(calendar, "xã Hai") {
		t.Errorf("the calendar: %.400s", calendar)
	}
	for _, never := range []string{l.name, "Vi Th", "038301", "2001", l.id()} {
		if strings.Contains(calendar, never) {
			t.Errorf("the calendar says %q", never)
		}
	}
	committee.visit("/hom-nay?u=" + home)
	committee.click("form[action='/hom-nay/lich/huy'] button")
	if s := committee.status(address); s != http.StatusNotFound {
		t.Errorf("dropped, the address answers %d", s)
	}
	if s := committee.status("/lich/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.ics"); s != http.StatusNotFound {
		t.Errorf("an unknown address answers %d", s)
	}
	committee.complaints()

	committee.visit("/hom-nay?u=" + home)
	committee.fill("form[action='/hom-nay/thu'] [name=address]", "canbo@xa")
	committee.choose("form[action='/hom-nay/thu'] [name=every]", "day")
	eval[bool](committee, `(document.querySelector("form[action='/hom-nay/thu']").noValidate = true, document.querySelector("form[action='/hom-nay/thu'] [name=address]").value = 'canbo xa', true)`)
	committee.click("form[action='/hom-nay/thu'] button")
	if wrong := committee.texts("form[action='/hom-nay/thu'] .wrong-text"); len(wrong) != 1 {
		t.Errorf("no address: %v", committee.texts("main"))
	}
	committee.complaints()
	for _, every := range []string{"day", ""} {
		committee.visit("/hom-nay?u=" + home)
		eval[bool](committee, `(document.querySelector("form[action='/hom-nay/thu'] [name=address]").value = 'canbo@xa.gov.vn', true)`)
		committee.choose("form[action='/hom-nay/thu'] [name=every]", every)
		committee.click("form[action='/hom-nay/thu'] button")
		committee.says("Đã lưu")
		if got := eval[string](committee, `document.querySelector("form[action='/hom-nay/thu'] [name=every]").value`); got != every {
			t.Errorf("asked for %q, kept %q", every, got)
		}
	}
	e.end()
}
