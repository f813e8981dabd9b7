package webtest_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// breakouts leave the place a text stands at, vectors run something there.
var (
	breakouts = []string{``, `"`, `'`, `">`, `'>`, `</textarea>`, `</title></head>`, `</script>`, `-->`, `</option></select>`}
	vectors   = []string{`<script>kn=1</script>`, `<img src=x onerror=kn=1>`, `<svg onload=kn=1>`, `<kn-x>`, ` onfocus=kn=1 autofocus x=`, ` onmouseover="kn=1`, `<iframe srcdoc="<script>parent.kn=1</script>">`,
		`<a href=javascript:kn=1>`, `<math><mtext><script>kn=1</script>`, `<details open ontoggle=kn=1>`, `<object data=javascript:kn=1>`, `<form action=javascript:kn=1>`, `<base href=//kn.example>`,
		`<meta http-equiv=refresh content="9;url=javascript:kn=1">`, `<embed src=javascript:kn=1>`, `<ScRiPt>kn=1</sCrIpT>`, `<svg><animate onbegin=kn=1>`, `<body onload=kn=1>`, `&lt;script&gt;kn=1&lt;/script&gt;`,
		`\u003cscript\u003ekn=1\u003c/script\u003e`}
)

// scripts are all of them, some in one text: each text begins another way.
func scripts() (texts []string, n int) {
	const some = 25
	var all []string
	for _, v := range vectors {
		for _, b := range breakouts {
			all = append(all, b+v)
		}
	}
	for chunk := range slices.Chunk(all, some) {
		texts = append(texts, strings.Join(chunk, " "))
	}
	return texts, len(all)
}

// written are pages with forms whose fields come back as they were typed, in a search or beside what is wrong with them.
var written = []struct{ login, path string }{
	{"canbo", "/nguoi/them?u={cell}"}, {"canbo", "/nguoi/{person}/sua"}, {"canbo", "/nguoi?u={commune}"}, {"canbo", "/lop/moi?u={commune}"}, {"capuy", "/van-ban/them?u={commune}"}, {"quantri", "/chi-so?u={commune}"},
	{"canbo", "{movement}"}, {"canbo", "/nguoi/{person}/ho-so/ghi?step=cell_vote"}, {"quantri", "/nhat-ky"}, {"canbo", "/quy-tac/thu"}, {"quantri", "/to-chuc"}, {"quantri", "/quan-tri"}, {"quantri", "{account}"}, {"canbo", "/viec?u={commune}"},
	{"canbo", "/ban-giao/moi?nguoi={person}"}, {"quantri", "/du-lieu/su-co"}, {"canbo", "/nguon?u={commune}"},
}

// isText reports whether somebody types words into a field.
func isText(n node) bool {
	return n.Data == "textarea" || n.Data == "input" && slices.Contains([]string{"", "text", "search", "tel", "email", "date", "number", "url"}, n.attr("type"))
}

// harmless opens a page in a tab that no policy protects and says what of a text became more than a text.
const harmless = `(async html => {
	window.kn = 0; document.open(); document.write(html); document.close();
	await new Promise(r => setTimeout(r));
	const bad = window.kn ? ['ran'] : [];
	for (const e of document.querySelectorAll('*')) {
		if (['kn-x', 'iframe', 'object', 'embed', 'base', 'math', 'animate'].includes(e.localName)) bad.push(e.localName);
		if (e.localName === 'script' && !e.src && /kn=1/.test(e.textContent)) bad.push('script');
		for (const a of e.attributes) if (/^on/.test(a.name) || /^\s*javascript:/i.test(a.value)) bad.push(e.localName + ' ' + a.name);
	}
	return bad.slice(0, 5).join(', ');
})`

// rendered returns what a page does with a text that was typed.
func (b *tab) rendered(page string) string {
	b.t.Helper()
	text, err := json.Marshal(page)
	if err != nil {
		b.t.Fatal(err)
	}
	return eval[string](b, harmless+`(`+string(text)+`)`)
}

// TestScripts: what is typed into a text field stays a text when a browser shows it again, also where no policy would stop it.
func TestScripts(t *testing.T) {
	b := blank(t, served(t))
	b.do(chromedp.Navigate("about:blank"))
	texts, n := scripts()
	fields, accepted, planted := 0, 0, ""
	for _, w := range written {
		v := visit(t, w.login)
		path := placed(t, w.path)
		for _, f := range (node{v.get(path).root}).all(func(n node) bool { return n.Data == "form" }) {
			form, typed := url.Values{}, []string{}
			for _, n := range f.all(func(n node) bool { return n.Data == "input" || n.Data == "textarea" || n.Data == "select" }) {
				if name := n.attr("name"); name != "" {
					if form.Set(name, n.attr("value")); isText(n) {
						typed = append(typed, name)
					}
				}
			}
			method, to := strings.ToUpper(f.attr("method")), f.attr("action")
			if to, _, _ = strings.Cut(to, "#"); len(typed) == 0 {
				continue
			}
			back := 0
			for _, text := range texts {
				for _, name := range typed {
					form.Set(name, text)
				}
				var page string
				if method == http.MethodPost {
					status, _, body := v.post(to, form)
					if status < 400 {
						t.Errorf("%s as %s: %d; a form that takes these texts has no place here", to, w.login, status)
						break
					}
					page = body
				} else {
					_, page = v.ask(http.MethodGet, to+"?"+form.Encode(), nil)
				}
				if back += strings.Count(page, "kn=1"); planted == "" && method == http.MethodPost {
					planted = page // with the first of the texts
				}
				if did := b.rendered(page); did != "" {
					accepted++
					t.Errorf("%s %s: %s", method, to, did)
				}
			}
			if back > 0 {
				fields += len(typed)
			}
			t.Logf("%s %s: %d fields, %d times shown again", method, to, len(typed), back)
		}
	}
	t.Logf("%d scripts in each of %d text fields tried, %d accepted", n, fields, accepted)
	if n < 200 || fields < 100 {
		t.Errorf("only %d in %d fields", n, fields)
	}
	for name, bent := range map[string]string{
		"nothing is escaped":             html.UnescapeString(planted),
		"brackets are not escaped":       strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(planted),
		"quotation marks are not":        strings.ReplaceAll(planted, "&#34;", `"`),
		"only the word script is sought": strings.NewReplacer("&lt;img", "<img", "&gt;", ">").Replace(planted),
		"a text is an address":           planted + `<a href="javascript:kn=1">x</a>`,
	} {
		if b.rendered(bent) == "" {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
