package web

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// buffer is a ResponseWriter that keeps header and body until send. So a page
// that fails half way never reaches the browser, the length is known, and text
// can be compressed in one go.
type buffer struct {
	w      http.ResponseWriter
	head   http.Header
	status int
	body   *bytes.Buffer
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBody is the largest buffer that goes back to the pool: one huge page
// shall not hold memory for ever.
const keepBody = 1 << 20

func newBuffer(w http.ResponseWriter) *buffer {
	body := bodies.Get().(*bytes.Buffer)
	body.Reset()
	return &buffer{w: w, head: http.Header{}, body: body}
}

func (b *buffer) free() {
	if b.body.Cap() <= keepBody {
		bodies.Put(b.body)
	}
	b.body = nil
}

// Header is the header of the answer so far.
func (b *buffer) Header() http.Header { return b.head }

// WriteHeader notes the status; the first one counts.
func (b *buffer) WriteHeader(code int) {
	if b.status == 0 {
		b.status = code
	}
}

func (b *buffer) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

// FlushError refuses: nothing leaves a buffer early. A route that must send as
// it goes is registered with Stream.
func (b *buffer) FlushError() error { return errors.ErrUnsupported }

// Unwrap lets http.ResponseController set deadlines.
func (b *buffer) Unwrap() http.ResponseWriter { return b.w }

// reset forgets everything written. Cookies stay: an error page may still have
// to end a session.
func (b *buffer) reset() {
	cookies := b.head["Set-Cookie"]
	clear(b.head)
	if cookies != nil {
		b.head["Set-Cookie"] = cookies
	}
	b.status = 0
	b.body.Reset()
}

// send writes the answer out, compressed when that pays.
func (b *buffer) send(r *http.Request) {
	b.WriteHeader(http.StatusOK)
	h := b.w.Header()
	maps.Copy(h, b.head)
	if b.body.Len() > 0 && h.Get("Content-Type") == "" {
		h.Set("Content-Type", http.DetectContentType(b.body.Bytes()))
	}
	if packable(h) {
		h.Add("Vary", "Accept-Encoding")
		if b.body.Len() > packFrom && acceptsGzip(r) {
			b.sendPacked(h)
			return
		}
	}
	if allowsBody(b.status) {
		h.Set("Content-Length", strconv.Itoa(b.body.Len()))
	}
	b.w.WriteHeader(b.status)
	// A client that went away is not an error of ours.
	_, _ = b.w.Write(b.body.Bytes())
}

// sendPacked compresses the whole body first, so that its length is known.
func (b *buffer) sendPacked(h http.Header) {
	out := bodies.Get().(*bytes.Buffer)
	out.Reset()
	defer func() {
		if out.Cap() <= keepBody {
			bodies.Put(out)
		}
	}()
	z := packers.Get().(*gzip.Writer)
	z.Reset(out)
	// Writing to a bytes.Buffer cannot fail.
	_, _ = z.Write(b.body.Bytes())
	_ = z.Close()
	packers.Put(z)
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	b.w.WriteHeader(b.status)
	_, _ = b.w.Write(out.Bytes())
}

// packFrom is the size below which compression costs more than it saves.
const packFrom = 1 << 10

// packLevel is fast on purpose: the machine renders, the network is near.
const packLevel = 1

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, packLevel) // a constant level cannot fail
	return z
}}

// packable says whether the answer is text that nobody compressed yet.
func packable(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return false
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "application/json", "application/javascript", "image/svg+xml":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" is a no.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64)
			return q == "" || err != nil || weight > 0
		}
	}
	return false
}

func allowsBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// dropContentHeaders removes what described a body that will not be sent.
func dropContentHeaders(h http.Header) {
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Disposition", "Content-Encoding", "Etag", "Last-Modified"} {
		h.Del(name)
	}
}
