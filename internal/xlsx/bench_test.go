package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"ketnap/internal/day"
)

// bulk writes a table like the export of a register of members.
func bulk(w *Writer, rows, cols int) error {
	w.Sheet("Đảng viên", SheetOptions{Freeze: 1, Filter: true})
	head := make([]Value, cols)
	for i := range head {
		head[i] = Text(fmt.Sprintf("Cột %d", i)).Header()
	}
	w.Row(head...)
	vals := make([]Value, cols)
	for r := range rows {
		for c := range vals {
			switch c % 5 {
			case 0:
				vals[c] = Int(int64(r*cols + c))
			case 1:
				vals[c] = Text("Nguyễn Thị Thanh Hương")
			case 2:
				vals[c] = Date(day.Of(1950+r%60, 1+c%12, 1+r%28))
			case 3:
				vals[c] = Text(ids[r%len(ids)])
			case 4:
				vals[c] = Text("Chi bộ thôn Đông Sàng, xã Đường Lâm")
			}
		}
		if err := w.Row(vals...); err != nil {
			return err
		}
	}
	return w.Close()
}

var ids = func() (out []string) {
	for i := range 1000 {
		out = append(out, fmt.Sprintf("0010850%05d", i*7919%100000))
	}
	return out
}()

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		if err := bulk(NewWriter(io.Discard), 200_000, 25); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead reads what Writer writes, with its texts in the cells.
func BenchmarkRead(b *testing.B) {
	var buf bytes.Buffer
	if err := bulk(NewWriter(&buf), 200_000, 25); err != nil {
		b.Fatal(err)
	}
	benchRead(b, buf.Bytes(), 200_001)
}

// BenchmarkReadShared reads what Excel writes, with shared strings.
func BenchmarkReadShared(b *testing.B) {
	var rows, shared strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&shared, `<si><t>Nguyễn Thị Thanh Hương %d</t></si>`, i)
	}
	for r := range 200_000 {
		fmt.Fprintf(&rows, `<row r="%d" spans="1:25">`, r+1)
		for c := range 25 {
			fmt.Fprintf(&rows, `<c r="%s%d" s="1"`, ColName(c), r+1)
			if c%2 == 0 {
				fmt.Fprintf(&rows, ` t="s"><v>%d</v></c>`, (r*7919+c)%20_000)
			} else {
				fmt.Fprintf(&rows, `><v>%d</v></c>`, 20_000+(r*31+c)%25_000)
			}
		}
		rows.WriteString(`</row>`)
	}
	benchRead(b, raw(rows.String(), map[string]string{"xl/styles.xml": rawStyles, "xl/sharedStrings.xml": `<sst>` + shared.String() + `</sst>`}), 200_000)
}

// benchRead reads a whole file again and again.
func benchRead(b *testing.B, file []byte, want int) {
	b.ReportAllocs()
	for b.Loop() {
		book, err := Open(bytes.NewReader(file), int64(len(file)), Default)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range book.Rows(0) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != want {
			b.Fatal(n)
		}
	}
}

// BenchmarkReadCSV reads the same table as CSV.
func BenchmarkReadCSV(b *testing.B) {
	line := strings.Repeat("12345,Nguyễn Thị Thanh Hương,28/02/1985,001085012345,\"Chi bộ thôn Đông Sàng, xã Đường Lâm\",", 5) + "\n"
	text := strings.Repeat(line, 200_000)
	b.ReportAllocs()
	for b.Loop() {
		book, err := OpenCSV(strings.NewReader(text), int64(len(text)), Default)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range book.Rows(0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
