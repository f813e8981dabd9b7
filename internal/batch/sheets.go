package batch

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/person"
)

func thePerson(d *Draft) *person.Person { return &d.Person }

// optional is a field that may be empty in this kind of sheet.
func optional(f Field) Field { f.Need = Optional; return f }

// memberFields are the 33 columns of the upload sheet of 2025–26, and what other sheets of members have besides.
var memberFields = slices.Concat(
	[]Field{idField},
	nameFields(thePerson)[:1],
	[]Field{{Code: "other_name", Head: "Tên gọi khác", Type: Text, Max: 100, Width: 16, Words: []string{"ten goi khac", "ten khac", "bi danh", "ten thuong goi", "ten thuong dung", "ho va ten dang dung"}, text: func(d *Draft) *string { return &d.Person.OtherName }}},
	bodyFields(),
	[]Field{numberField(Starred)},
	cardFields(),
	[]Field{unitField()},
	addressFields("born", "Nơi đăng ký khai sinh", birthGroup, func(d *Draft) *person.Address { return &d.Sealed.BirthPlace }),
	addressFields("home", "Quê quán", homeGroup, func(d *Draft) *person.Address { return &d.Sealed.Home }),
	addressFields("perm", "Thường trú", permanentGroup, func(d *Draft) *person.Address { return &d.Sealed.Permanent }),
	addressFields("temp", "Tạm trú", temporaryGroup, func(d *Draft) *person.Address { return &d.Sealed.Temporary }),
	[]Field{
		{Code: "joined", Head: "Ngày vào Đảng", Hint: "03/02/2019", Type: DateOf, Need: Required, Partial: true, Width: 13,
			Words: []string{"ngay vao dang", "nvd", "vao dang", "ngay ket nap", "ngay ket nap dang", "vao dang ngay", "ngay vao dcs", "ngay vao dang du bi", "ngay vao dang lan dau", "nam vao dang", "du bi", "ngay du bi"}, date: func(d *Draft) *day.Date { return &d.Person.Joined }},
		{Code: "official", Head: "Ngày chính thức", Hint: "03/02/2020", Type: DateOf, Partial: true, Width: 13,
			Words: []string{"ngay chinh thuc", "nct", "chinh thuc", "ngay vao dang chinh thuc", "ngay cong nhan chinh thuc", "ngay chuyen chinh thuc", "ngay cong nhan dang vien chinh thuc", "chinh thuc ngay", "ngay ct"}, date: func(d *Draft) *day.Date { return &d.Person.OfficialOn }},
	},
	learningFields(),
	[]Field{
		{Code: "theory", Head: "Trình độ lý luận chính trị", Hint: "Sơ cấp", Type: FromList, Width: 18, list: theories,
			Words: []string{"ly luan chinh tri", "llct", "trinh do ly luan chinh tri", "trinh do llct", "ly luan", "td llct", "chinh tri"}, num: func(d *Draft) *int { return &d.Person.Theory }},
		phoneField(), noteField(),
	},
	nameFields(thePerson)[1:], sexColumns(),
	[]Field{
		youthField(true), emailField(),
		{Code: "party_age", Head: "Ngày tính tuổi đảng", Type: DateOf, Partial: true, Extra: true, Words: []string{"ngay tinh tuoi dang", "tuoi dang tinh tu ngay"}, date: func(d *Draft) *day.Date { return &d.Person.PartyAge }},
	},
)

