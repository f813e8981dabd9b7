package batch

import (
	"ketnap/internal/day"
	"ketnap/internal/person"
)

// Folded words shared by several fields.
var (
	countryWords  = []string{"quoc gia", "nuoc", "quoc gia nuoc"}
	provinceWords = []string{"tinh", "tinh tp", "tinh thanh pho", "tinh thanh", "thanh pho", "tinh tp truc thuoc tw", "tinh thanh pho truc thuoc trung uong", "ma tinh"}
	detailWords   = []string{"dia chi", "dia chi chi tiet", "dia chi theo mo hinh 2 cap", "chi tiet", "xa phuong", "xa", "phuong xa", "xa phuong dac khu", "noi o", "thon xom xa", "xa thon", "thon xa", "xa phuong thon", "thon"}
)

// addressFields are the three columns of one address of the two-level model.
func addressFields(code, head string, group []string, at func(*Draft) *person.Address) []Field {
	return []Field{
		{Code: Code(code + "_country"), Head: head + " - Quốc gia", Hint: "Việt Nam", Type: Text, Max: 60, Width: 14, Group: group, Words: countryWords, text: func(d *Draft) *string { return &at(d).Country }},
		{Code: Code(code + "_province"), Head: head + " - Tỉnh, thành phố", Hint: "Thanh Hóa", Type: Text, Max: 60, Width: 18, Group: group, Words: provinceWords, text: func(d *Draft) *string { return &at(d).Province }},
		{Code: Code(code + "_detail"), Head: head + " - Địa chỉ", Hint: "Thôn 3, xã Hoằng Hóa", Type: Text, Max: 250, Width: 34, Group: group, Words: append(detailWords, group...), text: func(d *Draft) *string { return &at(d).Detail }},
	}
}

var (
	birthGroup     = []string{"khai sinh", "noi khai sinh", "noi dang ky khai sinh", "dang ky khai sinh", "noi sinh"}
	homeGroup      = []string{"que quan", "qq", "nguyen quan"}
	permanentGroup = []string{"thuong tru", "noi thuong tru", "dia chi thuong tru", "ho khau thuong tru", "hktt", "ho khau", "dang ky thuong tru", "noi dang ky thuong tru"}
	temporaryGroup = []string{"tam tru", "noi tam tru", "dia chi tam tru", "noi o hien nay", "cho o hien nay", "dia chi hien nay", "noi o hien tai", "noi o"}
)

var idField = Field{Code: "id", Head: "ID", Hint: "1", Type: Skip, Width: 8, Words: []string{"id", "stt", "tt", "so tt", "so thu tu", "s tt"}}

func nameFields(d func(*Draft) *person.Person) []Field {
	return []Field{
		{Code: "name", Head: "Họ và tên", Hint: "Nguyễn Thị Hoa", Type: FullName, Need: Required, Max: 100, Width: 28,
			Words: []string{"ho va ten", "ho ten", "hvt", "h ten", "ho ten dang vien", "ho va ten dang vien", "ho va ten khai sinh", "ho chu dem va ten khai sinh", "ho chu dem va ten", "ho dem", "ho va dem", "ho va chu dem", "ho lot", "ten dang vien", "full name", "name", "hoten", "ho va ten quan chung", "quan chung uu tu", "ho"},
			text:  func(x *Draft) *string { return &d(x).Name }},
		{Code: "given_name", Head: "Tên", Type: GivenName, Max: 40, Extra: true, Words: []string{"ten"}},
	}
}

