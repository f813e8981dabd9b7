package units_test

import (
	"fmt"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
	"ketnap/internal/units"
	"ketnap/internal/users"
)

// dump is what a decision writes: how many rows there are of everything, and the tree and the places of people as they are.
func (w *world) dump() string {
	w.Helper()
	out := ""
	w.ok(w.st.View(ctx, func(tx *store.Tx) error {
		out = ""
		line := func(s db.Scanner) error {
			var n [4]int64
			var text string
			err := s.Scan(&text, &n[0], &n[1], &n[2], &n[3])
			out += fmt.Sprintln(text, n)
			return err
		}
		if err := tx.Each(ctx, `SELECT 'unit', COUNT(1), 0, 0, 0 FROM unit WHERE province_id = $1
			UNION ALL SELECT 'name', COUNT(1), 0, 0, 0 FROM unit_name WHERE province_id = $1
			UNION ALL SELECT 'edge', COUNT(1), 0, 0, 0 FROM unit_edge WHERE province_id = $1
			UNION ALL SELECT 'event', COUNT(1), 0, 0, 0 FROM unit_event WHERE province_id = $1
			UNION ALL SELECT 'part', COUNT(1), 0, 0, 0 FROM unit_event_part WHERE province_id = $1
			UNION ALL SELECT 'movement', COUNT(1), 0, 0, 0 FROM movement WHERE province_id = $1
			UNION ALL SELECT 'tally', COUNT(1), 0, 0, 0 FROM tally WHERE province_id = $1
			UNION ALL SELECT 'audit', COUNT(1), 0, 0, 0 FROM audit WHERE province_id = $1
			UNION ALL SELECT 'once', COUNT(1), 0, 0, 0 FROM once WHERE province_id = $1`, []any{38}, line); err != nil {
			return err
		}
		if err := tx.Each(ctx, `SELECT path, id, parent_id, dissolved, version FROM unit WHERE province_id = $1 ORDER BY id`, []any{38}, line); err != nil {
			return err
		}
		return tx.Each(ctx, `SELECT name, id, unit_id, since, version FROM person WHERE province_id = $1 ORDER BY id`, []any{38}, line)
	}))
	return out
}

// five are the decisions that are tried: two communes become one, one goes into the other, a cell is founded, renamed, moved, and one
// ends in favour of another.
func (w *world) five() map[string]func(units.Act) (id.ID, error) {
	a, b := w.tree.Communes[0].ID, w.tree.Communes[1].ID
	cells := w.tree.Cells
	return map[string]func(units.Act) (id.ID, error){
		"merge": func(x units.Act) (id.ID, error) {
			return w.s.Merge(ctx, w.who, units.MergeForm{From: []id.ID{a, b}, Parent: w.tree.Root.ID, New: &units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã C"}, Act: x})
		},
		"merge into": func(x units.Act) (id.ID, error) {
			return w.s.Merge(ctx, w.who, units.MergeForm{From: []id.ID{a}, Into: b, Act: x})
		},
		"found": func(x units.Act) (id.ID, error) {
			return w.s.Found(ctx, w.who, units.FoundForm{Parent: a, Fields: units.Fields{Kind: org.Cell, Name: "Chi bộ thôn 9"}, Act: x})
		},
		"rename": func(x units.Act) (id.ID, error) {
			return cells[0][0].ID, w.s.Rename(ctx, w.who, units.RenameForm{Unit: cells[0][0].ID, Name: "Chi bộ thôn Đông", Act: x})
		},
		"reparent": func(x units.Act) (id.ID, error) {
			return cells[0][0].ID, w.s.Reparent(ctx, w.who, units.ReparentForm{Unit: cells[0][0].ID, Parent: b, Act: x})
		},
		"dissolve": func(x units.Act) (id.ID, error) {
			return cells[0][0].ID, w.s.Dissolve(ctx, w.who, units.DissolveForm{Unit: cells[0][0].ID, Successor: cells[0][1].ID, Act: x})
		},
	}
}

// settle puts people, a target and an account into the tree.
func (w *world) settle() {
	w.Helper()
	for i, n := range []int{2, 1} {
		for range n {
			w.enrol(w.tree.Cells[i][0], "Lê Thị Lan", ledger.Official, day.Of(2020, 1, 1))
		}
	}
	w.enrol(w.tree.Communes[0], "Lê Văn Hải", ledger.Probationary, day.Of(2026, 1, 1))
	w.ok(w.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
		return tx.AddTarget(target.Target{ID: tx.NewID(38), Unit: w.tree.Communes[0].ID, Year: 2026, Indicator: "admit", Op: target.AtLeast, Low: 12, High: 12, Source: "1-KH"})
	}))
	_, _, err := users.New(w.st).Create(ctx, w.who, users.Form{Login: "xa.a", Name: "Hà Văn A", Role: access.Committee, Unit: w.tree.Communes[0].ID})
	w.ok(err)
}

func TestTry(t *testing.T) {
	each(t, func(w *world) {
		w.settle()
		before := w.dump()
		for name, do := range w.five() {
			var e units.Effect
			x := act("7-QĐ", day.Of(2026, 8, 1))
			x.Try, x.Key = &e, "once"
			_, err := do(x)
			w.ok(err)
			w.same(name+": nothing stored", w.dump(), before)
			if e.Mark == "" || name != "found" && len(e.Units) == 0 {
				w.Errorf("%s: %+v", name, e)
			}
		}
		w.same("the key was not used", w.recorded(), id.ID(0))
	})
}

