package webtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ketnap/internal/vi"
)

// wait waits until a script is true on whatever page the tab comes to.
func (b *tab) wait(what, script string) {
	b.t.Helper()
	for end := time.Now().Add(patience / 2); ; time.Sleep(100 * time.Millisecond) {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!!(`+script+`)`))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) { // no assertion on time: only so that a hanging test ends with a message
			b.t.Fatalf("%s did not come: %v at %s", what, err, b.path())
		}
	}
}

// has waits for an element.
func (b *tab) has(selector string) {
	b.t.Helper()
	b.wait(selector, `document.querySelector(`+strconv.Quote(selector)+`)`)
}

// texts are the texts of the elements a selector finds.
func (b *tab) texts(selector string) []string {
	b.t.Helper()
	return eval[[]string](b, `[...document.querySelectorAll(`+strconv.Quote(selector)+`)].map(el => el.innerText.trim())`)
}

// fill types into a field, over what stands there, once it is there.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.has(selector)
	eval[bool](b, `(el => { el.focus(); el.select(); return true })(document.querySelector(`+strconv.Quote(selector)+`))`)
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// back goes back in the history and waits for the page.
func (b *tab) back() {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Evaluate[chromedp.Void](`setTimeout(() => history.back(), 0)`)); err != nil {
		b.t.Fatalf("back from %s: %v", b.path(), err)
	}
}

// choose picks an option of a select.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	eval[bool](b, `(el => { el.value = `+strconv.Quote(value)+`; el.dispatchEvent(new Event('change', {bubbles: true})); return true })(document.querySelector(`+strconv.Quote(selector)+`))`)
}

func TestSignInFlow(t *testing.T) {
	b := open(t, "")
	b.width(narrow)
	b.visit("/")
	if p := b.path(); !strings.HasPrefix(p, "/dang-nhap") {
		t.Fatalf("a visitor stands at %s", p)
	}
	b.fill("#f-login", "capuy")
	b.fill("#f-password", "không đúng")
	b.click("form .button.main")
	b.has("[role=alert]")
	b.complaints() // the browser notes the status
	b.inspect("sign-in-wrong-390")
	b.fill("#f-login", "capuy")
	b.fill("#f-password", b.d.passwords["capuy"])
	b.click("form .button.main")
	b.complaints()
	if p := b.path(); p != placed(t, "/don-vi/{commune}") {
		t.Fatalf("after signing in at %s", p)
	}
	b.do(chromedp.Click(chromedp.CSS(".menu summary")))
	b.has(".menu[open]")
	b.inspect("menu-390")
	b.do(chromedp.KeyEvent("\x1b"))
	b.wait("the menu closed by Escape", `!document.querySelector('.menu[open]')`)
	b.do(chromedp.Click(chromedp.CSS(".menu summary")))
	b.click(".menu form button")
	if p := b.path(); p != "/dang-nhap" {
		t.Fatalf("after signing out at %s", p)
	}
	b.back()
	b.wait("the sign-in page instead of an old page", `location.pathname == '/dang-nhap' && document.querySelector('#f-login')`)
}

func TestLanguageFlow(t *testing.T) {
	b := open(t, "xem")
	b.width(wide)
	b.visit(placed(t, "/don-vi/{commune}?nam=2025"))
	if lang := eval[string](b, `document.documentElement.lang`); lang != "vi" {
		t.Fatalf("the first language is %s", lang)
	}
	b.click(".langs a[lang=en]")
	if lang, at := eval[string](b, `document.documentElement.lang`), b.path(); lang != "en" || at != placed(t, "/don-vi/{commune}?nam=2025") {
		t.Fatalf("language %s at %s", lang, at)
	}
	b.inspect("pilot-english-1280")
	b.visit("/nguoi")
	b.inspect("people-english-1280")
	b.click(".langs a[lang=vi]")
	if lang := eval[string](b, `document.documentElement.lang`); lang != "vi" {
		t.Fatalf("back to Vietnamese gives %s", lang)
	}
}

// TestListFlow filters, turns pages, opens a person and comes back to the same rows.
func TestListFlow(t *testing.T) {
	b := open(t, "canbo")
	b.width(wide)
	b.visit("/nguoi")
	b.fill("#f-q", "nguyen thi")
	b.click("form[role=search] .button.main")
	names := b.texts("tbody th")
	if len(names) < 2 {
		t.Fatalf("found %v", names)
	}
	for _, n := range names {
		if folded := " " + vi.Fold(n) + " "; !strings.Contains(folded, " nguyen ") || !strings.Contains(folded, " thi ") {
			t.Errorf("%s does not have the words", n)
		}
	}
	if q := eval[string](b, `document.querySelector('#f-q').value`); q != "nguyen thi" {
		t.Errorf("the field now holds %q", q)
	}
	b.visit("/nguoi?n=25")
	first := b.texts("tbody th")
	b.click("a[rel=next]")
	second := b.texts("tbody th")
	if len(first) != 25 || len(second) != 25 || first[0] == second[0] {
		t.Fatalf("pages of %d and %d rows beginning with %s and %s", len(first), len(second), first[0], second[0])
	}
	b.click("tbody th a")
	b.has(".timeline")
	b.back()
	b.has("tbody th")
	if again := b.texts("tbody th"); strings.Join(again, ",") != strings.Join(second, ",") {
		t.Error("back from a person leads to other rows")
	}
	b.click("a[rel=prev], a[rel=first], .pager-ways a")
	if again := b.texts("tbody th"); strings.Join(again, ",") != strings.Join(first, ",") {
		t.Error("the first page has other rows now")
	}
	for _, c := range b.complaints() {
		t.Errorf("the browser says: %s", c)
	}
}

// TestDossierFlow goes from a person to the dossier, records something there and takes it back.
func TestDossierFlow(t *testing.T) {
	b := open(t, "canbo")
	b.width(wide)
	b.visit(placed(t, "/nguoi?u={commune}&stage=pool"))
	b.click("tbody th a")
	b.click(".next-step .button.main")
	dossier := b.path()
	if !strings.HasSuffix(dossier, "/ho-so") {
		t.Fatalf("the next step leads to %s", dossier)
	}
	b.inspect("dossier-1280")
	before := len(b.texts(".timeline > li"))
	b.click("a.chip[href$='step=note']")
	b.inspect("dossier-note-1280")
	b.fill("#f-text", "Đã gặp, trao đổi nguyện vọng")
	b.click("main form .button.main")
	if at := b.path(); at != dossier {
		b.inspect("dossier-refused-1280")
		t.Fatalf("after recording at %s: %v", at, b.texts(".wrong-text, .notice"))
	}
	b.has("#notices .notice.done")
	if after := len(b.texts(".timeline > li")); after <= before {
		t.Fatalf("%d entries after %d", after, before)
	}
	b.do(chromedp.Click(chromedp.CSS("details:has(form[action$='/huy']) > summary")))
	b.fill("form[action$='/huy'] [name=reason]", "ghi nhầm người")
	b.click("form[action$='/huy'] button")
	if at := b.path(); at != dossier {
		t.Fatalf("after undoing at %s: %v", at, b.texts(".wrong-text, .notice"))
	}
	b.inspect("dossier-undone-1280")
	for _, c := range b.complaints() {
		t.Errorf("the browser says: %s", c)
	}
}

// TestTreeFlow opens branches in place, searches without marks and walks by keyboard.
func TestTreeFlow(t *testing.T) {
	b := open(t, "quantri")
	b.width(wide)
	b.visit("/to-chuc")
	b.inspect("tree-1280")
	rows := len(b.texts(".tree-row"))
	b.do(chromedp.Click(chromedp.CSS(".tree-toggle[aria-expanded=false]")))
	b.wait("more rows", `document.querySelectorAll('.tree-row').length > `+strconv.Itoa(rows))
	b.inspect("tree-open-1280")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-q"), "to dan pho 7"))
	b.wait("what was found", `[...document.querySelectorAll('#found a')].some(a => a.innerText.includes('tổ dân phố 7'))`)
	b.inspect("tree-found-1280")
	b.width(narrow)
	b.visit("/to-chuc")
	b.inspect("tree-390")
}

// TestTargetFlow changes a target of a cell; the old version stays in the history.
func TestTargetFlow(t *testing.T) {
	b := open(t, "capuy")
	b.width(wide)
	b.visit(placed(t, "/chi-tieu?u={section}"))
	b.has("tbody input[type=text]")
	field := "tbody tr:not(.sum) input[type=text]"
	b.fill(field, "không phải số")
	b.click("main form[method=post] .button.main")
	b.has("[aria-invalid=true]")
	b.complaints()
	b.inspect("targets-wrong-1280")
	b.fill("[aria-invalid=true]", "từ 3 trở lên")
	b.fill("[name=source]", "15-KH/ĐU ngày 20/01/2026")
	b.click("main form[method=post] .button.main")
	b.has("#notices .notice.done")
	if got := eval[string](b, `document.querySelector(`+strconv.Quote(field)+`).value`); got != "≥ 3" {
		t.Errorf("the field now says %q", got)
	}
	b.inspect("targets-stored-1280")
}

// pool is a small sheet: two good rows, one wrong, one that is there twice.
const pool = "STT;Họ và tên;Năm sinh;Giới tính;Chi bộ;Ngày nghị quyết\n" +
	"1;Kiểm Thị Thử;12/3/2001;Nữ;38001001000001;03/02/2026\n" +
	"2;Thử Văn Nghiệm;2/9/1999;nam;38001001000002;15/5/2026\n" +
	"3;Thử Văn Sai;31/02/1999;nam;38001001000002;15/5/2026\n" +
	"4;Kiểm Thị Thử;12/03/2001;Nữ;38001001000001;03/02/2026\n"

// TestImportFlow brings a sheet in by the wizard: upload, columns, check, write, report, undo.
func TestImportFlow(t *testing.T) {
	b := open(t, "canbo")
	file := filepath.Join(t.TempDir(), "nguồn.csv")
	if err := os.WriteFile(file, []byte(pool), 0o600); err != nil {
		t.Fatal(err)
	}
	b.width(wide)
	b.visit("/nhap")
	b.choose("#f-kind", "pool")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{file}))
	b.click("form[enctype] .button.main")
	b.has("form[action$='/ghep']")
	b.inspect("import-columns-1280")
	b.width(narrow)
	b.inspect("import-columns-390")
	if out := eval[int](b, `[...document.querySelectorAll('form[action$="/ghep"] select')].filter(x => x.getBoundingClientRect().right > innerWidth).length`); out > 0 {
		t.Errorf("%d columns cannot be matched on a telephone", out)
	}
	b.width(wide)
	page := b.path()
	b.do(chromedp.Click(chromedp.CSS("[name=incomplete]")))
	b.click("form[action$='/ghep'] .button.main")
	b.has("form[action$='/ghi']")
	b.inspect("import-checked-1280")
	b.width(narrow)
	b.inspect("import-checked-390")
	b.width(wide)
	b.click("form[action$='/ghi'] .button.main")
	b.has("form[action$='/hoan-tac']")
	b.inspect("import-done-1280")
	b.has(`main a[href^="/nguon?u="]`)                  // to what came in
	for _, want := range []string{"4", "2", "1", "1"} { // rows, new, duplicate, refused
		found := false
		for _, n := range b.texts(".figures dd") {
			found = found || n == want
		}
		if !found {
			t.Errorf("no %s among the counts %v", want, b.texts(".figures dd"))
		}
	}
	v := visit(t, "canbo").again(t)
	if n, _ := v.rows("/nguoi?q=kiem+thi+thu"); n != 1 {
		t.Errorf("%d people of the sheet found", n)
	}
	answer, body := v.ask(http.MethodGet, strings.Split(page, "?")[0]+"/danh-dau", nil)
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("the marked file: %s", answer.Status)
	}
	b.dialogs(true)
	b.click("form[action$='/hoan-tac'] button")
	b.wait("the import undone", `!document.querySelector("form[action$='/hoan-tac']")`)
	if n := b.asked.Load(); n != 1 {
		t.Errorf("the page asked %d times before undoing a whole import", n)
	}
	b.inspect("import-undone-1280")
	if n, _ := v.rows("/nguoi?q=kiem+thi+thu"); n != 0 {
		t.Errorf("%d people left after the undo", n)
	}
	b.visit("/nhap")
	b.inspect("imports-list-1280")
}
