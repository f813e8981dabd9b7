package vi_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ketnap/internal/vi"
)

func TestGiven(t *testing.T) {
	for in, want := range map[string]string{
		"Nguyễn Văn An": "An", "An": "An", "  trần thị  bích ": "bích", "": "", "...": "",
		"Nguyễn Văn An (Ba An)": "An", "(An)": "An", "H'Hen Niê": "Niê", "Y Moan Ênuôl": "Ênuôl", "Ksor H’Nham": "H’Nham",
		norm.NFD.String("Lê Hòa"): "Hòa", "Nguyễn Văn An.": "An", "Lê Anna-Maria": "Maria",
	} {
		if got := vi.Given(in); got != want {
			t.Errorf("Given(%q) = %q, want %q", in, got, want)
		}
	}
}

// The names below stand in the order of a list as an office keeps it.
var ordered = []string{
	"Nguyễn Văn 2",
	"An",
	"Bùi An",
	"Lê An",
	"Nguyễn An",
	"Nguyễn Đình An",
	"Nguyễn Văn An",
	"Nguyễn Văn Bình An",
	"Trần An",
	"Lê Án",
	"Nguyễn Anh", // An before Anh, whatever the family
	"Vũ Ánh",
	"Trần Ẵng", // ă after a
	"Trần Ân",  // â after ă; the level tone first
	"Lê Ấn",    // tone before family: all Ân stand together
	"Nguyễn Văn Cường",
	"Lê Dũng",
	"Lê Đức", // đ after d
	"Lê Em",
	"Lê Én",
	"Hồ Ếch", // ê after e
	"Lê Fanny",
	"Lê Gấm",
	"Đỗ Hà",
	"Vũ Hà",
	"Đỗ Hạ",
	"Lê Hoa", // ngang huyền hỏi ngã sắc nặng
	"Lê Hòa",
	"Lê Hỏa",
	"Lê Hõa",
	"Lê Hóa",
	"Lê Họa",
	"Do Long Long",
	"Đo Long", // family: d before đ
	"Phạm Long",
	"Lê Lộc",
	"Lê Lợi", // ơ after ô
	"Lê Oanh",
	"Lê Ông",
	"Lê Ơn",
	"Lê Tuấn",
	"Lê Tư", // ư after u
	"Lê Vy",
	"Lê Wen",
	"Lê Xuân",
	"Lê Yến",
	"Lê Zân",
	"Иван",
	"北京",
}

func TestNameKeyOrder(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	got := slices.Clone(ordered)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(vi.NameKey(a), vi.NameKey(b)) })
	if diff := cmp.Diff(ordered, got); diff != "" {
		t.Error(diff)
	}
	for i := 1; i < len(ordered); i++ {
		if vi.NameKey(ordered[i-1]) == vi.NameKey(ordered[i]) {
			t.Errorf("%q and %q have one key", ordered[i-1], ordered[i])
		}
	}
}

func TestNameKeySame(t *testing.T) {
	for _, tt := range [][2]string{
		{"Lê Thị Hoà", "Lê Thị Hòa"},
		{"Nguyễn Thuý", "Nguyễn Thúy"},
		{"NGUYỄN VĂN AN", "nguyễn văn an"},
		{"Nguyễn  Văn   An ", "Nguyễn Văn An"},
		{"Đặng Đệ", "Ðặng Ðệ"},
		{"H'Hen Niê", "H’Hen Niê"},
		{"Nguyễn Văn An", "Nguyễn Văn An (Ba An)"},
		{"Lê Ph\u01b0\u01a1ng", "Lê Phu\u031bo\u031bng"},
	} {
		if a, b := vi.NameKey(tt[0]), vi.NameKey(tt[1]); a != b {
			t.Errorf("%q has %q, %q has %q", tt[0], a, tt[1], b)
		}
	}
}

func TestNameKeyBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyText.Draw(t, "s")
		key := vi.NameKey(s)
		for _, c := range []byte(key) {
			if c <= ' ' || c > '~' {
				t.Fatalf("byte %#x in %q", c, key)
			}
		}
		if nfd := vi.NameKey(norm.NFD.String(s)); nfd != key {
			t.Fatalf("NFD has %q, NFC %q", nfd, key)
		}
		if (key == "") != (vi.Fold(s) == "") {
			t.Fatalf("key %q, fold %q", key, vi.Fold(s))
		}
	})
	if key := vi.NameKey(strings.Repeat("Nguyễn ", 200)); len(key) < 1000 {
		t.Errorf("a long name is cut to %d bytes", len(key))
	}
}

// The order of single words is that of the Unicode collation for Vietnamese.
func TestNameKeyAgreesWithCollation(t *testing.T) {
	syllable := rapid.Custom(func(t *rapid.T) string {
		first := rapid.SampledFrom(strings.Fields("b c ch d đ g h kh l m n nh ng ph qu r s t th tr v x f w z j")).Draw(t, "first")
		vowel := rapid.SampledFrom(strings.Fields("a ă â e ê i o ô ơ u ư y")).Draw(t, "vowel")
		tone := rapid.SampledFrom([]string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}).Draw(t, "tone")
		last := rapid.SampledFrom(strings.Fields("n m ng nh c t p i u")).Draw(t, "last")
		return norm.NFC.String(first + vowel + tone + last)
	})
	col := collate.New(language.Vietnamese)
	rapid.Check(t, func(t *rapid.T) {
		a, b := syllable.Draw(t, "a"), syllable.Draw(t, "b")
		if got, want := strings.Compare(vi.NameKey(a), vi.NameKey(b)), col.CompareString(a, b); got != want {
			t.Fatalf("%q and %q: %d, collation %d", a, b, got, want)
		}
	})
}

func BenchmarkNameKey(b *testing.B) {
	for name, s := range map[string]string{
		"nfc": "Nguyễn Thị Ngọc Hường",
		"nfd": norm.NFD.String("Nguyễn Thị Ngọc Hường"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.ReportMetric(float64(len(vi.NameKey(s))), "bytes/key")
			for b.Loop() {
				vi.NameKey(s)
			}
		})
	}
}
