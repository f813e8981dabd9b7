package webtest_test

import (
	"strings"
	"testing"
)

// TestVoteLive: while the figures of a vote are typed the page says how many are needed, which figure contradicts another, and whether
// they are enough; nothing of what was typed is lost.
func TestVoteLive(t *testing.T) {
	b := open(t, "canbo")
	b.visit("/ho-so?n=200")
	to := eval[string](b, `(row => row ? row.querySelector('a').getAttribute('href') : '')([...document.querySelectorAll('main tbody tr')].find(r => r.innerText.includes('Lấy ý kiến') && r.querySelector('a[href^="/nguoi/"]')))`)
	if to == "" {
		t.Fatal("no dossier waits for the cell")
	}
	b.visit(to + "/ghi?step=cell_vote")
	says := func(want string) {
		t.Helper()
		b.wait(want, `document.querySelector('#vote-says').innerText.includes(`+quoted(want)+`)`)
	}
	b.fill("#f-officials", "9")
	b.fill("#f-excluded", "1\t")
	says("Cần ít nhất 6/8 tán thành (2/3).")
	b.fill("#f-summoned", "8")
	b.fill("#f-present", "9\t")
	says("Có mặt: Không thể")
	b.fill("#f-present", "8")
	b.fill("#f-issued", "8")
	b.fill("#f-valid", "8")
	b.fill("#f-for", "5\t")
	says("Chưa đủ tỷ lệ")
	b.fill("#f-for", "6\t")
	says("Đủ tỷ lệ 6 tán thành trên 8")
	if typed := eval[[]string](b, `[...document.querySelectorAll('.vote input')].map(i => i.value)`); strings.Join(typed, " ") != "9 1 8 8 8 8 6" {
		t.Errorf("typed now: %v", typed)
	}
	b.width(wide)
	b.inspect("vote-live-1280")
	b.width(narrow)
	b.inspect("vote-live-390")
}
