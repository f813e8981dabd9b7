package db_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/store/storetest"
)

// TestPowerCut writes and cuts the power: with the settings of the program nothing acknowledged is lost; with synchronous=NORMAL, the
// control, it must be, or the cuts prove nothing.
func TestPowerCut(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	cuts := storetest.Torture("powercut", 50, 1000)
	lost := map[bool]int{}
	for _, careless := range []bool{false, true} {
		for n := 0; n < cuts; n += 100 { // a young database again: looking at it stays quick
			lost[careless] += cutPower(t, r, min(100, cuts-n), careless)
		}
	}
	t.Logf("seed %d: %d power cuts tried, %d lost something; with synchronous=NORMAL %d of %d lost", seed, cuts, lost[false], lost[true], cuts)
	if lost[false] > 0 {
		t.Errorf("%d of %d cuts lost what was acknowledged", lost[false], cuts)
	}
	if lost[true] < cuts/2 {
		t.Errorf("the control lost something in %d of %d cuts only", lost[true], cuts)
	}
}

// cutPower writes and cuts the power n times, and returns how often something acknowledged was lost.
func cutPower(t *testing.T, r *rand.Rand, n int, careless bool) (lost int) {
	t.Helper()
	dir := t.TempDir()
	cut := dbtest.PowerCuts(t, dir)
	d := dbtest.Open(t, filepath.Join(dir, "a.db"), db.Options{})
	migrate(t, d)
	if careless {
		if err := db.Careless(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		for k := range 3 {
			if err := put(t, d, int64(i*10+k)); err != nil {
				t.Fatal(err)
			}
		}
		after := t.TempDir()
		for name, text := range cut(r) {
			if err := os.WriteFile(filepath.Join(after, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		found, err := db.Open(t.Context(), filepath.Join(after, "a.db"), db.Options{Readers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := found.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(ids(t, found)) != fmt.Sprint(ids(t, d)) {
			lost++
		}
		if err := errors.Join(found.Close(), os.RemoveAll(after)); err != nil {
			t.Fatal(err)
		}
	}
	return lost
}
