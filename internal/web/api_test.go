package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// token makes a token of an account until a day.
func (d desk) token(user id.ID, unit id.ID, to day.Date, areas ...users.Area) string {
	d.t.Helper()
	secret, err := d.app.Users.MakeTokenFor(d.t.Context(), access.System("test"), user, users.TokenForm{Name: "Bảng tổng hợp", Areas: areas, Unit: unit, To: to})
	if err != nil {
		d.t.Fatal(err)
	}
	return secret
}

// told is what a program is answered.
type told struct {
	status int
	head   http.Header
	text   string
}

func (r told) code(t *testing.T) string {
	t.Helper()
	var v struct{ Error apiError }
	if err := json.Unmarshal([]byte(r.text), &v); err != nil {
		t.Errorf("no JSON: %q", r.text)
	}
	return v.Error.Code
}

// program asks with a token.
func (d desk) program(secret, path string) told {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	rec := serve(d.app, r)
	return told{rec.Code, rec.Header(), rec.Body.String()}
}

func (d desk) entries(action string) (n int) {
	d.t.Helper()
	if err := d.st.View(d.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Entries(store.TrailFilter{Province: 38, AtMost: 5000})
		for _, x := range all {
			if x.Action == action {
				n++
			}
		}
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// apiAreas is which area each address belongs to.
var apiAreas = map[string]users.Area{"/api/v1/units": users.UnitsArea, "/api/v1/people": users.PeopleArea, "/api/v1/figures": users.Figures, "/api/v1/verify": users.VerifyArea}

// TestTokenMatrix asks every address as every role at three places, with tokens for nothing, for one area and for all, narrowed to each place,
// about units in every relation: only what role, area and place allow together is answered, and what lies elsewhere does not exist.
func TestTokenMatrix(t *testing.T) {
	d, _ := matrixDesk(t)
	d.t = t
	far := storetest.Now().AddDate(0, 1, 0)
	to := day.Of(far.Year(), int(far.Month()), far.Day())
	places := map[string]org.Unit{"root": d.root, "commune": d.communes[0], "cell": d.cells[0][0]}
	about := map[string]org.Unit{"root": d.root, "commune": d.communes[0], "cell": d.cells[0][0], "sibling": d.communes[1], "cousin": d.cells[1][0]}
	cells, wrong := 0, 0
	for _, role := range access.Roles {
		for at, u := range places {
			owner := d.user("api."+string(role)+"."+at, role, u)
			for narrow, place := range places {
				if !strings.HasPrefix(place.Path, u.Path) {
					continue
				}
				areas := []users.Area{users.Figures, users.UnitsArea, users.PeopleArea}
				if role == access.Admin {
					areas = append(areas, users.VerifyArea)
				}
				for _, has := range [][]users.Area{areas, {users.Figures}} {
					secret := d.token(owner, place.ID, to, has...)
					for path, area := range apiAreas {
						for relation, x := range about {
							got := d.program(secret, path+"?unit="+x.ID.String())
							want := http.StatusNotFound
							switch {
							case area == users.VerifyArea && role != access.Admin:
								want = http.StatusUnauthorized // the owner may not, so the token is good for nothing there
							case !slices.Contains(has, area):
								want = http.StatusForbidden
							case strings.HasPrefix(x.Path, place.Path):
								want = http.StatusOK
							}
							cells++
							if got.status != want {
								wrong++
								t.Errorf("%s as %s@%s for %v in %s about %s: %d, want %d: %.200s", path, role, at, has, narrow, relation, got.status, want, got.text)
							}
							if got.status != http.StatusOK && strings.Contains(got.text, x.Name) {
								wrong++
								t.Errorf("%s about %s names it: %s", path, relation, got.text)
							}
						}
					}
				}
			}
		}
	}
	t.Logf("%d cells, %d wrong", cells, wrong)
}

// TestTokenAnswers: what the addresses say, that each reading leaves its entry, and that nothing sealed and no secret is in it.
func TestTokenAnswers(t *testing.T) {
	d, persons := matrixDesk(t)
	owner := d.user("lan", access.Admin, d.root)
	secret := d.token(owner, d.communes[0].ID, day.Of(2026, 12, 31), users.Areas...)
	read := func(path string, v any) {
		t.Helper()
		got := d.program(secret, path)
		if got.status != http.StatusOK || json.Unmarshal([]byte(got.text), v) != nil {
			t.Fatalf("%s: %d %s", path, got.status, got.text)
		}
		if got.head.Get("Cache-Control") != "no-store" || got.head.Get("Set-Cookie") != "" || got.head.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: headers %v", path, got.head)
		}
	}
	var self struct {
		Token users.TokenLine
		Unit  string
	}
	read("/api/v1", &self)
	if self.Unit != d.communes[0].ID.String() || self.Token.Name != "Bảng tổng hợp" {
		t.Errorf("the token says %+v", self)
	}
	var tree struct {
		Unit  struct{ Name string }
		Units []struct{ ID, Name string }
	}
	read("/api/v1/units", &tree)
	if tree.Unit.Name != d.communes[0].Name || len(tree.Units) != 2 {
		t.Errorf("the tree is %+v", tree)
	}
	var list struct {
		Total  int
		People []apiPersonRead
	}
	before := d.entries("people.feed")
	read("/api/v1/people?n=500", &list)
	if list.Total != 2 || len(list.People) != 2 || list.People[0].Name != "Trần Thị Hoà" || list.People[0].Stage != "pool" && list.People[0].Stage != "certified" {
		t.Errorf("the list is %+v", list)
	}
	for _, p := range list.People {
		if p.ID != persons["commune"].String() && p.ID != persons["cell"].String() {
			t.Errorf("somebody from elsewhere: %+v", p)
		}
	}
	if n := d.entries("people.feed") - before; n != 1 {
		t.Errorf("%d entries for one reading", n)
	}
	var figures struct {
		Year  int
		Self  struct{ Unit string }
		Below []struct{ Name string }
	}
	read("/api/v1/figures?year=2026", &figures)
	if figures.Year != 2026 || len(figures.Below) != 2 {
		t.Errorf("figures %+v", figures)
	}
	if _, err := d.app.Trails.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	var seals struct {
		Seals   []struct{ Hash, Signature string }
		Ed25519 string
	}
	read("/api/v1/verify", &seals)
	if len(seals.Seals) != 1 || seals.Seals[0].Signature == "" || seals.Ed25519 == "" {
		t.Errorf("seals %+v", seals)
	}
	for _, path := range []string{"/api/v1/people?n=501", "/api/v1/people?n=x", "/api/v1/people?stage=king", "/api/v1/people?at=2026-13-01", "/api/v1/figures?year=1", "/api/v1/units?on=hom-qua"} {
		if got := d.program(secret, path); got.status != http.StatusUnprocessableEntity || got.code(t) != "token.query" {
			t.Errorf("%s: %d %s", path, got.status, got.text)
		}
	}
}

type apiPersonRead struct{ ID, Name, Stage, Unit string }

// TestTokenReplay: a token is good as long as its day, its owner's account and rights last, and not one request longer; only as a bearer, only
// where programs read.
func TestTokenReplay(t *testing.T) {
	d, _ := matrixDesk(t)
	tried, accepted := 0, 0
	refused := func(what, secret string) {
		t.Helper()
		for path := range apiAreas {
			tried++
			if got := d.program(secret, path); got.status != http.StatusUnauthorized || got.code(t) != "token.wrong" || got.head.Get("WWW-Authenticate") == "" {
				accepted++
				t.Errorf("%s: %s is answered with %d: %.200s", what, path, got.status, got.text)
			}
		}
	}
	admin, to := access.System("test"), day.Of(2026, 12, 31)
	ways := map[string]func(owner id.ID, secret string){
		"revoked": func(owner id.ID, _ string) {
			all, err := d.app.Users.Tokens(t.Context(), admin, owner)
			if err == nil {
				err = d.app.Users.RevokeToken(t.Context(), admin, owner, all[0].ID)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"account closed": func(owner id.ID, _ string) {
			d.write(func(tx *store.Tx) error {
				u, err := tx.User(owner)
				u.Active = false
				if err == nil {
					err = tx.PutUser(u)
				}
				return err
			})
		},
		"rights lost": func(owner id.ID, _ string) {
			d.write(func(tx *store.Tx) error { return tx.PutGrant(owner, access.Grant{Unit: d.root.ID}) })
		},
		"sign-in reset": func(owner id.ID, _ string) {
			if _, err := d.app.Users.Reset(t.Context(), admin, owner); err != nil {
				t.Fatal(err)
			}
		},
	}
	n := 0
	for what, end := range ways {
		n++
		owner := d.user("o"+string(rune('a'+n)), access.Admin, d.root)
		secret := d.token(owner, d.communes[0].ID, to, users.Areas...)
		for path := range apiAreas {
			if got := d.program(secret, path); got.status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, got.status, got.text)
			}
		}
		end(owner, secret)
		refused(what, secret)
	}
	good := d.token(d.user("good", access.Admin, d.root), 0, to, users.Areas...)
	for _, secret := range []string{"", good[:len(good)-1], good + "A", strings.ToLower(good), strings.TrimPrefix(good, "ketnap_"), "ketnap_", strings.Repeat("A", 10000), good + " x"} {
		refused("another text", secret)
	}
	// Not in the query, not as a cookie, and not by another scheme; and a session opens nothing here.
	session := d.as(d.user("nguoi", access.Admin, d.root))
	for path := range apiAreas {
		for what, set := range map[string]func(*http.Request){
			"query":    func(r *http.Request) { r.URL.RawQuery = "token=" + good + "&access_token=" + good },
			"cookie":   func(r *http.Request) { r.AddCookie(&http.Cookie{Name: d.app.sessionCookie(), Value: good}) },
			"basic":    func(r *http.Request) { r.SetBasicAuth(good, good) },
			"no space": func(r *http.Request) { r.Header.Set("Authorization", "Bearer"+good) },
			"session": func(r *http.Request) {
				r.AddCookie(&http.Cookie{Name: d.app.sessionCookie(), Value: session.cookies[d.app.sessionCookie()]})
			},
		} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			set(r)
			tried++
			if rec := serve(d.app, r); rec.Code != http.StatusUnauthorized {
				accepted++
				t.Errorf("%s by %s: %d", path, what, rec.Code)
			}
		}
	}
	// A token reaches no page.
	for _, pattern := range d.app.served {
		method, path, _ := strings.Cut(pattern, " ")
		if needs[pattern].who == program || needs[pattern].who == anybody {
			continue
		}
		r := httptest.NewRequest(method, strings.NewReplacer("{id}", d.root.ID.String(), "{$}", "").Replace(path), nil)
		r.Header.Set("Authorization", "Bearer "+good)
		tried++
		if rec := serve(d.app, r); rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/dang-nhap") {
			accepted++
			t.Errorf("%s with a token: %d", pattern, rec.Code)
		}
	}
	*d.now = time.Date(2027, 1, 1, 1, 0, 0, 0, time.UTC)
	refused("expired", good)
	t.Logf("%d tried, %d accepted", tried, accepted)
}

