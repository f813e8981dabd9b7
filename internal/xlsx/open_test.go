package xlsx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ketnap/internal/fault"
)

// ole makes the beginning of an old Office container with one stream.
func ole(stream string) string {
	b := make([]byte, 2048)
	copy(b, oleMagic)
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1)
	copy(b[1024+128:], wide(stream, false))
	return string(b)
}

// locked makes a workbook with a password.
func locked(t *testing.T) string {
	f := excelize.NewFile()
	f.SetCellValue("Sheet1", "A1", "bí mật")
	var buf bytes.Buffer
	if err := f.Write(&buf, excelize.Options{Password: "mật khẩu"}); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestWhatIs(t *testing.T) {
	tests := map[string]struct{ in, key string }{
		"empty":          {"", "xlsx.empty"},
		"xls":            {ole("Workbook"), "xlsx.xls"},
		"xls, Excel 5":   {ole("Book"), "xlsx.xls"},
		"doc":            {ole("WordDocument"), "xlsx.format"},
		"ole, cut":       {oleMagic, "xlsx.format"},
		"ole, far away":  {strings.Replace(ole("Book"), "\x01\x00\x00\x00", "\xff\xff\xff\xff", 1), "xlsx.format"},
		"password":       {locked(t), "xlsx.password"},
		"html":           {"\r\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table><tr><td>1</td></tr></table>", "xlsx.html"},
		"html, mark":     {"\ufeff<!DOCTYPE html>", "xlsx.html"},
		"table":          {"<TABLE border=1>", "xlsx.html"},
		"xml 2003":       {`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, "xlsx.html"},
		"mhtml":          {"MIME-Version: 1.0\r\nContent-Type: multipart/related", "xlsx.html"},
		"pdf":            {"%PDF-1.7\n", "xlsx.format"},
		"png":            {"\x89PNG\r\n\x1a\n\x00", "xlsx.format"},
		"rtf":            {`{\rtf1 x}`, "xlsx.format"},
		"binary":         {"a\x00\x00\x02b\x00c", "xlsx.format"},
		"xlsb":           {string(zipped(map[string]string{"xl/workbook.bin": "x"})), "xlsx.xlsb"},
		"xlsb by rels":   {string(zipped(map[string]string{"xl/workbook.bin": "x", "_rels/.rels": strings.Replace(rawParts["_rels/.rels"], ".xml", ".bin", 1)})), "xlsx.xlsb"},
		"ods":            {string(zipped(map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})), "xlsx.ods"},
		"docx":           {string(zipped(map[string]string{"word/document.xml": "<x/>", "_rels/.rels": strings.Replace(rawParts["_rels/.rels"], "xl/workbook", "word/document", 1)})), "xlsx.format"},
		"some zip":       {string(zipped(map[string]string{"a.txt": "x"})), "xlsx.format"},
		"empty zip":      {"PK\x05\x06" + strings.Repeat("\x00", 18), "xlsx.format"},
		"gif before zip": {"GIF89a" + string(raw("", nil)), "xlsx.format"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := strings.NewReader(tt.in)
			_, err := OpenAny("ds.xlsx", r, r.Size(), Default)
			wantKey(t, err, tt.key)
			_, err = Open(r, r.Size(), Default)
			wantKey(t, err, tt.key)
			if !isZip([]byte(tt.in)) && tt.key != "xlsx.empty" {
				_, err = OpenCSV(r, r.Size(), Default)
				wantKey(t, err, tt.key)
			}
		})
	}
	text := strings.NewReader("a,b")
	_, err := Open(text, text.Size(), Default)
	wantKey(t, err, "xlsx.format")
	book := strings.NewReader(string(raw("", nil)))
	_, err = OpenCSV(book, book.Size(), Default)
	wantKey(t, err, "xlsx.format")
}

// brokenDisk fails from a place on.
type brokenDisk struct {
	b  []byte
	at int64
}

var errDisk = errors.New("disk")

func (d brokenDisk) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > d.at && off < int64(len(d.b))-600 {
		return 0, errDisk
	}
	return bytes.NewReader(d.b).ReadAt(p, off)
}

// TestDiskFault checks that a fault of the disk is not blamed on the file.
func TestDiskFault(t *testing.T) {
	b := raw(strings.Repeat(noise(100, `<row><c><v>1</v></c></row>`), 1000), nil)
	for _, at := range []int64{0, int64(len(b)) / 2} {
		d := brokenDisk{b, at}
		book, err := Open(d, int64(len(b)), Default)
		if err == nil {
			for _, e := range book.Rows(0) {
				err = e
			}
		}
		if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, errDisk) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}

// TestSheetOrder checks that tabs come in the order of the workbook, whatever
// the parts are called, and that charts are no sheets.
func TestSheetOrder(t *testing.T) {
	sheet := func(v string) string {
		return `<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>` + v + `</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	}
	b := raw("", map[string]string{
		"xl/workbook.xml": `<x:workbook xmlns:x="m" xmlns:q="r"><x:sheets><x:sheet name="Hai" sheetId="9" q:id="b"/><x:sheet name="Biểu đồ" sheetId="3" q:id="c"/>` +
			`<x:sheet name="Một" sheetId="1" state="veryHidden" q:id="a"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/>` +
			`<Relationship Id="c" Type="x/chartsheet" Target="chartsheets/sheet1.xml"/>` +
			`<Relationship Id="b" Type="x/worksheet" Target="../xl/Worksheets/other.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheet("1"),
		"xl/worksheets/other.xml":  sheet("2"),
	})
	book := openBytes(t, b)
	got := ""
	for i, s := range book.Sheets() {
		got += s.Name + ":" + readAll(t, book, i)[0].Cells[0].Text + " "
		if s.Hidden != (s.Name == "Một") {
			t.Errorf("%+v", s)
		}
	}
	if got != "Hai:2 Một:1 " {
		t.Errorf("sheets %s", got)
	}
	for _, i := range []int{-1, 2} {
		for _, err := range book.Rows(i) {
			wantKey(t, err, "xlsx.nosheet")
		}
	}
}

// TestStop leaves the rows early and comes back.
func TestStop(t *testing.T) {
	b := raw(noise(60_000, `<row><c t="str"><v>Nguyễn Văn A</v></c></row>`), nil)
	book := openBytes(t, b)
	for range 3 {
		for row, err := range book.Rows(0) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Num == 5 {
				break
			}
		}
	}
	if n := len(readAll(t, book, 0)); n != 60_000 {
		t.Errorf("%d rows", n)
	}
}
