// Package acme keeps the certificates of the server from an authority that speaks ACME (RFC 8555; ground floor): it asks for them, proves
// that the names lead here, and renews them while the server runs. Nobody is asked anything unless an operator names the server's names.
package acme

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	protocol "golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"ketnap/internal/fault"
	"ketnap/internal/outward"
)

// LetsEncrypt is the directory of the authority that is asked when no other is named.
const LetsEncrypt = protocol.LetsEncryptURL

const (
	answerTime = 30 * time.Second // for one answer of the authority
	lookTime   = time.Hour        // how often certificates are looked at, at the rarest
	waitTime   = 5 * time.Minute  // after a first failure; three times as long after each further one, up to lookTime. Authorities count failures.
)

// Config says for which names, and who is asked.
type Config struct {
	Names     []string // of this server, in ASCII
	Directory string   // address of the authority's directory; "" is LetsEncrypt
	Email     string   // for its notices; "" gives none
	Folder    string   // where keys and certificates are kept; it is made when it is not there
	Roots     string   // file of the certificates (PEM) that the directory itself is believed by; "" are those the machine believes
	Terms     bool     // the operator accepts the terms of the authority
	Log       *slog.Logger
}

// Manager holds the certificates.
type Manager struct {
	names    []string
	auto     *autocert.Manager
	overhear *overhear
	log      *slog.Logger

	mu    sync.RWMutex
	held  map[string]*tls.Certificate
	ill   map[string]bool // names whose certificate could not be got or renewed
	tries int             // failures in a row
}

// New checks a configuration and opens the folder. It opens no connection.
func New(c Config) (*Manager, error) {
	const op = "acme.New"
	if !c.Terms {
		return nil, fault.E(op, fault.Invalid, "acme.config_terms", cmp.Or(c.Directory, LetsEncrypt))
	}
	names, err := namesOf(c.Names)
	if err != nil {
		return nil, err
	}
	directory, err := url.Parse(cmp.Or(c.Directory, LetsEncrypt))
	if err != nil || directory.Scheme != "https" || directory.Hostname() == "" || directory.User != nil || directory.Fragment != "" {
		return nil, fault.E(op, fault.Invalid, "acme.config_directory", c.Directory, err)
	}
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email) {
		return nil, fault.E(op, fault.Invalid, "acme.config_email", c.Email, err)
	}
	roots, err := rootsOf(c.Roots)
	if err != nil {
		return nil, err
	}
	kept, err := openFolder(c.Folder, c.Log)
	if err != nil {
		return nil, err
	}
	client := outward.New(outward.Bounds{Time: answerTime, Roots: roots,
		May: func(u *url.URL) bool { return u.Scheme == "https" && u.User == nil && place(u) == place(directory) }})
	heard := &overhear{next: client.Transport}
	heard.last.Store("")
	client.Transport = heard
	return &Manager{names: names, overhear: heard, log: c.Log, held: map[string]*tls.Certificate{}, ill: map[string]bool{},
		auto: &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: kept, HostPolicy: autocert.HostWhitelist(names...), Email: c.Email,
			Client: &protocol.Client{DirectoryURL: directory.String(), HTTPClient: client, UserAgent: "ketnap"}}}, nil
}

// namesOf checks the names of a server: each whole, in ASCII, and no address of a machine.
func namesOf(given []string) ([]string, error) {
	var names []string
	for _, n := range given {
		n = strings.ToLower(strings.TrimSpace(n))
		labels := strings.Split(n, ".")
		_, number := netip.ParseAddr(n)
		if autocert.HostWhitelist(n)(context.Background(), n) != nil || number == nil || len(labels) < 2 || slices.Contains(labels, "") {
			return nil, fault.E("acme.namesOf", fault.Invalid, "acme.config_name", n)
		}
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return nil, fault.E("acme.namesOf", fault.Invalid, "acme.config_name", "")
	}
	return names, nil
}

// rootsOf reads whose certificates are believed; nil stands for those the machine believes.
func rootsOf(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(text) {
		return nil, fault.E("acme.rootsOf", fault.Invalid, "acme.config_ca", path, err)
	}
	return roots, nil
}

