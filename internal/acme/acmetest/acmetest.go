// Package acmetest gives tests a real ACME authority on this machine: Pebble, the small one that Let's Encrypt tests clients with, in the
// process of the test. It looks for itself whether a name leads to the server that asks, by the ways of the protocol.
package acmetest

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// Authority is an ACME authority.
type Authority struct {
	Directory string         // address of its directory
	CA        string         // file with the certificate (PEM) its own address is believed by
	Issues    *x509.CertPool // what its certificates are believed by
	srv       *httptest.Server
}

// Start starts an authority that reaches every name at this machine, on the ports of two addresses: the one of a server that speaks TLS,
// and the one of a server that does not. Its certificates last for life.
func Start(t testing.TB, tlsAddress, plainAddress string, life time.Duration) *Authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	signs := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: uint64(life / time.Second)}})
	looks := va.New(quiet, port(t, plainAddress), port(t, tlsAddress), true, names(t), store)
	front := wfe.New(quiet, store, looks, signs, []string{"authority.example"}, true, false, 0, 0)
	a := &Authority{srv: httptest.NewTLSServer(front.Handler()), Issues: x509.NewCertPool(), CA: filepath.Join(t.TempDir(), "ca.pem")}
	t.Cleanup(a.Stop)
	a.Directory = a.srv.URL + wfe.DirectoryPath
	a.Issues.AddCert(signs.GetRootCert(0).Cert)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.srv.Certificate().Raw})
	if err := os.WriteFile(a.CA, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// Stop ends the authority: from then on nobody answers at its address.
func (a *Authority) Stop() { a.srv.Close() }

// names answers that every name is this machine, and returns where.
func names(t testing.TB) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &dns.Server{Listener: ln, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		a := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			a.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(a)
	})}
	go func() { _ = srv.ActivateAndServe() }()
	t.Cleanup(func() { _ = srv.Shutdown() })
	return ln.Addr().String()
}

// Free is an address of this machine that nobody listens on now.
func Free(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func port(t testing.TB, address string) int {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