func bodyFields() []Field {
	return []Field{
		{Code: "sex", Head: "Giới tính", Hint: "Nữ", Type: FromList, Need: Required, Width: 10, list: sexes,
			Words: []string{"gioi tinh", "gt", "phai", "nam nu", "sex", "gender", "g tinh"}, num: func(d *Draft) *int { return &d.Person.Sex }},
		{Code: "birth", Head: "Ngày sinh", Hint: "19/05/1995", Type: DateOf, Need: Required, Partial: true, Width: 12,
			Words: []string{"ngay sinh", "ngay thang nam sinh", "sinh ngay", "n sinh", "nam sinh", "ntns", "ngay thang sinh", "ns", "date of birth", "birth", "dob", "sinh nam"}, date: func(d *Draft) *day.Date { return &d.Person.Birth }},
		{Code: "ethnic", Head: "Dân tộc", Hint: "Kinh", Type: FromList, Need: Starred, Width: 12, list: ethnics,
			Words: []string{"dan toc", "dt", "d toc", "ethnic"}, num: func(d *Draft) *int { return &d.Person.Ethnic }},
		{Code: "religion", Head: "Tôn giáo", Hint: "Không", Type: FromList, Need: Starred, Width: 14, list: religions,
			Words: []string{"ton giao", "tg", "t giao", "religion"}, num: func(d *Draft) *int { return &d.Person.Religion }},
	}
}

// sexColumns are the columns of sheets that split a fact by sex under a merged header.
func sexColumns() []Field {
	sexGroup := []string{"gioi tinh", "gt", "phai", "nam nu", "nam nu gioi tinh"}
	birthGroup := []string{"ngay sinh", "ngay thang nam sinh", "nam sinh", "n sinh", "ngay thang sinh", "ntns", "sinh ngay"}
	male, female := []string{"nam"}, []string{"nu"}
	return []Field{
		{Code: "sex_male", Head: "Giới tính: Nam", Type: MarkMale, Extra: true, Group: sexGroup, Words: male},
		{Code: "sex_female", Head: "Giới tính: Nữ", Type: MarkFemale, Extra: true, Group: sexGroup, Words: female},
		{Code: "birth_male", Head: "Ngày sinh: Nam", Type: BornMale, Extra: true, Partial: true, Group: birthGroup, Words: male},
		{Code: "birth_female", Head: "Ngày sinh: Nữ", Type: BornFemale, Extra: true, Partial: true, Group: birthGroup, Words: female},
	}
}

func numberField(need Need) Field {
	return Field{Code: "number", Head: "Số định danh cá nhân", Hint: "038195001234", Type: Digits, Need: need, Max: 12, Width: 17,
		Words: []string{"so dinh danh", "so dinh danh ca nhan", "so ddcn", "sddcn", "ddcn", "ma dinh danh", "ma dinh danh ca nhan", "cccd", "so cccd", "can cuoc cong dan", "so can cuoc cong dan", "so can cuoc", "can cuoc", "cmnd", "so cmnd", "so cmnd cccd", "cmnd cccd", "cccd cmnd", "cmt", "so cmt", "so gtcn", "so dinh danh cccd", "so cccd dinh danh ca nhan", "cccd dinh danh ca nhan", "so cccd so dinh danh ca nhan", "so cccd ma dinh danh ca nhan", "so dinh danh ca nhan cccd", "so can cuoc dinh danh ca nhan"},
		text:  func(d *Draft) *string { return &d.Sealed.Number }}
}

func unitField() Field {
	return Field{Code: "unit", Head: "Tổ chức sinh hoạt", Hint: "38.168.053.000.001", Type: UnitRef, Need: Required, Max: 300, Width: 32,
		Words: []string{"to chuc sinh hoat", "to chuc dang", "to chuc dang sinh hoat", "chi bo", "c bo", "cb", "chi bo sinh hoat", "noi sinh hoat", "don vi", "don vi sinh hoat", "sinh hoat tai", "sinh hoat tai chi bo", "thuoc chi bo", "to chuc co so dang", "ma to chuc", "ma to chuc dang", "ma chi bo", "ten chi bo", "dang bo chi bo", "chi bo dang bo", "to chuc dang noi sinh hoat", "ten don vi"},
		text:  func(d *Draft) *string { return &d.Unit }}
}

