package markup_test

import (
	"html/template"
	"strings"
	"testing"

	"ketnap/internal/markup"
)

const nasty = `</td><script>alert(1)</script>" onload="x' & Nguyễn`

// TestRow: what a Pen writes is what html/template writes, whatever the texts.
func TestRow(t *testing.T) {
	tmpl := template.Must(template.New("").Parse(`<tr role="row"><th scope="row" role="rowheader"><a href="{{.Href}}">{{.Text}}</a></th>` +
		`<td role="cell" class="nowrap" data-label="{{.Text}}">{{.Text}}</td><td role="cell"></td></tr>`))
	for _, text := range []string{"Nguyễn Thị Lan", "1.020", nasty, "<b>", "a & b"} {
		head := markup.Cell{Text: text, Href: "/nguoi/2xb?u=1&q=lan"}
		var want strings.Builder
		if err := tmpl.Execute(&want, head); err != nil {
			t.Fatal(err)
		}
		var p markup.Pen
		p.Row(head, []markup.Cell{{Text: text, Label: text, Class: "nowrap"}, {Label: "no text, no label"}})
		if got := p.Done().String(); got != want.String() {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want.String())
		}
	}
}

func TestCells(t *testing.T) {
	for _, c := range []struct {
		in   markup.Cell
		want string
	}{
		{markup.Cell{Text: "1.020", Class: "num", Href: "/nguoi?stage=pool&u=x"}, `<td class="num"><a href="/nguoi?stage=pool&amp;u=x">1.020</a></td>`},
		{markup.Cell{Text: "—"}, `<td>—</td>`},
		{markup.Cell{Text: "<b>", Href: `/"onclick=`}, `<td><a href="/&#34;onclick=">&lt;b&gt;</a></td>`},
		{markup.Cell{Text: "1", Href: "javascript:alert(1)"}, `<td>1</td>`},
	} {
		if got := markup.Cells(c.in).String(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestOption(t *testing.T) {
	var p markup.Pen
	p.Option("Tất cả", "", true)
	p.Option("Nữ & nam", `"2"`, false)
	if got, want := p.Done().String(), `<option value selected>Tất cả</option><option value="&#34;2&#34;">Nữ &amp; nam</option>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHrefStaysWithin(t *testing.T) {
	for href, want := range map[string]bool{"/people?x=1": true, "?page=2": true, "#a": true, "/": true, "": false, "//evil": false, "/\\evil": false, "javascript:x": false, "https://a": false, "data:x": false} {
		var p markup.Pen
		p.Open("a", markup.A("href", href))
		if got := strings.Contains(p.Done().String(), "href"); got != want {
			t.Errorf("%q stands: %v", href, got)
		}
	}
}
