package transfer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// sheet fills a workbook cell by cell.
type sheet struct {
	t *testing.T
	f *excelize.File
	s string
}

func (s sheet) set(cell string, v any) {
	s.t.Helper()
	if err := s.f.SetCellValue(s.s, cell, v); err != nil {
		s.t.Fatal(err)
	}
}

func (s sheet) merge(from, to string) {
	s.t.Helper()
	if err := s.f.MergeCell(s.s, from, to); err != nil {
		s.t.Fatal(err)
	}
}

// stored reads a person by number with the sealed fields.
func (w *world) stored(number string) (p person.Person, s person.Sealed) {
	w.t.Helper()
	err := w.st.View(context.Background(), func(tx *store.Tx) error {
		var i id.ID
		var err error
		if i, err = tx.PersonByNumber(number); err != nil || i == 0 {
			return fmt.Errorf("nobody holds %s: %w", number, err)
		}
		if p, err = tx.Person(i); err != nil {
			return err
		}
		s, err = tx.Sealed(i)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p, s
}

// TestDirtyWorkbook: a sheet as committees keep it. A cover and a hidden sheet, titles above, a header
// of two merged rows with abbreviations, sexes marked in two columns, the name in two columns, column
// numbers, headings between rows, blank rows, a total and signatures below.
func TestDirtyWorkbook(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	f := excelize.NewFile()
	s := sheet{t, f, "DS đảng viên"}
	for _, name := range []string{"Số liệu cũ", s.s} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	old := sheet{t, f, "Số liệu cũ"}
	for i, h := range memberHead {
		cell, _ := excelize.CoordinatesToCellName(i+1, 1)
		old.set(cell, h)
	}
	if err := f.SetSheetVisible("Số liệu cũ", false); err != nil {
		t.Fatal(err)
	}
	s.set("A1", "ĐẢNG BỘ XÃ A")
	s.merge("A1", "F1")
	s.set("A2", "DANH SÁCH ĐẢNG VIÊN")
	s.merge("A2", "T2")
	for cell, v := range map[string]string{"A5": "TT", "B5": "Họ và tên", "D5": "Giới tính", "F5": "N/sinh", "G5": "Dân\ntộc", "H5": "T.giáo", "I5": "Số ĐDCN (12 số)", "J5": "Số thẻ ĐV", "K5": "Sinh hoạt tại chi bộ",
		"L5": "Quê quán", "O5": "Ngày vào Đảng", "Q5": "SĐT", "R5": "TĐVH", "S5": "Trình độ CM", "T5": "LLCT",
		"D6": "Nam", "E6": "Nữ", "L6": "Quốc gia", "M6": "Tỉnh/TP", "N6": "Xã, thôn", "O6": "Dự bị", "P6": "Chính thức"} {
		s.set(cell, norm.NFD.String(v))
	}
	s.merge("B5", "C6")
	s.merge("D5", "E5")
	s.merge("L5", "N5")
	s.merge("O5", "P5")
	for _, c := range []string{"A", "F", "G", "H", "I", "J", "K", "Q", "R", "S", "T"} {
		s.merge(c+"5", c+"6")
	}
	for i := range 20 {
		cell, _ := excelize.CoordinatesToCellName(i+1, 7)
		s.set(cell, fmt.Sprintf("(%d)", i+1))
	}
	s.set("A8", "I. CHI BỘ THÔN 1")
	s.merge("A8", "T8")
	put := func(row int, values ...any) {
		for i, v := range values {
			if v != nil {
				cell, _ := excelize.CoordinatesToCellName(i+1, row)
				s.set(cell, v)
			}
		}
	}
	put(9, 1, norm.NFD.String("Nguyễn Thị"), "Hoà", nil, "x", time.Date(1990, 5, 17, 0, 0, 0, 0, time.UTC), "KINH", "Không", "038190000001", "380000000001", "Đảng bộ xã A > Chi bộ thôn 1",
		"VN", "Thanh Hóa", "xã A", "3/2/15", "03.02.2016", "0912 345 678", "12/12", "ĐH", "Trung cấp")
	put(10, 2, "Lê Văn", "Bảo", "X", nil, 1945, "Thái", "ko", "038.145.000.002", "380000000002", "CB thôn 2, Đảng bộ xã A",
		nil, nil, nil, "ngày 19 tháng 5 năm 1970", "19/05/1971", nil, nil, nil, nil)
	put(12, 3, "Trần", "Cúc", nil, "x", "1/1/1980", "Kinh", "Không", 38180000003, "380000000003", "Đảng bộ xã A > Chi bộ thôn 1", nil, nil, nil, "1/1/2005", "1/1/2006")
	put(13, nil, "Tổng cộng: 3 đồng chí")
	put(15, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "Ngày 20 tháng 11 năm 2026")
	put(16, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "BÍ THƯ")
	b := w.mapped(w.tree.Communes[0], batch.Members, bytesOf(t, f), transfer.Mapping{Sheet: -1, Incomplete: true})
	want := map[int]batch.Code{0: "id", 1: "name", 2: "given_name", 3: "sex_male", 4: "sex_female", 5: "birth", 6: "ethnic", 7: "religion", 8: "number", 9: "card", 10: "unit",
		11: "home_country", 12: "home_province", 13: "home_detail", 14: "joined", 15: "official", 16: "phone", 17: "schooling", 18: "expertise", 19: "theory"}
	if d := cmp.Diff(want, b.Options.Columns); d != "" || b.Options.Head != 5 || b.Options.Depth != 2 || b.Sheet != 2 {
		t.Fatalf("header %d+%d on sheet %d: %s", b.Options.Head, b.Options.Depth, b.Sheet, d)
	}
	b, err := w.s.Commit(context.Background(), w.who, b.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.counts(b, [4]int64{2, 0, 0, 1})
	if got := w.reasons(b); got != "row 12 number E14 [38180000003 11 12]\n" {
		t.Error(got)
	}
	p, sealed := w.stored("038190000001")
	if p.Name != "Nguyễn Thị Hoà" || p.Sex != 2 || p.Birth != day.Of(1990, 5, 17) || p.Ethnic != 1 || p.Joined != day.Of(2015, 2, 3) || p.Schooling != 4 || p.Expertise != 4 || p.Theory != 2 ||
		sealed.Phone != "0912345678" || sealed.Home != (person.Address{Country: "VN", Province: "Thanh Hóa", Detail: "xã A"}) || p.LastUnit != w.tree.Cells[0][0].ID {
		t.Errorf("%+v %+v", p, sealed)
	}
	if p, _ := w.stored("038145000002"); p.Name != "Lê Văn Bảo" || p.Sex != 1 || p.Birth.VN() != "1945" || p.Ethnic != 3 || p.LastUnit != w.tree.Cells[0][1].ID {
		t.Errorf("%+v", p)
	}
	w.clean()
}

// TestBadCells: one thing wrong in each row, and the reason for it.
func TestBadCells(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	const home = "Đảng bộ xã A > Chi bộ thôn 1"
	f := excelize.NewFile()
	s := sheet{t, f, "Sheet1"}
	cases := []struct {
		col  string
		v    any
		want string
	}{
		{"B", "", "name E01"}, {"B", "Hoa", "name E19"}, {"B", "Nguyễn Thị Hoa 2", "name E19"},
		{"C", "Nửa", "sex E10"}, {"D", "30/02/1990", "birth E05"}, {"D", "1990x", "birth E04"}, {"D", 32874.5, "birth E35"}, {"D", "17/05/2030", "birth E06"},
		{"D", "22/11/2008", "birth E08"}, {"D", "1/1/1880", "birth E09"}, {"D", "13/13/1990", "birth E05"},
		{"E", "Kinhh", "ethnic E10"}, {"F", "", "religion E01"},
		{"G", "38190", "number E16"}, {"G", "1.23457E+11", "number E15"}, {"G", 38190000777, "number E14"}, {"G", "03819000077x", "number E17"}, {"G", "038190777", "number E36"},
		{"H", "", "card E01"}, {"I", "Chi bộ thôn 1", "unit E12"}, {"I", "Chi bộ thôn 11", "unit E11"}, {"I", "", "unit E01"},
		{"J", "1/1/1980", "joined E07"}, {"J", "1/1/2027", "joined E06"}, {"K", "1/1/2014", "official E07"}, {"L", "0912", "phone E33"}, {"L", 912345678, "phone E14"},
	}
	for i, h := range memberHead {
		cell, _ := excelize.CoordinatesToCellName(i+1, 1)
		s.set(cell, h)
	}
	var want string
	for i, c := range cases {
		row := i + 2
		for j, v := range member(row, fmt.Sprintf("Nguyễn Thị %c", 'A'+i%26), home) {
			cell, _ := excelize.CoordinatesToCellName(j+1, row)
			s.set(cell, v)
		}
		s.set(fmt.Sprintf("%s%d", c.col, row), c.v)
		want += fmt.Sprintf("%d %s\n", row, c.want)
	}
	last := len(cases) + 2
	for j, v := range member(last, "Nguyễn Thị Công Thức", home) {
		cell, _ := excelize.CoordinatesToCellName(j+1, last)
		s.set(cell, v)
	}
	if err := f.SetCellFormula("Sheet1", fmt.Sprintf("B%d", last), `"Nguyễn "&"Hoa"`); err != nil {
		t.Fatal(err)
	}
	want += fmt.Sprintf("%d name E02\n", last)
	b := w.mapped(w.tree.Root, batch.Members, bytesOf(t, f), transfer.Mapping{Sheet: -1})
	b, err := w.s.Check(context.Background(), w.who, b.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.s.Rows(context.Background(), w.who, b.ID, batch.Refused, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, r := range rows {
		got += fmt.Sprintf("%d %s %s\n", r.Row, r.Problems[0].Field, r.Problems[0].Trouble)
	}
	if d := cmp.Diff(want, got); d != "" || b.Refused != int64(len(cases)+1) {
		t.Errorf("%+v\n%s", b.Counts, d)
	}
}

// TestNothingIsWrittenByACheck: looking at the result writes nothing.
func TestNothingIsWrittenByACheck(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		b := w.mapped(w.tree.Root, batch.Members, table(t, memberHead, member(1, "Nguyễn Thị Ánh", "Đảng bộ xã A > Chi bộ thôn 1")), transfer.Mapping{Sheet: -1})
		b, err := w.s.Check(context.Background(), w.who, b.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.counts(b, [4]int64{1, 0, 0, 0})
		if w.holder("038190000001") != 0 {
			t.Error("a check wrote a person")
		}
		if b, err = w.s.Commit(context.Background(), w.who, b.ID, nil); err != nil {
			t.Fatal(err)
		}
		w.counts(b, [4]int64{1, 0, 0, 0})
	})
}

// TestCSV: texts only, separated by semicolons, with a byte order mark.
func TestCSV(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	out.Comma = ';'
	for _, row := range [][]any{memberHead, member(1, "Nguyễn Thị Ánh", "Đảng bộ xã A > Chi bộ thôn 1")} {
		var texts []string
		for _, v := range row {
			texts = append(texts, fmt.Sprint(v))
		}
		if err := out.Write(texts); err != nil {
			t.Fatal(err)
		}
	}
	out.Flush()
	w.commit(w.tree.Root, batch.Members, b.Bytes(), [4]int64{1, 0, 0, 0})
}

// TestNoTable: what is no table is refused before it is kept.
func TestNoTable(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for name, data := range map[string][]byte{"empty": nil, "pdf": []byte("%PDF-1.7\n"), "html": []byte("<html><table>"), "cut": table(t, memberHead)[:900]} {
		if b, err := w.s.UploadBytes(context.Background(), w.who, w.tree.Root, batch.Members, "a.xlsx", data); err == nil {
			t.Errorf("%s was taken: %+v", name, b)
		}
	}
	if _, err := w.s.UploadBytes(context.Background(), w.who, w.tree.Root, "people", "a.xlsx", table(t, memberHead)); err == nil {
		t.Error("an unknown kind was taken")
	}
	b, err := w.s.UploadBytes(context.Background(), w.who, w.tree.Root, batch.Members, "a.xlsx", table(t, []any{"a", "b"}, []any{1, 2}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.Map(context.Background(), w.who, b.ID, transfer.Mapping{Sheet: -1}); err == nil {
		t.Error("a sheet without a header was mapped")
	}
}
