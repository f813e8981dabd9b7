package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ketnap/internal/target"
)

// TestTurnCauses holds the causes that the index and its queries name against those flaws are read from.
func TestTurnCauses(t *testing.T) {
	var list []string
	for _, c := range target.Turns {
		list = append(list, fmt.Sprint(int(c)))
	}
	want := "cause IN (" + strings.Join(list, ", ") + ")"
	for _, file := range []string{"turn.go", "schema/0023_quality.sql"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n, named := strings.Count(string(text), want), strings.Count(string(text), "cause IN ("); n == 0 || file == "turn.go" && named != n+1 {
			t.Errorf("%s: %d of %d lists are %q", file, n, named, want)
		}
	}
}
