package target

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

func TestGrain(t *testing.T) {
	if p := ByQuarter.Period(2028, 0); p.From != day.Of(2028, 1, 1) || p.To != day.Of(2028, 3, 31) {
		t.Errorf("%v", p)
	}
	if p := ByMonth.Period(2028, 1); p.From != day.Of(2028, 2, 1) || p.To != day.Of(2028, 2, 29) {
		t.Errorf("%v", p)
	}
	if got := ByQuarter.Gather([12]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}); !cmp.Equal(got, []int64{6, 15, 24, 33}) {
		t.Errorf("%v", got)
	}
	if Grain("week").Valid() {
		t.Error("a week is no grain")
	}
}

func TestStepsCheck(t *testing.T) {
	q := func(parts ...int64) Steps { return Steps{Grain: ByQuarter, Parts: parts} }
	for name, c := range map[string]struct {
		s    Steps
		t    Target
		want fault.Key
	}{
		"exact":             {q(1, 2, 3, 4), Target{Op: Exactly, Low: 10}, ""},
		"one short":         {q(1, 2, 3, 3), Target{Op: Exactly, Low: 10}, "target.step_short"},
		"one over":          {q(1, 2, 3, 5), Target{Op: Exactly, Low: 10}, "target.step_over"},
		"at least, more":    {q(5, 5, 5, 5), Target{Op: AtLeast, Low: 10}, ""},
		"above, equal":      {q(1, 2, 3, 4), Target{Op: Above, Low: 10}, "target.step_short"},
		"a range, inside":   {q(3, 3, 3, 3), Target{Op: Between, Low: 10, High: 14}, ""},
		"a range, over":     {q(3, 3, 3, 6), Target{Op: Between, Low: 10, High: 14}, "target.step_over"},
		"no target":         {q(0, 0, 0, 0), Target{}, "target.step_no_goal"},
		"three quarters":    {q(5, 5, 0), Target{Op: Exactly, Low: 10}, "target.step_parts"},
		"quarters as month": {Steps{Grain: ByMonth, Parts: []int64{1, 2, 3, 4}}, Target{Op: Exactly, Low: 10}, "target.step_parts"},
		"below zero":        {q(-1, 2, 3, 6), Target{Op: Exactly, Low: 10}, "target.too_large"},
	} {
		var got fault.Key
		for _, text := range fault.FieldsOf(c.s.Check(c.t)) {
			got = text.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestSpread: the parts of a year sum to the number, by any weights.
func TestSpread(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 20_000 {
		weights, total := make([]int64, 12), r.Int64N(3000)
		for i := range weights {
			weights[i] = max(0, r.Int64N(60)-20)
		}
		parts, err := Spread(total, weights)
		if err != nil || (Steps{Parts: parts}).Sum() != total {
			t.Fatalf("seed %d: %d by %v: %v %v", seed, total, weights, parts, err)
		}
	}
	if parts, err := Spread(14, make([]int64, 4)); err != nil || !cmp.Equal(parts, []int64{4, 4, 3, 3}) {
		t.Errorf("%v %v", parts, err)
	}
}

func TestStand(t *testing.T) {
	s := Steps{Year: 2026, Grain: ByQuarter, Parts: []int64{2, 3, 4, 5}}
	var states []State
	var sums [][2]int64
	for _, x := range s.Stand([12]int64{0, 1, 0, 2, 2, 0, 1, 0, 0, 0, 0, 0}, day.Of(2026, 8, 10)) {
		states, sums = append(states, x.State), append(sums, [2]int64{x.Planned, x.Sum})
	}
	if d := cmp.Diff([]State{Behind, Reached, OnPace, NoGoal}, states); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][2]int64{{2, 1}, {5, 5}, {9, 6}, {14, 6}}, sums); d != "" {
		t.Error(d)
	}
}

func TestAddSteps(t *testing.T) {
	month := Steps{Grain: ByMonth, Parts: []int64{1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3}}
	quarter := Steps{Grain: ByQuarter, Parts: []int64{1, 1, 1, 1}}
	if got := AddSteps(month, quarter); got.Grain != ByQuarter || !cmp.Equal(got.Parts, []int64{2, 3, 1, 4}) {
		t.Errorf("%+v", got)
	}
	if got := AddSteps(month, month); got.Grain != ByMonth || got.Sum() != 12 || month.Sum() != 6 {
		t.Errorf("%+v", got)
	}
}
