package main

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// proxies hold whom a program wanted to reach, by script.
var proxies sync.Map

// proxyCommand: "proxy" lets all calls outward of the programs of a script go through a proxy that notes them and lets none through.
func proxyCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: proxy")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	calls := make(chan string, 100)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls <- r.Method + " " + r.Host
		http.Error(w, "nobody leaves", http.StatusForbidden)
	})}
	go func() { _ = srv.Serve(ln) }()
	ts.Defer(func() { _ = srv.Close() })
	proxies.Store(ts.Getenv("WORK"), calls)
	ts.Setenv("HTTPS_PROXY", "http://"+ln.Addr().String())
}

// calledCommand: "called HOST" waits until the proxy was asked for a host; "! called" wants that it was not asked for anybody.
func calledCommand(ts *testscript.TestScript, neg bool, args []string) {
	noted, ok := proxies.Load(ts.Getenv("WORK"))
	if !ok || neg != (len(args) == 0) {
		ts.Fatalf("usage: after proxy: called HOST, or ! called")
	}
	calls := noted.(chan string)
	if neg {
		if len(calls) > 0 {
			ts.Fatalf("the program called: %s", <-calls)
		}
		return
	}
	select {
	case call := <-calls:
		if !strings.Contains(call, args[0]) {
			ts.Fatalf("the program called %s, want %s", call, args[0])
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("the program did not call %s", args[0])
	}
}
