package webtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// exits is the world of the walks out of the way and back on it: the cell of a hamlet and the committee of its commune, each at a
// browser of their own. Whoever walks is brought to where it begins through the same forms, unseen; the exit itself is done by hand.
type exits struct {
	t          *testing.T
	c          console
	cell, over *tab
	school     *tab // who receives, in the walks of hand-overs
	n          int
}

// on goes on in another test.
func (e *exits) on(t *testing.T) {
	e.t, e.cell.t, e.over.t = t, t, t
	if e.school != nil {
		e.school.t = t
	}
}

func newExits(t *testing.T) *exits {
	t.Helper()
	need(t, chromiumEnv)
	c, d := lifeWorld(t)
	return &exits{t: t, c: c, cell: d.sit(t, "bithu3"), over: d.sit(t, "xahai")}
}

// unseen sends the form of an address as the page has it, filled in, and says where it led; every warning is gone past.
func (b *tab) unseen(path string, pairs ...string) string {
	b.t.Helper()
	list, err := json.Marshal(pairs)
	if err != nil {
		b.t.Fatal(err)
	}
	to := eval[string](b, `(async (path, pairs) => {
		let res = await fetch(path), tries = 0;
		for (;;) {
			const page = new DOMParser().parseFromString(await res.text(), 'text/html'), form = page.querySelector('main form.form[method=post]');
			if (!form) return 'no form: ' + res.status + ' ' + page.querySelector('main')?.textContent.slice(0, 400);
			const wrong = [...form.querySelectorAll('.wrong-text'), ...page.querySelectorAll('[role=alert]')].map(x => x.textContent.trim());
			const warned = [...form.querySelectorAll('[name=accept]')];
			if (tries == 2 || tries == 1 && warned.length == 0) return 'refused: ' + wrong.join(' / ') + [...page.querySelectorAll('.finding')].map(x => x.textContent);
			const data = new URLSearchParams(new FormData(form));
			for (let i = 0; i + 1 < pairs.length; i += 2) {
				const el = form.querySelector('[name="' + pairs[i] + '"]:not([type=hidden])');
				if (!el) return 'no field ' + pairs[i];
				let v = pairs[i + 1];
				if (el.tagName == 'SELECT') {
					const o = [...el.options].find(o => o.text.startsWith(v) || o.value == v);
					if (!o) return pairs[i] + ' has no choice ' + v;
					v = o.value;
				}
				if (el.type == 'checkbox') v = el.value;
				data.set(pairs[i], v);
			}
			data.delete('accept');
			warned.forEach(w => data.append('accept', w.value));
			if (warned.length && data.has('text')) data.set('text', data.get('text') || 'đã cân nhắc, cấp ủy đồng ý');
			data.set('do', 'save');
			res = await fetch(form.getAttribute('action'), {method: 'POST', body: data});
			tries++;
			if (res.redirected && res.ok) return new URL(res.url).pathname;
		}
	})('`+path+`', `+string(list)+`)`)
	b.complaints() // of what was warned of on the way
	if !strings.HasPrefix(to, "/") {
		b.t.Fatalf("%s at %s: %s", b.login, path, to)
	}
	return to
}

