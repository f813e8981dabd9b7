package xlsx

import (
	"io"
	"path"
	"slices"
	"strings"
)

const (
	maxSheets    = 1_000
	maxSheetName = 128 // Excel allows 31, other programs more
)

// Book (sổ tính) is an open file. It is not for use by several goroutines at
// once, and reads from the io.ReaderAt it was opened with.
type Book struct {
	lim    Limits
	sheets []Sheet
	zip    *archive
	paths  []string // part of each sheet
	proof  *Proof   // of the sheets already proved whole
	formats
	shared texts
	csv    *csvSource // set instead of zip
}

// Sheets returns the sheets in the order of their tabs.
func (b *Book) Sheets() []Sheet { return b.sheets }

// part runs fn over a part; fn returns early or with the first error.
func (b *Book) part(name string, fn func(*scanner) error) error {
	r, err := b.zip.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.p.file.UncompressedSize64 < aheadFrom {
		return fn(newScanner(r))
	}
	a := newAhead(r)
	defer a.Close()
	return fn(newScanner(a))
}

// elements calls fn for every start tag of the part.
func elements(fn func(s *scanner) error) func(*scanner) error {
	return func(s *scanner) error {
		for {
			tok, err := s.next()
			if err != nil || tok == tokEOF {
				return err
			}
			if tok == tokStart {
				if err := fn(s); err != nil {
					return err
				}
			}
		}
	}
}

// attrText returns an attribute as text, "" when it is missing.
func (s *scanner) attrText(name string) (string, error) {
	v, _ := s.attr(name)
	b, err := appendText(nil, v)
	if err == nil && !printable(b) {
		err = errSyntax
	}
	return string(b), err
}

// relation is one line of a ".rels" part: which part plays which role.
type relation struct{ id, kind, target string }

// relations reads the relations of a part. A part without any is fine.
func (b *Book) relations(of string) ([]relation, error) {
	dir, file := path.Split(of)
	var rels []relation
	err := b.part(dir+"_rels/"+file+".rels", elements(func(s *scanner) error {
		if !s.is("Relationship") {
			return nil
		}
		id, err1 := s.attrText("Id")
		kind, err2 := s.attrText("Type")
		target, err3 := s.attrText("Target")
		mode, err4 := s.attrText("TargetMode")
		if err := firstOf(err1, err2, err3, err4); err != nil {
			return err
		}
		if mode == "External" || len(rels) >= maxEntries {
			return nil
		}
		if strings.HasPrefix(target, "/") {
			target = path.Clean(target)[1:]
		} else {
			target = path.Join(dir, target)
		}
		rels = append(rels, relation{id, kind[strings.LastIndexByte(kind, '/')+1:], target})
		return nil
	}))
	if err == errNoPart {
		err = nil
	}
	return rels, err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// load reads everything but the sheets.
func (b *Book) load() error {
	root, err := b.relations("")
	if err != nil {
		return err
	}
	main := "xl/workbook.xml"
	if i := slices.IndexFunc(root, func(r relation) bool { return r.kind == "officeDocument" }); i >= 0 {
		main = root[i].target
	}
	if !b.zip.has(main) || strings.HasSuffix(main, ".bin") || strings.HasPrefix(main, "word/") || strings.HasPrefix(main, "ppt/") {
		return b.stranger()
	}
	rels, err := b.relations(main)
	if err != nil {
		return err
	}
	if err := b.part(main, b.workbook(rels)); err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return refuse("xlsx.nosheet")
	}
	if err := b.first(rels, "styles", b.formats.load); err != nil {
		return err
	}
	return b.first(rels, "sharedStrings", func(s *scanner) error { return b.shared.load(s, b.lim) })
}

// first runs fn over the first part of a kind, if there is one.
func (b *Book) first(rels []relation, kind string, fn func(*scanner) error) error {
	i := slices.IndexFunc(rels, func(r relation) bool { return r.kind == kind })
	if i < 0 || !b.zip.has(rels[i].target) {
		return nil
	}
	return b.part(rels[i].target, fn)
}

// stranger says what an archive without a workbook is, as far as it shows.
func (b *Book) stranger() error {
	switch {
	case b.zip.has("xl/workbook.bin"):
		return refuse("xlsx.xlsb")
	case b.mimetype() == "application/vnd.oasis.opendocument.spreadsheet":
		return refuse("xlsx.ods")
	}
	return refuse("xlsx.format")
}

// mimetype returns what OpenDocument files say of themselves.
func (b *Book) mimetype() string {
	r, err := b.zip.open("mimetype")
	if err != nil {
		return ""
	}
	defer r.Close()
	text, _ := io.ReadAll(io.LimitReader(r, 100))
	return strings.TrimSpace(string(text))
}

// workbook reads the list of sheets and the calendar.
func (b *Book) workbook(rels []relation) func(*scanner) error {
	return elements(func(s *scanner) error {
		switch {
		case s.is("workbookPr"):
			v, _ := s.attr("date1904")
			b.date1904 = truth(v)
		case s.is("sheet"):
			return b.sheetEntry(s, rels)
		}
		return nil
	})
}

// sheetEntry takes one <sheet>; charts and macro sheets are passed over.
func (b *Book) sheetEntry(s *scanner, rels []relation) error {
	name, err := s.attrText("name")
	if err != nil {
		return err
	}
	state, _ := s.attr("state")
	hidden := string(state) == "hidden" || string(state) == "veryHidden"
	for rest := s.attrs; ; {
		var n, v []byte
		if n, v, rest = nextAttr(rest); n == nil {
			return nil
		}
		// The prefix is a matter of the writer: r:id, ns0:id, …
		if !strings.HasSuffix(string(n), ":id") {
			continue
		}
		i := slices.IndexFunc(rels, func(r relation) bool { return r.id == string(v) })
		if i < 0 || rels[i].kind != "worksheet" {
			return nil
		}
		if len(b.sheets) >= maxSheets {
			return refuse("xlsx.entries", maxSheets)
		}
		b.sheets = append(b.sheets, Sheet{Name: cutUTF16(name, maxSheetName), Hidden: hidden})
		b.paths = append(b.paths, rels[i].target)
		return nil
	}
}

// truth reads a boolean attribute.
func truth(v []byte) bool { return string(v) == "1" || string(v) == "true" || string(v) == "on" }
