package targets_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/targets"
	"ketnap/internal/units"
)

func (r room) draft(who access.Actor, u org.Unit, slice, text string) (int, error) {
	return r.Draft(context.Background(), who, 38, 2026, []targets.Change{{Unit: u.ID, Indicator: "admit", Slice: slice, Text: text}})
}

func (r room) issue(who access.Actor, u org.Unit, source string) (int, error) {
	return r.Issue(context.Background(), who, targets.IssueForm{Unit: u.ID, Year: 2026, Source: source})
}

// TestDraftIssue: a draft holds for nobody; an issue is one act with its document; the past stays readable.
func TestDraftIssue(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who, a, b := as(access.Committee, r.tree.Root), r.tree.Communes[0], r.tree.Communes[1]
		for _, c := range []struct {
			u           org.Unit
			slice, text string
		}{{a, "", "20"}, {b, "", "15-18"}, {a, "female", "8"}} {
			if n, err := r.draft(who, c.u, c.slice, c.text); n != 1 || err != nil {
				t.Fatalf("%d %v", n, err)
			}
		}
		sh := r.sheet(t, r.tree.Root, 2026)
		if sh.Drafts != 3 || len(sh.Columns) != 1 || sh.Children[0].Lines["admit"].Target.ID != 0 {
			t.Fatalf("%d drafts, columns %v", sh.Drafts, sh.Columns)
		}
		if v, ok := sh.Children[0].Cells["admit.female"].Value(); !ok || v.Low != 8 {
			t.Errorf("%+v %v", v, ok)
		}
		if own := r.sheet(t, a, 2026); own.Self.Lines["admit"].Target.ID != 0 {
			t.Error("a draft holds already")
		}
		if _, err := r.issue(who, r.tree.Root, " "); !fault.Is(err, fault.Invalid) || fault.FieldsOf(err)["source"].Key != "target.source_missing" {
			t.Errorf("without a document: %v", err)
		}
		if _, err := r.issue(as(access.Committee, a), r.tree.Root, "x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a commune issues for the province: %v", err)
		}
		if n, err := r.issue(who, r.tree.Root, "12-KH/TU ngày 15/01/2026"); n != 3 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
		if _, err := r.issue(who, r.tree.Root, "13-KH/TU"); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing to issue: %v", err)
		}
		// One unit is adjusted in July by a second document.
		if n, err := r.draft(who, a, "", "24"); n != 1 || err != nil {
			t.Fatal(err)
		}
		if n, err := r.issue(who, r.tree.Root, "40-KH/TU ngày 01/07/2026"); n != 1 || err != nil {
			t.Fatal(err)
		}
		sh = r.sheet(t, r.tree.Root, 2026)
		if len(sh.Issues) != 2 || !sh.Issues[0].Adjusts || sh.Issues[1].Adjusts || sh.Issues[1].Lines != 3 || sh.Drafts != 0 {
			t.Errorf("%+v", sh.Issues)
		}
		own := r.sheet(t, a, 2026)
		if own.Self.Lines["admit"].Target.Low != 24 || own.Self.Lines["admit"].Target.Source != "40-KH/TU ngày 01/07/2026" || len(own.History) != 3 {
			t.Errorf("%+v, %d versions", own.Self.Lines["admit"].Target, len(own.History))
		}
		// A cell typed back to what holds is no draft any more; an emptied one drafts the withdrawal.
		for _, c := range []struct {
			text   string
			drafts int
		}{{"30", 1}, {"24", 0}, {"", 1}} {
			if _, err := r.draft(who, a, "", c.text); err != nil {
				t.Fatal(err)
			}
			if sh := r.sheet(t, r.tree.Root, 2026); sh.Drafts != c.drafts {
				t.Errorf("%q: %d drafts", c.text, sh.Drafts)
			}
		}
		if _, err := r.issue(who, r.tree.Root, "41-KH/TU"); err != nil || r.now(t, a).ID != 0 {
			t.Errorf("withdrawn by an issue: %v", err)
		}
	})
}

