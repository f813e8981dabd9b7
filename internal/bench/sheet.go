package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/demo"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

// sheet is a sheet of members with the official headers: invented people for real units. The same
// seed makes the same rows, so that nothing has to be kept in memory.
type sheet struct {
	fields []batch.Field
	units  []string // codes of cells
	n      int
	seed   uint64
	today  day.Date
}

// member is what the columns of a row are filled from.
type member struct {
	no                      int
	r                       *rand.Rand
	sex                     int
	name                    string
	birth, joined, official day.Date
	commune                 string
}

// cell is one value: a day, a number, or else a text.
type cell struct {
	text string
	on   day.Date
	num  int
}

func (c cell) value() xlsx.Value {
	switch {
	case c.on != 0:
		return xlsx.Date(c.on)
	case c.num != 0:
		return xlsx.Int(int64(c.num))
	}
	return xlsx.Text(c.text)
}

func (c cell) String() string {
	switch {
	case c.on != 0:
		return c.on.String()
	case c.num != 0:
		return strconv.Itoa(c.num)
	}
	return c.text
}

// rows yields the cells of every row. The slice is used again for the next one.
func (s *sheet) rows() iter.Seq[[]cell] {
	return func(yield func([]cell) bool) {
		r := rand.New(rand.NewPCG(s.seed, 33))
		row := make([]cell, len(s.fields))
		for i := range s.n {
			m := s.invent(i, r)
			for j := range s.fields {
				row[j] = s.cell(&s.fields[j], &m)
			}
			if !yield(row) {
				return
			}
		}
	}
}

func (s *sheet) invent(i int, r *rand.Rand) member {
	m := member{no: i, r: r, sex: 1 + r.IntN(2), commune: fmt.Sprintf("xã Số %d", 1+r.IntN(160))}
	m.name = demo.FullName(r, m.sex, r.IntN(20) == 0)
	m.birth = day.Of(1950+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28))
	m.joined = m.birth.AddMonths(12 * (18 + r.IntN(6))).AddDays(r.IntN(360))
	m.joined = min(m.joined, s.today.AddDays(-r.IntN(300)))
	if m.official = m.joined.AddMonths(12); m.official > s.today {
		m.official = 0
	}
	return m
}

// cell fills one column.
func (s *sheet) cell(f *batch.Field, m *member) cell {
	text := func(form string, args ...any) cell { return cell{text: fmt.Sprintf(form, args...)} }
	one := func(l person.List) cell { return cell{text: l.Name(1 + m.r.IntN(len(l)))} }
	switch f.Code {
	case "id":
		return cell{num: m.no + 1}
	case "name":
		return cell{text: m.name}
	case "sex":
		return cell{text: person.Sexes.Name(m.sex)}
	case "birth":
		return cell{on: m.birth}
	case "ethnic":
		return cell{text: person.Ethnics.Name(max(1, m.r.IntN(60)-45))}
	case "religion":
		return cell{text: person.Religions.Name(max(1, m.r.IntN(40)-36))}
	case "number":
		return text("038%09d", 100_000_000+m.no)
	case "card":
		return text("038%09d", m.no)
	case "card_on":
		return cell{on: m.official}
	case "old_card":
		return text("38%06d", m.no%1_000_000)
	case "unit":
		return cell{text: s.units[m.r.IntN(len(s.units))]}
	case "joined":
		return cell{text: m.joined.VN()} // people type dates as text as often as not
	case "official":
		return cell{on: m.official}
	case "occupation":
		return one(person.Occupations)
	case "schooling":
		return one(person.Schoolings)
	case "expertise":
		return one(person.Expertises)
	case "theory":
		return one(person.Theories)
	case "phone":
		return text("09%08d", m.r.IntN(100_000_000))
	case "born_detail", "home_detail", "perm_detail", "temp_detail":
		return text("Thôn %d, %s", 1+m.r.IntN(12), m.commune)
	case "note":
		return cell{}
	}
	return cell{text: f.Hint}
}

// write makes the workbook.
func (s *sheet) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := xlsx.NewWriter(f)
	o := xlsx.SheetOptions{Freeze: 1}
	head := make([]xlsx.Value, len(s.fields))
	for i := range s.fields {
		o.Widths = append(o.Widths, s.fields[i].Width)
		head[i] = xlsx.Text(s.fields[i].Header()).Header()
	}
	w.Sheet("Đảng viên", o)
	err = w.Row(head...)
	values := make([]xlsx.Value, len(s.fields))
	for row := range s.rows() {
		for i, c := range row {
			values[i] = c.value()
		}
		if err != nil {
			break
		}
		err = w.Row(values...)
	}
	return errors.Join(err, w.Close(), f.Close())
}

// writeCSV writes the same rows as plain text, with a line of column names.
func (s *sheet) writeCSV(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	head := make([]string, len(s.fields))
	for i := range s.fields {
		head[i] = string(s.fields[i].Code)
	}
	err = w.Write(head)
	texts := make([]string, len(s.fields))
	for row := range s.rows() {
		for i, c := range row {
			texts[i] = c.String()
		}
		if err != nil {
			break
		}
		err = w.Write(texts)
	}
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}

// readCSV yields the rows of a file writeCSV made, without the line of names, and says what went wrong.
func readCSV(path string, failed *error) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		f, err := os.Open(path)
		if err != nil {
			*failed = err
			return
		}
		defer f.Close()
		r := csv.NewReader(f)
		r.ReuseRecord = true
		var row []any
		for n := 0; ; n++ {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				*failed = err
				return
			}
			row = row[:0]
			for _, c := range cells {
				row = append(row, c)
			}
			if n > 0 && !yield(row) {
				return
			}
		}
	}
}
