package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ketnap/internal/cli"
	"ketnap/internal/db/dbtest"
)

// aheadEnv moves the clock of the program in a script forward. Only this test binary knows it.
const aheadEnv = "KETNAP_TEST_AHEAD"

// TestMain lets the test binary be the program when a script calls ketnap.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ketnap": func() {
		ahead, err := time.ParseDuration(os.Getenv(aheadEnv))
		if err != nil {
			main()
			return
		}
		os.Exit(cli.MainAt(func() time.Time { return time.Now().Add(ahead) }, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// endsEarly is the word of testscript that ends a script as passed: what stands behind it would never be run. A server is ended by shutdown.
var endsEarly = regexp.MustCompile(`(?m)^stop\b`)

// TestScriptsEnd: every script is run to its end.
func TestScriptsEnd(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if endsEarly.Match(text) {
			t.Errorf("%s has a stop: nothing behind it is run", name)
		}
	}
}

// TestScripts runs the program as a whole, from testdata/script/*.txtar: what it prints, its exit codes, its JSON, its server.
// Beside the commands of testscript the scripts have those of script_test.go.
func TestScripts(t *testing.T) {
	postgres := ""
	if os.Getenv(dbtest.ServerEnv) != "" || os.Getenv("CI") == "true" {
		postgres = dbtest.Postgres(t) // belongs to the one script with the condition [postgres]
	}
	copier := litestream(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Cmds:               scriptCommands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KETNAP_DB", "")
			env.Setenv("KETNAP_KEY", "")
			env.Setenv("POSTGRES", postgres)
			env.Setenv("LITESTREAM", copier)
			config, err := filepath.Abs("deploy/litestream.yml")
			env.Setenv("LITESTREAM_CONFIG", config)
			return err
		},
		Condition: func(name string) (bool, error) {
			return name == "postgres" && postgres != "" || name == "litestream" && copier != "", nil
		},
	})
}
