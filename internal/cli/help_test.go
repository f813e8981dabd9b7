package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command explains itself: a sentence, examples that begin with the name of the program, and a word on every flag.
func TestHelp(t *testing.T) {
	t.Setenv("KETNAP_DB", "")
	t.Setenv("KETNAP_KEY", "")
	runnable := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		if !c.Runnable() || c.Hidden || c.Name() == "help" {
			return
		}
		runnable++
		path := strings.Fields(c.CommandPath())[1:]
		t.Run(strings.Join(path, " "), func(t *testing.T) {
			if c.Short == "" {
				t.Error("no short text")
			}
			for line := range strings.SplitSeq(strings.ReplaceAll(c.Example, "\\\n", " "), "\n") {
				words := strings.Fields(line)
				if len(words) < 2 || words[0] != "ketnap" || !strings.Contains(line, " "+strings.Join(path, " ")) {
					t.Errorf("example %q does not call %s", line, c.CommandPath())
				}
			}
			r := ketnap(t, append(path, "--help")...)
			r.want(t, 0, "")
			if !strings.Contains(r.out, "ketnap ") || !strings.Contains(r.out, c.Example) {
				t.Errorf("the help does not show the examples:\n%s", r.out)
			}
		})
	}
	walk(rootCmd(&env{stdout: io.Discard, stderr: io.Discard}))
	if runnable < 10 {
		t.Errorf("only %d commands found", runnable)
	}
	r := ketnap(t, "--help")
	for _, c := range rootCmd(&env{}).Commands() {
		if c.Name() != "help" && !strings.Contains(r.out, c.Short) {
			t.Errorf("ketnap --help does not list %s", c.Name())
		}
	}
}
