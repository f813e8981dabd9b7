package form

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// TestCatalogue checks the data of the forms: what they name exists and nothing is left over.
func TestCatalogue(t *testing.T) {
	texts, err := fs.Glob(files, "text/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range All() {
		if seen[f.Slug] {
			t.Errorf("%s twice", f.Slug)
		}
		seen[f.Slug] = true
		if f.Title["vi"] == "" || f.Title["en"] == "" || f.Signer["vi"] == "" || f.Signer["en"] == "" || f.Source == "" || f.Version == "" || f.File == "" {
			t.Errorf("%s: title, signer, source, version or file is missing", f.Slug)
		}
		sure := []string{"sure", "likely", "unsure"}
		if !slices.Contains(sure, f.Sure) || !slices.Contains(sure, f.Wording) || !slices.Contains(Groups, f.Group) || len(f.Regimes) == 0 {
			t.Errorf("%s: confidence %q, group %q, regimes %v", f.Slug, f.Sure, f.Group, f.Regimes)
		}
		for _, s := range f.Stages {
			if _, ok := ledger.ParseStage(s); !ok {
				t.Errorf("%s: no stage %q", f.Slug, s)
			}
		}
		if f.Catalogue < 0 || f.Catalogue > 104 {
			t.Errorf("%s: no number %d in the catalogue", f.Slug, f.Catalogue)
		}
	}
	for _, name := range texts {
		if slug := strings.TrimSuffix(path.Base(name), ".txt"); !seen[slug] {
			t.Errorf("%s belongs to no form", name)
		}
	}
}

// TestFields checks the dictionary, and that every field of it is used by some form or explained as spare.
func TestFields(t *testing.T) {
	used := map[string]bool{}
	for _, f := range All() {
		for _, m := range template(t, f).Marks() {
			used[m.Key] = true
		}
	}
	for _, f := range Fields() {
		if f.VI == "" || f.EN == "" || f.Group == "" || f.From == "" {
			t.Errorf("%s: not explained", f.Key)
		}
		if f.In != "" && !Known(f.In) {
			t.Errorf("%s: no list %s", f.Key, f.In)
		}
		if f.From == "hand" && !used[f.Key] {
			t.Errorf("%s is filled in by hand and on no form", f.Key)
		}
	}
	if dictionaryKeys := len(byKey); dictionaryKeys != len(Fields()) {
		t.Errorf("%d keys for %d fields: one stands twice", dictionaryKeys, len(Fields()))
	}
}

func template(t *testing.T, f Form) *docx.Template {
	t.Helper()
	b, err := f.Template()
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Check(b)
	if err != nil {
		t.Fatalf("%s: %v", f.Slug, err)
	}
	return tpl
}

// filled fills a form and returns the file and its text.
func filled(t *testing.T, f Form, in Input) (file []byte, text string) {
	t.Helper()
	in.Form = f
	file, err := template(t, f).Fill(Values(in), Gap)
	if err != nil {
		t.Fatal(err)
	}
	out, err := docx.Open(file)
	if err != nil {
		t.Fatalf("%s: what we make cannot be opened: %v", f.Slug, err)
	}
	if left := out.Marks(); len(left) > 0 {
		t.Errorf("%s: left on paper: %v", f.Slug, left)
	}
	return file, out.Text()
}

// TestGolden fills every form, blank and for one dossier, and compares with testdata. KETNAP_UPDATE=1 writes the
// expected texts anew, KETNAP_FORMS=DIR the files, to be looked at.
func TestGolden(t *testing.T) {
	for _, f := range All() {
		blankFile, blank := filled(t, f, Input{})
		fullFile, full := filled(t, f, sample(f))
		if dir := os.Getenv("KETNAP_FORMS"); dir != "" {
			write(t, filepath.Join(dir, f.Slug+"-trong.docx"), blankFile)
			write(t, filepath.Join(dir, f.Slug+".docx"), fullFile)
		}
		compare(t, f.Slug+".txt", "=== trống ===\n"+blank+"=== đã điền ===\n"+full)
	}
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("KETNAP_UPDATE") != "" {
		write(t, file, []byte(got))
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; KETNAP_UPDATE=1 go test writes it anew.\n%s", name, got)
	}
}

func unit(n int64, kind org.Kind, name string) org.Unit {
	return org.Unit{ID: id.ID(n), Kind: kind, Name: name}
}

