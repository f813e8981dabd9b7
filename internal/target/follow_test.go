package target

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/id"
)

func TestFollow(t *testing.T) {
	of := func(i, u id.ID, op Op, low, high int64) Target {
		return Target{ID: i, Unit: u, Year: 2026, Indicator: "admit", Op: op, Low: low, High: high}
	}
	aug := day.Of(2026, 8, 1)
	merge := []Ended{{Unit: 1, Name: "Xã A", On: aug, Shares: map[id.ID]int64{2: 40}}}
	for _, c := range []struct {
		name  string
		ts    []Target
		ended []Ended
		given map[id.ID]day.Date
		want  map[id.ID]string
		lines int
	}{
		{"two communes merge", []Target{of(11, 1, Exactly, 12, 0), of(12, 2, Exactly, 20, 0)}, merge, nil, map[id.ID]string{2: "32"}, 1},
		{"a range and an open one", []Target{of(11, 1, Between, 10, 14), of(12, 2, Above, 19, 0)}, merge, nil, map[id.ID]string{2: "≥ 30"}, 1},
		{"the successor had none", []Target{of(11, 1, Between, 10, 14)}, merge, nil, map[id.ID]string{2: "10–14"}, 1},
		{"given anew in August", []Target{of(11, 1, Exactly, 12, 0), of(12, 2, Exactly, 30, 0)}, merge, map[id.ID]day.Date{12: aug}, map[id.ID]string{2: "30"}, 0},
		{"given in July", []Target{of(11, 1, Exactly, 12, 0), of(12, 2, Exactly, 20, 0)}, merge, map[id.ID]day.Date{12: aug.AddDays(-1)}, map[id.ID]string{2: "32"}, 1},
		{"a split by people", []Target{of(11, 1, Exactly, 12, 0)}, []Ended{{Unit: 1, On: aug, Shares: map[id.ID]int64{2: 30, 3: 10}}}, nil, map[id.ID]string{2: "9", 3: "3"}, 2},
		{"a chain", []Target{of(11, 1, Exactly, 12, 0), of(12, 2, Exactly, 20, 0), of(13, 3, Exactly, 5, 0)},
			[]Ended{{Unit: 2, On: aug.AddDays(30), Shares: map[id.ID]int64{3: 60}}, merge[0]}, nil, map[id.ID]string{3: "37"}, 2},
		{"both entered afterwards", []Target{of(11, 1, Exactly, 12, 0), of(14, 4, Between, 8, 9)}, []Ended{merge[0], {Unit: 4, On: aug, Shares: map[id.ID]int64{2: 7}}},
			map[id.ID]day.Date{11: aug.AddDays(90), 14: aug.AddDays(90)}, map[id.ID]string{2: "20–21"}, 2},
		{"nobody went anywhere", []Target{of(11, 1, Exactly, 12, 0)}, []Ended{{Unit: 1, On: aug}}, nil, map[id.ID]string{}, 0},
		{"nothing ended", []Target{of(12, 2, Exactly, 20, 0)}, nil, nil, map[id.ID]string{2: "20"}, 0},
	} {
		out, why := Follow(c.ts, c.ended, c.given)
		lines := 0
		for _, w := range why {
			lines += len(w)
		}
		if len(out) != len(c.want) || lines != c.lines {
			t.Errorf("%s: %v, %d lines", c.name, out, lines)
		}
		for u, want := range c.want {
			if len(out[u]) != 1 || out[u][0].String() != want || out[u][0].Unit != u {
				t.Errorf("%s: unit %d has %v, want %s", c.name, u, out[u], want)
			}
		}
	}
}
