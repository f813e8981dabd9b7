// Package webtest_test looks at the pages as people do: a served demo of a commune, asked over HTTP and in a real browser.
//
// The browser tests need KETNAP_TEST_CHROMIUM and KETNAP_TEST_AXE (make test sets both); without them they are skipped, under
// CI=true they fail. KETNAP_SHOTS=DIR keeps a picture of every page at both widths.
package webtest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/cli"
)

// asProgram makes the test binary the program itself; aheadEnv moves its clock forward, or back. Only this test binary knows them.
const (
	asProgram = "KETNAP_WEBTEST_PROGRAM"
	aheadEnv  = "KETNAP_WEBTEST_AHEAD"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ahead, err := time.ParseDuration(os.Getenv(aheadEnv))
		if err != nil {
			os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		}
		os.Exit(cli.MainAt(func() time.Time { return time.Now().Add(ahead) }, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	code := m.Run()
	stopDemo()
	stopBrowser()
	os.Exit(code)
}

// demo is the served demo that all tests share. They may add to it, never take away.
type demo struct {
	url       string
	dir       string
	passwords map[string]string // by login
	cmd       *exec.Cmd
	log       lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
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

var (
	demoOnce sync.Once
	theDemo  *demo
	demoErr  error
)

// served starts the demo once. KETNAP_WEBTEST_SIZE chooses another size than a commune, for pictures.
func served(t testing.TB) *demo {
	t.Helper()
	demoOnce.Do(func() {
		size := os.Getenv("KETNAP_WEBTEST_SIZE")
		if size == "" {
			size = "commune"
		}
		theDemo, demoErr = startDemo(size)
	})
	if demoErr != nil {
		t.Fatal(demoErr)
	}
	return theDemo
}

func startDemo(size string) (*demo, error) {
	dir, err := os.MkdirTemp("", "ketnap-webtest-*")
	if err != nil {
		return nil, err
	}
	d := &demo{dir: dir, passwords: map[string]string{}}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	d.cmd = exec.Command(self, "demo", "--size="+size, "--dir="+filepath.Join(dir, "d"), "--listen=127.0.0.1:0")
	d.cmd.Env = append(os.Environ(), asProgram+"=1", "KETNAP_DB=", "KETNAP_KEY=")
	d.cmd.Stderr = &d.log
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); d.url == "" && lines.Scan(); {
		line := lines.Text()
		if words := strings.Fields(line); len(words) > 2 && strings.Count(words[1], "-") == 4 {
			d.passwords[words[0]] = words[1]
		}
		if _, address, ok := strings.Cut(line, "http://"); ok {
			d.url = "http://" + strings.Fields(address)[0]
		}
	}
	if d.url == "" || len(d.passwords) < 4 {
		_ = d.cmd.Process.Kill()
		return nil, fmt.Errorf("the demo did not start (%d accounts):\n%s", len(d.passwords), d.log.String())
	}
	return d, nil
}

func stopDemo() {
	if theDemo != nil {
		_ = theDemo.cmd.Process.Kill()
		_ = theDemo.cmd.Wait()
		_ = os.RemoveAll(theDemo.dir)
	}
}
