// Package org holds party units and the rules of their tree (domain floor, pure).
//
// A unit (tổ chức đảng) is founded, renamed, re-parented, merged, split and dissolved by dated
// decisions. The tree of today is kept as a path on each unit; the tree of any other date is read
// from the dated edges.
package org

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Kind is the type of a unit (loại hình tổ chức đảng). Powers never follow from it: they are dated attributes.
type Kind string

// The kinds of units, from the top of a province down.
const (
	Province   Kind = "province"   // đảng bộ tỉnh, thành phố (trực thuộc Trung ương)
	Upper      Kind = "upper"      // đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng
	Grassroots Kind = "grassroots" // đảng bộ cơ sở (xã, phường, đặc khu, cơ quan…)
	Section    Kind = "section"    // đảng bộ bộ phận, đảng bộ trực thuộc đảng ủy cơ sở
	BaseCell   Kind = "base_cell"  // chi bộ cơ sở
	Cell       Kind = "cell"       // chi bộ trực thuộc
)

// Kinds lists the kinds from the top down, with the words by which a sheet may name them.
var Kinds = []struct {
	Kind  Kind
	Words []string // folded
}{
	{Province, []string{"dang bo tinh", "dang bo thanh pho", "tinh uy", "thanh uy"}},
	{Upper, []string{"dang bo cap tren truc tiep", "cap tren truc tiep co so", "dang bo cap tren"}},
	{Grassroots, []string{"dang bo co so", "dang bo xa", "dang bo phuong", "dbcs"}},
	{Section, []string{"dang bo bo phan", "dang bo truc thuoc", "dang bo truc thuoc co so", "dbbp"}},
	{BaseCell, []string{"chi bo co so", "cbcs"}},
	{Cell, []string{"chi bo", "chi bo truc thuoc", "cbtt", "cb"}},
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	for _, x := range Kinds {
		if x.Kind == k {
			return true
		}
	}
	return false
}

// IsCell reports whether units of kind k have members of their own and no units below.
func (k Kind) IsCell() bool { return k == Cell || k == BaseCell }

// Unit is a party organisation (tổ chức đảng) as it is in the tree of today.
type Unit struct {
	ID        id.ID
	Parent    id.ID  // 0 for the root of a province; for a dissolved unit its principal successor
	Branch    id.ID  // the ancestor-or-self directly under the root; the root's own ID for the root
	Depth     int    // 0 root, 1 branch, …
	Path      string // "/<root>/…/<self>/" in base 36; prefix order is subtree order
	Kind      Kind
	Name      string
	Short     string
	Sector    int    // code list person.Sectors; 0 unknown
	Location  string // administrative code of the commune or province; "" unknown
	Code      string // 14-digit code in force today, "" when none
	Founded   day.Date
	Dissolved day.Date // 0 while it exists
	Version   int64
}

// Province returns the partition of the unit.
func (u Unit) Province() int { return u.ID.Province() }

// Tallied reports whether counters are kept for the unit: the root of a province and the units
// directly under it. Below that a subtree is small enough to count on reading (doc/decisions).
func (u Unit) Tallied() bool { return u.Depth <= 1 }

// Alive reports whether the unit exists on a day.
func (u Unit) Alive(on day.Date) bool {
	return u.Founded <= on && (u.Dissolved == 0 || on < u.Dissolved)
}

// Under reports whether u is a or stands below it in the tree of today.
func (u Unit) Under(a Unit) bool { return strings.HasPrefix(u.Path, a.Path) }

// Below returns the path of a unit directly under parent.
func Below(parent Unit, child id.ID) string {
	if parent.ID == 0 {
		return "/" + child.String() + "/"
	}
	return parent.Path + child.String() + "/"
}

// PathEnd returns the smallest string above every path of the subtree at path.
func PathEnd(path string) string { return strings.TrimSuffix(path, "/") + "0" }

// Place sets parent, branch, depth and path of u under parent (the zero Unit makes u a root).
func (u Unit) Place(parent Unit) Unit {
	u.Parent = parent.ID
	u.Path = Below(parent, u.ID)
	u.Depth = strings.Count(u.Path, "/") - 2
	switch u.Depth {
	case 0, 1:
		u.Branch = u.ID
	default:
		u.Branch = parent.Branch
	}
	return u
}

// Over is the name of the last of a chain of units: the one right above, as it heads papers.
func Over(above []Unit) string {
	if len(above) == 0 {
		return ""
	}
	return above[len(above)-1].Name
}

// ValidCode reports whether s has the form of a unit code: 14 digits, dots allowed between the
// groups 2.3.3.3.3 (1361-CV/BTCTW, likely). It returns the digits alone.
func ValidCode(s string) (string, bool) {
	digits := strings.ReplaceAll(s, ".", "")
	if len(digits) != 14 {
		return "", false
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return "", false
		}
	}
	return digits, true
}

// FormatCode writes 14 digits in the groups 2.3.3.3.3.
func FormatCode(c string) string {
	if len(c) != 14 {
		return c
	}
	return c[:2] + "." + c[2:5] + "." + c[5:8] + "." + c[8:11] + "." + c[11:]
}
