package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// line writes a reading in one line.
func line(r Reading) string {
	s := fmt.Sprintf("%s %s %s", r.Value, r.Value.Counted, r.Kind)
	if r.Indicator != "" {
		s += " " + r.Indicator
	}
	if r.Group != "" {
		s += " {" + r.Group + "}"
	}
	if r.PartOf >= 0 {
		s += fmt.Sprintf(" %s of %d", r.Relation, r.PartOf)
	}
	if r.Base.Text != "" {
		s += " / " + r.Base.Text
	}
	p := r.Span
	s += " " + string(p.Kind) + fmt.Sprintf(" %d-%d", p.From.Year(), p.To.Year())
	if p.Yearly {
		s += " yearly"
	}
	if p.AsOf != 0 {
		s += " to " + p.AsOf.VN()
	}
	if p.Vague() {
		s += " or " + p.AsOfTo.VN()
	}
	return s
}

// TestRead: the sentences of ten programmes as newspapers and resolutions print them.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		kind       Kind
		year       int
		want       []string
	}{
		{"two terms, a range and its part", "Mục tiêu cụ thể là từ năm 2024-2025 và giai đoạn 2025-2030: Hàng năm, toàn Đảng bộ tỉnh kết nạp từ 1.020 - 1.250 đảng viên, trong đó đảng viên là học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước từ 40-55 người/năm.", Resolution, 2024, []string{
			"1.020–1.250 person goal admit term 2024-2025 yearly", "1.020–1.250 person goal admit term 2025-2030 yearly",
			"40–55 person goal admit {học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước} overlap of 0 term 2024-2025 yearly",
			"40–55 person goal admit {học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước} overlap of 1 term 2025-2030 yearly"}},
		{"a baseline of five years", "5 năm gần đây (2018-2022), Đảng bộ Hậu Giang kết nạp 4.715 đảng viên, trong đó học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước là 436 đảng viên.", Resolution, 2024, []string{
			"4.715 person result admit term 2018-2022", "436 person result admit {học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước} overlap of 0 term 2018-2022"}},
		{"above and at least", "Nghị quyết Đại hội lần thứ XIX, nhiệm kỳ 2020-2025 (hằng năm, Đảng bộ tỉnh kết nạp trên 1.800 đảng viên, trong đó có từ 180 đảng viên trở lên là quần chúng ưu tú trong các doanh nghiệp và khu vực kinh tế tư nhân).", Plan, 2021, []string{
			"> 1.800 person goal admit term 2020-2025 yearly", "≥ 180 person goal admit {doanh nghiệp và khu vực kinh tế tư nhân} overlap of 0 term 2020-2025 yearly"}},
		{"a plan of one committee", "Hằng năm kết nạp từ 3 % trở lên tổng số đảng viên toàn đảng bộ; trong đó có khoảng 50–100 đảng viên ở doanh nghiệp.", Plan, 2026, []string{
			"≥ 3% percent goal admit / tổng số đảng viên toàn đảng bộ year 2026-2026", "≈ 50–100 person goal admit {doanh nghiệp} year 2026-2026"}},
		{"a result with its percentage", "Chỉ thị số 05-CT/TU ngày 29-4-2021 giai đoạn 2021-2025; năm 2021 tỉnh đã kết nạp được 1.749 đảng viên, đạt 109% kế hoạch năm, trong đó đã kết nạp được 321 học sinh, sinh viên vào Đảng.", Report, 2021, []string{
			"1.749 person result admit year 2021-2021", "109% percent share admit / kế hoạch năm year 2021-2021", "321 person result admit {học sinh, sinh viên} overlap of 0 year 2021-2021"}},
		{"as of a month, which may begin or end it", "Tính đến tháng 11-2021, tỉnh đã kết nạp được 1.814 đảng viên.", Report, 2021, []string{
			"1.814 person result admit part 2021-2021 to 31/10/2021 or 30/11/2021"}},
		{"hamlets are a stock, and two kinds of them", "Năm 2016, toàn tỉnh có 310 xóm thuộc phạm vi Đề án số 01-ĐA/TU, trong đó có 18 xóm chưa có tổ chức đoàn thể. Đến tháng 12-2020, tỉnh chỉ còn 141 xóm thuộc phạm vi Đề án số 01-ĐA/TU (giảm 169 xóm), 2 xóm chưa có chi đoàn thanh niên.", Report, 2021, []string{
			"310 hamlet stock year 2016-2016", "18 hamlet stock overlap of 0 year 2016-2016", "141 hamlet stock part 2020-2020 to 30/11/2020 or 31/12/2020",
			"169 hamlet stock overlap of 2 part 2020-2020 to 30/11/2020 or 31/12/2020", "2 hamlet stock part 2020-2020 to 30/11/2020 or 31/12/2020"}},
		{"a part in brackets and new cells", "Trong năm, tỉnh đã kết nạp được 151 đảng viên (trong đó có 2 chủ doanh nghiệp) vào Đảng, thành lập mới 7 chi bộ.", Report, 2021, []string{
			"151 person result admit year 2021-2021", "2 person result admit {chủ doanh nghiệp} overlap of 0 year 2021-2021", "7 unit result founded year 2021-2021"}},
		{"whether 23 is inside 834 is not said; 8, 9 and 6 make up 23", "Sau hơn 5 năm triển khai Đề án, tỉnh đã kết nạp được 834 quần chúng trong doanh nghiệp tư nhân và doanh nghiệp có vốn đầu tư nước ngoài, 23 chủ doanh nghiệp tư nhân vào Đảng (DNTN 8; công ty TNHH 9; công ty cổ phần 6); thành lập được 42 tổ chức đảng trong doanh nghiệp.", Report, 2021, []string{
			"834 person result admit {doanh nghiệp tư nhân và doanh nghiệp có vốn đầu tư nước ngoài} since 0-2021", "23 person result admit {chủ doanh nghiệp} unclear of 0 since 0-2021",
			"8 person result admit partition of 1 since 0-2021", "9 person result admit partition of 1 since 0-2021", "6 person result admit partition of 1 since 0-2021", "42 unit result founded since 0-2021"}},
		{"rounded figures and growth", "Tính đến 30-6-2021, toàn Đảng đã kết nạp được hơn 56.370 đảng viên, nâng tổng số đảng viên trong cả nước lên trên 5.248.600 đảng viên, tăng khoảng 3,11% so với cùng kỳ năm 2020.", Report, 2021, []string{
			">≈ 56.370 person result admit part 2021-2021 to 30/06/2021", ">≈ 5.248.600 person stock members part 2021-2021 to 30/06/2021", "≈ 3,11% percent share admit / cùng kỳ năm 2020 part 2021-2021 to 30/06/2021"}},
		{"about a range", "Hàng năm Đảng ủy Khối kết nạp từ 250 - 300 đảng viên mới, trong đó các đơn vị doanh nghiệp kết nạp khoảng 50 - 100 đảng viên là người lao động.", Report, 2021, []string{
			"250–300 person result admit year 2021-2021", "≈ 50–100 person result admit {các đơn vị doanh nghiệp} overlap of 0 year 2021-2021"}},
		{"papers from units", "Hội thảo đã có sự tham gia của 39 tham luận đến từ 123 Chi, Đảng bộ trực thuộc.", Report, 2021, []string{"39 paper result year 2021-2021", "123 unit result year 2021-2021"}},
		{"course and admissions, each with its percentage", "Năm 2023, có 109 đảng bộ, chi bộ cơ sở đã cử được 1.253 quần chúng ưu tú tham gia lớp bồi dưỡng nhận thức về Đảng, đạt 117% so với kế hoạch đề ra. Nhờ đó mà năm 2023, Đảng bộ đã kết nạp được 735 đảng viên mới đạt 104% chỉ tiêu Ban Thường vụ Tỉnh ủy giao. Trong 2 tháng đầu năm 2024, đã kết nạp được 231 đảng viên mới.", Report, 2024, []string{
			"109 unit result year 2023-2023", "1.253 person result course year 2023-2023", "117% percent share course / kế hoạch đề ra year 2023-2023",
			"735 person result admit year 2023-2023", "104% percent share admit / chỉ tiêu Ban Thường vụ Tỉnh ủy giao year 2023-2023", "231 person result admit part 2024-2024 to 29/02/2024"}},
		{"a plain target", "Năm 2024, Đảng bộ thành phố phấn đấu kết nạp 817 đảng viên mới.", Report, 2024, []string{"817 person goal admit year 2024-2024"}},
		{"a percentage of members", "Xây dựng kế hoạch nhiệm kỳ 2025 - 2030 và từng năm, đảm bảo tỷ lệ kết nạp đảng viên hàng năm từ 3% trở lên tổng số đảng viên toàn đảng bộ.", Letter, 2025, []string{
			"≥ 3% percent goal admit / tổng số đảng viên toàn đảng bộ term 2025-2030 yearly"}},
		{"no numbers at all", "Nghị quyết số 21-NQ/TW ngày 16-6-2022 Hội nghị lần thứ năm khóa XIII; Chương trình hành động số 31-CtrHĐ/TU ngày 11-1-2023; COVID-19; Đường dây nóng: 0819.123.127; 09:09 GMT+7; Ảnh 1; trong 3 tháng, quý 2.", Letter, 2025, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			cs, err := Split(c.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range Read(cs, c.kind, day.Of(c.year, 6, 1)) {
				got = append(got, line(r))
				if !strings.Contains(cs[r.Clause-1].Text, r.Words) || !strings.Contains(r.Quote, r.Words) {
					t.Errorf("%q does not stand in its clause", r.Words)
				}
				if !strings.HasPrefix(cs[r.Clause-1].Text[r.At:], r.Words) {
					t.Errorf("%q does not stand at %d", r.Words, r.At)
				}
				if r.Value.Check() != nil {
					t.Errorf("%s: %v", r.Words, r.Value.Check())
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s", diff)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	cs, err := Split("NGHỊ QUYẾT\r\n\r\nI. Mục tiêu\n1. Mục tiêu chung\nNâng cao chất lượng.\n2. Mục tiêu cụ thể\na) Hằng năm kết nạp 817 đảng viên\n- Trong đó nữ 300\nb) Cử 900 người học lớp\nII. Giải pháp\nTập trung các nội dung sau: (1) Rà soát; (2) Nâng cao trách nhiệm; (3) Quản lý.\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cs {
		got = append(got, fmt.Sprintf("%s%d<%d %s|%s", strings.Repeat(" ", c.Depth), c.No, c.Parent, c.Label, c.Text))
	}
	want := []string{"1<0 |NGHỊ QUYẾT", "2<0 I|Mục tiêu", " 3<2 1|Mục tiêu chung", "  4<3 |Nâng cao chất lượng.", " 5<2 2|Mục tiêu cụ thể", "  6<5 a|Hằng năm kết nạp 817 đảng viên", "   7<6 -|Trong đó nữ 300",
		"  8<5 b|Cử 900 người học lớp", "9<0 II|Giải pháp", " 10<9 |Tập trung các nội dung sau:", "  11<10 1|Rà soát", "  12<10 2|Nâng cao trách nhiệm", "  13<10 3|Quản lý."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := Split(strings.Repeat("x", MaxText+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a text without end: %v", err)
	}
	if _, err := Split(strings.Repeat("x\n", maxClauses+2)); !fault.Is(err, fault.Invalid) {
		t.Errorf("clauses without end: %v", err)
	}
	if cs, err := Split(" \n\n "); err != nil || len(cs) != 0 {
		t.Errorf("nothing: %v %v", cs, err)
	}
}

func TestIdentity(t *testing.T) {
	a := Document{Kind: Resolution, Level: Provincial, Number: "20-NQ/TU", Issuer: "Tỉnh ủy Hậu Giang", Dated: day.Of(2024, 1, 11), Title: "Về phát triển đảng viên"}
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	b := a
	b.Number, b.Issuer = "20 - nq/tu", "TỈNH ỦY  HẬU GIANG"
	if a.Key() != b.Key() {
		t.Errorf("%s and %s", a.Key(), b.Key())
	}
	for _, other := range []Document{{Number: "20-NQ/TU", Issuer: "Tỉnh ủy Yên Bái", Dated: a.Dated}, {Number: "20-NQ/TU", Issuer: a.Issuer, Dated: day.Of(2025, 1, 11)}} {
		if other.Key() == a.Key() {
			t.Errorf("a number alone is no identity: %s", other.Key())
		}
	}
	for field, change := range map[string]func(*Document){
		"kind": func(d *Document) { d.Kind = "x" }, "level": func(d *Document) { d.Level = "" }, "issuer": func(d *Document) { d.Issuer = " " }, "title": func(d *Document) { d.Title = "" },
		"number": func(d *Document) { d.Number = "" }, "dated": func(d *Document) { d.Dated = 0 }, "to": func(d *Document) { d.From, d.To = 20250101, 20241231 },
	} {
		d := a
		change(&d)
		if field == "to" {
			early := a
			early.To = early.Dated.AddDays(-1) // from its date, when nothing else is said
			if err := early.Check(); fault.FieldsOf(err)["to"].Key != "target.span_backwards" {
				t.Errorf("over before its date: %v", err)
			}
		}
		if err := d.Check(); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[field].Key == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if !a.InForce(day.Of(2024, 1, 11)) || a.InForce(day.Of(2024, 1, 10)) {
		t.Error("in force from its date")
	}
	for _, l := range []Link{{From: 1, To: 1, Relation: Amends}, {From: 1, Relation: Amends}, {From: 1, To: 2, Relation: "x"}} {
		if err := l.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

// FuzzRead: no text breaks the reader, and every reading stands where it says.
func FuzzRead(f *testing.F) {
	f.Add("từ 1.020 - 1.250 đảng viên, trong đó (DNTN 8; TNHH 9) trên 5 % trở lên")
	f.Add("İ trên 5")
	f.Fuzz(func(t *testing.T, s string) {
		cs, err := Split(s)
		if err != nil {
			return
		}
		if len(s) > 5000 {
			return
		}
		rs := Read(cs, Report, day.Of(2024, 1, 1))
		for i, r := range rs {
			if !strings.HasPrefix(cs[r.Clause-1].Text[r.At:], r.Words) || r.PartOf >= i {
				t.Fatalf("%+v", r)
			}
		}
	})
}
