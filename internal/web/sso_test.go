package web

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/sso"
	"ketnap/internal/users"
)

// bentKeys are made once: they are dear. The second is nobody's.
var bentKeys = sync.OnceValue(func() (keys [2]*rsa.PrivateKey) {
	for i := range keys {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = k
	}
	return keys
})

// bent is a provider that can be made to answer wrongly, which a real one does not. TestProvider in webtest is about a real one.
type bent struct {
	*httptest.Server
	subject string
	since   time.Time // when the person signed in there
	change  func(head, claims map[string]any) *rsa.PrivateKey
	plain   func(claims map[string]any) string // writes the whole token instead
	codes   map[string]url.Values
	asked   int
}

const bentSecret = "s3cret of the test"

func newBent(t *testing.T, d desk) *bent {
	t.Helper()
	b := &bent{codes: map[string]url.Values{}, subject: "person-1", since: time.Now()}
	mux := http.NewServeMux()
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		b.asked++
		send(w, map[string]any{"issuer": b.URL, "authorization_endpoint": b.URL + "/auth", "token_endpoint": b.URL + "/token", "jwks_uri": b.URL + "/keys",
			"authorization_response_iss_parameter_supported": true, "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		k := bentKeys()[0].PublicKey
		send(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", b.token)
	p, err := sso.New(sso.Config{Issuer: b.URL, Client: "ketnap", Secret: bentSecret, Origin: "http://localhost", Name: "Tỉnh Thử"})
	if err != nil {
		t.Fatal(err)
	}
	d.app.Users.Through(p)
	return b
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token hands out the answer to a code once, to who asked the question.
func (b *bent) token(w http.ResponseWriter, r *http.Request) {
	q := b.codes[r.PostFormValue("code")]
	delete(b.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	client, secret, _ := r.BasicAuth()
	if s, err := url.QueryUnescape(secret); err == nil {
		secret = s
	}
	if q == nil || client != "ketnap" || secret != bentSecret || b64(sum[:]) != q.Get("code_challenge") || r.PostFormValue("redirect_uri") != q.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		send(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	head := map[string]any{"alg": "RS256", "kid": "k", "typ": "JWT"}
	claims := map[string]any{"iss": b.URL, "aud": "ketnap", "sub": b.subject, "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "auth_time": b.since.Unix(), "preferred_username": "lan@tinh"}
	key := bentKeys()[0]
	if b.change != nil {
		if other := b.change(head, claims); other != nil {
			key = other
		}
	}
	text := signedBy(key, head, claims)
	if b.plain != nil {
		text = b.plain(claims)
	}
	send(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": text})
}

func part(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b64(text)
}

func signedBy(key *rsa.PrivateKey, head, claims map[string]any) string {
	text := part(head) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + b64(sig)
}

// visit does what somebody does there, and returns the address the browser is sent back to.
func (b *bent) visit(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	code := rand.Text()
	b.codes[code] = q
	back, _ := url.Parse(q.Get("redirect_uri"))
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {b.URL}}.Encode()
	return back.RequestURI()
}

// leave begins an errand and returns the address of the provider.
func (b *browser) leave(t *testing.T, path string) string {
	t.Helper()
	res := b.post(path, "next", "/nguoi?u=1")
	to, ok := strings.CutPrefix(res.Header.Get("Refresh"), "0; url=")
	if !ok {
		t.Fatalf("%s: %d, no way on: %s", path, res.StatusCode, res.page)
	}
	if lax := cookieOf(res, "hop"); lax == nil || !lax.HttpOnly || lax.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie of the way is %v", lax)
	}
	return to
}

func cookieOf(res answer, name string) *http.Cookie {
	for _, c := range res.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// boundDesk is a desk with a clerk who bound the account to a provider, under the strict policy.
func boundDesk(t *testing.T) (desk, *bent, *browser) {
	t.Helper()
	d := newDesk(t, Config{})
	p := newBent(t, d)
	b := d.as(d.user("lan", access.Clerk, d.communes[0]))
	d.policy(users.Strict)
	b.get("/tai-khoan").want(t, http.StatusOK, "Liên kết với Tỉnh Thử")
	b.get(p.visit(b.leave(t, "/tai-khoan/to-chuc"))).want(t, http.StatusOK, "Đã liên kết")
	b.get("/tai-khoan").want(t, http.StatusOK, "lan@tinh")
	return d, p, b
}

// TestSSO: somebody who bound the account signs in through the provider; nothing is asked of it before, and its being down holds up nothing.
func TestSSO(t *testing.T) {
	d := newDesk(t, Config{})
	p := newBent(t, d)
	d.visitor().get("/dang-nhap").want(t, http.StatusOK, "Đăng nhập qua Tỉnh Thử")
	if p.asked != 0 {
		t.Errorf("the provider was asked %d times before anybody wanted to go there", p.asked)
	}
	d, p, owner := boundDesk(t)
	v := d.visitor()
	to := v.leave(t, "/dang-nhap/to-chuc")
	q, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"response_type": "code", "client_id": "ketnap", "redirect_uri": "http://localhost/dang-nhap/to-chuc/ve", "code_challenge_method": "S256", "scope": "openid profile"} {
		if got := q.Query().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	in := v.get(p.visit(to))
	in.want(t, http.StatusOK, "Đã đăng nhập")
	if in.Header.Get("Refresh") != "0; url=/nguoi?u=1" {
		t.Errorf("leads to %s", in.Header.Get("Refresh"))
	}
	v.get("/nguoi").want(t, http.StatusOK)
	v.get("/tai-khoan").want(t, http.StatusOK, "Đăng nhập của cơ quan")

	// A factor again: only with an answer that was given since.
	*d.now = d.now.Add(11 * time.Minute)
	v.post("/tai-khoan/to-chuc/bo", "issuer", p.URL).want(t, http.StatusSeeOther)
	v.get("/xac-nhan").not(t, "current-password")
	p.since = time.Now().Add(-time.Hour)
	old := v.get(p.visit(v.leave(t, "/xac-nhan/to-chuc")))
	old.want(t, http.StatusOK, "dùng lần đăng nhập cũ")
	p.since = time.Now()
	again := v.leave(t, "/xac-nhan/to-chuc")
	if !strings.Contains(again, "prompt=login") || !strings.Contains(again, "max_age=0") {
		t.Errorf("asks %s", again)
	}
	v.get(p.visit(again)).want(t, http.StatusOK, "Đã xác nhận lại")

	// Another way in, then unbinding ends the other session that came this way.
	if res := v.post("/tai-khoan/to-chuc/bo", "issuer", p.URL); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/tai-khoan" {
		t.Fatal(res.StatusCode, res.Header, res.page)
	}
	owner.get("/tai-khoan").not(t, "lan@tinh")
	v = d.visitor()
	v.get(p.visit(v.leave(t, "/dang-nhap/to-chuc"))).want(t, http.StatusUnprocessableEntity, "chưa liên kết")

	p.Close()
	dead, err := sso.New(sso.Config{Issuer: p.URL, Client: "ketnap", Secret: "x", Origin: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	d.app.Users.Through(dead)
	v.post("/dang-nhap/to-chuc").want(t, http.StatusServiceUnavailable, "Không liên lạc được")
	d.policy(users.Simple)
	v.post("/dang-nhap", "login", "lan", "password", deskPassword).want(t, http.StatusSeeOther)
	d.app.Users.Through(nil)
	d.visitor().get("/dang-nhap").not(t, "/dang-nhap/to-chuc")
	d.visitor().post("/dang-nhap/to-chuc").want(t, http.StatusNotFound)
	d.visitor().get("/dang-nhap/to-chuc/ve?state=x&code=y").want(t, http.StatusNotFound)
}

// TestSSORefuses tries everything an answer can be wrong in. None may open a session.
func TestSSORefuses(t *testing.T) {
	d, p, _ := boundDesk(t)
	tried, accepted := 0, 0
	try := func(name string, v *browser, back string) {
		t.Helper()
		tried++
		res := v.get(back)
		if v.cookies[d.app.sessionCookie()] != "" || res.StatusCode < 400 {
			accepted++
			t.Errorf("%s: %d, accepted", name, res.StatusCode)
		}
		if to := v.get("/nguoi"); to.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: pages open", name)
		}
	}
	claim := func(name string, value any) func(_, claims map[string]any) *rsa.PrivateKey {
		return func(_, claims map[string]any) *rsa.PrivateKey { claims[name] = value; return nil }
	}
	for name, change := range map[string]func(head, claims map[string]any) *rsa.PrivateKey{
		"wrong nonce":    claim("nonce", "another"),
		"no nonce":       func(_, c map[string]any) *rsa.PrivateKey { delete(c, "nonce"); return nil },
		"wrong audience": claim("aud", "another"),
		"no audience":    func(_, c map[string]any) *rsa.PrivateKey { delete(c, "aud"); return nil },
		"given to another party": func(_, c map[string]any) *rsa.PrivateKey {
			c["aud"], c["azp"] = []string{"ketnap", "another"}, "another"
			return nil
		},
		"two audiences, no party": claim("aud", []string{"ketnap", "another"}),
		"expired":                 claim("exp", time.Now().Add(-time.Second).Unix()),
		"no expiry":               func(_, c map[string]any) *rsa.PrivateKey { delete(c, "exp"); return nil },
		"not valid yet":           claim("nbf", time.Now().Add(time.Hour).Unix()),
		"wrong issuer":            claim("iss", "https://evil.example"),
		"issuer with a slash":     claim("iss", p.URL+"/"),
		"no subject":              claim("sub", ""),
		"unbound subject":         claim("sub", "person-2"),
		"subject in capitals":     claim("sub", "PERSON-1"),
		"unbound, the same name": func(_, c map[string]any) *rsa.PrivateKey {
			c["sub"], c["email"], c["preferred_username"] = "x", "lan@tinh", "lan"
			return nil
		},
		"signed by another key": func(_, _ map[string]any) *rsa.PrivateKey { return bentKeys()[1] },
		"a key nobody has":      func(h, _ map[string]any) *rsa.PrivateKey { h["kid"] = "other"; return bentKeys()[1] },
		"a key the token brings": func(h, _ map[string]any) *rsa.PrivateKey {
			h["jku"] = "https://evil.example/keys"
			return bentKeys()[1]
		},
		"an algorithm it is not": func(h, _ map[string]any) *rsa.PrivateKey { h["alg"] = "ES256"; return nil },
	} {
		p.change = change
		v := d.visitor()
		try(name, v, p.visit(v.leave(t, "/dang-nhap/to-chuc")))
	}
	p.change = nil
	for name, plain := range map[string]func(claims map[string]any) string{
		"alg none":           func(c map[string]any) string { return part(map[string]any{"alg": "none"}) + "." + part(c) + "." },
		"alg None, unsigned": func(c map[string]any) string { return part(map[string]any{"alg": "None"}) + "." + part(c) + "." },
		"signed with the secret": func(c map[string]any) string {
			text := part(map[string]any{"alg": "HS256"}) + "." + part(c)
			sum := sha256.Sum256([]byte(bentSecret + text))
			return text + "." + b64(sum[:])
		},
		"signature cut off": func(c map[string]any) string {
			text := signedBy(bentKeys()[0], map[string]any{"alg": "RS256", "kid": "k"}, c)
			return text[:strings.LastIndexByte(text, '.')+1]
		},
		"claims changed after signing": func(c map[string]any) string {
			parts := strings.Split(signedBy(bentKeys()[0], map[string]any{"alg": "RS256", "kid": "k"}, c), ".")
			other := maps.Clone(c)
			other["sub"] = "person-3"
			return parts[0] + "." + part(other) + "." + parts[2]
		},
		"no token": func(map[string]any) string { return "" },
	} {
		p.plain = plain
		v := d.visitor()
		try(name, v, p.visit(v.leave(t, "/dang-nhap/to-chuc")))
	}
	p.plain = nil
	for name, bend := range map[string]func(v *browser, back string) string{
		"another code":            func(_ *browser, back string) string { return strings.Replace(back, "code=", "code=x", 1) },
		"no code":                 func(_ *browser, back string) string { return strings.Replace(back, "code=", "x=", 1) },
		"another state":           func(_ *browser, back string) string { return strings.Replace(back, "state=", "state=x", 1) },
		"no state":                func(_ *browser, back string) string { return strings.Replace(back, "state=", "x=", 1) },
		"from another issuer":     func(_ *browser, back string) string { return strings.Replace(back, "iss=", "iss=x", 1) },
		"from nobody":             func(_ *browser, back string) string { return strings.Replace(back, "iss=", "x=", 1) },
		"refused by the provider": func(_ *browser, back string) string { return back + "&error=access_denied" },
		"no cookie of the way":    func(v *browser, back string) string { delete(v.cookies, "hop"); return back },
		"the cookie of another way": func(v *browser, back string) string {
			v.leave(t, "/dang-nhap/to-chuc")
			return back
		},
		"too late": func(_ *browser, back string) string { *d.now = d.now.Add(6 * time.Minute); return back },
		"a code of another question": func(v *browser, back string) string {
			other := p.visit(d.visitor().leave(t, "/dang-nhap/to-chuc"))
			a, b := query(back), query(other)
			a.Set("code", b.Get("code"))
			return sso.Path + "?" + a.Encode()
		},
		"a state of another browser": func(_ *browser, back string) string {
			return p.visit(d.visitor().leave(t, "/dang-nhap/to-chuc"))
		},
	} {
		v := d.visitor()
		try(name, v, bend(v, p.visit(v.leave(t, "/dang-nhap/to-chuc"))))
	}
	// A right one, and then the same again in the same browser: neither the state nor the code counts twice.
	v := d.visitor()
	back := p.visit(v.leave(t, "/dang-nhap/to-chuc"))
	hop := v.cookies["hop"]
	v.get(back).want(t, http.StatusOK, "Đã đăng nhập")
	for _, name := range []string{"replayed state", "replayed code with a new state"} {
		again := d.visitor()
		address := back
		if again.cookies["hop"] = hop; name != "replayed state" {
			a := query(p.visit(again.leave(t, "/dang-nhap/to-chuc")))
			a.Set("code", query(back).Get("code"))
			address = sso.Path + "?" + a.Encode()
		}
		try(name, again, address)
	}
	accounts(t, d, p, try)
	t.Logf("%d tried, %d accepted", tried, accepted)
	if tried < 43 {
		t.Errorf("only %d tried", tried)
	}
}

func query(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u.Query()
}

// accounts tries right answers about accounts that may not come in this way.
func accounts(t *testing.T, d desk, p *bent, try func(string, *browser, string)) {
	t.Helper()
	ctx, admin := t.Context(), access.System("test")
	in := func(name string) {
		t.Helper()
		v := d.visitor()
		try(name, v, p.visit(v.leave(t, "/dang-nhap/to-chuc")))
	}
	lan, _, err := d.app.Users.Create(ctx, admin, users.Form{Login: "hoa", Name: "Hoà", Role: access.Clerk, Unit: d.communes[0].ID, Invite: true})
	if err != nil {
		t.Fatal(err)
	}
	p.subject = "hoa"
	if err := d.app.Users.Bind(ctx, admin, lan, p.URL, "hoa"); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Users.Bind(ctx, admin, lan, p.URL, "another"); err == nil {
		t.Error("an administrator opened a second way into an account")
	}
	if err := d.app.Users.SetActive(ctx, admin, lan, false); err != nil {
		t.Fatal(err)
	}
	in("disabled account")
	if err := d.app.Users.SetActive(ctx, admin, lan, true); err != nil {
		t.Fatal(err)
	}
	before := *d.now
	*d.now = d.now.Add(46 * 24 * time.Hour)
	in("an account nobody used for 45 days")
	*d.now = before
	if err := d.app.Users.Grant(ctx, admin, lan, d.root.ID, access.Admin); err != nil {
		t.Fatal(err)
	}
	in("an administrator")
	if err := d.app.Users.Grant(ctx, admin, lan, d.root.ID, ""); err != nil {
		t.Fatal(err)
	}
	v := d.visitor()
	v.get(p.visit(v.leave(t, "/dang-nhap/to-chuc"))).want(t, http.StatusOK, "Đã đăng nhập")
	if err := d.app.Users.Grant(ctx, admin, lan, d.root.ID, access.Admin); err != nil {
		t.Fatal(err)
	}
	v.get("/nguoi").want(t, http.StatusSeeOther) // an administrator since: the session may nothing but set up a passkey
	if _, err := d.app.Users.Reset(ctx, admin, lan); err != nil {
		t.Fatal(fmt.Errorf("reset: %w", err))
	}
	in("after a reset")
}
