package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// TestEveryRouteHasItsNeed: a route that is not in the table of needs does not go out, and none stands there that is gone.
func TestEveryRouteHasItsNeed(t *testing.T) {
	d := newDesk(t, Config{})
	served := map[string]bool{}
	for _, pattern := range d.app.served {
		served[pattern] = true
		if _, ok := needs[pattern]; !ok {
			t.Errorf("%s: say in needs (rights.go) who may come there and which right it asks for", pattern)
		}
	}
	for pattern := range needs {
		if !served[pattern] {
			t.Errorf("%s stands in needs (rights.go) and is no route", pattern)
		}
	}
}

// matrixDesk is a desk with every service, people in two cells, and the actors of the matrix.
func matrixDesk(t *testing.T) (desk, map[string]id.ID) {
	t.Helper()
	d := newDesk(t, Config{})
	enrol := func(u org.Unit) id.ID {
		p := storetest.Enrol(t, d.st, u, "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3)).ID
		f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: dossier.Send, On: day.Of(2026, 3, 3)}
		f.Details.Text = "Lớp bồi dưỡng nhận thức về Đảng"
		if _, err := d.app.Dossiers.Act(t.Context(), access.System("test"), f); err != nil {
			t.Fatal(err)
		}
		return p
	}
	return d, map[string]id.ID{"root": enrol(d.root), "commune": enrol(d.communes[0]), "cell": enrol(d.cells[0][0]), "sibling": enrol(d.communes[1]), "cousin": enrol(d.cells[1][0])}
}

