package xlsx

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"sync"
)

const maxMerges = 50_000

// merge is a merged area (ô gộp): rows 1-based, columns 0-based, all inclusive.
// val is the value of its first cell once the rows have come so far.
type merge struct {
	top, bottom int
	left, right int
	val         Cell
}

// Proof is what was found out about a file by inflating its sheets whole: that they have the length and the checksum they claim,
// and their merged areas. It is safe for concurrent use.
type Proof struct {
	mu     sync.Mutex
	merges map[int][]merge
}

func (p *Proof) of(sheet int) (m []merge, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, ok = p.merges[sheet]
	return m, ok
}

func (p *Proof) keep(sheet int, m []merge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.merges == nil {
		p.merges = map[int][]merge{}
	}
	p.merges[sheet] = m
}

// Weight is what the proof holds: 1 a sheet and 1 a merged area.
func (p *Proof) Weight() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.merges)
	for _, m := range p.merges {
		n += len(m)
	}
	return n
}

// Proof returns what has been proved of the book, and what will be.
func (b *Book) Proof() *Proof { return b.proof }

// Trust lets a book opened from the same bytes go without proving again what was proved of them before.
func (b *Book) Trust(p *Proof) { b.proof = p }

// prove inflates a whole sheet to check its length and checksum and returns its
// merged areas, sorted by their top row. The result is kept: what is proved
// once is not inflated again.
func (b *Book) prove(i int) ([]merge, error) {
	if m, ok := b.proof.of(i); ok {
		return m, nil
	}
	r, err := b.zip.open(b.paths[i])
	if err != nil {
		return nil, err
	}
	defer r.Close()
	merges, err := tailMerges(r)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	b.proof.keep(i, merges)
	return merges, nil
}

// tailMerges reads up to the end of the merged areas. It does not look at the
// rows: it searches for the tag that closes them.
func tailMerges(r io.Reader) ([]merge, error) {
	const mark = "sheetData>"
	const longest = len("</") + 64 + len(mark) // with a prefix
	buf := make([]byte, 64<<10)
	n := 0
	for {
		m, err := r.Read(buf[n:])
		n += m
		for from := 0; ; {
			at := bytes.Index(buf[from:n], []byte(mark))
			if at < 0 {
				break
			}
			end := from + at + len(mark)
			if lt := bytes.LastIndexByte(buf[:end], '<'); lt >= 0 && buf[lt+1] == '/' {
				s := newScanner(io.MultiReader(bytes.NewReader(buf[end:n]), r))
				s.depth = 1
				return readMerges(s)
			}
			from = end
		}
		if err == io.EOF {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		if keep := min(n, longest); n > len(buf)/2 {
			n = copy(buf, buf[n-keep:n])
		}
	}
}

// readMerges reads the merged areas of what follows the rows.
func readMerges(s *scanner) ([]merge, error) {
	var merges []merge
	for {
		tok, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case tok == tokEOF, tok == tokEnd && s.is("mergeCells"):
			slices.SortFunc(merges, func(a, b merge) int { return cmp.Compare(a.top, b.top) })
			return merges, nil
		case tok == tokStart && s.is("mergeCell"):
			ref, _ := s.attr("ref")
			m, ok := parseRange(ref)
			if !ok {
				return nil, errSyntax
			}
			if len(merges) >= maxMerges {
				return nil, errLong
			}
			merges = append(merges, m)
		}
	}
}

// parseRange reads "B2:D9", or "B2" as an area of one cell.
func parseRange(ref []byte) (m merge, ok bool) {
	from, to, two := bytes.Cut(ref, []byte(":"))
	if !two {
		to = from
	}
	if m.left, m.top, ok = parseRef(from); !ok {
		return m, false
	}
	if m.right, m.bottom, ok = parseRef(to); !ok {
		return m, false
	}
	return m, m.left <= m.right && m.top <= m.bottom
}

// parseRef reads "B2" or "$B$2".
func parseRef(ref []byte) (col, row int, ok bool) {
	ref = bytes.TrimPrefix(ref, []byte("$"))
	col, ref = parseCol(ref)
	row = atoi(bytes.TrimPrefix(ref, []byte("$")))
	return col, row, col >= 0 && row >= 1 && row <= maxRows
}

// mergeFill walks through the merged areas along with the rows.
type mergeFill struct {
	merges []merge // not reached yet
	active []merge
}

// apply repeats the values of the areas that cover the row. It returns the
// cells, which may have grown, up to limit columns.
func (f *mergeFill) apply(num int, cells []Cell, limit int) ([]Cell, error) {
	f.active = slices.DeleteFunc(f.active, func(m merge) bool { return m.bottom < num })
	for len(f.merges) > 0 && f.merges[0].top <= num {
		m := f.merges[0]
		f.merges = f.merges[1:]
		// An area whose first row is missing has no value; the other
		// cells of the area are not shown.
		if m.top == num && m.left < len(cells) {
			m.val = cells[m.left]
		}
		if m.bottom >= num && m.left < limit {
			m.right = min(m.right, limit-1)
			f.active = append(f.active, m)
		}
	}
	width := 0
	for _, m := range f.active {
		// Areas do not overlap, so together they are no wider than a row.
		if width += m.right - m.left + 1; width > limit {
			return cells, errSyntax
		}
		if m.val.Kind != KindEmpty && m.right >= len(cells) {
			cells = extend(cells, m.right+1)
		}
		for c := m.left; c <= m.right && c < len(cells); c++ {
			if c == m.left && m.top == num {
				continue
			}
			cells[c] = m.val
			cells[c].Merged = true
		}
	}
	return cells, nil
}

// extend makes the row n cells long; the new ones are empty.
func extend(cells []Cell, n int) []Cell {
	if n <= cap(cells) {
		old := len(cells)
		cells = cells[:n]
		clear(cells[old:])
		return cells
	}
	return append(cells, make([]Cell, n-len(cells))...)
}
