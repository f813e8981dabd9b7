package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnap/internal/acme/acmetest"
)

// paper is a certificate with its key, as files.
type paper struct {
	leaf      *x509.Certificate
	cert, key []byte
}

// signed is a certificate of its own, for a name and some days.
func signed(t *testing.T, name string, days int) paper {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), DNSNames: []string{name}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.AddDate(0, 0, days), IsCA: true, BasicConstraintsValid: true}, &x509.Certificate{}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return paper{leaf, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}
}

// TestOwnCertificate: a certificate of one's own is shown, and the monitor sees how long it lasts. One that is renewed is shown without a
// restart; while the files cannot be used the last stays, which the log tells once and the monitor sees.
func TestOwnCertificate(t *testing.T) {
	s := newSite(t)
	cert, key := filepath.Join(s.dir, "cert.pem"), filepath.Join(s.dir, "key.pem")
	write := func(path string, text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, second, third := signed(t, "ketnap.example", 10), signed(t, "ketnap.example", 90), signed(t, "new.example", 40)
	a := &acmetest.Authority{Issues: x509.NewCertPool()}
	for _, p := range []paper{first, second, third} {
		a.Issues.AddCert(p.leaf)
	}
	shown := func(p paper, name string, ill float64) {
		t.Helper()
		wait(t, func() (any, error) {
			c, err := s.certificate(a, name)
			if err == nil && !c.Equal(p.leaf) {
				err = fmt.Errorf("another is shown, which ends at %v", c.NotAfter)
			}
			if err == nil && s.metric(t, `ketnap_tls_certificate_ill{name="`+name+`"}`) != ill {
				err = errors.New("the monitor hears another state")
			}
			return nil, err
		})
		want := time.Until(p.leaf.NotAfter).Hours() / 24
		if got := s.metric(t, `ketnap_tls_certificate_days{name="`+name+`"}`); got < want-0.1 || got > want+0.1 {
			t.Errorf("%v days, want %v", got, want)
		}
	}
	write(cert, first.cert)
	write(key, first.key)
	wrote, _ := s.serve(t, "--tls-cert", cert, "--tls-key", key)
	shown(first, "ketnap.example", 0)
	if !strings.Contains(wrote.String(), "https://"+s.tls) || strings.Contains(wrote.String(), "http://") {
		t.Errorf("it does not say that it speaks TLS:\n%s", wrote)
	}
	const stays, anew = "the ones before stay", "TLS certificate read anew"
	for name, bad := range map[string][]byte{"half of it": second.cert[:len(second.cert)/2], "nothing": nil, "no certificate": []byte("x"), "of another key": second.cert} {
		before := strings.Count(wrote.String(), stays)
		write(cert, bad)
		shown(first, "ketnap.example", 1)
		time.Sleep(100 * time.Millisecond) // it is read a few times meanwhile
		if n := strings.Count(wrote.String(), stays) - before; n != 1 {
			t.Errorf("%s: told %d times:\n%s", name, n, wrote)
		}
		write(cert, first.cert)
		shown(first, "ketnap.example", 0)
	}
	before := strings.Count(wrote.String(), anew)
	write(key, second.key)
	shown(first, "ketnap.example", 1)
	write(cert, second.cert)
	shown(second, "ketnap.example", 0)
	if n := strings.Count(wrote.String(), anew) - before; n != 1 {
		t.Errorf("a renewal is told %d times:\n%s", n, wrote)
	}
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	shown(second, "ketnap.example", 1)
	write(key, third.key)
	write(cert, third.cert)
	shown(third, "new.example", 0)
}
