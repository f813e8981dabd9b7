package rules_test

import (
	"context"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rule"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func admin(n id.ID, u org.Unit) access.Actor {
	return access.Actor{User: n, Name: "Quản trị", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: access.Admin}}}
}

const correction = "schema: 1\nid: qd208\nextends: qd208@1\nclocks:\n  decide: {length: 45, doc: qd208, sure: sure, since: \"2026-07-26\"}\n"

func wantKey(t *testing.T, what string, err error, kind fault.Kind, key fault.Key) {
	t.Helper()
	if !fault.Is(err, kind) || key != "" && fault.TextOf(err).Key != key {
		t.Errorf("%s: %v, not %s %s", what, err, kind, key)
	}
}

// TestFourEyes: a correction counts once somebody else than its author approved it, and never changes a revision
// that dossiers are pinned to.
func TestFourEyes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, s, tree := context.Background(), rules.New(st), storetest.Grow(t, st, 38)
		one, two, cell := admin(1, tree.Root), admin(2, tree.Root), admin(3, tree.Cells[0][0])
		_, err := s.Propose(ctx, cell, correction, "theo văn bản mới")
		wantKey(t, "an administrator of a cell proposes", err, fault.Forbidden, "")
		_, err = s.Propose(ctx, one, correction, " ")
		wantKey(t, "without saying why", err, fault.Invalid, "rules.need_note")
		_, err = s.Propose(ctx, one, strings.Replace(correction, "length: 45", "length: no", 1), "x")
		wantKey(t, "a broken pack", err, fault.Invalid, "rules.broken")
		if fault.FieldsOf(err)["text"].Key != "rules.broken" {
			t.Errorf("not beside the field: %v", err)
		}
		i, err := s.Propose(ctx, one, correction, "theo văn bản mới")
		if err != nil {
			t.Fatal(err)
		}
		decides := func(ref string) int {
			b, err := s.Book(ctx)
			if err != nil {
				t.Fatal(err)
			}
			p, err := b.Pack(ref)
			if err != nil {
				t.Fatal(err)
			}
			c, _ := p.Clock("decide")
			return c.Length
		}
		if n := decides("qd208"); n != 60 {
			t.Errorf("a proposal counts already: %d", n)
		}
		wantKey(t, "its author approves", s.Decide(ctx, one, i, 0, true, ""), fault.Forbidden, "rules.four_eyes")
		wantKey(t, "rejected without a reason", s.Decide(ctx, two, i, 0, false, ""), fault.Invalid, "rules.need_note")
		p, err := s.Proposal(ctx, two, i)
		if err != nil || !p.May || p.Pack == nil || len(rule.Weighty(p.Changes)) != 1 {
			t.Errorf("the proposal: %+v %v", p, err)
		}
		if err := s.Decide(ctx, two, i, p.Version, true, ""); err != nil {
			t.Fatal(err)
		}
		wantKey(t, "approved twice", s.Decide(ctx, two, i, 0, true, ""), fault.Conflict, "rules.decided")
		for ref, want := range map[string]int{"qd208": 45, "qd208@2": 45, "qd208@1": 60, "qd294": 60} {
			if n := decides(ref); n != want {
				t.Errorf("%s decides in %d, not %d", ref, n, want)
			}
		}
		i, err = s.ProposeValue(ctx, two, rules.ValueForm{Ref: "qd208", Key: "values/certificate.months", Value: "48", Doc: "hd01_2026", Clause: "5", Sure: "sure", SinceOn: "19/5/2026", Note: "đọc được toàn văn"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(ctx, one, i, 0, true, "đã đối chiếu"); err != nil {
			t.Fatal(err)
		}
		b, _ := s.Book(ctx)
		p3, err := b.Pack("qd208@3")
		if c, _ := p3.Clock("certificate"); err != nil || c.Length != 48 || c.Unit != "months" {
			t.Errorf("the corrected value: %+v %v", c, err)
		}
		if c, _ := p3.Clock("decide"); c.Length != 45 {
			t.Error("the correction before it is lost")
		}
		i, err = s.Propose(ctx, one, correction, "lặp lại")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(ctx, two, i, 0, false, "đã có"); err != nil {
			t.Fatal(err)
		}
		all, err := s.Proposals(ctx, one)
		if err != nil || len(all) != 3 || all[0].State != store.ChangeRejected || all[0].DecidedNote != "đã có" {
			t.Errorf("the list: %+v %v", all, err)
		}
		wantKey(t, "a reader lists proposals", func() error {
			_, err := s.Proposals(ctx, cell)
			return err
		}(), fault.Forbidden, "")
		if ps, err := s.Problems(ctx); err != nil || len(ps) != 0 {
			t.Errorf("problems: %v %v", ps, err)
		}
	})
}

