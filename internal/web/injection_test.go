package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ketnap/internal/access"
	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/id"
)

// injected are texts that mean something to what stands behind the pages: SQL, LIKE, CEL, headers, templates, markup, addresses, sheets, paths.
var injected = []string{
	`' OR '1'='1' --`, `'); DROP TABLE person; --`, `1) UNION SELECT name, name, name FROM person --`, `%`, `_%' ESCAPE '\`, `name:* OR "*" NEAR(`,
	`true || person.birth > 0`, `size([1,2,3].map(x, [1,2,3].map(y, x*y))) > 0`, "x\r\nX-Kn: 1\r\nSet-Cookie: kn=1\r\n\r\n<kn>", `{{printf "kn%d" 49}}${7*7}<%= 7*7 %>`,
	`"'><kn onkn=1></textarea></script><script>kn()</script>`, `" onkn="kn()`, `' onkn='kn()`, `javascript:kn()`, `//kn.example/x`, `https://kn.example/`, `/\kn.example`,
	`=HYPERLINK("http://kn.example";"x")`, `../../../../etc/passwd`, "a\x00b", "\xff\xfe\xfa", `9223372036854775808`, `-1`, strings.Repeat("ắ", 600), `1e309`, `%s%n%d`,
	"\u202egnp.exe", `[]`, `{"$ne":null}`, `0x1F`, `31/02/2026`, `NaN`,
}

// echoed are the marks of a text that reached the page as markup, an address or the text of a template.
var echoed = []string{`<kn`, `<script>kn`, `" onkn`, `' onkn=`, `href="javascript:kn`, `action="javascript:kn`, `href="//kn.example`, `href="https://kn.example`, `kn49`}

// injector sends the texts as everything that can be sent, to the program or to one with a planted fault.
type injector struct {
	desk
	h       http.Handler
	user    id.ID
	objects []struct{ under, id string } // what {id} is, by the beginning of the route
	secret  string                       // of the commune next door
	names   []string                     // of every parameter the pages read
	session string
	next    int
	tried   int
	faults  []string
}

var parameter = regexp.MustCompile(`(?:FormValue|Get|Field|fullDay|text|number|date)\("([a-z_]+)"`)

func newInjector(t *testing.T) *injector {
	d, persons := matrixDesk(t)
	in := &injector{desk: d, h: d.app, user: d.user("hoa", access.Admin, d.communes[0])}
	who := access.System("test")
	in.secret = nextDoor(t, d, 3).secret
	class, err := d.app.Courses.Create(t.Context(), who, courses.Form{Lang: "vi", Class: course.Class{Unit: d.communes[0].ID, Kind: course.Awareness, Name: "Lớp 1", Issuer: "TTCT", Begins: day.Of(2026, 3, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := d.app.Documents.Add(t.Context(), who, documents.Form{Document: document.Document{Unit: d.communes[0].ID, Kind: document.Plan, Level: document.Provincial, Number: "1-KH/ĐU", Issuer: "Đảng ủy",
		Title: "Kế hoạch", Dated: day.Of(2026, 1, 5)}, Text: article})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []struct {
		under string
		id    id.ID
	}{{"/nguoi/", persons["cell"]}, {"/lop/", class}, {"/van-ban/", doc}, {"/quan-tri/", d.user("khac", access.Clerk, d.communes[0])}, {"/", d.communes[0].ID}} {
		in.objects = append(in.objects, struct{ under, id string }{o.under, o.id.String()})
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range parameter.FindAllStringSubmatch(string(text), -1) {
			in.names = append(in.names, found[1])
		}
	}
	slices.Sort(in.names)
	in.names = slices.Compact(in.names)
	return in
}

// Where a refusal is written down: a wrong guess is counted, a page that is shown again with the record of a person is a look at it.
var recorded = regexp.MustCompile(`^/(dang-nhap|tai-khoan|du-lieu/luu-tru|nguoi/[^/]+/(du-lieu|yeu-cau|tai-khoan|dong-y)$)`)

// hashes are the pages that check a password, which is dear on purpose.
var hashes = map[string]bool{"/dang-nhap": true, "/tai-khoan": true, "/xac-nhan": true}

// text is the next of the injected ones: over the rounds every parameter gets each.
func (in *injector) text() string {
	in.next++
	return injected[in.next%len(injected)]
}

// path is the address of a route about an object of one's own.
func (in *injector) path(path string) string {
	for _, o := range in.objects {
		if strings.HasPrefix(path, o.under) {
			path = strings.Replace(path, "{id}", o.id, 1)
		}
	}
	return strings.NewReplacer("{$}", "", "{kind}", "members", "{code}", "2-knd", "{ref}", "qd208@1").Replace(path)
}

// all sends a text in every parameter at once, with a unit that is one's own and without.
func (in *injector) all(patterns []string, rounds int) {
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		start := in.next
		for round := range rounds {
			in.next = start + round // another text for each name in each round
			if hashes[path] && round >= 2 {
				break
			}
			form := url.Values{}
			for _, name := range in.names {
				form.Set(name, in.text())
			}
			if round%3 != 0 {
				form.Set("u", in.communes[0].ID.String())
			}
			at := in.path(path)
			if round%3 == 1 {
				for strings.Contains(at, "{") {
					from, to := strings.Index(at, "{"), strings.Index(at, "}")
					at = at[:from] + url.PathEscape(in.text()) + at[to+1:]
				}
			}
			in.send(method, at, form)
		}
	}
}

// forms sends every form of the pages with one field changed, so that what stands behind the first check is reached too.
func (in *injector) forms(pages []string, each int) {
	b := in.as(in.user)
	sent := map[string]bool{}
	for _, pattern := range pages {
		_, path, found := strings.Cut(pattern, "GET ")
		if !found || needs[pattern].who == program || strings.HasPrefix(path, "/moi") {
			continue
		}
		at := in.path(path)
		page := b.get(at + "?u=" + in.communes[0].ID.String()).page
		for _, f := range nodes(in.t, page, "form", "", "") {
			to := attrOf(f, "action")
			if to == "" {
				to = at
			}
			method := strings.ToUpper(attrOf(f, "method"))
			if method == "" {
				method = http.MethodGet
			}
			to, _, _ = strings.Cut(to, "?")
			if sent[method+to] || !strings.HasPrefix(to, "/") || to == "/dang-xuat" {
				continue
			}
			sent[method+to] = true
			filled := filledIn(f)
			for name := range filled {
				for range each {
					if hashes[to] && name != "login" && name != "password" {
						continue
					}
					form := url.Values{}
					for n, v := range filled {
						form[n] = slices.Clone(v)
					}
					form.Set(name, in.text())
					in.send(method, to, form)
				}
			}
		}
	}
}

// filledIn is a form as it stands on the page, with something in fields that are empty.
func filledIn(f *html.Node) url.Values {
	v := url.Values{}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if name := attrOf(n, "name"); n.Type == html.ElementNode && name != "" {
			v.Set(name, attrOf(n, "value"))
			for o := n.FirstChild; o != nil && n.Data == "select"; o = o.NextSibling {
				if value := attrOf(o, "value"); value != "" && v.Get(name) == "" {
					v.Set(name, value)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(f)
	return v
}

// send asks and looks at the answer.
func (in *injector) send(method, path string, form url.Values) {
	in.tried++
	target, body := path, ""
	if method == http.MethodGet {
		target += "?" + form.Encode()
	} else {
		body = form.Encode()
	}
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	u, err := url.Parse(target)
	if err != nil {
		in.t.Fatal(err)
	}
	r.URL, r.RequestURI = u, target
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, name := range []string{"User-Agent", "Referer", "Accept-Language", "HX-Current-URL", "HX-Trigger", "X-Forwarded-For"} {
		r.Header.Set(name, strings.Map(func(c rune) rune { return max(c, ' ') }, in.text()))
	}
	if in.session == "" {
		in.session = in.as(in.user).cookies[in.app.sessionCookie()]
	}
	r.AddCookie(&http.Cookie{Name: in.app.sessionCookie(), Value: in.session})
	before := in.entries()
	rec := serve(in.h, r)
	page := rec.Body.String()
	if strings.HasPrefix(rec.Header().Get("Location"), "/dang-nhap") || path == "/dang-xuat" {
		in.session = "" // one of the acts ended it
	}
	fault := func(what string, more ...any) {
		in.faults = append(in.faults, fmt.Sprintf("%s %s: %d %s %v", method, path, rec.Code, what, more))
	}
	if rec.Code >= http.StatusInternalServerError {
		fault("fails")
	}
	if strings.Contains(page, in.secret) {
		fault("shows somebody of the commune next door")
	}
	isPage := !strings.HasPrefix(rec.Header().Get("Content-Type"), "application/")
	for _, mark := range echoed {
		if isPage && strings.Contains(page, mark) {
			fault("echoes", mark, around(page, mark))
		}
	}
	if strings.Contains(page, "⟦") {
		fault("took a code that there is not", around(page, "⟦"))
	}
	for name, values := range rec.Header() {
		if name == "X-Kn" || strings.Contains(strings.Join(values, ""), "\n") || name == "Location" && strings.Contains(strings.Split(values[0], "?")[0], "kn") {
			fault("sends the header", name, values)
		}
	}
	for _, c := range rec.Result().Cookies() {
		if c.Name == "kn" {
			fault("sets a cookie")
		}
	}
	if rec.Code >= 400 && in.entries() != before && !recorded.MatchString(path) {
		fault("is refused and yet something was written")
	}
}

// entries is how many changes the trail holds.
func (in *injector) entries() (n int64) {
	hs, err := in.st.Heads(in.t.Context())
	if err != nil {
		in.t.Fatal(err)
	}
	for _, h := range hs {
		n += h.Seq
	}
	return n
}

// TestInjection: no text is taken for anything but a text.
func TestInjection(t *testing.T) {
	in := newInjector(t)
	in.all(in.app.served, 6)
	in.forms(in.app.served, 2)
	t.Logf("%d texts of %d kinds in %d parameters tried, %d accepted", in.tried, len(injected), len(in.names), len(in.faults))
	for n, f := range in.faults {
		if n < 30 {
			t.Error(f)
		}
	}
	if in.tried < 2000 {
		t.Errorf("only %d tried", in.tried)
	}
	in.planted()
}

// planted puts the program behind one that does one thing wrong, and wants each seen.
func (in *injector) planted() {
	in.t.Helper()
	seen := 0
	for name, wrong := range map[string]func(w http.ResponseWriter, r *http.Request, text string){
		"a text on the page as it came": func(w http.ResponseWriter, _ *http.Request, text string) { fmt.Fprint(w, text) },
		"only pointed brackets are escaped": func(w http.ResponseWriter, _ *http.Request, text string) {
			fmt.Fprint(w, strings.ReplaceAll(text, "<", "&lt;"))
		},
		"an address is linked as it came": func(w http.ResponseWriter, _ *http.Request, text string) {
			fmt.Fprintf(w, `<a href="%s">`, html.EscapeString(text))
		},
		"a quotation mark fails": func(w http.ResponseWriter, _ *http.Request, text string) {
			http.Error(w, "", 400+100*min(1, strings.Count(text, "'")))
		},
		"a text is a condition": func(w http.ResponseWriter, _ *http.Request, text string) { fmt.Fprint(w, in.rows(text)) },
		"a text is a template":  func(w http.ResponseWriter, _ *http.Request, text string) { _ = execute(w, text) },
		"a text in a header":    func(w http.ResponseWriter, _ *http.Request, text string) { w.Header().Set("Content-Disposition", text) },
		"back to where the address says": func(w http.ResponseWriter, r *http.Request, text string) {
			w.Header().Set("Location", text)
			w.WriteHeader(http.StatusSeeOther)
		},
		"written and then refused": func(w http.ResponseWriter, _ *http.Request, _ string) {
			in.as(in.user)
			w.WriteHeader(http.StatusUnprocessableEntity)
		},
	} {
		in.h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wrong(w, r, r.FormValue("q")) })
		in.faults = nil
		in.all([]string{"GET /nguoi"}, len(injected))
		if len(in.faults) == 0 {
			in.t.Errorf("planted: %s: not found", name)
		} else {
			seen++
		}
	}
	in.t.Logf("%d planted faults found", seen)
}

// rows is what a list would show whose condition a text could change.
func (in *injector) rows(text string) string {
	if strings.Contains(text, "' OR '1'='1") {
		return in.secret
	}
	return ""
}

// execute takes a text for a template.
func execute(w http.ResponseWriter, text string) error {
	t, err := template.New("").Parse(text)
	if err != nil {
		return err
	}
	return t.Execute(w, nil)
}
