package person

// The code lists. A code's number (1-based position) is stored and counted: append only, never
// reorder. 0 always means "not filled in", which is not the same as "none".

// Sexes is giới tính.
var Sexes = List{
	{"1", "Nam", "Male", []string{"male", "m", "trai", "x nam"}},
	{"2", "Nữ", "Female", []string{"nu", "female", "f", "gai"}},
}

// Hoa is the code of an ethnic group that guidance names (dân tộc Hoa).
const Hoa = 4

// Ethnics is dân tộc: the 54 of the national list (General Statistics Office order).
var Ethnics = List{
	{"01", "Kinh", "Kinh", []string{"kinh viet", "viet"}},
	{"02", "Tày", "Tày", nil},
	{"03", "Thái", "Thái", nil},
	{"04", "Hoa", "Hoa", []string{"han"}},
	{"05", "Khmer", "Khmer", []string{"kho me", "khome"}},
	{"06", "Mường", "Mường", nil},
	{"07", "Nùng", "Nùng", nil},
	{"08", "Mông", "Mông", []string{"hmong", "meo"}},
	{"09", "Dao", "Dao", nil},
	{"10", "Gia Rai", "Gia Rai", []string{"giarai", "jrai", "gia lai"}},
	{"11", "Ngái", "Ngái", nil},
	{"12", "Ê Đê", "Ê Đê", []string{"ede", "e de"}},
	{"13", "Ba Na", "Ba Na", []string{"bana", "bahnar"}},
	{"14", "Xơ Đăng", "Xơ Đăng", []string{"xo dang", "xodang", "xe dang"}},
	{"15", "Sán Chay", "Sán Chay", []string{"cao lan", "san chi", "san chay cao lan san chi"}},
	{"16", "Cơ Ho", "Cơ Ho", []string{"coho", "k ho", "kho"}},
	{"17", "Chăm", "Chăm", nil},
	{"18", "Sán Dìu", "Sán Dìu", nil},
	{"19", "Hrê", "Hrê", []string{"h re", "hre"}},
	{"20", "Mnông", "Mnông", []string{"m nong", "mnong"}},
	{"21", "Ra Glai", "Ra Glai", []string{"raglai", "ra glay"}},
	{"22", "Xtiêng", "Xtiêng", []string{"s tieng", "xtieng"}},
	{"23", "Bru - Vân Kiều", "Bru - Vân Kiều", []string{"bru van kieu", "bru", "van kieu"}},
	{"24", "Thổ", "Thổ", nil},
	{"25", "Giáy", "Giáy", nil},
	{"26", "Cơ Tu", "Cơ Tu", []string{"cotu", "ca tu"}},
	{"27", "Giẻ Triêng", "Giẻ Triêng", []string{"gie trieng"}},
	{"28", "Mạ", "Mạ", nil},
	{"29", "Khơ Mú", "Khơ Mú", []string{"kho mu", "khomu"}},
	{"30", "Co", "Co", nil},
	{"31", "Tà Ôi", "Tà Ôi", []string{"ta oi", "taoi"}},
	{"32", "Chơ Ro", "Chơ Ro", []string{"choro"}},
	{"33", "Kháng", "Kháng", nil},
	{"34", "Xinh Mun", "Xinh Mun", nil},
	{"35", "Hà Nhì", "Hà Nhì", nil},
	{"36", "Chu Ru", "Chu Ru", []string{"churu"}},
	{"37", "Lào", "Lào", nil},
	{"38", "La Chí", "La Chí", nil},
	{"39", "La Ha", "La Ha", nil},
	{"40", "Phù Lá", "Phù Lá", nil},
	{"41", "La Hủ", "La Hủ", nil},
	{"42", "Lự", "Lự", nil},
	{"43", "Lô Lô", "Lô Lô", nil},
	{"44", "Chứt", "Chứt", nil},
	{"45", "Mảng", "Mảng", nil},
	{"46", "Pà Thẻn", "Pà Thẻn", nil},
	{"47", "Cơ Lao", "Cơ Lao", nil},
	{"48", "Cống", "Cống", nil},
	{"49", "Bố Y", "Bố Y", nil},
	{"50", "Si La", "Si La", nil},
	{"51", "Pu Péo", "Pu Péo", nil},
	{"52", "Brâu", "Brâu", nil},
	{"53", "Ơ Đu", "Ơ Đu", nil},
	{"54", "Rơ Măm", "Rơ Măm", nil},
}

// Religions is tôn giáo: none, and the 16 recognised religions.
var Religions = List{
	{"00", "Không", "None", []string{"khong co", "ko", "0", "khong theo ton giao", "k"}},
	{"01", "Phật giáo", "Buddhism", []string{"phat", "dao phat", "buddhism"}},
	{"02", "Công giáo", "Catholicism", []string{"thien chua", "thien chua giao", "dao thien chua", "kito giao"}},
	{"03", "Tin Lành", "Protestantism", []string{"dao tin lanh"}},
	{"04", "Cao Đài", "Caodaism", []string{"dao cao dai"}},
	{"05", "Phật giáo Hòa Hảo", "Hoa Hao Buddhism", []string{"hoa hao", "pghh", "dao hoa hao"}},
	{"06", "Hồi giáo", "Islam", []string{"dao hoi", "islam"}},
	{"07", "Bà-la-môn", "Brahmanism", nil},
	{"08", "Tôn giáo Baha'i", "Baha'i Faith", nil},
	{"09", "Tịnh độ Cư sĩ Phật hội Việt Nam", "Pure Land Buddhist Home Practice", nil},
	{"10", "Tứ Ân Hiếu Nghĩa", "Tu An Hieu Nghia", nil},
	{"11", "Bửu Sơn Kỳ Hương", "Buu Son Ky Huong", nil},
	{"12", "Minh Sư đạo", "Minh Su Dao", nil},
	{"13", "Minh Lý đạo", "Minh Ly Dao", nil},
	{"14", "Giáo hội Phật đường Nam Tông Minh Sư đạo", "Nam Tong Minh Su Buddhist Church", nil},
	{"15", "Cơ đốc Phục lâm Việt Nam", "Seventh-day Adventist", nil},
	{"16", "Mặc Môn", "Latter-day Saints", nil},
}