// TestLocals: what a committee adds holds below it, from its day to its last day, and elsewhere not.
func TestLocals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, s, tree := context.Background(), rules.New(st), storetest.Grow(t, st, 38)
		who := access.Actor{User: 5, Name: "Cấp ủy", Method: "test", Grants: []access.Grant{{Unit: tree.Communes[0].ID, Path: tree.Communes[0].Path, Role: access.Committee}}}
		f := rules.LocalForm{Unit: tree.Communes[0].ID, Title: "Học lực khá {x}", Step: "cell_vote", Level: "warn", When: "person.occupation == 11", Text: "Học sinh phải có học lực khá, hạnh kiểm tốt.", Source: "Quyết định 5-QĐ/ĐU", From: 20260801}
		if err := s.AddLocal(ctx, who, f); err != nil {
			t.Fatal(err)
		}
		bad := f
		bad.When = "person.grade > 3"
		err := s.AddLocal(ctx, who, bad)
		if fault.FieldsOf(err)["must"].Key != "rules.condition" {
			t.Errorf("a condition nobody understands: %v", err)
		}
		bad = f
		bad.Unit = tree.Communes[1].ID
		wantKey(t, "for another subtree", s.AddLocal(ctx, who, bad), fault.NotFound, "")
		wantKey(t, "nothing filled in", s.AddLocal(ctx, who, rules.LocalForm{Unit: f.Unit}), fault.Invalid, "")
		paper := rules.LocalForm{Unit: f.Unit, Title: "Học bạ", Paper: true, Step: "cell_vote", Source: "Quyết định 5-QĐ/ĐU", From: 20260801}
		if err := s.AddLocal(ctx, who, paper); err != nil {
			t.Fatal(err)
		}
		count := func(u org.Unit, on day.Date) (checks, papers int) {
			if err := st.View(ctx, func(tx *store.Tx) error {
				p, err := rules.For(tx, u.ID, on)
				if err == nil {
					checks, papers = len(p.Checks()), len(p.Papers())
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return checks, papers
		}
		c0, p0 := count(tree.Cells[1][0], 20260901)
		for _, x := range []struct {
			u    org.Unit
			on   day.Date
			more int
		}{{tree.Cells[0][0], 20260901, 1}, {tree.Communes[0], 20260901, 1}, {tree.Root, 20260901, 0}, {tree.Cells[0][0], 20260730, 0}} {
			if c, p := count(x.u, x.on); c != c0+x.more || p != p0+x.more {
				t.Errorf("%s on %s: %d checks, %d papers; elsewhere %d, %d", x.u.Name, x.on, c, p, c0, p0)
			}
		}
		_, ls, err := s.Locals(ctx, who, tree.Cells[0][0].ID)
		if err == nil {
			t.Log(len(ls))
		}
		_, ls, err = s.Locals(ctx, who, tree.Communes[0].ID)
		if err != nil || len(ls) != 2 || !ls[0].May {
			t.Fatalf("the list: %+v %v", ls, err)
		}
		if err := s.EndLocal(ctx, who, ls[1].ID, 20260831); err != nil {
			t.Fatal(err)
		}
		if c, p := count(tree.Cells[0][0], 20260901); c != c0 || p != p0+1 {
			t.Errorf("after its last day: %d checks, %d papers", c, p)
		}
		if c, _ := count(tree.Cells[0][0], 20260831); c != c0+1 {
			t.Error("on its last day it does not hold")
		}
	})
}

// TestHolidays: a day that is added counts at once, for due dates and checks, and can be taken back.
func TestHolidays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, s, tree := context.Background(), rules.New(st), storetest.Grow(t, st, 38)
		one := admin(1, tree.Root)
		due := func() day.Date {
			b, err := s.Book(ctx)
			if err != nil {
				t.Fatal(err)
			}
			p, err := b.On(20261101)
			if err != nil {
				t.Fatal(err)
			}
			c, _ := p.Clock("ceremony")
			return p.Due(c, 20261101, p.Calendar())
		}
		before := due()
		y, err := s.Holidays(ctx, 2026)
		if err != nil || len(y.Proposed) != 1 || y.Proposed[0].Day != 20261124 {
			t.Fatalf("2026: %+v %v", y.Proposed, err)
		}
		wantKey(t, "without a source", s.SetHoliday(ctx, one, store.Holiday{Day: 20261124, Name: "Ngày Văn hóa Việt Nam"}), fault.Invalid, "error.invalid")
		if err := s.SetHoliday(ctx, one, store.Holiday{Day: 20261124, Name: "Ngày Văn hóa Việt Nam", Source: "Luật"}); err != nil {
			t.Fatal(err)
		}
		if after := due(); after != 20261214 {
			t.Errorf("due on %s, then on %s", before, after)
		}
		if y, _ = s.Holidays(ctx, 2026); len(y.Proposed) != 0 || y.Own[20261124].Source != "Luật" {
			t.Errorf("2026 then: %+v", y.Proposed)
		}
		if err := s.DropHoliday(ctx, one, 20261124); err != nil {
			t.Fatal(err)
		}
		if again := due(); again != before {
			t.Errorf("taken back: %s", again)
		}
		wantKey(t, "taken back twice", s.DropHoliday(ctx, one, 20261124), fault.NotFound, "rules.no_holiday")
		wantKey(t, "by a cell", s.SetHoliday(ctx, admin(3, tree.Cells[0][0]), store.Holiday{Day: 20261124, Name: "x", Source: "y"}), fault.Forbidden, "")
	})
}
