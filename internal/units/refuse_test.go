package units_test

import (
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
)

// refusal is one thing that cannot be done, with the text that says why: of the fault or of a field.
type refusal struct {
	name string
	do   func() error
	kind fault.Kind
	key  fault.Key
}

func (w *world) refused(rs []refusal) {
	w.Helper()
	words := i18n.For("vi")
	for _, r := range rs {
		err := r.do()
		keys := []fault.Key{fault.TextOf(err).Key}
		for _, t := range fault.FieldsOf(err) {
			keys = append(keys, t.Key)
		}
		if fault.KindOf(err) != r.kind || !strings.Contains(joined(keys), string(r.key)+";") {
			w.Errorf("%s: %v %v, want %v %s", r.name, fault.KindOf(err), keys, r.kind, r.key)
		}
		if text := words.Error(err); strings.ContainsAny(text, "⟦{") {
			w.Errorf("%s: text %q", r.name, text)
		}
	}
}

func joined(keys []fault.Key) (s string) {
	for _, k := range keys {
		s += string(k) + ";"
	}
	return s
}

func TestRefusals(t *testing.T) {
	each(t, func(w *world) {
		a, b, root := w.tree.Communes[0], w.tree.Communes[1], w.tree.Root
		cell, other := w.tree.Cells[0][0], w.tree.Cells[0][1]
		far := storetest.Grow(w.T, w.st, 40)
		d := day.Of(2024, 5, 1)
		person := w.enrol(cell, "Hồ Thị Mai", ledger.Official, day.Of(2020, 1, 1))
		later := w.enrol(other, "Hồ Văn Năm", ledger.Official, day.Of(2025, 1, 1))
		w.ok(w.s.Rename(ctx, w.who, units.RenameForm{Unit: b.ID, Name: "Đảng bộ xã Bình An", Act: act("2-QĐ", day.Of(2024, 6, 1))}))
		code := "38009000000000"
		w.ok(w.s.Amend(ctx, w.who, units.AmendForm{Unit: b.ID, Code: &code, Act: act("3-QĐ", day.Of(2024, 6, 2))}))
		gone := w.tree.Cells[1][0]
		w.ok(w.s.Dissolve(ctx, w.who, units.DissolveForm{Unit: gone.ID, Act: act("4-QĐ", day.Of(2024, 7, 1))}))
		moved := w.tree.Cells[1][1]
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: moved.ID, Parent: a.ID, Act: act("5-QĐ", day.Of(2024, 8, 1))}))

		found := func(parent id.ID, f units.Fields, x units.Act) func() error {
			return func() error {
				_, err := w.s.Found(ctx, w.who, units.FoundForm{Parent: parent, Fields: f, Act: x})
				return err
			}
		}
		fine := units.Fields{Kind: org.Cell, Name: "Chi bộ mới"}
		with := func(change func(*units.Fields)) units.Fields { f := fine; change(&f); return f }
		reparent := func(u, parent id.ID, on day.Date) func() error {
			return func() error {
				return w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: u, Parent: parent, Act: act("9-QĐ", on)})
			}
		}
		merge := func(from []id.ID, into id.ID, on day.Date) func() error {
			return func() error {
				_, err := w.s.Merge(ctx, w.who, units.MergeForm{From: from, Into: into, Act: act("9-QĐ", on)})
				return err
			}
		}
		dissolve := func(u id.ID, on day.Date) func() error {
			return func() error {
				return w.s.Dissolve(ctx, w.who, units.DissolveForm{Unit: u, Act: act("9-QĐ", on)})
			}
		}
		amend := func(f units.AmendForm) func() error { return func() error { return w.s.Amend(ctx, w.who, f) } }
		split := func(f units.SplitForm) func() error {
			return func() error { _, err := w.s.Split(ctx, w.who, f); return err }
		}
		goal := units.Goal{Ref: "n", Fields: fine}
		sector, nowhere := 11, "99999"

		w.refused([]refusal{
			{"no day", found(a.ID, fine, units.Act{Decision: org.Decision{No: "1"}}), fault.Invalid, "unit.date_missing"},
			{"a part of a day", found(a.ID, fine, units.Act{On: 20240500, Decision: org.Decision{No: "1"}}), fault.Invalid, "unit.date_missing"},
			{"tomorrow", found(a.ID, fine, act("1", day.Of(2026, 11, 22))), fault.Invalid, "unit.date_future"},
			{"no decision", found(a.ID, fine, units.Act{On: d}), fault.Invalid, "unit.decision_missing"},
			{"decided tomorrow", found(a.ID, fine, units.Act{On: d, Decision: org.Decision{No: "1", Date: day.Of(2026, 12, 1)}}), fault.Invalid, "unit.decision_date"},
			{"before the parent", found(a.ID, fine, act("1", day.Of(2009, 12, 31))), fault.Conflict, "unit.before_founding"},
			{"below a cell", found(cell.ID, fine, act("1", d)), fault.Conflict, "unit.kind_unfit"},
			{"a province below", found(a.ID, with(func(f *units.Fields) { f.Kind = org.Province }), act("1", d)), fault.Conflict, "unit.kind_unfit"},
			{"no kind", found(a.ID, with(func(f *units.Fields) { f.Kind = "team" }), act("1", d)), fault.Invalid, "unit.kind_unknown"},
			{"no name", found(a.ID, with(func(f *units.Fields) { f.Name = " . " }), act("1", d)), fault.Invalid, "unit.name_missing"},
			{"half a code", found(a.ID, with(func(f *units.Fields) { f.Code = "38.001" }), act("1", d)), fault.Invalid, "unit.code_form"},
			{"a taken code", found(a.ID, with(func(f *units.Fields) { f.Code = code }), act("1", d)), fault.Conflict, "unit.code_taken"},
			{"no such bloc", found(a.ID, with(func(f *units.Fields) { f.Blocs = []string{"x"} }), act("1", d)), fault.Invalid, "unit.bloc_unknown"},
			{"no such place", found(a.ID, with(func(f *units.Fields) { f.Location = nowhere }), act("1", d)), fault.Invalid, "unit.location_unknown"},
			{"below what ended", found(gone.ID, fine, act("1", d)), fault.Conflict, "unit.is_dissolved"},
			{"a second province", found(0, units.Fields{Kind: org.Province, Name: "Đảng bộ", Location: "38"}, act("1", d)), fault.Conflict, "unit.province_taken"},
			{"a cell below nothing", found(0, fine, act("1", d)), fault.Invalid, "unit.province_kind"},
			{"a province nowhere", found(0, units.Fields{Kind: org.Province, Name: "Đảng bộ tỉnh"}, act("1", d)), fault.Invalid, "unit.province_code"},

			{"the same name", func() error {
				return w.s.Rename(ctx, w.who, units.RenameForm{Unit: a.ID, Name: "Đảng bộ  xã A", Act: act("1", d)})
			}, fault.Conflict, "unit.same_name"},
			{"before the last renaming", func() error {
				return w.s.Rename(ctx, w.who, units.RenameForm{Unit: b.ID, Name: "Đảng bộ xã C", Act: act("1", d)})
			}, fault.Conflict, "unit.later_name"},

			{"into itself", reparent(a.ID, a.ID, d), fault.Conflict, "unit.into_subtree"},
			{"into its own subtree", reparent(a.ID, cell.ID, d), fault.Conflict, "unit.kind_unfit"},
			{"where it is", reparent(cell.ID, a.ID, d), fault.Conflict, "unit.same_parent"},
			{"the root", reparent(root.ID, a.ID, d), fault.Conflict, "unit.root_fixed"},
			{"another province", reparent(cell.ID, far.Communes[0].ID, d), fault.Conflict, "unit.across_provinces"},
			{"before the last move", reparent(moved.ID, b.ID, d), fault.Conflict, "unit.later_parent"},
			{"what ended", reparent(gone.ID, a.ID, day.Of(2025, 1, 1)), fault.Conflict, "unit.is_dissolved"},

			{"nothing", merge(nil, a.ID, d), fault.Invalid, "unit.merge_few"},
			{"into one of them", merge([]id.ID{a.ID}, a.ID, d), fault.Invalid, "unit.merge_self"},
			{"into nothing", merge([]id.ID{a.ID}, 0, d), fault.Invalid, "unit.merge_goal"},
			{"into below", merge([]id.ID{a.ID}, other.ID, day.Of(2025, 6, 1)), fault.Conflict, "unit.into_subtree"},
			{"other provinces", merge([]id.ID{cell.ID}, far.Cells[0][0].ID, d), fault.Conflict, "unit.across_provinces"},
			{"a movement after it", merge([]id.ID{other.ID}, cell.ID, d), fault.Conflict, "unit.later_movement"},
			{"an event after it", merge([]id.ID{b.ID}, a.ID, d), fault.Conflict, "unit.later_event"},
			{"units into a cell", merge([]id.ID{a.ID}, cell.ID, day.Of(2025, 6, 1)), fault.Conflict, "unit.into_subtree"},

			{"somebody is left", dissolve(cell.ID, d), fault.Conflict, "unit.not_empty"},
			{"units are left", dissolve(a.ID, day.Of(2025, 6, 1)), fault.Conflict, "unit.not_empty"},
			{"the root ends", dissolve(root.ID, d), fault.Conflict, "unit.root_fixed"},
			{"twice", dissolve(gone.ID, day.Of(2025, 6, 1)), fault.Conflict, "unit.is_dissolved"},

			{"nothing changes", amend(units.AmendForm{Unit: b.ID, Code: &code, Act: act("1", day.Of(2025, 1, 1))}), fault.Conflict, "unit.nothing_changed"},
			{"code before the code", amend(units.AmendForm{Unit: b.ID, Code: new(string), Act: act("1", d)}), fault.Conflict, "unit.later_tag"},
			{"another's code", amend(units.AmendForm{Unit: a.ID, Code: &code, Act: act("1", d)}), fault.Conflict, "unit.code_taken"},
			{"no such sector", amend(units.AmendForm{Unit: a.ID, Sector: &sector, Act: act("1", d)}), fault.Invalid, "unit.sector_unknown"},
			{"a power it has not", amend(units.AmendForm{Unit: a.ID, Withdraw: []string{"x"}, Act: act("1", d)}), fault.Conflict, "unit.power_missing"},
			{"an empty power", amend(units.AmendForm{Unit: a.ID, Grant: []string{" "}, Act: act("1", d)}), fault.Invalid, "unit.power_text"},

			{"nobody assigned", split(units.SplitForm{From: []id.ID{cell.ID}, Into: []units.Goal{goal}, Act: act("1", d)}), fault.Conflict, "unit.unassigned"},
			{"units not assigned", split(units.SplitForm{From: []id.ID{a.ID}, Into: []units.Goal{goal}, Act: act("1", d)}), fault.Conflict, "unit.unassigned"},
			{"a goal nobody knows", split(units.SplitForm{From: []id.ID{cell.ID}, Into: []units.Goal{goal}, People: map[id.ID]string{person: "m"}, Act: act("1", d)}), fault.Conflict, "unit.split_ref"},
			{"two goals of one name", split(units.SplitForm{From: []id.ID{cell.ID}, Into: []units.Goal{goal, goal}, People: map[id.ID]string{person: "n"}, Act: act("1", d)}), fault.Conflict, "unit.split_ref"},
			{"a stranger", split(units.SplitForm{From: []id.ID{cell.ID}, Into: []units.Goal{goal}, People: map[id.ID]string{person: "n", later: "n"}, Act: act("1", d)}), fault.Conflict, "unit.split_stranger"},
			{"somebody moved later", split(units.SplitForm{From: []id.ID{other.ID}, Into: []units.Goal{goal}, People: map[id.ID]string{later: "n"}, Act: act("1", d)}), fault.Conflict, "unit.person_later"},
			{"into no goals", split(units.SplitForm{From: []id.ID{cell.ID}, Act: act("1", d)}), fault.Invalid, "unit.split_few"},
			{"into itself", split(units.SplitForm{From: []id.ID{cell.ID}, Into: []units.Goal{{Ref: "n", Unit: cell.ID}}, People: map[id.ID]string{person: "n"}, Act: act("1", d)}), fault.Conflict, "unit.into_subtree"},
		})
		w.ok(w.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error { return tx.ClosePeriod(38, day.Of(2024, 12, 31)) }))
		w.refused([]refusal{{"a closed period", found(a.ID, fine, act("1", day.Of(2024, 12, 31))), fault.Conflict, "unit.period_closed"}})
		w.ok(found(a.ID, fine, act("1", day.Of(2025, 1, 1)))())
	})
}

