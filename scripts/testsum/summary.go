package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`), with only the fields used here.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build-output and build-fail
	Test        string
	Output      string
	Elapsed     float64 // seconds
	FailedBuild string  // on the fail event of a package that did not compile: its ImportPath
}

// test is one test or subtest of a package.
type test struct {
	name       string
	result     string // pass, fail, skip; empty while it runs
	elapsed    float64
	output     []string
	parent     bool // has subtests: not counted when it passes
	failedKids bool // a subtest failed: the failure is counted there
}

// pkg is one package under test.
type pkg struct {
	path    string
	result  string
	elapsed float64
	tests   map[string]*test
	order   []*test
	output  []string // lines outside any test
	build   string
}

// summary collects events and prints as packages finish.
type summary struct {
	out                     io.Writer
	pkgs                    map[string]*pkg
	order                   []*pkg
	builds                  map[string][]string // compiler output by ImportPath
	passed, failed, skipped int
	failures                []string
	skips                   []string
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, pkgs: map[string]*pkg{}, builds: map[string][]string{}}
}

// add takes one event.
func (s *summary) add(ev event) {
	if ev.Action == "build-output" {
		s.builds[ev.ImportPath] = append(s.builds[ev.ImportPath], ev.Output)
		return
	}
	if ev.Package == "" {
		return
	}
	p := s.pkg(ev.Package)
	if ev.Test == "" {
		s.addPackage(p, ev)
		return
	}
	t := p.test(ev.Test)
	switch ev.Action {
	case "output":
		t.output = append(t.output, ev.Output)
	case "pass", "fail", "skip":
		t.result, t.elapsed = ev.Action, ev.Elapsed
		if ev.Action == "fail" {
			p.markFailed(ev.Test)
		}
		if ev.Action == "pass" {
			t.output = nil
		}
	}
}

func (s *summary) addPackage(p *pkg, ev event) {
	switch ev.Action {
	case "output":
		if !verdict(ev.Output) {
			p.output = append(p.output, ev.Output)
		}
	case "pass", "fail", "skip":
		p.result, p.elapsed, p.build = ev.Action, ev.Elapsed, ev.FailedBuild
		s.finish(p)
	}
}

// verdict is true for the lines with which go test itself ends a package: the summary says the same in its own way.
func verdict(line string) bool {
	return line == "PASS\n" || line == "FAIL\n" || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "ok  \t")
}

func (s *summary) pkg(path string) *pkg {
	p, ok := s.pkgs[path]
	if !ok {
		p = &pkg{path: path, tests: map[string]*test{}}
		s.pkgs[path] = p
		s.order = append(s.order, p)
	}
	return p
}

// test returns the named test, made when new; the test above it in the name becomes a parent.
func (p *pkg) test(name string) *test {
	t, ok := p.tests[name]
	if !ok {
		t = &test{name: name}
		p.tests[name] = t
		p.order = append(p.order, t)
		if i := strings.LastIndexByte(name, '/'); i > 0 {
			p.test(name[:i]).parent = true
		}
	}
	return t
}

// markFailed notes on the tests above name that the failure was found below them.
func (p *pkg) markFailed(name string) {
	for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name, '/') {
		name = name[:i]
		p.test(name).failedKids = true
	}
}

// finish counts a package that has ended and prints its line and its failures.
func (s *summary) finish(p *pkg) {
	before := s.failed
	ran := 0
	for _, t := range p.order {
		switch {
		case t.result == "pass" && !t.parent:
			s.passed++
			ran++
		case t.result == "skip":
			s.skipped++
			s.skips = append(s.skips, p.path+" "+t.name+": "+reason(t.output))
		case t.result == "fail" && !t.failedKids, t.result == "" && p.result == "fail" && !t.parent:
			s.fail(p.path+" "+t.name, t.output)
		}
	}
	if p.result == "fail" && s.failed == before {
		s.fail(p.path, append(s.builds[p.build], p.output...))
	} else if s.failed > before {
		s.print(p.output) // panics, race reports and what TestMain says stand outside the tests
	}
	switch {
	case p.result == "fail":
		fmt.Fprintf(s.out, "FAIL  %-40s %7.1fs  %d passed, %d failed\n", p.path, p.elapsed, ran, s.failed-before)
	case len(p.order) > 0:
		fmt.Fprintf(s.out, "ok    %-40s %7.1fs  %d passed\n", p.path, p.elapsed, ran)
	}
}

func (s *summary) fail(name string, output []string) {
	s.failed++
	s.failures = append(s.failures, name)
	fmt.Fprintf(s.out, "---- %s\n", name)
	s.print(output)
}

func (s *summary) print(output []string) {
	for _, line := range output {
		fmt.Fprint(s.out, line)
	}
}

// reason is what a skipped test said last.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			return line
		}
	}
	return "no reason given"
}

// close prints the end of the report and says whether all is well. With strict a skipped test is not well.
func (s *summary) close(strict bool) bool {
	for _, p := range s.order {
		if p.result == "" { // the go command was killed, or its output cut off
			p.result = "fail"
			s.finish(p)
		}
	}
	s.slowest()
	list := func(title string, names []string) {
		if len(names) == 0 {
			return
		}
		fmt.Fprintf(s.out, "\n%s:\n", title)
		for _, name := range names {
			fmt.Fprintf(s.out, "  %s\n", name)
		}
	}
	list("skipped", s.skips)
	list("failed", s.failures)
	well := s.failed == 0 && s.passed > 0
	if strict && s.skipped > 0 {
		fmt.Fprintln(s.out, "\nCI=true: no test may be skipped")
		well = false
	}
	fmt.Fprintf(s.out, "\n%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	return well
}

// slowest prints the packages and tests that took the most time, from one second up.
func (s *summary) slowest() {
	type timed struct {
		name    string
		seconds float64
	}
	var pkgs, tests []timed
	for _, p := range s.order {
		pkgs = append(pkgs, timed{p.path, p.elapsed})
		for _, t := range p.order {
			if !t.parent {
				tests = append(tests, timed{p.path + " " + t.name, t.elapsed})
			}
		}
	}
	for _, part := range []struct {
		title string
		list  []timed
	}{{"slowest packages", pkgs}, {"slowest tests", tests}} {
		slices.SortStableFunc(part.list, func(a, b timed) int { return int(1000*b.seconds) - int(1000*a.seconds) })
		if len(part.list) == 0 || part.list[0].seconds < 1 {
			continue
		}
		fmt.Fprintf(s.out, "\n%s:\n", part.title)
		for _, x := range part.list[:min(5, len(part.list))] {
			if x.seconds >= 1 {
				fmt.Fprintf(s.out, "  %7.1fs  %s\n", x.seconds, x.name)
			}
		}
	}
}