// TestDraftRefuses: bad input, and who may not.
func TestDraftRefuses(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who, a := as(access.Committee, r.tree.Root), r.tree.Communes[0]
		for _, text := range []string{"9-5", "1,5", "-3", "năm", "1.000.000.001"} {
			if _, err := r.draft(who, a, "", text); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", text, err)
			}
		}
		if _, err := r.draft(who, a, "occ.99", "5"); !fault.Is(err, fault.Invalid) {
			t.Errorf("an unknown group: %v", err)
		}
		if _, err := r.draft(as(access.Clerk, r.tree.Root), a, "", "5"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a clerk: %v", err)
		}
		if _, err := r.draft(as(access.Admin, r.tree.Communes[1]), a, "", "5"); !fault.Is(err, fault.NotFound) {
			t.Errorf("another commune: %v", err)
		}
		if _, err := r.Draft(context.Background(), who, 38, 2009, []targets.Change{{Unit: a.ID, Indicator: "admit", Text: "5"}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("before the unit was founded: %v", err)
		}
		if sh := r.sheet(t, r.tree.Root, 2026); sh.Drafts != 0 {
			t.Errorf("%d drafts of refused input", sh.Drafts)
		}
	})
}

// TestAllocate: parts sum to what was given, drafts until issued; carried forward a year later.
func TestAllocate(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		ctx, who := context.Background(), as(access.Committee, r.tree.Root)
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2025, 2, 3))
		r.admit(t, r.tree.Cells[0][0], 2, day.Of(2025, 3, 3))
		r.admit(t, r.tree.Cells[1][0], 1, day.Of(2025, 2, 3))
		if _, err := r.set(access.System("test"), r.tree.Root, "7-10", 0); err != nil {
			t.Fatal(err)
		}
		ask := targets.Ask{Unit: r.tree.Root.ID, Year: 2026, Indicator: "admit"}
		for method, want := range map[target.Method][2]string{target.ByMembers: {"5–7", "2–3"}, target.ByLast: {"5–7", "2–3"}, target.ByEqual: {"4–5", "3–5"}} {
			ask.Method = method
			p, err := r.Preview(ctx, who, ask)
			if err != nil || len(p.Shares) != 2 || p.Sum.Low != 7 || p.Sum.High != 10 || len(p.Findings) != 0 {
				t.Fatalf("%s: %+v %v", method, p.Sum, err)
			}
			if got := [2]string{p.Shares[0].Part.String(), p.Shares[1].Part.String()}; got != want {
				t.Errorf("%s: %v, want %v", method, got, want)
			}
		}
		ask.Method, ask.Percent = target.ByPercent, 50
		if p, err := r.Preview(ctx, who, ask); err != nil || p.Sum.Low != 2 || len(p.Findings) != 1 || p.Findings[0].Key != "target.c1_short" {
			t.Errorf("half of the members: %+v %v", p, err)
		}
		ask.Method = target.ByMembers
		for name, c := range map[string]struct {
			change func(a *targets.Ask)
			key    fault.Key
		}{
			"caps":    {func(a *targets.Ask) { a.Cap = 3 }, "target.alloc_caps"},
			"floors":  {func(a *targets.Ask) { a.Floor = 30 }, "target.alloc_floors"},
			"no pool": {func(a *targets.Ask) { a.Method = target.ByPool }, "target.alloc_caps"},
			"typed":   {func(a *targets.Ask) { a.Text = "9-5" }, "target.low_above_high"},
			"nothing": {func(a *targets.Ask) { a.Year = 2027 }, "target.alloc_nothing"},
		} {
			bad := ask
			c.change(&bad)
			if _, err := r.Preview(ctx, who, bad); !fault.Is(err, fault.Invalid) || fault.TextOf(err).Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		ask.Floors = map[id.ID]int64{r.tree.Communes[1].ID: 4}
		if p, err := r.Allocate(ctx, who, ask); err != nil || p.Shares[1].Part.Low != 4 || p.Shares[0].Part.Low != 3 {
			t.Fatalf("%v", err)
		}
		if _, err := r.Allocate(ctx, as(access.Viewer, r.tree.Root), ask); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer divides: %v", err)
		}
		if n, err := r.issue(who, r.tree.Root, "12-KH/TU"); n != 2 || err != nil {
			t.Fatal(err)
		}
		blocs := []string{"phuong-xa"}
		if err := units.New(r.st).Amend(ctx, access.System("test"), units.AmendForm{Unit: r.tree.Communes[1].ID, Blocs: &blocs,
			Act: units.Act{Decision: org.Decision{No: "30-QĐ/TU"}, On: day.Of(2025, 1, 1)}}); err != nil {
			t.Fatal(err)
		}
		ask.Floors, ask.Bloc = nil, "phuong-xa"
		for text, over := range map[string]int{"7": 0, "8": 1} { // 3 stand outside the bloc, and 10 are the most that were given
			ask.Text = text
			if p, err := r.Preview(ctx, who, ask); err != nil || len(p.Shares) != 1 || len(p.Findings) != over {
				t.Errorf("%s for a bloc: %+v %v", text, p.Findings, err)
			}
		}
		for _, want := range []int{2, 0} {
			if n, err := r.Carry(ctx, who, r.tree.Root.ID, 2027); n != want || err != nil {
				t.Errorf("carried %d, want %d: %v", n, want, err)
			}
		}
		if sh := r.sheet(t, r.tree.Root, 2027); sh.Drafts != 2 {
			t.Errorf("%d drafts", sh.Drafts)
		}
	})
}

