package web

import (
	"strings"

	"ketnap/internal/dossiers"
)

// bulkView is a dry run as pages show it: "áp dụng được 41/45", and why not for the others.
type bulkView struct {
	Sum   string
	Done  bool // everything fits
	Asks  bool // somebody has warnings: going on needs a reason
	Rows  []bulkLine
	Short string // reasons with how many they hold back
}

// bulkLine is one person of a dry run.
type bulkLine struct {
	Person, Name, Birth, Unit, Why string
	Warned                         []string
	Fit                            bool
}

func (b Base) bulk(x dossiers.Bulk) bulkView {
	v := bulkView{Sum: b.T("bulk.fit", x.Fit, x.Of), Done: x.Fit == x.Of && x.Of > 0, Asks: x.Asked()}
	why := map[string]int{}
	var order []string
	for _, l := range x.Lines {
		row := bulkLine{Person: l.Person.String(), Name: l.Name, Birth: l.Birth.VN(), Unit: l.Unit, Fit: l.Fit}
		if !l.Fit {
			row.Why = b.T(string(l.Why.Key), l.Why.Args...)
			if why[row.Why] == 0 {
				order = append(order, row.Why)
			}
			why[row.Why]++
		}
		for _, f := range l.Warned {
			row.Warned = append(row.Warned, f.Text[string(b.Lang)])
		}
		v.Rows = append(v.Rows, row)
	}
	var parts []string
	for _, text := range order {
		parts = append(parts, b.T("bulk.held", why[text], text))
	}
	v.Short = strings.Join(parts, " ")
	return v
}
