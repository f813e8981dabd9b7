package webtest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The province of the officer: two schools and three communes, a cell in each, with how many members and how many admitted in 2026.
const officerProvince = "99000000000000"

var officerUnits = []struct {
	kind, name, code, bloc string
	members, admitted      int
}{
	{"grassroots", "Đảng bộ trường THPT Một", "99001000000000", "thpt", 12, 2},
	{"grassroots", "Đảng bộ trường Cao đẳng Hai", "99002000000000", "giao-duc", 14, 1},
	{"grassroots", "Đảng bộ xã Ba", "99003000000000", "phuong-xa", 30, 3},
	{"grassroots", "Đảng bộ xã Bốn", "99004000000000", "phuong-xa", 20, 2},
	{"grassroots", "Đảng bộ xã Năm", "99005000000000", "phuong-xa", 24, 4},
}

// officerWorld makes the province and the account of its officer.
func officerWorld(t *testing.T) *demo {
	t.Helper()
	c := newConsole(t)
	found := func(parent, kind, name, code string, more ...string) {
		args := []string{"unit", "found", "--kind", kind, "--name", name, "--code", code, "--sector", "2", "--date", "01/01/2010", "--decision", "1-QĐ"}
		if parent != "" {
			args = append(args, "--parent", parent)
		}
		c.run(append(args, more...)...)
	}
	c.run("migrate")
	c.run("user", "policy", "simple")
	found("", "province", "Đảng bộ tỉnh A", officerProvince, "--location", "38")
	sheet := "Họ và tên,Ngày sinh,Giới tính,Tổ chức sinh hoạt,Ngày vào Đảng,Ngày chính thức\n"
	for n, u := range officerUnits {
		cell := u.code[:13] + "1"
		found(officerProvince, u.kind, u.name, u.code, "--bloc", u.bloc)
		found(u.code, "cell", "Chi bộ số "+strconv.Itoa(n+1), cell)
		for i := range u.members {
			sheet += fmt.Sprintf("Lê Văn %c%c,%d/%d/1980,Nam,%s,03/02/2010,03/02/2011\n", 'A'+rune(n), 'a'+rune(i%26), i%28+1, i/28+1, cell)
		}
		for i := range u.admitted {
			sheet += fmt.Sprintf("Hà Thị %c%c,%d/5/2004,Nữ,%s,%d/5/2026,\n", 'A'+rune(n), 'a'+rune(i), i+1, cell, 10+i)
		}
	}
	file := filepath.Join(c.dir, "members.csv")
	if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
		t.Fatal(err)
	}
	c.run("import", "--kind=members", "--unit="+officerProvince, "--as-of", "31/12/2025", "--incomplete", file)
	var made struct{ Password string }
	if err := json.Unmarshal(c.run("user", "add", "tinh", "--name", "Trưởng ban tổ chức", "--role", "admin", "--unit", officerProvince, "--json"), &made); err != nil {
		t.Fatal(err)
	}
	return c.serve(map[string]string{"tinh": made.Password})
}

