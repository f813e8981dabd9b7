package webtest_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// program is one command of the program on a database of its own.
func program(t *testing.T, db string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "KETNAP_DB="+db, "KETNAP_KEY=")
	return cmd
}

// fresh starts the program on an empty database and returns its address by name and the set-up link it printed.
func fresh(t *testing.T) (url, link string) {
	t.Helper()
	db := filepath.Join(t.TempDir(), "a.db")
	if out, err := program(t, db, "migrate").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	url, link, _ = started(t, db)
	return url, link
}

// started starts the program and returns its address by name, the one-time link it printed, and how to end it.
func started(t *testing.T, db string) (url, link string, stop func()) {
	t.Helper()
	server := program(t, db, "serve", "--listen=127.0.0.1:0", "--quiet")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() { _ = server.Process.Kill(); _ = server.Wait() })
	t.Cleanup(stop)
	for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
		if at := strings.Index(lines.Text(), "http://localhost:"); at >= 0 {
			link = lines.Text()[at:]
		}
	}
	url, _, _ = strings.Cut(link, "/moi")
	if url == "" {
		t.Fatal("no set-up link was printed")
	}
	return url, link, stop
}

// authenticator gives a tab a virtual authenticator that verifies its user.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		b.t.Fatal(err)
	}
	return made.AuthenticatorID
}

func (b *tab) verifies(id webauthn.AuthenticatorID, yes bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: yes}); err != nil {
		b.t.Fatal(err)
	}
}

// TestPasskeys walks from an empty machine to a second account: the set-up link, a passkey, signing out and in with it, an
// authenticator that does not verify its user, confirming a sensitive act.
func TestPasskeys(t *testing.T) {
	root := startBrowser(t)
	url, link := fresh(t)
	ctx, stop := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(func() { cancel(); stop() })
	b := &tab{t: t, d: &demo{url: url}, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	key := b.authenticator()
	b.visit(strings.TrimPrefix(link, url))
	b.inspect("setup-link")
	b.do(chromedp.SendKeys(chromedp.CSS(`[name=login]`), "sep"), chromedp.SendKeys(chromedp.CSS(`[name=name]`), "Nguyễn Thị Sếp"))
	b.click(`form[action="/moi"] button`)
	if p := b.path(); p != "/tai-khoan" {
		t.Fatalf("the link led to %s", p)
	}
	b.inspect("account-missing")
	b.visit("/quan-tri") // leads back: nothing may be done yet
	if p := b.path(); p != "/tai-khoan" {
		t.Errorf("without a passkey %s opens", p)
	}
	b.do(chromedp.SendKeys(chromedp.CSS(`form[data-make="1"] [name=name]`), "Máy văn phòng"))
	b.click(`form[data-make="1"] button`)
	if body := eval[string](b, `document.body.innerText`); !strings.Contains(body, "Máy văn phòng") {
		t.Fatalf("the passkey is not listed: %s", body)
	}
	b.inspect("account-passkey")
	b.visit("/quan-tri")
	if p := b.path(); p != "/quan-tri" {
		t.Errorf("with a passkey: %s", p)
	}
	b.do(chromedp.SendKeys(chromedp.CSS(`[name=login]`), "lan.nt"), chromedp.SendKeys(chromedp.CSS(`[name=name]`), "Nguyễn Thị Lan"))
	b.click(`form[action="/quan-tri/nguoi-dung"] button`)
	if body := eval[string](b, `document.body.innerText`); !strings.Contains(body, url+"/moi?t=") {
		t.Errorf("no invitation is shown: %s", body)
	}
	b.inspect("users-invited")
	b.do(chromedp.Click(chromedp.CSS(`details.menu summary`)))
	b.click(`form[action="/dang-xuat"] button`)
	if len(b.complaints()) > 0 {
		t.Error(b.complaints())
	}

	b.verifies(key, false)
	b.do(chromedp.Click(chromedp.CSS(`form[data-passkey] button`)))
	said := eval[string](b, `new Promise(done => { const x = document.querySelector('[data-said]'); const look = () => x.textContent ? done(x.textContent) : setTimeout(look, 50); look(); })`)
	if said == "" || b.path() != "/dang-nhap" {
		t.Errorf("an authenticator that does not verify its user: %q", said)
	}
	b.complaints()
	b.verifies(key, true)
	b.visit("/dang-nhap?next=/quan-tri")
	b.click(`form[data-passkey] button`)
	if p := b.path(); p != "/quan-tri" {
		t.Errorf("signed in to %s", p)
	}
	b.visit("/xac-nhan?next=/tai-khoan")
	b.inspect("prove")
	b.click(`form[data-passkey] button`)
	if p := b.path(); p != "/tai-khoan" {
		t.Errorf("confirmed to %s", p)
	}
	for _, c := range b.complaints() {
		t.Error(c)
	}
}
