package web

import (
	"slices"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/xlsx"
)

// column is one column of the list of people. Sealed fields are never columns.
type column struct {
	code  string
	text  func(b Base, r *people.Row) string
	value func(b Base, r *people.Row) xlsx.Value // nil: the text
}

func dateColumn(code string, get func(*people.Row) day.Date) column {
	return column{code, func(b Base, r *people.Row) string { return b.Date(get(r)) },
		func(_ Base, r *people.Row) xlsx.Value {
			if d := get(r); d.Valid() {
				return xlsx.Date(d)
			} else if d != 0 {
				return xlsx.Text(d.VN())
			}
			return xlsx.Blank()
		}}
}

func listColumn(code string, list person.List, get func(*people.Row) int) column {
	return column{code: code, text: func(b Base, r *people.Row) string { return list.In(string(b.Lang), get(r)) }}
}

// columns are the columns there are, in the order they are offered; the name always comes first.
var columns = []column{
	dateColumn("birth", func(r *people.Row) day.Date { return r.Birth }),
	listColumn("sex", person.Sexes, func(r *people.Row) int { return r.Sex }),
	{code: "unit", text: func(_ Base, r *people.Row) string { return r.Unit }},
	{code: "stage", text: func(b Base, r *people.Row) string { return b.T("stage." + r.At.Stage.String()) }},
	dateColumn("since", func(r *people.Row) day.Date { return r.Since }),
	listColumn("ethnic", person.Ethnics, func(r *people.Row) int { return r.Ethnic }),
	listColumn("religion", person.Religions, func(r *people.Row) int { return r.Religion }),
	listColumn("occupation", person.Occupations, func(r *people.Row) int { return r.Occupation }),
	listColumn("schooling", person.Schoolings, func(r *people.Row) int { return r.Schooling }),
	listColumn("expertise", person.Expertises, func(r *people.Row) int { return r.Expertise }),
	listColumn("theory", person.Theories, func(r *people.Row) int { return r.Theory }),
	dateColumn("pool_on", func(r *people.Row) day.Date { return r.PoolOn }),
	{code: "cert_no", text: func(_ Base, r *people.Row) string { return r.CertNo }},
	dateColumn("cert_on", func(r *people.Row) day.Date { return r.CertOn }),
	dateColumn("joined", func(r *people.Row) day.Date { return r.Joined }),
	dateColumn("official", func(r *people.Row) day.Date { return r.OfficialOn }),
	{code: "note", text: func(_ Base, r *people.Row) string { return r.Note }},
}

// usualColumns is what somebody sees who has chosen nothing.
var usualColumns = []string{"birth", "sex", "unit", "stage", "since", "joined"}

// chosenColumns reads a choice "birth,sex,…"; unknown codes are left out, nothing is the usual.
func chosenColumns(choice string) []column {
	codes := strings.Split(choice, ",")
	if choice == "" {
		codes = usualColumns
	}
	var cs []column
	for _, c := range columns {
		if slices.Contains(codes, c.code) {
			cs = append(cs, c)
		}
	}
	return cs
}

// cell is the value of a column in a workbook.
func (c column) cell(b Base, r *people.Row) xlsx.Value {
	if c.value != nil {
		return c.value(b, r)
	}
	return xlsx.Text(c.text(b, r))
}
