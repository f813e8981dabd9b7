package webtest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFirstStart is an installation that begins with nothing: the first administrator is interrupted before a passkey is set up and gets
// in again by the link of the next start, is led from the empty page of the country to the organisation of a province, and finds below it
// what comes next.
func TestFirstStart(t *testing.T) {
	startBrowser(t)
	db := filepath.Join(t.TempDir(), "a.db")
	if out, err := program(t, db, "migrate").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	url, link, stop := started(t, db)
	b := blank(t, &demo{url: url})
	b.visit(strings.TrimPrefix(link, url))
	b.fill("[name=login]", "sep")
	b.fill("[name=name]", "Nguyễn Thị Sếp")
	b.click(`form[action="/moi"] button`)
	stop() // with the tab goes the session

	url, link, _ = started(t, db)
	b = blank(t, &demo{url: url})
	b.authenticator()
	b.visit(strings.TrimPrefix(link, url))
	if asked := b.texts("[name=login]"); len(asked) != 0 {
		t.Fatal("the link makes another account")
	}
	b.click(`form[action="/moi"] button`)
	b.do(chromedp.SendKeys(chromedp.CSS(`form[data-make="1"] [name=name]`), "Máy văn phòng"))
	b.click(`form[data-make="1"] button`)

	b.visit("/")
	both := func(name string) {
		t.Helper()
		for at, width := range map[string]int64{"-1280": wide, "-390": narrow} {
			b.width(width)
			b.inspect(name + at)
		}
		b.width(wide)
	}
	both("first-home")
	b.click(`main ol a[href="/to-chuc/0/sap-xep"]`)
	b.fill("#f-name", "Đảng bộ tỉnh Thanh Hóa")
	b.fill("#f-decision", "1-QĐ/TW")
	b.fill("#f-date", "01/07/2025")
	eval[bool](b, `document.querySelector('main form').noValidate = true`)
	b.click("button[value=xem]") // without a province
	if wrong := strings.Join(b.texts(".wrong-text"), " "); !strings.Contains(wrong, "chọn tỉnh, thành phố") {
		t.Errorf("without a province: %q", wrong)
	}
	b.complaints() // of the refusal
	both("first-province")
	b.choose("#f-location", "38")
	b.click("button[value=xem]")
	both("first-province-shown")
	b.click("button[value=ghi]")
	b.has(".notice.done")
	if p := b.path(); !strings.HasPrefix(p, "/to-chuc/") {
		t.Errorf("recorded, and led to %s", p)
	}
	b.click(`main a[href^="/don-vi/"]`)
	both("first-province-home")
	b.click(`main ol a[href^="/nhap?kind=units"]`)
	if kind, unit := eval[string](b, `document.querySelector('[name=kind]').value`), eval[string](b, `document.querySelector('main form [name=u]').value`); kind != "units" || unit == "" {
		t.Errorf("the import begins with %q into %q", kind, unit)
	}
}
