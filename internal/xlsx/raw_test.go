package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
	"testing"

	"ketnap/internal/fault"
)

// The parts every raw test file has; tests replace or add parts.
var rawParts = map[string]string{
	"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
	"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
}

// raw makes a workbook of one sheet with the given rows; more are further parts.
func raw(rows string, more map[string]string) []byte {
	parts := maps.Clone(rawParts)
	parts["xl/worksheets/sheet1.xml"] = `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
	maps.Copy(parts, more)
	return zipped(parts)
}

// zipped makes an archive.
func zipped(parts map[string]string) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			panic(err)
		}
		io.WriteString(w, parts[name])
	}
	z.Close()
	return buf.Bytes()
}

// drain opens a file, reads all its sheets and returns the first error.
func drain(b []byte, lim Limits) error {
	book, err := OpenAny("x.xlsx", bytes.NewReader(b), int64(len(b)), lim)
	if err != nil {
		return err
	}
	for i := range book.Sheets() {
		for _, err := range book.Rows(i) {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// wantKey checks that the error refuses the file with the key.
func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if got := fault.TextOf(err).Key; err == nil || string(got) != key || fault.KindOf(err) != fault.Invalid {
		t.Errorf("error %v, want Invalid %s", err, key)
	}
}
