package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"ketnap/internal/fault"
	"ketnap/internal/i18n"
)

// visit is what the frame knows about one request. It is made by ServeHTTP
// and filled on the way in; the log record at the end reads it.
type visit struct {
	id    string // shown with an internal error and written to the log
	route string
	user  *UserView
	lang  i18n.Lang
	err   error
}

type visitKey struct{}

// visitOf is the visit of r. A request that never passed ServeHTTP (a test of
// a single handler) gets an empty one.
func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{lang: i18n.Vi}
}

// RequestID is the id of the request in the log and on the error page.
func RequestID(r *http.Request) string { return visitOf(r).id }

// ServeHTTP answers a request: the outermost layer.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	v := &visit{id: rand.Text()[:10], lang: langOf(r)}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	rec := &recorder{ResponseWriter: w}
	s.secureHeaders(rec.Header(), v.id)
	s.count.running.Add(1)
	defer func() {
		s.count.running.Add(-1)
		s.count.done(rec.status, time.Since(start))
		s.record(r, v, rec, time.Since(start))
	}()
	err := s.origin.Check(r)
	if err == nil {
		err = s.ownOrigin(r)
	}
	if err != nil {
		s.refuse(rec, r, fault.E("web.origin", fault.Forbidden, "web.error.origin", err))
		return
	}
	if h, pattern := s.mux.Handler(r); pattern == "" {
		s.noRoute(rec, r, h)
		return
	}
	s.mux.ServeHTTP(rec, r)
}

// policy is the content security policy of every page: nothing from outside,
// no inline script, no inline style, no frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; " +
	"require-trusted-types-for 'script'; trusted-types default 'allow-duplicates'"

// abilities are what no page needs, beyond passkeys.
const abilities = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), display-capture=(), " +
	"publickey-credentials-get=(self), publickey-credentials-create=(self)"

// secureHeaders sets the headers that every answer carries. Pages hold personal data:
// no cache keeps them; static files say otherwise themselves.
func (s *Site) secureHeaders(h http.Header, id string) {
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	h.Set("Permissions-Policy", abilities)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Permitted-Cross-Domain-Policies", "none")
	h.Set("Origin-Agent-Cluster", "?1")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
}

// ownOrigin closes a gap of CrossOriginProtection: it compares the host of an Origin and not its scheme, so that a page of
// http://host could write to https://host. Where the address of the pages is known, nothing else is their origin.
func (s *Site) ownOrigin(r *http.Request) error {
	o := r.Header.Get("Origin")
	if s.address == "" || o == "" || o == s.address || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	return errors.New("origin " + o)
}

// record writes the one access record of a request. The query is left out: it
// may hold a name somebody searched for.
func (s *Site) record(r *http.Request, v *visit, rec *recorder, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("id", v.id), slog.String("method", r.Method), slog.String("path", logged(r.URL.Path)),
		slog.String("route", v.route), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
		slog.Duration("took", took),
	}
	if v.user != nil {
		attrs = append(attrs, slog.String("user", v.user.Name))
	}
	if v.err != nil {
		attrs = append(attrs, slog.String("error", v.err.Error()))
		if rec.status >= 500 {
			level = slog.LevelError
		}
	}
	s.log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// recorder notes what was sent.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (rec *recorder) WriteHeader(code int) {
	if rec.status == 0 {
		rec.status = code
	}
	rec.ResponseWriter.WriteHeader(code)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// panicked is a panic on its way to the log, with the stack where it started.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// guard runs h and turns a panic into an Internal error.
func guard(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch x := recover(); {
		case x == nil:
		case isAbort(x):
			panic(x) // somebody wants the connection cut
		default:
			err = fault.E("web.guard", fault.Internal, "error.internal", error(&panicked{x, debug.Stack()}))
		}
	}()
	return h(w, r)
}

func isAbort(x any) bool {
	err, ok := x.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// runBuffered keeps the answer back until the handler has ended well.
func (s *Site) runBuffered(w http.ResponseWriter, r *http.Request, h Handler) {
	b := newBuffer(w)
	defer b.free()
	if err := guard(h, b, r); err != nil {
		b.reset()
		s.fail(b, r, err)
	}
	b.send(r)
}

// runStream lets the handler write to the connection.
func (s *Site) runStream(w http.ResponseWriter, r *http.Request, h Handler) {
	count := &recorder{ResponseWriter: w}
	err := guard(h, count, r)
	switch {
	case err == nil:
	case count.status == 0:
		dropContentHeaders(w.Header())
		s.refuse(w, r, err)
	default:
		visitOf(r).err = err
		panic(http.ErrAbortHandler)
	}
}

// refuse answers err where no buffer is at hand.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.runBuffered(w, r, func(http.ResponseWriter, *http.Request) error { return err })
}

// noRoute turns the plain "404" and "405" of the mux into pages. h is the
// handler the mux would have used: it knows which of the two it is.
func (s *Site) noRoute(w http.ResponseWriter, r *http.Request, h http.Handler) {
	probe := newBuffer(w)
	defer probe.free()
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.head.Get("Allow"))
		s.refuse(w, r, fault.E("web.noRoute", fault.Invalid, "web.error.method", error(statusError(probe.status))))
		return
	}
	s.refuse(w, r, fault.E("web.noRoute", fault.NotFound, "web.error.page"))
}

// logged is a path as the log has it: a calendar address is a key, and is left out.
func logged(path string) string {
	if strings.HasPrefix(path, "/lich/") {
		return "/lich/…"
	}
	return path
}
