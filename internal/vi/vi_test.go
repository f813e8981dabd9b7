package vi_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ketnap/internal/vi"
)

func TestNFC(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Nguyễn Văn An", "Nguyễn Văn An"},
		{norm.NFD.String("Nguyễn Văn Đệ"), "Nguyễn Văn Đệ"},
		{"  Nguyễn \t Văn\r\nAn  ", "Nguyễn Văn An"},
		{"Nguyễn\u00a0Văn\u200b An\ufeff", "Nguyễn Văn An"},
		{"a\x00b\x1bc\x7f", "abc"},
		{"a\u202eb", "ab"},
		{"a\u200b\u0301", "á"}, // what stood between is gone, so they compose
		{"bad\xffbyte", "badbyte"},
		{"hòa hoà", "hòa hoà"}, // the place of the tone is kept
		{"H'Mông", "H'Mông"},
		{"", ""},
		{" ", ""},
		{"x ", "x"},
		{"é ", "é"},
		{"é  a", "é a"},
		{"é a", "é a"},
		{"a é", "a é"},
		{"a  é", "a é"},
	} {
		if got := vi.NFC(tt.in); got != tt.want {
			t.Errorf("NFC(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Nguyễn Thị Hường", "nguyen thi huong"},
		{"ĐẢNG BỘ XÃ ĐƯỜNG LÂM", "dang bo xa duong lam"},
		{norm.NFD.String("Đảng bộ xã Đường Lâm"), "dang bo xa duong lam"},
		{"hoà", "hoa"},
		{"hòa", "hoa"},
		{"Ðặng Ðình Ðệ", "dang dinh de"}, // Icelandic Ð of old encodings
		{"ăâđêôơưĂÂĐÊÔƠƯ", "aadeoouaadeoou"},
		{"à ả ã á ạ ằ ẳ ẵ ắ ặ ầ ẩ ẫ ấ ậ", "a a a a a a a a a a a a a a a"},
		{"ỳ ỷ ỹ ý ỵ", "y y y y y"},
		{"H'Mông", "hmong"},
		{"H’Hen Niê", "hhen nie"},
		{"Bà Rịa – Vũng Tàu", "ba ria vung tau"},
		{"TP.HCM (Q.1)", "tp hcm q 1"},
		{"a_b/c\\d", "a b c d"},
		{"  Chi bộ   số 12  ", "chi bo so 12"},
		{"Straße Ærø Łódź naïve", "strasse aero lodz naive"},
		{"ﬁn ＡＢ１２", "fin ab12"},
		{"Москва Ё", "москва е"},
		{"北京 2024", "北京 2024"},
		{"a\u200bb", "ab"},
		{"\u0301", ""},
		{"…", ""},
		{"", ""},
		{"da sach", "da sach"},
		{" da", "da"},
		{"da  sach", "da sach"},
		{"da ", "da"},
		{"bad\xff", "bad"},
	} {
		if got := vi.Fold(tt.in); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// anyText mixes what people type with what programs send.
var anyText = rapid.StringOf(rapid.OneOf(
	rapid.SampledFrom([]rune("aăâeêioôơuưyđbcnghtAĂÂĐƠƯàảãáạằẳẵắặấậềểễếệỏộớợụứựỳỹ  ''-.,0123\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u00a0\u200b")),
	rapid.Rune(),
))

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyText.Draw(t, "s")
		f := vi.Fold(s)
		if again := vi.Fold(f); again != f {
			t.Fatalf("Fold is not stable: %q, %q", f, again)
		}
		if nfd := vi.Fold(norm.NFD.String(s)); nfd != f {
			t.Fatalf("NFD folds to %q, NFC to %q", nfd, f)
		}
		for _, r := range f {
			if r != ' ' && !unicode.In(r, unicode.L, unicode.Nd) || strings.ContainsRune("ăâđêôơư", r) {
				t.Fatalf("%q in %q", r, f)
			}
		}
		if diff := cmp.Diff(strings.Fields(f), vi.Words(s)); diff != "" {
			t.Fatal(diff)
		}
		clean := vi.NFC(s)
		if again := vi.NFC(clean); again != clean {
			t.Fatalf("NFC is not stable: %+q, %+q", clean, again)
		}
		if !norm.NFC.IsNormalString(clean) || strings.Contains(clean, "  ") || strings.TrimSpace(clean) != clean {
			t.Fatalf("NFC gives %+q", clean)
		}
		for _, c := range vi.Slug(s) {
			if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				t.Fatalf("%q in slug", c)
			}
		}
	})
}

func TestHasMarks(t *testing.T) {
	for s, want := range map[string]bool{
		"hoà": true, "hoa": false, "Đa": true, "da": false, "ân": true, "HOA": false,
		norm.NFD.String("hoà"): true, "Москва": false, "北京": false, "12 — 3": false, "": false,
	} {
		if got := vi.HasMarks(s); got != want {
			t.Errorf("HasMarks(%q) = %t", s, got)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Đường Lâm": "duong-lam", "  Xã  Ba Vì! ": "xa-ba-vi", "北京": "", "a 北 b": "a-b", "北 a": "a", "a 北": "a",
		"Đảng bộ (2025–2030)": "dang-bo-2025-2030", "": "",
	} {
		if got := vi.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldAllocates(t *testing.T) {
	for s, most := range map[string]float64{"nguyen thi huong": 0, "Nguyễn Thị Hường": 1} {
		if got := testing.AllocsPerRun(100, func() { vi.Fold(s) }); got > most {
			t.Errorf("Fold(%q) allocates %v times, want at most %v", s, got, most)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{
		"marks":  "Nguyễn Thị Ngọc Hường",
		"folded": "nguyen thi ngoc huong",
		"nfd":    norm.NFD.String("Nguyễn Thị Ngọc Hường"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				vi.Fold(s)
			}
		})
	}
}

func BenchmarkNFC(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		vi.NFC("Nguyễn Thị Ngọc Hường")
	}
}