// Occupations is nghề nghiệp: the 12 groups of form 2 (11-HD/BTCTW), group 07 in three.
var Occupations = List{
	{"01", "CB, CC cơ quan Nhà nước (cấp huyện trở lên)", "State officials", []string{"can bo cong chuc nha nuoc", "cong chuc", "cong chuc nha nuoc"}},
	{"02", "CB, CC Đảng, MTTQ, đoàn thể (cấp huyện trở lên)", "Party and mass organisation officials", []string{"cong chuc dang doan the", "can bo doan the"}},
	{"03", "CB, CC, người hoạt động không chuyên trách cấp xã", "Commune officials", []string{"cong chuc xa", "can bo xa", "can bo cong chuc cap xa"}},
	{"04", "Người hoạt động không chuyên trách ở thôn, tổ dân phố", "Hamlet workers", []string{"can bo thon", "khong chuyen trach thon", "truong thon"}},
	{"05", "Viên chức sự nghiệp công lập", "Public service employees", []string{"vien chuc", "giao vien", "bac si", "y si", "vien chuc su nghiep cong lap"}},
	{"06", "Người lao động sự nghiệp ngoài công lập", "Non-public service employees", []string{"su nghiep ngoai cong lap"}},
	{"07a", "Lãnh đạo, quản lý doanh nghiệp", "Enterprise managers", []string{"chu doanh nghiep", "giam doc", "quan ly doanh nghiep", "lanh dao quan ly doanh nghiep", "07a lanh dao quan ly"}},
	{"07b", "Nhân viên gián tiếp trong doanh nghiệp", "Enterprise office staff", []string{"nhan vien", "nhan vien van phong", "nhan vien gian tiep"}},
	{"07c", "Công nhân trực tiếp sản xuất", "Production workers", []string{"cong nhan", "cn truc tiep", "cong nhan truc tiep"}},
	{"08", "Nông, lâm, ngư nghiệp", "Agriculture, forestry, fishing", []string{"nong dan", "nong nghiep", "lam ruong", "nong lam ngu nghiep", "ngu dan"}},
	{"09", "Sĩ quan, chiến sĩ lực lượng vũ trang", "Armed forces", []string{"bo doi", "cong an", "quan nhan", "si quan", "luc luong vu trang"}},
	{"10", "Sinh viên", "University students", []string{"sv"}},
	{"11", "Học sinh", "School pupils", []string{"hs"}},
	{"12", "Nghề nghiệp khác (hợp đồng, tự do)", "Other", []string{"khac", "lao dong tu do", "tu do", "nghe tu do", "hop dong"}},
}

// Schoolings is trình độ giáo dục phổ thông (form 2, II.3).
var Schoolings = List{
	{"1", "Biết đọc, biết viết", "Can read and write", []string{"biet doc biet viet"}},
	{"2", "Tiểu học", "Primary", []string{"th", "tieu hoc", "5 5"}},
	{"3", "Trung học cơ sở", "Lower secondary", []string{"thcs", "9 12", "cap 2", "9"}},
	{"4", "Trung học phổ thông", "Upper secondary", []string{"thpt", "12 12", "10 10", "cap 3", "12"}},
}

// Expertises is trình độ chuyên môn (form 2, II.4).
var Expertises = List{
	{"1", "Công nhân kỹ thuật, sơ cấp", "Elementary vocational", []string{"so cap", "cnkt", "cong nhan ky thuat"}},
	{"2", "Trung cấp", "Intermediate", []string{"trung cap", "tc", "trung cap chuyen nghiep"}},
	{"3", "Cao đẳng", "College", []string{"cao dang", "cd"}},
	{"4", "Đại học", "Bachelor", []string{"dai hoc", "dh", "cu nhan", "ky su", "bac si"}},
	{"5", "Thạc sĩ", "Master", []string{"thac si", "ths", "cao hoc"}},
	{"6", "Tiến sĩ", "Doctorate", []string{"tien si", "ts"}},
}

// Theories is trình độ lý luận chính trị (form 3).
var Theories = List{
	{"1", "Sơ cấp", "Elementary", []string{"so cap"}},
	{"2", "Trung cấp", "Intermediate", []string{"tc"}},
	{"3", "Cao cấp, cử nhân", "Advanced", []string{"cao cap", "cu nhan", "cao cap ly luan chinh tri"}},
}

// Sectors is lĩnh vực of a unit.
var Sectors = List{
	{"1", "Khu dân cư (xóm, thôn, tổ dân phố)", "Residential", nil},
	{"2", "Cơ quan Đảng, Nhà nước, đoàn thể", "Party and State agencies", nil},
	{"3", "Đơn vị sự nghiệp công lập", "Public service units", nil},
	{"4", "Trường học", "Schools", nil},
	{"5", "Cơ sở y tế", "Health facilities", nil},
	{"6", "Doanh nghiệp nhà nước", "State enterprises", nil},
	{"7", "Doanh nghiệp ngoài nhà nước", "Private enterprises", nil},
	{"8", "Doanh nghiệp có vốn nước ngoài", "Foreign-invested enterprises", nil},
	{"9", "Hợp tác xã", "Cooperatives", nil},
	{"10", "Lực lượng vũ trang", "Armed forces", nil},
}
