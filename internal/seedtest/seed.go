// Package seedtest gives the random tests their seeds, so that one commit is judged the same each time and new ground is broken on demand.
package seedtest

import (
	"hash/fnv"
	"os"
	"strconv"
	"testing"
	"time"
)

// variable holds a number, which repeats one run, or `random`; without it every test has a seed of its own that never changes.
const variable = "KETNAP_SEED"

// Of is the seed of a test; when the test fails its output says how to repeat it.
func Of(t testing.TB) uint64 {
	t.Helper()
	seed, given := Given(t)
	switch {
	case given:
	case os.Getenv(variable) == "random":
		seed = uint64(time.Now().UnixNano())
	default:
		h := fnv.New64a()
		_, _ = h.Write([]byte(t.Name())) // a hash takes everything
		seed = h.Sum64()
	}
	t.Logf("%s=%d", variable, seed)
	return seed
}

// Given is the one seed that the environment asks for, if it does.
func Given(t testing.TB) (seed uint64, ok bool) {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" || text == "random" {
		return 0, false
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return seed, true
}