// way are the steps of somebody in the hamlet, each with its day and who records it.
var way = []struct {
	step  string
	upper bool
	pairs []string
}{
	{"propose", false, []string{"by", "youth", "body", "Đoàn xã Hai", "on", "05/01/2024", "reason", "Đoàn viên ưu tú"}},
	{"adopt", false, []string{"on", "03/02/2024", "no", "1-NQ/CB", "dated", "03/02/2024", "helper", "Lê Văn Năm"}},
	{"send", true, []string{"on", "01/03/2024"}},
	{"certify", true, []string{"on", "20/04/2024", "no", "%d/GCN", "issuer", "Trung tâm chính trị"}},
	{"open", false, []string{"on", "02/09/2024", "no", "2-NQ/CB", "dated", "02/09/2024", "route", "b"}},
	{"cv", false, []string{"on", "10/09/2024"}},
	{"introduce", false, []string{"introducer1", "Lê Văn Năm", "since1", "01/01/2020", "body", "Đoàn xã Hai", "no", "7-NQ/ĐTN", "on", "12/09/2024"}},
	{"verify", false, []string{"text", "Lịch sử chính trị rõ ràng", "on", "01/11/2024"}},
	{"opinion", false, []string{"by", "youth", "body", "Đoàn xã Hai", "text", "Nhất trí", "on", "04/11/2024"}},
	{"opinions", false, []string{"text", "Các tổ chức nhất trí", "on", "05/11/2024"}},
	{"cell_vote", false, append([]string{"on", "03/02/2025", "no", "5-NQ/CB", "dated", "03/02/2025"}, sevenOfCell...)},
	{"committee_vote", true, append([]string{"on", "20/02/2025", "no", "7-NQ/ĐU", "dated", "20/02/2025"}, ballot("15")...)},
	{"decide", true, append([]string{"on", "19/03/2025", "no", "45-QĐ/ĐU"}, ballot("7")...)},
	{"receive", false, []string{"on", "25/03/2025"}},
	{"ceremony", false, []string{"on", "02/04/2025", "place", "Nhà văn hóa", "helper", "Lê Văn Năm"}},
	{"own_cv", false, []string{"on", "20/04/2025"}},
	{"new_course", false, []string{"no", "%d/GCN-M", "issuer", "Trung tâm chính trị", "on", "01/09/2025", "grade", "Khá"}},
	{"self_review", false, []string{"on", "03/04/2026", "text", "Hoàn thành nhiệm vụ"}},
	{"helper_remark", false, []string{"on", "03/04/2026", "text", "Xứng đáng"}},
	{"later_opinions", false, []string{"on", "04/04/2026", "text", "Nhất trí"}},
	{"cell_recognise", false, append([]string{"on", "20/04/2026", "no", "21-NQ/CB", "dated", "20/04/2026"}, sevenOfCell...)},
}

// upto brings somebody new to where a step is done.
func (e *exits) upto(name, last string) *life {
	e.t.Helper()
	e.n++
	l := &life{t: e.t, name: name, printed: map[string]bool{}}
	l.person = e.cell.unseen("/nguoi/them", "unit", lifeHamlet, "stage", "proposed", "effective", "05/01/2024", "name", name, "birth", "12/03/2001", "sex", "Nữ", "ethnic", "1",
		"religion", "1", "occupation", "Nông", "schooling", "Trung học phổ thông", "youth", "on", "number", fmt.Sprintf("0383010010%02d", e.n))
	for _, s := range way {
		who := e.cell
		if s.upper {
			who = e.over
		}
		pairs := append([]string(nil), s.pairs...)
		for i := range pairs {
			if strings.Contains(pairs[i], "%d") {
				pairs[i] = fmt.Sprintf(pairs[i], 100+e.n)
			}
		}
		who.unseen(l.person+"/ho-so/ghi?step="+s.step, pairs...)
		if s.step == last {
			break
		}
	}
	return l
}

// takes does an exit by hand: by the way the dossier offers, first typed wrongly, which is refused in words and changes nothing, then
// rightly. What was typed stays in the form meanwhile.
func (l *life) takes(b *tab, step string, wrong []string, says string, right ...string) {
	l.t.Helper()
	before := l.state(b)
	link := "main a[href$='step=" + step + "']"
	if len(b.texts(link)) == 0 {
		l.t.Fatalf("%s is not offered %s at %q", b.login, step, before)
	}
	b.click(link)
	form := b.path()
	b.put(wrong...)
	b.click("main form[method=post] .button.main")
	if said := strings.Join(b.texts("[role=alert], .wrong-text, .finding"), " "); !strings.Contains(said, says) {
		l.t.Errorf("%s typed wrongly says %q, not %q", step, said, says)
	}
	b.complaints() // the browser notes the status
	for i := 0; i+1 < len(wrong); i += 2 {
		if kept := eval[string](b, `document.querySelector('main form[method=post] [name="`+wrong[i]+`"]').value`); kept == "" {
			l.t.Errorf("%s: what was typed for %s is gone", step, wrong[i])
		}
	}
	if now := l.state(b); now != before {
		l.t.Errorf("%s was refused, and yet the dossier is at %q", step, now)
	}
	b.visit(form)
	b.put(right...)
	l.sent = eval[string](b, `(f => f.getAttribute('action') + '?' + new URLSearchParams(new FormData(f)))(document.querySelector('main form.form'))`)
	b.send(step)
}

