package acme

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"ketnap/internal/fault"
)

// manager asks an authority that is the given handler.
func manager(t *testing.T, authority http.Handler) *Manager {
	t.Helper()
	srv := httptest.NewTLSServer(authority)
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	roots := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := New(Config{Names: []string{"ketnap.example"}, Directory: srv.URL + "/directory", Folder: filepath.Join(dir, "kept"), Roots: roots, Terms: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestElsewhere: an authority that names addresses elsewhere, or leads there, is not followed.
func TestElsewhere(t *testing.T) {
	var elsewhere atomic.Int64
	for _, secure := range []bool{false, true} {
		other := httptest.NewUnstartedServer(nil)
		other.Config.ConnState = func(net.Conn, http.ConnState) { elsewhere.Add(1) }
		other.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		if secure {
			other.StartTLS()
		} else {
			other.Start()
		}
		defer other.Close()
		for name, answer := range map[string]http.HandlerFunc{
			"names": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				said := map[string]string{}
				for _, k := range []string{"newNonce", "newAccount", "newOrder", "revokeCert", "keyChange"} {
					said[k] = other.URL + "/" + k
				}
				_ = json.NewEncoder(w).Encode(said)
			},
			"leads": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) },
		} {
			m := manager(t, answer)
			m.look(t.Context())
			if s := m.States()[0]; !s.Ill || !s.Ends.IsZero() {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d connections to elsewhere", n)
	}
	m := manager(t, http.NotFoundHandler())
	place := strings.TrimPrefix(m.auto.Client.DirectoryURL, "https://")
	for _, address := range []string{"http://" + place, "https://a:b@" + place} {
		if res, err := m.auto.Client.HTTPClient.Get(address); err == nil || !strings.Contains(err.Error(), "not asked") {
			t.Errorf("%s: %v, %v", address, res, err)
		}
	}
}

// TestHandshakesAskNobody: whoever connects cannot make the server ask the authority, which counts how often it is asked. After failures
// the server itself asks ever more rarely.
func TestHandshakesAskNobody(t *testing.T) {
	var asked atomic.Int64
	m := manager(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, "down", http.StatusForbidden)
	}))
	for _, protocols := range [][]string{{"h2"}, {"acme-tls/1"}, {"acme-tls/1", "h2"}} {
		if _, err := m.show(&tls.ClientHelloInfo{ServerName: "ketnap.example", SupportedProtos: protocols}); err == nil {
			t.Errorf("%v is shown a certificate", protocols)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times", n)
	}
	for i, want := range []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute, time.Hour, time.Hour} {
		if got := m.look(t.Context()); got != want {
			t.Errorf("waits %v after failure %d, want %v", got, i+1, want)
		}
	}
	if asked.Load() == 0 {
		t.Error("never asked")
	}
}

// TestNames: which names a certificate can be asked for.
func TestNames(t *testing.T) {
	for _, good := range []string{"ketnap.tinh.vn", "KETNAP.Tinh.vn", " xn--ktnp-8o5a.vn ", "a.b"} {
		if got, err := namesOf([]string{good, good}); err != nil || len(got) != 1 || got[0] != strings.ToLower(strings.TrimSpace(good)) {
			t.Errorf("%q: %q, %v", good, got, err)
		}
	}
	for _, bad := range []string{"", "ketnap", "*.tinh.vn", "10.0.0.1", "::1", "ketnap.tinh.vn.", ".vn", "kếtnạp.vn", "a b.vn", "a..vn", "../a.vn", "ketnap.tinh.vn:443", "https://ketnap.vn", "a_b.vn"} {
		if got, err := namesOf([]string{"good.example", bad}); err == nil {
			t.Errorf("%q is taken as %q", bad, got)
		}
	}
	if _, err := namesOf(nil); err == nil {
		t.Error("no name is taken")
	}
}

// TestDue: a certificate is looked at again in time, and a renewal that does not come is seen, whatever the life of certificates.
func TestDue(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		life, left time.Duration
		late       bool
	}{
		{90 * day, 90 * day, false}, {90 * day, 27 * day, false}, {90 * day, 26 * day, true}, {90 * day, -day, true},
		{365 * day, 27 * day, false}, {365 * day, 26 * day, true},
		{day, 8 * time.Hour, false}, {day, 6 * time.Hour, true},
	} {
		now := time.Now()
		leaf := &x509.Certificate{NotBefore: now.Add(c.left - c.life), NotAfter: now.Add(c.left)}
		again, err := due(leaf, now)
		if (err != nil) != c.late {
			t.Errorf("life %v, %v left: %v", c.life, c.left, err)
		}
		if again <= 0 || again > c.life/20 {
			t.Errorf("life %v: looked at again after %v", c.life, again)
		}
	}
}

// TestFolder: what is kept comes back, is for the server alone, and nothing outside of the folder is reachable.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, "kept")
	f, err := openFolder(kept, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for _, v := range []string{"one", "two"} {
		if err := f.Put(ctx, "a.example+token", []byte(v)); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Get(ctx, "a.example+token"); err != nil || string(got) != v {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if st, err := os.Stat(filepath.Join(kept, "a.example+token")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	for range 2 {
		if err := f.Delete(ctx, "a.example+token"); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Get(ctx, "a.example+token"); !errors.Is(err, autocert.ErrCacheMiss) {
		t.Errorf("what was removed: %v", err)
	}
	if err := os.Symlink(outside, filepath.Join(kept, "link")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../outside", outside, "link", "x/../../outside"} {
		if got, err := f.Get(ctx, key); err == nil {
			t.Errorf("%s: %q", key, got)
		}
	}
	if err := f.Put(ctx, "../outside", []byte("x")); err == nil {
		t.Error("a file outside is written")
	}
	if err := f.Delete(ctx, "../outside"); err == nil {
		t.Error("a file outside is removed")
	}
	if got, err := os.ReadFile(outside); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.Chmod(kept, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(kept, nil); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a folder that others read: %v", err)
	}
}

// TestOverhear: the reason is found where authorities write it, and an old nonce is none.
func TestOverhear(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many"}`, "too many"},
		{`{"type":"urn:ietf:params:acme:error:badNonce","detail":"old"}`, ""},
		{`{"status":"invalid","error":{"detail":"order refused"}}`, "order refused"},
		{`{"status":"invalid","challenges":[{"type":"http-01"},{"error":{"detail":"refused connection"}}]}`, "refused connection"},
		{`{"newNonce":"https://x"}`, ""}, {`[`, ""},
	} {
		m := manager(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			_, _ = w.Write([]byte(c.body))
		}))
		res, err := m.auto.Client.HTTPClient.Get(m.auto.Client.DirectoryURL)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := m.overhear.last.Load(); got != c.want {
			t.Errorf("%s: %q, want %q", c.body, got, c.want)
		}
	}
}
