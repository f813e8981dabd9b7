package xlsx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
)

const rawStyles = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="000000000000"/><numFmt numFmtId="171" formatCode="mm/yyyy"/></numFmts>` +
	`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
	`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="10"/></cellXfs></styleSheet>`

func TestCells(t *testing.T) {
	text := func(s string) Cell { return Cell{Kind: KindText, Text: s} }
	num := func(n float64, s string) Cell { return Cell{Kind: KindNumber, Text: s, Num: n} }
	date := func(n float64, s string) Cell { return Cell{Kind: KindDate, Text: s, Num: n} }
	tests := map[string]struct {
		in   string
		want Cell
	}{
		"whole number":           {`<c><v>38168053000</v></c>`, num(38168053000, "38168053000")},
		"twelve digits, e":       {`<c><v>3.8168053000E10</v></c>`, num(38168053000, "38168053000")},
		"card number, e":         {`<c><v>1.085012345E9</v></c>`, num(1085012345, "1085012345")},
		"zeros of the format":    {`<c s="2"><v>1085012345</v></c>`, num(1085012345, "001085012345")},
		"negative":               {`<c><v>-12.50</v></c>`, num(-12.5, "-12.5")},
		"noise of binary":        {`<c><v>0.30000000000000004</v></c>`, num(0.30000000000000004, "0.3")},
		"small":                  {`<c><v>1E-7</v></c>`, num(1e-7, "0.0000001")},
		"percent":                {`<c s="6"><v>0.3534</v></c>`, num(0.3534, "35.34%")},
		"blanks around":          {"<c><v> 7\n</v></c>", num(7, "7")},
		"zero":                   {`<c><v>0</v></c>`, num(0, "0")},
		"date":                   {`<c s="1"><v>45351</v></c>`, date(45351, "29/02/2024")},
		"date, time not shown":   {`<c s="1"><v>45351.5</v></c>`, date(45351.5, "29/02/2024")},
		"date and time":          {`<c s="4"><v>45351.354166666664</v></c>`, date(45351.354166666664, "29/02/2024 08:30")},
		"date and time, no time": {`<c s="4"><v>45351</v></c>`, date(45351, "29/02/2024")},
		"month":                  {`<c s="3"><v>45323</v></c>`, date(45323, "02/2024")},
		"time":                   {`<c s="5"><v>0.75</v></c>`, num(0.75, "18:00")},
		"no date":                {`<c s="1"><v>-5</v></c>`, num(-5, "-5")},
		"far date":               {`<c s="1"><v>99999999</v></c>`, num(99999999, "99999999")},
		"unknown style":          {`<c s="77"><v>45351</v></c>`, num(45351, "45351")},
		"ISO date":               {`<c t="d"><v>2024-02-29T00:00:00Z</v></c>`, date(45351, "29/02/2024")},
		"ISO date and time":      {`<c t="d"><v>2024-02-29T08:30:00</v></c>`, date(45351, "29/02/2024 08:30")},
		"ISO nonsense":           {`<c t="d"><v>2024-02-31</v></c>`, text("2024-02-31")},
		"inline":                 {`<c t="inlineStr"><is><t>Nguyễn &amp; con</t></is></c>`, text("Nguyễn & con")},
		"inline rich":            {`<c t="inlineStr"><is><r><rPr><b/></rPr><t>Đảng </t></r><r><t>viên</t></r><rPh sb="0" eb="1"><t>xx</t></rPh></is></c>`, text("Đảng viên")},
		"inline empty":           {`<c t="inlineStr"><is><t></t></is></c>`, Cell{}},
		"inline in v":            {`<c t="inlineStr"><v>abc</v></c>`, text("abc")},
		"numeric entities":       {`<c t="inlineStr"><is><t>&#272;&#x1EA3;ng&#10;x&#1;</t></is></c>`, text("Đảng\nx")},
		"CDATA":                  {`<c t="inlineStr"><is><t><![CDATA[a<b&amp;]]>c</t></is></c>`, text("a<b&amp;c")},
		"comment":                {`<c t="inlineStr"><is><t>a<!-- <t>no</t> -->b</t></is></c>`, text("ab")},
		"escape of Excel":        {`<c t="inlineStr"><is><t>a_x000D_` + "\n" + `b_x005F_x0041_ _x00e9_ _xZZZZ_</t></is></c>`, text("a\nb_x0041_ é _xZZZZ_")},
		"line ends":              {"<c t=\"inlineStr\"><is><t>a\r\nb\rc</t></is></c>", text("a\nb\nc")},
		"zeros of text":          {`<c t="str"><v>001085012345</v></c>`, text("001085012345")},
		"shared":                 {`<c t="s"><v>1</v></c>`, text("Chi bộ 1")},
		"shared rich":            {`<c t="s"><v>0</v></c>`, text("東京 Đông")},
		"shared empty":           {`<c t="s"><v>2</v></c>`, Cell{}},
		"bool":                   {`<c t="b"><v>1</v></c>`, Cell{Kind: KindBool, Text: "TRUE", Num: 1}},
		"bool false":             {`<c t="b"><v>0</v></c>`, Cell{Kind: KindBool, Text: "FALSE"}},
		"error":                  {`<c t="e"><v>#N/A</v></c>`, Cell{Kind: KindError, Text: "#N/A"}},
		"formula":                {`<c><f>A1+1</f><v>2</v></c>`, Cell{Kind: KindNumber, Text: "2", Num: 2, Formula: true}},
		"formula text":           {`<c t="str"><f t="shared" si="0"/><v>x</v></c>`, Cell{Kind: KindText, Text: "x", Formula: true}},
		"formula unsaved":        {`<c><f>A1+1</f></c>`, Cell{Formula: true}},
		"styled blank":           {`<c s="1"/>`, Cell{}},
		"blank value":            {`<c s="1"><v></v></c>`, Cell{}},
		"prefixed":               {`<x:c xmlns:x="m" t="str"><x:v>p</x:v></x:c>`, text("p")},
		"spare parts":            {`<c t="str"><v>p</v><extLst><ext><v>9</v></ext></extLst></c>`, text("p")},
	}
	shared := `<sst><si><r><t>東京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><r><t xml:space="preserve"> Đông</t></r><phoneticPr fontId="1"/></si>` +
		`<si><t>Chi bộ 1</t></si><si><t/></si></sst>`
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, ref := range []string{"", ` r="B3"`} {
				in := strings.Replace(tt.in, "<c", "<c"+ref, 1)
				in = `<row r="3"><c r="A3" t="str"><v>x</v></c>` + in + `</row>`
				rows := readAll(t, openBytes(t, raw(in, map[string]string{"xl/styles.xml": rawStyles, "xl/sharedStrings.xml": shared})), 0)
				if got := rows[0].Cell(1); got != tt.want {
					t.Errorf("%s\n got %+v\nwant %+v", in, got, tt.want)
				}
			}
		})
	}
}

