package person

import (
	"strings"
	"testing"

	"ketnap/internal/ledger"
	"ketnap/internal/vi"
)

var lists = map[string]List{"sex": Sexes, "ethnic": Ethnics, "religion": Religions, "occupation": Occupations,
	"schooling": Schoolings, "expertise": Expertises, "theory": Theories, "sector": Sectors}

// TestLists: within a list no word, name or code leads to two entries, and every alias is written the
// way cells are folded, or it would never be found.
func TestLists(t *testing.T) {
	for name, l := range lists {
		seen := map[string]int{}
		claim := func(word string, n int) {
			if other, taken := seen[word]; taken && other != n {
				t.Errorf("%s: %q names %q and %q", name, word, l[other-1].Name, l[n-1].Name)
			}
			seen[word] = n
		}
		for i, c := range l {
			n := i + 1
			if c.Code == "" || c.Name == "" || c.EN == "" || c.Name != vi.NFC(c.Name) {
				t.Errorf("%s %d: %+v", name, n, c)
			}
			claim(vi.Fold(c.Name), n)
			claim(vi.Fold(c.Code), n)
			for _, a := range c.Alias {
				if a == "" || a != vi.Fold(a) {
					t.Errorf("%s: alias %q is not folded, a cell never equals it", name, a)
				}
				claim(a, n)
			}
		}
		for word, n := range seen {
			if got, ok := l.Find(word); !ok || got != n {
				t.Errorf("%s: Find(%q) = %d, %v, want %d", name, word, got, ok, n)
			}
		}
		for _, c := range l {
			got, ok := l.Find("  " + strings.ToUpper(c.Name) + " ")
			if want, _ := l.Find(c.Name); !ok || got != want {
				t.Errorf("%s: %q in capitals is %d, want %d", name, c.Name, got, want)
			}
		}
	}
}

// TestCounters: the counters have a column per code of these lists.
func TestCounters(t *testing.T) {
	for name, c := range map[string][2]int{"occupation": {len(Occupations), ledger.Occupations}, "schooling": {len(Schoolings), ledger.Schoolings},
		"expertise": {len(Expertises), ledger.Expertises}, "sector": {len(Sectors), ledger.Sectors}} {
		if c[0] != c[1] {
			t.Errorf("%s: %d codes, %d columns", name, c[0], c[1])
		}
	}
}

// The 54 as the national list has them, written down once more in its order.
const fiftyFour = `Kinh, Tày, Thái, Hoa, Khmer, Mường, Nùng, Mông, Dao, Gia Rai, Ngái, Ê Đê, Ba Na, Xơ Đăng, Sán Chay, Cơ Ho, Chăm, Sán Dìu, Hrê, Mnông,
Ra Glai, Xtiêng, Bru - Vân Kiều, Thổ, Giáy, Cơ Tu, Giẻ Triêng, Mạ, Khơ Mú, Co, Tà Ôi, Chơ Ro, Kháng, Xinh Mun, Hà Nhì, Chu Ru, Lào, La Chí, La Ha,
Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ Măm`

