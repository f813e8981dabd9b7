package xlsx

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// wide makes UTF-16 of a text.
func wide(s string, bigEndian bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if bigEndian {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestCSV(t *testing.T) {
	plain := "Họ tên,Ngày sinh,CCCD\nNguyễn Văn A,28/02/1985,001085012345\n"
	want := []string{"1: Họ tên|Ngày sinh|CCCD", "2: Nguyễn Văn A|28/02/1985|001085012345"}
	ascii := "Name;Born;Card\nNguyen Van A;28/02/1985;001085012345\n"
	wantASCII := []string{"1: Name|Born|Card", "2: Nguyen Van A|28/02/1985|001085012345"}
	tests := map[string]struct {
		in   string
		want []string
	}{
		"utf-8":              {plain, want},
		"byte order mark":    {"\ufeff" + plain, want},
		"semicolon":          {strings.ReplaceAll(plain, ",", ";"), want},
		"tab":                {strings.ReplaceAll(plain, ",", "\t"), want},
		"bar":                {strings.ReplaceAll(plain, ",", "|"), []string{"1: Họ tên|Ngày sinh|CCCD", want[1]}},
		"utf-16 little":      {wide("\ufeff"+strings.ReplaceAll(plain, ",", "\t"), false), want},
		"utf-16 big":         {wide("\ufeff"+plain, true), want},
		"utf-16 no mark":     {wide(ascii, false), wantASCII},
		"utf-16 big no mark": {wide(ascii, true), wantASCII},
		"windows lines":      {strings.ReplaceAll(plain, "\n", "\r\n"), want},
		"old mac lines":      {strings.ReplaceAll(plain, "\n", "\r"), want},
		"no last line end":   {strings.TrimSpace(plain), want},
		"quotes":             {"a,\"b, \"\"c\"\"\nd\",e\n\"\",\"x\"y,z\"w", []string{"1: a|b, \"c\"\nd|e", "2: |xy|z\"w"}},
		"quoted line ends":   {"\"a\r\nb\rc\",d", []string{"1: a\nb\nc|d"}},
		"blank lines":        {"a,b\n\n,\nc,d", []string{"1: a|b", "4: c|d"}},
		"sep line":           {"sep=|\r\na|b,c;d\r\n", []string{"1: a|b,c;d"}},
		"sep tab":            {"sep=\t\na\tb,c", []string{"1: a|b,c"}},
		"decimal commas":     {"TT;Số;Tỉ lệ\n1;2,5;3,5\n2;3,5;4,5\n", []string{"1: TT|Số|Tỉ lệ", "2: 1|2,5|3,5", "3: 2|3,5|4,5"}},
		"commas in places":   {"Họ tên;Quê quán\nA;Đường Lâm, Sơn Tây, Hà Nội\nB;Ba Vì, Hà Nội\n", []string{"1: Họ tên|Quê quán", "2: A|Đường Lâm, Sơn Tây, Hà Nội", "3: B|Ba Vì, Hà Nội"}},
		"one column":         {"Họ tên\nNguyễn Văn A\n", []string{"1: Họ tên", "2: Nguyễn Văn A"}},
		"one cell":           {"x", []string{"1: x"}},
		"formula stays text": {"=1+1,@x", []string{"1: =1+1|@x"}},
		"only blank":         {"\n\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := csvRows(tt.in, Default)
			if d := cmp.Diff(tt.want, got); d != "" || err != nil {
				t.Error(err, d)
			}
		})
	}
}

// csvRows reads a CSV text and prints its rows.
func csvRows(in string, lim Limits) (out []string, err error) {
	b, err := OpenAny(`C:\Users\x\đảng viên.xlsx`, strings.NewReader(in), int64(len(in)), lim)
	if err != nil {
		return nil, err
	}
	for row, err := range b.Rows(0) {
		if err != nil {
			return out, err
		}
		var cells []string
		for _, c := range row.Cells {
			if (c.Kind == KindEmpty) != (c.Text == "") || c.Kind > KindText {
				return nil, &csv.ParseError{}
			}
			cells = append(cells, c.Text)
		}
		out = append(out, strconv.Itoa(row.Num)+": "+strings.Join(cells, "|"))
	}
	return out, nil
}

func TestCSVRefused(t *testing.T) {
	lim := Limits{Rows: 3, Cols: 3, CellLen: 5}
	tests := map[string]struct{ in, key string }{
		"windows-1258":   {"H\xF2,x\n", "xlsx.csv.encoding"},
		"quote open":     {"a,b\n\"c,d\ne,f\n", "xlsx.csv.quote"},
		"zero byte":      {strings.Repeat("a,b\n", 2) + strings.Repeat("\n", 5000) + "a\x00", "xlsx.format"},
		"rows":           {strings.Repeat("a\n", 4), "xlsx.rows"},
		"columns":        {"a,b,c\n1,2,3,4", "xlsx.cols"},
		"cell":           {"a,b\nĐảngviên,x", "xlsx.cell.at"},
		"quoted cell":    {"a,b\n\"" + strings.Repeat("a", 100) + "\",x", "xlsx.cell.at"},
		"half character": {"\xff\xfea", "xlsx.damaged.sheet"},
		"empty":          {"", "xlsx.empty"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := csvRows(tt.in, lim)
			wantKey(t, err, tt.key)
		})
	}
	if _, err := csvRows("a,b,c,,,,\n1,2,3,,,\n", lim); err != nil {
		t.Errorf("empty columns beyond the limit: %v", err)
	}
	_, err := csvRows(strings.Repeat("a,", 5<<20), Default)
	wantKey(t, err, "xlsx.cols")
}

// TestCSVLikeStd compares with encoding/csv on what both accept.
func TestCSVLikeStd(t *testing.T) {
	field := rapid.OneOf(rapid.StringMatching(`[a-c ,;"\n\t]{0,6}`), rapid.SampledFrom([]string{"Đảng", "001", "=1", ""}))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(field, 2, 4), 1, 5).Draw(t, "rows")
		for i := range rows {
			rows[i] = append([]string{"x"}, rows[i]...)
		}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		w.WriteAll(rows)
		// The separator is told: with such rows nobody could guess it.
		in := "sep=,\n" + buf.String()
		b, err := OpenCSV(strings.NewReader(in), int64(len(in)), Default)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for row, err := range b.Rows(0) {
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Text)
			}
			got = append(got, cells)
		}
		if d := cmp.Diff(rows, got); d != "" {
			t.Fatalf("%q: %s", in, d)
		}
	})
}

func TestCSVName(t *testing.T) {
	for name, want := range map[string]string{`C:\x\đảng viên.csv`: "đảng viên", "": "CSV", "/": "CSV", "a/b.c.csv": "b.c"} {
		b, err := OpenAny(name, strings.NewReader("a"), 1, Default)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]Sheet{{Name: want}}, b.Sheets()); d != "" {
			t.Errorf("%q: %s", name, d)
		}
	}
}
