package vi

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestSecretMark tries every way a marking is written, and texts that only sound like one.
func TestSecretMark(t *testing.T) {
	levels := map[string][]string{"tuyet mat": {"TUYỆT MẬT", "Tuyệt mật", "tuyệt  mật", "TUYET MAT", "Tuyet mat"}, "toi mat": {"TỐI MẬT", "Tối mật", "tối mật", "TOI MAT"}, "mat": {"MẬT", "MAT"}}
	frames := []string{"%", " % ", "[%]", "(%)", "Số 12-NQ/TU\n%\nNghị quyết", "Độ mật: %", "*** % ***", "“%”", "Dấu: %", "% - số 05"}
	tried := 0
	for want, forms := range levels {
		for _, form := range forms {
			for _, frame := range frames {
				text := strings.ReplaceAll(frame, "%", form)
				if HasMarks(frame) && !HasMarks(form) && !strings.Contains(frame, "\n") {
					continue // a line is written with diacritics or without
				}
				for _, x := range []string{text, norm.NFD.String(text), "\ufeff" + text} {
					tried++
					if got := SecretMark(x); got != want && !strings.HasPrefix(x, "\ufeff") {
						t.Errorf("%q: %q, want %q", x, got, want)
					}
				}
			}
		}
	}
	for _, form := range []string{"đóng dấu MẬT", "xếp độ MẬT", "mức MẬT", "văn bản tối mật của tỉnh", "tài liệu tuyệt mật kèm theo"} {
		tried++
		if SecretMark(form) == "" {
			t.Errorf("%q passes", form)
		}
	}
	t.Logf("%d markings tried", tried)
	for _, fine := range []string{"", "mật khẩu", "MẬT KHẨU", "BẢO MẬT", "bí mật nhà nước", "Mật ong", "Tôi mất giấy tờ", "toi mat giay to", "Trần Văn Mật", "mật", "Mật độ dân số", "tối mặt", "Nguyễn Thị Mật, sinh 1990",
		"giữ bí mật", "MAT KHAU", "Lê Mật", "tuyết mát", "cơ mật", "MẬT ĐỘ"} {
		if got := SecretMark(fine); got != "" {
			t.Errorf("%q is taken for %q", fine, got)
		}
	}
}
