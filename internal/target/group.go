package target

import (
	"strconv"
	"strings"

	"ketnap/internal/ledger"
)

// Group is who a number counts: everybody in at least one of some groups of the ledger (nhóm đối tượng). "Học sinh, sinh viên và
// người lao động trong doanh nghiệp ngoài nhà nước" is one group of three slices, and who is in two of them is counted once.
type Group struct {
	code      string
	slices    []ledger.Slice
	religions []int
}

const (
	groupSep   = "+"
	ofReligion = "rel."
)

// ParseGroup reads the code of a group: codes of slices joined by "+", or "rel.3" for one religion of the code list; "" is all.
func ParseGroup(code string) (g Group, ok bool) {
	g.code = code
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

// Groups lists the codes of the groups that targets are given for ("trong đó"), without everybody.
func Groups() []string {
	var codes []string
	for _, s := range Slices[1:] {
		codes = append(codes, s.String())
	}
	return append(codes, NamedGroups...)
}

// known reports whether a target can be for a group: everybody, a slice of the ledger, or one of NamedGroups.
func known(code string) bool {
	_, ok := ledger.ParseSlice(code)
	return ok || contains(NamedGroups, code)
}

// MarshalText writes the code of the group.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.code), nil }

// Everybody reports whether the group is all people.
func (g Group) Everybody() bool { return g.code == "" }

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
