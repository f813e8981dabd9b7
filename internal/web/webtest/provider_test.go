package webtest_test

import (
	"bufio"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// organisation is an OpenID Connect provider that runs on this machine, and the program that lets people sign in there.
type organisation struct {
	issuer, url string
	db          string
	provider    *exec.Cmd
}

const orgClient, orgSecret = "ketnap", "s3cret of the test"

// first starts a command and returns the first line of its output that has what.
func first(t *testing.T, cmd *exec.Cmd, what string) string {
	t.Helper()
	var said lockedBuffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, at, ok := strings.Cut(lines.Text(), what); ok {
			return what + at
		}
	}
	t.Fatalf("%s did not start:\n%s", filepath.Base(cmd.Path), said.String())
	return ""
}

// freePort returns a port that nobody listens on: the provider must know the address of the pages before they are served.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// run runs one command of the program on the database of an organisation.
func (o *organisation) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := program(t, o.db, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// newOrganisation starts both, with accounts lan (bound to the subject "lan-7f3a") and minh (bound to nobody).
func newOrganisation(t *testing.T) *organisation {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("../../../node_modules/oidc-provider/package.json")
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	port := freePort(t)
	o := &organisation{url: "http://localhost:" + port, db: filepath.Join(dir, "a.db")}
	o.provider = exec.Command(node, "testdata/provider.mjs", o.url+"/dang-nhap/to-chuc/ve", orgClient, orgSecret)
	o.issuer = first(t, o.provider, "http://localhost:")
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(orgSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.run(t, "migrate")
	for _, login := range []string{"lan", "minh"} {
		o.run(t, "user", "add", login, "--name", "Nguyễn Thị "+login, "--role", "viewer")
		o.run(t, "user", "reset", login)
	}
	o.run(t, "user", "bind", "lan", "--issuer", o.issuer, "--subject", "lan-7f3a")
	first(t, program(t, o.db, "serve", "--listen=127.0.0.1:"+port, "--quiet", "--origin="+o.url,
		"--oidc-issuer="+o.issuer, "--oidc-client="+orgClient, "--oidc-secret-file="+secret, "--oidc-name=Cơ quan Thử"), "http://")
	return o
}

// The pages of the provider: where a name is asked, and where what we want to know is consented to.
const (
	askName = `input[placeholder="Enter any login"]`
	consent = `input[name=prompt][value=consent] ~ button`
)

// leave goes for the provider by a form of ours and returns the address the browser arrived at.
func (o *organisation) leave(b *tab, path, form string) *url.URL {
	b.t.Helper()
	b.visit(path)
	b.do(chromedp.Click(chromedp.CSS(`form[action="` + form + `"] button[type=submit]`)))
	b.do(chromedp.WaitVisible(chromedp.CSS(askName)))
	at, err := url.Parse(eval[string](b, `location.href`))
	if err != nil {
		b.t.Fatal(err)
	}
	return at
}

// name signs in at the provider as a subject, consents, and waits for a page of ours that has what.
func (o *organisation) name(b *tab, subject, what string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(askName), subject), chromedp.SendKeys(chromedp.CSS(`[name=password]`), "x"),
		chromedp.Click(chromedp.CSS(`button.login-submit`)), chromedp.WaitVisible(chromedp.CSS(consent)),
		chromedp.Click(chromedp.CSS(consent)), chromedp.WaitVisible(chromedp.CSS(what)))
}

// body is what the page of a tab says.
func (b *tab) body() string { b.t.Helper(); return eval[string](b, `document.body.innerText`) }

func (b *tab) says(what string) {
	b.t.Helper()
	if body := b.body(); !strings.Contains(body, what) {
		b.t.Errorf("%s does not say %q:\n%.600s", b.path(), what, body)
	}
}

// TestProvider: a browser signs in through a real OpenID Connect provider, with code and PKCE. Only the subject that is bound gets in,
// into its own account, once for each answer, and no longer than the bond lasts.
func TestProvider(t *testing.T) {
	startBrowser(t)
	o := newOrganisation(t)
	refused := 0
	refuse := func(b *tab, why string) {
		t.Helper()
		b.says(why)
		b.visit("/tai-khoan")
		if p := b.path(); !strings.HasPrefix(p, "/dang-nhap") {
			t.Errorf("refused with %q, and yet %s opens", why, p)
		}
		refused++
	}
	const signIn, notice, unbound = "/dang-nhap/to-chuc", `[role=alert]`, "chưa liên kết với tài khoản nào"

	foreign := blank(t, &demo{url: o.url})
	o.leave(foreign, "/dang-nhap", signIn)
	foreign.shot("provider-asks")
	o.name(foreign, "stranger", notice)
	refuse(foreign, unbound)
	twin := blank(t, &demo{url: o.url})
	o.leave(twin, "/dang-nhap", signIn)
	o.name(twin, "LAN-7f3a", notice) // looks like the one that is bound
	refuse(twin, unbound)

	lan := blank(t, &demo{url: o.url})
	at := o.leave(lan, "/dang-nhap?next=/tai-khoan", signIn)
	if at.Scheme+"://"+at.Host != o.issuer {
		t.Errorf("the browser was sent to %s, not to %s", at, o.issuer)
	}
	var back string
	if err := chromedp.Listen(lan.ctx, func(ev any) {
		if sent, ok := ev.(*network.EventRequestWillBeSent); ok && strings.Contains(sent.Request.URL, "/to-chuc/ve?") {
			back = sent.Request.URL
		}
	}); err != nil {
		t.Fatal(err)
	}
	o.name(lan, "lan-7f3a", `main form[action="/tai-khoan/to-chuc/bo"]`)
	lan.says("Nguyễn Thị lan")
	lan.says("Cơ quan Thử")
	for _, c := range lan.complaints() {
		if !strings.Contains(c, "fonts.googleapis.com") { // the provider's own pages ask for it
			t.Error(c)
		}
	}
	if !strings.Contains(back, "code=") || !strings.Contains(back, "state=") {
		t.Fatalf("the provider sent the browser back to %q", back)
	}
	thief := blank(t, &demo{url: o.url})
	thief.do(chromedp.Navigate(back)) // the same answer again, in another browser
	refuse(thief, "quá hạn hoặc đã dùng rồi")

	const again = "/xac-nhan/to-chuc"
	o.leave(lan, "/xac-nhan?next=/tai-khoan", again) // prompt=login: the provider asks though it knows the browser
	o.name(lan, "minh", `form[action="`+again+`"]`)
	lan.says("không phải chủ của phiên này")
	o.leave(lan, "/xac-nhan?next=/tai-khoan", again)
	o.name(lan, "lan-7f3a", `main form[action="/tai-khoan/to-chuc/bo"]`)
	lan.says("Đã xác nhận lại")

	o.run(t, "user", "unbind", "lan", "--issuer", o.issuer)
	lan.visit("/tai-khoan")
	if p := lan.path(); !strings.HasPrefix(p, "/dang-nhap") {
		t.Errorf("the bond ended, and yet %s opens", p)
	}
	last := blank(t, &demo{url: o.url})
	o.leave(last, "/dang-nhap", signIn)
	o.name(last, "lan-7f3a", notice)
	refuse(last, unbound)

	t.Logf("%d sign-ins tried with a subject or an answer that may not, 0 accepted", refused)
}
