package xlsx

import (
	"bytes"
	"errors"
	"io"
)

// What the format itself allows; a file beyond these is damaged or hostile.
const (
	maxRows   = 1 << 20
	maxCols   = 1 << 14
	maxDepth  = 100       // nested elements; real parts stay below 20
	maxWindow = 512 << 10 // one tag or one run of text, in bytes
)

// Faults of the markup, without the place; Book.fail adds it.
var (
	errSyntax  = errors.New("xlsx: broken markup")
	errDepth   = errors.New("xlsx: elements nested too deep")
	errDoctype = errors.New("xlsx: document type declaration")
	errLong    = errors.New("xlsx: tag or text too long")
)

// token is what scanner.next found.
type token uint8

const (
	tokEOF token = iota
	tokStart
	tokEnd
	tokText
)

// scanner splits a part into tags and text without allocating. It is not a
// validating parser: it checks nesting by count, knows no namespaces (prefixes
// are cut off names of elements) and refuses document type declarations, so
// there are no entities but the five of XML and numeric ones.
//
// name, attrs and text point into the window and hold until the next call.
type scanner struct {
	r          io.Reader
	buf        []byte
	pos, end   int
	eof        bool
	depth      int
	name       []byte // local name of the tag
	attrs      []byte // what stands between name and end of the tag
	selfClosed bool   // <x/>: a tokEnd of the same name follows
	text       []byte
	raw        bool // text is from a CDATA section: no entities in it
}

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, 64<<10)} }

// next returns the next token. After a self-closed tag it returns tokEnd.
func (s *scanner) next() (token, error) {
	if s.selfClosed {
		s.selfClosed = false
		s.depth--
		return tokEnd, nil
	}
	for {
		if s.pos == s.end {
			if err := s.more(); err == io.EOF {
				return tokEOF, s.atEOF()
			} else if err != nil {
				return tokEOF, err
			}
		}
		if s.buf[s.pos] != '<' {
			return s.scanText()
		}
		if s.end-s.pos < 2 {
			if err := s.need(); err != nil {
				return tokEOF, err
			}
			continue
		}
		switch s.buf[s.pos+1] {
		case '/':
			return s.scanEnd()
		case '?':
			if err := s.skipPast("?>"); err != nil {
				return tokEOF, err
			}
		case '!':
			if cdata, err := s.scanDecl(); err != nil {
				return tokEOF, err
			} else if cdata {
				return tokText, nil
			}
		default:
			return s.scanStart()
		}
	}
}

// more reads on, keeping what is not consumed. It returns io.EOF at the end.
func (s *scanner) more() error {
	if s.eof {
		return io.EOF
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxWindow {
			return errLong
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// need is more inside a token, where the end of the part is a fault.
func (s *scanner) need() error {
	err := s.more()
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *scanner) atEOF() error {
	if s.depth != 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (s *scanner) scanText() (token, error) {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			s.text, s.raw = s.buf[s.pos:s.pos+from+i], false
			s.pos += from + i
			return tokText, nil
		}
		from = s.end - s.pos
		if err := s.more(); err == io.EOF {
			s.pos = s.end
			return tokEOF, s.atEOF()
		} else if err != nil {
			return tokEOF, err
		}
	}
}

func (s *scanner) scanEnd() (token, error) {
	from := 2
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '>'); i >= 0 {
			s.name, _ = cutName(s.buf[s.pos+2 : s.pos+from+i])
			s.pos += from + i + 1
			if s.depth--; s.depth < 0 {
				return tokEOF, errSyntax
			}
			return tokEnd, nil
		}
		from = s.end - s.pos
		if err := s.need(); err != nil {
			return tokEOF, err
		}
	}
}