func learningFields() []Field {
	return []Field{
		{Code: "occupation", Head: "Nghề nghiệp", Hint: "Viên chức sự nghiệp công lập", Type: FromList, Width: 30, list: occupations,
			Words: []string{"nghe nghiep", "nghe nghiep hien nay", "nghe nghiep chuc vu", "nn", "nghe", "cong viec"}, num: func(d *Draft) *int { return &d.Person.Occupation }},
		{Code: "schooling", Head: "Trình độ giáo dục phổ thông", Hint: "Trung học phổ thông", Type: FromList, Width: 20, list: schoolings,
			Words: []string{"trinh do giao duc pho thong", "trinh do pho thong", "giao duc pho thong", "gdpt", "trinh do van hoa", "tdvh", "van hoa", "hoc van", "trinh do hoc van", "trinh do gdpt", "pho thong", "hoc van pho thong", "trinh do hoc van pho thong"}, num: func(d *Draft) *int { return &d.Person.Schooling }},
		{Code: "expertise", Head: "Trình độ chuyên môn", Hint: "Đại học", Type: FromList, Width: 20, list: expertises,
			Words: []string{"trinh do chuyen mon", "chuyen mon", "tdcm", "chuyen mon nghiep vu", "trinh do chuyen mon nghiep vu", "td chuyen mon", "trinh do cmnv", "cmnv", "trinh do cm", "td cm"}, num: func(d *Draft) *int { return &d.Person.Expertise }},
	}
}

func phoneField() Field {
	return Field{Code: "phone", Head: "Điện thoại", Hint: "0912345678", Type: Phone, Max: 15, Width: 14,
		Words: []string{"dien thoai", "so dien thoai", "sdt", "dien thoai di dong", "so dt", "dt di dong", "dtdd", "phone", "mobile", "di dong"}, text: func(d *Draft) *string { return &d.Sealed.Phone }}
}

func noteField() Field {
	return Field{Code: "note", Head: "Ghi chú", Type: Text, Max: 1000, Width: 30, Words: []string{"ghi chu", "gc", "chu thich", "note"}, text: func(d *Draft) *string { return &d.Person.Note }}
}

func youthField(extra bool) Field {
	return Field{Code: "youth", Head: "Đoàn viên", Hint: "x", Type: Flag, Width: 10, Extra: extra,
		Words: []string{"doan vien", "la doan vien", "doan vien tncs", "doan vien thanh nien", "doan vien tncs ho chi minh"}, flag: func(d *Draft) *bool { return &d.Person.Youth }}
}

func emailField() Field {
	return Field{Code: "email", Head: "Thư điện tử", Type: Text, Max: 100, Extra: true, Words: []string{"email", "thu dien tu", "hop thu"}, text: func(d *Draft) *string { return &d.Sealed.Email }}
}

func cardFields() []Field {
	return []Field{
		{Code: "card", Head: "Số thẻ đảng viên (12 số)", Hint: "038012345678", Type: Digits, Need: Starred, Max: 12, Width: 17,
			Words: []string{"so the", "so the dang", "so the dang vien", "so the 12 so", "so the moi", "the dang vien", "stdv", "so tdv", "ma the", "so the dang vien 12 so", "the dang", "so the dv", "so the dv 12 so", "the dv"}, text: func(d *Draft) *string { return &d.Sealed.Card }},
		{Code: "card_place", Head: "Nơi cấp thẻ", Hint: "Tỉnh ủy Thanh Hóa", Type: Text, Max: 200, Width: 22,
			Words: []string{"noi cap the", "noi cap", "noi cap the dang", "noi cap the dang vien"}, text: func(d *Draft) *string { return &d.Sealed.CardPlace }},
		{Code: "card_on", Head: "Ngày cấp thẻ", Hint: "03/02/2020", Type: DateOf, Partial: true, Width: 12,
			Words: []string{"ngay cap the", "ngay cap", "ngay cap the dang", "ngay cap the dang vien"}, date: func(d *Draft) *day.Date { return (*day.Date)(&d.Sealed.CardOn) }},
		{Code: "old_card", Head: "Số thẻ cũ", Hint: "38123456", Type: Text, Max: 20, Width: 12,
			Words: []string{"so the cu", "so the dang cu", "so the dang vien cu", "so the dv cu", "so the dv 8 so", "so the 8 so", "the cu"}, text: func(d *Draft) *string { return &d.Sealed.OldCard }},
	}
}