// TestMatrix asks every route that names a unit or a person, as every role at three places, about things in every relation to that place,
// and compares each answer with what the table of needs and the one decision function say: allowed, refused, or as if it did not exist.
func TestMatrix(t *testing.T) {
	d, persons := matrixDesk(t)
	units := map[string]org.Unit{"root": d.root, "commune": d.communes[0], "cell": d.cells[0][0], "sibling": d.communes[1], "cousin": d.cells[1][0], "nation": {}}
	actors := map[string]*browser{"nobody": d.visitor()}
	grants := map[string]access.Actor{"nobody": {}}
	for _, role := range access.Roles {
		for place, u := range map[string]org.Unit{"root": d.root, "commune": d.communes[0], "cell": d.cells[0][0]} {
			name := string(role) + "@" + place
			actors[name] = d.as(d.user(strings.ReplaceAll(name, "@", "."), role, u))
			grants[name] = access.Actor{Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
		}
	}
	// The own account of a person, about whom the matrix asks too: for it there is nothing at all.
	actors["self"], grants["self"] = d.as(d.self(persons["cell"])), access.Actor{}
	missing := d.st.NewID(38)
	cells, wrong := 0, 0
	for _, pattern := range d.app.served {
		n := needs[pattern]
		if n.at != "unit" && n.at != "person" {
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		for name, b := range actors {
			for relation, u := range units {
				object := u.ID.String()
				if n.at == "person" {
					if relation == "nation" {
						continue
					}
					object = persons[relation].String()
				}
				if relation == "nation" && strings.HasPrefix(path, "/to-chuc/") {
					continue // leads everybody to the tree, which shows what each may see
				}
				res := askFor(b, method, path, object)
				cells++
				if noMap := strings.HasSuffix(path, "/ban-do") && u.Parent != 0 && res.StatusCode == http.StatusNotFound; noMap {
					continue // only a province has a map
				}
				if strings.Contains(path, "{scan}") && name != "nobody" {
					if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusForbidden {
						t.Errorf("%s as %s: a scan that is not there is answered with %d", pattern, name, res.StatusCode)
					}
					continue
				}
				if why := judge(res, n, grants[name], u, name); why != "" {
					wrong++
					t.Errorf("%s as %s about %s (%s): %d, %s", pattern, name, relation, object, res.StatusCode, why)
				}
			}
			// What does not exist is answered like what may not be known to exist.
			res := askFor(b, method, path, missing.String())
			cells++
			if want := http.StatusNotFound; name != "nobody" && res.StatusCode != want {
				wrong++
				t.Errorf("%s as %s about nothing: %d", pattern, name, res.StatusCode)
			}
		}
	}
	listed, bad := d.lists(actors, grants, units)
	cells, wrong = cells+listed, wrong+bad
	t.Logf("%d cells tried, %d accepted that should not be or refused that should be", cells, wrong)
}

// Pages whose query does not name the unit of the right: those that ask whether it is held at all, those where no unit is one yet to be
// chosen, and one that names a person.
var (
	heldAnywhere = []string{"GET /du-lieu/danh-gia", "GET /du-lieu/su-co", "GET /du-lieu/su-co/xlsx", "GET /nhat-ky", "GET /quan-tri", "GET /quy-tac/de-nghi"}
	unitChosen   = []string{"GET /nguoi/them", "GET /nhap", "GET /quy-tac/bo-sung"}
	personNamed  = []string{"GET /ban-giao/moi"}
)

// lists asks every page whose query names the unit, and compares in the same way.
func (d desk) lists(actors map[string]*browser, grants map[string]access.Actor, units map[string]org.Unit) (cells, wrong int) {
	for _, pattern := range d.app.served {
		n := needs[pattern]
		method, path, _ := strings.Cut(pattern, " ")
		if n.who != holding || n.at != "" || method != http.MethodGet || strings.Contains(path, "{") || slices.Contains(personNamed, pattern) {
			continue
		}
		for name, b := range actors {
			if strings.HasSuffix(name, "@cell") || strings.HasSuffix(name, "@root") && !strings.HasPrefix(name, "viewer") {
				continue // TestMatrixOfDecisions has them all
			}
			for relation, u := range units {
				if relation == "nation" && slices.Contains(unitChosen, pattern) {
					continue
				}
				res := b.get(path + "?u=" + u.ID.String())
				cells++
				holds := grants[name].Anywhere(n.right)
				if pattern == "GET /quy-tac/de-nghi" {
					holds = grants[name].Can(n.right, d.root) // rules are of a whole province
				}
				if slices.Contains(heldAnywhere, pattern) || slices.Contains(unitChosen, pattern) && !holds {
					if name == "self" && res.StatusCode != http.StatusNotFound || name != "self" && name != "nobody" && holds == (res.StatusCode == http.StatusForbidden) {
						wrong++
						d.t.Errorf("%s as %s: %d", pattern, name, res.StatusCode)
					}
					continue
				}
				if why := judge(res, n, grants[name], u, name); why != "" {
					wrong++
					d.t.Errorf("%s as %s about %s: %d, %s", pattern, name, relation, res.StatusCode, why)
				}
			}
		}
	}
	return cells, wrong
}

// askFor asks a route about an object, with a form that passes what is looked at before the right, and as the script of a page does.
func askFor(b *browser, method, path, object string) answer {
	b.t.Helper()
	path = strings.Replace(path, "{id}", object, 1)
	if strings.HasSuffix(path, "/con") {
		b.script = true
		defer func() { b.script = false }()
	}
	path = strings.Replace(path, "{scan}", object, 1) // no scan: see judge
	if method == http.MethodPost {
		return b.post(path, "reason", "kiểm tra hồ sơ theo yêu cầu", "field", "number", "key", "k", "step", "adopt", "code", "2-knd", "to", "qd208@1")
	}
	return b.get(path + "?step=adopt&to=qd208@1")
}

// judge says what is wrong with an answer; "" when it is right.
func judge(res answer, n need, who access.Actor, u org.Unit, name string) string {
	toSignIn := strings.HasPrefix(res.Header.Get("HX-Redirect"), "/dang-nhap") || res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap")
	switch {
	case name == "nobody":
		if !toSignIn {
			return "a visitor is let in"
		}
	case who.Can(n.right, u):
		if res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusNotFound || res.StatusCode >= 500 || toSignIn {
			return "may, and is refused"
		}
	case who.Can(access.Read, u):
		if res.StatusCode != http.StatusForbidden {
			return "may read but not this, want 403"
		}
	case res.StatusCode != http.StatusNotFound:
		return "may not know that it exists, want 404"
	}
	return ""
}

// TestHeadersEverywhere crawls every route, as a visitor, as an administrator and with addresses that do not exist, and wants the headers and
// cookies of every answer right.
func TestHeadersEverywhere(t *testing.T) {
	d := newDesk(t, Config{Secure: true, Origin: "https://ketnap.example"})
	admin := d.as(d.user("sep", access.Admin, d.root))
	seen, statuses := 0, map[int]int{}
	look := func(what string, res answer) {
		t.Helper()
		seen++
		statuses[res.StatusCode]++
		h := res.Header
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=", "Permissions-Policy": "camera=()", "X-Frame-Options": "DENY"} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s is %q", what, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "require-trusted-types-for 'script'") {
			t.Errorf("%s: policy %q", what, csp)
		}
		if h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
			t.Errorf("%s says too much: %v", what, h)
		}
		if cache := h.Get("Cache-Control"); cache != "no-store" && !strings.HasPrefix(what, "GET /static/") {
			t.Errorf("%s may be cached: %q", what, cache)
		}
		for _, c := range res.Cookies() {
			if !c.Secure || !c.HttpOnly || c.Path != "/" && c.Name != "lich" || c.SameSite == http.SameSiteNoneMode || c.SameSite == 0 {
				t.Errorf("%s: cookie %s: %+v", what, c.Name, c)
			}
			if sid := strings.Contains(c.Name, "sid"); sid && (!strings.HasPrefix(c.Name, "__Host-") || c.SameSite != http.SameSiteStrictMode) {
				t.Errorf("%s: the session cookie is %s", what, c.Raw)
			}
		}
	}
	paths := []string{"/khong-co", "/static/x/y.js", "/don-vi/zzz?ngay=31/02/2026", "/..%2f..%2fetc/passwd"}
	for _, pattern := range d.app.served {
		_, path, _ := strings.Cut(pattern, " ")
		paths = append(paths, strings.NewReplacer("{id}", d.root.ID.String(), "{kind}", "members", "{name}", "x", "{$}", "").Replace(path))
	}
	for _, path := range paths {
		for _, b := range []*browser{d.visitor(), admin} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
				if method == http.MethodPost && (path == "/dang-xuat" || strings.HasPrefix(path, "/tai-khoan/phien")) {
					continue // would end the crawl
				}
				look(method+" "+path, b.ask(method, path, nil))
			}
		}
	}
	look("GET /quan-tri", d.as(d.user("xem", access.Viewer, d.root)).get("/quan-tri"))
	t.Logf("%d answers looked at: %v", seen, statuses)
	for _, want := range []int{200, 303, 403, 404, 405, 422} {
		if statuses[want] == 0 {
			t.Errorf("the crawl met no %d", want)
		}
	}
}

