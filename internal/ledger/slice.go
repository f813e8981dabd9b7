package ledger

import (
	"strconv"
	"strings"
)

var sliceGroups = []struct {
	prefix string
	first  Slice
	n      int
}{{"occ", SliceOccupation, Occupations}, {"age", SliceAge, AgeBands}, {"sch", SliceSchooling, Schoolings}, {"exp", SliceExpertise, Expertises}, {"sec", SliceSector, Sectors}}

var sliceSingles = []string{"", "female", "minority", "religious", "youth"}

// String returns the code of the slice, used in addresses and text keys: "" for all, "female",
// "occ.7" for the seventh occupation group and so on.
func (s Slice) String() string {
	if s >= 0 && int(s) < len(sliceSingles) {
		return sliceSingles[s]
	}
	for _, g := range sliceGroups {
		if s >= g.first && s < g.first+Slice(g.n) {
			return g.prefix + "." + strconv.Itoa(int(s-g.first)+1)
		}
	}
	return ""
}

// ParseSlice reads a code written by String.
func ParseSlice(code string) (Slice, bool) {
	for i, c := range sliceSingles {
		if c == code {
			return Slice(i), true
		}
	}
	prefix, num, _ := strings.Cut(code, ".")
	n, err := strconv.Atoi(num)
	for _, g := range sliceGroups {
		if g.prefix == prefix && err == nil && n >= 1 && n <= g.n {
			return g.first + Slice(n-1), true
		}
	}
	return 0, false
}

// Has reports whether a person with attributes a and an age belongs to the slice.
func (s Slice) Has(a Attrs, age int) bool {
	found := false
	EachSlice(a, age, func(x Slice) { found = found || x == s })
	return found
}
