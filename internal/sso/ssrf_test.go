package sso

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// forms are addresses that must never be asked: other machines in every spelling, other schemes, and this machine disguised. The ones a provider
// on this machine may name are left out.
func forms() (all []string) {
	hosts := []string{"169.254.169.254", "169.254.169.254.", "[fd00:ec2::254]", "metadata.google.internal", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0", "0", "[::]",
		"[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.2", "localhost.", "localhost.localdomain",
		"127.0.0.1.nip.io", "localtest.me", "LOCALHOST.evil.example", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "a:b@localhost", "evil.example#@127.0.0.1", `evil.example\@127.0.0.1`,
		"evil.example?@127.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1%00.evil.example", "evil.example", "xn--vil-9na.example"}
	for _, h := range hosts {
		for _, s := range []string{"http://", "HTTP://", "ftp://", "file://", "gopher://", "dict://", "ldap://", "jar:http://", "ws://", "//", "http:", "javascript://"} {
			all = append(all, s+h+"/keys")
		}
	}
	return append(all, "", "/keys", "file:///etc/passwd", "data:application/json,{}", "unix:///run/docker.sock", "http://", "http:///keys", "https://", "https:///keys", "https://a:b@evil.example/", " http://evil.example/", "http://evil.example:0/", "\x00http://evil.example/", "https:evil.example")
}

// accepted counts the forms that a check of addresses lets through.
func accepted(check func(address, issuer string) bool) (tried int, through []string) {
	for _, f := range forms() {
		tried++
		if check(f, "http://127.0.0.1:9000") || check(f, "https://id.example") {
			through = append(through, f)
		}
	}
	return tried, through
}

// TestSSRFForms: what a provider names is asked only when it is encrypted, or on this machine beside a provider on this machine.
func TestSSRFForms(t *testing.T) {
	tried, through := accepted(safe)
	for _, f := range through {
		t.Errorf("%q would be asked", f)
	}
	t.Logf("%d tried, %d accepted", tried, len(through))
	if tried < 300 {
		t.Error("too few")
	}
	scheme := func(address string) *url.URL {
		u, err := url.Parse(address)
		if err != nil {
			return &url.URL{}
		}
		return u
	}
	planted := map[string]func(address, issuer string) bool{
		"any http":                      func(a, _ string) bool { return strings.HasPrefix(scheme(a).Scheme, "http") && scheme(a).Host != "" },
		"begins with this machine":      func(a, _ string) bool { return strings.HasPrefix(a, "http://127.0.0.1") },
		"names this machine somewhere":  func(a, _ string) bool { return scheme(a).Scheme == "http" && strings.Contains(a, "127.0.0.1") },
		"a list of what is forbidden":   func(a, _ string) bool { return scheme(a).Scheme == "http" && !strings.Contains(a, "169.254") },
		"somebody's name in front":      func(a, _ string) bool { u := scheme(a); return u.Scheme == "http" && local(u) },
		"no host":                       func(a, _ string) bool { return scheme(a).Scheme == "https" },
		"any scheme when encrypted not": func(a, _ string) bool { return scheme(a).Scheme != "" && scheme(a).Scheme != "http" },
	}
	for name, check := range planted {
		if _, through := accepted(check); len(through) == 0 {
			t.Errorf("the planted fault %q is not seen", name)
		}
	}
	t.Logf("%d planted faults, each seen", len(planted))
}

// TestSSRFConnections: a provider that names such addresses, or leads to them, makes the program connect nowhere but to itself.
func TestSSRFConnections(t *testing.T) {
	var name, lead string
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		if lead != "" {
			w.Header().Set("Location", lead)
			w.WriteHeader(http.StatusFound)
			return
		}
		said := map[string]string{"issuer": srv.URL, "authorization_endpoint": srv.URL + "/auth", "token_endpoint": srv.URL + "/token", "jwks_uri": srv.URL + "/keys"}
		said[[]string{"authorization_endpoint", "token_endpoint", "jwks_uri"}[len(name)%3]] = name
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said)
	})
	var elsewhere atomic.Int64
	own := strings.TrimPrefix(srv.URL, "http://")
	tried := 0
	for i, f := range forms() {
		name, lead = f, ""
		if i%2 == 1 {
			lead = strings.Trim(f, " \x00")
		}
		if i%2 == 1 && lead == "" {
			continue
		}
		p, err := New(Config{Issuer: srv.URL, Client: "ketnap", Secret: "x", Origin: "http://localhost"})
		if err != nil {
			t.Fatal(err)
		}
		p.http.Transport = &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr != own {
				elsewhere.Add(1)
			}
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}}
		tried++
		if _, to, err := p.Ask(t.Context(), "state", "nonce", false); err == nil {
			t.Errorf("%q is taken: %s", f, to)
		}
		p.http.CloseIdleConnections()
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d connections to elsewhere", n)
	}
	t.Logf("%d tried, %d connections elsewhere", tried, elsewhere.Load())
}
