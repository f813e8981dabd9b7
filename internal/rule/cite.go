package rule

import (
	"slices"
	"strings"

	"ketnap/internal/day"
)

// String names the document: its number and day, or its title when it has no number.
func (d Document) String() string {
	switch {
	case d.No == "":
		return d.Text["vi"]
	case d.Date == day.None:
		return d.No
	}
	return d.No + " (" + d.Date.VN() + ")"
}

// holds says whether a document is in force on a day.
func (d Document) holds(on day.Date) bool {
	return (d.Date == day.None || d.Date.First() <= on) && (d.Until == day.None || on <= d.Until)
}

// cited finds the documents a text names that did not hold any more on a day. A number that another
// document in force bears too is superseded only when the text names the day of the old one.
func cited(docs map[string]Document, text string, on day.Date) []string {
	folded := foldNo(text)
	var old []string
	for _, d := range docs {
		if d.No == "" || d.holds(on) || !hasNo(folded, foldNo(d.No)) {
			continue
		}
		another := false
		for _, o := range docs {
			another = another || o.Key != d.Key && foldNo(o.No) == foldNo(d.No) && o.holds(on)
		}
		if !another || d.Date.Valid() && namesDay(text, d.Date) {
			old = append(old, d.String())
		}
	}
	slices.Sort(old)
	return old
}

// foldNo writes numbers of documents alike: "24 - QĐ/TW" is "24-QD/TW".
func foldNo(s string) string {
	return strings.ToUpper(strings.NewReplacer("Đ", "D", "đ", "d", " ", "", "\u00a0", "", "–", "-").Replace(s))
}

// hasNo says whether a number stands in a text on its own: 4-QĐ/TW does not stand in 294-QĐ/TW.
func hasNo(text, no string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], no)
		if i < 0 {
			return false
		}
		if i += from; i == 0 || text[i-1] < '0' || text[i-1] > '9' {
			return true
		}
		from = i + len(no)
	}
}

// namesDay says whether a text has a day in one of the ways people write it.
func namesDay(text string, d day.Date) bool {
	t := strings.NewReplacer("-", "/", ".", "/", " ", "").Replace(text)
	y, m, n := d.VN()[6:], strings.TrimPrefix(d.VN()[3:5], "0"), strings.TrimPrefix(d.VN()[:2], "0")
	return slices.ContainsFunc([]string{d.VN(), n + "/" + m + "/" + y, "ngày" + n + "tháng" + m + "năm" + y, "ngày" + d.VN()[:2] + "tháng" + d.VN()[3:5] + "năm" + y},
		func(s string) bool { return strings.Contains(t, s) })
}
