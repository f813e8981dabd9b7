package pdf

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// face is one TrueType font and the glyphs of it that a document used.
type face struct {
	data   []byte
	tables map[string][]byte
	upem   int
	wide   int // glyphs with an advance of their own; the rest have that of the last
	glyphs int
	long   bool   // locations of 32 bits
	cmap   []byte // format 4
	used   map[uint16]rune
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func i16(b []byte, at int) int { return int(int16(binary.BigEndian.Uint16(b[at:]))) }
func u32(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

// parse reads the tables of a font that is linked into the program: a broken one is found by the tests.
func parse(data []byte) (*face, error) {
	f := &face{data: data, tables: map[string][]byte{}, used: map[uint16]rune{}}
	for n := range u16(data, 4) {
		at := 12 + 16*n
		from := u32(data, at+8)
		f.tables[string(data[at:at+4])] = data[from : from+u32(data, at+12)]
	}
	for _, tag := range []string{"head", "hhea", "hmtx", "maxp", "loca", "glyf", "cmap"} {
		if f.tables[tag] == nil {
			return nil, fmt.Errorf("pdf.parse: no table %s", tag)
		}
	}
	f.upem, f.long = u16(f.tables["head"], 18), u16(f.tables["head"], 50) == 1
	f.wide, f.glyphs = u16(f.tables["hhea"], 34), u16(f.tables["maxp"], 4)
	c := f.tables["cmap"]
	for n := range u16(c, 2) {
		at := 4 + 8*n
		if sub := c[u32(c, at+4):]; u16(c, at) == 3 && u16(c, at+2) == 1 && u16(sub, 0) == 4 {
			f.cmap = sub
		}
	}
	if f.cmap == nil {
		return nil, fmt.Errorf("pdf.parse: no table of characters that is understood")
	}
	return f, nil
}

// glyph returns the glyph of a character, 0 when the font has none.
func (f *face) glyph(r rune) uint16 {
	if r > 0xFFFF {
		return 0
	}
	c, code := f.cmap, int(r)
	two := u16(c, 6) // twice the number of segments
	for s := 0; s < two; s += 2 {
		if u16(c, 14+s) < code {
			continue
		}
		start, delta, at := u16(c, 16+two+s), u16(c, 16+2*two+s), 16+3*two+s
		if start > code {
			return 0
		}
		offset := u16(c, at)
		if offset == 0 {
			return uint16(code + delta)
		}
		g := u16(c, at+offset+2*(code-start))
		if g == 0 {
			return 0
		}
		return uint16(g + delta)
	}
	return 0
}

// advance returns how far a glyph moves, in thousandths of the size.
func (f *face) advance(g uint16) int {
	n := min(int(g), f.wide-1)
	return u16(f.tables["hmtx"], 4*n) * 1000 / f.upem
}

// width returns the width of a text at a size, in points.
func (f *face) width(s string, size float64) float64 {
	sum := 0
	for _, r := range s {
		sum += f.advance(f.glyph(r))
	}
	return float64(sum) * size / 1000
}

// encode notes the characters of a text as used and returns its glyphs.
func (f *face) encode(s string) []uint16 {
	var out []uint16
	for _, r := range s {
		g := f.glyph(r)
		if f.used[g] == 0 {
			f.used[g] = r
		}
		out = append(out, g)
	}
	return out
}

// outline returns the outline of a glyph, empty when it has none.
func (f *face) outline(g int) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if f.long {
		return glyf[u32(loca, 4*g):u32(loca, 4*g+4)]
	}
	return glyf[2*u16(loca, 2*g) : 2*u16(loca, 2*g+2)]
}

// parts returns the glyphs an outline is put together of: a letter and its marks.
func parts(outline []byte) []int {
	if len(outline) < 10 || i16(outline, 0) >= 0 {
		return nil
	}
	var out []int
	for at := 10; ; {
		flags := u16(outline, at)
		out = append(out, u16(outline, at+2))
		at += 6
		if flags&1 != 0 { // arguments are words
			at += 2
		}
		switch {
		case flags&8 != 0: // one scale
			at += 2
		case flags&0x40 != 0: // two
			at += 4
		case flags&0x80 != 0: // a matrix
			at += 8
		}
		if flags&0x20 == 0 { // no more
			return out
		}
	}
}

// subset returns the font with the outlines of used glyphs only; numbers of glyphs stay.
func (f *face) subset() []byte {
	keep := map[int]bool{0: true}
	var add func(g int)
	add = func(g int) {
		keep[g] = true
		for _, p := range parts(f.outline(g)) {
			if !keep[p] {
				add(p)
			}
		}
	}
	for g := range f.used {
		add(int(g))
	}
	var glyf, loca []byte
	for g := range f.glyphs {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if keep[g] {
			glyf = append(glyf, f.outline(g)...)
			for len(glyf)%4 != 0 {
				glyf = append(glyf, 0)
			}
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1) // long locations
	return assemble(map[string][]byte{"head": head, "hhea": f.tables["hhea"], "hmtx": f.tables["hmtx"], "maxp": f.tables["maxp"], "loca": loca, "glyf": glyf,
		"cvt ": f.tables["cvt "], "fpgm": f.tables["fpgm"], "prep": f.tables["prep"]})
}

// assemble writes the file of a font.
func assemble(tables map[string][]byte) []byte {
	var tags []string
	for tag, t := range tables {
		if len(t) > 0 {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	power, log := 1, 0
	for power*2 <= len(tags) {
		power, log = power*2, log+1
	}
	out := []byte{0, 1, 0, 0}
	for _, n := range []int{len(tags), power * 16, log, (len(tags) - power) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	}
	at := 12 + 16*len(tags)
	var body []byte
	for _, tag := range tags {
		t := tables[tag]
		out = append(out, tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(t))
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(t []byte) uint32 {
	var sum uint32
	for len(t) >= 4 {
		sum += binary.BigEndian.Uint32(t)
		t = t[4:]
	}
	var last [4]byte
	copy(last[:], t)
	return sum + binary.BigEndian.Uint32(last[:])
}
