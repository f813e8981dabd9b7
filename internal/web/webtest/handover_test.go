package webtest_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestHandOverWalks hands people over between a school and a commune in browsers: accepted, refused with a reason, withdrawn, and laid on
// the desk above because nobody knows who shall take them. Whoever it is stays at the same stage.
func TestHandOverWalks(t *testing.T) {
	e := newExits(t)
	e.school = e.cell.d.sit(t, "bithu12")
	for _, w := range []struct {
		name, upto, stage, paper string
	}{
		{"in the pool", "adopt", "Nguồn kết nạp", "53"}, {"certified", "certify", "Đã học lớp nhận thức về Đảng", "53"}, {"with a dossier", "opinions", "Đang làm hồ sơ", "92"}, {"on probation", "ceremony", "Đảng viên dự bị", "94"},
	} {
		t.Run(w.name, func(t *testing.T) {
			e.on(t)
			e.accepted(w.upto, w.stage, w.paper)
		})
	}
	for _, w := range []struct {
		name string
		walk func(*exits)
	}{{"refused", (*exits).offerRefused}, {"withdrawn", (*exits).offerWithdrawn}, {"nobody knows", (*exits).unplaced}} {
		t.Run(w.name, func(t *testing.T) {
			e.on(t)
			w.walk(e)
		})
	}
	e.on(t)
	e.end()
}

// offer gives somebody of the hamlet to the school, or to whoever is found; it returns the address of the offer.
func (l *life) offer(b *tab, pairs ...string) string {
	l.t.Helper()
	b.visit(l.person)
	b.click("main .page-head a[href^='/ban-giao/moi']")
	b.put(append([]string{"reason", "school", "on", "01/11/2026"}, pairs...)...)
	b.send("the offer")
	return b.path()
}

// accepted: offered to the school with a note, taken by its cell at the same stage; the hamlet does not see the person any more.
func (e *exits) accepted(upto, stage, paper string) {
	l := e.upto("Lý Thị "+stage, upto)
	before := l.state(e.cell)
	offer := l.offer(e.cell, "to", lifeClass12, "note", "Đề nghị tiếp tục bồi dưỡng", "no_"+paper, "8-CV/ĐU", "dated_"+paper, "01/11/2026")
	e.cell.visit(l.person)
	e.cell.shot("handover-" + upto)
	e.school.visit("/ban-giao")
	if rows := strings.Join(e.school.texts("tbody tr"), " "); !strings.Contains(rows, l.name) || !strings.Contains(rows, "28 ngày") {
		e.t.Errorf("the desk of the school: %q", rows)
	}
	if s := e.school.status(l.person); s != http.StatusNotFound {
		e.t.Errorf("before it is taken the record opens: %d", s)
	}
	e.school.complaints()
	e.school.visit(offer)
	e.school.shot("handover-offer-" + upto)
	for _, want := range []string{stage, "8-CV/ĐU 01/11/2026", "Đề nghị tiếp tục bồi dưỡng", "Chi bộ thôn Ba"} {
		e.school.says(want)
	}
	e.school.put("on", "01/10/2026")
	e.school.click("main form[method=post] .button.main")
	if said := strings.Join(e.school.texts(".wrong-text"), " "); !strings.Contains(said, "trước ngày giao 01/11/2026") {
		e.t.Errorf("taken before it was offered: %q", said)
	}
	e.school.complaints()
	e.school.put("on", "15/11/2026")
	e.school.send("the acceptance")
	if got := l.state(e.school); got != before {
		e.t.Errorf("handed over at %q, taken at %q", before, got)
	}
	if s := e.cell.status(l.person); s != http.StatusNotFound {
		e.t.Errorf("the hamlet still opens the record: %d", s)
	}
	e.cell.complaints()
	e.cell.visit("/ban-giao?xem=xong")
	if rows := strings.Join(e.cell.texts("tbody tr"), " "); !strings.Contains(rows, l.name) {
		e.t.Errorf("what is done does not name it: %q", rows)
	}
}

