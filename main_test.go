package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"ketnap/internal/db/dbtest"
)

// TestMain lets the test binary be the program when a script calls ketnap.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ketnap": main})
}

// TestScripts runs the program as a whole, from testdata/script/*.txtar: what it prints, its exit codes, its JSON, its server.
// Beside the commands of testscript the scripts have those of script_test.go.
func TestScripts(t *testing.T) {
	postgres := ""
	if os.Getenv(dbtest.ServerEnv) != "" || os.Getenv("CI") == "true" {
		postgres = dbtest.Postgres(t) // belongs to the one script with the condition [postgres]
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Cmds:               scriptCommands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KETNAP_DB", "")
			env.Setenv("KETNAP_KEY", "")
			env.Setenv("POSTGRES", postgres)
			return nil
		},
		Condition: func(name string) (bool, error) { return name == "postgres" && postgres != "", nil },
	})
}
