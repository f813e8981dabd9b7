package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

// replayer tries to use twice what is good once, and longer what has ended, against a handler: the program, or one with a planted fault.
type replayer struct {
	desk
	h     http.Handler
	n     int // of each kind
	users []id.ID
}

// ask sends a request with a session cookie, a token or a form and returns the answer.
func (p *replayer) ask(method, path, session, token string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if session != "" {
		r.AddCookie(&http.Cookie{Name: p.app.sessionCookie(), Value: session})
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return serve(p.h, r)
}

// opens reports whether a session opens a page.
func (p *replayer) opens(session string) bool {
	return p.ask(http.MethodGet, "/to-chuc", session, "", nil).Code == http.StatusOK
}

// sessions ends sessions in every way there is and replays them; an answer that opens is one accepted.
func (p *replayer) sessions() (tried, accepted int) {
	for i := range p.n {
		token, hash := seal.Token()
		user := p.users[i%len(p.users)]
		p.write(func(tx *store.Tx) error { return tx.AddSession(hash, user) })
		if !p.opens(token) {
			p.t.Fatal("a new session does not open")
		}
		before := *p.now
		switch i % 4 {
		case 0:
			p.ask(http.MethodPost, "/dang-xuat", token, "", url.Values{})
		case 1:
			p.write(func(tx *store.Tx) error { return tx.DropSessions(user) })
		case 2:
			*p.now = p.now.Add(61 * time.Minute) // idle
		case 3:
			for range 26 { // in use without a pause, and yet over after twelve hours
				*p.now = p.now.Add(29 * time.Minute)
				p.opens(token)
			}
		}
		tried++
		if p.opens(token) {
			accepted++
		}
		*p.now = before
	}
	return tried, accepted
}

// fixation signs in by links with a cookie that somebody else chose, and asks with that cookie.
func (p *replayer) fixation() (tried, accepted int) {
	for i := range p.n {
		link := p.link(i)
		fixed := "FIXED" + strconv.Itoa(i)
		rec := p.ask(http.MethodPost, "/moi", fixed, "", url.Values{"t": {link}})
		tried++
		got := ""
		for _, c := range rec.Result().Cookies() {
			if c.Name == p.app.sessionCookie() {
				got = c.Value
			}
		}
		if got == fixed || rec.Code == http.StatusSeeOther && got == "" || p.ask(http.MethodGet, "/tai-khoan", fixed, "", nil).Code == http.StatusOK {
			accepted++
		}
	}
	return tried, accepted
}

// link invites an account anew.
func (p *replayer) link(i int) string {
	link, err := p.app.Users.Reset(p.t.Context(), access.System("test"), p.users[i%len(p.users)])
	if err != nil {
		p.t.Fatal(err)
	}
	return link
}

// links uses each link several times at once: every use but one is one accepted too many.
func (p *replayer) links() (tried, accepted int) {
	for i := range p.n {
		link := p.link(i)
		var good atomic.Int64
		var wait sync.WaitGroup
		const atOnce = 4
		for range atOnce {
			wait.Go(func() {
				if p.ask(http.MethodPost, "/moi", "", "", url.Values{"t": {link}}).Code == http.StatusSeeOther {
					good.Add(1)
				}
			})
		}
		wait.Wait()
		tried += atOnce - 1
		accepted += int(good.Load()) - 1
	}
	return tried, accepted
}

// tokens revokes tokens of programs and replays them.
func (p *replayer) tokens() (tried, accepted int) {
	owner := p.users[len(p.users)-1]
	for range p.n {
		secret := p.token(owner, 0, day.Of(2026, 12, 31), users.Figures)
		if rec := p.ask(http.MethodGet, "/api/v1/figures", "", secret, nil); rec.Code != http.StatusOK {
			p.t.Fatalf("a new token: %d", rec.Code)
		}
		all, err := p.app.Users.Tokens(p.t.Context(), access.System("test"), owner)
		if err == nil {
			err = p.app.Users.RevokeToken(p.t.Context(), access.System("test"), owner, all[0].ID)
		}
		if err != nil {
			p.t.Fatal(err)
		}
		tried++
		if p.ask(http.MethodGet, "/api/v1/figures", "", secret, nil).Code != http.StatusUnauthorized {
			accepted++
		}
	}
	return tried, accepted
}

func newReplayer(t *testing.T, n int) *replayer {
	d := newDesk(t, Config{})
	p := &replayer{desk: d, h: d.app, n: n}
	for i := range 5 {
		p.users = append(p.users, d.user("lap"+strconv.Itoa(i), access.Clerk, d.root))
	}
	return p
}

// TestReplay: a session that ended, a cookie somebody else chose, a link used twice at once and a revoked token open nothing.
func TestReplay(t *testing.T) {
	n := storetest.Torture("replay", 100, 1000)
	p := newReplayer(t, n)
	for _, kind := range []struct {
		name string
		run  func() (int, int)
	}{{"sessions", p.sessions}, {"tokens", p.tokens}, {"fixations", p.fixation}, {"links at once", p.links}} {
		tried, accepted := kind.run()
		t.Logf("%d %s tried, %d accepted", tried, kind.name, accepted)
		if accepted != 0 || tried < n {
			t.Errorf("%s: %d of %d accepted", kind.name, accepted, tried)
		}
	}
}

// TestReplayCatches plants faults into the program and wants each seen.
func TestReplayCatches(t *testing.T) {
	page := func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }
	for name, fault := range map[string]struct {
		run func(*replayer) (int, int)
		h   func(*replayer, http.ResponseWriter, *http.Request) bool // reports whether it answered
	}{
		"a session that was good once stays good": {(*replayer).sessions, func(p *replayer, w http.ResponseWriter, r *http.Request) bool {
			if c, err := r.Cookie(p.app.sessionCookie()); err == nil && c.Value != "" && r.Method == http.MethodGet {
				page(w)
				return true
			}
			return false
		}},
		"signing out only takes the cookie away": {(*replayer).sessions, func(_ *replayer, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/dang-xuat" {
				w.WriteHeader(http.StatusSeeOther)
				return true
			}
			return false
		}},
		"the cookie that came is kept": {(*replayer).fixation, func(p *replayer, w http.ResponseWriter, r *http.Request) bool {
			if c, err := r.Cookie(p.app.sessionCookie()); err == nil && r.URL.Path == "/moi" {
				http.SetCookie(w, c)
				w.WriteHeader(http.StatusSeeOther)
				return true
			}
			return false
		}},
		"a link is good as often as one likes": {(*replayer).links, func(_ *replayer, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/moi" {
				w.WriteHeader(http.StatusSeeOther)
				return true
			}
			return false
		}},
		"a token is remembered for a while": {(*replayer).tokens, func(_ *replayer, w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") != "" {
				page(w)
				return true
			}
			return false
		}},
	} {
		p := newReplayer(t, 8)
		p.h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !fault.h(p, w, r) {
				p.app.ServeHTTP(w, r)
			}
		})
		if tried, accepted := fault.run(p); accepted == 0 {
			t.Errorf("planted fault %q: %d tried and nothing seen", name, tried)
		}
	}
}
