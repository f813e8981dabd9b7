package xlsx

import "bytes"

// quickCells takes the cells that are spelled the way all large programs spell
// them, as long as they follow each other and stand in the window as a whole.
// It is a short cut: what it does not know it leaves to cell, byte for byte.
func (r *sheetReader) quickCells() error {
	if r.slow || r.s.selfClosed {
		return nil
	}
	for {
		n, err := r.quickCell(r.s.buf[r.s.pos:r.s.end])
		if n == 0 || err != nil {
			return err
		}
		r.s.pos += n
	}
}

// quickCell takes one cell from the front of b and returns its length, 0 for a
// cell that must be read the long way.
func (r *sheetReader) quickCell(b []byte) (int, error) {
	col, kind, style, at := r.quickTag(b)
	if at == 0 {
		return 0, nil
	}
	if kind == 0 {
		r.col = col
		return at, nil
	}
	open, shut := "<v>", "</v></c>"
	if kind == 'i' {
		open, shut = "<is><t>", "</t></is></c>"
	}
	rest := b[at:]
	if len(rest) < len(open) || string(rest[:len(open)]) != open {
		return 0, nil
	}
	rest = rest[len(open):]
	n := bytes.IndexByte(rest, '<')
	if n < 0 || len(rest)-n < len(shut) || string(rest[n:n+len(shut)]) != shut {
		return 0, nil
	}
	r.col = col
	from := len(r.text)
	var err error
	if r.val = r.val[:0]; kind == 'i' {
		kind = 't'
		if r.text, err = appendText(r.text, rest[:n]); err != nil {
			return 0, err
		}
		r.text = unescapeX(r.text, from)
	} else if r.val, err = appendText(r.val, rest[:n]); err != nil {
		return 0, err
	}
	c, err := r.decode(kind, style, from)
	if err != nil {
		return 0, err
	}
	return at + len(open) + n + len(shut), r.put(c, from)
}

// quickTag reads `<c r="B7" s="1" t="s">`: length at, 0 when it is spelled
// otherwise; kind 0 is a self-closed cell, 'i' an inline string.
func (r *sheetReader) quickTag(b []byte) (col int, kind byte, style, at int) {
	const longest = 64
	if len(b) < longest || string(b[:6]) != `<c r="` {
		return 0, 0, 0, 0
	}
	b = b[:longest]
	i, col := 6, -1
	for ; 'A' <= b[i] && b[i] <= 'Z' && i < 9; i++ {
		col = (col+1)*26 + int(b[i]-'A')
	}
	n := len(r.digit)
	if col < 0 || col >= maxCols || string(b[i:i+n]) != string(r.digit) || b[i+n] != '"' {
		return 0, 0, 0, 0
	}
	i += n + 1
	if string(b[i:i+4]) == ` s="` {
		for i += 4; '0' <= b[i] && b[i] <= '9' && style < 1e5; i++ {
			style = style*10 + int(b[i]-'0')
		}
		if b[i] != '"' {
			return 0, 0, 0, 0
		}
		i++
	}
	kind = 'n'
	if string(b[i:i+4]) == ` t="` {
		switch rest := b[i+4:]; {
		case rest[1] == '"' && (rest[0] == 's' || rest[0] == 'b' || rest[0] == 'e' || rest[0] == 'n'):
			kind, i = rest[0], i+6
		case string(rest[:4]) == `str"`:
			kind, i = 't', i+8
		case string(rest[:10]) == `inlineStr"`:
			kind, i = 'i', i+14
		default:
			return 0, 0, 0, 0
		}
	}
	switch {
	case b[i] == '>':
		return col, kind, style, i + 1
	case b[i] == '/' && b[i+1] == '>':
		return col, 0, style, i + 2
	}
	return 0, 0, 0, 0
}
