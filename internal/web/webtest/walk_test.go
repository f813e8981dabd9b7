package webtest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestRealLife is one whole way in browsers: a pupil of grade 12 proposed by the Youth Union in 2023 under 24-QĐ/TW, certified,
// handed over to a commune, a dossier opened under 232 and moved to 294, admitted in August 2025, recognised late in October 2026
// under 208 with the official day at the end of month twelve. Every paper is printed at its step.
func TestRealLife(t *testing.T) {
	need(t, chromiumEnv)
	c, d := lifeWorld(t)
	l := &life{t: t, name: "Lò Thị Hoa", printed: map[string]bool{}}
	school, hamlet, commune := d.sit(t, "bithu12"), d.sit(t, "bithu3"), d.sit(t, "xahai")

	l.proposed(school)
	l.certified(school, d.sit(t, "truong"))
	l.handedOver(school, commune)
	l.applies(hamlet)
	l.moves(hamlet, "qd232@1", "qd294@1")
	l.admitted(hamlet, commune)
	l.moves(hamlet, "qd294@1", "qd208@1")
	l.recognised(hamlet, commune)
	l.standsInTheEnd(c, commune)
	for _, b := range []*tab{school, hamlet, commune} {
		for _, said := range b.complaints() {
			t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
}

// proposed: the Youth Union of the school names her, the cell takes her into the pool and gives her a helper.
func (l *life) proposed(b *tab) {
	l.t.Helper()
	b.visit("/nguoi/them")
	b.put("unit", lifeClass12, "stage", "proposed", "effective", "05/09/2023", "name", l.name, "birth", "12/03/2006", "sex", "Nữ", "ethnic", "1", "religion", "1",
		"occupation", "Học sinh", "schooling", "Trung học cơ sở", "youth", "on", "number", "038206000123")
	b.send("the new record")
	l.person = b.path()
	l.does(b, "propose", "by", "youth", "body", "Đoàn trường THPT Một", "on", "05/09/2023", "reason", "Đoàn viên ưu tú năm học 2022-2023")
	l.does(b, "adopt", "on", "03/10/2023", "no", "12-NQ/CB", "dated", "03/10/2023", "helper", "Nguyễn Văn An")
	l.does(b, "task", "text", "Phụ trách đội thanh niên tình nguyện", "on", "10/10/2023")
	l.does(b, "send", "on", "01/03/2024", "no", "4-NQ/CB")
}

// certified: the office of the school's committee holds the class and issues the certificate.
func (l *life) certified(cell, office *tab) {
	l.t.Helper()
	office.visit("/lop/moi?u=" + office.home())
	office.put("name", "Lớp nhận thức về Đảng K1-2024", "decision_no", "15-QĐ/ĐU", "decision_on", "01/04/2024", "place", "Trung tâm chính trị", "issuer", "Trung tâm chính trị huyện Một",
		"begins", "15/04/2024", "ends", "19/04/2024")
	office.send("the class")
	class := office.path()
	office.click("main a[href$='/moi-hoc']")
	office.put("on", "02/04/2024", "person", "on")
	office.send("the invitation")
	office.visit(class + "?tab=diem-danh")
	office.click("main button[formaction$='/co-mat']")
	office.visit(class)
	office.put("g_"+l.id(), "Giỏi", "n_"+l.id(), "118/GCN")
	office.send("grade and number")
	office.click("main a[href$='/cap']")
	office.put("on", "20/04/2024", "person", "on")
	office.send("the certificate")
	l.prints(cell, "certify")
	cell.visit(l.person + "/ho-so")
	if got := strings.Join(cell.texts(".badge.info"), " "); !strings.Contains(got, "chứng") {
		l.t.Errorf("after the course the dossier stands at %q", got)
	}
}

// handedOver: school is over, the cell offers her to the commune, which takes her into a hamlet's cell.
func (l *life) handedOver(from, to *tab) {
	l.t.Helper()
	from.visit(l.person)
	from.click("main .page-head a[href^='/ban-giao/moi']")
	from.put("reason", "school", "on", "30/08/2024", "to", lifeCommune, "no_53", "3-CN/ĐU", "dated_53", "30/08/2024")
	from.send("the offer")
	to.visit("/ban-giao")
	to.click("tbody th a")
	to.put("unit", lifeHamlet, "on", "01/09/2024")
	to.send("the acceptance")
	l.prints(to, "move")
	if status := from.status(l.person); status != http.StatusNotFound {
		l.t.Errorf("the school still opens her page: %d", status)
	}
	from.complaints() // the browser notes the status
	to.visit(l.person)
	if got := strings.Join(to.texts(".lead"), " "); !strings.Contains(got, "Chi bộ thôn Ba") {
		l.t.Errorf("she stands at %q", got)
	}
}

// applies: the dossier is opened under the regulation of its day.
func (l *life) applies(b *tab) {
	l.t.Helper()
	l.does(b, "help", "helper", "Lê Văn Năm", "on", "15/09/2024", "no", "20-NQ/CB", "dated", "15/09/2024")
	l.does(b, "open", "on", "10/02/2025", "no", "2-NQ/CB", "dated", "10/02/2025", "route", "b")
	b.visit(l.person + "/ho-so")
	if page := strings.Join(b.texts("main"), " "); !strings.Contains(page, "qd232@1") {
		l.t.Error("the dossier is not pinned to qd232@1")
	}
	l.does(b, "cv", "on", "12/02/2025")
	l.does(b, "introduce", "introducer1", "Lê Văn Năm", "since1", "01/01/2020", "body", "Đoàn xã Hai", "no", "7-NQ/ĐTN", "on", "15/02/2025")
	l.does(b, "ask", "relative", "Lò Văn Ba", "relation", "bố", "place", "Đảng ủy xã Tư", "no", "9-CV/ĐU", "on", "01/03/2025")
	l.does(b, "answer", "relative", "bố Lò Văn Ba", "text", "Rõ ràng, chấp hành tốt", "on", "15/03/2025")
	l.insists(b, "verify", "Mới ghi 1 người thân", "text", "Lịch sử chính trị rõ ràng; mẹ mất khi còn nhỏ", "on", "20/03/2025")
	l.does(b, "opinion", "by", "youth", "body", "Đoàn xã Hai", "text", "Nhất trí 100%", "on", "24/03/2025")
	l.does(b, "opinion", "by", "residence", "body", "Chi ủy thôn Ba", "text", "Nhất trí", "on", "25/03/2025")
	l.does(b, "opinions", "text", "Các tổ chức đều nhất trí giới thiệu", "on", "01/04/2025")
}

// moves shows what another pack would change for her, then goes over to it.
func (l *life) moves(b *tab, from, to string) {
	l.t.Helper()
	b.visit(l.person + "/ho-so")
	b.click("main a[href$='/ho-so/goi']")
	b.choose("form.filters [name=to]", to)
	b.click("form.filters button")
	page := strings.Join(b.texts("main"), " ")
	if !strings.Contains(page, from) || len(b.texts("main tbody tr")) == 0 {
		l.t.Errorf("what changes from %s to %s is not shown: %.300s", from, to, page)
	}
	b.visit(l.person + "/ho-so")
	if page := strings.Join(b.texts("main"), " "); strings.Contains(page, to) {
		l.t.Errorf("looking alone moved the dossier to %s", to)
	}
	b.visit(l.person + "/ho-so/goi?to=" + to)
	b.send("the move to " + to)
	if page := strings.Join(b.texts("main"), " "); !strings.Contains(page, to) {
		l.t.Errorf("the dossier is not at %s", to)
	}
}

var sevenOfCell = []string{"officials", "3", "excluded", "0", "summoned", "3", "present", "3", "issued", "3", "valid", "3", "for", "3"}

// ballot is the figures of a vote in which all of n took part and agreed.
func ballot(n string) []string {
	return []string{"officials", n, "excluded", "0", "summoned", n, "present", n, "issued", n, "valid", n, "for", n}
}

// admitted: cell and committee vote, the standing committee decides, the ceremony is held.
func (l *life) admitted(cell, over *tab) {
	l.t.Helper()
	l.does(cell, "cell_vote", append([]string{"on", "10/07/2025", "no", "5-NQ/CB", "dated", "10/07/2025"}, sevenOfCell...)...)
	cell.visit(l.person + "/ho-so")
	if len(cell.texts("main a[href$='step=committee_vote']")) != 0 {
		l.t.Error("the cell is offered the step of the committee")
	}
	l.does(over, "committee_vote", append([]string{"on", "20/07/2025", "no", "7-NQ/ĐU", "dated", "20/07/2025"}, ballot("15")...)...)
	l.does(over, "decide", append([]string{"on", "05/08/2025", "no", "45-QĐ/ĐU"}, ballot("7")...)...)
	l.does(cell, "receive", "on", "08/08/2025")
	l.does(cell, "ceremony", "on", "19/08/2025", "place", "Nhà văn hóa thôn Ba", "helper", "Lê Văn Năm")
	l.does(cell, "own_cv", "on", "01/09/2025")
	l.does(cell, "new_course", "no", "9/GCN", "issuer", "Trung tâm chính trị", "on", "10/03/2026", "grade", "Khá")
}

// recognised: late, in October 2026.
func (l *life) recognised(cell, over *tab) {
	l.t.Helper()
	l.does(cell, "self_review", "on", "20/08/2026", "text", "Hoàn thành tốt nhiệm vụ")
	l.does(cell, "helper_remark", "on", "20/08/2026", "text", "Xứng đáng")
	l.does(cell, "later_opinions", "on", "25/08/2026", "text", "Nhất trí")
	l.does(cell, "cell_recognise", append([]string{"on", "28/09/2026", "no", "21-NQ/CB", "dated", "28/09/2026"}, sevenOfCell...)...)
	l.does(over, "committee_agree", append([]string{"on", "05/10/2026", "no", "22-NQ/ĐU", "dated", "05/10/2026"}, ballot("15")...)...)
	l.does(over, "recognise", append([]string{"on", "20/10/2026", "no", "99-QĐ/ĐU"}, ballot("7")...)...)
	l.does(over, "card", "no", "099000000123", "on", "01/11/2026")
}

// standsInTheEnd: both dates, the whole set, the ledger, and the figures that lead to her.
func (l *life) standsInTheEnd(c console, b *tab) {
	l.t.Helper()
	b.visit(l.person)
	page := strings.Join(b.texts("main"), " ")
	for _, want := range []string{"19/08/2025", "05/08/2025", "19/08/2026", "Đảng viên chính thức"} {
		if !strings.Contains(page, want) {
			l.t.Errorf("her page does not say %q", want)
		}
	}
	b.inspect("life-person-1280")
	b.visit(l.person + "/bieu-mau")
	if n := l.unpack(b.download(`main button[value=zip], main form:has([value=zip]) button`)); n < 20 || n != len(l.printed) {
		l.t.Errorf("the archive has %d papers, %d were printed: %v", n, len(l.printed), l.printed)
	}
	var v struct {
		Found, People int
	}
	if err := json.Unmarshal(c.run("verify", "--json"), &v); err != nil || v.Found != 0 || v.People != 7 {
		l.t.Errorf("verify: %+v, %v", v, err)
	}
	for _, year := range []string{"2025", "2026"} {
		b.visit("/don-vi/" + b.home() + "?nam=" + year)
		found := false
		for _, href := range eval[[]string](b, `[...document.querySelectorAll('main a[href^="/bien-dong?"], main a[href^="/nguoi?"]')].filter(a => /^[1-9]$/.test(a.textContent.trim())).map(a => a.getAttribute('href'))`) {
			b.visit(href)
			found = found || strings.Contains(strings.Join(b.texts("tbody th a"), ","), l.name)
		}
		if !found {
			l.t.Errorf("no figure of the pilot page of %s leads to her", year)
		}
	}
}

func (l *life) id() string { return strings.TrimPrefix(l.person, "/nguoi/") }

// home is the unit of the one who sits there, from the page they come to first.
func (b *tab) home() string {
	b.t.Helper()
	b.visit("/don-vi")
	id, _, _ := strings.Cut(strings.TrimPrefix(b.path(), "/don-vi/"), "?")
	return id
}

// status asks for an address with the cookies of the tab.
func (b *tab) status(path string) int {
	b.t.Helper()
	return eval[int](b, `fetch('`+path+`').then(r => r.status)`)
}
