package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// sheetCommand: "sheet FILE ROWS COMMUNE" makes the sheet of 33 columns as an office keeps it, with a library that is not ours:
// titles above, two header rows with merged cells and abbreviations, column numbers, a hidden sheet, decomposed letters, dates
// in many forms, a total and signatures below. Of ROWS people every twentieth is wrong, in the ten ways of spoil, and the last
// four repeat the first four. COMMUNE is the first five digits of the codes of cells.
func sheetCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: sheet FILE ROWS COMMUNE")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "DS đảng viên "
	_, err = f.NewSheet(sheet)
	ts.Check(err)
	ts.Check(f.SetCellValue("Sheet1", "A1", "Danh mục dùng chung, không xóa"))
	f.SetActiveSheet(1)
	ts.Check(f.SetSheetVisible("Sheet1", false))
	put := func(row int, cells []any) {
		at, err := excelize.CoordinatesToCellName(1, row)
		ts.Check(err)
		ts.Check(f.SetSheetRow(sheet, at, &cells))
	}
	put(1, []any{"ĐẢNG BỘ TỈNH", nil, nil, nil, nil, nil, "ĐẢNG CỘNG SẢN VIỆT NAM"})
	put(3, []any{"DANH SÁCH ĐẢNG VIÊN (tính đến 31/12/2024)"})
	ts.Check(f.MergeCell(sheet, "A3", "AG3"))
	header(ts, f, sheet, 5)
	row := 8
	for i := range n - 4 {
		put(row, spoil(i, member(i, args[2])))
		row++
	}
	for i := 1; i <= 4; i++ {
		put(row, member(i, args[2]))
		row++
	}
	put(row, []any{nil, "Tổng cộng: " + args[1] + " đồng chí"})
	put(row+3, []any{nil, nil, nil, "T/M CHI ỦY\n(Ký, ghi rõ họ tên)"})
	ts.Check(f.SaveAs(ts.MkAbs(args[0])))
}

// header writes the two header rows and the row of column numbers.
func header(ts *testscript.TestScript, f *excelize.File, sheet string, row int) {
	address := []string{"Quốc gia", "Tỉnh/TP", "Địa chỉ (mô hình 2 cấp)"}
	heads := []struct {
		text string
		sub  []string
	}{
		{"STT", nil}, {"  HỌ VÀ TÊN\n(viết in hoa) *", nil}, {"Tên gọi khác", nil}, {"G.Tính*", nil}, {"Ngày, tháng,\nnăm sinh *", nil},
		{norm.NFD.String("Dân tộc *"), nil}, {"Tôn  giáo *", nil}, {"Số định danh\ncá nhân (*)", nil}, {"Số thẻ ĐV (12 số)", nil}, {"Nơi cấp thẻ", nil},
		{"Ngày cấp thẻ", nil}, {"Số thẻ cũ", nil}, {"Chi bộ sinh hoạt", nil}, {"Nơi đăng ký khai sinh", address}, {norm.NFD.String("Quê quán"), address},
		{"Nơi thường trú", address}, {"Nơi tạm trú", address}, {"Ngày vào Đảng *", nil}, {"Ngày CT", nil}, {"Nghề nghiệp hiện nay", nil},
		{"Trình độ văn hoá", nil}, {"Chuyên môn", nil}, {"LLCT", nil}, {"SĐT", nil}, {"Ghi chú", nil},
	}
	col := 1
	cell := func(col, row int) string {
		name, err := excelize.CoordinatesToCellName(col, row)
		ts.Check(err)
		return name
	}
	for _, h := range heads {
		ts.Check(f.SetCellValue(sheet, cell(col, row), h.text))
		width := max(1, len(h.sub))
		if h.sub == nil {
			ts.Check(f.MergeCell(sheet, cell(col, row), cell(col, row+1)))
		} else {
			ts.Check(f.MergeCell(sheet, cell(col, row), cell(col+width-1, row)))
		}
		for i, s := range h.sub {
			ts.Check(f.SetCellValue(sheet, cell(col+i, row+1), s))
		}
		col += width
	}
	for i := 1; i < col; i++ {
		ts.Check(f.SetCellValue(sheet, cell(i, row+2), fmt.Sprintf("(%d)", i)))
	}
}

