package webtest_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestOfficerYear is a year of an officer on a database of its own: what the committee was given is divided and issued in January, one
// unit is corrected in July by a second document, two units merge in August, and in December every figure of the sheet opens as many
// persons, the merged unit is asked for what both were, and a line says why.
func TestOfficerYear(t *testing.T) {
	c := newConsole(t)
	c.run("demo", "--size=commune", "--dir="+c.dir, "--no-serve")
	c.env = append(c.env, "KETNAP_DB="+filepath.Join(c.dir, "ketnap-commune.db"), "KETNAP_KEY="+filepath.Join(c.dir, "ketnap.key"))
	said, err := os.ReadFile(filepath.Join(c.dir, "ketnap-commune.txt"))
	if err != nil {
		t.Fatal(err)
	}
	passwords := map[string]string{}
	for line := range strings.Lines(string(said)) {
		if f := strings.Fields(line); len(f) > 2 {
			passwords[f[0]] = f[1]
		}
	}
	b := c.serve(passwords).sit(t, "quantri")
	b.visit("/to-chuc")
	href := func(name string) string {
		t.Helper()
		h := eval[string](b, `[...document.querySelectorAll('main a')].find(a => a.textContent.trim().startsWith('`+name+`'))?.getAttribute('href') ?? ''`)
		if h == "" {
			t.Fatalf("no link to %s at %s", name, b.path())
		}
		return h
	}
	commune := href("Đảng bộ phường")
	commune = commune[strings.LastIndex(commune, "/")+1:]
	sheet := "/chi-tieu?u=" + commune + "&nam=2026"
	goal := func(unit string) string {
		return eval[string](b, `[...document.querySelectorAll('tbody tr')].find(r => r.querySelector('th a')?.textContent.trim() === '`+unit+`')?.querySelector('input[name^=goal_]')?.value ?? 'none'`)
	}
	issue := func(source, on string) {
		t.Helper()
		b.fill("#f-source", source)
		b.fill("#f-issued_on", on)
		b.click("button[name=act][value=issue]:not(.sr)")
		if left := b.texts(".badge.info"); len(left) != 0 {
			t.Fatalf("%d drafts left: %v", len(left), b.texts(".wrong-text"))
		}
	}

	b.visit("/chi-tieu/phan-bo?u=" + commune + "&nam=2026&so=70-80")
	b.choose("#f-cach", "share")
	b.fill("#f-san", "1")
	b.click("form .button[value=xem]")
	if sum := b.texts("tfoot td"); sum[len(sum)-1] != "70–80" {
		t.Errorf("the parts come to %v", sum)
	}
	b.inspect("year-divided-1280")
	b.click(".button[value=ghi]")
	b.wait("the sheet", `location.pathname === '/chi-tieu' && document.readyState === 'complete' && document.querySelector('.badge.info')`)
	issue("5-KH/ĐU ngày 10/01/2026", "10/01/2026")

	b.visit(sheet) // July: one unit is asked for more by a second document
	row := `[...document.querySelectorAll('tbody tr')].find(r => r.querySelector('th a')?.textContent.trim() === 'Đảng bộ khu dân cư 1').querySelector('input[name^=goal_]')`
	b.fill("#"+strings.ReplaceAll(eval[string](b, row+`.id`), ".", `\.`), "30")
	issue("31-KH/ĐU ngày 10/07/2026", "10/07/2026")
	second := goal("Đảng bộ khu dân cư 2")
	if goal("Đảng bộ khu dân cư 1") != "30" || second == "none" {
		t.Fatalf("corrected to %s beside %s", goal("Đảng bộ khu dân cư 1"), second)
	}
	b.inspect("year-corrected-1280")

	b.visit("/to-chuc/" + commune + "/sap-xep?viec=merge") // August
	for _, name := range []string{"Đảng bộ khu dân cư 1", "Đảng bộ khu dân cư 2"} {
		if !eval[bool](b, `(() => { const l = [...document.querySelectorAll('.choices label')].find(l => l.textContent.includes('`+name+`')); l?.click(); return !!l })()`) {
			t.Fatalf("%s is not offered", name)
		}
	}
	b.fill("#f-name", "Đảng bộ khu dân cư Đông")
	b.fill("#f-decision", "77-QĐ/ĐU")
	b.fill("#f-date", "01/08/2026")
	b.click("button[value=xem]")
	b.has("button[value=ghi]")
	b.inspect("year-merging-1280")
	b.click("button[value=ghi]")
	b.has(".notice.done")

	b.visit(sheet) // December
	merged := eval[string](b, `[...document.querySelectorAll('tbody tr')].find(r => r.querySelector('th a')?.textContent.trim() === 'Đảng bộ khu dân cư Đông')?.innerText ?? ''`)
	if got := goal("Đảng bộ khu dân cư Đông"); merged == "" || !sumOf(t, got, "30", second) {
		t.Errorf("the merged unit is asked for %s, the two were for 30 and %s", got, second)
	}
	if why := strings.Join(b.texts("main section li"), "\n"); !strings.Contains(why, "Đảng bộ khu dân cư 1") || !strings.Contains(why, "Đảng bộ khu dân cư 2") {
		t.Errorf("nothing says where it comes from: %s", why)
	}
	b.inspect("year-december-1280")
	b.width(narrow)
	b.inspect("year-december-390")
	b.width(wide)
	for _, i := range []string{"1", "2", "3"} { // figures open their persons
		at := `document.querySelector('tbody tr:nth-child(` + i + `) td:nth-last-child(2) a')`
		n, to := eval[string](b, at+`.textContent.trim()`), eval[string](b, at+`.getAttribute('href')`)
		b.visit(to)
		if rows := eval[int](b, `document.querySelectorAll('main table tbody tr').length`); strconv.Itoa(rows) != n && rows < 50 {
			t.Errorf("%s persons were counted, %d are behind it", n, rows)
		}
		b.visit(sheet)
	}
}

// sumOf reports whether a goal is what two goals come to, bound by bound.
func sumOf(t *testing.T, sum, a, b string) bool {
	t.Helper()
	bounds := func(text string) (int, int) {
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
