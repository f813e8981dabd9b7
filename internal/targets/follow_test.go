package targets_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/reports"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

// TestMergedInAugust: two communes merge; the new one is asked for what both were, the sheet and the pilot page agree and say
// why, and an adjustment given later holds alone.
func TestMergedInAugust(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		ctx, who, a, b := context.Background(), access.System("test"), r.tree.Communes[0], r.tree.Communes[1]
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2026, 2, 3))
		r.admit(t, r.tree.Cells[1][0], 1, day.Of(2026, 3, 3))
		for u, text := range map[org.Unit]string{a: "20", b: "12-15"} {
			if _, err := r.draft(who, u, "", text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.Issue(ctx, who, targets.IssueForm{Unit: r.tree.Root.ID, Year: 2026, Source: "1-KH/TU", On: day.Of(2026, 1, 15)}); err != nil {
			t.Fatal(err)
		}
		merged, err := units.New(r.st).Merge(ctx, who, units.MergeForm{From: []id.ID{a.ID, b.ID}, Parent: r.tree.Root.ID,
			New: &units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã Hợp Nhất", Code: "38009000000000"},
			Act: units.Act{On: day.Of(2026, 8, 1), Decision: org.Decision{No: "202-NQ", Issuer: "Tỉnh ủy", Date: day.Of(2026, 7, 20)}}})
		if err != nil {
			t.Fatal(err)
		}
		sh := r.sheet(t, r.tree.Root, 2026)
		if len(sh.Children) != 1 || sh.Children[0].Lines["admit"].Target.String() != "32–35" || sh.Children[0].Lines["admit"].Progress.Done != 2 {
			t.Fatalf("%d units, %+v", len(sh.Children), sh.Children[0].Lines["admit"])
		}
		if len(sh.Followed) != 2 || sh.Followed[0].On != day.Of(2026, 8, 1) {
			t.Errorf("explained by %+v", sh.Followed)
		}
		p, err := reports.New(r.st).Pilot(ctx, who, reports.Ask{Unit: r.tree.Root.ID, Year: 2026})
		if err != nil || len(p.Children) != 1 || p.Children[0].Admit.Target.Low != 32 || p.Children[0].Admit.Target.High != 35 {
			t.Errorf("the pilot page: %+v %v", p.Children, err)
		}
		if p, err = reports.New(r.st).Pilot(ctx, who, reports.Ask{Unit: r.tree.Root.ID, Year: 2026, AsOf: day.Of(2026, 7, 31), Structure: reports.Then}); err != nil || len(p.Children) != 2 {
			t.Errorf("before the merger: %d units, %v", len(p.Children), err)
		}
		if _, err := r.Draft(ctx, who, 38, 2026, []targets.Change{{Unit: merged, Indicator: "admit", Text: "30"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Issue(ctx, who, targets.IssueForm{Unit: r.tree.Root.ID, Year: 2026, Source: "50-KH/TU", On: day.Of(2026, 9, 1)}); err != nil {
			t.Fatal(err)
		}
		if sh = r.sheet(t, r.tree.Root, 2026); sh.Children[0].Lines["admit"].Target.String() != "30" || len(sh.Followed) != 0 {
			t.Errorf("adjusted in September: %s, %d lines", sh.Children[0].Lines["admit"].Target, len(sh.Followed))
		}
	})
}

// TestDividedInJuly: a commune with hardly anybody in itself is divided; each part is asked for its share by the people of the cells it got.
func TestDividedInJuly(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		ctx, who, a := context.Background(), access.System("test"), r.tree.Communes[0]
		for n, cell := range r.tree.Cells[0] {
			for range 3 - 2*n { // three people here, one there
				r.admit(t, cell, 2, day.Of(2026, 2, 3))
			}
		}
		if _, err := r.draft(who, a, "", "12"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.issue(who, r.tree.Root, "1-KH/TU"); err != nil {
			t.Fatal(err)
		}
		goals, err := units.New(r.st).Split(ctx, who, units.SplitForm{From: []id.ID{a.ID}, Into: []units.Goal{
			{Ref: "a", Fields: units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã A Đông"}},
			{Ref: "b", Fields: units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã A Tây"}},
		}, Children: map[id.ID]string{r.tree.Cells[0][0].ID: "a", r.tree.Cells[0][1].ID: "b"},
			Act: units.Act{On: day.Of(2026, 7, 1), Decision: org.Decision{No: "31-QĐ", Issuer: "Tỉnh ủy", Date: day.Of(2026, 6, 20)}}})
		if err != nil {
			t.Fatal(err)
		}
		sh := r.sheet(t, r.tree.Root, 2026)
		for i, want := range []string{"9", "3"} {
			for _, c := range sh.Children {
				if c.Unit.ID == goals[i] && c.Lines["admit"].Target.String() != want {
					t.Errorf("%s is asked for %s, not %s", c.Unit.Name, c.Lines["admit"].Target, want)
				}
			}
		}
		if len(sh.Followed) != 2 {
			t.Errorf("explained by %+v", sh.Followed)
		}
	})
}
