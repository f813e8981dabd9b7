package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// litestreamEnv names the Litestream for tests (scripts/litestream.sh builds it).
const litestreamEnv = "KETNAP_TEST_LITESTREAM"

// litestream is that program, "" where it is not needed.
func litestream(t *testing.T) string {
	t.Helper()
	path := os.Getenv(litestreamEnv)
	if path == "" && os.Getenv("CI") == "true" {
		t.Fatalf("%s is not set: no continuous copy to test", litestreamEnv)
	}
	return path
}

// copying is a running Litestream of a script.
type copying struct {
	cmd *exec.Cmd
	log lockedBuffer
}

// copiers holds the Litestream of each script, by its work folder.
var copiers sync.Map

// copyCommand: "copy start" copies $KETNAP_DB to $KETNAP_COPY as deploy/litestream.yml says, "copy sync" waits until the copy is in step,
// "copy kill" ends it with no time to finish anything.
func copyCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: copy start|sync|kill")
	}
	program := ts.Getenv("LITESTREAM")
	if args[0] == "start" {
		c := &copying{cmd: exec.Command(program, "replicate", "-config", ts.Getenv("LITESTREAM_CONFIG"))}
		for _, name := range []string{"KETNAP_DB", "KETNAP_COPY", "KETNAP_COPY_SOCKET"} {
			c.cmd.Env = append(c.cmd.Env, name+"="+ts.Getenv(name))
		}
		c.cmd.Stdout, c.cmd.Stderr = &c.log, &c.log
		_ = os.Remove(ts.Getenv("KETNAP_COPY_SOCKET")) // of one that was killed
		ts.Check(c.cmd.Start())
		ts.Defer(func() { _ = c.cmd.Process.Kill() })
		copiers.Store(ts.Getenv("WORK"), c)
		return
	}
	v, ok := copiers.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no copy is running")
	}
	c := v.(*copying)
	switch args[0] {
	case "sync":
		var out []byte
		err := fmt.Errorf("it has not begun")
		for range 300 { // until it listens, and knows the database
			out, err = exec.Command(program, "sync", "-wait", "-socket", ts.Getenv("KETNAP_COPY_SOCKET"), ts.Getenv("KETNAP_DB")).CombinedOutput()
			if err == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		ts.Fatalf("the copy is not in step: %v\n%s%s", err, out, c.log.String())
	case "kill":
		ts.Check(c.cmd.Process.Kill())
		_ = c.cmd.Wait()
		copiers.Delete(ts.Getenv("WORK"))
	default:
		ts.Fatalf("usage: copy start|sync|kill")
	}
}

// crashCommand: "crash" kills the running server.
func crashCommand(ts *testscript.TestScript, _ bool, _ []string) {
	s := running(ts)
	servers.Delete(ts.Getenv("WORK"))
	ts.Check(s.cmd.Process.Kill())
	_ = s.cmd.Wait()
}

// signInCommand: "signin N LOGIN PASSWORD" signs in N times; each answer acknowledges what was written.
func signInCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: signin N LOGIN PASSWORD")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	s := running(ts)
	form := url.Values{"login": {args[1]}, "password": {args[2]}}.Encode()
	for range n {
		answer, err := s.client.Post(s.url+"/dang-nhap", "application/x-www-form-urlencoded", strings.NewReader(form))
		ts.Check(err)
		var page bytes.Buffer
		_, err = page.ReadFrom(answer.Body)
		ts.Check(err)
		ts.Check(answer.Body.Close())
		if answer.StatusCode != http.StatusSeeOther {
			ts.Fatalf("%s\n%s", answer.Status, s.log.String())
		}
	}
}