// A unit that once stood below another, after the day of the decision, cannot have been above it then.
func TestNoRingInThePast(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.tree.Communes[0], w.tree.Communes[1]
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: b.ID, Parent: a.ID, Act: act("1", day.Of(2020, 1, 1))}))
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: b.ID, Parent: w.tree.Root.ID, Act: act("2", day.Of(2022, 1, 1))}))
		w.refused([]refusal{{"ring", func() error {
			return w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: a.ID, Parent: b.ID, Act: act("3", day.Of(2021, 6, 1))})
		}, fault.Conflict, "unit.into_subtree"}})
		w.ok(w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: a.ID, Parent: b.ID, Act: act("3", day.Of(2022, 1, 1))}))
		w.same("tree of 2021", w.below(a.ID, day.Of(2021, 6, 1)), map[string]int64{"Chi bộ thôn 1": 0, "Chi bộ thôn 2": 0, "Đảng bộ xã B": 0})
		w.same("tree of 2022", w.below(b.ID, day.Of(2022, 1, 1)), map[string]int64{"Chi bộ thôn 1": 0, "Chi bộ thôn 2": 0, "Đảng bộ xã A": 0})
	})
}

func TestRights(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.tree.Communes[0], w.tree.Communes[1]
		as := func(role access.Role, u org.Unit) access.Actor {
			return access.Actor{User: 7, Name: "x", Method: "web", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
		}
		reparent := func(who access.Actor, u, parent id.ID) func() error {
			return func() error {
				return w.s.Reparent(ctx, who, units.ReparentForm{Unit: u, Parent: parent, Act: act("1", day.Of(2024, 1, 1))})
			}
		}
		read := func(who access.Actor, u id.ID) func() error {
			return func() error { _, err := w.s.View(ctx, who, u, 0); return err }
		}
		w.refused([]refusal{
			{"committee", reparent(as(access.Committee, w.tree.Root), w.tree.Cells[0][0].ID, b.ID), fault.Forbidden, "error.forbidden"},
			{"of the unit alone", reparent(as(access.Admin, a), w.tree.Cells[0][0].ID, b.ID), fault.NotFound, "error.notfound"},
			{"a neighbour reads", read(as(access.Admin, b), a.ID), fault.NotFound, "error.notfound"},
			{"a visitor reads", read(access.Actor{}, a.ID), fault.NotFound, "error.notfound"},
			{"the nation is no unit", read(w.who, 0), fault.NotFound, "unit.notfound"},
			{"the unit above", func() error { _, err := w.s.Children(ctx, as(access.Viewer, a), w.tree.Root.ID, 0, ""); return err }, fault.NotFound, "error.notfound"},
			{"a tree open elsewhere", func() error {
				_, _, err := w.s.Tree(ctx, as(access.Viewer, a), units.TreeQuery{Open: b.ID})
				return err
			}, fault.NotFound, "error.notfound"},
			{"who is in a unit", func() error { _, err := w.s.Seats(ctx, as(access.Viewer, a), []id.ID{a.ID}); return err }, fault.Forbidden, "error.forbidden"},
			{"a code elsewhere", func() error { _, err := w.s.Find(ctx, as(access.Viewer, a), b.ID.String()); return err }, fault.NotFound, "unit.unknown"},
		})
		hits, err := w.s.Search(ctx, as(access.Viewer, a), "thon 1")
		w.ok(err)
		w.same("found in the own subtree", len(hits.Units), 1)
		w.ok(reparent(as(access.Admin, w.tree.Root), w.tree.Cells[0][0].ID, b.ID)())
		p, err := w.s.Children(ctx, as(access.Viewer, a), a.ID, day.Of(2023, 1, 1), "")
		w.ok(err)
		w.same("what has left the own subtree is not shown in the past either", len(p.Nodes), 1)
	})
}

