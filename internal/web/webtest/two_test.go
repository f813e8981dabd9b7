package webtest_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// twoWorld is the life world where the gravest acts take two persons, with an administrator and somebody of the committee at the province.
func twoWorld(t *testing.T) (c console, d *demo, admin, committee *tab) {
	t.Helper()
	need(t, chromiumEnv)
	c, d = lifeWorld(t)
	for login, role := range map[string]string{"quantri": "admin", "capuy": "committee"} {
		var made struct{ Password string }
		if err := json.Unmarshal(c.run("user", "add", login, "--name", strings.ToUpper(login), "--role", role, "--unit", lifeProvince, "--json"), &made); err != nil {
			t.Fatal(err)
		}
		d.passwords[login] = made.Password
	}
	admin, committee = d.sit(t, "quantri"), d.sit(t, "capuy")
	admin.visit("/phe-duyet/quy-dinh")
	admin.put("mode", "auto")
	admin.send("asking for two persons")
	return c, d, admin, committee
}

// both looks at a page at both widths.
func (b *tab) both(name string) {
	b.t.Helper()
	b.width(narrow)
	b.inspect(name + "-390")
	b.width(wide)
	b.inspect(name + "-1280")
}

// asks sends the request that the page answered an act with; it returns where the request is.
func (b *tab) asks(name, reason string) string {
	b.t.Helper()
	b.must("the act takes two", "Việc này cần người thứ hai")
	b.complaints() // the browser notes the status
	b.both(name + "-asks")
	b.put("reason", reason)
	b.send("the request")
	return b.path()
}

// approves answers a request that waits for who sits here, found the way they find it; what is not theirs to answer has no button.
func (b *tab) approves(name, act string) {
	b.t.Helper()
	b.visit("/phe-duyet")
	if eval[int](b, `[...document.querySelectorAll('main th a')].filter(a => a.textContent.includes(`+quoted(act)+`) && (a.click(), true)).length`) != 1 {
		b.t.Fatalf("%s finds no request %q", b.login, act)
	}
	b.wait("the request", `document.querySelector('main button[value=approve]') !== null`)
	b.both(name + "-answers")
	b.click("main button[value=approve]")
	b.has("#notices .notice.done")
}

// TestPeriodWalk: a province closes a period after a look at it, a cell is refused in it, and it is opened again by two persons.
func TestPeriodWalk(t *testing.T) {
	_, d, admin, committee := twoWorld(t)
	clerk := d.sit(t, "bithu3")
	admin.visit("/phe-duyet")
	admin.click("nav a[href='/khoa-ky']")
	admin.both("period-none")
	admin.click("main table a[href*='to=']")
	admin.must("the look", "Biến động có hiệu lực trong các ngày sẽ khóa")
	admin.both("period-look")
	until := strings.TrimPrefix(admin.texts("main form[action='/khoa-ky'] .button.main")[0], "Khóa đến hết ngày ")
	admin.click("main form[action='/khoa-ky'] .button.main")
	admin.has("#notices .notice.done")
	admin.must("what is closed", until)

	enters := func() {
		t.Helper()
		clerk.visit("/nguoi/them")
		clerk.put("unit", lifeHamlet, "stage", "proposed", "effective", until, "name", "Lò Thị Hoa", "birth", "12/03/2000", "sex", "Nữ", "ethnic", "1", "religion", "1")
		clerk.click("main form[method=post] .button.main")
	}
	enters()
	clerk.must("the closed day", "Số liệu đến hết ngày "+until+" đã khóa")
	clerk.complaints()

	admin.visit("/khoa-ky")
	admin.put("from", until, "reason", "ghi sót đề nghị của đoàn thanh niên")
	admin.click("form[action='/khoa-ky/mo'] button")
	at := admin.asks("period", "ghi sót đề nghị của đoàn thanh niên")
	if len(admin.texts("main button[value=approve]")) > 0 {
		t.Error("who asks is offered to approve")
	}
	enters()
	clerk.must("the day that waits for the committee", "đã khóa")
	clerk.complaints()
	committee.approves("period", "Mở lại số liệu đã khóa từ ngày "+until)
	admin.visit(at)
	admin.must("the request", "Đã thực hiện", "CAPUY")
	admin.visit("/khoa-ky")
	admin.must("the history", "Mở lại kỳ", "CAPUY", "QUANTRI", "ghi sót đề nghị của đoàn thanh niên")
	admin.both("period-history")
	enters()
	if !strings.HasPrefix(clerk.path(), "/nguoi/") || clerk.path() == "/nguoi/them" {
		t.Errorf("the opened day is refused at %s: %v", clerk.path(), clerk.texts("[role=alert]"))
	}
	for _, b := range []*tab{admin, committee, clerk} {
		for _, said := range b.complaints() {
			t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
}
