package form

import (
	"fmt"
	"strings"

	"ketnap/internal/org"
	"ketnap/internal/vi"
)

// Extension is that of the files we make; the catalogue speaks of their scans, which are PDF.
const Extension = ".docx"

// FileName is the name of a paper in the catalogue of digital dossiers: its number in two digits, three
// from 100 on, its name without marks, and which of several it is: "39.Giay gioi thieu nguoi vao Dang.2.docx".
// Papers outside the catalogue have their name alone.
func (f Form) FileName(n, of int) string {
	name := f.File
	if f.Catalogue > 0 {
		name = fmt.Sprintf("%02d.%s", f.Catalogue, f.File)
	}
	if of > 1 {
		name += fmt.Sprintf(".%d", n)
	}
	return name + Extension
}

// Folder is where the papers of a person lie: the code of the cell in its groups, then the identity
// number and the name without marks and spaces. What is not known is said in its place.
func Folder(cell org.Unit, number, name string) string {
	code := org.FormatCode(cell.Code)
	if code == "" {
		code = "00.000.000.000.000"
	}
	if number == "" {
		number = "chua-co-so-dinh-danh"
	}
	return code + "/" + number + "_" + joined(name)
}

// joined writes a name without marks and spaces, each word with a capital.
func joined(name string) string {
	var b strings.Builder
	for _, w := range vi.Words(name) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	if b.Len() == 0 {
		return "KhongTen"
	}
	return b.String()
}
