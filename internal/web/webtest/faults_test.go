package webtest_test

import (
	"encoding/base64"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// A suite that cannot fail proves nothing: bad pages must be caught by the checks the good ones pass.
func TestChecksCatchBadPages(t *testing.T) {
	for _, p := range []struct {
		name, body string
		axe        string // a rule that must complain, "" when axe has no part in it
		over, says bool
	}{
		{name: "a picture without words", body: `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`, axe: "image-alt"},
		{name: "a field without a label", body: `<input type="text">`, axe: "label"},
		{name: "pale letters", body: `<p style="color:#bbb;background:#fff">Số liệu đến hôm nay</p>`, axe: "color-contrast"},
		{name: "no language", body: `<p>x</p>`, axe: "html-has-lang"},
		{name: "a button that is too small", body: `<button style="width:9px;height:9px;padding:0;border:0">x</button><button style="width:9px;height:9px;padding:0;border:0">y</button>`, axe: "target-size"},
		{name: "a wide table", body: `<table><tr><td style="min-width:700px">x</td></tr></table>`, over: true},
		{name: "a script error", body: `<script>undefined.x()</script>`, says: true},
		{name: "a missing picture", body: `<img alt="x" src="http://127.0.0.1:1/none.png">`, says: true},
	} {
		t.Run(p.name, func(t *testing.T) {
			lang := ` lang="vi"`
			if p.axe == "html-has-lang" {
				lang = ""
			}
			text := `<!doctype html><html` + lang + `><head><meta name="viewport" content="width=device-width"><title>Trang xấu</title></head><body><main><h1>Trang</h1>` + p.body + `</main></body></html>`
			b := open(t, "")
			b.width(narrow)
			b.do(chromedp.Navigate("data:text/html;charset=utf-8;base64," + base64.StdEncoding.EncodeToString([]byte(text))))
			if over := b.overflow(); p.over != (len(over) > 0) {
				t.Errorf("overflow: %v", over)
			}
			found := b.axe()
			if p.axe != "" && !slices.ContainsFunc(found, func(v violation) bool { return v.ID == p.axe }) {
				t.Errorf("axe does not catch %s: %v", p.axe, found)
			}
			if says := b.complaints(); p.says != (len(says) > 0) {
				t.Errorf("the browser says: %v", says)
			}
		})
	}
}
