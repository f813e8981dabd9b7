package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/acme/acmetest"
)

// loud is what a running program wrote so far.
type loud struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *loud) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *loud) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// site is a server with its database, on addresses that are free.
type site struct{ dir, tls, plain, metrics string }

func newSite(t *testing.T) site {
	t.Setenv("KETNAP_DB", "")
	t.Setenv("KETNAP_KEY", "")
	s := site{t.TempDir(), acmetest.Free(t), acmetest.Free(t), acmetest.Free(t)}
	ketnap(t, "--db", s.db(), "migrate").want(t, 0, "")
	return s
}

func (s site) db() string { return filepath.Join(s.dir, "a.db") }

// serve runs the server with more flags. stop ends it, waits, and returns what it wrote.
func (s site) serve(t *testing.T, flags ...string) (wrote *loud, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	wrote = &loud{}
	e := &env{stdin: strings.NewReader(""), stdout: wrote, stderr: wrote, certEvery: 20 * time.Millisecond}
	root := rootCmd(e)
	root.SetArgs(append([]string{"--db", s.db(), "serve", "--listen", s.tls, "--metrics", s.metrics}, flags...))
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v:\n%s", err, wrote)
		}
	})
	t.Cleanup(stop)
	return wrote, stop
}

// certificate is what the server shows for a name to somebody who believes an authority.
func (s site) certificate(a *acmetest.Authority, name string) (*x509.Certificate, error) {
	c, err := tls.Dial("tcp", s.tls, &tls.Config{ServerName: name, RootCAs: a.Issues})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0], nil
}