// TestPlaces checks where rows and cells are put.
func TestPlaces(t *testing.T) {
	in := `<row><c><v>1</v></c><c/><c><v>3</v></c></row>` +
		`<row r="5" hidden="1"><c r="C5"><v>5</v></c><c><v>6</v></c></row>` +
		`<row r="6" spans="1:3"><c r="A6" s="1"/></row>` +
		`<row><c r="B7"><v>7</v></c><c r="A7"><v>8</v></c></row><row r="1048576"/>`
	num := func(n float64, s string) Cell { return Cell{Kind: KindNumber, Text: s, Num: n} }
	want := []Row{
		{Num: 1, Cells: []Cell{num(1, "1"), {}, num(3, "3")}},
		{Num: 5, Hidden: true, Cells: []Cell{{}, {}, num(5, "5"), num(6, "6")}},
		{Num: 7, Cells: []Cell{num(8, "8"), num(7, "7")}},
	}
	if d := cmp.Diff(want, readAll(t, openBytes(t, raw(in, nil)), 0)); d != "" {
		t.Error(d)
	}
}

// TestMerged checks that merged areas repeat their first cell, in a file where
// covered cells are missing, blank or hide a value.
func TestMerged(t *testing.T) {
	c := func(ref, v string) string { return `<c r="` + ref + `" t="str"><v>` + v + `</v></c>` }
	rows := `<row r="1">` + c("A1", "Họ") + c("B1", "Địa chỉ") + `<c r="C1"/></row>` +
		`<row r="2"><c r="A2" s="1"/>` + c("B2", "xã") + c("C2", "tỉnh") + `</row>` +
		`<row r="3">` + c("A3", "x") + c("B3", "y") + `</row>` +
		`<row r="4">` + c("A4", "hidden below") + c("D4", "z") + `</row>` +
		`<row r="5"><c r="A5"/></row>`
	tail := `</sheetData><conditionalFormatting/><x:mergeCells xmlns:x="m" count="3"><x:mergeCell ref="A3:A5"/><x:mergeCell ref="A1:A2"/><x:mergeCell ref="$B$1:$C$1"/></x:mergeCells>`
	sheet := map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + tail + `</worksheet>`}
	text := func(s string) Cell { return Cell{Kind: KindText, Text: s} }
	again := func(s string) Cell { return Cell{Kind: KindText, Text: s, Merged: true} }
	want := []Row{
		{Num: 1, Cells: []Cell{text("Họ"), text("Địa chỉ"), again("Địa chỉ")}},
		{Num: 2, Cells: []Cell{again("Họ"), text("xã"), text("tỉnh")}},
		{Num: 3, Cells: []Cell{text("x"), text("y")}},
		{Num: 4, Cells: []Cell{again("x"), {}, {}, text("z")}},
	}
	book := openBytes(t, raw("", sheet))
	for range 2 { // the areas of the first pass are kept for the second
		if d := cmp.Diff(want, readAll(t, book, 0)); d != "" {
			t.Error(d)
		}
	}
}

