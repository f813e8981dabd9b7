package webtest_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const pastedResolution = "I. Mục tiêu\nMục tiêu cụ thể là từ năm 2024-2025 và giai đoạn 2025-2030: Hàng năm, toàn Đảng bộ tỉnh kết nạp từ 1.020 - 1.250 đảng viên, trong đó đảng viên là học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước từ 40-55 người/năm.\n" +
	"II. Đánh giá\n5 năm gần đây (2018-2022), Đảng bộ kết nạp 4.715 đảng viên, trong đó học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước là 436 đảng viên."

// TestDocumentFlow pastes a resolution, confirms its numbers one by one, and reads the warning that the target lies below what
// was already reached.
func TestDocumentFlow(t *testing.T) {
	b := open(t, "quantri")
	b.width(wide)
	b.visit(placed(t, "/van-ban?u={commune}"))
	b.click(".page-head .button.main")
	b.fill("#f-number", "20-NQ/TU")
	b.fill("#f-dated", "11/1/2024")
	b.fill("#f-title", "Tăng cường công tác phát triển đảng viên")
	b.do(chromedp.SetValue(chromedp.CSS("#f-text"), pastedResolution))
	eval[bool](b, `(document.querySelector('#f-issuer').removeAttribute('required'), true)`)
	b.click("form .button.main[type=submit]")
	b.has(".wrong-text")
	b.complaints()
	b.inspect("document-form-wrong-1280")
	b.fill("#f-issuer", "Tỉnh ủy Hậu Giang")
	b.click("form .button.main[type=submit]")
	if p := b.path(); !strings.HasPrefix(p, "/van-ban/") || strings.HasSuffix(p, "them") {
		t.Fatalf("after saving at %s: %v", p, b.texts(".wrong-text"))
	}
	b.inspect("document-offers-1280")
	offers := 0
	for ; len(b.texts("a[href$='#so-lieu'].small")) > 0; offers++ {
		b.click("a[href$='#so-lieu'].small")
		if offers == 2 {
			b.inspect("document-confirm-1280")
		}
		b.click("#so-lieu .button.main")
	}
	if offers != 6 {
		t.Errorf("%d numbers were offered", offers)
	}
	found := strings.Join(b.texts(".findings li p"), "\n")
	for _, want := range []string{"thấp hơn mức đã đạt 87,2", "năm 2025 vừa theo mức"} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in %s", want, found)
		}
	}
	b.do(chromedp.Click(chromedp.CSS(".findings li details summary")))
	b.inspect("document-findings-1280")
	b.width(narrow)
	b.inspect("document-findings-390")
	b.width(wide)
	b.fill("#f-to", "Nghị quyết số 21-NQ/TW ngày 16-6-2022")
	b.click("form[action$='/lien-ket'] .button:not(.small)")
	b.inspect("document-graph-1280")
}

// TestCascadeFlow divides a target among the units below, corrects one by hand, issues all of it with a document, and goes past a
// finding with a reason.
func TestCascadeFlow(t *testing.T) {
	b := open(t, "quantri")
	b.width(wide)
	b.visit(placed(t, "/chi-tieu/phan-bo?u={commune}&nam=2027&so=120-150"))
	b.inspect("allocate-1280")
	b.choose("#f-cach", "pool")
	b.fill("#f-san", "1")
	b.click("form .button[value=xem]")
	sum := b.texts("tfoot td[data-label]")
	if got := sum[len(sum)-1]; got != "120–150" {
		t.Errorf("the parts come to %s", got)
	}
	b.click(".button[value=ghi]")
	b.wait("the sheet", `location.pathname === '/chi-tieu' && document.readyState === 'complete' && document.querySelector('.badge.info')`)
	b.inspect("sheet-drafts-1280")
	first := "tbody tr:nth-child(2) input[name^=goal_]"
	b.fill(first, "500")
	b.do(chromedp.KeyEvent("\r"))
	if at := eval[string](b, `document.activeElement.closest('tr').rowIndex + ''`); at != "3" {
		t.Errorf("Enter goes to row %s", at)
	}
	b.fill("#f-source", "5-KH/ĐU ngày 10/01/2027")
	b.click("button[name=act][value=issue]:not(.sr)")
	if left := b.texts(".badge.info"); len(left) != 0 {
		t.Errorf("%d drafts left: %v", len(left), b.texts(".wrong-text"))
	}
	if got := eval[string](b, `document.querySelector('`+first+`').value`); got != "500" {
		t.Errorf("issued %s", got)
	}
	b.inspect("sheet-issued-1280")
	b.width(narrow)
	b.inspect("sheet-issued-390")
}
