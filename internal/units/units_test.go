package units_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
)

var ctx = context.Background()

// world is a small province with a few people and the service on it.
type world struct {
	*testing.T
	st   *store.Store
	s    *units.Service
	who  access.Actor
	tree storetest.Tree
}

// each runs f on every engine and afterwards demands that everything derived equals a rebuild.
func each(t *testing.T, f func(w *world)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := &world{T: t, st: st, s: units.New(st), who: access.System("test"), tree: storetest.Grow(t, st, 38)}
		f(w)
		if _, err := st.Verify(ctx, store.VerifyOptions{}, func(d store.Difference) error {
			t.Errorf("%+v", d)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// act is a decision effective on a day.
func act(no string, on day.Date) units.Act {
	return units.Act{On: on, Decision: org.Decision{No: no, Issuer: "Tỉnh ủy", Date: on}}
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		f, _ := errors.AsType[*fault.Error](err)
		w.Fatalf("%v %+v", err, f)
	}
}

// enrol puts somebody at a stage of a unit since a day.
func (w *world) enrol(u org.Unit, name string, stage ledger.Stage, on day.Date) id.ID {
	return storetest.Enrol(w.T, w.st, u, name, stage, on).ID
}

func (w *world) unit(i id.ID) (u org.Unit) {
	w.Helper()
	w.ok(w.st.View(ctx, func(tx *store.Tx) (err error) { u, err = tx.Unit(i); return err }))
	return u
}

func (w *world) view(i id.ID, on day.Date) units.View {
	w.Helper()
	v, err := w.s.View(ctx, w.who, i, on)
	w.ok(err)
	return v
}

// below lists the names directly under a unit on a day with their members.
func (w *world) below(i id.ID, on day.Date) map[string]int64 {
	w.Helper()
	p, err := w.s.Children(ctx, w.who, i, on, "")
	w.ok(err)
	m := map[string]int64{}
	for _, n := range p.Nodes {
		m[n.Name] += n.Members
	}
	return m
}

func (w *world) same(what string, got, want any) {
	w.Helper()
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("%s: %s", what, d)
	}
}

// told writes a history in short: "day kind/role decision: before > after (from -> to)".
func told(hs []units.Happening) []string {
	var out []string
	refs := func(rs []units.Ref) string {
		var ns []string
		for _, r := range rs {
			ns = append(ns, r.Name)
		}
		return strings.Join(ns, "+")
	}
	for _, h := range hs {
		out = append(out, h.On.String()+" "+string(h.Kind)+"/"+string(h.Role)+" "+h.Decision+": "+h.Before+" > "+h.After+" ("+refs(h.From)+" -> "+refs(h.To)+")")
	}
	return out
}

func kin(ks []units.Kin) []string {
	var out []string
	for _, k := range ks {
		n := k.Name
		if k.Principal {
			n += " *"
		}
		out = append(out, n)
	}
	return out
}

func TestFoundAndRename(t *testing.T) {
	each(t, func(w *world) {
		commune := w.tree.Communes[0]
		i, err := w.s.Found(ctx, w.who, units.FoundForm{Parent: commune.ID, Act: act("12-QĐ/TU", day.Of(2024, 7, 1)),
			Fields: units.Fields{Kind: org.Cell, Name: " Chi bộ  Trường THPT Đông Sơn ", Code: "38.168.053.000.001", Sector: 4, Blocs: []string{"thpt", "giao-duc", "thpt"}}})
		w.ok(err)
		w.ok(w.s.Rename(ctx, w.who, units.RenameForm{Unit: i, Name: "Chi bộ Trường THPT Hàm Rồng", Act: act("40-QĐ/TU", day.Of(2025, 1, 10))}))
		v := w.view(i, 0)
		w.same("code", v.Code, "38168053000001")
		w.same("blocs", v.Blocs, []units.Held{{Value: "giao-duc", From: day.Of(2024, 7, 1), Source: "12-QĐ/TU"}, {Value: "thpt", From: day.Of(2024, 7, 1), Source: "12-QĐ/TU"}})
		w.same("history", told(v.Events), []string{
			"2024-07-01 found/subject 12-QĐ/TU:  > Chi bộ Trường THPT Đông Sơn ( -> )",
			"2025-01-10 rename/subject 40-QĐ/TU: Chi bộ Trường THPT Đông Sơn > Chi bộ Trường THPT Hàm Rồng ( -> )"})
		w.same("then", w.view(i, day.Of(2024, 12, 31)).Was, "Chi bộ Trường THPT Đông Sơn")
		w.same("below in 2024", w.below(commune.ID, day.Of(2024, 6, 30)), map[string]int64{"Chi bộ thôn 1": 0, "Chi bộ thôn 2": 0})
		w.same("below now", w.below(commune.ID, 0), map[string]int64{"Chi bộ thôn 1": 0, "Chi bộ thôn 2": 0, "Chi bộ Trường THPT Hàm Rồng": 0})
		hits, err := w.s.Search(ctx, w.who, "rong ham truong")
		w.ok(err)
		w.same("found by new name", hits, units.Hits{Units: []units.Hit{{ID: i, Kind: org.Cell, Name: "Chi bộ Trường THPT Hàm Rồng", Code: "38168053000001",
			Path: []string{"Đảng bộ tỉnh Thử Nghiệm", "Đảng bộ xã A"}}}})
		for _, text := range []string{"38168053000001", " 38.168.053.000.001 ", i.String(), "/don-vi/" + i.String(), "https://may.chu/don-vi/" + i.String() + "/?nam=2026"} {
			if found, err := w.s.Find(ctx, w.who, text); found != i || err != nil {
				w.Errorf("%q: %v, %v", text, found, err)
			}
		}
		for _, text := range []string{"", "0", "không có", "11111111111111", "/don-vi/"} {
			if found, err := w.s.Find(ctx, w.who, text); found != 0 || fault.TextOf(err).Key != "unit.unknown" {
				w.Errorf("%q: %v, %v", text, found, err)
			}
		}
		root, err := w.s.Found(ctx, w.who, units.FoundForm{Act: act("1-QĐ/TW", day.Of(2025, 7, 1)), Fields: units.Fields{Kind: org.Province, Name: "Đảng bộ tỉnh Nghệ An", Location: "40"}})
		w.ok(err)
		w.same("partition of a new province", root.Province(), 40)
	})
}

func TestReparent(t *testing.T) {
	each(t, func(w *world) {
		a, b, cell := w.tree.Communes[0], w.tree.Communes[1], w.tree.Cells[0][0]
		w.enrol(cell, "Lê Thị Hoa", ledger.Official, day.Of(2015, 3, 1))
		w.enrol(cell, "Lê Văn Nam", ledger.Probationary, day.Of(2026, 3, 1))
		w.enrol(cell, "Lê Văn Tư", ledger.Pool, day.Of(2026, 3, 1))
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: cell.ID, Parent: b.ID, Act: act("7-QĐ/TU", day.Of(2025, 7, 1))}))
		w.same("old commune", w.below(a.ID, 0), map[string]int64{"Chi bộ thôn 2": 0})
		w.same("new commune", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã A": 0, "Đảng bộ xã B": 2})
		w.same("in the tree of the day before", w.below(w.tree.Root.ID, day.Of(2025, 6, 30)), map[string]int64{"Đảng bộ xã A": 1, "Đảng bộ xã B": 0})
		w.same("in the tree of the day", w.below(w.tree.Root.ID, day.Of(2025, 7, 1)), map[string]int64{"Đảng bộ xã A": 0, "Đảng bộ xã B": 1})
		w.same("below on the day before", w.below(a.ID, day.Of(2025, 6, 30)), map[string]int64{"Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0})
		history := []string{"2010-01-01 found/subject :  > Đảng bộ xã A ( -> )", "2025-07-01 reparent/from 7-QĐ/TU:  >  ( -> Đảng bộ xã B)"}
		w.same("history of the old parent", told(w.view(a.ID, 0).Events), history)
		w.same("history", told(w.view(cell.ID, 0).Events), []string{"2010-01-01 found/subject :  > Chi bộ thôn 1 ( -> )",
			"2025-07-01 reparent/subject 7-QĐ/TU: Đảng bộ xã A > Đảng bộ xã B (Đảng bộ xã A -> Đảng bộ xã B)"})
		// A commune becomes a part of another and then its own again: its counters go and come back.
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: b.ID, Parent: a.ID, Act: act("8-QĐ/TU", day.Of(2025, 8, 1))}))
		w.same("one branch", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã A": 2})
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: b.ID, Parent: w.tree.Root.ID, Act: act("9-QĐ/TU", day.Of(2025, 9, 1))}))
		w.same("two branches", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã A": 0, "Đảng bộ xã B": 2})
		w.same("one branch then", w.below(w.tree.Root.ID, day.Of(2025, 8, 15)), map[string]int64{"Đảng bộ xã A": 1})
	})
}

