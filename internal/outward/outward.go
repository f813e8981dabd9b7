// Package outward opens the connections that the server itself begins (ground floor). It begins none unless an operator named whom to
// speak with, and nothing else in the program dials: a house rule keeps that.
package outward

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// mostBytes is how much of one answer is read: longer than any right one.
const mostBytes = 1 << 20

// Bounds say how far a client goes.
type Bounds struct {
	Time  time.Duration       // for one answer, body and all
	Conns int                 // to one machine at the same time; 0: any number
	Roots *x509.CertPool      // whose certificates it believes; nil: those the machine believes
	May   func(*url.URL) bool // the addresses it asks; nil: the caller looks at each of them
}

// Client asks within the bounds that New gave it.
type Client = http.Client

// New returns a client within bounds. It never follows to another address than the one it was given.
func New(b Bounds) *Client {
	return &Client{
		Timeout: b.Time,
		Transport: bounded{b.May, &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: b.Conns, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: b.Time,
			ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: b.Roots, MinVersion: tls.VersionTLS12}}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("whom we ask leads elsewhere") },
	}
}

// bounded asks only where it may, and cuts answers that are longer than any right one.
type bounded struct {
	may func(*url.URL) bool
	*http.Transport
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.may != nil && !b.may(r.URL) {
		return nil, errors.New("not asked, for it is not where the operator pointed to: " + r.URL.Redacted())
	}
	res, err := b.Transport.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostBytes), res.Body}
	}
	return res, err
}

// Dial opens a connection to a port of a machine.
func Dial(ctx context.Context, host, port string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
}
