package xlsx

import (
	"bytes"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/fault"
)

// tight limits let the fuzzer reach them.
var tight = Limits{Unzipped: 1 << 20, Rows: 200, Cols: 50, CellLen: 200, Shared: 64 << 10}

// checkRows reads everything and checks what callers rely on.
func checkRows(t *testing.T, b []byte, open func(r *bytes.Reader) (*Book, error)) {
	book, err := open(bytes.NewReader(b))
	if err != nil {
		checkError(t, err)
		return
	}
	for i := range book.Sheets() {
		last := 0
		for row, err := range book.Rows(i) {
			if err != nil {
				checkError(t, err)
				break
			}
			if row.Num <= last || len(row.Cells) == 0 || len(row.Cells) > tight.Cols {
				t.Fatalf("row %d after %d with %d cells", row.Num, last, len(row.Cells))
			}
			last = row.Num
			for _, c := range row.Cells {
				if longer([]byte(c.Text), 420) || strings.ToValidUTF8(c.Text, "?") != c.Text || (c.Kind == KindEmpty) != (c.Text == "") {
					t.Fatalf("row %d: %+v", row.Num, c)
				}
				if d, ok := c.Day(); ok != (c.Kind == KindDate) || ok && !d.WellFormed() {
					t.Fatalf("row %d: %+v is day %v", row.Num, c, d)
				}
			}
		}
	}
}

func checkError(t *testing.T, err error) {
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Invalid || !strings.HasPrefix(string(e.Key), "xlsx.") {
		t.Fatalf("error %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(raw(`<row r="1"><c r="A1"><v>1</v></c></row>`, nil))
	f.Add(stored(`<worksheet/>`, `<sst/>`, rawStyles))
	f.Add([]byte(ole("Workbook")))
	f.Add([]byte("a;b\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		checkRows(t, file, func(r *bytes.Reader) (*Book, error) { return OpenAny("x", r, r.Size(), tight) })
	})
}

// FuzzSheet fuzzes the parts of a good archive, which random bytes rarely make.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><dimension ref="A1:B2"/><sheetData><row r="1" hidden="1"><c r="A1" s="1"><v>45351</v></c><c r="B1" t="s"><v>0</v></c></row>`+
		`<row><c t="inlineStr"><is><t>a&amp;b</t></is></c><c><f>A1</f><v>2.5e3</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
		`<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`, rawStyles)
	f.Add(`<worksheet><sheetData><row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2024-02-29</v></c><c t="str"><v><![CDATA[x]]></v></c></row></sheetData></worksheet>`,
		`<sst><si><t>_x000D_&#272;</t></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`)
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) {
		file := stored(sheet, shared, styles)
		checkRows(t, file, func(r *bytes.Reader) (*Book, error) { return Open(r, r.Size(), tight) })
		fast, slow := rowsOf(file, false), rowsOf(file, true)
		if !slices.Equal(fast, slow) {
			t.Fatal(cmp.Diff(slow, fast))
		}
	})
}

// stored makes a workbook without compressing, which is faster to fuzz.
func stored(sheet, shared, styles string) []byte {
	entries := bookOf()
	for name, text := range map[string]string{sheetPart: sheet, "xl/sharedStrings.xml": shared, "xl/styles.xml": styles} {
		entries = append(entries, entry{name: name, data: []byte(text), crc: crc32.ChecksumIEEE([]byte(text)), declared: uint64(len(text))})
	}
	return archiveOf(entries)
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Họ tên;Ngày sinh\r\n\"A \"\"x\"\"\nb\";28/02/1985\r\n"))
	f.Add([]byte("sep=|\na|b\n"))
	f.Add([]byte("\ufeffa,b\r,\r\nc"))
	f.Add([]byte(wide("\ufeffa\tĐ\n😀\t\"", false)))
	f.Add([]byte(wide("\ufeffa,b\n", true)))
	f.Fuzz(func(t *testing.T, file []byte) {
		checkRows(t, file, func(r *bytes.Reader) (*Book, error) { return OpenCSV(r, r.Size(), tight) })
	})
}