func TestDate1904(t *testing.T) {
	b := raw(`<row r="1"><c r="A1" s="1"><v>43889</v></c></row>`, map[string]string{
		"xl/styles.xml":   rawStyles,
		"xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
	})
	got := readAll(t, openBytes(t, b), 0)[0].Cells[0]
	if want := (Cell{Kind: KindDate, Text: "29/02/2024", Num: 45351}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCellDay(t *testing.T) {
	for text, want := range map[string]day.Date{
		"29/02/2024": 2024_02_29, "29/02/2024 08:30": 2024_02_29, "02/2024": 2024_02_00, "2024": 2024_00_00,
	} {
		if got, ok := (Cell{Kind: KindDate, Text: text}).Day(); !ok || got != want {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	if _, ok := (Cell{Kind: KindText, Text: "29/02/2024"}).Day(); ok {
		t.Error("a text is no date")
	}
}

func TestClassify(t *testing.T) {
	tests := map[string]shape{
		"General": shapeGeneral, "0": shapeGeneral, "0.00": shapeGeneral, "#,##0": shapeGeneral, "@": shapeGeneral, "": shapeGeneral,
		`#,##0\ "₫"`: shapeGeneral, `#,##0 [$đ-42A]`: shapeGeneral, "0.00E+00": shapeGeneral, `0"d"`: shapeGeneral, `General" đồng"`: shapeGeneral,
		`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`: shapeGeneral, "[Red]0;[Blue]0": shapeGeneral, `"Ngày" 0`: shapeGeneral,
		"dd/mm/yyyy": shapeDate, "DD-MM-YYYY": shapeDate, "d/m/yy;@": shapeDate, `[$-42A]dd\ mmmm\ yyyy`: shapeDate, "[$-1010000]d/m/yyyy;@": shapeDate,
		`"Ngày" dd "tháng" mm "năm" yyyy`: shapeDate, "dd/mm": shapeDate, "mmmm": shapeDate, "yyyy-mm-dd": shapeDate, `dd\.mm\.yyyy`: shapeDate,
		"mm/yyyy": shapeMonth, "mmm-yy": shapeMonth, `"Tháng" m/yyyy`: shapeMonth, "yyyy": shapeYear, `"năm" yyyy`: shapeYear,
		"dd/mm/yyyy hh:mm": shapeDateTime, "m/d/yy h:mm AM/PM": shapeDateTime, "hh:mm dd/mm/yyyy": shapeDateTime,
		"h:mm": shapeTime, "mm:ss": shapeTime, "[h]:mm:ss": shapeTime, "h:mm AM/PM": shapeTime, "[mm]:ss.0": shapeTime,
		"0%": shapePercent, "0.00%": shapePercent, "00000": shapeZeros | 5<<8, "000000000000": shapeZeros | 12<<8, "000-000": shapeGeneral,
		`"`: shapeGeneral, `\`: shapeGeneral, "[": shapeGeneral, "[h": shapeTime,
	}
	for code, want := range tests {
		if got := classify(code); got != want {
			t.Errorf("classify(%q) = %#x, want %#x", code, got, want)
		}
	}
}

func TestColName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD", -1: ""} {
		if got := ColName(i); got != want {
			t.Errorf("ColName(%d) = %q, want %q", i, got, want)
		}
		if col, rest := parseCol([]byte(want + "12")); i >= 0 && (col != i || string(rest) != "12") {
			t.Errorf("parseCol(%s) = %d %q", want, col, rest)
		}
	}
}