// poolFields are the columns of the list of sources that cells keep.
var poolFields = slices.Concat(
	[]Field{idField},
	nameFields(thePerson)[:1],
	[]Field{bodyFields()[1], bodyFields()[0], bodyFields()[2], bodyFields()[3], numberField(Optional), unitField()},
	[]Field{
		{Code: "pool_on", Head: "Ngày nghị quyết chi bộ", Hint: "15/01/2026", Type: DateOf, Width: 14,
			Words: []string{"ngay nghi quyet chi bo", "ngay nghi quyet", "ngay nq", "ngay vao nguon", "ngay dua vao nguon", "ngay cong nhan nguon", "ngay dang ky nguon", "ngay nq chi bo"}, date: func(d *Draft) *day.Date { return &d.Person.PoolOn }},
		{Code: "pool_no", Head: "Số nghị quyết chi bộ", Hint: "05-NQ/CB", Type: Text, Max: 60, Width: 14,
			Words: []string{"so nghi quyet chi bo", "so nghi quyet", "so nq", "nghi quyet so", "nghi quyet", "nghi quyet chi bo"}, text: func(d *Draft) *string { return &d.Decision }},
		{Code: "proposer", Head: "Người giới thiệu", Hint: "Đoàn Thanh niên xã", Type: Text, Max: 150, Width: 24,
			Words: []string{"nguoi gioi thieu", "to chuc gioi thieu", "don vi gioi thieu", "nguoi de xuat", "de xuat", "to chuc ca nhan gioi thieu", "doan the gioi thieu"}, text: func(d *Draft) *string { return &d.Sealed.IntroducedBy }},
		{Code: "helper", Head: "Đảng viên giúp đỡ", Hint: "Lê Văn Bình", Type: Text, Max: 150, Width: 24,
			Words: []string{"dang vien giup do", "nguoi giup do", "dv giup do", "dang vien duoc phan cong giup do", "phan cong giup do", "dang vien theo doi giup do"}, text: func(d *Draft) *string { return &d.Sealed.Helper }},
	},
	learningFields(),
	[]Field{
		youthField(false),
		{Code: "cert_no", Head: "Số giấy chứng nhận lớp nhận thức", Hint: "125/GCN", Type: Text, Max: 60, Width: 18,
			Words: []string{"so giay chung nhan lop nhan thuc", "so giay chung nhan", "so gcn", "so chung nhan", "giay chung nhan so", "so gcn lop nhan thuc", "giay chung nhan", "gcn"}, text: func(d *Draft) *string { return &d.Person.CertNo }},
		{Code: "cert_on", Head: "Ngày cấp giấy chứng nhận", Hint: "20/03/2026", Type: DateOf, Width: 14,
			Words: []string{"ngay cap giay chung nhan", "ngay cap gcn", "ngay gcn", "ngay hoc lop nhan thuc", "ngay cap chung nhan", "ngay giay chung nhan", "ngay hoc lop cam tinh dang"}, date: func(d *Draft) *day.Date { return &d.Person.CertOn }},
		{Code: "stage", Head: "Giai đoạn", Hint: "Nguồn", Type: StageWord, Width: 14, Words: []string{"giai doan", "tinh trang", "trang thai", "buoc", "hien trang"}},
		phoneField(), noteField(),
	},
	nameFields(thePerson)[1:], sexColumns(), []Field{emailField()},
	addressFields("home", "Quê quán", homeGroup, func(d *Draft) *person.Address { return &d.Sealed.Home })[2:],
	addressFields("perm", "Thường trú", permanentGroup, func(d *Draft) *person.Address { return &d.Sealed.Permanent })[2:],
)

