package demo

import (
	"math/rand/v2"
	"strings"
)

// Plausible Vietnamese names. Weights of family names are rough shares of the population in percent;
// everybody they make is invented.

type weighted struct {
	word   string
	weight int
}

var families = []weighted{
	{"Nguyễn", 38}, {"Trần", 11}, {"Lê", 10}, {"Phạm", 7}, {"Hoàng", 5}, {"Phan", 4}, {"Vũ", 2}, {"Võ", 2}, {"Đặng", 2}, {"Bùi", 2},
	{"Đỗ", 2}, {"Hồ", 2}, {"Ngô", 2}, {"Dương", 1}, {"Lý", 1}, {"Đinh", 1}, {"Trịnh", 1}, {"Mai", 1}, {"Cao", 1}, {"Lương", 1}, {"Đoàn", 1}, {"Hà", 1}, {"Tạ", 1}, {"Châu", 1},
}

var minorityFamilies = []weighted{
	{"Lò", 10}, {"Vi", 10}, {"Hà", 6}, {"Lương", 8}, {"Lô", 6}, {"Vàng", 5}, {"Giàng", 5}, {"Sùng", 4}, {"Nông", 6}, {"Hoàng", 8}, {"Bàn", 4}, {"Triệu", 5}, {"Quàng", 4}, {"Cầm", 3}, {"Thào", 3}, {"Ksor", 2}, {"Rơ Châm", 2}, {"Siu", 2}, {"Kim", 2}, {"Thạch", 3}, {"Bùi", 6},
}

var middles = [2][]string{
	strings.Fields("Văn Văn Văn Đức Hữu Quang Minh Xuân Công Đình Ngọc Thanh Trọng Quốc Anh Duy Tuấn Viết Bá Thế Gia Hoàng Khắc Như"),
	strings.Fields("Thị Thị Thị Thị Ngọc Thu Thanh Thùy Hồng Kim Mai Minh Phương Bích Diệu Khánh Lan Quỳnh Tuyết Ánh Hoài Cẩm Thúy Hải"),
}

var givens = [2][]string{
	strings.Fields("An Anh Bình Cường Chiến Chung Dũng Duy Đạt Đông Đức Giang Hà Hải Hạnh Hiếu Hiển Hòa Hoàng Hùng Huy Hưng Khánh Khoa Kiên Lâm Long Lộc Lợi Minh Nam Nghĩa Ngọc Phong Phú Phúc Phước Quân Quang Quý Sơn Sỹ Tài Tâm Tân Thái Thành Thắng Thiện Thịnh Thọ Toàn Trí Trung Trường Tú Tuấn Tùng Tuyên Việt Vinh Vũ Vượng Ánh Ân Đoàn Định Hậu Khôi Lực Nhân"),
	strings.Fields("An Anh Ánh Bích Bình Châu Chi Cúc Diễm Dung Duyên Đào Giang Hà Hạnh Hằng Hân Hiền Hoa Hòa Hoài Hồng Huệ Huyền Hương Hường Khánh Lan Liên Linh Loan Ly Mai Mận My Mỹ Nga Ngân Ngọc Nguyệt Nhàn Nhung Oanh Phương Phượng Quỳnh Quyên Tâm Thảo Thanh Thắm Thơm Thu Thúy Thủy Thương Trà Trang Trinh Tuyết Tươi Uyên Vân Yến Xuân Ân Đoan Hậu Hiếu Ngoan"),
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func draw(r *rand.Rand, list []weighted) string {
	total := 0
	for _, w := range list {
		total += w.weight
	}
	n := r.IntN(total)
	for _, w := range list {
		if n -= w.weight; n < 0 {
			return w.word
		}
	}
	return list[0].word
}

// FullName invents a name; sex is 1 nam or 2 nữ.
func FullName(r *rand.Rand, sex int, minority bool) string {
	family := families
	if minority {
		family = minorityFamilies
	}
	name := draw(r, family) + " " + pick(r, middles[sex-1])
	if r.IntN(5) == 0 {
		name += " " + pick(r, givens[sex-1])
	}
	given := pick(r, givens[sex-1])
	if strings.HasSuffix(name, " "+given) {
		given = pick(r, givens[2-sex])
	}
	return name + " " + given
}