// TestCrossOrigin tries to write from elsewhere, in every way a browser can, also from the unencrypted address of the same host.
func TestCrossOrigin(t *testing.T) {
	d := newDesk(t, Config{Secure: true, Origin: "https://ketnap.example"})
	cookie := d.as(d.user("sep", access.Admin, d.root)).cookies[d.app.sessionCookie()]
	tried, accepted := 0, 0
	for _, pattern := range d.app.served {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodPost {
			continue
		}
		for _, h := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
			{"Origin": "http://ketnap.example"}, {"Origin": "https://ketnap.example.evil"}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}} {
			r := request(method, "https://ketnap.example"+path)
			r.AddCookie(&http.Cookie{Name: d.app.sessionCookie(), Value: cookie})
			for k, v := range h {
				r.Header.Set(k, v)
			}
			tried++
			if rec := serve(d.app, r); rec.Code != http.StatusForbidden {
				accepted++
				t.Errorf("%s with %v: %d", pattern, h, rec.Code)
			}
		}
	}
	t.Logf("%d writes from elsewhere tried, %d accepted", tried, accepted)
}

// TestSecretMarkings: no form takes a marking of a state secret, and every refusal is counted.
func TestSecretMarkings(t *testing.T) {
	d, persons := matrixDesk(t)
	b := d.as(d.user("canbo", access.Committee, d.root))
	person := persons["cell"].String()
	tried := int64(0)
	for _, mark := range []string{"TUYỆT MẬT", "Tối mật", "Độ mật: MẬT", "MẬT", "TOI MAT", "TUYET MAT", "báo cáo\nTUYET MAT\nsố 1"} {
		for path, field := range map[string]string{"/nguoi/" + person + "/hien": "reason", "/nguoi/" + person + "/sua": "note", "/nguoi/them": "name", "/chi-tieu": "source", "/nguoi/" + person + "/bien-dong": "decision"} {
			tried++
			b.post(path, field, mark, "field", "number").want(t, http.StatusUnprocessableEntity, "dấu chỉ độ mật")
		}
	}
	if n := d.app.Served().Alarms; n != tried {
		t.Errorf("%d refused, %d alarms", tried, n)
	}
	b.post("/nguoi/"+person+"/hien", "reason", "kiểm tra mật khẩu và thông tin bí mật", "field", "number").not(t, "dấu chỉ độ mật")
	t.Logf("%d markings tried", tried)
}

// TestEarly: before a factor is set up nothing opens but the pages that set one up.
func TestEarly(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("hoa", access.Admin, d.root))
	d.policy(users.Strict)
	b.post("/dang-xuat")
	b = d.visitor()
	d.user("lan", access.Clerk, d.root)
	if res := b.post("/dang-nhap", "login", "lan", "password", deskPassword); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	for pattern, n := range needs {
		method, path, _ := strings.Cut(pattern, " ")
		if n.who == anybody || n.who == entering || n.who == program || strings.Contains(path, "{kind}") {
			continue
		}
		path = strings.NewReplacer("{id}", d.root.ID.String(), "{name}", "x", "{$}", "").Replace(path)
		if res := b.ask(method, path, nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/tai-khoan" {
			t.Errorf("%s before a factor is set up: %s", pattern, fmt.Sprint(res.StatusCode, res.Header.Get("Location")))
		}
	}
}

func request(method, address string) *http.Request {
	return httptest.NewRequest(method, address, strings.NewReader(""))
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}
