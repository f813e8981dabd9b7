// Package geo knows the places of Vietnam and draws them (ground floor): the 34
// provinces and 3,321 communes by their official code, and maps as SVG.
//
// A place is not a unit of the Party. A party committee may be named after a
// place, but it has a code and a history of its own.
package geo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"sync"
)

//go:embed data/admin-units-2026.csv data/map
var files embed.FS

// Place is an administrative place (đơn vị hành chính).
type Place struct {
	Code   string // official code: 2 digits for a province, 5 for a commune
	Name   string // "Đường Lâm", without its kind
	Kind   string // tỉnh, thành phố; xã, phường, đặc khu
	Parent string // code of the province; empty for a province
	NameEN string
}

// Full is the name with its kind: "xã Đường Lâm".
func (p Place) Full() string { return p.Kind + " " + p.Name }

// IsProvince says whether p is a province or a centrally run city.
func (p Place) IsProvince() bool { return p.Parent == "" }

// atlas is all places, in the order of their codes.
type atlas struct {
	provinces []Place
	communes  map[string][]Place // by province
	byCode    map[string]Place
}

var places = sync.OnceValue(func() atlas {
	a, err := readPlaces()
	if err != nil {
		panic(err) // the file is part of the program: a test reads it
	}
	return a
})

func readPlaces() (atlas, error) {
	a := atlas{communes: map[string][]Place{}, byCode: map[string]Place{}}
	f, err := files.Open("data/admin-units-2026.csv")
	if err != nil {
		return a, fmt.Errorf("geo.readPlaces: %w", err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return a, fmt.Errorf("geo.readPlaces: %w", err)
	}
	for _, r := range rows[1:] {
		p := Place{Code: r[0], Name: r[1], Kind: r[2], Parent: r[3], NameEN: r[4]}
		a.byCode[p.Code] = p
		if p.IsProvince() {
			a.provinces = append(a.provinces, p)
		} else {
			a.communes[p.Parent] = append(a.communes[p.Parent], p)
		}
	}
	return a, nil
}

// Provinces is the 34 provinces in the order of their codes, which runs roughly
// from north to south.
func Provinces() []Place { return slices.Clone(places().provinces) }

// Communes is the communes of a province in the order of their codes; nil for an
// unknown province.
func Communes(province string) []Place { return slices.Clone(places().communes[province]) }

// Lookup finds a province or commune by its official code.
func Lookup(code string) (Place, bool) {
	p, ok := places().byCode[code]
	return p, ok
}
