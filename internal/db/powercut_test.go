package db_test

import (
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
		dir := t.TempDir()
		cut := dbtest.PowerCuts(t, dir)
		d := dbtest.Open(t, filepath.Join(dir, "a.db"), db.Options{})
		migrate(t, d)
		if careless {
			if err := db.Careless(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		for i := range cuts {
			for n := range 3 {
				if err := put(t, d, int64(i*10+n)); err != nil {
					t.Fatal(err)
				}
			}
			after := t.TempDir()
			for name, text := range cut(r) {
				if err := os.WriteFile(filepath.Join(after, name), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			found := dbtest.Open(t, filepath.Join(after, "a.db"), db.Options{Readers: 1})
			if err := found.Check(t.Context()); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if got := ids(t, found); fmt.Sprint(got) != fmt.Sprint(ids(t, d)) {
				lost[careless]++
			}
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
