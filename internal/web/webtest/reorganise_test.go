package webtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ketnap/internal/day"
)

// TestReorganiseFlow gives two cells of a section their life in the browser: founded, one renamed, both merged into a third, that one
// moved and ended. Each is shown before it is recorded.
func TestReorganiseFlow(t *testing.T) {
	b := open(t, "quantri")
	b.width(wide)
	at, today := placed(t, "/to-chuc/{section}"), day.FromTime(time.Now().In(day.Vietnam)).VN()
	paper := func(no string) {
		t.Helper()
		b.fill("#f-decision", no)
		b.fill("#f-date", today)
	}
	record := func(says string) {
		t.Helper()
		b.click("button[value=xem]")
		b.has("button[value=ghi]")
		if said := strings.Join(b.texts(".lead"), " "); !strings.Contains(said, says) {
			t.Errorf("the preview says %q, want %q", said, says)
		}
		b.click("button[value=ghi]")
		b.has(".notice.done")
	}
	for _, name := range []string{"Chi bộ thử Một", "Chi bộ thử Hai"} {
		b.visit(at)
		b.click(".page-head ~ .actions a[href$='/sap-xep']")
		b.click("a[href$='viec=found']")
		b.fill("#f-name", name)
		paper("1-QĐ/ĐU")
		record("thành lập " + name)
	}
	b.click("a[href$='/sap-xep']")
	b.fill("#f-name", "Chi bộ thử Ba")
	eval[bool](b, `(document.querySelector('#f-decision').removeAttribute('required'), true)`)
	b.fill("#f-date", today)
	b.click("button[value=xem]")
	b.has("#f-decision-error")
	b.complaints() // the browser itself notes the status
	b.inspect("reorganise-wrong-1280")
	paper("2-QĐ/ĐU")
	record("Chi bộ thử Hai đổi tên thành Chi bộ thử Ba")

	tick := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if !eval[bool](b, `(() => { const l = [...document.querySelectorAll('.choices label')].find(l => l.textContent.includes('`+name+`')); l?.click(); return !!l })()`) {
				t.Fatalf("%s is not offered", name)
			}
		}
	}
	b.visit(placed(t, "/to-chuc/{commune}/sap-xep?viec=merge"))
	tick("Đảng bộ khu dân cư 1", "Đảng bộ khu dân cư 2")
	b.fill("#f-name", "Đảng bộ khu dân cư Đông")
	paper("3-QĐ/ĐU")
	b.click("button[value=xem]")
	for _, w := range []int64{wide, narrow} {
		b.width(w)
		b.inspect(fmt.Sprintf("reorganise-sections-%d", w))
	}
	b.width(wide) // only looked at

	b.visit(at + "/sap-xep?viec=merge")
	tick("Chi bộ thử Một", "Chi bộ thử Ba")
	b.fill("#f-name", "Chi bộ thử Bốn")
	paper("3-QĐ/ĐU")
	b.click("button[value=xem]")
	b.inspect("reorganise-shown-1280")
	b.width(narrow)
	b.inspect("reorganise-shown-390")
	b.width(wide)
	b.click("button[value=sua]")
	if n := eval[int](b, `document.querySelectorAll('.choices input:checked').length`); n != 2 {
		t.Errorf("back at the form %d units are ticked", n)
	}
	record("2 tổ chức kết thúc hoạt động, hợp nhất thành Chi bộ thử Bốn (mới)")

	b.click("a[href$='/sap-xep']")
	b.click("a[href$='viec=dissolve']")
	paper("4-QĐ/ĐU")
	b.do(chromedp.KeyEvent("\r"))
	b.has("button[value=ghi]")
	b.inspect("reorganise-end-1280")
	b.click("button[value=ghi]")
	b.has(".badge.bad")
}
