package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ketnap/internal/acme"
	"ketnap/internal/fault"
)

// ownPair is the operator's own certificate and key. The files are read again and again: whoever renews them need not know of this program.
type ownPair struct {
	cert, key string
	log       *slog.Logger

	mu   sync.RWMutex
	held *tls.Certificate // the last that could be used
	ill  bool             // the files as they are now cannot be used
}

// ownCertificate reads the operator's own certificate; both files or none.
func (e *env) ownCertificate(log *slog.Logger) (certificates, error) {
	if e.cert == "" && e.certKey == "" {
		return certificates{states: func() []acme.State { return nil }}, nil
	}
	p := &ownPair{cert: e.cert, key: e.certKey, log: log}
	if err := p.read(); err != nil {
		return certificates{}, fault.E("cli.ownCertificate", fault.Unavailable, "cli.tls", e.cert, e.certKey, err)
	}
	return certificates{
		config: &tls.Config{GetCertificate: p.show, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
		states: p.states,
		run:    func(ctx context.Context) { p.run(ctx, cmp.Or(e.certEvery, time.Minute)) },
	}, nil
}

// read takes the files as they are; while they are being written, or are no pair, the last that could be used stays.
func (p *ownPair) read() error {
	pair, err := tls.LoadX509KeyPair(p.cert, p.key)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		if p.held != nil && !p.ill {
			p.log.Error("the TLS certificate and its key cannot be used as they are now; the ones before stay", slog.String("cert", p.cert), slog.String("key", p.key), slog.Any("error", err))
		}
		p.ill = true
		return err
	}
	if p.held != nil && (p.ill || !p.held.Leaf.Equal(pair.Leaf)) {
		p.log.Info("TLS certificate read anew", slog.String("cert", p.cert), slog.Time("ends", pair.Leaf.NotAfter))
	}
	p.held, p.ill = &pair, false
	return nil
}

func (p *ownPair) run(ctx context.Context, every time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
			_ = p.read() // told in the log
		}
	}
}

func (p *ownPair) show(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.held, nil
}

func (p *ownPair) states() []acme.State {
	p.mu.RLock()
	defer p.mu.RUnlock()
	leaf := p.held.Leaf
	return []acme.State{{Name: slices.Concat(leaf.DNSNames, []string{leaf.Subject.CommonName})[0], Ends: leaf.NotAfter, Ill: p.ill}}
}
