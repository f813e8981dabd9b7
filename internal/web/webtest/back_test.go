package webtest_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// used is a form as people use it: where it is, what is typed, what is pressed, what counts how often it was done, and what is told when
// the very same request comes again.
type used struct {
	name, path, press string
	fill              []string
	count             func() string
	again             string
}

// forward goes forward in the history and waits for the page.
func (b *tab) forward() {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Evaluate[chromedp.Void](`setTimeout(() => history.forward(), 0)`)); err != nil {
		b.t.Fatalf("forward from %s: %v", b.path(), err)
	}
}

// goesBack sends a form, goes back and forward, and sends the form again in every way a browser has: the page it went back to, the one
// that stood open in another window, and the very same request. Nothing is done twice, and each answer says in words what happened.
func (b *tab) goesBack(u used) {
	b.t.Helper()
	button := "main form[method=post] " + u.press
	words := func(how, want string) {
		b.t.Helper()
		if said := strings.Join(b.texts("[role=alert], #notices .notice, .wrong-text"), " "); said == "" || !strings.Contains(said, want) {
			b.shot("back-" + u.name)
			b.t.Errorf("%s, %s: %q is told at %s", u.name, how, said, b.path())
		}
		b.complaints() // the browser notes the status
	}
	b.visit("/don-vi/" + b.home())
	b.visit(u.path)
	if len(u.fill) > 0 {
		b.put(u.fill...)
	}
	sent := eval[string](b, `(button => { const f = button.form, d = new URLSearchParams(new FormData(f, button)); return (button.getAttribute('formaction') || f.getAttribute('action')) + '?' + d })(document.querySelector('`+button+`'))`)
	b.click(button)
	words("sent", "")
	once := u.count()
	same := func(how string) {
		b.t.Helper()
		if now := u.count(); now != once {
			b.t.Errorf("%s, %s: done again: %q, was %q", u.name, how, now, once)
		}
	}
	b.back()
	b.forward()
	same("back and forward")
	b.back()
	if len(b.texts(button)) == 1 && eval[bool](b, `document.querySelector('`+button+`').form.checkValidity()`) { // else the browser refuses to send it
		b.click(button)
		words("back and pressed", "")
		same("back and pressed")
	}
	to, data, _ := strings.Cut(sent, "?")
	eval[bool](b, `((to, data) => { const f = document.createElement('form'); f.method = 'post'; f.action = to;
		for (const [k, v] of new URLSearchParams(data)) { const i = document.createElement('input'); i.type = 'hidden'; i.name = k; i.value = v; f.append(i) }
		document.querySelector('main').append(f); f.id = 'again'; return true })(`+quoted(to)+`, `+quoted(data)+`)`)
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector('#again').submit()`)); err != nil {
		b.t.Fatalf("%s again: %v", u.name, err)
	}
	words("the same request", u.again)
	same("the same request")
}

// TestBackButton goes back to the forms that are used most after they were sent, and sends them again.
func TestBackButton(t *testing.T) {
	c, d, admin, committee := twoWorld(t)
	e := &exits{t: t, c: c, cell: d.sit(t, "bithu3"), over: d.sit(t, "xahai")}
	l, pool := e.upto("Vi Thị Lùi", "open"), e.upto("Vi Thị Nguồn", "adopt")
	found := func(b *tab, path, selector string) func() string {
		return func() string {
			return eval[string](b, `fetch('`+path+`').then(r => r.text()).then(t => [...new DOMParser().parseFromString(t, 'text/html').querySelectorAll('`+selector+`')].map(x => x.value || x.textContent.trim()).join(' | '))`)
		}
	}
	const twice = "đã được ghi nhận trước đó; không làm lại lần hai"
	acts := func(l *life) func() string { return found(e.cell, l.person+"/ho-so", ".timeline li") }

	e.cell.goesBack(used{"step", l.person + "/ho-so/ghi?step=cv", ".button.main", []string{"on", "10/09/2024"}, acts(l), twice})
	e.cell.goesBack(used{"note", l.person + "/ho-so/ghi?step=note", ".button.main", []string{"text", "Đã gặp, trao đổi nguyện vọng"}, acts(l), twice})
	e.cell.goesBack(used{"task", pool.person + "/ho-so/ghi?step=task", ".button.main", []string{"text", "Phụ trách đội thanh niên", "on", "10/10/2024"}, acts(pool), twice})

	e.over.goesBack(used{"class", "/lop/moi?u=" + e.over.home(), ".button.main", []string{"name", "Lớp nhận thức K9", "issuer", "Trung tâm chính trị", "begins", "12/10/2026", "ends", "16/10/2026"},
		found(e.over, "/lop?nam=2026&u="+e.over.home(), "main tbody tr"), twice})
	e.over.visit("/lop/moi?u=" + e.over.home())
	e.over.put("name", "Lớp nhận thức K2", "issuer", "Trung tâm chính trị", "begins", "12/10/2026", "ends", "16/10/2026")
	e.over.send("the class")
	class := e.over.path()
	e.over.click("main a[href$='/moi-hoc']")
	e.over.put("on", "10/10/2026", "person", "on")
	e.over.send("the invitation")
	marks := class + "?tab=diem-danh"
	e.over.goesBack(used{"attendance", marks, ".button.main", []string{"m_" + pool.id() + "_0", "x", "m_" + pool.id() + "_1", "k"}, found(e.over, marks, "[name^=m_], [name^=v_]"), "Không có gì mới để ghi"})

	e.cell.goesBack(used{"person", "/nguoi/them", ".button.main", []string{"unit", lifeHamlet, "stage", "proposed", "effective", "05/01/2026", "name", "Vi Thị Hai Lần", "birth", "12/03/2001", "sex", "Nữ",
		"ethnic", "1", "religion", "1"}, found(e.cell, "/nguoi?q=hai+lan", "tbody th"), twice})
	e.cell.goesBack(used{"offer", "/ban-giao/moi?nguoi=" + pool.id(), ".button.main", []string{"reason", "school", "on", "01/11/2026", "to", lifeClass12}, found(e.cell, "/ban-giao?xem=di", "tbody tr"), twice})

	admin.visit("/khoa-ky")
	admin.click("main table a[href*='to=']")
	until := strings.TrimPrefix(admin.texts("main form[action='/khoa-ky'] .button.main")[0], "Khóa đến hết ngày ")
	admin.click("main form[action='/khoa-ky'] .button.main")
	admin.visit("/khoa-ky")
	admin.put("from", until, "reason", "ghi sót đề nghị của đoàn thanh niên")
	admin.click("form[action='/khoa-ky/mo'] button")
	request := admin.asks("back", "ghi sót đề nghị của đoàn thanh niên")
	committee.goesBack(used{"approval", request, "button[value=approve]", nil, found(committee, "/khoa-ky", "main tbody tr"), "đã được xử lý"})
	e.end()
}