func TestOnce(t *testing.T) {
	each(t, func(w *world) {
		f := units.FoundForm{Parent: w.tree.Communes[0].ID, Fields: units.Fields{Kind: org.Cell, Name: "Chi bộ mới"}, Act: act("1", day.Of(2024, 1, 1))}
		f.Key = "k"
		_, err := w.s.Found(ctx, w.who, f)
		w.ok(err)
		if _, err = w.s.Found(ctx, w.who, f); fault.TextOf(err).Key != "once.done" {
			w.Errorf("second: %v", err)
		}
		w.same("founded once", len(w.below(f.Parent, 0)), 3)
	})
}

func TestTree(t *testing.T) {
	each(t, func(w *world) {
		cell := w.tree.Cells[1][0]
		w.enrol(cell, "Đỗ Thị Quế", ledger.Official, day.Of(2019, 2, 3))
		w.enrol(cell, "Đỗ Thị Rạng", ledger.Dossier, day.Of(2019, 2, 3))
		shape := func(who access.Actor, q units.TreeQuery) (s string) {
			nodes, _, err := w.s.Tree(ctx, who, q)
			w.ok(err)
			var walk func(ns []units.Node)
			walk = func(ns []units.Node) {
				for _, n := range ns {
					s += n.Name
					if n.Members > 0 {
						s += "=" + string(rune('0'+n.Members))
					}
					if n.Here {
						s += "!"
					}
					if n.Open {
						s += "("
						walk(n.Kids)
						s += ")"
					}
					s += ";"
				}
			}
			walk(nodes)
			return s
		}
		w.same("at first", shape(w.who, units.TreeQuery{}), "=1!(Đảng bộ tỉnh Thử Nghiệm=1;);")
		w.same("open", shape(w.who, units.TreeQuery{Open: w.tree.Communes[1].ID}),
			"=1(Đảng bộ tỉnh Thử Nghiệm=1(Đảng bộ xã A;Đảng bộ xã B=1!(Chi bộ thôn 1=1;Chi bộ thôn 2;);););")
		two := access.Actor{Grants: []access.Grant{{Unit: w.tree.Communes[1].ID, Path: w.tree.Communes[1].Path, Role: access.Viewer},
			{Unit: w.tree.Cells[0][0].ID, Path: w.tree.Cells[0][0].Path, Role: access.Clerk}, {Unit: cell.ID, Path: cell.Path, Role: access.Viewer}}}
		w.same("two grants", shape(two, units.TreeQuery{}), "Chi bộ thôn 1;Đảng bộ xã B=1;")
		w.same("before it was founded", shape(w.who, units.TreeQuery{On: day.Of(2005, 1, 1)}), "!();")
		w.same("nobody", shape(access.Actor{}, units.TreeQuery{}), "")
	})
}

