package courses

import (
	"context"
	"io"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

// MaxSheet is the largest file of attendance, in bytes: a limit of this program.
const MaxSheet = 4 << 20

// sheetLimits bound what a file may make the program do: a class is small.
var sheetLimits = xlsx.Limits{Unzipped: 32 << 20, Rows: 5000, Cols: 200, Shared: 4 << 20}

// Cell is one value of a sheet that differs from what stands in the class.
type Cell struct {
	Field    string // as Record reads it
	Session  int    // from 1; 0 for the grade and the number
	Was, Now string // marks and codes as they are stored, a number as written
}

// Line is one row of a sheet.
type Line struct {
	Row     int
	Name    string // as the class has it, as the sheet has it when nobody fits
	Person  id.ID
	Version int64
	Cells   []Cell
	Wrong   []fault.Text // why the row, or a cell of it, is left out
}

// Sheet is what a file says about a class, against what stands there. Nothing is stored by reading it.
type Sheet struct {
	View
	Name    string // of the sheet of the book that was read
	Lines   []Line
	Same    int      // rows that say what stands there already
	Strange []string // heads of columns nobody understood
	seen    map[id.ID]int
}

// ReadSheet reads attendance, grades and numbers of certificates from a workbook or a CSV text: the sheet
// the class prints, or one with the same heads. An empty cell leaves what stands there.
func (s *Service) ReadSheet(ctx context.Context, who access.Actor, class id.ID, name string, r io.ReaderAt, size int64) (Sheet, error) {
	const op = "courses.ReadSheet"
	if size > MaxSheet {
		return Sheet{}, fault.E(op, fault.Invalid, "import.too_large", MaxSheet>>20).Field("file", "import.too_large", MaxSheet>>20)
	}
	var out Sheet
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if _, _, err := load(tx, who, class); err != nil {
			return err
		}
		v, err := view(tx, who, class)
		if err != nil {
			return err
		}
		book, err := xlsx.OpenAny(name, r, size, sheetLimits)
		if err != nil {
			return err
		}
		out = Sheet{View: v}
		return out.read(book)
	})
	return out, err
}

// column is what one column of a sheet holds.
type column struct {
	what    string // code, name, birth, mark, grade, number
	session int    // of mark, from 0
}

// heads are the folded heads a column may have.
var heads = map[string]string{
	"ma nguoi": "code", "person code": "code", "ho va ten": "name", "ho ten": "name", "ho va ten hoc vien": "name", "hoc vien": "name", "name": "name",
	"ngay sinh": "birth", "ngay thang nam sinh": "birth", "birth": "birth", "xep loai": "grade", "ket qua": "grade", "grade": "grade",
	"so giay chung nhan": "number", "so gcn": "number", "certificate number": "number",
}

// meaning reads the head of a column: "Buổi 3 (12/11)" is the mark of the third session.
func meaning(head string) (column, bool) {
	word := vi.Fold(vi.NFC(head))
	if what, ok := heads[word]; ok {
		return column{what: what}, true
	}
	rest, named := strings.CutPrefix(word, "buoi ")
	if !named {
		rest, named = strings.CutPrefix(word, "session ")
	}
	first, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(first)
	if err != nil || n < 1 || n > course.MaxSessions || !named && first != word {
		return column{}, false
	}
	return column{what: "mark", session: n - 1}, true
}

// ignored are heads of the printed sheet that say nothing an import needs.
var ignored = map[string]bool{"tt": true, "stt": true, "no": true, "don vi cu": true, "sent by": true, "ghi chu": true, "note": true, "gioi tinh": true, "sex": true, "": true}

// headRows is how far down the head of a table is looked for.
const headRows = 30

// read takes the first sheet that has the head of a table.
func (s *Sheet) read(book *xlsx.Book) error {
	for i := range book.Sheets() {
		var columns map[int]column
		for row, err := range book.Rows(i) {
			switch {
			case err != nil:
				return err
			case columns != nil:
				s.line(row, columns)
			case row.Num > headRows:
			default:
				columns = s.head(row)
			}
			if columns == nil && row.Num > headRows {
				break
			}
		}
		if columns != nil {
			s.Name = book.Sheets()[i].Name
			return nil
		}
	}
	return fault.E("courses.ReadSheet", fault.Invalid, "course.sheet_no_head").Field("file", "course.sheet_no_head")
}

// head says what the columns hold when a row is the head of the table, nil otherwise.
func (s *Sheet) head(row xlsx.Row) map[int]column {
	columns, who, says := map[int]column{}, false, false
	var strange []string
	for i, c := range row.Cells {
		m, ok := meaning(c.Text)
		switch {
		case ok:
			columns[i] = m
			who = who || m.what == "code" || m.what == "name"
			says = says || m.what == "mark" || m.what == "grade" || m.what == "number"
		case !ignored[vi.Fold(c.Text)]:
			strange = append(strange, c.Text)
		}
	}
	if !who || !says {
		return nil
	}
	s.Strange = strange
	return columns
}

// typed is what a row says, by what its columns hold.
type typed struct {
	code, name string
	birth      day.Date
	marks      map[int]string
	grade      string
	number     string
	at         map[column]int // which column of the sheet says what
}