// wait calls try until it is well.
func wait[T any](t *testing.T, try func() (T, error)) T {
	t.Helper()
	end := time.Now().Add(time.Minute)
	for {
		v, err := try()
		if err == nil {
			return v
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// metric is a figure the monitor is told.
func (s site) metric(t *testing.T, name string) float64 {
	t.Helper()
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(all)
	if m == nil {
		t.Fatalf("no %s in\n%s", name, all)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	daysOfIt = `ketnap_tls_certificate_days{name="ketnap.example"}`
	illness  = `ketnap_tls_certificate_ill{name="ketnap.example"}`
)

// TestACME: a real authority gives the server certificates for its names and for no other. A restart needs the authority no more.
func TestACME(t *testing.T) {
	s := newSite(t)
	a := acmetest.Start(t, s.tls, s.plain, 90*24*time.Hour)
	flags := []string{"--acme-domain=ketnap.example,Xa.ketnap.example", "--acme-directory", a.Directory, "--acme-ca", a.CA, "--acme-accept-terms"}
	wrote, stop := s.serve(t, flags...)
	first := wait(t, func() (*x509.Certificate, error) { return s.certificate(a, "ketnap.example") })
	wait(t, func() (*x509.Certificate, error) { return s.certificate(a, "xa.ketnap.example") })
	for _, name := range []string{"other.example", "", "ketnap.example.other.example"} {
		c, err := tls.Dial("tcp", s.tls, &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err == nil {
			t.Errorf("%q is shown the certificate of %v", name, c.ConnectionState().PeerCertificates[0].DNSNames)
			c.Close()
		}
	}

	// The pages are there, and know their address.
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{ServerName: "ketnap.example", RootCAs: a.Issues}}}
	res, err := client.Get("https://" + s.tls + "/dang-nhap")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	client.CloseIdleConnections()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the sign-in page: %s %s %v", res.Proto, res.Status, res.Header)
	}
	if !strings.Contains(wrote.String(), "\n  https://ketnap.example/") {
		t.Errorf("the link of the first account does not begin with the name:\n%s", wrote)
	}
	if d, ill := s.metric(t, daysOfIt), s.metric(t, illness); d < 89 || d > 90 || ill != 0 {
		t.Errorf("%v days, ill %v", d, ill)
	}

	// What is kept is for the server alone, and nothing of the proofs stays.
	stop()
	err = filepath.WalkDir(s.db()+".acme", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		st, err := d.Info()
		if err != nil || st.Mode().Perm() != map[bool]os.FileMode{true: 0o700, false: 0o600}[d.IsDir()] || strings.HasSuffix(p, ".part") {
			t.Errorf("%s: %v %v", p, st.Mode(), err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}

	// Without the authority what was kept is shown.
	a.Stop()
	s.serve(t, flags...)
	again := wait(t, func() (*x509.Certificate, error) { return s.certificate(a, "ketnap.example") })
	if !again.Equal(first) {
		t.Error("another certificate after the restart")
	}
}

// TestACMEFails: an authority that does not answer is told once with the reason, the monitor sees it, and nobody is shown a certificate.
func TestACMEFails(t *testing.T) {
	s := newSite(t)
	a := acmetest.Start(t, acmetest.Free(t), s.plain, 90*24*time.Hour) // it looks for the server where nobody is
	wrote, stop := s.serve(t, "--acme-domain", "ketnap.example", "--acme-directory", a.Directory, "--acme-ca", a.CA, "--acme-accept-terms")
	wait(t, func() (any, error) {
		if !strings.Contains(wrote.String(), "no certificate from the ACME authority") {
			return nil, fmt.Errorf("nothing said:\n%s", wrote)
		}
		return nil, nil
	})
	if _, err := s.certificate(a, "ketnap.example"); err == nil {
		t.Error("a certificate is shown")
	}
	if d, ill := s.metric(t, daysOfIt), s.metric(t, illness); d != 0 || ill != 1 {
		t.Errorf("%v days, ill %v", d, ill)
	}
	stop()
	if said := wrote.String(); strings.Count(said, "no certificate from the ACME") != 1 || !strings.Contains(said, "Failed to connect") {
		t.Errorf("not told once, with the reason of the authority:\n%s", said)
	}
}

// TestACMEPlain: a name can be proved on the port without encryption too, which holds no page and leads everybody else to the pages.
func TestACMEPlain(t *testing.T) {
	s := newSite(t)
	a := acmetest.Start(t, acmetest.Free(t), s.plain, 90*24*time.Hour)
	s.serve(t, "--acme-domain", "ketnap.example", "--acme-directory", a.Directory, "--acme-ca", a.CA, "--acme-accept-terms", "--acme-http", s.plain, "--origin", "https://ketnap.example:8443")
	wait(t, func() (*x509.Certificate, error) { return s.certificate(a, "ketnap.example") })
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		method, path, to string
		status           int
	}{
		{"GET", "/dang-nhap?next=%2F", "https://ketnap.example:8443/dang-nhap?next=%2F", 302},
		{"HEAD", "/", "https://ketnap.example:8443/", 302},
		{"GET", "//other.example/x", "https://ketnap.example:8443/x", 302},
		{"POST", "/dang-nhap", "", 400},
		{"GET", "/.well-known/acme-challenge/../../a.db", "", 404},
	} {
		r, err := http.NewRequest(c.method, "http://"+s.plain, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque, r.Host = c.path, "ketnap.example"
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if to := res.Header.Get("Location"); res.StatusCode != c.status || to != c.to {
			t.Errorf("%s %s: %s to %q", c.method, c.path, res.Status, to)
		}
	}
}

// TestACMERenews: a certificate is replaced before it ends, while people work.
func TestACMERenews(t *testing.T) {
	s := newSite(t)
	a := acmetest.Start(t, s.tls, s.plain, 30*time.Second)
	s.serve(t, "--acme-domain", "ketnap.example", "--acme-directory", a.Directory, "--acme-ca", a.CA, "--acme-accept-terms")
	first := wait(t, func() (*x509.Certificate, error) { return s.certificate(a, "ketnap.example") })
	wait(t, func() (any, error) {
		c, err := s.certificate(a, "ketnap.example")
		if err != nil {
			t.Fatal(err) // never is there a moment without
		}
		if c.Equal(first) {
			return nil, fmt.Errorf("still the one that ends at %v", first.NotAfter)
		}
		return nil, nil
	})
	if time.Now().After(first.NotAfter) {
		t.Error("renewed after the end")
	}
}
