package xlsx

import (
	"strings"
)

// shape is how a number format makes a number look, as far as it matters for
// reading: the low byte is the form, the high byte the digits of shapeZeros.
type shape uint16

const (
	shapeGeneral shape = iota
	shapeDate          // day, month and year
	shapeDateTime
	shapeMonth // month and year
	shapeYear
	shapeTime
	shapePercent
	shapeZeros // "00000": leading zeros belong to the value
)

func (s shape) form() shape { return s & 0xff }

// formats are the number formats of a workbook.
type formats struct {
	date1904 bool
	cells    []shape // by the s attribute of a cell
}

// of returns the shape of a style index; unknown ones are general.
func (f *formats) of(style int) shape {
	if style < 0 || style >= len(f.cells) {
		return shapeGeneral
	}
	return f.cells[style]
}

// load reads the styles part: custom formats, then which cell style uses which.
func (f *formats) load(s *scanner) error {
	custom := make(map[int]shape)
	inCells := false
	return elements(func(s *scanner) error {
		switch {
		case s.is("numFmt"):
			code, err := s.attrText("formatCode")
			if id := s.attrInt("numFmtId"); err == nil && id >= 0 && len(custom) < maxCols {
				custom[id] = classify(code)
			}
			return err
		case s.is("cellXfs"):
			inCells = true
		case s.is("cellStyles"), s.is("cellStyleXfs"), s.is("dxfs"):
			inCells = false
		case inCells && s.is("xf") && len(f.cells) < 1<<16:
			id := s.attrInt("numFmtId")
			sh, ok := custom[id]
			if !ok {
				sh = builtin(id)
			}
			f.cells = append(f.cells, sh)
		}
		return nil
	})(s)
}

// attrInt returns a small non-negative attribute, -1 when it is none.
func (s *scanner) attrInt(name string) int {
	v, _ := s.attr(name)
	return atoi(v)
}

// atoi reads a non-negative number of at most nine digits, -1 when b is none.
func atoi(b []byte) int {
	if len(b) == 0 || len(b) > 9 {
		return -1
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// builtin returns the shape of a format every program knows by number. Those
// from 27 on belong to East Asian versions of Excel.
func builtin(id int) shape {
	switch {
	case id == 9, id == 10:
		return shapePercent
	case id >= 14 && id <= 16, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return shapeDate
	case id == 17:
		return shapeMonth
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return shapeTime
	case id == 22:
		return shapeDateTime
	}
	return shapeGeneral
}

// classify reads a format code such as `[$-42A]dd\ mmmm\ yyyy;@`.
func classify(code string) shape {
	code, literal := skeleton(code)
	digits := strings.ContainsAny(code, "0#?")
	years := strings.ContainsAny(code, "yb") || strings.Contains(code, "e") && !digits
	days := strings.Contains(code, "d")
	months := hasMonth(code)
	clock := strings.ContainsAny(code, "hs")
	switch {
	case clock && (years || days):
		return shapeDateTime
	case clock:
		return shapeTime
	case days || months && !years && !digits:
		return shapeDate
	case years && months:
		return shapeMonth
	case years:
		return shapeYear
	case strings.Contains(code, "%"):
		return shapePercent
	case !literal && len(code) > 1 && len(code) < 32 && strings.Trim(code, "0") == "":
		return shapeZeros | shape(len(code))<<8
	}
	return shapeGeneral
}

// skeleton returns the first section of a format code in lower case, without
// quoted and escaped letters, colours, languages and "General"; literal tells
// whether letters were left out. A bracketed duration [h] stays as "h".
func skeleton(code string) (out string, literal bool) {
	b := make([]byte, 0, len(code))
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"':
			i += strings.IndexByte(code[i+1:]+`"`, '"') + 1
			literal = true
		case '\\', '_', '*':
			i++
			literal = true
		case '[':
			end := min(i+strings.IndexByte(code[i:]+"]", ']'), len(code))
			if in := strings.ToLower(code[i+1 : end]); in != "" && strings.Trim(in, "hms") == "" {
				b = append(b, 'h')
			}
			i = end
		default:
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			b = append(b, c)
		}
	}
	return strings.NewReplacer("general", "", "am/pm", "", "a/p", "").Replace(string(b)), literal
}

// hasMonth reports whether an m stands for months: not behind hours, not before
// seconds.
func hasMonth(code string) bool {
	last := byte(0)
	for i := 0; i < len(code); i++ {
		c := code[i]
		if c == 'm' {
			run := len(code[i:]) - len(strings.TrimLeft(code[i:], "m"))
			next := strings.TrimLeft(code[i+run:], " :./-,")
			if run > 2 || last != 'h' && !strings.HasPrefix(next, "s") {
				return true
			}
			i += run - 1
		}
		if 'a' <= c && c <= 'z' {
			last = c
		}
	}
	return false
}
