package webtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	chromiumEnv = "KETNAP_TEST_CHROMIUM"
	axeEnv      = "KETNAP_TEST_AXE"
	shotsEnv    = "KETNAP_SHOTS"
)

// The widths pages are looked at: an office screen and a telephone.
const (
	wide   = 1280
	narrow = 390
)

// patience is how long a browser may take for one test on a busy machine. It is no limit for pages.
const patience = 6 * time.Minute

var browser struct {
	sync.Once
	ctx  context.Context
	stop func()
	err  error
}

// need returns a setting of the environment, or skips; under CI=true a missing one is a failure.
func need(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" && os.Getenv("CI") == "true" {
		t.Fatalf("%s is not set", name)
	}
	if value == "" {
		t.Skipf("%s is not set", name)
	}
	return value
}

// startBrowser starts the one browser of all tests.
func startBrowser(t testing.TB) context.Context {
	t.Helper()
	path := need(t, chromiumEnv)
	browser.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("lang", "vi"),
			chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,BackForwardCache"), // the tests wait for pages to load
			chromedp.Flag("force-prefers-reduced-motion", true), chromedp.WSURLReadTimeout(time.Minute))
		ctx, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, stopContext := chromedp.NewContext(ctx)
		browser.ctx, browser.stop = ctx, func() { stopContext(); stopAllocator() } //nolint:fatcontext // one browser, not a loop
		browser.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	})
	if browser.err != nil {
		t.Fatalf("starting %s: %v", path, browser.err)
	}
	return browser.ctx
}

func stopBrowser() {
	if browser.stop != nil {
		browser.stop()
	}
}

// tab is a page in the browser with everything it complained about.
type tab struct {
	t   testing.TB
	d   *demo
	ctx context.Context
	mu  sync.Mutex
	bad []string

	asked atomic.Int64 // questions of dialogs
	login string       // who sits there, when they signed in by hand
}

// open opens an empty tab with cookies of its own, signed in as login ("" is nobody).
func open(t testing.TB, login string) *tab {
	t.Helper()
	b := blank(t, served(t))
	if login != "" {
		b.enter(login)
	}
	return b
}

// blank opens an empty tab with cookies of its own on a served program.
func blank(t testing.TB, d *demo) *tab {
	t.Helper()
	root := startBrowser(t)
	ctx, stop := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(func() { cancel(); stop() })
	b := &tab{t: t, d: d, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

// enter hands the session of a signed-in visitor to the tab.
func (b *tab) enter(login string) {
	b.t.Helper()
	at, err := url.Parse(b.d.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range visit(b.t, login).client.Jar.Cookies(at) {
		_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: b.d.url})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// listen keeps what the page complains about: script errors, refused resources, violations of the security policy.
func (b *tab) listen(ev any) {
	said := ""
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		said = "exception: " + ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			said += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if kind := string(ev.Type); kind == "error" || kind == "warning" || kind == "assert" {
			said = "console." + kind
			for _, a := range ev.Args {
				said += " " + string(a.Value) + a.Description
			}
			if strings.Contains(said, `"htmx:sendAbort, `) || strings.Contains(said, `"htmx:afterRequest, `) {
				said = "" // what was asked while typing is given up for the next question or another page; a request that fails says so itself
			}
		}
	case *log.EventEntryAdded:
		if level := string(ev.Entry.Level); level == "error" || level == "warning" {
			said = string(ev.Entry.Source) + " " + level + ": " + ev.Entry.Text + " " + ev.Entry.URL
		}
	}
	if said != "" {
		b.mu.Lock()
		b.bad = append(b.bad, said)
		b.mu.Unlock()
	}
}

// dialogs answers the questions a page asks from now on.
func (b *tab) dialogs(accept bool) {
	b.t.Helper()
	err := chromedp.Listen(b.ctx, func(ev any) {
		if _, asked := ev.(*cdppage.EventJavascriptDialogOpening); asked {
			b.asked.Add(1)
			go func() {
				_, _ = chromedp.Call(b.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: accept})
			}()
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// complaints returns what was said since the last call.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	bad := b.bad
	b.bad = nil
	return bad
}

// do runs steps.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, strings.Join(b.complaints(), "\n"))
	}
}

// visit opens an address of the program and wants status 200.
func (b *tab) visit(path string) {
	b.t.Helper()
	answer, err := chromedp.RunResponse(b.ctx, chromedp.Navigate(b.d.url+path))
	if err != nil {
		b.t.Fatalf("%s: %v", path, err)
	}
	if answer.Status != 200 {
		b.t.Fatalf("%s: status %d", path, answer.Status)
	}
}

// click clicks what leads to another page and waits for that page.
func (b *tab) click(selector string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("click %s: %v", selector, err)
	}
}

// width sets the width of the window.
func (b *tab) width(w int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(w, map[int64]int64{wide: 900, narrow: 844}[w]))
}

// eval runs a script in a tab and returns its value.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v in %.80s", err, script)
	}
	return v
}

// path is the address the tab stands at, without the host.
func (b *tab) path() string {
	b.t.Helper()
	return eval[string](b, `location.pathname + location.search`)
}

// overflow names the elements that make the page wider than the window; none is good.
func (b *tab) overflow() []string {
	b.t.Helper()
	return eval[[]string](b, `(() => {
		const page = document.scrollingElement;
		if (page.scrollWidth <= window.innerWidth) return [];
		const out = ['page ' + page.scrollWidth + ' > ' + window.innerWidth];
		for (const el of document.body.querySelectorAll('*')) {
			if (el.getBoundingClientRect().right > window.innerWidth + 1 && !el.closest('.table-wrap') && out.length < 6)
				out.push(el.tagName + '.' + el.className);
		}
		return out;
	})()`)
}

// violation is what axe found.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

func (v violation) String() string {
	return fmt.Sprintf("%s: %s\n    %s", v.ID, v.Help, strings.Join(v.Nodes, "\n    "))
}

var axeSource = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(os.Getenv(axeEnv))
	return string(text), err
})

// axe looks at the page with the rules of WCAG 2.2 A and AA.
func (b *tab) axe() []violation {
	b.t.Helper()
	need(b.t, axeEnv)
	source, err := axeSource()
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.Evaluate[chromedp.Void](source + "\n;0"))
	text := eval[string](b, `axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}, resultTypes: ['violations']})
		.then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + (n.failureSummary || '').replace(/\s+/g, ' '))}))))`)
	var found []violation
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

// shot keeps a picture of the whole page when pictures are wanted.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv(shotsEnv)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