// unitFields are the columns of a list of units.
var unitFields = []Field{
	idField,
	{Code: "code", Head: "Mã tổ chức đảng", Hint: "38.168.053.000.001", Type: UnitCode, Width: 20, Words: []string{"ma to chuc dang", "ma to chuc", "ma don vi", "ma", "ma so", "ma tcd", "ma dinh danh to chuc"}, text: func(d *Draft) *string { return &d.Org.Code }},
	{Code: "name", Head: "Tên tổ chức đảng", Hint: "Chi bộ thôn 1", Type: Text, Need: Required, Max: 200, Width: 40, Words: []string{"ten to chuc dang", "ten to chuc", "ten don vi", "ten", "to chuc dang", "don vi", "chi bo", "ten chi bo", "ten dang bo chi bo", "ten dang bo"}, text: func(d *Draft) *string { return &d.Org.Name }},
	{Code: "short", Head: "Tên viết tắt", Hint: "CB thôn 1", Type: Text, Max: 80, Width: 18, Words: []string{"ten viet tat", "viet tat", "ten gon", "ten ngan"}, text: func(d *Draft) *string { return &d.Org.Short }},
	{Code: "kind", Head: "Loại hình", Hint: "Chi bộ", Type: KindWord, Need: Required, Width: 20, Words: []string{"loai hinh", "loai hinh to chuc", "loai to chuc", "loai", "cap", "loai hinh to chuc dang", "loai don vi"}},
	{Code: "parent", Head: "Trực thuộc", Hint: "Đảng bộ xã Hoằng Hóa", Type: UnitRef, Max: 300, Width: 40, Words: []string{"truc thuoc", "don vi cap tren", "to chuc cap tren", "cap tren", "cap tren truc tiep", "thuoc dang bo", "dang bo cap tren", "ma cap tren", "don vi truc thuoc", "to chuc dang cap tren"}, text: func(d *Draft) *string { return &d.Parent }},
	{Code: "founded", Head: "Ngày thành lập", Hint: "01/07/2025", Type: DateOf, Width: 13, Words: []string{"ngay thanh lap", "thanh lap", "ngay quyet dinh thanh lap", "ngay tl"}, date: func(d *Draft) *day.Date { return &d.Org.Founded }},
	{Code: "sector", Head: "Lĩnh vực", Hint: "Khu dân cư (xóm, thôn, tổ dân phố)", Type: FromList, Width: 30, list: sectors, Words: []string{"linh vuc", "linh vuc hoat dong", "nganh"}, num: func(d *Draft) *int { return &d.Org.Sector }},
	{Code: "blocs", Head: "Khối", Hint: "phuong-xa, khu-dan-cu", Type: BlocWords, Max: 200, Width: 22, Words: []string{"khoi", "thuoc khoi", "khoi loai"}},
	{Code: "location", Head: "Mã đơn vị hành chính", Hint: "14806", Type: Text, Max: 10, Width: 14, Words: []string{"ma don vi hanh chinh", "ma xa", "ma dvhc", "ma hanh chinh", "ma xa phuong", "dia ban"}, text: func(d *Draft) *string { return &d.Org.Location }},
}

// movementFields are the columns of a list of past movements.
var movementFields = slices.Concat(
	[]Field{idField, numberField(Optional), optional(nameFields(thePerson)[0])},
	[]Field{
		{Code: "birth", Head: "Ngày sinh", Hint: "19/05/1995", Type: DateOf, Partial: true, Width: 12, Words: bodyFields()[1].Words, date: func(d *Draft) *day.Date { return &d.Person.Birth }},
		{Code: "unit", Head: "Tổ chức sinh hoạt", Hint: "Chi bộ thôn 1", Type: UnitRef, Max: 300, Width: 32, Words: append(unitField().Words, "tu don vi", "don vi cu", "noi di", "chi bo cu"), text: func(d *Draft) *string { return &d.Unit }},
		{Code: "cause", Head: "Loại biến động", Hint: "Công nhận chính thức", Type: CauseWord, Need: Required, Width: 26, Words: []string{"loai bien dong", "bien dong", "ly do", "ly do bien dong", "noi dung bien dong", "hinh thuc", "noi dung"}},
		{Code: "effective", Head: "Ngày hiệu lực", Hint: "03/02/2026", Type: DateOf, Need: Required, Width: 13, Words: []string{"ngay hieu luc", "ngay bien dong", "hieu luc tu ngay", "tu ngay", "ngay", "thoi diem", "ngay thuc hien"}, date: func(d *Draft) *day.Date { return &d.Effective }},
		{Code: "decision", Head: "Số quyết định", Hint: "12-QĐ/ĐU", Type: Text, Max: 60, Width: 16, Words: []string{"so quyet dinh", "so qd", "quyet dinh so", "so van ban", "quyet dinh"}, text: func(d *Draft) *string { return &d.Decision }},
		{Code: "decided_on", Head: "Ngày quyết định", Hint: "01/02/2026", Type: DateOf, Width: 13, Words: []string{"ngay quyet dinh", "ngay qd", "ngay ky", "ngay ban hanh", "ngay van ban"}, date: func(d *Draft) *day.Date { return &d.DecidedOn }},
		{Code: "to", Head: "Chuyển đến tổ chức", Type: UnitRef, Max: 300, Width: 32, Words: []string{"chuyen den to chuc", "chuyen den", "den don vi", "noi den", "don vi moi", "chi bo moi", "to chuc moi", "den chi bo", "don vi den"}, text: func(d *Draft) *string { return &d.To }},
		{Code: "note", Head: "Ghi chú", Type: Skip, Width: 30, Words: []string{"ghi chu", "gc"}},
	},
	nameFields(thePerson)[1:],
)
