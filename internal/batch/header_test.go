package batch

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/xlsx"
)

// top makes the first rows of a sheet out of texts; "^" repeats the cell above and "<" the cell to
// the left, as merged cells do.
func top(rows ...[]string) []TopRow {
	var out []TopRow
	for i, texts := range rows {
		r := TopRow{Num: i + 1}
		for j, t := range texts {
			c := xlsx.Cell{Kind: xlsx.KindText, Text: t}
			switch t {
			case "":
				c = xlsx.Cell{}
			case "^":
				c = out[i-1].Cells[j]
				c.Merged = true
			case "<":
				c = r.Cells[j-1]
				c.Merged = true
			}
			r.Cells = append(r.Cells, c)
		}
		if len(texts) > 0 {
			out = append(out, r)
		}
	}
	return out
}

func TestFindHeader(t *testing.T) {
	for _, c := range []struct {
		name       string
		kind       Kind
		rows       []TopRow
		row, depth int
		want       map[int]Code
	}{
		{"official", Members, top([]string{"ID", "Họ tên *", "Tên gọi khác", "Giới tính *", "Ngày sinh *", "Dân tộc *", "Tôn giáo *", "Số định danh *", "Số thẻ 12 số *", "Nơi cấp thẻ", "Ngày cấp thẻ", "Số thẻ cũ", "Tổ chức sinh hoạt *"}),
			1, 1, map[int]Code{0: "id", 1: "name", 2: "other_name", 3: "sex", 4: "birth", 5: "ethnic", 6: "religion", 7: "number", 8: "card", 9: "card_place", 10: "card_on", 11: "old_card", 12: "unit"}},
		{"abbreviations", Members, top([]string{"STT", "HVT", "N/sinh", "GT", "DT", "TG", "CCCD", "ĐT", "QQ", "NVĐ", "NCT", "C.Bộ"}),
			1, 1, map[int]Code{0: "id", 1: "name", 2: "birth", 3: "sex", 4: "ethnic", 5: "religion", 6: "number", 7: "phone", 8: "home_detail", 9: "joined", 10: "official", 11: "unit"}},
		{"titles above, two rows", Members, top(
			[]string{"ĐẢNG BỘ XÃ HOẰNG HÓA", "<", "<"}, []string{"DANH SÁCH ĐẢNG VIÊN NĂM 2026", "<", "<", "<", "<", "<"},
			[]string{"TT", "Họ và tên", "<", "Ngày tháng năm sinh", "<", "Quê quán", "<", "<", "Ngày vào Đảng", "<"},
			[]string{"^", "^", "^", "Nam", "Nữ", "Quốc gia", "Tỉnh, TP", "Địa chỉ", "Dự bị", "Chính thức"},
			[]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}),
			3, 2, map[int]Code{0: "id", 1: "name", 2: "given_name", 3: "birth_male", 4: "birth_female", 5: "home_country", 6: "home_province", 7: "home_detail", 8: "joined", 9: "official"}},
		{"a number under two names", Members, top([]string{"Họ và tên khai sinh", "Ngày, tháng, năm sinh", "Số CCCD/Định danh cá nhân", "Học vấn phổ thông"}),
			1, 1, map[int]Code{0: "name", 1: "birth", 2: "number", 3: "schooling"}},
		{"no diacritics, other order", Members, top([]string{"chi bo", "ngay sinh", "ho va ten", "so dien thoai", "ghi chu"}),
			1, 1, map[int]Code{0: "unit", 1: "birth", 2: "name", 3: "phone", 4: "note"}},
		{"dates of cards and of joining are told apart", Members, top([]string{"Họ tên", "Ngày cấp thẻ", "Ngày vào Đảng", "Ngày vào Đảng chính thức", "Ngày sinh"}),
			1, 1, map[int]Code{0: "name", 1: "card_on", 2: "joined", 3: "official", 4: "birth"}},
		{"one label for group and part", Members, top([]string{"Họ và tên", "Quê quán - Tỉnh", "Thường trú (địa chỉ)", "Nơi tạm trú", "Địa chỉ khai sinh"}),
			1, 1, map[int]Code{0: "name", 1: "home_province", 2: "perm_detail", 3: "temp_detail", 4: "born_detail"}},
		{"units", Units, top([]string{"STT", "Mã tổ chức đảng", "Tên tổ chức đảng", "Loại hình", "Trực thuộc", "Ngày thành lập", "Khối"}),
			1, 1, map[int]Code{0: "id", 1: "code", 2: "name", 3: "kind", 4: "parent", 5: "founded", 6: "blocs"}},
		{"movements", Movements, top([]string{"Họ và tên", "Năm sinh", "Lý do", "Từ ngày", "Số QĐ", "Ngày QĐ", "Nơi đến"}),
			1, 1, map[int]Code{0: "name", 1: "birth", 2: "cause", 3: "effective", 4: "decision", 5: "decided_on", 6: "to"}},
		{"pool", Pool, top([]string{"TT", "Họ và tên", "Ngày sinh", "Đoàn viên", "Người giới thiệu", "Đảng viên giúp đỡ", "Ngày NQ chi bộ", "Số GCN"}),
			1, 1, map[int]Code{0: "id", 1: "name", 2: "birth", 3: "youth", 4: "proposer", 5: "helper", 6: "pool_on", 7: "cert_no"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, ok := FindHeader(c.kind, c.rows)
			if d := cmp.Diff(c.want, h.Mapping()); d != "" || !ok || h.Row != c.row || h.Depth != c.depth {
				t.Errorf("row %d+%d, ok %v: %s", h.Row, h.Depth, ok, d)
			}
		})
	}
	if h, ok := FindHeader(Members, top([]string{"Doanh thu", "Tháng 1"}, []string{"12", "13"})); ok {
		t.Errorf("a header was found: %+v", h)
	}
}

// TestWordsAreUnique: a word names one field of a kind, unless merged headers tell them apart.
func TestWordsAreUnique(t *testing.T) {
	for _, k := range Kinds {
		seen := map[string]Code{}
		for _, f := range Fields(k) {
			if len(f.Group) > 0 {
				continue
			}
			for _, w := range f.Words {
				if other, ok := seen[w]; ok && other != f.Code {
					t.Errorf("%s: %q means %s and %s", k, w, other, f.Code)
				}
				seen[w] = f.Code
			}
		}
	}
	if n := len(Sheet(Members)); n != 33 {
		t.Errorf("the official sheet has %d columns, want 33", n)
	}
	if len(bits) > 128 {
		t.Errorf("%d fields do not fit a Set", len(bits))
	}
}

// TestHeadersFindThemselves: what is written out is recognised exactly.
func TestHeadersFindThemselves(t *testing.T) {
	for _, k := range Kinds {
		var row []string
		want := map[int]Code{}
		for i, f := range Sheet(k) {
			row = append(row, f.Header())
			want[i] = f.Code
		}
		h, _ := FindHeader(k, top(row))
		if d := cmp.Diff(want, h.Mapping()); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
}