// TestSheetFindings: short, a group above its whole, below last year; each leads to its field and can be gone past.
func TestSheetFindings(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		for i := range 4 {
			r.admit(t, r.tree.Cells[0][0], 2, day.Of(2025, 2, 3+i))
		}
		if _, err := r.set(access.System("test"), r.tree.Root, "10", 0); err != nil {
			t.Fatal(err)
		}
		for slice, text := range map[string]string{"": "3", "female": "5"} {
			if _, err := r.draft(who, r.tree.Communes[0], slice, text); err != nil {
				t.Fatal(err)
			}
		}
		sh := r.sheet(t, r.tree.Root, 2026)
		got := map[fault.Key]targets.Finding{}
		for _, f := range sh.Findings {
			got[f.Key] = f
		}
		commune := r.tree.Communes[0].ID.String()
		for key, field := range map[fault.Key]string{"target.c1_short": r.tree.Root.ID.String() + ".admit", "target.c2_above": commune + ".admit.female", "target.c3_below": commune + ".admit"} {
			if got[key].Field != field {
				t.Errorf("%s leads to %q, want %q (%d findings)", key, got[key].Field, field, len(sh.Findings))
			}
		}
		if len(sh.Findings) == 0 || sh.Findings[0].Grade != target.Wrong {
			t.Fatalf("the worst comes first: %+v", sh.Findings)
		}
		if err := r.Acknowledge(context.Background(), who, r.tree.Root.ID, sh.Findings[0].ID(), "Sẽ sửa ở kỳ sau"); err != nil {
			t.Fatal(err)
		}
		if sh = r.sheet(t, r.tree.Root, 2026); sh.Seen[sh.Findings[0].ID()].Reason != "Sẽ sửa ở kỳ sau" {
			t.Errorf("%+v", sh.Seen)
		}
		if err := r.Acknowledge(context.Background(), as(access.Viewer, r.tree.Root), r.tree.Root.ID, "C1-x", "Lý do nào đó"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer goes on: %v", err)
		}
	})
}

// BenchmarkIssue gives 60.000 lines of a cascade as one act on SQLite.
func BenchmarkIssue(b *testing.B) {
	st := storetest.SQLite(b)
	tree := storetest.Grow(b, st, 38)
	s, ctx, lines := targets.New(st), context.Background(), 60_000
	var units []id.ID
	err := st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
		for i := range lines / 8 {
			u := org.Unit{ID: tx.NewID(38), Kind: org.Cell, Name: "Chi bộ", Founded: day.Of(2010, 1, 1), Version: 1}.Place(tree.Communes[i%2])
			units = append(units, u.ID)
			if err := tx.AddUnit(u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		if err := st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
			var ds []store.Draft
			for n, u := range units {
				for k, slice := range []string{"", "female", "minority", "religious", "youth", "occ.12", "occ.13", "sec.7"} {
					ds = append(ds, store.Draft{Giver: tree.Communes[n%2].ID, Target: target.Target{Unit: u, Year: 2026, Indicator: "admit", Slice: slice, Op: target.Exactly, Low: int64(k + n%9)}})
				}
			}
			return tx.PutDrafts(ds)
		}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		n, err := s.Issue(ctx, access.System("test"), targets.IssueForm{Unit: tree.Root.ID, Year: 2026, Source: "12-KH/TU", Deep: true})
		if err != nil || n != lines {
			b.Fatalf("%d %v", n, err)
		}
	}
}
