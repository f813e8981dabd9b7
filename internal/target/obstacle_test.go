package target_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

func TestObstacle(t *testing.T) {
	good := target.Obstacle{Cause: "no_source", Remedy: "Rà soát nguồn", Responsible: "Bí thư", Opened: day.Of(2026, 3, 1), Due: day.Of(2026, 3, 1)}
	for name, c := range map[string]struct {
		change func(*target.Obstacle)
		want   []string
	}{
		"good":                 {func(*target.Obstacle) {}, nil},
		"unknown cause":        {func(o *target.Obstacle) { o.Cause = "x" }, []string{"cause"}},
		"nobody, nothing":      {func(o *target.Obstacle) { o.Remedy, o.Responsible = " ", "" }, []string{"remedy", "responsible"}},
		"no day":               {func(o *target.Obstacle) { o.Due = 0 }, []string{"due"}},
		"due before it began":  {func(o *target.Obstacle) { o.Due = day.Of(2026, 2, 28) }, []string{"due"}},
		"too long":             {func(o *target.Obstacle) { o.Note = strings.Repeat("ệ", 501) }, []string{"note"}},
		"closed without words": {func(o *target.Obstacle) { o.Closed = day.Of(2026, 3, 2) }, []string{"word"}},
	} {
		o := good
		c.change(&o)
		got := slices.Sorted(maps.Keys(fault.FieldsOf(o.Check())))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	closed := good
	closed.Closed = day.Of(2026, 4, 1)
	for d, want := range map[day.Date][2]target.Standing{day.Of(2026, 3, 1): {target.Pending, target.Pending}, day.Of(2026, 3, 2): {target.Overdue, target.Overdue}, day.Of(2026, 4, 1): {target.Overdue, target.Settled}} {
		if got := [2]target.Standing{good.On(d), closed.On(d)}; got != want {
			t.Errorf("on %s: %s, want %s", d, got, want)
		}
	}
	list, source := target.Hindrances()
	if len(list) == 0 || source == "" {
		t.Error("no causes, or no source of them")
	}
	for _, h := range list {
		if h.Text["vi"] == "" || h.Text["en"] == "" {
			t.Errorf("%s lacks a language", h.Code)
		}
	}
}
