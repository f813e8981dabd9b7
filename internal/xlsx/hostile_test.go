package xlsx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"runtime"
	"strings"
	"testing"
)

// bytesBudget is what refusing one file may allocate in all, however long the
// file would like to go on.
const bytesBudget = 64 << 20

// refused reads a hostile file and checks the key and the memory it cost.
func refused(t *testing.T, b []byte, key string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := drain(b, Default)
	runtime.ReadMemStats(&after)
	wantKey(t, err, key)
	if got := after.TotalAlloc - before.TotalAlloc; got > bytesBudget {
		t.Errorf("refusing %d bytes allocated %d MiB", len(b), got>>20)
	}
}

// entry is one part of a hand-made archive, of which every size may lie.
type entry struct {
	name         string
	data         []byte // as stored
	method       uint16
	crc          uint32
	declared     uint64 // inflated size
	shareEarlier bool   // points at the data of the entry before
}

// archiveOf writes an archive without help, so that it can lie.
func archiveOf(entries []entry) []byte {
	var b, dir bytes.Buffer
	u16 := func(w *bytes.Buffer, v uint16) { binary.Write(w, binary.LittleEndian, v) }
	u32 := func(w *bytes.Buffer, v uint32) { binary.Write(w, binary.LittleEndian, v) }
	fields := func(w *bytes.Buffer, e entry) {
		for _, v := range []uint16{20, 0, e.method, 0, 0x21} {
			u16(w, v)
		}
		u32(w, e.crc)
		u32(w, uint32(len(e.data)))
		u32(w, uint32(e.declared))
		u16(w, uint16(len(e.name)))
		u16(w, 0)
	}
	at := 0
	for _, e := range entries {
		if !e.shareEarlier {
			at = b.Len()
			b.WriteString("PK\x03\x04")
			fields(&b, e)
			b.WriteString(e.name)
			b.Write(e.data)
		}
		dir.WriteString("PK\x01\x02\x14\x00")
		fields(&dir, e)
		u16(&dir, 0)
		u16(&dir, 0)
		u16(&dir, 0)
		u32(&dir, 0)
		u32(&dir, uint32(at))
		dir.WriteString(e.name)
	}
	start := b.Len()
	b.Write(dir.Bytes())
	b.WriteString("PK\x05\x06\x00\x00\x00\x00")
	u16(&b, uint16(len(entries)))
	u16(&b, uint16(len(entries)))
	u32(&b, uint32(dir.Len()))
	u32(&b, uint32(start))
	u16(&b, 0)
	return b.Bytes()
}

// deflated makes an entry of n bytes: head, then fill over and over.
func deflated(name, head, fill string, n int) entry {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed)
	crc := crc32.NewIEEE()
	out := io.MultiWriter(w, crc)
	io.WriteString(out, head)
	io.WriteString(out, strings.Repeat(fill, (n-len(head))/len(fill)+1)[:n-len(head)])
	w.Close()
	return entry{name: name, data: b.Bytes(), method: zip.Deflate, crc: crc.Sum32(), declared: uint64(n)}
}

// endless makes an entry of head and n MiB of one letter without deflating them
// all: what one MiB deflates to is repeated. Nobody gets to its checksum.
func endless(name, head, letter string, n int) entry {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed)
	io.WriteString(w, head)
	w.Flush()
	at := b.Len()
	io.WriteString(w, strings.Repeat(letter, 1<<20))
	w.Flush()
	block := bytes.Clone(b.Bytes()[at:])
	for range n - 1 {
		b.Write(block)
	}
	w.Close()
	return entry{name: name, data: b.Bytes(), method: zip.Deflate, declared: uint64(len(head)) + uint64(n)<<20}
}

// bookOf makes the entries of a raw workbook without its sheet.
func bookOf(more ...entry) []entry {
	parts := maps.Clone(rawParts)
	var out []entry
	for name, text := range parts {
		out = append(out, entry{name: name, data: []byte(text), crc: crc32.ChecksumIEEE([]byte(text)), declared: uint64(len(text))})
	}
	return append(out, more...)
}

