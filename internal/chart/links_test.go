package chart

import (
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	if !(Links{Name: "20-NQ/TU"}).SVG().Empty() {
		t.Error("a paper that stands alone is drawn")
	}
	l := Links{Title: "Quan hệ", Name: "20-NQ/TU", Way: "cách", Other: "văn bản", Edges: []Edge{
		{Label: "căn cứ", Name: "21-NQ/TW", Href: "/van-ban/a", Out: true}, {Label: "triển khai", Name: "5-KH/HU <b>", Href: "//example.org"}}}
	svg := l.SVG().String()
	for _, want := range []string{`href="/van-ban/a"`, "21-NQ/TW", "căn cứ", "5-KH/HU &lt;b&gt;", `role="group"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in %s", want, svg)
		}
	}
	if strings.Contains(svg, "example.org") {
		t.Error("a link leads out of the site")
	}
	if strings.Index(svg, "21-NQ/TW") > strings.Index(svg, ">20-NQ/TU</text>") || strings.Index(svg, "5-KH/HU") < strings.Index(svg, ">20-NQ/TU</text>") {
		t.Error("what the paper rests on stands above it, what rests on it below")
	}
	if tb := l.Table(); len(tb.Rows) != 2 || tb.Rows[0][1] != "→ căn cứ" || tb.Rows[1][1] != "← triển khai" {
		t.Errorf("%v", tb.Rows)
	}
	if got := shorten(strings.Repeat("ữ", 50), 46); len([]rune(got)) != 46 || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
}
