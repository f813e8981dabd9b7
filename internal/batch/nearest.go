package batch

import (
	"cmp"
	"slices"
	"strings"

	"ketnap/internal/vi"
)

// Nearest returns up to n of the names closest to what was typed, best first; none when nothing is
// close. Case and diacritics do not count, the order of words hardly does.
func Nearest(typed string, names []string, n int) []string {
	type found struct {
		name string
		cost int
	}
	want := vi.Fold(typed)
	if want == "" {
		return nil
	}
	var best []found
	for _, name := range names {
		have := vi.Fold(name)
		limit := max(2, min(len(want), len(have))/3)
		cost := distance(want, have, limit)
		if sameWords(want, have) {
			cost = min(cost, 1)
		} else if strings.Contains(" "+have+" ", " "+want+" ") || strings.Contains(" "+want+" ", " "+have+" ") {
			cost = min(cost, 2)
		}
		if cost <= limit {
			best = append(best, found{name, cost})
		}
	}
	slices.SortStableFunc(best, func(a, b found) int { return cmp.Compare(a.cost, b.cost) })
	var out []string
	for _, b := range best[:min(n, len(best))] {
		out = append(out, b.name)
	}
	return out
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// distance is the number of edits from a to b, or limit+1 when it is greater.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal, least := row[0], i
		row[0] = i
		for j := 1; j <= len(b); j++ {
			step := diagonal
			if a[i-1] != b[j-1] {
				step = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], step
			least = min(least, step)
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