const sheetPart = "xl/worksheets/sheet1.xml"

func TestBombs(t *testing.T) {
	const GiB = 1 << 30
	good := deflated(sheetPart, `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, " ", 72)
	zeros := endless("x", "", "\x00", 1<<10)
	as := func(e entry, name string, declared uint64) entry {
		e.name, e.declared = name, declared
		return e
	}
	sheetHead := `<worksheet><sheetData>`
	cells := deflated(sheetPart, sheetHead, `<row><c><v>1</v></c><c><v>2</v></c></row>`, 20<<20)
	comment := endless(sheetPart, `<worksheet><!--`, "x", 400)
	tests := map[string]struct {
		b   []byte
		key string
	}{
		"media of zeros":             {archiveOf(bookOf(good, as(zeros, "xl/media/image1.png", GiB))), "xlsx.size"},
		"media, size lies":           {archiveOf(bookOf(good, as(zeros, "xl/media/image1.png", 1000))), "xlsx.unsafe"},
		"media, small lie":           {archiveOf(bookOf(good, as(zeros, "xl/media/image1.png", 400<<20))), "xlsx.bomb"},
		"sheet of zeros":             {archiveOf(bookOf(as(zeros, sheetPart, GiB))), "xlsx.size"},
		"sheet, size lies":           {archiveOf(bookOf(as(zeros, sheetPart, 6<<20))), "xlsx.damaged.sheet"},
		"shared strings, size lies":  {archiveOf(bookOf(good, as(zeros, "xl/sharedStrings.xml", 6<<20))), "xlsx.unsafe"},
		"sheet of rows":              {archiveOf(bookOf(cells)), "xlsx.rows"},
		"sheet of a comment":         {archiveOf(bookOf(comment)), "xlsx.bomb"},
		"sheet of rows, size lies":   {archiveOf(bookOf(as(cells, sheetPart, 7<<20))), "xlsx.damaged.sheet"},
		"size of 16 EiB":             {archiveOf(bookOf(as(good, sheetPart, 1<<32-1))), "xlsx.size"},
		"shared strings of nothing":  {raw("", map[string]string{"xl/sharedStrings.xml": `<sst>` + noise(4_000_000, `<si/>`) + `</sst>`}), "xlsx.shared"},
		"shared strings of text":     {raw("", map[string]string{"xl/sharedStrings.xml": `<sst>` + strings.Repeat(`<si><t>`+noise(2000, "x")+`</t></si>`, 26_000) + `</sst>`}), "xlsx.shared"},
		"shared string far too long": {raw("", map[string]string{"xl/sharedStrings.xml": `<sst><si><t>` + noise(40_000, "x") + `</t></si></sst>`}), "xlsx.cell"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { refused(t, tt.b, tt.key) })
	}
}

// noise is a text of n pieces with numbers of different length between them, so
// that it does not trip the ratio.
func noise(n int, piece string) string {
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		b.WriteString(piece)
		if x = x*1664525 + 1013904223; i%4 == 0 {
			fmt.Fprintf(&b, " %d ", x)
		}
	}
	return b.String()
}

func TestArchiveTraps(t *testing.T) {
	good := deflated(sheetPart, `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, " ", 72)
	many := func(n int) []byte {
		entries := bookOf(good)
		for i := range n {
			entries = append(entries, entry{name: fmt.Sprint("p", i)})
		}
		return archiveOf(entries)
	}
	named := func(name string) []byte { return archiveOf(bookOf(good, entry{name: name})) }
	kernel := deflated("a", "", "\x00", 7<<20)
	overlapping := bookOf(good, kernel)
	for i := range 60 {
		kernel.name, kernel.shareEarlier = fmt.Sprint("k", i), true
		overlapping = append(overlapping, kernel)
	}
	whole := archiveOf(bookOf(good))
	encrypted := bytes.Replace(whole, []byte("PK\x01\x02\x14\x00\x14\x00\x00\x00"), []byte("PK\x01\x02\x14\x00\x14\x00\x01\x00"), 1)
	tests := map[string]struct {
		b   []byte
		key string
	}{
		"3,000 entries":     {many(3_000), "xlsx.entries"},
		"65,535 entries":    {many(65_535 - 4), "xlsx.entries"},
		"70,000 entries":    {many(70_000), "xlsx.entries"},
		"overlap":           {archiveOf(overlapping), "xlsx.unsafe"},
		"zip slip":          {named("../../etc/passwd"), "xlsx.unsafe"},
		"zip slip, windows": {named(`xl\..\..\x`), "xlsx.unsafe"},
		"absolute name":     {named("/etc/passwd"), "xlsx.unsafe"},
		"drive letter":      {named(`C:\x`), "xlsx.unsafe"},
		"same name twice":   {archiveOf(bookOf(good, as2(good, "XL/worksheets/Sheet1.xml"))), "xlsx.unsafe"},
		"encrypted entry":   {encrypted, "xlsx.unsafe"},
		"unknown method":    {archiveOf(bookOf(entry{name: sheetPart, method: 99})), "xlsx.unsafe"},
		"no end":            {whole[:len(whole)-30], "xlsx.damaged"},
		"cut in the middle": {whole[:len(whole)/2], "xlsx.damaged"},
		"nested archive":    {zipped(map[string]string{"r/r.zip": string(zipped(map[string]string{"r/r.zip": string(whole)}))}), "xlsx.format"},
		"wrong checksum":    {archiveOf(bookOf(entry{name: sheetPart, data: good.data, method: zip.Deflate, crc: 7, declared: 72})), "xlsx.damaged.sheet"},
		"broken deflate":    {archiveOf(bookOf(entry{name: sheetPart, data: []byte("\xff\xff\xff\xff\xff"), method: zip.Deflate, declared: 72})), "xlsx.damaged.sheet"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { refused(t, tt.b, tt.key) })
	}
	if err := drain(whole, Default); err != nil {
		t.Errorf("the honest archive: %v", err)
	}
}