// recorded is what the key "once" was used for.
func (w *world) recorded() id.ID {
	w.Helper()
	done, err := w.s.Recorded(ctx, w.who, w.tree.Root.ID, "once")
	w.ok(err)
	return done
}

func TestEffect(t *testing.T) {
	each(t, func(w *world) {
		w.settle()
		a, b := w.tree.Communes[0], w.tree.Communes[1]
		var e units.Effect
		x := act("7-QĐ", day.Of(2026, 8, 1))
		x.Try = &e
		_, err := w.five()["merge"](x)
		w.ok(err)
		w.same("goal", []any{e.To.Name, e.To.ID, e.New}, []any{"Đảng bộ xã C", id.ID(0), true})
		for i, want := range []struct {
			unit    org.Unit
			people  int
			members int64
			targets int
			holders []units.Holder
		}{{a, 1, 3, 1, []units.Holder{{Login: "xa.a", Name: "Hà Văn A", Role: access.Committee}}}, {b, 0, 1, 0, nil}} {
			got := e.Units[i]
			w.same(want.unit.Name, []any{got.ID, got.Ends, len(got.People), got.Members, len(got.Targets), got.Holders, got.Below},
				[]any{want.unit.ID, true, want.people, want.members, want.targets, want.holders, []string{"Chi bộ thôn 1", "Chi bộ thôn 2"}})
		}
		_, err = w.five()["reparent"](x)
		w.ok(err)
		w.same("who moves with a unit stays in it", []any{e.Units[0].Ends, len(e.Units[0].People), e.Units[0].Members, e.To}, []any{false, 0, int64(2), units.Ref{ID: b.ID, Name: b.Name}})

		tried := func(change func(*units.Act)) fault.Kind {
			x := act("7-QĐ", day.Of(2026, 8, 1))
			change(&x)
			x.Try = &units.Effect{}
			_, err := w.five()["merge"](x)
			return fault.KindOf(err)
		}
		w.same("refused as it would be", []fault.Kind{tried(func(x *units.Act) { x.On = day.Of(2027, 1, 1) }), tried(func(x *units.Act) { x.Decision.No = "" }),
			tried(func(x *units.Act) { x.On = day.Of(2009, 1, 1) })}, []fault.Kind{fault.Invalid, fault.Invalid, fault.Conflict})
	})
}

// TestSeen records exactly what was tried, once, and refuses when something else would change by then.
func TestSeen(t *testing.T) {
	each(t, func(w *world) {
		w.settle()
		do := w.five()["merge"]
		var e units.Effect
		x := act("7-QĐ", day.Of(2026, 8, 1))
		x.Try = &e
		_, err := do(x)
		w.ok(err)

		x.Try, x.Seen, x.Key = nil, e.Mark, "once"
		other := x
		other.Decision.No = "8-QĐ"
		_, err = do(other)
		w.same("another decision", fault.TextOf(err).Key, fault.Key("unit.act_changed"))
		w.enrol(w.tree.Communes[1], "Trần Thị Mới", ledger.Official, day.Of(2026, 7, 1))
		before := w.dump()
		_, err = do(x)
		w.same("somebody came", []any{fault.KindOf(err), fault.TextOf(err).Key}, []any{fault.Stale, fault.Key("unit.act_changed")})
		w.same("nothing stored", w.dump(), before)

		again := x
		again.Try = &e
		_, err = do(again)
		w.ok(err)
		x.Seen = e.Mark
		goal, err := do(x)
		w.ok(err)
		w.same("people moved", w.view(goal, 0).Members, int64(5))
		_, err = do(x)
		w.same("a second time", fault.TextOf(err).Key, fault.Key("once.done"))
		w.same("what the first did", w.recorded(), goal)
		stranger, err := w.s.Recorded(ctx, access.Actor{Grants: []access.Grant{{Unit: w.tree.Cells[0][0].ID, Path: w.unit(w.tree.Cells[0][0].ID).Path, Role: access.Admin}}}, w.tree.Cells[0][0].ID, "once")
		w.same("not for who may not see it", []any{stranger, err}, []any{id.ID(0), nil})
	})
}

// TestRightBeforeDay: who may not change a unit learns nothing from a wrong day.
func TestRightBeforeDay(t *testing.T) {
	each(t, func(w *world) {
		w.who = access.Actor{Grants: []access.Grant{{Unit: w.tree.Communes[1].ID, Path: w.tree.Communes[1].Path, Role: access.Viewer}}}
		for name, do := range w.five() {
			want := fault.NotFound // commune A
			_, err := do(act("", day.Of(2030, 1, 1)))
			if fault.KindOf(err) != want {
				w.Errorf("%s: %v", name, err)
			}
		}
		err := w.s.Rename(ctx, w.who, units.RenameForm{Unit: w.tree.Communes[1].ID, Name: "X", Act: act("", day.Of(2030, 1, 1))})
		w.same("who may read only", fault.KindOf(err), fault.Forbidden)
	})
}
