package outward_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/outward"
)

// TestClient: a client believes whom it is told to, asks only where it may, follows nowhere, and reads no endless answer.
func TestClient(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/lead", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/long", http.StatusFound) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 3<<20)) })
	srv := httptest.NewTLSServer(mux)
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	own, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := outward.New(outward.Bounds{Time: 10 * time.Second, Roots: roots, May: func(u *url.URL) bool { return u.Host == own.Host }})
	res, err := c.Get(srv.URL + "/long")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || len(body) != 1<<20 {
		t.Errorf("%d bytes of a long answer are read: %v", len(body), err)
	}
	for _, address := range []string{other.URL, srv.URL + "/lead"} {
		if res, err := c.Get(address); err == nil {
			res.Body.Close()
			t.Errorf("%s is asked", address)
		}
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d questions to elsewhere", n)
	}
	if res, err := outward.New(outward.Bounds{Roots: x509.NewCertPool()}).Get(srv.URL + "/long"); err == nil {
		res.Body.Close()
		t.Error("somebody without a certificate to believe is believed")
	}
}
