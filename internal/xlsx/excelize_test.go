package xlsx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"ketnap/internal/day"
)

// TestReadExcelize reads a file another program wrote, with everything users
// put into sheets.
func TestReadExcelize(t *testing.T) {
	f := excelize.NewFile()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(s excelize.Style) int {
		id, err := f.NewStyle(&s)
		check(err)
		return id
	}
	custom := func(code string) int { return style(excelize.Style{CustomNumFmt: &code}) }
	const sh = "Danh sách R&D"
	check(f.SetSheetName("Sheet1", sh))
	check(f.MergeCell(sh, "A1", "D2"))
	check(f.SetCellValue(sh, "A1", "DANH SÁCH ĐẢNG VIÊN"))
	check(f.SetSheetRow(sh, "A3", &[]any{"Số CCCD", "Họ và tên", "Ngày sinh", "Lương"}))
	check(f.SetSheetRow(sh, "A4", &[]any{38168053000, "Nguyễn Văn \"A\" <b>", time.Date(1985, 2, 28, 0, 0, 0, 0, time.UTC), 12345678.5}))
	check(f.SetCellStyle(sh, "C4", "C4", custom("dd/mm/yyyy")))
	check(f.SetCellStyle(sh, "D4", "D4", style(excelize.Style{NumFmt: 4, Font: &excelize.Font{Bold: true}})))
	check(f.SetSheetRow(sh, "A5", &[]any{1085012345, true, 45351.5, 0.25}))
	check(f.SetCellStyle(sh, "A5", "A5", custom("000000000000")))
	check(f.SetCellStyle(sh, "C5", "C5", custom(`[$-42A]dd/mm/yyyy hh:mm`)))
	check(f.SetCellFormula(sh, "D5", "SUM(D4:D4)"))
	check(f.SetCellRichText(sh, "B6", []excelize.RichTextRun{{Text: "Chi bộ ", Font: &excelize.Font{Bold: true}}, {Text: "thôn"}}))
	check(f.SetCellValue(sh, "A6", " 001\n"))
	check(f.SetRowVisible(sh, 6, false))
	_, err := f.NewSheet("Ẩn")
	check(err)
	check(f.SetSheetVisible("Ẩn", false))
	check(f.SetCellValue("Ẩn", "XA1", "xa"))
	buf, err := f.WriteToBuffer()
	check(err)

	book, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), Limits{Cols: 1000})
	check(err)
	if d := cmp.Diff([]Sheet{{Name: sh}, {Name: "Ẩn", Hidden: true}}, book.Sheets()); d != "" {
		t.Error(d)
	}
	text := func(s string) Cell { return Cell{Kind: KindText, Text: s} }
	num := func(n float64, s string) Cell { return Cell{Kind: KindNumber, Text: s, Num: n} }
	title := text("DANH SÁCH ĐẢNG VIÊN")
	again := title
	again.Merged = true
	want := []Row{
		{Num: 1, Cells: []Cell{title, again, again, again}},
		{Num: 3, Cells: []Cell{text("Số CCCD"), text("Họ và tên"), text("Ngày sinh"), text("Lương")}},
		{Num: 4, Cells: []Cell{num(38168053000, "38168053000"), text(`Nguyễn Văn "A" <b>`), {Kind: KindDate, Text: "28/02/1985", Num: 31106}, num(12345678.5, "12345678.5")}},
		{Num: 5, Cells: []Cell{num(1085012345, "001085012345"), {Kind: KindBool, Text: "TRUE", Num: 1}, {Kind: KindDate, Text: "29/02/2024 12:00", Num: 45351.5}, {Kind: KindText, Text: "0.25", Formula: true}}},
		{Num: 6, Hidden: true, Cells: []Cell{text(" 001\n"), text("Chi bộ thôn")}},
	}
	if d := cmp.Diff(want, readAll(t, book, 0)); d != "" {
		t.Error(d)
	}
	if rows := readAll(t, book, 1); len(rows) != 1 || rows[0].Cell(624) != text("xa") {
		t.Errorf("hidden sheet: %v", rows)
	}
}

