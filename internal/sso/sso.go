// Package sso signs people in at the OpenID Connect provider of an organisation (ground floor): it finds the provider, sends a browser
// there, and checks what comes back. It knows nothing of accounts. Nothing is asked of the provider before somebody wants to sign in there.
package sso

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ketnap/internal/fault"
	"ketnap/internal/outward"
)

// Bounds on a provider. They are guards of this program: one that hangs or is down must not hold anything else up.
const (
	answerTime = 8 * time.Second  // for everything asked in one step
	restTime   = 15 * time.Second // after a failure it is not asked again for so long
	knownTime  = time.Hour        // how long its addresses are taken as known
	mostAtOnce = 16               // steps that speak with it at the same time
)

// Config says which provider, and who we are to it.
type Config struct {
	Issuer string // as the provider writes it; https, or http on this machine
	Client string // our id at the provider
	Secret string
	Origin string // address of our pages, "https://ketnap.example"
	Name   string // what people call it: written on the button
	Level  string // acr that an answer must have; "" asks for none
}

// Path is where the provider sends browsers back to, below the origin.
const Path = "/dang-nhap/to-chuc/ve"

// Provider is the sign-in of an organisation (nhà cung cấp đăng nhập).
type Provider struct {
	c     Config
	http  *outward.Client
	slots chan struct{}

	mu   sync.Mutex
	now  func() time.Time
	met  *met
	at   time.Time // when it was met
	rest time.Time // not asked before
}

// met is what a provider says about itself.
type met struct {
	provider *oidc.Provider
	Auth     string   `json:"authorization_endpoint"`
	Token    string   `json:"token_endpoint"`
	Keys     string   `json:"jwks_uri"`
	Methods  []string `json:"token_endpoint_auth_methods_supported"`
	SaysWho  bool     `json:"authorization_response_iss_parameter_supported"`
}

// New checks a configuration. It opens no connection.
func New(c Config) (*Provider, error) {
	const op = "sso.New"
	switch {
	case !safe(c.Issuer, c.Issuer) || strings.ContainsAny(c.Issuer, "?#"):
		return nil, fault.E(op, fault.Invalid, "sso.config_issuer", c.Issuer)
	case c.Client == "" || c.Secret == "":
		return nil, fault.E(op, fault.Invalid, "sso.config_client")
	case !safe(c.Origin, c.Origin) || strings.Count(c.Origin, "/") != 2:
		return nil, fault.E(op, fault.Invalid, "sso.config_origin")
	}
	if c.Name == "" {
		u, err := url.Parse(c.Issuer)
		if err != nil {
			return nil, fault.E(op, fault.Invalid, "sso.config_issuer", c.Issuer, err)
		}
		c.Name = u.Hostname()
	}
	return &Provider{c: c, http: outward.New(outward.Bounds{Time: answerTime, Conns: mostAtOnce}), slots: make(chan struct{}, mostAtOnce), now: time.Now}, nil
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.c.Name }

// Issuer is what the provider calls itself.
func (p *Provider) Issuer() string { return p.c.Issuer }

// safe reports whether an address is encrypted, or on this machine where the issuer is too.
func safe(address, issuer string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	i, err := url.Parse(issuer)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" && local(u) && local(i))
}

func local(u *url.URL) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// enter takes one of the places for speaking with the provider, and bounds how long that may take.
func (p *Provider) enter(ctx context.Context) (context.Context, func(), error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	select {
	case p.slots <- struct{}{}:
		return oidc.ClientContext(ctx, p.http), func() { <-p.slots; cancel() }, nil
	case <-ctx.Done():
		cancel()
		return nil, nil, fault.E("sso.enter", fault.Unavailable, "sso.down", p.c.Name, ctx.Err())
	}
}

// meet returns what the provider says about itself, asking once an hour. One that could not be asked anew stays as it was known.
func (p *Provider) meet(ctx context.Context) (*met, error) {
	const op = "sso.meet"
	p.mu.Lock()
	known, fresh, resting := p.met, p.now().Sub(p.at) < knownTime, p.now().Before(p.rest)
	p.mu.Unlock()
	if known != nil && (fresh || resting) {
		return known, nil
	}
	if resting {
		return nil, fault.E(op, fault.Unavailable, "sso.down", p.c.Name)
	}
	m, err := p.ask(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.met, p.at = m, p.now()
		return m, nil
	}
	p.rest = p.now().Add(restTime)
	if known != nil {
		return known, nil
	}
	return nil, fault.E(op, fault.Unavailable, "sso.down", p.c.Name, err)
}

func (p *Provider) ask(ctx context.Context) (*met, error) {
	found, err := oidc.NewProvider(ctx, p.c.Issuer)
	if err != nil {
		return nil, err
	}
	m := &met{provider: found}
	if err := found.Claims(m); err != nil {
		return nil, err
	}
	for _, address := range []string{m.Auth, m.Token, m.Keys} {
		if !safe(address, p.c.Issuer) {
			return nil, errors.New("the provider names an address that is not encrypted: " + address)
		}
	}
	return m, nil
}

