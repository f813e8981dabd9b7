package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/vi"
)

// letters are all that Vietnamese is written with, and what stands between.
func letters() string {
	var b strings.Builder
	for _, base := range "aăâeêioôơuưy" {
		for _, mark := range []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"} {
			l := vi.NFC(string(base) + mark)
			b.WriteString(l + strings.ToUpper(l))
		}
	}
	return b.String() + "đĐ0123456789.,;:!?()[]/–-“”…•%&@+='\"№²"
}

// TestLetters: both faces have every letter; one that is missing would be an empty box on paper.
func TestLetters(t *testing.T) {
	d, err := New("Thử", "vi")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range letters() {
		n++
		for name, f := range map[string]*face{"regular": d.regular, "bold": d.bold} {
			if f.glyph(r) == 0 {
				t.Errorf("%s has no %q (%U)", name, r, r)
			}
		}
	}
	if n < 150 || d.regular.glyph('漢') != 0 || d.regular.glyph('\U0001F600') != 0 {
		t.Errorf("%d letters looked at", n)
	}
}

// TestDocument writes a long document and reads it back as a viewer does: every object where the table says, every page, every word
// through the meanings of glyphs, once each and in order.
func TestDocument(t *testing.T) {
	d, err := New("Bản dữ liệu cá nhân", "vi")
	if err != nil {
		t.Fatal(err)
	}
	d.Title("Bản dữ liệu cá nhân")
	d.Centre("Nguyễn Thị Hoà")
	d.Line("Lập ngày 29/11/2026")
	d.Head("Hồ sơ")
	d.Table([]int{35, 65}, "Trường", "Nội dung")
	var want []string
	for n := range 120 {
		word := fmt.Sprintf("dòng%d", n)
		d.Row(word, strings.Repeat("Chi bộ tổ dân phố ", 1+n%7))
		want = append(want, word)
	}
	d.Row("dài", strings.Repeat("vượt quá một trang giấy ", 700)+" hết")
	d.Row(strings.Repeat("ẫ", 300), "một từ dài hơn cột")
	d.End()
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, file)
	if len(pages) < 8 {
		t.Errorf("%d pages", len(pages))
	}
	all := strings.Join(pages, "\n")
	at := 0
	for _, w := range append(want, "dài", "hết") {
		next := strings.Index(all[at:], w+"\n")
		if w == "hết" {
			next = strings.Index(all[at:], "hết")
		}
		if next < 0 {
			t.Fatalf("%q is missing or out of order", w)
		}
		at += next
	}
	if n := strings.Count(all, "Trường\n"); n != len(pages) {
		t.Errorf("the heads of the table are on %d of %d pages", n, len(pages))
	}
	if n := strings.Count(all, "ẫ"); n != 300 {
		t.Errorf("%d of 300 letters of a long word", n)
	}
	if !strings.HasSuffix(strings.TrimSpace(pages[0]), fmt.Sprintf("1/%d", len(pages))) {
		t.Errorf("the foot of the first page: %q", pages[0][len(pages[0])-20:])
	}
	if len(file) > 150_000 {
		t.Errorf("%d bytes: the fonts are whole", len(file))
	}
}

