package batch

import (
	"strings"

	"ketnap/internal/vi"
	"ketnap/internal/xlsx"
)

// Reader reads the data rows of a mapped sheet. It keeps no state between rows.
type Reader struct {
	kind   Kind
	start  int // first row after the header
	limits Limits
	bound  []binding
	nuOnly bool // a column "Nữ" without one "Nam"
}

type binding struct {
	col   int
	field *Field
}

// NewReader binds the columns of a sheet to fields. Unknown fields are left out.
func NewReader(k Kind, o Options, l Limits) *Reader {
	r := &Reader{kind: k, start: o.Head + max(1, o.Depth), limits: l}
	has := map[Code]bool{}
	width := 0
	for col := range o.Columns {
		width = max(width, col+1)
	}
	for col := range width {
		f, ok := FieldOf(k, o.Columns[col])
		if ok && !has[f.Code] {
			r.bound = append(r.bound, binding{col, f})
			has[f.Code] = true
		}
	}
	r.nuOnly = has["sex_female"] && !has["sex_male"] && !has["sex"]
	return r
}

// IsData reports whether a row holds data: rows of the header, column numbers, headings that span
// the sheet, totals and signatures do not.
func (r *Reader) IsData(row xlsx.Row) bool {
	if row.Num < r.start {
		return false
	}
	filled, first, same := 0, "", true
	numbered := true
	name, strong := false, 0
	for _, b := range r.bound {
		c := row.Cell(b.col)
		if c.Blank() && !c.Formula {
			continue
		}
		if b.field.Type == Skip {
			if vi.Fold(c.Text) == "vi du" {
				return false
			}
			continue
		}
		filled++
		if first == "" {
			first = c.Text
		}
		same = same && c.Text == first
		numbered = numbered && numbering(c.Text)
		switch b.field.Code {
		case "name":
			name = true
		case "birth", "number", "sex", "card", "joined", "cause", "effective", "kind", "code", "birth_male", "birth_female":
			strong++
		}
	}
	switch {
	case filled == 0, numbered && filled > 1:
		return false
	case filled > 1 && same && row.Cell(r.bound[len(r.bound)-1].col).Merged:
		return false
	case filled == 1:
		return name && r.isNumbered(row)
	}
	return strong > 0 || !isTotal(row)
}

// Example stands in the first column of the row of examples in a template.
const Example = "Ví dụ"

// isNumbered reports whether the row carries a running number, as rows of data do.
func (r *Reader) isNumbered(row xlsx.Row) bool {
	for _, b := range r.bound {
		if b.field.Type == Skip {
			t := row.Cell(b.col).Text
			return t != "" && strings.Trim(t, "0123456789") == ""
		}
	}
	return false
}

// isTotal reports whether a row says that it sums others up, or who signed.
func isTotal(row xlsx.Row) bool {
	for _, c := range row.Cells {
		f := vi.Fold(c.Text)
		for _, w := range []string{"tong", "tong so", "tong cong", "cong", "nguoi lap", "nguoi lap bieu", "t m chi bo", "bi thu", "ngay thang nam"} {
			if f == w || strings.HasPrefix(f, w+" ") {
				return true
			}
		}
	}
	return false
}

// Read reads one row of data.
func (r *Reader) Read(row xlsx.Row) *Draft {
	d := &Draft{Row: row.Num, Hidden: row.Hidden}
	d.sexes[0] = r.nuOnly
	for _, b := range r.bound {
		b.field.read(row.Cell(b.col), d)
	}
	d.Finish(r.kind, r.limits)
	return d
}

// Column returns where a field stands in the sheet; -1 when it has no column.
func (r *Reader) Column(c Code) int {
	for _, b := range r.bound {
		if b.field.Code == c {
			return b.col
		}
	}
	return -1
}

// Width is one more than the last bound column.
func (r *Reader) Width() int {
	if len(r.bound) == 0 {
		return 0
	}
	return r.bound[len(r.bound)-1].col + 1
}

// Limits returns what rows are held against.
func (r *Reader) Limits() Limits { return r.limits }
