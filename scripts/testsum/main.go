// Testsum reads the event stream of `go test -json` and prints what a person needs of it: one line per package, the full
// output of everything that failed, the slowest packages and tests, and a closing line "N passed, N failed, N skipped".
// It ends with 1 when anything failed, when nothing ran, or, with CI=true, when a test was skipped.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	sum := newSummary(os.Stdout)
	if err := read(os.Stdin, sum); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if !sum.close(os.Getenv("CI") == "true") {
		os.Exit(1)
	}
}

// read feeds every line of r to sum; a line that is no event (a message of the go command) is printed as it is.
func read(r io.Reader, sum *summary) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimRight(line, "\n"); len(line) > 0 {
			var ev event
			if line[0] != '{' || json.Unmarshal(line, &ev) != nil || ev.Action == "" {
				fmt.Fprintf(sum.out, "%s\n", line)
			} else {
				sum.add(ev)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading events: %w", err)
		}
	}
}
