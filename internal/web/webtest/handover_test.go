package webtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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

// TestHandOverUpWalks hands people over whose new place nobody knows, in a tree with a committee between cell and commune: passed up once
// and found a unit that takes them, passed up to the top and refused there, and gone to another province.
func TestHandOverUpWalks(t *testing.T) {
	e := newExits(t)
	const section, hamlet = "99002000000100", "99002000000101"
	for _, u := range [][]string{{section, lifeCommune, "section", "Đảng bộ bộ phận Khe Sâu", "2"}, {hamlet, section, "cell", "Chi bộ bản Tư", "1"}} {
		e.c.run("unit", "found", "--kind", u[2], "--name", u[3], "--code", u[0], "--parent", u[1], "--sector", u[4], "--date", "01/01/2010", "--decision", "1-QĐ")
	}
	for login, at := range map[string][2]string{"bantu": {hamlet, "Bí thư chi bộ bản Tư"}, "khesau": {section, "Bí thư bộ phận Khe Sâu"}, "tinh": {lifeProvince, "Ban Tổ chức tỉnh A"}} {
		var made struct{ Password string }
		if err := json.Unmarshal(e.c.run("user", "add", login, "--name", at[1], "--role", "clerk", "--unit", at[0], "--json"), &made); err != nil {
			t.Fatal(err)
		}
		e.cell.d.passwords[login] = made.Password
	}
	sheet := sheetFile(t, "members.csv", "STT,Họ và tên,Ngày sinh,Giới tính,Tổ chức sinh hoạt,Ngày vào Đảng,Ngày chính thức,Số định danh cá nhân\n"+
		"1,Mùa Văn Tám,1/1/1980,Nam,"+hamlet+",03/02/2010,03/02/2011,038080000008\n")
	e.c.run("import", "--kind=members", "--unit="+lifeProvince, "--as-of", "01/01/2020", "--incomplete", sheet)
	u := &upWalk{exits: e, section: e.cell.d.sit(t, "khesau"), province: e.cell.d.sit(t, "tinh"), hamlet: e.cell, probationer: e.upto("Lý Thị Dự", "ceremony")}
	e.school, e.cell = e.cell.d.sit(t, "truong"), e.cell.d.sit(t, "bantu")
	for _, w := range []struct {
		name string
		walk func(*upWalk)
	}{{"passed up and taken", (*upWalk).taken}, {"to the top and refused", (*upWalk).toTheTop}, {"gone to another province", (*upWalk).gone}} {
		t.Run(w.name, func(t *testing.T) {
			e.on(t)
			u.section.t, u.province.t = t, t
			w.walk(u)
		})
	}
	e.on(t)
	u.section.t, u.province.t = t, t
	for _, b := range []*tab{u.section, u.province} {
		for _, said := range b.complaints() {
			t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
	e.end()
}

// upWalk is the world of hand-overs that go up.
type upWalk struct {
	*exits
	section, province, hamlet *tab
	probationer               *life
}

// pupil is somebody in the pool of the cell below the section, offered to whoever is found.
func (u *upWalk) pupil(name string) (l *life, offer string) {
	u.t.Helper()
	u.n++
	l = &life{t: u.t, name: name, printed: map[string]bool{}}
	l.person = u.cell.unseen("/nguoi/them", "unit", "99002000000101", "stage", "proposed", "effective", "05/01/2024", "name", name, "birth", "12/03/2001", "sex", "Nữ", "ethnic", "1",
		"religion", "1", "occupation", "Nông", "schooling", "Trung học phổ thông", "youth", "on", "number", fmt.Sprintf("0383010020%02d", u.n))
	for _, s := range way[:2] {
		pairs := append([]string(nil), s.pairs...)
		if s.step == "adopt" {
			pairs[len(pairs)-1] = "Mùa Văn Tám"
		}
		u.cell.unseen(l.person+"/ho-so/ghi?step="+s.step, pairs...)
	}
	return l, l.offer(u.cell, "place", "Khu công nghiệp, chưa rõ nơi ở")
}

// waits says whether somebody waits on a desk, with the days they have; who waits there is also among the work of the day.
func (u *upWalk) waits(b *tab, l *life, want bool) {
	u.t.Helper()
	lists := []string{"/ban-giao"}
	if want {
		lists = append(lists, "/hom-nay")
	}
	for _, list := range lists {
		b.visit(list)
		said := strings.Join(b.texts("main tbody tr, main li"), "\n")
		if got := strings.Contains(said, l.name) && strings.Contains(said, "28 ngày"); got != want {
			u.t.Errorf("%s waits on the desk of %s at %s: %v\n%.600s", l.name, b.login, list, got, said)
		}
	}
}

// up passes an offer up, and once more as a page does that was opened before, which moves nothing and says where it is now.
func (u *upWalk) up(b *tab, offer, now string) {
	u.t.Helper()
	b.visit(offer)
	desk := eval[string](b, `document.querySelector('[name=desk]').value`)
	b.click("form[action$='chuyen-len'] button")
	b.says("Đã chuyển lên cấp trên")
	for _, old := range []string{offer + "/chuyen-len", offer + "/phan"} {
		if said := b.told(old, "desk", desk); said != "409 Chưa ghi gì: bàn giao này đã được chuyển tiếp, nay chờ "+now+"." {
			u.t.Errorf("%s with the page of before: %q", old, said)
		}
	}
}

// told sends a form and returns the status and what is told of it.
func (b *tab) told(path string, pairs ...string) string {
	b.t.Helper()
	data := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		data.Add(pairs[i], pairs[i+1])
	}
	said := eval[string](b, `fetch('`+path+`', {method: 'POST', body: new URLSearchParams('`+data.Encode()+`')}).then(r => r.text().then(t =>
		r.status + ' ' + [...new DOMParser().parseFromString(t, 'text/html').querySelectorAll('[role=alert]')].map(x => x.textContent.trim()).join(' ')))`)
	b.complaints() // the browser notes the status
	return said
}

// taken: the section does not know the place, nor the commune; the province gives it to the school, which takes the pupil at the same stage.
func (u *upWalk) taken() {
	l, offer := u.pupil("Lý Thị Lên")
	before := l.state(u.cell)
	u.waits(u.section, l, true)
	u.up(u.section, offer, "Đảng bộ xã Hai")
	u.waits(u.section, l, false)
	u.waits(u.over, l, true)
	u.up(u.over, offer, "Đảng bộ tỉnh A")
	u.waits(u.over, l, false)
	u.waits(u.province, l, true)
	u.province.visit(offer)
	u.province.inspect("handover-top-1280")
	if n := len(u.province.texts("form[action$='chuyen-len']")); n != 0 {
		u.t.Error("it can be passed up beyond the province")
	}
	u.province.put("unit", "Đảng bộ trường THPT Một")
	u.province.send("the place")
	u.waits(u.school, l, true)
	u.school.visit(offer)
	u.school.put("unit", "Chi bộ khối 12", "on", "20/11/2026")
	u.school.send("the acceptance")
	u.waits(u.school, l, false)
	if got := l.state(u.school); got != before {
		u.t.Errorf("handed over at %q, taken at %q", before, got)
	}
	u.school.must("where the person stands", "Chi bộ khối 12")
	u.school.visit("/viec?the=con-mo&viec=handover")
	if rows := strings.Join(u.school.texts("tbody tr"), " "); strings.Contains(rows, l.name) {
		u.t.Errorf("taken, and still to be taken: %q", rows)
	}
	for _, b := range []*tab{u.cell, u.section, u.over} {
		b.visit("/ban-giao?xem=xong")
		if rows := strings.Join(b.texts("tbody tr"), " "); !strings.Contains(rows, l.name) || !strings.Contains(rows, "Đã nhận") {
			u.t.Errorf("%s is not told who took %s: %q", b.login, l.name, rows)
		}
		if s := b.status(l.person); s != http.StatusNotFound {
			u.t.Errorf("%s still opens the record: %d", b.login, s)
		}
		b.complaints()
	}
}

// toTheTop: nobody finds a place; the province says no with a reason, and the cell keeps the pupil.
func (u *upWalk) toTheTop() {
	l, offer := u.pupil("Lý Thị Đỉnh")
	u.up(u.section, offer, "Đảng bộ xã Hai")
	u.up(u.over, offer, "Đảng bộ tỉnh A")
	u.province.visit(offer)
	desk := eval[string](u.province, `document.querySelector('[name=desk]').value`)
	if said := u.province.told(offer+"/chuyen-len", "desk", desk); !strings.HasPrefix(said, "409 Không còn cấp trên trong hệ thống") {
		u.t.Errorf("above the top: %q", said)
	}
	refuse := "form[action$='tu-choi']"
	u.province.unfold(refuse)
	u.province.fill(refuse+" textarea", "Không xác định được nơi đến, đề nghị chi bộ xác minh")
	u.province.click(refuse + " button")
	u.province.says("Đã trả lời không nhận")
	u.cell.visit(offer)
	u.cell.must("the answer", "Không xác định được nơi đến")
	l.stands(u.cell, "nguồn", nil, []string{"Chi bộ bản Tư"})
	u.waits(u.province, l, false)
	if again := l.offer(u.cell, "place", "Tỉnh B"); again == offer {
		u.t.Error("it is not offered again")
	}
}

// gone: a pupil in the pool and a probationer go to another province; the ledger lets them go, and nothing is due of them any more.
func (u *upWalk) gone() {
	pupil, offer := u.pupil("Lý Thị Đi")
	u.leaves(u.cell, pupil, offer, "Nguồn kết nạp")
	u.probationer.t, u.hamlet.t = u.t, u.t
	u.leaves(u.hamlet, u.probationer, u.probationer.offer(u.hamlet, "place", "Tỉnh B"), "Đảng viên dự bị")
}

func (u *upWalk) leaves(b *tab, l *life, offer, stage string) {
	u.t.Helper()
	depart := "form[action$='/di']"
	b.visit(offer)
	b.unfold(depart)
	b.fill(depart+" [name=on]", "31/10/2026")
	b.fill(depart+" [name=no]", "5-GT")
	b.click(depart + " button")
	if wrong := strings.Join(b.texts("details[open] "+depart+" .wrong-text"), " "); !strings.Contains(wrong, "trước ngày giao 01/11/2026") {
		u.t.Errorf("gone before it was offered: %q", wrong)
	}
	b.complaints() // the browser notes the status
	b.fill(depart+" [name=on]", "20/11/2026")
	b.click(depart + " button")
	b.says("Đã ghi chuyển ra ngoài tỉnh")
	if said := strings.Join(b.texts("main dd"), "\n"); strings.Contains(said, "chờ") {
		u.t.Errorf("gone, and yet somebody is waited for: %s", said)
	}
	b.inspect("handover-gone-1280")
	u.waits(u.section, l, false)
	l.stands(b, "Chuyển ra ngoài tỉnh", nil, []string{"Chuyển đi tỉnh khác", stage + " → Ngoài hệ thống", "Quyết định 5-GT"})
	b.visit("/ban-giao?xem=xong")
	if rows := strings.Join(b.texts("tbody tr"), "\n"); !strings.Contains(rows, l.name) || !strings.Contains(rows, "Đã ra ngoài tỉnh") {
		u.t.Errorf("what is done does not name it: %q", rows)
	}
	b.visit("/viec?the=con-mo")
	if rows := strings.Join(b.texts("tbody tr"), " "); strings.Contains(rows, l.name) {
		u.t.Errorf("gone, and still due: %q", rows)
	}
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
