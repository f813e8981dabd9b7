package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ketnap/internal/fault"
)

// frame is a site with a few pages made for its test, and what it logged.
type frame struct {
	*Site
	log *bytes.Buffer
}

func newFrame(t *testing.T) frame {
	t.Helper()
	log := new(bytes.Buffer)
	s, err := New(Config{Log: slog.New(slog.NewTextHandler(log, nil)), Version: "0.1"})
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) Handler {
		return func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, err := io.WriteString(w, text)
			return err
		}
	}
	s.Handle("GET /short", write("short"), Public())
	s.Handle("GET /long", write(strings.Repeat("đảng viên ", 400)), Public())
	s.Handle("GET /half", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Disposition", "attachment")
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, "half a page")
		return errors.New("secret driver text")
	}, Public())
	s.Handle("GET /stream", func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "half a file")
		return errors.New("secret driver text")
	}, Public(), Stream())
	s.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("on purpose") }, Public())
	s.Handle("GET /fault/{kind}", func(_ http.ResponseWriter, r *http.Request) error {
		for k := range statusOf {
			if k.String() == r.PathValue("kind") {
				return fault.E("test", k, "")
			}
		}
		return nil
	}, Public())
	s.Handle("POST /echo", func(w http.ResponseWriter, r *http.Request) error {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		s.Flash(w, Notice{Kind: Done, Text: "Đã ghi."})
		_, err = w.Write(data)
		return err
	}, Public())
	s.Handle("POST /upload", func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}, Public(), MaxBody(4<<20))
	s.Handle("GET /secret", write("secret"))
	s.Auth = func(r *http.Request) (context.Context, *UserView, error) {
		if r.Header.Get("X-User") == "" {
			return r.Context(), nil, nil
		}
		return r.Context(), &UserView{Name: r.Header.Get("X-User")}, nil
	}
	return frame{s, log}
}

func (f frame) do(method, target string, body io.Reader, head ...string) *http.Response {
	r := httptest.NewRequest(method, target, body)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	rec := httptest.NewRecorder()
	f.ServeHTTP(rec, r)
	return rec.Result()
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHeaders(t *testing.T) {
	f := newFrame(t)
	for _, path := range []string{"/short", "/nowhere", "/panic"} {
		h := f.do("GET", path, nil).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q", path, name, got)
			}
		}
		if h.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
}

func TestErrors(t *testing.T) {
	f := newFrame(t)
	for kind, status := range statusOf {
		for _, fragment := range []string{"", "true"} {
			res := f.do("GET", "/fault/"+kind.String(), nil, "HX-Request", fragment)
			page := text(t, res)
			if res.StatusCode != status {
				t.Errorf("%s: status %d, want %d", kind, res.StatusCode, status)
			}
			if strings.Contains(page, "<html") != (fragment == "") || (res.Header.Get("HX-Retarget") != "") != (fragment != "") {
				t.Errorf("%s: fragment %q answered by\n%s", kind, fragment, page)
			}
			if strings.Contains(page, "⟦") {
				t.Errorf("%s: a text is missing:\n%s", kind, page)
			}
			if shown := strings.Contains(page, res.Header.Get("X-Request-Id")); shown != (status >= 500) {
				t.Errorf("%s: request id on the page: %v", kind, shown)
			}
		}
	}
	res := f.do("GET", "/fault/busy", nil)
	if res.Header.Get("Retry-After") == "" {
		t.Error("busy without Retry-After")
	}
}

// TestHalfPage: what a handler wrote before it failed is not sent, and the cause
// is in the log only.
func TestHalfPage(t *testing.T) {
	f := newFrame(t)
	for _, path := range []string{"/half", "/panic"} {
		f.log.Reset()
		res := f.do("GET", path, nil)
		page := text(t, res)
		if res.StatusCode != http.StatusInternalServerError || strings.Contains(page, "half a page") || strings.Contains(page, "secret") || strings.Contains(page, "on purpose") {
			t.Errorf("%s: %d\n%s", path, res.StatusCode, page)
		}
		if res.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: headers of the half page are sent", path)
		}
		log := f.log.String()
		if strings.Count(log, "msg=request") != 1 || !strings.Contains(log, "level=ERROR") || !strings.Contains(log, res.Header.Get("X-Request-Id")) {
			t.Errorf("%s: log\n%s", path, log)
		}
	}
	if !strings.Contains(f.log.String(), "frame_test.go") {
		t.Error("the stack of a panic is not in the log")
	}
}

func TestStreamIsCut(t *testing.T) {
	f := newFrame(t)
	defer func() {
		if x := recover(); x != http.ErrAbortHandler {
			t.Errorf("recovered %v, want the connection cut", x)
		}
		if !strings.Contains(f.log.String(), "secret driver text") {
			t.Error("nothing in the log")
		}
	}()
	f.do("GET", "/stream", nil)
}

func TestRoutes(t *testing.T) {
	f := newFrame(t)
	if res := f.do("GET", "/nowhere", nil); res.StatusCode != http.StatusNotFound || !strings.Contains(text(t, res), "Không tìm thấy") {
		t.Errorf("404: %d", res.StatusCode)
	}
	if res := f.do("POST", "/short", nil); res.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(res.Header.Get("Allow"), "GET") {
		t.Errorf("405: %d %v", res.StatusCode, res.Header)
	}
	f.log.Reset()
	f.do("GET", "/short?q=Nguyễn", nil, "X-User", "Hoà")
	if log := f.log.String(); strings.Contains(log, "Nguy") || !strings.Contains(log, `route="GET /short"`) || !strings.Contains(log, "user=Hoà") {
		t.Errorf("log: %s", log)
	}
	res := f.do("GET", "/secret?page=2", nil)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/sign-in?next=%2Fsecret%3Fpage%3D2" {
		t.Errorf("visitor: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res := f.do("GET", "/secret", nil, "HX-Request", "true"); res.Header.Get("HX-Redirect") == "" {
		t.Error("htmx is not sent to the sign-in page")
	}
	if res := f.do("GET", "/secret", nil, "X-User", "Hoà"); text(t, res) != "secret" {
		t.Error("a user does not see the page")
	}
}

