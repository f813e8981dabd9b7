package xlsx

import (
	"math"
	"strconv"

	"ketnap/internal/day"
)

// number makes the cell of a stored number; its text is appended to dst.
func (f *formats) number(dst, raw []byte, style int) ([]byte, Cell, error) {
	x, plain, err := parseNumber(raw)
	if err != nil {
		return dst, Cell{}, err
	}
	switch sh := f.of(style); sh.form() {
	case shapeDate, shapeDateTime, shapeMonth, shapeYear:
		if out, serial, ok := f.appendDate(dst, x, sh); ok {
			return out, Cell{Kind: KindDate, Num: serial}, nil
		}
	case shapeTime:
		if x >= 0 && x < 1 {
			return appendClock(dst, x), Cell{Kind: KindNumber, Num: x}, nil
		}
	case shapePercent:
		return append(appendFixed(dst, x*100), '%'), Cell{Kind: KindNumber, Num: x}, nil
	case shapeZeros:
		if x >= 0 && x == math.Trunc(x) {
			at := len(dst)
			dst = appendFixed(dst, x)
			return padZeros(dst, at, int(sh>>8)), Cell{Kind: KindNumber, Num: x}, nil
		}
	}
	if plain {
		return append(dst, raw...), Cell{Kind: KindNumber, Num: x}, nil
	}
	return appendFixed(dst, x), Cell{Kind: KindNumber, Num: x}, nil
}

// padZeros puts zeros in front of dst[at:] up to the width.
func padZeros(dst []byte, at, width int) []byte {
	for n := width - (len(dst) - at); n > 0; n-- {
		dst = append(dst, '0')
		copy(dst[at+1:], dst[at:])
		dst[at] = '0'
	}
	return dst
}

// parseNumber reads a stored number. Plain means that its text can be shown as
// it stands: whole, without sign tricks, of at most 15 digits.
func parseNumber(raw []byte) (x float64, plain bool, err error) {
	if n := len(raw); n > 0 && n <= 15 && (raw[0] != '0' || n == 1) {
		var v int64
		for _, c := range raw {
			if c < '0' || c > '9' {
				v = -1
				break
			}
			v = v*10 + int64(c-'0')
		}
		if v >= 0 {
			return float64(v), true, nil
		}
	}
	if len(raw) > 400 {
		return 0, false, errSyntax
	}
	for _, c := range raw {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false, errSyntax
		}
	}
	x, err = strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return 0, false, errSyntax
	}
	return x, false, nil
}

// appendFixed appends a number without exponent, with the 15 digits Excel keeps.
func appendFixed(dst []byte, x float64) []byte {
	if x == 0 {
		return append(dst, '0')
	}
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.AppendInt(dst, int64(x), 10)
	}
	var buf [32]byte
	y, err := strconv.ParseFloat(string(strconv.AppendFloat(buf[:0], x, 'e', 14, 64)), 64)
	if err != nil {
		y = x
	}
	return strconv.AppendFloat(dst, y, 'f', -1, 64)
}

// appendDate appends the day of a serial number, as far as the shape shows it,
// and returns the serial counted from 1900.
func (f *formats) appendDate(dst []byte, x float64, sh shape) (out []byte, serial float64, ok bool) {
	whole, minutes := math.Floor(x), int(math.Round((x-math.Floor(x))*24*60))
	if minutes == 24*60 {
		whole, minutes = whole+1, 0
	}
	d, ok := day.FromSerial(whole, f.date1904)
	if !ok || d.Year() > 9999 {
		return dst, 0, false
	}
	serial = x
	if f.date1904 {
		serial += 1462
	}
	switch sh.form() {
	case shapeYear:
		return append4(dst, d.Year()), serial, true
	case shapeMonth:
		return append4(append(append2(dst, d.Month()), '/'), d.Year()), serial, true
	}
	dst = append(append2(dst, d.Day()), '/')
	dst = append4(append(append2(dst, d.Month()), '/'), d.Year())
	if sh.form() == shapeDateTime && minutes > 0 {
		dst = append(append2(append(dst, ' '), minutes/60), ':')
		dst = append2(dst, minutes%60)
	}
	return dst, serial, true
}

// appendClock appends a time of day given as a part of a day.
func appendClock(dst []byte, x float64) []byte {
	sec := int(math.Round(x*24*60*60)) % (24 * 60 * 60)
	dst = append2(append(append2(dst, sec/3600), ':'), sec/60%60)
	if sec%60 > 0 {
		dst = append2(append(dst, ':'), sec%60)
	}
	return dst
}

func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10%10), byte('0'+n%10)) }

func append4(dst []byte, n int) []byte { return append2(append2(dst, n/100), n%100) }
