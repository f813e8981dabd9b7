package targets_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

func (r room) steps(t *testing.T, who access.Actor, u id.ID) targets.StepView {
	t.Helper()
	v, err := r.Steps(context.Background(), who, u, 2026, "admit")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// quarters breaks a unit's target of 2026 down.
func (r room) quarters(who access.Actor, u id.ID, seen id.ID, parts ...int64) error {
	return r.SetSteps(context.Background(), who, targets.StepForm{Unit: u, Year: 2026, Indicator: "admit", Grain: target.ByQuarter, Parts: parts, Seen: seen})
}

func TestSteps(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		a, cell := r.tree.Communes[0], r.tree.Cells[0][0]
		own, system := as(access.Committee, a), access.System("test")
		key := func(err error) fault.Key {
			for _, text := range fault.FieldsOf(err) {
				return text.Key
			}
			return fault.TextOf(err).Key
		}
		if got := key(r.quarters(own, a.ID, 0, 1, 2, 3, 4)); got != "target.step_no_goal" {
			t.Errorf("without a target: %s", got)
		}
		for _, u := range []org.Unit{a, cell} {
			if _, err := r.set(system, u, "10", 0); err != nil {
				t.Fatal(err)
			}
		}
		r.admit(t, cell, 2, day.Of(2026, 2, 3))
		r.admit(t, cell, 1, day.Of(2026, 5, 19))
		r.admit(t, cell, 1, day.Of(2025, 5, 19))
		r.admit(t, cell, 1, day.Of(2024, 9, 2))
		if err := r.quarters(own, a.ID, 0, 1, 2, 3, 4); err != nil {
			t.Fatal(err)
		}
		for _, u := range []id.ID{a.ID, cell.ID} { // one is read from counters, the other from its movements
			v := r.steps(t, own, u)
			if v.Done != ([12]int64{0, 1, 0, 0, 1}) || v.Past != ([12]int64{0, 0, 0, 0, 1, 0, 0, 0, 1}) || !v.May || v.Target.Low != 10 {
				t.Errorf("%+v", v)
			}
		}
		women := map[string]int64{"female": 1} // in February; those of other months are men, and nobody works in an enterprise
		// A group has steps of its own, from a counter, from movements, and from a union no counter knows.
		for _, u := range []org.Unit{a, cell} {
			for _, slice := range []string{"female", "sec.7+sec.8"} {
				goal := targets.Change{Unit: u.ID, Indicator: "admit", Slice: slice, Text: "4"}
				if _, err := r.Set(t.Context(), system, 38, 2026, "2-KH/TU", []targets.Change{goal}); err != nil {
					t.Fatal(err)
				}
				line := targets.CellKey("admit", slice)
				form := targets.StepForm{Unit: u.ID, Year: 2026, Indicator: line, Grain: target.ByQuarter, Parts: []int64{1, 1, 1, 0}}
				if got := key(r.SetSteps(t.Context(), system, form)); got != "target.step_short" {
					t.Errorf("%s of %s: %s", line, u.Name, got)
				}
				form.Parts[3] = 1
				if err := r.SetSteps(t.Context(), system, form); err != nil {
					t.Fatal(err)
				}
				v, err := r.Steps(t.Context(), own, u.ID, 2026, line)
				if err != nil || v.Slice != slice || !cmp.Equal(v.Steps.Parts, form.Parts) || v.Done[1] != women[slice] || v.Done[4] != 0 || v.Past != ([12]int64{}) || (v.Years == 0) != (u.ID == a.ID && slice != "female") {
					t.Errorf("%s of %s: %+v %v", line, u.Name, v, err)
				}
			}
		}
		if v := r.steps(t, own, a.ID); len(v.Groups) != 2 || !cmp.Equal(v.Steps.Parts, []int64{1, 2, 3, 4}) {
			t.Errorf("beside its groups: %+v", v)
		}
		first := r.steps(t, own, a.ID).Steps
		if !cmp.Equal(first.Parts, []int64{1, 2, 3, 4}) || first.Grain != target.ByQuarter {
			t.Errorf("%+v", first)
		}
		for name, c := range map[string]struct {
			err  error
			want fault.Key
		}{
			"short":            {r.quarters(own, a.ID, first.ID, 1, 2, 3, 3), "target.step_short"},
			"three parts":      {r.quarters(own, a.ID, first.ID, 4, 3, 3), "target.step_parts"},
			"not seen":         {r.quarters(own, a.ID, 0, 4, 3, 2, 1), "target.step_stale"},
			"a viewer":         {r.quarters(as(access.Viewer, a), a.ID, first.ID, 4, 3, 2, 1), "error.forbidden"},
			"next door":        {r.quarters(as(access.Committee, r.tree.Communes[1]), a.ID, first.ID, 4, 3, 2, 1), "error.notfound"},
			"none to withdraw": {r.quarters(own, cell.ID, 0), "target.step_none"},
		} {
			if got := key(c.err); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		if err := r.quarters(own, a.ID, 0, 1, 2, 3, 4); err != nil {
			t.Errorf("the same again: %v", err)
		}
		if got := r.steps(t, own, a.ID).Steps; !cmp.Equal(got, first) {
			t.Errorf("something was stored: %+v", got)
		}
		if err := r.quarters(own, a.ID, first.ID); err != nil {
			t.Fatal(err)
		}
		if got := r.steps(t, own, a.ID).Steps; len(got.Parts) != 0 || got.ID == first.ID {
			t.Errorf("withdrawn: %+v", got)
		}
		if _, err := r.Steps(context.Background(), as(access.Committee, r.tree.Communes[1]), a.ID, 2026, "admit"); !fault.Is(err, fault.NotFound) {
			t.Errorf("next door reads: %v", err)
		}
	})
}

