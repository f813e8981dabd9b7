package chart_test

import (
	"testing"

	"ketnap/internal/chart"
)

func TestCells(t *testing.T) {
	for _, c := range []struct {
		in   chart.Count
		want string
	}{
		{chart.Count{Text: "1.020", Href: "/nguoi?stage=pool&u=x"}, `<td class="num"><a href="/nguoi?stage=pool&amp;u=x">1.020</a></td>`},
		{chart.Count{Text: "—"}, `<td class="num">—</td>`},
		{chart.Count{Text: "<b>", Href: `/"onclick=`}, `<td class="num"><a href="/&#34;onclick=">&lt;b&gt;</a></td>`},
		{chart.Count{Text: "1", Href: "javascript:alert(1)"}, `<td class="num">1</td>`},
	} {
		if got := chart.Cells(c.in).String(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.in, got, c.want)
		}
	}
}