// A unit far down a long list is shown even though the list is read in pages, and pages join up.
func TestLongLists(t *testing.T) {
	w := &world{T: t, st: storetest.SQLite(t), who: access.System("test")}
	w.s, w.tree = units.New(w.st), storetest.Grow(t, w.st, 38)
	a := w.tree.Communes[0]
	var last org.Unit
	w.ok(w.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
		for i := range 450 {
			last = org.Unit{ID: tx.NewID(38), Kind: org.Cell, Name: "Tổ dân phố " + strings.Repeat("I", i%7) + string(rune('a'+i%26)), Founded: a.Founded}.Place(a)
			if i == 449 {
				last.Name = "Xóm cuối"
			}
			if err := tx.AddUnit(last); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, on := range []day.Date{0, day.Of(2020, 1, 1)} {
		seen, after := map[id.ID]bool{}, ""
		for {
			p, err := w.s.Children(ctx, w.who, a.ID, on, after)
			w.ok(err)
			for _, n := range p.Nodes {
				if seen[n.ID] {
					t.Errorf("%s twice", n.Name)
				}
				seen[n.ID] = true
			}
			if after = p.Next; after == "" {
				break
			}
		}
		w.same("all pages", len(seen), 452)
		nodes, _, err := w.s.Tree(ctx, w.who, units.TreeQuery{Open: last.ID, On: on})
		w.ok(err)
		commune := nodes[0].Kids[0].Kids[0]
		w.same("page begins with the way", []any{commune.Kids[0].Name, commune.Kids[0].Here, commune.Cut}, []any{"Xóm cuối", true, true})
	}
}
