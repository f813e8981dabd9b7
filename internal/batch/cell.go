package batch

import (
	"math"
	"strings"
	"unicode/utf8"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/org"
	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

// empty are texts by which people say that a cell is empty.
var empty = map[string]bool{"": true, "-": true, "--": true, "—": true, "–": true, ".": true, "…": true, "...": true, "/": true, "nan": true, "null": true, "NULL": true}

// read puts one cell into the draft.
func (f *Field) read(c xlsx.Cell, d *Draft) {
	if f.Type == Skip {
		return
	}
	if c.Kind == xlsx.KindEmpty && !c.Formula {
		return
	}
	text := vi.NFC(strings.TrimPrefix(c.Text, "'"))
	switch {
	case c.Formula:
		d.Given.add(f.bit)
		d.Refuse(Formula, f.Code, text)
		return
	case c.Kind == xlsx.KindError:
		d.Given.add(f.bit)
		d.Refuse(BadCell, f.Code, text)
		return
	case empty[text]:
		return
	}
	d.Given.add(f.bit)
	switch f.Type {
	case Text, FullName, UnitRef:
		f.readText(text, d, f.text(d))
	case GivenName:
		d.given = text
	case Digits:
		f.readDigits(c, text, d)
	case Phone:
		f.readPhone(c, text, d)
	case DateOf:
		*f.date(d) = f.readDate(c, text, d)
	case FromList:
		f.readList(text, d)
	case Flag:
		*f.flag(d) = f.readMark(text, d)
	case MarkMale, MarkFemale:
		d.sexes[1+f.Type-MarkMale] = f.readMark(text, d)
	case BornMale, BornFemale:
		d.births[1+f.Type-BornMale] = f.readDate(c, text, d)
	default:
		f.readWord(text, d)
	}
}

func (f *Field) readText(text string, d *Draft, to *string) {
	if n := utf8.RuneCountInString(text); n > f.Max {
		d.Refuse(TooLong, f.Code, n, f.Max)
		return
	}
	*to = text
}

// plainNumber removes what people put between the digits of a number.
var plainNumber = strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "’", "", "'", "")

func (f *Field) readDigits(c xlsx.Cell, text string, d *Draft) {
	if roundedText(text) || c.Kind == xlsx.KindNumber && (c.Num != math.Trunc(c.Num) || c.Num < 0 || c.Num >= 1e15) {
		d.Refuse(Rounded, f.Code, text, f.Max)
		return
	}
	s := text
	if c.Kind != xlsx.KindNumber {
		s = plainNumber.Replace(text)
	}
	switch {
	case strings.Trim(s, "0123456789") != "":
		d.Refuse(NotDigits, f.Code, text, f.Max)
	case len(s) == f.Max:
		*f.text(d) = s
	case c.Kind == xlsx.KindNumber && len(s) < f.Max && len(s) >= f.Max-3:
		d.Refuse(LostZeros, f.Code, text, len(s), f.Max)
	case f.Code == "number" && len(s) == 9:
		d.Refuse(OldNumber, f.Code, text)
	default:
		d.Refuse(WrongLength, f.Code, text, len(s), f.Max)
	}
}

// roundedText reports whether a text is a number in scientific notation, as CSV files keep it.
func roundedText(s string) bool {
	mantissa, exp, ok := strings.Cut(strings.ToUpper(s), "E+")
	return ok && mantissa != "" && strings.Trim(mantissa, "0123456789.,") == "" && exp != "" && strings.Trim(exp, "0123456789") == ""
}

// plainPhone removes what people put around and between the digits of a telephone number.
var plainPhone = strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "’", "", "'", "", "(", "", ")", "")

func (f *Field) readPhone(c xlsx.Cell, text string, d *Draft) {
	s := plainPhone.Replace(text)
	if strings.HasPrefix(s, "+84") {
		s = "0" + s[3:]
	}
	switch {
	case c.Kind == xlsx.KindNumber && len(s) == 9 && s[0] != '0':
		d.Refuse(LostZeros, f.Code, text, len(s), 10)
	case strings.Trim(s, "0123456789") != "" || len(s) < 9 || len(s) > f.Max:
		d.Refuse(BadPhone, f.Code, text)
	default:
		*f.text(d) = s
	}
}

func (f *Field) readDate(c xlsx.Cell, text string, d *Draft) day.Date {
	on, ok := c.Day()
	if !ok {
		var err error
		if on, err = day.Parse(text); err != nil {
			f.badDate(c, text, err, d)
			return 0
		}
	}
	if !f.Partial && !on.Valid() {
		d.Refuse(NeedsFullDate, f.Code, text)
		return 0
	}
	return on
}

func (f *Field) badDate(c xlsx.Cell, text string, err error, d *Draft) {
	switch {
	case fault.TextOf(err).Key == "day.impossible":
		d.Refuse(NoSuchDay, f.Code, text)
	case c.Kind == xlsx.KindNumber:
		d.Refuse(NotANumber, f.Code, text)
	default:
		d.Refuse(BadDate, f.Code, text)
	}
}

func (f *Field) readList(text string, d *Draft) {
	n, ok := f.list.find(text)
	if !ok {
		d.Refuse(NotInList, f.Code, text, f.list.near(text))
		return
	}
	*f.num(d) = n
}

var (
	yes = map[string]bool{"x": true, "co": true, "1": true, "true": true, "v": true, "yes": true, "doan vien": true, "da": true, "phai": true, "dung": true}
	no  = map[string]bool{"": true, "0": true, "khong": true, "false": true, "no": true, "k": true, "ko": true, "chua": true}
)

func (f *Field) readMark(text string, d *Draft) bool {
	w := vi.Fold(text)
	if text == "✓" || text == "√" || yes[w] {
		return true
	}
	if !no[w] || w == "" {
		d.Refuse(NotInList, f.Code, text, "x")
	}
	return false
}

func (f *Field) readWord(text string, d *Draft) {
	w, ok := vi.Fold(text), false
	switch f.Type {
	case StageWord:
		d.Stage, ok = stageWords[w]
	case CauseWord:
		d.Cause, ok = causeWords[w]
	case KindWord:
		d.Org.Kind, ok = kindWords[w]
	case BlocWords:
		ok = f.readBlocs(text, d)
	case UnitCode:
		if d.Org.Code, ok = org.ValidCode(strings.ReplaceAll(text, " ", "")); !ok {
			d.Refuse(BadCode, f.Code, text)
		}
		return
	}
	if !ok {
		d.Refuse(NotInList, f.Code, text, f.nearWords(text))
	}
}

func (f *Field) readBlocs(text string, d *Draft) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		known := false
		for _, b := range org.Blocs {
			if vi.Slug(part) == b {
				d.Blocs, known = append(d.Blocs, b), true
			}
		}
		if !known {
			return false
		}
	}
	return true
}

// nearWords suggests what a word may have meant.
func (f *Field) nearWords(text string) string {
	var names []string
	switch f.Type {
	case StageWord:
		return "Đề xuất nguồn; Nguồn; Có giấy chứng nhận; Đang làm hồ sơ"
	case CauseWord:
		for _, c := range causes {
			names = append(names, c.name)
		}
	case KindWord:
		for _, k := range kindNames {
			names = append(names, k.name)
		}
	case BlocWords:
		return strings.Join(org.Blocs, "; ")
	}
	if near := Nearest(text, names, 3); len(near) > 0 {
		return strings.Join(near, "; ")
	}
	return strings.Join(names[:min(6, len(names))], "; ")
}
