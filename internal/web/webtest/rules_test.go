package webtest_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestRuleCorrection: two administrators correct one number of a pack on its page, without YAML. Its author cannot approve it; the other
// one first refuses it, then approves it; the pages, the simulator and the commands follow, and a broken pack changes nothing.
func TestRuleCorrection(t *testing.T) {
	need(t, chromiumEnv)
	c, d := lifeWorld(t)
	for _, login := range []string{"qt1", "qt2"} {
		var made struct{ Password string }
		if err := json.Unmarshal(c.run("user", "add", login, "--name", "Quản trị "+login, "--role", "admin", "--unit", lifeProvince, "--json"), &made); err != nil {
			t.Fatal(err)
		}
		d.passwords[login] = made.Password
	}
	one, two := d.sit(t, "qt1"), d.sit(t, "qt2")
	propose := func(days, note string) string {
		one.visit("/quy-tac/qd208@1")
		one.click("#t-clocks ~ * a[href*='clocks%2Fdecide&'], a[href$='clocks%2Fdecide']")
		if got := eval[string](one, `document.querySelector('main form [name=value]').value`); got != "60" {
			t.Errorf("the form begins with %q", got)
		}
		one.shot("rule-correct")
		one.put("value", days, "clause", "5.2", "sure", "sure", "note", note)
		one.send("the proposal")
		return one.path()
	}

	at := propose("45", "Đọc toàn văn hướng dẫn")
	page := strings.Join(one.texts("main"), " ")
	for _, want := range []string{"60 ngày làm việc", "45 ngày làm việc", "không tự duyệt được"} {
		if !strings.Contains(page, want) {
			t.Errorf("the proposal does not say %q: %.900s", want, page)
		}
	}
	one.shot("rule-proposal")
	if n := len(one.texts("main button[value=approve]")); n != 0 {
		t.Error("its author is offered to approve it")
	}
	if status := one.again(at + "?do=approve&version=1"); status < 400 {
		t.Errorf("its author approves it: %d", status)
	}
	one.complaints()

	two.visit("/quy-tac/de-nghi")
	two.click("tbody th a")
	two.click("main button[value=reject]")
	if wrong := two.texts(".wrong-text"); len(wrong) != 1 {
		t.Errorf("refused without a reason: %v", wrong)
	}
	two.complaints()
	two.put("note", "Văn bản ghi 50 ngày, đề nghị xem lại")
	two.click("main button[value=reject]")
	one.visit(at)
	one.says("đề nghị xem lại")
	one.visit("/quy-tac/qd208@1")
	one.says("60 ngày làm việc")

	at = propose("50", "Sửa theo góp ý")
	two.visit(at)
	two.click("main button[value=approve]")
	two.visit("/quy-tac")
	two.click("main a[href='/quy-tac/qd208@2']")
	two.says("50 ngày làm việc")
	two.says("Bản 1")
	two.shot("rule-second")
	two.visit("/quy-tac/so-sanh?tu=qd208@1&den=qd208@2")
	two.says("50 ngày làm việc")
	two.visit("/quy-tac/so-sanh?tu=qd294@1&den=qd208@2")
	two.says("50 ngày làm việc")
	two.width(narrow)
	two.inspect("rule-diff-390")
	two.width(wide)
	two.visit("/quy-tac/thu?on=1/11/2026&step=cell_vote")
	two.says("qd208@2")
	said, err := c.command("rules", "diff", "qd208@1", "qd208@2").Output() // it ends with 1: they differ
	if !strings.Contains(string(said), "50") || err == nil {
		t.Errorf("ketnap rules diff: %v %s", err, said)
	}
	if said := string(c.run("rules", "check")); strings.Contains(said, "dòng") {
		t.Errorf("ketnap rules check: %s", said)
	}

	one.visit("/quy-tac/de-nghi")
	eval[bool](one, `(f => { f.querySelector('[name=text]').value = 'schema: 1\nid: qd208\nextends: qd208@2\nclocks:\n  decide: {so_ngay: 40, doc: qd208, sure: sure, since: "2026-07-26"}\n'; f.querySelector('[name=note]').value = 'thử'; return true })(document.querySelector('main form:has([name=text])'))`)
	one.click("main form:has([name=text]) .button.main")
	if said := strings.Join(one.texts("[role=alert], .wrong-text"), " "); !strings.Contains(said, "dòng 5") || !strings.Contains(said, "so_ngay") {
		t.Errorf("a broken pack says %q", said)
	}
	one.complaints()
	one.visit("/quy-tac/qd208@2")
	one.says("50 ngày làm việc")
	if n := len(one.texts("a[href*='sua=']")); n < 20 {
		t.Errorf("%d numbers of the newest version can be corrected on its page", n)
	}
	one.visit("/quy-tac/qd208@1")
	if n := len(one.texts("a[href*='sua=']")); n != 0 {
		t.Errorf("%d numbers of an old version can be corrected on its page", n)
	}
	for _, b := range []*tab{one, two} {
		for _, said := range b.complaints() {
			t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
}