// sample is the dossier of an invented person on its way to the end.
func sample(f Form) Input {
	lane := day.Of
	p := person.Person{ID: 7, Name: "Đỗ Thị Ánh Nguyệt", Sex: 2, Birth: lane(2004, 2, 3), Ethnic: 1, Religion: 1, Occupation: 10, Schooling: 4,
		CertNo: "1274", CertOn: lane(2023, 5, 19), Joined: lane(2025, 8, 19)}
	acts := []dossier.Act{
		{Step: dossier.Adopt, On: lane(2023, 1, 9), No: "02", Details: dossier.Details{Helper: 21}},
		{Step: dossier.Certify, On: lane(2023, 5, 19), No: "1274", Details: dossier.Details{Issuer: "Trung tâm Chính trị huyện Thọ Xuân", Grade: "Giỏi"}},
		{Step: dossier.Open, On: lane(2025, 2, 6)},
		{Step: dossier.Introduce, On: lane(2025, 3, 4), Details: dossier.Details{Route: "b", Text: "Gương mẫu trong học tập, tích cực tham gia công tác Đoàn.", Introducers: []dossier.Introducer{
			{Member: 21, Since: lane(2023, 9, 5), Dated: lane(2025, 3, 3)}, {Name: "xã Thọ Lập", No: "11", Dated: lane(2025, 3, 1)}}}},
		{Step: dossier.Ask, On: lane(2025, 3, 10), Details: dossier.Details{Relative: &dossier.Relative{Key: "cha", Name: "Đỗ Văn Hùng", Relation: "Cha", Place: "Đảng ủy xã Thọ Lập"}}},
		{Step: dossier.Ask, On: lane(2025, 3, 10), Details: dossier.Details{Relative: &dossier.Relative{Key: "me", Name: "Lê Thị Hòa", Relation: "Mẹ", Exempt: true}}},
		{Step: dossier.Answer, On: lane(2025, 3, 24), Details: dossier.Details{Relative: &dossier.Relative{Key: "cha", Result: "Lý lịch khai đúng, chấp hành tốt chủ trương, chính sách.", Answered: lane(2025, 3, 24)}}},
		{Step: dossier.Opinion, On: lane(2025, 4, 2), Details: dossier.Details{By: "youth", Body: "Đoàn xã Thọ Lập", Text: "Nhiệt tình, có uy tín với đoàn viên."}},
		{Step: dossier.Opinion, On: lane(2025, 4, 4), Details: dossier.Details{By: "residence", Body: "chi bộ thôn 3", Text: "Gia đình chấp hành tốt."}},
		{Step: dossier.CellVote, On: lane(2025, 5, 5), No: "07", Details: dossier.Details{Text: "Ưu điểm: phẩm chất đạo đức tốt, gương mẫu.\nKhuyết điểm: còn ít phát biểu.", Vote: &dossier.Vote{Officials: 22, Excluded: 1, Summoned: 21, Present: 20, Issued: 20, Valid: 20, For: 18}}},
		{Step: dossier.CommitteeVote, On: lane(2025, 5, 30), No: "31-NQ/ĐU", Details: dossier.Details{Vote: &dossier.Vote{Officials: 15, Summoned: 15, Present: 14, Issued: 14, Valid: 14, For: 14}}},
		{Step: dossier.Decide, On: lane(2025, 7, 28), No: "115", Details: dossier.Details{Vote: &dossier.Vote{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 9}}},
		{Step: dossier.Ceremony, On: lane(2025, 8, 19), Details: dossier.Details{Place: "Hội trường thôn 3"}},
		{Step: dossier.CellRecognise, On: lane(2026, 8, 24), No: "15", Details: dossier.Details{Vote: &dossier.Vote{Officials: 21, Summoned: 21, Present: 21, Issued: 21, Valid: 21, For: 21}}},
		{Step: dossier.CommitteeAgree, On: lane(2026, 9, 10), No: "40", Details: dossier.Details{Vote: &dossier.Vote{Officials: 15, Summoned: 15, Present: 15, Issued: 15, Valid: 15, For: 15}}},
		{Step: dossier.Recognise, On: lane(2026, 10, 5), No: "209"},
	}
	return Input{Form: f, Item: 1, Person: p, Acts: acts, Ends: lane(2026, 8, 19), Done: "Lễ kết nạp, 19/08/2025",
		Sealed: person.Sealed{Number: "038304000123", BirthPlace: person.Address{Detail: "Bệnh viện đa khoa huyện Thọ Xuân", Province: "Thanh Hóa"},
			Home: person.Address{Detail: "xã Thọ Lập", Province: "Thanh Hóa", Country: "Việt Nam"}, Permanent: person.Address{Detail: "Thôn 3, xã Thọ Lập", Province: "Thanh Hóa"}},
		Units: Units{Cell: unit(1, org.Cell, "Chi bộ thôn 3"), Committee: unit(2, org.Grassroots, "Đảng bộ xã Thọ Lập"), Above: unit(3, org.Province, "Đảng bộ tỉnh Thanh Hóa"),
			Section: unit(4, org.Section, "Đảng bộ bộ phận khu Bắc"), Decider: unit(2, org.Grassroots, "Đảng bộ xã Thọ Lập"), Over: unit(3, org.Province, "Đảng bộ tỉnh Thanh Hóa"), Standing: true},
		Members: map[id.ID]Member{21: {Name: "Trịnh Văn Quyết", Birth: lane(1979, 11, 30), Joined: lane(2009, 5, 19), OfficialOn: lane(2010, 5, 19), Cell: "Chi bộ thôn 3"}}}
}

