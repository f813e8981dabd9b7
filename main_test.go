package main

import (
	"os"
	"path/filepath"
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