func TestEthnics(t *testing.T) {
	want := strings.Split(strings.Join(strings.Fields(fiftyFour), " "), ", ")
	if len(want) != 54 || len(Ethnics) != 54 {
		t.Fatalf("%d names, %d entries", len(want), len(Ethnics))
	}
	for i, name := range want {
		if Ethnics[i].Name != name {
			t.Errorf("%d: %q, want %q", i+1, Ethnics[i].Name, name)
		}
		if code := Ethnics[i].Code; len(code) != 2 || code != string([]byte{byte('0' + (i+1)/10), byte('0' + (i+1)%10)}) {
			t.Errorf("%s has code %q", name, code)
		}
	}
	if len(Religions) != 17 {
		t.Errorf("%d religions, want none and 16", len(Religions))
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		l    List
		cell string
		want string // name, "" for nothing filled in, "?" for unknown
	}{
		{Ethnics, "Kinh", "Kinh"}, {Ethnics, "KINH", "Kinh"}, {Ethnics, "Kinh (Việt)", "Kinh"}, {Ethnics, " kinh ", "Kinh"},
		{Ethnics, "Tay", "Tày"}, {Ethnics, "Mu\u031bo\u031b\u0300ng", "Mường"}, {Ethnics, "H'Mông", "Mông"}, {Ethnics, "Hmông", "Mông"}, {Ethnics, "Ê-đê", "Ê Đê"}, {Ethnics, "Ede", "Ê Đê"},
		{Ethnics, "Khơ-me", "Khmer"}, {Ethnics, "Khơ Mú", "Khơ Mú"}, {Ethnics, "K'Ho", "Cơ Ho"}, {Ethnics, "Bru-Vân Kiều", "Bru - Vân Kiều"},
		{Ethnics, "Sán Chay (Cao Lan - Sán Chỉ)", "Sán Chay"}, {Ethnics, "Cao Lan", "Sán Chay"}, {Ethnics, "Chàm", "Chăm"}, {Ethnics, "M'Nông", "Mnông"},
		{Ethnics, "Gia-rai", "Gia Rai"}, {Ethnics, "01", "Kinh"}, {Ethnics, "1", "Kinh"}, {Ethnics, "54", "Rơ Măm"}, {Ethnics, "6", "Mường"},
		{Ethnics, "55", "?"}, {Ethnics, "0", "?"}, {Ethnics, "Pháp", "?"}, {Ethnics, "", ""}, {Ethnics, "  ", ""},
		{Religions, "Không", "Không"}, {Religions, "ko", "Không"}, {Religions, "0", "Không"}, {Religions, "00", "Không"}, {Religions, "Thiên Chúa giáo", "Công giáo"},
		{Religions, "Phật", "Phật giáo"}, {Religions, "Hòa Hảo", "Phật giáo Hòa Hảo"}, {Religions, "2", "Công giáo"}, {Religions, "Jedi", "?"}, {Religions, "", ""},
		{Sexes, "nam", "Nam"}, {Sexes, "NỮ", "Nữ"}, {Sexes, "Nu", "Nữ"}, {Sexes, "2", "Nữ"}, {Sexes, "F", "Nữ"}, {Sexes, "3", "?"},
		{Occupations, "Công nhân", "Công nhân trực tiếp sản xuất"}, {Occupations, "07A", "Lãnh đạo, quản lý doanh nghiệp"}, {Occupations, "SV", "Sinh viên"},
		{Occupations, "HS", "Học sinh"}, {Occupations, "8", "Nông, lâm, ngư nghiệp"}, {Occupations, "giáo viên", "Viên chức sự nghiệp công lập"}, {Occupations, "07", "?"},
		{Schoolings, "12/12", "Trung học phổ thông"}, {Schoolings, "9/12", "Trung học cơ sở"}, {Schoolings, "THPT", "Trung học phổ thông"}, {Schoolings, "10/10", "Trung học phổ thông"},
		{Expertises, "ĐH", "Đại học"}, {Expertises, "Ths", "Thạc sĩ"}, {Expertises, "Kỹ sư", "Đại học"}, {Expertises, "CĐ", "Cao đẳng"}, {Expertises, "7", "?"},
		{Theories, "Cao cấp", "Cao cấp, cử nhân"}, {Theories, "TC", "Trung cấp"},
	} {
		n, ok := c.l.Find(c.cell)
		want := c.want != "?"
		if ok != want || want && c.l.Name(n) != c.want {
			t.Errorf("Find(%q) = %d %q, %v; want %q", c.cell, n, c.l.Name(n), ok, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, n := range []int{-1, 0, 55, 1000} {
		if Ethnics.Name(n) != "" || Ethnics.In("en", n) != "" {
			t.Errorf("number %d has a name", n)
		}
	}
	if Sexes.In("vi", 2) != "Nữ" || Sexes.In("en", 2) != "Female" || Sexes.Name(1) != "Nam" {
		t.Error("names of sexes")
	}
}
