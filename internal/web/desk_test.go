package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/documents"
	"ketnap/internal/dossiers"
	"ketnap/internal/forms"
	"ketnap/internal/geo"
	"ketnap/internal/handovers"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/periods"
	"ketnap/internal/pool"
	"ketnap/internal/reports"
	"ketnap/internal/rules"
	"ketnap/internal/scans"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subjects"
	"ketnap/internal/targets"
	"ketnap/internal/trails"
	"ketnap/internal/transfer"
	"ketnap/internal/units"
	"ketnap/internal/users"
)

const deskPassword = "mật khẩu đủ dài"

// deskHash is that of deskPassword, made once: it is dear on purpose.
var deskHash = sync.OnceValues(func() (string, error) { return seal.HashPassword(context.Background(), deskPassword) })

// desk is the program's pages on a small province with real places: the root, two communes on the map,
// two cells in each.
type desk struct {
	t        *testing.T
	app      *App
	st       *store.Store
	now      *time.Time
	root     org.Unit
	communes [2]org.Unit
	cells    [2][2]org.Unit
}

func newDesk(t *testing.T, c Config) desk {
	t.Helper()
	now := storetest.Now()
	d := deskOn(t, c, storetest.Open(t, t.TempDir()+"/test.db", 0, storetest.Options{Now: func() time.Time { return now }}))
	d.now = &now
	d.policy(users.Simple)
	d.write(func(tx *store.Tx) error {
		add := func(parent org.Unit, kind org.Kind, name, place string) (org.Unit, error) {
			u := org.Unit{ID: tx.NewID(38), Kind: kind, Name: name, Short: name, Sector: 1, Location: place, Founded: day.Of(2010, 1, 1)}.Place(parent)
			return u, tx.AddUnit(u)
		}
		var err error
		if d.root, err = add(org.Unit{}, org.Province, "Đảng bộ tỉnh Thử", "38"); err != nil {
			return err
		}
		for i, place := range geo.Communes("38")[:2] {
			if d.communes[i], err = add(d.root, org.Upper, "Đảng bộ "+place.Name, place.Code); err != nil {
				return err
			}
			for j := range d.cells[i] {
				if d.cells[i][j], err = add(d.communes[i], org.Cell, "Chi bộ "+string(rune('A'+2*i+j)), place.Code); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return d
}

// deskOn is the program on a store.
func deskOn(t *testing.T, c Config, st *store.Store) desk {
	t.Helper()
	d := desk{t: t, st: st}
	c.Log, c.Version = slog.New(slog.DiscardHandler), "0.1"
	var err error
	imports := transfer.New(d.st, nil)
	t.Cleanup(imports.Close)
	accounts := users.New(d.st)
	d.app, err = NewApp(c, Services{Approvals: approvals.New(d.st, accounts.Deeds(), imports.Deeds(), subjects.New(d.st).Deeds(), periods.New(d.st).Deeds()), Users: accounts, Trails: trails.New(d.st), Reports: reports.New(d.st), People: people.New(d.st), Movements: movements.New(d.st),
		Dossiers: dossiers.New(d.st), Scans: scans.New(d.st), Pool: pool.New(d.st), Courses: courses.New(d.st), Handovers: handovers.New(d.st), Subjects: subjects.New(d.st), Periods: periods.New(d.st), Targets: targets.New(d.st),
		Documents: documents.New(d.st), Units: units.New(d.st), Transfer: imports, Deadlines: deadlines.New(d.st), Forms: forms.New(d.st), Rules: rules.New(d.st)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// policy sets how strictly people sign in. Most tests are about something else, and a password is enough there.
func (d desk) policy(p users.Policy) {
	d.t.Helper()
	if err := d.app.Users.SetPolicy(context.Background(), access.System("test"), p); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) write(f func(*store.Tx) error) {
	d.t.Helper()
	if err := d.st.Update(context.Background(), storetest.Entry(38), f); err != nil {
		d.t.Fatal(err)
	}
}

// user stores an account with a role at a unit.
func (d desk) user(login string, role access.Role, u org.Unit) id.ID {
	d.t.Helper()
	hash, err := deskHash()
	if err != nil {
		d.t.Fatal(err)
	}
	i := d.st.NewID(u.Province())
	d.write(func(tx *store.Tx) error {
		if err := tx.AddUser(store.User{ID: i, Login: login, Name: "Đồng chí " + login, Password: hash, Active: true}); err != nil {
			return err
		}
		return tx.PutGrant(i, access.Grant{Unit: u.ID, Role: role})
	})
	return i
}

// admit brings in somebody and admits them on a day.
func (d desk) admit(u org.Unit, days ...day.Date) {
	d.t.Helper()
	for _, on := range days {
		d.write(func(tx *store.Tx) error {
			p := storetest.NewPerson(tx.NewID(38), "Nguyễn Thị Hoà")
			return tx.Enrol([]store.Enrolment{{Person: p, Movements: []ledger.Movement{
				{To: ledger.Place{Unit: u.ID, Stage: ledger.Probationary}, Cause: ledger.Admit, Effective: on}}}})
		})
	}
}

// goal gives a target of 2026 for admissions.
func (d desk) goal(u org.Unit, text string) {
	d.t.Helper()
	if _, err := targets.New(d.st).Set(context.Background(), access.System("test"), 38, 2026, "1-KH/TU", []targets.Change{{Unit: u.ID, Indicator: "admit", Text: text}}); err != nil {
		d.t.Fatal(err)
	}
}

// browser is somebody with cookies.
type browser struct {
	desk
	cookies map[string]string
	lang    string
	script  bool // asks as htmx does
}

func (d desk) visitor() *browser { return &browser{desk: d, cookies: map[string]string{}, lang: "vi"} }

// as returns the browser of an account, signed in without the dear check of a password.
func (d desk) as(user id.ID) *browser {
	d.t.Helper()
	token, hash := seal.Token()
	d.write(func(tx *store.Tx) error { return tx.AddSession(hash, user) })
	b := d.visitor()
	b.cookies[d.app.sessionCookie()] = token
	return b
}

// english is the same browser in the other language.
func (b *browser) english() *browser { return &browser{desk: b.desk, cookies: b.cookies, lang: "en"} }

// answer is what came back.
type answer struct {
	*http.Response
	page string
}

func (b *browser) get(path string) answer { return b.ask(http.MethodGet, path, nil) }

// post sends a form of pairs.
func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.ask(http.MethodPost, path, form)
}

func (b *browser) ask(method, path string, form url.Values) answer {
	b.t.Helper()
	kind := ""
	if form != nil {
		kind = "application/x-www-form-urlencoded"
	}
	return b.askWith(method, path, strings.NewReader(form.Encode()), kind)
}

// askWith asks with a body of a kind.
func (b *browser) askWith(method, path string, body io.Reader, kind string) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if b.script {
		r.Header.Set("HX-Request", "true")
	}
	r.AddCookie(&http.Cookie{Name: langCookie, Value: b.lang})
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.app.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answer{res, string(text)}
	if strings.Contains(a.page, "⟦") {
		b.t.Errorf("%s %s: a text is missing: %s", method, path, around(a.page, "⟦"))
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && b.lang == "en" {
		b.leftVietnamese(method+" "+path, a.page)
	}
	return a
}

// around returns the part of a page about a word, for messages.
func around(page, word string) string {
	i := strings.Index(page, word)
	return page[max(0, i-60):min(len(page), i+60)]
}

// leftVietnamese reports Vietnamese words of the program on an English page: names of units and people
// are data, everything that stands in the texts is not.
func (b *browser) leftVietnamese(what, page string) {
	b.t.Helper()
	shown := map[string]bool{}
	for _, text := range words(b.t, page) {
		shown[text] = true
	}
	vi, en := i18n.For(i18n.Vi), i18n.For(i18n.En)
	for _, key := range i18n.Keys() {
		if text := vi.T(key); shown[text] && text != en.T(key) && !shown[en.T(key)] {
			b.t.Errorf("%s in English says %q (%s)", what, text, key)
		}
	}
}

// words returns every text of a page, and every attribute that is read out.
func words(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			texts = append(texts, strings.Join(strings.Fields(n.Data), " "))
		}
		for _, a := range n.Attr {
			if a.Key == "aria-label" || a.Key == "title" || a.Key == "placeholder" {
				texts = append(texts, a.Val)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return texts
}

// nodes returns the elements of a page with a tag and, when name is not empty, an attribute name="value".
func nodes(t *testing.T, page, tag, attr, value string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == tag && (attr == "" || attrOf(n, attr) == value) {
			found = append(found, n)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return found
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// inner returns the text inside an element.
func inner(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(inner(c))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// want fails unless the answer has a status and every text.
func (a answer) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%d, want %d (Location %q)", a.StatusCode, status, a.Header.Get("Location"))
	}
	for _, text := range texts {
		if !strings.Contains(a.page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

// not fails when the answer has one of the texts.
func (a answer) not(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.page, text) {
			t.Errorf("the page says %q: …%s…", text, around(a.page, text))
		}
	}
}
