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
	wide  float64                                // in a workbook, in letters; 0 is the usual
}

// width is how wide the column is in a workbook.
func (c column) width() float64 {
	if c.wide == 0 {
		return 14
	}
	return c.wide
}

func dateColumn(code string, get func(*people.Row) day.Date) column {
	return column{code: code, text: func(b Base, r *people.Row) string { return b.Date(get(r)) },
		value: func(_ Base, r *people.Row) xlsx.Value { return xlsx.Date(get(r)) }}
}

func listColumn(code string, wide float64, list person.List, get func(*people.Row) int) column {
	return column{code: code, wide: wide, text: func(b Base, r *people.Row) string { return list.In(string(b.Lang), get(r)) }}
}

// columns are the columns there are, in the order they are offered; the name always comes first.
var columns = []column{
	dateColumn("birth", func(r *people.Row) day.Date { return r.Birth }),
	listColumn("sex", 8, person.Sexes, func(r *people.Row) int { return r.Sex }),
	{code: "unit", wide: 44, text: func(_ Base, r *people.Row) string { return r.Unit }},
	{code: "stage", wide: 24, text: func(b Base, r *people.Row) string { return b.T("stage." + r.At.Stage.String()) }},
	dateColumn("since", func(r *people.Row) day.Date { return r.Since }),
	listColumn("ethnic", 14, person.Ethnics, func(r *people.Row) int { return r.Ethnic }),
	listColumn("religion", 14, person.Religions, func(r *people.Row) int { return r.Religion }),
	listColumn("occupation", 34, person.Occupations, func(r *people.Row) int { return r.Occupation }),
	listColumn("schooling", 20, person.Schoolings, func(r *people.Row) int { return r.Schooling }),
	listColumn("expertise", 20, person.Expertises, func(r *people.Row) int { return r.Expertise }),
	listColumn("theory", 20, person.Theories, func(r *people.Row) int { return r.Theory }),
	dateColumn("pool_on", func(r *people.Row) day.Date { return r.PoolOn }),
	{code: "cert_no", wide: 18, text: func(_ Base, r *people.Row) string { return r.CertNo }},
	dateColumn("cert_on", func(r *people.Row) day.Date { return r.CertOn }),
	dateColumn("joined", func(r *people.Row) day.Date { return r.Joined }),
	dateColumn("official", func(r *people.Row) day.Date { return r.OfficialOn }),
	{code: "note", wide: 40, text: func(_ Base, r *people.Row) string { return r.Note }},
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