var (
	families = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"}
	middles  = []string{"Văn", "Thị", "Hữu", "Thị Ngọc", "Đức", "Thị Thu", "Minh", "Thị Thanh"}
	givens   = []string{"An", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hoà", "Hòa", "Khánh", "Lâm", "Mỹ", "Nga", "Oanh", "Phúc", "Quý", "Sơn", "Thuỷ", "Uyên", "Việt", "Yến", "Tuấn", "Hằng", "Quỳnh"}
)

// member is the i-th person as 33 cells, typed as differently as people do.
func member(i int, commune string) []any {
	name := families[i%len(families)] + " " + middles[i%len(middles)] + " " + givens[i%len(givens)]
	sex := "Nam"
	if i%2 == 1 {
		sex = "Nữ"
	}
	switch i % 5 {
	case 1:
		name = strings.ToUpper(name)
	case 2:
		name = norm.NFD.String(name)
	case 3:
		name = "  " + strings.ReplaceAll(name, " ", "  ") + " "
	}
	born := time.Date(1955+i%43, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC)
	joined := born.AddDate(24, i%11, 3)
	address := []any{"Việt Nam", "Thanh Hóa", fmt.Sprintf("Số %d, đường Lê Lợi", 1+i)}
	cells := []any{i + 1, name, nil, sex, written(i, born), "Kinh", "Không", fmt.Sprintf("001%09d", 500000+i), fmt.Sprintf("0010%08d", 700000+i), "Tỉnh uỷ",
		written(i+1, joined.AddDate(2, 0, 0)), nil, cellCode(i, commune)}
	cells = append(append(append(append(cells, address...), address...), address...), address...)
	cells = append(cells, written(i+2, joined), written(i+3, joined.AddDate(1, 0, 0)), "Nông dân", "12/12", "Đại học", "Sơ cấp", "0912345678", nil)
	switch i % 9 {
	case 4:
		cells[5], cells[6] = "Mường", "Công giáo"
	case 6:
		cells[7] = "001 " + fmt.Sprintf("%09d", 500000+i) // with a space between
	case 8:
		cells[11], cells[22] = "38123456", "-"
	}
	return cells
}

// written is a day as a spreadsheet date or in one of the forms people type; the day comes first.
func written(i int, on time.Time) any {
	switch i % 6 {
	case 0:
		return on.Format("02/01/2006")
	case 1:
		return on
	case 2:
		return on.Format("2/1/2006")
	case 3:
		return on.Format("02-01-2006")
	case 4:
		return on.Format("2.1.2006")
	}
	return on.Format("ngày 2 tháng 1 năm 2006")
}

// cellCode names one of four cells of the first residential area, as text with dots, as text, or as a number.
func cellCode(i int, commune string) any {
	code := fmt.Sprintf("%s001000%03d", commune, 1+i%4)
	switch i % 3 {
	case 0:
		return code[:2] + "." + code[2:5] + "." + code[5:8] + "." + code[8:11] + "." + code[11:]
	case 1:
		n, _ := strconv.ParseInt(code, 10, 64) // digits only
		return n
	}
	return code
}

// spoil makes every twentieth row wrong in one of ten ways.
func spoil(i int, cells []any) []any {
	if i%20 != 19 {
		return cells
	}
	switch i / 20 % 10 {
	case 0:
		cells[1] = nil // E01
	case 1:
		cells[4] = "31/02/1990" // E05
	case 2:
		cells[4] = "khoảng năm 1970" // E04
	case 3:
		cells[4] = time.Now().AddDate(-16, 0, 0) // E08
	case 4:
		cells[7] = 1000500000 + i // E14: a number that lost its zeros
	case 5:
		cells[12] = "Chi bộ không có thật" // E11
	case 6:
		cells[5] = "Kinhh Mạc" // E10
	case 7:
		cells[7] = "00100050" // E16
	case 8:
		cells[26] = "01/01/1970" // E07: official before joining
	case 9:
		cells[3] = nil // E01
	}
	return cells
}

// cellsCommand: "cells FILE" prints the sheets of a workbook as text: one line per row, cells apart by " | ".
func cellsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: cells FILE")
	}
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		ts.Check(err)
		_, _ = fmt.Fprintf(ts.Stdout(), "# %s (%d)\n", name, len(rows))
		for _, row := range rows {
			_, _ = fmt.Fprintln(ts.Stdout(), strings.ReplaceAll(strings.Join(row, " | "), "\n", " "))
		}
	}
}