func (s *scanner) scanStart() (token, error) {
	for i := 1; ; {
		b := s.buf[s.pos:s.end]
		for i < len(b) && b[i] != '>' {
			if b[i] == '"' || b[i] == '\'' {
				j := bytes.IndexByte(b[i+1:], b[i])
				if j < 0 {
					break
				}
				i += j + 1
			}
			i++
		}
		if i < len(b) && b[i] == '>' {
			return s.startTag(b[1:i], i+1)
		}
		if err := s.need(); err != nil {
			return tokEOF, err
		}
	}
}

// startTag takes the inside of a start tag and consumes size bytes.
func (s *scanner) startTag(tag []byte, size int) (token, error) {
	s.pos += size
	if n := len(tag); n > 0 && tag[n-1] == '/' {
		tag, s.selfClosed = tag[:n-1], true
	}
	s.name, s.attrs = cutName(tag)
	if len(s.name) == 0 {
		return tokEOF, errSyntax
	}
	if s.depth++; s.depth > maxDepth {
		return tokEOF, errDepth
	}
	return tokStart, nil
}

// cutName splits a tag into its name without prefix and the rest.
func cutName(tag []byte) (name, rest []byte) {
	from := 0
	for i, c := range tag {
		if c == ':' {
			from = i + 1
		} else if isSpace(c) {
			return tag[from:i], tag[i:]
		}
	}
	return tag[from:], nil
}

// skipPast consumes everything up to and with the mark, however long.
func (s *scanner) skipPast(mark string) error {
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); i >= 0 {
			s.pos += i + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if err := s.need(); err != nil {
			return err
		}
	}
}

// scanDecl takes what begins with "<!": a comment is skipped, a CDATA section
// becomes text, anything else is refused.
func (s *scanner) scanDecl() (cdata bool, err error) {
	const open, mark = "<![CDATA[", "]]>"
	for s.end-s.pos < len(open) {
		if err := s.need(); err != nil {
			return false, err
		}
	}
	if b := s.buf[s.pos:s.end]; bytes.HasPrefix(b, []byte("<!--")) {
		s.pos += len("<!--")
		return false, s.skipPast("-->")
	} else if !bytes.HasPrefix(b, []byte(open)) {
		return false, errDoctype
	}
	for {
		body := s.buf[s.pos+len(open) : s.end]
		if i := bytes.Index(body, []byte(mark)); i >= 0 {
			s.text, s.raw = body[:i], true
			s.pos += len(open) + i + len(mark)
			return true, nil
		}
		if err := s.need(); err != nil {
			return false, err
		}
	}
}

// skip consumes the rest of the element whose start was just returned.
func (s *scanner) skip() error {
	for depth := s.depth - 1; ; {
		tok, err := s.next()
		if err != nil {
			return err
		}
		if tok == tokEOF {
			return io.ErrUnexpectedEOF
		}
		if s.depth == depth {
			return nil
		}
	}
}

// is reports whether the tag has the local name.
func (s *scanner) is(name string) bool { return string(s.name) == name }

// attr returns an attribute of the start tag just read, by its full name.
func (s *scanner) attr(name string) ([]byte, bool) {
	for rest := s.attrs; ; {
		var n, v []byte
		if n, v, rest = nextAttr(rest); n == nil {
			return nil, false
		}
		if string(n) == name {
			return v, true
		}
	}
}

// nextAttr cuts the first attribute off; name is nil when there is none. It
// runs several times per cell, hence the plain loops.
func nextAttr(b []byte) (name, val, rest []byte) {
	i := 0
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	from := i
	for i < len(b) && b[i] != '=' && !isSpace(b[i]) {
		i++
	}
	name = b[from:i]
	for i < len(b) && b[i] != '"' && b[i] != '\'' {
		if b[i] != '=' && !isSpace(b[i]) {
			return nil, nil, nil
		}
		i++
	}
	if i >= len(b) || len(name) == 0 {
		return nil, nil, nil
	}
	quote := b[i]
	i++
	from = i
	for i < len(b) && b[i] != quote {
		i++
	}
	if i == len(b) {
		return nil, nil, nil
	}
	return name, b[from:i], b[i+1:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
