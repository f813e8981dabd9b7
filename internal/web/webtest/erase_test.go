package webtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/person"
)

// TestErasureWalk: somebody asks on the own page to be deleted; the commune answers, the province cannot grant it while they are in the pool,
// grants it once the cell took them out, and the administrator approves. Nobody finds them any more, and what was counted is counted on.
func TestErasureWalk(t *testing.T) {
	c, d, admin, committee := twoWorld(t)
	e := &exits{t: t, c: c, cell: d.sit(t, "bithu3"), over: d.sit(t, "xahai")}
	l, other := e.upto("Vi Thị Xóa", "adopt"), e.upto("Vi Thị Ở Lại", "adopt")
	e.cell.unseen(l.person+"/ho-so/ghi?step=note", "text", "Đã gặp, trao đổi nguyện vọng")
	own := l.invited(e.cell)

	own.visit("/cua-toi")
	eval[bool](own, `document.querySelector("#moi").open = true`)
	own.put("kind", "Xóa dữ liệu", "asked", "Tôi không xin vào Đảng nữa, đề nghị xóa dữ liệu")
	own.send("the request to be deleted")
	own.must("the own page", "Chờ phản hồi")
	own.both("erase-asked")

	e.over.visit("/yeu-cau")
	e.over.click("main tbody th a")
	at := e.over.path()
	e.over.must("the request", "Tôi không xin vào Đảng nữa")
	e.over.both("erase-request")
	e.over.put("reason", "Đã nhận, cấp ủy đang xem xét")
	e.over.click("main button[value=answer]")
	e.over.has("#notices .notice.done")
	if len(e.over.texts("main button[value=grant]")) > 0 {
		t.Error("a clerk is offered to erase")
	}
	own.visit("/cua-toi")
	own.must("the own page", "Đã phản hồi, đang thực hiện")

	grants := func() {
		t.Helper()
		committee.visit(at)
		committee.put("reason", "Người đó không còn nguyện vọng")
		committee.click("main button[value=grant]")
	}
	grants()
	committee.must("in the pool", "Người này đang trong nguồn")
	committee.complaints() // the browser notes the status
	e.cell.unseen(l.person+"/ho-so/ghi?step=drop", "on", "01/11/2026", "no", "40-NQ/CB", "reason", "Không còn nguyện vọng")

	counted := func() (said []string) {
		t.Helper()
		unit := e.over.home()
		for _, page := range []string{"/don-vi/" + unit, "/don-vi/" + unit + "?ngay=30/06/2024&nam=2024", "/bien-dong?u=" + unit + "&from=2020-01-01", "/nguoi?u=" + unit} {
			e.over.visit(page)
			said = append(said, page+"\n"+strings.ReplaceAll(strings.Join(e.over.texts("main"), "\n"), l.name, person.Nobody))
		}
		return said
	}
	before := counted()
	e.over.visit(l.person + "/ho-so")
	e.over.click("main form[action$='/theo-doi'] button")
	e.over.visit("/ho-so?mine=1")
	e.over.must("what the commune follows", l.name)
	grants()
	asked := committee.asks("erase", "xóa theo yêu cầu của người đó")
	e.over.visit(l.person)
	e.over.must("a record that waits for the second person", l.name)
	admin.approves("erase", "Xóa")

	for i, now := range counted() {
		if now != before[i] {
			t.Errorf("counted before:\n%s\nand after:\n%s", before[i], now)
		}
	}
	for _, b := range []*tab{admin, committee, e.over, e.cell} {
		for _, page := range []string{"/hom-nay", "/nguoi?q=vi+thi+xoa", "/nguoi?stage=outside", "/nguon", "/ho-so", "/bien-dong", "/ban-giao", "/phe-duyet", "/phe-duyet?xem=xong", "/yeu-cau", "/yeu-cau?xem=xong",
			l.person, l.person + "/ho-so", l.person + "/du-lieu", l.person + "/bieu-mau"} {
			if said := eval[string](b, `fetch(`+quoted(page)+`).then(r => r.text())`); strings.Contains(said, l.name) || strings.Contains(said, "Đã gặp, trao đổi") {
				t.Errorf("%s still reads of them at %s", b.login, page)
			}
		}
	}
	b := e.cell
	b.complaints() // what is not there any more is answered so
	b.visit("/nguoi?q=vi+thi")
	if names := b.texts("main tbody th"); !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, other.name) }) || len(names) != 1 {
		t.Errorf("the search finds %q", names)
	}
	e.erased(l.person)
	e.over.visit(l.person)
	if badges := e.over.texts("main .badge.bad"); len(badges) > 0 {
		t.Errorf("the record is called %q", badges)
	}
	for _, field := range []string{"number", "phone"} {
		if status := eval[int](b, fmt.Sprintf(`fetch('%s/hien', {method: 'POST', body: new URLSearchParams({field: '%s', reason: 'đối chiếu sau khi xóa'})}).then(r => r.status)`, l.person, field)); status != 409 {
			t.Errorf("%s opens with %d", field, status)
		}
	}
	b.complaints()

	e.over.visit("/yeu-cau?xem=xong")
	e.over.must("the register", "Xóa dữ liệu", "Đã thực hiện")
	e.over.both("erase-register")
	e.over.visit(at)
	e.over.must("the request that was granted", "Đã thực hiện")
	e.over.both("erase-done")
	committee.visit(asked)
	committee.must("who approved", "QUANTRI", "Đã thực hiện")

	own.visit("/cua-toi")
	if p := own.path(); !strings.HasPrefix(p, "/dang-nhap") {
		t.Errorf("the open session of who was erased leads to %s", p)
	}
	if own.signs() {
		t.Errorf("who was erased signs in and comes to %s", own.path())
	}
	own.complaints()
	c.run("verify")
	for _, b := range []*tab{admin, committee} {
		for _, said := range b.complaints() {
			t.Errorf("the browser of %s says: %s", b.login, said)
		}
	}
	e.end()
}