func as2(e entry, name string) entry {
	e.name = name
	return e
}

// TestTruncated cuts a good file at every length: each must be refused, none
// may yield rows and then claim to be whole.
func TestTruncated(t *testing.T) {
	whole := raw(strings.Repeat(`<row><c t="str"><v>Đảng viên</v></c></row>`, 50), nil)
	for n := range whole {
		book, err := Open(bytes.NewReader(whole[:n]), int64(n), Default)
		if err == nil {
			for _, e := range book.Rows(0) {
				err = e
			}
		}
		if err == nil {
			t.Fatalf("cut at %d of %d: accepted", n, len(whole))
		}
	}
}

func TestMarkupTraps(t *testing.T) {
	row := func(cells string) string { return `<row r="1">` + cells + `</row>` }
	sheet := func(x string) []byte { return raw("", map[string]string{sheetPart: x}) }
	long := strings.Repeat("Đ", 32_768)
	var merges strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&merges, `<mergeCell ref="A%d:XFD1048576"/>`, i+1)
	}
	tests := map[string]struct {
		b   []byte
		key string
	}{
		"deep":                 {raw(row(strings.Repeat("<a>", 100_000)), nil), "xlsx.unsafe"},
		"deep, outside":        {sheet(strings.Repeat("<a>", 100_000)), "xlsx.unsafe"},
		"entities":             {sheet(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>`), "xlsx.unsafe"},
		"external entity":      {raw("", map[string]string{"xl/workbook.xml": `<!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook/>`}), "xlsx.unsafe"},
		"unknown entity":       {raw(row(`<c t="str"><v>&xxe;</v></c>`), nil), "xlsx.damaged.row"},
		"huge claim":           {sheet(`<worksheet><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>`), "xlsx.dimension"},
		"endless tag":          {raw(`<row `+strings.Repeat("a", 1<<20), nil), "xlsx.unsafe"},
		"endless text":         {raw(row(`<c t="str"><v>`+strings.Repeat("a", 1<<20)+`</v></c>`), nil), "xlsx.unsafe"},
		"long cell":            {raw(row(`<c t="str"><v>`+long+`</v></c>`), nil), "xlsx.cell.at"},
		"long inline":          {raw(row(`<c t="inlineStr"><is><t>`+long+`</t></is></c>`), nil), "xlsx.cell.at"},
		"long in pieces":       {raw(row(`<c t="inlineStr"><is>`+strings.Repeat(`<r><t>aaaaaaaaaa</t></r>`, 4000)+`</is></c>`), nil), "xlsx.cell.at"},
		"long row":             {raw(row(strings.Repeat(`<c t="str"><v>`+long[:60_000]+`</v></c>`, 80)), nil), "xlsx.row"},
		"too many columns":     {raw(row(`<c r="SS1"><v>1</v></c>`), nil), "xlsx.cols"},
		"column past the end":  {raw(row(`<c r="XFE1"><v>1</v></c>`), nil), "xlsx.damaged.row"},
		"row past the end":     {raw(`<row r="1048577"><c><v>1</v></c></row>`, nil), "xlsx.damaged.sheet"},
		"row beyond limit":     {raw(`<row r="300001"><c><v>1</v></c></row>`, nil), "xlsx.rows"},
		"rows backwards":       {raw(`<row r="2"/><row r="1"/>`, nil), "xlsx.damaged.row"},
		"cell of another row":  {raw(row(`<c r="A2"><v>1</v></c>`), nil), "xlsx.damaged.row"},
		"two cells, one place": {raw(row(`<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>`), nil), "xlsx.damaged.row"},
		"shared out of range":  {raw(row(`<c t="s"><v>0</v></c>`), nil), "xlsx.damaged.row"},
		"no number":            {raw(row(`<c><v>NaN</v></c>`), nil), "xlsx.damaged.row"},
		"hex number":           {raw(row(`<c><v>0x10</v></c>`), nil), "xlsx.damaged.row"},
		"endless number":       {raw(row(`<c><v>1e999999</v></c>`), nil), "xlsx.damaged.row"},
		"unknown type":         {raw(row(`<c t="q"><v>1</v></c>`), nil), "xlsx.damaged.row"},
		"not UTF-8":            {raw(row("<c t=\"str\"><v>\xC4</v></c>"), nil), "xlsx.damaged.row"},
		"control character":    {raw(row("<c t=\"str\"><v>\x01</v></c>"), nil), "xlsx.damaged.row"},
		"UTF-16":               {sheet("\xFF\xFE<\x00w\x00/\x00>\x00"), "xlsx.damaged.sheet"},
		"ends inside":          {sheet(`<worksheet><sheetData><row><c>`), "xlsx.damaged.row"},
		"merged over all":      {sheet(`<worksheet><sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 2) + `</sheetData><mergeCells>` + merges.String() + `</mergeCells></worksheet>`), "xlsx.damaged.row"},
		"merged nonsense":      {sheet(`<worksheet><sheetData></sheetData><mergeCells><mergeCell ref="B2:A1"/></mergeCells></worksheet>`), "xlsx.damaged.sheet"},
		"no sheets":            {raw("", map[string]string{"xl/workbook.xml": `<workbook/>`}), "xlsx.nosheet"},
		"sheet part missing":   {raw("", map[string]string{"xl/workbook.xml": strings.Replace(rawParts["xl/workbook.xml"], "rId1", "rId9", 1)}), "xlsx.nosheet"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { refused(t, tt.b, tt.key) })
	}
}

// TestManyRows checks the row limit on rows without numbers, and that blank
// rows do not count.
func TestManyRows(t *testing.T) {
	lim := Limits{Rows: 10}
	rows := strings.Repeat(`<row><c><v>1</v></c></row>`, 10)
	if err := drain(raw(rows+strings.Repeat(`<row><c s="1"/></row>`, 100), nil), lim); err != nil {
		t.Error(err)
	}
	wantKey(t, drain(raw(rows+`<row><c><v>1</v></c></row>`, nil), lim), "xlsx.rows")
}