func TestMergeIntoNew(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.tree.Communes[0], w.tree.Communes[1]
		w.enrol(a, "Trần Văn Chánh", ledger.Official, day.Of(2018, 2, 3)) // in the commune itself
		cellMember := w.enrol(w.tree.Cells[0][0], "Trần Thị Dung", ledger.Official, day.Of(2016, 2, 3))
		w.enrol(w.tree.Cells[1][1], "Trần Thị Em", ledger.Pool, day.Of(2016, 2, 3))
		code := "38001000000000"
		w.ok(w.s.Amend(ctx, w.who, units.AmendForm{Unit: a.ID, Code: &code, Act: act("3-QĐ/TU", day.Of(2020, 1, 1))}))
		c, err := w.s.Merge(ctx, w.who, units.MergeForm{From: []id.ID{b.ID, a.ID, b.ID}, Parent: w.tree.Root.ID,
			New: &units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã AB", Code: "38002000000000"}, Act: act("202-NQ", day.Of(2025, 7, 1))})
		w.ok(err)
		w.same("provinces' branches", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã AB": 2})
		w.same("branches before", w.below(w.tree.Root.ID, day.Of(2025, 6, 30)), map[string]int64{"Đảng bộ xã A": 2, "Đảng bộ xã B": 0})
		w.same("all four cells", w.below(c, 0), map[string]int64{"Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0})
		v := w.view(c, 0)
		w.same("predecessors", kin(v.Before), []string{"Đảng bộ xã A", "Đảng bộ xã B"})
		w.same("members", v.Members, int64(2))
		w.same("history", told(v.Events), []string{"2025-07-01 merge/to 202-NQ:  > Đảng bộ xã AB (Đảng bộ xã A+Đảng bộ xã B -> )"})
		old := w.view(a.ID, 0)
		w.same("successors", kin(old.After), []string{"Đảng bộ xã AB *"})
		w.same("ended", old.Dissolved, day.Of(2025, 7, 1))
		w.same("code closed", old.Codes, []units.Held{{Value: code, From: day.Of(2020, 1, 1), To: day.Of(2025, 7, 1), Source: "3-QĐ/TU"}})
		w.same("hangs under its successor", w.unit(a.ID).Parent, c)
		w.same("a cell's history", told(w.view(w.tree.Cells[1][0].ID, 0).Events), []string{"2010-01-01 found/subject :  > Chi bộ thôn 1 ( -> )",
			"2025-07-01 merge/subject 202-NQ: Đảng bộ xã B > Đảng bộ xã AB (Đảng bộ xã A+Đảng bộ xã B -> Đảng bộ xã AB)"})
		w.ok(w.st.View(ctx, func(tx *store.Tx) error {
			p, err := tx.Person(cellMember)
			w.same("branch of a person", p.Branch, c)
			return err
		}))
		// The code is free again, for a unit of a day on which it is closed.
		w.ok(w.s.Amend(ctx, w.who, units.AmendForm{Unit: c, Code: &code, Act: act("4-QĐ/TU", day.Of(2025, 8, 1))}))
	})
}

func TestMergeIntoOneOfThem(t *testing.T) {
	each(t, func(w *world) {
		x, y := w.tree.Cells[0][0], w.tree.Cells[1][1]
		who := w.enrol(x, "Vũ Thị Sáu", ledger.Official, day.Of(2016, 2, 3))
		c, err := w.s.Merge(ctx, w.who, units.MergeForm{From: []id.ID{x.ID}, Into: y.ID, Act: act("5-QĐ", day.Of(2024, 5, 1))})
		w.ok(err)
		w.same("goal", c, y.ID)
		w.same("dissolved unit is no longer shown", w.below(w.tree.Communes[0].ID, 0), map[string]int64{"Chi bộ thôn 2": 0})
		w.same("its people are", w.below(w.tree.Communes[1].ID, 0), map[string]int64{"Chi bộ thôn 1": 0, "Chi bộ thôn 2": 1})
		w.ok(w.st.View(ctx, func(tx *store.Tx) error {
			ms, err := tx.Movements(who)
			last := ms[len(ms)-1]
			w.same("moved by", []any{last.Cause, last.Effective, last.Decision, last.To.Unit}, []any{ledger.Reorganise, day.Of(2024, 5, 1), "5-QĐ", y.ID})
			return err
		}))
		// Its past counts where its successor stands: nothing is said to have moved between the communes.
		w.same("in the tree of that day", w.below(w.tree.Root.ID, day.Of(2024, 4, 30)), map[string]int64{"Đảng bộ xã A": 1, "Đảng bộ xã B": 0})
	})
}

func TestSplit(t *testing.T) {
	each(t, func(w *world) {
		s := w.tree.Cells[0][0]
		var people []id.ID
		for _, n := range []string{"Ngô Thị An", "Ngô Văn Bảy", "Ngô Thị Cúc"} {
			people = append(people, w.enrol(s, n, ledger.Official, day.Of(2019, 2, 3)))
		}
		form := units.SplitForm{From: []id.ID{s.ID}, Act: act("15-QĐ", day.Of(2024, 1, 1)), Into: []units.Goal{
			{Ref: "a", Fields: units.Fields{Kind: org.Cell, Name: "Chi bộ thôn 1A", Sector: 1}},
			{Ref: "b", Fields: units.Fields{Kind: org.Cell, Name: "Chi bộ thôn 1B", Sector: 5}},
			{Ref: "c", Unit: w.tree.Cells[1][0].ID},
		}, People: map[id.ID]string{people[0]: "a", people[1]: "b"}, Principal: "b"}
		_, err := w.s.Split(ctx, w.who, form)
		var left *units.Unassigned
		if !errors.As(err, &left) || len(left.People) != 1 || left.People[0].ID != people[2] {
			w.Fatalf("somebody without a goal: %v", err)
		}
		form.People[people[2]] = units.Stay
		if _, err = w.s.Split(ctx, w.who, form); fault.TextOf(err).Key != "unit.unassigned" {
			w.Fatalf("nobody can stay in a unit that ends: %v", err)
		}
		form.People[people[2]] = "c"
		goals, err := w.s.Split(ctx, w.who, form)
		w.ok(err)
		w.same("cells of A", w.below(w.tree.Communes[0].ID, 0), map[string]int64{"Chi bộ thôn 1A": 1, "Chi bộ thôn 1B": 1, "Chi bộ thôn 2": 0})
		w.same("cells of B", w.below(w.tree.Communes[1].ID, 0), map[string]int64{"Chi bộ thôn 1": 1, "Chi bộ thôn 2": 0})
		w.same("on the day before", w.below(w.tree.Communes[0].ID, day.Of(2023, 12, 31)), map[string]int64{"Chi bộ thôn 1": 3, "Chi bộ thôn 2": 0})
		v := w.view(s.ID, 0)
		w.same("successors", len(v.After), 3)
		w.same("hangs under the principal one", w.unit(s.ID).Parent, goals[1])
		w.same("predecessor", kin(w.view(goals[0], 0).Before), []string{"Chi bộ thôn 1"})
	})
}

func TestSplitOff(t *testing.T) {
	each(t, func(w *world) {
		a := w.tree.Communes[0]
		p := w.enrol(a, "Phan Văn Giang", ledger.Official, day.Of(2019, 2, 3))
		q := w.enrol(a, "Phan Văn Hải", ledger.Official, day.Of(2019, 2, 3))
		w.enrol(w.tree.Cells[0][1], "Phan Thị Lý", ledger.Official, day.Of(2019, 2, 3))
		goals, err := w.s.Split(ctx, w.who, units.SplitForm{From: []id.ID{a.ID}, Keep: true, Act: act("16-QĐ", day.Of(2024, 1, 1)),
			Into:     []units.Goal{{Ref: "new", Fields: units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã A2"}}},
			People:   map[id.ID]string{p: "new", q: units.Stay},
			Children: map[id.ID]string{w.tree.Cells[0][1].ID: "new"}})
		w.ok(err)
		w.same("branches", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã A": 1, "Đảng bộ xã A2": 2, "Đảng bộ xã B": 0})
		w.same("still there", w.unit(a.ID).Dissolved, day.Date(0))
		w.same("the cell went along", w.unit(w.tree.Cells[0][1].ID).Parent, goals[0])
	})
}

func TestDissolveAndAmend(t *testing.T) {
	each(t, func(w *world) {
		s, heir := w.tree.Cells[0][0], w.tree.Cells[0][1]
		w.ok(w.s.Dissolve(ctx, w.who, units.DissolveForm{Unit: s.ID, Act: act("20-QĐ", day.Of(2024, 3, 1))}))
		w.same("stays where it was", w.unit(s.ID).Parent, w.tree.Communes[0].ID)
		w.same("history", told(w.view(s.ID, 0).Events), []string{"2010-01-01 found/subject :  > Chi bộ thôn 1 ( -> )",
			"2024-03-01 dissolve/from 20-QĐ: Chi bộ thôn 1 >  ( -> )"})
		w.enrol(heir, "Bùi Thị Kim", ledger.Probationary, day.Of(2024, 6, 1))
		w.ok(w.s.Dissolve(ctx, w.who, units.DissolveForm{Unit: heir.ID, Successor: w.tree.Communes[1].ID, Act: act("21-QĐ", day.Of(2024, 9, 1))}))
		w.same("taken over", w.below(w.tree.Root.ID, 0), map[string]int64{"Đảng bộ xã A": 0, "Đảng bộ xã B": 1})

		b := w.tree.Communes[1].ID
		code, sector, where, blocs := "38.003.000.000.000", 2, "38", []string{"phuong-xa"}
		w.ok(w.s.Amend(ctx, w.who, units.AmendForm{Unit: b, Code: &code, Sector: &sector, Location: &where, Blocs: &blocs,
			Grant: []string{"Quyết định kết nạp đảng viên: trên 1/2 đảng ủy viên"}, Act: act("30-QĐ", day.Of(2025, 1, 1))}))
		blocs = []string{"phuong-xa", "doanh-nghiep"}
		w.ok(w.s.Amend(ctx, w.who, units.AmendForm{Unit: b, Blocs: &blocs, Withdraw: []string{"Quyết định kết nạp đảng viên: trên 1/2 đảng ủy viên"},
			Grant: []string{"Quyết định kết nạp đảng viên: trên 2/3 đảng ủy viên"}, Source: "208-QĐ/TW", Act: act("31-QĐ", day.Of(2025, 6, 1))}))
		v := w.view(b, 0)
		w.same("powers", v.Powers, []units.Held{{Value: "Quyết định kết nạp đảng viên: trên 1/2 đảng ủy viên", From: day.Of(2025, 1, 1), To: day.Of(2025, 6, 1), Source: "30-QĐ"},
			{Value: "Quyết định kết nạp đảng viên: trên 2/3 đảng ủy viên", From: day.Of(2025, 6, 1), Source: "208-QĐ/TW"}})
		w.same("blocs", len(v.Blocs), 2)
		w.same("what changed", v.Events[len(v.Events)-2].After, "code 38003000000000\nsector 2\nlocation 38\nbloc phuong-xa\npower Quyết định kết nạp đảng viên: trên 1/2 đảng ủy viên")
	})
}