func read(row xlsx.Row, columns map[int]column) typed {
	t := typed{marks: map[int]string{}, at: map[column]int{}}
	for i, c := range columns {
		cell := row.Cell(i)
		text := strings.TrimSpace(vi.NFC(cell.Text))
		if cell.Blank() || text == "" {
			continue
		}
		t.at[c] = i
		switch c.what {
		case "code":
			t.code = text
		case "name":
			t.name = text
		case "birth":
			var ok bool
			if t.birth, ok = cell.Day(); !ok {
				t.birth, _ = day.Parse(text)
			}
		case "mark":
			t.marks[c.session] = text
		case "grade":
			t.grade = text
		case "number":
			t.number = text
		}
	}
	return t
}

// line compares a row with the person it is about.
func (s *Sheet) line(row xlsx.Row, columns map[int]column) {
	t := read(row, columns)
	if t.code == "" && t.name == "" {
		return // below the table: a signature, a sum
	}
	l := Line{Row: row.Num, Name: t.name}
	x, why := s.find(t)
	if why != "" {
		if len(t.marks) == 0 && t.grade == "" && t.number == "" {
			return
		}
		l.Wrong = []fault.Text{{Key: why, Args: []any{t.name}}}
		s.Lines = append(s.Lines, l)
		return
	}
	l.Name, l.Person, l.Version = x.Who.Name, x.Seat.Person, x.Seat.Version
	if s.seen == nil {
		s.seen = map[id.ID]int{}
	}
	if first, twice := s.seen[l.Person]; twice { // nobody can tell which of the two is right: neither is stored
		l.Wrong = []fault.Text{{Key: "course.sheet_twice", Args: []any{l.Name, first}}}
		s.spoil(l.Person, first, l)
		s.Lines = append(s.Lines, l)
		return
	}
	s.seen[l.Person] = l.Row
	s.compare(&l, x, t)
	if len(l.Cells)+len(l.Wrong) == 0 {
		s.Same++
		return
	}
	s.Lines = append(s.Lines, l)
}

// spoil leaves out the first row of somebody who stands in a second one.
func (s *Sheet) spoil(who id.ID, first int, second Line) {
	why := fault.Text{Key: "course.sheet_twice", Args: []any{second.Name, second.Row}}
	for i := range s.Lines {
		if have := &s.Lines[i]; have.Person == who && have.Row == first {
			if have.Cells != nil || len(have.Wrong) == 0 {
				have.Cells, have.Wrong = nil, append(have.Wrong, why)
			}
			return
		}
	}
	s.Same--
	s.Lines = append(s.Lines, Line{Row: first, Name: second.Name, Person: who, Wrong: []fault.Text{why}})
}

// find returns whose row it is: by the code of the printed sheet, else by name and day of birth.
func (s *Sheet) find(t typed) (*Sitting, fault.Key) {
	if who := id.Parse(t.code); who != 0 {
		for i := range s.Seats {
			if s.Seats[i].Seat.Person == who {
				return &s.Seats[i], ""
			}
		}
		return nil, "course.sheet_nobody"
	}
	var found *Sitting
	for i := range s.Seats {
		x := &s.Seats[i]
		if vi.Fold(x.Who.Name) != vi.Fold(t.name) || t.birth.Valid() && x.Who.Birth != t.birth {
			continue
		}
		if found != nil {
			return nil, "course.sheet_two"
		}
		found = x
	}
	if found == nil {
		return nil, "course.sheet_nobody"
	}
	return found, ""
}

// compare notes the cells of a row that differ and fit, and why others do not.
func (s *Sheet) compare(l *Line, x *Sitting, t typed) {
	f := SeatForm{Person: l.Person, Marks: t.marks}
	if t.grade != "" {
		f.Grade = &t.grade
	}
	if t.number != "" {
		f.Number = &t.number
	}
	next, bad := x.Seat, fault.E("courses.ReadSheet", fault.Invalid, "course.cells")
	f.apply(s.Class, &next, s.Today, bad)
	if x.Cert != 0 && (next.Grade != x.Grade || next.Number != x.Number) {
		bad.Field(GradeField(l.Person), "course.issued_fixed", x.Number)
		next.Grade, next.Number = x.Grade, x.Number
	}
	for i := range s.Class.Sessions {
		if was, now := x.Mark(i), next.Mark(i); was != now {
			l.Cells = append(l.Cells, Cell{MarkField(l.Person, i), i + 1, string(rune(was)), string(rune(now))})
		}
	}
	if next.Grade != x.Grade {
		l.Cells = append(l.Cells, Cell{GradeField(l.Person), 0, x.Grade, next.Grade})
	}
	if next.Number != x.Number {
		l.Cells = append(l.Cells, Cell{NumberField(l.Person), 0, x.Number, next.Number})
	}
	wrong := func(field string, c column) {
		w, ok := bad.Fields[field]
		if at, typed := t.at[c]; ok && typed {
			w = fault.Text{Key: "course.sheet_at", Args: []any{xlsx.ColName(at) + strconv.Itoa(l.Row), w}}
		}
		if ok {
			l.Wrong = append(l.Wrong, w)
		}
	}
	for i := range course.MaxSessions {
		wrong(MarkField(l.Person, i), column{what: "mark", session: i})
	}
	wrong(GradeField(l.Person), column{what: "grade"})
	wrong(NumberField(l.Person), column{what: "number"})
}