// TestStepsFollow: what two communes planned is added up for the one they become, until it plans itself.
func TestStepsFollow(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		ctx, who, a, b := context.Background(), access.System("test"), r.tree.Communes[0], r.tree.Communes[1]
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 2, 3))
		r.admit(t, r.tree.Cells[1][0], 1, day.Of(2026, 3, 3))
		for _, u := range []org.Unit{a, b} {
			if _, err := r.set(who, u, "10", 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.quarters(who, a.ID, 0, 1, 2, 3, 4); err != nil {
			t.Fatal(err)
		}
		if err := r.SetSteps(ctx, who, targets.StepForm{Unit: b.ID, Year: 2026, Indicator: "admit", Grain: target.ByMonth, Parts: []int64{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}}); err != nil {
			t.Fatal(err)
		}
		merged, err := units.New(r.st).Merge(ctx, who, units.MergeForm{From: []id.ID{a.ID, b.ID}, Parent: r.tree.Root.ID, New: &units.Fields{Name: "Đảng bộ xã Hợp Nhất"},
			Act: units.Act{On: day.Of(2026, 8, 1), Decision: org.Decision{No: "202-NQ"}}})
		if err != nil {
			t.Fatal(err)
		}
		v := r.steps(t, who, merged)
		if v.Target.Low != 20 || len(v.From) != 2 || v.Steps.ID != 0 || v.Steps.Grain != target.ByQuarter || !cmp.Equal(v.Steps.Parts, []int64{3, 5, 6, 6}) || v.Done[1] != 1 || v.Done[2] != 1 {
			t.Errorf("%+v", v)
		}
		if err := r.quarters(who, merged, 0, 2, 5, 6, 7); err != nil {
			t.Fatal(err)
		}
		if v = r.steps(t, who, merged); len(v.From) != 0 || !cmp.Equal(v.Steps.Parts, []int64{2, 5, 6, 7}) {
			t.Errorf("its own: %+v", v)
		}
	})
}
