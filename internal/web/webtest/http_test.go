package webtest_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// visitor is somebody with a browser that runs no scripts.
type visitor struct {
	t      testing.TB
	d      *demo
	client *http.Client
}

var (
	sessionsMu sync.Mutex
	sessions   = map[string]session{}
)

// session is shared by visits of one login.
type session struct {
	jar   http.CookieJar
	began time.Time
}

// visit returns a visitor signed in as login; "" is nobody. Signing in costs a second of password hashing, so sessions are
// shared, but not for long: that of an administrator ends after a quarter of an hour without a request, and a slow run lasts longer.
func visit(t testing.TB, login string) *visitor {
	t.Helper()
	d := served(t)
	sessionsMu.Lock()
	defer sessionsMu.Unlock()
	shared, ok := sessions[login]
	ok = ok && time.Since(shared.began) < 5*time.Minute
	if !ok {
		jar, _ := cookiejar.New(nil) // no options, no error
		shared = session{jar, time.Now()}
	}
	v := &visitor{t, d, &http.Client{Jar: shared.jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if login == "" || ok {
		return v
	}
	status, to, _ := v.post("/dang-nhap", url.Values{"login": {login}, "password": {d.passwords[login]}})
	if status != http.StatusSeeOther {
		t.Fatalf("signing in as %s: %d to %q", login, status, to)
	}
	sessions[login] = shared
	return v
}

// again is v for a subtest.
func (v *visitor) again(t testing.TB) *visitor { return &visitor{t, v.d, v.client} }

// ask sends a request and returns the answer.
func (v *visitor) ask(method, path string, form url.Values) (*http.Response, string) {
	v.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = v.d.url + path
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, string(text)
}

func (v *visitor) post(path string, form url.Values) (status int, to, body string) {
	v.t.Helper()
	answer, body := v.ask(http.MethodPost, path, form)
	return answer.StatusCode, answer.Header.Get("Location"), body
}

// get follows redirects and returns the page; another status than 200 ends the test.
func (v *visitor) get(path string) *page {
	v.t.Helper()
	for range 5 {
		answer, body := v.ask(http.MethodGet, path, nil)
		if answer.StatusCode == http.StatusSeeOther {
			path = answer.Header.Get("Location")
			continue
		}
		if answer.StatusCode != http.StatusOK {
			v.t.Fatalf("GET %s: %s\n%s", path, answer.Status, v.d.log.String())
		}
		return parse(v.t, path, body)
	}
	v.t.Fatalf("GET %s: redirects without end", path)
	return nil
}

// page is a parsed answer.
type page struct {
	path string
	body string
	root *html.Node
}

func parse(t testing.TB, path, body string) *page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return &page{path, body, root}
}

// node is an element with what tests ask of it.
type node struct{ *html.Node }

// attr is the value of an attribute, "" when there is none.
func (n node) attr(name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// has reports whether a class is set.
func (n node) has(class string) bool {
	for c := range strings.FieldsSeq(n.attr("class")) {
		if c == class {
			return true
		}
	}
	return false
}

// text is the text below the element, spaces joined.
func (n node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// all are the elements below n for which f is true, in document order.
func (n node) all(f func(node) bool) []node {
	var found []node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && f(node{d}) {
			found = append(found, node{d})
		}
	}
	return found
}

// tags are the elements of a name below n.
func (n node) tags(name string) []node { return n.all(func(x node) bool { return x.Data == name }) }

// main is the part of the page inside the frame.
func (p *page) main() node {
	for _, m := range (node{p.root}).tags("main") {
		return m
	}
	return node{p.root}
}

var onlyNumber = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{3})*$|^[0-9]+$`)

// number reads "1.020"; ok is false for anything else.
func number(s string) (n int64, ok bool) {
	if !onlyNumber.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ".", ""), 10, 64)
	return n, err == nil
}

// figure is a number on a page that leads somewhere.
type figure struct {
	n    int64
	href string
}

// figures are the numbers of a page that are links to lists of people or movements.
func (p *page) figures() []figure {
	var list []figure
	seen := map[figure]bool{}
	for _, a := range p.main().tags("a") {
		n, ok := number(a.text())
		href := a.attr("href")
		f := figure{n, href}
		if ok && (strings.HasPrefix(href, "/nguoi?") || strings.HasPrefix(href, "/bien-dong?")) && !seen[f] {
			seen[f] = true
			list = append(list, f)
		}
	}
	return list
}

// rows counts the rows of a list over all its pages, 200 at a time, and reads the total printed on the first. Pages must not
// repeat a row.
func (v *visitor) rows(href string) (counted, printed int64) {
	v.t.Helper()
	printed = -1
	seen := map[string]bool{}
	at, err := url.Parse(href)
	if err != nil {
		v.t.Fatal(err)
	}
	q := at.Query()
	q.Set("n", "200")
	at.RawQuery = q.Encode()
	for next := at.String(); next != ""; {
		p := v.get(next)
		next = ""
		if len(p.main().all(func(x node) bool { return x.has("empty") })) > 0 {
			printed = max(printed, 0)
		}
		for _, foot := range p.main().all(func(x node) bool { return x.has("pager") }) {
			for _, total := range foot.all(func(x node) bool { return x.has("pager-count") }) {
				for _, q := range total.all(func(x node) bool { return x.has("quiet") }) {
					if n, ok := number(strings.Trim(digits.FindString(q.text()), ".")); ok && printed < 0 {
						printed = n
					}
				}
			}
			for _, a := range foot.tags("a") {
				if a.attr("rel") == "next" {
					next = a.attr("href")
				}
			}
		}
		for _, row := range p.listRows() {
			if key := row.text() + firstHref(row); seen[key] {
				v.t.Errorf("%s repeats the row %q", p.path, row.text())
			} else {
				seen[key] = true
			}
			counted++
		}
	}
	return counted, printed
}

var digits = regexp.MustCompile(`[0-9][0-9.]*`)

func firstHref(n node) string {
	for _, a := range n.tags("a") {
		return a.attr("href")
	}
	return ""
}

// listRows are the body rows of the tables of a list page that hold a link.
func (p *page) listRows() []node {
	var rows []node
	for _, body := range p.main().tags("tbody") {
		for _, tr := range body.tags("tr") {
			if len(tr.tags("a")) > 0 {
				rows = append(rows, tr)
			}
		}
	}
	return rows
}