// offerRefused: the school says no with a reason; the hamlet reads it and keeps the person, and may offer again.
func (e *exits) offerRefused() {
	l := e.upto("Lý Thị Trả", "certify")
	before := l.state(e.cell)
	offer := l.offer(e.cell, "to", lifeClass12)
	e.school.visit(offer)
	refuse := "form[action$='tu-choi']"
	e.school.unfold(refuse)
	e.school.fill(refuse+" textarea", " ")
	e.school.click(refuse + " button")
	if wrong := e.school.texts("details[open] " + refuse + " .wrong-text"); len(wrong) != 1 {
		e.t.Errorf("a refusal without a reason is not marked where it is typed: %v", wrong)
	}
	e.school.complaints()
	e.school.fill(refuse+" textarea", "Người này không học ở trường, đề nghị xác minh lại")
	e.school.click(refuse + " button")
	e.school.says("Đã trả lời không nhận")
	e.cell.visit(offer)
	e.cell.says("không học ở trường")
	if got := l.state(e.cell); got != before {
		e.t.Errorf("offered at %q, given back at %q", before, got)
	}
	e.school.visit("/ban-giao")
	if rows := strings.Join(e.school.texts("tbody tr"), " "); strings.Contains(rows, l.name) {
		e.t.Errorf("refused, and still on the desk: %q", rows)
	}
	if again := l.offer(e.cell, "to", lifeCommune); again == offer {
		e.t.Error("it is not offered again")
	}
}

// offerWithdrawn: the hamlet takes its offer back while the school has its page open; the school is told.
func (e *exits) offerWithdrawn() {
	l := e.upto("Lý Thị Rút", "adopt")
	offer := l.offer(e.cell, "to", lifeClass12)
	e.school.visit(offer)
	e.cell.visit(offer)
	withdraw := "form[action$='rut']"
	e.cell.unfold(withdraw)
	e.cell.fill(withdraw+" textarea", " ")
	e.cell.click(withdraw + " button")
	if wrong := e.cell.texts("details[open] " + withdraw + " .wrong-text"); len(wrong) != 1 {
		e.t.Errorf("withdrawn without a reason, marked where it is typed: %v", wrong)
	}
	e.cell.complaints()
	e.cell.shot("handover-withdraw")
	e.cell.fill(withdraw+" textarea", "Người này đã đổi ý, ở lại địa phương")
	e.cell.click(withdraw + " button")
	e.cell.says("Đã rút")
	e.school.put("on", "15/11/2026")
	e.school.click("main form[method=post] .button.main")
	if said := strings.Join(e.school.texts("[role=alert]"), " "); !strings.Contains(said, "đã có trả lời: Đã rút") {
		e.t.Errorf("the school is told %q", said)
	}
	e.school.complaints()
	l.stands(e.cell, "nguồn", nil, []string{"Chi bộ thôn Ba"})
}

// unplaced: nobody knows where; it lies on the desk of the commune with the days it waits, which finds a unit, or passes it up.
func (e *exits) unplaced() {
	l := e.upto("Lý Thị Xa", "adopt")
	offer := l.offer(e.cell, "place", "Đi làm ở khu công nghiệp, chưa rõ nơi ở")
	e.over.visit("/ban-giao")
	rows := strings.Join(e.over.texts("tbody tr"), " ")
	for _, want := range []string{l.name, "Chưa rõ nơi nhận", "28 ngày"} {
		if !strings.Contains(rows, want) {
			e.t.Errorf("the desk of the commune does not say %q: %q", want, rows)
		}
	}
	e.over.visit(offer)
	e.over.shot("handover-unplaced")
	if n := len(e.over.texts("form[action$='chuyen-len']")); n != 1 {
		e.t.Error("it cannot be passed up")
	}
	e.over.width(narrow)
	e.over.shot("handover-unplaced-390")
	e.over.width(wide)
	e.cell.visit("/ban-giao?xem=di")
	e.cell.shot("handover-out")
	if rows := strings.Join(e.cell.texts("tbody tr"), " "); !strings.Contains(rows, l.name) || !strings.Contains(rows, "28 ngày") {
		e.t.Errorf("what the hamlet waits for: %q", rows)
	}
	depart := "form[action$='/di']"
	e.cell.visit(offer)
	e.cell.unfold(depart)
	e.cell.fill(depart+" [name=on]", "01/12/2026")
	e.cell.click(depart + " button")
	if wrong := e.cell.texts("details[open] " + depart + " .wrong-text"); len(wrong) != 1 {
		e.t.Errorf("gone on a day to come, marked where it is typed: %v", wrong)
	}
	e.cell.complaints()
}

// unfold opens the details around an element, as a click on their title does.
func (b *tab) unfold(selector string) {
	b.t.Helper()
	eval[bool](b, `(document.querySelector("`+selector+`").closest('details').querySelector('summary').click(), true)`)
}
