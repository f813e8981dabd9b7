package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are the commands of the scripts beside those of testscript.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"code":     codeCommand,
	"json":     jsonCommand,
	"serve":    serveCommand,
	"shutdown": stopCommand, // "stop" is a word of testscript itself: it ends the script as passed
	"http":     httpCommand,
	"sql":      sqlCommand,
	"sheet":    sheetCommand,
	"cells":    cellsCommand,
	"letter":   letterCommand,
	"field":    fieldCommand,
	"copy":     copyCommand,
	"crash":    crashCommand,
	"signin":   signInCommand,
	"proxy":    proxyCommand,
	"called":   calledCommand,
}

// codeCommand: "code N ketnap ARG…" wants the exit code N.
func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N ketnap [arg...]")
	}
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// jsonCommand looks at the JSON on standard output: "json a.b.0 VALUE" compares, "json -set NAME a.b" keeps a value as $NAME,
// "json -len a.b N" counts. "." is the whole document.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	set, length := false, false
	if len(args) > 0 {
		set, length = args[0] == "-set", args[0] == "-len"
	}
	if set || length {
		args = args[1:]
	}
	if len(args) != 2 {
		ts.Fatalf("usage: json [-len] PATH VALUE, or json -set NAME PATH")
	}
	path, want := args[0], args[1]
	if set {
		path, want = args[1], ""
	}
	var doc any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	d.UseNumber()
	ts.Check(d.Decode(&doc))
	v, err := pick(doc, path)
	ts.Check(err)
	got := fmt.Sprint(v)
	switch v := v.(type) {
	case []any:
		got = strconv.Itoa(len(v))
	case map[string]any:
		got = strconv.Itoa(len(v))
	default:
		if length {
			ts.Fatalf("%s is no list: %v", path, v)
		}
	}
	switch {
	case set:
		ts.Setenv(args[0], got)
	case (got == want) == neg:
		ts.Fatalf("%s is %s, want %s (negated: %t)", path, got, want, neg)
	}
}

// pick finds "a.b.0" in a decoded document.
func pick(doc any, path string) (any, error) {
	for step := range strings.SplitSeq(strings.Trim(path, "."), ".") {
		if step == "" {
			continue
		}
		switch at := doc.(type) {
		case map[string]any:
			v, ok := at[step]
			if !ok {
				return nil, fmt.Errorf("no %q in %s", step, path)
			}
			doc = v
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil, fmt.Errorf("no element %q in %s", step, path)
			}
			doc = at[i]
		default:
			return nil, fmt.Errorf("nothing below %q in %s", step, path)
		}
	}
	return doc, nil
}

// server is a running "ketnap serve" of a script.
type server struct {
	cmd    *exec.Cmd
	url    string
	log    lockedBuffer
	client *http.Client
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// servers holds the server of each script, by its work folder.
var servers sync.Map

// serveCommand: "serve COMMAND…" starts a ketnap command that serves pages on a free port and waits for its address.
func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve (serve|demo) [arg...]")
	}
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	s := &server{client: &http.Client{Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	program, err := exec.LookPath("ketnap")
	ts.Check(err)
	s.cmd = exec.Command(program, append(args, "--listen", "127.0.0.1:0")...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Stderr = &s.log
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "KETNAP_DB", "KETNAP_KEY", "HTTPS_PROXY", aheadEnv} {
		s.cmd.Env = append(s.cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		if said, address, ok := strings.Cut(lines.Text(), "://"); ok {
			s.url = said[strings.LastIndex(said, " ")+1:] + "://" + strings.Fields(address)[0]
		}
	}
	if s.url == "" {
		_ = s.cmd.Wait()
		ts.Fatalf("the server ended without an address:\n%s", s.log.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	servers.Store(ts.Getenv("WORK"), s)
	ts.Setenv("URL", s.url)
	ts.Setenv("ADDR", s.url[strings.Index(s.url, "://")+3:])
}

func running(ts *testscript.TestScript) *server {
	s, ok := servers.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no server is running")
	}
	return s.(*server)
}

// stopCommand ends the server as a service manager does, and wants a clean end. Its log becomes standard error.
func stopCommand(ts *testscript.TestScript, _ bool, _ []string) {
	s := running(ts)
	servers.Delete(ts.Getenv("WORK"))
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	err := s.cmd.Wait()
	_, _ = io.WriteString(ts.Stderr(), s.log.String())
	if err != nil {
		ts.Fatalf("the server ended with %v:\n%s", err, s.log.String())
	}
}

// httpCommand: "http STATUS METHOD PATH [name=value|name=@FILE…] [> FILE]" asks the running server, keeping cookies over the
// script; redirects are not followed: $LOCATION holds where they lead. The answer becomes standard output.
func httpCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http STATUS METHOD PATH [name=value...] [> FILE]")
	}
	s := running(ts)
	to := ""
	if n := len(args); n > 4 && args[n-2] == ">" {
		to, args = ts.MkAbs(args[n-1]), args[:n-2]
	}
	body, kind := form(ts, args[3:])
	address := strings.ReplaceAll(args[2], " ", "%20")
	if !strings.HasPrefix(address, "http") {
		address = s.url + address
	}
	r, err := http.NewRequest(args[1], address, body)
	ts.Check(err)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := s.client.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if to != "" {
		ts.Check(os.WriteFile(to, content, 0o600))
	}
	_, _ = ts.Stdout().Write(content)
	ts.Setenv("LOCATION", answer.Header.Get("Location"))
	if strconv.Itoa(answer.StatusCode) != args[0] {
		ts.Fatalf("%s %s: %s, want %s\n%s", args[1], args[2], answer.Status, args[0], s.log.String())
	}
}

// fieldCommand: "field NAME field" keeps the value of a hidden field of the page on standard output as $NAME.
func fieldCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: field NAME field")
	}
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(args[1]) + `" value="([^"]*)"`).FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("the page has no field %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// form encodes the fields of a request; a file makes it multipart.
func form(ts *testscript.TestScript, pairs []string) (body io.Reader, kind string) {
	fields, files := url.Values{}, map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			ts.Fatalf("%q is no name=value", pair)
		}
		if file, ok := strings.CutPrefix(value, "@"); ok {
			files[name] = ts.MkAbs(file)
		} else {
			fields.Add(name, value)
		}
	}
	switch {
	case len(pairs) == 0:
		return nil, ""
	case len(files) == 0:
		return strings.NewReader(fields.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range fields {
		for _, v := range values {
			ts.Check(w.WriteField(name, v))
		}
	}
	for name, file := range files {
		content, err := os.ReadFile(file)
		ts.Check(err)
		part, err := w.CreateFormFile(name, filepath.Base(file))
		ts.Check(err)
		_, err = part.Write(content)
		ts.Check(err)
	}
	ts.Check(w.Close())
	return &b, w.FormDataContentType()
}

// sqlCommand: "sql FILE STATEMENT" changes a SQLite database behind the program's back.
func sqlCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer d.Close()
	res, err := d.Exec(args[1])
	ts.Check(err)
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("no row was changed (%v)", err)
	}
}