// place is the machine and port an address leads to.
func place(u *url.URL) string {
	return net.JoinHostPort(strings.ToLower(u.Hostname()), cmp.Or(u.Port(), "443"))
}

// Names are the names of this server.
func (m *Manager) Names() []string { return m.names }

// TLS is how the listener of the pages speaks. Handshakes never make the server ask for anything: what is held is shown, or nothing.
func (m *Manager) TLS() *tls.Config {
	return &tls.Config{GetCertificate: m.show, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1", protocol.ALPNProto}}
}

func (m *Manager) show(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	if !slices.Contains(m.names, name) {
		return nil, errors.New("acme: not a name of this server")
	}
	if slices.Equal(hello.SupportedProtos, []string{protocol.ALPNProto}) {
		return m.auto.GetCertificate(hello) // the authority looks whether the name leads here
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if c := m.held[name]; c != nil {
		return c, nil
	}
	return nil, errors.New("acme: no certificate yet")
}

// Plain answers without encryption: the authority that looks whether a name leads here, and everybody else with the address of the pages.
func (m *Manager) Plain(origin *url.URL) http.Handler {
	answer := m.auto.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "https", http.StatusBadRequest)
			return
		}
		to := url.URL{Scheme: origin.Scheme, Host: origin.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusFound)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, err := net.SplitHostPort(r.Host); err == nil {
			r.Host = host // where another port than 80 leads here
		}
		answer.ServeHTTP(w, r)
	})
}

// Run gets the certificates and looks after them until ctx ends.
func (m *Manager) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(m.look(ctx)):
		}
	}
}

// look gets what is missing or was renewed, and says when to look again.
func (m *Manager) look(ctx context.Context) time.Duration {
	next, well := lookTime, true
	for _, name := range m.names {
		if ctx.Err() != nil {
			return 0
		}
		// The suite says that elliptic curves are understood: the only keys that are asked for.
		c, err := m.auto.GetCertificate(&tls.ClientHelloInfo{ServerName: name, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
		if err == nil {
			var again time.Duration
			again, err = due(c.Leaf, time.Now())
			next = min(next, again)
		}
		well = well && err == nil
		m.note(name, c, err)
	}
	m.tries++
	if well {
		m.tries = 0
		return next
	}
	return min(next, waitTime*time.Duration(pow3(m.tries-1)))
}

// pow3 is 3 to the power of n, as far as that matters for a wait.
func pow3(n int) (p int) {
	p = 1
	for range min(n, 5) {
		p *= 3
	}
	return p
}

// due says when to look at a certificate again, and fails when its renewal is late. It is renewed when a third of its life is left, at most
// thirty days; an eighth of that later something is in the way.
func due(leaf *x509.Certificate, now time.Time) (time.Duration, error) {
	begins := min(leaf.NotAfter.Sub(leaf.NotBefore)/3, 30*24*time.Hour)
	if leaf.NotAfter.Sub(now) < begins-begins/8 {
		return begins / 8, errors.New("the renewal is late")
	}
	return begins / 8, nil
}

// note keeps what was got, and says once when a name falls ill and when it is well again.
func (m *Manager) note(name string, c *tls.Certificate, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.held[name]
	if c != nil {
		m.held[name] = c
	}
	if err != nil && !m.ill[name] {
		m.log.Error("no certificate from the ACME authority", slog.String("name", name), slog.Any("error", err), slog.Any("reason", m.overhear.last.Swap("")))
	}
	m.ill[name] = err != nil
	if err == nil && (was == nil || !was.Leaf.Equal(c.Leaf)) {
		m.log.Info("certificate from the ACME authority", slog.String("name", name), slog.Time("ends", c.Leaf.NotAfter))
	}
}

// State is how it stands with the certificate of one name.
type State struct {
	Name string
	Ends time.Time // zero: there is none
	Ill  bool      // it could not be got, or its renewal is late
}

// States are those of all names, in their order.
func (m *Manager) States() []State {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var all []State
	for _, n := range m.names {
		s := State{Name: n, Ill: m.ill[n]}
		if c := m.held[n]; c != nil {
			s.Ends = c.Leaf.NotAfter
		}
		all = append(all, s)
	}
	return all
}
