package target

import (
	"strconv"
	"strings"

	"ketnap/internal/ledger"
)

// Group is who a number counts: everybody in at least one of some groups of the ledger (nhóm đối tượng). "Học sinh, sinh viên và
// người lao động trong doanh nghiệp ngoài nhà nước" is one group of three slices, and who is in two of them is counted once.
type Group struct {
	slices    []ledger.Slice
	religions []int
}

const (
	groupSep   = "+"
	ofReligion = "rel."
)

// ParseGroup reads the code of a group: codes of slices joined by "+", or "rel.3" for one religion of the code list; "" is all.
func ParseGroup(code string) (g Group, ok bool) {
	for _, c := range strings.Split(code, groupSep) {
		if num, is := strings.CutPrefix(c, ofReligion); is {
			n, err := strconv.Atoi(num)
			if err != nil || n < 1 || n > maxReligion {
				return Group{}, false
			}
			g.religions = append(g.religions, n)
			continue
		}
		s, known := ledger.ParseSlice(c)
		if !known || s == ledger.SliceAll && code != "" {
			return Group{}, false
		}
		g.slices = append(g.slices, s)
	}
	return g, true
}

const maxReligion = 99

// NamedGroups are the groups beyond single slices that documents ask for: học sinh và sinh viên; với người lao động doanh nghiệp
// ngoài nhà nước; doanh nghiệp tư nhân và có vốn nước ngoài; giáo dân.
var NamedGroups = []string{"occ.12+occ.13", "occ.12+occ.13+sec.7", "sec.7+sec.8", "rel.3"}

// Slice returns the one column of the counters that counts the group; ok is false when there is none.
func (g Group) Slice() (s ledger.Slice, ok bool) {
	if len(g.slices) != 1 || len(g.religions) != 0 {
		return 0, false
	}
	return g.slices[0], true
}

// Has reports whether a person with attributes a and an age belongs to the group.
func (g Group) Has(a ledger.Attrs, age int) bool {
	for _, n := range g.religions {
		if a.Religion == n {
			return true
		}
	}
	for _, s := range g.slices {
		if s.Has(a, age) {
			return true
		}
	}
	return false
}
