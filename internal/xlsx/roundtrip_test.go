package xlsx

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
)

// readAll returns the rows of sheet i, with their cells copied.
func readAll(t *testing.T, b *Book, i int) []Row {
	t.Helper()
	var rows []Row
	for r, err := range b.Rows(i) {
		if err != nil {
			t.Fatalf("row %d: %v", r.Num, err)
		}
		r.Cells = append([]Cell(nil), r.Cells...)
		rows = append(rows, r)
	}
	return rows
}

// openBytes opens a file held in memory.
func openBytes(t *testing.T, b []byte) *Book {
	t.Helper()
	book, err := Open(bytes.NewReader(b), int64(len(b)), Default)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestRoundTrip(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	w.Sheet("Danh sách", SheetOptions{Widths: []float64{5, 30}, Freeze: 1, Filter: true})
	w.Row(Text("TT").Header(), Text("Họ và tên").Header(), Text("Ngày sinh").Header())
	w.Row(Int(1), Text("Nguyễn Văn Đức & <con>"), Date(day.Of(1985, 2, 28)))
	w.Row()
	w.Row(Int(1234567), Text("=1+1").Marked(), Num(3.14159, 2), Percent(0.3534), Blank(), Text("001085012345"))
	w.Row(Text("_x000D_ "), Text("dòng 1\r\ndòng 2"), Date(19450000), Text("\x00=x"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := readAll(t, openBytes(t, buf.Bytes()), 0)
	text := func(s string) Cell { return Cell{Kind: KindText, Text: s} }
	num := func(s string, n float64) Cell { return Cell{Kind: KindNumber, Text: s, Num: n} }
	want := []Row{
		{Num: 1, Cells: []Cell{text("TT"), text("Họ và tên"), text("Ngày sinh")}},
		{Num: 2, Cells: []Cell{num("1", 1), text("Nguyễn Văn Đức & <con>"), {Kind: KindDate, Text: "28/02/1985", Num: 31106}}},
		{Num: 4, Cells: []Cell{num("1234567", 1234567), text("=1+1"), num("3.14159", 3.14159), num("35.34%", 0.3534), {}, text("001085012345")}},
		{Num: 5, Cells: []Cell{text("_x000D_ "), text("dòng 1\ndòng 2"), text("1945"), text("=x")}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