func (p *Provider) client(m *met) *oauth2.Config {
	style := oauth2.AuthStyleInHeader
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: p.c.Client, ClientSecret: p.c.Secret, RedirectURL: p.c.Origin + Path, Scopes: []string{oidc.ScopeOpenID, "profile"},
		Endpoint: oauth2.Endpoint{AuthURL: m.Auth, TokenURL: m.Token, AuthStyle: style}}
}

// Question is what one sign-in is told apart by. State travels through the browser; Nonce comes back inside the signed answer; Verifier
// proves that who fetches the answer asked for it.
type Question struct {
	Nonce    string
	Verifier string
	Again    int64 // unix seconds: the person must have shown a factor since then; 0 does not ask
}

// Ask returns a new question and the address to send the browser to.
func (p *Provider) Ask(ctx context.Context, state, nonce string, again bool) (Question, string, error) {
	q := Question{Nonce: nonce, Verifier: oauth2.GenerateVerifier()}
	ctx, leave, err := p.enter(ctx)
	if err != nil {
		return q, "", err
	}
	defer leave()
	m, err := p.meet(ctx)
	if err != nil {
		return q, "", err
	}
	opts := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(q.Verifier)}
	if again {
		q.Again = p.now().Unix()
		opts = append(opts, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if p.c.Level != "" {
		opts = append(opts, oauth2.SetAuthURLParam("acr_values", p.c.Level))
	}
	return q, p.client(m).AuthCodeURL(state, opts...), nil
}

// Person is who the provider says somebody is. Issuer and Subject together never change; Label is for people to read.
type Person struct {
	Issuer, Subject, Label string
}

// answered is what we read of a signed answer beside what the library checks.
type answered struct {
	Party string `json:"azp"`
	Level string `json:"acr"`
	Since int64  `json:"auth_time"`
	Name  string `json:"preferred_username"`
	Mail  string `json:"email"`
}

// skew is how far the clock of the provider may be behind ours.
const skew = 30

// Check fetches the answer to a question with the code the browser brought, and says who it is about. from is the issuer as the browser
// brought it, "" when it did not.
func (p *Provider) Check(ctx context.Context, q Question, code, from string) (Person, error) {
	ctx, leave, err := p.enter(ctx)
	if err != nil {
		return Person{}, err
	}
	defer leave()
	m, err := p.meet(ctx)
	if err != nil {
		return Person{}, err
	}
	if from != p.c.Issuer && (from != "" || m.SaysWho) {
		return Person{}, wrong(errors.New("the answer comes from " + from))
	}
	t, err := p.client(m).Exchange(ctx, code, oauth2.VerifierOption(q.Verifier))
	if err != nil {
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response.StatusCode < http.StatusInternalServerError {
			return Person{}, wrong(err)
		}
		return Person{}, fault.E("sso.Check", fault.Unavailable, "sso.down", p.c.Name, err)
	}
	raw, ok := t.Extra("id_token").(string)
	if !ok {
		return Person{}, wrong(errors.New("no id_token"))
	}
	// Only signatures with a public key: what a key that both sides know has signed proves nothing about who signed.
	algs := []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
	token, err := m.provider.Verifier(&oidc.Config{ClientID: p.c.Client, SupportedSigningAlgs: algs, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return Person{}, wrong(err)
	}
	var a answered
	if err := token.Claims(&a); err != nil {
		return Person{}, wrong(err)
	}
	if err := p.fits(q, token, a); err != nil {
		return Person{}, err
	}
	label := a.Name
	if label == "" {
		label = a.Mail
	}
	return Person{Issuer: token.Issuer, Subject: token.Subject, Label: label}, nil
}

// fits reports whether a verified answer is the one to the question.
func (p *Provider) fits(q Question, token *oidc.IDToken, a answered) error {
	switch {
	case q.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(q.Nonce)) != 1:
		return wrong(errors.New("the answer is to another question"))
	case len(token.Audience) > 1 && a.Party != p.c.Client || a.Party != "" && a.Party != p.c.Client:
		return wrong(errors.New("the answer was given to " + a.Party))
	case token.Issuer != p.c.Issuer || token.Subject == "" || len(token.Subject) > 255:
		return wrong(errors.New("the answer names nobody"))
	case p.c.Level != "" && a.Level != p.c.Level:
		return fault.E("sso.fits", fault.Invalid, "sso.level", p.c.Name)
	case q.Again != 0 && a.Since < q.Again-skew:
		return fault.E("sso.fits", fault.Invalid, "sso.again", p.c.Name)
	}
	return nil
}

func wrong(err error) error { return fault.E("sso.Check", fault.Invalid, "sso.wrong", err) }
