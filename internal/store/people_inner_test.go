package store

import (
	"slices"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

func TestBornBetween(t *testing.T) {
	for _, on := range []day.Date{day.Of(2026, 2, 28), day.Of(2024, 2, 29), day.Of(2026, 11, 21), day.Of(2027, 3, 1), day.Of(2025, 1, 1)} {
		for band := 1; band <= ledger.AgeBands; band++ {
			from, to := bornBetween(band, on)
			for b := day.Of(1930, 1, 1); b < on; b = b.AddDays(1) {
				age := b.AgeAt(on)
				if want, got := age > 0 && ledger.AgeBand(age) == band, from < b && b <= to; got != want {
					t.Fatalf("band %d on %v: born %v (%d): %v", band, on, b, age, got)
				}
			}
			for _, b := range []day.Date{0, 1996_00_00, 1996_02_00, 1965_00_00} {
				age := b.AgeAt(on)
				if want, got := age > 0 && ledger.AgeBand(age) == band, from < b && b <= to; got != want {
					t.Errorf("band %d on %v: born %v (%d): %v", band, on, b, age, got)
				}
			}
		}
	}
}

func TestNameKeyWords(t *testing.T) {
	for _, c := range []struct {
		name, word string
		want       bool
	}{
		{"Nguyễn Thị Hòa", "Hòa", true}, {"Nguyễn Thị Hoà", "Hòa", true}, {"Nguyễn Thị Hoa", "Hòa", false}, {"Nguyễn Thị Hòa", "Nguyễn", true},
		{"Nguyễn Thị Hòa", "Nguyên", false}, {"Nguyễn Thị Thu Hòa", "Thu", true}, {"Nguyễn Thị Thu Hòa", "Thị", true}, {"Hòa", "Hòa", true}, {"Trần Đức", "Đức", true}, {"Trần Dức", "Đức", false},
		{"", "Đức", false}, {"H'Hen Niê", "H'Hen", true},
	} {
		if got := hasWord(vi.NameKey(c.name), vi.NameKey(c.word)); got != c.want {
			t.Errorf("%s has %s: %v", c.name, c.word, got)
		}
	}
	names := []string{"Nguyễn Thị Hòa", "Trần Đức Anh", "Lê Ý Nhi", "Đặng Ưng", "Y Moan Ênuôl", "Vũ Thị Thu Thủy 2"}
	for _, name := range names {
		for _, prefix := range []string{"h", "ho", "hoa", "hoan", "d", "duc", "dan", "y", "un", "en", "enuol", "thu", "thuy", "2", "nh", "x"} {
			want := slices.ContainsFunc(vi.Words(name), func(w string) bool { return strings.HasPrefix(w, prefix) && w != prefix })
			if got := begins(vi.NameKey(name), prefix); got != want {
				t.Errorf("%s begins %s: %v", name, prefix, got)
			}
		}
	}
}

func TestParseName(t *testing.T) {
	for _, c := range []struct {
		text, number string
		words, marks int
	}{
		{"", "", 0, 0}, {"  hoa ", "", 1, 0}, {"Hòa hoa", "", 1, 1}, {"nguyen thi hoa", "", 3, 0}, {"038098000123", "038098000123", 0, 0},
		{"038.098.000.123", "038098000123", 0, 0}, {"03809800012", "", 1, 0}, {"a b c d e f g h i j", "", 8, 0}, {"Đ", "", 1, 1}, {"<script>", "", 1, 0}, {"%_'", "", 0, 0},
	} {
		q := parseName(c.text)
		if q.number != c.number || len(q.words) != c.words || len(q.marks) != c.marks {
			t.Errorf("%q: %+v", c.text, q)
		}
	}
}

func TestAfterPrefix(t *testing.T) {
	for _, p := range []string{"a", "ho", "z", "9", "é"} {
		end := afterPrefix(p)
		for _, w := range []string{p, p + "a", p + "zzz", p + "\U0010FFFF"} {
			if w >= end {
				t.Errorf("%q is not below %q", w, end)
			}
		}
	}
}
