package form

import (
	"strings"
	"unicode/utf8"

	"ketnap/internal/geo"
	"ketnap/internal/org"
)

// lead are the words a unit's name may begin with, the longest first.
var lead = []string{"Chi bộ cơ sở", "Chi bộ", "Đảng bộ bộ phận", "Đảng ủy bộ phận", "Đảng uỷ bộ phận", "Đảng bộ", "Đảng ủy", "Đảng uỷ"}

// stem takes those words off: "Đảng bộ xã Đường Lâm" is "xã Đường Lâm".
func stem(name string) string {
	name = strings.TrimSpace(name)
	for _, w := range lead {
		if len(name) > len(w) && strings.EqualFold(name[:len(w)], w) && name[len(w)] == ' ' {
			return strings.TrimSpace(name[len(w):])
		}
	}
	return name
}

// Organisation is the name of a unit as an organisation: "Chi bộ thôn Đông", "Đảng bộ xã Đường Lâm".
func Organisation(u org.Unit) string {
	if u.ID == 0 {
		return ""
	}
	switch u.Kind {
	case org.Cell, org.BaseCell:
		return "Chi bộ " + stem(u.Name)
	case org.Section:
		return "Đảng bộ bộ phận " + stem(u.Name)
	}
	return "Đảng bộ " + stem(u.Name)
}

// Committee is the name of the leadership of a unit: "Đảng ủy xã Đường Lâm", "Tỉnh ủy Thanh Hóa",
// "Chi ủy Chi bộ thôn Đông".
func Committee(u org.Unit) string {
	if u.ID == 0 {
		return ""
	}
	rest := stem(u.Name)
	switch u.Kind {
	case org.Cell, org.BaseCell:
		return "Chi ủy " + Organisation(u)
	case org.Section:
		return "Đảng ủy bộ phận " + rest
	case org.Province:
		for word, committee := range map[string]string{"tỉnh ": "Tỉnh ủy ", "thành phố ": "Thành ủy "} {
			if cut, ok := cutFold(rest, word); ok {
				return committee + cut
			}
		}
		if strings.HasPrefix(rest, "Tỉnh ủy") || strings.HasPrefix(rest, "Thành ủy") {
			return rest
		}
	}
	return "Đảng ủy " + rest
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

// placeOf is the place name that stands before the date: that of the commune or province the unit is
// in, else the name of the unit without its kind of place.
func placeOf(us ...org.Unit) string {
	for _, u := range us {
		if p, ok := geo.Lookup(u.Location); ok {
			return p.Name
		}
	}
	for _, u := range us {
		for _, word := range []string{"xã ", "phường ", "thị trấn ", "đặc khu ", "tỉnh ", "thành phố "} {
			if rest, ok := cutFold(stem(u.Name), word); ok {
				return rest
			}
		}
	}
	return ""
}

// upper writes a name in capitals, Vietnamese letters included.
func upper(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	return strings.ToUpper(s)
}