// again sends a form a second time, as who goes back and presses once more, and returns the status of the page it leads to.
func (b *tab) again(sent string) int {
	b.t.Helper()
	to, data, _ := strings.Cut(sent, "?")
	return eval[int](b, `fetch('`+to+`', {method: 'POST', headers: {'Content-Type': 'application/x-www-form-urlencoded'}, body: '`+data+`'}).then(r => r.status)`)
}

// state is what the page of the dossier says it stands at.
func (l *life) state(b *tab) string {
	l.t.Helper()
	b.visit(l.person + "/ho-so")
	return strings.Join(b.texts(".page-head .badge"), " ")
}

// stands wants a state, and words on the page of the dossier and on that of the person.
func (l *life) stands(b *tab, state string, dossier, person []string) {
	l.t.Helper()
	if got := l.state(b); !strings.Contains(got, state) {
		l.t.Errorf("%s reads that the dossier is at %q, not %q", b.login, got, state)
	}
	l.reads(b, l.person+"/ho-so", dossier)
	l.reads(b, l.person, person)
}

func (l *life) reads(b *tab, path string, words []string) {
	l.t.Helper()
	b.visit(path)
	page := strings.Join(b.texts("main"), " ")
	for _, w := range words {
		if !strings.Contains(page, w) {
			l.t.Errorf("%s of %s does not say %q: %.1500s", path, b.login, w, page)
		}
	}
}

// offers says whether the dossier offers somebody a step.
func (l *life) offers(b *tab, step string, want bool) {
	l.t.Helper()
	b.visit(l.person + "/ho-so")
	if got := len(b.texts("main a[href$='step="+step+"']")) > 0; got != want {
		l.t.Errorf("%s is offered %s: %v", b.login, step, got)
	}
}

