package xlsx

import "io"

const (
	textBlock = 4096      // strings per block
	textChunk = 256 << 10 // bytes per chunk
	textCost  = 16        // bytes one string costs beside its letters
)

// texts are the shared strings of a workbook. They live in blocks that never
// move, so growing copies nothing.
type texts struct {
	blocks [][]string
	n      int
}

// at returns string i.
func (t *texts) at(i int) (string, bool) {
	if i < 0 || i >= t.n {
		return "", false
	}
	return t.blocks[i/textBlock][i%textBlock], true
}

func (t *texts) add(s string) {
	if t.n%textBlock == 0 {
		t.blocks = append(t.blocks, make([]string, 0, textBlock))
	}
	last := &t.blocks[len(t.blocks)-1]
	*last = append(*last, s)
	t.n++
}

// load reads the shared strings part. Rich text is joined, phonetic guides are
// left out.
func (t *texts) load(s *scanner, lim Limits) error {
	var (
		used  int64
		chunk []byte // texts of the strings waiting for their chunk to fill
		ends  []int  // where each of them ends
		flush = func() error {
			if !printable(chunk) {
				return errSyntax
			}
			all, from := string(chunk), 0
			for _, to := range ends {
				if !validCut(all, from, to) {
					return errSyntax
				}
				t.add(all[from:to])
				from = to
			}
			chunk, ends = chunk[:0], ends[:0]
			return nil
		}
	)
	for {
		tok, err := s.next()
		if err != nil {
			return err
		}
		if tok == tokEOF {
			return flush()
		}
		if tok != tokStart || !s.is("si") {
			continue
		}
		from := len(chunk)
		if chunk, err = s.richText(chunk, lim.CellLen); err == errCellLen {
			return refuse("xlsx.cell", lim.CellLen)
		} else if err != nil {
			return err
		}
		ends = append(ends, len(chunk))
		if used += int64(len(chunk)-from) + textCost; used > lim.Shared {
			return refuse("xlsx.shared", lim.Shared>>20)
		}
		if len(chunk) >= textChunk || len(ends) >= textBlock {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// richText appends the text of the element just opened (<si> or <is>): its <t>,
// or those of its runs.
func (s *scanner) richText(dst []byte, limit int) ([]byte, error) {
	from, depth, inText := len(dst), s.depth-1, false
	for {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		switch tok {
		case tokEOF:
			return dst, io.ErrUnexpectedEOF
		case tokStart:
			switch {
			case s.is("t"):
				inText = true
			case s.is("r"):
			default:
				if err := s.skip(); err != nil {
					return dst, err
				}
			}
		case tokText:
			if !inText {
				continue
			}
			start := len(dst)
			if dst, err = s.appendTo(dst); err != nil {
				return dst, err
			}
			dst = unescapeX(dst, start)
			if longer(dst[from:], limit) {
				return dst, errCellLen
			}
		case tokEnd:
			inText = false
			if s.depth == depth {
				return dst, nil
			}
		}
	}
}

// appendTo appends the text just read.
func (s *scanner) appendTo(dst []byte) ([]byte, error) {
	if s.raw {
		return appendLines(dst, s.text), nil
	}
	return appendText(dst, s.text)
}