// TestOfficerYear is a year of a provincial officer, by hand: the article is pasted and its numbers confirmed one by one, the warning that
// the goal lies below what was reached shows its sum, the goal goes to schools and communes in January, one unit is corrected in July by a
// second document, two communes merge in August, and in December every figure of the sheet opens as many persons as it says.
func TestOfficerYear(t *testing.T) {
	b := officerWorld(t).sit(t, "tinh")
	b.visit("/to-chuc")
	root := eval[string](b, `document.querySelector('main a[href^="/to-chuc/"]').getAttribute('href')`)
	root = root[strings.LastIndex(root, "/")+1:]
	sheet := "/chi-tieu?u=" + root + "&nam=2026"
	goal := func(unit string) string {
		return eval[string](b, `[...document.querySelectorAll('tbody tr')].find(r => r.querySelector('th a')?.textContent.trim() === '`+unit+`')?.querySelector('input[name^=goal_]')?.value ?? 'none'`)
	}
	issue := func(source, on string) {
		t.Helper()
		if source != "" { // else the document of the register that is chosen
			b.fill("#f-source", source)
		}
		b.fill("#f-issued_on", on)
		b.click("button[name=act][value=issue]:not(.sr)")
		if left := b.texts(".badge.info"); len(left) != 0 {
			t.Fatalf("%d drafts left: %v", len(left), b.texts(".wrong-text"))
		}
	}

	doc := pasteArticle(t, b, root) // January
	to := eval[string](b, `document.querySelector('main a[href^="/chi-tieu?"][href*="goal_"]').getAttribute('href')`)
	b.visit(regexp.MustCompile(`nam=\d+`).ReplaceAllString(to, "nam=2026"))
	b.inspect("year-brought-1280")
	if got := eval[string](b, `document.querySelector('tbody tr input[name^=goal_]').value`); got != "1.020–1.250" {
		t.Fatalf("the sheet is filled in with %s", got)
	}
	b.inspect("year-brought-1280")
	issue("", "10/01/2026")
	b.visit("/chi-tieu/phan-bo?u=" + root + "&nam=2026")
	b.choose("#f-cach", "members")
	b.fill("#f-san", "1")
	b.click("form .button[value=xem]")
	if sum := b.texts("tfoot td[data-label]"); sum[len(sum)-1] != "1.020–1.250" {
		t.Errorf("the parts come to %v", sum)
	}
	b.inspect("year-divided-1280")
	b.click(".button[value=ghi]")
	b.wait("the sheet", `location.pathname === '/chi-tieu' && document.readyState === 'complete' && document.querySelector('.badge.info')`)
	issue("5-KH/TU ngày 10/01/2026", "10/01/2026")

	b.visit(sheet) // July: one unit is asked for more by a second document
	row := `[...document.querySelectorAll('tbody tr')].find(r => r.querySelector('th a')?.textContent.trim() === 'Đảng bộ xã Ba').querySelector('input[name^=goal_]')`
	b.fill("#"+strings.ReplaceAll(eval[string](b, row+`.id`), ".", `\.`), "400-450")
	issue("31-KH/TU ngày 10/07/2026", "10/07/2026")
	second := goal("Đảng bộ xã Bốn")
	if goal("Đảng bộ xã Ba") != "400–450" || second == "none" {
		t.Fatalf("corrected to %s beside %s", goal("Đảng bộ xã Ba"), second)
	}
	b.inspect("year-corrected-1280")

	b.visit("/to-chuc/" + root + "/sap-xep?viec=merge") // August
	for _, name := range []string{"Đảng bộ xã Ba", "Đảng bộ xã Bốn"} {
		if !eval[bool](b, `(() => { const l = [...document.querySelectorAll('.choices label')].find(l => l.textContent.includes('`+name+`')); l?.click(); return !!l })()`) {
			t.Fatalf("%s is not offered", name)
		}
	}
	b.fill("#f-name", "Đảng bộ xã Đông")
	b.fill("#f-decision", "77-QĐ/TU")
	b.fill("#f-date", "01/08/2026")
	b.click("button[value=xem]")
	b.has("button[value=ghi]")
	b.inspect("year-merging-1280")
	b.click("button[value=ghi]")
	b.has(".notice.done")

	b.visit(sheet) // December
	if got := goal("Đảng bộ xã Đông"); got == "none" || !sumOf(t, got, "400–450", second) {
		t.Errorf("the merged unit is asked for %s, the two were for 400–450 and %s", got, second)
	}
	if why := strings.Join(b.texts("main section li"), "\n"); !strings.Contains(why, "Đảng bộ xã Ba") || !strings.Contains(why, "Đảng bộ xã Bốn") {
		t.Errorf("nothing says where it comes from: %s", why)
	}
	if bare := eval[int](b, `[...document.querySelectorAll('.findings > li')].filter(l => !l.querySelector('.sumline')).length`); bare != 0 {
		t.Errorf("%d findings show no arithmetic", bare)
	}
	b.inspect("year-december-1280")
	b.width(narrow)
	b.inspect("year-december-390")
	b.width(wide)
	opened := 0
	for i := range eval[int](b, `document.querySelectorAll('tbody tr').length`) { // every figure opens its persons
		at := `document.querySelector('tbody tr:nth-child(` + strconv.Itoa(i+1) + `) a[href^="/bien-dong?"]')`
		n, to := eval[string](b, at+`?.textContent.trim() ?? ''`), eval[string](b, at+`?.getAttribute('href') ?? ''`)
		if to == "" {
			continue
		}
		b.visit(to)
		if rows := eval[int](b, `document.querySelectorAll('main table tbody a[href^="/nguoi/"]').length`); strconv.Itoa(rows) != n {
			t.Errorf("%s persons were counted, %d are behind it", n, rows)
		}
		opened++
		b.visit(sheet)
	}
	if opened != len(officerUnits) { // the province, four units: two of five are one
		t.Errorf("%d figures open a list", opened)
	}
	b.visit(doc)
	b.inspect("year-document-1280")
}

// pasteArticle enters the article as a document of a unit, confirms its numbers one by one and reads the warning.
func pasteArticle(t *testing.T, b *tab, unit string) (doc string) {
	t.Helper()
	b.visit("/van-ban/them?u=" + unit)
	b.fill("#f-number", "20-NQ/TU")
	b.fill("#f-dated", "11/1/2024")
	b.fill("#f-issuer", "Tỉnh ủy Hậu Giang")
	b.fill("#f-title", "Tăng cường công tác phát triển đảng viên")
	b.do(chromedp.SetValue(chromedp.CSS("#f-text"), pastedResolution))
	b.click("form .button.main[type=submit]")
	doc = b.path()
	for n := 0; len(b.texts("a[href$='#so-lieu'].small")) > 0; n++ {
		if n == 20 {
			t.Fatal("the numbers do not end")
		}
		b.click("a[href$='#so-lieu'].small")
		b.click("#so-lieu .button.main")
	}
	found := strings.Join(b.texts(".findings li"), "\n")
	for _, want := range []string{"thấp hơn mức đã đạt 87,2", "năm 2025 vừa theo mức"} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in %s", want, found)
		}
	}
	return doc
}

// sumOf reports whether a goal is what two goals come to, bound by bound.
func sumOf(t *testing.T, sum, a, b string) bool {
	t.Helper()
	bounds := func(text string) (int, int) {
		text = strings.ReplaceAll(text, ".", "")
		low, high, _ := strings.Cut(strings.ReplaceAll(text, "-", "–"), "–")
		l, err := strconv.Atoi(low)
		if err != nil {
			t.Fatalf("goal %q", text)
		}
		h, err := strconv.Atoi(high)
		if err != nil {
			h = l
		}
		return l, h
	}
	al, ah := bounds(a)
	bl, bh := bounds(b)
	sl, sh := bounds(sum)
	return sl == al+bl && sh == ah+bh
}
