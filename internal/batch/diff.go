package batch

import (
	"strconv"
	"strings"

	"ketnap/internal/xlsx"
)

// Change is one field that a row changes (thay đổi).
type Change struct {
	Field Code   `json:"f"`
	Old   string `json:"o"`
	New   string `json:"n"`
}

// Update copies what the row says into known, which is the same record as it is stored, and returns
// what changed. An empty cell changes nothing.
func (d *Draft) Update(k Kind, known *Draft) []Change {
	var changes []Change
	for i := range dictionaries[k] {
		f := &dictionaries[k][i]
		if !f.isStored() || !d.fills(f) {
			continue
		}
		before := f.Show(known)
		if after := f.Show(d); after != before && after != "" {
			changes = append(changes, Change{f.Code, before, after})
			f.copy(known, d)
		}
	}
	return changes
}

// isStored reports whether the field is kept on the record itself.
func (f *Field) isStored() bool {
	return f.Type != UnitRef && (f.text != nil || f.num != nil || f.date != nil || f.flag != nil) && f.Code != "pool_no"
}

// fills reports whether the row says something about the field, also through split columns.
func (d *Draft) fills(f *Field) bool {
	switch f.Code {
	case "sex":
		return d.Person.Sex != 0
	case "birth":
		return d.Person.Birth != 0
	}
	return d.Given.has(f.bit)
}

func (f *Field) copy(to, from *Draft) {
	switch {
	case f.text != nil:
		*f.text(to) = *f.text(from)
	case f.num != nil:
		*f.num(to) = *f.num(from)
	case f.date != nil:
		*f.date(to) = *f.date(from)
	case f.flag != nil:
		*f.flag(to) = *f.flag(from)
	}
}

// Show is the value of the field in a draft as a sheet prints it.
func (f *Field) Show(d *Draft) string {
	switch {
	case f.list != nil:
		return f.list.list.Name(*f.num(d))
	case f.date != nil:
		return (*f.date(d)).VN()
	case f.flag != nil:
		if *f.flag(d) {
			return "x"
		}
		return ""
	case f.text != nil:
		return *f.text(d)
	}
	switch f.Type {
	case StageWord:
		return StageName(d.Stage)
	case CauseWord:
		return CauseName(d.Cause)
	case KindWord:
		return KindName(d.Org.Kind)
	case BlocWords:
		return strings.Join(d.Blocs, ", ")
	}
	return ""
}

// Value is the field as a cell of a workbook that can be read back.
func (f *Field) Value(d *Draft) xlsx.Value {
	if f.date != nil {
		return xlsx.Date(*f.date(d))
	}
	if f.Code == "id" && d.Row > 0 {
		return xlsx.Text(strconv.Itoa(d.Row))
	}
	return xlsx.Text(f.Show(d))
}