// erased looks at every page of who was erased: each says so, offers nothing and points to nothing to fill in or print, and what is sent all
// the same is refused for what it is.
func (e *exits) erased(person string) {
	e.t.Helper()
	for page, says := range map[string]string{"": "Dữ liệu đã được xóa", "/ho-so": "Dữ liệu đã được xóa", "/du-lieu": "Dữ liệu của người này đã được xóa ngày", "/bieu-mau": "Dữ liệu của người này đã được xóa."} {
		e.over.visit(person + page)
		e.over.must(page, says)
		e.over.both("erased" + strings.ReplaceAll(page, "/", "-"))
		if forms := e.over.texts("main form[method=post]"); len(forms) > 0 {
			e.t.Errorf("%s still asks about who was erased: %q", page, forms)
		}
		if links := e.over.texts("main a[href$='/bieu-mau'], main a[href$='/sua'], main a[href*='/ghi?'], main a[href*='/bien-dong'], main a[href$='/ban-chup'], main a[href^='/ban-giao']"); len(links) > 0 {
			e.t.Errorf("%s still leads to %q", page, links)
		}
		if said := strings.Join(e.over.texts("main"), " "); strings.Contains(said, "Giấy tờ") || strings.Contains(said, "không in được") {
			e.t.Errorf("%s speaks of papers that nobody asks for: %s", page, said)
		}
	}
	e.over.visit("/ho-so?mine=1")
	if rows := e.over.texts("main tbody th"); len(rows) > 0 {
		e.t.Errorf("the commune still follows %q", rows)
	}
	for _, sent := range [][2]string{{"/ho-so/theo-doi", "watch=1"}, {"/bieu-mau", "code=zip"}, {"/dong-y", "purpose=contact&said=given"}, {"/ho-so/huy", "version=1&reason=ghi+nhầm"}} {
		said := eval[string](e.over, fmt.Sprintf(`fetch('%s', {method: 'POST', body: new URLSearchParams('%s')}).then(async r => r.status + ' ' + await r.text())`, person+sent[0], sent[1]))
		if !strings.HasPrefix(said, "409 ") || !strings.Contains(said, "Dữ liệu của người này đã được xóa") {
			e.t.Errorf("%s is answered with %.300s", sent[0], said)
		}
	}
	e.over.complaints() // the browser notes the status
}

// invited opens the own account of somebody by the link that an official hands over, with a password of their own.
func (l *life) invited(by *tab) *tab {
	l.t.Helper()
	by.visit(l.person + "/du-lieu")
	by.click("main form[action$='/tai-khoan'] button[value=moi]")
	text := strings.Join(by.texts("main"), "\n")
	_, link, ok := strings.Cut(text, "/moi?")
	_, login, named := strings.Cut(text, "Tên đăng nhập: ")
	if !ok || !named {
		l.t.Fatalf("no invitation is shown: %.600s", text)
	}
	login, _, _ = strings.Cut(login, ". ")
	own := blank(l.t, by.d)
	own.login = login
	own.width(narrow)
	own.visit("/moi?" + strings.Fields(link)[0])
	own.click("main form[method=post] button")
	by.d.passwords[login] = "canh-dong-lua-chin"
	own.fill("#f-password", by.d.passwords[login])
	own.click("main form[action='/tai-khoan'] .actions button")
	if !own.signs() {
		l.t.Fatalf("%s cannot sign in: %v", login, own.texts("[role=alert]"))
	}
	return own
}

// signs signs in by hand and says whether that let them in.
func (b *tab) signs() bool {
	b.t.Helper()
	b.visit("/dang-nhap")
	b.fill("#f-login", b.login)
	b.fill("#f-password", b.d.passwords[b.login])
	b.click("form .button.main")
	return !strings.HasPrefix(b.path(), "/dang-nhap")
}