// TestTokenBounds: a program that asks too fast waits; one that reads a long list is stopped where one person would need a second.
func TestTokenBounds(t *testing.T) {
	d, _ := matrixDesk(t)
	secret := d.token(d.user("lan", access.Clerk, d.root), 0, day.Of(2026, 12, 31), users.PeopleArea, users.UnitsArea)
	if err := d.app.Approvals.SetGuards(t.Context(), access.System("test"), approval.Guards{Mode: approval.Always, Kinds: approval.Kinds, Import: 5, Export: 7}); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for range 5 {
		got := d.program(secret, "/api/v1/people?n=3")
		if got.status == http.StatusTooManyRequests && got.code(t) == "token.rows" {
			continue
		}
		if got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.text)
		}
		rows += strings.Count(got.text, `"birth"`)
	}
	if rows == 0 || rows > 7 {
		t.Errorf("%d rows left on one person's word, 7 may", rows)
	}
	*d.now = d.now.Add(24 * time.Hour)
	if got := d.program(secret, "/api/v1/people?n=3"); got.status != http.StatusOK {
		t.Errorf("the next day: %d %s", got.status, got.text)
	}
	fast := 0
	for range 200 {
		got := d.program(secret, "/api/v1/units")
		if got.status == http.StatusTooManyRequests && got.code(t) == "token.fast" && got.head.Get("Retry-After") != "" {
			fast++
		}
	}
	if fast < 70 || fast > 90 {
		t.Errorf("%d of 200 requests at once were put off", fast)
	}
	*d.now = d.now.Add(time.Minute)
	if got := d.program(secret, "/api/v1/units"); got.status != http.StatusOK {
		t.Errorf("a minute later: %d", got.status)
	}
}