// end: no browser complained, and the ledger holds.
func (e *exits) end() {
	e.t.Helper()
	for _, b := range []*tab{e.cell, e.over, e.school} {
		if b == nil {
			continue
		}
		for _, said := range b.complaints() {
			e.t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
	var v struct{ Found int }
	if err := json.Unmarshal(e.c.run("verify", "--json"), &v); err != nil || v.Found != 0 {
		e.t.Errorf("verify: %+v, %v", v, err)
	}
}

const lateReason = "Chưa đủ điều kiện, chi bộ tiếp tục theo dõi, giúp đỡ"

// TestExitWalks goes each way out of the procedure, or back on it, in two browsers.
func TestExitWalks(t *testing.T) {
	e := newExits(t)
	for _, w := range []struct {
		name string
		walk func(*exits)
	}{
		{"removal", (*exits).removed}, {"refusal", (*exits).refused}, {"redone", (*exits).redone}, {"cancelled", (*exits).cancelled}, {"corrected", (*exits).corrected},
		{"struck", (*exits).struck}, {"death", (*exits).dies}, {"three votes", (*exits).threeVotes}, {"readmission", (*exits).readmitted},
	} {
		t.Run(w.name, func(t *testing.T) {
			e.on(t)
			w.walk(e)
			e.cell.shot("exit-" + strings.ReplaceAll(w.name, " ", "-") + "-cell")
			e.over.shot("exit-" + strings.ReplaceAll(w.name, " ", "-") + "-over")
		})
	}
	e.on(t)
	e.end()
}

// removed: the cell takes somebody out of the pool with a reason; the pool no longer counts them. Who had the same form open meanwhile
// is told, and going back and pressing again records nothing more.
func (e *exits) removed() {
	l := e.upto("Vi Thị Rời", "adopt")
	e.over.visit(l.person + "/ho-so/ghi?step=drop")
	l.takes(e.cell, "drop", []string{"on", "01/11/2026", "reason", "x"}, "Nêu rõ lý do", "on", "01/11/2026", "no", "40-NQ/CB", "reason", "Đi làm ăn xa, không còn nguyện vọng")
	acts := len(e.cell.texts(".timeline li"))
	if status := e.cell.again(l.sent); status != http.StatusOK {
		e.t.Errorf("the same form a second time: %d", status)
	}
	e.over.put("on", "02/11/2026", "no", "41-NQ/CB", "reason", "Cấp ủy cũng đưa ra vì lý do khác")
	e.over.click("main form[method=post] .button.main")
	if said := strings.Join(e.over.texts("[role=alert]"), " "); said == "" {
		e.t.Error("the second of two who act at once is not told")
	}
	e.over.complaints()
	e.cell.visit(l.person + "/ho-so")
	if got := len(e.cell.texts(".timeline li")); got != acts || acts == 0 {
		e.t.Errorf("pressed again, the history has %d entries, not %d", got, acts)
	}
	for _, b := range []*tab{e.cell, e.over} {
		l.stands(b, "Đưa ra khỏi nguồn", []string{"40-NQ/CB", "Đi làm ăn xa"}, []string{"Đưa ra khỏi nguồn"})
	}
	e.over.visit("/nguon?u=" + e.over.home())
	if rows := strings.Join(e.over.texts("main tbody"), " "); strings.Contains(rows, l.name) {
		e.t.Errorf("the pool still has her: %.300s", rows)
	}
}

// refused: the committee that decides says no; the cell is told, and she is where she was before the dossier.
func (e *exits) refused() {
	l := e.upto("Vi Thị Chưa", "committee_vote")
	l.offers(e.cell, "decide", false)
	l.takes(e.over, "refuse", []string{"by", "decider", "on", "01/04/2025", "reason", " x"}, "Nêu rõ lý do", "by", "decider", "on", "01/04/2025", "no", "12-TB/ĐU", "reason", lateReason)
	for _, b := range []*tab{e.cell, e.over} {
		l.stands(b, "chứng", []string{lateReason}, nil)
	}
	l.offers(e.cell, "open", true)
}

// redone: the committee sends the dossier back to a step; the cell does it again and the committee votes again.
func (e *exits) redone() {
	l := e.upto("Vi Thị Lại", "committee_vote")
	l.takes(e.over, "send_back", []string{"to", "verify", "on", "25/02/2025", "reason", "x"}, "Nêu rõ lý do", "to", "verify", "on", "25/02/2025", "no", "3-CV/ĐU", "reason", "Thiếu thẩm tra bên ngoại")
	l.reads(e.cell, l.person+"/ho-so", []string{"Thiếu thẩm tra bên ngoại"})
	l.insists(e.cell, "verify", "Mới ghi 0 người thân", "text", "Đã bổ sung thẩm tra bên ngoại", "on", "10/03/2025")
	l.does(e.cell, "cell_vote", append([]string{"on", "15/03/2025", "no", "9-NQ/CB", "dated", "15/03/2025"}, sevenOfCell...)...)
	l.does(e.over, "committee_vote", append([]string{"on", "20/03/2025", "no", "17-NQ/ĐU", "dated", "20/03/2025"}, ballot("15")...)...)
	l.offers(e.over, "decide", true)
}

// cancelled: a decision taken without what it needs is cancelled.
func (e *exits) cancelled() {
	l := e.upto("Vi Thị Hủy", "decide")
	l.offers(e.cell, "cancel", false)
	l.takes(e.over, "cancel", []string{"on", "01/04/2025", "reason", "x"}, "Nêu rõ lý do", "on", "01/04/2025", "no", "80-QĐ/ĐU", "reason", "Quyết định khi chưa đủ thủ tục")
	l.stands(e.cell, "ủy quyết định", []string{"80-QĐ/ĐU"}, nil)
}

// corrected: the decision was taken by a wrong way, what was missing is mended, and it is recognised.
func (e *exits) corrected() {
	l := e.upto("Vi Thị Sửa", "decide")
	l.takes(e.over, "correct", []string{"on", "01/04/2025", "reason", "x"}, "Nêu rõ lý do", "on", "01/04/2025", "no", "81-QĐ/ĐU", "reason", "Đã bổ sung ý kiến nơi cư trú")
	l.reads(e.cell, l.person+"/ho-so", []string{"81-QĐ/ĐU"})
	l.does(e.cell, "receive", "on", "03/04/2025")
}

// struck: a probationer who is not fit is struck off; the figures lose one.
func (e *exits) struck() {
	l := e.upto("Vi Thị Xóa", "ceremony")
	l.takes(e.over, "strike", []string{"on", "01/05/2026", "reason", "x"}, "Nêu rõ lý do", "on", "01/05/2026", "no", "83-QĐ/ĐU", "reason", "Bỏ sinh hoạt nhiều tháng")
	l.stands(e.cell, "óa tên", []string{"83-QĐ/ĐU", "Bỏ sinh hoạt"}, []string{"Xóa tên"})
}

// dies: nothing of the procedure is offered any more, and no reason is asked for.
func (e *exits) dies() {
	l := e.upto("Vi Thị Mất", "new_course")
	l.takes(e.cell, "die", []string{"on", "01/11/2126"}, "", "on", "01/11/2026")
	l.stands(e.over, "ừ trần", nil, []string{"Từ trần"})
	if n := len(e.over.texts("main a[href*='step=']")); n != 0 {
		e.t.Errorf("%d steps are offered of somebody who died", n)
	}
}

// threeVotes: after three votes of the cell in vain the committee above decides.
func (e *exits) threeVotes() {
	l := e.upto("Vi Thị Phiếu", "later_opinions")
	for i, on := range []string{"10/05/2026", "10/06/2026", "10/07/2026"} {
		l.offers(e.cell, "cell_recognise", true)
		l.takes(e.cell, "refuse", []string{"by", "cell", "on", on, "reason", "x"}, "Nêu rõ lý do", "by", "cell", "on", on, "no", fmt.Sprintf("%d-NQ/CB", 30+i), "reason", "Chưa đủ hai phần ba tán thành")
	}
	l.offers(e.cell, "cell_recognise", false)
	l.reads(e.cell, l.person+"/ho-so", []string{"đã biểu quyết 3 lần không đủ tỷ lệ"})
	l.reads(e.over, l.person+"/ho-so#han", []string{"Cấp ủy có thẩm quyền quyết định công nhận chính thức"})
	if said := strings.Join(e.over.texts("#han"), " "); strings.Contains(said, "Chi bộ xét, đề nghị công nhận") {
		e.t.Errorf("the cell is still asked to consider: %.600s", said)
	}
	l.does(e.over, "committee_agree", append([]string{"on", "05/08/2026", "no", "22-NQ/ĐU", "dated", "05/08/2026"}, ballot("15")...)...)
}

// readmitted: who left waits as long as the pack says before a new dossier.
func (e *exits) readmitted() {
	l := e.upto("Vi Thị Về", "ceremony")
	l.takes(e.cell, "quit", []string{"on", "01/05/2025", "reason", "x"}, "Nêu rõ lý do", "on", "01/05/2025", "no", "84-QĐ/ĐU", "reason", "Xin ra vì việc riêng")
	l.stands(e.over, "ra khỏi Đảng", nil, nil)
	l.does(e.cell, "propose", "by", "youth", "body", "Đoàn xã Hai", "on", "01/06/2025", "reason", "Tiếp tục phấn đấu tốt")
	l.does(e.cell, "adopt", "on", "01/07/2025", "no", "50-NQ/CB", "dated", "01/07/2025", "helper", "Hà Thị Sáu")
	l.does(e.over, "certify", "on", "01/08/2025", "no", "999/GCN", "issuer", "Trung tâm chính trị")
	e.cell.visit(l.person + "/ho-so/ghi?step=open")
	e.cell.put("on", "01/11/2026", "no", "51-NQ/CB", "dated", "01/11/2026", "route", "b")
	e.cell.click("main form[method=post] .button.main")
	if said := strings.Join(e.cell.texts("main"), " "); !strings.Contains(said, "36 tháng") || !strings.Contains(said, "01/05/2028") {
		e.t.Errorf("the waiting time is not told: %.800s", said)
	}
	if e.cell.status(l.person) != http.StatusOK {
		e.t.Error("her page is gone")
	}
	e.cell.complaints()
}

// TestReadmissionWalk: who was struck off waits thirty-six months. On a day after them the dossier is opened, the decision waits for the
// written agreement of the province, and a new probation begins, whose party age counts from the new decision.
func TestReadmissionWalk(t *testing.T) {
	e := newExits(t)
	l := e.upto("Vi Thị Trở Lại", "ceremony")
	l.takes(e.over, "strike", []string{"on", "01/05/2025", "reason", "x"}, "Nêu rõ lý do", "on", "01/05/2025", "no", "83-QĐ/ĐU", "reason", "Bỏ sinh hoạt nhiều tháng")
	e.end()

	c, passwords := e.c.on("2028-06-05"), map[string]string{} // the accounts of before fell asleep meanwhile
	for login, at := range map[string]string{"chibo28": lifeHamlet, "xa28": lifeCommune} {
		var made struct{ Password string }
		if err := json.Unmarshal(c.run("user", "add", login, "--name", "Cán bộ "+login, "--role", "clerk", "--unit", at, "--json"), &made); err != nil {
			t.Fatal(err)
		}
		passwords[login] = made.Password
	}
	d := c.serve(passwords)
	e = &exits{t: t, c: c, cell: d.sit(t, "chibo28"), over: d.sit(t, "xa28")}
	e.cell.unseen(l.person+"/ho-so/ghi?step=propose", "by", "youth", "body", "Đoàn xã Hai", "on", "01/06/2026", "reason", "Tiếp tục phấn đấu tốt")
	e.cell.unseen(l.person+"/ho-so/ghi?step=adopt", "on", "01/07/2026", "no", "50-NQ/CB", "dated", "01/07/2026", "helper", "Hà Thị Sáu")
	e.over.unseen(l.person+"/ho-so/ghi?step=certify", "on", "01/08/2026", "no", "999/GCN", "issuer", "Trung tâm chính trị")
	l.takes(e.cell, "open", []string{"on", "30/04/2028", "no", "51-NQ/CB", "dated", "30/04/2028", "route", "b"}, "36 tháng", "on", "01/05/2028", "no", "51-NQ/CB", "dated", "01/05/2028", "route", "b")
	for _, s := range way[5:12] {
		who, pairs := e.cell, append([]string(nil), s.pairs...)
		if s.upper {
			who = e.over
		}
		for i := range pairs {
			if i%2 == 1 && (pairs[i-1] == "on" || pairs[i-1] == "dated") {
				pairs[i] = "02/05/2028"
			}
		}
		who.unseen(l.person+"/ho-so/ghi?step="+s.step, pairs...)
	}
	decision := append([]string{"on", "10/05/2028", "no", "45-QĐ/ĐU"}, ballot("7")...)
	l.takes(e.over, "decide", decision, "phải được ban thường vụ cấp ủy trực thuộc Trung ương đồng ý bằng văn bản", append([]string{"consent", "on"}, decision...)...)
	e.cell.unseen(l.person+"/ho-so/ghi?step=receive", "on", "12/05/2028")
	e.cell.unseen(l.person+"/ho-so/ghi?step=ceremony", "on", "19/05/2028", "place", "Nhà văn hóa", "helper", "Hà Thị Sáu")
	for _, b := range []*tab{e.cell, e.over} {
		l.stands(b, "ự bị", []string{"Kết nạp lại", "19/05/2028", "10/05/2028", "19/05/2029"}, []string{"Kết nạp lại", "Đảng viên dự bị", "19/05/2028", "10/05/2028", "Xóa tên"})
	}
	e.end()
}
