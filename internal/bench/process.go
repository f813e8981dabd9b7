package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a run of the program itself, so that its memory and its start are its own.
type process struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	errs   bytes.Buffer
	began  time.Time
	peak   chan float64
	closed chan struct{}
}

// begin starts the program on a database.
func (b *run) begin(ctx context.Context, dsn string, args ...string) (*process, error) {
	p := &process{peak: make(chan float64, 1), closed: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, b.Exe, append([]string{"--db", dsn, "--key", b.Key}, args...)...)
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 30 * time.Second
	p.cmd.Stderr = &p.errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.watch()
	return p, nil
}

// watch keeps the most resident memory the process reported of itself. The kernel's own account of
// a child that has ended would include what its parent had when it was started.
func (p *process) watch() {
	most := 0.0
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		most = max(most, p.memory("VmHWM"))
		select {
		case <-p.closed:
			p.peak <- most
			return
		case <-tick.C:
		}
	}
}

// memory reads a line of the process's status, in MB.
func (p *process) memory(line string) float64 {
	return float64(kilobytes(field(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid), line))) / 1024
}

// cpu is how many seconds of processor time the process has used, to a hundredth.
func (p *process) cpu() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest) // the first is field 3 of the line; user and system time are 14 and 15
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return float64(user+system) / 100
}

// end waits for the process and returns how long it ran, its peak of memory in MB and its output.
func (p *process) end() (took time.Duration, peakMB float64, out []byte, err error) {
	out, err = io.ReadAll(p.out)
	if werr := p.cmd.Wait(); werr != nil {
		err = fmt.Errorf("%s: %w: %s", strings.Join(p.cmd.Args, " "), werr, bytes.TrimSpace(p.errs.Bytes()))
	}
	took = time.Since(p.began)
	close(p.closed)
	return took, <-p.peak, out, err
}

// whole runs the program to its end.
func (b *run) whole(ctx context.Context, dsn string, args ...string) (took time.Duration, peakMB float64, out []byte, err error) {
	p, err := b.begin(ctx, dsn, args...)
	if err != nil {
		return 0, 0, nil, err
	}
	return p.end()
}

// server is a running `ketnap serve`, or the floor's server.
type server struct {
	*process
	url   string
	ready time.Duration // from the start of the process to the first page
}

// serve starts a server and waits until a page answers.
func (b *run) serve(ctx context.Context, path string, args ...string) (*server, error) {
	p, err := b.begin(ctx, b.DSN, args...)
	if err != nil {
		return nil, err
	}
	s := &server{process: p}
	for s.url == "" {
		text, err := p.out.ReadString('\n')
		if at := strings.Index(text, "http://"); at >= 0 {
			s.url = strings.TrimSpace(text[at:])
		}
		if err != nil {
			return nil, fmt.Errorf("no address from %s: %s", strings.Join(args, " "), p.errs.String())
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	for {
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				s.ready = time.Since(p.began)
				return s, nil
			}
		}
		if time.Since(p.began) > time.Minute {
			return nil, fmt.Errorf("no answer from %s", s.url)
		}
		time.Sleep(time.Millisecond)
	}
}

// stop ends the server and returns its peak of memory in MB.
func (s *server) stop() (peakMB float64, err error) {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return 0, err
	}
	_, peakMB, _, err = s.end()
	return peakMB, err
}

// start measures how soon a server answers, and what it holds then.
func (b *run) start(ctx context.Context) error {
	var rounds []Result
	for range max(3, b.Rounds) {
		s, err := b.serve(ctx, "/dang-nhap", "serve", "--listen", "127.0.0.1:0", "--quiet")
		if err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond)
		rest := s.memory("VmRSS")
		peak, err := s.stop()
		if err != nil {
			return err
		}
		rounds = append(rounds, Result{Name: "start", Count: 1, Seconds: s.ready.Seconds(), RestMB: rest, PeakMB: peak})
	}
	b.add(median(rounds))
	return nil
}

// kill ends the server when the run has failed.
func (s *server) kill() error {
	_, err := s.stop()
	return err
}