// TestForeignForm: a form of another site is refused before anything reads it.
func TestForeignForm(t *testing.T) {
	f := newFrame(t)
	for _, head := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		if res := f.do("POST", "/echo", strings.NewReader("x"), head...); res.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %d", head, res.StatusCode)
		}
	}
	if res := f.do("POST", "/echo", strings.NewReader("x"), "Sec-Fetch-Site", "same-origin"); text(t, res) != "x" {
		t.Error("our own form is refused")
	}
}

func TestLimits(t *testing.T) {
	f := newFrame(t)
	big := strings.Repeat("x", defaultBody+1)
	if res := f.do("POST", "/echo", strings.NewReader(big)); res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text(t, res), "1.024 KB") {
		t.Errorf("too large: %d", res.StatusCode)
	}
	if res := f.do("POST", "/upload", strings.NewReader(big)); res.StatusCode != http.StatusOK {
		t.Errorf("upload: %d", res.StatusCode)
	}
}

func TestGzip(t *testing.T) {
	f := newFrame(t)
	plain := text(t, f.do("GET", "/long", nil))
	for accept, want := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "br": false, "": false} {
		res := f.do("GET", "/long", nil, "Accept-Encoding", accept)
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: packed %v", accept, got)
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary %q", accept, res.Header.Get("Vary"))
		}
		if !want {
			continue
		}
		z, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || string(b) != plain {
			t.Errorf("%q: unpacked to %d bytes, want %d: %v", accept, len(b), len(plain), err)
		}
	}
	if res := f.do("GET", "/short", nil, "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "" || res.Header.Get("Content-Length") != "5" {
		t.Errorf("a short answer is packed: %v", res.Header)
	}
}

func TestLanguage(t *testing.T) {
	f := newFrame(t)
	for _, accept := range []string{"", "en-GB,en;q=0.9", "fr", "vi"} {
		if page := text(t, f.do("GET", "/nowhere", nil, "Accept-Language", accept)); !strings.Contains(page, `<html lang="vi">`) {
			t.Errorf("%q is not answered in Vietnamese", accept)
		}
	}
	res := f.do("GET", "/short?lang=en&page=2", nil)
	if len(res.Cookies()) != 1 || res.Cookies()[0].Value != "en" || res.Header.Get("Location") != "/short?page=2" {
		t.Fatalf("choice: %v %q", res.Cookies(), res.Header.Get("Location"))
	}
	if page := text(t, f.do("GET", "/nowhere", nil, "Cookie", "lang=en")); !strings.Contains(page, "Not found") {
		t.Error("the cookie is not heard")
	}
	if page := text(t, f.do("GET", "/nowhere", nil, "Cookie", "lang=xx")); !strings.Contains(page, `lang="vi"`) {
		t.Error("an unknown language in the cookie")
	}
}

func TestFlash(t *testing.T) {
	f := newFrame(t)
	res := f.do("POST", "/echo", strings.NewReader("x"))
	c := res.Cookies()[0]
	if c.SameSite != http.SameSiteStrictMode || !c.HttpOnly {
		t.Errorf("cookie %v", c)
	}
	res = f.do("GET", "/nowhere", nil, "Cookie", c.Name+"="+c.Value)
	if !strings.Contains(text(t, res), "Đã ghi.") || res.Cookies()[0].MaxAge >= 0 {
		t.Error("the notice is not shown once")
	}
	for _, bad := range []string{"%%%", "e30", "bm90IGpzb24"} {
		if res := f.do("GET", "/nowhere", nil, "Cookie", flashCookie+"="+bad); res.StatusCode != http.StatusNotFound {
			t.Errorf("cookie %q: %d", bad, res.StatusCode)
		}
	}
}

func TestStatic(t *testing.T) {
	f := newFrame(t)
	href := f.static.href("app.css")
	res := f.do("GET", href, nil, "Accept-Encoding", "gzip")
	if h := res.Header; h.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %v", href, h)
	}
	if res := f.do("GET", "/static/000000000000/app.css", nil); res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("old hash: %d %v", res.StatusCode, res.Header)
	}
	if res := f.do("GET", "/static/x/../site.go", nil); res.StatusCode == http.StatusOK {
		t.Error("a file outside is served")
	}
	if res := f.do("GET", "/static/x/nothing.css", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("missing file: %d", res.StatusCode)
	}
}

func TestNumbers(t *testing.T) {
	f := newFrame(t)
	r := httptest.NewRequest(http.MethodGet, "/short", nil)
	b := f.Base(r, "web.product")
	for got, want := range map[string]string{
		b.Num(1020): "1.020", b.Pct(288, 815): "35,34%", b.Pct(1, 0): "—", b.Points(11.88): "+11,9", b.Points(-11.4): "−11,4", b.Points(-0.01): "0,0",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	b.Lang = "en"
	if got := b.Num(int64(1234567)) + " " + b.Pct(288, 815); got != "1,234,567 35.34%" {
		t.Errorf("English: %q", got)
	}
}
