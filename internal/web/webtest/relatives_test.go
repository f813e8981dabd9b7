package webtest_test

import (
	"strconv"
	"strings"
	"testing"
)

// TestPapersOfEachRelative: each relative who is asked about has papers of their own, and each downloads, one right after the other.
func TestPapersOfEachRelative(t *testing.T) {
	e := newExits(t)
	l := e.upto("Vi Thị Thân", "introduce")
	for i, who := range [][2]string{{"Vi Văn Cha", "bố"}, {"Lò Thị Mẹ", "mẹ"}, {"Vi Văn Anh", "anh"}} {
		e.cell.unseen(l.person+"/ho-so/ghi?step=ask", "relative", who[0], "relation", who[1], "place", "Đảng ủy xã Tư", "no", strconv.Itoa(9+i)+"-CV/ĐU", "on", "15/09/2024")
	}
	e.cell.visit(l.person + "/bieu-mau")
	codes := eval[[]string](e.cell, `[...new Set([...document.querySelectorAll('main tr:has(.badge.ok) button[name=code]')].map(x => x.value))]`)
	several := 0
	for _, code := range codes {
		if !strings.Contains(code, ".") {
			continue
		}
		several++
		l.letter(code, e.cell.download(`main button[name=code][value="`+code+`"]`))
	}
	if several != 6 {
		t.Errorf("two papers of each of three relatives are not there: %v", codes)
	}
	e.end()
}
