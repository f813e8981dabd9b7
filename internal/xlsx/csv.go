package xlsx

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// csvSource is an open CSV text.
type csvSource struct {
	r     io.ReaderAt
	size  int64
	order binary.ByteOrder // of UTF-16; nil is UTF-8
	sep   byte
	named bool // the first line is "sep=;", which Excel does not show
}

// openCSV finds out encoding and separator.
func openCSV(r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	lim = lim.orDefault()
	if size > lim.Unzipped {
		return nil, refuse("xlsx.size", lim.Unzipped>>20)
	}
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	src := &csvSource{r: r, size: size, order: utf16Order(head), sep: ','}
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(src.open(), sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fail(err)
	}
	src.sep, src.named = separator(sample[:n])
	return &Book{lim: lim, sheets: []Sheet{{Name: "CSV"}}, csv: src, proof: new(Proof)}, nil
}

// utf16Order tells the byte order of UTF-16 text by its mark, or by where the
// zero bytes of plain letters stand; nil when it is not UTF-16.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return binary.BigEndian
	case len(head) < 4:
		return nil
	}
	var zeros [2]int
	n := min(len(head), 256)
	for i, c := range head[:n] {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[0] == 0 && zeros[1] > n/4:
		return binary.LittleEndian
	case zeros[1] == 0 && zeros[0] > n/4:
		return binary.BigEndian
	}
	return nil
}

// open returns the text as UTF-8 without byte order mark.
func (c *csvSource) open() io.Reader {
	var r io.Reader = io.NewSectionReader(c.r, 0, c.size)
	if c.order != nil {
		r = &utf16Reader{r: bufio.NewReaderSize(r, 64<<10), order: c.order}
	}
	br := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := br.Peek(3); string(mark) == "\uFEFF" {
		br.Discard(3)
	}
	return br
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	high  rune // first half of a pair
	err   error
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (n int, err error) {
	if len(p) < 2*utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	for u.err == nil && n+2*utf8.UTFMax <= len(p) {
		var b [2]byte
		if _, u.err = io.ReadFull(u.r, b[:]); u.err != nil {
			break
		}
		c := rune(u.order.Uint16(b[:]))
		if u.high != 0 {
			r := utf16.DecodeRune(u.high, c)
			u.high = 0
			n += utf8.EncodeRune(p[n:], r)
			if r != utf8.RuneError {
				continue
			}
		}
		if 0xD800 <= c && c < 0xDC00 {
			u.high = c
			continue
		}
		n += utf8.EncodeRune(p[n:], c)
	}
	if n > 0 {
		return n, nil
	}
	return 0, u.err
}

// separator finds out what stands between the fields, from the first lines. A
// line "sep=;" decides; else the character that splits the lines most evenly.
func separator(sample []byte) (sep byte, named bool) {
	if rest, ok := bytes.CutPrefix(sample, []byte("sep=")); ok && len(rest) > 0 && rest[0] < utf8.RuneSelf &&
		rest[0] > ' ' && rest[0] != '"' && (len(rest) == 1 || rest[1] == '\r' || rest[1] == '\n') {
		return rest[0], true
	} else if ok && len(rest) > 0 && rest[0] == '\t' {
		return '\t', true
	}
	best, bestScore := byte(','), 0
	for _, c := range []byte("\t;,|") {
		if score := evenness(sample, c); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best, false
}

// evenness rates a separator: 0 when the first line does not hold it, more the
// more lines have as many fields as the first, and a little for the fields.
func evenness(sample []byte, sep byte) int {
	const lines = 50
	first, score, n, seps, quoted, blank := -1, 0, 0, 0, false, true
	end := func() {
		if !blank {
			if first < 0 {
				first = seps
			}
			if seps == first {
				score += 100
			}
			n++
		}
		seps, blank = 0, true
	}
	for _, c := range sample {
		switch {
		case c == '"':
			quoted, blank = !quoted, false
		case quoted:
		case c == '\n' || c == '\r':
			if end(); n == lines {
				return rate(first, score)
			}
		case c == sep:
			seps++
			blank = false
		case c > ' ':
			blank = false
		}
	}
	if n == 0 || len(sample) < 64<<10 {
		end()
	}
	return rate(first, score)
}

func rate(seps, score int) int {
	if seps <= 0 {
		return 0
	}
	return score + min(seps, 99)
}

// rows hands out the records.
func (c *csvSource) rows(lim Limits, sheet string, yield func(Row, error) bool) {
	r := csvReader{in: c.open().(*bufio.Reader), sep: c.sep, lim: lim, sheet: sheet}
	if c.named {
		if err := r.record(); err != nil && err != io.EOF {
			yield(Row{}, r.explain(err))
			return
		}
		r.num = 0
	}
	for {
		err := r.record()
		if err == io.EOF {
			return
		}
		if err == nil {
			err = r.finish()
		}
		if err != nil {
			yield(Row{Num: r.num}, r.explain(err))
			return
		}
		if len(r.cells) > 0 && !yield(Row{Num: r.num, Cells: r.cells}, nil) {
			return
		}
	}
}

// CSVText is a text as a field of a CSV file that somebody opens as a sheet. There nothing says what is a text, so that one a program would
// compute gets an apostrophe in front, as when it is typed.
func CSVText(s string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }))
	if strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + s
	}
	return strings.TrimLeft(s, "\t\r\n")
}
