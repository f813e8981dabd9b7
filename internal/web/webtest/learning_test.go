package webtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ownDemo serves a demo of its own to a test that changes a lot.
func ownDemo(t *testing.T) *demo {
	t.Helper()
	need(t, chromiumEnv)
	d, err := startDemo("commune")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill(); _ = d.cmd.Wait(); _ = os.RemoveAll(d.dir) })
	return d
}

// tick ticks the box of the label that begins with a text.
func (b *tab) tick(label string) {
	b.t.Helper()
	if !eval[bool](b, `((text) => { const l = [...document.querySelectorAll('main label')].find(l => l.textContent.trim().startsWith(text) && (l.control ?? document.getElementById(l.htmlFor))?.type === 'checkbox'); const c = l && (l.control ?? document.getElementById(l.htmlFor)); if (c) { c.closest('details')?.setAttribute('open', ''); c.checked = true } return !!c })(`+quoted(label)+`)`) {
		b.t.Fatalf("%s: no box %q", b.path(), label)
	}
}

// must wants texts on the page.
func (b *tab) must(what string, texts ...string) {
	b.t.Helper()
	said := strings.Join(b.texts("main"), " ")
	for _, want := range texts {
		if !strings.Contains(said, want) {
			b.shot("missing")
			b.t.Errorf("%s: no %q at %s", what, want, b.path())
		}
	}
}

func quoted(text string) string { return "`" + strings.ReplaceAll(text, "`", "") + "`" }

// TestLocalCriterion: a committee adds what it asks of pupils by choosing from lists, reads first whom that touches, cannot loosen the
// regulation, and whoever makes the dossier is asked about it at that step.
func TestLocalCriterion(t *testing.T) {
	d := ownDemo(t)
	b := d.sit(t, "capuy")
	b.visit("/quy-tac")
	b.click("main a[href='/quy-tac/bo-sung']")
	b.choose("#f-need-pick", "age")
	b.click("form.filters .button")
	b.inspect("local-age-1280")
	b.put("number", "16", "source", "12-QĐ/ĐU", "from", "01/01/2026")
	b.click("button[value=xem]")
	b.complaints() // the browser notes the status
	b.must("an age below the regulation's", "Cấp ủy chỉ yêu cầu chặt hơn, không nới")
	b.width(narrow)
	b.inspect("local-refused-390")
	b.back()
	b.choose("#f-need-pick", "grade")
	b.click("form.filters .button")
	b.put("rank", "khá", "source", "12-QĐ/ĐU ngày 05/01/2026", "from", "01/01/2026")
	b.tick("Đoàn viên Đoàn Thanh niên")
	b.inspect("local-grade-390")
	b.click("button[value=xem]")
	b.must("the preview", "Xếp loại học tập từ khá trở lên (đoàn viên đoàn thanh niên)", "hồ sơ đang mở", "Chưa ghi gì")
	b.width(wide)
	b.inspect("local-preview-1280")
	if made := eval[string](b, `[...document.querySelectorAll('main .hint')].map(x => x.textContent).find(x => x.includes('person.')) ?? ''`); !strings.Contains(made, "person.youth") {
		t.Errorf("the condition that was written is %q", made)
	}
	b.click("button[value=ghi]")
	b.must("the list", "Xếp loại học tập từ khá trở lên (đoàn viên đoàn thanh niên)", "Thôi áp dụng")
	b.inspect("local-added-1280")

	officer := d.sit(t, "canbo") // a youth whose cell is about to vote is asked
	asked := ""
	officer.visit("/ho-so?state=s6")
	for _, href := range eval[[]string](officer, `[...new Set([...document.querySelectorAll('main a[href$="/ho-so"][href^="/nguoi/"]')].map(a => a.getAttribute('href')))]`) {
		officer.visit(href)
		if strings.Contains(strings.Join(officer.texts("main"), " "), "Cấp ủy yêu cầu xếp loại học tập từ khá trở lên") {
			asked = href
			break
		}
	}
	if asked == "" {
		t.Error("nobody is asked about the grades")
	}
	officer.inspect("local-asked-1280")

	b.click("main table form .button") // ended
	b.must("the end", "01/01/2026 – ")
	if left := b.texts("main table form .button"); len(left) != 0 {
		t.Errorf("what ended can be ended again: %v", left)
	}
}

// sheetFile writes a sheet for an upload.
func sheetFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
