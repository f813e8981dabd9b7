package webtest_test

import (
	"strings"
	"testing"
)

// TestPoolReviewFlow is the yearly review of the pool by hand: everybody unreviewed is tried first, one is taken out with a reason, which
// the history says in words; the lists and what is due follow, the same form sent twice records once, and the person may be proposed anew.
func TestPoolReviewFlow(t *testing.T) {
	b := ownDemo(t).sit(t, "canbo")
	b.visit("/nguon?xem=unviewed")
	b.inspect("pool-review-1280")
	who := strings.TrimPrefix(eval[string](b, `document.querySelector('main select[name^=k_]').name`), "k_")
	name := eval[string](b, `document.querySelector('main tbody tr label').innerText.trim()`)
	all := len(b.texts("main tbody tr"))
	person := "/nguoi/" + who + "/ho-so"
	b.visit(person)
	if due := b.texts("main"); !strings.Contains(due[0], "Rà soát") {
		t.Errorf("nothing of the review is due before")
	}
	b.visit("/nguon?xem=unviewed")
	b.put("g_"+who, "Không còn nguyện vọng")
	b.click("button[name=thu]")
	b.complaints() // the browser notes the status
	b.must("a reason for somebody who stays", "đổi “Giữ lại trong nguồn” thành “Đưa ra khỏi nguồn”")
	b.put("k_"+who, "drop", "g_"+who, "Lý do đưa ra")
	b.click("button[name=thu]")
	b.complaints()
	b.must("no reason", "Chọn lý do đưa ra khỏi nguồn")
	b.put("k_"+who, "drop", "g_"+who, "Không còn nguyện vọng", "t_"+who, "đi làm ăn xa")
	b.click("button[name=thu]")
	b.must("the trial", "Áp dụng được")
	b.inspect("pool-tried-1280")
	b.width(narrow)
	b.inspect("pool-tried-390")
	b.width(wide)
	if len(b.texts("main [name=warned]")) > 0 {
		b.put("warned", "chi bộ nhất trí")
	}
	b.put("no", "15-NQ/CB")
	eval[int](b, `[...document.querySelectorAll('main [name=person]')].slice(3).map(c => c.checked = false).length`)
	typed := eval[string](b, `new URLSearchParams(new FormData(document.querySelector('main form[method=post]'))).toString()`)
	b.click("main form[method=post] .button.main")
	b.must("the list afterwards", "người")
	if left := len(b.texts("main tbody tr")); left != all-3 {
		b.shot("pool-left")
		t.Errorf("%d of %d are left to be reviewed", left, all)
	}
	// the same form once more, as an impatient second click sends it
	eval[int](b, `fetch('/nguon', {method: 'POST', headers: {'Content-Type': 'application/x-www-form-urlencoded'}, body: `+quoted(typed)+`}).then(r => r.status)`)
	b.complaints()
	b.visit("/nguon?xem=unviewed")
	if left := len(b.texts("main tbody tr")); left != all-3 {
		t.Errorf("sent twice, %d of %d are left", left, all)
	}
	b.visit("/nguon")
	if said := strings.Join(b.texts("main tbody th"), "\n"); strings.Contains(said, name+"\n") {
		t.Errorf("%s is still in the pool", name)
	}
	b.visit("/ho-so?state=dropped")
	b.must("the board", name)
	b.visit(person)
	b.must("the history", "Không còn nguyện vọng: đi làm ăn xa")
	said := strings.Join(b.texts("main"), " ")
	if strings.Contains(said, "own_wish") || strings.Contains(said, "Rà soát nguồn hằng năm: quá hạn") {
		t.Errorf("the dossier of who was taken out says %.400s", said)
	}
	b.inspect("pool-dropped-1280")

	b.visit(person + "/ghi?step=propose") // proposed anew
	b.put("by", "youth", "body", "Chi đoàn", "on", eval[string](b, `new Intl.DateTimeFormat('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'}).format(new Date())`), "reason", "Đã trở về địa phương, tiếp tục phấn đấu")
	if len(b.texts("main form [name=unit]")) > 0 {
		b.put("unit", b.home())
	}
	b.click("main form[method=post] .button.main")
	b.complaints()
	b.shot("pool-again-1280")
	b.visit("/nguon?xem=proposed")
	b.must("the proposals", name)
}