// TestExcelizeReads lets another program read what Writer writes.
func TestExcelizeReads(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	w.Sheet("Đảng viên: [2024]", SheetOptions{Widths: []float64{6, 0, 30.5}, Freeze: 2, Filter: true})
	w.Row(Text("Danh sách").Bold())
	w.Row(Text("A").Header(), Text("B").Header(), Text("C").Header())
	w.Row(Int(38168053000), Num(2.5, 1), Percent(0.3534), Date(day.Of(2024, 2, 29)), Text("=1+1"), Text("x").Marked().Note("Sai định dạng & thiếu <số>"))
	w.Row(Int(999_999_999_999_999), Int(1_000_000_000_000_000), Num(1e-9, 0), Date(day.Of(1899, 1, 1)), Text("0123"))
	w.Sheet("đảng viên  2024", SheetOptions{})
	w.Row(Text("'quoted'"))
	w.Sheet("'s", SheetOptions{Freeze: 1})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"Đảng viên 2024", "đảng viên 2024 (2)", "s"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	sh := f.GetSheetList()[0]
	rows, err := f.GetRows(sh)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Danh sách"}, {"A", "B", "C"}, {"38,168,053,000", "2.5", "35.34%", "29/02/2024", "=1+1", "x"},
		{"999,999,999,999,999", "1000000000000000", "0", "01/01/1899", "0123"}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	if formula, _ := f.GetCellFormula(sh, "E3"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	notes, err := f.GetComments(sh)
	if err != nil || len(notes) != 1 || notes[0].Cell != "F3" || notes[0].Text != "Sai định dạng & thiếu <số>" {
		t.Errorf("notes %+v, %v", notes, err)
	}
	panes, err := f.GetPanes(sh)
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if width, _ := f.GetColWidth(sh, "C"); width != 30.5 {
		t.Errorf("width %v", width)
	}
	id, _ := f.GetCellStyle(sh, "F3")
	if style, err := f.GetStyle(id); err != nil || style.Fill.Type != "pattern" || style.Fill.Pattern != 1 {
		t.Errorf("marked: %+v, %v", style, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Scope+" "+n.Name] = n.RefersTo
	}
	if d := cmp.Diff(map[string]string{"Đảng viên 2024 _xlnm._FilterDatabase": "'Đảng viên 2024'!$A$2:$F$4",
		"Đảng viên 2024 _xlnm.Print_Titles": "'Đảng viên 2024'!$1:$2", "s _xlnm.Print_Titles": "'s'!$1:$1"}, names); d != "" {
		t.Error(d)
	}
	// Writing it again makes excelize parse every part.
	if _, err := f.WriteToBuffer(); err != nil {
		t.Error(err)
	}
}

// TestNoFormulas writes what injects formulas elsewhere and looks at the markup.
func TestNoFormulas(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	heads := []string{"=", "+", "-", "@", "\t=", "\r=", "\x00=", "\n=", " =", "=cmd|' /C calc'!A0", "＝", "<f>", "</t></is><f>1+1</f>", `" t="n"><f>`, "_x003D_", "\ufeff="}
	for i := range 10_000 {
		w.Row(Text(heads[i%len(heads)] + fmt.Sprintf(`HYPERLINK("http://x/%d")`, i)))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := openBytes(t, buf.Bytes())
	r, err := b.zip.open(b.paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := newScanner(r)
	if err := elements(func(s *scanner) error {
		if s.is("f") || s.is("hyperlink") {
			return fmt.Errorf("element %s", s.name)
		}
		if kind, _ := s.attr("t"); s.is("c") && string(kind) != "inlineStr" {
			return fmt.Errorf("cell of type %q", kind)
		}
		return nil
	})(s); err != nil {
		t.Error(err)
	}
	n := 0
	for row, err := range b.Rows(0) {
		if err != nil {
			t.Fatal(err)
		}
		c := row.Cell(0)
		if c.Formula || c.Kind != KindText || strings.ContainsAny(c.Text[:1], "\t\r\n\x00") {
			t.Errorf("row %d: %+v", row.Num, c)
		}
		if want := strings.Trim(heads[n%len(heads)], "\t\r\n\x00"); !strings.HasPrefix(c.Text, want) {
			t.Errorf("row %d: %q, want %q in front", row.Num, c.Text, want)
		}
		n++
	}
	if n != 10_000 {
		t.Error(n, "rows")
	}
}

// TestPartsMatch checks that every part the workbook names exists and is XML.
func TestPartsMatch(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	for _, name := range []string{"a", "", "A"} {
		w.Sheet(name, SheetOptions{Filter: true})
		w.Row(Text("x").Note("n"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := openBytes(t, buf.Bytes())
	parts := []string{"", "xl/workbook.xml"}
	parts = append(parts, b.paths...)
	for _, part := range parts {
		rels, err := b.relations(part)
		if err != nil || len(rels) == 0 {
			t.Errorf("relations of %q: %v %v", part, rels, err)
		}
		for _, rel := range rels {
			if !b.zip.has(rel.target) {
				t.Errorf("%s %s: no part %s", part, rel.id, rel.target)
			}
		}
	}
	for name := range b.zip.parts {
		r, err := b.zip.open(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(r); err == nil; {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
		r.Close()
	}
	if d := cmp.Diff([]Sheet{{Name: "a"}, {Name: "Sheet2"}, {Name: "A (2)"}}, b.Sheets()); d != "" {
		t.Error(d)
	}
}