// TestTokenPage: somebody makes a token for what they may read, sees it once, and revokes it; who may less gets none that can more.
func TestTokenPage(t *testing.T) {
	d, persons := matrixDesk(t)
	b := d.as(d.user("lan", access.Clerk, d.communes[0]))
	in := func(pairs ...string) answer {
		form := append([]string{"token_name", "Bảng tổng hợp", "token_figures", "1", "token_to", "2026-12-31"}, pairs...)
		return b.post("/tai-khoan/ma-truy-cap", form...)
	}
	b.get("/tai-khoan").want(t, http.StatusOK, "Mã truy cập cho chương trình")
	b.english().get("/tai-khoan").want(t, http.StatusOK, "Tokens for programs")
	in("token_to", "2028-01-01").want(t, http.StatusUnprocessableEntity, "Chọn ngày từ hôm nay đến")
	in("token_to", "").want(t, http.StatusUnprocessableEntity)
	in("token_name", "").want(t, http.StatusUnprocessableEntity, "Ghi mã dùng cho việc gì")
	in("token_figures", "").want(t, http.StatusUnprocessableEntity, "Chọn ít nhất một phần")
	in("token_verify", "1").want(t, http.StatusUnprocessableEntity, "không có quyền đọc phần đã chọn")
	in("unit", d.communes[1].ID.String()).want(t, http.StatusUnprocessableEntity, "Không có tổ chức nào")
	in("unit", d.st.NewID(38).String()).want(t, http.StatusUnprocessableEntity, "Không có tổ chức nào")
	in("unit", "chi bộ").want(t, http.StatusUnprocessableEntity, "Có nhiều tổ chức khớp", `name="pick" value="`+d.cells[0][0].ID.String())
	made := in("unit", "chi bộ", "asked", "chi bộ", "pick", d.cells[0][0].ID.String())
	made.want(t, http.StatusOK, "ketnap_", "chỉ hiện lần này")
	_, rest, _ := strings.Cut(made.page, "<code>ketnap_")
	secret, _, _ := strings.Cut(rest, "</code>")
	secret = "ketnap_" + secret
	if got := d.program(secret, "/api/v1/figures"); got.status != http.StatusOK {
		t.Errorf("the new token: %d %s", got.status, got.text)
	}
	page := b.get("/tai-khoan")
	page.not(t, "<code>ketnap_")
	page.want(t, http.StatusOK, "Bảng tổng hợp", "31/12/2026", "Chi bộ A")
	_, rest, _ = strings.Cut(page.page, "/tai-khoan/ma-truy-cap/")
	ref, _, _ := strings.Cut(rest, "/bo")
	d.as(d.user("khac", access.Admin, d.root)).post("/tai-khoan/ma-truy-cap/"+ref+"/bo").want(t, http.StatusNotFound)
	b.post("/tai-khoan/ma-truy-cap/"+ref+"/bo").want(t, http.StatusSeeOther)
	if got := d.program(secret, "/api/v1/figures"); got.status != http.StatusUnauthorized {
		t.Errorf("revoked: %d", got.status)
	}
	d.as(d.self(persons["cell"])).get("/tai-khoan").not(t, "Mã truy cập cho chương trình")
	*d.now = d.now.Add(11 * time.Minute)
	if res := in(); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/xac-nhan") {
		t.Errorf("without a factor shown just now: %d", res.StatusCode)
	}
}
