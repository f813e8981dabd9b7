package forms

import (
	"testing"

	"ketnap/internal/org"
)

// TestPlace: who stands as the committee of a cell. A section never does: it has no seal and decides nothing.
func TestPlace(t *testing.T) {
	cell := org.Unit{ID: 1, Kind: org.Cell, Name: "Chi bộ 1"}
	base := org.Unit{ID: 2, Kind: org.BaseCell, Name: "Chi bộ trường"}
	section := org.Unit{ID: 3, Kind: org.Section, Name: "Đảng bộ bộ phận khu Bắc"}
	grassroots := org.Unit{ID: 4, Kind: org.Grassroots, Name: "Đảng bộ nhà máy"}
	ward := org.Unit{ID: 5, Kind: org.Upper, Name: "Đảng bộ phường"}
	province := org.Unit{ID: 6, Kind: org.Province, Name: "Đảng bộ tỉnh"}
	for _, c := range []struct {
		path                      []org.Unit
		section, committee, above org.Unit
	}{
		{[]org.Unit{cell, grassroots, ward, province}, org.Unit{}, grassroots, ward},
		{[]org.Unit{cell, section, grassroots, ward, province}, section, grassroots, ward},
		{[]org.Unit{cell, section, ward, province}, section, ward, province},
		{[]org.Unit{cell, ward, province}, org.Unit{}, ward, province},
		{[]org.Unit{base, ward, province}, org.Unit{}, ward, province},
		{[]org.Unit{province}, org.Unit{}, org.Unit{}, org.Unit{}},
	} {
		u := place(c.path, nil)
		if u.Cell.ID != c.path[0].ID || u.Section.ID != c.section.ID || u.Committee.ID != c.committee.ID || u.Above.ID != c.above.ID {
			t.Errorf("%s below %d: section %q, committee %q, above %q", c.path[0].Name, len(c.path)-1, u.Section.Name, u.Committee.Name, u.Above.Name)
		}
	}
}
