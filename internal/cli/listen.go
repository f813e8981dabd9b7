package cli

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"ketnap/internal/acme"
	"ketnap/internal/store"
	"ketnap/internal/web"
)

// Bounds of connections: guards of this program. An office behind one address has a few hundred browsers with six connections each.
const (
	mostConns    = 20_000
	mostPerPlace = 2_000
)

// limited is a listener that closes connections beyond the bounds at once, so that one place cannot take all of them.
type limited struct {
	net.Listener
	mu    sync.Mutex
	all   int
	place map[string]int

	most, perPlace int
}

func limit(l net.Listener, most, perPlace int) *limited {
	return &limited{Listener: l, place: map[string]int{}, most: most, perPlace: perPlace}
}

// Accept waits for a connection within the bounds.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(c.RemoteAddr().String())
		if err != nil {
			host = c.RemoteAddr().String()
		}
		if l.take(host) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.leave(host) })}, nil
		}
		_ = c.Close()
	}
}

func (l *limited) take(host string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= l.most || l.place[host] >= l.perPlace {
		return false
	}
	l.all++
	l.place[host]++
	return true
}

func (l *limited) leave(host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.place[host]--; l.place[host] == 0 {
		delete(l.place, host)
	}
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}

// listenAt listens on an address within the bounds.
func listenAt(address string) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("không nghe được ở %s: %w", address, err)
	}
	return limit(ln, mostConns, mostPerPlace), nil
}

// aside runs a small server on a listener of its own, until it is closed.
func aside(address string, srv *http.Server) error {
	ln, err := listenAt(address)
	if err == nil {
		go func() { _ = srv.Serve(ln) }()
	}
	return err
}

// metrics answers on a listener of its own: what a monitor asks for. It says nothing about anybody.
func metrics(app *web.App, st *store.Store, certs func() []acme.State) http.Handler {
	began := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := st.View(r.Context(), func(*store.Tx) error { return nil }); err != nil || st.SinkDown() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		n := app.Served()
		for i, class := range n.Status {
			_, _ = fmt.Fprintf(w, "ketnap_requests_total{class=\"%dxx\"} %d\n", i+1, class)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		down := 0
		if st.SinkDown() {
			down = 1
		}
		_, _ = fmt.Fprintf(w, "ketnap_request_seconds_total %g\nketnap_requests_running %d\nketnap_alarms_total %d\nketnap_audit_sink_down %d\nketnap_goroutines %d\nketnap_heap_bytes %d\nketnap_up_seconds %d\n",
			n.Took.Seconds(), n.Running, n.Alarms, down, runtime.NumGoroutine(), m.HeapAlloc, int64(time.Since(began).Seconds()))
		for _, c := range certs() {
			ill := 0
			if c.Ill {
				ill = 1
			}
			_, _ = fmt.Fprintf(w, "ketnap_tls_certificate_days{name=%q} %.2f\nketnap_tls_certificate_ill{name=%q} %d\n", c.Name, days(c, time.Now()), c.Name, ill)
		}
	})
	return mux
}