// TestSame: the same document is the same file.
func TestSame(t *testing.T) {
	var files [2][]byte
	for n := range files {
		d, err := New("Bản dữ liệu", "vi")
		if err != nil {
			t.Fatal(err)
		}
		d.Title("Bản dữ liệu")
		d.Line(letters())
		if files[n], err = d.Bytes(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two files differ")
	}
}

// TestInside: nothing is drawn outside of the margins, whatever the widths and words.
func TestInside(t *testing.T) {
	d, err := New("x", "en")
	if err != nil {
		t.Fatal(err)
	}
	d.Table([]int{1, 5, 30}, "Thứ tự", "Đơn vị", "Nội dung")
	for range 60 {
		d.Row("mười lăm", "Đảng bộ phường Hàm Rồng", strings.Repeat("nghị quyết ", 9))
	}
	d.End()
	for n, p := range d.pages {
		for _, m := range regexp.MustCompile(`(?m)^BT /([RB]) ([\d.]+) Tf ([\d.]+) ([\d.]+) Td <([0-9A-F]+)>`).FindAllStringSubmatch(p.String(), -1) {
			f := map[string]*face{"R": d.regular, "B": d.bold}[m[1]]
			s, _ := strconv.ParseFloat(m[2], 64)
			x, _ := strconv.ParseFloat(m[3], 64)
			y, _ := strconv.ParseFloat(m[4], 64)
			w := 0.0
			for i := 0; i < len(m[5]); i += 4 {
				g, _ := strconv.ParseUint(m[5][i:i+4], 16, 16)
				w += float64(f.advance(uint16(g))) * s / 1000
			}
			if x < margin || x+w > pageWidth-margin+0.1 || y < margin || y > pageHeight-margin {
				t.Errorf("page %d: text at %.1f–%.1f, %.1f", n+1, x, x+w, y)
			}
		}
	}
}

// read returns the text of every page, a line for each piece.
func read(t *testing.T, file []byte) []string {
	t.Helper()
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	if !bytes.HasPrefix(file, []byte("%PDF-1.7\n")) || start == nil {
		t.Fatal("no PDF")
	}
	from, _ := strconv.Atoi(string(start[1]))
	objects := map[int][]byte{}
	for n, m := range regexp.MustCompile(`(?m)^(\d{10}) 00000 n `).FindAllSubmatch(file[from:], -1) {
		at, _ := strconv.Atoi(string(m[1]))
		head := fmt.Sprintf("%d 0 obj\n", n+1)
		if !bytes.HasPrefix(file[at:], []byte(head)) {
			t.Fatalf("object %d is not at %d", n+1, at)
		}
		body, _, _ := bytes.Cut(file[at+len(head):], []byte("\nendobj\n"))
		objects[n+1] = body
	}
	ref := func(body []byte, key string) int {
		m := regexp.MustCompile(key + ` \[?(\d+) 0 R`).FindSubmatch(body)
		if m == nil {
			t.Fatalf("no %s in %.200s", key, body)
		}
		n, _ := strconv.Atoi(string(m[1]))
		return n
	}
	meanings := func(font int) map[string]rune {
		out := map[string]rune{}
		for _, m := range regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]{4,6})>\n`).FindAllSubmatch(inflate(t, objects[ref(objects[font], "/ToUnicode")]), -1) {
			r, _ := strconv.ParseInt(string(m[2]), 16, 32)
			out[string(m[1])] = rune(r)
		}
		for _, key := range []string{"/FontDescriptor"} {
			d := objects[ref(objects[ref(objects[font], "/DescendantFonts")], key)]
			if f, err := parseLoose(inflate(t, objects[ref(d, "/FontFile2")])); err != nil || len(f) < 7 {
				t.Errorf("the font that is in the file: %v %v", f, err)
			}
		}
		return out
	}
	var pages []string
	for n := 1; n <= len(objects); n++ {
		if !bytes.Contains(objects[n], []byte("/Type /Page ")) {
			continue
		}
		fonts := map[string]map[string]rune{"R": meanings(ref(objects[n], "/R")), "B": meanings(ref(objects[n], "/B"))}
		var text strings.Builder
		for _, m := range regexp.MustCompile(`BT /([RB]) [^<]*<([0-9A-F]+)>`).FindAllSubmatch(inflate(t, objects[ref(objects[n], "/Contents")]), -1) {
			for part := range slices.Chunk(m[2], 4) {
				text.WriteRune(fonts[string(m[1])][string(part)])
			}
			text.WriteByte('\n')
		}
		pages = append(pages, text.String())
	}
	return pages
}

// parseLoose lists the tables of a font in a file.
func parseLoose(data []byte) ([]string, error) {
	var tags []string
	for n := range u16(data, 4) {
		at := 12 + 16*n
		from, size := u32(data, at+8), u32(data, at+12)
		if from+size > len(data) || checksum(data[from:from+size]) != uint32(u32(data, at+4)) {
			return tags, fmt.Errorf("table %s", hex.EncodeToString(data[at:at+4]))
		}
		tags = append(tags, string(data[at:at+4]))
	}
	return tags, nil
}

func inflate(t *testing.T, object []byte) []byte {
	t.Helper()
	_, data, _ := bytes.Cut(object, []byte("stream\n"))
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