func TestFind(t *testing.T) {
	for _, code := range []string{"6-knd", "6-KNĐ", "6-knđ", "97", "giay-moi-lop"} {
		if _, err := Find(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, code := range []string{"", "Biên bản", "99-KNĐ", "../forms"} {
		if f, err := Find(code); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q finds %s, %v", code, f.Slug, err)
		}
	}
}

func TestCheckNamesWhatIsUnknown(t *testing.T) {
	b, err := docx.Compile("x", "Tên {{ho_ten}} {{Họ tên}} {{?luong}} {{ho_ten_hoa}} {{Họ tên}}")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Check(b)
	if txt := fault.TextOf(err); txt.Key != "form.unknown_fields" || txt.Args[0] != "{{Họ tên}}, {{luong}}" {
		t.Errorf("%v", err)
	}
}

func TestNames(t *testing.T) {
	six, err := Find("6-knd")
	if err != nil {
		t.Fatal(err)
	}
	notice, err := Find("97")
	if err != nil {
		t.Fatal(err)
	}
	cell := org.Unit{ID: 1, Code: "38168053000001"}
	for got, want := range map[string]string{
		six.FileName(1, 1):                                "43.Nghi quyet de nghi ket nap dang vien cua chi bo.docx",
		notice.FileName(2, 3):                             "97.Cong van de nghi tham tra ly lich cua nguoi vao Dang.2.docx",
		Form{Catalogue: 5, File: "A"}.FileName(1, 1):      "05.A.docx",
		Form{Catalogue: 100, File: "B"}.FileName(1, 1):    "100.B.docx",
		Form{File: "Bien ban"}.FileName(1, 1):             "Bien ban.docx",
		Folder(cell, "038304000123", "Đỗ Thị Ánh Nguyệt"): "38.168.053.000.001/038304000123_DoThiAnhNguyet",
		Folder(org.Unit{}, "", " "):                       "00.000.000.000.000/chua-co-so-dinh-danh_KhongTen",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[day.Date]string{
		0: "", day.Of(2026, 2, 3): "ngày 03 tháng 02 năm 2026", day.Of(2025, 10, 15): "ngày 15 tháng 10 năm 2025",
		day.Of(2024, 3, 1): "ngày 01 tháng 3 năm 2024", 19450000: "năm 1945", 19450300: "tháng 3 năm 1945",
	} {
		if got := dateWords(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
	for got, want := range map[string]string{
		share(18, 21): "85,71 %", share(15, 15): "100 %", share(1, 0): "", share(1, 2): "50 %", count(3): "03", count(21): "21", count(1200): "1.200",
		number("05", "-NQ/CB"): "05-NQ/CB", number("05-NQ/ĐU", "-NQ/CB"): "05-NQ/ĐU", number("", "-NQ/CB"): "........-NQ/CB", number("12", ""): "12",
		upper("Đỗ Thị Ánh Nguyệt"): "ĐỖ THỊ ÁNH NGUYỆT",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestUnitNames(t *testing.T) {
	for _, c := range []struct {
		kind                   org.Kind
		name, organ, committee string
	}{
		{org.Cell, "Chi bộ thôn Đông", "Chi bộ thôn Đông", "Chi ủy Chi bộ thôn Đông"},
		{org.Cell, "Thôn Đông", "Chi bộ Thôn Đông", "Chi ủy Chi bộ Thôn Đông"},
		{org.BaseCell, "chi bộ cơ sở Trường A", "Chi bộ Trường A", "Chi ủy Chi bộ Trường A"},
		{org.Grassroots, "Đảng ủy phường Hạc Thành", "Đảng bộ phường Hạc Thành", "Đảng ủy phường Hạc Thành"},
		{org.Section, "Đảng bộ bộ phận khu Bắc", "Đảng bộ bộ phận khu Bắc", "Đảng ủy bộ phận khu Bắc"},
		{org.Province, "Đảng bộ tỉnh Thanh Hóa", "Đảng bộ tỉnh Thanh Hóa", "Tỉnh ủy Thanh Hóa"},
		{org.Province, "Đảng bộ thành phố Hà Nội", "Đảng bộ thành phố Hà Nội", "Thành ủy Hà Nội"},
	} {
		u := unit(1, c.kind, c.name)
		if a, b := Organisation(u), Committee(u); a != c.organ || b != c.committee {
			t.Errorf("%s: %q and %q", c.name, a, b)
		}
	}
	if Organisation(org.Unit{}) != "" || Committee(org.Unit{}) != "" {
		t.Error("no unit has a name")
	}
}

// TestItems counts the papers that are made once for each relative or opinion.
func TestItems(t *testing.T) {
	for slug, want := range map[string]int{"97": 1, "5b-knd": 1, "5c-knd": 1, "6-knd": 1} {
		f, err := Find(slug)
		if err != nil {
			t.Fatal(err)
		}
		if got := Items(f, sample(f).Acts); got != want {
			t.Errorf("%s: %d papers, want %d", slug, got, want)
		}
	}
}
